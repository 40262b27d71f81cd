//! How good a passage is as an answer to a question in plain words: its words, its meaning, what is around it, and when
//! it was published.
//!
//! A weighted sum of what is seen of a passage, each part about 0 to 1; plain reciprocal rank fusion was worse than its
//! better half. What depends on other passages, or on texts, is added by `search::question` with weights from here.
//! `eval/search/README.md` says by which questions they were chosen, and what each part brings.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::catalogue::DocumentNumber;

/// What is seen of a passage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// The document it is in.
    pub(crate) number: DocumentNumber,
    /// The day on which that was published.
    pub(crate) date: Option<Date>,
    /// How many words it has.
    pub(crate) document_words: u64,
    /// BM25 over the words of the question.
    pub(crate) words: f32,
    /// The share of the question, by how rare its words are, that is in the passage, those beside it, or the title.
    pub(crate) coverage: f32,
    /// How much nearer than usual passage and question are, in standard deviations.
    pub(crate) meaning: f32,
    /// The same of the passages before and behind together.
    pub(crate) around: f32,
    /// Whether it was published in the days that the question names.
    pub(crate) is_of_day: bool,
}

/// How much each part counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights {
    words: f32,
    coverage: f32,
    meaning: f32,
    around: f32,
    day: f32,
    length: f32,
    burst: f32,
    /// Of a number, where the question asks for one.
    pub(crate) number: f32,
    /// What a passage loses for each other one of its document among the first ones.
    pub(crate) same_document: f32,
    /// Of words that are usual in the best passages, for what comes behind them.
    pub(crate) feedback: f32,
    /// What a passage there loses if the one before or behind it was shown.
    pub(crate) beside: f32,
}

/// With vectors of the static model.
pub(crate) const WEIGHTS: Weights = Weights {
    words: 1.0,
    coverage: 1.0,
    meaning: 0.05,
    around: 0.05,
    day: 0.4,
    length: 0.04,
    burst: 0.6,
    number: 0.6,
    same_document: 0.08,
    feedback: 2.5,
    beside: 0.4,
};

/// Without vectors.
pub(crate) const WORDS_ALONE: Weights = Weights { meaning: 0.0, around: 0.0, ..WEIGHTS };

/// By meaning alone.
pub(crate) const MEANING_ALONE: Weights = Weights {
    words: 0.0,
    coverage: 0.0,
    meaning: 1.0,
    around: 0.0,
    day: 0.0,
    length: 0.0,
    burst: 0.0,
    number: 0.0,
    same_document: 0.0,
    feedback: 0.0,
    beside: 0.0,
};

/// So many of the best passages tell when the event in question was in the news.
const BURST_PASSAGES: usize = 30;

/// In so many days the news of an event thins out to a third.
const BURST_DAYS: f32 = 1.5;

/// Documents below this many words are not told apart by length.
const SHORT_WORDS: u64 = 150;

/// The scores of some passages, in their order.
pub(crate) fn scores(seen: &[Seen], weights: &Weights) -> Vec<f32> {
    let words = normalised(seen.iter().map(|seen| seen.words));
    let mut scores: Vec<f32> = seen
        .iter()
        .zip(&words)
        .map(|(seen, words)| {
            weights.words * words
                + weights.coverage * seen.coverage
                + weights.meaning * seen.meaning
                + weights.around * seen.around
                + weights.day * f32::from(u8::from(seen.is_of_day))
                - weights.length * (seen.document_words.max(SHORT_WORDS) as f32).ln()
        })
        .collect();
    if weights.burst > 0.0 {
        let bursts = bursts(seen, &scores);
        scores.iter_mut().zip(bursts).for_each(|(score, burst)| *score += weights.burst * burst);
    }
    scores
}

/// From 0 to 1: divided by the largest.
pub(crate) fn normalised(values: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
    let largest = values.clone().fold(0.0, f32::max);
    values.map(|value| if largest > 0.0 { value / largest } else { 0.0 }).collect()
}

/// How much of the best passages was published around the day of each, 0 to 1: news comes in bursts, and a question
/// about an event is answered in its days ("temporal query profiles", Jones and Diaz, TOIS 2007). Each document counts
/// once, by its best passage.
fn bursts(seen: &[Seen], scores: &[f32]) -> Vec<f32> {
    let mut best: Vec<usize> = (0..seen.len()).collect();
    best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    best.truncate(BURST_PASSAGES);
    let mut documents = BTreeMap::<DocumentNumber, (f32, Option<Date>)>::new();
    for index in best {
        documents.entry(seen[index].number).or_insert((scores[index], seen[index].date));
    }
    let least = documents.values().map(|(score, _)| *score).fold(f32::MAX, f32::min);
    let mut days = BTreeMap::<Date, f32>::new();
    for (score, date) in documents.into_values() {
        if let Some(date) = date {
            *days.entry(date).or_default() += score - least;
        }
    }
    let density = |date: Date| -> f32 {
        let near = |(day, weight): (&Date, &f32)| weight * (-(days_between(*day, date) / BURST_DAYS)).exp();
        days.iter().map(near).sum()
    };
    let mut densities = HashMap::<Date, f32>::new();
    let mut of_day = |date| *densities.entry(date).or_insert_with(|| density(date));
    let all: Vec<f32> = seen.iter().map(|seen| seen.date.map_or(0.0, &mut of_day)).collect();
    normalised(all.iter().copied())
}

fn days_between(a: Date, b: Date) -> f32 {
    // A span of days between two dates always fits.
    a.until(b).map_or(f32::MAX, |span| span.get_days().unsigned_abs() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn seen(path: &str, words: f32, meaning: f32, day: i8) -> Seen {
        Seen {
            number: DocumentNumber::of(path),
            date: Some(date(2026, 3, day)),
            document_words: 100,
            words,
            coverage: 0.5,
            meaning,
            around: 0.0,
            is_of_day: false,
        }
    }

    /// Which of the passages is best, second best and so on.
    fn order(passages: &[Seen], weights: &Weights) -> Vec<usize> {
        let scores = scores(passages, weights);
        let mut order: Vec<usize> = (0..passages.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        order
    }

    #[test]
    fn nothing_is_scored_without_passages() {
        assert_eq!(scores(&[], &WEIGHTS), [0.0; 0]);
        assert!(scores(&[Seen { words: 0.0, ..seen("a", 0.0, 0.0, 2) }], &WEIGHTS)[0].is_finite());
    }

    #[test]
    fn words_meaning_and_days_add_up() {
        let passages = [
            seen("a", 3.0, 0.0, 20),
            seen("b", 9.0, 0.0, 20),
            seen("c", 9.0, 0.0, 2),
            seen("d", 9.0, 2.0, 2),
            Seen { coverage: 1.0, ..seen("e", 9.0, 2.0, 2) },
        ];
        assert_eq!(order(&passages, &WEIGHTS), [4, 3, 2, 1, 0]);
        assert_eq!(order(&passages[..2], &MEANING_ALONE), [0, 1], "words say nothing of meaning");
    }

    #[test]
    fn a_document_counts_once_for_its_day() {
        // Many passages of one document on the 20th, two documents on the 2nd.
        let mut passages: Vec<Seen> = (0..9).map(|_| seen("a", 5.0, 0.0, 20)).collect();
        passages.extend([seen("b", 5.0, 0.0, 2), seen("c", 5.0, 0.0, 2), seen("d", 1.0, 0.0, 9)]);
        let scores = scores(&passages, &WORDS_ALONE);
        assert!(scores[9] > scores[0], "{scores:?}");
    }
}
