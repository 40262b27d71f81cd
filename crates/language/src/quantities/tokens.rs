//! A text as numbers, words and marks, each with its bytes.

use std::ops::Range;

/// A word, a number in digits, or a mark.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// Where it stands in the text.
    pub(crate) bytes: Range<usize>,
    /// In lower case, with straight apostrophes.
    pub(crate) lower: String,
    /// What its digits are worth.
    pub(crate) digits: Option<Digits>,
    /// Whether nothing stands between it and the token before it.
    pub(crate) is_glued: bool,
    /// Whether it begins with a capital.
    pub(crate) is_capital: bool,
}

/// A number in digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Digits {
    pub(crate) value: f64,
    /// The smallest step that the digits show: 0.1 for `2.5`, 100 for `3,400`, 1 for `7`.
    pub(crate) step: f64,
    /// Whether they are a whole number of four digits without a separator, as years are written.
    pub(crate) is_bare_four: bool,
}

impl Token {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.lower == word
    }

    pub(crate) fn is_one_of(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }

    pub(crate) fn is_hyphen(&self) -> bool {
        self.is_one_of(&["-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}"])
    }
}

/// Whether a token is this word.
pub(crate) fn is(tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(word))
}

/// The tokens of each line, and where the line begins: nothing is said across a line break.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<Token>)> {
    let mut end = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = end;
        end += line.len();
        (start, tokens(line))
    })
}

/// All tokens of a text in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let length = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            _ if first.is_ascii_digit() => digits_length(&text[at..]),
            _ if first.is_alphabetic() => word_length(&text[at..]),
            _ => first.len_utf8(),
        };
        let bytes = at..at + length;
        let written = &text[bytes.clone()];
        tokens.push(Token {
            lower: written.to_lowercase().replace('\u{2019}', "'"),
            digits: first.is_ascii_digit().then(|| value_of(written)).flatten(),
            is_glued: tokens.last().is_some_and(|last| last.bytes.end == at),
            is_capital: first.is_uppercase(),
            bytes,
        });
        at += length;
    }
    tokens
}

/// Digits with separators between digits: `20,000`, `2.5`, `10:30`. Of `5,6` only the `5`: a list, no number.
fn digits_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits_from(0);
    let mut has_point = false;
    while let Some(&mark) = bytes.get(length) {
        let more = digits_from(length + 1);
        let belongs = match mark {
            b',' => more == 3 && !has_point,
            b'.' => more > 0 && !has_point,
            b':' => more == 2,
            _ => false,
        };
        if !belongs {
            break;
        }
        has_point |= mark != b',';
        length += 1 + more;
    }
    length
}

fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_apostrophe = matches!(character, '\'' | '\u{2019}')
            && characters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(character.is_alphabetic() || is_apostrophe || is_combining(character)) {
            break;
        }
        length = at + character.len_utf8();
    }
    length
}

fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// More digits than this are a code, no quantity; it also keeps sums finite.
const MOST_DIGITS: usize = 16;

fn value_of(written: &str) -> Option<Digits> {
    if written.contains(':') || written.len() > MOST_DIGITS {
        return None;
    }
    let plain = written.replace(',', "");
    let value: f64 = plain.parse().ok()?;
    let step = match plain.split_once('.') {
        Some((_, decimals)) => 0.1_f64.powi(i32::try_from(decimals.len()).ok()?),
        None => step_of(value),
    };
    let is_bare_four = written.len() == 4 && written.bytes().all(|byte| byte.is_ascii_digit());
    Some(Digits { value, step, is_bare_four })
}

/// The smallest step that a whole number shows: 100 for 3,400.
pub(crate) fn step_of(value: f64) -> f64 {
    let mut step = 1.0;
    while value != 0.0 && value % (step * 10.0) == 0.0 {
        step *= 10.0;
    }
    step
}
