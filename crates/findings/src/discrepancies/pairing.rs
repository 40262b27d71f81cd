//! Which claims of different documents are about the same fact.
//!
//! ```text
//! claims --rare words that they share--> candidate pairs --event, object, core, context--> Likeness
//! ```
//!
//! No claim is compared with all others: two claims must share rare words, and at most so many of one word are tried.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;
use record::{Document, Kind};

use super::claims::{Claim, Fact, Held};
use super::values::Value;
use super::words;
use crate::compact::Numbered;
use crate::sorted::in_both;

/// Documents further apart than this speak of other events with the same words, or of what has changed since.
pub(super) const WINDOW_DAYS: i32 = 7;
/// A word that stands in more than this part of all documents is not rare.
const COMMON: f32 = 0.4;
/// Rare words of a claim that lead to candidates.
const KEYS: usize = 40;
/// Claims after it with the same rare word that a claim is compared with.
const MOST_OF_A_KEY: usize = 100;
/// Rare words that two claims must share.
const FEWEST_SHARED: usize = 2;

/// Among few documents every word is in a large part of them: there it is as rare as if it stood in no other of so many.
const SUPPOSED_DOCUMENTS: usize = 200;

/// How many documents words are counted among.
fn supposed(documents: usize) -> f32 {
    documents.max(SUPPOSED_DOCUMENTS) as f32
}

/// What all times of day are of, and all that is claimed or denied; no terms.
const TIME: u32 = u32::MAX;
const STANCE: u32 = u32::MAX - 1;

/// What two claims of one kind must have in common to meet: what they are of, and a rare word.
type Key = (u32, u32);

/// All claims of all documents under common numbers for their words.
pub(super) struct Claims<'a> {
    pub(super) documents: &'a [(&'a Document, &'a Held)],
    /// Ordered by document.
    pub(super) all: Vec<Known<'a>>,
    /// How rare each term is.
    rarity: Vec<f32>,
    terms: Vec<&'a str>,
}

/// A claim with its words as numbers that hold for all documents.
pub(super) struct Known<'a> {
    pub(super) document: usize,
    pub(super) claim: &'a Claim,
    pub(super) day: Option<i32>,
    pub(super) object: Option<u32>,
    pub(super) event: Option<u32>,
    /// Whose people are counted.
    nation: Option<u32>,
    /// Whether it was spoken.
    pub(super) is_broadcast: bool,
    /// Where it happened.
    places: Vec<u32>,
    /// In which towns, and which parts of a place.
    sites: Vec<u32>,
    sides: Vec<u32>,
    core: Vec<(u32, f32)>,
    context: Vec<(u32, f32)>,
    context_length: f32,
}

/// How much two claims are about the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Likeness {
    /// Of the words that the values depend on, 0..1.
    pub(super) core: f32,
    /// Of their sentences and neighbours: the cosine of their rarities, 0..1.
    pub(super) context: f32,
    /// Of the words of both contexts: the sum of their rarities.
    pub(super) evidence: f32,
    /// Of the names in them, 0..1; `None` where one has none.
    pub(super) names: Option<f32>,
    /// Whether both tell of the same happening somewhere.
    pub(super) shares_concept: bool,
    /// The rarest words that both have, rarest first.
    pub(super) shared: Vec<String>,
    /// Words of the core that both have.
    pub(super) shared_core: Vec<String>,
}

/// What agrees more than this is one passage, and no surer to be of one fact.
const MOST_CONTEXT: f32 = 0.6;
/// Names have little in common below this.
const FEW_NAMES: f32 = 0.1;

impl Likeness {
    /// [`Likeness::context`], as far as it counts.
    pub(super) fn weighed_context(&self) -> f32 {
        self.context.min(MOST_CONTEXT)
    }

    /// Whether both have names, and hardly one of them is the same.
    pub(super) fn has_other_names(&self) -> bool {
        self.names.is_some_and(|names| names < FEW_NAMES)
    }
}

impl<'a> Claims<'a> {
    /// `documents` in their order.
    pub(super) fn of(documents: &'a [(&'a Document, &'a Held)]) -> Self {
        let terms = || documents.iter().flat_map(|(_, held)| held.terms.iter());
        let numbered = Numbered::of(documents.par_iter().flat_map_iter(|(_, held)| held.terms.iter()));
        let mut frequency = vec![0_u32; numbered.words.len()];
        terms().for_each(|term| frequency[numbered.number(term) as usize] += 1);
        let count = supposed(documents.len());
        let rarity = frequency.into_iter().map(|held| (1.0 + count / held as f32).ln()).collect();
        let mut claims = Self { documents, all: Vec::new(), rarity, terms: Vec::new() };
        let known = documents.par_iter().enumerate().flat_map_iter(|(at, (document, held))| {
            let numbers: Vec<u32> = held.terms.iter().map(|term| numbered.number(term)).collect();
            let claims = &claims;
            held.claims.iter().map(move |claim| claims.known(at, document, claim, &numbers))
        });
        claims.all = known.collect();
        claims.terms = numbered.words;
        claims
    }

