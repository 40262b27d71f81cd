#!/bin/sh
# Holds search and findings against gold sets that are not part of this repository: FOLDER has `data` (transcripts, seeds, gold
# tables) and `eval/score.py`. Ends with 1 if a figure is beyond its floor.
set -eu
cd "$(dirname "$0")/.."
shared="${1:?expected a folder with data/ and eval/score.py}"
onrecord="${CARGO_TARGET_DIR:-target}/debug/onrecord"
archive="$(mktemp -d)"
trap 'rm -rf "$archive"' EXIT
for packed in "$shared"/data/corpus-*.tar.zst; do zstd -dcq "$packed" | tar x -C "$archive"; done
cp -r "$shared/data/seeds" "$archive/seeds"
chmod -R u+w "$archive"
"$onrecord" init "$archive" --quiet
python3 eval/search/run.py "$archive" "$shared/data" --onrecord "$onrecord" --check
python3 eval/findings/run.py "$archive" "$shared/data" --score "$shared/eval/score.py" --onrecord "$onrecord" --check
