#!/bin/sh
# Everything that has to hold before a change lands: format, lints, documentation, tests.
#
# Weights for the tests of recognition are fetched once into the user's cache; without a way to get them those
# tests say that they are skipped. ONRECORD_TEST_CACHE names another folder for builds than the clone's `target`.
set -eu
cd "$(dirname "$0")/.."

if [ -n "${ONRECORD_TEST_CACHE:-}" ]; then
    mkdir -p "$ONRECORD_TEST_CACHE"
    export CARGO_TARGET_DIR="$ONRECORD_TEST_CACHE/target"
fi

sh scripts/install-missing.sh
cargo fmt --all --check
sh scripts/check-architecture.sh
cargo build --workspace --all-targets
onrecord="${CARGO_TARGET_DIR:-target}/debug/onrecord"
weights="$(mktemp -d)"
trap 'rm -rf "$weights"' EXIT
for model in tiny.en base potion-base-8m minilm-l6-v2 en-core-web-sm; do
    if folder=$("$onrecord" models fetch "$model" --json | sed -n 's/.*"folder":"\([^"]*\)".*/\1/p') && [ -n "$folder" ]; then
        ln -s "$folder" "$weights/$model"
    else
        echo "the model $model can't be had here: tests that need it will say that they are skipped" >&2
    fi
done
if [ -e "$weights/tiny.en" ] && [ -e "$weights/base" ]; then export ONRECORD_TEST_MODELS="$weights"; fi
cargo clippy --workspace --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
cargo test --workspace
sh crates/server/browser/run.sh "$onrecord"
# Gold sets are not part of this repository; where they are at hand, ONRECORD_GOLD names their folder.
if [ -n "${ONRECORD_GOLD:-}" ]; then sh scripts/check-gold.sh "$ONRECORD_GOLD"; fi
