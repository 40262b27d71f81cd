//! Files of vectors: written once, never changed.
//!
//! ```text
//! "onrecvec", version, dimensions, rows  (8 + 4 + 4 + 8 bytes, little-endian)
//! rows x dimensions / 8 bytes of bits, rows x 4 bytes of scales, rows x dimensions bytes of steps
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};

use super::Vectors;

const MAGIC: &[u8; 8] = b"onrecvec";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 24;
const ENDING: &str = "vectors";

/// Why vectors can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the vectors in `{}`: {message}\nhint: nothing is lost: `onrecord index --rebuild` makes them anew from the archive's files", path.display())]
pub struct MeaningError {
    path: PathBuf,
    message: String,
}

fn error(path: &Path, message: impl ToString) -> MeaningError {
    MeaningError { path: path.to_owned(), message: message.to_string() }
}

fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number}.{ENDING}"))
}

/// Writes a file that appears whole or not at all.
pub(crate) fn write(folder: &Path, number: u64, vectors: &Vectors) -> Result<(), MeaningError> {
    let path = path_of(folder, number);
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        file.write_all(&u32::try_from(vectors.dimensions).map_err(io::Error::other)?.to_le_bytes())?;
        file.write_all(&vectors.rows().to_le_bytes())?;
        file.write_all(&vectors.codes)?;
        let mut bytes = Vec::with_capacity(vectors.values.len().max(vectors.scales.len() * 4));
        bytes.extend(vectors.scales.iter().flat_map(|scale| scale.to_le_bytes()));
        file.write_all(&bytes)?;
        bytes.clear();
        bytes.extend(vectors.values.iter().map(|value| value.cast_unsigned()));
        file.write_all(&bytes)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|cause| error(&path, cause))
}

/// Removes the files that no document's vectors are in.
pub(crate) fn remove_unlisted(folder: &Path, listed: &BTreeSet<u64>) -> Result<(), MeaningError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(error(folder, cause)),
    };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok());
        let is_ours = path.extension().is_some_and(|ending| ending == ENDING);
        let is_listed = is_ours && number.is_some_and(|number| listed.contains(&number));
        if !is_listed {
            fs::remove_file(&path).map_err(|cause| error(&path, cause))?;
        }
    }
    Ok(())
}

/// A file of vectors, mapped into memory.
pub(crate) struct VectorFile {
    bytes: OwnedBytes,
    rows: usize,
    dimensions: usize,
}

impl VectorFile {
    pub(super) fn open(folder: &Path, number: u64) -> Result<Self, MeaningError> {
        let path = path_of(folder, number);
        let open = || -> Result<OwnedBytes, String> {
            let directory = MmapDirectory::open(folder).map_err(|cause| cause.to_string())?;
            let name = PathBuf::from(format!("{number}.{ENDING}"));
            let file = directory.open_read(&name).map_err(|cause| cause.to_string())?;
            file.read_bytes().map_err(|cause| cause.to_string())
        };
        let bytes = open().map_err(|message| error(&path, message))?;
        Self::parse(bytes).ok_or_else(|| error(&path, "it is no file of vectors, or not a whole one"))
    }

    fn parse(bytes: OwnedBytes) -> Option<Self> {
        let header = bytes.as_slice().get(..HEADER_BYTES)?;
        let (magic, numbers) = header.split_at(8);
        let version = u32::from_le_bytes(numbers.get(..4)?.try_into().ok()?);
        let dimensions = u32::from_le_bytes(numbers.get(4..8)?.try_into().ok()?) as usize;
        let rows = usize::try_from(u64::from_le_bytes(numbers.get(8..16)?.try_into().ok()?)).ok()?;
        let is_ours = magic == MAGIC && version == VERSION && dimensions > 0 && dimensions.is_multiple_of(64);
        let row_bytes = dimensions.checked_mul(9)?.div_ceil(8).checked_add(4)?;
        let is_whole = bytes.len() == HEADER_BYTES.checked_add(rows.checked_mul(row_bytes)?)?;
        (is_ours && is_whole).then_some(Self { bytes, rows, dimensions })
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows as u64
    }

    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The bits of some rows; empty if there are not so many.
    pub(super) fn codes(&self, first: u64, count: u64) -> &[u8] {
        self.part(HEADER_BYTES, self.dimensions / 8, first, count)
    }

    fn scales(&self, first: u64, count: u64) -> &[u8] {
        self.part(HEADER_BYTES + self.rows * (self.dimensions / 8), 4, first, count)
    }

    fn values(&self, first: u64, count: u64) -> &[u8] {
        self.part(HEADER_BYTES + self.rows * (self.dimensions / 8 + 4), self.dimensions, first, count)
    }

    fn part(&self, begin: usize, row_bytes: usize, first: u64, count: u64) -> &[u8] {
        let is_inside = first.checked_add(count).is_some_and(|end| end <= self.rows());
        let (first, count) = if is_inside { (first as usize, count as usize) } else { (0, 0) };
        &self.bytes.as_slice()[begin + first * row_bytes..begin + (first + count) * row_bytes]
    }

    /// The cosine between a row and a question of length 1; `None` if there is no such row, or it has no vector.
    pub(super) fn cosine(&self, row: u64, question: &[f32]) -> Option<f32> {
        let scale = f32::from_le_bytes(self.scales(row, 1).try_into().ok()?);
        let values = self.values(row, 1);
        if scale == 0.0 || values.len() != question.len() {
            return None;
        }
        let dot: f32 =
            values.iter().zip(question).map(|(value, number)| f32::from(value.cast_signed()) * number).sum();
        Some(dot * scale)
    }

    /// Some rows as they are.
    pub(super) fn vectors(&self, first: u64, count: u64) -> Option<Vectors> {
        (first.checked_add(count)? <= self.rows()).then(|| Vectors {
            dimensions: self.dimensions,
            codes: self.codes(first, count).to_vec(),
            scales: self
                .scales(first, count)
                .as_chunks::<4>()
                .0
                .iter()
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
            values: self.values(first, count).iter().map(|value| value.cast_signed()).collect(),
        })
    }
}
