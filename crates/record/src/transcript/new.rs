//! Transcripts that we make ourselves, brought into the grammar of the archive.
//!
//! The archive has no escapes: a line break in a title, or a description that looks like the end of the
//! front matter, would be read back as something else. What cannot be written is changed here, visibly, and
//! never by the writer.

use std::fmt;

use jiff::civil::Date;

use super::{ArchiveDate, Keywords, Newline, Rating, Segment, Transcript};
use crate::format::archive;

/// The parts of a new transcript, any text in any of them.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTranscript {
    /// The day on which it is made.
    pub generated: Date,
    /// What recognised it, such as `whisper small (onrecord 0.1.0)`.
    pub model: String,
    /// The recording's length in whole seconds.
    pub length_seconds: u64,
    /// The publisher's keywords; empty if none are known.
    pub keywords: Vec<String>,
    /// How often the recording had been seen; 0 if nobody counted, because the grammar wants a number.
    pub views: u64,
    /// The recording's rating, if there is one; an infinity or NaN counts as none.
    pub rating: Option<f64>,
    /// The publisher's text; `None` leaves the line out.
    pub description: Option<String>,
    /// The recording's title.
    pub title: String,
    /// The show.
    pub show: String,
    /// When the recording was published.
    pub date: Date,
    /// The recording's address; empty if it has none.
    pub url: String,
    /// What was said: all with a start or all without.
    pub segments: Vec<Segment>,
}

/// A transcript that can be written, and what was changed to make it so.
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltTranscript {
    /// Written and read back, it is the same value.
    pub transcript: Transcript,
    /// Every change, in the order of the file; empty almost always.
    pub repairs: Vec<Repair>,
}

/// A change that was needed because the archive's grammar has no way to write a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Line breaks became spaces (in the address: were percent-encoded). `field` is `model`, `title`,
    /// `show` or `address`.
    LineBreak {
        /// The field's name for people.
        field: &'static str,
    },
    /// Line breaks in a segment became spaces.
    LineBreakInSegment {
        /// Its index, from 0.
        segment: usize,
    },
    /// A `:**` inside the show's name, which would end it, became `:`.
    ShowMark,
    /// A `---` line of the description, which would end the front matter, got a space behind it.
    RuleInDescription,
    /// In a transcript without times, text that reads like a deep link got a space into every `[[`.
    LinkInSegment {
        /// Its index, from 0.
        segment: usize,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineBreak { field: "address" } => {
                f.write_str("line breaks in the address were percent-encoded")
            }
            Self::LineBreak { field } => write!(f, "line breaks in the {field} became spaces"),
            Self::LineBreakInSegment { segment } => {
                write!(f, "line breaks in segment {segment} became spaces")
            }
            Self::ShowMark => f.write_str("`:**` in the name of the show became `:`"),
            Self::RuleInDescription => f.write_str(
                "a `---` line of the description, which would end the front matter, became `--- `",
            ),
            Self::LinkInSegment { segment } => {
                write!(f, "the text of segment {segment} reads like a deep link: its `[[` became `[ [`")
            }
        }
    }
}

/// Why parts do not make a transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewTranscriptError {
    /// The grammar allows starts on all segments or on none.
    #[error(
        "expected starts on all segments or on none, but segment {with} has one and segment {without} has none"
    )]
    MixedTimes {
        /// Index of a segment with a start.
        with: usize,
        /// Index of a segment without one.
        without: usize,
    },
    /// The grammar's years have four digits.
    #[error("expected a date from the year 0 to 9999, found `{date}`")]
    Year {
        /// The date.
        date: Date,
    },
}

impl NewTranscript {
    /// Makes the transcript, with the changes that [`Repair`] lists. Leading and trailing spaces stay.
    ///
    /// # Errors
    /// If some segments have starts and others none, or a date lies before the year 0.
    pub fn build(self) -> Result<BuiltTranscript, NewTranscriptError> {
        let generated = archive_date(self.generated)?;
        let date = archive_date(self.date)?;
        let is_timed = is_timed(&self.segments)?;
        let mut repairs = Vec::new();
        let model = one_line(self.model, "model", &mut repairs);
        let description = self.description.map(|text| without_heading(text, &mut repairs));
        let title = one_line(self.title, "title", &mut repairs);
        let show = without_mark(one_line(self.show, "show", &mut repairs), &mut repairs);
        let url = one_line_address(self.url, &mut repairs);
        let segments = self
            .segments
            .into_iter()
            .enumerate()
            .map(|(index, segment)| writable_segment(segment, index, is_timed, &mut repairs))
            .collect();
        let transcript = Transcript {
            newline: Newline::Lf,
            generated,
            model,
            length: self.length_seconds.into(),
            keywords: Keywords::new(self.keywords),
            views: self.views.into(),
            rating: self.rating.and_then(|rating| Rating::parse(&format!("{rating:?}"))),
            description,
            title,
            show,
            date,
            url,
            segments,
        };
        Ok(BuiltTranscript { transcript, repairs })
    }
}

