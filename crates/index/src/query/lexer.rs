//! A query's text, cut into words, phrases, conditions and operators.
//!
//! A field before brackets, `show:(Harbour OR Skerry)`, becomes brackets with a condition for each value.

use super::field::{self, Field};
use super::{Distance, MAX_QUERY_WORDS, Node, QueryError, QueryErrorKind, folded, pointer, word};

/// A piece of a query and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexeme {
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) kind: LexemeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum LexemeKind {
    /// A word, a phrase, a condition.
    Operand(Node),
    Or,
    And,
    /// `NOT`, or a hyphen before what it excludes.
    Not(&'static str),
    /// `near/8` or `within/30s`, and how it was typed.
    Near(Distance, String),
    Open,
    Close,
}

impl LexemeKind {
    /// As an error message shows it.
    pub(super) fn shown(&self) -> String {
        pointer::quoted(&self.typed())
    }

    /// As it was typed, or nearly so.
    pub(super) fn typed(&self) -> String {
        match self {
            Self::Operand(node) => node.to_string(),
            Self::Or => "OR".to_owned(),
            Self::And => "AND".to_owned(),
            Self::Not(sign) => (*sign).to_owned(),
            Self::Near(_, typed) => typed.clone(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
        }
    }
}

/// Cuts a query. What holds no word, such as `&`, is left out.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, QueryError> {
    let characters: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { characters: &characters, at: 0, lexemes: Vec::new(), operands: 0 };
    while let Some(c) = lexer.next_character() {
        lexer.step(c)?;
    }
    Ok(lexer.lexemes)
}

struct Lexer<'a> {
    characters: &'a [char],
    /// How many characters have been read.
    at: usize,
    lexemes: Vec<Lexeme>,
    /// How many of `lexemes` are operands.
    operands: usize,
}

