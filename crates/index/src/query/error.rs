//! Where and why a query is not understood.

use super::distance::MOST_WORDS;
use super::{MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_WORDS};

/// A place in a query that is not understood.
///
/// [`QueryError::pointer`] shows the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {column} of the query: {kind}")]
pub struct QueryError {
    /// In characters, from 1; at most one behind the last.
    pub column: usize,
    /// What was expected there, and what was found.
    pub kind: QueryErrorKind,
}

/// What was expected, and what was found.
///
/// Each `found` is ready to be read: a part of the query in backticks, shortened, or words such as "nothing".
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
        operator: String,
        /// What stands there.
        found: String,
    },
    /// `OR` has nothing before it.
    #[error(
        "expected a word, a phrase or `(` before `{operator}`\nhint: to look for the word itself, write `\"{}\"`",
        operator.to_lowercase()
    )]
    NothingBefore {
        /// The operator.
        operator: String,
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
        "expected something to look for besides what is left out\nhint: put a word or a condition without a hyphen beside it"
    )]
    OnlyExcluded,
    /// What can be near something are words, not conditions or all that a bracket may hold.
    #[error(
        "expected a word, a phrase or words with `OR` in brackets beside `{operator}`, found {found}\nhint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`"
    )]
    NearOperand {
        /// The operator, as it was typed.
        operator: String,
        /// What stands beside it.
        found: String,
    },
    /// No number of words.
    #[error(
        "expected a number of words from 1 to {MOST_WORDS} after `near/`, found {found}\nhint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks"
    )]
    NotWords {
        /// What stands there.
        found: String,
    },
    /// No time.
    #[error(
        "expected a time from 1 second to 1 hour after `within/`, found {found}\nhint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks"
    )]
    NotTime {
        /// What stands there.
        found: String,
    },
    /// A star that does not end a word.
    #[error(
        "expected `*` only at the end of a word, found {found}\nhint: to look for the words themselves, put them into quotation marks"
    )]
    MisplacedStar {
        /// The word with the star.
        found: String,
    },
    /// A sign that belongs behind one word stands behind a compound.
    #[error("expected one word before `{sign}`, found several in {found}\nhint: put spaces between them")]
    SeveralWords {
        /// The sign, with its number.
        sign: &'static str,
        /// The words with the sign.
        found: String,
    },
    /// Nearly everything would be found.
    #[error("expected at least {shortest} letters before `{sign}`, found {found}")]
    ShortWord {
        /// The sign, with its number.
        sign: &'static str,
        /// How many letters there must be.
        shortest: usize,
        /// The word with the sign.
        found: String,
    },
    /// A word may be misspelled in one letter or two.
    #[error("expected `~`, `~1` or `~2` behind a word, found {found}")]
    NotEdits {
        /// The word with the sign.
        found: String,
    },
    /// Phrases are looked for as they are.
    #[error(
        "expected a space behind the phrase, found `{sign}`\nhint: `{sign}` goes behind a word without quotation marks; words near each other are `ferry near/5 storm`"
    )]
    SignBehindPhrase {
        /// The sign.
        sign: char,
    },
    /// The value of a field is no beginning and no misspelling.
    #[error(
        "expected a value without `{sign}` for `{field}:`\nhint: if the sign belongs to it, put the value into quotation marks"
    )]
    SignInField {
        /// The sign.
        sign: char,
        /// The field.
        field: &'static str,
    },
    /// A field that there is not, but nearly.
    #[error(
        "expected a field or a word, found `{found}:`\nhint: did you mean `{meant}:`? To look for the words themselves, put them into quotation marks"
    )]
    UnknownField {
        /// What was typed, in small letters.
        found: String,
        /// The field that it resembles.
        meant: &'static str,
    },
    /// Part of the language to come: silently taken as words it would find the wrong things.
    #[error(
        "`{field}:` is not understood by this version\nhint: to look for the words themselves, put them into quotation marks"
    )]
    NotYet {
        /// The field.
        field: &'static str,
    },
    /// A field without a value.
    #[error("expected a value right behind `{field}:`, found {found}\nhint: write `{example}`")]
    NoValue {
        /// The field.
        field: &'static str,
        /// The field with a value.
        example: &'static str,
        /// What stands there.
        found: String,
    },
    /// More than values in the brackets of a field.
    #[error(
        "expected values with `OR` between them in the brackets of `{field}:`, found {found}\nhint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-{field}:`"
    )]
    InBrackets {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// There are two kinds of documents.
    #[error("expected `article` or `broadcast` after `kind:`, found {found}")]
    NotKind {
        /// What stands there.
        found: String,
    },
    /// Languages are given by their codes.
    #[error("expected a language's code of two or three letters after `lang:`, such as `en`, found {found}")]
    NotLanguage {
        /// What stands there.
        found: String,
    },
    /// Not the shape of a date.
    #[error(
        "expected a day, a month or a year after `{field}:`, found {found}\nhint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`"
    )]
    NotDate {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A month after December.
    #[error("expected a month from 01 to 12, found `{found}`")]
    NoSuchMonth {
        /// The date.
        found: String,
    },
    /// A day that its month does not have.
    #[error("expected a day from 01 to {days} in {month}, found `{found}`")]
    NoSuchDay {
        /// The date.
        found: String,
        /// Year and month.
        month: String,
        /// How many days it has.
        days: i8,
    },
    /// The range ends before it begins.
    #[error("expected the earlier date before `..`, found `{from}..{until}`\nhint: write `{until}..{from}`")]
    Backwards {
        /// The later date.
        from: String,
        /// The earlier one.
        until: String,
    },
    /// A range without beginning and end.
    #[error(
        "expected a date on one side of `..` at least, found none\nhint: write `date:2025-02..` or `date:..2025-03`"
    )]
    NoBound,
    /// It is longer than anybody types.
    #[error("expected at most {MAX_QUERY_CHARACTERS} characters, found {characters}")]
    TooLong {
        /// Its length.
        characters: usize,
    },
    /// It is longer than anybody types once there are spaces between words that were written without.
    #[error(
        "expected at most {MAX_QUERY_CHARACTERS} characters with spaces between all words, found {characters}"
    )]
    TooLongSpaced {
        /// Its length in the canonical form.
        characters: usize,
    },
    /// It has more words than anybody types.
    #[error("expected at most {MAX_QUERY_WORDS} words, phrases and conditions, found more")]
    TooManyWords,
    /// Brackets in brackets in brackets.
    #[error("expected brackets at most {MAX_QUERY_DEPTH} deep, found more")]
    TooDeep,
}
