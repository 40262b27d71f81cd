//! How near is near: `near/8`, `within/1m30s`.

use record::MediaTime;

use super::{Distance, QueryErrorKind, pointer};

/// The farthest that `near/` reaches, in words: about seven minutes of speech.
pub(super) const MOST_WORDS: u32 = 1_000;

/// The farthest that `within/` reaches, in seconds: one hour.
pub(super) const LONGEST_SECONDS: u64 = 3_600;

/// What `NEAR` without a number means, in words: about a sentence.
const DEFAULT_WORDS: u32 = 10;

/// The operator that a word is; `None` if it is none.
pub(super) fn read(text: &str) -> Result<Option<Distance>, QueryErrorKind> {
    match text {
        "NEAR" => return Ok(Some(Distance::Words(DEFAULT_WORDS))),
        "WITHIN" => return Err(QueryErrorKind::NotTime { found: pointer::quoted("") }),
        _ => {}
    }
    let Some((operator, distance)) = text.split_once('/') else { return Ok(None) };
    if operator.eq_ignore_ascii_case("near") {
        let kind = || QueryErrorKind::NotWords { found: pointer::quoted(distance) };
        return words(distance).map(Some).ok_or_else(kind);
    }
    if operator.eq_ignore_ascii_case("within") {
        let kind = || QueryErrorKind::NotTime { found: pointer::quoted(distance) };
        return time(distance).map(Some).ok_or_else(kind);
    }
    Ok(None)
}

fn words(text: &str) -> Option<Distance> {
    let words = number(text).and_then(|number| u32::try_from(number).ok())?;
    (1..=MOST_WORDS).contains(&words).then_some(Distance::Words(words))
}

/// Hours, minutes and seconds in that order, each at most once.
fn time(text: &str) -> Option<Distance> {
    let mut rest = text.to_ascii_lowercase();
    let mut seconds = 0;
    for (unit, seconds_each) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((count, behind)) = rest.split_once(unit) {
            seconds += number(count)?.checked_mul(seconds_each)?;
            rest = behind.to_owned();
        }
    }
    let is_time = rest.is_empty() && (1..=LONGEST_SECONDS).contains(&seconds);
    is_time.then(|| Distance::Time(MediaTime::from_whole_seconds(seconds)))
}

/// At most nine digits, so that sums of such numbers stay far below the limit of their type.
fn number(text: &str) -> Option<u64> {
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