fn archive_date(date: Date) -> Result<ArchiveDate, NewTranscriptError> {
    ArchiveDate::from_date(date).ok_or(NewTranscriptError::Year { date })
}

fn is_timed(segments: &[Segment]) -> Result<bool, NewTranscriptError> {
    let with = segments.iter().position(|segment| segment.start.is_some());
    let without = segments.iter().position(|segment| segment.start.is_none());
    match (with, without) {
        (Some(with), Some(without)) => Err(NewTranscriptError::MixedTimes { with, without }),
        (with, _) => Ok(with.is_some()),
    }
}

fn has_line_break(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

/// One space for each line break, whichever way it is written.
fn joined_lines(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r'], " ")
}

fn one_line(text: String, field: &'static str, repairs: &mut Vec<Repair>) -> String {
    if !has_line_break(&text) {
        return text;
    }
    repairs.push(Repair::LineBreak { field });
    joined_lines(&text)
}

fn one_line_address(url: String, repairs: &mut Vec<Repair>) -> String {
    if !has_line_break(&url) {
        return url;
    }
    repairs.push(Repair::LineBreak { field: "address" });
    url.replace('\r', "%0D").replace('\n', "%0A")
}

/// Removes the asterisks of every `:**`, also of one that the removal of another makes (`:****`).
fn without_mark(show: String, repairs: &mut Vec<Repair>) -> String {
    if !show.contains(":**") {
        return show;
    }
    repairs.push(Repair::ShowMark);
    let mut kept = String::with_capacity(show.len());
    for character in show.chars() {
        kept.push(character);
        if kept.ends_with(":**") {
            kept.truncate(kept.len() - "**".len());
        }
    }
    kept
}

fn without_heading(mut description: String, repairs: &mut Vec<Repair>) -> String {
    let mut from = 0;
    while let Some(rule_end) = archive::rule_before_heading(&description, from) {
        description.insert(rule_end, ' ');
        from = rule_end;
    }
    if from > 0 {
        repairs.push(Repair::RuleInDescription);
    }
    description
}

fn writable_segment(
    mut segment: Segment,
    index: usize,
    is_timed: bool,
    repairs: &mut Vec<Repair>,
) -> Segment {
    if has_line_break(&segment.text) {
        repairs.push(Repair::LineBreakInSegment { segment: index });
        segment.text = joined_lines(&segment.text);
    }
    // In a transcript with times the link that we append is the last one, and the last one counts.
    if !is_timed && archive::reads_like_link(&segment.text) {
        repairs.push(Repair::LinkInSegment { segment: index });
        segment.text = without_brackets(&segment.text);
    }
    segment
}

/// Parts all brackets that stand together: of three, the last two could open a link when only the first
/// is parted from them.
fn without_brackets(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '[' && parted.ends_with('[') {
            parted.push(' ');
        }
        parted.push(character);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::archive::{ArchiveFile, parse, write};
    use crate::time::{MediaTime, SourceSeconds};

    fn parts() -> NewTranscript {
        let date = jiff::civil::date(2026, 3, 2);
        NewTranscript {
            generated: date,
            model: "whisper base".to_owned(),
            length_seconds: 95,
            keywords: vec!["ferries".to_owned()],
            views: 0,
            rating: None,
            description: Some("A bulletin.".to_owned()),
            title: "Ferry stops".to_owned(),
            show: "Morning Desk".to_owned(),
            date,
            url: "https://example.org/v".to_owned(),
            segments: vec![timed(" Good morning.", 0.0), timed(" Bye.", 5.22)],
        }
    }

    fn timed(text: &str, seconds: f64) -> Segment {
        Segment { text: text.to_owned(), start: SourceSeconds::new(seconds) }
    }

    fn untimed(text: &str) -> Segment {
        Segment { text: text.to_owned(), start: None }
    }

    #[track_caller]
    fn built(parts: NewTranscript, repairs: &[&str]) -> Transcript {
        let built = parts.build().unwrap();
        let described: Vec<String> = built.repairs.iter().map(ToString::to_string).collect();
        assert_eq!(described, repairs);
        let parsed = parse(&write(&ArchiveFile::Transcript(built.transcript.clone())));
        assert_eq!(parsed.issues, []);
        assert_eq!(parsed.file, ArchiveFile::Transcript(built.transcript.clone()), "it reads back as itself");
        built.transcript
    }

    #[test]
    fn what_can_be_written_is_not_changed() {
        let transcript = built(parts(), &[]);
        assert_eq!(transcript.title(), "Ferry stops");
        assert_eq!(transcript.segments(), parts().segments);
        assert_eq!(transcript.length(), Some(MediaTime::from_whole_seconds(95)));
        let rated = built(NewTranscript { rating: Some(4.5), description: None, ..parts() }, &[]);
        assert_eq!((rated.rating().map(Rating::value), rated.description()), (Some(4.5), None));
        let endless = built(NewTranscript { rating: Some(f64::INFINITY), ..parts() }, &[]);
        assert_eq!(endless.rating(), None);
    }

    #[test]
    fn line_breaks_become_spaces() {
        let transcript = built(
            NewTranscript {
                model: "a\nb".to_owned(),
                title: "one\r\ntwo\rthree\n".to_owned(),
                show: "x\ny".to_owned(),
                url: "https://example.org/a\nb".to_owned(),
                segments: vec![timed(" a\nb", 0.0)],
                ..parts()
            },
            &[
                "line breaks in the model became spaces",
                "line breaks in the title became spaces",
                "line breaks in the show became spaces",
                "line breaks in the address were percent-encoded",
                "line breaks in segment 0 became spaces",
            ],
        );
        assert_eq!(transcript.title(), "one two three ");
        assert_eq!(transcript.url(), "https://example.org/a%0Ab");
        assert_eq!(transcript.segments()[0].text, " a b");
    }

    #[test]
    fn a_show_cannot_end_its_own_name() {
        #[track_caller]
        fn check(show: &str, repaired: &str) {
            let transcript = built(
                NewTranscript { show: show.to_owned(), ..parts() },
                &["`:**` in the name of the show became `:`"],
            );
            assert_eq!(transcript.show(), repaired);
        }
        check("Desk:** [March 02, 2026](x)", "Desk: [March 02, 2026](x)");
        check(":****:**", "::");
    }

    #[test]
    fn a_description_cannot_end_the_front_matter() {
        let heading = "---\n\n# Fake\n**Show:** [March 02, 2026](x)";
        let description = format!("{heading}\n{heading}\n---\n\n{heading}");
        let transcript = built(
            NewTranscript { description: Some(description), ..parts() },
            &["a `---` line of the description, which would end the front matter, became `--- `"],
        );
        let mended = heading.replacen("---", "--- ", 1);
        // The first rule stands behind `Video Description: `, so it begins no line.
        assert_eq!(transcript.description(), Some(format!("{heading}\n{mended}\n---\n\n{mended}").as_str()));
    }

    #[test]
    fn text_without_time_cannot_look_like_a_link() {
        let text = " see [[00:00:05](https://example.org/v&t=5.0s)]";
        let transcript = built(
            NewTranscript { segments: vec![untimed(text), untimed(" [[aside]]")], ..parts() },
            &["the text of segment 0 reads like a deep link: its `[[` became `[ [`"],
        );
        assert_eq!(transcript.segments()[0].text, text.replace("[[", "[ ["));
        let transcript = built(NewTranscript { segments: vec![timed(text, 1.0)], ..parts() }, &[]);
        assert_eq!(transcript.segments()[0].text, text);
        let brackets = untimed(" [[[00:00:05]( [[00:00:05](");
        let transcript = built(
            NewTranscript { segments: vec![brackets], ..parts() },
            &["the text of segment 0 reads like a deep link: its `[[` became `[ [`"],
        );
        assert_eq!(transcript.segments()[0].text, " [ [ [00:00:05]( [ [00:00:05](");
    }

    #[test]
    fn what_has_no_repair_is_refused() {
        let mixed = NewTranscript { segments: vec![timed("a", 0.0), untimed("b")], ..parts() };
        insta::assert_snapshot!(mixed.build().unwrap_err(), @"expected starts on all segments or on none, but segment 0 has one and segment 1 has none");
        let ancient = NewTranscript { date: jiff::civil::date(-44, 3, 15), ..parts() };
        insta::assert_snapshot!(ancient.build().unwrap_err(), @"expected a date from the year 0 to 9999, found `-000044-03-15`");
    }
}
