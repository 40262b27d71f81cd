//! Whisper's audio encoder: two convolutions, then attention over all 1500 positions of a window.

use super::attention::{ATTENTION_ROWS, Head, Room};
use super::byte_parts::BytePart;
use super::bytes::RoundedRows;
use super::matrix::{Kept, Linear, byte_block_rows};
use super::memory::Memory;
use super::pair_parts::PairPart;
use super::parts::{PART, Part, Rooms};
use super::{FeedForward, Norm, Precision, Supply, floats, linear, padded_stride};
use crate::features::LogMel;
use crate::kernels::{Fineness, Finish, InstructionSet, Rows};
use crate::weights::{Dimensions, Tensor, Values, WeightsError};
use rayon::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How finely its weights are rounded: it waits for arithmetic, and coarse ones move what the decoder expects by a tenth of what
/// bytes do anyway (`docs/recognition.md`).
const FINENESS: Fineness = Fineness::Coarse;

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
    /// Those of parts that are done.
    buffers: Mutex<Vec<Buffers>>,
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
            buffers: Mutex::default(),
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
        let mut hidden = self.convolve(set, window);
        match self.precision {
            // Registers multiply bytes twice as fast; of what matrix units do, products are the lesser part.
            Precision::Int8 if set.takes_matrices() => self.pass_in_parts::<PairPart>(set, &mut hidden),
            Precision::Int8 => self.pass_in_parts::<BytePart>(set, &mut hidden),
            Precision::Float32 => {
                let mut scratch = self.scratches().pop().unwrap_or_default();
                self.pass_exactly(set, &mut hidden, &mut scratch);
                self.scratches().push(scratch);
            }
        }
        let mut out = vec![0.0; hidden.len()];
        self.norm.apply(set, &hidden, &mut out, self.width);
        out
    }

    /// A thread that panics has its buffers with it, so that what lies there is whole.
    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Both convolutions, the second of which halves the rate, and the positions added.
    fn convolve(&self, set: InstructionSet, window: &LogMel) -> Vec<f32> {
        // A row of zeros stands before it and behind it.
        let sound = between_zeros(&window.values, window.mel_channels);
        let mut hidden = vec![0.0; window.frames() / 2 * self.width];
        let convolve = |(index, hidden): (usize, &mut [f32])| {
            self.with_buffers(|buffers| {
                self.convolve_part(set, &sound, window.mel_channels, index * PART, hidden, buffers)
            });
        };
        hidden.par_chunks_mut(PART * self.width).enumerate().for_each(convolve);
        hidden
    }

    /// Those positions, from `first` on, that `hidden` has room for.
    fn convolve_part(
        &self,
        set: InstructionSet,
        sound: &[f32],
        mels: usize,
        first: usize,
        hidden: &mut [f32],
        buffers: &mut Buffers,
    ) {
        let (count, width) = (hidden.len() / self.width, self.width);
        // The frame before the first and both of each position; before the first of all stands a row of zeros.
        let zeros = usize::from(first == 0);
        let (begin, frames) = ((2 * first).saturating_sub(1), 2 * count + 1 - zeros);
        let Buffers { wide: once, rounded, .. } = buffers;
        once.resize((2 * count + 1) * width, 0.0);
        once[..zeros * width].fill(0.0);
        // Three neighbouring frames stand side by side: rows of 3 * mels values, mels apart.
        let rows = Rows { values: &sound[begin * mels..], stride: mels };
        let out = &mut once[zeros * width..];
        self.first.apply_alone(set, rows, frames, Finish::Gelu, rounded, out, width);
        let apart;
        let rows = match &self.second.weights {
            Kept::Bytes(_) => Rows { values: once, stride: 2 * width },
            // Rows a power of two apart would fall into the same few sets of the cache, were they read as they are.
            Kept::Exact(_) => {
                apart = neighbours_apart(once, width, count);
                Rows { values: &apart, stride: padded_stride(3 * width) }
            }
        };
        self.second.apply_alone(set, rows, count, Finish::Gelu, rounded, hidden, width);
        hidden
            .iter_mut()
            .zip(&self.positions[first * width..])
            .for_each(|(value, position)| *value += position);
    }

    /// Through all blocks, part by part: nothing but queries, keys and values is written for other threads.
    fn pass_in_parts<P: Part>(&self, set: InstructionSet, hidden: &mut [f32]) {
        let size = PART * self.width;
        let Some(first) = self.blocks.first() else { return };
        let begin = |hidden: &mut [f32]| self.with_buffers(|buffers| self.part(set, first, hidden, buffers));
        let mut parts: Vec<P> = hidden.par_chunks_mut(size).map(begin).collect();
        for (index, block) in self.blocks.iter().enumerate() {
            let next = self.blocks.get(index + 1);
            let pass = |(part, hidden): (&P, &mut [f32])| {
                self.with_buffers(|buffers| {
                    self.attend_in_parts(set, block, part, &parts, hidden, buffers);
                    for hidden in hidden.chunks_mut(byte_block_rows(set) * self.width) {
                        feed_forward(set, &block.feed_forward, hidden, buffers);
                    }
                    next.map(|next| self.part(set, next, hidden, buffers))
                })
            };
            parts = parts.par_iter().zip(hidden.par_chunks_mut(size)).flat_map_iter(pass).collect();
        }
    }

    /// Queries, keys and values of the rows of a part.
    fn part<P: Part>(&self, set: InstructionSet, block: &Block, hidden: &[f32], buffers: &mut Buffers) -> P {
        let stride = buffers.multiply(set, &block.norm, &block.query_key_value, Finish::Store, hidden);
        let all = Rows { values: &buffers.wide, stride };
        P::new(set, all, self.width, self.heads, hidden.len() / self.width)
    }

    /// Adds to the rows of a part what they find in all.
    fn attend_in_parts<P: Part>(
        &self,
        set: InstructionSet,
        block: &Block,
        part: &P,
        all: &[P],
        hidden: &mut [f32],
        buffers: &mut Buffers,
    ) {
        let (count, stride) = (hidden.len() / self.width, padded_stride(self.width));
        let Buffers { normed: found, rounded, attention, .. } = buffers;
        found.resize(count * stride, 0.0);
        part.attend(set, all, attention, found, stride);
        let rows = Rows { values: found, stride };
        block.out.apply_alone(set, rows, count, Finish::Add, rounded, hidden, self.width);
    }

    /// Lends buffers that another part has left.
    fn with_buffers<T>(&self, use_them: impl FnOnce(&mut Buffers) -> T) -> T {
        let mut buffers = self.buffers().pop().unwrap_or_default();
        let result = use_them(&mut buffers);
        self.buffers().push(buffers);
        result
    }

    fn buffers(&self) -> MutexGuard<'_, Vec<Buffers>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Through all blocks with 32-bit floats in attention.
    fn pass_exactly(&self, set: InstructionSet, hidden: &mut [f32], scratch: &mut Scratch) {
        scratch.fit(hidden.len() / self.width, self.width);
        let size = byte_block_rows(set) * self.width;
        for block in &self.blocks {
            self.attend(set, block, hidden, scratch);
            let pass = |hidden: &mut [f32]| {
                self.with_buffers(|buffers| feed_forward(set, &block.feed_forward, hidden, buffers));
            };
            hidden.par_chunks_mut(size).for_each(pass);
        }
    }

    fn attend(&self, set: InstructionSet, block: &Block, hidden: &mut [f32], scratch: &mut Scratch) {
        let (count, width) = (hidden.len() / self.width, self.width);
        let Scratch { normed, stride, wide, wide_stride, attended, .. } = scratch;
        block.norm.apply(set, hidden, normed, *stride);
        let rows = Rows { values: normed, stride: *stride };
        block.query_key_value.apply(set, rows, count, Finish::Store, wide, *wide_stride);
        let all = Rows { values: wide, stride: *wide_stride };
        let head = |head| Head::new(all, head, width, self.heads, count);
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

/// Normalises, widens, narrows and adds, in place: so few rows that what lies between stays in the cache.
fn feed_forward(set: InstructionSet, part: &FeedForward, hidden: &mut [f32], buffers: &mut Buffers) {
    let width = part.norm.scale.len();
    let stride = buffers.multiply(set, &part.norm, &part.widen, Finish::Gelu, hidden);
    let Buffers { wide, rounded, .. } = buffers;
    let wide = Rows { values: wide, stride };
    part.narrow.apply_alone(set, wide, hidden.len() / width, Finish::Add, rounded, hidden, width);
}

/// Buffers of a part, used again by later ones. What stands there from those is written over before it is read.
#[derive(Default)]
struct Buffers {
    normed: Vec<f32>,
    wide: Vec<f32>,
    rounded: RoundedRows,
    attention: Rooms,
}

impl Buffers {
    /// Normalises rows and multiplies them; what comes out stands in `wide`, in rows of the stride that is returned.
    fn multiply(
        &mut self,
        set: InstructionSet,
        norm: &Norm,
        by: &Linear,
        finish: Finish,
        hidden: &[f32],
    ) -> usize {
        let width = norm.scale.len();
        let (count, stride, wide_stride) =
            (hidden.len() / width, padded_stride(width), padded_stride(by.bias.len()));
        self.normed.resize(count * stride, 0.0);
        self.wide.resize(count * wide_stride, 0.0);
        norm.apply(set, hidden, &mut self.normed, stride);
        let normed = Rows { values: &self.normed, stride };
        by.apply_alone(set, normed, count, finish, &mut self.rounded, &mut self.wide, wide_stride);
        wide_stride
    }
}

/// Buffers of one window, used again by every block and by later windows.
#[derive(Default)]
struct Scratch {
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

impl Block {
    fn take(weights: &mut Supply, index: usize, width: usize) -> Result<Block, WeightsError> {
        let name = format!("encoder.blocks.{index}");
        let part = |part: &str| format!("{name}.attn.{part}");
        Ok(Block {
            norm: Norm::take(weights, &format!("{name}.attn_ln"), width)?,
            query_key_value: linear(
                weights,
                &[&part("query"), &part("key"), &part("value")],
                width,
                width,
                FINENESS,
            )?,
            out: linear(weights, &[&part("out")], width, width, FINENESS)?,
            feed_forward: FeedForward::take(weights, &name, width, [FINENESS; 2])?,
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
    Ok(Linear { weights: Kept::new(weights.set, &[&tensor], precision, FINENESS), bias })
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
