use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// A Thursday.
const PUBLISHED: Date = date(2025, 2, 13);

#[track_caller]
fn check(text: &str, words: &str, first: Date, last: Date, certainty: Certainty) {
    let found = find(text, Some(PUBLISHED));
    assert_eq!(found.len(), 1, "for {text:?}: {found:?}");
    assert_eq!(&text[found[0].bytes.clone()], words);
    assert_eq!(found[0].days, Some(Days { first, last }), "for {text:?}");
    assert_eq!(found[0].certainty, certainty, "for {text:?}");
}

#[track_caller]
fn check_day(text: &str, words: &str, day: Date, certainty: Certainty) {
    check(text, words, day, day, certainty);
}

#[test]
fn weekdays_are_counted_from_publication() {
    use Certainty::Likely;
    let wednesday = date(2025, 2, 12);
    check_day("told a meeting earlier on Wednesday that", "earlier on Wednesday", wednesday, Likely);
    check_day("said on Thursday.", "on Thursday", PUBLISHED, Likely);
    check_day("met on Friday morning", "on Friday morning", date(2025, 2, 7), Likely);
    check_day("will meet on Friday", "on Friday", date(2025, 2, 14), Likely);
    check_day("He'll meet them next Monday", "next Monday", date(2025, 2, 17), Likely);
    check_day("It closed last Thursday", "last Thursday", date(2025, 2, 6), Likely);
    check_day("this past Saturday", "this past Saturday", date(2025, 2, 8), Likely);
}

#[test]
fn calendar_dates_name_their_days() {
    use Certainty::{Exact, Likely};
    check_day("on 12 February 2025", "on 12 February 2025", date(2025, 2, 12), Exact);
    check_day("2025-02-12", "2025-02-12", date(2025, 2, 12), Exact);
    check_day("February 12th, 2024 it was", "February 12th, 2024", date(2024, 2, 12), Exact);
    check_day("on Wednesday, February 12", "on Wednesday, February 12", date(2025, 2, 12), Likely);
    check_day("the 12th of February", "the 12th of February", date(2025, 2, 12), Likely);
    check_day("December 24", "December 24", date(2024, 12, 24), Likely);
    check_day("March 1", "March 1", date(2025, 3, 1), Likely);
    check("in 2014", "in 2014", date(2014, 1, 1), date(2014, 12, 31), Exact);
    check("in twenty fourteen", "in twenty fourteen", date(2014, 1, 1), date(2014, 12, 31), Exact);
    check("in May 2014", "in May 2014", date(2014, 5, 1), date(2014, 5, 31), Exact);
    check("last June", "last June", date(2024, 6, 1), date(2024, 6, 30), Likely);
}

#[test]
fn days_and_periods_are_counted_from_publication() {
    use Certainty::Likely;
    check_day("yesterday", "yesterday", date(2025, 2, 12), Likely);
    check_day("earlier today", "earlier today", PUBLISHED, Likely);
    check_day("this morning", "this morning", PUBLISHED, Likely);
    check_day("the day before yesterday", "the day before yesterday", date(2025, 2, 11), Likely);
    check("last night", "last night", date(2025, 2, 12), PUBLISHED, Likely);
    check("last week", "last week", date(2025, 2, 3), date(2025, 2, 9), Likely);
    check("this month", "this month", date(2025, 2, 1), date(2025, 2, 28), Likely);
    check("over the weekend", "the weekend", date(2025, 2, 8), date(2025, 2, 9), Likely);
    check("three years ago", "three years ago", date(2021, 8, 15), date(2022, 8, 14), Likely);
    check_day("two days ago", "two days ago", date(2025, 2, 11), Likely);
}

#[test]
fn what_is_not_known_is_unknown() {
    let unresolved = |text: &str, published| {
        let found = find(text, published);
        assert_eq!(
            (found.len(), found[0].days, found[0].certainty),
            (1, None, Certainty::Unknown),
            "for {text:?}"
        );
    };
    unresolved("on Wednesday", None);
    unresolved("last week", None);
    unresolved("two days later", Some(PUBLISHED));
    let open = &find("the vote on Friday", Some(PUBLISHED))[0];
    assert_eq!(open.candidates, [Days::one(date(2025, 2, 14))]);
}

#[test]
fn other_words_are_no_dates() {
    for text in [
        "for nearly an hour and a half",
        "you may march on",
        "May I?",
        "12 boats",
        "a second time",
        "2014 boats",
    ] {
        assert_eq!(find(text, Some(PUBLISHED)), [], "for {text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_in_order(text in "(?s).{0,80}") {
        assert_in_order(&text, Some(PUBLISHED));
    }

    #[test]
    fn any_mixture_of_its_words_is_read_in_order(words in prop::collection::vec(prop::sample::select(vec![
        "on", "last", "next", "Wednesday", "February", "12", "th", "2014", "99999", "a", "few", "years", "ago", "the",
        "day", "before", "yesterday", "-", ",", "of", "twenty", "May", "31", "week", "earlier", "é", "\n", "65535",
    ]), 0..14), joined in any::<bool>(), year in -9999_i16..=9999) {
        assert_in_order(&words.join(if joined { "" } else { " " }), Some(date(year, 12, 31)));
    }
}

fn assert_in_order(text: &str, published: Option<Date>) {
    let mut free_from = 0;
    for dated in find(text, published) {
        assert!(free_from <= dated.bytes.start && dated.bytes.start < dated.bytes.end);
        assert!(text.get(dated.bytes.clone()).is_some(), "on boundaries of characters");
        assert!(dated.days.is_none_or(|days| days.first <= days.last));
        assert_eq!(dated.days.is_none(), dated.certainty == Certainty::Unknown);
        free_from = dated.bytes.end;
    }
}
