//! Dates as news says them, and which days are meant: `earlier on Wednesday`, `12 February`, `three years ago`.
//!
//! ```text
//! text --tokens, expressions--> what is said --resolve, against the day of publication--> Dated { bytes, days, certainty }
//! ```
//!
//! Most dates in news are counted from the day of publication; such a day is likely, never certain, since a report may
//! be published a day after it was spoken. What can't be known is said to be unknown, with the days that are possible.
//! Lengths of time (`for an hour and a half`) are no dates: see [`crate::quantities`].

mod expressions;
mod resolve;
#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

pub use expressions::{Edge, Expression, Period, Step, month, weekday};

pub(crate) use expressions::is_month;

use crate::quantities::tokens::lines;

/// Days on end, both included; one day where both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Days {
    /// The first of them.
    pub first: Date,
    /// The last of them, never before the first.
    pub last: Date,
}

impl Days {
    /// One day.
    pub const fn one(date: Date) -> Self {
        Self { first: date, last: date }
    }

    /// Whether a day is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// How sure it is which days are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// Nothing tells.
    Unknown,
    /// Counted from the day of publication, or the nearest of several.
    Likely,
    /// The words themselves name the days.
    Exact,
}

/// A date in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    /// Where it stands, in bytes of the text.
    pub bytes: Range<usize>,
    /// What is said.
    pub expression: Expression,
    /// Which days are meant; `None` if that is unknown.
    pub days: Option<Days>,
    /// How sure that is.
    pub certainty: Certainty,
    /// Other days that can be meant, in rising order.
    pub candidates: Vec<Days>,
}

impl Dated {
    /// The day of the week that is named.
    pub fn weekday(&self) -> Option<Weekday> {
        match self.expression {
            Expression::Weekday { day, .. } => Some(day),
            _ => None,
        }
    }
}

/// All dates of a text in order, disjoint, resolved against the day on which it was published.
pub fn find(text: &str, published: Option<Date>) -> Vec<Dated> {
    let mut found = Vec::new();
    for (start, tokens) in lines(text) {
        for (range, expression) in expressions::expressions(&tokens) {
            let bytes = start + tokens[range.start].bytes.start..start + tokens[range.end - 1].bytes.end;
            let (days, certainty, candidates) = resolve::resolve(&expression, published);
            found.push(Dated { bytes, expression, days, certainty, candidates });
        }
    }
    found
}
