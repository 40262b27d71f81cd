//! Copies: documents that are one recording, or one clip posted twice, so that they are found and counted once.
//!
//! ```text
//! words of a document --Sketch::of--> Sketch --group--> which document stands for which others, and why
//! ```
//!
//! A sketch is 128 numbers by which two texts can be compared without reading them: of all runs of five words the
//! one with the smallest hash in each of 128 bins ("one permutation hashing", Li, Owen and Zhang, NIPS 2012). The
//! share of bins that agree estimates the share of runs that the texts have in common (Jaccard's index), with a
//! standard error of 0.04.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hasher as _;

use jiff::civil::Date;
use record::{DocumentId, Kind};
use serde::{Deserialize, Serialize};

use crate::catalogue::DocumentNumber;

/// Bins of a sketch.
pub(crate) const BINS: usize = 128;

/// Words of a run.
const RUN_WORDS: usize = 5;

/// Shorter texts say too little: "Thank you for watching" is no clip that was posted twice.
const FEWEST_WORDS: usize = 40;

/// From this similarity two recordings are taken for the same clip: its words recognised again differ in a few
/// places, and a second post may be cut a little. Two reports on one event share hardly a tenth of their runs.
const SAME_WORDS: f64 = 0.75;

/// Bins that are compared as one to find candidates: two texts that are 0.75 alike agree in one of the 32 bands with
/// a probability of 0.99999, two that share a hundredth with one of 0.0000003.
const BAND_BINS: usize = 4;

/// A document is compared with so many others of its band at most; one of many equal ones needs no more.
const MOST_CANDIDATES: usize = 8;

/// Nothing fell into the bin.
const EMPTY: u32 = u32::MAX;

/// A text in 128 numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sketch([u32; BINS]);

impl Sketch {
    /// Of the [hashes](hash) of the words of a text, in their order; `None` for a text of too few.
    pub(crate) fn of(hashes: &[u64]) -> Option<Self> {
        if hashes.len() < FEWEST_WORDS {
            return None;
        }
        let mut bins = [EMPTY; BINS];
        for run in hashes.windows(RUN_WORDS) {
            let mixed = run.iter().fold(0, |mixed, hash| mix(mixed ^ hash));
            let bin = &mut bins[(mixed >> 57) as usize];
            *bin = (mixed as u32 & !1).min(*bin);
        }
        Some(Self(bins))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|bin| bin.to_le_bytes()).collect()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bins, rest) = bytes.as_chunks::<4>();
        let bins: Vec<u32> = bins.iter().map(|bin| u32::from_le_bytes(*bin)).collect();
        bins.try_into().ok().filter(|_| rest.is_empty()).map(Self)
    }

    /// The share of runs that both texts have, of those that either has: an estimate.
    fn similarity(&self, other: &Self) -> f64 {
        let filled = |(a, b): &(&u32, &u32)| **a != EMPTY || **b != EMPTY;
        let pairs = || self.0.iter().zip(&other.0).filter(filled);
        let alike = pairs().filter(|(a, b)| a == b).count();
        alike as f64 / pairs().count().max(1) as f64
    }

    /// Numbers of which two similar texts nearly always share one.
    fn bands(&self) -> impl Iterator<Item = (usize, [u32; BAND_BINS])> + '_ {
        let (bands, _) = self.0.as_chunks::<BAND_BINS>();
        bands.iter().copied().enumerate().filter(|(_, band)| band.iter().any(|bin| *bin != EMPTY))
    }
}

/// Of a word, for [`Sketch::of`].
pub(crate) fn hash(word: &str) -> u64 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(word.as_bytes());
    mix(hasher.0)
}

/// FNV-1a: the same on every machine and in every version of the standard library, as sketches are kept.
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 =
            bytes.iter().fold(self.0, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Spreads a number over all bits (the finaliser of SplitMix64).
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// Why a document is taken for a copy of another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum CopyReason {
    /// They have one address: the same recording under two shows.
    SameRecording,
    /// They are two revisions of one article; the newest stands for them.
    Revision,
    /// Their words are the same but for few: a clip that was posted twice.
    SameWords {
        /// The share of runs of five words that both have, 0 to 1.
        similarity: f64,
    },
}

