//! The hypotheses of one window: a beam, a greedy search as a beam of one, or independent draws.

use super::circles;
use crate::kernels::InstructionSet;
use crate::model::{Model, Row};
use crate::settings::Settings;

/// The search of one window.
pub(crate) struct Search<H> {
    live: Vec<Hypothesis<H>>,
    finished: Vec<(Vec<u32>, f32)>,
    manner: Manner,
    length_penalty: f32,
    steps: usize,
    most_steps: usize,
    over: bool,
}

enum Manner {
    /// Keeps the best `width`; over when `enough` have finished.
    Beam { width: usize, enough: usize },
    /// Draws each of `width` hypotheses by itself, from probabilities made flatter by `temperature`.
    Draw { width: usize, temperature: f32, random: fastrand::Rng },
}

struct Hypothesis<H> {
    history: H,
    tokens: Vec<u32>,
    score: f32,
}

/// A continuation of one hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    hypothesis: usize,
    token: u32,
    score: f32,
}

impl<H: Clone> Search<H> {
    pub(crate) fn new(
        history: H,
        settings: &Settings,
        temperature: f32,
        seed: u64,
        most_steps: usize,
    ) -> Search<H> {
        let manner = if temperature > 0.0 {
            // Each window and temperature draws from a stream of its own, so that a batch draws the same.
            let random = fastrand::Rng::with_seed(seed ^ u64::from(temperature.to_bits()));
            Manner::Draw { width: settings.best_of.max(1), temperature, random }
        } else {
            let width = settings.beam_size.max(1);
            let enough =
                if width == 1 { 1 } else { (width as f32 * settings.patience).round().max(1.0) as usize };
            Manner::Beam { width, enough }
        };
        let live = vec![Hypothesis { history, tokens: Vec::new(), score: 0.0 }];
        let length_penalty = settings.length_penalty;
        Search { live, finished: Vec::new(), manner, length_penalty, steps: 0, most_steps, over: false }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Rows that this search has in the batch.
    pub(crate) fn width(&self) -> usize {
        self.live.len()
    }

    pub(crate) fn tokens(&self, hypothesis: usize) -> &[u32] {
        &self.live[hypothesis].tokens
    }

    /// The rows to decode next: the last token of each live hypothesis.
    pub(crate) fn rows<'a, M: Model<History = H>>(&'a mut self, audio: &'a M::Audio) -> Vec<Row<'a, M>> {
        let rows = self.live.iter_mut().map(|hypothesis| {
            let last = hypothesis.tokens.len().saturating_sub(1);
            Row { audio, history: &mut hypothesis.history, tokens: &hypothesis.tokens[last..] }
        });
        rows.collect()
    }

    /// Continuations of one hypothesis worth comparing with those of the others.
    pub(crate) fn candidates(&mut self, hypothesis: usize, log_probabilities: &[f32]) -> Vec<Candidate> {
        let score = self.live[hypothesis].score;
        let first = self.steps == 0;
        match &mut self.manner {
            Manner::Beam { width: 1, .. } => {
                let (token, best) = largest(log_probabilities);
                vec![Candidate { hypothesis, token, score: score + best }]
            }
            // Twice the width, so that half may end the transcript and the beam still is full.
            Manner::Beam { width, .. } => best(log_probabilities, 2 * *width)
                .into_iter()
                .map(|(token, log_probability)| Candidate {
                    hypothesis,
                    token,
                    score: score + log_probability,
                })
                .collect(),
            Manner::Draw { width, temperature, random } => (0..if first { *width } else { 1 })
                .map(|_| {
                    let token = draw(log_probabilities, *temperature, random);
                    Candidate { hypothesis, token, score: score + log_probabilities[token as usize] }
                })
                .collect(),
        }
    }

    /// Takes the next step of all hypotheses.
    pub(crate) fn choose(&mut self, mut candidates: Vec<Candidate>, end: u32) {
        self.steps += 1;
        let last_step = self.steps >= self.most_steps;
        let (keep, enough) = match self.manner {
            Manner::Beam { width, enough } => {
                candidates.sort_by(|a, b| {
                    let place = |candidate: &Candidate| (candidate.hypothesis, candidate.token);
                    b.score.total_cmp(&a.score).then_with(|| place(a).cmp(&place(b)))
                });
                candidates.truncate(2 * width);
                (width, enough)
            }
            Manner::Draw { .. } => (candidates.len(), usize::MAX),
        };
        let spares_start = keep.min(candidates.len());
        let (leaders, spares) = candidates.split_at(spares_start);
        let beam = matches!(self.manner, Manner::Beam { .. });
        let mut spares = spares.iter().filter(|candidate| beam && candidate.token != end);
        let mut kept = Vec::new();
        for candidate in leaders {
            if candidate.token == end || last_step {
                self.finish(candidate, end);
                kept.extend(spares.next());
            } else {
                kept.push(candidate);
            }
        }
        self.over = last_step || self.finished.len() >= enough || kept.is_empty();
        // What it has been through is not kept until the other windows of its batch are over, too.
        let next = if self.over { &[][..] } else { &kept };
        self.live = next.iter().map(|candidate| self.continued(candidate)).collect();
    }

    fn finish(&mut self, candidate: &Candidate, end: u32) {
        let mut tokens = self.live[candidate.hypothesis].tokens.clone();
        if candidate.token != end {
            tokens.push(candidate.token);
        }
        self.finished.push((tokens, candidate.score));
    }

    /// Ends hypotheses that go round in circles, if `is_loop` says so of what that leads to: draws one by one, a beam when
    /// none of it finds out.
    ///
    /// Each is finished as it would have been. What a circle repeats is next to certain, so its score stays.
    pub(crate) fn leave_circles(&mut self, is_loop: impl Fn(&[u32]) -> bool) {
        let gone_on = |hypothesis: &Hypothesis<H>| {
            circles::gone_on(&hypothesis.tokens, self.most_steps).filter(|tokens| is_loop(tokens))
        };
        let ends: Vec<Option<Vec<u32>>> = self.live.iter().map(gone_on).collect();
        let together = matches!(self.manner, Manner::Beam { .. });
        if ends.is_empty() || together && ends.iter().any(Option::is_none) {
            return;
        }
        for (hypothesis, end) in std::mem::take(&mut self.live).into_iter().zip(ends) {
            match end {
                Some(tokens) => self.finished.push((tokens, hypothesis.score)),
                None => self.live.push(hypothesis),
            }
        }
        self.over = self.live.is_empty();
    }

    fn continued(&self, candidate: &Candidate) -> Hypothesis<H> {
        let from = &self.live[candidate.hypothesis];
        let mut tokens = from.tokens.clone();
        tokens.push(candidate.token);
        Hypothesis { history: from.history.clone(), tokens, score: candidate.score }
    }

    /// The finished hypothesis with the best score for its length, and that score in full.
    pub(crate) fn best(self) -> (Vec<u32>, f32) {
        let normed =
            |tokens: &[u32], score: f32| score / (tokens.len().max(1) as f32).powf(self.length_penalty);
        let mut best = (Vec::new(), 0.0);
        let mut best_normed = f32::NEG_INFINITY;
        for (tokens, score) in self.finished {
            let normed = normed(&tokens, score);
            if normed > best_normed {
                (best, best_normed) = ((tokens, score), normed);
            }
        }
        best
    }
}

/// Numbers that are looked through at once.
const BLOCK: usize = 64;

/// Whether any of some numbers is as asked for; without a way out in between, so that registers of them are compared.
fn any_of(values: &[f32], is: impl Fn(f32) -> bool) -> bool {
    values.iter().fold(false, |any, value| any | is(*value))
}

/// The largest value and where it stands; of equals the first.
fn largest(values: &[f32]) -> (u32, f32) {
    let mut largest = 0.0;
    InstructionSet::detect().largest(values, &mut largest);
    let is_largest = |value: f32| value == largest;
    let block = values.chunks(BLOCK).position(|block| any_of(block, is_largest)).unwrap_or(0) * BLOCK;
    let place = values[block..].iter().position(|value| is_largest(*value)).unwrap_or(0);
    ((block + place) as u32, largest)
}

/// The `count` largest values, largest first; of equals the first.
fn best(values: &[f32], count: usize) -> Vec<(u32, f32)> {
    let mut best: Vec<(u32, f32)> = Vec::with_capacity(count + 1);
    let mut least = f32::NEG_INFINITY;
    for (block, values) in values.chunks(BLOCK).enumerate() {
        if !any_of(values, |value| value > least) {
            continue;
        }
        for (place, value) in values.iter().enumerate() {
            if *value <= least {
                continue;
            }
            let at = best.partition_point(|(_, other)| other >= value);
            best.insert(at, ((block * BLOCK + place) as u32, *value));
            best.truncate(count);
            if best.len() == count {
                least = best[count - 1].1;
            }
        }
    }
    best
}

/// Draws a token with its probability at `temperature`.
fn draw(log_probabilities: &[f32], temperature: f32, random: &mut fastrand::Rng) -> u32 {
    let mut weights: Vec<f32> = log_probabilities.iter().map(|value| value / temperature).collect();
    InstructionSet::detect().softmax(&mut weights);
    let sum_of = |weights: &[f32]| weights.iter().map(|weight| f64::from(*weight)).sum::<f64>();
    let mut rest = random.f64() * weights.chunks(BLOCK).map(sum_of).sum::<f64>();
    let mut drawn = largest(log_probabilities).0;
    for (block, weights) in weights.chunks(BLOCK).enumerate() {
        let sum = sum_of(weights);
        if rest > sum {
            rest -= sum;
            continue;
        }
        for (token, weight) in (block * BLOCK..).zip(weights) {
            if log_probabilities[token].is_finite() {
                drawn = token as u32;
                rest -= f64::from(*weight);
            }
            if rest <= 0.0 {
                return drawn;
            }
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_in_order_and_ties_keep_theirs() {
        let values = [0.1, 3.0, f32::NEG_INFINITY, 3.0, -1.0, 2.0];
        assert_eq!(best(&values, 3), [(1, 3.0), (3, 3.0), (5, 2.0)]);
        assert_eq!(best(&values, 9).len(), 5, "what is forbidden is no candidate");
        assert_eq!(largest(&values), (1, 3.0));
    }

    #[test]
    fn draws_follow_the_probabilities_and_the_seed() {
        let log_probabilities = [0.7f32.ln(), 0.3f32.ln(), f32::NEG_INFINITY];
        let share = |temperature: f32| {
            let mut random = fastrand::Rng::with_seed(7);
            let ones = (0..4000).filter(|_| draw(&log_probabilities, temperature, &mut random) == 1).count();
            ones as f64 / 4000.0
        };
        assert!((share(1.0) - 0.3).abs() < 0.03);
        assert!(share(0.2) < 0.05, "a low temperature sharpens");
        assert_eq!(share(1.0), share(1.0));
    }
}
