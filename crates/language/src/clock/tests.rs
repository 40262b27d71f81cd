//! Times of day in invented news.

use super::*;

#[track_caller]
fn check(text: &str, expected: &[(&str, u16, Option<Half>)]) {
    let found = find(text);
    let seen: Vec<(&str, u16, Option<Half>)> =
        found.iter().map(|clock| (&text[clock.bytes.clone()], clock.minutes, clock.half)).collect();
    assert_eq!(seen, expected, "in {text}");
}

const AM: Option<Half> = Some(Half::Morning);
const PM: Option<Half> = Some(Half::Afternoon);

#[test]
fn times_are_found_as_they_are_said() {
    check(
        "It happened at approximately 2.30 p.m. on the quay.",
        &[("approximately 2.30 p.m.", 14 * 60 + 30, PM)],
    );
    check("the accident yesterday at 2 15 p.m. The ferry", &[("2 15 p.m.", 14 * 60 + 15, PM)]);
    check("around 02:30 in the morning at the club", &[("around 02:30 in the morning", 150, AM)]);
    check("at 14:05 the siren", &[("14:05", 845, PM)]);
    check("The doors open at 7pm and 7 a.m.", &[("7pm", 19 * 60, PM), ("7 a.m.", 7 * 60, AM)]);
    check("by seven o'clock", &[("seven o'clock", 7 * 60, None)]);
    check(
        "just after eight o'clock in the evening",
        &[("just after eight o'clock in the evening", 20 * 60, PM)],
    );
    check("at 12.15 am, at 12 p.m.", &[("12.15 am", 15, AM), ("12 p.m.", 720, PM)]);
    check("until half past nine at night", &[("half past nine at night", 21 * 60 + 30, PM)]);
    check("at a quarter to nine in the morning", &[("a quarter to nine in the morning", 8 * 60 + 45, AM)]);
    check("at a quarter to one", &[("a quarter to one", 45, None)]);
    check("at two at night, at ten at night", &[("two at night", 120, AM), ("ten at night", 22 * 60, PM)]);
}

#[test]
fn zones_are_named_behind_them() {
    let zone = |text: &str| find(text).first().and_then(|clock| clock.zone);
    assert_eq!(zone("at 9 a.m. Eastern time"), Some(Zone::American(0)));
    assert_eq!(zone("at 9 a.m. GMT"), Some(Zone::Universal));
    assert_eq!(zone("at 9 a.m. local time"), Some(Zone::Local));
    assert_eq!(zone("at 9 a.m. Eastern."), Some(Zone::American(0)));
    assert_eq!(zone("at 9 a.m. Eastern bakers wake"), None);
    assert_eq!(zone("at 9 a.m. in the harbour"), None);
}

#[test]
fn other_numbers_are_no_times() {
    check("at 2 30 people came", &[]);
    check("a ratio of 2:30 and 2.30 metres", &[]);
    check("She is 7 and has 12 boats.", &[]);
    check("0:00 The storm 1:30 The harbour", &[]);
    check("at 25:10 or 9:75", &[]);
    check("a 10 point lead in the morning", &[]);
    check("It cost $2.50 in the morning and 1.25 in the afternoon.", &[]);
    check("two in the morning and three in the afternoon came", &[]);
    check("ninety nine p.m.", &[]);
}

#[test]
fn times_are_apart_by_more_than_their_words_leave_open() {
    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        let clock = |text: &str| find(text).remove(0);
        assert_eq!(clock(one).apart(&clock(other)), expected, "{one} and {other}");
        assert_eq!(clock(other).apart(&clock(one)), expected, "{other} and {one}");
    }
    check("2.30 p.m.", "2.15 p.m.", true);
    check("approximately 2.30 p.m.", "approximately 2.15 p.m.", true);
    check("about 2.30 p.m.", "2.25 p.m.", false);
    check("2 p.m.", "2.15 p.m.", false);
    check("about 2 p.m.", "2.15 p.m.", false);
    // An hour may be a zone, unless one is named in both.
    check("2.30 p.m.", "3.30 p.m.", false);
    check("2.30 p.m. local time", "3.30 p.m. local time", true);
    check("2.30 p.m. Eastern", "3.30 p.m. GMT", false);
    check("2.30 p.m.", "at 14:30", false);
    check("2.30 o'clock", "at 2.30 in the morning", false);
    check("11.58 p.m.", "12.01 a.m.", true);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "(at |about |half past |[0-9]{1,2}[:. ]?|p\\.m\\.|am |GMT |o'clock|\\PC){0,12}") {
        let found = find(&text);
        for (clock, other) in found.iter().flat_map(|one| found.iter().map(move |other| (one, other))) {
            proptest::prop_assert!(!text[clock.bytes.clone()].is_empty());
            proptest::prop_assert!(clock.minutes < 2 * HALF_DAY);
            proptest::prop_assert_eq!(clock.apart(other), other.apart(clock));
        }
    }
}
