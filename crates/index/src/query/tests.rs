use super::*;

mod errors;
mod promises;

#[track_caller]
fn parsed(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{error}\n{}", error.pointer(text)))
}

/// That `text` is understood as the query that prints as `understood`.
#[track_caller]
fn check(text: &str, understood: &str) {
    let query = parsed(text);
    assert_eq!(query.to_string(), understood, "for {text}");
    assert_eq!(Query::parse(understood), Ok(query), "what is printed reads back");
}

#[test]
fn words_and_operators_are_understood_as_they_print() {
    check("ferry", "ferry");
    check("  Ferry   LATE ", "ferry late");
    check("ferry AND late", "ferry late");
    check("\"the Ferry, late\" storm", "\"the ferry late\" storm");
    check("\u{201c}the ferry\u{201d}", "\"the ferry\"");
    check("\u{201e}the ferry\u{201c} \u{ab}late\u{bb}", "\"the ferry\" \"late\"");
    check("\"ferry\"", "\"ferry\"");
    check("\"ferry\"storm", "\"ferry\" storm");
    check("storm OR gale OR \"high water\"", "storm OR gale OR \"high water\"");
    check("ferry storm OR gale", "(ferry storm) OR gale");
    check("ferry (storm OR gale)", "ferry (storm OR gale)");
    check("((ferry))", "ferry");
    check("(ferry late) storm", "ferry late storm");
    check("(ferry OR late) OR storm", "ferry OR late OR storm");
    check("ferry(storm)", "ferry storm");
    check("or and not", "or and not");
    check("al-Quds", "\"al quds\"");
    check("Trump's", "trump");
    check("don't", "\"don t\"");
    check("a - b & c", "a b c");
    check("12:30", "\"12 30\"");
    check("http://example.org", "\"http example org\"");
    check("word: word:x", "word \"word x\"");
    check("Erdoğan 海", "erdogan 海");
    check("世界", "\"世 界\"");
}

#[test]
fn what_is_left_out_is_understood_as_it_prints() {
    check("ferry -drill", "ferry -drill");
    check("ferry NOT drill", "ferry -drill");
    check("ferry AND NOT drill", "ferry -drill");
    check("-drill ferry -\"test run\"", "-drill ferry -\"test run\"");
    check("ferry -(storm OR gale)", "ferry -(storm OR gale)");
    check("ferry -(-storm gale)", "ferry -(-storm gale)");
    check("(ferry -drill) storm", "ferry -drill storm");
    check("ferry NOT -drill", "ferry drill");
    check("ferry NOT -(drill test)", "ferry drill test");
    check("ferry NOT drill near/5 test", "ferry -(drill near/5 test)");
    check("ferry -(drill near/5 test)", "ferry -(drill near/5 test)");
    check("-kind:article show:Harbour", "-kind:article show:Harbour");
}

#[test]
fn spellings_and_sounds_are_understood_as_they_print() {
    check("Navig*", "navig*");
    check("navig**", "navig*");
    check("Fähr* OR fe*", "fahr* OR fe*");
    check("(navig*)", "navig*");
    check("Morow~", "morow~1"); // Five letters: one may differ.
    check("Morrow~", "morrow~2");
    check("Morrow~1 Moro~2", "morrow~1 moro~2");
    check("Ada's~ Morrow's*", "ada~1 morrow*");
    check("~50 * ~", "50"); // About fifty, and signs alone.
    check("5~x", "\"5 x\"");
    check("sounds:Waltz", "sounds:waltz");
    check("sounds:\"Mike Waltz\"", "sounds:\"mike waltz\"");
    check("sounds:(waltz OR \"ada morrow\") ferry", "(sounds:waltz OR sounds:\"ada morrow\") ferry");
    check("sounds:al-Quds -sounds:\u{201c}waltz\u{201d}", "sounds:\"al quds\" -sounds:waltz");
}

