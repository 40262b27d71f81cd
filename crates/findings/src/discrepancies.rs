//! The same fact with two values: what two sources say differently, and what one figure became.
//!
//! ```text
//! Material, Analysis --extract--> Held: claims, each a value and what it is of
//! what all documents hold --candidates, likeness--> pairs about one fact --values--> Discrepancy
//! ```
//!
//! Two claims that can both be true (rounding, bounds, other units) are none. A figure of deaths that grew with time is an
//! update and no conflict. A pair is reported only where what both have in common speaks for one fact: a
//! false alarm costs a reader more than a discrepancy that is missed.

mod claims;
mod counts;
mod denials;
mod pairing;
mod support;
mod values;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use record::{Citation, Document};
use serde::{Deserialize, Serialize};

pub use claims::{Fact, Held, extract};

use crate::groups::Groups;
use crate::{Period, When};
use claims::Claim;
use pairing::{Claims, Known, Likeness};
use values::{Comparison, Value};

/// The method and its version.
pub const METHOD: &str = "discrepancies/9";

/// The same fact with two values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Whether two sources differ or a figure changed.
    pub class: Class,
    /// The story that both belong to, where somebody knows it.
    pub story: Option<String>,
    /// Which kind of fact it is about.
    pub fact: Fact,
    /// Pairs of one number are about one fact; counted from 0 in the order of findings.
    pub group: usize,
    /// The claim of the document that was published first.
    pub left: Side,
    /// The other claim.
    pub right: Side,
    /// How sure it is that both are about one fact and differ, 0..1.
    pub confidence: f32,
    /// What speaks for it.
    pub why: Why,
}

/// What kind of discrepancy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Both can't be true.
    Conflict,
    /// A figure that changed with time.
    Update,
}

/// A claim of a discrepancy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Where it stands.
    #[serde(flatten)]
    pub citation: Citation,
    /// The sentence, or the part of a long one around the value.
    pub text: String,
    /// The value as it was said.
    pub said: String,
    /// The value in `unit`: a number or two, a day, or the words themselves.
    pub value: Stated,
    /// The unit of `value`; `None` for days and words.
    pub unit: Option<Cow<'static, str>>,
}

/// A value in a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stated {
    /// One number.
    One(f64),
    /// The least and the most that is named.
    Span(f64, f64),
    /// A day as `2025-02-12`, or words.
    Text(String),
}

/// What speaks for a discrepancy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// How much the words agree on which the values depend, 0..1.
    pub core: f32,
    /// How much the sentences and their neighbours agree, 0..1.
    pub context: f32,
    /// How rare the words are that both sentences and their neighbours have: the sum of their rarities.
    pub evidence: f32,
    /// How much their names agree, 0..1; `None` where one side has none.
    pub names: Option<f32>,
    /// The larger value is so many times the smaller.
    pub ratio: Option<f64>,
    /// The rarest words that both have.
    pub shared: Vec<String>,
    /// Words that both values depend on.
    pub shared_core: Vec<String>,
}

/// A pair about one fact.
struct Pair {
    left: usize,
    right: usize,
    class: Class,
    confidence: f32,
    ratio: Option<f64>,
    likeness: Likeness,
}

/// The discrepancies of a period, between documents that it sees: of facts that it is the first to have. The surest come first.
pub fn find(documents: &[(&Document, &Held)], period: &Period) -> Vec<Discrepancy> {
    let mut documents = documents.to_vec();
    documents.sort_by(|(a, _), (b, _)| (a.date, &a.id).cmp(&(b.date, &b.id)));
    let claims = Claims::of(&documents);
    let candidates = claims.candidates().into_par_iter();
    let pairs = candidates.filter_map(|(left, right)| judged(&claims, left, right)).collect();
    let mut pairs = without_recurring(&claims, pairs);
    pairs.par_iter_mut().for_each(|pair| pair.confidence = support::confidence(&claims, pair));
    pairs.retain(|pair| pair.confidence >= LEAST_BESIDE);
    grouped(&claims, pairs)
        .into_iter()
        .map(|pairs| of_period(&claims, pairs, period))
        .filter(|pairs| !pairs.is_empty())
        .enumerate()
        .flat_map(|(group, pairs)| pairs.into_iter().map(move |pair| (group, pair)))
        .map(|(group, pair)| finding(&claims, group, pair))
        .collect()
}