impl Lexer<'_> {
    fn next_character(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    /// Of the next character.
    fn column(&self) -> usize {
        self.at + 1
    }

    fn step(&mut self, c: char) -> Result<(), QueryError> {
        let column = self.column();
        match c {
            '(' => self.sign(LexemeKind::Open),
            ')' => self.sign(LexemeKind::Close),
            '-' if self.characters.get(self.at + 1).is_some_and(|c| begins_operand(*c)) => {
                self.sign(LexemeKind::Not("-"))
            }
            c if c.is_whitespace() => {
                self.at += 1;
                Ok(())
            }
            c if is_quotation(c) => {
                let node = self.phrase()?;
                self.push(column, LexemeKind::Operand(node))
            }
            _ => self.word(),
        }
    }

    fn sign(&mut self, kind: LexemeKind) -> Result<(), QueryError> {
        self.at += 1;
        self.push(self.at, kind)
    }

    fn push(&mut self, column: usize, kind: LexemeKind) -> Result<(), QueryError> {
        self.operands += usize::from(matches!(kind, LexemeKind::Operand(_)));
        if self.operands > MAX_QUERY_WORDS {
            return Err(QueryError { column, kind: QueryErrorKind::TooManyWords });
        }
        self.lexemes.push(Lexeme { column, kind });
        Ok(())
    }

    fn phrase(&mut self) -> Result<Node, QueryError> {
        let column = self.column();
        let error = |kind| Err(QueryError { column, kind });
        self.at += 1;
        let Some(inside) = self.until(is_quotation) else { return error(QueryErrorKind::OpenQuotation) };
        self.at += 1;
        let words = folded(&inside);
        if words.is_empty() {
            return error(QueryErrorKind::NoWord { found: pointer::quoted(&format!("\"{inside}\"")) });
        }
        if let Some(sign @ ('*' | '~')) = self.next_character() {
            return Err(QueryError {
                column: self.column(),
                kind: QueryErrorKind::SignBehindPhrase { sign },
            });
        }
        Ok(Node::Phrase(words))
    }

    /// What stands before the next of the characters that `ends`, if there is one, and goes there.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> Option<String> {
        let rest = &self.characters[self.at..];
        let length = rest.iter().position(|c| ends(*c))?;
        self.at += length;
        Some(rest[..length].iter().collect())
    }

    /// What stands before the next space, quotation mark or bracket.
    fn run(&mut self) -> String {
        let rest = &self.characters[self.at..];
        let ends = |c: &char| c.is_whitespace() || is_quotation(*c) || matches!(c, '(' | ')');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += length;
        rest[..length].iter().collect()
    }

    fn word(&mut self) -> Result<(), QueryError> {
        let column = self.column();
        let text = self.run();
        let in_place = |kind| QueryError { column, kind };
        if let Some((field, value)) = field::split(&text, self.next_character()).map_err(in_place)? {
            return self.field(field, value, column);
        }
        match word::read(&text).map_err(in_place)? {
            Some(kind) => self.push(column, kind),
            None => Ok(()),
        }
    }

    /// The condition of `field`, of which `value` has been read.
    fn field(&mut self, field: Field, value: &str, column: usize) -> Result<(), QueryError> {
        if !value.is_empty() {
            let node = field::bare(field, value, column + field.name().len() + 1)?;
            return self.push(column, LexemeKind::Operand(node));
        }
        match self.next_character() {
            Some('(') => self.values(field),
            Some(c) if is_quotation(c) => {
                let node = self.name(field)?;
                self.push(column, LexemeKind::Operand(node))
            }
            _ => Err(self.no_value(field)),
        }
    }

    fn no_value(&self, field: Field) -> QueryError {
        let found = match self.next_character() {
            None => "the end of the query".to_owned(),
            Some(c) if c.is_whitespace() => "a space".to_owned(),
            Some(c) => pointer::quoted(&c.to_string()),
        };
        let kind = QueryErrorKind::NoValue { field: field.name(), example: field.example(), found };
        QueryError { column: self.column(), kind }
    }

    /// The values of `field` in brackets, with `OR` between them. What lacks there, the parser finds out.
    fn values(&mut self, field: Field) -> Result<(), QueryError> {
        self.sign(LexemeKind::Open)?;
        let mut has_value = false;
        loop {
            let column = self.column();
            let kind = match self.next_character() {
                None => return Ok(()),
                Some(')') if self.lexemes.last().is_some_and(|last| last.kind == LexemeKind::Open) => {
                    return Err(self.no_value(field));
                }
                Some(')') => return self.sign(LexemeKind::Close),
                Some(c) if c.is_whitespace() => {
                    self.at += 1;
                    continue;
                }
                Some(c) if is_quotation(c) && !has_value => LexemeKind::Operand(self.name(field)?),
                Some(_) => match self.run() {
                    or if or == "OR" => LexemeKind::Or,
                    text if has_value || !field::is_value(&text) => {
                        let first = self.characters[column - 1].to_string();
                        let found = pointer::quoted(if text.is_empty() { &first } else { &text });
                        let kind = QueryErrorKind::InBrackets { field: field.name(), found };
                        return Err(QueryError { column, kind });
                    }
                    text => LexemeKind::Operand(field::bare(field, &text, column)?),
                },
            };
            has_value = matches!(kind, LexemeKind::Operand(_));
            self.push(column, kind)?;
        }
    }

    /// A value in quotation marks. Behind a straight mark it ends at the next straight one, and two of them
    /// stand for one: names may hold any mark.
    fn name(&mut self, field: Field) -> Result<Node, QueryError> {
        let column = self.column();
        let is_straight = self.next_character() == Some('"');
        let mut value = String::new();
        loop {
            self.at += 1;
            let part = self.until(|c| if is_straight { c == '"' } else { is_quotation(c) });
            value += &part.ok_or(QueryError { column, kind: QueryErrorKind::OpenQuotation })?;
            self.at += 1;
            if !is_straight || self.next_character() != Some('"') {
                return field::quoted(field, &value, column);
            }
            value.push('"');
        }
    }
}

/// Straight marks, and those that word processors make of them.
pub(super) fn is_quotation(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

fn begins_operand(c: char) -> bool {
    !c.is_whitespace() && c != '-' && c != ')'
}
