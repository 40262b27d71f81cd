#!/bin/sh
# Installs what a fresh Debian machine with only Rust lacks: a C compiler and linker (SQLite and the TLS of
# model downloads are compiled), and pip (for models where only package registries are in reach).
set -eu

missing=""
command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3-pip"
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "missing:$missing, and there is no apt-get to install it with" >&2
    echo "hint: install a C compiler and pip with your system's own tool, then run this again" >&2
    exit 2
fi
echo "installing:$missing" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the names are to be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
