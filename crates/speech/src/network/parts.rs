//! Parts of a window: positions that go through a block of the encoder together, in the second-level cache of one thread.
//!
//! ```text
//! a part's hidden rows -> queries, keys, values --all parts--> attention -> what it found -> feed-forward -> hidden rows
//! ```
//!
//! Queries, keys and values are 16-bit floats ([`super::pair_parts`]) or bytes ([`super::byte_parts`]). Keys come by part after part,
//! so that scores and weights stay in the first-level cache: what was found before is made smaller where a greater score turns up,
//! as in FlashAttention (Dao and others, 2022).

use super::{byte_parts, pair_parts};
use crate::kernels::{InstructionSet, PANEL, Rows};

/// Positions of a part: the scores of one task for them take half of the first-level cache.
pub(super) const PART: usize = 6 * PANEL;

/// Queries, keys and values of the positions of a part.
pub(super) trait Part: Sized + Send + Sync {
    /// `all` holds `count` rows of queries, keys and values, `width` values each, of `heads` heads.
    fn new(set: InstructionSet, all: Rows<'_>, width: usize, heads: usize, count: usize) -> Self;

    /// Attends from the positions of this part to those of all; rows of `out` hold what was found, head beside head.
    fn attend(
        &self,
        set: InstructionSet,
        parts: &[Self],
        rooms: &mut Rooms,
        out: &mut [f32],
        out_stride: usize,
    );
}

/// Buffers of attention, used again by every part.
#[derive(Default)]
pub(super) struct Rooms {
    pub(super) pairs: pair_parts::Room,
    pub(super) bytes: byte_parts::Room,
}

#[cfg(test)]
mod tests {
    use super::super::attention;
    use super::super::byte_parts::BytePart;
    use super::super::pair_parts::PairPart;
    use super::*;
    use proptest::prelude::*;

    const WIDTH: usize = 128;

    /// Fails where what the last rows of a part find by its second head is on the whole (root of the mean square), or in one number,
    /// farther from what they should.
    fn check<P: Part>(
        set: InstructionSet,
        values: &[f32],
        [on_the_whole, in_one]: [f32; 2],
    ) -> Result<(), TestCaseError> {
        let count = values.len() / (3 * WIDTH);
        let rows = |first: usize| Rows { values: &values[first * 3 * WIDTH..], stride: 3 * WIDTH };
        let parts = || (0..count).step_by(PART).map(|first| (first, PART.min(count - first)));
        let all: Vec<P> = parts().map(|(first, count)| P::new(set, rows(first), WIDTH, 2, count)).collect();
        let head = attention::Head::new(rows(0), 1, WIDTH, 2, count);
        for (part, (first, count)) in all.iter().zip(parts()) {
            let mut found = vec![0.0; count * WIDTH];
            part.attend(set, &all, &mut Rooms::default(), &mut found, WIDTH);
            let some = count.min(attention::ATTENTION_ROWS);
            let mut exact = vec![0.0; some * WIDTH / 2];
            let last = rows(first + count - some);
            head.attend(set, last, some, &mut attention::Room::default(), &mut exact);
            let found = found.chunks_exact(WIDTH).skip(count - some).flat_map(|found| &found[WIDTH / 2..]);
            let mut squares = 0.0;
            for (found, exact) in found.zip(&exact) {
                prop_assert!((found - exact).abs() < in_one, "{set:?}: {found} is not {exact}");
                squares += (found - exact).powi(2);
            }
            let off = (squares / exact.len() as f32).sqrt();
            prop_assert!(off < on_the_whole, "{set:?}: {off} off");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// In all parts, whether the greatest score comes first or last.
        #[test]
        fn attention_is_close_to_the_exact_one(
            (count, values) in (1..500usize).prop_flat_map(|count| {
                (Just(count), prop::collection::vec(-3.0f32..3.0, count * 3 * WIDTH))
            }),
            rising in -3.0f32..3.0,
        ) {
            let mut values = values;
            for (row, values) in values.chunks_exact_mut(3 * WIDTH).enumerate() {
                values[WIDTH..2 * WIDTH].iter_mut().for_each(|key| *key += rising * row as f32 / count as f32);
            }
            for set in InstructionSet::available() {
                check::<PairPart>(set, &values, [0.02, 0.15])?;
                // Matrix units attend by 16-bit floats: here they'd have no room for tiles of 16 rows. Chance adds up where weights
                // are rounded.
                if !set.takes_matrices() {
                    check::<BytePart>(set, &values, [0.1, 0.6])?;
                }
            }
        }
    }
}