    fn known(&self, document: usize, of: &Document, claim: &'a Claim, numbers: &[u32]) -> Known<'a> {
        let numbered = |weighted: &[(u16, u8)]| {
            let mut numbered: Vec<(u32, f32)> = weighted
                .iter()
                .filter_map(|(term, weight)| {
                    let term = *numbers.get(usize::from(*term))?;
                    Some((term, f32::from(*weight) / 100.0 * self.rarity[term as usize]))
                })
                .collect();
            numbered.sort_by_key(|(term, _)| *term);
            numbered
        };
        let context = numbered(&claim.context);
        let number = |term: Option<u16>| numbers.get(usize::from(term?)).copied();
        let numbers_of = |terms: &[u16]| terms.iter().filter_map(|term| number(Some(*term))).collect();
        Known {
            document,
            claim,
            day: of.date.map(day_number),
            object: number(claim.object),
            event: number(claim.event),
            nation: number(claim.nation),
            is_broadcast: of.kind == Kind::Broadcast,
            places: numbers_of(&claim.incident.places),
            sites: numbers_of(&claim.incident.sites),
            sides: numbers_of(&claim.incident.sides),
            core: numbered(&claim.core),
            context_length: context.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt(),
            context,
        }
    }

    /// Pairs that share rare words, as indices of [`Claims::all`], in rising order.
    pub(super) fn candidates(&self) -> Vec<(usize, usize)> {
        let facts: BTreeSet<Fact> = self.all.iter().map(|known| known.claim.fact).collect();
        // A kind after the other: their keys are most of what is in memory.
        let mut pairs: Vec<(usize, usize)> = facts.into_iter().flat_map(|fact| self.meeting(fact)).collect();
        pairs.par_sort_unstable();
        pairs
            .chunk_by(|one, other| one == other)
            .filter(|same| same.len() >= FEWEST_SHARED)
            .map(|same| same[0])
            .collect()
    }

    /// Pairs of claims of one kind, as often as they share rare words.
    fn meeting(&self, fact: Fact) -> Vec<(usize, usize)> {
        let of_kind = self.all.par_iter().enumerate().filter(|(_, known)| known.claim.fact == fact);
        let mut of_key: Vec<(Key, u32)> = of_kind
            .flat_map_iter(|(at, known)| self.keys(known).into_iter().map(move |key| (key, at as u32)))
            .collect();
        of_key.par_sort_unstable_by_key(|(key, at)| (*key, self.all[*at as usize].day, *at));
        let of_key: Vec<&[(Key, u32)]> = of_key.chunk_by(|one, other| one.0 == other.0).collect();
        of_key.par_iter().flat_map_iter(|claims| self.with_key(claims)).collect()
    }

    /// Pairs of claims with one key, which are in order of their days.
    fn with_key(&self, claims: &[(Key, u32)]) -> Vec<(usize, usize)> {
        if claims.first().is_some_and(|((anchor, _), _)| *anchor == STANCE) {
            return self.denied(claims);
        }
        let mut pairs = Vec::new();
        for (place, (_, left)) in claims.iter().enumerate() {
            let left = *left as usize;
            let after = claims[place + 1..].iter().map(|(_, right)| *right as usize).take(MOST_OF_A_KEY);
            let near = after.filter(|right| self.may_meet(left, *right));
            pairs.extend(near.map(|right| (right.min(left), right.max(left))));
        }
        pairs
    }

    /// Denials among claims with one key, which are in order of their days, each with the nearest that deny nothing: those are
    /// many, and would crowd it out.
    fn denied(&self, claims: &[(Key, u32)]) -> Vec<(usize, usize)> {
        let denies = |at: usize| matches!(self.all[at].claim.value, Value::Stance(stance) if stance.denies());
        let place_of = |place: &usize| claims[*place].1 as usize;
        let denials = (0..claims.len()).filter(|place| denies(place_of(place)));
        let pairs = denials.flat_map(|place| {
            let denial = place_of(&place);
            let claimed = move |at: &usize| !denies(*at);
            let before = (0..place).rev().map(move |place| claims[place].1 as usize);
            let after = (place + 1..claims.len()).map(move |place| claims[place].1 as usize);
            let near = before.filter(claimed).take(MOST_OF_A_KEY / 2);
            let near = near.chain(after.filter(claimed).take(MOST_OF_A_KEY / 2));
            near.filter(move |other| self.may_meet(denial.min(*other), denial.max(*other)))
                .map(move |other| (denial.min(other), denial.max(other)))
        });
        pairs.collect()
    }

    /// What a claim is of, with each of the rarest words around it.
    fn keys(&self, known: &Known<'_>) -> Vec<Key> {
        let rarest_kept = (1.0 + 1.0 / COMMON).ln();
        let mut rare: Vec<(u32, f32)> = known.context.clone();
        rare.retain(|(term, _)| {
            let name = self.terms[*term as usize];
            self.rarity[*term as usize] >= rarest_kept && !words::is_concept(name)
        });
        rare.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        rare.truncate(KEYS);
        let anchors = self.anchors(known);
        let keys = anchors.iter().flat_map(|anchor| rare.iter().map(|(term, _)| (*anchor, *term)));
        keys.collect()
    }

    /// What a claim is of: what happens, what is counted, and the nearest words of the core.
    fn anchors(&self, known: &Known<'_>) -> Vec<u32> {
        match known.claim.fact {
            Fact::Scope | Fact::Name | Fact::Place => return known.object.into_iter().collect(),
            // What stands at a certain hour tells little of what it is about; the words around do.
            Fact::Time => return vec![TIME],
            Fact::Claim => return vec![STANCE],
            _ => {}
        }
        let mut core = known.core.clone();
        core.retain(|(term, _)| Some(*term) != known.object && Some(*term) != known.event);
        core.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        core.truncate(3);
        let of = known.event.into_iter().chain(known.object);
        of.chain(core.into_iter().map(|(term, _)| term)).collect()
    }

    fn may_meet(&self, left: usize, right: usize) -> bool {
        let (left, right) = (&self.all[left], &self.all[right]);
        let is_near = match (left.day, right.day) {
            (Some(left), Some(right)) => (left - right).abs() <= WINDOW_DAYS,
            _ => true,
        };
        is_near && same_measure(left.claim, right.claim) && self.agree_on_object(left, right)
    }

    fn agree_on_object(&self, left: &Known<'_>, right: &Known<'_>) -> bool {
        if matches!(left.claim.fact, Fact::Scope | Fact::Name | Fact::Place) {
            return left.object == right.object;
        }
        if left.nation.zip(right.nation).is_some_and(|(one, other)| one != other) {
            return false;
        }
        let is_other_event = left.event.zip(right.event).is_some_and(|(one, other)| one != other);
        if is_other_event && matches!(left.claim.fact, Fact::Number | Fact::Duration) {
            return false;
        }
        if left.claim.fact != Fact::Number {
            return true;
        }
        match (left.object, right.object) {
            (Some(one), Some(other)) => {
                one == other || (self.is_anybody(one, left) && self.is_anybody(other, right))
            }
            // Of shares and lengths nothing is counted; what they are of is in the words around them.
            (None, None) => true,
            (Some(one), None) => self.is_anybody(one, left),
            (None, Some(other)) => self.is_anybody(other, right),
        }
    }

    /// Whether an object is people of no particular kind, or what happens to them: of deaths and of people killed there
    /// are as many.
    fn is_anybody(&self, object: u32, known: &Known<'_>) -> bool {
        let term = self.terms.get(object as usize).copied().unwrap_or_default();
        // Those who lose their jobs are workers; of those who die few are.
        term == words::ANYBODY
            || (term == words::WORKER && self.name(known.event) == words::DISMISS)
            || (words::is_concept(term) && Some(object) == known.event)
    }

    /// Whether people of no particular kind are counted.
    pub(super) fn counts_anybody(&self, known: &Known<'_>) -> bool {
        known.object.is_none_or(|object| self.is_anybody(object, known))
    }

    /// Whether a claim is of one of these concepts.
    pub(super) fn is_of(&self, known: &Known<'_>, concepts: &[&str]) -> bool {
        let is_one =
            |term: Option<u32>| term.is_some_and(|term| concepts.contains(&self.terms[term as usize]));
        is_one(known.event) || is_one(known.object)
    }

    /// The claims of a document.
    pub(super) fn of_document(&self, document: usize) -> &[Known<'a>] {
        let first = self.all.partition_point(|known| known.document < document);
        let after = self.all.partition_point(|known| known.document <= document);
        &self.all[first..after]
    }

    /// A term as text.
    pub(super) fn name(&self, term: Option<u32>) -> &str {
        term.map_or("-", |term| self.terms[term as usize])
    }

    /// Whether two claims may be of one fact, by what they name.
    pub(super) fn may_be_of(&self, left: &Known<'_>, right: &Known<'_>, is_near: bool) -> bool {
        let is_same = |one: Option<u32>, other: Option<u32>| one.is_some() && one == other;
        same_measure(left.claim, right.claim)
            && (is_near || self.agree_on_object(left, right))
            && (is_near || is_same(left.event, right.event) || is_same(left.object, right.object))
    }

    /// How much two claims are about the same.
    pub(super) fn likeness(&self, left: &Known<'_>, right: &Known<'_>) -> Likeness {
        let shared_core = common(&left.core, &right.core);
        let sum = |all: &[(u32, f32)]| all.iter().map(|(_, weight)| weight).sum::<f32>();
        let core_common: f32 = shared_core.iter().map(|(_, one, other)| one.min(*other)).sum();
        let core = core_common / sum(&left.core).min(sum(&right.core)).max(f32::MIN_POSITIVE);
        let shared = common(&left.context, &right.context);
        let product: f32 = shared.iter().map(|(_, one, other)| one * other).sum();
        let context = product / (left.context_length * right.context_length).max(f32::MIN_POSITIVE);
        let mut rarest: Vec<(u32, f32)> =
            shared.iter().map(|(term, ..)| (*term, self.rarity[*term as usize])).collect();
        rarest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Likeness {
            core: core.min(1.0),
            context: context.min(1.0),
            evidence: shared
                .iter()
                .filter(|(term, ..)| !words::is_concept(self.terms[*term as usize]))
                .map(|(_, one, other)| one.min(*other))
                .sum(),
            names: self.names(left, right, &shared),
            shares_concept: shared.iter().any(|(term, ..)| words::is_concept(self.terms[*term as usize])),
            shared: rarest.iter().take(8).map(|(term, _)| self.terms[*term as usize].to_owned()).collect(),
            shared_core: shared_core.iter().map(|(term, ..)| self.terms[*term as usize].to_owned()).collect(),
        }
    }

    fn names(&self, left: &Known<'_>, right: &Known<'_>, shared: &[(u32, f32, f32)]) -> Option<f32> {
        let is_name = |term: u32| words::is_name(self.terms[term as usize]);
        let sum = |all: &[(u32, f32)]| {
            all.iter().filter(|(term, _)| is_name(*term)).map(|(_, weight)| weight).sum::<f32>()
        };
        let least = sum(&left.context).min(sum(&right.context));
        let both: f32 =
            shared.iter().filter(|(term, ..)| is_name(*term)).map(|(_, one, other)| one.min(*other)).sum();
        (least > 0.0).then(|| (both / least).min(1.0))
    }
}

impl Known<'_> {
    /// Whether both name the day on which it happened, or both the place, and no such day or place is the same.
    pub(super) fn is_of_other_incident(&self, other: &Self) -> bool {
        let is_elsewhere = are_apart(&self.places, &other.places)
            || are_apart(&self.sites, &other.sites)
            || are_apart(&self.sides, &other.sides);
        self.is_of_other_days(other) || is_elsewhere
    }

