//! Where and how a file leaves the grammar.

use crate::time::SourceSeconds;

/// A place in a text where it stops following the archive format.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{line}:{column}: {kind}")]
pub struct SyntaxError {
    /// From 1.
    pub line: usize,
    /// In characters. Line and column count from 1, as editors do.
    pub column: usize,
    /// What was expected there, and what was found.
    pub kind: SyntaxErrorKind,
}

/// What was expected, and what was found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SyntaxErrorKind {
    /// The file is no text.
    #[error("expected UTF-8, found the byte `0x{byte:02x}`")]
    NotUtf8 {
        /// The first byte that is part of no character.
        byte: u8,
    },
    /// A fixed part of the format is missing.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What the grammar wants, with literals in backticks.
        expected: &'static str,
        /// The beginning of what stands there, or "end of line" or "end of file".
        found: String,
    },
    /// The lines of one file end in one way.
    #[error("expected a carriage return before the line feed, as on line 1, found the line feed alone")]
    BareLineFeed,
    /// A deep link begins and does not end.
    #[error("expected `s)]` at the end of the deep link, found end of line")]
    UnclosedLink,
    /// A deep link opens another recording than the show line names.
    #[error("expected the address of the show line in the deep link, found {found}")]
    OtherAddress {
        /// The beginning of the link's address.
        found: String,
    },
    /// Seconds that the writer would print otherwise.
    #[error("expected seconds as the shortest decimal with a point, such as `5.22`, found {found}")]
    Seconds {
        /// What stands there.
        found: String,
    },
    /// The clock and the link disagree.
    #[error("the clock reads {clock} but the link says t={link}s, which is another second")]
    ClockMismatch {
        /// As printed.
        clock: String,
        /// The start that the link has.
        link: SourceSeconds,
    },
    /// One line has a deep link, another none.
    #[error("expected {} deep link, as on line {first_line}, found {}", if *.has_link { "no" } else { "a" }, if *.has_link { "one" } else { "none" })]
    MixedTimes {
        /// The line of the first segment, which says how the others should be.
        first_line: usize,
        /// Whether this line has one.
        has_link: bool,
    },
    /// There are too many issues to list.
    #[error("{count} more places do not follow the format")]
    More {
        /// How many were left out.
        count: usize,
    },
}
