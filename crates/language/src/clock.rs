//! Times of day as news says them: `at 2.30 p.m.`, `around 02:30 in the morning`, `seven o'clock`, `9 a.m. Eastern`.
//!
//! ```text
//! text --tokens--> hour, minutes, half of the day, zone --> Clock { bytes, minutes, half, zone, is_about }
//! ```
//!
//! A number is a time only with something that says so: `p.m.`, `o'clock`, a colon behind `at`. Whether two times can be the
//! same is told by [`Clock::apart`]; where both do not name one zone, whole and half hours may be the zones'.

#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::quantities::tokens::{Token, is, lines};
use crate::quantities::units;

/// Minutes of half a day.
const HALF_DAY: u16 = 12 * 60;

/// A time of day in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Where it stands, in bytes of the text, with `about` and its zone.
    pub bytes: Range<usize>,
    /// Minutes since midnight, or since midnight or noon where `half` is unknown.
    pub minutes: u16,
    /// Which half of the day; `None` where nothing tells.
    pub half: Option<Half>,
    /// The zone, if it is named.
    pub zone: Option<Zone>,
    /// Whether minutes are named: "seven o'clock" may be some minutes off.
    pub has_minutes: bool,
    /// Whether it is said to be near: `about`, `just after`.
    pub is_about: bool,
}

/// Half of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Half {
    /// Before noon.
    Morning,
    /// From noon on.
    Afternoon,
}

/// By which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Zone {
    /// Of the place of which is spoken.
    Local,
    /// North America's eastern, central, mountain or Pacific time, in that order from 0.
    American(u8),
    /// Greenwich's time, or universal time.
    Universal,
    /// British summer time.
    BritishSummer,
}

/// All times of day of a text, in order, disjoint.
pub fn find(text: &str) -> Vec<Clock> {
    let mut found: Vec<Clock> = Vec::new();
    for (start, tokens) in lines(text) {
        let mut at = 0;
        while at < tokens.len() {
            match clock_at(&tokens, at) {
                Some((clock, end)) => {
                    let bytes = clock.bytes;
                    found.push(Clock { bytes: start + bytes.start..start + bytes.end, ..clock });
                    at = end;
                }
                None => at += 1,
            }
        }
    }
    found
}

impl Clock {
    /// Whether two times of one day can't be the same: they are further apart than what their words leave open. Where both
    /// do not name one zone, whole and half hours may be the zones' difference.
    pub fn apart(&self, other: &Self) -> bool {
        const STEP_OF_ZONES: u16 = 30;
        let are_whole = self.half.is_some() && other.half.is_some();
        let is_one_zone = self.zone.is_some() && self.zone == other.zone;
        // Around the dial, and where it may be of another zone around a step of those.
        let distance = |around: u16| {
            let between = self.minutes.abs_diff(other.minutes) % around;
            between.min(around - between)
        };
        let distance = match (is_one_zone, are_whole) {
            (false, _) => distance(STEP_OF_ZONES),
            (true, true) => distance(2 * HALF_DAY),
            (true, false) => distance(HALF_DAY),
        };
        distance > self.slack().max(other.slack())
    }

    /// So many minutes may be meant otherwise.
    fn slack(&self) -> u16 {
        match (self.has_minutes, self.is_about) {
            (false, true) => 45,
            (false, false) => 20,
            (true, true) => 10,
            (true, false) if self.minutes.is_multiple_of(5) => 4,
            (true, false) => 1,
        }
    }
}

