//! Attention of a part of a window in 16-bit floats, for matrix units.

use super::matrix::row_tiles;
use super::padded_stride;
use super::pairs::{self, PairMatrix};
use super::parts::{PART, Part, Rooms};
use crate::kernels::{InstructionSet, PANEL, PairRows, Products, Rows, Scores, Softened, Start};

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
pub(super) struct PairPart {
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

impl Part for PairPart {
    fn new(set: InstructionSet, all: Rows<'_>, width: usize, heads: usize, count: usize) -> PairPart {
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
        PairPart { count, queries, query_stride, heads: heads.collect(), size }
    }

    fn attend(
        &self,
        set: InstructionSet,
        parts: &[PairPart],
        rooms: &mut Rooms,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let room = &mut rooms.pairs;
        let products = set.products();
        room.scores.resize(PART * TASK, 0.0);
        room.weights.resize(TASK * padded_stride(PART), 0);
        room.found.resize(self.size.div_ceil(PANEL) * SQUARE, 0.0);
        // Head by head, whose keys and values are read for every task.
        for head in 0..self.heads.len() {
            for task in row_tiles(self.count, TASK) {
                let out = &mut out[task.0 * out_stride + head * self.size..];
                self.attend_from(set, &products, parts, head, task, room, out, out_stride);
            }
        }
    }
}

impl PairPart {
    /// Attends from some positions, the first and their number; weights are made to sum to 1 only in what was found by them.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    fn attend_from(
        &self,
        set: InstructionSet,
        products: &Products,
        parts: &[PairPart],
        head: usize,
        (first, rows): (usize, usize),
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
                    set.scale_rows(softened, found, PANEL);
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
