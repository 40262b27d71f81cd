//! `search`.

use serde_json::{Value, json};

use crate::harbour::{Broadcast, FERRY, archive, put, weeks};
use crate::program::{Run, run, run_without_models};

fn search(arguments: &[&str], status: i32) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    run(&root, [&["search"], arguments].concat()).expect(status)
}

#[test]
fn a_hit_has_the_shape_of_the_contract() {
    let hits = search(&["\"Island will not\"", "--json"], 0).objects();
    let hit =
        hits.iter().find(|hit| hit["document"]["path"] == "Harbour Radio - Morning Desk/ferry.md").unwrap();
    let mut hit = hit.clone();
    assert!(hit["score"].take().as_f64().unwrap() > 0.0);
    let expected = json!({
        "document": {
            "id": "url:https://radio.example.org/listen?id=ferry",
            "path": "Harbour Radio - Morning Desk/ferry.md",
            "kind": "broadcast",
            "title": "Ferry to Skerry Island stops for a week",
            "outlet": "Harbour Radio",
            "show": "Harbour Radio - Morning Desk",
            "date": "2026-03-02",
            "url": "https://radio.example.org/listen?id=ferry",
        },
        "start_seconds": 4.5, "end_seconds": 11.0, "segment": 1,
        "rank": hit["rank"], "score": null,
        "text": "The ferry to Skerry Island will not sail until Monday, the harbour master said.",
        "words": [[20, 35]],
        "link": "https://radio.example.org/listen?id=ferry#t=4.5",
        // Two people say it.
        "speaker": null,
        "sentence": "The ferry to Skerry Island will not sail until Monday, the harbour master said.",
        "mode": "words", "suspect": false, "missing": [], "also_in": [],
    });
    assert_eq!(hit, expected);
    assert_eq!(hits.len(), 2, "the file without times says it, too");
    let untimed = hits.iter().find(|hit| hit["document"]["path"] == "Tides/tide.md").unwrap();
    assert_eq!((&untimed["start_seconds"], &untimed["segment"]), (&json!(null), &json!(1)));
    assert_eq!(untimed["link"], "https://radio.example.org/listen?id=tide");
}

#[test]
fn people_get_the_sentence_its_second_and_a_link() {
    let printed = search(&["skerry ferries", "--show", "morning"], 0);
    let expected = "  1  Harbour Radio - Morning Desk, 2026-03-02: Ferry to Skerry Island stops for a week
     00:00:04  Ada Morrow: The ferry to Skerry Island will not sail until Monday, the harbour master said.
     https://radio.example.org/listen?id=ferry#t=4.5
";
    assert_eq!(printed.stdout, expected);
    assert_eq!(printed.stderr, "");
}

#[test]
fn nothing_found_is_no_error() {
    let nothing = search(&["walrus"], 1);
    assert_eq!(
        (nothing.stdout.as_str(), nothing.stderr.as_str()),
        ("", "nothing like this is in this record\n")
    );
    assert_eq!(search(&["walrus", "--json", "--quiet"], 1).stdout, "");
    assert_eq!(search(&["watching"], 1).stdout, "", "that line is doubted");
    assert_eq!(search(&["watching", "--with-suspects", "--json"], 0).objects().len(), 1);
}

#[test]
fn a_query_that_is_none_is_pointed_at() {
    let error = search(&["ferry (storm OR"], 2);
    assert_eq!(
        error.stderr,
        "error: character 16 of the query: expected a word, a phrase or `(` after `OR`, found the end of the query\nferry (storm OR\n               ^\n"
    );
    for query in ["((((", "\"open", "", "*", &"ferry ".repeat(20_000)] {
        let error = search(&[query], 2);
        assert!(error.stderr.starts_with("error: character "), "{}", error.stderr);
    }
    search(&["ferry", "--after", "2026-02-30"], 2);
    search(&["ferry", "--limit", "0"], 2);
    assert!(
        search(&["ferry", "--show", "Nobody"], 2).stderr.contains("hint: `onrecord status` lists the shows")
    );
}

