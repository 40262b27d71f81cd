//! The Whisper network on the processor: weights in, logits out.
//!
//! ```text
//! log-mel window --encoder--> 1500 positions --keys and values of each decoder block--> EncodedAudio
//! tokens + EncodedAudio + what was decoded before --decoder--> logits of the next token
//! ```
//!
//! [`Precision::Float32`] keeps weights in half precision where they were published so, which loses nothing, and computes
//! in 32-bit floats; [`Precision::Int8`] multiplies bytes (`bytes`), attends to the sound in half-bytes (`half_bytes`) and, in the
//! encoder, a part of a window at a time (`parts`), in 16-bit floats where the processor has matrix units (`pair_parts`), else in
//! bytes (`byte_parts`). `docs/recognition.md` says what keeps how many bits and what that costs. Nothing here knows of time,
//! languages or rules: that is the search's.

mod attention;
mod byte_parts;
mod bytes;
mod decoder;
mod encoder;
mod half_bytes;
mod history;
mod matrix;
mod memory;
mod pair_parts;
mod pairs;
mod parts;
mod tokens;

pub use decoder::EncodedAudio;
pub use history::History;

use crate::features::{FRAMES_PER_SECOND, LogMel, WINDOW_FRAMES};
use crate::kernels::{Fineness, InstructionSet};
use crate::model::{Alignment, Logits, Model, ModelError, OWN_BACK_END, Row};
use crate::vocabulary::Vocabulary;
use crate::weights::{Dimensions, Tensor, Values, Weights, WeightsError};
use decoder::Decoder;
use encoder::Encoder;
use matrix::{Kept, Linear};
use rayon::prelude::*;
use std::path::Path;

/// Frames of nothing that are encoded behind a sound shorter than a window.
const KEPT_SILENCE: usize = 5 * FRAMES_PER_SECOND;

/// How exactly a network computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Precision {
    /// Weights as they were published, sums of 32-bit floats: the reference.
    Float32,
    /// Products of bytes, a step for each output and each row of activations: two to three times as fast.
    #[default]
    Int8,
}

/// A Whisper network that runs on the processor.
pub struct Network {
    set: InstructionSet,
    precision: Precision,
    dimensions: Dimensions,
    vocabulary: Vocabulary,
    alignment_heads: Vec<(usize, usize)>,
    encoder: Encoder,
    decoder: Decoder,
}

impl Network {
    /// Loads the weights at `path` for the best instruction set that this processor has.
    ///
    /// # Errors
    ///
    /// If the weights can't be read or are not those of a Whisper network.
    pub fn open(path: &Path, precision: Precision) -> Result<Network, WeightsError> {
        Network::new(Weights::open(path)?, InstructionSet::detect(), precision)
    }

    /// Packs `weights` for `set`.
    ///
    /// # Errors
    ///
    /// If a tensor is missing or has another shape than the dimensions say.
    pub fn new(weights: Weights, set: InstructionSet, precision: Precision) -> Result<Network, WeightsError> {
        let dimensions = weights.dimensions;
        let mut weights = Supply { weights, set, precision };
        let mut encoder = Encoder::new(&mut weights, &dimensions)?;
        let mut decoder = Decoder::new(&mut weights, &dimensions)?;
        memory::move_together(encoder.memories().into_iter().chain(decoder.memories()).collect());
        let Supply { weights: Weights { vocabulary, alignment_heads, .. }, .. } = weights;
        Ok(Network { set, precision, dimensions, vocabulary, alignment_heads, encoder, decoder })
    }
}

impl Network {
    /// How many frames of a window that has `frames` are encoded.
    ///
    /// The reference fills every window up to 30 s, and attention costs by the square of that. With 5 s of nothing
    /// behind the sound the words are the same; with less, models begin to invent some at the end.
    fn frames_to_encode(&self, frames: usize) -> usize {
        match self.precision {
            Precision::Float32 => WINDOW_FRAMES,
            Precision::Int8 => (frames + KEPT_SILENCE).next_multiple_of(2).min(WINDOW_FRAMES),
        }
    }
}

impl Model for Network {
    type Audio = EncodedAudio;
    type History = History;

