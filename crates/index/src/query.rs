//! What a person types, understood.
//!
//! ```text
//! ferry "harbour master" (storm OR gale) -drill show:"Harbour Radio" after:2025-02
//! text --lexer--> words, operators, conditions --parser--> Query { root: Node }
//!                                                            Display: the canonical form, the same query again
//! ```
//!
//! `docs/query.md` shows every construct. Two promises are tested on texts nobody chose: a text is a query or an
//! error with a place in it, and a query's printed form reads back as the same query.

mod dates;
mod distance;
mod error;
mod explain;
mod field;
mod help;
mod lexer;
mod parser;
mod pointer;
mod print;
mod spellings;
mod word;

use jiff::civil::Date;
use record::{Kind, MediaTime};

pub use error::{QueryError, QueryErrorKind};
pub use help::QUERY_HELP;
pub use spellings::Spellings;

use crate::tokens::{self, LONGEST_WORD_BYTES, Stems};

/// The longest query, in characters, as it is typed and as it is printed.
pub const MAX_QUERY_CHARACTERS: usize = 4_000;

/// The most words, phrases and conditions of a query.
pub const MAX_QUERY_WORDS: usize = 200;

/// How deep brackets and hyphens may stand in each other.
pub const MAX_QUERY_DEPTH: usize = 32;

/// A query: what to look for, and in which documents.
#[derive(Clone, Debug)]
pub struct Query {
    root: Node,
    /// Whether it was typed with quotation marks: only they tell a phrase from a compound such as `al-Quds`.
    is_quoted: bool,
}

/// What is looked for is the same, however it was typed.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Query {}

/// A part of a query.
///
/// A `Not` stands only in an `All` that also holds something that is not one: the parser sees to it. No `All`
/// stands directly in an `All`, no `Any` in an `Any`, no `Not` in a `Not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Word(Word),
    /// The words one after another, exactly; one word in quotation marks is a phrase, too.
    Phrase(Vec<String>),
    /// The folded beginning of a word, at least [`word::SHORTEST_PREFIX`] letters.
    Prefix(String),
    /// A folded word that may be spelled otherwise in `edits` letters, 1 or 2.
    Similar {
        word: String,
        edits: u8,
    },
    /// Folded words one after another, each by its sound.
    Sounds(Vec<String>),
    Near(Near),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Condition(Condition),
}

/// A word to be found with any ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case, without marks.
    pub(crate) exact: String,
    /// What the index holds for it.
    pub(crate) stem: String,
}

impl Word {
    fn new(exact: String) -> Self {
        let stem = Stems::default().of_word(&exact);
        Self { exact, stem }
    }
}

/// Things that stand near each other, in either order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Near {
    /// Two or more; words, phrases, prefixes, misspellings and sounds, or an `Any` of those.
    pub(crate) operands: Vec<Node>,
    /// How far each operand but the first may be from the one before it.
    pub(crate) distances: Vec<Distance>,
}

/// How far apart two things may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distance {
    /// So many words, from 1 to [`distance::MOST_WORDS`].
    Words(u32),
    /// So much time in whole seconds, from one to [`distance::LONGEST_SECONDS`].
    Time(MediaTime),
}

/// What is asked of the document, or of who speaks, and not of the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A show's name, or a part of one, as it was typed.
    Show(String),
    /// An outlet's name or site, as it was typed.
    Outlet(String),
    Kind(Kind),
    /// Folded words of the name.
    Speaker(Vec<String>),
    /// A `Word` or a `Phrase`.
    Title(Box<Node>),
    /// A code of two or three letters in lower case.
    Language(String),
    /// When it was published: `from <= date < until`. One of the two is there, and `from` is the earlier.
    Dates {
        from: Option<Date>,
        until: Option<Date>,
    },
}

