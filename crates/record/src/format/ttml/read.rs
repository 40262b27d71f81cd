//! Reads TTML, element by element.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::clock::end_after;
use super::super::markup::{entity, unescaped};
use super::super::plain;
use super::times::Rates;
use crate::imported::{
    Cues, ImportIssueKind, ImportIssues, ImportPlace, Imported, Shown, ShownLine, segments, take_labels,
    unrolled,
};
use crate::time::MediaTime;

/// Elements inside one another; those of captions have about ten.
const MOST_LEVELS: usize = 200;

/// Reads a TTML file. What stands behind a defect of the XML is left out; a paragraph without a time costs itself.
pub fn read(bytes: &[u8]) -> Imported {
    let mut issues = ImportIssues::default();
    let text = plain::decode(bytes, &mut issues);
    let mut document = Document { issues, ..Document::default() };
    document.read(&text);
    let Document { cues, mut agents, language, title, mut issues, .. } = document;
    agents.values_mut().for_each(|name| *name = joined_words(name));
    agents.retain(|_, name| !name.is_empty());
    let title = title.map(|title| joined_words(&title)).filter(|title| !title.is_empty());
    let mut segments = segments(unrolled(named(cues.into_vec(), &agents)), &mut issues);
    if segments.iter().all(|segment| segment.speaker.is_none()) {
        take_labels(&mut segments);
    }
    Imported { segments, language, title, issues, ..Imported::default() }.finish()
}

fn joined_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Agents stand behind the paragraphs in some files, so their names come last.
fn named(mut cues: Vec<Shown>, agents: &HashMap<String, String>) -> Vec<Shown> {
    for line in cues.iter_mut().flat_map(|cue| &mut cue.lines) {
        let Some(ids) = line.speaker.take() else { continue };
        let names: Vec<&str> =
            ids.split_whitespace().map(|id| agents.get(id).map_or(id, String::as_str)).collect();
        line.speaker = Some(names.join(", ")).filter(|names| !names.is_empty());
    }
    cues
}

/// The longest value of an attribute that means something.
const LONGEST_VALUE_BYTES: usize = 200;

/// The attributes that mean something, without their prefixes.
const ATTRIBUTES: [&str; 10] =
    ["agent", "begin", "dur", "end", "frameRate", "frameRateMultiplier", "id", "lang", "tickRate", "unit"];

/// What an element is to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Element {
    Root,
    Agent,
    Name,
    Title,
    /// `body` or `div`.
    Block,
    Paragraph,
    Span,
    Break,
    #[default]
    Other,
}

impl Element {
    fn of(local_name: &str) -> Self {
        match local_name {
            "tt" => Self::Root,
            "agent" => Self::Agent,
            "name" => Self::Name,
            "title" => Self::Title,
            "body" | "div" => Self::Block,
            "p" => Self::Paragraph,
            "span" => Self::Span,
            "br" => Self::Break,
            _ => Self::Other,
        }
    }
}

/// An element that is open.
#[derive(Clone, Debug, Default)]
struct Level {
    element: Element,
    /// From where the times inside count.
    base: MediaTime,
    /// Where it ends, if it says.
    end: Option<MediaTime>,
    /// Who speaks in it: ids of agents.
    agent: Option<String>,
    /// The id of an agent that is being described.
    id: Option<String>,
    /// Whether it is a span with which a caption ends.
    closes_cue: bool,
}

#[derive(Default)]
struct Document {
    levels: Vec<Level>,
    rates: Rates,
    cues: Cues,
    /// The paragraph, or the span with a time of its own, that is being read.
    cue: Option<Shown>,
    /// A paragraph whose time is that of what is around it: what stands in it outside of spans with a time.
    cue_around: Option<Shown>,
    line: ShownLine,
    agents: HashMap<String, String>,
    language: Option<String>,
    title: Option<String>,
    issues: ImportIssues,
    /// Line of the file.
    at_line: usize,
}

