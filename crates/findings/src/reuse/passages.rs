//! Two documents that share fingerprints -> the passages they share, word by word.

use std::cmp::Ordering;
use std::ops::Range;

use record::{Document, DocumentId, Kind};

use crate::align::{Word, words};
use crate::check::quoted_bytes;
use crate::material::Material;

use super::advertising::advertises;
use super::fingerprints::{SHINGLE_WORDS, hash};
use super::{Pair, Passage, Relation, Reuse};

/// Fewer common words are a phrase.
const FEWEST_COMMON_WORDS: usize = 20;

/// The same for words between quotation marks of one that are spoken in the other.
const FEWEST_QUOTED_WORDS: usize = 10;

/// How far apart two copies may be and come together again: a sentence that a recogniser heard in another way.
const LOOKAHEAD_WORDS: usize = 8;

/// How many words must be the same for copies to have come together again.
const TOGETHER_WORDS: usize = 3;

/// Passages with fewer words between them are one: an editor's cut.
const NEIGHBOUR_WORDS: usize = 20;

/// Share of common words below which neighbours stay apart, and a passage is none.
const LEAST_OVERLAP: f32 = 0.6;

/// Share of words that makes two documents versions of one, or one contained in the other.
const MOST_OF_IT: f32 = 0.6;

/// Two runs of words that correspond.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    left: Range<usize>,
    right: Range<usize>,
    common: usize,
}

impl Run {
    fn overlap(&self) -> f32 {
        self.common as f32 / self.left.len().max(self.right.len()).max(1) as f32
    }
}

/// The words of a document, to be compared with those of several others.
pub struct Wording<'a> {
    material: &'a Material,
    words: Vec<Spelt>,
    /// Where an article quotes somebody, in bytes.
    quoted: Vec<Range<usize>>,
}

/// A word by its hash, and where it stands.
struct Spelt {
    hash: u64,
    bytes: Range<u32>,
}

impl<'a> Wording<'a> {
    /// Reads the words of a document.
    pub fn of(material: &'a Material) -> Self {
        let spelt = |word: Word| Spelt {
            hash: hash(word.folded.as_bytes()),
            // What does not fit is no text that anybody reads; its passages are left out by `cite`.
            bytes: place(word.bytes.start)..place(word.bytes.end),
        };
        let is_article = material.document.kind == Kind::Article;
        Self {
            material,
            words: words(&material.text.text).into_iter().map(spelt).collect(),
            quoted: if is_article { quoted_bytes(material) } else { Vec::new() },
        }
    }

    fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        match self.words.get(words.clone()).unwrap_or_default() {
            [] => 0..0,
            [first, ..] => first.bytes.start as usize..self.words[words.end - 1].bytes.end as usize,
        }
    }

    /// Whether most of a passage is quoted.
    fn is_quoted(&self, words: &Range<usize>) -> bool {
        let bytes = self.bytes(words);
        let common =
            |span: &Range<usize>| span.end.min(bytes.end).saturating_sub(span.start.max(bytes.start));
        2 * self.quoted.iter().map(common).sum::<usize>() > bytes.len()
    }

    fn passage(&self, words: &Range<usize>) -> Option<Passage> {
        let bytes = self.bytes(words);
        let text = self.material.text.text.get(bytes.clone())?.replace('\n', " ");
        Some(Passage { citation: self.material.cite(&bytes)?, text })
    }
}

fn place(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// The passages that two documents share, in the order of the left one. Each word of either is in one passage only.
///
/// Takes time in proportion to what they share.
pub fn passages(pair: &Pair, left: &Wording<'_>, right: &Wording<'_>) -> Vec<Reuse> {
    let runs = merged(runs(&pair.hits, &left.words, &right.words));
    let is_of_two_kinds = left.material.document.kind != right.material.document.kind;
    let is_long = |run: &Run| {
        let is_quoted = is_of_two_kinds && (left.is_quoted(&run.left) || right.is_quoted(&run.right));
        let fewest = if is_quoted { FEWEST_QUOTED_WORDS } else { FEWEST_COMMON_WORDS };
        run.common >= fewest && run.overlap() >= LEAST_OVERLAP
    };
    let runs = apart(runs.into_iter().filter(is_long).collect());
    let common: usize = runs.iter().map(|run| run.common).sum();
    let relation = relation(common, left.words.len(), right.words.len());
    let first = earlier(&left.material.document, &right.material.document);
    runs.iter()
        .filter_map(|run| {
            let (left, right) = (left.passage(&run.left)?, right.passage(&run.right)?);
            Some(Reuse {
                is_advertising: advertises(&left.text) || advertises(&right.text),
                left,
                right,
                overlap: run.overlap(),
                common_words: run.common,
                first: first.cloned(),
                relation,
            })
        })
        .collect()
}

/// The one that was published on an earlier day.
fn earlier<'a>(one: &'a Document, other: &'a Document) -> Option<&'a DocumentId> {
    match one.date?.cmp(&other.date?) {
        Ordering::Less => Some(&one.id),
        Ordering::Greater => Some(&other.id),
        Ordering::Equal => None,
    }
}

fn relation(common: usize, left: usize, right: usize) -> Relation {
    let share = |of: usize| common as f32 / of.max(1) as f32;
    if share(left + right - common.min(left + right)) >= MOST_OF_IT {
        Relation::Version
    } else if share(left.min(right)) >= MOST_OF_IT {
        Relation::Contained
    } else {
        Relation::Passage
    }
}

/// Extends hits to the longest runs in which both go together.
fn runs(hits: &[(u32, u32)], left: &[Spelt], right: &[Spelt]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, j) in hits.iter().map(|(i, j)| (*i as usize, *j as usize)) {
        let is_covered = |run: &Run| run.left.contains(&i) && run.right.contains(&j);
        let ahead =
            Ahead { left: left.get(i..).unwrap_or_default(), right: right.get(j..).unwrap_or_default() };
        let is_true = (0..SHINGLE_WORDS).all(|offset| ahead.is_same(offset, offset));
        // Runs rise with the hits, so that a hit lies in one of the last ones.
        if !is_true || runs.iter().rev().take(LAST_RUNS).any(is_covered) {
            continue;
        }
        let forward = together(&ahead);
        let backward = together(&Back { left: &left[..i], right: &right[..j] });
        runs.push(Run {
            left: i - backward.left..i + forward.left,
            right: j - backward.right..j + forward.right,
            common: backward.common + forward.common,
        });
    }
    runs
}

