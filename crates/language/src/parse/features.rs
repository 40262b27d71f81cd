//! What the network sees of a word: its norm, its first letter, its last three, its shape.
//!
//! ```text
//! "Kingdom" -> norm "kingdom", prefix "K", suffix "dom", shape "Xxxxx" -> four numbers
//! ```
//!
//! Follows spaCy's lexical attributes (`spacy/lang/lex_attrs.py` and `spacy/vocab.pyx`, version 3.8).

use std::collections::HashMap;

use rmpv::Value;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::ParserError;
use super::symbols::{self, number};
use super::weights::{ModelFile, field};

/// What the network sees of a word, as numbers of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Features {
    pub(super) norm: u64,
    pub(super) prefix: u64,
    pub(super) suffix: u64,
    pub(super) shape: u64,
    /// Whether it is white space only.
    pub(super) white: bool,
}

/// Spellings that count as others: "favourite" as "favorite", "ca" of "can't" as "can".
pub(super) struct Norms {
    /// By the number of the text.
    table: HashMap<u64, String>,
}

impl Norms {
    pub(super) fn read(file: &ModelFile) -> Result<Self, ParserError> {
        let value = file.value()?;
        let table = field(&value, "lexeme_norm").and_then(Value::as_map);
        let table = table.ok_or_else(|| file.lacks("a table of norms"))?;
        let pairs = table.iter().map(|(key, norm)| Some((key.as_u64()?, norm.as_str()?.to_owned())));
        let table = pairs.collect::<Option<_>>().ok_or_else(|| file.lacks("norms of numbered words"))?;
        Ok(Self { table })
    }

    /// Of a word, with the norm that an exception of the tokeniser gives it.
    pub(super) fn features(&self, text: &str, norm: Option<&str>) -> Features {
        let norm = norm.map_or_else(|| self.norm(text), number);
        let first = text.chars().next().map_or(0, char::len_utf8);
        let last = text.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
        Features {
            norm,
            prefix: number(&text[..first]),
            suffix: number(&text[last..]),
            shape: number(&shape(text)),
            white: text.chars().all(is_white),
        }
    }

    fn norm(&self, text: &str) -> u64 {
        if let Some(norm) = self.table.get(&number(text)) {
            return number(norm);
        }
        symbols::norm(text).map_or_else(|| number(&text.to_lowercase()), number)
    }
}

/// White space as Python's `str.isspace` has it.
pub(super) fn is_white(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\x1c'..='\x1f')
}

/// Capitals as `X`, other letters as `x`, digits as `d`, the rest as itself, runs cut after four.
fn shape(text: &str) -> String {
    // The limit of spaCy's `word_shape`.
    if text.chars().nth(99).is_some() {
        return "LONG".to_owned();
    }
    let mut shape = String::with_capacity(text.len());
    let mut run = (None, 0);
    for letter in text.chars().map(shape_of) {
        run = if run.0 == Some(letter) { (run.0, run.1 + 1) } else { (Some(letter), 0) };
        if run.1 < 4 {
            shape.push(letter);
        }
    }
    shape
}

fn shape_of(letter: char) -> char {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    match letter.general_category() {
        UppercaseLetter => 'X',
        LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter => 'x',
        GeneralCategory::DecimalNumber => 'd',
        _ if is_other_digit(letter) => 'd',
        _ => letter,
    }
}

/// Digits beside the decimal ones: superscripts, circled and others whose numeric type is `Digit` in Unicode 14.
#[rustfmt::skip]
fn is_other_digit(letter: char) -> bool {
    matches!(u32::from(letter), 0xb2..=0xb3 | 0xb9 | 0x1369..=0x1371 | 0x19da | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089
        | 0x2460..=0x2468 | 0x2474..=0x247c | 0x2488..=0x2490 | 0x24ea | 0x24f5..=0x24fd | 0x24ff | 0x2776..=0x277e
        | 0x2780..=0x2788 | 0x278a..=0x2792 | 0x10a40..=0x10a43 | 0x10e60..=0x10e68 | 0x11052..=0x1105a
        | 0x1f100..=0x1f10a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_those_of_spacy() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(shape(text), expected, "for {text:?}");
        }
        check("Kingdom", "Xxxxx");
        check("U.S.", "X.X.");
        check("1,200", "d,ddd");
        check("aaaaaaAAAAAA11111", "xxxxXXXXdddd");
        check("x²", "xd");
        check("東京ab", "xxxx");
        check("ǅ", "x"); // A letter between capital and small.
        check("½", "½");
        check("'s", "'x");
        check(&"a".repeat(100), "LONG");
    }
}