/// The pairs of a fact that a period is the first to see. What no earlier one sees are documents without a date.
fn of_period(claims: &Claims<'_>, mut pairs: Vec<Pair>, period: &Period) -> Vec<Pair> {
    let document = |at: usize| claims.documents[claims.all[at].document].0;
    let is_when =
        |pair: &Pair, when| [pair.left, pair.right].iter().any(|at| period.when(document(*at)) == when);
    if pairs.iter().any(|pair| is_when(pair, When::Before)) {
        pairs.retain(|pair| [pair.left, pair.right].iter().any(|at| document(*at).date.is_none()));
    }
    let is_within = pairs.iter().any(|pair| is_when(pair, When::Within));
    pairs.retain(|_| is_within);
    pairs
}

/// The discrepancies of some periods together, the surest facts first.
pub fn surest_first(periods: Vec<Vec<Discrepancy>>) -> Vec<Discrepancy> {
    let by_fact = |found: Vec<Discrepancy>| -> Vec<Vec<Discrepancy>> {
        let mut facts: Vec<Vec<Discrepancy>> = Vec::new();
        for pair in found {
            match facts.last_mut().filter(|fact| fact[0].group == pair.group) {
                Some(fact) => fact.push(pair),
                None => facts.push(vec![pair]),
            }
        }
        facts
    };
    let mut facts: Vec<Vec<Discrepancy>> = periods.into_iter().flat_map(by_fact).collect();
    // Those of a period stay in their order.
    facts.sort_by(|one, other| other[0].confidence.total_cmp(&one[0].confidence));
    let numbered = facts
        .into_iter()
        .enumerate()
        .flat_map(|(group, pairs)| pairs.into_iter().map(move |pair| Discrepancy { group, ..pair }));
    numbered.collect()
}

/// Whether two claims are about one fact, and differ.
fn judged(claims: &Claims<'_>, left: usize, right: usize) -> Option<Pair> {
    let (one, other) = (&claims.all[left], &claims.all[right]);
    if one.document == other.document && !may_differ_in_one(one.claim, other.claim) {
        return None;
    }
    if !are_comparable(one, other) {
        return None;
    }
    let class = class_of(claims, one, other);
    let are_of_one_day = one.day.is_some() && one.day == other.day;
    let ratio = match (class, &one.claim.value, &other.claim.value) {
        (Class::Update, Value::Amount(one), Value::Amount(other)) => {
            match one.compare_growing(other, are_of_one_day) {
                Comparison::Compatible => return None,
                Comparison::Apart { ratio } => Some(ratio),
            }
        }
        (_, one, other) => differ(one, other)?,
    };
    let is_other_happening = match one.claim.fact {
        Fact::Number => one.is_of_other_incident(other),
        Fact::Money => one.is_of_other_days(other) || one.may_be_of_other_days(other),
        Fact::Time => one.is_of_other_days(other),
        _ => false,
    };
    if is_other_happening || has_passed(one, other) {
        return None;
    }
    // Who denies a claim tells it first.
    if one.claim.fact != Fact::Claim && (states_both(claims, one, other) || states_both(claims, other, one)) {
        return None;
    }
    let likeness = claims.likeness(one, other);
    if class == Class::Conflict && is_standing_text(claims, (one, other), &likeness) {
        return None;
    }
    let confidence = weighed(claims, one, other, &likeness, (class, ratio))?;
    let least = match one.claim.fact {
        Fact::Number => LEAST_OF_COUNTS,
        Fact::Scope => LEAST_OF_SCOPE,
        _ => LEAST_CONFIDENCE,
    };
    (confidence >= least).then_some(Pair { left, right, class, confidence, ratio, likeness })
}

