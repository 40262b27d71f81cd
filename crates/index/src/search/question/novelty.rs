//! Passages in the order of what they add to those that are shown already.
//!
//! A greedy choice as in maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), with what a passage loses told
//! by its place alone. Nothing loses less when more is shown, so each passage waits with what it was last found to be
//! worth, and is looked at again only when it is the best that waits (Minoux' lazy evaluation, 1978).

use std::collections::BinaryHeap;

use crate::words::Found;

/// Passages that wait to be shown, and those that are.
pub(super) struct Novelty {
    waiting: BinaryHeap<Waiting>,
    shown: Vec<Found>,
}

/// Ordered by what it is worth now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    now: Found,
    /// With what it is worth if nothing is shown.
    alone: Found,
}

impl Novelty {
    pub(super) fn new(passages: Vec<Found>) -> Self {
        let waiting = passages.into_iter().map(|found| Waiting { now: found, alone: found }).collect();
        Self { waiting, shown: Vec::new() }
    }

    /// Takes the passage that adds most, with its score less what it loses. `loss` says what a passage loses by those
    /// that are shown; it never falls when more are.
    pub(super) fn next(&mut self, loss: impl Fn(&Found, &[Found]) -> f32) -> Option<Found> {
        loop {
            let best = self.waiting.pop()?;
            let score = best.alone.score() - loss(&best.alone, &self.shown);
            let now = best.alone.with_score(score);
            if self.waiting.peek().is_none_or(|next| now >= next.now) {
                return Some(now);
            }
            self.waiting.push(Waiting { now, ..best });
        }
    }

    /// Says that a passage is shown.
    pub(super) fn show(&mut self, found: Found) {
        self.shown.push(found);
    }

    /// What still waits, by what it is worth if nothing is shown, best first; and what is shown.
    pub(super) fn into_parts(self) -> (Vec<Found>, Vec<Found>) {
        let mut waiting: Vec<Found> = self.waiting.into_iter().map(|waiting| waiting.alone).collect();
        waiting.sort_unstable_by(|a, b| b.cmp(a));
        (waiting, self.shown)
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

    /// Each time the best of all that are left.
    fn greedy(mut passages: Vec<Found>) -> Vec<Found> {
        let mut shown = Vec::new();
        while !passages.is_empty() {
            let now = |found: &Found| found.with_score(found.score() - of_one_document(found, &shown));
            let best = (0..passages.len()).max_by_key(|index| now(&passages[*index])).unwrap();
            let taken = now(&passages.swap_remove(best));
            shown.push(taken);
        }
        shown
    }

    #[test]
    fn one_document_does_not_crowd_out_the_others() {
        let mut novelty = Novelty::new(vec![
            passage(1, 0, 5.0),
            passage(1, 4, 4.5),
            passage(2, 0, 4.0),
            passage(1, 8, 3.75),
        ]);
        let mut next = || {
            let found = novelty.next(of_one_document)?;
            novelty.show(found);
            Some((found.ordinal, found.score()))
        };
        let order: Vec<_> = std::iter::from_fn(&mut next).collect();
        assert_eq!(order, [(0, 5.0), (0, 4.0), (4, 3.5), (8, 1.75)]);
    }

    #[test]
    fn what_waits_is_told_without_its_losses() {
        let mut novelty = Novelty::new(vec![passage(1, 0, 5.0), passage(1, 4, 4.5), passage(2, 0, 4.0)]);
        for _ in 0..2 {
            let found = novelty.next(of_one_document).unwrap();
            novelty.show(found);
        }
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
            let mut novelty = Novelty::new(passages.clone());
            let mut shown = Vec::new();
            while let Some(found) = novelty.next(of_one_document) {
                novelty.show(found);
                shown.push(found);
            }
            prop_assert_eq!(shown, greedy(passages));
        }
    }
}
