//! Lines and words that come again and again.
//!
//! Three looks: the same one to four lines again; the same words again wherever lines are cut; a line that repeats
//! itself. The figures were set by reading all runs of three and more equal lines in 900 news transcripts, and all
//! lines with words four times running.

use std::ops::Range;

use record::suspect::SuspectReason;

use super::{Found, SegmentView, doubt};
use crate::repetition::{is_shorter_again, longest_repetition};
use crate::words::SpokenLines;

/// The most lines of one cycle.
const CYCLE_LINES: usize = 4;

/// Distances in time that differ by less than this, in seconds, are a machine's.
const MECHANICAL_SECONDS: f64 = 0.05;

/// The most words that are looked for again across lines: a long line or two.
const LONGEST_PERIOD_WORDS: usize = 40;

/// The least words that are looked for again across lines: "thank you very much" belongs to crowds.
const SHORTEST_PERIOD_WORDS: usize = 4;

/// The most words that are looked for again inside one line.
const LONGEST_PERIOD_INSIDE_WORDS: usize = 20;

pub(super) fn loops(spoken: &SpokenLines, segments: &[SegmentView<'_>]) -> Found {
    let mut found = Found::new();
    for period_lines in 1..=CYCLE_LINES {
        repeated_lines(spoken, segments, period_lines, &mut found);
    }
    repeated_inside(spoken, &mut found);
    repeated_across(spoken, &mut found);
    found
}

/// How often a line or cycle of lines is said at least before it is a loop.
///
/// `mechanical` are those whose repetitions stand at equal distances. A short line needs more: a crowd thanks seven
/// times, friends call "yeah" five times; nobody says ten words three times in a row without change.
fn loop_times(cycle_lines: usize, words: usize, mechanical: bool) -> usize {
    let [at_equal_distances, otherwise] = match (cycle_lines, words) {
        (1, 0..=2) => [8, 12],
        (1, 3) => [6, 10],
        (1, 4..=5) => [4, 6],
        (1, 6..=8) => [3, 4],
        (1, _) => [3, 3],
        (2.., 0..=3) => [8, 12], // yes, no, yes, no
        (2.., 4..=7) => [5, 8],
        (2.., 8..=11) => [4, 5],
        _ => [3, 4],
    };
    if mechanical { at_equal_distances } else { otherwise }
}

fn repeated_lines(
    spoken: &SpokenLines,
    segments: &[SegmentView<'_>],
    period_lines: usize,
    found: &mut Found,
) {
    let count = spoken.count();
    let is_again =
        |at: usize| !spoken.line(at).is_empty() && spoken.line(at) == spoken.line(at - period_lines);
    for run in runs(period_lines..count, is_again) {
        let first = run.start - period_lines;
        let cycle: Vec<&[u32]> = (first..run.start).map(|at| spoken.line(at)).collect();
        if is_shorter_again(&cycle) {
            continue; // Counted as a cycle of fewer lines.
        }
        let words = (first..run.start).map(|at| spoken.weight(at)).sum();
        let times = run.len() / period_lines + 1;
        if times >= loop_times(period_lines, words, is_mechanical(segments, &run, period_lines)) {
            let detail = match period_lines {
                1 => format!("one of {times} equal lines"),
                _ => format!("the same {period_lines} lines {times} times running"),
            };
            found.extend(run.map(|at| doubt(at, SuspectReason::Loop, detail.clone())));
        }
    }
}

/// Whether a run's lines stand at equal distances from those they repeat.
fn is_mechanical(segments: &[SegmentView<'_>], run: &Range<usize>, period_lines: usize) -> bool {
    let distance = |at: usize| {
        let (now, before) = (segments[at].start?, segments[at - period_lines].start?);
        (now >= before).then(|| now.saturating_sub(before).as_seconds_f64())
    };
    let mut range: Option<(f64, f64)> = None;
    for at in run.clone() {
        let Some(seconds) = distance(at) else { return false };
        range =
            Some(range.map_or((seconds, seconds), |(least, most)| (least.min(seconds), most.max(seconds))));
    }
    range.is_some_and(|(least, most)| most - least < MECHANICAL_SECONDS)
}

/// How often words are said inside one line at least before it is a loop.
///
/// "No" comes sixteen times in real conversations, "I'm hit" six; "they've been heard" five times is a machine.
fn loop_times_inside(period_words: usize) -> usize {
    match period_words {
        0 | 1 => 20,
        2 => 7,
        3 => 5,
        4..=7 => 4,
        _ => 3,
    }
}

fn repeated_inside(spoken: &SpokenLines, found: &mut Found) {
    for at in 0..spoken.count() {
        let words = spoken.line(at);
        let periods = 1..=LONGEST_PERIOD_INSIDE_WORDS.min(words.len() / 3);
        let repetition = periods
            .filter_map(|period_words| longest_repetition(words, period_words))
            .filter(|found| !is_shorter_again(&words[found.first_word..][..found.period_words]))
            .find(|found| found.times >= loop_times_inside(found.period_words));
        if let Some(repetition) = repetition {
            let detail =
                format!("the same {} words {} times running", repetition.period_words, repetition.times);
            found.push(doubt(at, SuspectReason::Loop, detail));
        }
    }
}

/// How often words are said across lines at least before the lines are a loop: more than inside one, for refrains
/// and crowds go over several lines.
fn loop_times_across(period_words: usize) -> usize {
    match period_words {
        0..=6 => 7,
        _ => 4,
    }
}

fn repeated_across(spoken: &SpokenLines, found: &mut Found) {
    let mut again = vec![(0, 0); spoken.words.len()]; // period and times, of the words that are said again
    for period_words in SHORTEST_PERIOD_WORDS..=LONGEST_PERIOD_WORDS {
        let is_again = |at: usize| spoken.words[at] == spoken.words[at - period_words];
        let least = (loop_times_across(period_words) - 1) * period_words;
        for run in long_runs(period_words..spoken.words.len(), least, is_again) {
            let times = run.len() / period_words + 1;
            let said = &spoken.words[run.start - period_words..run.start];
            if !is_shorter_again(said) {
                again[run]
                    .iter_mut()
                    .filter(|(period, _)| *period == 0)
                    .for_each(|mark| *mark = (period_words, times));
            }
        }
    }
    for at in 0..spoken.count() {
        let marks = &again[spoken.places(at)];
        let repeated: Vec<_> = marks.iter().filter(|(period, _)| *period > 0).collect();
        if let Some((period_words, times)) = repeated.first().filter(|_| 2 * repeated.len() > marks.len()) {
            let detail = format!("the same {period_words} words {times} times running, over several lines");
            found.push(doubt(at, SuspectReason::Loop, detail));
        }
    }
}

/// The longest stretches of places of which something holds.
fn runs(places: Range<usize>, holds: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in places.filter(|at| holds(*at)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// Those of the [`runs`] that have so many places at least.
///
/// Each has one of every `least` places, so that of most others nothing is looked at: all periods of a long transcript
/// take the time of two.
fn long_runs(places: Range<usize>, least: usize, holds: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let (mut from, mut at) = (places.start, places.start + least - 1);
    while at < places.end {
        if holds(at) {
            let start = (from..at).rev().find(|before| !holds(*before)).map_or(from, |before| before + 1);
            let end = (at + 1..places.end).find(|behind| !holds(*behind)).unwrap_or(places.end);
            runs.extend((end - start >= least).then_some(start..end));
            (from, at) = (end, end);
        }
        at += least;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn long_runs_are_those_that_are_long(
            holds in proptest::collection::vec(proptest::bool::weighted(0.8), 0..60),
            start in 0_usize..5,
            least in 1_usize..9,
        ) {
            let places = start.min(holds.len())..holds.len();
            let expected: Vec<Range<usize>> =
                runs(places.clone(), |at| holds[at]).into_iter().filter(|run| run.len() >= least).collect();
            proptest::prop_assert_eq!(long_runs(places, least, |at| holds[at]), expected);
        }
    }
}
