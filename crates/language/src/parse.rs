//! Sentences, parts of speech, who does what to whom, and names: what a parser reads from a text.
//!
//! ```text
//! text --tokens--> tokens --network--> tags, heads and relations, entities --> Parsed
//! ```
//!
//! Positions are bytes of the text that was parsed, so that everything found can be pointed at.

mod affixes;
mod assemble;
mod features;
mod labels;
mod lemmas;
mod moves;
mod names;
mod network;
mod pieces;
mod product;
mod scorer;
mod symbols;
mod tokenize;
mod transitions;
mod vocabulary;
mod weights;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use pulp::Arch;
use serde::{Deserialize, Serialize};

use assemble::assemble;
use features::Norms;
use names::NameFinder;
use network::Encoder;
use product::Matrix;
use tokenize::Tokenizer;
use transitions::TreeParser;
use vocabulary::{Source, Vocabulary};
use weights::ModelFile;

pub use labels::{EntityKind, Relation, Tag};
pub use lemmas::Lemmas;

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

/// A parser with its weights, for any number of threads at once.
pub struct Parser {
    source: Source,
    tagger: Matrix,
    tags: Vec<Tag>,
    trees: TreeParser,
    names: NameFinder,
    arch: Arch,
    /// What threads that are not parsing at the moment know of words.
    vocabularies: Mutex<Vec<Vocabulary>>,
}

/// Why a parser can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ParserError {
    /// A file can't be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is not what a parser's file is.
    #[error("`{file}` of the parser is damaged: expected {expected}")]
    Damaged {
        /// The file's name.
        file: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
}

impl Parser {
    /// Loads a parser from its folder.
    ///
    /// # Errors
    ///
    /// If files are missing or damaged.
    pub fn load(folder: &Path) -> Result<Self, ParserError> {
        let file = |name| ModelFile::read(folder, name);
        let arch = Arch::new();
        let shared = file("tok2vec.msgpack")?;
        let names = file("names.msgpack")?;
        let source = Source {
            tokenizer: Tokenizer::read(&file("tokenizer.msgpack")?)?,
            norms: Norms::read(&file("norms.msgpack")?)?,
            shared: Encoder::new(&shared, &shared.layers()?, arch)?,
            names: Encoder::new(&names, &names.layers()?, arch)?,
        };
        let (tagger, tags) = tagger(&file("tagger.msgpack")?, &file("tags.json")?)?;
        Ok(Self {
            source,
            tagger,
            tags,
            trees: TreeParser::read(&file("parser.msgpack")?, &file("parser-moves.msgpack")?, arch)?,
            names: NameFinder::read(&names, &file("names-moves.msgpack")?, arch)?,
            arch,
            vocabularies: Mutex::default(),
        })
    }

    /// Parses a text.
    ///
    /// Takes time in proportion to its length, and memory in proportion to what it returns: long texts are parsed in pieces.
    pub fn parse(&self, text: &str) -> Parsed {
        // Nothing holds the lock while it could panic.
        let lock = || self.vocabularies.lock().expect("no thread panics with it");
        let mut vocabulary = lock().pop().unwrap_or_default();
        let mut parsed = Parsed::default();
        for piece in pieces::pieces(text) {
            let start = piece.start;
            parsed.append(self.parse_piece(&mut vocabulary, &text[piece]), start);
        }
        lock().push(vocabulary);
        parsed
    }

    fn parse_piece(&self, vocabulary: &mut Vocabulary, text: &str) -> Parsed {
        let tokens = vocabulary.tokens(&self.source, text);
        let white: Vec<bool> = tokens.iter().map(|token| token.white).collect();
        let rows = tokens.iter().map(|token| vocabulary.shared(&self.source, token));
        let shared = self.source.shared.encode(rows);
        let trees = self.trees.parse(&shared, &white);
        let rows = tokens.iter().map(|token| vocabulary.names(&self.source, token));
        let names = self.names.find(&self.source.names.encode(rows), &white, &trees.starts);
        assemble(&tokens, &self.tags(&shared, tokens.len()), &trees, names)
    }

    /// The tag of each word.
    fn tags(&self, rows: &[f32], count: usize) -> Vec<Tag> {
        let mut scores = Vec::new();
        self.tagger.apply(self.arch, rows, self.tagger.inputs(), count, &mut scores);
        let best = |scores: &[f32]| scorer::best(scores, 0..self.tags.len()).unwrap_or_default();
        scores.chunks_exact(self.tagger.width()).map(|scores| self.tags[best(scores)]).collect()
    }
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser").finish_non_exhaustive()
    }
}

/// The layer that scores tags, and the tags.
fn tagger(network: &ModelFile, listed: &ModelFile) -> Result<(Matrix, Vec<Tag>), ParserError> {
    #[derive(Deserialize)]
    struct Listed {
        labels: Vec<String>,
    }
    let read: Option<Listed> = serde_json::from_slice(listed.bytes()).ok();
    let tags: Option<Vec<Tag>> =
        read.and_then(|read| read.labels.iter().map(|label| Tag::of_name(label)).collect());
    let tags = tags.filter(|tags| !tags.is_empty()).ok_or_else(|| listed.lacks("known tags"))?;
    let layers = network.layers()?;
    let layer = layers.iter().find(|layer| layer.name == "softmax");
    let (weights, bias) = (network.take(layer, "W")?, network.take(layer, "b")?);
    match weights.shape[..] {
        [count, width] if count == tags.len() && bias.shape == [count] => {
            Ok((Matrix::new(width, weights.values.chunks_exact(width), &bias.values), tags))
        }
        _ => Err(network.lacks("a layer with an output for each tag")),
    }
}
