//! `onrecord show`: one document, segment by segment, with its doubts.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::{self, Placed, clock};
use crate::listening::parse_time;
use archive::StoredDocument;
use index::{Known, Piece, doubts, passages};
use record::{MediaTime, Place, Segment, Suspect};
use serde::Serialize;

/// Show a document segment by segment, with doubts and their reasons
#[derive(clap::Args)]
pub(crate) struct Show {
    /// Path, id or a part of the title
    document: String,
    /// Only what is said from here on: seconds, or `[HH:]MM:SS`
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    from: Option<MediaTime>,
    /// Only what is said before this
    #[arg(long, value_parser = parse_time, value_name = "TIME")]
    to: Option<MediaTime>,
}

/// The fields of a segment beside its document and place.
#[derive(Serialize)]
struct Fields<'a> {
    text: &'a str,
    speaker: Option<&'a str>,
    /// Name of the first reason; `null` for a segment without doubt.
    suspect: Option<&'a str>,
    /// All reasons, with what was seen.
    suspects: &'a [Suspect],
    link: Option<&'a str>,
    repairs: [(); 0],
}

/// A segment; a line of a file in which none could be read.
struct Line {
    place: Place,
    text: String,
    speaker: Option<String>,
    suspects: Vec<Suspect>,
    link: Option<String>,
}

impl Show {
    /// Prints the segments.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let known = library::find_document(&archive, &index, &self.document)?;
        let stored = library::read_document(&archive, &known)?;
        warn_of_issues(&known, &stored, console);
        let lines: Vec<Line> = lines(&stored).into_iter().filter(|line| self.wants(&line.place)).collect();
        if console.is_json() {
            lines.iter().try_for_each(|line| print_object(&known, line, console))?;
        } else {
            console.raw(for_people(&known, &stored, &lines).as_bytes())?;
        }
        if lines.is_empty() {
            console.remark("there is nothing in this document, or nothing between these times");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }

    /// Whether a place lies, at least in part, between the times.
    fn wants(&self, place: &Place) -> bool {
        let Place::Spoken { start: Some(start), end, .. } = place else {
            return self.from.is_none() && self.to.is_none();
        };
        let is_over = |from: MediaTime| *start < from && end.is_none_or(|end| end <= from);
        !self.from.is_some_and(is_over) && self.to.is_none_or(|to| *start < to)
    }
}

fn warn_of_issues(known: &Known, stored: &StoredDocument, console: &Console) {
    for issue in &stored.issues {
        let place = issue.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        console.warning(format_args!("`{}`: {place}{}", known.document.path, issue.message));
    }
    if known.is_opaque {
        console
            .remark("this file does not follow the archive's grammar; `onrecord export` gives it as it is");
    }
}

/// All segments; of a file in which none could be read, its lines.
fn lines(stored: &StoredDocument) -> Vec<Line> {
    let (file, sidecar) = (&stored.file, stored.sidecar.as_ref());
    let segments = file.segments();
    if segments.is_empty() {
        let pieces = passages(file, sidecar, &[]).into_iter().flat_map(|passage| passage.pieces);
        let line = |piece: Piece| Line {
            place: piece.place,
            text: piece.text,
            speaker: None,
            suspects: vec![],
            link: None,
        };
        return pieces.map(line).collect();
    }
    let ends = file.ends(sidecar);
    let doubts = doubts(file, sidecar);
    let line = |(index, segment): (usize, &Segment)| {
        let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
        let start = segment.start_time().or(detail.map(|detail| detail.start));
        let place = Place::Spoken { segment: index, start, end: ends[index].map(|end| end.time) };
        Line {
            link: file.url().and_then(|url| place.link(url)),
            place,
            text: segment.text.trim().to_string(),
            speaker: detail.and_then(|detail| detail.speaker.clone()),
            suspects: doubts[index].clone(),
        }
    };
    segments.iter().enumerate().map(line).collect()
}

fn print_object(known: &Known, line: &Line, console: &Console) -> anyhow::Result<()> {
    let fields = Fields {
        text: &line.text,
        speaker: line.speaker.as_deref(),
        suspect: line.suspects.first().map(|suspect| suspect.reason.name()),
        suspects: &line.suspects,
        link: line.link.as_deref(),
        repairs: [],
    };
    Ok(console.object(&Placed { document: &known.document, place: &line.place, fields })?)
}

fn for_people(known: &Known, stored: &StoredDocument, lines: &[Line]) -> String {
    let layout = Layout::of_stdout();
    let length = stored.file.length().map(|length| length.clock().to_string());
    let facts = [Some(known.document.id.to_string()), length, known.document.url.clone()];
    let mut text = layout.paragraph("", &heading(&known.document), &[]);
    for fact in facts.into_iter().flatten() {
        text += &format!("{}\n", one_line(&fact));
    }
    text.push('\n');
    let mut speaker_before = None;
    for line in lines {
        let speaker = line.speaker.as_deref();
        text += &line_for_people(&layout, line, speaker.filter(|_| speaker != speaker_before));
        speaker_before = speaker;
    }
    text
}

/// The line behind its time and a `?` if it is doubted; before it who begins to speak, below it the doubts.
fn line_for_people(layout: &Layout, line: &Line, new_speaker: Option<&str>) -> String {
    let mark = if line.suspects.is_empty() { "  " } else { "? " };
    let speaker = new_speaker.map_or(String::new(), |speaker| format!("{speaker}: "));
    let mut text = layout.paragraph(&format!("{}{mark}{speaker}", clock(&line.place)), &line.text, &[]);
    for suspect in &line.suspects {
        let seen = if suspect.detail.is_empty() { String::new() } else { format!(" ({})", suspect.detail) };
        let doubt = format!("doubtful: {}{seen}", suspect.reason.sentence());
        text += &layout.paragraph("          ", &doubt, &[]);
    }
    text
}
