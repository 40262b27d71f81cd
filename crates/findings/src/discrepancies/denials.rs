//! How sure it is that a denial is of what somebody claims.
//!
//! In one text it is told by who follows whom: who is accused denies it in the next sentence or two. Between two (documents, or a
//! title and what is said under it) it is a logistic regression (L2 penalty 3.3 on standardised features), fitted to 236 pairs
//! of a claim and a denial of two archives that share words, which were read one by one with what stands around them. In tenfold
//! cross-validation 70 of 100 pairs above [`super::LEAST_CONFIDENCE`] were one claim and its denial, and four in ten of all such
//! pairs were above it.

use super::claims::Stance;
use super::pairing::{Known, Likeness};
use super::values::Value;
use super::{logistic, sum_of, words};

const BASE: f32 = -4.73;
/// How much both sentences and their neighbours agree, and from where on they are one passage.
const CONTEXT: f32 = 1.53;
const SAME_PASSAGE: f32 = 0.8;
/// Rare words that both have, as a logarithm.
const EVIDENCE: f32 = 1.11;
/// Both have names, and hardly one of them is the same.
const OTHER_NAMES: f32 = -2.03;
/// Somebody is accused, or it is reported.
const ACCUSED: f32 = 1.02;
/// Words, no names, of what is claimed and of what is denied that are the same, and the most that count.
const CONTENT: f32 = 0.56;
const MOST_CONTENT: usize = 5;
/// Days between the documents.
const DAY: f32 = -0.18;
/// The denial only points back.
const POINTS_BACK: f32 = -0.7;

/// Sentences behind an accusation in which "he denies it" is of it.
const BEHIND: std::ops::RangeInclusive<i64> = 1..=2;
/// Sentences from a claim in which what is denied is told itself.
const NEAR: std::ops::RangeInclusive<i64> = -1..=3;
/// About the share that was right of such pairs when they were read: 22 of 29 of the first kind, of the second half.
const OF_ACCUSED: f32 = 0.75;
const OF_NEAR: f32 = 0.55;

/// 0..1; `None` where it can't be.
pub(super) fn confidence(left: &Known<'_>, right: &Known<'_>, likeness: &Likeness) -> Option<f32> {
    let (claim, denial) = if stance(left)?.denies() { (right, left) } else { (left, right) };
    let is_accused = stance(claim)? == Stance::Accused;
    let points_back = stance(denial)? == Stance::DeniedBefore;
    let is_plain = |term: &&String| !words::is_name(term) && !words::is_concept(term);
    let content = likeness.shared_core.iter().filter(is_plain).count().min(MOST_CONTENT);
    if left.document == right.document && left.claim.is_front == right.claim.is_front {
        let behind = i64::from(denial.claim.sentence_number) - i64::from(claim.claim.sentence_number);
        return match stance(denial)? {
            Stance::DeniedBefore => (is_accused && BEHIND.contains(&behind)).then_some(OF_ACCUSED),
            Stance::Denied => (behind != 0 && NEAR.contains(&behind) && content > 0).then_some(OF_NEAR),
            _ => None,
        };
    }
    // The same words: a copy of the recording, or one bulletin that is read again. And who tells the denial himself says nothing
    // that it denies.
    let tells_both = claim.claim.text.contains(&denial.claim.said);
    if likeness.context > SAME_PASSAGE || content == 0 || tells_both {
        return None;
    }
    let days = left.day.zip(right.day).map_or(0, |(one, other)| (one - other).abs());
    let signs =
        [(OTHER_NAMES, likeness.has_other_names()), (ACCUSED, is_accused), (POINTS_BACK, points_back)];
    let sum = BASE
        + CONTEXT * likeness.weighed_context()
        + EVIDENCE * likeness.evidence.max(0.0).ln_1p()
        + CONTENT * content as f32
        + DAY * days as f32
        + sum_of(&signs);
    Some(logistic(sum))
}

fn stance(known: &Known<'_>) -> Option<Stance> {
    match known.claim.value {
        Value::Stance(stance) => Some(stance),
        _ => None,
    }
}