impl Document {
    fn read(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        let mut counted = 0;
        self.at_line = 1;
        loop {
            let event = reader.read_event();
            let position = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
            match event {
                Ok(Event::Eof) => return self.end_paragraph(),
                Ok(event) if self.levels.len() > MOST_LEVELS => {
                    drop(event);
                    let kind =
                        ImportIssueKind::TooMany { what: "elements inside one another", limit: MOST_LEVELS };
                    self.issues.push(ImportPlace::line(self.at_line), kind);
                    return;
                }
                Ok(event) => self.event(event),
                Err(error) => {
                    let kind = ImportIssueKind::unexpected("well-formed XML", &error.to_string());
                    self.issues.push(ImportPlace::line(self.at_line), kind);
                    // What is only ill-formed has an end, and the reader goes on behind it.
                    if position <= counted || !matches!(error, quick_xml::Error::IllFormed(_)) {
                        return self.end_paragraph();
                    }
                }
            }
            let passed = text.as_bytes().get(counted..position).unwrap_or_default();
            self.at_line += passed.iter().filter(|byte| **byte == b'\n').count();
            counted = position.max(counted);
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(element) => self.start(&element),
            Event::Empty(element) => {
                self.start(&element);
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(name) => match entity(&name) {
                Some(character) => self.text(character.encode_utf8(&mut [0; 4])),
                None => self.text(&format!("&{};", &*name)),
            },
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let attributes = Attributes::of(element);
        let element = Element::of(element.local_name().as_ref());
        let outer = self.levels.last().cloned().unwrap_or_default();
        let mut level = Level { element, closes_cue: false, ..outer };
        if let Some(agent) = attributes.get("agent") {
            level.agent = Some(agent.to_owned());
        }
        match element {
            Element::Root => self.root(&attributes),
            Element::Agent => level.id = attributes.get("id").map(str::to_owned),
            Element::Break => self.end_line(),
            Element::Block => {
                self.timed(&attributes, &mut level);
            }
            Element::Paragraph => self.paragraph(&attributes, &mut level),
            Element::Span => self.span(&attributes, &mut level),
            _ => {}
        }
        if matches!(element, Element::Paragraph | Element::Span) {
            self.speak(level.agent.clone());
        }
        self.levels.push(level);
    }

    fn paragraph(&mut self, attributes: &Attributes, level: &mut Level) {
        self.end_paragraph();
        let has_begin = self.timed(attributes, level);
        let is_timed = has_begin || level.base > MediaTime::ZERO || level.end.is_some();
        let cue = is_timed.then(|| self.cue_of(level));
        // Without a time of its own it may hold spans that have one.
        if has_begin {
            self.cue = cue;
        } else {
            self.cue_around = cue;
        }
    }

    fn root(&mut self, attributes: &Attributes) {
        self.rates = Rates::new(
            attributes.get("frameRate"),
            attributes.get("frameRateMultiplier"),
            attributes.get("tickRate"),
        );
        self.language = attributes.get("lang").filter(|language| !language.is_empty()).map(str::to_owned);
    }

    /// A span with a time: in a paragraph with a time its words begin there, in one without it is a caption.
    fn span(&mut self, attributes: &Attributes, level: &mut Level) {
        let is_in_paragraph = self.levels.iter().any(|level| level.element == Element::Paragraph);
        if !is_in_paragraph || attributes.get("begin").is_none() {
            return;
        }
        let has_begin = self.timed(attributes, level);
        if self.cue.is_none() && has_begin {
            self.end_line();
            self.cue = Some(self.cue_of(level));
            self.line = ShownLine { speaker: level.agent.clone(), ..ShownLine::default() };
            level.closes_cue = true;
        } else if has_begin {
            // Some programs give each word a span and leave the spaces to whoever shows them.
            if attributes.get("unit") == Some("word") {
                self.space();
            }
            // A space belongs to the word behind it.
            self.line.marks.push((self.line.text.trim_end().len(), level.base));
        }
    }

    /// Takes `begin`, `end` and `dur`, which count from the element around; whether there is a `begin`.
    fn timed(&mut self, attributes: &Attributes, level: &mut Level) -> bool {
        let outer = level.base;
        let mut has_begin = false;
        if let Some(begin) = self.time(attributes, "begin") {
            level.base = outer.saturating_add(begin);
            has_begin = true;
        }
        let end = self.time(attributes, "end").map(|end| outer.saturating_add(end));
        let lasts = self.time(attributes, "dur").map(|lasts| level.base.saturating_add(lasts));
        let own = match (end, lasts) {
            (Some(end), Some(lasts)) => Some(end.min(lasts)),
            (end, lasts) => end.or(lasts),
        };
        level.end = own.or(level.end);
        has_begin
    }

    fn time(&mut self, attributes: &Attributes, name: &str) -> Option<MediaTime> {
        let text = attributes.get(name)?;
        let time = self.rates.time(text);
        if time.is_none() {
            let kind = ImportIssueKind::unexpected("a time such as `00:01:05.220` or `65.22s`", text);
            self.issues.push(ImportPlace::line(self.at_line), kind);
        }
        time
    }

    fn cue_of(&mut self, level: &Level) -> Shown {
        let place = ImportPlace::line(self.at_line);
        let end = end_after(level.base, level.end, &place, &mut self.issues);
        Shown::new(level.base, end, self.at_line)
    }

    fn end(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        if level.element == Element::Paragraph {
            self.end_paragraph();
        } else if level.closes_cue {
            self.end_cue();
        } else if level.element == Element::Span {
            let outer = self.levels.last().and_then(|outer| outer.agent.clone());
            self.speak(outer);
        }
    }

    /// Who speaks from here on.
    fn speak(&mut self, agent: Option<String>) {
        if self.line.speaker != agent {
            self.end_line();
            self.line.speaker = agent;
        }
    }

    fn end_line(&mut self) {
        let speaker = self.line.speaker.clone();
        let mut line = std::mem::replace(&mut self.line, ShownLine { speaker, ..ShownLine::default() });
        line.text.truncate(line.text.trim_end().len());
        let length = line.text.len();
        line.marks.iter_mut().for_each(|(at, _)| *at = (*at).min(length));
        if line.text.is_empty() {
            return;
        }
        if let Some(cue) = self.cue.as_mut().or(self.cue_around.as_mut()) {
            cue.push(line);
        } else {
            let kind = ImportIssueKind::unexpected("a `begin` for this text", &line.text);
            self.issues.push(ImportPlace::line(self.at_line), kind);
        }
    }

    fn end_cue(&mut self) {
        self.end_line();
        self.line = ShownLine::default();
        let cue = self.cue.take().filter(|cue| !cue.lines.is_empty());
        cue.into_iter().for_each(|cue| self.cues.push(cue, &mut self.issues));
    }

    fn end_paragraph(&mut self) {
        self.end_cue();
        let cue = self.cue_around.take().filter(|cue| !cue.lines.is_empty());
        cue.into_iter().for_each(|cue| self.cues.push(cue, &mut self.issues));
    }

    fn text(&mut self, text: &str) {
        let Some(level) = self.levels.last() else { return };
        match level.element {
            Element::Paragraph | Element::Span => {
                text.chars().for_each(|character| self.character(character))
            }
            Element::Name => {
                let id = level.id.clone();
                id.into_iter().for_each(|id| append(self.agents.entry(id).or_default(), text));
            }
            Element::Title => append(self.title.get_or_insert_default(), text),
            _ => {}
        }
    }

    /// White space of any kind and length is one space, and none at the beginning of a line.
    fn character(&mut self, character: char) {
        if character.is_whitespace() { self.space() } else { self.line.text.push(character) }
    }

    fn space(&mut self) {
        if !self.line.text.is_empty() && !self.line.text.ends_with(' ') {
            self.line.text.push(' ');
        }
    }
}

/// Appends to a text that comes in parts: an escape parts it.
fn append(text: &mut String, part: &str) {
    const LONGEST_BYTES: usize = 1_000;
    if text.len() + part.len() <= LONGEST_BYTES {
        text.push_str(part);
    }
}

/// The attributes of an element that mean something, by their names without prefixes.
struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    fn of(element: &BytesStart<'_>) -> Self {
        let mut attributes = element.attributes();
        // The check for doubles compares each with each; the first counts.
        attributes.with_checks(false);
        let mut known = Vec::new();
        for attribute in attributes.flatten() {
            let local = attribute.key.local_name();
            let name = ATTRIBUTES.iter().find(|name| **name == local.as_ref());
            if let Some(name) = name.filter(|_| attribute.value.len() <= LONGEST_VALUE_BYTES) {
                known.push((*name, unescaped(&attribute.value).trim().to_owned()));
            }
        }
        Self(known)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}
