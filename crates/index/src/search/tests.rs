use jiff::civil::date;
use record::{MediaTime, Place};

use super::*;
use crate::testing::{Made, TestArchive, bracketed, shown};

fn said(count: usize, word: &str) -> String {
    // Numbered: the same word again and again would be doubted.
    (1..=count).map(|number| format!("{word}{number}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_hit_stands_at_its_own_second() {
    let archive = TestArchive::new();
    let made = Made::saying(
        1,
        &[
            "Good morning.",
            "The ferry to Skerry Island",
            "will not sail until Monday.",
            "The harbour master said so.",
        ],
    );
    archive.put("Harbour/a.md", made.text());
    archive.update();
    #[track_caller]
    fn check(archive: &TestArchive, query: &str, expected: &[&str]) {
        assert_eq!(shown(&archive.search(query)), expected, "for {query}");
    }
    check(&archive, "sailing", &["Harbour/a.md Some(10.0) will not [sail] until Monday."]);
    check(
        &archive,
        "\"island will not\"",
        &["Harbour/a.md Some(5.0) The ferry to Skerry [Island will not] sail until Monday."],
    );
    check(&archive, "\"ferry will\"", &[]);
    check(
        &archive,
        "masters monday",
        &["Harbour/a.md Some(10.0) will not sail until [Monday]. The harbour [master] said so."],
    );
    check(&archive, "monday -ferry", &[]);
    check(&archive, "gale OR Skerry", &["Harbour/a.md Some(5.0) The ferry to [Skerry] Island"]);
    check(&archive, "MORNING", &["Harbour/a.md Some(0.0) Good [morning]."]);
}

#[test]
fn a_hit_says_all_about_its_place() {
    let archive = TestArchive::new();
    let made = Made::saying(1, &["The storm is over, said", "the harbour master. We", "sail again."]);
    archive.put("a.md", made.text());
    archive.put("a.json", made.sidecar(&[], 7));
    archive.update();
    let hit = archive.search("master").pop().unwrap();
    let time = |millis| Some(MediaTime::from_millis(millis));
    assert_eq!(hit.place, Place::Spoken { segment: 1, start: time(5_000), end: time(9_500) });
    assert_eq!(hit.link.as_deref(), Some("https://radio.example.org/listen?id=1#t=5"));
    assert_eq!(hit.speaker.as_deref(), Some("speaker 2"));
    assert_eq!(bracketed(&hit.text, &hit.words), "the harbour [master]. We");
    assert_eq!(
        bracketed(&hit.sentence.text, &hit.sentence.words),
        "The storm is over, said the harbour [master]."
    );
    assert!(hit.score > 0.0);
    assert_eq!(hit.document.title.as_deref(), Some("Ferry news"));
    assert_eq!(hit.document.date, Some(date(2026, 3, 2)));
}

#[test]
fn a_phrase_is_found_across_two_passages_once() {
    let archive = TestArchive::new();
    // The first passage is full before the phrase is over.
    let first = format!("{} weapons of", said(62, "one"));
    let second = said(61, "two");
    // As long as it takes to say them: what nobody can say in that time is doubted.
    let segments =
        [(0.0, first.as_str()), (25.0, "mass destruction were"), (28.0, &second), (54.0, "the end of it")];
    let segments = segments.map(|(start, said)| (Some(start), said.to_owned())).to_vec();
    archive.put("a.md", Made { segments, ..Made::default() }.text());
    archive.update();
    let hits = archive.search("\"weapons of mass destruction\"");
    assert_eq!(hits.len(), 1);
    let end = Some(MediaTime::from_millis(28_000));
    assert_eq!(hits[0].place, Place::Spoken { segment: 0, start: Some(MediaTime::ZERO), end });
    assert!(bracketed(&hits[0].text, &hits[0].words).ends_with("[weapons of mass destruction] were"));
    // However much of it stands on either side.
    assert_eq!(
        archive.search("\"one58 one59 one60 one61 one62 weapons of mass destruction were two1 two2\"").len(),
        1
    );
    assert_eq!(
        archive.search("\"six one59 one60 one61 one62 weapons of mass destruction were two1 two2\"").len(),
        0
    );
    assert_eq!(
        archive.search("\"of mass\" destruction -two1").len(),
        0,
        "the words of a query share a passage"
    );
    // Wholly in the first words of a passage, or wholly in the last: found there, once.
    assert_eq!(archive.search("\"mass destruction\"").len(), 1);
    assert_eq!(archive.search("\"weapons of\"").len(), 1);
}

#[test]
fn no_phrase_reaches_across_a_silence() {
    let archive = TestArchive::new();
    let segments = vec![(Some(0.0), "high".to_owned()), (Some(100.0), "water".to_owned())];
    archive.put("a.md", Made { segments, ..Made::default() }.text());
    archive.update();
    assert_eq!(archive.search("\"high water\""), []);
    assert_eq!(archive.search("high OR water").len(), 2);
}

#[test]
fn doubted_segments_are_found_only_when_asked_for() {
    let archive = TestArchive::new();
    let made = Made::saying(1, &["The ferry sails.", "Thanks for watching the ferry.", "The ferry docks."]);
    archive.put("a.md", made.text());
    archive.put("a.json", made.sidecar(&[1], 7));
    archive.update();
    let with_suspects = SearchOptions { with_suspects: true, ..SearchOptions::default() };
    assert_eq!(archive.search("watching"), []);
    assert_eq!(archive.search("ferry").len(), 2);
    assert_eq!(
        shown(&archive.search_with("watch ferry", &with_suspects)),
        ["a.md Some(5.0) Thanks for [watching] the [ferry].",]
    );
    assert_eq!(archive.search_with("\"the ferry\"", &with_suspects).len(), 3);
}

#[test]
fn a_hit_in_a_file_without_times_opens_the_recording() {
    let archive = TestArchive::new();
    let segments = vec![(None, "The ferry".to_owned()), (None, "waits.".to_owned())];
    archive.put("a.md", Made { segments, ..Made::default() }.text());
    archive.update();
    let hit = archive.search("waits").pop().unwrap();
    assert_eq!(hit.place, Place::Spoken { segment: 1, start: None, end: None });
    assert_eq!(hit.link.as_deref(), Some("https://radio.example.org/listen?id=1"));
}

#[test]
fn a_file_that_is_no_transcript_is_text() {
    let archive = TestArchive::new();
    archive.put("notes.md", "Notes\n\nThe ferry – \u{201c}Eleonora\u{201d} –\nis late.\n");
    archive.put("empty.md", "");
    archive.put("zeros.md", [0; 5_000]);
    archive.put(
        "noise.md",
        (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>(),
    );
    archive.put("line.md", "ferry ".repeat(100_000));
    assert_eq!(archive.updated(), [5, 0, 0, 0]);
    let hit = archive.search("eleonora").pop().unwrap();
    assert_eq!(hit.place, Place::Written { chars: 7..31 });
    assert_eq!(
        (hit.link, bracketed(&hit.text, &hit.words).as_str()),
        (None, "The ferry – \u{201c}[Eleonora]\u{201d} –")
    );
    assert_eq!(archive.index().catalogue().summary().unwrap().opaque_documents, 5);
}

#[test]
fn a_search_can_be_narrowed() {
    let archive = TestArchive::new();
    let put = |name: &str, show: &str, date: &str| {
        let made = Made { show, date, ..Made::saying(name.as_bytes()[0].into(), &["The ferry."]) };
        archive.put(name, made.text());
    };
    put("a.md", "Harbour Radio - Morning Desk", "March 01, 2026");
    put("b.md", "Harbour Radio - Evening Desk", "March 02, 2026");
    put("c.md", "Morning", "March 03, 2026");
    put("d.md", "Morning", "February 31, 2026"); // A day that no calendar has.
    archive.put("e.md", "The ferry in a file without a show or a date.");
    archive.update();
    let found = |show: Option<&str>, after, before| {
        let show = show.map(str::to_owned);
        let options = SearchOptions { show, after, before, ..SearchOptions::default() };
        let mut paths: Vec<String> =
            archive.search_with("ferry", &options).into_iter().map(|hit| hit.document.path).collect();
        paths.sort();
        paths.join(" ")
    };
    assert_eq!(found(None, None, None), "a.md b.md c.md d.md e.md");
    assert_eq!(found(Some("morning"), None, None), "c.md d.md");
    assert_eq!(found(Some("desk"), None, None), "a.md b.md");
    assert_eq!(found(None, Some(date(2026, 3, 2)), None), "b.md c.md");
    assert_eq!(found(None, None, Some(date(2026, 3, 2))), "a.md");
    assert_eq!(found(Some("Desk"), Some(date(2026, 3, 2)), Some(date(2026, 3, 3))), "b.md");
    assert_eq!(found(None, Some(date(2027, 1, 1)), None), "");
    let options = SearchOptions { show: Some("Noon".to_owned()), ..SearchOptions::default() };
    let error = archive.index().search(&Query::parse("ferry").unwrap(), &options).unwrap_err();
    insta::assert_snapshot!(error, @r"
        no show has a name with `Noon`
        hint: `onrecord status` lists the shows
        ");
    let options = SearchOptions { limit: MAX_HITS + 1, ..SearchOptions::default() };
    let error = archive.index().search(&Query::parse("ferry").unwrap(), &options).unwrap_err();
    insta::assert_snapshot!(error, @"expected at most 10000 hits to be asked for, found 10001");
}

#[test]
fn a_longer_list_begins_like_a_shorter_one() {
    let archive = TestArchive::new();
    // All equally good: only the order that is always the same keeps them apart.
    for number in 0..40 {
        archive.put(&format!("{number}.md"), Made::saying(number, &["The ferry is late."]).text());
    }
    archive.update();
    let all = archive.search("ferry");
    assert_eq!(all.len(), 40);
    for limit in [0, 1, 7, 39, 40, 41] {
        let some = archive.search_with("ferry", &SearchOptions { limit, ..SearchOptions::default() });
        assert_eq!(some, all[..limit.min(40)]);
    }
}

/// Where the hits of a question stand: file and second.
fn places(archive: &TestArchive, question: &str) -> Vec<String> {
    let place = |hit: Hit| {
        let place = serde_json::to_value(&hit.place).unwrap();
        format!("{} {}", hit.document.path, place["start_seconds"])
    };
    archive.search(question).into_iter().map(place).collect()
}

#[test]
fn a_question_for_a_number_is_answered_by_one() {
    let archive = TestArchive::new();
    let without = "Many passengers were injured when the ferry struck the pier, and passengers were crying.";
    let with = "The ferry struck the pier, and at least 31 passengers were injured, as the coast guard says.";
    archive.put("a.md", Made::saying(1, &[without]).text());
    archive.put("b.md", Made::saying(2, &[with]).text());
    archive.update();
    assert_eq!(places(&archive, "injured passengers of the ferry")[0], "a.md 0.0");
    assert_eq!(places(&archive, "how many injured passengers of the ferry")[0], "b.md 0.0");
}

#[test]
fn a_question_is_answered_by_several_documents() {
    let archive = TestArchive::new();
    let mut long = Made::saying(1, &["The ferry to Norrholm has struck the old pier again."; 12]);
    // Each a passage of its own, at a place of its own.
    for (index, (start, text)) in long.segments.iter_mut().enumerate() {
        *start = Some(index as f64 * 60.0);
        text.push_str(&format!(" Hour {index}."));
    }
    archive.put("long.md", long.text());
    let others = [
        "Nobody at the harbour office wanted to tell us this morning why the ferry to Norrholm struck the pier.",
        "What the ferry to Norrholm did when it struck the pier is not known to anybody whom we asked about it.",
    ];
    for (id, text) in others.into_iter().enumerate() {
        archive.put(&format!("{id}.md"), Made::saying(id + 2, &[text]).text());
    }
    archive.update();
    let places = places(&archive, "ferry to Norrholm struck pier");
    assert_eq!(places.len(), 14, "{places:?}");
    for other in ["0.md 0.0", "1.md 0.0"] {
        assert!(places[..10].iter().any(|place| place == other), "{places:?}");
    }
}

#[test]
fn what_is_beside_a_hit_comes_behind_other_places() {
    let archive = TestArchive::new();
    let said = |at: usize| {
        let rest: Vec<String> = (0..45).map(|word| format!("word{at}x{word}")).collect();
        format!("The ferry to Norrholm struck the pier {}", rest.join(" "))
    };
    let all: Vec<String> = (0..13).map(said).collect();
    let mut long = Made::saying(1, &all.iter().map(String::as_str).collect::<Vec<_>>());
    // All equally good, and each a place of its own.
    for (index, (start, _)) in long.segments.iter_mut().enumerate() {
        *start = Some(index as f64 * 60.0);
    }
    archive.put("a.md", long.text());
    archive.update();
    let places = places(&archive, "ferry to Norrholm struck pier");
    // The tenth hit is at 540 s.
    assert_eq!(places[10..], ["a.md 660.0", "a.md 600.0", "a.md 720.0"]);
}

#[test]
fn answers_begin_alike_however_many_are_wanted() {
    let archive = TestArchive::new();
    for number in 0..9 {
        let mut made = Made::saying(number, &["The ferry to Norrholm struck the pier in the storm."; 5]);
        for (index, (start, text)) in made.segments.iter_mut().enumerate() {
            *start = Some(index as f64 * 60.0);
            text.push_str(&format!(" Hour {index} of {number}."));
        }
        archive.put(&format!("{number}.md"), made.text());
    }
    archive.update();
    for by_document in [false, true] {
        let answers = |limit: usize| {
            let options = SearchOptions { limit, by_document, ..SearchOptions::default() };
            archive.search_with("ferry to Norrholm struck pier", &options)
        };
        let all = answers(1_000);
        assert_eq!(all.len(), if by_document { 9 } else { 45 });
        assert!(all.windows(2).all(|pair| pair[0].score >= pair[1].score), "scores never rise");
        for limit in [0, 1, 7, 9, 10, 11, 40] {
            assert_eq!(answers(limit), all[..limit.min(all.len())], "{limit}");
        }
    }
}

#[test]
fn without_an_index_there_is_a_hint() {
    let archive = TestArchive::new();
    let error = |archive: &TestArchive| {
        let error = Index::open(&archive.archive).err().unwrap().to_string();
        error.replace(&archive.archive.root().display().to_string(), "ARCHIVE")
    };
    insta::assert_snapshot!(error(&archive), @r"
        the archive has no index yet: there is no `ARCHIVE/.onrecord/index/catalogue.sqlite`
        hint: `onrecord index` makes it
        ");
    assert!(!exists(&archive.archive));
    archive.update();
    assert!(exists(&archive.archive));
    std::fs::write(IndexPaths::of(&archive.archive).catalogue, "no database at all, but text of some length")
        .unwrap();
    insta::assert_snapshot!(error(&archive), @r"
        cannot use the catalogue `ARCHIVE/.onrecord/index/catalogue.sqlite`: file is not a database
        hint: nothing is lost: `onrecord index --rebuild` makes it anew from the archive's files
        ");
}
