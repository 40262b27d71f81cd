//! The record on disk, found again.
//!
//! ```text
//! archive files --update--> catalogue (SQLite: which documents there are)
//!                       +-> words (tantivy: which passages hold which words)
//! query text --Query::parse--> Query --Index::search--> hits, each with document, segment and second
//! ```
//!
//! All of it lies in `.onrecord/index/` and can be made again from the archive's files. The promises, each held
//! by a test: the same files give the same answers in the same order, whatever the index was through; killed at
//! any moment, the next update repairs it; who searches is not disturbed by who updates.

mod catalogue;
mod locate;
mod passages;
mod query;
mod search;
#[cfg(test)]
mod testing;
mod tokens;
mod update;
mod words;

pub use catalogue::{Catalogue, CatalogueError, Known, ShowSummary, Summary, WordCounts};
pub use passages::{Passage, Piece, article_passages, document_passages, passages};
pub use query::{MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_WORDS, Query, QueryError, QueryErrorKind};
pub use search::{Excerpt, Hit, Index, MAX_HITS, OpenError, SearchError, SearchOptions, exists};
pub use update::{Progress, Report, Scope, UpdateError, UpdateOptions, describe, update};
pub use words::WordsError;
