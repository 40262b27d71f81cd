//! Attention of a part of a window in bytes, for processors without products of 16-bit floats.
//!
//! ```text
//! queries of 24 positions x keys of a part --> scores --> weights of seven bits x values of that part --> what was found
//! ```
//!
//! Each query, each key, and each value of a head in a part has a step of its own, and so have the weights of a position for each
//! part, so that those of parts where nothing weighs much are as fine as others.

use super::bytes::{ByteMatrix, Form, RoundedRows};
use super::padded_stride;
use super::parts::{PART, Part, Rooms};
use crate::kernels::{Finish, InstructionSet, NO_SUMS, PANEL, Rows, Softened, TILE_ROWS};

/// Positions of one task: two tiles.
const TASK: usize = 2 * TILE_ROWS;

/// Buffers of attention, used again by every part.
#[derive(Default)]
pub(super) struct Room {
    scores: Vec<f32>,
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
        let (size, form) = (width / heads, Form::of(set));
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
        let room = &mut rooms.bytes;
        // Head by head, whose keys and values are read for every task.
        for head in 0..self.heads.len() {
            for first in (0..self.count).step_by(TASK) {
                let rows = TASK.min(self.count - first);
                let out = &mut out[first * out_stride + head * self.size..];
                self.attend_from(set, parts, head, first, rows, room, out, out_stride);
            }
        }
    }
}

impl BytePart {
    /// Attends from `rows` positions, `first` and those behind it; weights are made to sum to 1 only in what was found by them.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    fn attend_from(
        &self,
        set: InstructionSet,
        parts: &[BytePart],
        head: usize,
        first: usize,
        rows: usize,
        room: &mut Room,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let Room { scores, weights, found } = room;
        let (products, mut sums) = (set.products(), NO_SUMS);
        let stride = padded_stride(PART);
        scores.resize(TASK * stride, 0.0);
        let found_stride = self.size.next_multiple_of(PANEL);
        found.clear();
        found.resize(TASK * found_stride, 0.0);
        let mut softened = [Softened::default(); TASK];
        let softened = &mut softened[..rows];
        let queries = &self.heads[head].queries;
        for part in parts {
            let Head { keys, values, .. } = &part.heads[head];
            keys.multiply_rows(
                set,
                &products,
                queries,
                (first, rows),
                Finish::Store,
                &mut sums,
                scores,
                stride,
            );
            weights.soften_rows(set, Rows { values: scores, stride }, part.count, softened, self.form);
            for (found, query) in found.chunks_exact_mut(found_stride).zip(&*softened) {
                query.shrink(found);
            }
            values.multiply_rows(
                set,
                &products,
                weights,
                (0, rows),
                Finish::Add,
                &mut sums,
                found,
                found_stride,
            );
        }
        for ((out, found), softened) in
            out.chunks_mut(out_stride).zip(found.chunks_exact(found_stride)).zip(softened)
        {
            out[..self.size].iter_mut().zip(found).for_each(|(out, value)| *out = value / softened.sum);
        }
    }
}
