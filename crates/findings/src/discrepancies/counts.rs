//! How sure it is that two counts are of one fact.
//!
//! Two logistic regressions, of which the mean is taken (of their logarithms of odds, so that it is one sum): what two counts have
//! in common, each with its weight. The first was fitted to 336 pairs of counts of the development archive that share rare words,
//! the second to 414 pairs of two archives; all were read one by one with what stands around them. Trained on one archive, the
//! mean orders the pairs of the other better than either: of the twenty surest 19 were of one fact and differed, both ways. Two
//! signs of the fit are not here, but refused before: who states both values, and a part that is counted.

use language::quantities::Unit;

use super::pairing::{Claims, Known, Likeness};
use super::values::Value;
use super::{COUNTED, Class, has_shrunk, logistic, sum_of};

const BASE: f32 = -1.51;
/// How much both sentences and their neighbours agree.
const CONTEXT: f32 = 2.6;
/// Rare words that both have, in tens of [`Likeness::evidence`], and the most that counts.
const EVIDENCE: f32 = 0.67;
const MOST_EVIDENCE: f32 = 20.0;
/// How much their names agree; without names it is not known, and [`UNNAMED`] supposed.
const NAMES: f32 = 1.01;
const WITHOUT_NAMES: f32 = -0.88;
const UNNAMED: f32 = 0.3;
/// Both have names, and hardly one of them is the same.
const OTHER_NAMES: f32 = -0.68;
/// How much the words agree on which the counts depend.
const CORE: f32 = 0.56;
/// How many times as much the larger is, as a logarithm.
const RATIO: f32 = -2.37;
const LARGEST_RATIO: f32 = 100.0;
/// The same happens in both; in one something happens, and the other does not tell.
const SAME_EVENT: f32 = 0.42;
const ONE_EVENT: f32 = -0.64;
/// What is counted once, and told again by everybody; what happens in batches, day after day.
const COUNTED_ONCE: f32 = 0.45;
const IN_BATCHES: f32 = -2.55;
const BATCHES: [&str; 5] = ["=free", "=vote", "=swap", "=meet", "=call"];
/// Both count things of one kind, and not people: of states there are fifty, and two lawsuits are of two numbers of them.
const SAME_KIND: f32 = -0.48;
/// One says that it is all since something began, and the other does not, nor does it name a day.
const ONE_TOTAL: f32 = 1.02;
/// One names days that are hardly the other's.
const OTHER_DAYS: f32 = -0.69;
/// Fewer are told of later.
const SHRUNK: f32 = -0.29;
/// One stands in what the publisher wrote about a recording.
const FRONT: f32 = 0.35;
/// It has grown.
const GROWN: f32 = 0.54;
/// Both are small: of three and of four there are many.
const SMALL: f32 = -0.64;
const LEAST_OF_LARGE: f64 = 10.0;
/// Shares are of many things.
const SHARE: f32 = -0.91;

/// 0..1.
pub(super) fn confidence(
    claims: &Claims<'_>,
    left: &Known<'_>,
    right: &Known<'_>,
    likeness: &Likeness,
    (class, ratio): (Class, f64),
) -> f32 {
    let event = left.event.filter(|_| left.event == right.event);
    let is_of = |concepts: &[&str]| event.is_some() && concepts.contains(&claims.name(event));
    let are_people = claims.counts_anybody(left) && claims.counts_anybody(right);
    let (one, other) = (left.claim, right.claim);
    let is_dated = one.incident.days.is_some() || other.incident.days.is_some();
    let signs = [
        (WITHOUT_NAMES, likeness.names.is_none()),
        (OTHER_NAMES, likeness.has_other_names()),
        (SAME_EVENT, event.is_some()),
        (ONE_EVENT, left.event.is_some() != right.event.is_some()),
        (COUNTED_ONCE, is_of(&COUNTED)),
        (IN_BATCHES, is_of(&BATCHES)),
        (SAME_KIND, left.object.is_some() && left.object == right.object && !are_people),
        (ONE_TOTAL, one.incident.is_total != other.incident.is_total && !is_dated),
        (OTHER_DAYS, left.may_be_of_other_days(right)),
        (SHRUNK, has_shrunk(claims, left, right)),
        (FRONT, one.is_front != other.is_front),
        (GROWN, class == Class::Update),
        (SMALL, is_small(&one.value) && is_small(&other.value)),
        (SHARE, is_share(&one.value) || is_share(&other.value)),
    ];
    let sum = BASE
        + CONTEXT * likeness.weighed_context()
        + EVIDENCE * likeness.evidence.min(MOST_EVIDENCE) / 10.0
        + NAMES * likeness.names.unwrap_or(UNNAMED)
        + CORE * likeness.core
        + RATIO * (ratio as f32).clamp(1.0, LARGEST_RATIO).ln()
        + sum_of(&signs);
    logistic(sum)
}

fn is_small(value: &Value) -> bool {
    matches!(value, Value::Amount(amount) if amount.unit == Unit::Count && amount.middle() < LEAST_OF_LARGE)
}

fn is_share(value: &Value) -> bool {
    matches!(value, Value::Amount(amount) if matches!(amount.unit, Unit::Percent | Unit::Share))
}
