//! Documents that appear in the archive whole or not at all.

mod article;

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use record::DocumentId;
use record::format::sidecar::{self, MAX_SIDECAR_BYTES};

use crate::failure::FileError;
use crate::folder::Archive;
use crate::lock::{Lock, LockError};
use crate::names::{self, NameError, SIDECAR_ENDING, TRANSCRIPT_ENDING};
use crate::path::DocumentPath;
pub use article::NewArticle;

use crate::read::{RawDocument, ReadError, StoredDocument};

/// What the names of files that are being written begin and end with: hidden, and swept away if a process
/// was killed before it could give them their names.
const UNFINISHED_BEGINNING: &str = ".onrecord-";
const UNFINISHED_ENDING: &str = ".tmp";

/// How many recordings may want one name, before we think that something else is wrong.
const MOST_ATTEMPTS: u32 = 10_000;

/// The right to write into an archive, which one process has at a time.
#[derive(Debug)]
pub struct Writer<'a> {
    archive: &'a Archive,
    _lock: Lock,
}

/// What became of a document that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it stands.
    pub path: DocumentPath,
    /// Whether it is the given one.
    pub outcome: WriteOutcome,
}

/// Whether a document was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It was.
    Created,
    /// A transcript of the same recording stands under that name, or an article of the same text and address, and was left
    /// as it is.
    AlreadyThere,
    /// It was, as a newer version of an article that stays as it is.
    Revised,
}

/// Why a document was not written. Nothing of it is left then.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A name leads elsewhere.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The show's folder is a symbolic link that leads out of the archive.
    #[error("cannot write into `{}`: it leads out of the archive by a symbolic link", folder.display())]
    Outside {
        /// The folder.
        folder: PathBuf,
    },
    /// Every name is taken.
    #[error("cannot write `{}`: {MOST_ATTEMPTS} other documents have this name", path.display())]
    NameTaken {
        /// The wanted file.
        path: PathBuf,
    },
    /// The document to be replaced is not there, or can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The system refuses.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Archive {
    /// The right to write, waiting for at most `patience` while another process has it. `purpose` is what that
    /// process would be told about us, such as `onrecord add`.
    ///
    /// # Errors
    /// If another process keeps it, or the archive can't be written.
    pub fn writer(&self, purpose: &str, patience: Duration) -> Result<Writer<'_>, LockError> {
        let lock = Lock::acquire(&self.state().join("lock"), purpose, patience)?;
        Ok(Writer { archive: self, _lock: lock })
    }
}

