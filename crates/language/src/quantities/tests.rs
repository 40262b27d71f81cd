use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &[(&str, f64, f64, Bound, Unit)]) {
    let found: Vec<_> = find(text)
        .into_iter()
        .map(|q| {
            let round = |value: f64| (value * 1e6).round() / 1e6;
            (text[q.bytes].to_owned(), round(q.least), round(q.most), q.bound, q.unit)
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(words, least, most, bound, unit)| ((*words).to_owned(), *least, *most, *bound, *unit))
        .collect();
    assert_eq!(found, expected, "for {text:?}");
}

const HOUR: Unit = Unit::Time(TimeUnit::Hour);
const DOLLAR: Unit = Unit::Money(Currency::Dollar);

#[test]
fn lengths_of_time_are_read() {
    #[track_caller]
    fn one(text: &str, words: &str, value: f64, bound: Bound, unit: TimeUnit) {
        check(text, &[(words, value, value, bound, Unit::Time(unit))]);
    }
    use Bound::{About, AtLeast, Exact, MoreThan, Nearly};
    one("It lasted nearly an hour and a half.", "nearly an hour and a half", 1.5, Nearly, TimeUnit::Hour);
    one(
        "It lasted nearly an hour-and-a-half, she said.",
        "nearly an hour-and-a-half",
        1.5,
        Nearly,
        TimeUnit::Hour,
    );
    one("nearly one and a half hours", "nearly one and a half hours", 1.5, Nearly, TimeUnit::Hour);
    one("over an hour this morning", "over an hour", 1.0, MoreThan, TimeUnit::Hour);
    one("the 90-minute conversation", "90-minute", 90.0, Exact, TimeUnit::Minute);
    one("a two-hour call", "two-hour", 2.0, Exact, TimeUnit::Hour);
    one("In a two and a half hour call", "two and a half hour", 2.5, Exact, TimeUnit::Hour);
    one("three-and-a-half years in captivity", "three-and-a-half years", 3.5, Exact, TimeUnit::Year);
    one("3 1/2 years", "3 1/2 years", 3.5, Exact, TimeUnit::Year);
    one("spent 3½ years there", "3½ years", 3.5, Exact, TimeUnit::Year);
    one("It lasted an hour.", "an hour", 1.0, Exact, TimeUnit::Hour);
    one("around a week", "around a week", 1.0, About, TimeUnit::Week);
    one("for half an hour", "half an hour", 0.5, Exact, TimeUnit::Hour);
    one("nearly half a century behind bars", "nearly half a century", 0.5, Nearly, TimeUnit::Century);
    one("a quarter of an hour", "a quarter of an hour", 0.25, Exact, TimeUnit::Hour);
    one("two hours and fifteen minutes", "two hours and fifteen minutes", 2.25, Exact, TimeUnit::Hour);
    one("an hour or so in", "an hour or so", 1.0, About, TimeUnit::Hour);
    one("at least 286 days", "at least 286 days", 286.0, AtLeast, TimeUnit::Day);
}

#[test]
fn numbers_are_read_in_words_and_digits() {
    #[track_caller]
    fn one(text: &str, words: &str, value: f64) {
        check(text, &[(words, value, value, Bound::Exact, Unit::Count)]);
    }
    one("150 drones", "150", 150.0);
    one("one hundred and fifty drones", "one hundred and fifty", 150.0);
    one("a hundred and fifty drones", "a hundred and fifty", 150.0);
    one("seventy five thousand workers", "seventy five thousand", 75_000.0);
    one("Seventy-five thousand workers", "Seventy-five thousand", 75_000.0);
    one("two hundred thousand, he said", "two hundred thousand", 200_000.0);
    one("two thousand three hundred and four boats", "two thousand three hundred and four", 2_304.0);
    one("20,000 people", "20,000", 20_000.0);
    one("3.4 million people", "3.4 million", 3_400_000.0);
    one("two and a half million people", "two and a half million", 2_500_000.0);
    one("half a million people", "half a million", 500_000.0);
    one("a dozen boats", "a dozen", 12.0);
    one("two dozen boats", "two dozen", 24.0);
    one("400k people", "400k", 400_000.0);
    let words = "two million, three hundred thousand";
    one(&format!("{words} stones"), words, 2_300_000.0);
    one("two thousand, three hundred boats", "two thousand, three hundred", 2_300.0);
}

#[test]
fn bounds_and_spans_are_read() {
    use Bound::{AtMost, Between, LessThan, MoreThan};
    check("more than 400 people", &[("more than 400", 400.0, 400.0, MoreThan, Unit::Count)]);
    check("400-plus people", &[("400", 400.0, 400.0, Bound::Exact, Unit::Count)]);
    check("400+ people", &[("400+", 400.0, 400.0, MoreThan, Unit::Count)]);
    check("up to 30 boats", &[("up to 30", 30.0, 30.0, AtMost, Unit::Count)]);
    check("fewer than 30 boats", &[("fewer than 30", 30.0, 30.0, LessThan, Unit::Count)]);
    check("between 10 and 20 boats", &[("between 10 and 20", 10.0, 20.0, Between, Unit::Count)]);
    check("5-6,000 people", &[("5-6,000", 5_000.0, 6_000.0, Between, Unit::Count)]);
    check("two to three million people", &[("two to three million", 2e6, 3e6, Between, Unit::Count)]);
    check("like 60, 65 people", &[("60, 65", 60.0, 65.0, Between, Unit::Count)]);
    check("13, 14 million of them", &[("13, 14 million", 1.3e7, 1.4e7, Between, Unit::Count)]);
    check("two, three hours", &[("two, three hours", 2.0, 3.0, Between, HOUR)]);
    let apart = |text: &str, numbers: &[f64]| {
        let found: Vec<f64> = find(text).iter().flat_map(|q| [q.least, q.most]).collect();
        assert_eq!(found, numbers.iter().flat_map(|number| [*number; 2]).collect::<Vec<f64>>(), "{text}");
    };
    apart("In 2019, 2,100 boats sailed.", &[2_100.0]);
    apart("On March 13, 14 boats sailed.", &[14.0]);
    apart("after 12, 13, 14 boats", &[12.0, 13.0, 14.0]);
    apart("Of the 20, 50 men were sent home.", &[20.0, 50.0]);
    apart("two million, three hundred people", &[2e6, 300.0]);
    apart("Of 40 it took 20, 25 were sick.", &[40.0, 20.0, 25.0]);
    check("three or four hours", &[("three or four hours", 3.0, 4.0, Between, HOUR)]);
    let score =
        [("51", 51.0, 51.0, Bound::Exact, Unit::Count), ("49", 49.0, 49.0, Bound::Exact, Unit::Count)];
    check("voted 51 to 49", &score);
}

#[test]
fn money_and_shares_are_read() {
    use Bound::{Exact, MoreThan, Nearly};
    check("$100bn", &[("$100bn", 1e11, 1e11, Exact, DOLLAR)]);
    check("more than $660 million", &[("more than $660 million", 6.6e8, 6.6e8, MoreThan, DOLLAR)]);
    check(
        "two point five billion dollars",
        &[("two point five billion dollars", 2.5e9, 2.5e9, Exact, DOLLAR)],
    );
    check("£3.5m a year", &[("£3.5m", 3.5e6, 3.5e6, Exact, Unit::Money(Currency::Pound))]);
    check("5 per cent", &[("5 per cent", 5.0, 5.0, Exact, Unit::Percent)]);
    check("nearly 60%", &[("nearly 60%", 60.0, 60.0, Nearly, Unit::Percent)]);
    check("a fifth of the territory", &[("a fifth", 0.2, 0.2, Exact, Unit::Share)]);
    check("two thirds of them", &[("two thirds", 0.666_667, 0.666_667, Exact, Unit::Share)]);
    check("one in five", &[("one in five", 0.2, 0.2, Exact, Unit::Share)]);
    check("12 miles off", &[("12 miles", 12.0, 12.0, Exact, Unit::Measure(Measure::Mile))]);
}

#[test]
fn vague_numbers_span_what_they_can_mean() {
    #[track_caller]
    fn one(text: &str, words: &str, least: f64, most: f64) {
        check(text, &[(words, least, most, Bound::Exact, Unit::Count)]);
        assert!(find(text)[0].is_vague);
    }
    one("dozens of drones", "dozens of", 24.0, 200.0);
    one("tens of thousands of people", "tens of thousands", 20_000.0, 200_000.0);
    one("the millions of deaths", "millions of", 2e6, 2e7);
    one("a couple of boats", "a couple of", 2.0, 3.0);
    one("several hundred people", "several hundred", 200.0, 900.0);
}

#[test]
fn other_numbers_are_no_quantities() {
    for text in [
        "in 2014",
        "twenty fourteen",
        "12 February",
        "February 12",
        "at 10:30",
        "at 10 a.m. today",
        "10pm",
        "the 12th man",
        "H5N1 and F-16 and COVID-19",
        "pre-2014 borders",
        "a boat and an oar",
        "one of them",
        "twice an hour",
        "just a second time",
    ] {
        check(text, &[]);
    }
}

#[test]
fn what_is_counted_stands_behind() {
    #[track_caller]
    fn one(text: &str, counted: &str) {
        assert_eq!(&text[find(text)[0].counted.clone()], counted, "for {text:?}");
    }
    one("17 injured passengers were taken", "injured passengers");
    one("dozens of drones toward the harbour", "drones toward");
    one("There were 18.", "");
    one("a 90-minute phone call", "phone call");
}

proptest! {
    #[test]
    fn any_text_is_read_in_order(text in "(?s).{0,80}") {
        assert_in_order(&text);
    }

    #[test]
    fn any_mixture_of_its_words_is_read_in_order(words in prop::collection::vec(prop::sample::select(vec![
        "a", "an", "one", "two", "twenty", "hundred", "thousand", "million", "and", "half", "hour", "years", "20,000",
        "2.5", "$", "%", "-", "to", "between", "nearly", "more than", "of", "tens", "dozens", "point", "é", ".", "\n",
        "5", "third", "in", "or so", "99999999999999999999999", "7:30",
    ]), 0..14), joined in any::<bool>()) {
        assert_in_order(&words.join(if joined { "" } else { " " }));
    }
}

fn assert_in_order(text: &str) {
    let mut free_from = 0;
    for quantity in find(text) {
        assert!(free_from <= quantity.bytes.start && quantity.bytes.start < quantity.bytes.end);
        assert!(text.get(quantity.bytes.clone()).is_some(), "on boundaries of characters");
        assert!(text.get(quantity.counted.clone()).is_some());
        assert!(quantity.least <= quantity.most && quantity.most.is_finite() && quantity.least >= 0.0);
        free_from = quantity.bytes.end;
    }
}
