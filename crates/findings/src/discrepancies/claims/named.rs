//! Claims of what is named: times of day, who holds an office, and in which country something happened.

use std::ops::Range;

use language::parse::{EntityKind, Relation, Tag};
use language::{clock, entities};

use super::super::values::Value;
use super::super::words;
use super::{Claim, Fact, Reading, Vocabulary};

/// So many claims of one kind are kept of a text.
const MOST_OF_A_KIND: usize = 100;

impl Reading<'_> {
    /// Times of day.
    pub(super) fn times(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let times = clock::find(self.text).into_iter().filter_map(|time| {
            let bytes = time.bytes.clone();
            self.claim(Fact::Time, Value::Clock(time), &bytes, None, vocabulary)
        });
        times.take(MOST_OF_A_KIND).collect()
    }

    /// `her deputy, Jonas Varg`: who holds an office or plays a part.
    pub(super) fn names(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let persons = self.parsed.entities.iter().filter(|entity| entity.kind == EntityKind::Person);
        let named = persons.filter_map(|entity| {
            let span = entity.tokens.start as usize..entity.tokens.end as usize;
            let role = words::term(&self.lower(self.role_of(&span)?), false)?;
            let bytes = self.parsed.bytes(&entity.tokens);
            let name =
                self.text[bytes.clone()].trim_end_matches("'s").trim_end_matches("\u{2019}s").to_owned();
            let mut claim = self.claim(Fact::Name, Value::Name(name), &bytes, None, vocabulary)?;
            claim.object = vocabulary.term(role);
            Some(claim)
        });
        named.take(MOST_OF_A_KIND).collect()
    }

    /// The noun beside a name that tells what somebody is.
    fn role_of(&self, span: &Range<usize>) -> Option<usize> {
        let top = self.top_of(span);
        let is_noun = |at: &usize| {
            !span.contains(at)
                && matches!(self.parsed.tokens[*at].tag, Tag::Nn | Tag::Nnp)
                && !self.parsed.entities.iter().any(|entity| entity.tokens.contains(&(*at as u32)))
        };
        let token = &self.parsed.tokens[top];
        let over = Some(token.head as usize).filter(|_| token.relation == Relation::Appos);
        let beside = self.children(top).filter(|child| {
            matches!(self.parsed.tokens[*child].relation, Relation::Compound | Relation::Appos)
        });
        // "Defence secretary Jonas Varg": the last noun before the name is the office.
        over.filter(is_noun).or_else(|| beside.filter(is_noun).last())
    }

    /// `talks in Norway`: in which country something happened.
    pub(super) fn places_of_events(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let places = self
            .parsed
            .entities
            .iter()
            .filter(|entity| matches!(entity.kind, EntityKind::Country | EntityKind::Location));
        let claims = places.filter_map(|entity| {
            let span = entity.tokens.start as usize..entity.tokens.end as usize;
            let area = self.country_there(&span)?;
            let bytes = self.parsed.bytes(&entity.tokens);
            let claim = self.claim(Fact::Place, Value::Place(area.to_owned()), &bytes, None, vocabulary)?;
            claim.event.is_some().then_some(claim)
        });
        claims.take(MOST_OF_A_KIND).collect()
    }

    /// The country in which something is said to be: what hangs on a word such as "in".
    pub(super) fn country_there(&self, span: &Range<usize>) -> Option<&'static str> {
        let top = self.top_of(span);
        let before = self.parsed.tokens[top].head as usize;
        let is_there = self.parsed.tokens[top].relation == Relation::Pobj && self.is_there(before);
        let start = self.parsed.tokens[span.start].start as usize;
        let end = self.parsed.tokens[span.end - 1].end as usize;
        let name = self.text[start..end].trim_start_matches("the ");
        entities::country(name.trim_end_matches("'s")).filter(|_| is_there)
    }
}