/// What has to be known of a document to tell whether it is a copy.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) number: DocumentNumber,
    pub(crate) id: DocumentId,
    pub(crate) kind: Kind,
    pub(crate) date: Option<Date>,
    pub(crate) path: String,
    pub(crate) sketch: Option<Sketch>,
}

/// Which document stands for a copy, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CopyOf {
    pub(crate) leader: DocumentNumber,
    pub(crate) reason: CopyReason,
}

/// The copies among some documents. The first published stands for the others, of articles the newest revision;
/// the same documents give the same groups in any order.
pub(crate) fn group(mut members: Vec<Member>) -> BTreeMap<DocumentNumber, CopyOf> {
    members.sort_by(|a, b| precedence(a).cmp(&precedence(b)));
    let mut groups = Groups::new(members.len());
    let mut by_id = HashMap::<&DocumentId, usize>::new();
    let mut by_band = HashMap::<(usize, [u32; BAND_BINS]), Vec<usize>>::new();
    for (index, member) in members.iter().enumerate() {
        let first = *by_id.entry(&member.id).or_insert(index);
        groups.join(first, index);
        let Some(sketch) = &member.sketch else { continue };
        for band in sketch.bands() {
            let others = by_band.entry(band).or_default();
            for &other in others.iter() {
                if groups.first_of(other) != groups.first_of(index) && are_same_clip(&members[other], member)
                {
                    groups.join(other, index);
                }
            }
            if others.len() < MOST_CANDIDATES {
                others.push(index);
            }
        }
    }
    copies(&members, &mut groups)
}

/// By which the document comes first that stands for the others. Of an article's revisions on one day the shorter path
/// comes first: later ones have a number in their names (`a.txt`, `a (2).txt`, `a (10).txt`).
fn precedence(member: &Member) -> (bool, Option<Date>, usize, &str) {
    let numbered = if member.kind == Kind::Article { member.path.len() } else { 0 };
    (member.date.is_none(), member.date, numbered, &member.path)
}

fn are_same_clip(a: &Member, b: &Member) -> bool {
    let are_spoken = a.kind == Kind::Broadcast && b.kind == Kind::Broadcast;
    are_spoken && similarity(a, b).is_some_and(|similarity| similarity >= SAME_WORDS)
}

fn similarity(a: &Member, b: &Member) -> Option<f64> {
    Some(a.sketch.as_ref()?.similarity(b.sketch.as_ref()?))
}

fn copies(members: &[Member], groups: &mut Groups) -> BTreeMap<DocumentNumber, CopyOf> {
    let mut by_first = BTreeMap::<usize, Vec<usize>>::new();
    for index in 0..members.len() {
        by_first.entry(groups.first_of(index)).or_default().push(index);
    }
    let mut copies = BTreeMap::new();
    for group in by_first.into_values().filter(|group| group.len() > 1) {
        let is_article = members[group[0]].kind == Kind::Article;
        let leader = if is_article { group[group.len() - 1] } else { group[0] };
        for index in group.into_iter().filter(|index| *index != leader) {
            let reason = reason(&members[leader], &members[index]);
            copies.insert(members[index].number, CopyOf { leader: members[leader].number, reason });
        }
    }
    copies
}

fn reason(leader: &Member, copy: &Member) -> CopyReason {
    match () {
        () if leader.id == copy.id && copy.kind == Kind::Article => CopyReason::Revision,
        () if leader.id == copy.id => CopyReason::SameRecording,
        () => {
            let hundredths = (similarity(leader, copy).unwrap_or(0.0) * 100.0).round();
            CopyReason::SameWords { similarity: hundredths / 100.0 }
        }
    }
}

/// Sets that are joined, each known by its first member.
struct Groups {
    towards: Vec<usize>,
}

impl Groups {
    fn new(members: usize) -> Self {
        Self { towards: (0..members).collect() }
    }

