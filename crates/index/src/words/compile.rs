//! What is sought, in the terms of tantivy.

use std::ops::Bound;

use jiff::civil::Date;
use record::rows::kind_name;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::across::AcrossQuery;
use super::excluded::Excluded;
use super::joined::JoinedQuery;
use super::near::NearQuery;
use super::places::AllPlaces;
use super::schema::{Fields, Standing, day_number};
use crate::catalogue::DocumentNumber;
use crate::sought::{Near, Property, Sequence, Slot, Sought};

/// Of more words than these it is only asked whether one of them is there, not how often and how rare it is.
const MOST_RANKED_WORDS: usize = 64;

/// Which passages are looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Among {
    /// Whether doubted segments are looked at, too.
    pub(crate) with_suspects: bool,
    /// Copies that are looked at in the place of the documents that they are copies of.
    pub(crate) copies: Vec<DocumentNumber>,
}

impl Among {
    /// What passages that are looked at count as; copies only those of certain documents, which have to be asked for apart.
    pub(super) fn standings(&self) -> Vec<Standing> {
        let mut standings = vec![Standing::Ordinary];
        standings.extend(self.with_suspects.then_some(Standing::Suspect));
        standings
    }
}

/// What is sought among some passages; properties add nothing to the scores.
pub(super) fn compile(
    sought: &Sought,
    among: &Among,
    fields: &Fields,
    places: &AllPlaces,
) -> Box<dyn IndexQuery> {
    let ordinary = Compiler { fields, places, standings: among.standings() }.whole(sought);
    if among.copies.is_empty() {
        return ordinary;
    }
    let copies = Compiler { fields, places, standings: vec![Standing::Copy] };
    let numbers = unscored(TermSetQuery::new(among.copies.iter().map(|number| fields.number_term(*number))));
    let copies = joined(vec![(Occur::Must, copies.whole(sought)), (Occur::Must, numbers)]);
    joined(vec![(Occur::Should, ordinary), (Occur::Should, copies)])
}

/// The words of which any will do, if what is sought is nothing else.
pub(super) fn any_words(sought: &Sought, fields: &Fields) -> Option<Vec<JoinedQuery>> {
    match sought {
        Sought::All(parts) => match parts.as_slice() {
            [only] => any_words(only, fields),
            _ => None,
        },
        Sought::Any(parts) => {
            let word = |part: &Sought| match part {
                Sought::Word(word) => Some(JoinedQuery::of(word, Standing::Ordinary, fields)),
                _ => None,
            };
            parts.iter().map(word).collect()
        }
        _ => None,
    }
}

fn unscored(query: impl IndexQuery) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

type Parts = Vec<(Occur, Box<dyn IndexQuery>)>;

fn joined(mut parts: Parts) -> Box<dyn IndexQuery> {
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
    places: &'a AllPlaces,
    standings: Vec<Standing>,
}

