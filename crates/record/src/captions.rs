//! Captions: what is shown from when to when, the common input of the caption formats.
//!
//! ```text
//! segments + optional sidecar --cues--> [Cue] --format::{srt, vtt, tsv}--> text
//! ```

use crate::format::archive::ArchiveFile;
use crate::format::sidecar::{Sidecar, Word};
use crate::time::MediaTime;
use crate::transcript::Segment;

/// How long a line is shown of which nothing tells the end, such as the last one of a file whose length is
/// shorter than its last start: long enough to be read.
const SHOWN_WITHOUT_END: MediaTime = MediaTime::from_millis(2_000);

/// The shortest time for which a line is shown; WebVTT forbids none at all, and a millisecond is its smallest.
const SHORTEST: MediaTime = MediaTime::from_millis(1);

/// One caption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue<'a> {
    /// When it appears.
    pub start: MediaTime,
    /// When it disappears.
    pub end: MediaTime,
    /// What is shown; any text.
    pub text: &'a str,
    /// Who speaks, if that is known.
    pub speaker: Option<&'a str>,
    /// The words with their times; empty where they have none.
    pub words: &'a [Word],
}

impl Cue<'_> {
    /// From when to when it is shown: its times, widened so that the end lies after the start.
    pub fn span(&self) -> (MediaTime, MediaTime) {
        let last_start = MediaTime::from_millis(u64::MAX).saturating_sub(SHORTEST);
        let start = self.start.min(last_start);
        (start, self.end.max(start.saturating_add(SHORTEST)))
    }
}

/// A transcript that cannot become captions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a time for each segment, found none for segment {segment}\nhint: captions need times; export it as plain text, or transcribe the recording again"
)]
pub struct UntimedError {
    /// Index of the first segment without a time, from 0.
    pub segment: usize,
}

/// The captions of a file, in order of their starts. A sidecar adds ends, speakers and words; one that does
/// not describe these segments is ignored.
///
/// # Errors
/// If a segment has no start, neither in the file nor in the sidecar.
pub fn cues<'a>(file: &'a ArchiveFile, sidecar: Option<&'a Sidecar>) -> Result<Vec<Cue<'a>>, UntimedError> {
    let segments = file.segments();
    let ends = file.ends(sidecar);
    let mut cues = Vec::with_capacity(segments.len());
    for (index, segment) in segments.iter().enumerate() {
        let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
        let start =
            start_of(segment, detail.map(|detail| detail.start)).ok_or(UntimedError { segment: index })?;
        let end = ends[index].map_or(start.saturating_add(SHOWN_WITHOUT_END), |end| end.time);
        let speaker = detail.and_then(|detail| detail.speaker.as_deref());
        let words = detail.map_or(&[][..], |detail| &detail.words);
        cues.push(Cue { start, end, text: &segment.text, speaker, words });
    }
    // Stable: lines that start together stay in the order in which they were said.
    cues.sort_by_key(|cue| cue.start);
    Ok(cues)
}

fn start_of(segment: &Segment, recorded: Option<MediaTime>) -> Option<MediaTime> {
    segment.start_time().or(recorded)
}

/// The lines of a text that are not empty, trimmed: a line break is a break for every format, and an empty
/// line would end a caption.
pub(crate) fn shown_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
}

/// The speaker to be named before a line: only where another speaks than before.
pub(crate) fn new_speaker<'a>(cue: &Cue<'a>, before: Option<&Cue<'a>>) -> Option<&'a str> {
    let speaker = cue.speaker?;
    (before.and_then(|before| before.speaker) != Some(speaker)).then_some(speaker)
}
