//! SubRip captions (`application/x-subrip`), which no standard defines.
//!
//! A counter from 1, the times with a comma before the milliseconds, the text, an empty line. Written as
//! openai-whisper does, and stricter: no line is shown for no time, and none is empty. Read leniently: a caption begins
//! with its line of times, whatever stands around it; counters may be missing, and empty lines may stand inside.

use super::clock::{self, digits};
use super::markup::without_srt_marks;
use super::{plain, print};
use crate::captions::{Cue, new_speaker, shown_lines};
use crate::imported::{
    Cues, ImportIssueKind, ImportIssues, ImportPlace, Imported, MOST_LINES, Shown, ShownLine, segments,
    take_labels, unrolled,
};

/// Reads an SRT file. Tags are taken off, rolling captions are told once, names before what is said are speakers.
pub fn read(bytes: &[u8]) -> Imported {
    let mut issues = ImportIssues::default();
    let text = plain::decode(bytes, &mut issues);
    let cues = cues(&text, &mut issues);
    let mut segments = segments(unrolled(cues), &mut issues);
    for segment in &mut segments {
        // A mark may begin on one line and end on the next.
        segment.text = without_srt_marks(&segment.text).trim().to_owned();
    }
    take_labels(&mut segments);
    Imported { segments, issues, ..Imported::default() }.finish()
}

fn cues(text: &str, issues: &mut ImportIssues) -> Vec<Shown> {
    let mut cues = Cues::default();
    let mut open = Open::default();
    for (number, line) in plain::lines(text) {
        let Some(timing) = clock::timing(line) else {
            open.push(number, line.trim(), issues);
            continue;
        };
        open.take_counter();
        open.close(&mut cues, issues);
        open.cue = timing.read((number, line), issues).map(|(start, end)| Shown::new(start, end, number));
        open.is_before_first = false;
    }
    open.close(&mut cues, issues);
    cues.into_vec()
}

/// What stands between one line of times and the next.
struct Open<'a> {
    /// The caption; `None` before the first, and where its time can't be read.
    cue: Option<Shown>,
    lines: Vec<(usize, &'a str)>,
    counter: u64,
    is_before_first: bool,
    /// Whether it was told that there are too many lines.
    is_full: bool,
}

impl Default for Open<'_> {
    fn default() -> Self {
        Self { cue: None, lines: Vec::new(), counter: 0, is_before_first: true, is_full: false }
    }
}

impl<'a> Open<'a> {
    /// Takes a line. Of more than a screen holds, only the last stay: the next counter may be among them.
    fn push(&mut self, number: usize, line: &'a str, issues: &mut ImportIssues) {
        if line.is_empty() && self.lines.last().is_none_or(|(_, last)| last.is_empty()) {
            return;
        }
        if self.lines.len() < MOST_LINES {
            self.lines.push((number, line));
            return;
        }
        self.lines[MOST_LINES - 2] = self.lines[MOST_LINES - 1];
        self.lines[MOST_LINES - 1] = (number, line);
        if !std::mem::replace(&mut self.is_full, true) {
            let kind = ImportIssueKind::TooMany { what: "lines of a caption", limit: MOST_LINES };
            issues.push(ImportPlace::line(number), kind);
        }
    }

    /// Takes away the counter of the next caption: a number behind an empty line, or the number that is due.
    fn take_counter(&mut self) {
        let Some(number) = self.lines.last().and_then(|(_, line)| digits(line)) else { return };
        let before = self.lines.len().checked_sub(2).map(|at| self.lines[at].1);
        let is_alone = match before {
            Some(before) => before.is_empty(),
            None => self.is_before_first,
        };
        if is_alone || number == self.counter.saturating_add(1) {
            self.lines.pop();
            self.counter = number;
        }
    }

    fn close(&mut self, cues: &mut Cues, issues: &mut ImportIssues) {
        let lines = self.lines.drain(..).filter(|(_, line)| !line.is_empty());
        let Some(mut cue) = self.cue.take() else {
            if self.is_before_first {
                lines.for_each(|(number, line)| {
                    issues.push(ImportPlace::line(number), ImportIssueKind::unexpected("a caption", line));
                });
            }
            return;
        };
        let shown =
            |(_, line)| ShownLine { text: without_srt_marks(line).trim().to_owned(), ..ShownLine::default() };
        cue.lines = lines.map(shown).filter(|line| !line.text.is_empty()).collect();
        cues.push(cue, issues);
    }
}
/// The captions as an SRT file. Lines without text are left out; a new speaker is named before the text.
pub fn write(cues: &[Cue<'_>]) -> String {
    let mut srt = String::new();
    let mut number = 0_usize;
    let mut before = None;
    for cue in cues {
        let text = payload(cue, before);
        before = Some(cue);
        if text.is_empty() {
            continue;
        }
        number += 1;
        let (start, end) = cue.span();
        let (start, end) = (start.clock_with_millis(','), end.clock_with_millis(','));
        print(&mut srt, format_args!("{number}\n{start} --> {end}\n{text}\n\n"));
    }
    srt
}

fn payload(cue: &Cue<'_>, before: Option<&Cue<'_>>) -> String {
    let text = unarrowed(cue.text);
    if text.is_empty() {
        return text;
    }
    let speaker = new_speaker(cue, before).map(|speaker| unarrowed(speaker).replace('\n', " "));
    match speaker {
        Some(speaker) if !speaker.is_empty() => format!("{speaker}: {text}"),
        _ => text,
    }
}

/// The lines of a text, with `->` for the arrow `-->` that stands between times, and for longer ones, which
/// would hold it too.
fn unarrowed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, line) in shown_lines(text).enumerate() {
        shown.push_str(if index == 0 { "" } else { "\n" });
        for character in line.chars() {
            while character == '>' && shown.ends_with("--") {
                shown.pop();
            }
            shown.push(character);
        }
    }
    shown
}