#[test]
fn nearness_is_understood_as_it_prints() {
    check("ferry near/8 storm", "ferry near/8 storm");
    check("ferry NEAR/8 storm", "ferry near/8 storm");
    check("ferry Near/008 storm", "ferry near/8 storm");
    check("ferry NEAR storm", "ferry near/10 storm");
    check("ferry near storm", "ferry near storm"); // A word.
    check("within near", "within near");
    check("a near/1 b near/1000 c", "a near/1 b near/1000 c");
    check("ferry within/30s storm", "ferry within/30s storm");
    check("ferry WITHIN/90S storm", "ferry within/1m30s storm");
    check("ferry within/2m storm within/1h gale", "ferry within/2m storm within/1h gale");
    check("ferry within/59m60s storm", "ferry within/1h storm");
    check("ferry near/5 storm within/2m gale", "ferry near/5 storm within/2m gale");
    check("late ferry near/5 storm gale", "late ferry near/5 storm gale");
    check("ferry near/5 storm OR gale", "ferry near/5 storm OR gale");
    check(
        "\"the ferry\" near/5 (storm OR gale* OR sounds:wind)",
        "\"the ferry\" near/5 (storm OR gale* OR sounds:wind)",
    );
    check("(ferry) near/5 ((storm OR gale) OR wave~1)", "ferry near/5 (storm OR gale OR wave~1)");
    check("(ferry near/5 storm) late", "ferry near/5 storm late");
    check("al-Quds near/3 harbour", "\"al quds\" near/3 harbour");
    let near = Near {
        operands: vec![Node::Word(Word::new("a".to_owned())), Node::Phrase(vec!["b".to_owned()])],
        distances: vec![Distance::Time(MediaTime::from_whole_seconds(90))],
    };
    assert_eq!(*parsed("a within/1m30s \"b\"").root(), Node::Near(near));
}

#[test]
fn conditions_are_understood_as_they_print() {
    check("show:Harbour", "show:Harbour");
    check("show:\"Harbour Radio - News\"", "show:\"Harbour Radio - News\"");
    check("SHOW:Harbour", "show:Harbour");
    check("show:\"Harbour\"", "show:Harbour");
    check("show:\" Harbour\t Radio\u{7} \"", "show:\"Harbour Radio\"");
    check("show:\u{201c}Harbour Radio\u{201d}", "show:\"Harbour Radio\"");
    check("show:\"The \"\"Late\"\" Show\"", "show:\"The \"\"Late\"\" Show\"");
    check("show:\"The \u{201c}Late\u{201d} Show\"", "show:\"The \u{201c}Late\u{201d} Show\"");
    check("show:\"ferr*\" show:R&B", "show:\"ferr*\" show:\"R&B\"");
    check("show:(Harbour OR \"Skerry Radio\")", "show:Harbour OR show:\"Skerry Radio\"");
    check("ferry show:( a OR b ) late", "ferry (show:a OR show:b) late");
    check("ferry -show:(a OR b)", "ferry -(show:a OR show:b)");
    check("outlet:example.org", "outlet:example.org");
    check("kind:article OR kind:Broadcast", "kind:article OR kind:broadcast");
    check("speaker:\"Ada Morrow\" speaker:Morrow", "speaker:\"ada morrow\" speaker:morrow");
    check("title:Ferries title:\"ferries\"", "title:ferries title:\"ferries\"");
    check("title:\"Ferry strike\" title:al-Quds", "title:\"ferry strike\" title:\"al quds\"");
    check("lang:EN -lang:yue", "lang:en -lang:yue");
    check("foreshow:x un-show:x", "\"foreshow x\" \"un show x\"");
    check("late: the ferry; in: we go", "late the ferry in we go");
}

