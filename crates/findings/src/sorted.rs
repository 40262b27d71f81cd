//! Lists in rising order.

/// A list that is so many times as long as the other is searched, and not walked through.
const MUCH_LONGER: usize = 16;

/// What two lists that rise by a key have in common, in order, as pairs of one key. Of equal keys each is in one pair.
/// `left` is walked through, so it had better be the shorter one.
pub(crate) fn in_both<'a, T, K: Ord>(
    left: &'a [T],
    right: &'a [T],
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = (&'a T, &'a T)> {
    let is_searched = right.len() / MUCH_LONGER > left.len();
    let mut rest = right;
    left.iter().filter_map(move |one| {
        let sought = key(one);
        let before = match is_searched {
            true => rest.partition_point(|other| key(other) < sought),
            false => rest.iter().take_while(|other| key(other) < sought).count(),
        };
        rest = &rest[before..];
        let (other, after) = rest.split_first().filter(|(other, _)| key(other) == sought)?;
        rest = after;
        Some((one, other))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_in_both_is_there_as_often_as_in_the_one_that_has_fewer(
            mut left in prop::collection::vec(0_u8..40, 0..12),
            mut right in prop::collection::vec(0_u8..40, 0..300),
        ) {
            left.sort_unstable();
            right.sort_unstable();
            let times = |all: &[u8], sought: u8| all.iter().filter(|value| **value == sought).count();
            let expected: Vec<u8> =
                (0..40).flat_map(|value| vec![value; times(&left, value).min(times(&right, value))]).collect();
            for (one, other) in [(&left, &right), (&right, &left)] {
                let found: Vec<(&u8, &u8)> = in_both(one, other, |value| *value).collect();
                prop_assert!(found.iter().all(|(one, other)| one == other));
                prop_assert_eq!(found.into_iter().map(|(one, _)| *one).collect::<Vec<_>>(), expected.clone());
            }
        }
    }
}
