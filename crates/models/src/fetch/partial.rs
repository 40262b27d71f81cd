//! A file on its way: appended to, kept over interruptions, renamed when complete.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::Failure;
use crate::manifest::PinnedFile;

/// Entity tags are short; a longer one is not worth keeping.
const LONGEST_ETAG_BYTES: usize = 256;

/// `NAME.partial`, open for appending.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    etag_path: PathBuf,
    file: File,
    received_bytes: u64,
}

/// Where a download goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resume {
    pub(super) offset_bytes: u64,
    /// The strong entity tag of the version that the beginning is of, if the server gave one.
    pub(super) etag: Option<String>,
}

impl Partial {
    /// Opens what an earlier run left, or begins anew. What is longer than the file is worthless.
    pub(super) fn open(folder: &Path, pinned: &PinnedFile) -> Result<Self, Failure> {
        let path = pinned.name.in_folder(folder, ".partial");
        let etag_path = pinned.name.in_folder(folder, ".partial.etag");
        let opened = File::options().create(true).append(true).open(&path);
        let file = opened.map_err(|error| Failure::disk(&path, error))?;
        let received_bytes = file.metadata().map_err(|error| Failure::disk(&path, error))?.len();
        let mut partial = Self { path, etag_path, file, received_bytes };
        if received_bytes > pinned.size_bytes {
            partial.restart()?;
        }
        Ok(partial)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// `None` if nothing has been received.
    pub(super) fn resume(&self) -> Option<Resume> {
        let etag = || {
            let mut etag = String::new();
            let limit_bytes = LONGEST_ETAG_BYTES as u64;
            File::open(&self.etag_path).ok()?.take(limit_bytes).read_to_string(&mut etag).ok()?;
            is_strong(&etag).then_some(etag)
        };
        (self.received_bytes > 0).then(|| Resume { offset_bytes: self.received_bytes, etag: etag() })
    }

    /// Forgets what has been received.
    pub(super) fn restart(&mut self) -> Result<(), Failure> {
        let emptied = if self.received_bytes > 0 { self.file.set_len(0) } else { Ok(()) };
        let forgotten = emptied.and_then(|()| remove(&self.etag_path));
        self.received_bytes = 0;
        forgotten.map_err(|error| Failure::disk(&self.path, error))
    }

    /// Remembers which version of the file is being received. Without it the hash still decides, only
    /// later.
    pub(super) fn keep_etag(&self, etag: &str) {
        if is_strong(etag) {
            let _ = fs::write(&self.etag_path, etag);
        }
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| Failure::disk(&self.path, error))?;
        self.received_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Removes the file.
    pub(super) fn discard(self) -> Result<(), Failure> {
        self.remove_both()
    }

    fn remove_both(&self) -> Result<(), Failure> {
        let removed = remove(&self.etag_path).and_then(|()| remove(&self.path));
        removed.map_err(|error| Failure::disk(&self.path, error))
    }

    /// Removes the file if it is empty: an address that answers nothing leaves nothing.
    pub(super) fn discard_if_empty(&self) -> Result<(), Failure> {
        if self.received_bytes > 0 {
            return Ok(());
        }
        self.remove_both()
    }

    /// Puts the file in its place, such that after a power cut it is there whole or not at all.
    pub(super) fn publish(self, path: &Path) -> Result<(), Failure> {
        let published = self
            .file
            .sync_all()
            .and_then(|()| fs::rename(&self.path, path))
            .and_then(|()| sync_folder(path))
            .and_then(|()| remove(&self.etag_path));
        published.map_err(|error| Failure::disk(path, error))
    }
}

/// A weak tag (`W/"..."`) may stay while bytes change, so it must not be used to resume (RFC 9110,
/// section 13.1.5).
fn is_strong(etag: &str) -> bool {
    let printable = etag.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    printable
        && etag.len() < LONGEST_ETAG_BYTES
        && etag.len() > 2
        && etag.starts_with('"')
        && etag.ends_with('"')
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a rename last. On Windows folders cannot be opened, and renames are journalled.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strong_tags_are_kept() {
        #[track_caller]
        fn check(etag: &str, strong: bool) {
            assert_eq!(is_strong(etag), strong, "for {etag:?}");
        }
        check("\"abc-1\"", true);
        check("W/\"abc\"", false);
        check("abc", false);
        check("\"\"", false);
        check("\"a\r\nRange: x\"", false);
        check(&format!("\"{}\"", "a".repeat(300)), false);
    }
}
