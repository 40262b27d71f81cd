//! Reads and writes the transcript archive format.
//!
//! ```text
//! bytes --read--> Parsed { file, issues } --write--> the same bytes
//! ```
//!
//! The promise is `write(&parse(bytes).file) == bytes` for every input, valid or not. A file that follows
//! the grammar becomes a [`Transcript`], from whose values alone it is written again. Any other file stays
//! as it is, an [`Opaque`], with all that could be understood of it and an issue for each line that could
//! not. Nothing here opens a file or reads a clock, so the promise can be tested on strings.

mod issue;
mod link;
pub(crate) mod pylist;
mod read;
mod write;

use jiff::civil::Date;

pub use issue::{SyntaxError, SyntaxErrorKind};
pub(crate) use link::reads_like_link;
pub use read::parse;
pub(crate) use read::rule_before_heading;
pub use write::write;

use crate::format::sidecar::Sidecar;
use crate::place::Place;
use crate::time::MediaTime;
use crate::transcript::{ArchiveDate, Segment, SegmentEnd, Transcript, end_of, ends_of, place_of, places_of};

/// Everything we understood of a file, and everything we did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Writing it gives the same bytes.
    pub file: ArchiveFile,
    /// Where the file leaves the grammar, in the file's order; empty exactly for a [`Transcript`].
    pub issues: Vec<SyntaxError>,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq)]
pub enum ArchiveFile {
    /// It follows the grammar: its values are all there is of it.
    Transcript(Transcript),
    /// It does not: stored, shown and searched as it is, never rewritten.
    Opaque(Opaque),
}

/// A file that does not follow the grammar.
#[derive(Clone, Debug, PartialEq)]
pub struct Opaque {
    pub(crate) bytes: Vec<u8>,
    pub(crate) understood: Understood,
}

impl Opaque {
    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file as text; what is not UTF-8 reads as U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// What could be read of it.
    pub fn understood(&self) -> &Understood {
        &self.understood
    }
}

/// The readable parts of a file that does not follow the grammar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// When the transcript was made.
    pub generated: Option<ArchiveDate>,
    /// What recognised it.
    pub model: Option<String>,
    /// The recording's length.
    pub length: Option<MediaTime>,
    /// The publisher's text.
    pub description: Option<String>,
    /// The recording's title.
    pub title: Option<String>,
    /// The show.
    pub show: Option<String>,
    /// When the recording was published.
    pub date: Option<ArchiveDate>,
    /// The recording's address.
    pub url: Option<String>,
    /// The lines that are segments. Of a line with a broken link the text before the link is kept.
    pub segments: Vec<Segment>,
}

impl ArchiveFile {
    /// The transcript, if the file follows the grammar.
    pub fn transcript(&self) -> Option<&Transcript> {
        match self {
            Self::Transcript(transcript) => Some(transcript),
            Self::Opaque(_) => None,
        }
    }

    /// The recording's title, where one could be read.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => Some(transcript.title()),
            Self::Opaque(opaque) => opaque.understood.title.as_deref(),
        }
    }

    /// The show, where one could be read.
    pub fn show(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => Some(transcript.show()),
            Self::Opaque(opaque) => opaque.understood.show.as_deref(),
        }
    }

    /// When the recording was published; `None` also for a day that no calendar has.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Transcript(transcript) => transcript.date().to_date(),
            Self::Opaque(opaque) => opaque.understood.date?.to_date(),
        }
    }

    /// The recording's address, unchecked, where one could be read.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => Some(transcript.url()),
            Self::Opaque(opaque) => opaque.understood.url.as_deref(),
        }
    }

    /// The publisher's text, where one could be read.
    pub fn description(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => transcript.description(),
            Self::Opaque(opaque) => opaque.understood.description.as_deref(),
        }
    }

    /// What recognised it, where that could be read.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => Some(transcript.model()),
            Self::Opaque(opaque) => opaque.understood.model.as_deref(),
        }
    }

    /// The recording's length, where it could be read.
    pub fn length(&self) -> Option<MediaTime> {
        match self {
            Self::Transcript(transcript) => transcript.length(),
            Self::Opaque(opaque) => opaque.understood.length,
        }
    }

    /// What was said: of an opaque file, the lines that could be read.
    pub fn segments(&self) -> &[Segment] {
        match self {
            Self::Transcript(transcript) => transcript.segments(),
            Self::Opaque(opaque) => &opaque.understood.segments,
        }
    }

    /// The place of the segment at `index`; `None` if the file has no such segment. For all segments, use
    /// [`ArchiveFile::places`].
    pub fn place_of(&self, index: usize, sidecar: Option<&Sidecar>) -> Option<Place> {
        place_of(self.segments(), self.length(), sidecar, index)
    }

    /// The places of all segments, in time proportional to their number.
    pub fn places(&self, sidecar: Option<&Sidecar>) -> Vec<Place> {
        places_of(self.segments(), self.length(), sidecar)
    }

    /// Where the segment at `index` ends; see [`Transcript::end_of`].
    pub fn end_of(&self, index: usize, sidecar: Option<&Sidecar>) -> Option<SegmentEnd> {
        end_of(self.segments(), self.length(), sidecar, index)
    }

    /// Where each segment ends; see [`Transcript::ends`].
    pub fn ends(&self, sidecar: Option<&Sidecar>) -> Vec<Option<SegmentEnd>> {
        ends_of(self.segments(), self.length(), sidecar)
    }
}
