use super::*;

/// Each query with its place pointed at, and what is wrong there.
#[track_caller]
fn errors(queries: &[&str]) -> String {
    let error = |query: &&str| match Query::parse(query) {
        Ok(understood) => panic!("{query} is understood as {understood}"),
        Err(error) => format!("{}\n{error}\n", error.pointer(query)),
    };
    queries.iter().map(error).collect::<Vec<_>>().join("\n")
}

#[test]
fn words_and_operators() {
    insta::assert_snapshot!(errors(&[
        "", " & -- ", "ferry \"...\"", "ferry ()", "ferry OR", "(ferry OR) storm", "ferry OR OR storm", "OR storm",
        "AND storm", "near/5 storm", "ferry AND", "ferry NOT", "ferry NOT )", "ferry OR NEAR/5 storm",
    ]), @r#"

        ^
        character 1 of the query: expected a word to look for, found nothing

         & -- 
        ^
        character 1 of the query: expected a word to look for, found only signs

        ferry "..."
              ^
        character 7 of the query: expected a word to look for, found `"..."`

        ferry ()
               ^
        character 8 of the query: expected a word to look for, found `)`

        ferry OR
                ^
        character 9 of the query: expected a word, a phrase or `(` after `OR`, found the end of the query

        (ferry OR) storm
                 ^
        character 10 of the query: expected a word, a phrase or `(` after `OR`, found `)`

        ferry OR OR storm
                 ^
        character 10 of the query: expected a word, a phrase or `(` after `OR`, found `OR`

        OR storm
        ^
        character 1 of the query: expected a word, a phrase or `(` before `OR`
        hint: to look for the word itself, write `"or"`

        AND storm
        ^
        character 1 of the query: expected a word, a phrase or `(` before `AND`
        hint: to look for the word itself, write `"and"`

        near/5 storm
        ^
        character 1 of the query: expected a word, a phrase or `(` before `near/5`
        hint: to look for the word itself, write `"near/5"`

        ferry AND
                 ^
        character 10 of the query: expected a word, a phrase or `(` after `AND`, found the end of the query

        ferry NOT
                 ^
        character 10 of the query: expected a word, a phrase or `(` after `NOT`, found the end of the query

        ferry NOT )
                  ^
        character 11 of the query: expected a word, a phrase or `(` after `NOT`, found `)`

        ferry OR NEAR/5 storm
                 ^
        character 10 of the query: expected a word, a phrase or `(` after `OR`, found `NEAR/5`
        "#);
}

