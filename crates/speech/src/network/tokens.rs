//! The tokens of the vocabulary: an embedding each when read, their scores when multiplied with.

use super::Precision;
use super::bytes::{ByteMatrix, End};
use super::matrix::{PackedMatrix, copy_row, shared_product};
use super::memory::Memory;
use crate::kernels::{Fineness, Finish, InstructionSet, Rows};
use crate::weights::Tensor;
use rayon::prelude::*;

/// Scores that are this close to the best, or closer, are worked out again exactly.
///
/// Rounding to bytes moves a score by a tenth or so, so that what may come out on top is among them.
const CONTENDERS_WITHIN: f32 = 2.0;

/// Scores that are looked through at once.
const CONTENDER_BLOCK: usize = 256;

pub(super) enum Tokens {
    Exact(PackedMatrix),
    Bytes { embeddings: Tensor, scores: ByteMatrix },
}

impl Tokens {
    /// `embeddings` has a row a token.
    pub(super) fn new(set: InstructionSet, embeddings: Tensor, precision: Precision) -> Tokens {
        match precision {
            Precision::Float32 => Tokens::Exact(PackedMatrix::from_tensors(&[&embeddings])),
            Precision::Int8 => {
                let scores = ByteMatrix::from_tensors(set, &[&embeddings], Fineness::Coarse);
                Tokens::Bytes { embeddings, scores }
            }
        }
    }

    /// Where their bytes lie, if they have any.
    pub(super) fn memories(&mut self) -> Option<&mut Memory> {
        match self {
            Tokens::Exact(_) => None,
            Tokens::Bytes { scores, .. } => Some(scores.memory()),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Tokens::Exact(matrix) => matrix.outputs(),
            Tokens::Bytes { embeddings, .. } => embeddings.shape[0],
        }
    }

    /// Writes the embedding of `token`.
    pub(super) fn embed(&self, set: InstructionSet, token: usize, out: &mut [f32]) {
        match self {
            Tokens::Exact(matrix) => matrix.copy_output(token, out),
            Tokens::Bytes { embeddings, .. } => copy_row(set, embeddings, token, out),
        }
    }

    /// Scores of all tokens for each of `count` rows; `out` has a row of them after the other.
    pub(super) fn score(&self, set: InstructionSet, rows: Rows<'_>, count: usize, out: &mut [f32]) {
        match self {
            Tokens::Exact(matrix) => {
                shared_product(set, rows, count, matrix, None, Finish::Store, out, matrix.outputs());
            }
            Tokens::Bytes { embeddings, scores } => {
                let size = embeddings.shape[0];
                scores.multiply(set, rows, count, End::PLAIN, out, size);
                out.par_chunks_exact_mut(size).enumerate().for_each(|(row, out)| {
                    score_contenders(set, embeddings, rows.starting_at(row).values, out);
                });
            }
        }
    }
}

/// Scores those tokens exactly that may be the best.
fn score_contenders(set: InstructionSet, embeddings: &Tensor, hidden: &[f32], scores: &mut [f32]) {
    let width = embeddings.shape[1];
    let mut embedding = vec![0.0; width];
    let mut best = f32::NEG_INFINITY;
    set.largest(scores, &mut best);
    for (block, scores) in scores.chunks_mut(CONTENDER_BLOCK).enumerate() {
        let mut largest = 0.0;
        set.largest(scores, &mut largest);
        if largest < best - CONTENDERS_WITHIN {
            continue;
        }
        for (place, score) in scores.iter_mut().enumerate() {
            if *score >= best - CONTENDERS_WITHIN {
                copy_row(set, embeddings, block * CONTENDER_BLOCK + place, &mut embedding);
                set.dot(&hidden[..width], &embedding, score);
            }
        }
    }
}
