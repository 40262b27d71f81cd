//! Reads archive files.
//!
//! One pass over the text. Whatever leaves the grammar is noted as a fault at its byte and costs its line
//! only; a text without faults is a transcript. So "follows the grammar" is decided in one place, by the
//! same code that understands the rest.

use std::borrow::Cow;

use super::issue::{SyntaxError, SyntaxErrorKind};
use super::{ArchiveFile, Opaque, Parsed, Understood, link, pylist};
use crate::transcript::{ArchiveDate, Keywords, Newline, PrintedDigits, Rating, Segment, Transcript};

/// Faults that are listed one by one; a file of another kind has one on every line.
const LISTED_FAULTS: usize = 1000;

/// Characters of the input that an issue repeats.
const FOUND_CHARACTERS: usize = 40;

/// The longest date, `September 12, 2025`, with the brackets that follow it.
const DATE_BYTES: usize = "September 12, 2025](".len();

const SHOW_LINE: &str = "`**show:** [Month DD, YYYY](address)`";

/// Reads a file, whatever it holds.
pub fn parse(bytes: &[u8]) -> Parsed {
    let (text, broken_byte) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(error) => (String::from_utf8_lossy(bytes), Some(error.valid_up_to())),
    };
    let mut reader = Reader::new(&text);
    if let Some(at) = broken_byte {
        reader.fault(at, SyntaxErrorKind::NotUtf8 { byte: bytes[at] });
    }
    let parts = reader.file();
    let newline = reader.newline;
    let issues = reader.into_issues();
    let file = if issues.is_empty() { parts.into_transcript(newline) } else { Err(Box::new(parts)) };
    match file {
        Ok(transcript) => Parsed { file: ArchiveFile::Transcript(*transcript), issues },
        Err(parts) => {
            let understood = parts.into_understood();
            Parsed { file: ArchiveFile::Opaque(Opaque { bytes: bytes.to_vec(), understood }), issues }
        }
    }
}

/// Where the grammar is left, in bytes of the text.
struct Fault {
    at: usize,
    kind: SyntaxErrorKind,
}

/// A line without its break.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// In bytes of the text.
    at: usize,
    text: &'a str,
}

/// What was read, as far as it could be read.
#[derive(Default)]
struct Parts<'a> {
    generated: Option<ArchiveDate>,
    model: Option<&'a str>,
    length: Option<PrintedDigits>,
    keywords: Option<Keywords>,
    views: Option<PrintedDigits>,
    rating: Option<Rating>,
    description: Option<&'a str>,
    title: Option<&'a str>,
    show: Option<ShowLine<'a>>,
    segments: Vec<Segment>,
}

impl<'a> Parts<'a> {
    fn into_transcript(self, newline: Newline) -> Result<Box<Transcript>, Box<Self>> {
        match self {
            Self {
                generated: Some(generated),
                model: Some(model),
                length: Some(length),
                keywords: Some(keywords),
                views: Some(views),
                title: Some(title),
                show: Some(show),
                rating,
                description,
                segments,
            } => Ok(Box::new(Transcript {
                newline,
                generated,
                model: model.to_owned(),
                length,
                keywords,
                views,
                rating,
                description: description.map(str::to_owned),
                title: title.to_owned(),
                show: show.name.to_owned(),
                date: show.date,
                url: show.url.to_owned(),
                segments,
            })),
            parts => Err(Box::new(parts)),
        }
    }

    fn into_understood(self) -> Understood {
        Understood {
            generated: self.generated,
            model: self.model.map(str::to_owned),
            length: self.length.and_then(|length| length.to_media_time()),
            description: self.description.map(str::to_owned),
            title: self.title.map(str::to_owned),
            show: self.show.map(|show| show.name.to_owned()),
            date: self.show.map(|show| show.date),
            url: self.show.map(|show| show.url.to_owned()),
            segments: self.segments,
        }
    }
}

/// A show line, taken apart.
#[derive(Clone, Copy)]
struct ShowLine<'a> {
    name: &'a str,
    date: ArchiveDate,
    url: &'a str,
}