/// What an outlet says on another day in the same words, but for a number, is no news: it advertises, or announces itself.
fn is_standing_text(
    claims: &Claims<'_>,
    (left, right): (&Known<'_>, &Known<'_>),
    likeness: &Likeness,
) -> bool {
    const SAME_WORDS: f32 = 0.95;
    let outlet = |known: &Known<'_>| claims.documents[known.document].0.outlet.as_deref();
    let is_again = left.document != right.document && left.day != right.day;
    is_again
        && left.is_broadcast
        && right.is_broadcast
        && likeness.context >= SAME_WORDS
        && outlet(left).is_some()
        && outlet(left) == outlet(right)
}

/// How sure it is that two claims which differ are about one fact; `None` where they are not.
fn weighed(
    claims: &Claims<'_>,
    left: &Known<'_>,
    right: &Known<'_>,
    likeness: &Likeness,
    (class, ratio): (Class, Option<f64>),
) -> Option<f32> {
    match left.claim.fact {
        Fact::Claim => denials::confidence(left, right, likeness),
        _ if is_correction(left, right) => {
            let is_counted = left.event == right.event && COUNTED.contains(&claims.name(left.event));
            (is_counted && likeness.context > CORRECTED_CONTEXT).then_some(CORRECTED)
        }
        Fact::Number if claims.name(left.object).starts_with(words::AGE) => age_of_one(left, right),
        Fact::Number => Some(counts::confidence(claims, left, right, likeness, (class, ratio?))),
        _ => is_one_fact(claims, left, right, likeness).then(|| confidence(left, right, likeness, ratio)),
    }
}

/// How sure it is that two ages of one name, told within a week, are of one person; he may have had a birthday.
fn age_of_one(left: &Known<'_>, right: &Known<'_>) -> Option<f32> {
    let (Value::Amount(one), Value::Amount(other)) = (&left.claim.value, &right.claim.value) else {
        return None;
    };
    left.day.zip(right.day)?;
    let is_next = (one.middle() - other.middle()).abs() <= 1.0;
    Some(if is_next { AGE_OF_NEXT } else { AGE_OF_ONE })
}

/// Whether two claims can be of one fact at all, before their words are weighed.
fn are_comparable(left: &Known<'_>, right: &Known<'_>) -> bool {
    let (one, other) = (left.claim, right.claim);
    // The same words are the same recording, or the same day of another week.
    let is_told_twice = one.said.eq_ignore_ascii_case(&other.said);
    let is_denied = one.is_denied != other.is_denied && !other.corrects;
    let is_vague = (is_vague(&one.value) || is_vague(&other.value)) && !is_correction(left, right);
    let is_part = one.fact == Fact::Number && (one.is_part || other.is_part);
    !is_told_twice && !is_denied && !is_vague && !is_part
}

/// Whether the second claim corrects the first, in the same document.
fn is_correction(left: &Known<'_>, right: &Known<'_>) -> bool {
    left.document == right.document && left.claim.is_front == right.claim.is_front
}

/// Documents repeat themselves with other numbers for other things. Only a title and what is said under it, and
/// somebody who is corrected, speak of one fact.
fn may_differ_in_one(left: &Claim, right: &Claim) -> bool {
    let is_next = (1..=2).contains(&left.sentence_number.abs_diff(right.sentence_number));
    left.is_front != right.is_front
        || left.fact == Fact::Claim
        || (is_next && right.corrects && left.object.is_some() && left.object == right.object)
}

/// In sentences: further apart a long programme speaks of something else.
const NEARBY: u32 = 3;

