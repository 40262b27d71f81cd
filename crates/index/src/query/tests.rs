use super::*;

#[test]
fn a_query_is_understood_as_it_prints() {
    #[track_caller]
    fn check(text: &str, understood: &str) {
        let query = Query::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(query.to_string(), understood, "for {text}");
        assert_eq!(Query::parse(understood), Ok(query), "what is printed reads back");
    }
    check("ferry", "ferry");
    check("  Ferry   LATE ", "ferry late");
    check("ferry AND late", "ferry late");
    check("\"the Ferry, late\" storm", "\"the ferry late\" storm");
    check("\u{201c}the ferry\u{201d}", "\"the ferry\"");
    check("\"ferry\"", "\"ferry\"");
    check("storm OR gale OR \"high water\"", "storm OR gale OR \"high water\"");
    check("ferry storm OR gale", "(ferry storm) OR gale");
    check("ferry (storm OR gale)", "ferry (storm OR gale)");
    check("((ferry))", "ferry");
    check("ferry -drill", "ferry -drill");
    check("ferry NOT drill", "ferry -drill");
    check("-drill ferry -\"test run\"", "-drill ferry -\"test run\"");
    check("ferry -(storm OR gale)", "ferry -(storm OR gale)");
    check("ferry -(-storm gale)", "ferry -(-storm gale)");
    check("ferry NOT -drill", "ferry drill");
    check("al-Quds", "\"al quds\"");
    check("Trump's", "trump");
    check("don't", "\"don t\"");
    check("a - b & c", "a b c");
    check("ferry(storm)", "ferry storm");
    check("or and not", "or and not");
    check("12:30", "\"12 30\"");
    check("http://example.org", "\"http example org\"");
    check("Erdoğan 海", "erdogan 海");
}

#[test]
fn words_are_looked_up_by_their_stems() {
    let query = Query::parse("ferries \"ferries sailing\" -sailing").unwrap();
    let Node::All(nodes) = query.root() else { panic!("three parts") };
    assert!(matches!(&nodes[0], Node::Word(word) if word.stem == "ferri"));
    assert_eq!(nodes[1], Node::Phrase(vec!["ferries".to_owned(), "sailing".to_owned()]));
    assert_eq!(query.wanted(), [&nodes[0], &nodes[1]]);
}

#[test]
fn errors_point_at_the_place() {
    let error = |text: &str| Query::parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(error(""), @"character 1 of the query: expected a word to look for, found nothing");
    insta::assert_snapshot!(error(" & -- "), @"character 1 of the query: expected a word to look for, found only signs");
    insta::assert_snapshot!(error("ferry \"harbour master"), @"character 7 of the query: expected a second quotation mark behind this one, found the end of the query");
    insta::assert_snapshot!(error("ferry \"...\""), @r#"character 7 of the query: expected a word to look for, found `"..."`"#);
    insta::assert_snapshot!(error("ferry (storm OR gale"), @"character 7 of the query: expected a `)` for this `(`, found the end of the query");
    insta::assert_snapshot!(error("(((("), @"character 4 of the query: expected a `)` for this `(`, found the end of the query");
    insta::assert_snapshot!(error("ferry) storm"), @"character 6 of the query: expected a `(` before this `)`, found none");
    insta::assert_snapshot!(error("ferry ()"), @"character 8 of the query: expected a word to look for, found `)`");
    insta::assert_snapshot!(error("ferry OR"), @"character 9 of the query: expected a word, a phrase or `(` after `OR`, found the end of the query");
    insta::assert_snapshot!(error("(ferry OR) storm"), @"character 10 of the query: expected a word, a phrase or `(` after `OR`, found `)`");
    insta::assert_snapshot!(error("ferry OR OR storm"), @"character 10 of the query: expected a word, a phrase or `(` after `OR`, found `OR`");
    insta::assert_snapshot!(error("OR storm"), @r#"
        character 1 of the query: expected a word, a phrase or `(` before `OR`
        hint: to look for the word itself, write `"or"`
        "#);
    insta::assert_snapshot!(error("ferry AND"), @"character 10 of the query: expected a word, a phrase or `(` after `AND`, found the end of the query");
    insta::assert_snapshot!(error("ferry NOT"), @"character 10 of the query: expected a word, a phrase or `(` after `NOT`, found the end of the query");
    insta::assert_snapshot!(error("ferry -("), @"character 8 of the query: expected a `)` for this `(`, found the end of the query");
    insta::assert_snapshot!(error("-ferry"), @r"
        character 1 of the query: expected something to look for besides what is left out
        hint: put a word without a hyphen beside it
        ");
    insta::assert_snapshot!(error("storm OR -ferry"), @r"
        character 10 of the query: expected something to look for besides what is left out
        hint: put a word without a hyphen beside it
        ");
    insta::assert_snapshot!(error("storm show:\"Morning Desk\""), @r"
        character 7 of the query: `show:` is not understood by this version
        hint: use `--show NAME` beside the query
        ");
    insta::assert_snapshot!(error("storm before:2026-01-01"), @r"
        character 7 of the query: `before:` is not understood by this version
        hint: use `--before DATE` beside the query
        ");
    insta::assert_snapshot!(error("storm speaker:Morrow"), @r"
        character 7 of the query: `speaker:` is not understood by this version
        hint: to look for the words themselves, put them into quotation marks
        ");
    insta::assert_snapshot!(error("storm near/8 ferry"), @r"
        character 7 of the query: `near/` is not understood by this version
        hint: a phrase in quotation marks finds words side by side
        ");
    insta::assert_snapshot!(error("ferr*"), @r"
        character 1 of the query: `*` behind a word is not understood by this version
        hint: endings such as `-ing` and `-s` are found without it
        ");
    insta::assert_snapshot!(error(&"x".repeat(100_000)), @"character 4001 of the query: expected at most 4000 characters, found 100000");
    insta::assert_snapshot!(error(&"x ".repeat(1_500)), @"character 1201 of the query: expected at most 200 words and phrases, found more");
    insta::assert_snapshot!(error(&"-(x ".repeat(190)), @"character 66 of the query: expected brackets at most 32 deep, found more");
    insta::assert_snapshot!(error(&"(x ".repeat(190)), @"character 98 of the query: expected brackets at most 32 deep, found more");
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_query_or_an_error(text in "(\\PC|[()\" -]|OR|AND|NOT|\\(a|-b|\"c\"){0,30}") {
        match Query::parse(&text) {
            Ok(query) => {
                proptest::prop_assert!(!query.wanted().is_empty());
                proptest::prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
            }
            Err(error) => proptest::prop_assert!((1..=text.chars().count() + 1).contains(&error.column)),
        }
    }
}