/// How many of the runs before a hit is looked for in.
const LAST_RUNS: usize = 8;

/// Two sequences of words that are gone along.
trait Walk {
    /// Whether the words so many steps on are the same.
    fn is_same(&self, left: usize, right: usize) -> bool;
}

/// From a hit on.
struct Ahead<'a> {
    left: &'a [Spelt],
    right: &'a [Spelt],
}

/// From a hit to the beginning.
struct Back<'a> {
    left: &'a [Spelt],
    right: &'a [Spelt],
}

impl Walk for Ahead<'_> {
    fn is_same(&self, left: usize, right: usize) -> bool {
        matches!((self.left.get(left), self.right.get(right)), (Some(one), Some(other)) if one.hash == other.hash)
    }
}

impl Walk for Back<'_> {
    fn is_same(&self, left: usize, right: usize) -> bool {
        let before =
            |words: &[Spelt], steps: usize| Some(words.get(words.len().checked_sub(steps + 1)?)?.hash);
        matches!((before(self.left, left), before(self.right, right)), (Some(one), Some(other)) if one == other)
    }
}

/// How far two sequences go together.
#[derive(Clone, Copy, Default)]
struct Together {
    left: usize,
    right: usize,
    common: usize,
}

/// Goes along two sequences over short differences to the last common word.
fn together(words: &impl Walk) -> Together {
    let mut reached = Together::default();
    let (mut i, mut j) = (0, 0);
    loop {
        if words.is_same(i, j) {
            (i, j) = (i + 1, j + 1);
            reached = Together { left: i, right: j, common: reached.common + 1 };
            continue;
        }
        match nearest_together(words, i, j) {
            Some((left, right)) => (i, j) = (left, right),
            None => return reached,
        }
    }
}

/// Where both go together again with the fewest words passed over on either side.
fn nearest_together(words: &impl Walk, left: usize, right: usize) -> Option<(usize, usize)> {
    (1..=2 * LOOKAHEAD_WORDS).find_map(|sum| {
        (sum.saturating_sub(LOOKAHEAD_WORDS)..=sum.min(LOOKAHEAD_WORDS))
            .map(|over| (left + over, right + sum - over))
            .find(|(i, j)| (0..TOGETHER_WORDS).all(|offset| words.is_same(i + offset, j + offset)))
    })
}

/// Joins runs that follow on each other in both documents.
fn merged(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by_key(|run| (run.left.start, run.right.start));
    let mut all: Vec<Run> = Vec::new();
    for run in runs {
        let follows = |before: &&mut Run| {
            let is_near = |before: &Range<usize>, after: &Range<usize>| {
                before.end <= after.start && after.start - before.end <= NEIGHBOUR_WORDS
            };
            is_near(&before.left, &run.left) && is_near(&before.right, &run.right)
        };
        match all.last_mut().filter(follows) {
            Some(before) => {
                let joined = Run {
                    left: before.left.start..run.left.end,
                    right: before.right.start..run.right.end,
                    common: before.common + run.common,
                };
                if joined.overlap() >= LEAST_OVERLAP { *before = joined } else { all.push(run) }
            }
            None => all.push(run),
        }
    }
    all
}

/// The longest runs that have no words in common.
fn apart(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by(|a, b| {
        b.common
            .cmp(&a.common)
            .then_with(|| (a.left.start, a.right.start).cmp(&(b.left.start, b.right.start)))
    });
    let mut kept: Vec<Run> = Vec::new();
    for run in runs {
        let is_apart =
            |one: &Range<usize>, other: &Range<usize>| one.end <= other.start || other.end <= one.start;
        if kept.iter().all(|other| is_apart(&run.left, &other.left) && is_apart(&run.right, &other.right)) {
            kept.push(run);
        }
    }
    kept.sort_by_key(|run| run.left.start);
    kept
}
