//! Documents -> passages that they share: versions of an article, agency copy, one clip in several programmes.
//!
//! ```text
//! Material --extract--> Held: fingerprints of runs of words (a document alone)
//! all Held --pairs-----> documents that share fingerprints, and where
//! Pair + both Wordings --passages--> Reuse: the shared passages word by word, and which came first
//! ```
//!
//! The promise: every passage is compared word by word before it is reported, and its share of common words with it.

mod advertising;
mod fingerprints;
mod pairs;
mod passages;

use record::{Citation, DocumentId};
use serde::Serialize;

pub(crate) use advertising::advertises;
pub use fingerprints::{Held, extract};
pub use pairs::{Pair, pairs};
pub use passages::{Wording, passages};

/// The method and its version, printed with what it found.
pub const METHOD: &str = "reuse/1";

/// A passage in one of two documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Passage {
    /// Where.
    #[serde(flatten)]
    pub citation: Citation,
    /// Its words.
    pub text: String,
}

/// Two passages with the same words, or nearly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reuse {
    /// Of the document that was published first, if that is known.
    pub left: Passage,
    /// Of the other one.
    pub right: Passage,
    /// Share of the longer passage's words that both have in the same order, 0 to 1.
    pub overlap: f32,
    /// How many words both have.
    pub common_words: usize,
    /// The document that was published on an earlier day; `None` if the days are the same or one is not known.
    pub first: Option<DocumentId>,
    /// Whether it is an advertisement or a request to subscribe, by its words: reuse, but no news.
    pub is_advertising: bool,
    /// How the two documents as a whole relate.
    pub relation: Relation,
}

/// How two documents relate by what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Versions of one: of all words of either, 60 % are shared.
    Version,
    /// 60 % of one are in the other.
    Contained,
    /// They share a passage.
    Passage,
}

#[cfg(test)]
mod tests;
