//! How good a passage is as an answer to a question in plain words: its words, its meaning, and what is around it.
//!
//! Plain reciprocal rank fusion was worse than its better half; this is a weighted sum of what is seen, each part from 0
//! to 1. The weights were chosen on every other question of the development set and hold on the rest
//! (`eval/search/README.md` has both figures).

use jiff::civil::Date;

/// What is seen of a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// BM25 over the words of the question.
    pub(crate) words: f32,
    /// The same of the passages before and behind, half each.
    pub(crate) around: f32,
    /// The share of the question, by how rare its words are, that is in the document's title and description.
    pub(crate) heading: f32,
    /// The cosine between passage and question.
    pub(crate) meaning: Option<f32>,
    /// The day on which the document was published.
    pub(crate) date: Option<Date>,
}

/// How much each part counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) words: f32,
    pub(crate) around: f32,
    pub(crate) heading: f32,
    pub(crate) meaning: f32,
    pub(crate) burst: f32,
}

/// With vectors of the static model.
pub(crate) const WEIGHTS: Weights =
    Weights { words: 1.0, around: 0.1, heading: 0.2, meaning: 0.4, burst: 0.2 };

/// By meaning alone.
pub(crate) const MEANING_ALONE: Weights =
    Weights { words: 0.0, around: 0.0, heading: 0.0, meaning: 1.0, burst: 0.0 };

/// So many of the best passages tell when the event in question was in the news.
const BURST_PASSAGES: usize = 100;

/// In so many days the news of an event thins out to a third.
const BURST_DAYS: f32 = 2.0;

/// The scores of some passages, in their order.
pub(crate) fn scores(seen: &[Seen], weights: &Weights) -> Vec<f32> {
    let words = normalised(seen.iter().map(|seen| seen.words));
    let around = normalised(seen.iter().map(|seen| seen.around));
    let meaning = above_usual(seen);
    let mut scores: Vec<f32> = (0..seen.len())
        .map(|at| {
            weights.words * words[at]
                + weights.around * around[at]
                + weights.heading * seen[at].heading
                + weights.meaning * meaning[at]
        })
        .collect();
    let bursts = bursts(seen, &scores);
    scores.iter_mut().zip(bursts).for_each(|(score, burst)| *score += weights.burst * burst);
    scores
}

/// From 0 to 1: divided by the largest.
fn normalised(values: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
    let largest = values.clone().fold(0.0, f32::max);
    values.map(|value| if largest > 0.0 { value / largest } else { 0.0 }).collect()
}

/// How far each cosine is above the usual one, the farthest 1. Any two English texts are alike to some degree, which
/// says nothing.
fn above_usual(seen: &[Seen]) -> Vec<f32> {
    let known: Vec<f32> = seen.iter().filter_map(|seen| seen.meaning).collect();
    let usual = known.iter().sum::<f32>() / known.len().max(1) as f32;
    let largest = known.iter().copied().fold(usual, f32::max);
    let above = |cosine: f32| if largest > usual { (cosine - usual) / (largest - usual) } else { 0.0 };
    seen.iter().map(|seen| seen.meaning.map_or(0.0, |cosine| above(cosine).max(-1.0))).collect()
}

/// How much of the best passages was published around the day of each, 0 to 1: news comes in bursts, and a question
/// about an event is answered in its days ("temporal query profiles", Jones and Diaz, TOIS 2007).
fn bursts(seen: &[Seen], scores: &[f32]) -> Vec<f32> {
    let mut best: Vec<usize> = (0..seen.len()).collect();
    best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    best.truncate(BURST_PASSAGES);
    let least = best.last().map_or(0.0, |last| scores[*last]);
    let mut days = std::collections::BTreeMap::<Date, f32>::new();
    for index in best {
        if let Some(date) = seen[index].date {
            *days.entry(date).or_default() += scores[index] - least;
        }
    }
    let density = |date: Date| -> f32 {
        let near = |(day, weight): (&Date, &f32)| weight * (-(days_between(*day, date) / BURST_DAYS)).exp();
        days.iter().map(near).sum()
    };
    let densities: Vec<f32> = seen.iter().map(|seen| seen.date.map_or(0.0, density)).collect();
    normalised(densities.iter().copied())
}

fn days_between(a: Date, b: Date) -> f32 {
    // A span of days between two dates always fits.
    a.until(b).map_or(f32::MAX, |span| span.get_days().unsigned_abs() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn seen(words: f32, meaning: f32, day: i8) -> Seen {
        Seen { words, meaning: Some(meaning), date: Some(date(2026, 3, day)), ..Seen::default() }
    }

    #[test]
    fn nothing_is_scored_without_passages() {
        assert_eq!(scores(&[], &WEIGHTS), [0.0; 0]);
        assert_eq!(scores(&[Seen::default()], &WEIGHTS), [0.0]);
    }

    #[test]
    fn words_meaning_and_days_add_up() {
        let passages = [seen(9.0, 0.6, 2), seen(9.0, 0.3, 2), seen(9.0, 0.3, 20), seen(3.0, 0.3, 20)];
        let scores = scores(&passages, &WEIGHTS);
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn an_archive_without_vectors_is_ranked_by_words() {
        let passages = [Seen { words: 1.0, ..Seen::default() }, Seen { words: 2.0, ..Seen::default() }];
        assert_eq!(scores(&passages, &WEIGHTS), [0.5, 1.0]);
    }
}
