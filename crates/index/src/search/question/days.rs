//! The days that a question names: "12 February", "March 18 2025", "in March".

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use language::dates::month;

/// News of a day goes on for so many days more.
const DAYS_BEHIND_A_DAY: i32 = 4;

/// News of a month goes on into the next.
const DAYS_BEHIND_A_MONTH: i32 = 3;

/// A day or a month; of any year if it names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NamedDays {
    year: Option<i16>,
    month: i8,
    day: Option<i8>,
}

impl NamedDays {
    /// The last that a question names.
    pub(super) fn of(words: &str) -> Option<Self> {
        let words: Vec<&str> = words.split_whitespace().collect();
        (0..words.len()).rev().find_map(|at| Self::at(&words, at))
    }

    fn at(words: &[&str], at: usize) -> Option<Self> {
        let month = month(words[at])?;
        let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied();
        let (before, behind) = (word(at.checked_sub(1)), word(Some(at + 1)));
        let day = before.and_then(day_of).or_else(|| behind.and_then(day_of));
        let year = behind.and_then(year_of).or_else(|| word(Some(at + 2)).and_then(year_of));
        // "May" alone is a verb more often than a month.
        let is_month = words[at] != "may" || day.is_some() || year.is_some() || before == Some("in");
        is_month.then_some(Self { year, month, day })
    }

    /// Whether something published on a day may be news of it.
    pub(super) fn hold(&self, published: Date) -> bool {
        let years = match self.year {
            Some(year) => [year, year],
            // The last days of December are news in January.
            None => [published.year(), published.year() - 1],
        };
        years.iter().any(|year| {
            let Ok(first) = Date::new(*year, self.month, self.day.unwrap_or(1)) else { return false };
            let last = match self.day {
                Some(_) => first.checked_add(DAYS_BEHIND_A_DAY.days()),
                None => first.last_of_month().checked_add(DAYS_BEHIND_A_MONTH.days()),
            };
            (first..=last.unwrap_or(date(9999, 12, 31))).contains(&published)
        })
    }
}

/// `12`, `12th`.
fn day_of(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let is_ordinal = ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]);
    let day: i8 = digits.parse().ok().filter(|_| is_ordinal)?;
    (1..=31).contains(&day).then_some(day)
}

fn year_of(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok().filter(|_| word.len() == 4)?;
    (1900..2200).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = |year, month, day| Some(NamedDays { year, month, day });
        for (words, expected) in [
            ("storm of 12 february", day(None, 2, Some(12))),
            ("storm of february 12th 2026", day(Some(2026), 2, Some(12))),
            ("the march storm", day(None, 3, None)),
            ("storm in may", day(None, 5, None)),
            ("the storm may come", None),
            ("storm of 40 february", day(None, 2, None)),
            ("no storm", None),
        ] {
            assert_eq!(NamedDays::of(words), expected, "{words}");
        }
    }

    #[test]
    fn news_comes_on_the_day_and_soon_after() {
        let storm = NamedDays::of("storm of 30 december").unwrap();
        for (published, expected) in [
            (date(2025, 12, 29), false),
            (date(2025, 12, 30), true),
            (date(2026, 1, 2), true),
            (date(2026, 1, 9), false),
        ] {
            assert_eq!(storm.hold(published), expected, "{published}");
        }
        assert!(!NamedDays::of("storm of 30 february").unwrap().hold(date(2026, 2, 28)));
        assert!(!NamedDays::of("storm in may 2025").unwrap().hold(date(2026, 5, 3)));
    }
}
