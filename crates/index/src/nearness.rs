//! Which occurrences of several things stand near each other; the same for positions in the index and for words
//! of a text.

/// From the first to the last word of something, counted from any one beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub(crate) first: u64,
    /// The last word, not the one behind it.
    pub(crate) last: u64,
}

impl Span {
    /// How many words from this to the other, whichever comes first; 0 where they overlap.
    fn distance(self, other: Self) -> u64 {
        other.first.saturating_sub(self.last).max(self.first.saturating_sub(other.last))
    }

    fn joined(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

/// An occurrence at the end of a chain, and the whole chain.
#[derive(Clone, Copy)]
struct Reached {
    own: Span,
    whole: Span,
}

/// The chains in which an occurrence of each operand is near one of the operand before: for each occurrence of the
/// last operand at most one, the tightest that can be had step by step. In rising order, each once.
///
/// `operands` have their occurrences in rising order; `is_near(link, a, b)` says whether the operand behind `link`
/// at `b` is near enough to the one before it at `a`. What is nearer must not be refused where what is
/// farther is allowed.
pub(crate) fn chains(operands: &[Vec<Span>], is_near: impl Fn(usize, Span, Span) -> bool) -> Vec<Span> {
    let Some((first, others)) = operands.split_first() else { return Vec::new() };
    let mut reached: Vec<Reached> = first.iter().map(|&own| Reached { own, whole: own }).collect();
    for (link, spans) in others.iter().enumerate() {
        let near = |span: &Span| nearest(&reached, *span, |before| is_near(link, before, *span));
        reached = spans.iter().filter_map(near).collect();
    }
    let mut wholes: Vec<Span> = reached.into_iter().map(|reached| reached.whole).collect();
    wholes.sort_unstable();
    wholes.dedup();
    wholes
}

/// Joins `span` to the nearest occurrence before or behind it that is near enough.
fn nearest(reached: &[Reached], span: Span, is_near: impl Fn(Span) -> bool) -> Option<Reached> {
    let at = reached.partition_point(|reached| reached.own.first <= span.first);
    let around = at.saturating_sub(NEIGHBOURS)..at.saturating_add(NEIGHBOURS).min(reached.len());
    let near = reached[around].iter().filter(|reached| is_near(reached.own));
    let best = near.min_by_key(|reached| (reached.own.distance(span), reached.own.first))?;
    Some(Reached { own: span, whole: best.whole.joined(span) })
}

/// The nearest occurrence is next to the place, but for those that overlap it: alternatives of several lengths may
/// begin at nearly the same word.
const NEIGHBOURS: usize = 8;

/// Whether `b` is at most `words` words from `a`, and does not overlap it.
pub(crate) fn is_within(words: u64, a: Span, b: Span) -> bool {
    (1..=words).contains(&a.distance(b))
}

/// Where the words of a sequence stand one after another: `places` are those of each of its words, rising.
pub(crate) fn runs(places: &[Vec<u64>]) -> Vec<Span> {
    let Some((first, others)) = places.split_first() else { return Vec::new() };
    let is_followed = |start: &&u64| {
        others.iter().zip(1..).all(|(places, step)| places.binary_search(&(**start + step)).is_ok())
    };
    let span = |&first: &u64| Span { first, last: first + others.len() as u64 };
    first.iter().filter(is_followed).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(places: &[u64]) -> Vec<Span> {
        places.iter().map(|&first| Span { first, last: first }).collect()
    }

    fn found(operands: &[&[u64]], distance: u64) -> Vec<(u64, u64)> {
        let operands: Vec<Vec<Span>> = operands.iter().map(|places| words(places)).collect();
        let chains = chains(&operands, |_, a, b| is_within(distance, a, b));
        chains.into_iter().map(|span| (span.first, span.last)).collect()
    }

    #[test]
    fn near_is_in_either_order() {
        assert_eq!(found(&[&[1], &[4]], 3), [(1, 4)]);
        assert_eq!(found(&[&[4], &[1]], 3), [(1, 4)]);
        assert_eq!(found(&[&[1], &[4]], 2), []);
        assert_eq!(found(&[&[1, 9], &[8, 20]], 3), [(8, 9)]);
        assert_eq!(found(&[&[1, 9], &[2, 8]], 3), [(1, 2), (8, 9)]);
    }

    #[test]
    fn a_word_is_not_near_itself() {
        assert_eq!(found(&[&[5], &[5]], 3), []);
        assert_eq!(found(&[&[5, 6], &[5, 6]], 3), [(5, 6)]);
    }

    #[test]
    fn chains_go_from_one_to_the_next() {
        assert_eq!(found(&[&[1], &[4], &[7]], 3), [(1, 7)]);
        assert_eq!(found(&[&[1], &[4], &[1]], 3), [(1, 4)]);
        assert_eq!(found(&[&[1], &[5], &[7]], 3), []);
    }

    #[test]
    fn runs_are_words_one_after_another() {
        assert_eq!(runs(&[vec![1, 5, 9], vec![2, 10], vec![11]]), [Span { first: 9, last: 11 }]);
        assert_eq!(runs(&[vec![3]]), [Span { first: 3, last: 3 }]);
        assert_eq!(runs(&[vec![1], vec![]]), []);
    }

    proptest::proptest! {
        /// Against the definition, two operands.
        #[test]
        fn two_are_near_as_defined(a: std::collections::BTreeSet<u8>, b: std::collections::BTreeSet<u8>, distance in 1_u64..20) {
            let places = |set: &std::collections::BTreeSet<u8>| set.iter().map(|place| u64::from(*place)).collect::<Vec<_>>();
            let (a, b) = (places(&a), places(&b));
            let met: std::collections::BTreeSet<u64> = found(&[&a, &b], distance).into_iter().flat_map(|(first, last)| [first, last]).filter(|place| b.contains(place)).collect();
            let expected: std::collections::BTreeSet<u64> = b.iter().copied().filter(|&b| a.iter().any(|&a| (1..=distance).contains(&a.abs_diff(b)))).collect();
            proptest::prop_assert!(met.is_superset(&expected), "{:?} {:?}", met, expected);
        }
    }
}
