//! A query's text, cut into words, phrases and operators.

use super::{MAX_QUERY_WORDS, Node, QueryError, QueryErrorKind, Word};
use crate::tokens;

/// A piece of a query and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexeme {
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) kind: LexemeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum LexemeKind {
    /// A word or a phrase.
    Operand(Node),
    Or,
    And,
    /// `NOT`, or a hyphen before what it excludes.
    Not(&'static str),
    Open,
    Close,
}

impl LexemeKind {
    /// As an error message shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Operand(node) => format!("`{node}`"),
            Self::Or => "`OR`".to_owned(),
            Self::And => "`AND`".to_owned(),
            Self::Not(sign) => format!("`{sign}`"),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
        }
    }
}

/// Cuts a query. What holds no word, such as `&`, is left out.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, QueryError> {
    let characters: Vec<char> = text.chars().collect();
    let mut lexemes = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let column = at + 1;
        let (kind, after) = match characters[at] {
            '(' => (Some(LexemeKind::Open), at + 1),
            ')' => (Some(LexemeKind::Close), at + 1),
            c if is_quotation(c) => phrase(&characters, at)?,
            '-' if characters.get(at + 1).is_some_and(|c| begins_operand(*c)) => {
                (Some(LexemeKind::Not("-")), at + 1)
            }
            c if c.is_whitespace() => (None, at + 1),
            _ => word(&characters, at)?,
        };
        lexemes.extend(kind.map(|kind| Lexeme { column, kind }));
        at = after;
        if lexemes.len() > 3 * MAX_QUERY_WORDS {
            return Err(QueryError { column, kind: QueryErrorKind::TooManyWords });
        }
    }
    Ok(lexemes)
}

/// Straight marks, and those that word processors make of them.
fn is_quotation(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

fn begins_operand(c: char) -> bool {
    !c.is_whitespace() && c != '-' && c != ')'
}

/// What is read, if it holds a word, and where it ends.
type Read = (Option<LexemeKind>, usize);

fn phrase(characters: &[char], at: usize) -> Result<Read, QueryError> {
    let error = |kind| Err(QueryError { column: at + 1, kind });
    let inside = &characters[at + 1..];
    let Some(length) = inside.iter().position(|c| is_quotation(*c)) else {
        return error(QueryErrorKind::OpenQuotation);
    };
    let inside: String = inside[..length].iter().collect();
    let words: Vec<String> = tokens::tokens(&inside).map(|token| token.exact).collect();
    if words.is_empty() {
        return error(QueryErrorKind::NoWord { found: format!("`\"{inside}\"`") });
    }
    Ok((Some(LexemeKind::Operand(Node::Phrase(words))), at + 1 + length + 1))
}

fn word(characters: &[char], at: usize) -> Result<Read, QueryError> {
    let ends = |c: &char| c.is_whitespace() || is_quotation(*c) || matches!(c, '(' | ')');
    let length = characters[at..].iter().position(ends).unwrap_or(characters.len() - at);
    let text: String = characters[at..at + length].iter().collect();
    if let Some((what, hint)) = not_yet(&text) {
        return Err(QueryError { column: at + 1, kind: QueryErrorKind::NotYet { what, hint } });
    }
    let kind = match text.as_str() {
        "OR" => Some(LexemeKind::Or),
        "AND" => Some(LexemeKind::And),
        "NOT" => Some(LexemeKind::Not("NOT")),
        text => operand(text).map(LexemeKind::Operand),
    };
    Ok((kind, at + length))
}

/// A word; or what is written without spaces and holds several, such as `al-Quds`, as a phrase.
fn operand(text: &str) -> Option<Node> {
    let mut words: Vec<String> = tokens::tokens(without_possessive(text)).map(|token| token.exact).collect();
    match words.len() {
        0 => None,
        1 => words.pop().map(|word| Node::Word(Word::new(word))),
        _ => Some(Node::Phrase(words)),
    }
}

/// `Trump` of `Trump's`, which looks for the man whether or not something is his.
fn without_possessive(text: &str) -> &str {
    let stripped = text.strip_suffix("'s").or_else(|| text.strip_suffix("\u{2019}s"));
    stripped.filter(|stem| !stem.is_empty()).unwrap_or(text)
}

/// Names of fields in the language to come.
const FIELDS: [&str; 16] = [
    "show", "outlet", "kind", "speaker", "title", "lang", "after", "before", "on", "date", "sounds", "in",
    "sort", "quote", "story", "meaning",
];

/// What is meant by a part of the language that this version does not know, and what to do instead.
fn not_yet(text: &str) -> Option<(String, &'static str)> {
    if let Some((field, _)) = text.split_once(':').filter(|(field, _)| FIELDS.contains(field)) {
        let hint = match field {
            "show" => "\nhint: use `--show NAME` beside the query",
            "after" | "date" | "on" => "\nhint: use `--after DATE` and `--before DATE` beside the query",
            "before" => "\nhint: use `--before DATE` beside the query",
            _ => "\nhint: to look for the words themselves, put them into quotation marks",
        };
        return Some((format!("`{field}:`"), hint));
    }
    let distance =
        ["near/", "within/"].into_iter().find(|operator| text.to_lowercase().starts_with(operator));
    if let Some(operator) = distance {
        return Some((
            format!("`{operator}`"),
            "\nhint: a phrase in quotation marks finds words side by side",
        ));
    }
    let sign = text.chars().last().filter(|c| matches!(c, '*' | '~'))?;
    let has_word = tokens::count(text) > 0;
    has_word.then(|| {
        (format!("`{sign}` behind a word"), "\nhint: endings such as `-ing` and `-s` are found without it")
    })
}
