//! The record on disk, found again.
//!
//! ```text
//! archive files --update--> catalogue (SQLite: which documents there are)
//!                       +-> words (tantivy: which passages hold which words)
//! query --parse--> Query --search--> hits, each with document, segment and second
//! ```
//!
//! All of it can be made again from the archive's files.

pub mod passages;
mod tokens;
