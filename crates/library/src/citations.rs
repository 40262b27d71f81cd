//! A place in the record as people cite it: in a text, in Markdown, in a footnote, in BibTeX.

use std::fmt::Write as _;

use jiff::civil::Date;
use record::{Document, Kind, MediaTime, Place};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::lines::Line;

/// In which form a place is cited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CitationForm {
    /// A sentence for a text or a message.
    #[default]
    Plain,
    /// The same with a link.
    Markdown,
    /// A note by the Chicago Manual of Style (17th edition, 14.261 and 14.191).
    Chicago,
    /// An entry for BibTeX.
    Bibtex,
    /// The address alone.
    Link,
}

impl CitationForm {
    /// All of them, with what they are called by programs and by people.
    pub const ALL: [(Self, &str, &str); 5] = [
        (Self::Plain, "plain", "Plain"),
        (Self::Markdown, "markdown", "Markdown"),
        (Self::Chicago, "chicago", "Chicago"),
        (Self::Bibtex, "bibtex", "BibTeX"),
        (Self::Link, "link", "Link"),
    ];
}

/// Some lines of a document that are cited.
#[derive(Clone, Copy, Debug)]
pub struct CitedLines<'a> {
    /// Which document.
    pub document: &'a Document,
    /// One line after the other, at least one for a place.
    pub lines: &'a [Line],
}

impl CitedLines<'_> {
    /// The citation; `accessed` is the day on which somebody looked.
    pub fn cite(&self, form: CitationForm, accessed: Date) -> String {
        match form {
            CitationForm::Plain => self.plain(),
            CitationForm::Markdown => self.markdown(),
            CitationForm::Chicago => self.chicago(accessed),
            CitationForm::Bibtex => self.bibtex(accessed),
            CitationForm::Link => self.link().unwrap_or_else(|| self.document.path.clone()),
        }
    }

    /// What is said there, each word as it was heard.
    fn words(&self) -> String {
        let texts: Vec<&str> = self.lines.iter().map(|line| line.text.trim()).collect();
        texts.join(" ")
    }

    /// Who says it, if one person says all of it.
    fn speaker(&self) -> Option<&str> {
        let first = self.lines.first()?.speaker.as_deref()?;
        self.lines.iter().all(|line| line.speaker.as_deref() == Some(first)).then_some(first)
    }

    fn link(&self) -> Option<String> {
        let of_line = self.lines.first().and_then(|line| line.link.clone());
        of_line.or_else(|| self.document.url.clone())
    }

    /// `12:30` or `12:30 to 12:41`; nothing where there are no times.
    fn times(&self) -> Option<String> {
        let start = start(&self.lines.first()?.place)?;
        let end =
            end(&self.lines.last()?.place).filter(|end| end.clock().to_string() != start.clock().to_string());
        Some(match end {
            Some(end) => format!("{} to {}", short(start), short(end)),
            None => short(start),
        })
    }

    /// Title, show or outlet, day, time.
    fn source(&self, title: &str) -> String {
        let document = self.document;
        let by = document.show.as_ref().or(document.outlet.as_ref());
        let date = document.date.map(|date| date.to_string());
        let facts = [by.cloned(), date, self.times()];
        std::iter::once(title.to_owned()).chain(facts.into_iter().flatten()).collect::<Vec<_>>().join(", ")
    }

    fn title(&self) -> &str {
        self.document.title.as_deref().unwrap_or("(untitled)")
    }

    fn plain(&self) -> String {
        let mut text = String::new();
        if !self.lines.is_empty() {
            let speaker = self.speaker().map_or(String::new(), |speaker| format!("{speaker}: "));
            let _ = write!(text, "{speaker}“{}” ", self.words());
        }
        let source = self.source(self.title());
        let _ = match self.link() {
            Some(link) => write!(text, "({source}, {link})"),
            None => write!(text, "({source})"),
        };
        text
    }

    fn markdown(&self) -> String {
        let escaped = |text: &str| {
            text.chars().fold(String::new(), |mut text, char| {
                if "\\`*_[]<>#|~".contains(char) {
                    text.push('\\');
                }
                text.push(char);
                text
            })
        };
        let mut text = String::new();
        if !self.lines.is_empty() {
            let _ = write!(text, "> {}\n>\n> ", escaped(&self.words()));
        }
        if let Some(speaker) = self.speaker() {
            let _ = write!(text, "{}, ", escaped(speaker));
        }
        let source = escaped(&self.source(self.title()));
        // No address of ours has spaces or brackets that would end the link early.
        let safe = |link: &String| !link.contains([' ', '(', ')', '<', '>']);
        match self.link().filter(safe) {
            Some(link) => text + &format!("[{source}]({link})"),
            None => text + &source,
        }
    }

    fn chicago(&self, accessed: Date) -> String {
        let document = self.document;
        let by = document.show.as_ref().or(document.outlet.as_ref());
        let mut parts = Vec::new();
        parts.extend(self.speaker().map(str::to_owned));
        parts.push(format!("“{}”", self.title()));
        parts.extend(by.cloned());
        parts.extend(document.date.map(|date| date.strftime("%B %-d, %Y").to_string()));
        if document.kind == Kind::Broadcast {
            parts.push("video or audio".to_owned());
        }
        parts.extend(self.times());
        match self.link() {
            Some(link) => {
                parts.push(format!("accessed {}", accessed.strftime("%B %-d, %Y")));
                parts.push(link);
            }
            None => parts.push(document.path.clone()),
        }
        parts.join(", ") + "."
    }

    fn bibtex(&self, accessed: Date) -> String {
        let document = self.document;
        let key: String =
            document.id.as_str().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let mut fields = vec![("title", format!("{{{}}}", bibtex_text(self.title())))];
        let by = document.show.as_ref().or(document.outlet.as_ref());
        fields.extend(by.map(|by| ("howpublished", bibtex_text(by))));
        fields.extend(self.speaker().map(|speaker| ("author", bibtex_text(speaker))));
        fields.extend(document.date.map(|date| ("date", date.to_string())));
        let times = self.times().map_or(String::new(), |times| format!("at {times}, "));
        fields.push(("note", format!("{times}accessed {accessed}")));
        // BibTeX reads addresses as they are, but for the signs that end a field.
        fields.extend(self.link().map(|link| ("url", link.replace(['{', '}', '\\'], ""))));
        let fields: Vec<String> =
            fields.into_iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
        format!("@misc{{{key},\n{}\n}}", fields.join(",\n"))
    }
}

