#!/bin/sh
# Tests of the reading room in a real browser, against a built program.
#
# usage: run.sh [PROGRAM]      else ONRECORD, else the debug build of this clone
#
# What they need is installed where that can be done: Chromium by apt-get, two packages by `npm ci` into a cache outside
# of the clone (ONRECORD_TEST_CACHE names another one). Where it can't be had they are skipped, with one line that says
# so. ONRECORD_SCREENSHOTS names a folder for pictures of all pages.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# The oldest major version of Node that runs playwright-core.
LEAST_NODE=20

skip() {
    echo "skipped: the browser tests, for $1"
    exit 0
}

has() {
    command -v "$1" >/dev/null 2>&1
}

install() {
    if [ "$(id -u)" -ne 0 ] || ! has apt-get; then return 0; fi
    echo "installing: $*" >&2
    { apt-get update -qq && env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2 || return 0
}

case ${CARGO_TARGET_DIR:-target} in
/*) built=$CARGO_TARGET_DIR ;;
*) built=$here/../../../${CARGO_TARGET_DIR:-target} ;;
esac
program=${1:-${ONRECORD:-$built/debug/onrecord}}
if ! [ -x "$program" ]; then
    echo "expected a built program at $program" >&2
    echo "hint: \`cargo build -p onrecord\` builds it; ONRECORD names another one" >&2
    exit 2
fi

# The tests run in folders of their own, from where a relative path leads elsewhere.
ONRECORD=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
export ONRECORD

has python3 || skip "there is no python3, which makes their archive"
{ has node && has npm; } || install nodejs npm
{ has node && has npm; } || skip "there is no node with npm"
node_version=$(node --version)
node_major=${node_version#v}
[ "${node_major%%.*}" -ge "$LEAST_NODE" ] || skip "node is $node_version, and they need $LEAST_NODE or later"
chromium=${ONRECORD_CHROMIUM:-/usr/bin/chromium}
[ -x "$chromium" ] || install chromium
[ -x "$chromium" ] || skip "there is no chromium at $chromium"

packages=${ONRECORD_TEST_CACHE:-$HOME/.cache/onrecord-ci}/browser
mkdir -p "$packages"
packages=$(cd "$packages" && pwd)
# npm writes node_modules/.package-lock.json last, so that a run which was stopped is begun anew.
if ! [ -e "$packages/node_modules/.package-lock.json" ] || ! cmp -s "$here/package-lock.json" "$packages/package-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$packages/"
    if ! (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2; then
        rm -f "$packages/package-lock.json"
        skip "npm can't get their packages"
    fi
fi

export ONRECORD_CHROMIUM="$chromium" ONRECORD_BROWSER_PACKAGES="$packages"
cd "$here"
# One after the other: a browser at work beside another makes times of waiting mean nothing.
exec node --test --test-concurrency=1 --test-reporter=spec reading.test.js pages.test.js
