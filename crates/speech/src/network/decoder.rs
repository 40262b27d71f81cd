//! Whisper's text decoder: the next token of many hypotheses at once.

use super::bytes::{RoundedRows, Signed};
use super::half_bytes::HalfByteMatrix;
use super::history::{History, Past, TokenMemory};
use super::matrix::{Linear, PackedMatrix, product};
use super::memory::{Memory, move_together};
use super::tokens::Tokens;
use super::{FeedForward, Network, Norm, Precision, Supply, floats, linear, padded_stride};
use crate::kernels::{Fineness, Finish, InstructionSet, Rows};
use crate::model::{Alignment, Logits, Row};
use crate::weights::{Dimensions, WeightsError};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Queries that attend to a window at a time: their scores stay in the second-level cache.
const LISTENING: usize = 64;

/// Tokens of a text whose successors are scored at a time: scores of them all would take more memory than the model.
const SCORED_ROWS: usize = 32;

pub(super) struct Decoder {
    width: usize,
    heads: usize,
    precision: Precision,
    tokens: Tokens,
    positions: Vec<f32>,
    blocks: Vec<Block>,
    norm: Norm,
}

struct Block {
    norm: Norm,
    query_key_value: Linear,
    out: Linear,
    audio_norm: Norm,
    audio_query: Linear,
    audio_key_value: Linear,
    audio_out: Linear,
    feed_forward: FeedForward,
}

/// A window of sound as the decoder looks at it: keys and values of every block and head.
///
/// In short numbers: a decoder reads all of them for each token, and that is most of what it waits for.
pub struct EncodedAudio {
    blocks: Vec<Vec<AudioHead>>,
}

/// One head's keys and values, as exactly as the network computes.
enum AudioHead {
    Exact { keys: PackedMatrix, values: PackedMatrix },
    HalfBytes { keys: HalfByteMatrix, values: HalfByteMatrix },
}

/// Scores of chosen heads, gathered on the way.
pub(super) struct Tap<'a> {
    heads: &'a [(usize, usize)],
    scores: Vec<Vec<Vec<f32>>>,
}

impl Decoder {
    pub(super) fn new(weights: &mut Supply, dimensions: &Dimensions) -> Result<Decoder, WeightsError> {
        let width = dimensions.text_state;
        let blocks = (0..dimensions.text_layers).map(|index| Block::take(weights, index, dimensions));
        let blocks = blocks.collect::<Result<_, _>>()?;
        let shape = [dimensions.vocabulary_size, width];
        let tokens = weights.take("decoder.token_embedding.weight", &shape)?;
        Ok(Decoder {
            width,
            heads: dimensions.text_heads,
            precision: weights.precision,
            tokens: Tokens::new(weights.set, tokens, weights.precision),
            positions: floats(
                weights.take("decoder.positional_embedding", &[dimensions.text_positions, width])?,
            ),
            blocks,
            norm: Norm::take(weights, "decoder.ln", width)?,
        })
    }

    /// Where the bytes of its matrices lie.
    pub(super) fn memories(&mut self) -> Vec<&mut Memory> {
        let blocks = self.blocks.iter_mut().flat_map(|block| {
            let attention = [&mut block.query_key_value, &mut block.out];
            let audio = [&mut block.audio_query, &mut block.audio_key_value, &mut block.audio_out];
            let FeedForward { widen, narrow, .. } = &mut block.feed_forward;
            attention.into_iter().chain(audio).chain([widen, narrow])
        });
        blocks.flat_map(Linear::memories).chain(self.tokens.memories()).collect()
    }

    /// Works out what the decoder needs of an encoded window, once for all its tokens.
    pub(super) fn remember(&self, set: InstructionSet, encoded: &[f32]) -> EncodedAudio {
        let width = self.blocks.first().map_or(self.width, |block| block.audio_key_value.weights.inputs());
        let count = encoded.len() / width;
        let stride = padded_stride(width);
        let mut rows = vec![0.0; count * stride];
        for (row, encoded) in rows.chunks_exact_mut(stride).zip(encoded.chunks_exact(width)) {
            row[..width].copy_from_slice(encoded);
        }
        let both_stride = padded_stride(2 * self.width);
        let mut both = vec![0.0; count * both_stride];
        let blocks = self.blocks.iter().map(|block| {
            let rows = Rows { values: &rows, stride };
            block.audio_key_value.apply(set, rows, count, Finish::Store, &mut both, both_stride);
            let both = Rows { values: &both, stride: both_stride };
            (0..self.heads).map(|head| self.audio_head(set, both, head, count)).collect()
        });
        let mut blocks: Vec<Vec<AudioHead>> = blocks.collect();
        move_together(blocks.iter_mut().flatten().flat_map(AudioHead::memories).collect());
        EncodedAudio { blocks }
    }

