//! The Whisper network on the processor: weights in, logits out.
//!
//! ```text
//! log-mel window --encoder--> 1500 positions --keys and values of each decoder block--> EncodedAudio
//! tokens + EncodedAudio + what was decoded before --decoder--> logits of the next token
//! ```
//!
//! Activations are 32-bit floats; weights stay in half precision where they were published so, which loses
//! nothing. Nothing here knows of time, languages or rules: that is the search's.

mod decoder;
mod encoder;
mod matrix;

pub use decoder::{EncodedAudio, History};

use crate::features::LogMel;
use crate::kernels::InstructionSet;
use crate::model::{Alignment, Logits, Model, ModelError, Row};
use crate::vocabulary::Vocabulary;
use crate::weights::{Dimensions, Tensor, Values, Weights, WeightsError};
use decoder::Decoder;
use encoder::Encoder;
use matrix::{Linear, PackedMatrix};
use rayon::prelude::*;
use std::path::Path;

/// A Whisper network that runs on the processor.
pub struct Network {
    set: InstructionSet,
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
    pub fn open(path: &Path) -> Result<Network, WeightsError> {
        Network::new(Weights::open(path)?, InstructionSet::detect())
    }

    /// Packs `weights` for `set`.
    ///
    /// # Errors
    ///
    /// If a tensor is missing or has another shape than the dimensions say.
    pub fn new(mut weights: Weights, set: InstructionSet) -> Result<Network, WeightsError> {
        let dimensions = weights.dimensions;
        let encoder = Encoder::new(&mut weights, &dimensions)?;
        let decoder = Decoder::new(&mut weights, &dimensions)?;
        let (vocabulary, alignment_heads) = (weights.vocabulary, weights.alignment_heads);
        Ok(Network { set, dimensions, vocabulary, alignment_heads, encoder, decoder })
    }
}

impl Model for Network {
    type Audio = EncodedAudio;
    type History = History;

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
            let positions = self.encoder.run(self.set, &window.padded());
            self.decoder.remember(self.set, &positions)
        };
        Ok(windows.into_par_iter().map(encode).collect())
    }

    fn decode(&self, rows: &mut [Row<'_, Network>]) -> Result<Logits, ModelError> {
        let hidden = self.decoder.run(self.set, rows, None);
        Ok(self.decoder.logits(self.set, &hidden))
    }

    fn align(&self, audio: &EncodedAudio, tokens: &[u32]) -> Result<Alignment, ModelError> {
        Ok(self.decoder.align(self.set, audio, tokens, &self.alignment_heads))
    }
}

/// Scale and shift of a layer norm.
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    fn take(weights: &mut Weights, name: &str, width: usize) -> Result<Norm, WeightsError> {
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
    fn take(weights: &mut Weights, block: &str, width: usize) -> Result<FeedForward, WeightsError> {
        Ok(FeedForward {
            norm: Norm::take(weights, &format!("{block}.mlp_ln"), width)?,
            widen: linear(weights, &[&format!("{block}.mlp.0")], 4 * width, width)?,
            narrow: linear(weights, &[&format!("{block}.mlp.2")], width, 4 * width)?,
        })
    }
}

/// Takes the linear layers `names`, each of `outputs` by `inputs`, and packs them as one.
fn linear(
    weights: &mut Weights,
    names: &[&str],
    outputs: usize,
    inputs: usize,
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
    Ok(Linear { weights: PackedMatrix::from_tensors(&tensors.iter().collect::<Vec<_>>()), bias })
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
