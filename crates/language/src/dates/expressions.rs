//! What is said about a day, before anybody asks which day that is.

use std::ops::Range;

use jiff::civil::Weekday;

use crate::quantities::TimeUnit;
use crate::quantities::tokens::Token;

/// What is said about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `on Wednesday`, `last Wednesday`, `next Wednesday`.
    Weekday {
        /// Which.
        day: Weekday,
        /// To which side of the day of publication.
        edge: Edge,
    },
    /// `12 February`, `February 12th, 2025`.
    Calendar {
        /// `None` where no year is named.
        year: Option<i16>,
        /// From 1.
        month: i8,
        /// From 1; `None` where the whole month is meant.
        day: Option<i8>,
        /// To which side of the day of publication, where no year is named.
        edge: Edge,
    },
    /// `in 2014`.
    Year(i16),
    /// `today`, `yesterday`, `tomorrow`: so many days after the day of publication.
    Day(i32),
    /// `last night`, `overnight`: the evening before, or the hours until morning.
    Night,
    /// `last week`, `this month`, `next year`: so many periods after the present one.
    Period {
        /// How long.
        period: Period,
        /// -1 for the last one.
        after: i32,
    },
    /// `three years ago`.
    Ago {
        /// At least so many.
        least: u16,
        /// At most so many.
        most: u16,
        /// Of these.
        step: Step,
    },
    /// `two days later`: counted from a day that the text names elsewhere.
    FromElsewhere,
}

/// To which side of the day of publication a weekday lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Nothing tells.
    Open,
    /// `earlier on`, `this past`.
    Past,
    /// `last`: the one before, or that of last week.
    Last,
    /// `next`, or something that is still to be.
    Future,
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as it is said")]
pub enum Period {
    Weekend,
    Week,
    Month,
    Year,
}

/// What one counts back by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as it is said")]
pub enum Step {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// Whether a word names a month. `may` and `march` do only with a capital.
pub(crate) fn is_month(lower: &str, is_capital: bool) -> bool {
    month(lower).is_some() && (is_capital || !matches!(lower, "may" | "march"))
}

/// The month of this name in small letters, 1 to 12.
pub fn month(lower: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|name| *name == lower)?;
    i8::try_from(at + 1).ok()
}

