//! Transcripts that exist already -> files of the archive, byte for byte as they came.

use jiff::civil::Date;
use record::Sha256Digest;
use record::format::archive::{self, ArchiveFile, SyntaxError};
use record::outlet::{file_name, folder_of};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The largest transcript that is taken in: ten times the largest of the public archive.
pub const MOST_BYTES: u64 = 64 << 20;

/// A transcript on its way into the archive.
pub struct Existing {
    /// Its bytes, which are stored as they are.
    pub bytes: Vec<u8>,
    /// What they say.
    pub file: ArchiveFile,
    /// Where they stop following the grammar.
    pub issues: Vec<SyntaxError>,
    /// The folder of its show.
    pub folder: String,
    /// Its name in that folder.
    pub file_name: String,
}

/// Why a transcript can't be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ExistingError {
    /// It can't be read.
    #[error("can't read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no transcript of a size that anybody writes.
    #[error("`{}` is too large for a transcript: expected at most {MOST_BYTES} bytes, found {found}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        found: u64,
    },
}

/// Whether a file is taken for a transcript in the archive's format, by its ending. Those of other programs are the
/// business of [`crate::foreign`].
pub fn is_transcript(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"))
}

/// Reads a transcript and works out where it belongs.
///
/// # Errors
///
/// If the file can't be read or is far too large.
pub fn read(path: &Path) -> Result<Existing, ExistingError> {
    let unreadable = |source| ExistingError::Unreadable { path: path.to_owned(), source };
    let found = std::fs::metadata(path).map_err(unreadable)?.len();
    if found > MOST_BYTES {
        return Err(ExistingError::TooLarge { path: path.to_owned(), found });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let parsed = archive::parse(&bytes);
    let folder = folder_of(parsed.file.show().unwrap_or("Unknown show"));
    let file_name = name_of(&parsed.file, path);
    Ok(Existing { bytes, file: parsed.file, issues: parsed.issues, folder, file_name })
}

/// The name by which the archive keeps it; opaque files keep theirs as far as a path may hold it.
fn name_of(file: &ArchiveFile, path: &Path) -> String {
    let known = |file: &ArchiveFile| -> Option<(Date, String, u64)> {
        Some((file.date()?, file.show()?.to_string(), file.length()?.whole_seconds()))
    };
    match known(file) {
        Some((date, show, seconds)) => file_name(date, &show, seconds),
        None => format!("{}.md", folder_of(&path.file_stem().unwrap_or_default().to_string_lossy())),
    }
}

/// SHA-256 of a transcript's bytes, by which the same file is known again.
pub fn digest(bytes: &[u8]) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(bytes).into())
}
