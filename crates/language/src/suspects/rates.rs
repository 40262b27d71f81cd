//! More words than a mouth can say in a line's time, or hardly any in a long one.

use record::suspect::SuspectReason;

use super::{Found, SegmentView, doubt, seconds_for};
use crate::words::SpokenLines;

/// Characters a second that nobody speaks: auctioneers reach 30.
const FASTEST_CHARACTERS_PER_SECOND: f64 = 40.0;

/// Seconds by which both ends of a line may be wrong together.
const ROUNDING_SECONDS: f64 = 1.0;

/// The same where a line takes whole seconds: for long stretches Whisper rounds its times to them, down to one second
/// for all that is said in three.
const ROUNDING_OF_WHOLE_SECONDS: f64 = 2.0;

/// Shorter texts are not judged by their rate.
const JUDGED_CHARACTERS: usize = 12;

/// From this recorded length on a line may have too few words.
const LONG_SECONDS: f64 = 30.0;

/// A line that long says more words than this.
const FEW_WORDS: usize = 3;

pub(super) fn rates(segments: &[SegmentView<'_>], spoken: &SpokenLines) -> Found {
    let found = segments.iter().enumerate().filter_map(|(at, segment)| {
        let recorded = recorded_seconds(segment);
        // The recording's length is no start of a line: it says nothing of when the last one ended.
        let seconds = recorded.or_else(|| seconds_for(segments, at, None))?;
        let characters = segment.text.trim().chars().count();
        let is_whole = (seconds - seconds.round()).abs() < 0.005;
        let rounding = if is_whole { ROUNDING_OF_WHOLE_SECONDS } else { ROUNDING_SECONDS };
        let sayable = FASTEST_CHARACTERS_PER_SECOND * (seconds + rounding);
        let detail = if characters >= JUDGED_CHARACTERS && characters as f64 > sayable {
            format!("{characters} characters in {seconds:.1} s")
        } else {
            // Without a recorded end a long time is a gap after the line, not its length.
            let words = spoken.line(at).len();
            let seconds =
                recorded.filter(|seconds| *seconds >= LONG_SECONDS && (1..=FEW_WORDS).contains(&words))?;
            format!("{words} words in {seconds:.0} s")
        };
        Some(doubt(at, SuspectReason::ImpossibleRate, detail))
    });
    found.collect()
}

fn recorded_seconds(segment: &SegmentView<'_>) -> Option<f64> {
    let (start, end) = (segment.start?, segment.end?);
    (end >= start).then(|| end.saturating_sub(start).as_seconds_f64())
}