/// The surest findings are kept; below this a reader finds too many other facts.
const LEAST_CONFIDENCE: f32 = 0.5;
/// That of counts, by their own weights.
const LEAST_OF_COUNTS: f32 = 0.5;
/// Two nouns that are joined here and not there are rare; few words beside them are enough.
const LEAST_OF_SCOPE: f32 = 0.3;
/// The same of every kind, as one of the surest; and of pairs beside a surer one of their fact.
const LEAST_SUPPORTED: f32 = 0.4;
const LEAST_BESIDE: f32 = 0.25;
/// How sure it is that two ages of one name in the same week are of one person and differ; those of neighbours may be of two days.
const AGE_OF_ONE: f32 = 0.8;
const AGE_OF_NEXT: f32 = 0.55;
/// How sure it is that somebody is corrected who is said to be, and how alike the context must be.
const CORRECTED: f32 = 0.8;
const CORRECTED_CONTEXT: f32 = 0.5;

/// What is counted once, and told again by everybody. Prisoners are freed and people arrested in batches, and votes are taken
/// on many things: their figures differ from day to day without a difference.
const COUNTED: [&str; 9] =
    ["=kill", "=injure", "=miss", "=displace", "=infect", "=dismiss", "=launch", "=damage", "=carry"];
/// What lasts once, and is told again by everybody.
const LASTING: [&str; 6] = ["=call", "=meet", "=detain", "=stay", "=delay", "=convict"];
/// How long somebody has to stay in prison.
const SENTENCED: [&str; 2] = ["=convict", "=detain"];
/// What is paid once.
const PAID: [&str; 3] = ["=pay", "=buy", "=cost"];

/// Whether the words of two claims are enough to take them for one fact.
fn is_one_fact(claims: &Claims<'_>, left: &Known<'_>, right: &Known<'_>, likeness: &Likeness) -> bool {
    let is_of = |concepts: &[&str]| {
        left.event.is_some() && left.event == right.event && concepts.contains(&claims.name(left.event))
    };
    let names = likeness.names.unwrap_or(0.0);
    let days = left.day.zip(right.day).map_or(0, |(left, right)| (left - right).abs());
    // Names that everybody has on his lips all week (a president, a war) need documents of the same days.
    let are_dated = left.day.is_some() && right.day.is_some();
    let is_close = if are_dated { likeness.evidence >= 6.0 || days <= 2 } else { likeness.evidence >= 12.0 };
    match left.claim.fact {
        // The words on both sides of the name are the same.
        Fact::Name | Fact::Place => likeness.context >= 0.5 && likeness.evidence >= 6.0,
        // These are weighed in `counts` and `denials`.
        Fact::Number | Fact::Claim => false,
        Fact::Duration => {
            let may_last = left.claim.is_possible || right.claim.is_possible;
            let (are_named, are_rare) = (names >= 0.4, likeness.evidence >= 7.0);
            // Many are held at the same time, each of them for long.
            let is_told = if is_of(&SENTENCED) { are_named && are_rare } else { are_named || are_rare };
            // What somebody may be sentenced to is told of each charge, and of all.
            is_of(&LASTING) && !(is_of(&SENTENCED) && may_last) && is_close && is_told && likeness.core >= 0.1
        }
        Fact::Money => {
            is_of(&PAID) && likeness.evidence >= 8.0 && likeness.context >= 0.25 && likeness.core >= 0.3
        }
        Fact::Date if left.is_broadcast && right.is_broadcast && days > 0 => false, // The news of two days.
        Fact::Date => {
            // Only where one passage retells the other: on other days other things happen to the same people.
            likeness.context >= 0.6
                && likeness.evidence >= 20.0
                && likeness.core >= 0.7
                && likeness.shared_core.len() >= 3
        }
        Fact::Time => {
            // What stands at an hour tells little of what it is about, so its core says nothing.
            days <= 2 && likeness.context >= 0.3 && likeness.evidence >= 8.0 && names >= 0.4
        }
        Fact::Scope => {
            left.document != right.document
                && days <= 3
                && likeness.evidence >= 3.0
                && names > 0.0
                && likeness.shares_concept
        }
    }
}

