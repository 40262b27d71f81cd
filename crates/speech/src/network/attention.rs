//! Attention of the encoder: from some positions of a window to all of them, in one head.
//!
//! ```text
//! queries of 32 positions x keys --scores--> weights x values --> what was found, a row for each position
//! ```
//!
//! With 16-bit floats, keys come by in parts, so that scores and weights stay in the first-level cache: what was found before is
//! made smaller where a greater score turns up, as in FlashAttention (Dao and others, 2022).

use super::matrix::{PackedMatrix, product, row_tiles};
use super::padded_stride;
use super::pairs::{self, PairMatrix};
use crate::kernels::{Finish, InstructionSet, PANEL, PairRows, Products, Rows, Softened, Start};

/// Positions of one task: one tile of a matrix unit, or three of other sets.
pub(super) const ATTENTION_ROWS: usize = 32;

/// Keys of one part: their scores take half of the first-level cache.
const PART: usize = 6 * PANEL;

/// Numbers of a panel of scores, or of what was found: `[positions][32]`.
const SQUARE: usize = ATTENTION_ROWS * PANEL;

/// Buffers of attention, used again by every task of a thread.
#[derive(Default)]
pub(super) struct Room {
    queries: Vec<f32>,
    scores: Vec<f32>,
    short_queries: Vec<u16>,
    weights: Vec<u16>,
    found: Vec<f32>,
}

/// Keys and values of one attention head.
pub(super) struct Head {
    index: usize,
    width: usize,
    count: usize,
    attended: Attended,
}

/// What is attended to, as exactly as the network computes.
enum Attended {
    Exact { keys: PackedMatrix, values: PackedMatrix },
    Short { keys: PairMatrix, values: PairMatrix },
}

impl Head {
    /// `all` holds rows of queries, keys and values, `width` values each, of `heads` heads.
    pub(super) fn new(
        set: InstructionSet,
        all: Rows<'_>,
        index: usize,
        width: usize,
        heads: usize,
        count: usize,
        short: bool,
    ) -> Head {
        let size = width / heads;
        let part = |first: usize| Rows { values: &all.values[first + index * size..], stride: all.stride };
        let (keys, values) = (part(width), part(2 * width));
        let attended = if short {
            Attended::Short {
                keys: PairMatrix::from_rows(set, keys, count, size),
                values: PairMatrix::from_columns(set, values, size, count),
            }
        } else {
            Attended::Exact {
                keys: PackedMatrix::from_rows(keys, count, size),
                values: PackedMatrix::from_columns(values, size, count),
            }
        };
        Head { index, width: size, count, attended }
    }

    /// Attends from `rows` positions, the first of `all`, to all, and stores what it found for each.
    pub(super) fn attend(
        &self,
        set: InstructionSet,
        all: Rows<'_>,
        rows: usize,
        room: &mut Room,
        out: &mut [f32],
    ) {
        let queries = Rows { values: &all.values[self.index * self.width..], stride: all.stride };
        match &self.attended {
            Attended::Exact { keys, values } => {
                self.attend_exactly(set, queries, rows, keys, values, room, out)
            }
            Attended::Short { keys, values } => {
                self.attend_in_pairs(set, queries, rows, keys, values, room, out)
            }
        }
    }

    /// What scores are multiplied with.
    fn scale(&self) -> f32 {
        1.0 / (self.width as f32).sqrt()
    }

    #[allow(clippy::too_many_arguments)] // the parts of one formula
    fn attend_exactly(
        &self,
        set: InstructionSet,
        queries: Rows<'_>,
        rows: usize,
        keys: &PackedMatrix,
        values: &PackedMatrix,
        room: &mut Room,
        out: &mut [f32],
    ) {
        let (scale, query_stride) = (self.scale(), padded_stride(self.width));
        room.queries.resize(rows * query_stride, 0.0);
        for (row, query) in room.queries.chunks_exact_mut(query_stride).enumerate() {
            let from = &queries.starting_at(row).values[..self.width];
            query.iter_mut().zip(from).for_each(|(query, value)| *query = value * scale);
        }
        let stride = padded_stride(self.count);
        room.scores.resize(rows * stride, 0.0);
        let queries = Rows { values: &room.queries, stride: query_stride };
        product(set, queries, rows, keys, None, Finish::Store, &mut room.scores, stride);
        room.scores.chunks_exact_mut(stride).for_each(|scores| set.softmax(&mut scores[..self.count]));
        let scores = Rows { values: &room.scores, stride };
        product(set, scores, rows, values, None, Finish::Store, out, self.width);
    }

