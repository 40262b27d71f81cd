//! Which days an expression means, counted from the day of publication.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::{Certainty, Days, Edge, Expression, Period, Step};

type Resolved = (Option<Days>, Certainty, Vec<Days>);

const UNKNOWN: Resolved = (None, Certainty::Unknown, Vec::new());

/// Which days are meant, how sure that is, and which other days are possible.
pub(super) fn resolve(expression: &Expression, published: Option<Date>) -> Resolved {
    if let Some(days) = by_itself(expression) {
        return (Some(days), Certainty::Exact, Vec::new());
    }
    let Some(published) = published else { return UNKNOWN };
    match *expression {
        Expression::Weekday { day, edge } => weekday(day, edge, published),
        Expression::Calendar { month, day, edge, .. } => without_year(month, day, edge, published),
        _ => match counted(expression, published) {
            Some(days) => (Some(days), Certainty::Likely, Vec::new()),
            None => UNKNOWN,
        },
    }
}

/// The days that an expression names without any other date.
fn by_itself(expression: &Expression) -> Option<Days> {
    match *expression {
        Expression::Calendar { year: Some(year), month, day, .. } => calendar(year, month, day),
        Expression::Year(year) => {
            Some(Days { first: Date::new(year, 1, 1).ok()?, last: Date::new(year, 12, 31).ok()? })
        }
        _ => None,
    }
}

fn calendar(year: i16, month: i8, day: Option<i8>) -> Option<Days> {
    match day {
        Some(day) => Date::new(year, month, day).ok().map(Days::one),
        None => {
            let first = Date::new(year, month, 1).ok()?;
            Some(Days { first, last: first.last_of_month() })
        }
    }
}

fn weekday(day: Weekday, edge: Edge, published: Date) -> Resolved {
    let back = i32::from(published.weekday().since(day));
    let past = published.checked_sub(back.days()).ok();
    let before = past.and_then(|past| past.checked_sub(7.days()).ok());
    let coming = past.and_then(|past| past.checked_add(7.days()).ok());
    let coming = if back == 0 { past } else { coming };
    let (meant, other) = match edge {
        Edge::Past => (past, None),
        Edge::Open => (past, coming.filter(|_| back != 0)),
        Edge::Last if back == 0 => (before, None),
        Edge::Last => (past, before),
        Edge::Future => (coming, None),
    };
    match meant {
        Some(date) => (Some(Days::one(date)), Certainty::Likely, other.map(Days::one).into_iter().collect()),
        None => UNKNOWN,
    }
}

/// A date without a year is the nearest one; what is said of the coming months is nearer than of those long past.
fn without_year(month: i8, day: Option<i8>, edge: Edge, published: Date) -> Resolved {
    const BIAS_DAYS: i32 = 60;
    let distance = |days: &Days| {
        let from =
            i32::try_from(published.until(days.first).map_or(i64::MAX, |span| i64::from(span.get_days())));
        let from = from.unwrap_or(i32::MAX);
        if from > 0 { from.saturating_add(BIAS_DAYS) } else { from.saturating_neg() }
    };
    let mut possible: Vec<Days> = [published.year() - 1, published.year(), published.year() + 1]
        .into_iter()
        .filter_map(|year| calendar(year, month, day))
        .filter(|days| match edge {
            Edge::Past | Edge::Last => days.last < published,
            Edge::Future => days.first > published,
            Edge::Open => true,
        })
        .collect();
    possible.sort_by_key(distance);
    let mut possible = possible.into_iter();
    match possible.next() {
        Some(nearest) => (Some(nearest), Certainty::Likely, possible.next().into_iter().collect()),
        None => UNKNOWN,
    }
}

fn counted(expression: &Expression, published: Date) -> Option<Days> {
    match *expression {
        Expression::Day(after) => published.checked_add(after.days()).ok().map(Days::one),
        Expression::Night => Some(Days { first: published.yesterday().ok()?, last: published }),
        Expression::Period { period, after } => self::period(period, after, published),
        Expression::Ago { least, most, step } => ago(least, most, step, published),
        _ => None,
    }
}

fn period(period: Period, after: i32, published: Date) -> Option<Days> {
    let monday = published.checked_sub(i32::from(published.weekday().to_monday_zero_offset()).days()).ok()?;
    let (first, last) = match period {
        Period::Week => {
            let first = monday.checked_add((after * 7).days()).ok()?;
            (first, first.checked_add(6.days()).ok()?)
        }
        Period::Weekend => {
            // On Saturday and Sunday "the weekend" is the one that has begun.
            let has_begun = i32::from(published.weekday().to_monday_zero_offset()) >= 5;
            let weeks = if has_begun && after < 0 { 0 } else { after };
            let first = monday.checked_add((weeks * 7 + 5).days()).ok()?;
            (first, first.tomorrow().ok()?)
        }
        Period::Month => {
            let first = published.first_of_month().checked_add(after.months()).ok()?;
            (first, first.last_of_month())
        }
        Period::Year => {
            let first = published.first_of_year().checked_add(after.years()).ok()?;
            (first, first.last_of_year())
        }
    };
    Some(Days { first, last })
}

/// The days around a round number of steps back: `three years ago` is no day but the year around it.
fn ago(least: u16, most: u16, step: Step, published: Date) -> Option<Days> {
    let back = |count: u16| {
        let (count, none) = (i32::from(count), Span::new());
        let span = match step {
            Step::Hour => none.try_days(count / 24),
            Step::Day => none.try_days(count),
            Step::Week => none.try_weeks(count),
            Step::Month => none.try_months(count),
            Step::Year => none.try_years(count),
        };
        published.checked_sub(span.ok()?).ok()
    };
    let slack = match step {
        Step::Hour => 1,
        Step::Day => 0,
        Step::Week => 3,
        Step::Month => 15,
        Step::Year => 182,
    };
    let first = back(most)?.checked_sub(slack.days()).ok()?;
    Some(Days { first, last: back(least)?.checked_add(slack.days()).ok()?.min(published).max(first) })
}
