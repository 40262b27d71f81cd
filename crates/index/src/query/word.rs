//! What stands without spaces and outside of quotation marks: words, and what is done with their spelling.

use super::lexer::LexemeKind;
use super::{Node, QueryErrorKind, Word, distance, folded, pointer};

/// The fewest letters before `*`: of one letter nearly all words are found.
pub(super) const SHORTEST_PREFIX: usize = 2;

/// The fewest letters before `~1`, one more before `~2`: else nearly all words of that length are found.
const SHORTEST_SIMILAR: usize = 3;

/// From so many letters on, `~` allows for two others. Recognisers miss one letter of short names and about two
/// of those with two syllables or more.
const LONG_WORD: usize = 6;

/// What `text` is, if it holds a word.
pub(super) fn read(text: &str) -> Result<Option<LexemeKind>, QueryErrorKind> {
    let operator = match text {
        "OR" => Some(LexemeKind::Or),
        "AND" => Some(LexemeKind::And),
        "NOT" => Some(LexemeKind::Not("NOT")),
        text => distance::read(text)?.map(|distance| LexemeKind::Near(distance, text.to_owned())),
    };
    match operator {
        Some(operator) => Ok(Some(operator)),
        None => Ok(spelled(text)?.map(LexemeKind::Operand)),
    }
}

fn spelled(text: &str) -> Result<Option<Node>, QueryErrorKind> {
    if text.contains('*') && !folded(text).is_empty() {
        return prefix(text).map(Some);
    }
    match text.rsplit_once('~') {
        Some((word, edits)) if is_number(edits) && !folded(word).is_empty() => {
            similar(word, edits, text).map(Some)
        }
        _ => Ok(plain(text)),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A word; or what is written without spaces and holds several, such as `al-Quds`, as a phrase.
pub(super) fn plain(text: &str) -> Option<Node> {
    let mut words = folded(without_possessive(text));
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

fn prefix(text: &str) -> Result<Node, QueryErrorKind> {
    let beginning = text.trim_end_matches('*');
    if beginning.contains('*') || beginning == text {
        return Err(QueryErrorKind::MisplacedStar { found: pointer::quoted(text) });
    }
    Ok(Node::Prefix(one_word(beginning, "*", SHORTEST_PREFIX, text)?))
}

fn similar(word: &str, edits: &str, text: &str) -> Result<Node, QueryErrorKind> {
    let (sign, edits) = match edits {
        "" => ("~", None),
        "1" => ("~1", Some(1)),
        "2" => ("~2", Some(2)),
        _ => return Err(QueryErrorKind::NotEdits { found: pointer::quoted(text) }),
    };
    let shortest = SHORTEST_SIMILAR + usize::from(edits == Some(2));
    let word = one_word(word, sign, shortest, text)?;
    let by_length = if word.chars().count() < LONG_WORD { 1 } else { 2 };
    Ok(Node::Similar { word, edits: edits.unwrap_or(by_length) })
}

/// The only word of `word`, which `sign` stands behind.
fn one_word(word: &str, sign: &'static str, shortest: usize, text: &str) -> Result<String, QueryErrorKind> {
    let mut words = folded(without_possessive(word));
    let found = pointer::quoted(text);
    match (words.pop(), words.is_empty()) {
        (Some(word), true) if word.chars().count() >= shortest => Ok(word),
        (Some(_), false) => Err(QueryErrorKind::SeveralWords { sign, found }),
        _ => Err(QueryErrorKind::ShortWord { sign, shortest, found }),
    }
}
