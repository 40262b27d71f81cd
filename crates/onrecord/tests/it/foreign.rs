//! `add` with transcripts of other programs.

use crate::program::run;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,500\nAda Morrow: Good morning.\n\n2\n00:00:03,000 --> 00:00:04,000\n\
Ada Morrow: The ferry will not sail.\n\n";

const VTT: &str = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ada Morrow>The crane was painted.\n";

const WHISPER: &str = r#"{"text": "x", "language": "en", "segments": [
{"id": 0, "start": 0.0, "end": 2.0, "text": " The tide turns at noon.", "words": [{"word": " The", "start": 0.0, "end": 0.2, "probability": 0.9}, {"word": " tide turns at noon.", "start": 0.2, "end": 2.0, "probability": 0.8}]},
{"id": 1, "start": 20.740000000000002, "end": 22.0, "text": " Thank you."}, {"id": 2, "start": 22, "end": 23, "text": " Thank you."},
{"id": 3, "start": 23, "end": 24, "text": " Thank you."}, {"id": 4, "start": "soon", "text": " Lost."}]}"#;

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn add(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    run(folder, [&["--archive", "news", "add", "--json"], arguments].concat()).expect(0).objects()
}

#[test]
fn captions_become_a_transcript_and_are_added_once() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    put(folder.path(), "talk.srt", SRT);
    let options =
        ["--show", "Harbour Radio", "--date", "2026-03-02", "--url", "https://radio.example.org/talk"];
    let added = add(folder.path(), &[&["talk.srt"], &options[..]].concat());
    assert_eq!((&added[0]["status"], &added[0]["issues"]), (&json!("added"), &json!([])));
    assert_eq!(added[0]["document"]["path"], "Harbour Radio/20260302_Harbour Radio_4s.md");
    assert_eq!(added[0]["document"]["title"], "talk");
    let again = add(folder.path(), &["talk.srt"]);
    assert_eq!(again[0]["status"], "unchanged", "the same bytes");
    let transcript =
        fs::read_to_string(folder.path().join("news/Harbour Radio/20260302_Harbour Radio_4s.md")).unwrap();
    assert!(
        transcript.contains("\n* Good morning. [[00:00:01](https://radio.example.org/talk&t=1.0s)]\n"),
        "{transcript}"
    );
    assert!(transcript.contains("\nTranscription Model: unknown, from SRT (onrecord "), "{transcript}");
    let found = run(folder.path(), ["--archive", "news", "search", "ferry", "--json"]).expect(0).objects();
    assert_eq!((&found[0]["start_seconds"], &found[0]["end_seconds"]), (&json!(3.0), &json!(4.0)));
    assert_eq!(found[0]["speaker"], "Ada Morrow");
}

#[test]
fn what_stands_beside_captions_describes_them() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    put(folder.path(), "talk.en.vtt", VTT);
    let info = r#"{"title": "Crane", "channel": "Harbour TV", "upload_date": "20260304", "duration": 90.4, "webpage_url": "https://tv.example.org/crane"}"#;
    put(folder.path(), "talk.info.json", info);
    let added = add(folder.path(), &["talk.en.vtt"]);
    let document = &added[0]["document"];
    assert_eq!(document["path"], "Harbour TV/20260304_Harbour TV_90s.md");
    assert_eq!(
        (&document["title"], &document["url"]),
        (&json!("Crane"), &json!("https://tv.example.org/crane"))
    );
    let sidecar =
        fs::read_to_string(folder.path().join("news/Harbour TV/20260304_Harbour TV_90s.json")).unwrap();
    let sidecar: Value = serde_json::from_str(&sidecar).unwrap();
    assert_eq!(sidecar["language"], json!({ "code": "en" }));
    assert_eq!(
        (&sidecar["source"]["file_name"], &sidecar["source"]["format"]),
        (&json!("talk.en.vtt"), &json!("vtt"))
    );
}

#[test]
fn words_doubts_and_defects_of_a_recogniser_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    put(folder.path(), "talk.json", WHISPER);
    let added = add(folder.path(), &["talk.json", "--show", "Tides", "--date", "2026-03-02"]);
    let issue =
        json!([{ "place": "segments[4].start", "message": "expected seconds from 0 up, found `\"soon\"`" }]);
    assert_eq!(added[0]["issues"], issue);
    let transcript = fs::read_to_string(folder.path().join("news/Tides/20260302_Tides_24s.md")).unwrap();
    assert!(transcript.contains("&t=20.740000000000002s)]"), "times are as exact as they were: {transcript}");
    let shown = run(folder.path(), ["--archive", "news", "show", "talk", "--json"]).expect(0).objects();
    let suspects: Vec<&Value> = shown.iter().map(|line| &line["suspect"]).collect();
    assert_eq!(suspects, [&Value::Null, &Value::Null, &json!("loop"), &json!("loop")]);
}

#[test]
fn a_folder_gives_each_recording_once() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    put(folder.path(), "in/a.srt", SRT);
    put(folder.path(), "in/a.json", WHISPER);
    put(
        folder.path(),
        "in/a.info.json",
        r#"{"title": "Tide", "webpage_url": "https://tv.example.org/tide"}"#,
    );
    put(folder.path(), "in/b.en.vtt", VTT);
    put(
        folder.path(),
        "in/c.json",
        r#"{"version": 1, "program": {"name": "x", "version": "1"}, "created": "2026-03-03T06:30:00Z", "segments": []}"#,
    );
    put(folder.path(), "in/notes.txt", "The crane was painted at last.\n");
    put(folder.path(), "in/times.txt", "[00:05] Good morning.\n[00:07] The pier is closed.\n");
    let added = add(folder.path(), &["in"]);
    let paths: Vec<&str> = added.iter().filter_map(|seen| seen["path"].as_str()).collect();
    // A text without times is an article.
    assert_eq!(paths, ["in/a.json", "in/b.en.vtt", "in/notes.txt", "in/times.txt"]);
    assert!(added.iter().all(|seen| seen["status"] == "added"), "{added:?}");
}

#[test]
fn what_is_no_transcript_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    put(folder.path(), "a.json", "{\"other\": 1}");
    put(folder.path(), "b.srt", "No times.\n");
    let refused = run(folder.path(), ["--archive", "news", "add", "a.json", "b.srt"]).expect(2);
    assert!(
        refused.stderr.contains("`a.json`: expected a transcript as SRT, WebVTT, TTML, JSON"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("`b.srt`: expected SRT with something said, found none: 1:1: expected a caption, found `No times.`"), "{}", refused.stderr);
}
