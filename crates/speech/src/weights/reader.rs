//! Reading a file that may say anything about itself: every count is held against the bytes that are really left.

use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::{WeightsError, WeightsErrorKind};

/// A regular file that is open, and how long it was when it was opened.
#[derive(Debug)]
pub(super) struct ModelFile {
    pub(super) path: PathBuf,
    pub(super) total_bytes: u64,
    file: File,
}

impl ModelFile {
    /// Opens a file. Pipes and devices are refused before they are opened: opening one could wait for ever.
    pub(super) fn open(path: &Path) -> Result<ModelFile, WeightsError> {
        let unreadable = |error| WeightsError::unreadable(path, &error);
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(WeightsError::new(path, WeightsErrorKind::NotAFile));
        }
        let file = File::open(path).map_err(unreadable)?;
        let total_bytes = file.metadata().map_err(unreadable)?.len();
        Ok(ModelFile { path: path.to_owned(), total_bytes, file })
    }

    /// Reads `bytes` from `position_bytes` in runs of whole blocks, and hands each run to `take`.
    ///
    /// Both were checked against the file's length; if it has shrunk since, that is an error.
    pub(super) fn for_each_run(
        &mut self,
        position_bytes: u64,
        bytes: u64,
        block_bytes: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), WeightsError> {
        const RUN_BYTES: usize = 256 * 1024;
        let blocks = (RUN_BYTES / block_bytes.max(1)).max(1);
        let run_bytes = (blocks * block_bytes.max(1)) as u64;
        let mut buffer = vec![0; run_bytes.min(bytes) as usize];
        let path = &self.path;
        let unreadable = |error| WeightsError::unreadable(path, &error);
        self.file.seek(SeekFrom::Start(position_bytes)).map_err(unreadable)?;
        let mut left_bytes = bytes;
        while left_bytes > 0 {
            let run = &mut buffer[..run_bytes.min(left_bytes) as usize];
            self.file.read_exact(run).map_err(unreadable)?;
            take(run);
            left_bytes -= run.len() as u64;
        }
        Ok(())
    }
}

/// Walks through a file from its start.
pub(super) struct Walk {
    reader: BufReader<File>,
    path: PathBuf,
    total_bytes: u64,
    position_bytes: u64,
}

impl Walk {
    pub(super) fn over(mut file: ModelFile) -> Result<Walk, WeightsError> {
        file.file.rewind().map_err(|error| WeightsError::unreadable(&file.path, &error))?;
        Ok(Walk {
            reader: BufReader::with_capacity(64 * 1024, file.file),
            path: file.path,
            total_bytes: file.total_bytes,
            position_bytes: 0,
        })
    }

    /// Ends the walk and gives the file back.
    pub(super) fn finish(self) -> ModelFile {
        ModelFile { path: self.path, total_bytes: self.total_bytes, file: self.reader.into_inner() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn position_bytes(&self) -> u64 {
        self.position_bytes
    }

    pub(super) fn left_bytes(&self) -> u64 {
        self.total_bytes.saturating_sub(self.position_bytes)
    }

    /// The next `count` bytes; `reading` says what they are.
    pub(super) fn bytes(&mut self, count: u64, reading: impl Display) -> Result<Vec<u8>, WeightsError> {
        self.expect(count, &reading)?;
        let mut bytes = vec![0; count as usize];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Passes over `count` bytes and gives the position where they start.
    pub(super) fn skip(&mut self, count: u64, reading: impl Display) -> Result<u64, WeightsError> {
        self.expect(count, &reading)?;
        let start_bytes = self.position_bytes;
        self.position_bytes += count;
        // `expect` has it that `count` is less than a file's length, which fits.
        self.reader
            .seek_relative(count as i64)
            .map_err(|error| WeightsError::unreadable(&self.path, &error))?;
        Ok(start_bytes)
    }

    pub(super) fn u8(&mut self, reading: impl Display) -> Result<u8, WeightsError> {
        self.array(reading).map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self, reading: impl Display) -> Result<u16, WeightsError> {
        self.array(reading).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, reading: impl Display) -> Result<u32, WeightsError> {
        self.array(reading).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, reading: impl Display) -> Result<u64, WeightsError> {
        self.array(reading).map(u64::from_le_bytes)
    }

    fn array<const N: usize>(&mut self, reading: impl Display) -> Result<[u8; N], WeightsError> {
        self.expect(N as u64, &reading)?;
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), WeightsError> {
        self.reader.read_exact(bytes).map_err(|error| WeightsError::unreadable(&self.path, &error))?;
        self.position_bytes += bytes.len() as u64;
        Ok(())
    }

    fn expect(&self, needed_bytes: u64, reading: &impl Display) -> Result<(), WeightsError> {
        if needed_bytes <= self.left_bytes() {
            return Ok(());
        }
        let kind = WeightsErrorKind::Truncated {
            reading: reading.to_string(),
            needed_bytes,
            position_bytes: self.position_bytes,
            total_bytes: self.total_bytes,
        };
        Err(WeightsError::new(&self.path, kind))
    }
}