impl<'a> ShowLine<'a> {
    /// Reads `**name:** [date](url)`: the name ends at the first `:** [` that a date and `](` follow.
    fn parse(line: &'a str) -> Option<Self> {
        let inside = line.strip_prefix("**")?.strip_suffix(')')?;
        inside.match_indices(":** [").find_map(|(name_end, mark)| {
            let rest = &inside[name_end + mark.len()..];
            let window = &rest.as_bytes()[..rest.len().min(DATE_BYTES)];
            let date_end = window.windows(2).position(|pair| pair == b"](")?;
            let date = ArchiveDate::parse(rest.get(..date_end)?)?;
            Some(Self { name: &inside[..name_end], date, url: &rest[date_end + 2..] })
        })
    }
}

/// The end of the front matter with the title and the show behind it, in bytes of the text.
struct Heading<'a> {
    /// Where the `---` line begins.
    rule: usize,
    title: &'a str,
    show: ShowLine<'a>,
    /// Where the line of the show begins.
    show_line: usize,
}

/// The first heading whose line break before the `---` is at `from` or later.
fn find_heading(text: &str, from: usize, newline: Newline) -> Option<Heading<'_>> {
    let nl = newline.as_str();
    let mark = match newline {
        Newline::Lf => "\n---\n\n# ",
        Newline::CrLf => "\r\n---\r\n\r\n# ",
    };
    let mut at = from;
    while let Some(found) = text[at..].find(mark) {
        let rule = at + found + nl.len();
        if let Some(heading) = heading_at(text, rule, newline) {
            return Some(heading);
        }
        at = rule;
    }
    None
}

/// The heading whose `---` line begins at `rule`, if one does.
fn heading_at(text: &str, rule: usize, newline: Newline) -> Option<Heading<'_>> {
    let nl = newline.as_str();
    let after_rule = text[rule..].strip_prefix("---")?.strip_prefix(nl)?.strip_prefix(nl)?;
    let after_mark = after_rule.strip_prefix("# ")?;
    let (title, _) = after_mark.split_once('\n')?;
    let show_line = text.len() - after_mark.len() + title.len() + 1;
    let show = text[show_line..].split('\n').next()?;
    Some(Heading {
        rule,
        title: without_return(title, newline)?,
        // At the end of a file or a description the line break may be missing.
        show: ShowLine::parse(without_return(show, newline).unwrap_or(show))?,
        show_line,
    })
}

fn without_return(line: &str, newline: Newline) -> Option<&str> {
    match newline {
        Newline::Lf => Some(line),
        Newline::CrLf => line.strip_suffix('\r'),
    }
}

/// The end of the first `---` in `description`, from byte `from` on, at which a reader would take the
/// description for ended.
pub(crate) fn rule_before_heading(description: &str, from: usize) -> Option<usize> {
    find_heading(description, from, Newline::Lf).map(|heading| heading.rule + "---".len())
}

