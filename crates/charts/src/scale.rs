//! Where the marks of an axis stand.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days since 1970-01-01.
pub(crate) fn number_of(day: Date) -> f64 {
    let since = jiff::civil::date(1970, 1, 1).until(day).map_or(0, |span| span.get_days());
    f64::from(since)
}

/// The day with a number.
pub(crate) fn day_of(number: f64) -> Option<Date> {
    // A float cast saturates; what is beyond the calendar has no name.
    jiff::civil::date(1970, 1, 1).checked_add((number.round() as i32).days()).ok()
}

/// A share as people write it, with as many decimals as its axis needs.
pub(crate) fn percent(share: f64, top: f64) -> String {
    let decimals = if top >= 0.1 {
        0
    } else if top >= 0.01 {
        1
    } else {
        2
    };
    format!("{:.decimals$} %", share * 100.0)
}

/// The round number at or above a share: 1, 2, 2.5 or 5 times a power of ten.
pub(crate) fn round_above(share: f64) -> f64 {
    let share = share.clamp(0.0001, 1.0);
    let power = 10_f64.powf(share.log10().floor());
    let rounds = [1.0, 2.0, 2.5, 5.0, 10.0];
    let above = rounds.iter().map(|round| round * power).find(|round| *round >= share * (1.0 - 1e-9));
    above.unwrap_or(share).min(1.0)
}

/// The span of days, a day at least, so that one point has a place.
pub(crate) fn days(first: Date, last: Date) -> (f64, f64) {
    let (first, last) = (number_of(first), number_of(last));
    if last > first { (first, last) } else { (first - 1.0, first + 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_numbers_are_the_same() {
        for day in [date(1970, 1, 1), date(2026, 3, 2), date(1969, 12, 31), date(2024, 2, 29)] {
            assert_eq!(day_of(number_of(day)), Some(day));
        }
        assert_eq!(
            days(date(2026, 3, 2), date(2026, 3, 2)).1 - days(date(2026, 3, 2), date(2026, 3, 2)).0,
            2.0
        );
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (share, expected) in
            [(0.0, 0.0001), (0.013, 0.02), (0.021, 0.025), (0.2, 0.2), (0.61, 1.0), (1.0, 1.0)]
        {
            assert!((round_above(share) - expected).abs() < 1e-9, "{share} gives {}", round_above(share));
        }
        assert_eq!((percent(0.2, 0.5), percent(0.013, 0.02)), ("20 %".into(), "1.3 %".into()));
    }
}
