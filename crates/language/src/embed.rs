//! Text -> vectors whose nearness is nearness of meaning.
//!
//! ```text
//! text --basic--> words --word_piece--> pieces --static_model-->   mean of the pieces' vectors
//!                                              --sentence_model--> a network that reads them together
//! ```
//!
//! [`StaticModel`] is a table and some additions: a whole archive in minutes. `SentenceModel` (feature `sentence-model`)
//! understands an order of words, a thousand times slower; it is for ranking a few. Both come from files that
//! a person may have made, so all that is read is checked: wrong sizes are refused with their place, and nothing is
//! allocated on the word of a header.
//!
//! The promise: same text, same model, same machine, same vector, however texts are batched up to rounding.

mod basic;
mod error;
#[cfg(feature = "sentence-model")]
mod onnx;
#[cfg(test)]
mod parity;
mod safetensors;
#[cfg(feature = "sentence-model")]
mod sentence_model;
mod static_model;
mod word_piece;

use std::path::Path;

pub use error::{EmbedError, ModelError, ModelErrorKind};
#[cfg(feature = "sentence-model")]
pub use sentence_model::SentenceModel;
pub use static_model::StaticModel;
pub use word_piece::WordPiece;

/// Something that makes vectors of texts.
pub trait Embedder: Send + Sync {
    /// How many numbers a vector has.
    fn dimensions(&self) -> usize;

    /// The model's name; vectors of different names can't be compared.
    fn name(&self) -> &str;

    /// The vectors of some texts, one after the other, each of length 1, or 0 for a text without a known word.
    fn embed_batch(&self, texts: &[&str]) -> Result<Vec<f32>, EmbedError>;
}

/// The files of a model.
#[derive(Clone, Copy, Debug)]
pub struct ModelPaths<'a> {
    /// The weights: safetensors for a [`StaticModel`], ONNX for a `SentenceModel`.
    pub weights: &'a Path,
    /// The pieces of words: a `tokenizer.json`, or a `vocab.txt` with one piece a line.
    pub pieces: &'a Path,
}

/// Makes a vector's length 1; leaves one of zeros as it is.
fn normalise(vector: &mut [f32]) {
    // The reference adds 1e-32 to the length, which in 32 bits changes nothing but 0.
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt() + 1e-32;
    vector.iter_mut().for_each(|value| *value /= length);
}