#[test]
fn dates_are_half_open() {
    use self::check as check_printed;
    #[track_caller]
    fn check(text: &str, from: Option<[i16; 3]>, until: Option<[i16; 3]>, printed: &str) {
        let date = |[year, month, day]: [i16; 3]| Date::constant(year, month as i8, day as i8);
        let dates = Condition::Dates { from: from.map(date), until: until.map(date) };
        assert_eq!(*parsed(text).root(), Node::Condition(dates), "for {text}");
        check_printed(text, printed);
    }
    check("after:2025-02-10", Some([2025, 2, 10]), None, "after:2025-02-10");
    check("after:2025-02", Some([2025, 2, 1]), None, "after:2025-02-01");
    check("before:2025-03", None, Some([2025, 3, 1]), "before:2025-03-01");
    check("before:2025", None, Some([2025, 1, 1]), "before:2025-01-01");
    check("on:2025-2-8", Some([2025, 2, 8]), Some([2025, 2, 9]), "on:2025-02-08");
    check("on:2025-12-31", Some([2025, 12, 31]), Some([2026, 1, 1]), "on:2025-12-31");
    check("on:2024-02", Some([2024, 2, 1]), Some([2024, 3, 1]), "date:2024-02");
    check("date:2025", Some([2025, 1, 1]), Some([2026, 1, 1]), "date:2025");
    check("date:2025-02..2025-03", Some([2025, 2, 1]), Some([2025, 4, 1]), "date:2025-02-01..2025-03-31");
    check("date:2025-02..2025-02", Some([2025, 2, 1]), Some([2025, 3, 1]), "date:2025-02");
    check("date:2025-01-01..2025-12", Some([2025, 1, 1]), Some([2026, 1, 1]), "date:2025");
    check("date:2025-02-10..", Some([2025, 2, 10]), None, "after:2025-02-10");
    check("date:..2025-02-10", None, Some([2025, 2, 11]), "before:2025-02-11");
    check("date:\"2025-02-10\"", Some([2025, 2, 10]), Some([2025, 2, 11]), "on:2025-02-10");
    // No day is later than those of the calendar.
    check("on:9999-12-31", Some([9999, 12, 31]), None, "after:9999-12-31");
    check("date:0000..9999", Some([0, 1, 1]), None, "after:0000-01-01");
}

#[test]
fn words_are_looked_up_by_their_stems() {
    let query = parsed("ferries \"ferries sailing\" -sailing");
    let Node::All(nodes) = query.root() else { panic!("three parts") };
    assert!(matches!(&nodes[0], Node::Word(word) if word.stem == "ferri"));
    assert_eq!(nodes[1], Node::Phrase(vec!["ferries".to_owned(), "sailing".to_owned()]));
    assert_eq!(query.wanted(), [&nodes[0], &nodes[1]]);
}

#[test]
fn wanted_is_what_a_hit_may_hold() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let query = parsed(text);
        let wanted: Vec<String> = query.wanted().into_iter().map(ToString::to_string).collect();
        assert_eq!(wanted, expected, "for {text}");
    }
    check("ferry storm", &["ferry", "storm"]);
    check("a near/2 (b OR cd*) within/2s \"d e\" f", &["a", "b", "cd*", "\"d e\"", "f"]);
    check("wave~1 OR (sounds:b -c) show:x", &["wave~1", "sounds:b"]);
    check("show:x -title:ferry after:2025", &[]);
}

#[test]
fn a_question_in_plain_words_is_told_from_a_query() {
    #[track_caller]
    fn check(text: &str, is_plain: bool, phrases: bool, words: &str) {
        let query = parsed(text);
        assert_eq!(
            (query.is_plain(), query.phrases(), query.words().as_str()),
            (is_plain, phrases, words),
            "for {text}"
        );
    }
    check("ferry", true, false, "ferry");
    check("Why don't they sail?", true, false, "why don't they sail");
    check("ferry late show:Harbour -kind:article lang:(en OR de)", true, false, "ferry late");
    check("show:Harbour", false, false, "");
    check("ferry OR late", false, false, "ferry late");
    check("ferry -late", false, false, "ferry");
    check("ferry \"harbour master\"", false, true, "ferry harbour master");
    check("al-Quds", true, true, "al quds");
    check("the al-Quds brigades", true, true, "the al quds brigades");
    check("\"al-Quds\" brigades", false, true, "al quds brigades");
    check("ferry near/5 \"the storm\" ferr* waltz~ sounds:waltz", false, true, "ferry the storm");
    check("ferry -\"the storm\"", false, false, "ferry");
    check("ferry late*", false, false, "ferry");
}

