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
    assert!(export("ttml").contains("<ttm:name type=\"full\">Ada Morrow</ttm:name>"), "{}", export("ttml"));
    assert!(export("podcast-json").starts_with("{\"version\":\"1.0.0\""));
    assert!(export("html").starts_with("<!DOCTYPE html>\n"));
    assert!(
        export("md").contains(
            "\n- [01:01:40](<https://radio.example.org/listen?id=ferry#t=3700.5>) The storm may last.\n"
        ),
        "{}",
        export("md")
    );
    let csv = export("csv");
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert!(csv.contains(",3,12,13,,Thanks for watching.,stock_phrase,,"), "{csv}");
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

#[test]
fn the_whole_archive_is_a_table_in_the_order_of_paths() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let printed = run(&root, ["export", "--all", "--format", "csv"]).expect(0);
    let paths: Vec<&str> = printed.stdout.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
    assert_eq!(paths.len(), 11, "{}", printed.stdout);
    assert!(paths.is_sorted(), "{paths:?}");
    let written =
        run(&root, ["export", "--all", "--format", "csv", "-o", "all.csv", "--json"]).expect(0).objects();
    assert_eq!(written[0]["rows"], 11);
    assert_eq!(written[0]["documents"], 4);
    assert_eq!(fs::read_to_string(root.join("all.csv")).unwrap(), printed.stdout);
    run(&root, ["export", "--all", "--format", "parquet", "-o", "all.parquet"]).expect(0);
    let parquet = fs::read(root.join("all.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    run(&root, ["export", PATH, "--format", "parquet", "-o", "one.parquet"]).expect(0);
    assert!(fs::read(root.join("one.parquet")).unwrap().starts_with(b"PAR1"));
}

#[test]
fn tables_alone_take_the_whole_archive() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let refused = run(&root, ["export", "--all", "--format", "srt"]).expect(2);
    assert!(refused.stderr.contains("`--all` writes `csv` or `parquet`, not `srt`"), "{}", refused.stderr);
    run(&root, ["export", "--format", "csv"]).expect(2);
    run(&root, ["export", PATH, "--all", "--format", "csv"]).expect(2);
}

#[test]
fn captions_are_converted_without_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.srt"), "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n").unwrap();
    let printed = run(folder.path(), ["export", "a.srt", "--format", "vtt"]).expect(0);
    assert_eq!(printed.stdout, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n\n");
}
