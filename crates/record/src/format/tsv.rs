//! Tab-separated values as openai-whisper writes them: `start`, `end` (whole milliseconds) and `text`.
//!
//! Follows `WriteTSV` in openai/whisper, `whisper/utils.py`: a tab in the text becomes a space, and so, here,
//! does a line break. No speakers, because the reference has no column for them.

use super::clock::{digits, end_after};
use super::{plain, print};
use crate::captions::{Cue, shown_lines};
use crate::imported::{Gathered, ImportIssueKind, ImportIssues, ImportPlace, Imported, ImportedSegment};
use crate::time::MediaTime;

/// The first line.
pub(crate) const HEADER: &str = "start\tend\ttext";

/// Reads such a file. A row without its three columns, or without times, costs itself.
pub fn read(bytes: &[u8]) -> Imported {
    let mut issues = ImportIssues::default();
    let text = plain::decode(bytes, &mut issues);
    let mut gathered = Gathered::default();
    for (number, line) in plain::lines(&text).filter(|(_, line)| *line != HEADER && !line.is_empty()) {
        let place = ImportPlace::line(number);
        match row(line) {
            Some((start, end, text)) => {
                let end = end_after(start, Some(end), &place, &mut issues);
                gathered.push(ImportedSegment::new(start, end, text.trim()), &place, &mut issues);
            }
            None => {
                let expected = "start and end in milliseconds and a text, parted by tabs";
                issues.push(place, ImportIssueKind::unexpected(expected, line));
            }
        }
    }
    Imported { segments: gathered.segments, issues, ..Imported::default() }.finish()
}

fn row(line: &str) -> Option<(MediaTime, MediaTime, &str)> {
    let mut columns = line.splitn(3, '\t');
    let mut time = || digits(columns.next()?).map(MediaTime::from_millis);
    let (start, end) = (time()?, time()?);
    Some((start, end, columns.next()?))
}

/// The captions as a TSV file with a header, one row each, in the order given.
pub fn write(cues: &[Cue<'_>]) -> String {
    let mut tsv = String::from("start\tend\ttext\n");
    for cue in cues {
        let (start, end) = cue.span();
        let lines: Vec<&str> = shown_lines(cue.text).collect();
        let text = lines.join(" ").replace('\t', " ");
        print(&mut tsv, format_args!("{}\t{}\t{text}\n", start.as_millis(), end.as_millis()));
    }
    tsv
}
