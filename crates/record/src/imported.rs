//! Transcripts that other programs wrote, as every reader of [`crate::format`] yields them.
//!
//! ```text
//! SRT, WebVTT, TTML, JSON, text with times --format::import--> Imported --lines, details--> archive file + sidecar
//! ```
//!
//! The text is what the file says, with the marks of its format taken off (tags, escapes, counters, `Name: ` before
//! what is said). What rolling captions show twice is there once. Nothing is guessed but what is marked as guessed:
//! a start without an end stays so.

mod issue;
mod labels;
mod rolling;
pub(crate) mod words;

pub(crate) use issue::shortened;
pub use issue::{ImportIssue, ImportIssueKind, ImportIssues, ImportPlace, MOST_ISSUES};
pub(crate) use labels::{is_speaker, take_labels};
pub(crate) use rolling::{Cues, MOST_LINES, Shown, ShownLine, segments, unrolled};

use crate::format::sidecar::{LogProbability, Probability, SegmentDetail, Word};
use crate::time::{MediaTime, SourceSeconds};
use crate::transcript::Segment;

/// The most segments that are taken from a file: five a second for a whole day.
pub const MOST_SEGMENTS: usize = 432_000;

/// The most words with times that are taken from a file: a day of the fastest speech has half a million.
pub const MOST_WORDS: usize = 1_000_000;

/// Everything that we understood of a file, and everything that we did not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// What was said, in the order of the starts.
    pub segments: Vec<ImportedSegment>,
    /// The language as the file names it: a code (`en`, `en-GB`) or a word (`english`).
    pub language: Option<String>,
    /// What recognised it, if the file says.
    pub model: Option<String>,
    /// The title, if the file has one.
    pub title: Option<String>,
    /// How long the recording is, if the file says.
    pub length: Option<MediaTime>,
    /// Where the file is not what its format asks for.
    pub issues: ImportIssues,
}

/// One caption, or one segment of a recogniser.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedSegment {
    /// Where it starts, as exactly as the file says.
    pub start: SourceSeconds,
    /// Where it ends, half-open, never before its start; `None` where the file doesn't say.
    pub end: Option<MediaTime>,
    /// What was said, on one line.
    pub text: String,
    /// Who speaks, by name or label.
    pub speaker: Option<String>,
    /// Its words with their times; joined they are `text`. Empty where the file has none.
    pub words: Vec<Word>,
    /// What the recogniser measured.
    pub measures: Measures,
}

/// What a recogniser measured of a segment; each `None` where the file doesn't say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Mean of the logarithms of the tokens' probabilities.
    pub average_log_probability: Option<LogProbability>,
    /// How sure the model is that nobody speaks.
    pub no_speech_probability: Option<Probability>,
    /// Bytes of the text divided by its bytes when compressed.
    pub compression_ratio: Option<f32>,
    /// The sampling temperature.
    pub temperature: Option<f32>,
}

impl ImportedSegment {
    /// A segment of which nothing else is known.
    pub fn new(start: MediaTime, end: Option<MediaTime>, text: impl Into<String>) -> Self {
        Self {
            start: start.into(),
            end,
            text: text.into(),
            speaker: None,
            words: Vec::new(),
            measures: Measures::default(),
        }
    }

    /// The start in whole milliseconds.
    pub fn start_time(&self) -> MediaTime {
        self.start.to_media_time()
    }

    /// The line of the archive file.
    fn line(&self) -> Segment {
        Segment::timed(self.text.clone(), self.start)
    }

    /// What the archive file has no room for.
    fn detail(&self) -> SegmentDetail {
        SegmentDetail {
            start: self.start_time(),
            end: self.end,
            speaker: self.speaker.clone(),
            words: self.words.clone(),
            average_log_probability: self.measures.average_log_probability,
            no_speech_probability: self.measures.no_speech_probability,
            compression_ratio: self.measures.compression_ratio,
            temperature: self.measures.temperature,
            ..SegmentDetail::default()
        }
    }
}

impl Imported {
    /// The segments of an archive file that says the same.
    pub fn lines(&self) -> Vec<Segment> {
        self.segments.iter().map(ImportedSegment::line).collect()
    }

    /// What stands in the sidecar of [`Imported::lines`].
    pub fn details(&self) -> Vec<SegmentDetail> {
        self.segments.iter().map(ImportedSegment::detail).collect()
    }

    /// How long the recording is at least: what the file says, else when the last is said.
    pub fn least_length(&self) -> MediaTime {
        let ends = self.segments.iter().map(|segment| segment.end.unwrap_or(segment.start_time()));
        self.length.unwrap_or_default().max(ends.max().unwrap_or_default())
    }

    /// Puts the segments in order, drops those without text, and keeps to the limits.
    pub(crate) fn finish(mut self) -> Self {
        self.segments.retain(|segment| !segment.text.trim().is_empty());
        // Stable: what starts together stays in the order in which it stands.
        self.segments.sort_by(|a, b| a.start.as_f64().total_cmp(&b.start.as_f64()));
        self
    }
}

/// Segments as they are read, with the limits of a file.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) segments: Vec<ImportedSegment>,
    words: usize,
    is_full: bool,
}

impl Gathered {
    /// Takes a segment, unless there are too many; its words, unless there are too many.
    pub(crate) fn push(
        &mut self,
        mut segment: ImportedSegment,
        place: &ImportPlace,
        issues: &mut ImportIssues,
    ) {
        if self.segments.len() >= MOST_SEGMENTS {
            self.report("segments", MOST_SEGMENTS, place, issues);
            return;
        }
        if self.words + segment.words.len() > MOST_WORDS {
            self.report("words", MOST_WORDS, place, issues);
            segment.words.clear();
        }
        self.words += segment.words.len();
        self.segments.push(segment);
    }

    fn report(&mut self, what: &'static str, limit: usize, place: &ImportPlace, issues: &mut ImportIssues) {
        if !std::mem::replace(&mut self.is_full, true) {
            issues.push(place.clone(), ImportIssueKind::TooMany { what, limit });
        }
    }
}