/// The time that begins at a token, and the index after its last one.
fn clock_at(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    let (from, is_about) = past_about(tokens, at);
    let (hour, minute, mut end, is_written) = reading(tokens, from)?;
    let is_oclock = is(tokens, end, "o'clock");
    end += usize::from(is_oclock);
    let short = half_behind(tokens, end);
    let half = short.or_else(|| part_of_day_behind(tokens, end, hour));
    // "Two in the morning and three in the evening" may be ferries.
    let is_told = match half {
        _ if is_oclock || short.is_some() => true,
        Some(_) => is_written || is_about || is_behind_at(tokens, at),
        None => is_written && is_behind_at(tokens, at),
    };
    let known = half.map(|(half, _)| half);
    end = half.map_or(end, |(_, after)| after);
    // "02:30" and "14:30" are of a whole day.
    let is_of_day = hour > 12 || hour == 0 || (is_written && tokens[from].lower.starts_with('0'));
    if !is_told || is_within_number(tokens, from) || (hour > 12 && known == Some(Half::Morning)) {
        return None;
    }
    let half = known.or_else(|| is_of_day.then_some(if hour < 12 { Half::Morning } else { Half::Afternoon }));
    let (zone, end) = zone_behind(tokens, end);
    let clock = Clock {
        bytes: tokens[at].bytes.start..tokens[end - 1].bytes.end,
        minutes: of_day(hour, half) + minute.unwrap_or_default(),
        half,
        zone,
        has_minutes: minute.is_some(),
        is_about,
    };
    Some((clock, end))
}

/// The minutes before an hour of the day; twelve is noon, and midnight in the morning.
fn of_day(hour: u16, half: Option<Half>) -> u16 {
    let added = if half == Some(Half::Afternoon) { HALF_DAY } else { 0 };
    hour % 12 * 60 + added
}

/// Words before a time that say that it is near it.
fn past_about(tokens: &[Token], at: usize) -> (usize, bool) {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
    match (word(at), word(at + 1)) {
        ("just" | "shortly" | "soon", "after" | "before") => (at + 2, true),
        ("about" | "around" | "roughly" | "approximately" | "nearly" | "almost" | "circa", _) => {
            (at + 1, true)
        }
        _ => (at, false),
    }
}

/// An hour and its minutes, the index behind them, and whether they are written as one with a colon.
fn reading(tokens: &[Token], at: usize) -> Option<(u16, Option<u16>, usize, bool)> {
    let token = tokens.get(at)?;
    if let Some((hour, minute)) = token.lower.split_once([':', '.']).filter(|_| starts_with_digit(token)) {
        let (hour, minute): (u16, u16) =
            (hour.parse().ok()?, minute.parse().ok().filter(|_| minute.len() == 2)?);
        let is_time = hour < 24 && minute < 60;
        return is_time.then_some((hour, Some(minute), at + 1, token.lower.contains(':')));
    }
    if let Some(next) = past_of_hour(tokens, at) {
        return Some(next);
    }
    let hour = hour(token)?;
    match tokens.get(at + 1).and_then(minutes) {
        // "At 2 30 people" is no time; what follows must be a half of the day.
        Some(minute) if half_behind(tokens, at + 2).is_some() => Some((hour, Some(minute), at + 2, false)),
        _ => Some((hour, None, at + 1, false)),
    }
}

/// `half past two`, `a quarter to nine`.
fn past_of_hour(tokens: &[Token], at: usize) -> Option<(u16, Option<u16>, usize, bool)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
    let at = if matches!(word(at), "a" | "an") { at + 1 } else { at };
    let part = match word(at) {
        "half" => 30,
        "quarter" => 15,
        _ => return None,
    };
    let hour = hour(tokens.get(at + 2)?)?;
    match word(at + 1) {
        "past" | "after" => Some((hour, Some(part), at + 3, true)),
        "to" | "before" if part == 15 => {
            let hour_before = if hour == 1 { 12 } else { hour - 1 };
            Some((hour_before, Some(45), at + 3, true))
        }
        _ => None,
    }
}

fn starts_with_digit(token: &Token) -> bool {
    token.lower.starts_with(|first: char| first.is_ascii_digit())
}

/// Hours of half a day in digits or words.
fn hour(token: &Token) -> Option<u16> {
    const HOURS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let in_words = HOURS.iter().position(|word| token.is(word)).and_then(|at| u16::try_from(at + 1).ok());
    in_words.or_else(|| token.lower.parse().ok()).filter(|hour| (1..=12).contains(hour))
}