#[test]
fn filters_narrow() {
    let paths = |arguments: &[&str]| {
        let all = [&["storm", "--json"], arguments].concat();
        let mut paths: Vec<String> = search(&all, 0)
            .objects()
            .iter()
            .map(|hit| hit["document"]["path"].as_str().unwrap().to_string())
            .collect();
        paths.sort();
        paths
    };
    let (late, morning, tide) =
        ("Harbour Radio - Late/storm.md", "Harbour Radio - Morning Desk/ferry.md", "Tides/tide.md");
    assert_eq!(paths(&[]), [late, morning, tide]);
    assert_eq!(paths(&["--after", "2026-03-05"]), [late]);
    assert_eq!(paths(&["--before", "2026-03-05"]), [morning, tide]);
    assert_eq!(paths(&["--show", "Harbour Radio - Late"]), [late]);
    assert_eq!(paths(&["--limit", "2"]).len(), 2);
}

#[test]
fn hostile_text_does_not_steer_a_terminal() {
    let printed = search(&["storm here"], 0).stdout;
    assert!(!printed.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{printed:?}");
    assert!(
        printed.contains("The storm \u{fffd}]0;owned\u{fffd} \u{fffd}31m is here, \"and\" 5 < 6."),
        "{printed}"
    );
    let object = search(&["storm here", "--json"], 0);
    assert!(!object.stdout.contains('\u{1b}'), "JSON escapes it");
    assert!(object.objects()[0]["text"].as_str().unwrap().contains('\u{1b}'), "and loses nothing");
}

#[test]
fn a_file_that_is_no_transcript_is_found_by_its_characters() {
    let hit = search(&["crane painted", "--json"], 0).objects().remove(0);
    assert_eq!(hit["chars"], json!([22, 54]));
    assert_eq!((&hit["text"], &hit["link"]), (&json!("The crane was painted – at last."), &json!(null)));
}

/// In the archive of two weeks.
fn search_weeks(arguments: &[&str], status: i32) -> Run {
    let folder = tempfile::tempdir().unwrap();
    run_without_models(&weeks(folder.path()), [&["search"], arguments].concat()).expect(status)
}

fn paths(run: &Run) -> Vec<Value> {
    run.objects().iter().map(|hit| hit["document"]["path"].clone()).collect()
}

#[test]
fn hits_come_in_the_order_of_their_days() {
    let newest = ["Skerry/heron.md", "Night/sail.md", "Skerry/boats.md", "Desk/ferry.md"];
    let oldest = ["Desk/ferry.md", "Skerry/boats.md", "Night/sail.md", "Skerry/heron.md"];
    let query = ["ferry OR boats OR \"heron flew\"", "--json", "--sort"];
    assert_eq!(paths(&search_weeks(&[&query[..], &["newest"]].concat(), 0)), newest);
    assert_eq!(paths(&search_weeks(&[&query[..], &["oldest"]].concat(), 0)), oldest);
    let first = search_weeks(&[&query[..], &["oldest", "--limit", "1"]].concat(), 0);
    assert_eq!(paths(&first), oldest[..1]);
}

#[test]
fn a_document_may_stand_for_its_hits() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    let lines =
        [(0.0, "A puffin lands."), (100.0, "The puffin eats."), (200.0, "Puffins sleep."), (300.0, "Fog.")];
    let puffins = Broadcast { url: "https://radio.example.org/listen?id=puffin", lines: &lines, ..FERRY };
    put(&root, "Desk/puffin.md", &puffins.text());
    run_without_models(&root, ["index"]).expect(0);
    let ask = |options: &[&str]| {
        run_without_models(&root, [&["search", "puffin OR heron"], options].concat()).expect(0)
    };
    let single = ask(&["--json"]).objects();
    assert_eq!(single.len(), 4);
    assert!(single.iter().all(|hit| hit.get("hits_in_document").is_none()), "{single:?}");
    let mut grouped: Vec<(String, u64)> = ask(&["--group", "document", "--json"])
        .objects()
        .iter()
        .map(|hit| {
            let path = hit["document"]["path"].as_str().unwrap();
            (path.to_owned(), hit["hits_in_document"].as_u64().unwrap())
        })
        .collect();
    grouped.sort();
    assert_eq!(grouped, [("Desk/puffin.md".to_owned(), 3), ("Skerry/heron.md".to_owned(), 1)]);
    let printed = ask(&["--group", "document"]).stdout;
    assert!(printed.contains("     3 hits in this document\n"), "{printed}");
}

