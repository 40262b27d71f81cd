//! What was said in one recording, as an archive file holds it.

mod ends;
mod front;
mod new;

pub use ends::{EndSource, SegmentEnd};
pub(crate) use ends::{end_of, ends_of, place_of, places_of};
pub use front::{ArchiveDate, Keywords, Newline, PrintedDigits, Rating};
pub use new::{BuiltTranscript, NewTranscript, NewTranscriptError, Repair};

use crate::format::sidecar::Sidecar;
use crate::time::{MediaTime, SourceSeconds};

/// One utterance: the text Whisper emitted between two timestamp tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The words, with the leading space the model emits in most languages; may be empty.
    pub text: String,
    /// Where it starts; `None` in files generated until December 2024, which carry no links.
    pub start: Option<SourceSeconds>,
    // No `end`: archives do not record one. `Transcript::end_of` infers it and says from what.
}

impl Segment {
    /// A segment whose start is known.
    pub fn timed(text: impl Into<String>, start: SourceSeconds) -> Self {
        Self { text: text.into(), start: Some(start) }
    }

    /// The start in whole milliseconds, where there is one.
    pub fn start_time(&self) -> Option<MediaTime> {
        self.start.map(SourceSeconds::to_media_time)
    }
}

/// One transcribed recording: everything that its archive file says.
///
/// Made only by reading a file that follows the grammar or by [`NewTranscript::build`], so every value can
/// be written, and read back as the same value.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    pub(crate) newline: Newline,
    pub(crate) generated: ArchiveDate,
    pub(crate) model: String,
    pub(crate) length: PrintedDigits,
    pub(crate) keywords: Keywords,
    pub(crate) views: PrintedDigits,
    pub(crate) rating: Option<Rating>,
    pub(crate) description: Option<String>,
    pub(crate) title: String,
    pub(crate) show: String,
    pub(crate) date: ArchiveDate,
    pub(crate) url: String,
    pub(crate) segments: Vec<Segment>,
}

impl Transcript {
    /// How its lines end.
    pub fn newline(&self) -> Newline {
        self.newline
    }

    /// When the transcript was made.
    pub fn generated(&self) -> ArchiveDate {
        self.generated
    }

    /// What recognised it, such as `whisper medium 20231117`.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The recording's length in whole seconds, as printed.
    pub fn length_seconds(&self) -> &PrintedDigits {
        &self.length
    }

    /// The recording's length; `None` for a number that no clock holds.
    pub fn length(&self) -> Option<MediaTime> {
        self.length.to_media_time()
    }

    /// The publisher's keywords.
    pub fn keywords(&self) -> &Keywords {
        &self.keywords
    }

    /// How often the recording had been seen when it was fetched, as printed.
    pub fn views(&self) -> &PrintedDigits {
        &self.views
    }

    /// The recording's rating; `None` in every file of the public archive.
    pub fn rating(&self) -> Option<&Rating> {
        self.rating.as_ref()
    }

    /// The publisher's text, raw, with the file's own line breaks; `None` where the file has no such line.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The recording's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The show, as the file names it; its folder may be called differently.
    pub fn show(&self) -> &str {
        &self.show
    }

    /// When the recording was published.
    pub fn date(&self) -> ArchiveDate {
        self.date
    }

    /// The recording's address, unchecked: use [`crate::address::openable`] before it becomes a link.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was said, in the file's order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether its segments have starts; `false` also for a file without segments.
    pub fn is_timed(&self) -> bool {
        self.segments.first().is_some_and(|segment| segment.start.is_some())
    }

    /// Where the segment at `index` ends, and what tells; `None` where nothing does.
    ///
    /// The sidecar's word is taken if it describes these segments ([`Sidecar::check`]) as to their count and
    /// this one's start. Otherwise a segment lasts until a later one starts, or until the recording ends,
    /// but never longer than a window of the recogniser.
    pub fn end_of(&self, index: usize, sidecar: Option<&Sidecar>) -> Option<SegmentEnd> {
        end_of(&self.segments, self.length(), sidecar, index)
    }

    /// [`Transcript::end_of`] for every segment, in time proportional to their number.
    pub fn ends(&self, sidecar: Option<&Sidecar>) -> Vec<Option<SegmentEnd>> {
        ends_of(&self.segments, self.length(), sidecar)
    }
}
