//! Plain text with times in the margin, as people and many programs write it. Only read.
//!
//! ```text
//! [00:01:05] The ferry is late.        00:05 The ferry is late.        Ada Morrow  1:05
//! (1:02:03) Ada Morrow: It is.         0:12                            The ferry is late.
//! [00:05.000 --> 00:07.000]  It is.    It is.
//! ```
//!
//! A line without a time belongs to the one before it. Where nothing tells an end, none is made up.

use super::clock::{clock, end_after};
use super::plain;
use crate::imported::{
    Gathered, ImportIssueKind, ImportIssues, ImportPlace, Imported, ImportedSegment, is_speaker, take_labels,
};
use crate::time::MediaTime;

/// What may stand between the time and the text.
const SEPARATORS: [&str; 5] = ["- ", "– ", "— ", "| ", ": "];

/// A line with a time.
struct Margin<'a> {
    start: MediaTime,
    end: Option<MediaTime>,
    /// What stands beside the time; empty where the time is alone.
    text: &'a str,
    speaker: Option<&'a str>,
}

/// Reads a text with times in the margin.
pub fn read(bytes: &[u8]) -> Imported {
    let mut issues = ImportIssues::default();
    let text = plain::decode(bytes, &mut issues);
    let mut gathered = Gathered::default();
    let mut open: Option<(ImportPlace, ImportedSegment)> = None;
    for (number, line) in plain::lines(&text) {
        let line = line.trim();
        let place = ImportPlace::line(number);
        if let Some(margin) = margin(line) {
            close(open.take(), &mut gathered, &mut issues);
            let end = end_after(margin.start, margin.end, &place, &mut issues);
            let speaker = margin.speaker.map(str::to_owned);
            let segment = ImportedSegment { speaker, ..ImportedSegment::new(margin.start, end, margin.text) };
            open = Some((place, segment));
        } else if let (Some((_, segment)), false) = (&mut open, line.is_empty()) {
            segment.text.push_str(if segment.text.is_empty() { "" } else { " " });
            segment.text.push_str(line);
        } else if !line.is_empty() {
            issues.push(
                place,
                ImportIssueKind::unexpected("a time such as `[00:01:05]` before the text", line),
            );
        }
    }
    close(open, &mut gathered, &mut issues);
    let mut segments = gathered.segments;
    take_labels(&mut segments);
    Imported { segments, issues, ..Imported::default() }.finish()
}

fn close(open: Option<(ImportPlace, ImportedSegment)>, gathered: &mut Gathered, issues: &mut ImportIssues) {
    if let Some((place, segment)) = open {
        gathered.push(segment, &place, issues);
    }
}

/// Whether a text is mostly lines with times: two thirds of its lines have one or follow one that is alone, and
/// the times rise. A page that mentions times of day is none.
pub(crate) fn is_timed(text: &str) -> bool {
    let (mut lines, mut covered, mut times, mut rising) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut before = MediaTime::ZERO;
    for (_, line) in plain::lines(text).filter(|(_, line)| !line.trim().is_empty()) {
        lines += 1;
        if let Some(margin) = margin(line.trim()) {
            times += 1;
            covered += if margin.text.is_empty() { 2 } else { 1 };
            rising += usize::from(margin.start >= before);
            before = margin.start;
        }
    }
    times >= 2 && covered * 3 >= lines * 2 && rising * 10 >= times * 9
}

fn margin(line: &str) -> Option<Margin<'_>> {
    leading(line).or_else(|| behind_name(line))
}

/// A time at the beginning of a line, in brackets or not, perhaps with an end.
fn leading(line: &str) -> Option<Margin<'_>> {
    let (closing, rest) = opened(line);
    let (start, rest) = leading_clock(rest)?;
    let (end, rest) = match leading_end(rest) {
        Some((end, rest)) => (Some(end), rest),
        None => (None, rest),
    };
    let rest = match closing {
        Some(closing) => rest.trim_start().strip_prefix(closing)?,
        // Without a bracket only a space parts a time from `10:30pm`.
        None => Some(rest).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))?,
    };
    let rest = rest.trim_start();
    let text = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator)).unwrap_or(rest);
    Some(Margin { start, end, text: text.trim_start(), speaker: None })
}

fn opened(line: &str) -> (Option<char>, &str) {
    match line.chars().next() {
        Some('[') => (Some(']'), line[1..].trim_start()),
        Some('(') => (Some(')'), line[1..].trim_start()),
        _ => (None, line),
    }
}

fn leading_clock(text: &str) -> Option<(MediaTime, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || ":.,".contains(c))).unwrap_or(text.len());
    Some((clock(&text[..end])?, &text[end..]))
}

/// The end of a stretch: an arrow or a dash, and another time.
fn leading_end(text: &str) -> Option<(MediaTime, &str)> {
    let rest = text.trim_start();
    let rest = ["-->", "-", "–", "—"].iter().find_map(|dash| rest.strip_prefix(dash))?;
    leading_clock(rest.trim_start())
}

/// `Ada Morrow  1:05`, alone on its line.
fn behind_name(line: &str) -> Option<Margin<'_>> {
    let (name, time) = line.rsplit_once(char::is_whitespace)?;
    let time = time.strip_prefix(['[', '(']).and_then(|time| time.strip_suffix([']', ')'])).unwrap_or(time);
    let start = clock(time)?;
    let name = name.trim_end().trim_end_matches([':', '-', '|']).trim_end();
    is_speaker(name).then_some(Margin { start, end: None, text: "", speaker: Some(name) })
}
