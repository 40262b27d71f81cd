//! Words that somebody printed or remembers -> where the record has them, and what differs.
//!
//! ```text
//! "We'll meet at noon ..." --Quote--> words wanted of an index --> documents
//! Quote + Material --matches_in--> places with verdict and differences --rank--> best first
//! article --quotations--> what it prints between quotation marks, each to be checked in the same way
//! ```
//!
//! The promise: what is called verbatim has every word of the quotation in its order, but for what a recogniser, a
//! speaker's hesitation or another spelling explains, and each such difference is named.

mod compare;
mod differences;
mod quotations;
mod quote;
mod senses;
mod sound;
mod windows;

use std::cmp::Ordering;

use jiff::civil::Date;
use record::{Citation, Kind};
use serde::Serialize;

use crate::align::{Atom, Word, atoms, words};
use crate::material::{Material, Text};

pub use differences::{Change, Likely, Side};
pub(crate) use quotations::quoted_bytes;
pub use quotations::{Checked, Quotation, quotations};
pub use quote::{Quote, QuoteError};

/// The method and its version, printed with what it found.
pub const METHOD: &str = "check-quote/1";

/// How the words on record and those asked for compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are the same but for differences of no account.
    Verbatim,
    /// Words are left out or put in brackets; those that stand are the same.
    Trimmed,
    /// Something else was said.
    Altered,
}

/// A place of the record that has the words, or most of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Match {
    /// Where: from the first of the words to the last.
    #[serde(flatten)]
    pub citation: Citation,
    /// How they compare.
    pub verdict: Verdict,
    /// The words of the record.
    pub text: String,
    /// The address that opens the place.
    pub link: Option<String>,
    /// Who says them, where the transcript tells.
    pub speaker: Option<String>,
    /// Both texts in runs: those of `Both` and `Quote` give the quotation, those of `Both` and `Record` the record.
    pub difference: Vec<(Side, String)>,
    /// What each difference probably is, in their order.
    pub changes: Vec<Change>,
    /// Share of the quotation that is on record here, 0 to 1; words that most sentences have count less.
    pub matched: f32,
    #[serde(skip)]
    pub(crate) order: Order,
}

/// What a match is ranked by beside its quality.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Order {
    /// 1 for the same words, less for each difference.
    quality: f32,
    is_spoken: bool,
    /// How many words are written in the same way, with the punctuation at them.
    same_writing: usize,
    date: Option<Date>,
    path: String,
    start: usize,
}

/// A text of the record with its words, to be checked several times.
pub struct RecordText<'a> {
    pub(crate) material: &'a Material,
    pub(crate) text: &'a Text,
    pub(crate) words: Vec<Word>,
    pub(crate) atoms: Vec<Atom>,
    is_front: bool,
}

impl<'a> RecordText<'a> {
    /// What was said or written.
    pub fn of(material: &'a Material) -> Self {
        Self::new(material, &material.text, false)
    }

    /// What its publisher wrote about a recording.
    pub fn of_front(material: &'a Material) -> Self {
        Self::new(material, &material.front, true)
    }

    fn new(material: &'a Material, text: &'a Text, is_front: bool) -> Self {
        let words = words(&text.text);
        let atoms = atoms(&words);
        Self { material, text, words, atoms, is_front }
    }

    /// Whether a recogniser wrote it down.
    fn is_spoken(&self) -> bool {
        self.material.document.kind == Kind::Broadcast && !self.is_front
    }

    fn cite(&self, bytes: &std::ops::Range<usize>) -> Option<Citation> {
        if self.is_front { self.material.cite_front(bytes) } else { self.material.cite(bytes) }
    }
}

impl Quote {
    /// Where a document has the words, best first: its text, and what its publisher wrote about it.
    pub fn matches_in(&self, material: &Material) -> Vec<Match> {
        let mut matches = self.matches_in_text(&RecordText::of(material));
        if !material.front.text.is_empty() {
            matches.extend(self.matches_in_text(&RecordText::of_front(material)));
        }
        rank(matches)
    }

    /// Where a text has the words, best first. Takes time in proportion to the text, and to the square of the
    /// quotation's length for each of a few places.
    pub fn matches_in_text(&self, record: &RecordText<'_>) -> Vec<Match> {
        let mut found: Vec<(std::ops::Range<usize>, Match)> = windows::windows(self, &record.atoms)
            .into_iter()
            .filter_map(|window| compare::compare(self, record, window))
            .collect();
        found.sort_by(|a, b| compare_matches(&a.1, &b.1));
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        found.retain(|(words, _)| {
            let is_free = taken.iter().all(|other| other.end <= words.start || words.end <= other.start);
            if is_free {
                taken.push(words.clone());
            }
            is_free
        });
        found.into_iter().map(|(_, found)| found).collect()
    }
}

/// A match so much worse than the best is of other words.
const FARTHEST_BEHIND: f32 = 0.25;

/// Orders matches: what differs least first; speech before print, since it is the source; what is written as it was
/// asked for; the earliest; then by path and place. Leaves out those that are far behind the best.
pub fn rank(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by(compare_matches);
    let least = matches.first().map_or(0.0, |best| best.order.quality - FARTHEST_BEHIND);
    matches.retain(|found| found.order.quality >= least);
    matches
}

fn compare_matches(a: &Match, b: &Match) -> Ordering {
    let undated_last = |date: Option<Date>| (date.is_none(), date);
    let (one, other) = (&a.order, &b.order);
    other
        .quality
        .total_cmp(&one.quality)
        .then(other.is_spoken.cmp(&one.is_spoken))
        .then(other.same_writing.cmp(&one.same_writing))
        .then(undated_last(one.date).cmp(&undated_last(other.date)))
        .then_with(|| one.path.cmp(&other.path))
        .then(one.start.cmp(&other.start))
}

#[cfg(test)]
pub(crate) mod tests;
