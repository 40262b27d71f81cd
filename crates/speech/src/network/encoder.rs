//! Whisper's audio encoder: two convolutions, then attention over all 1500 positions of a window.

use super::matrix::{BLOCK_ROWS, Kept, Linear, PackedMatrix, product};
use super::memory::Memory;
use super::pairs::{self, PairMatrix};
use super::{FeedForward, Norm, Precision, Supply, floats, linear, padded_stride};
use crate::features::LogMel;
use crate::kernels::{Finish, InstructionSet, PANEL, PairRows, Rows, rows_with_room};
use crate::weights::{Dimensions, Tensor, Values, WeightsError};
use rayon::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Positions of one attention task: one tile of a matrix unit or three of other sets, whose scores fit into the second-level
/// cache.
const ATTENTION_ROWS: usize = 32;

pub(super) struct Encoder {
    precision: Precision,
    width: usize,
    heads: usize,
    first: Linear,
    second: Linear,
    positions: Vec<f32>,
    blocks: Vec<Block>,
    norm: Norm,
    /// Buffers of windows that are done: fresh memory costs some hundredths of a window.
    scratches: Mutex<Vec<Scratch>>,
}

struct Block {
    norm: Norm,
    query_key_value: Linear,
    out: Linear,
    feed_forward: FeedForward,
}

impl Encoder {
    pub(super) fn new(weights: &mut Supply, dimensions: &Dimensions) -> Result<Encoder, WeightsError> {
        let (width, mels) = (dimensions.audio_state, dimensions.mel_channels);
        let blocks = (0..dimensions.audio_layers).map(|index| Block::take(weights, index, width));
        let blocks = blocks.collect::<Result<_, _>>()?;
        Ok(Encoder {
            precision: weights.precision,
            width,
            heads: dimensions.audio_heads,
            // What the network hears itself is kept as it is: it is little work.
            first: convolution(weights, "encoder.conv1", width, mels, Precision::Float32)?,
            second: convolution(weights, "encoder.conv2", width, width, weights.precision)?,
            positions: floats(
                weights.take("encoder.positional_embedding", &[dimensions.audio_positions, width])?,
            ),
            blocks,
            norm: Norm::take(weights, "encoder.ln_post", width)?,
            scratches: Mutex::default(),
        })
    }

    /// Where the bytes of its matrices lie.
    pub(super) fn memories(&mut self) -> Vec<&mut Memory> {
        let blocks = self.blocks.iter_mut().flat_map(|block| {
            let FeedForward { widen, narrow, .. } = &mut block.feed_forward;
            [&mut block.query_key_value, &mut block.out, widen, narrow]
        });
        [&mut self.first, &mut self.second].into_iter().chain(blocks).flat_map(Linear::memories).collect()
    }

    /// Encodes a window of twice as many frames as there are positions: `[positions][width]`.
    pub(super) fn run(&self, set: InstructionSet, window: &LogMel) -> Vec<f32> {
        let mut scratch = self.scratches().pop().unwrap_or_default();
        let mut hidden = self.convolve(set, window, &mut scratch.convolved);
        scratch.fit(hidden.len() / self.width, self.width);
        for block in &self.blocks {
            self.attend(set, block, &mut hidden, &mut scratch);
            feed_forward(set, &block.feed_forward, &mut hidden);
        }
        self.scratches().push(scratch);
        let mut out = vec![0.0; hidden.len()];
        self.norm.apply(set, &hidden, &mut out, self.width);
        out
    }

    /// A thread that panics has its buffers with it, so that what lies there is whole.
    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Both convolutions, the second of which halves the rate, and the positions added.
    fn convolve(&self, set: InstructionSet, window: &LogMel, once: &mut Vec<f32>) -> Vec<f32> {
        let (frames, mels, width) = (window.frames(), window.mel_channels, self.width);
        let sound = between_zeros(&window.values, mels);
        // A row of zeros stands before it and behind it.
        once.resize((frames + 2) * width, 0.0);
        once[(frames + 1) * width..].fill(0.0);
        // Three neighbouring frames stand side by side: rows of 3 * mels values, mels apart.
        let rows = Rows { values: &sound, stride: mels };
        let inner = &mut once[width..(frames + 1) * width];
        self.first.apply(set, rows, frames, Finish::Gelu, inner, width);
        let count = frames / 2;
        let mut twice = vec![0.0; count * width];
        let apart;
        let rows = match &self.second.weights {
            Kept::Bytes(_) => Rows { values: once, stride: 2 * width },
            // Rows a power of two apart would fall into the same few sets of the cache, were they read as they are.
            Kept::Exact(_) => {
                apart = neighbours_apart(once, width, count);
                Rows { values: &apart, stride: padded_stride(3 * width) }
            }
        };
        self.second.apply(set, rows, count, Finish::Gelu, &mut twice, width);
        twice.iter_mut().zip(&self.positions).for_each(|(value, position)| *value += position);
        twice
    }

