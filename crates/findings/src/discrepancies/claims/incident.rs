//! When and where what is counted happened, as far as its sentence says.
//!
//! The same things happen again: people are killed in one war on Monday and on Tuesday, here and there. Two counts are of one
//! fact only if they can be of the same happening.

use std::ops::Range;

use language::dates::{Dated, Expression};
use language::entities;
use language::parse::{EntityKind, Relation};
use serde::{Deserialize, Serialize};

use super::{Reading, Term, Vocabulary, day_number};

/// When and where it happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::discrepancies) struct Incident {
    /// The first and the last day that it can have been, counted from the year 1.
    pub(in crate::discrepancies) days: Option<(i32, i32)>,
    /// Whether all is counted that happened since something began.
    pub(in crate::discrepancies) is_total: bool,
    /// Countries, or parts of them, in rising order.
    pub(in crate::discrepancies) places: Vec<Term>,
}

/// Days that a text names.
pub(super) struct NamedDays {
    /// The token by which the date hangs on the rest.
    top: usize,
    days: (i32, i32),
}

/// Before the name of a place these tell that something happened there.
const THERE: [&str; 9] =
    ["in", "at", "near", "across", "around", "outside", "inside", "throughout", "within"];
/// So many words around a count tell whether it is of all.
const NEAR: usize = 30;
/// After `since` these name the day itself, and nothing that began long ago.
const PARTS_OF_A_DAY: [&str; 6] = ["dawn", "midnight", "morning", "sunrise", "noon", "today"];

impl Reading<'_> {
    /// The days that a text names, each with the token by which it hangs on the rest; `since Friday` is none.
    pub(super) fn find_named_days(&self) -> Vec<NamedDays> {
        let named = self.dates.iter().filter_map(|dated| {
            let tokens = self.tokens_of(&dated.bytes)?;
            let days = days_of(dated).filter(|_| !self.is_since(&tokens))?;
            Some(NamedDays { top: self.top_of(&tokens), days })
        });
        named.collect()
    }

    /// What its sentence says of when and where it happened.
    pub(super) fn incident(
        &self,
        span: &Range<usize>,
        noun: Option<usize>,
        vocabulary: &mut Vocabulary,
    ) -> Incident {
        let Some(number) = self.sentence_of(span.start) else { return Incident::default() };
        let sentence = &self.parsed.sentences[number];
        let sentence = sentence.start as usize..sentence.end as usize;
        let mut about = self.way(span);
        about.extend(noun);
        // A sentence without stops goes on to other things.
        let near = sentence.start.max(span.start.saturating_sub(NEAR))..sentence.end.min(span.end + NEAR);
        let words: Vec<String> = near.map(|at| self.lower(at)).collect();
        let days = self.days(&sentence, &about, &words);
        Incident {
            is_total: days.is_none() && is_total(&words),
            days,
            places: self.places(number, &about, vocabulary),
        }
    }

    /// The days that are named for it; those of a verb that only reports it are not.
    fn days(&self, sentence: &Range<usize>, about: &[usize], words: &[String]) -> Option<(i32, i32)> {
        let mut here = self.named_days.iter().filter(|named| sentence.contains(&named.top));
        if let Some(named) = here.find(|named| self.belongs_to(named.top, about)) {
            return Some(named.days);
        }
        let is_of_day = |at: usize| words[at] == "since" && is_part_of_day(words, at);
        let today = self.published.map(day_number).filter(|_| (0..words.len()).any(is_of_day))?;
        Some((today, today))
    }

    /// Whether `since` stands before it.
    fn is_since(&self, tokens: &Range<usize>) -> bool {
        (1..=2).filter_map(|back| tokens.start.checked_sub(back)).any(|at| self.lower(at) == "since")
    }

    /// Whether a token hangs on one of these, or on what hangs on them, without another verb between.
    fn belongs_to(&self, token: usize, about: &[usize]) -> bool {
        const FARTHEST: usize = 5;
        let mut at = token;
        for _ in 0..FARTHEST {
            if about.contains(&at) {
                return true;
            }
            let head = self.parsed.tokens[at].head as usize;
            if head == at || (at != token && self.is_verb(at)) {
                return false;
            }
            at = head;
        }
        false
    }

    /// Where it happened: places of its own clause, or else those of the sentences beside its own.
    fn places(&self, number: usize, about: &[usize], vocabulary: &mut Vocabulary) -> Vec<Term> {
        let own = self.named_places(number, Some(about), vocabulary);
        if !own.is_empty() {
            return own;
        }
        let beside = [number.checked_sub(1), Some(number + 1)].into_iter().flatten();
        let mut beside = beside.map(|number| self.named_places(number, None, vocabulary));
        beside.find(|places| !places.is_empty()).unwrap_or_default()
    }

    /// The places in a sentence of which it says that something happened there; with `about`, that this did.
    fn named_places(&self, number: usize, about: Option<&[usize]>, vocabulary: &mut Vocabulary) -> Vec<Term> {
        let Some(sentence) = self.parsed.sentences.get(number) else { return Vec::new() };
        let sentence = sentence.start as usize..sentence.end as usize;
        let named = self.parsed.entities.iter().filter(|entity| {
            matches!(entity.kind, EntityKind::Country | EntityKind::Location)
                && sentence.contains(&(entity.tokens.start as usize))
        });
        let mut places: Vec<Term> = named
            .filter_map(|entity| {
                let tokens = entity.tokens.start as usize..entity.tokens.end as usize;
                let top = self.top_of(&tokens);
                let before = self.parsed.tokens[top].head as usize;
                let is_there = self.parsed.tokens[top].relation == Relation::Pobj
                    && THERE.contains(&self.lower(before).as_str())
                    && about.is_none_or(|about| self.belongs_to(before, about));
                let name = self.text[self.parsed.bytes(&entity.tokens)].trim_start_matches("the ");
                let country = entities::country(name.trim_end_matches("'s")).filter(|_| is_there)?;
                vocabulary.term(format!("@{country}"))
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Whether `since` at a place is followed by a part of the day.
fn is_part_of_day(words: &[String], at: usize) -> bool {
    words[at + 1..].iter().take(3).any(|word| PARTS_OF_A_DAY.contains(&word.as_str()))
}

/// `since the war began`, `so far`, `in total`, `over the past three weeks`.
fn is_total(words: &[String]) -> bool {
    let is = |at: usize, these: &[&str]| words.get(at).is_some_and(|word| these.contains(&word.as_str()));
    (0..words.len()).any(|at| {
        let is_since = is(at, &["since"]) && !is_part_of_day(words, at);
        let is_so_far = is(at, &["so"]) && is(at + 1, &["far"]);
        let is_in_all = is(at, &["in"]) && is(at + 1, &["all", "total"]);
        // "Over the past three weeks", whatever the number.
        let is_past = is(at, &["past", "last"]) && is(at + 2, &["days", "weeks", "months", "years"]);
        is_since || is_so_far || is_in_all || is_past || is(at, &["total", "altogether"])
    })
}

/// The days of a date that can be those of what happened.
fn days_of(dated: &Dated) -> Option<(i32, i32)> {
    let is_named = match dated.expression {
        Expression::Day(after) | Expression::Period { after, .. } => after <= 0,
        Expression::FromElsewhere => false,
        Expression::Weekday { .. }
        | Expression::Calendar { .. }
        | Expression::Night
        | Expression::Year(_)
        | Expression::Ago { .. } => true,
    };
    let days = dated.days.filter(|_| is_named)?;
    Some((day_number(days.first), day_number(days.last)))
}
