//! Where and why a query is not understood.

use super::{MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_WORDS};

/// A place in a query that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {column} of the query: {kind}")]
pub struct QueryError {
    /// In characters, from 1.
    pub column: usize,
    /// What was expected there, and what was found.
    pub kind: QueryErrorKind,
}

/// What was expected, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryErrorKind {
    /// There is nothing to look for.
    #[error("expected a word to look for, found {found}")]
    NoWord {
        /// What is there instead.
        found: String,
    },
    /// An operator stands alone.
    #[error("expected a word, a phrase or `(` after `{operator}`, found {found}")]
    NoOperand {
        /// The operator.
        operator: &'static str,
        /// What stands there.
        found: String,
    },
    /// `OR` has nothing before it.
    #[error("expected a word, a phrase or `(` before `{operator}`\nhint: to look for the word itself, write `\"{}\"`", operator.to_lowercase())]
    NothingBefore {
        /// The operator.
        operator: &'static str,
    },
    /// Quotation marks are open at the end.
    #[error("expected a second quotation mark behind this one, found the end of the query")]
    OpenQuotation,
    /// A bracket is open at the end.
    #[error("expected a `)` for this `(`, found the end of the query")]
    OpenBracket,
    /// A bracket closes that was not opened.
    #[error("expected a `(` before this `)`, found none")]
    ClosedBracket,
    /// Everything is excluded.
    #[error(
        "expected something to look for besides what is left out\nhint: put a word without a hyphen beside it"
    )]
    OnlyExcluded,
    /// Part of the language to come: silently taken as words it would find the wrong things.
    #[error("{what} is not understood by this version{hint}")]
    NotYet {
        /// What stands there.
        what: String,
        /// What to do instead, behind `\nhint: `, or nothing.
        hint: &'static str,
    },
    /// It is longer than anybody types.
    #[error("expected at most {MAX_QUERY_CHARACTERS} characters, found {characters}")]
    TooLong {
        /// Its length.
        characters: usize,
    },
    /// It has more words than anybody types.
    #[error("expected at most {MAX_QUERY_WORDS} words and phrases, found more")]
    TooManyWords,
    /// Brackets in brackets in brackets.
    #[error("expected brackets at most {MAX_QUERY_DEPTH} deep, found more")]
    TooDeep,
}