/// The day of the week of this name in small letters, with or without `'s`.
pub fn weekday(lower: &str) -> Option<Weekday> {
    Some(match lower.strip_suffix("'s").unwrap_or(lower) {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// All expressions of a line, with the tokens that they stand in; in order, disjoint.
pub(crate) fn expressions(tokens: &[Token]) -> Vec<(Range<usize>, Expression)> {
    let mut found: Vec<(Range<usize>, Expression)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match Reader(tokens).expression(at) {
            Some((end, expression)) => {
                let free_from = found.last().map_or(0, |(range, _)| range.end);
                let start = start_of(tokens, free_from, at);
                found.push((start..end, expression));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// `earlier`, `late`, `on` and the like before an expression belong to it.
fn start_of(tokens: &[Token], free_from: usize, at: usize) -> usize {
    const BEFORE: [&str; 9] = ["earlier", "later", "last", "late", "early", "on", "in", "since", "during"];
    let mut start = at;
    while start > free_from && tokens[start - 1].is_one_of(&BEFORE) {
        start -= 1;
    }
    start
}

struct Reader<'a>(&'a [Token]);

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.0.get(at).map_or("", |token| &token.lower)
    }

    fn is_capital(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|token| token.is_capital)
    }

    /// The expression that begins at a token, and the index after it.
    fn expression(&self, at: usize) -> Option<(usize, Expression)> {
        self.iso(at)
            .or_else(|| self.calendar(at))
            .or_else(|| self.weekday(at))
            .or_else(|| self.day(at))
            .or_else(|| self.period(at))
            .or_else(|| self.counted(at))
            .or_else(|| self.year_alone(at))
    }

    /// `2025-02-12`.
    fn iso(&self, at: usize) -> Option<(usize, Expression)> {
        let number = |at: usize| self.0.get(at)?.digits.map(|digits| digits.value as i16);
        let is_dash = |at: usize| self.word(at) == "-" && self.0[at].is_glued;
        let year = self.year(at)?;
        if !(is_dash(at + 1) && is_dash(at + 3) && self.0.get(at + 4)?.is_glued) {
            return None;
        }
        let (month, day) = (i8::try_from(number(at + 2)?).ok()?, i8::try_from(number(at + 4)?).ok()?);
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
        is_date.then_some((
            at + 5,
            Expression::Calendar { year: Some(year), month, day: Some(day), edge: Edge::Open },
        ))
    }

    /// A year in four digits.
    fn year(&self, at: usize) -> Option<i16> {
        let digits = self.0.get(at)?.digits.filter(|digits| digits.is_bare_four)?;
        let year = digits.value as i16;
        (1800..2100).contains(&year).then_some(year)
    }

    /// A day of a month: `12`, `12th`.
    fn day_of_month(&self, at: usize) -> Option<(i8, usize)> {
        let digits = self.0.get(at)?.digits?;
        let is_day = digits.value.fract() == 0.0 && (1.0..=31.0).contains(&digits.value);
        let next = self.0.get(at + 1);
        let is_ordinal = next.is_some_and(|next| next.is_glued && next.is_one_of(&["st", "nd", "rd", "th"]));
        is_day.then_some((digits.value as i8, if is_ordinal { at + 2 } else { at + 1 }))
    }

    fn calendar(&self, at: usize) -> Option<(usize, Expression)> {
        // "Wednesday, 12 February" is one date.
        if weekday(self.word(at)).is_some() {
            let next = if self.word(at + 1) == "," { at + 2 } else { at + 1 };
            return self
                .calendar(next)
                .filter(|(_, found)| matches!(found, Expression::Calendar { day: Some(_), .. }));
        }
        let at = if self.word(at) == "the" { at + 1 } else { at };
        if let Some((day, after)) = self.day_of_month(at) {
            let name = if self.word(after) == "of" { after + 1 } else { after };
            if let Some(month) = self.month_at(name) {
                let (year, end) = self.year_behind(name + 1);
                return Some((end, Expression::Calendar { year, month, day: Some(day), edge: Edge::Open }));
            }
        }
        let month = self.month_at(at)?;
        if let Some((day, after)) = self.day_of_month(at + 1).filter(|_| self.year(at + 1).is_none()) {
            let (year, end) = self.year_behind(after);
            return Some((end, Expression::Calendar { year, month, day: Some(day), edge: Edge::Open }));
        }
        let (year, end) = self.year_behind(at + 1);
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        const LEADS: [&str; 16] = [
            "in", "of", "last", "this", "since", "until", "till", "by", "early", "late", "mid", "from",
            "during", "next", "between", "through",
        ];
        // "May" and "March" are also words: only beside a year or a word that leads to a month are they months.
        let is_sure = year.is_some() || !matches!(month, 3 | 5) || LEADS.contains(&before);
        let edge = match before {
            "last" => Edge::Last,
            "next" => Edge::Future,
            _ => Edge::Open,
        };
        is_sure.then_some((end, Expression::Calendar { year, month, day: None, edge }))
    }

    fn month_at(&self, at: usize) -> Option<i8> {
        month(self.word(at)).filter(|_| is_month(self.word(at), self.is_capital(at)))
    }

    fn year_behind(&self, at: usize) -> (Option<i16>, usize) {
        let next = if matches!(self.word(at), "," | "of") { at + 1 } else { at };
        match self.year(next) {
            Some(year) => (Some(year), next + 1),
            None => (None, at),
        }
    }

    fn weekday(&self, at: usize) -> Option<(usize, Expression)> {
        let named = |at: usize| weekday(self.word(at)).filter(|_| self.is_capital(at));
        let (day, edge, name) = match self.word(at) {
            "last" => (named(at + 1)?, Edge::Last, at + 1),
            "next" => (named(at + 1)?, Edge::Future, at + 1),
            "this" if matches!(self.word(at + 1), "past" | "coming") => {
                let edge = if self.word(at + 1) == "past" { Edge::Past } else { Edge::Future };
                (named(at + 2)?, edge, at + 2)
            }
            _ => (named(at)?, self.edge_before(at), at),
        };
        let part = matches!(self.word(name + 1), "morning" | "afternoon" | "evening" | "night");
        Some((if part { name + 2 } else { name + 1 }, Expression::Weekday { day, edge }))
    }

    /// What the words before a weekday tell about its side.
    fn edge_before(&self, at: usize) -> Edge {
        const CLAUSE: usize = 9;
        const COMING: [&str; 13] = [
            "will",
            "'ll",
            "would",
            "due",
            "set",
            "expected",
            "scheduled",
            "plans",
            "going",
            "until",
            "by",
            "next",
            "coming",
        ];
        for before in self.0[..at].iter().rev().take(CLAUSE) {
            match before.lower.as_str() {
                "." | "?" | "!" | ";" => break,
                "earlier" => return Edge::Past,
                word if COMING.contains(&word) || word.ends_with("'ll") => return Edge::Future,
                _ => {}
            }
        }
        Edge::Open
    }

    fn day(&self, at: usize) -> Option<(usize, Expression)> {
        let found = |length: usize, expression| Some((at + length, expression));
        match (self.word(at), self.word(at + 1), self.word(at + 2), self.word(at + 3)) {
            ("the", "day", "before", "yesterday") => found(4, Expression::Day(-2)),
            ("the", "day", "after", "tomorrow") => found(4, Expression::Day(2)),
            ("today" | "tonight", ..) => found(1, Expression::Day(0)),
            ("yesterday", "morning" | "afternoon" | "evening", ..) => found(2, Expression::Day(-1)),
            ("tomorrow", "morning" | "afternoon" | "evening" | "night", ..) => found(2, Expression::Day(1)),
            ("yesterday", ..) => found(1, Expression::Day(-1)),
            ("tomorrow", ..) => found(1, Expression::Day(1)),
            ("this", "morning" | "afternoon" | "evening", ..) => found(2, Expression::Day(0)),
            ("last", "night", ..) => found(2, Expression::Night),
            ("overnight", ..) => found(1, Expression::Night),
            _ => None,
        }
    }

    fn period(&self, at: usize) -> Option<(usize, Expression)> {
        let after = match self.word(at) {
            "last" | "previous" => -1,
            "this" => 0,
            "next" => 1,
            "the" if self.word(at + 1) == "weekend" => {
                return Some((at + 2, Expression::Period { period: Period::Weekend, after: -1 }));
            }
            _ => return None,
        };
        let period = match self.word(at + 1) {
            "weekend" => Period::Weekend,
            "week" => Period::Week,
            "month" => Period::Month,
            "year" => Period::Year,
            _ => return None,
        };
        Some((at + 2, Expression::Period { period, after }))
    }

    /// `three years ago`, `a week ago`, `a few days ago`, `two days later`.
    fn counted(&self, at: usize) -> Option<(usize, Expression)> {
        let (least, most, unit_at) = match (self.word(at), self.word(at + 1)) {
            ("a", "few") => (2, 9, at + 2),
            ("a", "couple") if self.word(at + 2) == "of" => (2, 3, at + 3),
            ("several", _) => (2, 9, at + 1),
            ("a" | "an", _) => (1, 1, at + 1),
            (word, _) => {
                let value = match self.0.get(at)?.digits {
                    Some(digits) => (digits.value.fract() == 0.0).then_some(digits.value as u64)?,
                    None => u64::try_from(NUMBERS.iter().position(|name| *name == word)?).ok()?,
                };
                let value = u16::try_from(value).ok()?;
                (value, value, at + 1)
            }
        };
        let step = match TimeUnit::of_word(self.word(unit_at))? {
            TimeUnit::Minute | TimeUnit::Hour => Step::Hour,
            TimeUnit::Day => Step::Day,
            TimeUnit::Week => Step::Week,
            TimeUnit::Month => Step::Month,
            TimeUnit::Year => Step::Year,
            _ => return None,
        };
        match self.word(unit_at + 1) {
            "ago" => Some((unit_at + 2, Expression::Ago { least, most, step })),
            "later" | "earlier" => Some((unit_at + 2, Expression::FromElsewhere)),
            _ => None,
        }
    }

    /// `in 2014`, `the 2014 elections`; numbers that only look like years have no such words before them.
    fn year_alone(&self, at: usize) -> Option<(usize, Expression)> {
        const LEADS: [&str; 15] = [
            "in", "since", "by", "of", "until", "till", "from", "during", "before", "after", "early", "late",
            "mid", "to", "the",
        ];
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        if !LEADS.contains(&before) {
            return None;
        }
        match self.year(at) {
            Some(year) => Some((at + 1, Expression::Year(year))),
            None => self.spoken_year(at),
        }
    }

    /// `twenty fourteen`, `nineteen ninety`.
    fn spoken_year(&self, at: usize) -> Option<(usize, Expression)> {
        const TEENS: [&str; 10] = [
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        const TENS: [&str; 8] =
            ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        let century = match self.word(at) {
            "nineteen" => 1900,
            "twenty" => 2000,
            _ => return None,
        };
        let place = |words: &[&str], at: usize| {
            let word = self.word(at);
            words.iter().position(|known| *known == word).and_then(|place| i16::try_from(place).ok())
        };
        if let Some(teen) = place(&TEENS, at + 1) {
            return Some((at + 2, Expression::Year(century + 10 + teen)));
        }
        let tens = (place(&TENS, at + 1)? + 2) * 10;
        let next = if self.word(at + 2) == "-" { at + 3 } else { at + 2 };
        match place(&NUMBERS[..10], next).filter(|ones| *ones > 0) {
            Some(ones) => Some((next + 1, Expression::Year(century + tens + ones))),
            None => Some((at + 2, Expression::Year(century + tens))),
        }
    }
}
