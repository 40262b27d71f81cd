#!/bin/sh
# Checks that every file, folder and script that the documentation names exists.
#
# Names are what stands in `backticks` and looks like a path of this repository.
set -eu
cd "$(dirname "$0")/.."

status=0
for page in ARCHITECTURE.md CONTRIBUTING.md README.md docs/*.md; do
    [ -e "$page" ] || continue
    for name in $(grep -o '`[^` ]*`' "$page" | tr -d '`' | grep -E '^(crates|scripts|docs|eval|fuzz|demo|\.ci)/[A-Za-z0-9_./-]+$' | sort -u); do
        if [ ! -e "$name" ]; then
            echo "$page names $name, which does not exist" >&2
            status=1
        fi
    done
done
exit "$status"
