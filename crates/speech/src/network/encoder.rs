//! Whisper's audio encoder: two convolutions, then attention over all 1500 positions of a window.

use super::matrix::{Linear, PackedMatrix, product};
use super::{FeedForward, Norm, floats, linear, padded_stride};
use crate::features::LogMel;
use crate::kernels::{Finish, InstructionSet, Rows, TILE_ROWS};
use crate::weights::{Dimensions, Tensor, Values, Weights, WeightsError};
use rayon::prelude::*;

/// Positions of one attention task: two tiles, whose scores fit into the second-level cache.
const ATTENTION_ROWS: usize = 2 * TILE_ROWS;

pub(super) struct Encoder {
    width: usize,
    heads: usize,
    first: Linear,
    second: Linear,
    positions: Vec<f32>,
    blocks: Vec<Block>,
    norm: Norm,
}

struct Block {
    norm: Norm,
    query_key_value: Linear,
    out: Linear,
    feed_forward: FeedForward,
}

impl Encoder {
    pub(super) fn new(weights: &mut Weights, dimensions: &Dimensions) -> Result<Encoder, WeightsError> {
        let (width, mels) = (dimensions.audio_state, dimensions.mel_channels);
        let blocks = (0..dimensions.audio_layers).map(|index| Block::take(weights, index, width));
        let blocks = blocks.collect::<Result<_, _>>()?;
        Ok(Encoder {
            width,
            heads: dimensions.audio_heads,
            first: convolution(weights, "encoder.conv1", width, mels)?,
            second: convolution(weights, "encoder.conv2", width, width)?,
            positions: floats(
                weights.take("encoder.positional_embedding", &[dimensions.audio_positions, width])?,
            ),
            blocks,
            norm: Norm::take(weights, "encoder.ln_post", width)?,
        })
    }

    /// Encodes a window of twice as many frames as there are positions: `[positions][width]`.
    pub(super) fn run(&self, set: InstructionSet, window: &LogMel) -> Vec<f32> {
        let mut hidden = self.convolve(set, window);
        let mut scratch = Scratch::new(self.positions.len() / self.width, self.width);
        for block in &self.blocks {
            self.attend(set, block, &mut hidden, &mut scratch);
            feed_forward(set, &block.feed_forward, &mut hidden, &mut scratch);
        }
        let mut out = vec![0.0; hidden.len()];
        self.norm.apply(set, &hidden, &mut out, self.width);
        out
    }

    /// Both convolutions, the second of which halves the rate, and the positions added.
    fn convolve(&self, set: InstructionSet, window: &LogMel) -> Vec<f32> {
        let (frames, mels, width) = (window.frames(), window.mel_channels, self.width);
        let sound = between_zeros(&window.values, mels);
        let mut once = vec![0.0; frames * width];
        // Three neighbouring frames stand side by side: rows of 3 * mels values, mels apart.
        let rows = Rows { values: &sound, stride: mels };
        self.first.apply(set, rows, frames, Finish::Gelu, &mut once, width);
        let once = between_zeros(&once, width);
        let stride = padded_stride(3 * width);
        let count = frames / 2;
        let mut neighbours = vec![0.0; count * stride];
        for (row, out) in neighbours.chunks_exact_mut(stride).enumerate() {
            out[..3 * width].copy_from_slice(&once[2 * row * width..][..3 * width]);
        }
        let mut twice = vec![0.0; count * width];
        let rows = Rows { values: &neighbours, stride };
        self.second.apply(set, rows, count, Finish::Gelu, &mut twice, width);
        twice.iter_mut().zip(&self.positions).for_each(|(value, position)| *value += position);
        twice
    }

    fn attend(&self, set: InstructionSet, block: &Block, hidden: &mut [f32], scratch: &mut Scratch) {
        let (count, width) = (hidden.len() / self.width, self.width);
        let Scratch { normed, stride, wide, wide_stride, attended } = scratch;
        block.norm.apply(set, hidden, normed, *stride);
        let rows = Rows { values: normed, stride: *stride };
        block.query_key_value.apply(set, rows, count, Finish::Store, wide, *wide_stride);
        let all = Rows { values: wide, stride: *wide_stride };
        let head = |head| Head::new(all, head, width, self.heads, count);
        let heads: Vec<_> = (0..self.heads).into_par_iter().map(head).collect();
        // Head by head, so that a thread finds the keys and values of its head in its own cache.
        let (size, tasks) = (width / self.heads, count.div_ceil(ATTENTION_ROWS));
        attended.par_chunks_mut(ATTENTION_ROWS * size).enumerate().for_each(|(task, out)| {
            let first = task % tasks * ATTENTION_ROWS;
            let rows = ATTENTION_ROWS.min(count - first);
            heads[task / tasks].attend(set, all.starting_at(first), rows, out);
        });
        for (index, part) in attended.chunks_exact(tasks * ATTENTION_ROWS * size).enumerate() {
            for (row, part) in part.chunks_exact(size).take(count).enumerate() {
                normed[row * *stride + index * size..][..size].copy_from_slice(part);
            }
        }
        let rows = Rows { values: normed, stride: *stride };
        block.out.apply(set, rows, count, Finish::Add, hidden, width);
    }
}

