//! `search`.

use serde_json::json;

use crate::harbour::archive;
use crate::program::{Run, run};

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
        "speaker": "Ada Morrow",
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
