use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = first(text, Order::Unknown).map(|found| found.published.to_string());
    assert_eq!(found.as_deref().unwrap_or("none"), expected, "for {text}");
}

#[test]
fn days_are_read_in_every_order() {
    check("Published 2 March 2026", "2026-03-02");
    check("Published: March 2nd, 2026 -", "2026-03-02");
    check("Mar. 2, 2026", "2026-03-02");
    check("Mar 2 2026", "2026-03-02");
    check("2nd of March 2026", "2026-03-02");
    check("02-Mar-2026", "2026-03-02");
    check("2026-03-02", "2026-03-02");
    check("2026/3/2", "2026-03-02");
    check("20260302", "2026-03-02");
    check("date 2026-03-02 Ferry stops", "2026-03-02");
    check("Montag, 2. März 2026, 18.02 Uhr", "2026-03-02");
    check("2.3.2026", "2026-03-02");
    check("2 de marzo de 2026", "2026-03-02");
    check("le 2 mars 2026", "2026-03-02");
    check("sexta-feira, 2 de março de 2026", "2026-03-02");
    check("2026年3月2日", "2026-03-02");
    check("31/03/2026", "2026-03-31");
    check("03/31/2026", "2026-03-31");
    check("2026 March 2", "2026-03-02");
}

#[test]
fn doubt_is_no_date() {
    for text in [
        "",
        "13 hours ago",
        "yesterday",
        "March 2026",
        "03/04/2026",
        "30 February 2026",
        "2026-02-30",
        "99999999",
        "31/31/2026",
        "2 Mar 26",
        "18:02",
        "version 2.3.4",
        "May 5",
        "0000-00-00",
        "1 January 9999",
        "+49 30 1234567",
        "1.000.000 people",
        "999999999999999999999999 March 2026",
    ] {
        check(text, "none");
    }
    check("03/03/2026", "2026-03-03");
    let order = Order::of_language(Some("pt-BR"));
    assert_eq!(
        first("03/04/2026", order).map(|found| found.published.to_string()).as_deref(),
        Some("2026-04-03")
    );
    assert_eq!(Order::of_language(Some("en-US")), Order::Unknown);
    assert_eq!(Order::of_language(Some("en-GB")), Order::DayFirst);
    assert_eq!(Order::of_language(None), Order::Unknown);
}

#[test]
fn times_and_zones_stand_behind_or_before() {
    check("2026-03-02T18:02:07Z", "2026-03-02T18:02:07Z");
    check("2026-03-02T18:02:07.123+00:00", "2026-03-02T18:02:07Z");
    check("2026-03-02T18:02:07+0100", "2026-03-02T18:02:07+01:00");
    check("2026-03-02 18:02", "2026-03-02T18:02:00");
    check("Mon, 02 Mar 2026 18:02:07 +0530", "2026-03-02T18:02:07+05:30");
    check("Mar. 2, 2026 6:02 PM ET", "2026-03-02T18:02:00-05:00");
    check("July 2, 2026 at 6:02 p.m. ET", "2026-07-02T18:02:00-04:00");
    check("March 8, 2026 1:59 am PT", "2026-03-08T01:59:00-08:00");
    check("March 8, 2026 3:00 am PT", "2026-03-08T03:00:00-07:00");
    check("Updated 5:27 am CST, Wednesday, March 4, 2026", "2026-03-04T05:27:00-06:00");
    check("PUBLISHED: 10:48, Tue, Mar 3, 2026 | UPDATED: 11:05, Tue, Mar 3, 2026", "2026-03-03T10:48:00");
    check("March 2, 2026, 12 a.m.", "2026-03-02T00:00:00");
    check("March 2, 2026, 12.30pm GMT", "2026-03-02T12:30:00Z");
    check("2 March 2026 18:02 GMT+1", "2026-03-02T18:02:00+01:00");
    check("2 March 2026 (18:02 IST)", "2026-03-02T18:02:00");
    check("2 March 2026 25:61", "2026-03-02");
    check("2 March 2026, 40 people, page 7", "2026-03-02");
    check("Posted Mar 2, 8:19 PM; updated Mar 3, 2026", "2026-03-03T20:19:00");
}

#[test]
fn the_place_of_a_date_is_told() {
    let text = "Fähre, 2 March 2026, 18:02, and 3 March 2026";
    let found: Vec<&str> = all(text, Order::Unknown).into_iter().map(|found| &text[found.bytes]).collect();
    assert_eq!(found, ["2 March 2026", "3 March 2026"]);
}

#[test]
fn lines_about_dates_are_known() {
    for text in [
        "Published 2 March 2026",
        "13 hours ago",
        "Updated at 6:02 p.m. ET, March 2, 2026",
        "Mon 2 Mar 2026 18.02 GMT",
        "2026-03-02",
        "an hour ago",
        "Published Yesterday",
    ] {
        assert!(is_only_date(text), "for {text}");
    }
    for text in
        ["", "Monday", "The ferry stopped on 2 March 2026", "18:02", "By Ada Morrow, 2 March 2026", "2026"]
    {
        assert!(!is_only_date(text), "for {text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "(\\PC|[0-9]{1,4}|[-/:. ]|Mar|pm|Z|[+]|年){0,60}") {
        for found in all(&text, Order::DayFirst) {
            proptest::prop_assert!(text.get(found.bytes).is_some());
        }
        is_only_date(&text);
    }
}
