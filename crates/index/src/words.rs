//! The words: which passages hold which, with `tantivy`.
//!
//! ```text
//! passage --documents--> fields --Writer--> segments on disk --best--> the best passages of a query
//! ```
//!
//! | field | holds | for |
//! |---|---|---|
//! | `stem` | words without endings | words of a query |
//! | `exact` | words with their positions, and the text itself | phrases |
//! | `bridge` | the last words of a passage and the first of the next | phrases that reach across |
//! | `suspect_stem`, `suspect_exact` | the same of doubted segments | searches that ask for them |
//!
//! A passage is known by its document's number and its place in the document, never by tantivy's own numbers,
//! which change with every merge.

mod best;
mod compile;
mod excluded;
mod statistics;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::civil::Date;
use record::Document;
use serde::{Deserialize, Serialize};
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{LogMergePolicy, UserOperation};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TantivyDocument, TextFieldIndexing, TextOptions,
    Value,
};
use tantivy::tokenizer::{PreTokenizedString, TextAnalyzer, Token as IndexToken, TokenizerManager};
use tantivy::{Index, IndexMeta, IndexReader, IndexWriter, Opstamp, ReloadPolicy, TantivyError, Term};

use crate::catalogue::{Batch, DocumentNumber, WordCounts};
use crate::passages::Passage;
use crate::query::Query;
use crate::tokens::{ExactWords, Stems, tokens};
pub(crate) use best::Found;
pub(crate) use compile::Filter;
pub(crate) use stored::{StoredPassage, StoredPiece};

/// How many words before and behind a passage's end are kept to find phrases that reach across it. A longer
/// phrase is looked up by these alone and compared with the text afterwards.
const BRIDGE_WORDS: usize = 4;

/// Stands before the words of the next passage in the field `bridge`; no word contains it.
const NEXT_MARK: char = '\u{1f}';

/// Memory of the writer for each of its threads, in bytes; what fills it becomes a segment.
const HEAP_BYTES_PER_THREAD: usize = 32 << 20;

/// More threads gain little: the disk and the merges are shared.
const MOST_THREADS: usize = 3;

/// With fewer documents for each, more threads would only make more and smaller segments.
const DOCUMENTS_FOR_A_THREAD: usize = 20;

/// A segment of which more than this share was deleted is written anew.
const MOST_DELETED: f32 = 0.25;

/// The words of an archive, open.
pub(crate) struct Words {
    index: Index,
    fields: Fields,
    folder: PathBuf,
    /// The last snapshot: opening the segments takes longer than most searches.
    last: Mutex<Option<(SnapshotKey, Snapshot)>>,
}

/// By which it is seen whether the words on disk are those of a snapshot.
type SnapshotKey = (Opstamp, Vec<SegmentId>);

/// Why the words cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the words in `{}`: {message}{}", folder.display(), hint(message))]
pub struct WordsError {
    folder: PathBuf,
    message: String,
}

fn hint(message: &str) -> &'static str {
    let message = message.to_lowercase();
    if message.contains("no space") || message.contains("storagefull") || message.contains("quota") {
        "\nhint: free some space and run the same command again"
    } else if message.contains("permission") || message.contains("read-only") {
        "\nhint: look at the permissions of the folder `.onrecord`"
    } else {
        "\nhint: nothing is lost: `onrecord reindex --rebuild` makes them anew from the archive's files"
    }
}

/// The fields of a passage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// [`DocumentNumber`] of its document.
    number: Field,
    /// Its place in the document, from 0.
    ordinal: Field,
    show: Field,
    /// The date as the number YYYYMMDD.
    day: Field,
    stem: Field,
    exact: Field,
    bridge: Field,
    suspect_stem: Field,
    suspect_exact: Field,
    /// [`stored::encode`].
    places: Field,
}

const STEMS: &str = "stems";
const EXACT: &str = "exact";
const WHOLE: &str = "raw";

