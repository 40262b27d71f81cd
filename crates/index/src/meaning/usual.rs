//! How near passages usually are to a question: any two English texts are alike to some degree, which says nothing.

use super::Meaning;
use crate::catalogue::{DocumentNumber, VectorPlace};

/// So many passages stand for all.
const SAMPLED: usize = 2_000;

/// The mean and the spread of the cosines between a question and all passages, and of the sums of those beside each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    alone: Spread,
    around: Spread,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    mean: f32,
    deviation: f32,
}

impl Spread {
    fn of(values: &[f32]) -> Self {
        let count = values.len().max(1) as f32;
        let mean = values.iter().sum::<f32>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
        Self { mean, deviation: variance.sqrt() }
    }

    /// How far above the mean, in standard deviations.
    fn above(self, value: f32) -> f32 {
        if self.deviation > f32::EPSILON { (value - self.mean) / self.deviation } else { 0.0 }
    }
}

impl Usual {
    /// How much nearer than usual a passage is; one without a vector is as near as any.
    pub(crate) fn above(&self, cosine: Option<f32>) -> f32 {
        cosine.map_or(0.0, |cosine| self.alone.above(cosine))
    }

    /// The same for the passages before and behind one, by the sum of their cosines.
    pub(crate) fn above_around(&self, sum: f32) -> f32 {
        self.around.above(sum)
    }
}

impl Meaning {
    /// What is usual for a question.
    pub(crate) fn usual(&self, question: &[f32]) -> Usual {
        let (mut alone, mut around) = (Vec::with_capacity(SAMPLED), Vec::with_capacity(SAMPLED));
        for &(number, ordinal) in &self.sample {
            let cosine = |ordinal| self.cosine(number, ordinal, question);
            let Some(own) = cosine(ordinal) else { continue };
            let beside = [ordinal.checked_sub(1), Some(ordinal + 1)].into_iter().flatten();
            alone.push(own);
            around.push(beside.filter_map(cosine).sum());
        }
        Usual { alone: Spread::of(&alone), around: Spread::of(&around) }
    }
}

/// Passages at even distances in the order of their documents' numbers, so that the same archive gives the same whatever
/// it was through.
pub(super) fn sample(documents: &[(DocumentNumber, VectorPlace)]) -> Vec<(DocumentNumber, u64)> {
    let mut documents: Vec<_> = documents.iter().filter(|(_, place)| place.count > 0).collect();
    documents.sort_by_key(|(number, _)| *number);
    let total: u64 = documents.iter().map(|(_, place)| place.count).sum();
    let step = (total / SAMPLED as u64).max(1);
    let (mut sample, mut next, mut before) = (Vec::new(), 0, 0);
    for (number, place) in documents {
        while next < before + place.count {
            sample.push((*number, next - before));
            next += step;
        }
        before += place.count;
    }
    sample
}