/// Normalises, widens, narrows and adds, in place.
fn feed_forward(set: InstructionSet, part: &FeedForward, hidden: &mut [f32], scratch: &mut Scratch) {
    let width = part.norm.scale.len();
    let count = hidden.len() / width;
    let Scratch { normed, stride, wide, wide_stride, .. } = scratch;
    part.norm.apply(set, hidden, normed, *stride);
    part.widen.apply(set, Rows { values: normed, stride: *stride }, count, Finish::Gelu, wide, *wide_stride);
    part.narrow.apply(set, Rows { values: wide, stride: *wide_stride }, count, Finish::Add, hidden, width);
}

/// Buffers of one window, used again by every block.
struct Scratch {
    normed: Vec<f32>,
    stride: usize,
    wide: Vec<f32>,
    wide_stride: usize,
    /// What each head found: `[heads][positions, to whole tasks][width of a head]`.
    attended: Vec<f32>,
}

impl Scratch {
    fn new(count: usize, width: usize) -> Scratch {
        let (stride, wide_stride) = (padded_stride(width), padded_stride(4 * width));
        Scratch {
            normed: vec![0.0; count * stride],
            stride,
            wide: vec![0.0; count * wide_stride],
            wide_stride,
            attended: vec![0.0; count.next_multiple_of(ATTENTION_ROWS) * width],
        }
    }
}

/// Keys and values of one attention head.
struct Head {
    index: usize,
    width: usize,
    keys: PackedMatrix,
    values: PackedMatrix,
}

impl Head {
    /// `all` holds rows of queries, keys and values, `width` values each, of `heads` heads.
    fn new(all: Rows<'_>, index: usize, width: usize, heads: usize, count: usize) -> Head {
        let size = width / heads;
        let part = |first: usize| Rows { values: &all.values[first + index * size..], stride: all.stride };
        Head {
            index,
            width: size,
            keys: PackedMatrix::from_rows(part(width), count, size),
            values: PackedMatrix::from_columns(part(2 * width), size, count),
        }
    }

    /// Attends from `rows` positions to all, and stores what it found for each.
    fn attend(&self, set: InstructionSet, all: Rows<'_>, rows: usize, out: &mut [f32]) {
        let first = self.index * self.width;
        let count = self.keys.outputs();
        let scale = 1.0 / (self.width as f32).sqrt();
        let query_stride = padded_stride(self.width);
        let mut queries = vec![0.0; rows * query_stride];
        for (row, query) in queries.chunks_exact_mut(query_stride).enumerate() {
            let from = &all.starting_at(row).values[first..][..self.width];
            query.iter_mut().zip(from).for_each(|(query, value)| *query = value * scale);
        }
        let score_stride = padded_stride(count);
        let mut scores = vec![0.0; rows * score_stride];
        let queries = Rows { values: &queries, stride: query_stride };
        product(set, queries, rows, &self.keys, None, Finish::Store, &mut scores, score_stride);
        scores.chunks_exact_mut(score_stride).for_each(|scores| set.softmax(&mut scores[..count]));
        let scores = Rows { values: &scores, stride: score_stride };
        product(set, scores, rows, &self.values, None, Finish::Store, out, self.width);
    }
}

impl Block {
    fn take(weights: &mut Weights, index: usize, width: usize) -> Result<Block, WeightsError> {
        let name = format!("encoder.blocks.{index}");
        let part = |part: &str| format!("{name}.attn.{part}");
        Ok(Block {
            norm: Norm::take(weights, &format!("{name}.attn_ln"), width)?,
            query_key_value: linear(weights, &[&part("query"), &part("key"), &part("value")], width, width)?,
            out: linear(weights, &[&part("out")], width, width)?,
            feed_forward: FeedForward::take(weights, &name, width)?,
        })
    }
}

/// Takes a convolution over three frames as a linear layer over three frames side by side.
fn convolution(
    weights: &mut Weights,
    name: &str,
    outputs: usize,
    channels: usize,
) -> Result<Linear, WeightsError> {
    let tensor = weights.take(&format!("{name}.weight"), &[outputs, channels, 3])?;
    let bias = floats(weights.take(&format!("{name}.bias"), &[outputs])?);
    // Published as [output][channel][frame]; the rows that it meets are [frame][channel].
    let order = |output: usize, at: usize| (output * channels + at % channels) * 3 + at / channels;
    let places = || (0..outputs).flat_map(|output| (0..3 * channels).map(move |at| order(output, at)));
    let values = match &tensor.values {
        Values::F32(values) => Values::F32(places().map(|at| values[at]).collect()),
        Values::F16(values) => Values::F16(places().map(|at| values[at]).collect()),
    };
    let tensor = Tensor { shape: vec![outputs, 3 * channels], values };
    Ok(Linear { weights: PackedMatrix::from_tensors(&[&tensor]), bias })
}

/// The rows with one row of zeros before and behind them.
fn between_zeros(rows: &[f32], width: usize) -> Vec<f32> {
    let mut padded = vec![0.0; rows.len() + 2 * width];
    padded[width..width + rows.len()].copy_from_slice(rows);
    padded
}
