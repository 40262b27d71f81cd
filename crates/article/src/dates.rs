//! Dates as newspapers write them.
//!
//! ```text
//! text --tokens--> numbers, words, signs --day--> a date --clock, zone around it--> Published
//! ```
//!
//! What could be two different days (`03/04/2026`) or needs to know when the page was fetched ("13 hours ago") is no
//! date: doubt is not resolved by a guess.

mod tokens;
mod zones;

use jiff::civil::{Date, DateTime, Time};
use record::Published;

use tokens::{Token, tokens};

/// Tokens between a date and its time: "2 March 2026, in the evening, at about 6.02 pm".
const CLOCK_WITHIN_TOKENS: usize = 8;

/// No paper that is read here was printed earlier, and none is dated later.
const YEARS: std::ops::RangeInclusive<i16> = 1700..=2200;

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// When.
    pub(crate) published: Published,
    /// Where it stands, in bytes, without the time.
    pub(crate) bytes: std::ops::Range<usize>,
}

/// What the first of two small numbers is: `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The day, as in most of the world.
    DayFirst,
    /// Nothing tells. English pages of the United States are written the other way, and many others say that they are of
    /// there because their software says so.
    Unknown,
}

impl Order {
    /// That of a language: English is written both ways.
    pub(crate) fn of_language(language: Option<&str>) -> Self {
        const BRITISH: [&str; 6] = ["en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za"];
        let is_unknown = language.is_none_or(|language| {
            let language = language.to_ascii_lowercase();
            language.starts_with("en") && !BRITISH.contains(&language.as_str())
        });
        if is_unknown { Self::Unknown } else { Self::DayFirst }
    }
}

/// The first date in a text, with the time that stands around it.
pub(crate) fn first(text: &str, order: Order) -> Option<Found> {
    all(text, order).into_iter().next()
}

/// The dates in a text, in order. Only its first [`tokens::MOST_TOKENS`] words and numbers are looked at.
pub(crate) fn all(text: &str, order: Order) -> Vec<Found> {
    let tokens = tokens(text);
    let days = days(&tokens, order);
    let clocks = |at: usize| -> Option<(Time, Option<jiff::tz::Offset>)> {
        let (from, to) = days[at].1.clone().into();
        let before = at.checked_sub(1).map_or(0, |last| days[last].1.end);
        let behind = days.get(at + 1).map_or(tokens.len(), |next| next.1.start);
        clock_behind(&tokens[..behind], to, days[at].0)
            .or_else(|| clock_before(&tokens[..from], before, days[at].0))
    };
    let found = |at: usize| {
        let (date, place) = &days[at];
        let published = match clocks(at) {
            Some((time, offset)) => Published::at(DateTime::from_parts(*date, time), offset),
            None => Published::on(*date),
        };
        Found { published, bytes: tokens[place.start].bytes.start..tokens[place.end - 1].bytes.end }
    };
    (0..days.len()).map(found).collect()
}

/// Which tokens a day takes.
#[derive(Clone, Debug)]
struct Stretch {
    start: usize,
    end: usize,
}

impl From<Stretch> for (usize, usize) {
    fn from(stretch: Stretch) -> Self {
        (stretch.start, stretch.end)
    }
}

fn days(tokens: &[Token<'_>], order: Order) -> Vec<(Date, Stretch)> {
    let mut days = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match day_at(&tokens[at..], order) {
            Some((date, length)) => {
                days.push((date, Stretch { start: at, end: at + length }));
                at += length;
            }
            None => at += 1,
        }
    }
    days
}

