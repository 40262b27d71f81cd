//! Words, phrases, conditions and operators, put together.
//!
//! ```text
//! any     = all, { "OR", all } ;
//! all     = operand, { [ "AND" ], operand } ;
//! operand = ( "-" | "NOT" ), operand | chain ;
//! chain   = single, { ( "near/8" | "within/30s" ), single } ;
//! single  = word | phrase | condition | "(", any, ")" ;
//! ```

use std::iter::Peekable;
use std::vec;

use super::lexer::{Lexeme, LexemeKind};
use super::{Distance, MAX_QUERY_DEPTH, Near, Node, QueryError, QueryErrorKind, print};

/// Puts a query together that is `characters` long.
pub(super) fn parse(lexemes: Vec<Lexeme>, characters: usize) -> Result<Node, QueryError> {
    if lexemes.is_empty() {
        let found = if characters == 0 { "nothing" } else { "only signs" }.to_owned();
        return Err(QueryError { column: 1, kind: QueryErrorKind::NoWord { found } });
    }
    let lexemes = lexemes.into_iter().peekable();
    let mut parser = Parser { lexemes, end: characters + 1, deepest: Deepest { depth: 0, column: 1 } };
    let node = parser.any(0)?;
    if let Some(lexeme) = parser.lexemes.next() {
        return Err(QueryError { column: lexeme.column, kind: QueryErrorKind::ClosedBracket });
    }
    // The printed form has brackets that need not be typed: `a b OR c` is `(a b) OR c`.
    if print::depth(&node) > MAX_QUERY_DEPTH {
        return Err(QueryError { column: parser.deepest.column, kind: QueryErrorKind::TooDeep });
    }
    Ok(node)
}

struct Parser {
    lexemes: Peekable<vec::IntoIter<Lexeme>>,
    /// The column behind the query.
    end: usize,
    deepest: Deepest,
}

/// The first place with the most brackets and hyphens around it.
struct Deepest {
    depth: usize,
    column: usize,
}

/// The operator that asks for an operand, as it was typed.
type After<'a> = Option<&'a str>;

impl Parser {
    fn any(&mut self, depth: usize) -> Result<Node, QueryError> {
        let mut nodes = Vec::new();
        let mut after = None;
        loop {
            match self.all(depth, after)? {
                Node::Any(inner) => nodes.extend(inner),
                node => nodes.push(node),
            }
            if self.take(&LexemeKind::Or).is_none() {
                return Ok(single_or(nodes, Node::Any));
            }
            after = Some("OR");
        }
    }

    fn all(&mut self, depth: usize, after: After<'_>) -> Result<Node, QueryError> {
        let column = self.column();
        let mut nodes = Vec::new();
        let mut after = after;
        loop {
            match self.operand(depth, after)? {
                Node::All(inner) => nodes.extend(inner),
                node => nodes.push(node),
            }
            after = self.take(&LexemeKind::And).map(|_| "AND");
            let goes_on = self.lexemes.peek().is_some_and(|next| begins_operand(&next.kind));
            if after.is_none() && !goes_on {
                break;
            }
        }
        if nodes.iter().all(|node| matches!(node, Node::Not(_))) {
            return Err(QueryError { column, kind: QueryErrorKind::OnlyExcluded });
        }
        Ok(single_or(nodes, Node::All))
    }

    fn operand(&mut self, depth: usize, after: After<'_>) -> Result<Node, QueryError> {
        let column = self.column();
        if depth > MAX_QUERY_DEPTH {
            return Err(QueryError { column, kind: QueryErrorKind::TooDeep });
        }
        if depth > self.deepest.depth {
            self.deepest = Deepest { depth, column };
        }
        let Some(sign) = self.take_not() else { return self.chain(depth, after) };
        match self.operand(depth + 1, Some(sign))? {
            // Not not a word is the word.
            Node::Not(node) => Ok(*node),
            node => Ok(Node::Not(Box::new(node))),
        }
    }

    fn chain(&mut self, depth: usize, after: After<'_>) -> Result<Node, QueryError> {
        let mut column = self.column();
        let mut node = self.single(depth, after)?;
        let (mut operands, mut distances) = (Vec::new(), Vec::new());
        while let Some((distance, operator)) = self.take_near() {
            operands.push(near_operand(node, column, &operator)?);
            distances.push(distance);
            column = self.column();
            node = self.behind_near(depth, &operator)?;
        }
        if operands.is_empty() {
            return Ok(node);
        }
        operands.push(node);
        Ok(Node::Near(Near { operands, distances }))
    }

    fn behind_near(&mut self, depth: usize, operator: &str) -> Result<Node, QueryError> {
        let column = self.column();
        if self.take_not().is_some() {
            let (operator, found) = (operator.to_owned(), "something left out".to_owned());
            return Err(QueryError { column, kind: QueryErrorKind::NearOperand { operator, found } });
        }
        near_operand(self.single(depth, Some(operator))?, column, operator)
    }

    fn single(&mut self, depth: usize, after: After<'_>) -> Result<Node, QueryError> {
        let column = self.column();
        match self.lexemes.next().map(|lexeme| lexeme.kind) {
            Some(LexemeKind::Operand(node)) => Ok(node),
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

    fn take_not(&mut self) -> Option<&'static str> {
        match self.lexemes.next_if(|lexeme| matches!(lexeme.kind, LexemeKind::Not(_)))?.kind {
            LexemeKind::Not(sign) => Some(sign),
            _ => None,
        }
    }

    fn take_near(&mut self) -> Option<(Distance, String)> {
        match self.lexemes.next_if(|lexeme| matches!(lexeme.kind, LexemeKind::Near(..)))?.kind {
            LexemeKind::Near(distance, operator) => Some((distance, operator)),
            _ => None,
        }
    }

    fn column(&mut self) -> usize {
        self.lexemes.peek().map_or(self.end, |lexeme| lexeme.column)
    }
}

fn begins_operand(kind: &LexemeKind) -> bool {
    matches!(kind, LexemeKind::Operand(_) | LexemeKind::Not(_) | LexemeKind::Open)
}

/// `node`, if it is something that has a place in a text.
fn near_operand(node: Node, column: usize, operator: &str) -> Result<Node, QueryError> {
    let fits = match &node {
        Node::Any(nodes) => nodes.iter().all(has_place),
        node => has_place(node),
    };
    if fits {
        return Ok(node);
    }
    let found = match &node {
        Node::Condition(condition) => format!("`{condition}`"),
        Node::Near(_) => "brackets with words near each other".to_owned(),
        Node::All(_) => "brackets with all of several words".to_owned(),
        _ => "brackets with more than words and `OR`".to_owned(),
    };
    let operator = operator.to_owned();
    Err(QueryError { column, kind: QueryErrorKind::NearOperand { operator, found } })
}

fn has_place(node: &Node) -> bool {
    use Node::{Phrase, Prefix, Similar, Sounds, Word};
    matches!(node, Word(_) | Phrase(_) | Prefix(_) | Similar { .. } | Sounds(_))
}

fn missing(after: After<'_>, found: Option<&LexemeKind>) -> QueryErrorKind {
    let shown = found.map_or_else(|| "the end of the query".to_owned(), LexemeKind::shown);
    match (after, found) {
        (Some(operator), _) => QueryErrorKind::NoOperand { operator: operator.to_owned(), found: shown },
        (None, Some(kind @ (LexemeKind::Or | LexemeKind::And | LexemeKind::Near(..)))) => {
            QueryErrorKind::NothingBefore { operator: kind.typed() }
        }
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
