//! Numbers, words and signs.

use std::ops::Range;

/// As many tokens of a text are looked at; a line with a date in it has fewer.
pub(super) const MOST_TOKENS: usize = 400;

/// A number, a word or a sign. White space is only noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) bytes: Range<usize>,
    pub(super) after_space: bool,
    kind: Kind<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind<'a> {
    Number(Number),
    Word(&'a str),
    Sign(char),
}

/// Digits: `02` is 2 in two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) digits: usize,
}

impl Token<'_> {
    pub(super) fn number(&self) -> Option<Number> {
        match self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn sign(&self) -> Option<char> {
        match self.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    pub(super) fn word(&self) -> Option<&str> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is one of these words, whatever the case of its letters.
    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    /// The month that it names, from 1.
    pub(super) fn month(&self) -> Option<u32> {
        let word = self.word().filter(|word| word.len() <= LONGEST_MONTH_BYTES)?.to_lowercase();
        let names = |names: &&[&str]| names.contains(&word.as_str());
        let index = MONTHS.iter().position(names).or_else(|| english_abbreviation(&word));
        index.and_then(|index| u32::try_from(index + 1).ok())
    }
}

const LONGEST_MONTH_BYTES: usize = 12;

/// Names of months in English, German, French, Spanish, Italian and Portuguese, and short forms in the others.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio", "janeiro"],
    &["february", "februar", "feber", "février", "févr", "fevr", "febrero", "febbraio", "fevereiro", "fev"],
    &["march", "märz", "mars", "marzo", "março", "mär", "mrz"],
    &["april", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "maio"],
    &["june", "juni", "juin", "junio", "giugno", "junho"],
    &["july", "juli", "juillet", "juil", "julio", "luglio", "julho"],
    &["august", "août", "aout", "agosto", "ago"],
    &["september", "septembre", "septiembre", "settembre", "setembro"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "okt", "out"],
    &["november", "novembre", "noviembre", "novembro"],
    &["december", "dezember", "décembre", "diciembre", "dicembre", "dezembro", "déc", "dez", "dic"],
];

/// The index of the month of `jan`, `sept`.
fn english_abbreviation(word: &str) -> Option<usize> {
    if !(3..=4).contains(&word.len()) {
        return None;
    }
    MONTHS.iter().position(|names| names[0].starts_with(word))
}

/// The first tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut after_space = true;
    while let Some(first) = rest.chars().next().filter(|_| tokens.len() < MOST_TOKENS) {
        let start = text.len() - rest.len();
        if first.is_whitespace() {
            rest = rest.trim_start();
            after_space = true;
            continue;
        }
        let length = length(rest, first);
        let (piece, behind) = rest.split_at(length);
        tokens.push(Token { bytes: start..start + length, after_space, kind: kind(piece, first) });
        rest = behind;
        after_space = false;
    }
    tokens
}

/// How many bytes the token takes that begins with `first`.
fn length(rest: &str, first: char) -> usize {
    let until = |end: fn(char) -> bool| rest.find(end).unwrap_or(rest.len());
    match first {
        '0'..='9' => until(|c| !c.is_ascii_digit()),
        // Chinese and Japanese have no spaces, and each sign is a word.
        '年' | '月' | '日' => first.len_utf8(),
        c if c.is_alphabetic() => until(|c| !c.is_alphabetic() || matches!(c, '年' | '月' | '日')),
        c => c.len_utf8(),
    }
}

fn kind(piece: &str, first: char) -> Kind<'_> {
    match first {
        '0'..='9' => match piece.parse() {
            Ok(value) if piece.len() <= 9 => Kind::Number(Number { value, digits: piece.len() }),
            _ => Kind::Word(piece),
        },
        c if c.is_alphabetic() => Kind::Word(piece),
        // Dashes of any length join; a sign that means more than one thing is the simplest.
        '\u{2010}'..='\u{2012}' => Kind::Sign('-'),
        c => Kind::Sign(c),
    }
}
