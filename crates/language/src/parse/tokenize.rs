//! Text -> tokens, exactly as spaCy cuts them.
//!
//! ```text
//! text --white space--> words --exceptions, prefixes, suffixes, addresses, infixes--> pieces
//!      --exceptions that stand in several pieces--> tokens
//! ```
//!
//! Exceptions and patterns are the model's own (its file `tokenizer`); what is done with them follows spaCy's
//! `spacy/tokenizer.pyx`, version 3.8. White space that is more than a single blank becomes a token there, and so here:
//! the network was trained with them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use fancy_regex::Regex;
use rmpv::Value;

use super::ParserError;
use super::affixes::Affixes;
use super::features::is_white;
use super::weights::{ModelFile, field};

/// spaCy's number of the attribute `ORTH`: a piece of an exception as it is written.
const ORTH: u64 = 65;
/// spaCy's number of the attribute `NORM`: what a piece counts as.
const NORM: u64 = 67;

/// A token, or a piece of a word that is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// In bytes of the text, or of the word.
    pub(super) range: Range<usize>,
    /// The piece of an exception that it is, for which [`Tokenizer::norm`] is known.
    pub(super) special: Option<u32>,
}

/// A token with what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) piece: Piece,
    /// Whether a blank follows that is no token itself.
    pub(super) spaced: bool,
}

/// Rules by which words are cut.
pub(super) struct Tokenizer {
    prefixes: Affixes,
    suffixes: Affixes,
    infix: Regex,
    address: Regex,
    /// Words that are cut in a way of their own, as numbers of pieces.
    exceptions: HashMap<String, Range<u32>>,
    /// The pieces of all exceptions.
    specials: Vec<Special>,
    /// Exceptions as the rules would cut them without knowing them, by their first piece: longer ones that marks surround
    /// are found again in what the rules made of a text.
    hidden: HashMap<String, Vec<Vec<String>>>,
}

struct Special {
    bytes: usize,
    norm: Option<String>,
}

impl Tokenizer {
    pub(super) fn read(file: &ModelFile) -> Result<Self, ParserError> {
        let value = file.value()?;
        let pattern =
            |name| field(&value, name).and_then(Value::as_str).ok_or_else(|| file.lacks("a pattern"));
        let affixes = |name| Affixes::new(pattern(name)?).ok_or_else(|| file.lacks("patterns of affixes"));
        let regex =
            |name| Regex::new(pattern(name)?).map_err(|_| file.lacks("patterns of regular expressions"));
        let mut tokenizer = Self {
            prefixes: affixes("prefix_search")?,
            suffixes: affixes("suffix_search")?,
            infix: regex("infix_finditer")?,
            address: regex("url_match")?,
            exceptions: HashMap::new(),
            specials: Vec::new(),
            hidden: HashMap::new(),
        };
        let exceptions = field(&value, "exceptions").and_then(Value::as_map);
        for (word, pieces) in exceptions.ok_or_else(|| file.lacks("exceptions"))? {
            let added =
                word.as_str().zip(pieces.as_array()).and_then(|(word, pieces)| tokenizer.add(word, pieces));
            added.ok_or_else(|| file.lacks("exceptions whose pieces make up the word"))?;
        }
        tokenizer.hide();
        Ok(tokenizer)
    }

    fn add(&mut self, word: &str, pieces: &[Value]) -> Option<()> {
        let first = self.specials.len() as u32;
        let mut written = String::new();
        for piece in pieces {
            let attribute = |number: u64| {
                let (_, value) = piece.as_map()?.iter().find(|(key, _)| key.as_u64() == Some(number))?;
                value.as_str()
            };
            let text = attribute(ORTH)?;
            written.push_str(text);
            self.specials.push(Special { bytes: text.len(), norm: attribute(NORM).map(str::to_owned) });
        }
        self.exceptions.insert(word.to_owned(), first..self.specials.len() as u32);
        (written == word).then_some(())
    }

