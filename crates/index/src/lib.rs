//! The record on disk, found again.
//!
//! ```text
//! archive files --update--> catalogue (SQLite: which documents there are)
//!                       +-> words (tantivy: which passages hold which words)
//! archive files, catalogue --verify--> what is not as it was noted
//! query text --Query::parse--> Query --Index::search--> hits, each with document, segment and second
//! ```
//!
//! All of it lies in `.onrecord/index/` and can be made again from the archive's files. The promises, each held
//! by a test: the same files give the same answers in the same order, whatever the index was through; killed at
//! any moment, the next update repairs it; who searches is not disturbed by who updates.

mod alone;
mod catalogue;
mod copies;
mod doubts;
mod locate;
mod meaning;
mod nearness;
mod passages;
mod query;
mod rank;
mod search;
mod sought;
mod sounds;
#[cfg(test)]
mod testing;
mod tokens;
mod update;
mod verify;
mod words;

pub use alone::{CutDocument, write_words_alone};
pub use catalogue::{Catalogue, CatalogueError, Copied, Known, ShowSummary, Summary, WordCounts};
pub use copies::CopyReason;
pub use doubts::{document_doubts, doubts};
pub use meaning::MeaningError;
pub use passages::{Passage, Piece, article_passages, document_passages, passages};
pub use query::{
    MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_WORDS, QUERY_HELP, Query, QueryError, QueryErrorKind,
    Spellings,
};
pub use search::{
    AlsoIn, Answer, Counts, Excerpt, Hit, Index, MAX_HITS, Mode, OpenError, Period, SearchError,
    SearchOptions, SortBy, Trend, TrendsBy, exists, open_catalogue,
};
pub use update::{Progress, Report, Scope, UpdateError, UpdateOptions, describe, update};
pub use verify::{Problem, ProblemKind, VerifyError, verify};
pub use words::WordsError;