#[test]
fn what_is_said_around_a_hit_is_shown() {
    let around = |lines: &str| {
        search_weeks(&["\"ferry is late\"", "--json", "--context", lines], 0).objects()[0]["context"].take()
    };
    let before = ["The ferry to Skerry Island", "will not sail until Monday, the harbour master said."];
    assert_eq!(around("1"), json!({"before": before[1..], "after": ["A storm is near."]}));
    assert_eq!(around("2"), json!({"before": before, "after": ["A storm is near."]}));
    assert_eq!(around("0"), Value::Null);
    let printed = search_weeks(&["\"ferry is late\"", "--context", "1"], 0).stdout;
    let expected = "  1  Harbour Radio - Morning Desk, 2026-03-02: Ferry to Skerry Island stops for a week
               will not sail until Monday, the harbour master said.
     00:00:12  The ferry is late.
               A storm is near.
     also in Harbour Radio - Night, 2026-03-02: Ferry to Skerry Island stops for a week
     https://radio.example.org/listen?id=ferry#t=12
";
    assert_eq!(printed, expected);
}

#[test]
fn hits_are_only_counted() {
    let counted = search_weeks(&["ferry OR boats", "--count", "--json"], 0).objects();
    assert_eq!(counted.len(), 1);
    assert_eq!(
        (&counted[0]["query"], &counted[0]["hits"], &counted[0]["documents"]),
        (&json!("ferry OR boats"), &json!(3), &json!(3))
    );
    let printed = search_weeks(&["storm", "--count"], 0).stdout;
    assert!(printed.starts_with("2 passages in 2 documents, "), "{printed}");
    let none = search_weeks(&["walrus", "--count"], 1);
    assert_eq!(none.stdout, "0 passages in 0 documents, 0.0 minutes\n");
}

#[test]
fn a_query_is_explained_without_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let explain = |options: &[&str]| {
        let query = "(ferry OR boat*) -storm after:2026-03-01";
        run(folder.path(), [&["search", query, "--explain"], options].concat()).expect(0)
    };
    let expected = "all of:
  one of:
    the word `ferry`, with any ending
    a word that begins with `boat`
  not the word `storm`, with any ending
  published on 2026-03-01 or later
";
    assert_eq!(explain(&[]).stdout, expected);
    assert_eq!(explain(&["--json"]).objects()[0]["explanation"], expected.trim_end());
}

#[test]
fn a_recording_under_two_shows_is_one_hit() {
    let hits = search_weeks(&["\"harbour master\"", "--json"], 0);
    assert_eq!(paths(&hits), ["Desk/ferry.md"]);
    let mut hit = hits.objects().remove(0);
    let also = hit["also_in"].as_array_mut().unwrap();
    assert_eq!(also.len(), 1);
    assert_eq!(also[0]["why"], "same_recording");
    assert_eq!(also[0]["document"]["path"], "Night/ferry.md");
    assert_eq!(also[0]["document"]["show"], "Harbour Radio - Night");
}

#[test]
fn a_recording_under_two_shows_is_one_hit_of_either() {
    for (show, path) in
        [("Harbour Radio - Morning Desk", "Desk/ferry.md"), ("Harbour Radio - Night", "Night/ferry.md")]
    {
        let hits = search_weeks(&["\"harbour master\"", "--show", show, "--json"], 0);
        assert_eq!(paths(&hits), [path]);
    }
}
