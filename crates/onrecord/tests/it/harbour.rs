//! An invented archive: a few days of a radio station at a harbour.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{run, run_without_models};

/// A transcript: a title, a day of March 2026, an address, and lines with their starts in seconds.
pub(crate) struct Broadcast<'a> {
    pub(crate) show: &'a str,
    pub(crate) title: &'a str,
    pub(crate) day: u32,
    pub(crate) url: &'a str,
    pub(crate) lines: &'a [(f64, &'a str)],
}

impl Broadcast<'_> {
    /// The archive's format.
    pub(crate) fn text(&self) -> String {
        let Self { show, title, day, url, lines } = self;
        let mut text = format!(
            "---\nDate Generated: March 20, 2026\nTranscription Model: whisper tiny\nLength: 3725s\n\
             Video Keywords: []\nVideo Views: 0\nVideo Rating: None\n---\n\n# {title}\n\
             **{show}:** [March {day:02}, 2026]({url})\n"
        );
        for (start, said) in *lines {
            let seconds = *start as u64;
            let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            text += &format!("*  {said} [[{clock}]({url}&t={start:?}s)]\n");
        }
        text
    }
}

/// What was said on the second of March.
pub(crate) const FERRY: Broadcast = Broadcast {
    show: "Harbour Radio - Morning Desk",
    title: "Ferry to Skerry Island stops for a week",
    day: 2,
    url: "https://radio.example.org/listen?id=ferry",
    lines: &[
        (0.0, "Good morning. This is the Morning Desk."),
        (4.5, "The ferry to Skerry Island"),
        (7.25, "will not sail until Monday, the harbour master said."),
        (12.0, "Thanks for watching."),
        (3700.5, "The storm may last."),
    ],
};

/// A sidecar for [`FERRY`]: two speakers, one doubted line.
const FERRY_SIDECAR: &str = r#"{"version": 1, "program": {"name": "test", "version": "1"},
"created": "2026-03-20T00:00:00Z", "segments": [
{"start_seconds": 0.0, "end_seconds": 4.0, "speaker": "Ada Morrow"},
{"start_seconds": 4.5, "end_seconds": 7.0, "speaker": "Ada Morrow"},
{"start_seconds": 7.25, "end_seconds": 11.0, "speaker": "Ben Quill"},
{"start_seconds": 12.0, "end_seconds": 13.0, "suspects": [{"reason": "stock_phrase", "detail": "in 9 of 10 files"}]},
{"start_seconds": 3700.5, "end_seconds": 3703.0}]}
"#;

/// An archive of four documents in `folder`, indexed: a broadcast with a sidecar, one with hostile text, one without
/// times, and a file that is no transcript.
pub(crate) fn archive(folder: &Path) -> PathBuf {
    let root = folder.join("news");
    let put = |path: &str, text: &str| put(&root, path, text);
    put("Harbour Radio - Morning Desk/ferry.md", &FERRY.text());
    put("Harbour Radio - Morning Desk/ferry.json", FERRY_SIDECAR);
    let hostile = Broadcast {
        show: "Harbour Radio - Late",
        title: "A storm \u{1b}[2J\u{202e}drawkcab",
        day: 5,
        url: "https://radio.example.org/listen?id=storm",
        lines: &[(1.0, "The storm \u{1b}]0;owned\u{7} \u{9b}31m is here, \"and\" 5 < 6.")],
    };
    put("Harbour Radio - Late/storm.md", &hostile.text());
    let other = FERRY.text().replace("ferry", "tide").replace("Thanks for watching.", "It turns at noon.");
    let untimed = other.lines().map(without_time).collect::<Vec<_>>().join("\n");
    put("Tides/tide.md", &(untimed + "\n"));
    put("notes.md", "Notes of the harbour\n\nThe crane was painted – at last.\n");
    run(folder, ["init", "news", "--quiet"]).expect(0);
    root
}

/// Writes a file below `root`.
pub(crate) fn put(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("a file");
}

/// One of the transcripts of [`weeks`]: that of the second of March, which two shows have.
const LATE_FERRY: Broadcast = Broadcast {
    lines: &[
        (0.0, "Good morning. This is the Morning Desk."),
        (4.5, "The ferry to Skerry Island"),
        (7.25, "will not sail until Monday, the harbour master said."),
        (12.0, "The ferry is late."),
        (15.0, "A storm is near."),
    ],
    ..FERRY
};

/// Another one: long enough for two passages that follow each other without a silence.
const HERON: Broadcast = Broadcast {
    show: "Skerry TV",
    title: "A heron lands",
    day: 12,
    url: "https://tv.example.org/watch?id=heron",
    lines: &[
        (
            0.0,
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
             seventeen eighteen nineteen twenty one two three four five six seven eight nine ten eleven twelve \
             thirteen fourteen fifteen sixteen and so the quiet",
        ),
        (20.0, "lantern keeper slept while it rained all night long."),
        (24.0, "The heron flew away."),
    ],
};

/// Two weeks of two stations in `folder`, indexed: a recording under two shows, text that a spreadsheet would
/// calculate, and a phrase that reaches from one passage into the next.
pub(crate) fn weeks(folder: &Path) -> PathBuf {
    let root = folder.join("news");
    let put = |path: &str, broadcast: &Broadcast<'_>| put(&root, path, &broadcast.text());
    put("Desk/ferry.md", &LATE_FERRY);
    put("Night/ferry.md", &Broadcast { show: "Harbour Radio - Night", ..LATE_FERRY });
    let sail = Broadcast {
        show: "Harbour Radio - Night",
        title: "=1+1 boats",
        day: 10,
        url: "https://radio.example.org/listen?id=sail",
        lines: &[(0.0, "=1+1 is what the ferry costs."), (4.0, "Navigation is hard, said Captain Morow.")],
    };
    put("Night/sail.md", &sail);
    let boats = Broadcast {
        show: "Skerry TV",
        title: "No boats",
        day: 3,
        url: "https://tv.example.org/watch?id=boats",
        lines: &[(0.0, "No boats today."), (3.0, "A storm is coming, they say.")],
    };
    put("Skerry/boats.md", &boats);
    put("Skerry/heron.md", &HERON);
    run_without_models(folder, ["init", "news", "--quiet"]).expect(0);
    root
}

fn without_time(line: &str) -> &str {
    line.split(" [[").next().unwrap_or(line)
}