    /// Whether both name the day on which it happened, and no such day is the same.
    pub(super) fn is_of_other_days(&self, other: &Self) -> bool {
        let days = self.claim.incident.days.zip(other.claim.incident.days);
        days.is_some_and(|(one, other)| one.1 < other.0 || other.1 < one.0)
    }

    /// Whether one names days on which the other, which names none, is unlikely to have happened.
    pub(super) fn may_be_of_other_days(&self, other: &Self) -> bool {
        match (self.claim.incident.days, other.claim.incident.days) {
            (Some(days), None) => other.is_not_of(days),
            (None, Some(days)) => self.is_not_of(days),
            _ => false,
        }
    }

    /// Whether a claim without a day is not of these: it counts all of a war, or is of the news of its own days.
    fn is_not_of(&self, (first, last): (i32, i32)) -> bool {
        const NEWS_DAYS: i32 = 3;
        self.claim.incident.is_total || self.day.is_some_and(|day| day < first || day - last > NEWS_DAYS)
    }
}

/// Whether both are named, and nothing is in both.
fn are_apart(one: &[u32], other: &[u32]) -> bool {
    !one.is_empty() && !other.is_empty() && !one.iter().any(|at| other.contains(at))
}

/// Whether two values can be compared at all.
fn same_measure(left: &Claim, right: &Claim) -> bool {
    match (&left.value, &right.value) {
        (Value::Amount(left), Value::Amount(right)) => left.unit.base() == right.unit.base(),
        (Value::Nouns { .. }, Value::Nouns { .. })
        | (Value::Clock(_), Value::Clock(_))
        | (Value::Named(_), Value::Named(_)) => true,
        (Value::Stance(one), Value::Stance(other)) => one.denies() != other.denies(),
        (Value::Days { .. } | Value::Weekday(_), Value::Days { .. } | Value::Weekday(_)) => true,
        _ => false,
    }
}

/// What is in both lists, which are ordered by term.
fn common(left: &[(u32, f32)], right: &[(u32, f32)]) -> Vec<(u32, f32, f32)> {
    let both = in_both(left, right, |(term, _)| *term);
    both.map(|((term, one), (_, other))| (*term, *one, *other)).collect()
}

fn day_number(date: Date) -> i32 {
    super::claims::day_number(date)
}
