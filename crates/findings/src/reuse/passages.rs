//! Two documents that share fingerprints -> the passages they share, word by word.

use std::ops::Range;

use crate::align::{Word, words};
use crate::material::Material;

use super::fingerprints::SHINGLE_WORDS;
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

/// The passages that two documents share, in the order of the left one. Each word of either is in one passage only.
///
/// Takes time in proportion to the documents' lengths.
pub fn passages(pair: &Pair, left: &Material, right: &Material) -> Vec<Reuse> {
    let (left_words, right_words) = (words(&left.text.text), words(&right.text.text));
    let runs = merged(runs(&pair.hits, &left_words, &right_words));
    let quoted = [quoted(left), quoted(right)];
    let is_long = |run: &Run| {
        let is_quoted = left.document.kind != right.document.kind
            && (is_within(&quoted[0], &bytes(&left_words, &run.left)) || is_within(&quoted[1], &bytes(&right_words, &run.right)));
        let fewest = if is_quoted { FEWEST_QUOTED_WORDS } else { FEWEST_COMMON_WORDS };
        run.common >= fewest && run.overlap() >= LEAST_OVERLAP
    };
    let runs = apart(runs.into_iter().filter(is_long).collect());
    let common: usize = runs.iter().map(|run| run.common).sum();
    let relation = relation(common, left_words.len(), right_words.len());
    let first = match (left.document.date, right.document.date) {
        (Some(one), Some(other)) if one < other => Some(left.document.id.clone()),
        (Some(one), Some(other)) if other < one => Some(right.document.id.clone()),
        _ => None,
    };
    runs.iter()
        .filter_map(|run| {
            Some(Reuse {
                left: passage(left, &bytes(&left_words, &run.left))?,
                right: passage(right, &bytes(&right_words, &run.right))?,
                overlap: run.overlap(),
                common_words: run.common,
                first: first.clone(),
                relation,
            })
        })
        .collect()
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

fn passage(material: &Material, bytes: &Range<usize>) -> Option<Passage> {
    Some(Passage { citation: material.cite(bytes)?, text: material.text.text[bytes.clone()].replace('\n', " ") })
}

fn bytes(words: &[Word], range: &Range<usize>) -> Range<usize> {
    match words.get(range.clone()).unwrap_or_default() {
        [] => 0..0,
        [first, .., last] => first.bytes.start..last.bytes.end,
        [only] => only.bytes.clone(),
    }
}

/// Where an article quotes somebody.
fn quoted(material: &Material) -> Vec<Range<usize>> {
    if material.document.kind == record::Kind::Article { crate::check::quoted_bytes(material) } else { Vec::new() }
}

/// Whether most of a passage is quoted.
fn is_within(quoted: &[Range<usize>], bytes: &Range<usize>) -> bool {
    let covered: usize =
        quoted.iter().map(|span| span.end.min(bytes.end).saturating_sub(span.start.max(bytes.start))).sum();
    2 * covered > bytes.len()
}

/// Extends hits to the longest runs in which both go together.
fn runs(hits: &[(u32, u32)], left: &[Word], right: &[Word]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, j) in hits.iter().map(|(i, j)| (*i as usize, *j as usize)) {
        let is_covered = |run: &Run| run.left.contains(&i) && run.right.contains(&j);
        let is_true = (0..SHINGLE_WORDS).all(|offset| is_same(left.get(i + offset), right.get(j + offset)));
        // Runs rise with the hits, so that a hit lies in one of the last ones.
        if !is_true || runs.iter().rev().take(8).any(is_covered) {
            continue;
        }
        let forward = together(&left[i..], &right[j..]);
        let backward = together(&reversed(&left[..i]), &reversed(&right[..j]));
        runs.push(Run {
            left: i - backward.left..i + forward.left,
            right: j - backward.right..j + forward.right,
            common: backward.common + forward.common,
        });
    }
    runs
}

fn is_same(one: Option<&Word>, other: Option<&Word>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.folded == other.folded)
}

/// Words from the last to the first, as references: only those that a run may reach are looked at.
fn reversed(words: &[Word]) -> Vec<Word> {
    words.iter().rev().take(MOST_BACKWARD_WORDS).cloned().collect()
}

/// A run is found from its first hit on; before it there is at most the beginning of a sentence.
const MOST_BACKWARD_WORDS: usize = 40;

/// How far two sequences go together.
#[derive(Clone, Copy, Default)]
struct Together {
    left: usize,
    right: usize,
    common: usize,
}

/// Goes along two sequences that begin alike, over short differences, to the last common word.
fn together(left: &[Word], right: &[Word]) -> Together {
    let mut reached = Together::default();
    let (mut i, mut j) = (0, 0);
    let mut common = 0;
    loop {
        if is_same(left.get(i), right.get(j)) {
            (i, j, common) = (i + 1, j + 1, common + 1);
            reached = Together { left: i, right: j, common };
            continue;
        }
        match nearest_together(&left[i.min(left.len())..], &right[j.min(right.len())..]) {
            Some((over_left, over_right)) => (i, j) = (i + over_left, j + over_right),
            None => return reached,
        }
    }
}

/// How many words to pass over on either side until both go together again; the fewest.
fn nearest_together(left: &[Word], right: &[Word]) -> Option<(usize, usize)> {
    (1..=2 * LOOKAHEAD_WORDS).find_map(|sum| {
        (sum.saturating_sub(LOOKAHEAD_WORDS)..=sum.min(LOOKAHEAD_WORDS)).map(|over_left| (over_left, sum - over_left)).find(
            |(over_left, over_right)| {
                (0..TOGETHER_WORDS).all(|offset| is_same(left.get(over_left + offset), right.get(over_right + offset)))
            },
        )
    })
}

/// Joins runs that follow on each other in both documents.
fn merged(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by(|a, b| (a.left.start, a.right.start).cmp(&(b.left.start, b.right.start)));
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
    runs.sort_by(|a, b| b.common.cmp(&a.common).then_with(|| (a.left.start, a.right.start).cmp(&(b.left.start, b.right.start))));
    let mut kept: Vec<Run> = Vec::new();
    for run in runs {
        let is_apart = |one: &Range<usize>, other: &Range<usize>| one.end <= other.start || other.end <= one.start;
        if kept.iter().all(|other| is_apart(&run.left, &other.left) && is_apart(&run.right, &other.right)) {
            kept.push(run);
        }
    }
    kept.sort_by_key(|run| run.left.start);
    kept
}