    fn attend(&self, set: InstructionSet, block: &Block, hidden: &mut [f32], scratch: &mut Scratch) {
        let (count, width) = (hidden.len() / self.width, self.width);
        let Scratch { normed, stride, wide, wide_stride, attended, .. } = scratch;
        block.norm.apply(set, hidden, normed, *stride);
        let rows = Rows { values: normed, stride: *stride };
        block.query_key_value.apply(set, rows, count, Finish::Store, wide, *wide_stride);
        let all = Rows { values: wide, stride: *wide_stride };
        let short = self.precision == Precision::Int8 && set.has_pair_products();
        let head = |head| Head::new(set, all, head, width, self.heads, count, short);
        let heads: Vec<_> = (0..self.heads).into_par_iter().map(head).collect();
        // Head by head, so that a thread finds the keys and values of its head in its own cache.
        let (size, tasks) = (width / self.heads, count.div_ceil(ATTENTION_ROWS));
        let attend = |room: &mut Room, (task, out): (usize, &mut [f32])| {
            let first = task % tasks * ATTENTION_ROWS;
            let rows = ATTENTION_ROWS.min(count - first);
            heads[task / tasks].attend(set, all.starting_at(first), rows, room, out);
        };
        attended.par_chunks_mut(ATTENTION_ROWS * size).enumerate().for_each_init(Room::default, attend);
        for (index, part) in attended.chunks_exact(tasks * ATTENTION_ROWS * size).enumerate() {
            for (row, part) in part.chunks_exact(size).take(count).enumerate() {
                normed[row * *stride + index * size..][..size].copy_from_slice(part);
            }
        }
        let rows = Rows { values: normed, stride: *stride };
        block.out.apply(set, rows, count, Finish::Add, hidden, width);
    }
}

/// Normalises, widens, narrows and adds, in place: so many rows at a time that what lies between stays in the cache.
fn feed_forward(set: InstructionSet, part: &FeedForward, hidden: &mut [f32]) {
    let width = part.norm.scale.len();
    let (stride, wide_stride) = (padded_stride(width), padded_stride(4 * width));
    let step = |room: &mut (Vec<f32>, Vec<f32>), hidden: &mut [f32]| {
        let (count, (normed, wide)) = (hidden.len() / width, room);
        normed.resize(count * stride, 0.0);
        wide.resize(count * wide_stride, 0.0);
        part.norm.apply(set, hidden, normed, stride);
        let normed = Rows { values: normed, stride };
        part.widen.apply_alone(set, normed, count, Finish::Gelu, wide, wide_stride);
        let wide = Rows { values: wide, stride: wide_stride };
        part.narrow.apply_alone(set, wide, count, Finish::Add, hidden, width);
    };
    hidden.par_chunks_mut(BLOCK_ROWS * width).for_each_init(Default::default, step);
}

/// Buffers of one window, used again by every block and by later windows.
#[derive(Default)]
struct Scratch {
    /// What the first convolution gives.
    convolved: Vec<f32>,
    normed: Vec<f32>,
    stride: usize,
    wide: Vec<f32>,
    wide_stride: usize,
    /// What each head found: `[heads][positions, to whole tasks][width of a head]`.
    attended: Vec<f32>,
}

impl Scratch {
    /// Makes room for `count` positions of `width` values. What stands there from other windows is written over before it is read.
    fn fit(&mut self, count: usize, width: usize) {
        (self.stride, self.wide_stride) = (padded_stride(width), padded_stride(3 * width));
        self.normed.resize(count * self.stride, 0.0);
        self.wide.resize(count * self.wide_stride, 0.0);
        self.attended.resize(count.next_multiple_of(ATTENTION_ROWS) * width, 0.0);
    }
}

/// Buffers of attention, used again by every task of a thread.
#[derive(Default)]
struct Room {
    queries: Vec<f32>,
    scores: Vec<f32>,
    short_queries: Vec<u16>,
    weights: Vec<u16>,
    sums: Vec<f32>,
    found: Vec<f32>,
}

