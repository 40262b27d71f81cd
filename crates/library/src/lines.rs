//! A document line by line: segments with their doubts and the repairs of names in them, paragraphs with what they are.

use archive::{StoredArticle, StoredDocument, StoredTranscript};
use index::{Piece, doubts, passages};
use record::{Document, Place, Role, Segment, Suspect, address};
use serde::Serialize;

use crate::cited::Repair;
use crate::shown::Placed;

/// A segment, a paragraph; a line of a file in which none could be read.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where.
    pub place: Place,
    /// As it was heard or written.
    pub text: String,
    /// What a paragraph is; segments have no role.
    pub role: Option<Role>,
    /// Who speaks, if that is known.
    pub speaker: Option<String>,
    /// Why it is doubted.
    pub suspects: Vec<Suspect>,
    /// The address that opens the place.
    pub link: Option<String>,
    /// Spellings proposed for names in it.
    pub repairs: Vec<Repair>,
}

/// The fields of a segment or a paragraph beside its document and place.
#[derive(Serialize)]
pub struct LineFields<'a> {
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

impl Line {
    /// As the contracts have it in JSON.
    pub fn shown<'a>(&'a self, document: &'a Document) -> Placed<'a, LineFields<'a>> {
        let fields = LineFields {
            text: &self.text,
            role: self.role,
            speaker: self.speaker.as_deref(),
            suspect: self.suspects.first().map(|suspect| suspect.reason.name()),
            suspects: &self.suspects,
            link: self.link.as_deref(),
            repairs: &self.repairs,
        };
        Placed { document, place: &self.place, fields }
    }

    /// Takes the repairs of its segment.
    pub fn take_repairs(&mut self, repairs: &[Repair]) {
        let Place::Spoken { segment, .. } = self.place else { return };
        let own = repairs.iter().filter(|repair| repair.segment == segment as u64);
        self.repairs = own.cloned().collect();
    }

    /// Its text with names as they are spelt.
    pub fn repaired(&self) -> String {
        self.repairs
            .iter()
            .fold(self.text.clone(), |text, repair| text.replace(&repair.heard, &repair.canonical))
    }
}

/// All lines of a document.
pub fn lines(stored: &StoredDocument) -> Vec<Line> {
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
