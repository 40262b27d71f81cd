//! The SHA-256 of a media file: what it is recognised by when it comes under another name.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use record::Sha256Digest;
use sha2::{Digest as _, Sha256};

use crate::error::{MediaError, MediaErrorKind};

/// The SHA-256 of a file's bytes, read in small portions.
///
/// # Errors
///
/// When the file is missing, a folder or unreadable. An empty file has a hash like any other.
pub fn hash_file(path: &Path) -> Result<Sha256Digest, MediaError> {
    let unreadable = |error: io::Error| MediaErrorKind::from_io(&error).of(&path.display().to_string());
    hash(File::open(path).map_err(unreadable)?).map_err(unreadable)
}

fn hash(mut file: impl Read) -> io::Result<Sha256Digest> {
    let mut hasher = Sha256::new();
    let mut portion = vec![0; 1 << 18];
    loop {
        match file.read(&mut portion) {
            Ok(0) => return Ok(Sha256Digest::from_bytes(hasher.finalize().into())),
            Ok(count) => hasher.update(&portion[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_that_of_the_standard() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(&b"abc"[..]).unwrap().to_string(), expected);
    }

    #[test]
    fn a_folder_has_no_hash() {
        let error = hash_file(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err();
        assert!(error.to_string().ends_with("found a folder\nhint: name the files in it"), "{error}");
    }
}
