//! What is usual in the best answers, sought in the others: a relevance model over the first passages (RM3, Abdul-Jaleel
//! and others, TREC 2004).
//!
//! It brings in what says the same in other words and moves the first answers about, so it orders only what comes behind
//! them.

use std::collections::BTreeMap;

use crate::rank::{Weights, normalised};
use crate::sought::Sought;
use crate::tokens::tokens;
use crate::words::Found;

use super::super::texts::Texts;
use super::super::{Asked, Hit, SearchError};
use super::sorted;

/// So many of the best passages are read.
const PASSAGES_READ: usize = 20;

/// So many of their words are sought.
const WORDS_SOUGHT: usize = 40;

/// Shorter words say little.
const SHORTEST: usize = 3;

impl Asked {
    /// The passages behind the first hits, in the order of their own scores and what is usual in the best.
    pub(super) fn with_feedback(
        &self,
        texts: &mut Texts<'_>,
        hits: &[Hit],
        rest: Vec<Found>,
        weights: &Weights,
    ) -> Result<Vec<Found>, SearchError> {
        if weights.feedback == 0.0 {
            return Ok(rest);
        }
        let usual = self.usual_words(texts, hits, &rest)?;
        let mut sums = vec![0.0; rest.len()];
        for (word, weight) in usual {
            let scores = self.snapshot.scores(&exactly(word), &self.among, &rest)?;
            for (sum, score) in sums.iter_mut().zip(scores) {
                *sum += weight * score.unwrap_or(0.0);
            }
        }
        let sums = normalised(sums.iter().copied());
        let scores: Vec<f32> =
            rest.iter().zip(sums).map(|(found, sum)| found.score() + weights.feedback * sum).collect();
        Ok(sorted(rest, &scores))
    }

    /// The words that say most of the best passages, with how much each does.
    fn usual_words(
        &self,
        texts: &mut Texts<'_>,
        hits: &[Hit],
        rest: &[Found],
    ) -> Result<Vec<(String, f32)>, SearchError> {
        let mut read: Vec<(f32, String)> =
            hits.iter().map(|hit| (hit.score, hit.text.clone())).take(PASSAGES_READ).collect();
        for found in rest.iter().take(PASSAGES_READ - read.len()) {
            read.extend(texts.glance(found)?.map(|passage| (found.score(), passage.text)));
        }
        let sum: f32 = read.iter().map(|(score, _)| *score).sum();
        let mut shares = BTreeMap::<String, f32>::new();
        for (score, text) in &read {
            let words: Vec<String> = tokens(text).map(|token| token.exact).collect();
            let share = score / sum.max(f32::MIN_POSITIVE) / words.len().max(1) as f32;
            for word in words.into_iter().filter(|word| word.chars().count() >= SHORTEST) {
                *shares.entry(word).or_default() += share;
            }
        }
        let mut weighted = Vec::with_capacity(shares.len());
        for (word, share) in shares {
            let rarity = self.rarity(&exactly(word.clone()))?;
            weighted.push((word, share * rarity));
        }
        weighted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        weighted.truncate(WORDS_SOUGHT);
        Ok(weighted)
    }
}

/// A word in this form alone: what is usual is usual as it is said.
fn exactly(word: String) -> Sought {
    Sought::Sequence(vec![vec![word]])
}