/// A day that begins with the first token, and how many tokens it takes.
fn day_at(tokens: &[Token<'_>], order: Order) -> Option<(Date, usize)> {
    numeric_day(tokens, order)
        .or_else(|| day_month_year(tokens))
        .or_else(|| month_day_year(tokens))
        .or_else(|| year_month_day_in_words(tokens))
}

/// `2026-03-02`, `2026/03/02`, `2.3.2026`, `20260302`; `31/03/2026` and `03/31/2026`, of which one can only be.
fn numeric_day(tokens: &[Token<'_>], order: Order) -> Option<(Date, usize)> {
    let first = tokens.first()?.number()?;
    if first.digits == 8 {
        let (year, rest) = (first.value / 10_000, first.value % 10_000);
        return Some((date(year, rest / 100, rest % 100)?, 1));
    }
    let sign = tokens.get(1)?.sign()?;
    let (second, third) = (tokens.get(2)?.number()?, tokens.get(4)?.number()?);
    let is_one = |at: usize| !tokens[at].after_space;
    if !matches!(sign, '-' | '/' | '.')
        || tokens.get(3)?.sign() != Some(sign)
        || ![1, 2, 3, 4].map(is_one).contains(&true)
    {
        return None;
    }
    let date = match (first.digits, third.digits, sign) {
        (4, 1..=2, _) if second.digits <= 2 => date(first.value, second.value, third.value),
        (1..=2, 4, '.') if second.digits <= 2 => date(third.value, second.value, first.value),
        (1..=2, 4, _) if second.digits <= 2 && first.value > 12 => {
            date(third.value, second.value, first.value)
        }
        (1..=2, 4, _) if second.digits <= 2 && second.value > 12 => {
            date(third.value, first.value, second.value)
        }
        (1..=2, 4, _) if second.digits <= 2 && order == Order::DayFirst => {
            date(third.value, second.value, first.value)
        }
        (1..=2, 4, _) if first.value == second.value => date(third.value, first.value, second.value),
        _ => None,
    };
    Some((date?, 5))
}

/// `2 March 2026`, `2nd of March, 2026`, `2. März 2026`, `2 de marzo de 2026`, `02-Mar-2026`.
fn day_month_year(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let day = tokens.first()?.number().filter(|day| day.digits <= 2)?;
    let mut at = 1;
    at += usize::from(
        tokens.get(at).is_some_and(|next| next.is_one_of(&["st", "nd", "rd", "th", "er", "º", "ª"])),
    );
    at += signs(tokens, at, &['.', '-', '/', ',']);
    at += usize::from(tokens.get(at).is_some_and(|next| next.is_one_of(&["of", "de"])));
    let month = tokens.get(at)?.month()?;
    at += 1;
    at += signs(tokens, at, &['.', '-', '/', ',']);
    at += usize::from(tokens.get(at).is_some_and(|next| next.is_one_of(&["de", "del"])));
    let year = tokens.get(at)?.number().filter(|year| year.digits == 4)?;
    Some((date(year.value, month, day.value)?, at + 1))
}

/// `March 2, 2026`, `Mar. 2nd 2026`.
fn month_day_year(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let month = tokens.first()?.month()?;
    let mut at = 1;
    at += signs(tokens, at, &['.', '-', '/']);
    let day = tokens.get(at)?.number().filter(|day| day.digits <= 2)?;
    at += 1;
    at += usize::from(tokens.get(at).is_some_and(|next| next.is_one_of(&["st", "nd", "rd", "th"])));
    at += signs(tokens, at, &[',', '.', '-', '/']);
    let year = tokens.get(at)?.number().filter(|year| year.digits == 4)?;
    Some((date(year.value, month, day.value)?, at + 1))
}

/// `2026 March 2`, `2026-Mar-02`, `2026年3月2日`.
fn year_month_day_in_words(tokens: &[Token<'_>]) -> Option<(Date, usize)> {
    let year = tokens.first()?.number().filter(|year| year.digits == 4)?;
    if tokens.get(1)?.is_one_of(&["年"]) && tokens.get(3)?.is_one_of(&["月"]) {
        let (month, day) = (tokens.get(2)?.number()?, tokens.get(4)?.number()?);
        return Some((date(year.value, month.value, day.value)?, 5));
    }
    let mut at = 1 + signs(tokens, 1, &[',', '-', '/']);
    let month = tokens.get(at)?.month()?;
    at += 1;
    at += signs(tokens, at, &['.', '-', '/']);
    let day = tokens.get(at)?.number().filter(|day| day.digits <= 2)?;
    // "2026 March 2, 2026" is the date in another form behind a stray number.
    Some((date(year.value, month, day.value)?, at + 1))
}

/// One if the token at `at` is one of these signs.
fn signs(tokens: &[Token<'_>], at: usize, signs: &[char]) -> usize {
    usize::from(tokens.get(at).and_then(Token::sign).is_some_and(|sign| signs.contains(&sign)))
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

type Clock = (Time, Option<jiff::tz::Offset>);

/// The first time that begins within reach behind `from`.
fn clock_behind(tokens: &[Token<'_>], from: usize, date: Date) -> Option<Clock> {
    let last = tokens.len().min(from + CLOCK_WITHIN_TOKENS);
    let last = (from..last).find(|at| begins_another(&tokens[*at])).unwrap_or(last);
    (from..last).find_map(|at| clock_at(tokens, at, date))
}

/// Whether what follows is about another date: "| UPDATED: 11:05".
fn begins_another(token: &Token<'_>) -> bool {
    token.is_one_of(&["updated", "modified", "published", "posted"])
        || token.sign().is_some_and(|sign| matches!(sign, '|' | ';'))
}

/// The last time that stands within reach before a date, and behind `not_before`.
fn clock_before(tokens: &[Token<'_>], not_before: usize, date: Date) -> Option<Clock> {
    let first = tokens.len().saturating_sub(CLOCK_WITHIN_TOKENS).max(not_before);
    (first..tokens.len()).rev().find_map(|at| clock_at(tokens, at, date))
}

/// `18:02`, `18:02:07.25Z`, `6.02 pm EST`, `T180207+0100`, `6 p.m. ET`.
fn clock_at(tokens: &[Token<'_>], at: usize, date: Date) -> Option<Clock> {
    let hour = tokens[at].number().filter(|hour| hour.digits <= 2)?;
    // Not the end of a longer number or of a time that was refused as a whole: `1:18:02`.
    if at > 0
        && tokens[at - 1].sign().is_some_and(|sign| matches!(sign, ':' | '+'))
        && !tokens[at].after_space
    {
        return None;
    }
    let two_digits = |at: usize, signs: &[char]| -> Option<u32> {
        let sign = tokens.get(at)?.sign().filter(|sign| signs.contains(sign))?;
        let number = tokens.get(at + 1)?.number()?;
        let is_one = !tokens[at].after_space && !tokens[at + 1].after_space;
        (is_one && number.digits == 2).then_some(()).and_then(|()| (sign != ' ').then_some(number.value))
    };
    let minute = two_digits(at + 1, &[':', '.', 'h']);
    let is_colon = tokens.get(at + 1).and_then(Token::sign) == Some(':');
    let mut end = if minute.is_some() { at + 3 } else { at + 1 };
    let mut second = 0;
    if let Some(seconds) = minute.and_then(|_| two_digits(end, &[':'])) {
        second = seconds;
        end += 2;
        let is_fraction = tokens.get(end).and_then(Token::sign).is_some_and(|sign| matches!(sign, '.' | ','))
            && tokens.get(end + 1).is_some_and(|next| next.number().is_some() && !next.after_space);
        end += if is_fraction { 2 } else { 0 };
    }
    let (half, half_length) = half_of_day(&tokens[end.min(tokens.len())..]);
    end += half_length;
    let hour = match half {
        // A number alone is no time, and neither is one with a point.
        None if !is_colon || minute.is_none() => return None,
        None => hour.value,
        Some(_) if !(1..=12).contains(&hour.value) => {
            // "18:02 PM" is said, and meant.
            (hour.value <= 24).then_some(hour.value)?
        }
        Some(Half::Morning) => hour.value % 12,
        Some(Half::Afternoon) => hour.value % 12 + 12,
    };
    let byte = |value: u32| i8::try_from(value).ok();
    let time = Time::new(byte(hour)?, byte(minute.unwrap_or(0))?, byte(second)?, 0).ok()?;
    Some((time, zones::offset(&tokens[end.min(tokens.len())..], DateTime::from_parts(date, time))))
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

/// `am`, `p.m.`, and how many tokens that takes.
fn half_of_day(tokens: &[Token<'_>]) -> (Option<Half>, usize) {
    let is_m = |at: usize| tokens.get(at).is_some_and(|token| token.is_one_of(&["m"]));
    let is_point = |at: usize| tokens.get(at).and_then(Token::sign) == Some('.');
    let dotted = || is_point(1) && is_m(2);
    let length = |at: usize| if is_point(at) { at + 1 } else { at };
    match tokens.first() {
        Some(token) if token.is_one_of(&["am"]) => (Some(Half::Morning), 1),
        Some(token) if token.is_one_of(&["pm"]) => (Some(Half::Afternoon), 1),
        Some(token) if token.is_one_of(&["a"]) && dotted() => (Some(Half::Morning), length(3)),
        Some(token) if token.is_one_of(&["p"]) && dotted() => (Some(Half::Afternoon), length(3)),
        _ => (None, 0),
    }
}

/// Whether a text is about a date and nothing else: "Updated 5:27 am CST, Wednesday, March 4, 2026", "13 hours ago".
pub(crate) fn is_only_date(text: &str) -> bool {
    let tokens = tokens(text);
    if tokens.is_empty() || tokens.len() > MOST_DATE_TOKENS {
        return false;
    }
    let has_date = !days(&tokens, Order::DayFirst).is_empty()
        || is_ago(&tokens)
        || tokens.iter().any(|token| token.is_one_of(&["yesterday", "today"]));
    let is_of_dates = |token: &Token<'_>| {
        token.number().is_some()
            || token.sign().is_some()
            || token.month().is_some()
            || zones::is_zone(token)
            || token.is_one_of(&WORDS_AROUND_DATES)
    };
    has_date && tokens.iter().all(is_of_dates)
}

/// More than twice as many as the longest line of two dates, times and zones.
const MOST_DATE_TOKENS: usize = 60;

fn is_ago(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| token.is_one_of(&["ago"]))
        && tokens.iter().any(|token| token.number().is_some() || token.is_one_of(&["a", "an"]))
}

/// What stands around dates in lines that hold nothing else.
const WORDS_AROUND_DATES: [&str; 62] = [
    "published",
    "updated",
    "posted",
    "modified",
    "last",
    "first",
    "on",
    "at",
    "date",
    "time",
    "of",
    "the",
    "and",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "an",
    "st",
    "nd",
    "rd",
    "th",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "ago",
    "hours",
    "hour",
    "minutes",
    "minute",
    "mins",
    "min",
    "days",
    "day",
    "weeks",
    "week",
    "yesterday",
    "today",
    "t",
    "z",
    "uhr",
    "de",
    "created",
    "issued",
    "release",
    "released",
    "h",
];

#[cfg(test)]
mod tests;
