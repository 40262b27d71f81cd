//! Verdicts on invented broadcasts and articles, and what holds for any text.

use proptest::prelude::*;
use record::{Document, FrontPart, MediaTime, Place, Role};

use super::*;
use crate::material::Piece;

/// A broadcast: a line is a segment of ten seconds.
pub(crate) fn broadcast(id: &str, date: &str, lines: &[&str]) -> Material {
    let place = |segment: usize| Place::Spoken {
        segment,
        start: Some(MediaTime::from_whole_seconds(10 * segment as u64)),
        end: Some(MediaTime::from_whole_seconds(10 * segment as u64 + 10)),
    };
    material(id, date, Kind::Broadcast, joined(lines, false, |line, _| (place(line), None)))
}

/// An article: a line is a paragraph.
pub(crate) fn article(id: &str, date: &str, paragraphs: &[&str]) -> Material {
    let text = joined(paragraphs, true, |_, chars| (Place::Written { chars }, Some(Role::Body)));
    material(id, date, Kind::Article, text)
}

fn joined(
    lines: &[&str],
    breaks: bool,
    place: impl Fn(usize, std::ops::Range<usize>) -> (Place, Option<Role>),
) -> Text {
    let mut text = Text::default();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.text.push(if breaks { '\n' } else { ' ' });
        }
        let start = text.text.len();
        let chars = text.text.chars().count();
        text.text.push_str(line);
        let (place, role) = place(index, chars..chars + line.chars().count());
        let bytes = start..text.text.len();
        text.pieces.push(Piece { bytes, place, speaker: None, role, after_break: breaks });
    }
    text
}

fn material(id: &str, date: &str, kind: Kind, text: Text) -> Material {
    let document = Document {
        id: id.parse().unwrap(),
        path: format!("{id}.md"),
        kind,
        title: None,
        outlet: Some("Harbour Radio".to_owned()),
        show: Some("Harbour Radio - Morning".to_owned()),
        date: date.parse().ok(),
        url: Some(if kind == Kind::Article {
            "https://post.example.org/ferry".to_owned()
        } else {
            "https://www.youtube.com/watch?v=a1B2c3D4-_5".to_owned()
        }),
    };
    Material { document, text, front: Text::default(), keywords: Vec::new() }
}

fn spoken(text: &str) -> Material {
    broadcast("yt:a1B2c3D4-_5", "2026-03-02", &[text])
}

fn matches(quote: &str, material: &Material) -> Vec<Match> {
    Quote::of(quote).unwrap().matches_in(material)
}

/// `verdict: difference (likely)`, or `nothing`.
fn shown(quote: &str, material: &Material) -> String {
    let found = matches(quote, material);
    let Some(best) = found.first() else { return "nothing".to_owned() };
    let verdict = serde_json::to_value(best.verdict).unwrap();
    let changes = best.changes.iter().map(|change| {
        let likely = serde_json::to_value(change.likely).unwrap();
        let marked = if change.is_marked { ", marked" } else { "" };
        format!("; -{:?} +{:?} {}{marked}", change.quote, change.record, likely.as_str().unwrap())
    });
    format!("{}{}", verdict.as_str().unwrap(), changes.collect::<String>())
}