    fn first_of(&mut self, member: usize) -> usize {
        let mut first = member;
        while self.towards[first] != first {
            self.towards[first] = self.towards[self.towards[first]];
            first = self.towards[first];
        }
        first
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first_of(a), self.first_of(b));
        self.towards[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Option<Sketch> {
        Sketch::of(&text.split_whitespace().map(hash).collect::<Vec<_>>())
    }

    /// A text of words that no other number gives.
    fn text(number: u64, words: usize) -> String {
        (0..words as u64).map(|word| format!("w{} ", mix(number << 32 | word) % 5_000)).collect()
    }

    fn member(path: &str, id: u64, day: i8, text: &str) -> Member {
        Member {
            number: DocumentNumber::of(path),
            id: DocumentId::from_address(&format!("https://example.org/{id}")).unwrap(),
            kind: Kind::Broadcast,
            date: Some(jiff::civil::date(2026, 3, day)),
            path: path.to_owned(),
            sketch: sketch(text),
        }
    }

    #[track_caller]
    fn check(members: &[Member], expected: &[(&str, &str, CopyReason)]) {
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(copy, leader, reason)| {
                (DocumentNumber::of(copy), CopyOf { leader: DocumentNumber::of(leader), reason: *reason })
            })
            .collect();
        assert_eq!(group(members.to_vec()), expected);
        assert_eq!(group(members.iter().rev().cloned().collect()), expected, "in any order");
    }

    #[test]
    fn one_address_is_one_recording() {
        let members = [member("b.md", 1, 2, ""), member("a.md", 1, 2, ""), member("c.md", 2, 2, "")];
        check(&members, &[("b.md", "a.md", CopyReason::SameRecording)]);
    }

    #[test]
    fn the_same_words_are_one_clip() {
        let words = text(1, 400);
        let mut heard_otherwise: Vec<&str> = words.split_whitespace().collect();
        (0..heard_otherwise.len()).step_by(80).for_each(|at| heard_otherwise[at] = "other");
        let members = [
            member("late.md", 1, 9, &heard_otherwise.join(" ")),
            member("early.md", 2, 2, &words),
            member("c.md", 3, 2, &text(2, 400)),
        ];
        let copies = group(members.to_vec());
        assert_eq!(copies.len(), 1);
        let copy = copies[&DocumentNumber::of("late.md")];
        assert_eq!(copy.leader, DocumentNumber::of("early.md"), "the first published");
        assert!(
            matches!(copy.reason, CopyReason::SameWords { similarity } if (0.75..1.0).contains(&similarity)),
            "{copy:?}"
        );
    }

    #[test]
    fn a_part_or_a_few_words_are_no_copy() {
        let whole = text(1, 400);
        let half: String = whole.split_whitespace().take(200).map(|word| format!("{word} ")).collect();
        check(&[member("a.md", 1, 2, &whole), member("b.md", 2, 2, &half)], &[]);
        check(
            &[member("a.md", 1, 2, "Thank you for watching"), member("b.md", 2, 2, "Thank you for watching")],
            &[],
        );
    }

    #[test]
    fn the_newest_revision_stands_for_an_article() {
        let article = |path: &str| Member { kind: Kind::Article, ..member(path, 1, 2, "") };
        let newer = Member { date: Some(jiff::civil::date(2026, 3, 3)), ..article("a (2).txt") };
        check(&[newer, article("a.txt")], &[("a.txt", "a (2).txt", CopyReason::Revision)]);
        let same_day = ["a (2).txt", "a.txt", "a (10).txt"].map(article);
        let revised = ["a (2).txt", "a.txt"].map(|path| (path, "a (10).txt", CopyReason::Revision));
        check(&same_day, &revised);
    }

    #[test]
    fn similarity_is_what_it_estimates() {
        for kept in [400, 600, 800] {
            let (whole, other) = (text(1, 1000), text(2, 1000));
            let mixed: String = whole
                .split_whitespace()
                .take(kept)
                .chain(other.split_whitespace().skip(kept))
                .map(|word| format!("{word} "))
                .collect();
            let expected = kept as f64 / (2000 - kept) as f64;
            let estimate = sketch(&whole).unwrap().similarity(&sketch(&mixed).unwrap());
            assert!((estimate - expected).abs() < 0.13, "{estimate} for {expected}");
        }
    }

    #[test]
    fn a_sketch_reads_back() {
        let sketch = sketch(&text(3, 90)).unwrap();
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch.clone()));
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()[1..]), None);
    }
}
