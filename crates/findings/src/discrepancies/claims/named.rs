//! Who and where, in articles: a name with the words around it, which another article may have around another name.
//!
//! Versions of an article and agency copy retell sentences word by word, so that a name that was exchanged shows. In speech names
//! are misheard, and what is misheard is the business of repairs.

use language::entities;
use language::parse::{Entity, EntityKind};

use super::super::values::{Lies, Named, Value};
use super::super::words;
use super::{Claim, Fact, MOST_CLAIMS, Reading, Vocabulary};

/// Words on each side that another article must have, too, and of both sides the fewest.
const BESIDE: usize = 4;
const FEWEST: usize = 5;

impl Reading<'_> {
    /// The names of people, organisations and places, each as what stands between the words around it.
    pub(super) fn names(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let named = self.parsed.entities.iter().filter_map(|entity| self.name(entity, vocabulary));
        named.take(MOST_CLAIMS).collect()
    }

    fn name(&self, entity: &Entity, vocabulary: &mut Vocabulary) -> Option<Claim> {
        let fact = match entity.kind {
            EntityKind::Person | EntityKind::Organisation => Fact::Name,
            EntityKind::Country | EntityKind::Location => Fact::Place,
            _ => return None,
        };
        let frame = vocabulary.term(self.frame(entity, vocabulary)?)?;
        let bytes = self.parsed.bytes(&entity.tokens);
        let name = self.text[bytes.clone()].trim_start_matches("the ");
        let name = name.trim_end_matches("'s").trim_end_matches("\u{2019}s");
        let tokens = (entity.tokens.start as usize..entity.tokens.end as usize)
            .filter(|at| !self.lower(*at).ends_with("\u{2019}s"))
            .filter_map(|at| words::term(&self.lower(at), true));
        let lies = match entities::country(name).filter(|_| fact == Fact::Place) {
            None => Lies::Unknown,
            Some(country) if entities::is_country(name) => Lies::Is(country.to_owned()),
            Some(country) => Lies::In(country.to_owned()),
        };
        let value = Named { words: tokens.collect(), lies };
        let mut claim = self.claim(fact, Value::Named(value), &bytes, None, vocabulary)?;
        claim.object = Some(frame);
        claim.event = None;
        Some(claim)
    }

    /// The words before and behind a name in its sentence.
    fn frame(&self, entity: &Entity, vocabulary: &Vocabulary) -> Option<String> {
        let (first, after) = (entity.tokens.start as usize, entity.tokens.end as usize);
        let sentence = self.parsed.sentences.get(self.sentence_of(first)?)?;
        let word = |at: usize| self.terms[at].map(|term| vocabulary.terms[usize::from(term)].as_str());
        let before: Vec<&str> =
            (sentence.start as usize..first).rev().filter_map(word).take(BESIDE).collect();
        let behind: Vec<&str> = (after..sentence.end as usize).filter_map(word).take(BESIDE).collect();
        let is_enough = before.len() + behind.len() >= FEWEST;
        is_enough.then(|| format!("{} … {}", before.join(" "), behind.join(" ")))
    }
}
