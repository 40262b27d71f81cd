use record::format::archive::parse;

use super::*;
use crate::testing::{Made, TestArchive};

/// Two shows with one recording, one without an address, and one that is no transcript.
fn archive() -> TestArchive {
    let archive = TestArchive::new();
    let made = |show: &'static str, url: &str, title: &'static str| Made {
        show,
        url: url.to_owned(),
        title,
        ..Made::saying(1, &["The ferry.", "Late."])
    };
    let tube = "https://www.youtube.com/watch?v=a1B2c3D4-_5";
    let first = made("Harbour Radio - Desk", tube, "Ferry to Skerry stops");
    archive.put("Desk/a.md", first.text());
    archive.put("Desk/a.json", first.sidecar(&[1], 7));
    archive.put(
        "Live/b.md",
        made("Harbour Radio - Live", "https://youtu.be/a1B2c3D4-_5?si=x", "FERRY live").text(),
    );
    let own = made("Harbour Radio - Desk", "", "No address");
    archive.put("Desk/c.md", own.text());
    archive.put("Desk/c.json", own.sidecar(&[], 9));
    archive.put("notes.md", "# Notes\nno transcript");
    archive.update();
    archive
}

fn paths(found: Result<Vec<Known>, CatalogueError>) -> Vec<String> {
    found.unwrap().into_iter().map(|known| known.document.path).collect()
}

#[test]
fn a_recording_is_found_by_whatever_is_known_of_it() {
    let archive = archive();
    let index = archive.index();
    let catalogue = index.catalogue();
    assert_eq!(paths(catalogue.by_id(&"yt:a1B2c3D4-_5".parse().unwrap())), ["Desk/a.md", "Live/b.md"]);
    assert_eq!(
        paths(catalogue.by_address("http://m.youtube.com/watch?v=a1B2c3D4-_5&t=9")),
        ["Desk/a.md", "Live/b.md"]
    );
    assert_eq!(paths(catalogue.by_address("no address")), [""; 0]);
    assert_eq!(paths(catalogue.by_media(&Sha256Digest::from_bytes([7; 32]))), ["Desk/a.md"]);
    assert_eq!(paths(catalogue.by_media(&Sha256Digest::from_bytes([8; 32]))), [""; 0]);
    let notes = catalogue.by_path("notes.md").unwrap().unwrap();
    assert_eq!(paths(catalogue.by_content(&notes.content)), ["notes.md"]);
    assert_eq!(catalogue.by_path("no such.md").unwrap(), None);
    assert_eq!(paths(catalogue.by_part_of_title("ferry", 9)), ["Desk/a.md", "Live/b.md"]);
    assert_eq!(paths(catalogue.by_part_of_title("ferry", 1)), ["Desk/a.md"]);
    assert_eq!(paths(catalogue.by_part_of_title("desk/", 9)), ["Desk/a.md", "Desk/c.md"]);
}

#[test]
fn what_is_known_of_a_document_reads_back() {
    let archive = archive();
    let known = archive.index().catalogue().by_path("Desk/a.md").unwrap().unwrap();
    let text = std::fs::read(archive.archive.root().join("Desk/a.md")).unwrap();
    let file = parse(&text).file;
    let id = "yt:a1B2c3D4-_5".parse().unwrap();
    assert_eq!(known.document, Document::of_file(id, "Desk/a.md".to_owned(), &file));
    let path = archive::DocumentPath::new("Desk/a.md").unwrap();
    let raw = archive.archive.read_raw(&path).unwrap();
    assert_eq!(crate::describe(&raw, &raw.parse()), known.document, "the files alone say the same");
    assert_eq!(known.length, Some(MediaTime::from_whole_seconds(600)));
    assert_eq!((known.segments, known.suspect_segments), (2, 1));
    assert_eq!((known.is_timed, known.is_opaque), (true, false));
    assert_eq!(
        known.words,
        WordCounts { passages: 1, words: 2, suspect_passages: 1, suspect_words: 1, ..WordCounts::default() }
    );
    assert_eq!(known.media, Some(Sha256Digest::from_bytes([7; 32])));
}

#[test]
fn counts_are_over_all_documents() {
    let archive = archive();
    let index = archive.index();
    let summary = index.catalogue().summary().unwrap();
    let expected = Summary {
        documents: 4,
        length: MediaTime::from_whole_seconds(1_800),
        segments: 6,
        suspect_segments: 1,
        untimed_documents: 0,
        opaque_documents: 1,
        documents_with_issues: summary.documents_with_issues,
        issues: summary.issues,
        duplicate_documents: 1,
        passages: 3,
    };
    assert_eq!(summary, expected);
    assert!(summary.issues >= 1 && summary.documents_with_issues >= 1);
    assert!(!index.catalogue().issues("notes.md").unwrap().is_empty());
    assert_eq!(index.catalogue().issues("Desk/c.md").unwrap(), []);
    let shows: Vec<_> =
        index.catalogue().shows().unwrap().into_iter().map(|show| (show.show, show.documents)).collect();
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(shows, [(None, 1), (name("Harbour Radio - Desk"), 2), (name("Harbour Radio - Live"), 1)]);
}

#[test]
fn numbers_follow_from_paths() {
    // The first 64 bits of `printf a.md | sha256sum`.
    assert_eq!(DocumentNumber::of("a.md").as_index(), 0xfecc_cc97_5324_67ad);
    assert_eq!(DocumentNumber::from_index(u64::MAX).as_sql(), -1);
}
