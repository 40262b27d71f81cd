//! The bodies of the fuzz targets, run by the stable compiler.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

// `pub` for the fuzz targets, which are another crate.
#[allow(unreachable_pub)]
#[path = "../../../../fuzz/src/archive.rs"]
mod archive;
#[allow(unreachable_pub)]
#[path = "../../../../fuzz/src/import.rs"]
mod import;
#[allow(unreachable_pub)]
#[path = "../../../../fuzz/src/sidecar.rs"]
mod sidecar;

/// Every fixture, cut off at some place and with some bytes exchanged: what damage looks like.
fn damaged(bytes: &[u8], cut: usize, place: usize, byte: u8) -> Vec<u8> {
    let mut damaged = bytes[..cut % (bytes.len() + 1)].to_vec();
    if let Some(last) = damaged.len().checked_sub(1) {
        damaged[place % (last + 1)] = byte;
    }
    damaged
}

fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for folder in ["follows", "foreign", "opaque", "sidecar"].map(|name| folder.join(name)) {
        for found in fs::read_dir(folder).expect("the fixtures are part of the crate") {
            fixtures.push(fs::read(found.expect("readable").path()).expect("readable"));
        }
    }
    fixtures
}

#[test]
fn fixtures_pass_every_body() {
    for bytes in fixtures() {
        archive::archive(&bytes);
        sidecar::sidecar(&bytes);
        import::import_any(&bytes);
    }
}

proptest! {
    #[test]
    fn any_bytes_pass_every_body(bytes: Vec<u8>) {
        archive::archive(&bytes);
        sidecar::sidecar(&bytes);
        import::import_any(&bytes);
    }

    #[test]
    fn damaged_fixtures_pass_every_body(fixture in proptest::sample::select(fixtures()), cut: usize, place: usize, byte: u8) {
        let bytes = damaged(&fixture, cut, place, byte);
        archive::archive(&bytes);
        sidecar::sidecar(&bytes);
        import::import_any(&bytes);
    }
}
