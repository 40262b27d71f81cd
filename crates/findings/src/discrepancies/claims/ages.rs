//! How old somebody is said to be: `Mara Lindqvist, 52,`, `the 52-year-old captain Mara Lindqvist`, `Mara Lindqvist is 52 years old`.

use std::ops::Range;

use language::parse::{Entity, EntityKind, Tag};
use language::quantities;

use super::super::values::{Amount, Value};
use super::super::words;
use super::{Claim, Fact, MOST_CLAIMS, Reading, Vocabulary};

/// Words between an age and the name: `29-year-old former soldier Jonas Varg`.
const MOST_BETWEEN: usize = 5;
/// The oldest that anybody is.
const OLDEST: f64 = 122.0;

impl Reading<'_> {
    /// The ages of those who are named in full.
    pub(super) fn ages(&self, vocabulary: &mut Vocabulary) -> Vec<Claim> {
        let people = self.parsed.entities.iter().filter(|entity| entity.kind == EntityKind::Person);
        people.filter_map(|person| self.age_of(person, vocabulary)).take(MOST_CLAIMS).collect()
    }

    fn age_of(&self, person: &Entity, vocabulary: &mut Vocabulary) -> Option<Claim> {
        let name = person.tokens.start as usize..person.tokens.end as usize;
        let of = vocabulary.term(self.age_term(&name)?)?;
        let at = self.age_behind(&name).or_else(|| self.age_before(&name))?;
        let bytes = self.parsed.tokens[at].bytes();
        let quantity = quantities::find(&self.text[bytes.clone()]).into_iter().next()?;
        let amount = Amount::of(&quantity);
        let is_possible = !amount.is_vague && amount.middle() >= 1.0 && amount.middle() <= OLDEST;
        if !is_possible {
            return None;
        }
        // When, where and whether something happened tells nothing of an age, so it is read as if it were a name.
        let mut claim = self.claim(Fact::Name, Value::Amount(amount), &bytes, None, vocabulary)?;
        claim.fact = Fact::Number;
        claim.object = Some(of);
        claim.event = None;
        claim.is_denied = false;
        claim.is_part = false;
        Some(claim)
    }

    /// Whose age it is: the first and the last name as they sound.
    fn age_term(&self, name: &Range<usize>) -> Option<String> {
        let named: Vec<usize> = name.clone().filter(|at| self.terms[*at].is_some()).collect();
        let [first, .., last] = named[..] else { return None };
        let part = |at: usize| words::term(&self.lower(at), true);
        Some(format!("{}{} {}", words::AGE, part(first)?, part(last)?))
    }

    /// Behind a name: `, 52,`, `, aged 52`, ` is 52 years old`.
    fn age_behind(&self, name: &Range<usize>) -> Option<usize> {
        let is =
            |at: usize, words: &[&str]| at < self.terms.len() && words.contains(&self.lower(at).as_str());
        let comma = usize::from(is(name.end, &[","]));
        let is_told = is(name.end + comma, &["aged", "is", "age"]);
        let at = name.end + comma + usize::from(is_told);
        // More than one number is a list.
        let is_over = is(at + 1, &[",", "."]) && !self.is_number(at + 2);
        let is_old = is(at + 1, &["years"]) && is(at + 2, &["old"]);
        let is_aged = is(name.end + comma, &["aged", "age"]);
        let is_age = (comma == 1 && !is_told && is_over) || is_aged || is_old;
        (is_age && self.is_number(at) && self.is_one_sentence(name.start, at)).then_some(at)
    }

    /// Before a name: `52-year-old`, with some words that say who it is.
    fn age_before(&self, name: &Range<usize>) -> Option<usize> {
        for back in 1..=MOST_BETWEEN {
            let old = name.start.checked_sub(back)?;
            if self.lower(old) == "old" {
                return self.number_of_years(old).filter(|at| self.is_one_sentence(*at, name.start));
            }
            // "The 52-year-old son of Mara Lindqvist" is not she, nor is the 14-year-old who met her.
            let describes = matches!(
                self.parsed.tokens[old].tag,
                Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Jj | Tag::Hyph
            );
            if !describes {
                return None;
            }
        }
        None
    }

    /// The number before `year old`, with hyphens or without.
    fn number_of_years(&self, old: usize) -> Option<usize> {
        let skipped = |at: usize| if self.lower(at) == "-" { at.checked_sub(1) } else { Some(at) };
        let year = skipped(old.checked_sub(1)?)?;
        let number = skipped(year.checked_sub(1)?)?;
        // Of `eighty-two` the last word is no age.
        let before = number.checked_sub(2).filter(|_| self.lower(number - 1) == "-");
        if before.is_some_and(|before| self.is_number(before)) {
            return None;
        }
        (self.lower(year) == "year" && self.is_number(number)).then_some(number)
    }

    fn is_number(&self, at: usize) -> bool {
        self.parsed.tokens.get(at).is_some_and(|token| token.tag == Tag::Cd)
    }

    fn is_one_sentence(&self, one: usize, other: usize) -> bool {
        self.sentence_of(one).is_some() && self.sentence_of(one) == self.sentence_of(other)
    }
}