    fn back_end(&self) -> String {
        match self.precision {
            Precision::Float32 => OWN_BACK_END.into(),
            Precision::Int8 => format!("{OWN_BACK_END} int8"),
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn mel_channels(&self) -> usize {
        self.dimensions.mel_channels
    }

    fn text_positions(&self) -> usize {
        self.dimensions.text_positions
    }

    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<EncodedAudio>, ModelError> {
        let encode = |window: LogMel| {
            let frames = self.frames_to_encode(window.frames());
            let positions = self.encoder.run(self.set, &window.padded_to(frames));
            self.decoder.remember(self.set, &positions)
        };
        Ok(windows.into_par_iter().map(encode).collect())
    }

    fn decode(&self, rows: &mut [Row<'_, Network>]) -> Result<Logits, ModelError> {
        let hidden = self.decoder.run(self.set, rows, None);
        Ok(self.decoder.logits(self.set, &hidden))
    }

    fn align(&self, audio: &EncodedAudio, tokens: &[u32], among: u32) -> Result<Alignment, ModelError> {
        Ok(self.decoder.align(self.set, audio, tokens, among, &self.alignment_heads))
    }
}

/// Weights on their way into the network.
struct Supply {
    weights: Weights,
    set: InstructionSet,
    precision: Precision,
}

impl Supply {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        self.weights.take(name, shape)
    }

    fn take_optional(&mut self, name: &str, shape: &[usize]) -> Result<Option<Tensor>, WeightsError> {
        self.weights.take_optional(name, shape)
    }
}

/// Scale and shift of a layer norm.
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    fn take(weights: &mut Supply, name: &str, width: usize) -> Result<Norm, WeightsError> {
        let scale = floats(weights.take(&format!("{name}.weight"), &[width])?);
        let shift = floats(weights.take(&format!("{name}.bias"), &[width])?);
        Ok(Norm { scale, shift })
    }

    /// Normalises rows of `width` values from one buffer into another, whose rows are `stride` apart.
    fn apply(&self, set: InstructionSet, rows: &[f32], out: &mut [f32], stride: usize) {
        let width = self.scale.len();
        for (row, out) in rows.chunks_exact(width).zip(out.chunks_mut(stride)) {
            set.layer_norm(row, &self.scale, &self.shift, &mut out[..width]);
        }
    }
}

/// The two products of a block's feed-forward part.
struct FeedForward {
    norm: Norm,
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    fn take(
        weights: &mut Supply,
        block: &str,
        width: usize,
        [widen, narrow]: [Fineness; 2],
    ) -> Result<FeedForward, WeightsError> {
        Ok(FeedForward {
            norm: Norm::take(weights, &format!("{block}.mlp_ln"), width)?,
            widen: linear(weights, &[&format!("{block}.mlp.0")], 4 * width, width, widen)?,
            narrow: linear(weights, &[&format!("{block}.mlp.2")], width, 4 * width, narrow)?,
        })
    }
}

/// Takes the linear layers `names`, each of `outputs` by `inputs`, and packs them as one.
fn linear(
    weights: &mut Supply,
    names: &[&str],
    outputs: usize,
    inputs: usize,
    fineness: Fineness,
) -> Result<Linear, WeightsError> {
    let mut tensors = Vec::new();
    let mut bias = Vec::new();
    for name in names {
        tensors.push(weights.take(&format!("{name}.weight"), &[outputs, inputs])?);
        // Whisper's key projections have no bias.
        match weights.take_optional(&format!("{name}.bias"), &[outputs])? {
            Some(tensor) => bias.extend(floats(tensor)),
            None => bias.extend(vec![0.0; outputs]),
        }
    }
    let tensors: Vec<&Tensor> = tensors.iter().collect();
    Ok(Linear { weights: Kept::new(weights.set, &tensors, weights.precision, fineness), bias })
}

fn floats(tensor: Tensor) -> Vec<f32> {
    match tensor.values {
        Values::F32(values) => values,
        Values::F16(values) => values.into_iter().map(f32::from).collect(),
    }
}

/// The distance between rows of a buffer that products read.
///
/// Rows of a power of two would all fall into the same few sets of the first-level cache.
fn padded_stride(width: usize) -> usize {
    width.next_multiple_of(16) + 16
}

#[cfg(test)]
mod tests;