impl Writer<'_> {
    /// Writes a new transcript and its sidecar into the folder of its show: the sidecar first, then the
    /// transcript, each whole or not at all, so that a transcript is never without the sidecar it came with.
    ///
    /// `show_folder` and `file_name` are single names, as `record::outlet` makes them. A name that another
    /// recording has is left to it: ` (2)` and so on are put before `.md`. If a transcript of the same recording
    /// (by address, else by the hash of its media, else by its bytes) has the name, nothing is written.
    ///
    /// # Errors
    /// If a name leads elsewhere, or the files can't be written.
    pub fn write_transcript(
        &self,
        show_folder: &str,
        file_name: &str,
        transcript: &[u8],
        sidecar: Option<&[u8]>,
    ) -> Result<Written, WriteError> {
        names::check_folder(show_folder)?;
        let stem = names::stem(file_name)?;
        let folder = self.show_folder(show_folder)?;
        let new = Pair { transcript, sidecar };
        for attempt in 1..=MOST_ATTEMPTS {
            let stem = names::numbered(stem, attempt);
            let path = DocumentPath::new(format!("{show_folder}/{stem}{TRANSCRIPT_ENDING}"));
            // The stem and the folder have been checked, so this is one.
            let Some(path) = path else { break };
            if let Some(written) = self.try_name(&folder, path, &stem, &new)? {
                return Ok(written);
            }
        }
        Err(WriteError::NameTaken { path: folder.join(file_name) })
    }

    /// Replaces the files of a document: the sidecar first, then the transcript, each whole or not at all.
    /// Without a new sidecar the old one goes, because it describes another text.
    ///
    /// # Errors
    /// If there is no such document, or its files can't be written.
    pub fn replace_transcript(
        &self,
        path: &DocumentPath,
        transcript: &[u8],
        sidecar: Option<&[u8]>,
    ) -> Result<(), WriteError> {
        // Refuses what leads out of the archive, too.
        self.archive.read_raw(path)?;
        let (file, sidecar_file) = (self.archive.file_path(path), self.archive.sidecar_path(path));
        if let Some(sidecar) = sidecar {
            write_whole(&sidecar_file, sidecar, Existing::Replace)?;
        }
        write_whole(&file, transcript, Existing::Replace)?;
        match sidecar {
            None if sidecar_file.exists() => {
                Ok(fs::remove_file(&sidecar_file).map_err(FileError::on("remove", &sidecar_file))?)
            }
            _ => Ok(()),
        }
    }

    /// The folder of a show, made if it is missing, and inside the archive.
    fn show_folder(&self, name: &str) -> Result<PathBuf, WriteError> {
        let folder = self.archive.root().join(name);
        fs::create_dir_all(&folder).map_err(FileError::on("create", &folder))?;
        if !self.archive.holds(&folder)? {
            return Err(WriteError::Outside { folder });
        }
        remove_unfinished(&folder).map_err(FileError::on("read", &folder))?;
        Ok(folder)
    }

    /// Writes under this name, or finds the same recording there; `None` if another recording has the name.
    fn try_name(
        &self,
        folder: &Path,
        path: DocumentPath,
        stem: &str,
        new: &Pair<'_>,
    ) -> Result<Option<Written>, WriteError> {
        match self.archive.read_raw(&path) {
            Ok(existing) if is_same_recording(&existing, &new.as_document(&path)) => {
                return Ok(Some(Written { path, outcome: WriteOutcome::AlreadyThere }));
            }
            Err(error) if error.is_not_found() => {}
            // What stands there, even if it can't be read, is not ours to overwrite.
            Ok(_) | Err(_) => return Ok(None),
        }
        let sidecar_file = folder.join(format!("{stem}{SIDECAR_ENDING}"));
        if sidecar_file.symlink_metadata().is_ok() && !self.is_left_over(&path, &sidecar_file, new) {
            return Ok(None);
        }
        match self.write_pair(&self.archive.file_path(&path), &sidecar_file, new) {
            Ok(true) => Ok(Some(Written { path, outcome: WriteOutcome::Created })),
            incomplete => {
                // A sidecar without its transcript would take the name from the next attempt.
                let _ = fs::remove_file(&sidecar_file);
                incomplete?;
                Ok(None)
            }
        }
    }

    /// Whether both were written; not if somebody else has made the transcript's file meanwhile.
    fn write_pair(&self, file: &Path, sidecar_file: &Path, new: &Pair<'_>) -> Result<bool, FileError> {
        if let Some(sidecar) = new.sidecar {
            write_whole(sidecar_file, sidecar, Existing::Replace)?;
        }
        write_whole(file, new.transcript, Existing::Keep)
    }

    /// Whether the sidecar without a transcript that has the wanted name is the new recording's own, left by a
    /// process that was killed between the two. Any other file is somebody's.
    fn is_left_over(&self, path: &DocumentPath, sidecar_file: &Path, new: &Pair<'_>) -> bool {
        let left = self.archive.read_file(sidecar_file, MAX_SIDECAR_BYTES).ok();
        let left = left.and_then(|(bytes, _)| sidecar::read(&bytes).ok()?.origin());
        let parsed = new.as_document(path).parse();
        let own = parsed.transcript().and_then(|own| own.sidecar.as_ref()?.origin());
        left.zip(own).is_some_and(|(left, own)| left == own)
    }
}

/// The two files of a new document.
struct Pair<'a> {
    transcript: &'a [u8],
    sidecar: Option<&'a [u8]>,
}

