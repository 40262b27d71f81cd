//! Our tokens against those of public tokenisers: faster-whisper's with the vocabularies of `base` and `tiny.en`, and
//! `tiktoken` with the small vocabulary of [`super::testing`].
//!
//! `peer_values.py` made `peer_values.json`. What needs a real vocabulary is skipped where the model is not there.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::testing::mini;
use super::{Token, Vocabulary};
use crate::weights::Weights;

#[derive(Deserialize)]
struct Values {
    /// Language and text.
    texts: Vec<(String, String)>,
    /// The tokens of each text in the small vocabulary.
    mini: Vec<Vec<Token>>,
    base: ModelValues,
    #[serde(rename = "tiny.en")]
    tiny_en: ModelValues,
}

#[derive(Deserialize)]
struct ModelValues {
    special: [Token; 9],
    languages: BTreeMap<String, Token>,
    non_speech: Vec<Token>,
    encoded: Vec<Vec<Token>>,
    /// The words of each text and end of text: text, and number of tokens.
    words: Vec<Vec<(String, usize)>>,
}

fn values() -> Values {
    serde_json::from_str(include_str!("peer_values.json")).unwrap()
}

/// The vocabulary of a real model in the folder that `ONRECORD_TEST_MODELS` names.
fn real_vocabulary(name: &str) -> Option<Vocabulary> {
    let Some(models) = std::env::var_os("ONRECORD_TEST_MODELS") else {
        eprintln!("skipped: `ONRECORD_TEST_MODELS` names no folder with the model `{name}`");
        return None;
    };
    Some(Weights::open(&Path::new(&models).join(name)).unwrap_or_else(|error| panic!("{error}")).vocabulary)
}

#[track_caller]
fn check_model(vocabulary: &Vocabulary, peer: &ModelValues) {
    let texts = values().texts;
    let special = [
        vocabulary.end_of_text(),
        vocabulary.start_of_transcript(),
        vocabulary.translate(),
        vocabulary.transcribe(),
        vocabulary.start_of_lm(),
        vocabulary.start_of_previous(),
        vocabulary.no_speech(),
        vocabulary.no_timestamps(),
        vocabulary.timestamp_begin(),
    ];
    assert_eq!(special, peer.special);
    for (code, token) in &peer.languages {
        assert_eq!(vocabulary.language_token(code), Some(*token), "for `{code}`");
    }
    assert_eq!(vocabulary.non_speech_tokens(), peer.non_speech);
    for (index, (language, text)) in texts.iter().enumerate() {
        let tokens = &peer.encoded[index];
        assert_eq!(&vocabulary.encode(text), tokens, "for {text:?}");
        assert_eq!(&vocabulary.decode(tokens), text);
        let language = if vocabulary.is_multilingual() { language } else { "en" };
        let tokens: Vec<Token> = tokens.iter().copied().chain([vocabulary.end_of_text()]).collect();
        let words = vocabulary.split_words(&tokens, language);
        let words: Vec<(String, usize)> =
            words.into_iter().map(|(word, tokens)| (word, tokens.len())).collect();
        assert_eq!(words, peer.words[index], "for {text:?} in `{language}`");
    }
}

#[test]
fn tokens_of_the_multilingual_vocabulary_are_those_of_faster_whisper() {
    let Some(vocabulary) = real_vocabulary("base") else { return };
    assert!(vocabulary.is_multilingual());
    check_model(&vocabulary, &values().base);
}

#[test]
fn tokens_of_the_english_vocabulary_are_those_of_faster_whisper() {
    let Some(vocabulary) = real_vocabulary("tiny.en") else { return };
    assert!(!vocabulary.is_multilingual());
    check_model(&vocabulary, &values().tiny_en);
}

#[test]
fn tokens_of_a_small_vocabulary_are_those_of_tiktoken() {
    let values = values();
    let vocabulary = mini();
    assert_eq!(values.texts.len(), values.mini.len());
    for ((_, text), tokens) in values.texts.iter().zip(&values.mini) {
        assert_eq!(&vocabulary.encode(text), tokens, "for {text:?}");
    }
}
