//! The format over real files, where they are at hand.
//!
//! `ONRECORD_SHARED` names the folder with the format's samples, `ONRECORD_CORPUS` a folder of unpacked
//! transcripts, such as the public archive. Without them these tests say so and prove nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use record::MediaTime;
use record::format::archive::{ArchiveFile, parse, write};
use record::format::{ExportFormat, ImportFormat, detect, import};
use record::outlet::{file_name, folder_of};

use crate::captions::export_of;

/// Folders of the public archive that somebody named by hand, not by the show of their files.
const NAMED_BY_HAND: [&str; 7] = [
    "Cognitive Revolution",
    "Democracy Now Headlines",
    "New York Times - Ezra Klein",
    "New York Times - The Daily",
    "New Yorker - Radio Hour",
    "US Congress",
    "Lex Fridman",
];

fn shared(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("ONRECORD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join(name);
    if !path.is_dir() {
        eprintln!("skipped: there is no folder `{}`; ONRECORD_SHARED names another", path.display());
        return None;
    }
    Some(path)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(&folder).expect("readable") {
            let path = found.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Reads the file, and checks that it is written as it was.
fn round_trip(path: &Path) -> ArchiveFile {
    let bytes = fs::read(path).expect("readable");
    let parsed = parse(&bytes);
    assert!(write(&parsed.file) == bytes, "{} came back changed", path.display());
    parsed.file
}

#[test]
fn samples_of_the_format_survive() {
    let Some(folder) = shared("data/format") else { return };
    let files = files_below(&folder);
    assert_eq!(files.len(), 53, "the samples that MANIFEST.tsv lists");
    for path in files {
        let is_unparsable = path.parent().is_some_and(|folder| folder.ends_with("unparsable"));
        let file = round_trip(&path);
        assert_eq!(file.transcript().is_none(), is_unparsable, "{}", path.display());
        // Even where the grammar is left, somebody can read who says what, and when.
        assert!(
            file.title().is_some() && file.show().is_some() && file.date().is_some(),
            "{}",
            path.display()
        );
        assert!(!file.segments().is_empty() || path.parent().is_some_and(|f| !f.ends_with("unparsable")));
    }
}

#[test]
fn seeds_survive() {
    let Some(folder) = shared("data/seeds") else { return };
    for found in fs::read_dir(folder).expect("readable") {
        let path = found.expect("readable").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_transcript = ["000", "001", "002"].iter().any(|number| name.starts_with(number));
        assert_eq!(round_trip(&path).transcript().is_some(), is_transcript, "{name}");
    }
}

/// The forms that are written and read.
const BOTH_WAYS: [(ExportFormat, ImportFormat); 6] = [
    (ExportFormat::Srt, ImportFormat::Srt),
    (ExportFormat::Vtt, ImportFormat::Vtt),
    (ExportFormat::Ttml, ImportFormat::Ttml),
    (ExportFormat::Tsv, ImportFormat::Tsv),
    (ExportFormat::WhisperJson, ImportFormat::WhisperJson),
    (ExportFormat::PodcastJson, ImportFormat::PodcastJson),
];

/// Writes the file in every form, and checks that what can be read comes back with the same starts.
fn there_and_back(path: &Path) {
    let file = parse(&fs::read(path).expect("readable")).file;
    let said = file.segments().iter().filter(|segment| !segment.text.trim().is_empty());
    let starts: Option<Vec<MediaTime>> = said.clone().map(|segment| segment.start_time()).collect();
    let lines = said.count();
    let text = |format| {
        let exported = export_of(&file, None, format).expect("it can be written");
        String::from_utf8(exported).expect("it is text")
    };
    assert_eq!(text(ExportFormat::Html).matches("<p id=").count(), lines, "{}", path.display());
    let is_line = |line: &&str| line.starts_with("- ");
    assert_eq!(text(ExportFormat::Markdown).lines().filter(is_line).count(), lines, "{}", path.display());
    assert_eq!(
        text(ExportFormat::Csv).matches("\r\n").count(),
        file.segments().len() + 1,
        "{}",
        path.display()
    );
    let Some(mut starts) = starts.filter(|starts| !starts.is_empty()) else { return };
    starts.sort();
    for (written, read) in BOTH_WAYS {
        let text = text(written);
        assert_eq!(detect(text.as_bytes(), "a"), Some(read), "{}", path.display());
        let imported = import(text.as_bytes(), read).expect("what we write, we read");
        let back: Vec<MediaTime> = imported.segments.iter().map(|segment| segment.start_time()).collect();
        assert!(back == starts, "{} came back from {written} with other starts", path.display());
        assert!(
            imported.issues.is_empty(),
            "{} as {written}: {:?}",
            path.display(),
            imported.issues.listed()
        );
    }
}

#[test]
fn samples_come_back_from_every_form() {
    let Some(folder) = shared("data/format") else { return };
    files_below(&folder).iter().for_each(|path| there_and_back(path));
}

#[test]
fn a_corpus_comes_back_from_every_form() {
    let Some(folder) = std::env::var_os("ONRECORD_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: ONRECORD_CORPUS names no folder of transcripts");
        return;
    };
    let files = files_below(&folder);
    // The public archive has 27,000 files: a thousand of them, spread over all shows, take a minute.
    let step = files.len().div_ceil(1_000).max(1);
    files.iter().step_by(step).for_each(|path| there_and_back(path));
}

#[test]
fn a_whole_corpus_survives() {
    let Some(folder) = std::env::var_os("ONRECORD_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: ONRECORD_CORPUS names no folder of transcripts");
        return;
    };
    let files = files_below(&folder);
    assert!(!files.is_empty(), "`{}` holds transcripts", folder.display());
    let mut folders = BTreeSet::new();
    let (mut opaque, mut named_alike) = (0, 0);
    for path in &files {
        let ArchiveFile::Transcript(transcript) = round_trip(path) else {
            opaque += 1;
            continue;
        };
        let folder =
            path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        if folder != folder_of(transcript.show()) {
            folders.insert(folder.clone());
        }
        let date = transcript.date().to_date().expect("a day of the calendar");
        let length_seconds = transcript.length_seconds().value().expect("a length");
        let name = file_name(date, &folder, length_seconds);
        named_alike += usize::from(path.file_name().is_some_and(|found| *found == *name));
    }
    eprintln!("{} files, {opaque} opaque, {named_alike} named as we name them", files.len());
    assert!(opaque * 1000 <= files.len(), "hardly a file is opaque");
    assert!(named_alike * 10 >= files.len() * 9, "nearly all are named as we name them");
    let unexplained: Vec<&String> =
        folders.iter().filter(|folder| !NAMED_BY_HAND.contains(&folder.as_str())).collect();
    assert!(unexplained.is_empty(), "our folders would be called otherwise than {unexplained:?}");
}