struct Reader<'a> {
    text: &'a str,
    /// The byte from which to read on.
    at: usize,
    newline: Newline,
    faults: Vec<Fault>,
    unlisted_faults: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let first_line = text.split_once('\n').map_or("", |(line, _)| line);
        let newline = if first_line.ends_with('\r') { Newline::CrLf } else { Newline::Lf };
        Self { text, at: 0, newline, faults: Vec::new(), unlisted_faults: 0 }
    }

    /// Notes a fault. What stands behind the first at one place is its consequence, and not listed.
    fn fault(&mut self, at: usize, kind: SyntaxErrorKind) {
        if self.faults.last().is_some_and(|last| last.at == at) {
            return;
        }
        if self.faults.len() < LISTED_FAULTS {
            self.faults.push(Fault { at, kind });
        } else {
            self.unlisted_faults += 1;
        }
    }

    fn expected(&mut self, at: usize, expected: &'static str) {
        let found = found(&self.text[at..]);
        self.fault(at, SyntaxErrorKind::Expected { expected, found });
    }

    /// Takes the next line; `None` at the end of the file. A line that ends otherwise than the first is a
    /// fault and a line all the same.
    fn line(&mut self) -> Option<Line<'a>> {
        let at = self.at;
        let rest = &self.text[at..];
        if rest.is_empty() {
            return None;
        }
        let Some(end) = rest.find('\n') else {
            self.at = self.text.len();
            self.expected(self.text.len(), "a line break");
            return Some(Line { at, text: rest });
        };
        self.at += end + 1;
        match without_return(&rest[..end], self.newline) {
            Some(text) => Some(Line { at, text }),
            None => {
                self.fault(at + end, SyntaxErrorKind::BareLineFeed);
                Some(Line { at, text: &rest[..end] })
            }
        }
    }

    fn file(&mut self) -> Parts<'a> {
        let mut parts = Parts::default();
        if self.take_rule() {
            self.front(&mut parts);
        }
        self.heading(&mut parts);
        if parts.title.is_some() || parts.show.is_some() {
            self.segments(&mut parts);
        }
        parts
    }

    /// Takes the `---` that begins the file.
    fn take_rule(&mut self) -> bool {
        let has_rule =
            self.text.strip_prefix("---").is_some_and(|rest| rest.starts_with(self.newline.as_str()));
        if has_rule {
            self.line();
        } else {
            self.expected(0, "`---`");
        }
        has_rule
    }

    fn front(&mut self, parts: &mut Parts<'a>) {
        parts.generated =
            self.value("`Date Generated: `", "a date such as `February 12, 2025`", ArchiveDate::parse);
        parts.model = self.value("`Transcription Model: `", "a model", Some);
        parts.length = self.value("`Length: `", "whole seconds such as `152s`", |text| {
            PrintedDigits::parse(text.strip_suffix('s')?)
        });
        parts.keywords = self.keywords();
        parts.views = self.value("`Video Views: `", "a whole number", PrintedDigits::parse);
        parts.rating = self.value("`Video Rating: `", "`None` or a number", rating).flatten();
    }

    /// Takes the line that begins with `key` (which stands in backticks) and reads its value; a line with
    /// another beginning stays where it is.
    fn value<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Option<T> {
        let value = self.keyed_line(key)?;
        let read = read(value.text);
        if read.is_none() {
            self.expected(value.at, expected);
        }
        read
    }

    fn keyed_line(&mut self, key: &'static str) -> Option<Line<'a>> {
        let literal = key.trim_matches('`');
        if !self.text[self.at..].starts_with(literal) {
            self.expected(self.at, key);
            return None;
        }
        let line = self.line()?;
        Some(Line { at: line.at + literal.len(), text: &line.text[literal.len()..] })
    }

    fn keywords(&mut self) -> Option<Keywords> {
        let value = self.keyed_line("`Video Keywords: `")?;
        match Keywords::parse(value.text) {
            Ok(keywords) => Some(keywords),
            Err(offset) => {
                self.expected(value.at + offset, "a list of strings such as `['news', 'world']`");
                None
            }
        }
    }

    /// Reads on to the first segment: description, end of the front matter, title and show.
    fn heading(&mut self, parts: &mut Parts<'a>) {
        let heading = heading_at(self.text, self.at, self.newline)
            .or_else(|| find_heading(self.text, self.at, self.newline));
        let Some(heading) = heading else { return self.broken_heading(parts) };
        parts.description = self.description(heading.rule);
        parts.title = Some(heading.title);
        parts.show = Some(heading.show);
        self.at = heading.show_line;
        self.line();
    }

    /// The description between here and the `---` line at `rule`.
    fn description(&mut self, rule: usize) -> Option<&'a str> {
        let between = &self.text[self.at..rule];
        if between.is_empty() {
            return None;
        }
        let description = between
            .strip_prefix("Video Description: ")
            .and_then(|description| description.strip_suffix(self.newline.as_str()));
        if description.is_none() {
            self.expected(self.at, "`Video Description: ` or `---`");
        }
        description
    }

    /// Finds title and show where they do not stand as they should, and says what is wrong with them.
    fn broken_heading(&mut self, parts: &mut Parts<'a>) {
        let start = self.at;
        let mut title: Option<Line<'a>> = None;
        let mut behind_title = start;
        let mut end = self.text.len();
        let mut line_at = start;
        for raw in self.text[start..].split_inclusive('\n') {
            let line = raw.trim_end_matches(['\n', '\r']);
            let after = line_at + raw.len();
            if let Some(show) = ShowLine::parse(line) {
                parts.show = Some(show);
                end = line_at;
                self.at = after;
                break;
            }
            if let Some(text) = line.strip_prefix("# ") {
                title = Some(Line { at: line_at, text });
                behind_title = after;
            }
            line_at = after;
        }
        parts.title = title.map(|title| title.text);
        match title {
            None => self.expected(end, "`# ` and a title"),
            Some(_) if behind_title < end || parts.show.is_none() => self.expected(behind_title, SHOW_LINE),
            Some(title) => self.expected(title.at, "`---` and an empty line before the title"),
        }
        if parts.show.is_none() {
            self.at = behind_title;
        }
    }

    fn segments(&mut self, parts: &mut Parts<'a>) {
        let url = parts.show.map_or("", |show| show.url);
        let mut link_reader = link::LinkReader::new(url);
        // The line of the first sound segment, and whether it has a link: the others should be like it.
        let mut first: Option<(usize, bool)> = None;
        while let Some(line) = self.line() {
            let Some(text) = line.text.strip_prefix("* ") else {
                self.expected(line.at, "`* ` and a segment");
                continue;
            };
            let read = link_reader.read(text);
            parts.segments.push(Segment { text: read.text.to_owned(), start: read.start });
            let text_at = line.at + "* ".len();
            if let Some((offset, kind)) = read.fault {
                self.fault(text_at + offset, kind);
                continue;
            }
            let has_link = read.start.is_some();
            let (first_line, first_has_link) =
                *first.get_or_insert_with(|| (self.line_number(line.at), has_link));
            if has_link != first_has_link {
                let link_at = text_at + read.text.len();
                self.fault(link_at, SyntaxErrorKind::MixedTimes { first_line, has_link });
            }
        }
    }

    /// From 1. Counts from the beginning of the file, so not for every line.
    fn line_number(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    fn into_issues(mut self) -> Vec<SyntaxError> {
        if self.unlisted_faults > 0 {
            let at = self.text.len();
            self.faults.push(Fault { at, kind: SyntaxErrorKind::More { count: self.unlisted_faults } });
        }
        self.faults.sort_by_key(|fault| fault.at);
        let mut place = (1, 1);
        let mut at = 0;
        let mut issues = Vec::with_capacity(self.faults.len());
        for fault in self.faults {
            place = advanced(place, &self.text[at..fault.at]);
            at = fault.at;
            issues.push(SyntaxError { line: place.0, column: place.1, kind: fault.kind });
        }
        issues
    }
}

