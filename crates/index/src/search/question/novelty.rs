//! Passages in the order of what they add to those that are shown already.
//!
//! A greedy choice as in maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), with what a passage loses told
//! by its place alone. Nothing loses less when more is shown, so each passage waits with what it was last found to be
//! worth, and is looked at again only when it is the best that waits (Minoux' lazy evaluation, 1978).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::words::Found;

/// Passages that wait to be shown, and those that are.
pub(super) struct Novelty {
    waiting: BinaryHeap<Chosen>,
    shown: Vec<Found>,
}

/// A passage with what it adds to those that are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    /// Its score less what it loses, which may be below zero.
    pub(super) worth: f32,
    /// With its own score.
    pub(super) found: Found,
}

impl Ord for Chosen {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then_with(|| self.found.cmp(&other.found))
    }
}

impl PartialOrd for Chosen {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Chosen {}

impl Novelty {
    /// `passages` wait, `shown` are shown already.
    pub(super) fn new(passages: Vec<Found>, shown: Vec<Found>) -> Self {
        let waiting = passages.into_iter().map(|found| Chosen { worth: found.score(), found }).collect();
        Self { waiting, shown }
    }

    /// Takes the passage that adds most. `loss` says what a passage loses by those that are shown; it never falls when
    /// more are.
    pub(super) fn next(&mut self, loss: impl Fn(&Found, &[Found]) -> f32) -> Option<Chosen> {
        loop {
            let found = self.waiting.pop()?.found;
            let now = Chosen { worth: found.score() - loss(&found, &self.shown), found };
            if self.waiting.peek().is_none_or(|next| now >= *next) {
                return Some(now);
            }
            self.waiting.push(now);
        }
    }

    /// Says that a passage is shown.
    pub(super) fn show(&mut self, found: Found) {
        self.shown.push(found);
    }

    /// What still waits, in no order, and what is shown.
    pub(super) fn into_parts(self) -> (Vec<Found>, Vec<Found>) {
        (self.waiting.into_iter().map(|waiting| waiting.found).collect(), self.shown)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::DocumentNumber;

    fn passage(document: usize, ordinal: u64, score: f32) -> Found {
        Found::made(DocumentNumber::of(&document.to_string()), ordinal, score)
    }

    fn of_one_document(found: &Found, shown: &[Found]) -> f32 {
        shown.iter().filter(|shown| shown.number == found.number).count() as f32
    }

    /// All passages in the order in which they come, with what each was worth.
    fn shown_in_turn(passages: Vec<Found>) -> Vec<(Found, f32)> {
        let mut novelty = Novelty::new(passages, Vec::new());
        let mut shown = Vec::new();
        while let Some(Chosen { worth, found }) = novelty.next(of_one_document) {
            novelty.show(found);
            shown.push((found, worth));
        }
        shown
    }

    /// Each time the best of all that are left.
    fn greedy(mut passages: Vec<Found>) -> Vec<(Found, f32)> {
        let mut shown: Vec<(Found, f32)> = Vec::new();
        while !passages.is_empty() {
            let before: Vec<Found> = shown.iter().map(|(found, _)| *found).collect();
            let worth = |found: &Found| found.score() - of_one_document(found, &before);
            let order = |a: &Found, b: &Found| worth(a).total_cmp(&worth(b)).then_with(|| a.cmp(b));
            let best = (0..passages.len()).max_by(|a, b| order(&passages[*a], &passages[*b])).unwrap();
            let best = passages.swap_remove(best);
            shown.push((best, worth(&best)));
        }
        shown
    }

    #[test]
    fn one_document_does_not_crowd_out_the_others() {
        let passages = vec![passage(1, 0, 1.5), passage(1, 4, 1.25), passage(2, 0, 0.5), passage(1, 8, 0.25)];
        let order: Vec<_> =
            shown_in_turn(passages).iter().map(|(found, worth)| (found.ordinal, *worth)).collect();
        assert_eq!(order, [(0, 1.5), (0, 0.5), (4, 0.25), (8, -1.75)]);
    }

    #[test]
    fn what_waits_has_its_own_score() {
        let mut novelty =
            Novelty::new(vec![passage(1, 4, 4.5), passage(2, 0, 4.0)], vec![passage(1, 0, 5.0)]);
        let chosen = novelty.next(of_one_document).unwrap();
        assert_eq!((chosen.found, chosen.worth), (passage(2, 0, 4.0), 4.0));
        novelty.show(chosen.found);
        let (waiting, shown) = novelty.into_parts();
        assert_eq!(waiting, [passage(1, 4, 4.5)]);
        assert_eq!(shown, [passage(1, 0, 5.0), passage(2, 0, 4.0)]);
    }

    proptest! {
        #[test]
        fn it_is_the_greedy_choice(passages in prop::collection::btree_map((0_usize..4, 0_u64..6), 0_u8..40, 0..20)) {
            let passages: Vec<Found> = passages
                .into_iter()
                .map(|((document, ordinal), score)| passage(document, ordinal, f32::from(score) / 4.0))
                .collect();
            let shown = shown_in_turn(passages.clone());
            prop_assert!(shown.windows(2).all(|pair| pair[0].1 >= pair[1].1), "worth never rises");
            prop_assert_eq!(shown, greedy(passages));
        }
    }
}
