//! When and where what is counted happened, as far as its sentence says.
//!
//! The same things happen again: people are killed in one war on Monday and on Tuesday, here and there. Two counts are of one
//! fact only if they can be of the same happening.

use std::ops::Range;

use language::dates::{Dated, Expression};
use language::entities;
use language::parse::{EntityKind, Relation, Tag};
use serde::{Deserialize, Serialize};

use super::super::words;
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
    /// Towns, and whatever else lies in a country, in rising order.
    pub(in crate::discrepancies) sites: Vec<Term>,
    /// Which part of a place: `north`, in rising order.
    pub(in crate::discrepancies) sides: Vec<Term>,
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
/// Parts of a place, with or without `ern`.
const SIDES: [&str; 11] = [
    "north", "northern", "south", "southern", "east", "eastern", "west", "western", "central", "center",
    "centre",
];
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
            sites: self.named_places(number, Some(&about), Extent::Site, vocabulary),
            sides: self.sides(&sentence, &about, vocabulary),
        }
    }

    /// The days that are named for it; those of a verb that only reports it are not.
    fn days(&self, sentence: &Range<usize>, about: &[usize], words: &[String]) -> Option<(i32, i32)> {
        let mut here = self.named_days.iter().filter(|named| sentence.contains(&named.top));
        if let Some(named) = here.find(|named| self.belongs_to(named.top, about)) {
            return Some(named.days);
        }
        let today = self.published.map(day_number)?;
        let is_of_day = |at: usize| words[at] == "since" && is_part_of_day(words, at);
        let is_of_today = (0..words.len()).any(|at| is_of_day(at) || is_of_last_hours(words, at));
        let is_overnight = words.iter().any(|word| word == "overnight");
        is_of_today.then_some((today, today)).or(is_overnight.then_some((today - 1, today)))
    }

    /// Which part of a place it happened in.
    fn sides(&self, sentence: &Range<usize>, about: &[usize], vocabulary: &mut Vocabulary) -> Vec<Term> {
        let is_side = |at: &usize| {
            // With a capital it is a part of a name.
            !matches!(self.parsed.tokens[*at].tag, Tag::Nnp | Tag::Nnps)
                && SIDES.contains(&self.lower(*at).as_str())
                && self.belongs_to(*at, about)
        };
        let sides = sentence.clone().filter(is_side).filter_map(|at| {
            let side = self.lower(at);
            let side = side.strip_suffix("ern").unwrap_or(&side);
            vocabulary.term(format!("@{}", if side.starts_with("cent") { "center" } else { side }))
        });
        rising(sides.collect())
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
        let own = self.named_places(number, Some(about), Extent::Country, vocabulary);
        if !own.is_empty() {
            return own;
        }
        let beside = [number.checked_sub(1), Some(number + 1)].into_iter().flatten();
        let mut beside = beside.map(|number| self.named_places(number, None, Extent::Country, vocabulary));
        beside.find(|places| !places.is_empty()).unwrap_or_default()
    }

    /// The places in a sentence of which it says that something happened there; with `about`, that this did.
    fn named_places(
        &self,
        number: usize,
        about: Option<&[usize]>,
        extent: Extent,
        vocabulary: &mut Vocabulary,
    ) -> Vec<Term> {
        let Some(sentence) = self.parsed.sentences.get(number) else { return Vec::new() };
        let sentence = sentence.start as usize..sentence.end as usize;
        let named = self.parsed.entities.iter().filter(|entity| {
            matches!(entity.kind, EntityKind::Country | EntityKind::Location)
                && sentence.contains(&(entity.tokens.start as usize))
        });
        let places = named
            .filter_map(|entity| {
                let tokens = entity.tokens.start as usize..entity.tokens.end as usize;
                let top = self.top_of(&tokens);
                let before = self.parsed.tokens[top].head as usize;
                let relation = self.parsed.tokens[top].relation;
                let is_in = relation == Relation::Pobj
                    && THERE.contains(&self.lower(before).as_str())
                    && about.is_none_or(|about| self.belongs_to(before, about));
                // "Norway's ferry cases", "the Norway toll".
                let is_of = matches!(relation, Relation::Compound | Relation::Poss | Relation::Nmod)
                    && about.is_some_and(|about| about.contains(&before));
                let is_there = is_in || is_of;
                let name = self.text[self.parsed.bytes(&entity.tokens)].trim_start_matches("the ");
                let name = Some(name.trim_end_matches("'s")).filter(|_| is_there)?;
                vocabulary.term(match extent {
                    Extent::Country => format!("@{}", entities::country(name)?),
                    Extent::Site => site(name)?,
                })
            })
            .collect();
        rising(places)
    }
}

/// How much lies in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// A country, or a part of one.
    Country,
    /// A town, or whatever else lies in one.
    Site,
}

/// A place in a country, as it sounds; `None` for countries, their parts and larger areas.
fn site(name: &str) -> Option<String> {
    let sounds: String =
        name.split_whitespace().filter_map(|word| words::term(&word.to_lowercase(), true)).collect();
    (!entities::is_area(name) && !sounds.is_empty()).then(|| format!("@{sounds}"))
}

fn rising(mut terms: Vec<Term>) -> Vec<Term> {
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// `over the past 24 hours`, `in a single day`.
fn is_of_last_hours(words: &[String], at: usize) -> bool {
    let is = |at: usize, these: &[&str]| words.get(at).is_some_and(|word| these.contains(&word.as_str()));
    let is_past = is(at, &["past", "last"]) && is(at + 1, &["24"]) && is(at + 2, &["hours"]);
    let is_one_day = is(at, &["single", "one"]) && is(at + 1, &["day"]) && at > 0 && is(at - 1, &["a", "in"]);
    is_past || is_one_day
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