impl Compiler<'_> {
    /// The whole of a query. One without text is about passages all the same, and only of these standings.
    fn whole(&self, sought: &Sought) -> Box<dyn IndexQuery> {
        let query = self.part(sought);
        if !sought.has_no_text() {
            return query;
        }
        let standings = self.standings.iter().map(|standing| self.any_of(*standing));
        let standings = joined(standings.map(|query| (Occur::Should, query)).collect());
        joined(vec![(Occur::Must, query), (Occur::Must, standings)])
    }

    /// Every passage of a standing.
    fn any_of(&self, standing: Standing) -> Box<dyn IndexQuery> {
        let term = self.fields.standing_term(standing);
        unscored(TermQuery::new(term, IndexRecordOption::Basic))
    }

    fn part(&self, sought: &Sought) -> Box<dyn IndexQuery> {
        match sought {
            Sought::Word(word) => {
                joined(self.each(|standing| JoinedQuery::of(word, standing, self.fields).boxed()))
            }
            Sought::Sequence(sequence) => joined(self.sequence(sequence)),
            Sought::Near(near) => self.near(near),
            Sought::All(parts) => joined(parts.iter().map(|part| self.part_of_all(part)).collect()),
            Sought::Any(parts) => joined(parts.iter().map(|part| (Occur::Should, self.part(part))).collect()),
            // The parser puts it into an `All`.
            Sought::Not(_) => joined(vec![self.part_of_all(sought)]),
            Sought::Property(property) => self.property(property),
        }
    }

    fn part_of_all(&self, sought: &Sought) -> (Occur, Box<dyn IndexQuery>) {
        match sought {
            Sought::Not(part) => (Occur::MustNot, Box::new(Excluded(self.part(part)))),
            part => (Occur::Must, self.part(part)),
        }
    }

    fn each(&self, query: impl Fn(Standing) -> Box<dyn IndexQuery>) -> Parts {
        self.standings.iter().map(|standing| (Occur::Should, query(*standing))).collect()
    }

    fn sequence(&self, sequence: &Sequence) -> Parts {
        let words: Option<Vec<&String>> = sequence
            .iter()
            .map(|slot| match slot.as_slice() {
                [word] => Some(word),
                _ => None,
            })
            .collect();
        match words {
            Some(words) => self.phrase(&words),
            None if sequence.len() == 1 => {
                self.each(|standing| slot(self.fields.exact(standing), &sequence[0]))
            }
            None => vec![(
                Occur::Should,
                self.near(&Near { operands: vec![vec![sequence.clone()]], links: vec![] }),
            )],
        }
    }

    /// The phrase, whether one passage has it whole or it reaches into a later one.
    fn phrase(&self, words: &[&String]) -> Parts {
        let mut parts = Parts::new();
        for standing in &self.standings {
            let field = self.fields.exact(*standing);
            parts.push((Occur::Should, phrase(field, words)));
            if words.len() > 1 {
                parts.push((
                    Occur::Should,
                    Box::new(AcrossQuery { words: terms(field, words), places: self.places.clone() }),
                ));
            }
        }
        parts
    }

    /// Nearness decides; the words themselves make the score.
    fn near(&self, near: &Near) -> Box<dyn IndexQuery> {
        let is_near = self.each(|standing| {
            let (near, field) = (near.clone(), self.fields.exact(standing));
            unscored(NearQuery { near, field, places: self.places.clone() })
        });
        let mut parts = vec![(Occur::Must, joined(is_near))];
        for word in near.operands.iter().flatten().flatten() {
            parts.extend(self.each(|standing| slot(self.fields.exact(standing), word)));
        }
        joined(parts)
    }

    fn property(&self, property: &Property) -> Box<dyn IndexQuery> {
        let any = |field, names: &[String]| {
            unscored(TermSetQuery::new(names.iter().map(|name| Term::from_field_text(field, name))))
        };
        match property {
            Property::Shows(names) => any(self.fields.show, names),
            Property::Outlets(names) => any(self.fields.outlet, names),
            Property::Kind(kind) => any(self.fields.kind, &[kind_name(*kind).to_owned()]),
            Property::Language(code) => any(self.fields.language, std::slice::from_ref(code)),
            Property::Speaker(words) => Box::new(ConstScoreQuery::new(
                phrase(self.fields.speaker, &words.iter().collect::<Vec<_>>()),
                0.0,
            )),
            Property::Days { from: None, until: None } => unscored(AllQuery),
            Property::Days { from, until } => {
                let day = |date: Date| Term::from_field_u64(self.fields.day, day_number(date));
                let from = from.map_or(Bound::Unbounded, |date| Bound::Included(day(date)));
                let until = until.map_or(Bound::Unbounded, |date| Bound::Excluded(day(date)));
                unscored(RangeQuery::new(from, until))
            }
            Property::Documents(numbers) => {
                unscored(TermSetQuery::new(numbers.iter().map(|number| self.fields.number_term(*number))))
            }
        }
    }
}

/// Any of the words.
fn slot(field: Field, words: &Slot) -> Box<dyn IndexQuery> {
    match words.as_slice() {
        words if words.len() > MOST_RANKED_WORDS => {
            unscored(TermSetQuery::new(words.iter().map(|word| Term::from_field_text(field, word))))
        }
        [] => Box::new(tantivy::query::EmptyQuery),
        words => joined(words.iter().map(|word| (Occur::Should, term(field, word))).collect()),
    }
}

fn term(field: Field, text: &str) -> Box<dyn IndexQuery> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn phrase(field: Field, words: &[&String]) -> Box<dyn IndexQuery> {
    match words {
        [] => Box::new(tantivy::query::EmptyQuery),
        [word] => term(field, word),
        words => Box::new(PhraseQuery::new(terms(field, words))),
    }
}

fn terms(field: Field, words: &[&String]) -> Vec<Term> {
    words.iter().map(|word| Term::from_field_text(field, word)).collect()
}
