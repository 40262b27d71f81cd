//! What tells a file that is kept open from another that was put in its place.

use std::io;
use std::path::Path;

/// A number of the file that is at a path now; another file there has another.
///
/// # Errors
///
/// If there is none, or the system refuses.
#[cfg(unix)]
pub fn file_number(path: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata(path)?.ino())
}

/// The same where no file that is open can be replaced.
///
/// # Errors
///
/// If there is none, or the system refuses.
#[cfg(not(unix))]
pub fn file_number(path: &Path) -> io::Result<u64> {
    std::fs::metadata(path).map(|_| 0)
}
