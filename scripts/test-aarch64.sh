#!/bin/sh
# Tests the kernels of recognition for 64-bit ARM on another processor, in emulation.
#
# Needs QEMU's user emulation and a cross linker (on Debian: apt install qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
# and Rust's target (rustup target add aarch64-unknown-linux-gnu).
set -eu
cd "$(dirname "$0")/.."

target=aarch64-unknown-linux-gnu
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"
cargo test --package onrecord-speech --lib --target "$target" kernels
