//! A text as lines that are paragraphs, with their places in characters.

use std::ops::Range;

/// Each line is a paragraph unless so many lines of the text, and half of them, are broken at the same width.
const LEAST_WRAPPED_LINES: usize = 3;

/// The widest line that a program has broken has so many bytes, and
const WIDTHS_BYTES: std::ops::RangeInclusive<usize> = 50..=110;

/// the others end so close to it, because the next word did not fit.
const LAST_WORD_BYTES: usize = 16;

/// Some text with its place: a line, or the lines of a paragraph that a program has broken.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// Trimmed, never empty.
    pub(super) text: &'a str,
    pub(super) chars: Range<usize>,
    /// Whether blank lines are above and below it.
    pub(super) is_alone: bool,
    /// The text of the line before.
    pub(super) before: Option<&'a str>,
}

impl Line<'_> {
    pub(super) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// The lines of a text, in time proportional to it.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let stretches = stretches(text, wrapped_at(text));
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(stretches.len());
    let (mut byte, mut char) = (0, 0);
    for Stretch { bytes, is_alone } in stretches {
        char += text[byte..bytes.start].chars().count();
        let found = &text[bytes.clone()];
        let end = char + found.chars().count();
        let before = lines.last().map(|line| line.text);
        lines.push(Line { text: found, chars: char..end, is_alone, before });
        (byte, char) = (bytes.end, end);
    }
    lines
}

struct Stretch {
    bytes: Range<usize>,
    is_alone: bool,
}

/// From how many bytes on a line is one that a program has broken because it was full; `None` if none has.
fn wrapped_at(text: &str) -> Option<usize> {
    let broken = || {
        let pairs = text.lines().zip(text.lines().skip(1));
        pairs
            .filter(|(line, next)| !line.trim().is_empty() && !next.trim().is_empty())
            .map(|(line, _)| line.trim_end())
    };
    let full_bytes = broken()
        .map(str::len)
        .max()
        .filter(|widest| WIDTHS_BYTES.contains(widest))?
        .saturating_sub(LAST_WORD_BYTES);
    let (all, full) = broken().fold((0, 0), |(all, full), line| {
        (all + 1, full + usize::from(line.len() >= full_bytes && line.contains(' ')))
    });
    (full >= LEAST_WRAPPED_LINES && full * 2 >= all).then_some(full_bytes)
}

/// The lines of a text, full ones with those that follow them.
fn stretches(text: &str, full_bytes: Option<usize>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    // How long the line before was; `None` behind a blank one.
    let mut bytes_before: Option<usize> = None;
    for line in text.split('\n') {
        let Some(bytes) = trimmed(text, line) else {
            bytes_before = None;
            continue;
        };
        let is_continued = bytes_before.zip(full_bytes).is_some_and(|(before, full)| before >= full);
        let is_below = bytes_before.is_some();
        bytes_before = Some(bytes.len());
        match stretches.last_mut() {
            Some(last) if is_continued => last.bytes.end = bytes.end,
            Some(last) if is_below => {
                last.is_alone = false;
                stretches.push(Stretch { bytes, is_alone: false });
            }
            _ => stretches.push(Stretch { bytes, is_alone: true }),
        }
    }
    stretches
}

/// Where in the text the line stands without white space around it; `None` for a blank one.
fn trimmed(text: &str, line: &str) -> Option<Range<usize>> {
    let content = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start = content.as_ptr() as usize - text.as_ptr() as usize;
    (!content.is_empty()).then_some(start..start + content.len())
}