/// Keys and values of one attention head.
struct Head {
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
    fn new(
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

    /// Attends from `rows` positions to all, and stores what it found for each.
    fn attend(&self, set: InstructionSet, all: Rows<'_>, rows: usize, room: &mut Room, out: &mut [f32]) {
        let scale = 1.0 / (self.width as f32).sqrt();
        let query_stride = padded_stride(self.width);
        room.queries.resize(rows * query_stride, 0.0);
        for (row, query) in room.queries.chunks_exact_mut(query_stride).enumerate() {
            let from = &all.starting_at(row).values[self.index * self.width..][..self.width];
            query.iter_mut().zip(from).for_each(|(query, value)| *query = value * scale);
        }
        match &self.attended {
            Attended::Exact { keys, values } => self.attend_exactly(set, rows, keys, values, room, out),
            Attended::Short { keys, values } => self.attend_in_pairs(set, rows, keys, values, room, out),
        }
    }

    fn attend_exactly(
        &self,
        set: InstructionSet,
        rows: usize,
        keys: &PackedMatrix,
        values: &PackedMatrix,
        room: &mut Room,
        out: &mut [f32],
    ) {
        let Room { queries, scores, .. } = room;
        let stride = padded_stride(self.count);
        scores.resize(rows * stride, 0.0);
        let queries = Rows { values: queries, stride: padded_stride(self.width) };
        product(set, queries, rows, keys, None, Finish::Store, scores, stride);
        scores.chunks_exact_mut(stride).for_each(|scores| set.softmax(&mut scores[..self.count]));
        let scores = Rows { values: scores, stride };
        product(set, scores, rows, values, None, Finish::Store, out, self.width);
    }

    /// The same with 16-bit floats; weights are made to sum to 1 only in what was found by them.
    fn attend_in_pairs(
        &self,
        set: InstructionSet,
        rows: usize,
        keys: &PairMatrix,
        values: &PairMatrix,
        room: &mut Room,
        out: &mut [f32],
    ) {
        let Room { queries, scores, short_queries, weights, sums, found } = room;
        let (products, room) = (set.products(), rows_with_room(rows));
        let query_stride = padded_stride(self.width.next_multiple_of(pairs::STEP));
        short_queries.resize(room * query_stride, 0);
        let rows_of_both = queries.chunks_exact(padded_stride(self.width));
        for (query, short) in rows_of_both.zip(short_queries.chunks_exact_mut(query_stride)) {
            set.shorten(&query[..self.width], &mut short[..self.width]);
        }
        let stride = padded_stride(self.count.next_multiple_of(PANEL));
        scores.resize(room * stride, 0.0);
        let queries = PairRows { values: short_queries, stride: query_stride };
        keys.multiply(&products, queries, rows, scores, stride);
        // Behind the weights zeros stand: no task writes there.
        weights.resize(room * stride, 0);
        sums.resize(rows, 0.0);
        let places = scores.chunks_exact_mut(stride).zip(weights.chunks_exact_mut(stride)).zip(&mut *sums);
        for ((scores, weights), sum) in places {
            set.soften(&mut scores[..self.count], &mut weights[..self.count], sum);
        }
        let found_stride = self.width.next_multiple_of(PANEL);
        found.resize(room * found_stride, 0.0);
        values.multiply(&products, PairRows { values: weights, stride }, rows, found, found_stride);
        let found = found.chunks_exact(found_stride).zip(&*sums);
        for (out, (found, sum)) in out.chunks_exact_mut(self.width).zip(found) {
            out.iter_mut().zip(found).for_each(|(out, value)| *out = value / sum);
        }
    }
}

impl Block {
    fn take(weights: &mut Supply, index: usize, width: usize) -> Result<Block, WeightsError> {
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
    weights: &mut Supply,
    name: &str,
    outputs: usize,
    channels: usize,
    precision: Precision,
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
    Ok(Linear { weights: Kept::new(weights.set, &[&tensor], precision), bias })
}

/// Three neighbouring rows side by side, from every other row on, in rows of their own.
fn neighbours_apart(rows: &[f32], width: usize, count: usize) -> Vec<f32> {
    let stride = padded_stride(3 * width);
    let mut apart = vec![0.0; count * stride];
    for (row, out) in apart.chunks_exact_mut(stride).enumerate() {
        out[..3 * width].copy_from_slice(&rows[2 * row * width..][..3 * width]);
    }
    apart
}

/// The rows with one row of zeros before and behind them.
fn between_zeros(rows: &[f32], width: usize) -> Vec<f32> {
    let mut padded = vec![0.0; rows.len() + 2 * width];
    padded[width..width + rows.len()].copy_from_slice(rows);
    padded
}
