//! What the query language finds, and how what is wrong in it is told.

use std::fs;

use serde_json::{Value, json};

use crate::harbour::{put, weeks};
use crate::program::{Run, run_without_models as run};

fn search(query: &str, status: i32) -> Run {
    let folder = tempfile::tempdir().unwrap();
    run(&weeks(folder.path()), ["search", "--json", "--", query]).expect(status)
}

/// The path, the second and the segment of each hit, by path.
fn places(query: &str) -> Vec<Value> {
    let hits = search(query, 0).objects();
    let place = |hit: &Value| json!([hit["document"]["path"], hit["start_seconds"], hit["segment"]]);
    let mut places: Vec<Value> = hits.iter().map(place).collect();
    places.sort_by_key(Value::to_string);
    places
}

#[test]
fn what_reaches_from_one_line_into_the_next_is_found_once() {
    #[track_caller]
    fn check(query: &str, place: (f64, usize), end: f64, text: &str) {
        let hits = search(query, 0).objects();
        assert_eq!(hits.len(), 1, "for {query}: {hits:?}");
        assert_eq!(
            (&hits[0]["start_seconds"], &hits[0]["segment"]),
            (&json!(place.0), &json!(place.1)),
            "for {query}"
        );
        assert_eq!(hits[0]["end_seconds"], end, "for {query}");
        assert!(hits[0]["text"].as_str().unwrap().ends_with(text), "for {query}: {}", hits[0]);
    }
    let island = "The ferry to Skerry Island will not sail until Monday, the harbour master said.";
    check("\"skerry island will not\"", (4.5, 1), 12.0, island);
    check("island near/3 sail", (4.5, 1), 12.0, island);
    // Within one line it is that line's second.
    check("\"harbour master\"", (7.25, 2), 12.0, "the harbour master said.");
    let lantern = "and so the quiet lantern keeper slept while it rained all night long.";
    check("\"quiet lantern\"", (0.0, 0), 24.0, lantern);
    // From one passage into the next.
    let heron = "lantern keeper slept while it rained all night long. The heron flew away.";
    check("\"night long the heron\"", (20.0, 1), hits_end("heron"), heron);
    check("rained near/6 heron", (20.0, 1), hits_end("heron"), heron);
}

/// Where the hit of a query ends.
fn hits_end(query: &str) -> f64 {
    search(query, 0).objects()[0]["end_seconds"].as_f64().unwrap()
}

#[test]
fn nearness_in_time_is_kept() {
    // The one is said between 12 and 15 seconds, the other after 15.
    assert_eq!(places("late within/30s storm"), [json!(["Desk/ferry.md", 12.0, 3])]);
    search("morning within/5s storm", 1);
    assert_eq!(places("morning within/30s storm"), [json!(["Desk/ferry.md", 0.0, 0])]);
    search("late within/1h costs", 1);
}

#[test]
fn words_are_found_by_their_beginning_spelling_and_sound() {
    let captain = [json!(["Night/sail.md", 4.0, 1])];
    for query in
        ["navig*", "Morrow~", "Morrow~1", "sounds:navigashun", "sounds:\"kaptin moro\"", "captain -walrus"]
    {
        assert_eq!(places(query), captain, "for {query}");
    }
    for query in ["navix*", "morrow", "Marrrow~1", "captain -navigation", "\"navigate\""] {
        search(query, 1);
    }
}

#[test]
fn fields_choose_documents() {
    let (desk, sail, boats, heron) = ("Desk/ferry.md", "Night/sail.md", "Skerry/boats.md", "Skerry/heron.md");
    let paths = |query: &str| {
        let mut paths: Vec<Value> = places(query).into_iter().map(|mut place| place[0].take()).collect();
        paths.dedup();
        paths
    };
    assert_eq!(paths("ferry"), [desk, sail]);
    assert_eq!(paths("ferry title:boats"), [sail]);
    assert_eq!(paths("title:boats"), [sail, boats]);
    assert_eq!(paths("storm outlet:\"Skerry TV\""), [boats]);
    assert_eq!(paths("outlet:skerry"), [boats, heron]);
    assert_eq!(paths("storm on:2026-03-03"), [boats]);
    assert_eq!(paths("date:2026-03-03..2026-03-10"), [sail, boats]);
    assert_eq!(paths("kind:broadcast before:2026-03-03"), [desk]);
    // What is asked of the show that has only the copy is answered by the copy.
    assert_eq!(paths("\"harbour master\" -show:Desk"), ["Night/ferry.md"]);
    search("ferry kind:article", 1);
}

#[test]
fn a_condition_is_an_alternative_like_a_word() {
    for query in ["storm OR title:heron", "title:heron OR storm"] {
        let paths: Vec<Value> = places(query).into_iter().map(|mut place| place[0].take()).collect();
        assert_eq!(
            paths,
            ["Desk/ferry.md", "Skerry/boats.md", "Skerry/heron.md", "Skerry/heron.md"],
            "for {query}"
        );
    }
}

#[test]
fn each_mistake_is_pointed_at() {
    #[track_caller]
    fn check(query: &str, told: &str) {
        let refused = search(query, 2);
        assert_eq!(refused.stderr, format!("error: character {told}\n"));
        assert_eq!(refused.stdout, "");
    }
    check("((((", "4 of the query: expected a `)` for this `(`, found the end of the query\n((((\n   ^");
    check(
        "ferry after:2025-02-30",
        "13 of the query: expected a day from 01 to 28 in 2025-02, found `2025-02-30`\nferry after:2025-02-30\n            ^",
    );
    check("a*", "1 of the query: expected at least 2 letters before `*`, found `a*`\na*\n^");
    check(
        "-drill",
        "1 of the query: expected something to look for besides what is left out\n-drill\n^\n\
         hint: put a word or a condition without a hyphen beside it",
    );
    check(
        "ferry within/30 storm",
        "7 of the query: expected a time from 1 second to 1 hour after `within/`, found `30`\nferry within/30 storm\n      ^\n\
         hint: write `within/30s` or `within/1m30s`, or `near/8` for words; the words themselves go into quotation marks",
    );
    // Only the part around the place is shown.
    let shown = format!("…{}…\n{}^", "f".repeat(70), " ".repeat(41));
    check(
        &"f".repeat(100_000),
        &format!("4001 of the query: expected at most 4000 characters, found 100000\n{shown}"),
    );
}

#[test]
fn a_hit_in_what_has_changed_since_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    put(&root, "Skerry/boats.md", "The boats were sold.\n");
    let found = run(&root, ["search", "boats today", "--json"]);
    assert!(!found.stdout.contains("Skerry/boats.md"), "{}", found.stdout);
    assert!(found.stderr.contains("`Skerry/boats.md` has changed since it was indexed"), "{}", found.stderr);
    fs::remove_file(root.join("Skerry/boats.md")).unwrap();
    run(&root, ["index"]).expect(0);
    assert_eq!(
        run(&root, ["search", "boats today"]).expect(1).stderr,
        "nothing like this is in this record\n"
    );
}