#[test]
fn conditions_of_all_hits_are_listed() {
    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool)]) {
        let query = parsed(text);
        let conditions: Vec<(String, bool)> =
            query.conditions().into_iter().map(|(condition, not)| (condition.to_string(), not)).collect();
        let expected: Vec<(String, bool)> =
            expected.iter().map(|(text, not)| ((*text).into(), *not)).collect();
        assert_eq!(conditions, expected, "for {text}");
    }
    check("ferry", &[]);
    check("show:a", &[("show:a", false)]);
    check("ferry -show:a (after:2025 late)", &[("show:a", true), ("after:2025-01-01", false)]);
    check("ferry show:(a OR b)", &[]);
    check("show:a OR ferry", &[]);
}

#[test]
fn options_become_conditions() {
    let day = |day| Some(Date::constant(2025, 2, day));
    let dates = |from, until| Condition::Dates { from, until };
    #[track_caller]
    fn check(query: &str, conditions: Vec<Condition>, expected: &str) {
        let query = parsed(query).and(conditions);
        assert_eq!(query.to_string(), expected);
        assert_eq!(Query::parse(expected), Ok(query), "what is printed reads back");
    }
    check("ferry OR storm", vec![], "ferry OR storm");
    check("ferry", vec![Condition::Show("A \"b\" c".to_owned())], "ferry show:\"A \"\"b\"\" c\"");
    check("ferry OR storm", vec![dates(day(1), day(3))], "(ferry OR storm) date:2025-02-01..2025-02-02");
    check("ferry storm", vec![dates(None, day(3)), dates(None, None)], "ferry storm before:2025-02-03");
    check("show:a", vec![dates(day(3), day(3))], "show:a after:2025-02-03 before:2025-02-03");
}

#[test]
fn a_query_is_explained() {
    let text = "ferries \"harbour master\" \"late\" (navig* OR Morow~ OR Morrow~) -(sounds:waltz drill) \
                sounds:\"ada morrow\" ferry near/8 (storm OR gale) within/1m30s \"high water\" near/1 calm \
                show:\"Harbour Radio\" outlet:example.org -kind:article kind:broadcast speaker:Morrow \
                title:ferry title:\"ferry strike\" lang:en on:2025-02-12 date:2025-02 after:2025 before:2026 \
                -(a within/59m1s b)";
    insta::assert_snapshot!(parsed(text).explain(), @r"
        all of:
          the word `ferries`, with any ending
          the words `harbour master`, one after another
          the word `late`, exactly so
          one of:
            a word that begins with `navig`
            a word spelled like `morow`, with at most 1 letter changed
            a word spelled like `morrow`, with at most 2 letters changed
          not all of:
            a word that sounds like `waltz`
            the word `drill`, with any ending
          words that sound like `ada morrow`, one after another
          near each other, whichever is first:
            the word `ferry`, with any ending
            within 8 words of that: one of:
              the word `storm`, with any ending
              the word `gale`, with any ending
            within 1 minute 30 seconds of that: the words `high water`, one after another
            side by side with that: the word `calm`, with any ending
          in the show `Harbour Radio`
          from the outlet `example.org`
          not in an article
          in a broadcast
          said by `morrow`
          in the title: the word `ferry`, with any ending
          in the title: the words `ferry strike`, one after another
          in the language `en`
          published on 2025-02-12
          published from 2025-02-01 to 2025-02-28
          published on 2025-01-01 or later
          published before 2026-01-01
          not near each other, whichever is first:
            the word `a`, with any ending
            within 59 minutes 1 second of that: the word `b`, with any ending
        ");
    insta::assert_snapshot!(parsed("ferry").explain(), @"the word `ferry`, with any ending");
}

#[test]
fn help_and_page_show_queries() {
    let page = include_str!("../../../../docs/query.md");
    // The first column of its tables holds queries between backticks.
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let queries: Vec<&str> = rows.filter_map(|row| row.split_once("` |")).map(|(query, _)| query).collect();
    assert!(queries.len() > 30, "{queries:?}");
    for query in queries {
        parsed(query);
    }
    for line in QUERY_HELP.lines() {
        assert!(line.chars().count() <= 78, "{line}");
    }
    for field in field::Field::ALL {
        assert!(page.contains(&format!("`{}:", field.name())), "{field:?} is on the page");
        assert!(QUERY_HELP.contains(&format!("{}:", field.name())), "{field:?} is in the help");
        parsed(field.example());
    }
}
