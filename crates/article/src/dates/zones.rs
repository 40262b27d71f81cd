//! Time zones behind a time.

use jiff::civil::{DateTime, Weekday, date};
use jiff::tz::Offset;

use super::tokens::Token;

/// Zones whose short names mean one offset in news, in minutes ahead of UTC. IST (Ireland, India, Israel) and the
/// like are left out.
const ZONES: [(&str, i32); 27] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("eest", 180),
    ("msk", 180),
    ("sgt", 480),
    ("hkt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("est", -300),
    ("edt", -240),
    ("akst", -540),
    ("hst", -600),
];

/// Zones of North America: standard offset in minutes, with names for summer and for whichever applies.
const AMERICAN: [(&str, &str, &str, i32); 4] = [
    ("est", "edt", "et", -300),
    ("cst", "cdt", "ct", -360),
    ("mst", "mdt", "mt", -420),
    ("pst", "pdt", "pt", -480),
];

/// The offset that the next token says, behind a bracket or a comma if need be: `Z`, `+01:00`, `-0500`, `GMT`, `ET`.
pub(super) fn offset(tokens: &[Token<'_>], local: DateTime) -> Option<Offset> {
    let bracket = tokens.first().and_then(Token::sign).is_some_and(|sign| matches!(sign, '(' | ',' | '['));
    let tokens = &tokens[usize::from(bracket)..];
    let first = tokens.first()?;
    let minutes = match first.sign() {
        Some('+') => numeric(&tokens[1..])?,
        Some('-' | '\u{2212}') => -numeric(&tokens[1..])?,
        Some(_) => return None,
        None => named(first.word()?, local).map(|minutes| minutes + behind_name(tokens))?,
    };
    Offset::from_seconds(minutes.checked_mul(60)?).ok()
}

/// `GMT+1`
fn behind_name(tokens: &[Token<'_>]) -> i32 {
    if !tokens[0].is_one_of(&["gmt", "utc"]) || tokens.get(1).is_none_or(|sign| sign.after_space) {
        return 0;
    }
    match tokens[1].sign() {
        Some('+') => numeric(&tokens[2..]).unwrap_or(0),
        Some('-' | '\u{2212}') => -numeric(&tokens[2..]).unwrap_or(0),
        _ => 0,
    }
}

/// `01:00`, `0100`, `1`, in minutes.
fn numeric(tokens: &[Token<'_>]) -> Option<i32> {
    let hours = tokens.first().filter(|hours| !hours.after_space)?.number()?;
    let minutes = match tokens.get(1).and_then(Token::sign) {
        Some(':') => tokens.get(2)?.number()?.value,
        _ => 0,
    };
    let (hours, minutes) = match hours.digits {
        1 | 2 => (hours.value, minutes),
        4 => (hours.value / 100, hours.value % 100),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(())?;
    i32::try_from(hours * 60 + minutes).ok()
}

fn named(word: &str, local: DateTime) -> Option<i32> {
    let word = word.to_ascii_lowercase();
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(*minutes);
    }
    let is_american = |(standard, summer, either, _): &&(&str, &str, &str, i32)| {
        [*standard, *summer, *either].contains(&word.as_str())
    };
    let (_, summer, either, minutes) = AMERICAN.iter().find(is_american)?;
    let is_summer = word == *summer || (word == *either && is_american_summer(local));
    Some(if is_summer { minutes + 60 } else { *minutes })
}

/// Since 2007 from the second Sunday of March to the first of November, from two to two at night.
fn is_american_summer(local: DateTime) -> bool {
    let sunday = |month: i8, nth: i8| {
        let day = date(local.year(), month, 1).nth_weekday_of_month(nth, Weekday::Sunday);
        day.map(|day| day.at(2, 0, 0, 0))
    };
    match (sunday(3, 2), sunday(11, 1)) {
        (Ok(begin), Ok(end)) => begin <= local && local < end,
        _ => false,
    }
}

/// Whether a token is a zone's name.
pub(super) fn is_zone(token: &Token<'_>) -> bool {
    token.word().is_some_and(|word| named(word, date(2026, 1, 1).at(0, 0, 0, 0)).is_some())
        || token.is_one_of(&["ist"])
}
