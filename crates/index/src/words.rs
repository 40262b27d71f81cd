//! The words: which passages hold which, with `tantivy`.
//!
//! ```text
//! passage --rows--> fields --Writer--> segments on disk --best--> the best passages of a query
//! ```
//!
//! A passage is known by its document's number and its place in the document, never by tantivy's own numbers,
//! which change with every merge.

mod across;
mod any;
mod best;
mod compile;
mod excluded;
mod forms;
mod joined;
mod layout;
mod listed;
mod near;
mod places;
mod remembered;
mod row;
mod schema;
mod snapshot;
mod statistics;
mod stored;
mod tally;
mod vocabulary;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};
use tantivy::directory::error::OpenReadError;
use tantivy::indexer::{LogMergePolicy, UserOperation};
use tantivy::{Directory as _, Index, IndexMeta, IndexReader, IndexWriter, ReloadPolicy, TantivyError};

use crate::catalogue::{Batch, DocumentNumber, WordCounts};
use crate::passages::Passage;
pub(crate) use best::{Found, Order};
pub(crate) use compile::Among;
use row::Row;
use schema::{Fields, schema, tokenizers};
pub(crate) use schema::{Heading, day_number};
pub(crate) use snapshot::Snapshot;
pub(crate) use stored::{StoredPassage, StoredPiece};
pub(crate) use tally::{Sum, Tally, TallyKey};
pub(crate) use vocabulary::{MOST_FORMS, TooMany, Vocabulary};

/// Memory of the writer for each of its threads, in bytes; what fills it becomes a segment. Large ones are merged less often.
const HEAP_BYTES_PER_THREAD: usize = 96 << 20;

/// More threads gain little: the disk and the merges are shared.
const MOST_THREADS: usize = 3;

/// With fewer documents for each, more threads would only make more and smaller segments.
const DOCUMENTS_FOR_A_THREAD: usize = 20;

/// As tantivy (0.27.0) calls it. What is in it tells one commit from another, and to compare it takes a tenth of the time in
/// which it is understood.
const LIST_OF_SEGMENTS: &str = "meta.json";

/// A segment of which more than this share was deleted is written anew.
const MOST_DELETED: f32 = 0.25;

/// The words of an archive, open.
pub(crate) struct Words {
    index: Index,
    fields: Fields,
    folder: PathBuf,
    /// The last snapshot, and what the list of segments said: opening them takes longer than most searches.
    last: Mutex<Option<(Vec<u8>, Snapshot)>>,
}

/// Why the words cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the words in `{}`: {message}{}", folder.display(), hint(message))]
pub struct WordsError {
    folder: PathBuf,
    message: String,
}

fn hint(message: &str) -> &'static str {
    let message = message.to_lowercase();
    if message == NOT_THERE {
        "\nhint: `onrecord index` finishes an update that was interrupted"
    } else if message.contains("no space") || message.contains("storagefull") || message.contains("quota") {
        "\nhint: free some space and run the same command again"
    } else if message.contains("permission") || message.contains("read-only") {
        "\nhint: look at the permissions of the folder `.onrecord`"
    } else {
        "\nhint: nothing is lost: `onrecord index --rebuild` makes them anew from the archive's files"
    }
}

/// What is kept with a commit, so that words and catalogue can be compared and scores don't depend on how often
/// documents were replaced.
#[derive(Serialize, Deserialize)]
struct Payload {
    batch: u64,
    counts: WordCounts,
}

impl Words {
    /// Opens the words in `folder`, which were written before.
    pub(crate) fn open(folder: &Path) -> Result<Self, WordsError> {
        Self::with(folder, || Index::open_in_dir(folder))
    }

    /// Opens the words in `folder`, or begins there.
    pub(crate) fn open_or_create(folder: &Path) -> Result<Self, WordsError> {
        Self::with(folder, || {
            fs::create_dir_all(folder)?;
            let directory = tantivy::directory::MmapDirectory::open(folder)?;
            Index::open_or_create(directory, schema().0)
        })
    }

    fn with(folder: &Path, open: impl FnOnce() -> tantivy::Result<Index>) -> Result<Self, WordsError> {
        let mut index = open().map_err(|error| words_error(folder, &error))?;
        index.set_tokenizers(tokenizers());
        Ok(Self { index, fields: schema().1, folder: folder.to_owned(), last: Mutex::new(None) })
    }

    /// The last batch that was written; the zeroth if none was.
    pub(crate) fn batch(&self) -> Result<Batch, WordsError> {
        Ok(batch_of(&self.metas()?))
    }

    fn metas(&self) -> Result<IndexMeta, WordsError> {
        self.index.load_metas().map_err(|error| self.error(&error))
    }

