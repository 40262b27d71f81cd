//! Where a recording comes from: a file, or a stream that is stored while it is read.
//!
//! Every decoder gets a file of a fixed length. A file that grows is read as it was when it was opened; a stream
//! (standard input, a named pipe) is first stored in a temporary file, because the index of an MP4 may be at its end.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use symphonia::core::io::MediaSource;
use tempfile::NamedTempFile;

use crate::error::{MediaError, MediaErrorKind};

/// Where a recording comes from.
pub enum Input {
    /// A file, or a named pipe.
    File(PathBuf),
    /// Bytes that can be read only once, in order.
    Stream {
        /// How errors call it.
        name: String,
        /// The bytes.
        reader: Box<dyn Read + Send>,
    },
}

impl Input {
    /// The file (or named pipe) at `path`.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into())
    }

    /// What comes in on standard input.
    pub fn standard_input() -> Self {
        Self::Stream { name: "standard input".to_owned(), reader: Box::new(io::stdin()) }
    }

    /// How errors call it.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({})", self.name())
    }
}

/// A recording as a file that does not change any more, as far as we are concerned.
pub(crate) struct Source {
    pub(crate) name: String,
    /// Where the file is, for `ffmpeg`.
    pub(crate) path: PathBuf,
    /// Its length when it was opened.
    pub(crate) bytes: u64,
    file: File,
    /// Kept so that the temporary file lives as long as its reader.
    _stored: Option<NamedTempFile>,
}

impl Source {
    /// Opens a file, or stores a stream of at most `limit_bytes`.
    pub(crate) fn open(input: Input, limit_bytes: u64) -> Result<Self, MediaError> {
        let name = input.name();
        match input {
            Input::File(path) => Self::open_path(path, limit_bytes, &name),
            Input::Stream { reader, .. } => Self::store(reader, limit_bytes, &name),
        }
        .map_err(|kind| kind.of(&name))
    }

    fn open_path(path: PathBuf, limit_bytes: u64, name: &str) -> Result<Self, MediaErrorKind> {
        let metadata = std::fs::metadata(&path).map_err(|error| MediaErrorKind::from_io(&error))?;
        if metadata.is_dir() {
            return Err(MediaErrorKind::Folder);
        }
        let file = File::open(&path).map_err(|error| MediaErrorKind::from_io(&error))?;
        if !metadata.is_file() {
            return Self::store(Box::new(file), limit_bytes, name);
        }
        let bytes = metadata.len();
        Self { name: name.to_owned(), path, bytes, file, _stored: None }.not_empty()
    }

    fn store(reader: Box<dyn Read + Send>, limit_bytes: u64, name: &str) -> Result<Self, MediaErrorKind> {
        let unwritable = |error: io::Error| MediaErrorKind::Spool(error.to_string().to_lowercase());
        let mut stored = NamedTempFile::with_prefix("onrecord-").map_err(unwritable)?;
        let bytes = copy_bounded(reader, stored.as_file_mut(), limit_bytes)?;
        let file = stored.reopen().map_err(unwritable)?;
        let path = stored.path().to_owned();
        Self { name: name.to_owned(), path, bytes, file, _stored: Some(stored) }.not_empty()
    }

    fn not_empty(self) -> Result<Self, MediaErrorKind> {
        if self.bytes == 0 { Err(MediaErrorKind::Empty) } else { Ok(self) }
    }

    /// Up to `count` bytes from `position`; fewer at the end of the file.
    pub(crate) fn peek(&self, position: u64, count: usize) -> Result<Vec<u8>, MediaErrorKind> {
        let mut view = self.view()?;
        let mut bytes = Vec::new();
        view.seek(SeekFrom::Start(position))
            .and_then(|_| view.take(count as u64).read_to_end(&mut bytes))
            .map_err(|error| MediaErrorKind::from_io(&error))?;
        Ok(bytes)
    }

