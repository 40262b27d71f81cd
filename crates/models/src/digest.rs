//! SHA-256: pins read while compiling, files hashed block by block.

use std::io::{self, Read};

use record::Sha256Digest;
use sha2::Digest as _;

/// How much is read and hashed at a time: large enough that system calls do not count, small enough
/// that progress moves and a cancelled run stops within a millisecond.
const BLOCK_BYTES: usize = 1 << 20;

/// Reads 64 hexadecimal digits; in a constant, anything else stops the compiler.
pub(crate) const fn pinned(hex: &str) -> Sha256Digest {
    let hex = hex.as_bytes();
    assert!(hex.len() == 64, "a SHA-256 has 64 hexadecimal digits");
    let mut bytes = [0; 32];
    let mut index = 0;
    while index < 32 {
        bytes[index] = nibble(hex[2 * index]) << 4 | nibble(hex[2 * index + 1]);
        index += 1;
    }
    Sha256Digest::from_bytes(bytes)
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => panic!("a SHA-256 is written in the digits 0-9 and a-f"),
    }
}

/// Hashes all that `reader` gives, and calls `on_block` with the bytes hashed so far; an error from
/// it stops the work.
pub(crate) fn sha256_of<E: From<io::Error>>(
    reader: &mut dyn Read,
    mut on_block: impl FnMut(u64) -> Result<(), E>,
) -> Result<Sha256Digest, E> {
    let mut hasher = sha2::Sha256::new();
    let mut block = vec![0; BLOCK_BYTES];
    let mut hashed_bytes = 0;
    loop {
        let filled_bytes = match reader.read(&mut block) {
            Ok(0) => return Ok(Sha256Digest::from_bytes(hasher.finalize().into())),
            Ok(filled_bytes) => filled_bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        hasher.update(&block[..filled_bytes]);
        hashed_bytes += filled_bytes as u64;
        on_block(hashed_bytes)?;
    }
}

/// Hashes bytes that are in memory.
pub(crate) fn sha256_of_bytes(bytes: &[u8]) -> Sha256Digest {
    Sha256Digest::from_bytes(sha2::Sha256::digest(bytes).into())
}

/// The first eight hexadecimal digits: enough to tell the versions of one file apart.
pub(crate) fn short(digest: Sha256Digest) -> String {
    digest.as_bytes()[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_standard_example_hashes_as_it_should() {
        assert_eq!(sha256_of_bytes(b"abc").to_string(), OF_ABC);
        assert_eq!(pinned(OF_ABC), sha256_of_bytes(b"abc"));
        assert_eq!(short(pinned(OF_ABC)), "ba7816bf");
    }

    #[test]
    fn a_reader_is_hashed_in_blocks() {
        let bytes = vec![7; 2 * BLOCK_BYTES + 1];
        let mut seen = Vec::new();
        let digest = sha256_of::<io::Error>(&mut bytes.as_slice(), |hashed_bytes| {
            seen.push(hashed_bytes);
            Ok(())
        });
        assert_eq!(digest.unwrap(), sha256_of_bytes(&bytes));
        assert_eq!(seen.last(), Some(&(bytes.len() as u64)));
        assert!(seen.len() >= 3, "progress moves with every block: {seen:?}");
    }
}
