//! What recognition gives: segments, their words and their doubts.

use record::suspect::Suspect;
use record::time::MediaTime;
use serde::{Deserialize, Serialize};

/// What the model wrote between two timestamps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Where it begins, since the start of the recording.
    pub start: MediaTime,
    /// Where it ends; never before `start`, and equal to it only where the sound had ended already.
    pub end: MediaTime,
    /// The words, with the leading space that the model writes in most languages.
    pub text: String,
    /// The tokens behind the text, timestamps included.
    pub tokens: Vec<u32>,
    /// The code of the language that was decoded.
    pub language: String,
    /// The temperature at which its window was decoded.
    pub temperature: f32,
    /// Mean natural logarithm of the probability of its window's tokens.
    pub average_log_probability: f32,
    /// The model's own probability that nobody speaks in its window.
    pub no_speech_probability: f32,
    /// How many times smaller its window's text becomes when compressed.
    pub compression_ratio: f32,
    /// Its words with their times; empty when they were not asked for.
    pub words: Vec<Word>,
    /// Why it is probably not what was said; empty for most.
    pub suspects: Vec<Suspect>,
}

/// One word of a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word with its punctuation and leading space.
    pub text: String,
    /// Where it begins.
    pub start: MediaTime,
    /// Where it ends; always later than `start`.
    pub end: MediaTime,
    /// Mean probability of its tokens.
    pub probability: f32,
}