/// The line and column behind `text`, which begins at `place`.
fn advanced((line, column): (usize, usize), text: &str) -> (usize, usize) {
    match text.rfind('\n') {
        Some(last) => (line + text.matches('\n').count(), 1 + text[last + 1..].chars().count()),
        None => (line, column + text.chars().count()),
    }
}

fn rating(text: &str) -> Option<Option<Rating>> {
    if text == "None" { Some(None) } else { Rating::parse(text).map(Some) }
}

/// The beginning of what stands in the text from here on, for an issue.
pub(super) fn found(rest: &str) -> String {
    let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    match (rest, line) {
        ("", _) => "end of file".to_owned(),
        (_, "") => "end of line".to_owned(),
        (_, line) => quoted(line),
    }
}

/// The beginning of a part of a line in backticks, for an issue.
pub(super) fn quoted(part: &str) -> String {
    if part.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown = String::from("`");
    for character in part.chars().take(FOUND_CHARACTERS) {
        if pylist::is_printable(character) {
            shown.push(character);
        } else {
            // A terminal obeys control characters, and nobody sees a byte order mark.
            shown.extend(character.escape_unicode());
        }
    }
    shown.push_str(if part.chars().nth(FOUND_CHARACTERS).is_some() { "...`" } else { "`" });
    shown
}
