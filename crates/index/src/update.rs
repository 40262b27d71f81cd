//! Brings the index up to date with the archive's files: only what changed.
//!
//! ```text
//! files, catalogue --plan--> tasks --in batches--> 1 the catalogue notes what is about to change
//!                                                  2 files are read and cut, on all cores, into the words
//!                                                  3 the words are committed
//!                                                  4 the catalogue enters the documents and drops its note
//! ```
//!
//! Then copies are looked for, and documents with another role than before are indexed again in the same steps.
//!
//! Killed before 3, nothing has changed. Killed between 3 and 4, the words hold documents that the catalogue does
//! not know: searches pass over them, and the next update finds the note and takes them away before it begins.

mod plan;
mod roles;
mod session;
mod task;

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use archive::{Archive, DocumentPath, FileError, Lock, LockError};

use language::embed::{EmbedError, Embedder};

use crate::catalogue::CatalogueError;
use crate::meaning::MeaningError;
use crate::search::IndexPaths;
use crate::words::WordsError;
use session::Session;
pub use task::describe;

/// A batch is committed after so many documents, or
const BATCH_DOCUMENTS: usize = 4_000;

/// so many bytes of documents: what a kill costs at most, against what a commit costs.
const BATCH_BYTES: u64 = 256 << 20;

/// How an update goes about it.
#[derive(Clone, Copy)]
pub struct UpdateOptions<'a> {
    /// What another process is told about us, such as `onrecord add`.
    pub purpose: &'a str,
    /// How long to wait for another process that updates.
    pub patience: Duration,
    /// Which documents to look at.
    pub scope: Scope<'a>,
    /// Whether to begin from nothing.
    pub rebuild: bool,
    /// Makes the vectors of passages; without it they are left to a later update.
    pub embedder: Option<&'a dyn Embedder>,
}

impl<'a> UpdateOptions<'a> {
    /// Looks at all documents, and at what has changed of them.
    pub fn all(purpose: &'a str) -> Self {
        Self { purpose, patience: Duration::from_secs(10), scope: Scope::All, rebuild: false, embedder: None }
    }
}

/// Which documents an update looks at.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// All there are, and those that are gone.
    All,
    /// These; for a program that has just written them.
    Only(&'a [DocumentPath]),
}

/// How far an update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Documents that were read.
    pub documents_done: usize,
    /// Documents that have to be read.
    pub documents_total: usize,
    /// Their bytes so far.
    pub bytes_done: u64,
    /// The bytes of all of them.
    pub bytes_total: u64,
}

/// What an update did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// New documents.
    pub added: usize,
    /// Documents whose files say something else than before.
    pub changed: usize,
    /// Documents whose files are gone.
    pub removed: usize,
    /// Documents that were looked at and are as they were.
    pub unchanged: usize,
    /// Documents that can't be read, with the reason. What was known of them stays.
    pub failed: Vec<(String, String)>,
    /// Documents for which another one stands, if copies were looked for.
    pub copies: u64,
    /// What may hold documents and was left out, with the reason; empty for [`Scope::Only`].
    pub skipped: Vec<(String, String)>,
}

/// Why an update failed. What was done before stays done.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Another process updates.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The archive, or the folder of the index, can't be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The catalogue can't be written.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The words can't be written.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The vectors can't be made.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The vectors can't be written.
    #[error(transparent)]
    Meaning(#[from] MeaningError),
}

/// Brings the index of `archive` up to date; makes it if there is none, or none that this program reads.
///
/// Searches go on meanwhile. `progress` is called after each document that was read.
///
/// # Errors
/// If another process updates for longer than the options have patience, or the index can't be written.
pub fn update(
    archive: &Archive,
    options: UpdateOptions<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<Report, UpdateError> {
    let paths = IndexPaths::of(archive);
    let _lock = Lock::acquire(&paths.lock, options.purpose, options.patience)?;
    if options.rebuild {
        remove(&paths)?;
    }
    let mut session = open_session(archive, &paths, options.embedder)?;
    let plan = session.plan(options.scope)?;
    let mut report = session.run(&plan, &mut progress)?;
    report.skipped = session.note_skipped(plan.skipped, &report.failed, options.scope)?;
    Ok(report)
}

/// Opens the index; one in pieces that do not belong together is made anew.
fn open_session<'a>(
    archive: &'a Archive,
    paths: &IndexPaths,
    embedder: Option<&'a dyn Embedder>,
) -> Result<Session<'a>, UpdateError> {
    if let Some(session) = Session::open(archive, paths, embedder)? {
        return Ok(session);
    }
    remove(paths)?;
    match Session::open(archive, paths, embedder)? {
        Some(session) => Ok(session),
        None => unreachable_mismatch(paths),
    }
}

/// An index that was just begun has no pieces that could not belong together.
fn unreachable_mismatch<T>(paths: &IndexPaths) -> Result<T, UpdateError> {
    let cause = std::io::Error::other("it was changed by another program while it was made");
    Err(FileError::new("use the index", &paths.folder, cause).into())
}

/// Removes the index, which can be made again. The lock stays: it is held.
fn remove(paths: &IndexPaths) -> Result<(), FileError> {
    let beside = |ending: &str| {
        let mut path = paths.catalogue.clone().into_os_string();
        path.push(ending);
        path.into()
    };
    for file in [paths.catalogue.clone(), beside("-wal"), beside("-shm")] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(FileError::new("remove", &file, error));
            }
            _ => {}
        }
    }
    for folder in [&paths.words, &paths.meaning] {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(FileError::new("remove", folder, error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