#[test]
fn verdicts_on_speech() {
    #[track_caller]
    fn check(quote: &str, record: &str, expected: &str) {
        let around =
            format!("Good morning from Skerry Island. {record} And now to the weather with Ben Quill.");
        assert_eq!(shown(quote, &spoken(&around)), expected, "{quote:?} in {record:?}");
    }
    let said = "We will not sail to Port Callow before Friday, the harbour is closed.";
    check("We will not sail to Port Callow before Friday", said, "verbatim");
    check("“we will not sail to port callow, before FRIDAY”", said, "verbatim");
    check("We will sail to Port Callow before Friday", said, r#"altered; -"" +"not" altered"#);
    check("We will not sail to Port Callow before Monday", said, r#"altered; -"Monday" +"Friday" altered"#);
    check("We will not sail to Port Morrow before Friday", said, r#"altered; -"Morrow" +"Callow" altered"#);
    check(
        "we will never really not sail to Port Callow before Friday",
        said,
        r#"altered; -"never really" +"" altered"#,
    );
    check("the ferry was sold to somebody from Port Callow", said, "nothing");
    // Ways of writing.
    check(
        "We won't sail to Port Callow before Friday",
        said,
        r#"verbatim; -"won't" +"will not" contraction"#,
    );
    check(
        "We will not sail to Port Callow before Friday, the harbor is closed",
        said,
        r#"verbatim; -"harbor" +"harbour" spelling"#,
    );
    let counted = "About twelve hundred islanders paid $1.5 million for 2% of the wakeup boats.";
    check(
        "1,200 islanders paid 1.5 million dollars for two per cent of the wake-up boats",
        counted,
        r#"verbatim; -"1,200" +"twelve hundred" number; -"1.5 million dollars" +"$1.5 million" number; -"two per cent" +"2%" number; -"wake-up" +"wakeup" spelling"#,
    );
    check(
        "1,300 islanders paid $1.5 million for 2% of the wakeup boats",
        counted,
        r#"altered; -"1,300" +"twelve hundred" altered"#,
    );
    check(
        "1,200 islanders paid $1.5 million for 3% of the wakeup boats",
        counted,
        r#"altered; -"1,200" +"twelve hundred" number; -"3%" +"2%" altered"#,
    );
    // The recogniser and the speaker.
    let heard = "Mr. Walsh said uh the the ferry, you know, should of course end it all by noon.";
    check(
        "Mr. Waltz said the ferry should of course",
        heard,
        r#"verbatim; -"Waltz" +"Walsh" recogniser; -"" +"uh the" hesitation; -"" +"you know" hesitation"#,
    );
    check(
        "the ferry should of course ended all by noon",
        heard,
        r#"verbatim; -"" +"you know" hesitation; -"ended" +"end it" recogniser"#,
    );
    check(
        "the ferry should of course end it all by the noon",
        heard,
        r#"verbatim; -"" +"you know" hesitation; -"the" +"" recogniser"#,
    );
    check("the ferry ... should of course", heard, r#"trimmed; -"" +"you know" left_out, marked"#);
    check(
        "sails the from harbour at noon",
        "It sails from the harbour at noon.",
        r#"altered; -"the" +"" altered; -"" +"the" altered"#,
    );
    // What sounds alike and is not the same.
    check(
        "the crossing is legal for all boats",
        "The crossing is illegal for all boats.",
        r#"altered; -"legal" +"illegal" altered"#,
    );
    check(
        "the harbour was closed on Friday",
        "The harbour is closed on Friday.",
        r#"altered; -"was" +"is" altered"#,
    );
    // Trims.
    check("We will not sail ... before Friday", said, r#"trimmed; -"" +"to Port Callow" left_out, marked"#);
    check("We will not sail before Friday", said, r#"trimmed; -"" +"to Port Callow" left_out"#);
    check(
        "[The crew] will not sail to Port Callow before Friday",
        said,
        r#"trimmed; -"The crew" +"" inserted, marked"#,
    );
    check(
        "We will not sail [to the mainland] before Friday",
        said,
        r#"trimmed; -"to the mainland" +"to Port Callow" inserted, marked"#,
    );
    check("[W]e will not sail to Port Callow", said, "verbatim");
    check(
        "We can not recognise any such agreement",
        "We cannot recognize any such agreement.",
        r#"verbatim; -"can not" +"cannot" spelling; -"recognise" +"recognize" spelling"#,
    );
    check(
        "We will not recognise any such agreement",
        "They cannot recognise any such agreement.",
        r#"altered; -"We will not" +"cannot" altered"#,
    );
    check(
        "the council agreed to buy the ferry",
        "The council probably agreed to buy the ferry.",
        r#"altered; -"" +"probably" altered"#,
    );
    check(
        "the council agreed to buy boats",
        "The council agreed to buy seven boats.",
        r#"altered; -"" +"seven" altered"#,
    );
}

#[test]
fn verdicts_are_as_the_page_says() {
    // docs/check-quote.md
    let record = spoken("We will not sail to Port Callow before Friday, uh, the harbour is closed.");
    let check = |quote: &str, verdict: Verdict| {
        assert_eq!(matches(quote, &record)[0].verdict, verdict, "{quote:?}");
    };
    check("We won't sail to Port Callow before Friday", Verdict::Verbatim);
    check("before Friday the harbor is closed", Verdict::Verbatim);
    check("We will not sail to Port Kallow", Verdict::Verbatim);
    check("We will not sail ... before Friday", Verdict::Trimmed);
    check("[The crew] will not sail to Port Callow", Verdict::Trimmed);
    check("We will not sail before Friday", Verdict::Trimmed);
    check("We will sail to Port Callow before Friday", Verdict::Altered);
    check("We will not sail to Port Callow before Monday", Verdict::Altered);
}

#[test]
fn print_has_no_recogniser() {
    let record = article(
        "url:https://post.example.org/ferry",
        "2026-03-03",
        &["“Mr. Walsh sold the harbour ferry,” she said."],
    );
    assert_eq!(shown("Mr. Waltz sold the harbour ferry", &record), r#"altered; -"Waltz" +"Walsh" altered"#);
    assert_eq!(
        shown("Mr. Walsh sold the harbor ferry", &record),
        r#"verbatim; -"harbor" +"harbour" spelling"#
    );
    assert_eq!(
        matches("Mr. Walsh sold the harbour ferry", &record)[0].link.as_deref(),
        Some("https://post.example.org/ferry#:~:text=Mr.%20Walsh%20sold%20the%20harbour%20ferry")
    );
}

#[test]
fn a_match_names_the_segments_of_its_words() {
    let lines =
        ["Good morning, this is Harbour Radio.", "The ferry will", "not sail today.", "More at noon."];
    let found = matches("the ferry will not sail", &broadcast("yt:a1B2c3D4-_5", "2026-03-02", &lines));
    insta::assert_snapshot!(serde_json::to_string(&found).unwrap(), @r#"[{"document":"yt:a1B2c3D4-_5","start_seconds":10.0,"end_seconds":30.0,"segment":1,"verdict":"verbatim","text":"The ferry will not sail","link":"https://www.youtube.com/watch?v=a1B2c3D4-_5&t=10s","speaker":null,"difference":[["=","The ferry will not sail"]],"changes":[],"matched":1.0}]"#);
}

#[test]
fn the_best_is_the_nearest_then_speech_then_the_earliest() {
    #[track_caller]
    fn check(materials: &[&Material], expected: &[&str]) {
        let quote = Quote::of("The ferry will not sail today").unwrap();
        let found: Vec<Match> = materials.iter().flat_map(|material| quote.matches_in(material)).collect();
        let found = rank(found);
        let ids: Vec<&str> = found.iter().map(|found| found.citation.document.as_str()).collect();
        assert_eq!(ids, expected);
    }
    let said = "Well, the ferry will not sail today.";
    let printed =
        article("url:https://post.example.org/ferry", "2026-03-01", &["“The ferry will not sail today.”"]);
    let early = broadcast("yt:aaaaaaaaaaa", "2026-03-01", &[said]);
    let late = broadcast("yt:bbbbbbbbbbb", "2026-03-02", &[said]);
    let undated = broadcast("yt:ccccccccccc", "", &[said]);
    let other = broadcast("yt:ddddddddddd", "2026-02-01", &["The ferry will sail today."]);
    check(
        &[&other, &undated, &printed, &late, &early],
        &[
            "yt:aaaaaaaaaaa",
            "yt:bbbbbbbbbbb",
            "yt:ccccccccccc",
            "url:https://post.example.org/ferry",
            "yt:ddddddddddd",
        ],
    );
}

#[test]
fn what_is_said_twice_is_found_twice() {
    let said = "the ferry will not sail today ".repeat(2);
    let far = format!("{said}{}{said}", "and something else happened on the island ".repeat(20));
    let found = matches("the ferry will not sail today", &spoken(&far));
    assert!(found.len() >= 2, "{found:?}");
    assert!(found.iter().all(|found| found.verdict == Verdict::Verbatim));
}

#[test]
fn what_a_publisher_wrote_is_searched_too() {
    let mut record = spoken("Good morning from Skerry Island.");
    record.front.text = "The ferry will not sail today".to_owned();
    let place = Place::Front { part: FrontPart::Description, chars: 0..29 };
    record.front.pieces =
        vec![Piece { bytes: 0..29, place: place.clone(), speaker: None, role: None, after_break: true }];
    let found = matches("the ferry will not sail today", &record);
    assert_eq!(found[0].citation.place, place);
    assert_eq!(found[0].verdict, Verdict::Verbatim);
}

#[test]
fn quotations_of_an_article_are_found() {
    #[track_caller]
    fn check(paragraphs: &[&str], expected: &[&str]) {
        let found = quotations(&article("url:https://post.example.org/ferry", "2026-03-03", paragraphs));
        let words: Vec<&str> = found.iter().map(|found| found.words.as_str()).collect();
        assert_eq!(words, expected, "for {paragraphs:?}");
    }
    check(
        &["“The ferry will sail,” she said. “It sails at noon today.”"],
        &["The ferry will sail,", "It sails at noon today."],
    );
    check(&["She called it \"the end of it\" and \"wrong\"."], &["the end of it"]);
    check(&["‘The ferry won’t sail today,’ said Ada Morrow’s brother."], &["The ferry won’t sail today,"]);
    check(
        &["“The ferry will sail.", "“It sails at noon.” She left.", "No more of it."],
        &["The ferry will sail.", "It sails at noon."],
    );
    check(&["The islanders' ferry isn't theirs, it's the islanders' own"], &[]);
    check(&["He said \"the ferry will sail", "and no more was heard of him"], &["the ferry will sail"]);
}

#[test]
fn an_article_does_not_prove_itself() {
    let own = article(
        "url:https://post.example.org/ferry",
        "2026-03-03",
        &["“The ferry will not sail today,” she said."],
    );
    let said = spoken("The ferry will uh not sail today.");
    let quotation = quotations(&own).remove(0);
    let quote = quotation.quote().unwrap();
    let both = [quote.matches_in(&own), quote.matches_in(&said)].concat();
    let checked = quotation.clone().checked(&own.document, both);
    assert_eq!(checked.verdict, Some(Verdict::Verbatim));
    assert_eq!(checked.best.unwrap().citation.document.as_str(), "yt:a1B2c3D4-_5");
    assert_eq!(quotation.checked(&own.document, quote.matches_in(&own)).verdict, None);
}

/// Words of a small island, so that chance makes quotations that are nearly on record.
fn sentence(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let word = "the|ferry|will|won't|not|sail|we'll|we|twelve|12|hundred|uh|you|know|harbour|harbor|Walsh|Waltz|a|\\[the\\]|\\.\\.\\.|noon|2%|U\\.S\\.";
    proptest::collection::vec(word, length).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn differences_give_both_texts(asked in sentence(2..20), record in sentence(0..60)) {
        let folded = |texts: Vec<&str>| -> Vec<String> {
            crate::align::words(&texts.join(" ")).into_iter().map(|word| word.folded).collect()
        };
        if let Ok(quote) = Quote::of(&asked) {
            for found in quote.matches_in(&spoken(&record)) {
                let of = |other: Side| folded(found.difference.iter().filter(|(side, _)| *side != other).map(|(_, text)| text.as_str()).collect());
                prop_assert_eq!(of(Side::Record), folded(vec![&asked]), "quotation");
                prop_assert_eq!(of(Side::Quote), folded(vec![&found.text]), "record");
                prop_assert!(record.contains(&found.text));
                prop_assert!((0.0..=1.001).contains(&found.matched));
                let has_other = found.changes.iter().any(|change| change.likely == Likely::Altered);
                prop_assert_eq!(found.verdict == Verdict::Altered, has_other);
            }
        }
    }

    #[test]
    fn what_is_on_record_is_verbatim(before in sentence(0..30), asked in "[a-z]{4,9}( [a-z]{4,9}){3,12}", after in sentence(0..30)) {
        let record = spoken(&format!("{before} {asked} {after}"));
        let found = matches(&asked, &record);
        prop_assert_eq!(found.first().map(|found| found.verdict), Some(Verdict::Verbatim));
        prop_assert_eq!(&found[0].text, &asked);
    }

    #[test]
    fn no_text_is_too_much(asked in "\\PC{0,80}", record in "(\\PC|[a-z\\[\\]…\" ]){0,200}") {
        if let Ok(quote) = Quote::of(&asked) {
            let _ = quote.matches_in(&spoken(&record));
            let _ = quote.matches_in(&spoken(&format!("{record} {asked}")));
        }
        let _ = quotations(&article("url:https://post.example.org/ferry", "2026-03-03", &[&record]));
    }
}