    fn audio_head(&self, set: InstructionSet, both: Rows<'_>, head: usize, count: usize) -> AudioHead {
        let size = self.width / self.heads;
        let part = |first: usize| Rows { values: &both.values[first + head * size..], ..both };
        let (keys, values) = (part(0), part(self.width));
        match self.precision {
            Precision::Float32 => AudioHead::Exact {
                keys: PackedMatrix::from_rows(keys, count, size).halved(),
                values: PackedMatrix::from_columns(values, size, count).halved(),
            },
            Precision::Int8 => AudioHead::HalfBytes {
                keys: HalfByteMatrix::from_rows(set, keys, count, size),
                values: HalfByteMatrix::from_columns(set, values, size, count),
            },
        }
    }

    /// Feeds each row its tokens: what the last block makes of the last token of each row, or of all with a tap.
    pub(super) fn run(
        &self,
        set: InstructionSet,
        rows: &mut [Row<'_, Network>],
        mut tap: Option<&mut Tap<'_>>,
    ) -> Vec<f32> {
        let mut step = Step::new(set, self, rows);
        for (index, block) in self.blocks.iter().enumerate() {
            // Of the others, nothing is wanted of the last block but what later tokens attend to.
            let only_last = tap.is_none() && index + 1 == self.blocks.len();
            self.attend_to_history(set, index, block, rows, &mut step, only_last);
            self.attend_to_audio(set, index, block, rows, &mut step, tap.as_deref_mut());
            step.feed_forward(set, &block.feed_forward);
        }
        let mut memories = step.memories.into_iter();
        for row in rows {
            row.history.tokens.extend(memories.by_ref().take(row.tokens.len()).map(Arc::new));
        }
        step.hidden
    }

    /// The vocabulary's scores for rows of `width` values.
    pub(super) fn logits(&self, set: InstructionSet, hidden: &[f32]) -> Logits {
        let count = hidden.len() / self.width;
        let vocabulary_size = self.tokens.count();
        let stride = padded_stride(self.width);
        let mut normed = vec![0.0; count * stride];
        self.norm.apply(set, hidden, &mut normed, stride);
        let mut values = vec![0.0; count * vocabulary_size];
        self.tokens.score(set, Rows { values: &normed, stride }, count, &mut values);
        Logits { values, vocabulary_size }
    }

    /// Feeds all tokens at once and keeps the scores of `heads`.
    pub(super) fn align(
        &self,
        set: InstructionSet,
        audio: &EncodedAudio,
        tokens: &[u32],
        among: u32,
        heads: &[(usize, usize)],
    ) -> Alignment {
        let mut history = History::default();
        let mut tap = Tap { heads, scores: vec![Vec::new(); heads.len()] };
        let mut rows = [Row { audio, history: &mut history, tokens }];
        let hidden = self.run(set, &mut rows, Some(&mut tap));
        Alignment {
            scores: tap.scores,
            probabilities: self.probabilities(set, &hidden, tokens, among as usize),
        }
    }

    /// See [`Alignment::probabilities`]; `hidden` has a row for each of `tokens`.
    fn probabilities(&self, set: InstructionSet, hidden: &[f32], tokens: &[u32], among: usize) -> Vec<f32> {
        let mut probabilities = vec![0.0; tokens.len()];
        // Nothing follows the last.
        let hidden = &hidden[..hidden.len() - self.width];
        let places = hidden.chunks(SCORED_ROWS * self.width).zip(tokens[1..].chunks(SCORED_ROWS));
        for ((hidden, next), out) in places.zip(probabilities[1..].chunks_mut(SCORED_ROWS)) {
            let mut logits = self.logits(set, hidden);
            let rows = logits.values.par_chunks_exact_mut(logits.vocabulary_size);
            rows.zip(next).zip(out).for_each(|((logits, next), out)| {
                let logits = &mut logits[..among];
                set.softmax(logits);
                *out = logits.get(*next as usize).copied().unwrap_or_default();
            });
        }
        probabilities
    }

    fn attend_to_history(
        &self,
        set: InstructionSet,
        index: usize,
        block: &Block,
        rows: &[Row<'_, Network>],
        step: &mut Step,
        only_last: bool,
    ) {
        let width = self.width;
        let out_stride = 3 * width;
        step.normed(set, &block.norm);
        let mut all = vec![0.0; step.count * out_stride];
        let normed = Rows { values: &step.normed, stride: step.stride };
        block.query_key_value.apply(set, normed, step.count, Finish::Store, &mut all, out_stride);
        for (memory, all) in step.memories.iter_mut().zip(all.chunks_exact(out_stride)) {
            memory.store(set, index, &all[width..]);
        }
        if only_last {
            step.keep_last(&mut all, out_stride);
        }
        let places = places(rows, &step.counts).zip(all.chunks_exact(out_stride));
        let queries = places.zip(step.normed.chunks_mut(step.stride));
        let memories = &step.memories;
        let attend = |((place, all), out): ((Place<'_>, &[f32]), &mut [f32])| {
            let past = place.history.tokens.iter().map(|memory| &**memory);
            let tokens = past.chain(&memories[place.fed]).collect();
            Past { block: index, width, tokens }.attend(
                set,
                &all[..width],
                width / self.heads,
                &mut out[..width],
            );
        };
        if rayon::current_num_threads() == 1 {
            queries.for_each(attend);
        } else {
            queries.collect::<Vec<_>>().into_par_iter().with_min_len(2).for_each(attend);
        }
        let attended = Rows { values: &step.normed, stride: step.stride };
        block.out.apply(set, attended, step.count, Finish::Add, &mut step.hidden, width);
    }

    fn attend_to_audio(
        &self,
        set: InstructionSet,
        index: usize,
        block: &Block,
        rows: &[Row<'_, Network>],
        step: &mut Step,
        mut tap: Option<&mut Tap<'_>>,
    ) {
        step.normed(set, &block.audio_norm);
        let mut queries = vec![0.0; step.count * step.stride];
        let normed = Rows { values: &step.normed, stride: step.stride };
        block.audio_query.apply(set, normed, step.count, Finish::Store, &mut queries, step.stride);
        let scale = 1.0 / ((self.width / self.heads) as f32).sqrt();
        queries.iter_mut().for_each(|query| *query *= scale);
        for (rows, first, count) in rows_of_one_window(rows, &step.counts) {
            let audio = &rows[0].audio.blocks[index];
            let queries = Rows { values: &queries, stride: step.stride }.starting_at(first);
            let found = self.listen(set, audio, queries, count, tap.is_some());
            for (head, (scores, found)) in found.into_iter().enumerate() {
                store_head(&found, head, &mut step.normed[first * step.stride..], step.stride);
                if let Some(tap) = tap.as_deref_mut() {
                    tap.keep(index, head, &scores, audio[head].positions());
                }
            }
        }
        let found = Rows { values: &step.normed, stride: step.stride };
        block.audio_out.apply(set, found, step.count, Finish::Add, &mut step.hidden, self.width);
    }

    /// Attends from `count` queries to one window: scores, if they are to be kept, and what each head found.
    fn listen(
        &self,
        set: InstructionSet,
        audio: &[AudioHead],
        queries: Rows<'_>,
        count: usize,
        keep_scores: bool,
    ) -> Vec<(Vec<f32>, HeadRows)> {
        let size = self.width / self.heads;
        let listen = |room: &mut Room, (index, head): (usize, &AudioHead)| {
            let queries = Rows { values: &queries.values[index * size..], stride: queries.stride };
            head.listen(set, queries, count, size, keep_scores, room)
        };
        if rayon::current_num_threads() == 1 {
            let mut room = Room::default();
            return audio.iter().enumerate().map(|head| listen(&mut room, head)).collect();
        }
        audio.par_iter().enumerate().with_min_len(2).map_init(Room::default, listen).collect()
    }
}

impl AudioHead {
    fn memories(&mut self) -> Vec<&mut Memory> {
        match self {
            AudioHead::Exact { .. } => Vec::new(),
            AudioHead::HalfBytes { keys, values } => vec![keys.memory(), values.memory()],
        }
    }

    fn positions(&self) -> usize {
        match self {
            AudioHead::Exact { keys, .. } => keys.outputs(),
            AudioHead::HalfBytes { keys, .. } => keys.outputs(),
        }
    }

    /// Attends from `count` queries of `size` values.
    fn listen(
        &self,
        set: InstructionSet,
        queries: Rows<'_>,
        count: usize,
        size: usize,
        keep_scores: bool,
        room: &mut Room,
    ) -> (Vec<f32>, HeadRows) {
        let stride = padded_stride(self.positions());
        let (mut kept, mut found) = (Vec::new(), vec![0.0; count * size]);
        for (part, found) in found.chunks_mut(LISTENING * size).enumerate() {
            room.scores.resize(found.len() / size * stride, 0.0);
            self.score(set, queries.starting_at(part * LISTENING), size, stride, room);
            if keep_scores {
                kept.extend_from_slice(&room.scores);
            }
            self.gather(set, stride, size, room, found);
        }
        (kept, HeadRows { values: found, size })
    }

    /// Scores all positions: a row of `stride` for each query.
    fn score(&self, set: InstructionSet, queries: Rows<'_>, size: usize, stride: usize, room: &mut Room) {
        let Room { scores, rounded, signed, .. } = room;
        let count = scores.len() / stride;
        match self {
            AudioHead::Exact { keys, .. } => {
                product(set, queries, count, keys, None, Finish::Store, scores, stride);
            }
            AudioHead::HalfBytes { keys, .. } => {
                rounded.quantise(set, queries, count, size);
                keys.multiply(set, rounded, signed, scores, stride);
            }
        }
    }

    /// Gathers for each query what stands at all positions, each with the weight that its score makes; scores are used up.
    fn gather(&self, set: InstructionSet, stride: usize, size: usize, room: &mut Room, found: &mut [f32]) {
        let Room { scores, rounded, signed, halves } = room;
        let (positions, count) = (self.positions(), scores.len() / stride);
        match self {
            AudioHead::Exact { values, .. } => {
                scores.chunks_exact_mut(stride).for_each(|scores| set.softmax(&mut scores[..positions]));
                let weights = Rows { values: scores, stride };
                product(set, weights, count, values, None, Finish::Store, found, size);
            }
            AudioHead::HalfBytes { values, .. } => {
                rounded.soften(set, scores, stride, positions);
                halves.resize(2 * found.len(), 0.0);
                values.multiply(set, rounded, signed, halves, size);
                for (found, halves) in found.chunks_exact_mut(size).zip(halves.chunks_exact(2 * size)) {
                    let (upper, lower) = halves.split_at(size);
                    found.iter_mut().zip(upper.iter().zip(lower)).for_each(|(found, (a, b))| *found = a + b);
                }
            }
        }
    }
}

/// Buffers of listening, used again by every head. What stands there is written over before it is read.
#[derive(Default)]
struct Room {
    scores: Vec<f32>,
    rounded: RoundedRows,
    signed: Signed,
    /// What weights of 14 bits found: by their upper halves, and by their lower ones.
    halves: Vec<f32>,
}

/// What one attention head found: rows of `size` values.
struct HeadRows {
    values: Vec<f32>,
    size: usize,
}

fn store_head(found: &HeadRows, head: usize, out: &mut [f32], stride: usize) {
    for (row, found) in found.values.chunks_exact(found.size).enumerate() {
        out[row * stride + head * found.len()..][..found.len()].copy_from_slice(found);
    }
}

impl Tap<'_> {
    /// Keeps the rows of scores of `head` in block `block`, if it is one of those asked for.
    fn keep(&mut self, block: usize, head: usize, scores: &[f32], positions: usize) {
        for (place, wanted) in self.heads.iter().enumerate() {
            if *wanted == (block, head) {
                let rows = scores.chunks_exact(padded_stride(positions));
                self.scores[place].extend(rows.map(|row| row[..positions].to_vec()));
            }
        }
    }
}

/// Neighbouring rows about the same window, with the place and the number of their tokens; `counts` says how many each has.
fn rows_of_one_window<'a, 'b>(
    rows: &'a [Row<'b, Network>],
    counts: &[usize],
) -> Vec<(&'a [Row<'b, Network>], usize, usize)> {
    let (mut place, mut counts) = (0, counts.iter());
    let windows = rows.chunk_by(|a, b| std::ptr::eq(a.audio, b.audio)).map(|rows| {
        let (first, count) = (place, counts.by_ref().take(rows.len()).sum());
        place += count;
        (rows, first, count)
    });
    windows.collect()
}

/// A token that is fed, and what came before it.
struct Place<'a> {
    history: &'a History,
    /// Those of the tokens fed with it that it attends to, itself the last.
    fed: Range<usize>,
}

