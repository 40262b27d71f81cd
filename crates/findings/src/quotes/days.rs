//! On which day something was said, where its sentence tells.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use language::dates::weekday;

/// The day that a sentence names, as of the day on which it was published: "today", "on Wednesday".
///
/// A weekday means the last one, the day itself included: news tells what was said, not what will be.
pub(super) fn said_on<'a>(words: impl IntoIterator<Item = &'a str>, published: Date) -> Option<Date> {
    let mut found = None;
    let mut before = "";
    for word in words {
        let day = match word {
            "yesterday" => published.checked_sub(1.day()).ok(),
            "today" => Some(published),
            _ => weekday(word)
                .filter(|_| !matches!(before, "next" | "last" | "every" | "until" | "by"))
                .and_then(|day| last(day, published)),
        };
        if let Some(day) = day {
            // Two days in a sentence: which of them is meant is open.
            if found.is_some_and(|found| found != day) {
                return None;
            }
            found = Some(day);
        }
        before = word;
    }
    found
}

fn last(day: Weekday, published: Date) -> Option<Date> {
    let back = (published.weekday().to_monday_zero_offset() - day.to_monday_zero_offset()).rem_euclid(7);
    published.checked_sub(i64::from(back).days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_weekday_is_the_last_one() {
        #[track_caller]
        fn check(sentence: &str, expected: Option<Date>) {
            // The 15th of May 2024 is a Wednesday.
            assert_eq!(said_on(sentence.split(' '), date(2024, 5, 15)), expected, "for {sentence}");
        }
        check("the mayor said on wednesday", Some(date(2024, 5, 15)));
        check("the mayor said on thursday", Some(date(2024, 5, 9)));
        check("she wrote yesterday", Some(date(2024, 5, 14)));
        check("she will speak next friday", None);
        check("on monday and on tuesday", None);
        check("she said so", None);
    }
}
