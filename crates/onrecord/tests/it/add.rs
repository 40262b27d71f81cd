//! `add`: into the archive, once; and a killed run goes on.

use crate::program::{broadcast, command, has_model, run};
use std::path::Path;
use std::time::{Duration, Instant};

const TRANSCRIPT: &str = "---\nDate Generated: June 02, 2025\nTranscription Model: whisper medium 20231117\nLength: 9s\n\
Video Keywords: ['harbour']\nVideo Views: 3\nVideo Rating: None\nVideo Description: Talks.\n---\n\n# Harbour talks\n\
**Calder Bay News:** [June 01, 2025](https://example.org/watch?v=1)\n\
*  The talks go on. [[00:00:00](https://example.org/watch?v=1&t=0.0s)]\n\
*  Nobody leaves. [[00:00:04](https://example.org/watch?v=1&t=4.5s)]\n";

fn archive(folder: &Path) {
    run(folder, ["init", "news"]).expect(0);
}

/// What `scripts/first-run.sh` ends with, and the README begins with.
#[test]
fn the_first_run_finds_its_sentence() {
    if !has_model("base") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    broadcast(folder.path(), "talk.flac");
    run(folder.path(), ["--archive", "news", "add", "talk.flac"]).expect(0);
    let query = include_str!("../../../../demo/search.txt").trim();
    let found = run(folder.path(), ["--archive", "news", "search", query]).expect(0);
    let readme = include_str!("../../../../README.md");
    for line in found.stdout.lines() {
        assert!(readme.contains(line), "the README shows another run than\n{}", found.stdout);
    }
}

#[test]
fn a_transcript_is_stored_byte_for_byte_and_once() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    std::fs::write(folder.path().join("a.md"), TRANSCRIPT).unwrap();
    let added = run(folder.path(), ["--archive", "news", "add", "a.md", "--json"]).expect(0);
    let object = &added.objects()[0];
    assert_eq!(object["status"], "added");
    assert_eq!(object["issues"], serde_json::json!([]));
    let document = &object["document"];
    assert_eq!(document["id"], "url:https://example.org/watch?v=1");
    assert_eq!(document["path"], "Calder Bay News/20250601_Calder Bay News_9s.md");
    let stored = folder.path().join("news/Calder Bay News/20250601_Calder Bay News_9s.md");
    assert_eq!(std::fs::read_to_string(&stored).unwrap(), TRANSCRIPT);
    // The same bytes under another name, then the same address with other words.
    std::fs::copy(folder.path().join("a.md"), folder.path().join("b.md")).unwrap();
    std::fs::write(folder.path().join("c.md"), TRANSCRIPT.replace("Nobody leaves", "All leave")).unwrap();
    let again = run(folder.path(), ["--archive", "news", "add", "b.md", "c.md", "--json"]).expect(0);
    for object in again.objects() {
        assert_eq!((&object["status"], &object["document"]), (&"unchanged".into(), document));
    }
    let found = run(folder.path(), ["--archive", "news", "search", "nobody leaves", "--json"]).expect(0);
    assert_eq!(found.objects()[0]["start_seconds"], 4.5);
}

#[test]
fn two_recordings_of_one_name_have_two_files() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    std::fs::write(folder.path().join("a.md"), TRANSCRIPT).unwrap();
    std::fs::write(folder.path().join("b.md"), TRANSCRIPT.replace("watch?v=1", "watch?v=2")).unwrap();
    let added = run(folder.path(), ["--archive", "news", "add", "a.md", "b.md", "--json"]).expect(0);
    let paths: Vec<String> =
        added.objects().iter().map(|object| object["document"]["path"].to_string()).collect();
    assert!(paths[0] != paths[1] && paths[1].contains(" (2).md"), "{paths:?}");
}

#[test]
fn without_an_archive_the_way_to_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), TRANSCRIPT).unwrap();
    let done = run(folder.path(), ["add", "a.md"]).expect(2);
    assert!(done.stderr.contains("onrecord init"), "{}", done.stderr);
}

#[test]
fn a_recording_is_added_once_and_found_again() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    broadcast(folder.path(), "talk.flac");
    let add = ["--archive", "news", "add", "--model", "tiny.en", "--beam-size", "1", "--json", "talk.flac"];
    let added = run(folder.path(), add).expect(0);
    assert_eq!(added.objects()[0]["status"], "added");
    assert_eq!(added.objects()[0]["document"]["date"], "2026-11-12");
    assert_eq!(run(folder.path(), add).expect(0).objects()[0]["status"], "unchanged");
    // The same recording without what stood beside it is known by its bytes.
    std::fs::copy(folder.path().join("talk.flac"), folder.path().join("other.flac")).unwrap();
    let mut other = add;
    other[8] = "other.flac";
    assert_eq!(run(folder.path(), other).expect(0).objects()[0]["status"], "unchanged");
    let found = run(folder.path(), ["--archive", "news", "search", "dock workers", "--json"]).expect(0);
    let start = found.objects()[0]["start_seconds"].as_f64().unwrap();
    assert!((35.0..50.0).contains(&start), "{start}");
}

#[test]
fn of_recordings_with_the_same_bytes_the_first_is_added() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path());
    broadcast(folder.path(), "talk.flac");
    std::fs::copy(folder.path().join("talk.flac"), folder.path().join("again.flac")).unwrap();
    let add = ["--archive", "news", "add", "--model", "tiny.en", "--beam-size", "1", "--json"];
    let added = run(folder.path(), add.iter().chain(&["talk.flac", "again.flac"])).expect(0);
    let statuses: Vec<_> = added.objects().iter().map(|seen| seen["status"].clone()).collect();
    assert_eq!(statuses, ["added", "unchanged"]);
    assert_eq!(added.objects()[0]["document"]["id"], added.objects()[1]["document"]["id"]);
}

/// The promise of a killed run: what follows gives the transcript that an undisturbed run gives.
#[test]
fn a_killed_run_goes_on_where_it_stopped() {
    if !has_model("tiny.en") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    broadcast(folder.path(), "talk.flac");
    let add = |archive: &str| {
        run(folder.path(), ["init", archive]).expect(0);
        let arguments =
            ["--archive", archive, "add", "--model", "tiny.en", "--beam-size", "1", "--batch-size", "1"];
        command(folder.path(), arguments.iter().chain(&["--threads", "1", "talk.flac"]))
    };
    let mut killed = add("killed").spawn().unwrap();
    let journals = folder.path().join("killed/.onrecord/unfinished");
    let begun = Instant::now();
    while std::fs::read_dir(&journals).map_or(true, |files| {
        !files.flatten().any(|file| file.path().extension().is_some_and(|ending| ending == "json"))
    }) {
        assert!(begun.elapsed() < Duration::from_secs(300), "no window is done");
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(Duration::from_millis(20));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let shows = |archive: &str| folder.path().join(archive).join("Tideway News");
    assert!(!shows("killed").exists(), "nothing is there by halves");
    assert!(add("killed").status().unwrap().success());
    assert!(std::fs::read_dir(&journals).unwrap().next().is_none(), "the journal is gone");
    assert!(add("calm").status().unwrap().success());
    let transcript = |archive: &str| {
        std::fs::read_to_string(shows(archive).join("20261112_Tideway News_100s.md")).unwrap()
    };
    assert_eq!(transcript("killed"), transcript("calm"));
}
