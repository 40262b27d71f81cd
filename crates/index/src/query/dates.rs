//! Days, months and years: `after:2025-02-10`, `date:2025-02..2025-03`.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use super::field::Field;
use super::{Condition, QueryError, QueryErrorKind, pointer};

/// A day, a month or a year.
struct Stretch {
    /// Its first day.
    first: Date,
    /// The day after its last; `None` at the end of the calendar (9999-12-31).
    behind: Option<Date>,
}

/// What `field` with this value asks of the day of publication. `column` is the value's.
pub(super) fn read(field: Field, text: &str, column: usize) -> Result<Condition, QueryError> {
    if field == Field::Date
        && let Some((from, until)) = text.split_once("..")
    {
        return range(field, from, until, column);
    }
    let Stretch { first, behind } = stretch(field, text, column)?;
    Ok(match field {
        Field::After => Condition::Dates { from: Some(first), until: None },
        Field::Before => Condition::Dates { from: None, until: Some(first) },
        _ => Condition::Dates { from: Some(first), until: behind },
    })
}

fn range(field: Field, from: &str, until: &str, column: usize) -> Result<Condition, QueryError> {
    let end = |text: &str, column| match text.is_empty() {
        true => Ok(None),
        false => stretch(field, text, column).map(Some),
    };
    let first = end(from, column)?.map(|stretch| stretch.first);
    let behind = end(until, column + from.chars().count() + 2)?.and_then(|stretch| stretch.behind);
    let error = |kind| Err(QueryError { column, kind });
    match (first, behind) {
        (None, None) => error(QueryErrorKind::NoBound),
        (Some(first), Some(behind)) if first >= behind => {
            error(QueryErrorKind::Backwards { from: from.to_owned(), until: until.to_owned() })
        }
        (from, until) => Ok(Condition::Dates { from, until }),
    }
}

fn stretch(field: Field, text: &str, column: usize) -> Result<Stretch, QueryError> {
    let error = |kind| QueryError { column, kind };
    let not_date = || error(QueryErrorKind::NotDate { field: field.name(), found: pointer::quoted(text) });
    let parts: Vec<&str> = text.splitn(4, '-').collect();
    let (year, month, day) = match parts[..] {
        [year] => (year, None, None),
        [year, month] => (year, Some(month), None),
        [year, month, day] => (year, Some(month), Some(day)),
        _ => return Err(not_date()),
    };
    let year: i16 = digits(year).filter(|_| year.len() == 4).ok_or_else(not_date)?;
    let number = |text: &str| digits(text).filter(|_| text.len() <= 2).ok_or_else(not_date);
    let (month, day) = (month.map(number).transpose()?, day.map(number).transpose()?);
    let first = |month| {
        Date::new(year, month, 1).map_err(|_| error(QueryErrorKind::NoSuchMonth { found: text.to_owned() }))
    };
    let Some(month) = month else { return Ok(from(first(1)?, 1.year())) };
    let beginning = first(month as i8)?;
    let Some(day) = day else { return Ok(from(beginning, 1.month())) };
    let no_such_day = |_| {
        let month = format!("{year:04}-{month:02}");
        error(QueryErrorKind::NoSuchDay { found: text.to_owned(), month, days: beginning.days_in_month() })
    };
    Ok(from(Date::new(year, beginning.month(), day as i8).map_err(no_such_day)?, 1.day()))
}

fn from(first: Date, length: jiff::Span) -> Stretch {
    Stretch { first, behind: first.checked_add(length).ok() }
}

/// A number of at most four digits.
fn digits(text: &str) -> Option<i16> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The same demand in conditions that can be printed: none without a bound, two if no day meets them.
pub(super) fn separated(condition: Condition) -> Vec<Condition> {
    match condition {
        Condition::Dates { from: None, until: None } => Vec::new(),
        Condition::Dates { from: Some(from), until: Some(until) } if from >= until => {
            let after = Condition::Dates { from: Some(from), until: None };
            vec![after, Condition::Dates { from: None, until: Some(until) }]
        }
        condition => vec![condition],
    }
}

/// As the shortest of the fields that say it.
pub(super) fn print(f: &mut fmt::Formatter<'_>, from: Option<Date>, until: Option<Date>) -> fmt::Result {
    let (first, behind) = match (from, until) {
        (Some(from), Some(until)) => (from, until),
        (Some(from), None) => return write!(f, "after:{from}"),
        (None, Some(until)) => return write!(f, "before:{until}"),
        (None, None) => return Ok(()),
    };
    let is_stretch = |length: jiff::Span| first.checked_add(length).is_ok_and(|end| end == behind);
    if is_stretch(1.day()) {
        return write!(f, "on:{first}");
    }
    if first.day() == 1 && first.month() == 1 && is_stretch(1.year()) {
        return write!(f, "date:{:04}", first.year());
    }
    if first.day() == 1 && is_stretch(1.month()) {
        return write!(f, "date:{:04}-{:02}", first.year(), first.month());
    }
    write!(f, "date:{first}..{}", last_before(behind))
}

/// The day before `behind`, which is in every range that ends there.
pub(super) fn last_before(behind: Date) -> Date {
    behind.yesterday().unwrap_or(behind)
}