fn confidence(left: &Known<'_>, right: &Known<'_>, likeness: &Likeness, ratio: Option<f64>) -> f32 {
    // What is many times as much is mostly another thing: all of it against a part.
    let strange = ratio.map_or(0.0, |ratio| (ratio as f32 - 2.5).clamp(0.0, 10.0));
    let possible = [left, right].iter().filter(|known| known.claim.is_possible).count() as f32 * 0.4;
    let sum = 0.12 * likeness.evidence.min(20.0)
        + 3.0 * likeness.context
        + 1.5 * likeness.names.unwrap_or(0.3)
        + likeness.core
        - 2.0
        - strange
        - possible;
    logistic(sum)
}

/// The weights of those signs that are there.
fn sum_of(signs: &[(f32, bool)]) -> f32 {
    signs.iter().filter(|(_, is_there)| *is_there).map(|(weight, _)| weight).sum()
}

/// What adds up to a probability.
fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

/// `None` where both values can be true.
fn differ(left: &Value, right: &Value) -> Option<Option<f64>> {
    match (left, right) {
        (Value::Amount(left), Value::Amount(right)) => match left.compare(right) {
            Comparison::Compatible => None,
            Comparison::Apart { ratio } => Some(Some(ratio)),
        },
        (Value::Days { first, last }, Value::Days { first: other_first, last: other_last }) => {
            (last < other_first || other_last < first).then_some(None)
        }
        (Value::Weekday(_), _) | (_, Value::Weekday(_)) => {
            (left.weekday()? != right.weekday()?).then_some(None)
        }
        (Value::Clock(left), Value::Clock(right)) => left.apart(right).then_some(None),
        (Value::Nouns { is_joined: one }, Value::Nouns { is_joined: other }) => {
            (one != other).then_some(None)
        }
        (Value::Named(one), Value::Named(other)) => one.is_other(other).then_some(None),
        (Value::Stance(one), Value::Stance(other)) => (one.denies() != other.denies()).then_some(None),
        _ => None,
    }
}

/// What happens to people and things one after the other, so that its figures grow.
const GROWING: [&str; 8] =
    ["=kill", "=injure", "=miss", "=displace", "=detain", "=infect", "=free", "=damage"];

/// A figure that is higher in the later document, or that a hedged one of the same day left room for, has grown.
fn class_of(claims: &Claims<'_>, left: &Known<'_>, right: &Known<'_>) -> Class {
    let (Value::Amount(one), Value::Amount(other)) = (&left.claim.value, &right.claim.value) else {
        return Class::Conflict;
    };
    let grows =
        left.claim.fact == Fact::Number && claims.is_of(left, &GROWING) && claims.is_of(right, &GROWING);
    if !grows || left.document == right.document {
        return Class::Conflict;
    }
    let (low, high) = if one.middle() < other.middle() { (left, right) } else { (right, left) };
    let is_hedged = matches!(&low.claim.value, Value::Amount(amount) if amount.is_hedged());
    match (low.day, high.day) {
        (Some(low), Some(high)) if low < high => Class::Update,
        (Some(low), Some(high)) if low == high && is_hedged => Class::Update,
        _ => Class::Conflict,
    }
}

/// Whether fewer people are told of later: what happens to people one after the other only grows, so that another happening may be
/// meant, unless both count all since something began.
fn has_shrunk(claims: &Claims<'_>, left: &Known<'_>, right: &Known<'_>) -> bool {
    let (Value::Amount(one), Value::Amount(other)) = (&left.claim.value, &right.claim.value) else {
        return false;
    };
    let are_people = left.claim.fact == Fact::Number
        && [left, right].iter().all(|known| claims.is_of(known, &GROWING) && claims.counts_anybody(known));
    let are_totals = left.claim.incident.is_total && right.claim.incident.is_total;
    let shrinks = match left.day.zip(right.day) {
        Some((left, right)) if left < right => other.middle() < one.middle(),
        Some((left, right)) if left > right => one.middle() < other.middle(),
        _ => false,
    };
    are_people && !are_totals && shrinks
}

