//! Captions as they are shown: lines on a screen, of which rolling captions show most twice or three times.
//!
//! ```text
//! 00:01 --> 00:03   hello and welcome             hello and welcome
//! 00:03 --> 00:05   hello and welcome      -->    to the morning desk
//!                   to the morning desk
//! ```

use super::{
    Gathered, ImportIssueKind, ImportIssues, ImportPlace, ImportedSegment, MOST_SEGMENTS, MOST_WORDS, words,
};
use crate::time::MediaTime;

/// Lines of a cue that are compared with those of the cue before; screens have three or four.
const MOST_COMPARED: usize = 4;

/// The longest pause between two cues of which the second still shows the first's lines.
const LONGEST_GAP: MediaTime = MediaTime::from_millis(1_000);

/// The most lines of a cue; what is more is one line with the last.
pub(crate) const MOST_LINES: usize = 1_000;

/// A cue, its lines in order, none of them empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) start: MediaTime,
    pub(crate) end: Option<MediaTime>,
    pub(crate) lines: Vec<ShownLine>,
    /// Line of the file.
    pub(crate) line: usize,
}

/// A line of a cue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ShownLine {
    /// Trimmed.
    pub(crate) text: String,
    pub(crate) speaker: Option<String>,
    /// Places in the text, in bytes, and when what stands behind them is said; rising.
    pub(crate) marks: Vec<(usize, MediaTime)>,
}

impl Shown {
    /// A cue that shows nothing yet; `line` is where it stands in the file.
    pub(crate) fn new(start: MediaTime, end: Option<MediaTime>, line: usize) -> Self {
        Self { start, end, lines: Vec::new(), line }
    }

    /// Takes one more line.
    pub(crate) fn push(&mut self, line: ShownLine) {
        let is_full = self.lines.len() >= MOST_LINES;
        match self.lines.last_mut().filter(|_| is_full) {
            Some(last) => append(last, line),
            None => self.lines.push(line),
        }
    }
}

/// Cues as they are read, with the limit of a file.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    cues: Vec<Shown>,
    is_full: bool,
}

