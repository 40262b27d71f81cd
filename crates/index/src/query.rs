//! What a person types, understood.
//!
//! ```text
//! ferry "harbour master" (storm OR gale) -drill
//! ```
//!
//! Words are found whatever their endings, phrases word for word; all of them must be in one passage. `OR`
//! means either, a hyphen in front means not, brackets group.

mod error;
mod lexer;
mod parser;

use std::fmt;

pub use error::{QueryError, QueryErrorKind};

use crate::tokens::Stems;

/// The longest query, in characters.
pub const MAX_QUERY_CHARACTERS: usize = 4_000;

/// The most words and phrases of a query.
pub const MAX_QUERY_WORDS: usize = 200;

/// How deep brackets and hyphens may stand in each other.
pub const MAX_QUERY_DEPTH: usize = 32;

/// A query: what to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    root: Node,
}

/// A part of a query.
///
/// A `Not` stands only in an `All` that also holds something to look for: the parser sees to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Word(Word),
    /// The words one after another, exactly; one word in quotation marks is a phrase, too.
    Phrase(Vec<String>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// A word to be found with any ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case, without marks.
    exact: String,
    /// What the index holds for it.
    pub(crate) stem: String,
}

impl Word {
    fn new(exact: String) -> Self {
        let stem = Stems::default().of_word(&exact);
        Self { exact, stem }
    }
}

impl Query {
    /// Understands a query.
    ///
    /// # Errors
    /// If it is not one, with the place where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let characters = text.chars().count();
        if characters > MAX_QUERY_CHARACTERS {
            let kind = QueryErrorKind::TooLong { characters };
            return Err(QueryError { column: MAX_QUERY_CHARACTERS + 1, kind });
        }
        Ok(Self { root: parser::parse(lexer::lex(text)?, characters)? })
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// The words and phrases that a hit may hold, in the order of the query; not the excluded ones.
    pub(crate) fn wanted(&self) -> Vec<&Node> {
        let mut wanted = Vec::new();
        collect_wanted(&self.root, &mut wanted);
        wanted
    }
}

fn collect_wanted<'a>(node: &'a Node, wanted: &mut Vec<&'a Node>) {
    match node {
        Node::Word(_) | Node::Phrase(_) => wanted.push(node),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| collect_wanted(node, wanted)),
        Node::Not(_) => {}
    }
}

/// The query as it was understood; it reads back as the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Node::All(nodes) => write_joined(f, nodes, " "),
            Node::Any(nodes) => write_joined(f, nodes, " OR "),
            node => node.fmt(f),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = |f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str| {
            f.write_str("(")?;
            write_joined(f, nodes, between)?;
            f.write_str(")")
        };
        match self {
            Self::Word(word) => f.write_str(&word.exact),
            Self::Phrase(words) => write!(f, "\"{}\"", words.join(" ")),
            Self::All(nodes) => bracketed(f, nodes, " "),
            Self::Any(nodes) => bracketed(f, nodes, " OR "),
            Self::Not(node) => write!(f, "-{node}"),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str) -> fmt::Result {
    nodes.iter().enumerate().try_for_each(|(number, node)| {
        f.write_str(if number == 0 { "" } else { between })?;
        write!(f, "{node}")
    })
}

#[cfg(test)]
mod tests;
