//! `export`.

use std::fs;

use crate::harbour::{FERRY, archive};
use crate::program::run;

const PATH: &str = "Harbour Radio - Morning Desk/ferry.md";

#[test]
fn a_document_comes_out_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let export = |format: &str| run(&root, ["export", PATH, "--format", format]).expect(0).stdout;
    assert_eq!(export("archive"), FERRY.text());
    assert!(export("srt").contains("2\n00:00:04,500 --> 00:00:07,000\n"), "{}", export("srt"));
    assert!(export("vtt").starts_with("WEBVTT\n"));
    assert!(export("txt").starts_with("Ada Morrow: Good morning."));
    assert!(export("tsv").starts_with("start\tend\ttext\n"));
    assert!(serde_json::from_str::<serde_json::Value>(&export("json")).unwrap()["segments"].is_array());
    let refused = run(&root, ["export", PATH, "--format", "wav"]).expect(2);
    assert!(refused.stderr.contains("expected one of `archive`, `srt`"), "{}", refused.stderr);
}

#[test]
fn a_file_needs_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), FERRY.text()).unwrap();
    let printed = run(folder.path(), ["export", "a.md", "--format", "archive"]).expect(0);
    assert_eq!(printed.stdout, FERRY.text());
    run(folder.path(), ["export", "a.md", "--format", "srt", "-o", "a.srt"]).expect(0);
    assert!(fs::read_to_string(folder.path().join("a.srt")).unwrap().starts_with("1\n00:00:00,000 --> "));
    run(folder.path(), ["export", "no such.md", "--format", "srt"]).expect(2);
}

#[test]
fn opaque_files_come_out_as_they_are_and_have_no_captions() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let bytes = run(&root, ["export", "notes.md", "--format", "archive"]).expect(0).stdout;
    assert_eq!(bytes, fs::read_to_string(root.join("notes.md")).unwrap());
    let refused = run(&root, ["export", "Tides/tide.md", "--format", "srt"]).expect(2);
    assert!(refused.stderr.contains("hint: captions need times"), "{}", refused.stderr);
}