impl Pair<'_> {
    fn as_document(&self, path: &DocumentPath) -> RawDocument {
        RawDocument::new(path.clone(), self.transcript.to_owned(), self.sidecar.map(<[u8]>::to_owned))
    }
}

/// By address where both have one, else by the hash of the media where both name it, else by their bytes.
fn is_same_recording(existing: &RawDocument, new: &RawDocument) -> bool {
    let (old_parsed, new_parsed) = (existing.parse(), new.parse());
    let address = |document: &StoredDocument| document.url().and_then(DocumentId::from_address);
    let media = |document: &StoredDocument| document.transcript()?.sidecar.as_ref()?.origin();
    if let Some((old, new)) = address(&old_parsed).zip(address(&new_parsed)) {
        old == new
    } else if let Some((old, new)) = media(&old_parsed).zip(media(&new_parsed)) {
        old == new
    } else {
        existing.bytes == new.bytes
    }
}

/// What is done with a file that has the name already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Replace,
    Keep,
}

/// Writes a file that appears whole or not at all, in the place of one that may be there.
///
/// # Errors
/// If it can't be written; what was there before is still there then.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_whole(path, bytes, Existing::Replace).map(drop)
}

/// Writes a file that appears whole or not at all, in portions: for what is too large to be held.
///
/// # Errors
/// If it can't be written, or `fill` fails; what was there before is still there then.
pub fn write_file_with<E: From<FileError>>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> Result<(), E>,
) -> Result<(), E> {
    let on = |action| FileError::on(action, path);
    let folder = folder_of(path);
    let file = unfinished(folder).map_err(on("write"))?;
    let mut out = BufWriter::new(file.as_file());
    fill(&mut out)?;
    out.flush().map_err(on("write"))?;
    drop(out);
    finish(file, path, folder, Existing::Replace).map(drop).map_err(E::from)
}

/// Finds out whether files can be made in a folder, before somebody works for hours on what is to stand there.
///
/// # Errors
/// If none can be made.
pub fn check_writable(folder: &Path) -> Result<(), FileError> {
    unfinished(folder).map(drop).map_err(FileError::on("write in", folder))
}

/// Writes a file under another name, brings it to the disk and gives it its name. `false` if there is such a
/// file that is to be kept.
fn write_whole(path: &Path, bytes: &[u8], existing: Existing) -> Result<bool, FileError> {
    let on = |action| FileError::on(action, path);
    let folder = folder_of(path);
    let mut file = unfinished(folder).map_err(on("write"))?;
    file.write_all(bytes).map_err(on("write"))?;
    finish(file, path, folder, existing)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings a written file to the disk and gives it its name. `false` if there is such a file that is to be kept.
fn finish(
    file: tempfile::NamedTempFile,
    path: &Path,
    folder: &Path,
    existing: Existing,
) -> Result<bool, FileError> {
    let on = |action| FileError::on(action, path);
    file.as_file().sync_all().map_err(on("write"))?;
    let persisted = match existing {
        Existing::Replace => file.persist(path),
        Existing::Keep => file.persist_noclobber(path),
    };
    match persisted {
        Ok(_) => sync_folder(folder).map_err(on("write")).map(|()| true),
        Err(error) if existing == Existing::Keep && error.error.kind() == ErrorKind::AlreadyExists => {
            Ok(false)
        }
        Err(error) => Err(FileError::new("write", path, error.error)),
    }
}

/// A new file in `folder`, with the permissions that any new file of this user has.
fn unfinished(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED_BEGINNING).suffix(UNFINISHED_ENDING);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // Less what the umask takes.
    builder.tempfile_in(folder)
}

/// Brings names to the disk. Only Unix opens folders as files; elsewhere the system does it on its own.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Removes what killed processes have left; we have the lock, so no living one writes here.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for child in fs::read_dir(folder)? {
        let child = child?;
        let name = child.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED_BEGINNING) && name.ends_with(UNFINISHED_ENDING) {
            // If it stays, it is hidden and harms nobody.
            let _ = fs::remove_file(child.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