    /// Finds the exceptions that the rules would cut otherwise.
    fn hide(&mut self) {
        let mut words: Vec<&String> = self.exceptions.keys().collect();
        words.sort();
        let mut hidden: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for word in words {
            let affixed = self.prefixes.prefix(word) + self.suffixes.suffix(word) > 0;
            if affixed || self.infix.is_match(word).unwrap_or(false) || word.contains(' ') {
                let pieces = self.split_by(word, false);
                let pieces: Vec<String> =
                    pieces.iter().map(|piece| word[piece.range.clone()].to_owned()).collect();
                hidden.entry(pieces[0].clone()).or_default().push(pieces);
            }
        }
        self.hidden = hidden;
    }

    /// What a piece of an exception counts as, if not as it is written.
    pub(super) fn norm(&self, special: u32) -> Option<&str> {
        self.specials[special as usize].norm.as_deref()
    }

    /// Whether an exception may begin with a token.
    pub(super) fn may_begin_exception(&self, token: &str) -> bool {
        self.hidden.contains_key(token)
    }

    /// Cuts a word, or a run of white space, into pieces.
    pub(super) fn split(&self, word: &str) -> Vec<Piece> {
        self.split_by(word, true)
    }

    fn split_by(&self, word: &str, exceptions: bool) -> Vec<Piece> {
        let exception = |part: &str| self.exceptions.get(part).filter(|_| exceptions).cloned();
        if let Some(specials) = exception(word) {
            return self.pieces_of(specials, 0);
        }
        let plain = |range: Range<usize>| Piece { range, special: None };
        let (core, mut pieces, suffixes) = self.without_affixes(word, exceptions);
        let text = &word[core.clone()];
        if text.is_empty() {
        } else if let Some(specials) = exception(text) {
            pieces.extend(self.pieces_of(specials, core.start));
        } else if self.address.is_match(text).unwrap_or(false) {
            pieces.push(plain(core));
        } else {
            let inner = self.between_infixes(text);
            pieces.extend(
                inner.into_iter().map(|range| plain(core.start + range.start..core.start + range.end)),
            );
        }
        pieces.extend(suffixes.into_iter().rev());
        pieces
    }

    fn pieces_of(&self, specials: Range<u32>, mut start: usize) -> Vec<Piece> {
        let piece = |special: u32| {
            let range = start..start + self.specials[special as usize].bytes;
            start = range.end;
            Piece { range, special: Some(special) }
        };
        specials.map(piece).collect()
    }

    /// What is left of a word when marks are taken off at both ends; those before it in order, those behind it from the
    /// last to the first.
    fn without_affixes(&self, word: &str, exceptions: bool) -> (Range<usize>, Vec<Piece>, Vec<Piece>) {
        let plain = |range: Range<usize>| Piece { range, special: None };
        let is_exception = |range: Range<usize>| exceptions && self.exceptions.contains_key(&word[range]);
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let Range { mut start, mut end } = 0..word.len();
        let mut last = None;
        while start < end && last != Some(end - start) && !is_exception(start..end) {
            last = Some(end - start);
            let prefix = start + self.prefixes.prefix(&word[start..end]);
            if prefix > start && is_exception(prefix..end) {
                before.push(plain(start..prefix));
                start = prefix;
                break;
            }
            let suffix = end - self.suffixes.suffix(&word[prefix..end]);
            if suffix < end && is_exception(start..suffix) {
                behind.push(plain(suffix..end));
                end = suffix;
                break;
            }
            if prefix > start {
                before.push(plain(start..prefix));
                start = prefix;
            }
            if suffix < end {
                behind.push(plain(suffix..end));
                end = suffix;
            }
        }
        (start..end, before, behind)
    }