impl Query {
    /// Understands a query.
    ///
    /// # Errors
    /// If it is not one, with the place where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let typed = text.chars().count();
        if typed > MAX_QUERY_CHARACTERS {
            let kind = QueryErrorKind::TooLong { characters: typed };
            return Err(QueryError { column: MAX_QUERY_CHARACTERS + 1, kind });
        }
        let is_quoted = text.chars().any(lexer::is_quotation);
        let query = Self { root: parser::parse(lexer::lex(text)?, typed)?, is_quoted };
        // Else it would not read back. Each character of some scripts is a word, printed with a space behind it.
        let characters = query.to_string().chars().count();
        if characters > MAX_QUERY_CHARACTERS {
            let kind = QueryErrorKind::TooLongSpaced { characters };
            return Err(QueryError { column: typed + 1, kind });
        }
        Ok(query)
    }

    /// What looks for nothing in particular.
    pub(crate) fn everything() -> Self {
        Self { root: Node::All(Vec::new()), is_quoted: false }
    }

    /// The query and, beside it, conditions: those that options of a command stand for.
    ///
    /// Dates that bound nothing are left out, and dates that no day meets become two conditions.
    pub(crate) fn and(self, conditions: impl IntoIterator<Item = Condition>) -> Self {
        let added: Vec<Node> =
            conditions.into_iter().flat_map(dates::separated).map(Node::Condition).collect();
        if added.is_empty() {
            return self;
        }
        let mut nodes = match self.root.clone() {
            Node::All(nodes) => nodes,
            node => vec![node],
        };
        nodes.extend(added);
        Self { root: Node::All(nodes), ..self }
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// What a hit may hold, in the order of the query: words, phrases, prefixes, misspellings and sounds, those
    /// of a `Near` one by one; not what is left out, and no conditions.
    pub(crate) fn wanted(&self) -> Vec<&Node> {
        let mut wanted = Vec::new();
        collect_wanted(&self.root, &mut wanted);
        wanted
    }

    /// The conditions that every hit meets, each with whether it is negated; not those in an `OR`.
    pub(crate) fn conditions(&self) -> Vec<(&Condition, bool)> {
        let signed = self.parts().iter().map(|node| match node {
            Node::Not(node) => (&**node, true),
            node => (node, false),
        });
        let conditions = signed.filter_map(|(node, is_negated)| match node {
            Node::Condition(condition) => Some((condition, is_negated)),
            _ => None,
        });
        conditions.collect()
    }

    /// Whether it is a question in plain words: nothing but words, and conditions beside them.
    ///
    /// A contraction such as `don't` is a word here, and so is a compound such as `al-Quds` outside quotation marks.
    pub fn is_plain(&self) -> bool {
        let mut rest = self.parts().iter().filter(|node| !is_condition(node)).peekable();
        rest.peek().is_some() && rest.all(|node| self.is_plain_word(node))
    }

    /// The words and phrases that are looked for as a text, for a search by meaning: folded, without what is
    /// left out, prefixes, misspellings and sounds.
    pub fn words(&self) -> String {
        let text = |node: &Node| match node {
            Node::Word(word) => Some(word.exact.clone()),
            Node::Phrase(words) => Some(words.join(if is_contraction(words) { "'" } else { " " })),
            _ => None,
        };
        self.wanted().into_iter().filter_map(text).collect::<Vec<_>>().join(" ")
    }

    /// Whether a phrase is looked for: what stands in quotation marks, and compounds such as `al-Quds`; not
    /// contractions such as `don't`.
    pub fn phrases(&self) -> bool {
        self.wanted().into_iter().any(|node| matches!(node, Node::Phrase(words) if !is_contraction(words)))
    }

    /// How it was understood, for people: one line for each part, without an end of line behind the last.
    pub fn explain(&self) -> String {
        explain::explain(&self.root)
    }

    fn is_plain_word(&self, node: &Node) -> bool {
        match node {
            Node::Word(_) => true,
            Node::Phrase(words) => is_contraction(words) || !self.is_quoted,
            _ => false,
        }
    }

    /// What a hit meets one and all.
    fn parts(&self) -> &[Node] {
        match &self.root {
            Node::All(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }
}

fn collect_wanted<'a>(node: &'a Node, wanted: &mut Vec<&'a Node>) {
    match node {
        Node::Word(_) | Node::Phrase(_) | Node::Prefix(_) | Node::Similar { .. } | Node::Sounds(_) => {
            wanted.push(node);
        }
        Node::Near(Near { operands: nodes, .. }) | Node::All(nodes) | Node::Any(nodes) => {
            nodes.iter().for_each(|node| collect_wanted(node, wanted));
        }
        Node::Not(_) | Node::Condition(_) => {}
    }
}

/// Whether it asks nothing of the words.
fn is_condition(node: &Node) -> bool {
    match node {
        Node::Condition(_) => true,
        Node::Not(node) => is_condition(node),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().all(is_condition),
        _ => false,
    }
}

/// What is left of `don't` and `we're`, which are two words to the index.
fn is_contraction(words: &[String]) -> bool {
    let is_ending = |word: &str| matches!(word, "t" | "s" | "re" | "ve" | "ll" | "d" | "m");
    matches!(words, [_, ending] if is_ending(ending))
}

/// The words of `text` as the index holds them.
fn folded(text: &str) -> Vec<String> {
    // Small letters may be longer than capitals: printed, such a word would be none.
    let is_word = |word: &String| word.len() <= LONGEST_WORD_BYTES;
    tokens::tokens(text).map(|token| token.exact).filter(is_word).collect()
}

#[cfg(test)]
mod tests;
