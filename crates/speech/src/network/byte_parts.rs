//! Attention of a part of a window in bytes, for processors without matrix units.
//!
//! ```text
//! queries of 24 positions x keys of a part --> scores --> weights of seven bits x values of that part --> what was found
//! ```
//!
//! Each query, each key, and each value of a head in a part has a step of its own, and so have the weights of a position for each
//! part, so that those of parts where nothing weighs much are as fine as others.

use super::bytes::{ByteMatrix, End, RoundedRows};
use super::matrix::row_tiles;
use super::parts::{PART, Part, Rooms};
use crate::kernels::{Finish, Form, InstructionSet, NO_SUMS, PANEL, Products, Rows, Softened, TILE_ROWS};

/// Positions of one task: two tiles.
const TASK: usize = 2 * TILE_ROWS;

/// Sums of a task over a panel of keys.
const SQUARE: usize = TASK * PANEL;

/// Buffers of attention, used again by every part.
#[derive(Default)]
pub(super) struct Room {
    /// Sums of whole numbers, `[keys / 32][positions of a task][32]`.
    scores: Vec<i32>,
    weights: RoundedRows,
    found: Vec<f32>,
}

/// Queries, keys and values of the positions of a part.
pub(super) struct BytePart {
    count: usize,
    heads: Vec<Head>,
    /// Values of a head.
    size: usize,
    form: Form,
}

struct Head {
    queries: RoundedRows,
    keys: ByteMatrix,
    values: ByteMatrix,
}

impl Part for BytePart {
    fn new(set: InstructionSet, all: Rows<'_>, width: usize, heads: usize, count: usize) -> BytePart {
        let (size, form) = (width / heads, Form::of_activations(set));
        let scale = 1.0 / (size as f32).sqrt();
        let part = |first: usize| Rows { values: &all.values[first..], stride: all.stride };
        let heads = (0..heads).map(|head| Head {
            queries: RoundedRows::of_form(set, part(head * size), count, size, form, scale),
            keys: ByteMatrix::from_rows(set, part(width + head * size), count, size, form),
            values: ByteMatrix::from_columns(set, part(2 * width + head * size), size, count, form),
        });
        BytePart { count, heads: heads.collect(), size, form }
    }

    fn attend(
        &self,
        set: InstructionSet,
        parts: &[BytePart],
        rooms: &mut Rooms,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let (room, products) = (&mut rooms.bytes, set.products());
        // Head by head, whose keys and values are read for every task.
        for head in 0..self.heads.len() {
            for task in row_tiles(self.count, TASK) {
                let out = &mut out[task.0 * out_stride + head * self.size..];
                self.attend_from(set, &products, parts, head, task, room, out, out_stride);
            }
        }
    }
}

impl BytePart {
    /// Attends from some positions, the first and their number; weights are made to sum to 1 only in what was found by them.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    fn attend_from(
        &self,
        set: InstructionSet,
        products: &Products,
        parts: &[BytePart],
        head: usize,
        (first, rows): (usize, usize),
        room: &mut Room,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let Room { scores, weights, found } = room;
        let mut sums = NO_SUMS;
        let found_stride = self.size.next_multiple_of(PANEL);
        scores.resize(PART * TASK, 0);
        found.resize(TASK * found_stride, 0.0);
        let mut softened = [Softened::default(); TASK];
        let softened = &mut softened[..rows];
        let queries = &self.heads[head].queries;
        for (index, part) in parts.iter().enumerate() {
            let Head { keys, values, .. } = &part.heads[head];
            keys.sum_rows(products, queries, (first, rows), scores, SQUARE);
            let query_steps = &queries.steps()[first..];
            weights.soften_rows(set, scores, SQUARE, keys, query_steps, softened, self.form);
            let finish = if index == 0 { Finish::Store } else { Finish::Add };
            if finish == Finish::Add {
                set.scale_rows(softened, found, found_stride);
            }
            let (all, end) = ((0, rows), End { finish, ..End::PLAIN });
            values.multiply_rows(set, products, weights, all, end, &mut sums, found, found_stride);
        }
        for ((out, found), softened) in
            out.chunks_mut(out_stride).zip(found.chunks_exact(found_stride)).zip(softened)
        {
            out[..self.size].iter_mut().zip(found).for_each(|(out, value)| *out = value / softened.sum);
        }
    }
}
