//! Words -> numbers of the pieces that a model knows.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::basic;
use super::error::{ModelError, ModelErrorKind, read};

/// The most bytes of a vocabulary that is read; BERT's has 231,508, its `tokenizer.json` 466,247.
const LIMIT_BYTES: u64 = 16 << 20;

/// The longest piece, in bytes, that is looked up: no known vocabulary has one of more than 60.
const LONGEST_PIECE_BYTES: usize = 200;

/// What continues a word begins with this in a vocabulary.
const CONTINUES: &str = "##";

/// The pieces of BERT's uncased tokeniser.
///
/// A word is cut into the longest piece that begins it, then the longest that goes on, and so on; a word that can't be
/// cut to its end is unknown as a whole, and so is one of more than 100 characters.
#[derive(Debug)]
pub struct WordPiece {
    beginnings: HashMap<Box<str>, u32>,
    continuations: HashMap<Box<str>, u32>,
    longest_bytes: usize,
    specials: Specials,
}

/// Numbers of the pieces that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Specials {
    pub(super) unknown: u32,
    pub(super) classify: u32,
    pub(super) separate: u32,
    pub(super) pad: u32,
}

#[derive(Deserialize)]
struct Tokenizer {
    model: TokenizerModel,
    normalizer: Option<Normalizer>,
}

#[derive(Deserialize)]
struct TokenizerModel {
    #[serde(rename = "type")]
    kind: Option<String>,
    vocab: HashMap<String, u32>,
}

#[derive(Deserialize)]
struct Normalizer {
    lowercase: Option<bool>,
}

impl WordPiece {
    /// Reads a `tokenizer.json` or, if it is no JSON, a `vocab.txt`.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        Self::parse(&read(path, LIMIT_BYTES)?).map_err(|kind| kind.at(path))
    }

    /// The same from the file's bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelErrorKind> {
        match bytes.trim_ascii_start().starts_with(b"{") {
            true => Self::parse_json(bytes),
            false => Self::parse_lines(bytes),
        }
    }

    fn parse_json(bytes: &[u8]) -> Result<Self, ModelErrorKind> {
        let tokenizer: Tokenizer = serde_json::from_slice(bytes)
            .map_err(|error| ModelErrorKind::Pieces(format!("JSON with a fault: {error}")))?;
        if let Some(other) = tokenizer.model.kind.filter(|kind| kind != "WordPiece") {
            return Err(ModelErrorKind::Pieces(format!(
                "a tokeniser of the kind `{}`",
                other.escape_debug()
            )));
        }
        if tokenizer.normalizer.and_then(|normalizer| normalizer.lowercase) == Some(false) {
            return Err(ModelErrorKind::Pieces("one that tells upper and lower case".to_owned()));
        }
        Self::new(tokenizer.model.vocab)
    }

    fn parse_lines(bytes: &[u8]) -> Result<Self, ModelErrorKind> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| ModelErrorKind::Pieces(format!("bytes that are not UTF-8: {error}")))?;
        // Of equal lines the last counts, as in the reference.
        Self::new(text.lines().map(str::to_owned).zip(0..).collect())
    }

    fn new(numbers: HashMap<String, u32>) -> Result<Self, ModelErrorKind> {
        let special = |name: &str| {
            let missing = || ModelErrorKind::Pieces(format!("{} pieces without `{name}`", numbers.len()));
            numbers.get(name).copied().ok_or_else(missing)
        };
        let specials = Specials {
            unknown: special("[UNK]")?,
            classify: special("[CLS]")?,
            separate: special("[SEP]")?,
            pad: special("[PAD]")?,
        };
        let (mut beginnings, mut continuations) = (HashMap::new(), HashMap::new());
        let mut longest_bytes = 0;
        for (piece, number) in numbers {
            let (map, text) = match piece.strip_prefix(CONTINUES) {
                Some(rest) if !rest.is_empty() => (&mut continuations, rest),
                _ => (&mut beginnings, piece.as_str()),
            };
            if text.len() <= LONGEST_PIECE_BYTES {
                longest_bytes = longest_bytes.max(text.len());
                map.insert(text.into(), number);
            }
        }
        Ok(Self { beginnings, continuations, longest_bytes, specials })
    }

    /// Appends the numbers of a text's pieces, at most `limit` of them, to `numbers`.
    pub fn encode(&self, text: &str, limit: usize, numbers: &mut Vec<u32>) {
        let end = numbers.len().saturating_add(limit);
        if limit == 0 {
            return;
        }
        basic::words(text, |word| {
            self.encode_word(word, numbers);
            numbers.truncate(end);
            numbers.len() < end
        });
    }

    fn encode_word(&self, word: &str, numbers: &mut Vec<u32>) {
        if let Some(number) = self.beginnings.get(word) {
            return numbers.push(*number); // Most words are whole.
        }
        let before = numbers.len();
        let mut rest = word;
        while !rest.is_empty() {
            let map = if rest.len() == word.len() { &self.beginnings } else { &self.continuations };
            match self.longest(rest, map) {
                Some((number, size_bytes)) => {
                    numbers.push(number);
                    rest = &rest[size_bytes..];
                }
                None => break,
            }
        }
        if !rest.is_empty() || word.chars().count() > basic::LONGEST_WORD_CHARACTERS {
            numbers.truncate(before);
            numbers.push(self.specials.unknown);
        }
    }

    /// The longest piece that begins a text, and how many bytes it takes.
    fn longest(&self, text: &str, map: &HashMap<Box<str>, u32>) -> Option<(u32, usize)> {
        let mut ends =
            (1..=text.len().min(self.longest_bytes)).rev().filter(|end| text.is_char_boundary(*end));
        ends.find_map(|end| Some((*map.get(&text[..end])?, end)))
    }

    pub(super) fn specials(&self) -> Specials {
        self.specials
    }

    /// The piece with the highest number.
    pub(super) fn last(&self) -> (String, u32) {
        let beginnings = self.beginnings.iter().map(|(piece, number)| (piece.to_string(), *number));
        let continuations =
            self.continuations.iter().map(|(piece, number)| (format!("{CONTINUES}{piece}"), *number));
        beginnings.chain(continuations).max_by_key(|(_, number)| *number).unwrap_or_default()
    }

    /// The median length of all pieces, in characters.
    pub(super) fn median_characters(&self) -> usize {
        let beginnings = self.beginnings.keys().map(|piece| piece.chars().count());
        let continuations = self.continuations.keys().map(|piece| piece.chars().count() + CONTINUES.len());
        let mut lengths: Vec<usize> = beginnings.chain(continuations).collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or(1).max(1)
    }
}

