//! Attention of the encoder, exactly: from some positions of a window to all of them, in one head.
//!
//! ```text
//! queries of 24 positions x keys --scores--> weights x values --> what was found, a row for each position
//! ```

use super::matrix::{PackedMatrix, product};
use super::padded_stride;
use crate::kernels::{Finish, InstructionSet, Rows, TILE_ROWS};

/// Positions of one task: two tiles, whose scores fit into the second-level cache.
pub(super) const ATTENTION_ROWS: usize = 2 * TILE_ROWS;

/// Buffers of attention, used again by every task of a thread.
#[derive(Default)]
pub(super) struct Room {
    queries: Vec<f32>,
    scores: Vec<f32>,
}

/// Keys and values of one attention head.
pub(super) struct Head {
    index: usize,
    width: usize,
    count: usize,
    keys: PackedMatrix,
    values: PackedMatrix,
}

impl Head {
    /// `all` holds rows of queries, keys and values, `width` values each, of `heads` heads.
    pub(super) fn new(all: Rows<'_>, index: usize, width: usize, heads: usize, count: usize) -> Head {
        let size = width / heads;
        let part = |first: usize| Rows { values: &all.values[first + index * size..], stride: all.stride };
        Head {
            index,
            width: size,
            count,
            keys: PackedMatrix::from_rows(part(width), count, size),
            values: PackedMatrix::from_columns(part(2 * width), size, count),
        }
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
        let (scale, query_stride) = (1.0 / (self.width as f32).sqrt(), padded_stride(self.width));
        room.queries.resize(rows * query_stride, 0.0);
        for (row, query) in room.queries.chunks_exact_mut(query_stride).enumerate() {
            let from = &all.starting_at(row).values[self.index * self.width..][..self.width];
            query.iter_mut().zip(from).for_each(|(query, value)| *query = value * scale);
        }
        let stride = padded_stride(self.count);
        room.scores.resize(rows * stride, 0.0);
        let queries = Rows { values: &room.queries, stride: query_stride };
        product(set, queries, rows, &self.keys, None, Finish::Store, &mut room.scores, stride);
        room.scores.chunks_exact_mut(stride).for_each(|scores| set.softmax(&mut scores[..self.count]));
        let scores = Rows { values: &room.scores, stride };
        product(set, scores, rows, &self.values, None, Finish::Store, out, self.width);
    }
}