fn schema() -> (Schema, Fields) {
    let text = |tokenizer, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let unscored = |tokenizer, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing.set_fieldnorms(false))
    };
    let (counted, placed) = (IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    let fields = Fields {
        number: schema.add_u64_field("number", INDEXED | FAST),
        ordinal: schema.add_u64_field("ordinal", FAST),
        show: schema.add_text_field("show", unscored(WHOLE, IndexRecordOption::Basic)),
        day: schema.add_u64_field("day", FAST),
        stem: schema.add_text_field("stem", text(STEMS, counted)),
        exact: schema.add_text_field("exact", text(EXACT, placed).set_stored()),
        bridge: schema.add_text_field("bridge", unscored(EXACT, placed)),
        suspect_stem: schema.add_text_field("suspect_stem", text(STEMS, counted)),
        suspect_exact: schema.add_text_field("suspect_exact", text(EXACT, placed).set_stored()),
        places: schema.add_bytes_field("places", STORED),
    };
    (schema.build(), fields)
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(EXACT, TextAnalyzer::from(ExactWords));
    tokenizers.register(STEMS, Stems::default().into_analyzer());
    tokenizers
}

/// What is kept with a commit, so that words and catalogue can be compared and scores don't depend on how often
/// documents were replaced.
#[derive(Serialize, Deserialize)]
struct Payload {
    batch: u64,
    passages: u64,
    words: u64,
    suspect_passages: u64,
    suspect_words: u64,
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
        let WordCounts { passages, suspect_passages, .. } = snapshot.counts;
        Ok(snapshot.searcher.num_docs() == passages + suspect_passages)
    }

    /// The words as they are now, unmoved by what is written meanwhile.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, WordsError> {
        let metas = self.metas()?;
        let key = (metas.opstamp, metas.segments.iter().map(SegmentMeta::id).collect());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapshot)) = last.as_ref().filter(|(last_key, _)| *last_key == key) {
            return Ok(snapshot.clone());
        }
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: IndexReader = reader.map_err(|error| self.error(&error))?;
        let counts = batch_of(&metas).counts;
        let (searcher, fields, folder) = (reader.searcher(), self.fields, self.folder.clone());
        let snapshot = Snapshot { searcher, fields, counts, folder };
        *last = Some((key, snapshot.clone()));
        Ok(snapshot)
    }

    /// A writer for this many documents; there can be one at a time, which the index's lock sees to.
    pub(crate) fn writer(&self, documents: usize) -> Result<Writer<'_>, WordsError> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        // Each thread leaves a segment of its own.
        let threads = threads.min(documents.div_ceil(DOCUMENTS_FOR_A_THREAD)).max(1);
        let writer = self.index.writer_with_num_threads(threads, threads * HEAP_BYTES_PER_THREAD);
        let writer: IndexWriter = writer.map_err(|error| self.error(&error))?;
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
    payload.map_or_else(Batch::default, |payload| Batch {
        number: payload.batch,
        counts: WordCounts {
            passages: payload.passages,
            words: payload.words,
            suspect_passages: payload.suspect_passages,
            suspect_words: payload.suspect_words,
        },
    })
}

fn words_error(folder: &Path, error: &TantivyError) -> WordsError {
    WordsError { folder: folder.to_owned(), message: error.to_string() }
}

/// Changes the words.
pub(crate) struct Writer<'a> {
    words: &'a Words,
    writer: IndexWriter,
    /// Held while a document is handed over. tantivy (0.27.0) numbers what it is told to delete and to add, and
    /// takes for granted that it is told in the order of the numbers; when two threads overtake each other there,
    /// passages that were just added are deleted with the old ones.
    order: Mutex<()>,
}

impl Writer<'_> {
    /// Puts a document's passages in the place of those that it had. Several threads may do so at a time.
    pub(crate) fn put(&self, document: &Document, passages: &[Passage]) -> Result<(), WordsError> {
        let number = DocumentNumber::of(&document.path);
        let mut operations = vec![UserOperation::Delete(self.words.fields.number_term(number))];
        operations.extend(passages.iter().enumerate().map(|(ordinal, passage)| {
            let next = passages.get(ordinal + 1).filter(|_| passage.continues);
            UserOperation::Add(self.words.fields.document(document, number, ordinal, passage, next))
        }));
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
        let WordCounts { passages, words, suspect_passages, suspect_words } = batch.counts;
        let payload = Payload { batch: batch.number, passages, words, suspect_passages, suspect_words };
        let payload = serde_json::to_string(&payload).unwrap_or_default();
        let mut commit = || {
            let mut prepared = self.writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()
        };
        commit().map(drop).map_err(|error| self.words.error(&error))
    }

    /// Waits until segments that are being merged are merged.
    pub(crate) fn finish(self) -> Result<(), WordsError> {
        let words = self.words;
        self.writer.wait_merging_threads().map_err(|error| words.error(&error))
    }
}

