//! Invented archives for tests.

use std::fs;
use std::path::Path;
use std::time::Duration;

use archive::Archive;
use jiff::Timestamp;
use record::format::archive::ArchiveFile;
use record::format::sidecar::{Media, Program, SegmentDetail, Sidecar};
use record::{MediaTime, Sha256Digest, Suspect, SuspectReason};

use crate::search::IndexPaths;
use crate::words::Words;
use crate::{Hit, Index, Passage, Progress, Query, Report, SearchOptions, UpdateOptions, update};

/// An archive in a folder of its own.
pub(crate) struct TestArchive {
    _folder: tempfile::TempDir,
    pub(crate) archive: Archive,
}

/// What a transcript's file says.
#[derive(Clone)]
pub(crate) struct Made<'a> {
    pub(crate) show: &'a str,
    pub(crate) title: &'a str,
    pub(crate) date: &'a str,
    pub(crate) url: String,
    /// A start in seconds and what was said; `None` for all makes a file without times.
    pub(crate) segments: Vec<(Option<f64>, String)>,
}

impl Default for Made<'_> {
    fn default() -> Self {
        Self {
            show: "Harbour Radio - Morning Desk",
            title: "Ferry news",
            date: "March 02, 2026",
            url: "https://radio.example.org/listen?id=1".to_owned(),
            segments: vec![],
        }
    }
}

impl Made<'_> {
    /// Segments five seconds long.
    pub(crate) fn saying(id: usize, texts: &[&str]) -> Self {
        let starts = (0..).map(|index| Some(f64::from(index) * 5.0));
        let segments = starts.zip(texts.iter().map(|text| (*text).to_owned())).collect();
        Self { url: format!("https://radio.example.org/listen?id={id}"), segments, ..Self::default() }
    }

    pub(crate) fn text(&self) -> String {
        let Self { show, title, date, url, segments } = self;
        let mut text = format!(
            "---\nDate Generated: March 03, 2026\nTranscription Model: whisper tiny\nLength: 600s\n\
             Video Keywords: []\nVideo Views: 0\nVideo Rating: None\n---\n\n# {title}\n**{show}:** [{date}]({url})\n"
        );
        for (start, said) in segments {
            let link = start.map(|start| {
                format!(" [[{}]({url}&t={start:?}s)]", MediaTime::from_seconds_f64(start).clock())
            });
            text += &format!("*  {said}{}\n", link.unwrap_or_default());
        }
        text
    }

    /// A sidecar that ends each segment with the next, doubts `suspects`, and names `media`.
    pub(crate) fn sidecar(&self, suspects: &[usize], media: u8) -> Vec<u8> {
        let mut sidecar = Sidecar::new(Program::new("test", "1"), Timestamp::UNIX_EPOCH);
        let time = |seconds: f64| MediaTime::from_seconds_f64(seconds);
        let detail = |(index, (start, _)): (usize, &(Option<f64>, String))| {
            let start = start.unwrap_or(index as f64 * 5.0);
            let doubt = suspects.contains(&index).then(|| Suspect::new(SuspectReason::Loop, "three times"));
            SegmentDetail {
                start: time(start),
                end: Some(time(start + 4.5)),
                speaker: Some(format!("speaker {}", index % 2 + 1)),
                suspects: doubt.into_iter().collect(),
                ..SegmentDetail::default()
            }
        };
        sidecar.segments = self.segments.iter().enumerate().map(detail).collect();
        sidecar.media = Some(Media {
            sha256: Sha256Digest::from_bytes([media; 32]),
            bytes: 1,
            length: time(600.0),
            file_name: "a.wav".to_owned(),
            container: None,
            codec: None,
            sample_rate_hz: None,
            channels: None,
            location: None,
            unknown: Default::default(),
        });
        record::format::sidecar::write(&sidecar)
    }
}

impl TestArchive {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let archive = Archive::init(&folder.path().join("news")).expect("an archive").archive;
        Self { _folder: folder, archive }
    }

    /// Writes a file, old enough that its time of change is trusted.
    #[track_caller]
    pub(crate) fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.archive.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, content).expect("a file");
        make_older(&file, Duration::from_secs(60));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.archive.root().join(path)).expect("a file to remove");
    }

    #[track_caller]
    pub(crate) fn update(&self) -> Report {
        let report =
            update(&self.archive, UpdateOptions::all("a test"), |_: Progress| {}).expect("an update");
        let words = Words::open(&IndexPaths::of(&self.archive).words).expect("words");
        assert!(words.are_complete().expect("words"), "passages were lost or are there twice");
        report
    }

    /// Added, changed, removed, unchanged.
    #[track_caller]
    pub(crate) fn updated(&self) -> [usize; 4] {
        let report = self.update();
        assert_eq!(report.failed, []);
        [report.added, report.changed, report.removed, report.unchanged]
    }

    #[track_caller]
    pub(crate) fn index(&self) -> Index {
        Index::open(&self.archive).expect("an index")
    }

    #[track_caller]
    pub(crate) fn search(&self, query: &str) -> Vec<Hit> {
        self.search_with(query, &SearchOptions { limit: 1_000, ..SearchOptions::default() })
    }

    #[track_caller]
    pub(crate) fn search_with(&self, query: &str, options: &SearchOptions) -> Vec<Hit> {
        let answer = self.index().search(&Query::parse(query).expect("a query"), options).expect("an answer");
        assert_eq!(answer.stale, [] as [&str; 0]);
        answer.hits
    }
}

/// The passages of a file, doubted as its sidecar says, and no further.
pub(crate) fn passages(file: &ArchiveFile, sidecar: Option<&Sidecar>) -> Vec<Passage> {
    let doubts = sidecar.map(|_| crate::doubts(file, sidecar)).unwrap_or_default();
    crate::passages::passages(file, sidecar, &doubts)
}

pub(crate) fn make_older(file: &Path, age: Duration) {
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified()).expect("a time of change");
    let opened = fs::File::options().write(true).open(file).expect("a file");
    opened.set_modified(modified - age).expect("a file's time");
}

/// A line for each hit: path, seconds, words in brackets.
pub(crate) fn shown(hits: &[Hit]) -> Vec<String> {
    let one = |hit: &Hit| {
        let place = serde_json::to_value(&hit.place).expect("JSON");
        let seconds = place["start_seconds"].as_f64();
        format!("{} {seconds:?} {}", hit.document.path, bracketed(&hit.text, &hit.words))
    };
    hits.iter().map(one).collect()
}

pub(crate) fn bracketed(text: &str, words: &[std::ops::Range<usize>]) -> String {
    let mut shown = String::new();
    for (at, character) in text.chars().chain(['\0']).enumerate() {
        shown += if words.iter().any(|word| word.end == at) { "]" } else { "" };
        shown += if words.iter().any(|word| word.start == at) { "[" } else { "" };
        shown.push(character);
    }
    shown.trim_end_matches('\0').to_owned()
}