    /// A part of a word, cut at hyphens and the like.
    fn between_infixes(&self, text: &str) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        // A match at the very start is skipped, as spaCy does.
        for infix in self.infix.find_iter(text).map_while(Result::ok).filter(|infix| infix.start() > 0) {
            pieces
                .extend([start..infix.start(), infix.range()].into_iter().filter(|range| !range.is_empty()));
            start = infix.end();
        }
        pieces.extend((start < text.len()).then_some(start..text.len()));
        pieces
    }

    /// Joins or cuts tokens that make up an exception. `starts` are the tokens at which one may begin, in order.
    pub(super) fn restore_exceptions(&self, text: &str, tokens: Vec<Cut>, starts: &[usize]) -> Vec<Cut> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for &start in starts {
            let patterns = self.hidden.get(&text[tokens[start].piece.range.clone()]);
            let fits = |pattern: &&Vec<String>| {
                let tokens = tokens[start..].iter().map(|token| &text[token.piece.range.clone()]);
                tokens.take(pattern.len()).eq(pattern.iter().map(String::as_str))
            };
            let fitting = patterns.into_iter().flatten().filter(fits);
            found.extend(fitting.map(|pattern| start..start + pattern.len()));
        }
        if found.is_empty() {
            return tokens;
        }
        // The longest first, then the first.
        found.sort_by_key(|range| (std::cmp::Reverse(range.len()), range.start));
        let mut seen = BTreeSet::new();
        found.retain(|range| {
            let free = !seen.contains(&range.start) && !seen.contains(&(range.end - 1));
            seen.extend(range.clone());
            free
        });
        found.sort_by_key(|range| range.start);
        self.put_exceptions(text, tokens, &found)
    }

    fn put_exceptions(&self, text: &str, tokens: Vec<Cut>, found: &[Range<usize>]) -> Vec<Cut> {
        let mut restored = Vec::with_capacity(tokens.len());
        let mut next = 0;
        for range in found {
            let bytes = tokens[range.start].piece.range.start..tokens[range.end - 1].piece.range.end;
            let Some(specials) = self.exceptions.get(&text[bytes.clone()]) else { continue };
            restored.extend_from_slice(&tokens[next..range.start]);
            let pieces = self.pieces_of(specials.clone(), bytes.start);
            restored.extend(pieces.into_iter().map(|piece| Cut { piece, spaced: false }));
            if let Some(last) = restored.last_mut() {
                last.spaced = tokens[range.end - 1].spaced;
            }
            next = range.end;
        }
        restored.extend_from_slice(&tokens[next..]);
        restored
    }
}

/// A run of letters without white space, or of white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// In bytes of the text.
    pub(super) range: Range<usize>,
    /// Whether a blank follows that belongs to no run.
    pub(super) spaced: bool,
}

/// The runs of a text. The first blank behind a word belongs to none.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut in_white = text.starts_with(is_white);
    for (at, letter) in text.char_indices() {
        if is_white(letter) != in_white {
            let spaced = letter == ' ';
            if start < at {
                runs.push(Run { range: start..at, spaced });
            }
            start = if spaced { at + 1 } else { at };
            in_white = !in_white;
        }
    }
    if start < text.len() {
        runs.push(Run { range: start..text.len(), spaced: false });
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_words_and_white_space_that_is_more_than_a_blank() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, bool)]) {
            let runs = runs(text);
            let found: Vec<_> = runs.iter().map(|run| (&text[run.range.clone()], run.spaced)).collect();
            assert_eq!(found, expected, "for {text:?}");
        }
        check("", &[]);
        check("one two", &[("one", true), ("two", false)]);
        check("one  two ", &[("one", true), (" ", false), ("two", true)]);
        check(" one\ntwo", &[(" ", false), ("one", false), ("\n", false), ("two", false)]);
        check("one \n two  ", &[("one", true), ("\n ", false), ("two", true), (" ", false)]);
        check("\u{a0}é", &[("\u{a0}", false), ("é", false)]);
    }
}