/// Minutes of two digits or in words.
fn minutes(token: &Token) -> Option<u16> {
    let in_words = match token.lower.as_str() {
        "ten" => 10,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        digits if digits.len() == 2 => digits.parse().ok()?,
        _ => return None,
    };
    Some(in_words).filter(|minute| *minute < 60)
}

/// `p.m.`, `am`: which half of the day, and the index behind it.
fn half_behind(tokens: &[Token], at: usize) -> Option<(Half, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
    let is_glued = |at: usize| tokens.get(at).is_some_and(|token| token.is_glued);
    let of = |letter: &str| if letter == "a" { Half::Morning } else { Half::Afternoon };
    match [word(at), word(at + 1), word(at + 2)] {
        ["am", ..] => Some((Half::Morning, at + 1)),
        ["pm", ..] => Some((Half::Afternoon, at + 1)),
        [letter @ ("a" | "p"), ".", "m"] if is_glued(at + 1) && is_glued(at + 2) => {
            let end = if word(at + 3) == "." && is_glued(at + 3) { at + 4 } else { at + 3 };
            Some((of(letter), end))
        }
        _ => None,
    }
}

/// `in the morning`, `at night`: which half of the day, and the index behind it. The night begins in the evening and ends in
/// the morning.
fn part_of_day_behind(tokens: &[Token], at: usize, hour: u16) -> Option<(Half, usize)> {
    const FIRST_OF_THE_EVENING: u16 = 6;
    let word = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
    match [word(at), word(at + 1), word(at + 2)] {
        ["in", "the", "morning"] => Some((Half::Morning, at + 3)),
        ["in", "the", "afternoon" | "evening"] => Some((Half::Afternoon, at + 3)),
        ["at", "night", _] => {
            let is_evening = (FIRST_OF_THE_EVENING..12).contains(&(hour % 12));
            Some((if is_evening { Half::Afternoon } else { Half::Morning }, at + 2))
        }
        _ => None,
    }
}

/// Whether a token ends a number that begins before it: "$2.50", "ninety nine".
fn is_within_number(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    before.is_some_and(|token| {
        let is_tens =
            minutes(token).is_some() || token.is_one_of(&["sixty", "seventy", "eighty", "ninety", "hundred"]);
        starts_with_digit(token) || is_tens || units::sign(token).is_some()
    })
}

/// Whether a word stands before that only a time follows, if what follows has a colon.
fn is_behind_at(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    before.is_some_and(|token| token.is_one_of(&["at", "by", "until", "since", "before", "after", "from"]))
}

/// `Eastern`, `GMT`, `local time`, and the index behind it.
fn zone_behind(tokens: &[Token], at: usize) -> (Option<Zone>, usize) {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
    let is_capital = tokens.get(at).is_some_and(|token| token.is_capital);
    let is_word = |token: &Token| token.lower.starts_with(char::is_alphanumeric);
    let is_last = word(at + 1) == "time" || !tokens.get(at + 1).is_some_and(is_word);
    let zone = match word(at) {
        "local" if word(at + 1) == "time" => Zone::Local,
        // "9 a.m. Eastern bakers" work in no zone that is named.
        "eastern" if is_capital && is_last => Zone::American(0),
        "central" if is_capital && is_last => Zone::American(1),
        "mountain" if is_capital && is_last => Zone::American(2),
        "pacific" if is_capital && is_last => Zone::American(3),
        "et" | "est" | "edt" if is_capital => Zone::American(0),
        "ct" | "cst" | "cdt" if is_capital => Zone::American(1),
        "mst" | "mdt" if is_capital => Zone::American(2),
        "pt" | "pst" | "pdt" if is_capital => Zone::American(3),
        "gmt" | "utc" => Zone::Universal,
        "bst" if is_capital => Zone::BritishSummer,
        _ => return (None, at),
    };
    (Some(zone), if word(at + 1) == "time" { at + 2 } else { at + 1 })
}
