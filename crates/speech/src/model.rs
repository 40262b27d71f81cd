//! What every recogniser behind the search offers: windows in, logits out.
//!
//! The rules of decoding know only this trait. The network on the processor implements it
//! ([`crate::network::Network`]), so does whisper.cpp where it is built in, and tests do with a model that says
//! what they want to see.

use crate::features::LogMel;
use crate::vocabulary::Vocabulary;

/// The name of the network on the processor among back ends.
pub const OWN_BACK_END: &str = "onrecord";

/// A speech recogniser of Whisper's kind.
pub trait Model: Sync {
    /// A window of sound as the decoder looks at it.
    type Audio: Send + Sync;
    /// What a hypothesis has been through; cheap to clone, since a beam search does so at every token.
    type History: Clone + Default + Send + Sync;

    /// What computes, as sidecars name it: two back ends may differ in a word.
    fn back_end(&self) -> String {
        OWN_BACK_END.into()
    }

    /// The tokens it speaks in.
    fn vocabulary(&self) -> &Vocabulary;

    /// Bands of the spectrogram it hears: 80 or 128.
    fn mel_channels(&self) -> usize;

    /// Tokens that fit into one decoding, prompt included: 448.
    fn text_positions(&self) -> usize;

    /// Encodes windows of up to 30 s each.
    ///
    /// # Errors
    ///
    /// If the device behind the model fails.
    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<Self::Audio>, ModelError>;

    /// Feeds each row its tokens and returns the logits that follow the last of each.
    ///
    /// What a row gets does not depend on the other rows.
    ///
    /// # Errors
    ///
    /// If the device behind the model fails.
    fn decode(&self, rows: &mut [Row<'_, Self>]) -> Result<Logits, ModelError>;

    /// Whether [`Model::align`] works; without it words get no times.
    fn aligns(&self) -> bool {
        true
    }

    /// Finds where in the window each of `tokens`, one or more, was heard, and how likely each was among the first `among` of the
    /// vocabulary, which has as many or more.
    ///
    /// # Errors
    ///
    /// If the device behind the model fails, or can't tell ([`Model::aligns`]).
    fn align(&self, audio: &Self::Audio, tokens: &[u32], among: u32) -> Result<Alignment, ModelError>;
}

/// One hypothesis that is to be continued.
pub struct Row<'a, M: Model + ?Sized> {
    /// The window it is about.
    pub audio: &'a M::Audio,
    /// The tokens it has been fed before; grows by `tokens`.
    pub history: &'a mut M::History,
    /// The tokens to feed now; at least one.
    pub tokens: &'a [u32],
}

/// Scores of every token of the vocabulary, a row a hypothesis.
pub struct Logits {
    /// `rows * vocabulary_size` values.
    pub values: Vec<f32>,
    /// Values of a row.
    pub vocabulary_size: usize,
}

impl Logits {
    /// The scores of one hypothesis.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.vocabulary_size..][..self.vocabulary_size]
    }
}

/// How tokens and sound belong together.
pub struct Alignment {
    /// Scores before the softmax of the attention heads known to follow the sound:
    /// `[heads][tokens][positions]`, a position being 20 ms.
    pub scores: Vec<Vec<Vec<f32>>>,
    /// The probability, from 0 to 1, of each token after those before it, among the first of the vocabulary; 0 of the first token
    /// and of any that is not among those.
    pub probabilities: Vec<f32>,
}

/// The device behind a model failed.
#[derive(Debug, thiserror::Error)]
#[error("the recogniser failed: {0}")]
pub struct ModelError(pub String);
