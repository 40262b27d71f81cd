//! How much of a question is in a passage and around it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::DocumentNumber;
use crate::sought::Sought;
use crate::words::Found;

use super::super::memory::Met;
use super::super::texts::Texts;
use super::super::{Asked, SearchError};
use super::Candidate;

/// A part of a question: a word, or several that are one.
struct Part<'a> {
    sought: &'a Sought,
    /// How rare it is; of all parts together 1.
    rarity: f32,
}

impl Asked {
    /// The share of the question, by the rarity of its words, that is in each candidate, in those beside it or in the
    /// title of its document: what was said a sentence before need not be said again.
    pub(super) fn coverage(
        &self,
        texts: &mut Texts<'_>,
        candidates: &[Candidate],
    ) -> Result<Vec<f32>, SearchError> {
        // Passages with the candidates that they belong to.
        let mut passages: Vec<(usize, Found)> = candidates
            .iter()
            .enumerate()
            .flat_map(|(index, candidate)| {
                candidate.beside.iter().chain([&candidate.found]).map(move |found| (index, *found))
            })
            .collect();
        // Once for all parts: each looks them up in this order.
        passages.sort_by_key(|(_, found)| found.address());
        let found: Vec<Found> = passages.iter().map(|(_, found)| *found).collect();
        let parts = self.parts()?;
        let titles = titles(texts, candidates)?;
        let mut coverage = vec![0.0; candidates.len()];
        for part in &parts {
            let mut is_there = vec![false; candidates.len()];
            let scores = self.snapshot.scores(part.sought, &self.among, &found)?;
            for ((index, _), score) in passages.iter().zip(scores) {
                is_there[*index] |= score.is_some();
            }
            for (index, candidate) in candidates.iter().enumerate() {
                let title = titles.get(&candidate.found.number);
                let mut is_in_title = || match part.sought {
                    Sought::Word(word) => {
                        title.is_some_and(|met| met.title(&mut texts.stems).contains(&word.stem))
                    }
                    _ => false,
                };
                if is_there[index] || is_in_title() {
                    coverage[index] += part.rarity;
                }
            }
        }
        Ok(coverage)
    }

    /// The parts of the question without those that every question has, unless there are no others.
    fn parts(&self) -> Result<Vec<Part<'_>>, SearchError> {
        let mut wanted: Vec<&Sought> = Vec::new();
        for part in self.sought.wanted() {
            if !wanted.contains(&part) {
                wanted.push(part);
            }
        }
        if !wanted.iter().all(|part| part.is_common()) {
            wanted.retain(|part| !part.is_common());
        }
        let mut parts = Vec::with_capacity(wanted.len());
        for sought in wanted {
            parts.push(Part { sought, rarity: self.rarity(sought)? });
        }
        let sum: f32 = parts.iter().map(|part| part.rarity).sum();
        parts.iter_mut().for_each(|part| part.rarity /= sum.max(f32::MIN_POSITIVE));
        Ok(parts)
    }

    /// How rare something is: the logarithm of BM25.
    pub(super) fn rarity(&self, sought: &Sought) -> Result<f32, SearchError> {
        let passages = self.snapshot.counts().passages as f32;
        let count = self.snapshot.frequency(sought, &self.among)? as f32;
        Ok((1.0 + (passages - count + 0.5).max(0.0) / (count + 0.5)).ln())
    }
}

/// The documents of the candidates, whose titles are looked at.
fn titles(
    texts: &mut Texts<'_>,
    candidates: &[Candidate],
) -> Result<BTreeMap<DocumentNumber, Arc<Met>>, SearchError> {
    let mut titles = BTreeMap::new();
    for candidate in candidates {
        let number = candidate.found.number;
        if !titles.contains_key(&number)
            && let Some(known) = texts.document(number)?
        {
            titles.insert(number, known);
        }
    }
    Ok(titles)
}
