//! A network that reads a text's pieces together, and the mean of what it says of each.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rten::{Model, ModelOptions, NodeId, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use super::error::{EmbedError, ModelError, ModelErrorKind, read};
use super::{Embedder, ModelPaths, WordPiece, normalise, onnx};

/// The most bytes of a network that is read; MiniLM has 23 or 91 million.
const LIMIT_BYTES: u64 = 1 << 30;

/// Pieces of a text that count, with the two at its ends: what `all-MiniLM-L6-v2` was given in training and is by its authors.
const MOST_PIECES: usize = 256;

/// The most texts that go through the network at once; 16 were as fast as 32, and padding costs less.
const BATCH_TEXTS: usize = 16;

/// The most numbers of a vector that are believed of a file.
const MOST_DIMENSIONS: usize = 1 << 14;

/// A network of sentences in ONNX, with BERT's inputs `input_ids`, `attention_mask` and `token_type_ids` and as its first
/// output a vector for each piece.
///
/// Follows sentence-transformers' `all-MiniLM-L6-v2`: `[CLS]`, at most 254 pieces, `[SEP]`; the mean of the vectors of
/// all pieces, made 1 long. A network is run as its file says: name only files that you trust, as those that
/// `onrecord models fetch` checked.
pub struct SentenceModel {
    name: String,
    pieces: WordPiece,
    network: Model,
    inputs: [Option<NodeId>; 3],
    output: NodeId,
    dimensions: usize,
}

impl SentenceModel {
    /// Loads a network and its pieces; `name` is what vectors of it are to be called.
    pub fn load(name: &str, paths: &ModelPaths<'_>) -> Result<Self, ModelError> {
        let pieces = WordPiece::load(paths.pieces)?;
        let network = read(paths.weights, LIMIT_BYTES)?;
        Self::new(name, network, pieces).map_err(|kind| kind.at(paths.weights))
    }

    /// The same from the files' bytes.
    pub fn parse(name: &str, network: &[u8], pieces: &[u8]) -> Result<Self, ModelErrorKind> {
        Self::new(name, network.to_vec(), WordPiece::parse(pieces)?)
    }

    fn new(name: &str, network: Vec<u8>, pieces: WordPiece) -> Result<Self, ModelErrorKind> {
        if !onnx::is_whole(&network) {
            return Err(ModelErrorKind::Network("bytes that are none, or not all of one".to_owned()));
        }
        let network =
            guarded(|| ModelOptions::with_all_ops().load(network).map_err(|error| error.to_string()));
        let network = network.map_err(ModelErrorKind::Network)?;
        let inputs = ["input_ids", "attention_mask", "token_type_ids"].map(|name| network.find_node(name));
        let is_known = network.input_ids().iter().all(|id| inputs.contains(&Some(*id)));
        let Some(&output) = network.output_ids().first().filter(|_| inputs[0].is_some() && is_known) else {
            let found = format!("{} inputs other than BERT's", network.input_ids().len());
            return Err(ModelErrorKind::Network(found));
        };
        let mut model = Self { name: name.to_owned(), pieces, network, inputs, output, dimensions: 0 };
        // Only a run tells how many numbers come out.
        let said = model.run(&[vec![model.pieces.specials().classify]]).map_err(ModelErrorKind::Network)?;
        model.dimensions = said.shape()[2];
        match model.dimensions {
            1..=MOST_DIMENSIONS => Ok(model),
            other => Err(ModelErrorKind::Network(format!("vectors of {other} numbers"))),
        }
    }

    /// The numbers of a text's pieces, with those at its ends.
    fn encode(&self, text: &str) -> Vec<u32> {
        let specials = self.pieces.specials();
        let mut numbers = vec![specials.classify];
        self.pieces.encode(text, MOST_PIECES - 2, &mut numbers);
        numbers.push(specials.separate);
        numbers
    }

    /// What the network says: texts x pieces x dimensions.
    fn run(&self, texts: &[Vec<u32>]) -> Result<NdTensor<f32, 3>, String> {
        let longest = texts.iter().map(Vec::len).max().unwrap_or_default();
        let shape = [texts.len(), longest];
        let filled =
            |of: &dyn Fn(&[u32], usize) -> i32| NdTensor::from_fn(shape, |[text, at]| of(&texts[text], at));
        let pad = self.pieces.specials().pad;
        let numbers = filled(&|numbers, at| numbers.get(at).copied().unwrap_or(pad) as i32);
        let mask = filled(&|numbers, at| i32::from(at < numbers.len()));
        let kinds = filled(&|_, _| 0);
        let inputs = self.inputs.iter().zip([numbers, mask, kinds]);
        let inputs = inputs.filter_map(|(id, tensor)| Some(((*id)?, tensor.into()))).collect();
        let output =
            guarded(|| self.network.run(inputs, &[self.output], None).map_err(|error| error.to_string()))?;
        let said: Value = output.into_iter().next().ok_or("no output")?;
        let said: NdTensor<f32, 3> =
            said.try_into().map_err(|_| "an output that is no list of vectors for each text".to_owned())?;
        let expected = [texts.len(), longest];
        match said.shape()[..2] == expected {
            true => Ok(said),
            false => Err(format!("an output of shape {:?}", said.shape())),
        }
    }

    /// The vectors of texts that go through the network at once.
    fn embed_together(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, String> {
        let said = self.run(texts)?;
        if said.shape()[2] != self.dimensions {
            return Err(format!("vectors of {} numbers, before of {}", said.shape()[2], self.dimensions));
        }
        let means = texts.iter().enumerate().map(|(at, numbers)| mean(said.slice(at), numbers.len()));
        Ok(means.collect())
    }
}

/// The mean of the first `count` rows, made 1 long.
fn mean(rows: NdTensorView<'_, f32, 2>, count: usize) -> Vec<f32> {
    let mut sums = vec![0.0; rows.size(1)];
    for row in 0..count {
        sums.iter_mut().zip(rows.slice(row).iter()).for_each(|(sum, value)| *sum += value);
    }
    sums.iter_mut().for_each(|sum| *sum /= count as f32);
    normalise(&mut sums);
    sums
}

/// What `run` returns; its panics are errors, since a network is a program from a file.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("one that makes the runtime panic".to_owned()))
}

impl Embedder for SentenceModel {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn embed_batch(&self, texts: &[&str]) -> Result<Vec<f32>, EmbedError> {
        let encoded: Vec<Vec<u32>> = texts.iter().map(|text| self.encode(text)).collect();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|at| encoded[*at].len()); // Texts of about one length need hardly any padding.
        let mut vectors = vec![0.0; texts.len() * self.dimensions];
        for batch in order.chunks(BATCH_TEXTS) {
            let numbers: Vec<Vec<u32>> = batch.iter().map(|at| encoded[*at].clone()).collect();
            let found = self.embed_together(&numbers).map_err(|reason| EmbedError {
                model: self.name.clone(),
                texts: batch.len(),
                reason,
            })?;
            for (at, vector) in batch.iter().zip(found) {
                vectors[at * self.dimensions..][..self.dimensions].copy_from_slice(&vector);
            }
        }
        Ok(vectors)
    }
}

#[cfg(test)]
mod tests;