/// Whether two lengths of time differ by what passed between the documents: who was held for 500 days last Monday has been
/// held for 507 today.
fn has_passed(left: &Known<'_>, right: &Known<'_>) -> bool {
    const DAY_SECONDS: f64 = 86_400.0;
    let (Value::Amount(one), Value::Amount(other)) = (&left.claim.value, &right.claim.value) else {
        return false;
    };
    let (Some(day), Some(other_day)) = (left.day, right.day) else { return false };
    let passed = f64::from(other_day - day) * DAY_SECONDS;
    let grown = other.middle() - one.middle();
    let is_long = one.middle().min(other.middle()) > passed.abs();
    let share = grown / passed;
    left.claim.fact == Fact::Duration && is_long && passed != 0.0 && (0.4..=2.0).contains(&share)
}

/// Whether a document states the other's value too, nearby and of the same thing: then it has two things to count, or
/// tells both sides itself.
fn states_both(claims: &Claims<'_>, of: &Known<'_>, other: &Known<'_>) -> bool {
    if is_correction(of, other) {
        return false;
    }
    let nearby = if of.document == other.document { 0 } else { NEARBY };
    claims.of_document(of.document).iter().any(|known| {
        let distance = known.claim.sentence_number.abs_diff(of.claim.sentence_number);
        known.claim.fact == other.claim.fact
            && known.claim.is_front == of.claim.is_front
            && distance <= nearby
            && (known.claim.at, known.claim.is_front) != (of.claim.at, of.claim.is_front)
            && !is_vague(&known.claim.value)
            && claims.may_be_of(known, other, distance == 0)
            && differ(&known.claim.value, &other.claim.value).is_none()
    })
}

fn is_vague(value: &Value) -> bool {
    matches!(value, Value::Amount(amount) if amount.is_vague)
}

/// A count that more others than these contradict is of something that happens again and again, unless each of the others is
/// told by so many documents.
const MOST_RIVALS: usize = 4;
const DOCUMENTS_OF_A_RIVAL: usize = 2;
/// What is less sure contradicts nothing.
const SURE_RIVAL: f32 = 0.7;

/// Pairs without counts of what recurs, unless both are of all that happened since something began.
fn without_recurring(claims: &Claims<'_>, mut pairs: Vec<Pair>) -> Vec<Pair> {
    let mut rivals: BTreeMap<usize, (BTreeSet<u64>, BTreeSet<usize>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.confidence >= SURE_RIVAL) {
        for (at, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            let other = &claims.all[other];
            if let Value::Amount(amount) = &other.claim.value {
                let (values, documents) = rivals.entry(at).or_default();
                values.insert(amount.middle().to_bits());
                documents.insert(other.document);
            }
        }
    }
    let recurs = |at: usize| {
        rivals.get(&at).is_some_and(|(values, documents)| {
            values.len() > MOST_RIVALS && documents.len() < DOCUMENTS_OF_A_RIVAL * values.len()
        })
    };
    pairs.retain(|pair| {
        let (left, right) = (claims.all[pair.left].claim, claims.all[pair.right].claim);
        let are_totals = left.incident.is_total && right.incident.is_total;
        left.fact != Fact::Number || are_totals || !(recurs(pair.left) || recurs(pair.right))
    });
    pairs
}

/// Pairs of one fact that are reported: of what everybody tells there are thousands.
const MOST_OF_A_FACT: usize = 80;

