//! Lines of an existing transcript -> which of them the recogniser probably made up, and why.
//!
//! ```text
//! text, times --words--> numbered words --loops-->            said again and again
//!             --blocks-> language, script --foreign-->        another language, implausibly
//!             ---------> stock phrases over silence, rates    by line
//! ```
//!
//! For transcripts of others there is no sound, no probability and often no end of a line: only text and starts.
//! So each rule is stricter than its sister in the crate `speech`, and asks what a person could have said:
//!
//! - **A loop** is long and mechanical. The more words come again, the fewer times are needed, and equal distances
//!   in time count against a line. The first time is never doubted. Chants, refrains, a stammer, "no, no, no" and a
//!   crowd's thanks stay clean up to the figures in `loops.rs`.
//! - **Another language** is doubted only where it is implausible. A foreign guest, a dubbed programme and a speech in
//!   the original are said, and said in varied words. What Whisper writes when it took English for Welsh or Arabic
//!   comes in few words that return: a stretch in a language that the file is not in is doubted if its runs of three
//!   words return too often, or if it is a few letters of another script between lines of the file's own.
//!   Stretches of some 200 letters are judged, never a short line by itself.
//! - **A stock phrase** is doubted where it stands alone over a time in which much more would be said.
//! - **A rate** is doubted where no rounding of times explains it.
//!
//! The promise: same lines, same doubts; time in proportion to the text; no text makes it panic. `eval/suspects`
//! measures how many doubts are right.

mod foreign;
mod loops;
mod rates;
mod stock;

use record::suspect::{Suspect, SuspectReason};
use record::time::MediaTime;

pub use stock::is_stock_phrase;

use crate::words::SpokenLines;

/// One line of a transcript, as far as it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentView<'a> {
    /// The words as the transcript holds them.
    pub text: &'a str,
    /// Where it starts; `None` in transcripts without times.
    pub start: Option<MediaTime>,
    /// Where it ends, if somebody recorded that; `None` rather than the start of the next line, which may be long after.
    pub end: Option<MediaTime>,
}

/// What is known of the file besides its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileHint<'a> {
    /// The code of the language that the file should be in, such as that of its title and description (see
    /// [`identify`](crate::identify)). Without it, the language of most of its letters: then a file that is made
    /// up as a whole can't be told from one in that language.
    pub language: Option<&'a str>,
    /// The length of the recording, which says how long the last line has for itself.
    pub length: Option<MediaTime>,
}

/// The doubts about each line, in the order of [`SuspectReason`]; at most one a reason.
pub fn suspects(segments: &[SegmentView<'_>], hint: &FileHint<'_>) -> Vec<Vec<Suspect>> {
    let spoken = SpokenLines::of(segments.iter().map(|segment| segment.text));
    let mut found = vec![Vec::new(); segments.len()];
    let rules = [
        loops::loops(&spoken, segments),
        stock::stock_phrases(segments, hint),
        foreign::foreign(segments, &spoken, hint),
        rates::rates(segments, &spoken),
    ];
    for (at, suspect) in rules.into_iter().flatten() {
        let marks: &mut Vec<Suspect> = &mut found[at];
        if !marks.iter().any(|other| other.reason == suspect.reason) {
            marks.push(suspect);
        }
    }
    found.iter_mut().for_each(|marks| marks.sort_by(|a, b| a.reason.cmp(&b.reason)));
    found
}

/// Doubts with the indices of their lines.
type Found = Vec<(usize, Suspect)>;

/// The seconds until the next line starts, or until the recording ends; `None` if unknown or negative.
fn seconds_for(segments: &[SegmentView<'_>], at: usize, length: Option<MediaTime>) -> Option<f64> {
    let next = match segments.get(at + 1) {
        Some(next) => next.start?,
        None => length?,
    };
    let start = segments[at].start?;
    (next >= start).then(|| next.saturating_sub(start).as_seconds_f64())
}

fn doubt(at: usize, reason: SuspectReason, detail: String) -> (usize, Suspect) {
    (at, Suspect { reason, detail })
}

#[cfg(test)]
mod tests;