#[test]
fn brackets_quotations_and_what_is_left_out() {
    insta::assert_snapshot!(errors(&[
        "ferry \"harbour master", "show:\"Harbour \u{201d} Radio", "show:\u{201c}Harbour", "ferry (storm OR gale",
        "((((", "ferry) storm", "ferry -(", "-ferry", "-show:Harbour", "storm OR -ferry", "ferry (-storm -gale)",
    ]), @r#"
        ferry "harbour master
              ^
        character 7 of the query: expected a second quotation mark behind this one, found the end of the query

        show:"Harbour ” Radio
             ^
        character 6 of the query: expected a second quotation mark behind this one, found the end of the query

        show:“Harbour
             ^
        character 6 of the query: expected a second quotation mark behind this one, found the end of the query

        ferry (storm OR gale
              ^
        character 7 of the query: expected a `)` for this `(`, found the end of the query

        ((((
           ^
        character 4 of the query: expected a `)` for this `(`, found the end of the query

        ferry) storm
             ^
        character 6 of the query: expected a `(` before this `)`, found none

        ferry -(
               ^
        character 8 of the query: expected a `)` for this `(`, found the end of the query

        -ferry
        ^
        character 1 of the query: expected something to look for besides what is left out
        hint: put a word or a condition without a hyphen beside it

        -show:Harbour
        ^
        character 1 of the query: expected something to look for besides what is left out
        hint: put a word or a condition without a hyphen beside it

        storm OR -ferry
                 ^
        character 10 of the query: expected something to look for besides what is left out
        hint: put a word or a condition without a hyphen beside it

        ferry (-storm -gale)
               ^
        character 8 of the query: expected something to look for besides what is left out
        hint: put a word or a condition without a hyphen beside it
        "#);
}

#[test]
fn spellings() {
    insta::assert_snapshot!(errors(&[
        "f*", "sh*t", "*ferry", "M*A*S*H", "al-Qud*", "if~", "cat~2", "waltz~3", "waltz~12", "al-Quds~1",
        "\"harbour master\"~5", "\"harbour\"*", "sounds:walt*", "title:ferr*", "show:Harbor~1", "speaker:Morow~",
    ]), @r#"
        f*
        ^
        character 1 of the query: expected at least 2 letters before `*`, found `f*`

        sh*t
        ^
        character 1 of the query: expected `*` only at the end of a word, found `sh*t`
        hint: to look for the words themselves, put them into quotation marks

        *ferry
        ^
        character 1 of the query: expected `*` only at the end of a word, found `*ferry`
        hint: to look for the words themselves, put them into quotation marks

        M*A*S*H
        ^
        character 1 of the query: expected `*` only at the end of a word, found `M*A*S*H`
        hint: to look for the words themselves, put them into quotation marks

        al-Qud*
        ^
        character 1 of the query: expected one word before `*`, found several in `al-Qud*`
        hint: put spaces between them

        if~
        ^
        character 1 of the query: expected at least 3 letters before `~`, found `if~`

        cat~2
        ^
        character 1 of the query: expected at least 4 letters before `~2`, found `cat~2`

        waltz~3
        ^
        character 1 of the query: expected `~`, `~1` or `~2` behind a word, found `waltz~3`

        waltz~12
        ^
        character 1 of the query: expected `~`, `~1` or `~2` behind a word, found `waltz~12`

        al-Quds~1
        ^
        character 1 of the query: expected one word before `~1`, found several in `al-Quds~1`
        hint: put spaces between them

        "harbour master"~5
                        ^
        character 17 of the query: expected a space behind the phrase, found `~`
        hint: `~` goes behind a word without quotation marks; words near each other are `ferry near/5 storm`

        "harbour"*
                 ^
        character 10 of the query: expected a space behind the phrase, found `*`
        hint: `*` goes behind a word without quotation marks; words near each other are `ferry near/5 storm`

        sounds:walt*
               ^
        character 8 of the query: expected a value without `*` for `sounds:`
        hint: if the sign belongs to it, put the value into quotation marks

        title:ferr*
              ^
        character 7 of the query: expected a value without `*` for `title:`
        hint: if the sign belongs to it, put the value into quotation marks

        show:Harbor~1
             ^
        character 6 of the query: expected a value without `~` for `show:`
        hint: if the sign belongs to it, put the value into quotation marks

        speaker:Morow~
                ^
        character 9 of the query: expected a value without `~` for `speaker:`
        hint: if the sign belongs to it, put the value into quotation marks
        "#);
}

#[test]
fn nearness() {
    insta::assert_snapshot!(errors(&[
        "ferry near/ storm", "ferry near/0 storm", "ferry NEAR/1001 storm", "ferry near/30s storm",
        "ferry near/99999999999999999999 storm", "ferry near/far", "ferry within/30 storm", "ferry WITHIN storm",
        "ferry within/ storm", "ferry within/0s storm", "ferry within/1h1s storm", "ferry within/5s1m storm",
        "ferry near/5", "ferry near/5 OR storm", "ferry near/5 -storm", "ferry near/5 (storm gale)",
        "(ferry near/5 storm) near/5 gale", "ferry near/5 (storm OR (gale late))", "show:Harbour near/5 ferry",
        "ferry near/5 show:(a OR b)", "ferry near/5 near/5 storm",
    ]), @r"
        ferry near/ storm
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found nothing
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry near/0 storm
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found `0`
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry NEAR/1001 storm
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found `1001`
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry near/30s storm
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found `30s`
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry near/99999999999999999999 stor…
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found `99999999999999999999`
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry near/far
              ^
        character 7 of the query: expected a number of words from 1 to 1000 after `near/`, found `far`
        hint: write `near/8`, or `within/30s` for a time; the words themselves go into quotation marks

        ferry within/30 storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found `30`
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry WITHIN storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found nothing
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry within/ storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found nothing
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry within/0s storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found `0s`
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry within/1h1s storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found `1h1s`
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry within/5s1m storm
              ^
        character 7 of the query: expected a time from 1 second to 1 hour after `within/`, found `5s1m`
        hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks

        ferry near/5
                    ^
        character 13 of the query: expected a word, a phrase or `(` after `near/5`, found the end of the query

        ferry near/5 OR storm
                     ^
        character 14 of the query: expected a word, a phrase or `(` after `near/5`, found `OR`

        ferry near/5 -storm
                     ^
        character 14 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found something left out
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        ferry near/5 (storm gale)
                     ^
        character 14 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found brackets with all of several words
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        (ferry near/5 storm) near/5 ga…
        ^
        character 1 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found brackets with words near each other
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        ferry near/5 (storm OR (gale late))
                     ^
        character 14 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found brackets with more than words and `OR`
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        show:Harbour near/5 ferry
        ^
        character 1 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found `show:Harbour`
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        ferry near/5 show:(a OR b)
                          ^
        character 19 of the query: expected a word, a phrase or words with `OR` in brackets beside `near/5`, found brackets with more than words and `OR`
        hint: several words near each other are a chain: `ferry near/8 storm near/8 harbour`

        ferry near/5 near/5 storm
                     ^
        character 14 of the query: expected a word, a phrase or `(` after `near/5`, found `near/5`
        ");
}

#[test]
fn fields() {
    insta::assert_snapshot!(errors(&[
        "storm shwo:Harbour", "titel:\"ferry strike\"", "speakr:(Morrow)", "outlets:example.org", "site:example.org",
        "Since:2025", "story:ferry", "sort:date", "show: Harbour", "show:", "(show:)", "show:\"  \"", "title:...",
        "speaker:\"--\"", "sounds:?", "kind:video", "lang:English", "show:(Harbour Radio)", "show:(a OR -b)",
        "show:(a OR (b))", "show:(a \"b\")", "show:(a AND b)", "show:()", "show:(a OR)", "show:(OR a)", "show:(a OR b",
        "ferry show:(",
    ]), @r#"
        storm shwo:Harbour
              ^
        character 7 of the query: expected a field or a word, found `shwo:`
        hint: did you mean `show:`? To look for the words themselves, put them into quotation marks

        titel:"ferry strike"
        ^
        character 1 of the query: expected a field or a word, found `titel:`
        hint: did you mean `title:`? To look for the words themselves, put them into quotation marks

        speakr:(Morrow)
        ^
        character 1 of the query: expected a field or a word, found `speakr:`
        hint: did you mean `speaker:`? To look for the words themselves, put them into quotation marks

        outlets:example.org
        ^
        character 1 of the query: expected a field or a word, found `outlets:`
        hint: did you mean `outlet:`? To look for the words themselves, put them into quotation marks

        site:example.org
        ^
        character 1 of the query: expected a field or a word, found `site:`
        hint: did you mean `outlet:`? To look for the words themselves, put them into quotation marks

        Since:2025
        ^
        character 1 of the query: expected a field or a word, found `since:`
        hint: did you mean `after:`? To look for the words themselves, put them into quotation marks

        story:ferry
        ^
        character 1 of the query: `story:` is not understood by this version
        hint: to look for the words themselves, put them into quotation marks

        sort:date
        ^
        character 1 of the query: `sort:` is not understood by this version
        hint: to look for the words themselves, put them into quotation marks

        show: Harbour
             ^
        character 6 of the query: expected a value right behind `show:`, found a space
        hint: write `show:"Harbour Radio"`

        show:
             ^
        character 6 of the query: expected a value right behind `show:`, found the end of the query
        hint: write `show:"Harbour Radio"`

        (show:)
              ^
        character 7 of the query: expected a value right behind `show:`, found `)`
        hint: write `show:"Harbour Radio"`

        show:"  "
             ^
        character 6 of the query: expected a value right behind `show:`, found `  `
        hint: write `show:"Harbour Radio"`

        title:...
              ^
        character 7 of the query: expected a value right behind `title:`, found `...`
        hint: write `title:ferry`

        speaker:"--"
                ^
        character 9 of the query: expected a value right behind `speaker:`, found `--`
        hint: write `speaker:"Ada Morrow"`

        sounds:?
               ^
        character 8 of the query: expected a value right behind `sounds:`, found `?`
        hint: write `sounds:waltz`

        kind:video
             ^
        character 6 of the query: expected `article` or `broadcast` after `kind:`, found `video`

        lang:English
             ^
        character 6 of the query: expected a language's code of two or three letters after `lang:`, such as `en`, found `English`

        show:(Harbour Radio)
                      ^
        character 15 of the query: expected values with `OR` between them in the brackets of `show:`, found `Radio`
        hint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-show:`

        show:(a OR -b)
                   ^
        character 12 of the query: expected values with `OR` between them in the brackets of `show:`, found `-b`
        hint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-show:`

        show:(a OR (b))
                   ^
        character 12 of the query: expected values with `OR` between them in the brackets of `show:`, found `(`
        hint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-show:`

        show:(a "b")
                ^
        character 9 of the query: expected values with `OR` between them in the brackets of `show:`, found `"`
        hint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-show:`

        show:(a AND b)
                ^
        character 9 of the query: expected values with `OR` between them in the brackets of `show:`, found `AND`
        hint: a value of several words goes into quotation marks; what is left out has its hyphen before the field, as in `-show:`

        show:()
              ^
        character 7 of the query: expected a value right behind `show:`, found `)`
        hint: write `show:"Harbour Radio"`

        show:(a OR)
                  ^
        character 11 of the query: expected a word, a phrase or `(` after `OR`, found `)`

        show:(OR a)
              ^
        character 7 of the query: expected a word, a phrase or `(` before `OR`
        hint: to look for the word itself, write `"or"`

        show:(a OR b
             ^
        character 6 of the query: expected a `)` for this `(`, found the end of the query

        ferry show:(
                   ^
        character 12 of the query: expected a `)` for this `(`, found the end of the query
        "#);
}

#[test]
fn dates() {
    insta::assert_snapshot!(errors(&[
        "storm after:2025-02-30", "after:2024-02-30", "on:2025-13", "on:2025-00-01", "on:2025-04-00", "before:tomorrow",
        "after:20250210", "after:25-02-10", "after:2025-002-10", "on:2025-02-10-11", "on:2025-02..2025-03",
        "date:2025-02..2025-02-29", "date:2025-03..2025-02", "date:..", "date:2025...2026", "on:\"10 February\"",
        "after:2025-02-99999999999999999999",
    ]), @r#"
        storm after:2025-02-30
                    ^
        character 13 of the query: expected a day from 01 to 28 in 2025-02, found `2025-02-30`

        after:2024-02-30
              ^
        character 7 of the query: expected a day from 01 to 29 in 2024-02, found `2024-02-30`

        on:2025-13
           ^
        character 4 of the query: expected a month from 01 to 12, found `2025-13`

        on:2025-00-01
           ^
        character 4 of the query: expected a month from 01 to 12, found `2025-00-01`

        on:2025-04-00
           ^
        character 4 of the query: expected a day from 01 to 30 in 2025-04, found `2025-04-00`

        before:tomorrow
               ^
        character 8 of the query: expected a day, a month or a year after `before:`, found `tomorrow`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        after:20250210
              ^
        character 7 of the query: expected a day, a month or a year after `after:`, found `20250210`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        after:25-02-10
              ^
        character 7 of the query: expected a day, a month or a year after `after:`, found `25-02-10`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        after:2025-002-10
              ^
        character 7 of the query: expected a day, a month or a year after `after:`, found `2025-002-10`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        on:2025-02-10-11
           ^
        character 4 of the query: expected a day, a month or a year after `on:`, found `2025-02-10-11`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        on:2025-02..2025-03
           ^
        character 4 of the query: expected a day, a month or a year after `on:`, found `2025-02..2025-03`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        date:2025-02..2025-02-29
                      ^
        character 15 of the query: expected a day from 01 to 28 in 2025-02, found `2025-02-29`

        date:2025-03..2025-02
             ^
        character 6 of the query: expected the earlier date before `..`, found `2025-03..2025-02`
        hint: write `2025-02..2025-03`

        date:..
             ^
        character 6 of the query: expected a date on one side of `..` at least, found none
        hint: write `date:2025-02..` or `date:..2025-03`

        date:2025...2026
                   ^
        character 12 of the query: expected a day, a month or a year after `date:`, found `.2026`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        on:"10 February"
           ^
        character 4 of the query: expected a day, a month or a year after `on:`, found `10 February`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`

        after:2025-02-99999999999999999999
              ^
        character 7 of the query: expected a day, a month or a year after `after:`, found `2025-02-99999999999999999999`
        hint: write `2025-02-10`, `2025-02` or `2025`; for two of them, `date:2025-02..2025-03`
        "#);
}

#[test]
fn limits() {
    let of = |text: &str| Query::parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(of(&"x".repeat(100_000)), @"character 4001 of the query: expected at most 4000 characters, found 100000");
    insta::assert_snapshot!(of(&"世".repeat(3_000)), @"character 3001 of the query: expected at most 4000 characters with spaces between all words, found 6001"); // Printed, with spaces between the words.
    insta::assert_snapshot!(of(&"x ".repeat(1_500)), @"character 401 of the query: expected at most 200 words, phrases and conditions, found more");
    insta::assert_snapshot!(of(&format!("show:({}b)", "a OR ".repeat(200))), @"character 1007 of the query: expected at most 200 words, phrases and conditions, found more");
    insta::assert_snapshot!(of(&"-(x ".repeat(190)), @"character 66 of the query: expected brackets at most 32 deep, found more");
    insta::assert_snapshot!(of(&"(x ".repeat(190)), @"character 98 of the query: expected brackets at most 32 deep, found more");
    // Printed, each alternative of several words has brackets of its own.
    let alternatives = format!("{}y z{}", "a (b OR c ".repeat(20), ")".repeat(20));
    insta::assert_snapshot!(of(&alternatives), @"character 194 of the query: expected brackets at most 32 deep, found more");
    assert!(Query::parse(&"x ".repeat(MAX_QUERY_WORDS)).is_ok());
    assert!(Query::parse(&format!("{}x{}", "(".repeat(32), ")".repeat(32))).is_ok());
}

#[test]
fn pointers_show_the_neighbourhood() {
    #[track_caller]
    fn pointer(query: &str) -> String {
        Query::parse(query).unwrap_err().pointer(query)
    }
    let long = format!("{} near/0 {}", "ferry ".repeat(20), "storm ".repeat(20));
    insta::assert_snapshot!(pointer(&long), @r"
        …ry ferry ferry ferry ferry ferry ferry  near/0 storm storm storm storm…
                                                 ^
        ");
    insta::assert_snapshot!(pointer("海の ferry\u{301} \u{1b}[2J\tlate\u{202e} \r\n near/0 storm"), @r"
        海の ferrý �[2J late�    near/0 storm
                                 ^
        ");
    // A place that is none, for those who mix up two queries.
    let error = QueryError { column: 99, kind: QueryErrorKind::ClosedBracket };
    insta::assert_snapshot!(error.pointer("ferry"), @r"
        …
         ^
        ");
    let error = QueryError { column: 0, kind: QueryErrorKind::ClosedBracket };
    insta::assert_snapshot!(error.pointer("ferry"), @r"
        ferry
        ^
        ");
}