    /// A reader of the whole file.
    pub(crate) fn view(&self) -> Result<FixedFile, MediaErrorKind> {
        let file = self.file.try_clone().map_err(|error| MediaErrorKind::from_io(&error))?;
        Ok(FixedFile {
            file,
            head: Vec::new(),
            body: 0..self.bytes,
            position: 0,
            hidden: Vec::new(),
            streaming: false,
        })
    }
}

/// Copies a stream to a file, or fails when it holds more than `limit_bytes`.
fn copy_bounded(mut from: impl Read, to: &mut File, limit_bytes: u64) -> Result<u64, MediaErrorKind> {
    let mut portion = vec![0; 1 << 16];
    let mut total = 0_u64;
    loop {
        let count = match from.read(&mut portion) {
            Ok(0) => return Ok(total),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(MediaErrorKind::from_io(&error)),
        };
        total += count as u64;
        if total > limit_bytes {
            return Err(MediaErrorKind::SpoolLimit { limit_bytes });
        }
        to.write_all(&portion[..count])
            .map_err(|error| MediaErrorKind::Spool(error.to_string().to_lowercase()))?;
    }
}

/// A file as long as it was when it was opened, shown to a demuxer in a form that it reads.
pub(crate) struct FixedFile {
    file: File,
    /// Stands in the place of everything before the body.
    head: Vec<u8>,
    /// The part of the file that is shown.
    body: Range<u64>,
    position: u64,
    hidden: Vec<u64>,
    streaming: bool,
}

impl FixedFile {
    /// Shows a header of ours and, behind it, a part of the file.
    pub(crate) fn behind(self, head: Vec<u8>, body: Range<u64>) -> Self {
        let end = body.end.min(self.body.end);
        Self { head, body: body.start.min(end)..end, ..self }
    }

    /// Hides boxes of an MP4: at these positions, four bytes read as `free`.
    ///
    /// The type of a box, such as `trak`, becomes one that every reader skips. Hiding a video track from the demuxer
    /// saves it from reading gigabytes of pictures.
    pub(crate) fn hiding(self, hidden: Vec<u64>) -> Self {
        Self { hidden, ..self }
    }

    /// Shows a file of unknown length that can't be read backwards: then the demuxers do not refuse one that was cut
    /// short, as they do when a box is longer than the file.
    pub(crate) fn streaming(self) -> Self {
        Self { streaming: true, ..self }
    }

    fn shown_bytes(&self) -> u64 {
        self.head.len() as u64 + (self.body.end - self.body.start)
    }

    fn hide(&self, from: u64, portion: &mut [u8]) {
        const REPLACEMENT: &[u8; 4] = b"free";
        for (place, byte) in self.hidden.iter().flat_map(|&at| (at..).zip(REPLACEMENT)) {
            if let Some(offset) = place.checked_sub(from)
                && let Some(target) = portion.get_mut(offset as usize)
            {
                *target = *byte;
            }
        }
    }
}

impl Read for FixedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let head = self.head.len() as u64;
        let count = if self.position < head {
            (&self.head[self.position as usize..]).read(buffer)?
        } else {
            let left =
                usize::try_from(self.shown_bytes().saturating_sub(self.position)).unwrap_or(usize::MAX);
            let wanted = buffer.len().min(left);
            // Set anew each time: several views share one file and its position.
            self.file.seek(SeekFrom::Start(self.body.start + (self.position - head)))?;
            self.file.read(&mut buffer[..wanted])?
        };
        self.hide(self.position, &mut buffer[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for FixedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        // Relative to the length we hold the file to, not to the one it may have by now.
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.shown_bytes().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl MediaSource for FixedFile {
    fn is_seekable(&self) -> bool {
        !self.streaming
    }

    fn byte_len(&self) -> Option<u64> {
        (!self.streaming).then(|| self.shown_bytes())
    }
}

/// The path in the form that `ffmpeg` takes for a file, whatever its name looks like.
pub(crate) fn ffmpeg_operand(path: &Path) -> std::ffi::OsString {
    // Without the prefix `-x.mp3` would be an option, and `http:x.mp3` an address.
    let mut operand = std::ffi::OsString::from("file:");
    operand.push(path);
    operand
}
