//! `search --save` and `saved`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harbour::{Broadcast, FERRY, put, weeks};
use crate::program::{Run, run_without_models as run};

/// An archive in which the search `Ferries` was saved.
fn begun() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    let saved = run(&root, ["search", "ferry", "--save", "Ferries"]).expect(0);
    assert_eq!(saved.stderr, "saved as `Ferries`: `onrecord saved 'Ferries'` tells what is new since\n");
    (folder, root)
}

/// A transcript of March with a hit in each of two passages.
fn put_new(root: &Path, day: u32) {
    let url = format!("https://radio.example.org/listen?id=new{day}");
    let lines = [(0.0, "The ferry is new."), (100.0, "Another ferry sails."), (200.0, "A gull.")];
    put(root, &format!("Desk/new{day}.md"), &Broadcast { day, url: &url, lines: &lines, ..FERRY }.text());
}

fn saved(root: &Path, options: &[&str], status: i32) -> Run {
    run(root, [&["saved", "Ferries"], options].concat()).expect(status)
}

/// The paths and seconds of what is new.
fn new_hits(root: &Path, options: &[&str]) -> Vec<Value> {
    let hits = saved(root, &[&["--json"], options].concat(), 0).objects();
    hits.iter().map(|hit| json!([hit["document"]["path"], hit["start_seconds"]])).collect()
}

#[test]
fn only_what_is_new_is_told_and_once() {
    let (folder, root) = begun();
    assert_eq!(saved(&root, &[], 1).stderr, "nothing new\n");
    let other =
        Broadcast { lines: &[(1.0, "The crane is painted.")], url: "https://x.example.org/1", ..FERRY };
    put(folder.path(), "crane.md", &other.text());
    run(&root, ["add", "../crane.md"]).expect(0);
    saved(&root, &[], 1);

    let lines = [(2.5, "The last ferry sails.")];
    let added = Broadcast { lines: &lines, day: 15, url: "https://x.example.org/2", ..FERRY };
    put(folder.path(), "last.md", &added.text());
    run(&root, ["add", "../last.md"]).expect(0);
    put_new(&root, 16);
    let hits = saved(&root, &["--json"], 0).objects();
    let starts: Vec<&Value> = hits.iter().map(|hit| &hit["start_seconds"]).collect();
    assert_eq!(starts, [&json!(2.5), &json!(0.0), &json!(100.0)], "the oldest first");
    assert!(hits.iter().all(|hit| hit["search"] == "Ferries"), "{hits:?}");
    let again = saved(&root, &["--json"], 1);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", "nothing new\n"));
}

#[test]
fn what_is_kept_stays_new() {
    let (_folder, root) = begun();
    put_new(&root, 16);
    let new = [json!(["Desk/new16.md", 0.0]), json!(["Desk/new16.md", 100.0])];
    assert_eq!(new_hits(&root, &["--keep"]), new);
    assert_eq!(new_hits(&root, &["--keep"]), new);
    assert_eq!(new_hits(&root, &[]), new);
    saved(&root, &["--keep"], 1);
}

#[test]
fn what_a_limit_cuts_off_is_shown_the_next_time() {
    let (_folder, root) = begun();
    for day in [14, 15, 16] {
        put_new(&root, day);
    }
    let first = saved(&root, &["--limit", "3", "--json"], 0);
    assert_eq!(first.stderr, "there is more: the same command shows it the next time\n");
    let mut seen: Vec<Value> =
        first.objects().iter().map(|hit| json!([hit["document"]["path"], hit["start_seconds"]])).collect();
    assert_eq!(seen.len(), 2, "documents are shown whole");
    seen.extend(new_hits(&root, &["--limit", "4"]));
    saved(&root, &[], 1);
    for day in [14, 15, 16] {
        for start in [0.0, 100.0] {
            let hit = json!([format!("Desk/new{day}.md"), start]);
            assert!(seen.contains(&hit), "{hit} was never shown: {seen:?}");
        }
    }
}

#[test]
fn a_limit_does_not_cut_through_a_document() {
    let (_folder, root) = begun();
    put_new(&root, 16);
    let seen = new_hits(&root, &["--limit", "1"]);
    assert!(seen.contains(&json!(["Desk/new16.md", 100.0])), "{seen:?}");
}

#[test]
fn searches_are_listed_and_forgotten() {
    let (_folder, root) = begun();
    run(&root, ["search", "walrus", "--save", "Big animals"]).expect(1);
    put_new(&root, 16);
    let listed = run(&root, ["saved", "--json"]).expect(0).objects();
    let short = |search: &Value| json!([search["name"], search["query"], search["new_documents"]]);
    let expected = [json!(["Big animals", "walrus", 0]), json!(["Ferries", "ferry", 1])];
    assert_eq!(listed.iter().map(short).collect::<Vec<_>>(), expected);
    assert!(listed[1]["saved"].as_str().unwrap() <= listed[1]["looked"].as_str().unwrap(), "{}", listed[1]);
    assert_eq!(saved(&root, &["--forget"], 0).stderr, "`Ferries` is forgotten\n");
    let gone = saved(&root, &[], 2);
    assert!(gone.stderr.starts_with("error: there is no saved search `Ferries`\nhint: "), "{}", gone.stderr);
    run(&root, ["saved", "Big animals", "--forget"]).expect(0);
    let none = run(&root, ["saved"]).expect(1);
    assert!(none.stderr.starts_with("no search is saved\nhint: "), "{}", none.stderr);
}

#[test]
fn a_name_is_taken_once_and_leads_nowhere() {
    let (folder, root) = begun();
    let twice = run(&root, ["search", "storm", "--save", "Ferries"]).expect(2);
    assert!(
        twice.stderr.contains("error: there is a saved search `Ferries` already\nhint: "),
        "{}",
        twice.stderr
    );
    assert_eq!(run(&root, ["saved", "--json"]).expect(0).objects()[0]["query"], "ferry");
    for name in ["../x", "a/b", ".hidden", ""] {
        run(&root, ["search", "ferry", &format!("--save={name}")]).expect(2);
    }
    run(&root, ["saved", "../x"]).expect(2);
    let kept: Vec<_> =
        fs::read_dir(root.join("Searches")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(kept, ["Ferries.json"]);
    assert!(!folder.path().join("x.json").exists() && !root.join("x.json").exists());
}

/// What can be made again is all that is in `.onrecord`.
#[test]
fn searches_outlive_the_index() {
    let (_folder, root) = begun();
    fs::remove_dir_all(root.join(".onrecord")).unwrap();
    run(&root, ["init", "."]).expect(0);
    saved(&root, &[], 1);
    put_new(&root, 16);
    fs::remove_dir_all(root.join(".onrecord/index")).unwrap();
    assert_eq!(new_hits(&root, &[]).len(), 2);
    run(&root, ["verify"]).expect(0);
}
