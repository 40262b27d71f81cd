//! A query, in the terms of tantivy.

use std::ops::Bound;

use jiff::civil::Date;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::excluded::Excluded;
use super::{BRIDGE_WORDS, Fields, day_number, marked};
use crate::query::{Node, Query};

/// Which passages are looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Names of shows; `None` for all, and for documents without a show.
    pub(crate) shows: Option<Vec<String>>,
    /// Published on this day or later.
    pub(crate) after: Option<Date>,
    /// Published before this day.
    pub(crate) before: Option<Date>,
    /// Whether doubted segments are looked at, too.
    pub(crate) with_suspects: bool,
}

/// The query and the filter as one; the filter adds nothing to the scores.
pub(super) fn compile(query: &Query, filter: &Filter, fields: &Fields) -> Box<dyn IndexQuery> {
    let compiler = Compiler { fields, with_suspects: filter.with_suspects };
    let mut parts = vec![(Occur::Must, compiler.node(query.root()))];
    if let Some(shows) = &filter.shows {
        let terms = shows.iter().map(|show| Term::from_field_text(fields.show, show));
        parts.push((Occur::Must, unscored(TermSetQuery::new(terms))));
    }
    if filter.after.is_some() || filter.before.is_some() {
        let day = |date: Date| Term::from_field_u64(fields.day, day_number(date));
        let from = filter.after.map_or(Bound::Unbounded, |date| Bound::Included(day(date)));
        let to = filter.before.map_or(Bound::Unbounded, |date| Bound::Excluded(day(date)));
        parts.push((Occur::Must, unscored(RangeQuery::new(from, to))));
    }
    joined(parts)
}

fn unscored(query: impl IndexQuery) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

fn joined(mut parts: Vec<(Occur, Box<dyn IndexQuery>)>) -> Box<dyn IndexQuery> {
    match parts.pop() {
        Some((_, only)) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            Box::new(BooleanQuery::new(parts))
        }
    }
}

struct Compiler<'a> {
    fields: &'a Fields,
    with_suspects: bool,
}

impl Compiler<'_> {
    fn node(&self, node: &Node) -> Box<dyn IndexQuery> {
        let parts = match node {
            Node::Word(word) => self.word(&word.stem),
            Node::Phrase(words) => self.phrase(words),
            Node::All(nodes) => nodes.iter().map(|node| self.part_of_all(node)).collect(),
            Node::Any(nodes) => nodes.iter().map(|node| (Occur::Should, self.node(node))).collect(),
            Node::Prefix(_) | Node::Similar { .. } | Node::Sounds(_) | Node::Near(_) | Node::Condition(_) => {
                Vec::new()
            }
            // The parser puts it into an `All`.
            Node::Not(_) => vec![self.part_of_all(node)],
        };
        joined(parts)
    }

    fn part_of_all(&self, node: &Node) -> (Occur, Box<dyn IndexQuery>) {
        match node {
            Node::Not(node) => (Occur::MustNot, Box::new(Excluded(self.node(node)))),
            node => (Occur::Must, self.node(node)),
        }
    }

    fn word(&self, stem: &str) -> Vec<(Occur, Box<dyn IndexQuery>)> {
        let fields = [self.fields.stem, self.fields.suspect_stem];
        self.of(fields).map(|field| (Occur::Should, term(field, stem))).collect()
    }

    fn phrase(&self, words: &[String]) -> Vec<(Occur, Box<dyn IndexQuery>)> {
        let fields = [self.fields.exact, self.fields.suspect_exact];
        let within = self.of(fields).map(|field| phrase(field, words));
        let across = (1..words.len()).map(|split| self.across(words, split));
        within.chain(across).map(|query| (Occur::Should, query)).collect()
    }

    /// The phrase whose first `split` words end one passage while the others begin the next. Of a long phrase
    /// only the words next to the end can be looked up.
    fn across(&self, words: &[String], split: usize) -> Box<dyn IndexQuery> {
        let (first, second) = words.split_at(split);
        let last = first[split.saturating_sub(BRIDGE_WORDS)..].iter().cloned();
        let next = second.iter().take(BRIDGE_WORDS).map(|word| marked(word));
        let words: Vec<String> = last.chain(next).collect();
        phrase(self.fields.bridge, &words)
    }

    fn of(&self, [ordinary, suspect]: [Field; 2]) -> impl Iterator<Item = Field> {
        [ordinary].into_iter().chain(self.with_suspects.then_some(suspect))
    }
}

fn term(field: Field, text: &str) -> Box<dyn IndexQuery> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn phrase(field: Field, words: &[String]) -> Box<dyn IndexQuery> {
    match words {
        [word] => term(field, word),
        words => {
            let terms = words.iter().map(|word| Term::from_field_text(field, word));
            Box::new(PhraseQuery::new(terms.collect()))
        }
    }
}
