#!/bin/sh
# From a clone to a found sentence: installs what is missing, builds, fetches a model, makes an archive of the
# bundled broadcast and finds what was said in it. Everything stays in this clone and in your cache folder.
set -eu
cd "$(dirname "$0")/.."

sh scripts/install-missing.sh
cargo build --release --package onrecord
onrecord="${CARGO_TARGET_DIR:-target}/release/onrecord"

"$onrecord" models fetch base
archive="${1:-first-archive}"
"$onrecord" init "$archive"
"$onrecord" --archive "$archive" add demo/broadcast.flac
"$onrecord" --archive "$archive" search "$(cat demo/search.txt)"

cat <<END

The archive is the folder $archive; its transcript is a plain file that any editor shows. Next:
  $onrecord --archive $archive show tideway
  $onrecord transcribe YOUR-RECORDING.mp3
  $onrecord --help
END
