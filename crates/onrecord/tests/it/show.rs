//! `show`.

use serde_json::json;

use crate::harbour::archive;
use crate::program::{Run, run};

fn show(arguments: &[&str], status: i32) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    run(&root, [&["show"], arguments].concat()).expect(status)
}

const FERRY: &str = "Harbour Radio - Morning Desk/ferry.md";

#[test]
fn a_document_reads_with_times_speakers_and_doubts() {
    let expected = "\
Harbour Radio - Morning Desk, 2026-03-02: Ferry to Skerry Island stops for a week
url:https://radio.example.org/listen?id=ferry
01:02:05
https://radio.example.org/listen?id=ferry

00:00:00  Ada Morrow: Good morning. This is the Morning Desk.
00:00:04  The ferry to Skerry Island
00:00:07  Ben Quill: will not sail until Monday, the harbour master said.
00:00:12? Thanks for watching.
          doubtful: recognisers write this phrase over silence and music when nobody says it (in 9 of 10 files)
01:01:40  The storm may last.
";
    assert_eq!(show(&[FERRY], 0).stdout, expected);
}

#[test]
fn json_has_a_segment_a_line() {
    let lines = show(&[FERRY, "--json"], 0).objects();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[3]["document"]["path"], FERRY);
    let mut doubted = lines[3].clone();
    doubted["document"].take();
    let expected = json!({
        "document": null,
        "start_seconds": 12.0, "end_seconds": 13.0, "segment": 3,
        "text": "Thanks for watching.",
        "speaker": null,
        "suspect": "stock_phrase",
        "suspects": [{"reason": "stock_phrase", "detail": "in 9 of 10 files"}],
        "link": "https://radio.example.org/listen?id=ferry#t=12",
        "repairs": [],
    });
    assert_eq!(doubted, expected);
    assert_eq!((&lines[0]["suspect"], &lines[0]["speaker"]), (&json!(null), &json!("Ada Morrow")));
}

#[test]
fn a_document_is_meant_by_path_id_address_or_title() {
    for named in [
        FERRY,
        "url:https://radio.example.org/listen?id=ferry",
        "https://radio.example.org/listen?utm_source=x&id=ferry",
        "./Harbour Radio - Morning Desk/ferry.md",
        "drawkcab",
    ] {
        show(&[named], 0);
    }
    let several = show(&["skerry island"], 2).stderr;
    assert!(several.contains(FERRY) && several.contains("Tides/tide.md"), "{several}");
    assert!(several.contains("hint: name one by its path"), "{several}");
    let none = show(&["walrus"], 2).stderr;
    assert!(none.contains("no document has the path, the id or the title `walrus`"), "{none}");
}

#[test]
fn a_part_of_it_can_be_asked_for() {
    let starts = |arguments: &[&str]| -> Vec<f64> {
        let lines = show(&[&[FERRY, "--json"], arguments].concat(), 0).objects();
        lines.iter().map(|line| line["start_seconds"].as_f64().unwrap()).collect()
    };
    assert_eq!(starts(&["--from", "0:07.5", "--to", "13"]), [7.25, 12.0], "a line that is being said counts");
    assert_eq!(starts(&["--from", "1:00:00"]), [3700.5]);
    assert_eq!(starts(&["--to", "4.5"]), [0.0]);
    assert_eq!(show(&[FERRY, "--from", "2:00:00", "--json"], 1).stdout, "");
    show(&[FERRY, "--from", "noon"], 2);
}

#[test]
fn what_has_no_times_or_no_segments_is_shown_all_the_same() {
    let untimed = show(&["Tides/tide.md"], 0).stdout;
    assert!(untimed.contains("line 2    The tide to Skerry Island\n"), "{untimed}");
    let text = show(&["notes.md"], 0);
    assert!(text.stdout.contains("The crane was painted – at last.\n"), "{}", text.stdout);
    assert!(text.stderr.contains("does not follow the archive's grammar"), "{}", text.stderr);
    assert_eq!(show(&["notes.md", "--json"], 0).objects()[1]["chars"], json!([22, 54]));
    let hostile = show(&["Harbour Radio - Late/storm.md"], 0).stdout;
    assert!(!hostile.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{hostile:?}");
}