/// The last `counts` of the tokens that each row is fed.
fn places<'a>(rows: &'a [Row<'_, Network>], counts: &'a [usize]) -> impl Iterator<Item = Place<'a>> {
    let mut next = 0;
    rows.iter().zip(counts).flat_map(move |(row, count)| {
        let first = next;
        next += row.tokens.len();
        (next - count..next).map(move |last| Place { history: &*row.history, fed: first..last + 1 })
    })
}

/// The state of all tokens that are fed in one step.
struct Step {
    /// Tokens of each row, and of all.
    counts: Vec<usize>,
    count: usize,
    hidden: Vec<f32>,
    normed: Vec<f32>,
    stride: usize,
    memories: Vec<TokenMemory>,
}

impl Step {
    /// Looks up the embeddings of the tokens and adds those of their positions.
    fn new(set: InstructionSet, decoder: &Decoder, rows: &[Row<'_, Network>]) -> Step {
        let width = decoder.width;
        let counts: Vec<usize> = rows.iter().map(|row| row.tokens.len()).collect();
        let count = counts.iter().sum();
        let mut hidden = vec![0.0; count * width];
        let places = rows.iter().flat_map(|row| row.tokens.iter().zip(row.history.tokens.len()..));
        for ((token, position), out) in places.zip(hidden.chunks_exact_mut(width)) {
            decoder.tokens.embed(set, *token as usize, out);
            let position = &decoder.positions[position * width..][..width];
            out.iter_mut().zip(position).for_each(|(out, position)| *out += position);
        }
        let stride = padded_stride(width);
        let memory = TokenMemory::new(decoder.precision, 2 * width * decoder.blocks.len());
        let memories = vec![memory; count];
        Step { counts, count, hidden, normed: vec![0.0; count * stride], stride, memories }
    }

    /// Goes on with the last token of each row alone, and with its part of `all`, rows of `stride` values.
    fn keep_last(&mut self, all: &mut [f32], stride: usize) {
        if self.count == self.counts.len() {
            return;
        }
        let width = self.hidden.len() / self.count;
        let mut place = 0;
        for (row, count) in self.counts.iter_mut().enumerate() {
            place += *count;
            self.hidden.copy_within((place - 1) * width..place * width, row * width);
            all.copy_within((place - 1) * stride..place * stride, row * stride);
            *count = 1;
        }
        self.count = self.counts.len();
        self.hidden.truncate(self.count * width);
        self.normed.truncate(self.count * self.stride);
    }

    fn normed(&mut self, set: InstructionSet, norm: &Norm) {
        norm.apply(set, &self.hidden, &mut self.normed, self.stride);
    }

    fn feed_forward(&mut self, set: InstructionSet, part: &FeedForward) {
        let width = part.norm.scale.len();
        let wide_stride = padded_stride(4 * width);
        self.normed(set, &part.norm);
        let mut wide = vec![0.0; self.count * wide_stride];
        let normed = Rows { values: &self.normed, stride: self.stride };
        part.widen.apply(set, normed, self.count, Finish::Gelu, &mut wide, wide_stride);
        let wide = Rows { values: &wide, stride: wide_stride };
        part.narrow.add_finely(set, wide, self.count, &mut self.hidden, width);
    }
}

impl Block {
    fn take(weights: &mut Supply, index: usize, dimensions: &Dimensions) -> Result<Block, WeightsError> {
        let (width, audio_width) = (dimensions.text_state, dimensions.audio_state);
        let name = format!("decoder.blocks.{index}");
        let own = |part: &str| format!("{name}.attn.{part}");
        let audio = |part: &str| format!("{name}.cross_attn.{part}");
        Ok(Block {
            norm: Norm::take(weights, &format!("{name}.attn_ln"), width)?,
            query_key_value: linear(
                weights,
                &[&own("query"), &own("key"), &own("value")],
                width,
                width,
                Fineness::Coarse,
            )?,
            out: linear(weights, &[&own("out")], width, width, Fineness::Fine)?,
            audio_norm: Norm::take(weights, &format!("{name}.cross_attn_ln"), width)?,
            audio_query: linear(weights, &[&audio("query")], width, width, Fineness::Coarse)?,
            audio_key_value: linear(
                weights,
                &[&audio("key"), &audio("value")],
                width,
                audio_width,
                Fineness::Coarse,
            )?,
            audio_out: linear(weights, &[&audio("out")], width, width, Fineness::Fine)?,
            feed_forward: FeedForward::take(weights, &name, width, [Fineness::Coarse, Fineness::ForHalves])?,
        })
    }
}
