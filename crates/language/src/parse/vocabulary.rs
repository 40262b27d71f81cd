//! Words that were met, with all that depends on nothing but themselves.
//!
//! ```text
//! word --cut once--> pieces --looked up once--> rows of the networks
//! ```
//!
//! A text repeats its words, and texts each other's: cutting them and the first layer of both networks cost nothing but
//! the first time. Bounded: beyond [`MOST_WORDS`] everything is forgotten, between two pieces of a text.

use std::collections::HashMap;
use std::ops::Range;

use super::features::{Features, Norms};
use super::network::Encoder;
use super::tokenize::{Cut, Piece, Tokenizer, runs};

/// Distinct tokens that are kept: 20 MB of rows. Texts of news have some 10,000 words that come up again and again.
const MOST_WORDS: usize = 16_384;

/// What words are made of and made into; the same for all texts.
pub(super) struct Source {
    pub(super) tokenizer: Tokenizer,
    pub(super) norms: Norms,
    /// Of the network for tags and trees: it also sees whether a blank follows, and whether a word is white space.
    pub(super) shared: Encoder,
    /// Of the network for names.
    pub(super) names: Encoder,
}

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Met {
    /// In bytes of the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether it is white space.
    pub(super) white: bool,
    spaced: bool,
    word: u32,
}

/// Words that were met.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// Runs of letters as they were cut.
    runs: HashMap<Box<str>, Box<[Known]>>,
    /// Tokens by their text.
    words: HashMap<Box<str>, u32>,
    /// Tokens by the piece of an exception that they are.
    specials: HashMap<u32, u32>,
    features: Vec<Features>,
    /// For each word its row without a blank behind it, and its row with one.
    shared: Vec<f32>,
    names: Vec<f32>,
}

/// A piece of a run.
#[derive(Clone, Debug)]
struct Known {
    piece: Piece,
    word: u32,
    may_begin_exception: bool,
}

impl Vocabulary {
    /// The tokens of a text; their rows are known afterwards.
    pub(super) fn tokens(&mut self, source: &Source, text: &str) -> Vec<Met> {
        if self.features.len() > MOST_WORDS {
            *self = Self::default();
        }
        let (mut cuts, mut words, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        for run in runs(text) {
            let start = run.range.start;
            let pieces = self.pieces(source, &text[run.range]);
            for known in pieces {
                starts.extend(known.may_begin_exception.then_some(cuts.len()));
                let Range { start: first, end } = known.piece.range;
                let piece = Piece { range: start + first..start + end, special: known.piece.special };
                cuts.push(Cut { piece, spaced: false });
                words.push(known.word);
            }
            if let Some(last) = cuts.last_mut() {
                last.spaced = run.spaced;
            }
        }
        if !starts.is_empty() {
            cuts = source.tokenizer.restore_exceptions(text, cuts, &starts);
            words = cuts
                .iter()
                .map(|cut| self.word(source, &text[cut.piece.range.clone()], cut.piece.special))
                .collect();
        }
        self.compute(source);
        cuts.iter().zip(words).map(|(cut, word)| self.met(cut, word)).collect()
    }

    fn met(&self, cut: &Cut, word: u32) -> Met {
        let Range { start, end } = cut.piece.range;
        let white = self.features[word as usize].white;
        Met { start: start as u32, end: end as u32, white, spaced: cut.spaced, word }
    }

    fn pieces(&mut self, source: &Source, run: &str) -> &[Known] {
        if !self.runs.contains_key(run) {
            let known = source.tokenizer.split(run).into_iter().map(|piece| {
                let text = &run[piece.range.clone()];
                let word = self.word(source, text, piece.special);
                Known { word, may_begin_exception: source.tokenizer.may_begin_exception(text), piece }
            });
            let known: Box<[Known]> = known.collect();
            self.runs.insert(run.into(), known);
        }
        &self.runs[run]
    }

    /// The number of a word, which may be new.
    fn word(&mut self, source: &Source, text: &str, special: Option<u32>) -> u32 {
        let norm = special.and_then(|special| source.tokenizer.norm(special));
        let next = self.features.len() as u32;
        let word = match (special, norm) {
            (Some(special), Some(_)) => *self.specials.entry(special).or_insert(next),
            _ => match self.words.get(text) {
                Some(word) => *word,
                None => *self.words.entry(text.into()).or_insert(next),
            },
        };
        if word == next {
            self.features.push(source.norms.features(text, norm));
        }
        word
    }

    /// Computes the rows of words that have none yet.
    fn compute(&mut self, source: &Source) {
        let known = self.names.len() / source.names.width();
        let new = &self.features[known..];
        let own = |it: &Features| [it.norm, it.prefix, it.suffix, it.shape];
        let names: Vec<[u64; 4]> = new.iter().map(own).collect();
        source.names.embed(&names, &mut self.names);
        let both = |it: &Features| {
            let white = u64::from(it.white);
            [0, 1].map(|spaced| [it.norm, it.prefix, it.suffix, it.shape, spaced, white])
        };
        let shared: Vec<[u64; 6]> = new.iter().flat_map(both).collect();
        source.shared.embed(&shared, &mut self.shared);
    }

    /// A token's row for tags and trees.
    pub(super) fn shared(&self, source: &Source, token: &Met) -> &[f32] {
        let width = source.shared.width();
        &self.shared[(2 * token.word as usize + usize::from(token.spaced)) * width..][..width]
    }

    /// A token's row for names.
    pub(super) fn names(&self, source: &Source, token: &Met) -> &[f32] {
        let width = source.names.width();
        &self.names[token.word as usize * width..][..width]
    }
}
