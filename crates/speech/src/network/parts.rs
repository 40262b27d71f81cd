//! Parts of a window: positions that go through a block of the encoder together, in the second-level cache of one thread.
//!
//! ```text
//! a part's hidden rows -> queries, keys, values --all parts--> attention -> what it found -> feed-forward -> hidden rows
//! ```
//!
//! Queries, keys and values are 16-bit floats. Keys come by part after part, so that scores and weights stay in the first-level
//! cache: what was found before is made smaller where a greater score turns up, as in FlashAttention (Dao and others, 2022).

use super::matrix::row_tiles;
use super::padded_stride;
use super::pairs::{self, PairMatrix};
use crate::kernels::{InstructionSet, PANEL, PairRows, Products, Rows, Scores, Softened, Start};

/// Positions of a part: the scores of one task for them take half of the first-level cache.
pub(super) const PART: usize = 6 * PANEL;

/// Positions of one task of attention: one tile of a matrix unit, or three of other sets.
const TASK: usize = 32;

/// Numbers of a panel of scores, or of what was found: `[positions of a task][32]`.
const SQUARE: usize = TASK * PANEL;

/// Buffers of attention, used again by every part.
#[derive(Default)]
pub(super) struct Room {
    scores: Vec<f32>,
    weights: Vec<u16>,
    found: Vec<f32>,
}

/// Queries, keys and values of the positions of a part.
pub(super) struct Part {
    count: usize,
    /// `[positions, to whole tasks][heads][width of a head, to whole steps]`.
    queries: Vec<u16>,
    query_stride: usize,
    heads: Vec<Head>,
    /// Values of a head.
    size: usize,
}

struct Head {
    keys: PairMatrix,
    values: PairMatrix,
}

impl Part {
    /// `all` holds `count` rows of queries, keys and values, `width` values each, of `heads` heads.
    pub(super) fn new(set: InstructionSet, all: Rows<'_>, width: usize, heads: usize, count: usize) -> Part {
        let size = width / heads;
        let filled = size.next_multiple_of(pairs::STEP);
        let query_stride = heads * filled + pairs::STEP;
        let mut queries = vec![0; count.next_multiple_of(TASK) * query_stride];
        for (row, queries) in queries.chunks_exact_mut(query_stride).take(count).enumerate() {
            let from = all.starting_at(row).values[..width].chunks_exact(size);
            for (query, from) in queries.chunks_exact_mut(filled).zip(from) {
                set.shorten(from, &mut query[..size]);
            }
        }
        let part = |first: usize| Rows { values: &all.values[first..], stride: all.stride };
        let heads = (0..heads).map(|head| Head {
            keys: PairMatrix::from_rows(set, part(width + head * size), count, size),
            values: PairMatrix::from_columns(set, part(2 * width + head * size), size, count),
        });
        Part { count, queries, query_stride, heads: heads.collect(), size }
    }

    /// Attends from the positions of this part to those of all; rows of `out` hold what was found, head beside head.
    pub(super) fn attend(
        &self,
        set: InstructionSet,
        parts: &[Part],
        room: &mut Room,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let products = set.products();
        room.scores.resize(PART * TASK, 0.0);
        room.weights.resize(TASK * padded_stride(PART), 0);
        room.found.resize(self.size.div_ceil(PANEL) * SQUARE, 0.0);
        // Head by head, whose keys and values are read for every task.
        for head in 0..self.heads.len() {
            for first in (0..self.count).step_by(TASK) {
                let rows = TASK.min(self.count - first);
                let out = &mut out[first * out_stride + head * self.size..];
                self.attend_from(set, &products, parts, head, first, rows, room, out, out_stride);
            }
        }
    }

    /// Attends from `rows` positions, `first` and those behind it; weights are made to sum to 1 only in what was found by them.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    fn attend_from(
        &self,
        set: InstructionSet,
        products: &Products,
        parts: &[Part],
        head: usize,
        first: usize,
        rows: usize,
        room: &mut Room,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let Room { scores, weights, found } = room;
        let (scale, weight_stride) = (1.0 / (self.size as f32).sqrt(), padded_stride(PART));
        let mut softened = [Softened::default(); TASK];
        let softened = &mut softened[..rows];
        let place = first * self.query_stride + head * self.size.next_multiple_of(pairs::STEP);
        let queries = PairRows { values: &self.queries[place..], stride: self.query_stride };
        for (index, part) in parts.iter().enumerate() {
            let Head { keys, values } = &part.heads[head];
            for (keys, scores) in keys.panels().zip(scores.chunks_exact_mut(SQUARE)) {
                multiply(products, queries, rows, keys, Start::Zero, scores);
            }
            let scores = Scores { values: scores, panel: SQUARE, keys: part.count, scale };
            set.soften(scores, softened, weights, weight_stride);
            let start = if index == 0 { Start::Zero } else { Start::There };
            let weights = PairRows { values: weights, stride: weight_stride };
            for (values, found) in values.panels().zip(found.chunks_exact_mut(SQUARE)) {
                if start == Start::There {
                    set.scale_rows(softened, found);
                }
                multiply(products, weights, rows, values, start, found);
            }
        }
        for (row, (out, softened)) in out.chunks_mut(out_stride).zip(softened).enumerate() {
            for (out, found) in out[..self.size].chunks_mut(PANEL).zip(found.chunks_exact(SQUARE)) {
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
    use super::super::attention;
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
            let rows = |first: usize| Rows { values: &values[first * 3 * WIDTH..], stride: 3 * WIDTH };
            let firsts = || (0..count).step_by(PART);
            for set in InstructionSet::available() {
                let parts = firsts().map(|first| Part::new(set, rows(first), WIDTH, 2, PART.min(count - first)));
                let parts: Vec<Part> = parts.collect();
                for (part, first) in parts.iter().zip(firsts()) {
                    let mut found = vec![0.0; part.count * WIDTH];
                    part.attend(set, &parts, &mut Room::default(), &mut found, WIDTH);
                    // The exact one, of the second head and the first rows of the part.
                    let head = attention::Head::new(rows(0), 1, WIDTH, 2, count);
                    let some = part.count.min(attention::ATTENTION_ROWS);
                    let mut exact = vec![0.0; some * WIDTH / 2];
                    head.attend(set, rows(first), some, &mut attention::Room::default(), &mut exact);
                    for (found, exact) in found.chunks_exact(WIDTH).zip(exact.chunks_exact(WIDTH / 2)) {
                        for (found, exact) in found[WIDTH / 2..].iter().zip(exact) {
                            prop_assert!((found - exact).abs() < 0.15, "{:?}: {} is not {}", set, found, exact);
                        }
                    }
                }
            }
        }
    }
}