/// Text with the signs escaped that TeX reads as commands.
fn bibtex_text(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\textbackslash "),
            '{' | '}' | '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(char);
            }
            '~' => out.push_str("\\textasciitilde "),
            '^' => out.push_str("\\textasciicircum "),
            '\n' | '\r' => out.push(' '),
            _ => out.push(char),
        }
    }
    out
}

fn start(place: &Place) -> Option<MediaTime> {
    match place {
        Place::Spoken { start, .. } => *start,
        _ => None,
    }
}

fn end(place: &Place) -> Option<MediaTime> {
    match place {
        Place::Spoken { end, .. } => *end,
        _ => None,
    }
}

/// `12:30`, or `1:02:30` from an hour on.
pub fn short(time: MediaTime) -> String {
    let clock = time.clock().to_string();
    match clock.strip_prefix("00:") {
        Some(short) => short.to_owned(),
        None => clock.trim_start_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn line(start: f64, text: &str) -> Line {
        let time = MediaTime::from_seconds_f64;
        Line {
            place: Place::Spoken { segment: 3, start: Some(time(start)), end: Some(time(start + 5.0)) },
            text: text.to_owned(),
            role: None,
            speaker: Some("Mara Lindqvist".to_owned()),
            suspects: Vec::new(),
            link: Some(format!("https://video.example/watch?v=a&t={start}")),
            repairs: Vec::new(),
        }
    }

    fn document(title: &str) -> Document {
        Document {
            id: "yt:a1B2c3D4-_5".parse().unwrap(),
            path: "Harbour/a.md".to_owned(),
            kind: Kind::Broadcast,
            title: Some(title.to_owned()),
            outlet: Some("Harbour Radio".to_owned()),
            show: Some("Morning Desk".to_owned()),
            date: Some(date(2026, 3, 2)),
            url: Some("https://video.example/watch?v=a".to_owned()),
        }
    }

    #[track_caller]
    fn check(form: CitationForm, expected: &str) {
        let document = document("The ferry & the {crane}");
        let lines = [line(62.0, "The ferry stops."), line(67.0, "At noon.")];
        let cited = CitedLines { document: &document, lines: &lines };
        assert_eq!(cited.cite(form, date(2026, 4, 1)), expected);
    }

    #[test]
    fn every_form_has_the_second_and_the_link() {
        check(
            CitationForm::Plain,
            "Mara Lindqvist: “The ferry stops. At noon.” (The ferry & the {crane}, Morning Desk, 2026-03-02, 01:02 to 01:12, https://video.example/watch?v=a&t=62)",
        );
        check(
            CitationForm::Chicago,
            "Mara Lindqvist, “The ferry & the {crane}”, Morning Desk, March 2, 2026, video or audio, 01:02 to 01:12, accessed April 1, 2026, https://video.example/watch?v=a&t=62.",
        );
        check(
            CitationForm::Bibtex,
            "@misc{yt-a1B2c3D4--5,\n  title = {{The ferry \\& the \\{crane\\}}},\n  howpublished = {Morning Desk},\n  author = {Mara Lindqvist},\n  date = {2026-03-02},\n  note = {at 01:02 to 01:12, accessed 2026-04-01},\n  url = {https://video.example/watch?v=a&t=62}\n}",
        );
        check(CitationForm::Link, "https://video.example/watch?v=a&t=62");
    }

    #[test]
    fn forms_are_called_as_they_are_read() {
        for (form, name, _) in CitationForm::ALL {
            assert_eq!(serde_json::from_value::<CitationForm>(name.into()).unwrap(), form);
        }
    }

    #[test]
    fn what_was_said_is_no_markup() {
        let document = document("A [title](javascript:x)");
        let lines = [line(1.0, "<b>*no*</b>")];
        let text =
            CitedLines { document: &document, lines: &lines }.cite(CitationForm::Markdown, date(2026, 4, 1));
        assert!(
            text.starts_with(
                "> \\<b\\>\\*no\\*\\</b\\>\n>\n> Mara Lindqvist, [A \\[title\\](javascript:x), "
            ),
            "{text}"
        );
    }
}
