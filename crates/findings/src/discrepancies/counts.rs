//! How sure it is that two counts are of one fact.
//!
//! A logistic regression: what two counts have in common, each with its weight. It was fitted (L2 penalty 3 on standardised
//! features) to 336 pairs of counts of the development archive that share rare words, so many of each former confidence above 0.3,
//! and read one by one with what stands around them. In tenfold cross-validation 81 of 100 pairs above
//! [`super::LEAST_OF_COUNTS`] were of one fact and differed, and half of all such pairs were above it. Two signs of the fit are not
//! here, but refused before, as hardly a pair that had them was right: who states both values, and a toll that shrinks.

use language::quantities::Unit;

use super::pairing::{Claims, Known, Likeness};
use super::values::Value;
use super::{COUNTED, logistic};

const BASE: f32 = -1.89;
/// Rare words that both sentences and their neighbours have, in tens of [`Likeness::evidence`], and the most that counts.
const EVIDENCE: f32 = 1.34;
const MOST_EVIDENCE: f32 = 20.0;
/// How much their names agree; without names it is not known, and [`UNNAMED`] supposed.
const NAMES: f32 = 1.28;
const WITHOUT_NAMES: f32 = -1.75;
const UNNAMED: f32 = 0.3;
/// How much the words agree on which the counts depend.
const CORE: f32 = 1.13;
/// How many times as much the larger is, as a logarithm.
const RATIO: f32 = -2.67;
const LARGEST_RATIO: f32 = 100.0;
/// The same happens in both; what is counted once, and told again by everybody; what happens in batches, day after day.
const SAME_EVENT: f32 = 0.85;
const COUNTED_ONCE: f32 = 0.66;
const IN_BATCHES: f32 = -1.51;
const BATCHES: [&str; 5] = ["=free", "=vote", "=swap", "=meet", "=call"];
/// Both count things of one kind, and not people: of states there are fifty, and two lawsuits are of two numbers of them.
const SAME_KIND: f32 = -0.96;
/// One says that it is all since something began, and the other does not.
const ONE_TOTAL: f32 = 1.32;
/// One names days that are hardly the other's.
const OTHER_DAYS: f32 = -0.62;
/// Shares are of many things.
const SHARE: f32 = -1.82;

/// 0..1.
pub(super) fn confidence(
    claims: &Claims<'_>,
    left: &Known<'_>,
    right: &Known<'_>,
    likeness: &Likeness,
    ratio: f64,
) -> f32 {
    let event = left.event.filter(|_| left.event == right.event);
    let is_of = |concepts: &[&str]| event.is_some() && concepts.contains(&claims.name(event));
    let is_anybody = claims.counts_anybody(left) && claims.counts_anybody(right);
    let (one, other) = (left.claim, right.claim);
    let signs = [
        (WITHOUT_NAMES, likeness.names.is_none()),
        (SAME_EVENT, event.is_some()),
        (COUNTED_ONCE, is_of(&COUNTED)),
        (IN_BATCHES, is_of(&BATCHES)),
        (SAME_KIND, left.object.is_some() && left.object == right.object && !is_anybody),
        (ONE_TOTAL, one.incident.is_total != other.incident.is_total),
        (OTHER_DAYS, left.may_be_of_other_days(right)),
        (SHARE, is_share(&one.value) || is_share(&other.value)),
    ];
    let sum = BASE
        + EVIDENCE * likeness.evidence.min(MOST_EVIDENCE) / 10.0
        + NAMES * likeness.names.unwrap_or(UNNAMED)
        + CORE * likeness.core
        + RATIO * (ratio as f32).clamp(1.0, LARGEST_RATIO).ln()
        + signs.iter().filter(|(_, is_so)| *is_so).map(|(weight, _)| weight).sum::<f32>();
    logistic(sum)
}

fn is_share(value: &Value) -> bool {
    matches!(value, Value::Amount(amount) if matches!(amount.unit, Unit::Percent | Unit::Share))
}
