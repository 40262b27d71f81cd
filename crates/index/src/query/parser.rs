//! Words, phrases and operators, put together.
//!
//! ```text
//! any     = all, { "OR", all } ;
//! all     = operand, { [ "AND" ], operand } ;
//! operand = [ "-" | "NOT" ], ( word | phrase | "(", any, ")" ) ;
//! ```

use std::iter::Peekable;
use std::vec;

use super::lexer::{Lexeme, LexemeKind};
use super::{MAX_QUERY_DEPTH, MAX_QUERY_WORDS, Node, QueryError, QueryErrorKind};

/// Puts a query together that is `characters` long.
pub(super) fn parse(lexemes: Vec<Lexeme>, characters: usize) -> Result<Node, QueryError> {
    let operands = lexemes.iter().filter(|lexeme| matches!(lexeme.kind, LexemeKind::Operand(_)));
    if let Some(lexeme) = operands.clone().nth(MAX_QUERY_WORDS) {
        return Err(QueryError { column: lexeme.column, kind: QueryErrorKind::TooManyWords });
    }
    if lexemes.is_empty() {
        let found = if characters == 0 { "nothing" } else { "only signs" }.to_owned();
        return Err(QueryError { column: 1, kind: QueryErrorKind::NoWord { found } });
    }
    let mut parser = Parser { lexemes: lexemes.into_iter().peekable(), end: characters + 1 };
    let node = parser.any(0)?;
    match parser.lexemes.next() {
        None => Ok(node),
        Some(lexeme) => Err(QueryError { column: lexeme.column, kind: QueryErrorKind::ClosedBracket }),
    }
}

struct Parser {
    lexemes: Peekable<vec::IntoIter<Lexeme>>,
    /// The column behind the query.
    end: usize,
}

impl Parser {
    fn any(&mut self, depth: usize) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all(depth, None)?];
        while self.take(&LexemeKind::Or).is_some() {
            nodes.push(self.all(depth, Some("OR"))?);
        }
        Ok(single_or(nodes, Node::Any))
    }

    /// `after` is the operator that asks for it.
    fn all(&mut self, depth: usize, after: Option<&'static str>) -> Result<Node, QueryError> {
        let column = self.column();
        let mut nodes = vec![self.operand(depth, after)?];
        loop {
            let operator = self.take(&LexemeKind::And).map(|_| "AND");
            let goes_on = self.lexemes.peek().is_some_and(|next| begins_operand(&next.kind));
            if operator.is_none() && !goes_on {
                break;
            }
            nodes.push(self.operand(depth, operator)?);
        }
        if nodes.iter().all(|node| matches!(node, Node::Not(_))) {
            return Err(QueryError { column, kind: QueryErrorKind::OnlyExcluded });
        }
        Ok(single_or(nodes, Node::All))
    }

    fn operand(&mut self, depth: usize, after: Option<&'static str>) -> Result<Node, QueryError> {
        let column = self.column();
        if depth > MAX_QUERY_DEPTH {
            return Err(QueryError { column, kind: QueryErrorKind::TooDeep });
        }
        match self.lexemes.next().map(|lexeme| lexeme.kind) {
            Some(LexemeKind::Operand(node)) => Ok(node),
            Some(LexemeKind::Not(sign)) => match self.operand(depth + 1, Some(sign))? {
                // Not not a word is the word.
                Node::Not(node) => Ok(*node),
                node => Ok(Node::Not(Box::new(node))),
            },
            Some(LexemeKind::Open) => self.bracketed(depth + 1, column),
            found => Err(QueryError { column, kind: missing(after, found.as_ref()) }),
        }
    }

    fn bracketed(&mut self, depth: usize, opened: usize) -> Result<Node, QueryError> {
        if self.lexemes.peek().is_none() {
            return Err(QueryError { column: opened, kind: QueryErrorKind::OpenBracket });
        }
        let node = self.any(depth)?;
        match self.take(&LexemeKind::Close) {
            Some(_) => Ok(node),
            None => Err(QueryError { column: opened, kind: QueryErrorKind::OpenBracket }),
        }
    }

    fn take(&mut self, kind: &LexemeKind) -> Option<Lexeme> {
        self.lexemes.next_if(|lexeme| lexeme.kind == *kind)
    }

    fn column(&mut self) -> usize {
        self.lexemes.peek().map_or(self.end, |lexeme| lexeme.column)
    }
}

fn begins_operand(kind: &LexemeKind) -> bool {
    matches!(kind, LexemeKind::Operand(_) | LexemeKind::Not(_) | LexemeKind::Open)
}

fn missing(after: Option<&'static str>, found: Option<&LexemeKind>) -> QueryErrorKind {
    let shown = found.map_or_else(|| "the end of the query".to_owned(), LexemeKind::shown);
    match (after, found) {
        (Some(operator), _) => QueryErrorKind::NoOperand { operator, found: shown },
        (None, Some(LexemeKind::Or)) => QueryErrorKind::NothingBefore { operator: "OR" },
        (None, Some(LexemeKind::And)) => QueryErrorKind::NothingBefore { operator: "AND" },
        (None, _) => QueryErrorKind::NoWord { found: shown },
    }
}

fn single_or(mut nodes: Vec<Node>, several: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        Some(node) => {
            nodes.push(node);
            several(nodes)
        }
        None => several(nodes),
    }
}