#[cfg(test)]
pub(super) const TOY: &str =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nharbour\nis\nshut\n.\nshut\n##s\n##ter\nfer\n##ry\n港\n##\n";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str, limit: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        WordPiece::parse(TOY.as_bytes()).unwrap().encode(text, limit, &mut numbers);
        numbers
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        #[track_caller]
        fn check(text: &str, expected: &[u32]) {
            assert_eq!(encoded(text, 100), expected, "for {text:?}");
        }
        check("The harbour is SHUT.", &[4, 5, 6, 9, 8]); // Of equal lines the last.
        check("shutters", &[9, 11, 10]);
        check("ferry, ferries", &[12, 13, 1, 1]);
        check("港港", &[14, 14]);
        check("##", &[1, 1]);
        check(&"shut".repeat(26), &[1]);
        check("", &[]);
    }

    #[test]
    fn no_more_numbers_come_than_were_asked_for() {
        assert_eq!(encoded("shutters shutters", 4), [9, 11, 10, 9]);
        assert_eq!(encoded("shutters", 2), [9, 11]);
        assert_eq!(encoded("shutters", 0), [0; 0]);
    }

    #[test]
    fn json_and_lines_hold_the_same() {
        let json = r###"{"normalizer":{"type":"BertNormalizer","lowercase":true},"model":{"type":"WordPiece","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"fer":4,"##ry":5}}}"###;
        let mut numbers = Vec::new();
        let pieces = WordPiece::parse(json.as_bytes()).unwrap();
        pieces.encode("Ferry", 10, &mut numbers);
        assert_eq!(numbers, [4, 5]);
        assert_eq!(pieces.last(), ("##ry".to_owned(), 5));
        assert_eq!(pieces.specials(), Specials { unknown: 1, classify: 2, separate: 3, pad: 0 });
    }

    #[test]
    fn other_files_are_refused() {
        fn error(bytes: &[u8]) -> String {
            WordPiece::parse(bytes).unwrap_err().to_string()
        }
        insta::assert_snapshot!(error(b"a\nb\n"), @"expected pieces of words for BERT's uncased tokeniser, found 2 pieces without `[UNK]`");
        insta::assert_snapshot!(error(b"\xff"), @"expected pieces of words for BERT's uncased tokeniser, found bytes that are not UTF-8: invalid utf-8 sequence of 1 bytes from index 0");
        insta::assert_snapshot!(error(b"{}"), @"expected pieces of words for BERT's uncased tokeniser, found JSON with a fault: missing field `model` at line 1 column 2");
        insta::assert_snapshot!(error(br#"{"model":{"type":"BPE","vocab":{}}}"#), @"expected pieces of words for BERT's uncased tokeniser, found a tokeniser of the kind `BPE`");
        insta::assert_snapshot!(error(br#"{"normalizer":{"lowercase":false},"model":{"vocab":{}}}"#), @"expected pieces of words for BERT's uncased tokeniser, found one that tells upper and lower case");
    }

    proptest! {
        #[test]
        fn any_text_is_encoded_within_its_limit(text in "[shuter\\PC港 ]{0,200}", limit in 0_usize..50) {
            let numbers = encoded(&text, limit);
            prop_assert!(numbers.len() <= limit);
            prop_assert!(numbers.iter().all(|number| *number < 16));
        }

        #[test]
        fn any_bytes_are_pieces_or_refused(bytes: Vec<u8>, mut tail in ".{0,50}") {
            let _ = WordPiece::parse(&bytes);
            tail.insert_str(0, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
            let mut numbers = Vec::new();
            WordPiece::parse(tail.as_bytes()).unwrap().encode(&tail, 100, &mut numbers);
        }
    }
}
