//! `onrecord show`: one document, segment by segment with its doubts, or paragraph by paragraph.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::findings::Repair;
use crate::library::{self, Placed, clock};
use crate::listening::parse_time;
use archive::{StoredArticle, StoredDocument, StoredTranscript};
use index::{Known, Piece, doubts, passages};
use record::{Article, MediaTime, Place, Role, Segment, Suspect, address};
use serde::Serialize;

/// Show a document: a transcript segment by segment, with doubts and their reasons; an article paragraph by paragraph
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
    /// Show names as they are spelt, not as they were heard, where `onrecord names` proposes a repair
    #[arg(long, conflicts_with = "json")]
    repaired: bool,
}

/// The fields of a segment or a paragraph beside its document and place.
#[derive(Serialize)]
struct Fields<'a> {
    text: &'a str,
    /// What a paragraph is; segments have no such field.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    speaker: Option<&'a str>,
    /// Name of the first reason; `null` for a segment without doubt.
    suspect: Option<&'a str>,
    /// All reasons, with what was seen.
    suspects: &'a [Suspect],
    link: Option<&'a str>,
    /// Proposed spellings of names in it.
    repairs: &'a [Repair],
}

/// A segment, a paragraph; a line of a file in which none could be read.
struct Line {
    place: Place,
    text: String,
    role: Option<Role>,
    speaker: Option<String>,
    suspects: Vec<Suspect>,
    link: Option<String>,
    repairs: Vec<Repair>,
}

impl Show {
    /// Prints the segments.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let known = library::find_document(&archive, &index, &self.document)?;
        let stored = library::read_document(&archive, &known)?;
        warn_of_issues(&known, &stored, console);
        let mut lines: Vec<Line> =
            lines(&stored).into_iter().filter(|line| self.wants(&line.place)).collect();
        let repairs = library::findings::repairs(&archive, &known.document.id, console)?;
        lines.iter_mut().for_each(|line| line.take_repairs(&repairs, self.repaired));
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

impl Line {
    /// Takes the repairs of its segment, and with `in_text` puts them in place of what was heard.
    fn take_repairs(&mut self, repairs: &[Repair], in_text: bool) {
        let Place::Spoken { segment, .. } = self.place else { return };
        let own = repairs.iter().filter(|repair| repair.segment == segment as u64);
        self.repairs = own.cloned().collect();
        for repair in self.repairs.iter().filter(|_| in_text) {
            self.text = self.text.replace(&repair.heard, &repair.canonical);
        }
    }
}

fn warn_of_issues(known: &Known, stored: &StoredDocument, console: &Console) {
    for issue in stored.issues() {
        let place = issue.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        console.warning(format_args!("`{}`: {place}{}", known.document.path, issue.message));
    }
    if known.is_opaque {
        console
            .remark("this file does not follow the archive's grammar; `onrecord export` gives it as it is");
    }
}

fn lines(stored: &StoredDocument) -> Vec<Line> {
    match stored {
        StoredDocument::Transcript(transcript) => spoken_lines(transcript),
        StoredDocument::Article(article) => written_lines(article),
    }
}

/// All paragraphs, each with a link that opens the page where it stands.
fn written_lines(stored: &StoredArticle) -> Vec<Line> {
    let address = stored.article.url.as_deref();
    let line = |(paragraph, text): (&record::Paragraph, &str)| Line {
        place: Place::Written { chars: paragraph.chars.clone() },
        text: text.to_string(),
        role: Some(paragraph.role),
        speaker: None,
        suspects: vec![],
        link: address.and_then(|address| address::link_to_text(address, text)),
        repairs: vec![],
    };
    stored.article.texts().map(line).collect()
}

/// All segments; of a file in which none could be read, its lines.
fn spoken_lines(stored: &StoredTranscript) -> Vec<Line> {
    let (file, sidecar) = (&stored.file, stored.sidecar.as_ref());
    let segments = file.segments();
    if segments.is_empty() {
        let pieces = passages(file, sidecar, &[]).into_iter().flat_map(|passage| passage.pieces);
        let line = |piece: Piece| Line {
            place: piece.place,
            text: piece.text,
            role: None,
            speaker: None,
            suspects: vec![],
            link: None,
            repairs: vec![],
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
            role: None,
            speaker: detail.and_then(|detail| detail.speaker.clone()),
            suspects: doubts[index].clone(),
            repairs: vec![],
        }
    };
    segments.iter().enumerate().map(line).collect()
}

fn print_object(known: &Known, line: &Line, console: &Console) -> anyhow::Result<()> {
    let fields = Fields {
        text: &line.text,
        role: line.role,
        speaker: line.speaker.as_deref(),
        suspect: line.suspects.first().map(|suspect| suspect.reason.name()),
        suspects: &line.suspects,
        link: line.link.as_deref(),
        repairs: &line.repairs,
    };
    Ok(console.object(&Placed { document: &known.document, place: &line.place, fields })?)
}

fn for_people(known: &Known, stored: &StoredDocument, lines: &[Line]) -> String {
    let layout = Layout::of_stdout();
    let facts = match stored {
        StoredDocument::Transcript(transcript) => {
            vec![transcript.file.length().map(|length| length.clock().to_string())]
        }
        StoredDocument::Article(article) => article_facts(&article.article),
    };
    let facts =
        [Some(known.document.id.to_string())].into_iter().chain(facts).chain([known.document.url.clone()]);
    let mut text = layout.paragraph("", &heading(&known.document), &[]);
    for fact in facts.flatten() {
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

/// Who wrote it, and when it was published and changed.
fn article_facts(article: &Article) -> Vec<Option<String>> {
    let byline = (!article.byline.is_empty()).then(|| format!("by {}", article.byline.join(", ")));
    let published = article.published.map(|published| format!("published {published}"));
    vec![byline, published, article.modified.map(|modified| format!("changed {modified}"))]
}

/// The line behind its time and a `?` if it is doubted; before it who begins to speak, below it the doubts.
fn line_for_people(layout: &Layout, line: &Line, new_speaker: Option<&str>) -> String {
    let mark = if line.suspects.is_empty() { "  " } else { "? " };
    let speaker = new_speaker.map_or(String::new(), |speaker| format!("{speaker}: "));
    let role = line
        .role
        .filter(|role| *role != Role::Body)
        .map_or(String::new(), |role| format!("[{}] ", role.name()));
    let speaker = role + &speaker;
    let mut text = layout.paragraph(&format!("{}{mark}{speaker}", clock(&line.place)), &line.text, &[]);
    for repair in line.repairs.iter().filter(|repair| line.text.contains(&repair.heard)) {
        let Repair { heard, canonical, confidence, .. } = repair;
        let proposed = format!("`{heard}` is probably {canonical} ({confidence:.2})");
        text += &layout.paragraph("          ", &proposed, &[]);
    }
    for suspect in &line.suspects {
        let seen = if suspect.detail.is_empty() { String::new() } else { format!(" ({})", suspect.detail) };
        let doubt = format!("doubtful: {}{seen}", suspect.reason.sentence());
        text += &layout.paragraph("          ", &doubt, &[]);
    }
    text
}