impl Fields {
    fn number_term(&self, number: DocumentNumber) -> Term {
        Term::from_field_u64(self.number, number.as_index())
    }

    fn document(
        &self,
        document: &Document,
        number: DocumentNumber,
        ordinal: usize,
        passage: &Passage,
        next: Option<&Passage>,
    ) -> TantivyDocument {
        let mut fields = TantivyDocument::new();
        fields.add_u64(self.number, number.as_index());
        fields.add_u64(self.ordinal, ordinal as u64);
        if let Some(show) = &document.show {
            fields.add_text(self.show, show);
        }
        if let Some(date) = document.date {
            fields.add_u64(self.day, day_number(date));
        }
        let text = passage.text();
        let (stem, exact) = match passage.is_suspect() {
            true => (self.suspect_stem, self.suspect_exact),
            false => (self.stem, self.exact),
        };
        if let Some(next) = next.filter(|_| !passage.is_suspect()) {
            fields.add_pre_tokenized_text(self.bridge, bridge(&text, &next.text()));
        }
        fields.add_text(stem, &text);
        fields.add_text(exact, &text);
        fields.add_bytes(self.places, &stored::encode(passage));
        fields
    }
}

/// The last words of a passage and the first of the next, these marked: a phrase in them that begins unmarked
/// and ends marked reaches across, and no other does.
fn bridge(text: &str, next: &str) -> PreTokenizedString {
    let words: Vec<String> = tokens(text).map(|token| token.exact).collect();
    let last = words.into_iter().rev().take(BRIDGE_WORDS).collect::<Vec<_>>().into_iter().rev();
    let first = tokens(next).take(BRIDGE_WORDS).map(|token| marked(&token.exact));
    let token = |(position, text)| IndexToken { position, text, ..IndexToken::default() };
    PreTokenizedString { text: String::new(), tokens: last.chain(first).enumerate().map(token).collect() }
}

fn marked(word: &str) -> String {
    format!("{NEXT_MARK}{word}")
}

/// YYYYMMDD, which orders as dates do.
fn day_number(date: Date) -> u64 {
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    part(date.year().into()) * 10_000 + part(date.month().into()) * 100 + part(date.day().into())
}

/// The words at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot {
    searcher: tantivy::Searcher,
    fields: Fields,
    counts: WordCounts,
    folder: PathBuf,
}

impl Snapshot {
    /// The `limit` best passages for a query, best first, and whether there may be more.
    pub(crate) fn best(
        &self,
        query: &Query,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Found>, WordsError> {
        let compiled = compile::compile(query, filter, &self.fields);
        let statistics = statistics::Statistics::new(&self.searcher, self.counts, &self.fields);
        let collector = best::Best::new(limit);
        let found = self.searcher.search_with_statistics_provider(&compiled, &collector, &statistics);
        found.map_err(|error| self.error(&error))
    }

    /// The passage itself; `None` if what is kept of it is damaged.
    pub(crate) fn passage(&self, found: &Found) -> Result<Option<StoredPassage>, WordsError> {
        let document: TantivyDocument =
            self.searcher.doc(found.address()).map_err(|error| self.error(&error))?;
        let text = [self.fields.exact, self.fields.suspect_exact]
            .iter()
            .find_map(|field| document.get_first(*field)?.as_str().map(str::to_owned));
        let places =
            document.get_first(self.fields.places).and_then(|value| value.as_bytes().map(<[u8]>::to_vec));
        Ok(text.zip(places).and_then(|(text, places)| stored::decode(text, &places)))
    }

    /// The passage that follows in the same document, if there is one.
    pub(crate) fn next_passage(&self, found: &Found) -> Result<Option<StoredPassage>, WordsError> {
        let term = self.fields.number_term(found.number);
        let next = best::passage_of(&self.searcher, term, found.number, found.ordinal + 1);
        match next.map_err(|error| self.error(&error))? {
            Some(next) => self.passage(&next),
            None => Ok(None),
        }
    }

    fn error(&self, error: &TantivyError) -> WordsError {
        words_error(&self.folder, error)
    }
}

#[cfg(test)]
mod tests;
