//! How a recording is to be transcribed.

use serde::{Deserialize, Serialize};

/// What is written down: the words, or their meaning in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// The words in the language that is spoken.
    Transcribe,
    /// An English translation. Multilingual models only, and not the turbo ones.
    Translate,
}

/// Which language is spoken. Serialised as on the command line: `auto`, `each`, or a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Language {
    /// Found out from the first window that holds speech.
    Detect,
    /// Found out again for every window, for recordings in several languages.
    DetectEach,
    /// Known: a code such as `en`.
    Known(String),
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        match language {
            Language::Detect => "auto".into(),
            Language::DetectEach => "each".into(),
            Language::Known(code) => code,
        }
    }
}

impl From<String> for Language {
    fn from(text: String) -> Language {
        match text.as_str() {
            "auto" => Language::Detect,
            "each" => Language::DetectEach,
            _ => Language::Known(text),
        }
    }
}

/// All that decides which words come out; serialised under the names of the command line's options.
///
/// Two runs with equal settings, model and samples give equal transcripts; `threads` is no part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Transcribe or translate.
    pub task: Task,
    /// The language that is spoken.
    pub language: Language,
    /// Hypotheses that a search keeps; 1 is greedy.
    pub beam_size: usize,
    /// Finished hypotheses, as a multiple of `beam_size`, that end a search.
    pub patience: f32,
    /// Exponent of a hypothesis' length by which its score is divided.
    pub length_penalty: f32,
    /// Samples drawn where a temperature is above 0; the best is kept.
    pub best_of: usize,
    /// Temperatures to try in turn until a window's words are trusted; 0 searches, others draw.
    #[serde(rename = "temperature")]
    pub temperatures: Vec<f32>,
    /// Words that compress better than this are a loop: the next temperature is tried.
    #[serde(rename = "compression_ratio_threshold")]
    pub compression_ratio_limit: Option<f32>,
    /// Words whose mean log probability is below this are not trusted: the next temperature is tried.
    #[serde(rename = "logprob_threshold")]
    pub log_probability_limit: Option<f32>,
    /// A window is silent if the model's own probability of "no speech" is above this and its words are
    /// not trusted.
    #[serde(rename = "no_speech_threshold")]
    pub no_speech_limit: Option<f32>,
    /// Whether a window is told what was said before it.
    #[serde(rename = "condition_on_previous_text")]
    pub condition_on_previous: bool,
    /// Said "before" the recording: spelling and style to follow.
    pub initial_prompt: Option<String>,
    /// Names and words to expect, told to every window.
    pub vocabulary: Option<String>,
    /// Whether brackets, notes and other marks that are not speech are kept out.
    pub suppress_marks: bool,
    /// Whether each word gets its time and probability. Never changes words or segments.
    #[serde(rename = "word_timestamps")]
    pub word_times: bool,
    /// Windows that are decoded together. Each works through a part of the recording of its own.
    #[serde(rename = "batch_size")]
    pub batch: usize,
    /// Seeds the draws of temperatures above 0.
    pub seed: u64,
}

impl Default for Settings {
    /// What openai-whisper and faster-whisper use, with a beam of 5.
    fn default() -> Settings {
        Settings {
            task: Task::Transcribe,
            language: Language::Detect,
            beam_size: 5,
            patience: 1.0,
            length_penalty: 1.0,
            best_of: 5,
            temperatures: vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            compression_ratio_limit: Some(2.4),
            log_probability_limit: Some(-1.0),
            no_speech_limit: Some(0.6),
            condition_on_previous: true,
            initial_prompt: None,
            vocabulary: None,
            suppress_marks: true,
            word_times: true,
            batch: 8,
            seed: 0,
        }
    }
}