impl Cues {
    /// Takes one more cue, unless there are more than any recording has.
    pub(crate) fn push(&mut self, cue: Shown, issues: &mut ImportIssues) {
        if self.cues.len() < MOST_SEGMENTS {
            self.cues.push(cue);
        } else if !std::mem::replace(&mut self.is_full, true) {
            let kind = ImportIssueKind::TooMany { what: "captions", limit: MOST_SEGMENTS };
            issues.push(ImportPlace::line(cue.line), kind);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Shown> {
        self.cues
    }
}

/// The cues without the lines that the cue before shows already, if these are rolling captions. What is only said
/// twice stays: in rolling captions many cues begin with the line before and go on with another.
pub(crate) fn unrolled(cues: Vec<Shown>) -> Vec<Shown> {
    if !is_rolling(&cues) {
        return cues;
    }
    let mut kept: Vec<Shown> = Vec::with_capacity(cues.len());
    let mut before: Option<Shown> = None;
    for cue in cues {
        let repeated = before.as_ref().map_or(0, |before| overlap(before, &cue));
        let mut new = cue.clone();
        new.lines.drain(..repeated);
        match kept.last_mut() {
            Some(last) if new.lines.is_empty() && repeated > 0 => last.end = last.end.max(cue.end),
            _ => kept.push(new),
        }
        before = Some(cue);
    }
    kept
}

fn is_rolling(cues: &[Shown]) -> bool {
    let goes_on = |pair: &&[Shown]| {
        let repeated = overlap(&pair[0], &pair[1]);
        repeated > 0 && repeated < pair[1].lines.len()
    };
    let rolled = cues.windows(2).filter(goes_on).count();
    rolled >= 2 && rolled * 4 >= cues.len()
}

/// How many lines at the beginning of a cue were the last of the cue before.
fn overlap(before: &Shown, cue: &Shown) -> usize {
    let shown_until = before.end.unwrap_or(before.start);
    if cue.start > shown_until.saturating_add(LONGEST_GAP) {
        return 0;
    }
    let most = before.lines.len().min(cue.lines.len()).min(MOST_COMPARED);
    let same = |count: &usize| {
        let last = &before.lines[before.lines.len() - count..];
        last.iter().zip(&cue.lines).all(|(old, new)| old.text == new.text)
    };
    (1..=most).rev().find(same).unwrap_or(0)
}

/// One segment for each cue, and for each speaker in it.
pub(crate) fn segments(cues: Vec<Shown>, issues: &mut ImportIssues) -> Vec<ImportedSegment> {
    let mut gathered = Gathered::default();
    for cue in cues {
        let place = ImportPlace::line(cue.line);
        let mut joined: Option<ShownLine> = None;
        for line in cue.lines {
            match &mut joined {
                Some(before) if before.speaker == line.speaker => append(before, line),
                _ => {
                    let before = joined.replace(line);
                    let segment = before.map(|before| segment(cue.start, cue.end, before));
                    segment.into_iter().for_each(|segment| gathered.push(segment, &place, issues));
                }
            }
        }
        let last = joined.map(|line| segment(cue.start, cue.end, line));
        last.into_iter().for_each(|segment| gathered.push(segment, &place, issues));
    }
    gathered.segments
}

fn append(line: &mut ShownLine, next: ShownLine) {
    line.text.push(' ');
    let behind = line.text.len();
    line.marks.extend(next.marks.into_iter().map(|(at, time)| (at + behind, time)));
    line.text.push_str(&next.text);
}

fn segment(start: MediaTime, end: Option<MediaTime>, line: ShownLine) -> ImportedSegment {
    let marks = if line.marks.len() < MOST_WORDS { &line.marks[..] } else { &[] };
    let words = words::between_marks(&line.text, marks, start, end);
    ImportedSegment { speaker: line.speaker, words, ..ImportedSegment::new(start, end, line.text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_millis: u64, end_millis: u64, lines: &[&str]) -> Shown {
        let line = |text: &&str| ShownLine { text: (*text).to_owned(), ..ShownLine::default() };
        Shown {
            start: MediaTime::from_millis(start_millis),
            end: Some(MediaTime::from_millis(end_millis)),
            lines: lines.iter().map(line).collect(),
            line: 1,
        }
    }

    fn texts(cues: Vec<Shown>) -> Vec<String> {
        let of = |segment: ImportedSegment| {
            let end = segment.end.map_or(0, MediaTime::as_millis);
            format!("{}-{end} {}", segment.start_time().as_millis(), segment.text)
        };
        segments(unrolled(cues), &mut ImportIssues::default()).into_iter().map(of).collect()
    }

    #[test]
    fn lines_that_roll_up_are_there_once() {
        // As video sites write them: each line while it is spoken, for 10 ms alone, and above the next one.
        let cues = vec![
            cue(100, 2_000, &["good morning"]),
            cue(2_000, 2_010, &["good morning"]),
            cue(2_010, 4_000, &["good morning", "from port ellery"]),
            cue(4_000, 4_010, &["from port ellery"]),
            cue(4_010, 6_000, &["from port ellery", "no no"]),
            cue(6_000, 6_010, &["no no"]),
            cue(6_010, 8_000, &["no no", "no no"]),
        ];
        let expected =
            ["100-2010 good morning", "2010-4010 from port ellery", "4010-6010 no no", "6010-8000 no no"];
        assert_eq!(texts(cues), expected);
    }

    #[test]
    fn three_lines_roll_up_too() {
        let cues = vec![
            cue(0, 1_000, &["a", "b"]),
            cue(1_000, 2_000, &["a", "b", "c"]),
            cue(2_000, 3_000, &["b", "c", "d"]),
            cue(9_000, 9_500, &["c", "d", "e"]), // After a pause somebody says it again.
        ];
        assert_eq!(texts(cues), ["0-1000 a b", "1000-2000 c", "2000-3000 d", "9000-9500 c d e"]);
    }

    #[test]
    fn what_is_said_twice_stays() {
        let loops = vec![cue(0, 1_000, &["Thank you."]); 5];
        assert_eq!(texts(loops).len(), 5);
        let once = vec![cue(0, 1, &["a"]), cue(1, 2, &["a", "b"]), cue(2, 3, &["x"]), cue(3, 4, &["y"])];
        assert_eq!(texts(once), ["0-1 a", "1-2 a b", "2-3 x", "3-4 y"]);
    }
}
