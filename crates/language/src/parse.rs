//! Sentences, parts of speech, who does what to whom, and names: what a parser reads from a text.
//!
//! ```text
//! text --tokens--> tokens --network--> tags, heads and relations, entities --> Parsed
//! ```
//!
//! Positions are bytes of the text that was parsed, so that everything found can be pointed at.

mod labels;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use labels::{EntityKind, Relation, Tag};

/// A text, parsed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    /// Words and marks in order, white space left out.
    pub tokens: Vec<Token>,
    /// Half-open ranges of [`Parsed::tokens`]: together all of them, in order, never empty.
    pub sentences: Vec<Range<u32>>,
    /// Names and quantities in order, disjoint.
    pub entities: Vec<Entity>,
}

/// A word or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Where it begins, in bytes of the text.
    pub start: u32,
    /// Where it ends, in bytes of the text.
    pub end: u32,
    /// The token that it belongs to; itself at the root of a sentence. An index of [`Parsed::tokens`].
    pub head: u32,
    /// What it is to its head.
    pub relation: Relation,
    /// Its part of speech.
    pub tag: Tag,
}

impl Token {
    /// Where it stands, in bytes of the text.
    pub fn bytes(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The token as it is written in the text that was parsed.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.bytes()]
    }
}

/// A name, or a quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// A half-open range of [`Parsed::tokens`], never empty.
    pub tokens: Range<u32>,
    /// What it names.
    pub kind: EntityKind,
}

impl Parsed {
    /// Where some tokens stand, in bytes of the text; empty for no tokens.
    pub fn bytes(&self, tokens: &Range<u32>) -> Range<usize> {
        let tokens = &self.tokens[tokens.start as usize..tokens.end as usize];
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.start as usize..last.end as usize,
            _ => 0..0,
        }
    }

    /// Puts what was parsed of a stretch that begins at `byte` of the whole text behind what is there.
    pub fn append(&mut self, stretch: Self, byte: usize) {
        let byte = u32::try_from(byte).expect("texts are bounded at 64 MiB");
        let first = u32::try_from(self.tokens.len()).expect("a token takes a byte");
        self.tokens.extend(stretch.tokens.into_iter().map(|token| Token {
            start: token.start + byte,
            end: token.end + byte,
            head: token.head + first,
            ..token
        }));
        let moved = |range: Range<u32>| range.start + first..range.end + first;
        self.sentences.extend(stretch.sentences.into_iter().map(moved));
        self.entities.extend(
            stretch.entities.into_iter().map(|entity| Entity { tokens: moved(entity.tokens), ..entity }),
        );
    }
}

/// A parser with its weights.
#[derive(Debug)]
pub struct Parser {}

/// Why a parser can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ParserError {}

impl Parser {
    /// Loads a parser from its folder.
    ///
    /// # Errors
    ///
    /// If files are missing or damaged.
    pub fn load(_folder: &std::path::Path) -> Result<Self, ParserError> {
        Ok(Self {})
    }

    /// Parses a text.
    pub fn parse(&self, _text: &str) -> Parsed {
        Parsed::default()
    }
}
