//! What could not be understood of a file of another program, and where.

use std::fmt;

use crate::time::MediaTime;

/// The most issues that are listed one by one; of a ruined file the rest is only counted.
pub const MOST_ISSUES: usize = 1_000;

/// Characters of a finding that are shown; hostile lines may be long.
const SHOWN_CHARACTERS: usize = 60;

/// A place at which a file is not what its format asks for. It costs what stands there, never the file.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportIssue {
    /// Where.
    pub place: ImportPlace,
    /// What was expected there, and what was found.
    pub kind: ImportIssueKind,
}

impl fmt::Display for ImportIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportPlace {
    /// In a text.
    Text {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// In JSON: the path of a value, such as `segments[3].start`.
    Value(String),
}

impl ImportPlace {
    /// The beginning of a line.
    pub(crate) fn line(line: usize) -> Self {
        Self::Text { line, column: 1 }
    }
}

impl fmt::Display for ImportPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "{line}:{column}"),
            Self::Value(path) => f.write_str(path),
        }
    }
}

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ImportIssueKind {
    /// Something else stands there than the format has there.
    #[error("expected {expected}, found `{found}`")]
    Unexpected {
        /// What the format has there.
        expected: &'static str,
        /// What stands there, its beginning.
        found: String,
    },
    /// Something is not there.
    #[error("expected {expected}, found none")]
    Missing {
        /// What the format has there.
        expected: &'static str,
    },
    /// Captions that end before they begin.
    #[error("the end {end} lies before the start {start}: the end is taken as unknown")]
    EndBeforeStart {
        /// As written.
        start: MediaTime,
        /// As written.
        end: MediaTime,
    },
    /// Bytes that are no text.
    #[error(
        "expected UTF-8, found the byte {byte:#04x}: it reads as U+FFFD, and so does each like it\nhint: save the file as UTF-8 and take it in again"
    )]
    NotUtf8 {
        /// The first such byte.
        byte: u8,
    },
    /// Half a character at the end of UTF-16, or half a pair.
    #[error("expected UTF-16, found half a character: it reads as U+FFFD, and so does each like it")]
    NotUtf16,
    /// A character that no text has.
    #[error("expected text, found a NUL: it reads as U+FFFD, and so does each like it")]
    Nul,
    /// Words that are not those of the text around them.
    #[error("the words do not spell the text of the segment: their times are left out")]
    OtherWords,
    /// The captions are bound to the clock of a stream.
    #[error(
        "the times are those of a stream (`{found}`), taken as they stand: they may not count from the start of the recording"
    )]
    StreamClock {
        /// The header's line.
        found: String,
    },
    /// More than any recording has.
    #[error("expected at most {limit} {what}: the rest is left out")]
    TooMany {
        /// What is limited.
        what: &'static str,
        /// How many are read.
        limit: usize,
    },
}

impl ImportIssueKind {
    /// Something else was found than the format has there; `found` may be long and hostile.
    pub(crate) fn unexpected(expected: &'static str, found: &str) -> Self {
        Self::Unexpected { expected, found: shortened(found.trim()) }
    }
}

/// The beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// The issues of one file: the first [`MOST_ISSUES`], and how many more there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportIssues {
    listed: Vec<ImportIssue>,
    unlisted: usize,
}

impl ImportIssues {
    /// Takes one more.
    pub(crate) fn push(&mut self, place: ImportPlace, kind: ImportIssueKind) {
        if self.listed.len() < MOST_ISSUES {
            self.listed.push(ImportIssue { place, kind });
        } else {
            self.unlisted += 1;
        }
    }

    /// The first, in the order in which they were found.
    pub fn listed(&self) -> &[ImportIssue] {
        &self.listed
    }

    /// How many more there are.
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// Whether the file is what its format asks for.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }
}