    /// Whether there are as many passages as were written: anything else is damage.
    pub(crate) fn are_complete(&self) -> Result<bool, WordsError> {
        let snapshot = self.snapshot()?;
        Ok(snapshot.passages() == snapshot.counts().all_passages())
    }

    /// The words as they are now, unmoved by what is written meanwhile.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, WordsError> {
        let list = self.index.directory().atomic_read(Path::new(LIST_OF_SEGMENTS));
        let list = list.map_err(|error| self.error(&error.into()))?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapshot)) = last.as_ref().filter(|(last_list, _)| *last_list == list) {
            return Ok(snapshot.clone());
        }
        let counts = batch_of(&self.metas()?).counts;
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: IndexReader = reader.map_err(|error| self.error(&error))?;
        let snapshot = Snapshot::new(reader.searcher(), self.fields, counts, self.folder.clone());
        *last = Some((list, snapshot.clone()));
        Ok(snapshot)
    }

    /// A writer for this many documents; there can be one at a time, which the index's lock sees to.
    pub(crate) fn writer(&self, documents: usize) -> Result<Writer<'_>, WordsError> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        // Each thread leaves a segment of its own.
        let threads = threads.min(documents.div_ceil(DOCUMENTS_FOR_A_THREAD)).max(1);
        let writer = self.index.writer_with_num_threads(threads, threads * HEAP_BYTES_PER_THREAD);
        let writer: IndexWriter<Row> = writer.map_err(|error| self.error(&error))?;
        // A killed writer leaves files that belong to no commit. Their names come again, because they are made
        // of the number of the change, and tantivy does not write over a file.
        writer.garbage_collect_files().wait().map_err(|error| self.error(&error))?;
        let mut merges = LogMergePolicy::default();
        merges.set_del_docs_ratio_before_merge(MOST_DELETED);
        writer.set_merge_policy(Box::new(merges));
        Ok(Writer { words: self, writer, order: Mutex::new(()) })
    }

    fn error(&self, error: &TantivyError) -> WordsError {
        words_error(&self.folder, error)
    }
}

fn batch_of(metas: &IndexMeta) -> Batch {
    let payload = metas.payload.as_deref().and_then(|payload| serde_json::from_str::<Payload>(payload).ok());
    payload.map_or_else(Batch::default, |payload| Batch { number: payload.batch, counts: payload.counts })
}

fn words_error(folder: &Path, error: &TantivyError) -> WordsError {
    let is_missing = matches!(error, TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_)));
    let message = if is_missing { NOT_THERE.to_owned() } else { error.to_string() };
    WordsError { folder: folder.to_owned(), message }
}

/// Of words that were not begun yet, or of which files were removed.
const NOT_THERE: &str = "files of them are missing";

/// Changes the words.
pub(crate) struct Writer<'a> {
    words: &'a Words,
    writer: IndexWriter<Row>,
    /// Held while a document is handed over. tantivy (0.27.0) numbers what it is told to delete and to add, and
    /// takes for granted that it is told in the order of the numbers; when two threads overtake each other there,
    /// passages that were just added are deleted with the old ones.
    order: Mutex<()>,
}

impl Writer<'_> {
    /// Puts a document's passages in the place of those that it had. Several threads may do so at a time.
    pub(crate) fn put(&self, heading: Heading<'_>, passages: &[Passage]) -> Result<(), WordsError> {
        let fields = &self.words.fields;
        let number = DocumentNumber::of(&heading.document.path);
        let mut operations = vec![UserOperation::Delete(fields.number_term(number))];
        operations.extend(fields.rows(heading, passages).into_iter().map(UserOperation::Add));
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer.run(operations).map(drop).map_err(|error| self.words.error(&error))
    }

    /// Takes a document's passages away.
    pub(crate) fn remove(&self, path: &str) {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer.delete_term(self.words.fields.number_term(DocumentNumber::of(path)));
    }

    /// Brings all changes since the last batch to the disk, all or none.
    pub(crate) fn commit(&mut self, batch: Batch) -> Result<(), WordsError> {
        let payload = Payload { batch: batch.number, counts: batch.counts };
        let payload = serde_json::to_string(&payload).unwrap_or_default();
        let mut commit = || {
            let mut prepared = self.writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()
        };
        commit().map(drop).map_err(|error| self.words.error(&error))
    }

    /// Waits until segments that are being merged are merged, and lists the forms of words of what they have become.
    pub(crate) fn finish(self) -> Result<(), WordsError> {
        let words = self.words;
        self.writer.wait_merging_threads().map_err(|error| words.error(&error))?;
        let snapshot = words.snapshot()?;
        snapshot.keep_forms()
    }
}

#[cfg(test)]
mod tests;