/// Pairs by fact: claims that are surely paired are about one, and what is less sure stands beside it. The surest facts come
/// first, and of a fact the surest pairs.
fn grouped(claims: &Claims<'_>, mut pairs: Vec<Pair>) -> Vec<Vec<Pair>> {
    let mut facts = Groups::of(claims.all.len());
    let mut is_sure = vec![false; claims.all.len()];
    // Who knows when a document was published that has no date? It would tie this month's fact to last month's.
    let is_dated = |at: usize| claims.all[at].day.is_some();
    for pair in pairs.iter().filter(|pair| pair.confidence >= LEAST_SUPPORTED) {
        (is_sure[pair.left], is_sure[pair.right]) = (true, true);
        if is_dated(pair.left) && is_dated(pair.right) {
            facts.join(pair.left, pair.right);
        }
    }
    pairs.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let mut order: Vec<usize> = Vec::new();
    let mut groups: BTreeMap<usize, Vec<Pair>> = BTreeMap::new();
    for pair in pairs {
        let (left, right) = (pair.left, pair.right);
        let joins_two = is_sure[left] && is_sure[right] && facts.root(left) != facts.root(right);
        let is_beside = (is_sure[left] || is_sure[right]) && !joins_two;
        if pair.confidence < LEAST_SUPPORTED && !is_beside {
            continue;
        }
        let is_of_left = is_sure[left] && (is_dated(left) || !is_sure[right]);
        let root = facts.root(if is_of_left { left } else { right });
        let group = groups.entry(root).or_default();
        if group.is_empty() {
            order.push(root);
        }
        if group.len() < MOST_OF_A_FACT {
            group.push(pair);
        }
    }
    let groups = order.into_iter().filter_map(|root| groups.remove(&root));
    groups.filter(|pairs| pairs.iter().any(|pair| has_ground(claims, pair))).collect()
}

/// Names have nothing in common below this.
const NO_NAMES: f32 = 0.05;
/// Rare words below this sum are hardly any.
const LITTLE_EVIDENCE: f32 = 5.0;

/// Whether two documents that count something share more than that it happens: a name, or some rare words. A single pair that
/// doesn't may belong to a fact of which others do; facts of such pairs alone were all wrong (`eval/findings/README.md`), and so
/// were those of scopes of which no pair is sure.
fn has_ground(claims: &Claims<'_>, pair: &Pair) -> bool {
    let (left, right) = (&claims.all[pair.left], &claims.all[pair.right]);
    let are_counts = left.claim.fact == Fact::Number && left.document != right.document;
    let share_nothing =
        pair.likeness.names.is_some_and(|names| names < NO_NAMES) && pair.likeness.evidence < LITTLE_EVIDENCE;
    let is_doubtful = left.claim.fact == Fact::Scope && pair.confidence < LEAST_CONFIDENCE;
    !((are_counts && share_nothing) || is_doubtful)
}

fn finding(claims: &Claims<'_>, group: usize, pair: Pair) -> Discrepancy {
    let side = |at: usize| {
        let known = &claims.all[at];
        let claim = known.claim;
        let (value, unit) = stated(&claim.value, &claim.said);
        let citation = claim.spot.cite(&claims.documents[known.document].0.id);
        Side { citation, text: claim.text.clone(), said: claim.said.clone(), value, unit }
    };
    Discrepancy {
        class: pair.class,
        story: None,
        fact: claims.all[pair.left].claim.fact,
        group,
        left: side(pair.left),
        right: side(pair.right),
        confidence: pair.confidence,
        why: Why {
            core: pair.likeness.core,
            context: pair.likeness.context,
            evidence: pair.likeness.evidence,
            names: pair.likeness.names,
            ratio: pair.ratio,
            shared: pair.likeness.shared,
            shared_core: pair.likeness.shared_core,
        },
    }
}

fn stated(value: &Value, said: &str) -> (Stated, Option<Cow<'static, str>>) {
    match value {
        Value::Amount(amount) => {
            let unit = Some(Cow::Borrowed(amount.unit.base_name()));
            match amount.least == amount.most {
                true => (Stated::One(amount.least), unit),
                false => (Stated::Span(amount.least, amount.most), unit),
            }
        }
        Value::Days { first, .. } => (Stated::Text(claims::day_of_number(*first)), None),
        Value::Weekday(_) | Value::Nouns { .. } | Value::Named(_) | Value::Stance(_) | Value::Clock(_) => {
            (Stated::Text(said.to_owned()), None)
        }
    }
}

#[cfg(test)]
mod tests;