    /// The same with 16-bit floats; weights are made to sum to 1 only in what was found by them.
    #[allow(clippy::too_many_arguments)]
    fn attend_in_pairs(
        &self,
        set: InstructionSet,
        queries: Rows<'_>,
        rows: usize,
        keys: &PairMatrix,
        values: &PairMatrix,
        room: &mut Room,
        out: &mut [f32],
    ) {
        let products = set.products();
        let (query_stride, weight_stride) = (self.width.next_multiple_of(pairs::STEP), padded_stride(PART));
        room.short_queries.resize(ATTENTION_ROWS * query_stride, 0);
        for (row, query) in room.short_queries.chunks_exact_mut(query_stride).take(rows).enumerate() {
            set.shorten(&queries.starting_at(row).values[..self.width], &mut query[..self.width]);
        }
        room.scores.resize(PART * ATTENTION_ROWS, 0.0);
        room.weights.resize(ATTENTION_ROWS * weight_stride, 0);
        room.found.resize(self.width.div_ceil(PANEL) * SQUARE, 0.0);
        let mut softened = [Softened::default(); ATTENTION_ROWS];
        let softened = &mut softened[..rows];
        let queries = PairRows { values: &room.short_queries, stride: query_stride };
        for first in (0..self.count).step_by(PART) {
            let count = PART.min(self.count - first);
            for (key, scores) in keys.panels(first..first + count).zip(room.scores.chunks_exact_mut(SQUARE)) {
                multiply(&products, queries, rows, key, Start::Zero, scores);
            }
            set.soften(&room.scores, SQUARE, count, self.scale(), softened, &mut room.weights, weight_stride);
            let start = if first == 0 { Start::Zero } else { Start::There };
            let weights = PairRows { values: &room.weights, stride: weight_stride };
            for (panel, found) in room.found.chunks_exact_mut(SQUARE).enumerate() {
                if first > 0 {
                    set.scale_rows(softened, found);
                }
                multiply(&products, weights, rows, values.steps(panel, first..first + count), start, found);
            }
        }
        for (row, (out, softened)) in out.chunks_exact_mut(self.width).zip(softened).enumerate() {
            for (out, found) in out.chunks_mut(PANEL).zip(room.found.chunks_exact(SQUARE)) {
                let found = &found[row * PANEL..][..out.len()];
                out.iter_mut().zip(found).for_each(|(out, value)| *out = value / softened.sum);
            }
        }
    }
}

/// Multiplies `rows` rows with one panel, row by row in `out`.
fn multiply(products: &Products, a: PairRows<'_>, rows: usize, panel: &[u16], start: Start, out: &mut [f32]) {
    for (first, count) in row_tiles(rows, products.tile_rows()) {
        products.pair_tile(a.starting_at(first), count, panel, start, &mut out[first * PANEL..], PANEL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDTH: usize = 128;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// In all parts, whether the greatest score comes first or last.
        #[test]
        fn attention_with_short_floats_is_close_to_the_exact_one(
            (count, values) in (1..500usize).prop_flat_map(|count| {
                (Just(count), prop::collection::vec(-3.0f32..3.0, count * 3 * WIDTH))
            }),
            rising in -3.0f32..3.0,
        ) {
            let mut values = values;
            for (row, values) in values.chunks_exact_mut(3 * WIDTH).enumerate() {
                values[WIDTH..2 * WIDTH].iter_mut().for_each(|key| *key += rising * row as f32 / count as f32);
            }
            let all = Rows { values: &values, stride: 3 * WIDTH };
            for set in InstructionSet::available() {
                let found = |short| {
                    let head = Head::new(set, all, 1, WIDTH, 2, count, short);
                    let (rows, mut out) = (count.min(ATTENTION_ROWS), vec![0.0; ATTENTION_ROWS * WIDTH / 2]);
                    head.attend(set, all, rows, &mut Room::default(), &mut out);
                    out.truncate(rows * WIDTH / 2);
                    out
                };
                for (short, exact) in found(true).into_iter().zip(found(false)) {
                    prop_assert!((short - exact).abs() < 0.15, "{:?}: {} is not {}", set, short, exact);
                }
            }
        }
    }
}
