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

    /// Its text in pieces: a name that was misheard with the spelling that is proposed for it, all else with none.
    pub fn pieces(&self) -> Vec<(&str, Option<&str>)> {
        self.repairs.iter().fold(vec![(self.text.as_str(), None)], |pieces, repair| {
            pieces.into_iter().flat_map(|piece| apart(piece, repair)).collect()
        })
    }

    /// Its text with names as they are spelt.
    pub fn repaired(&self) -> String {
        self.pieces().into_iter().map(|(heard, spelt)| spelt.unwrap_or(heard)).collect()
    }
}

/// A piece, parted wherever the repaired name was heard in it; a piece that has a spelling is a name already.
fn apart<'a>(
    (text, spelt): (&'a str, Option<&'a str>),
    repair: &'a Repair,
) -> Vec<(&'a str, Option<&'a str>)> {
    if spelt.is_some() || repair.heard.is_empty() {
        return vec![(text, spelt)];
    }
    let mut pieces = Vec::new();
    let mut behind = 0;
    for (at, heard) in text.match_indices(repair.heard.as_str()) {
        pieces.extend([(&text[behind..at], None), (heard, Some(repair.canonical.as_str()))]);
        behind = at + heard.len();
    }
    pieces.push((&text[behind..], None));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_repaired_wherever_it_was_heard() {
        let repair = |heard: &str, canonical: &str| Repair {
            heard: heard.to_owned(),
            canonical: canonical.to_owned(),
            confidence: 0.9,
            segment: 0,
        };
        let line = Line {
            place: Place::Spoken { segment: 0, start: None, end: None },
            text: "Lintwist and Eck, said Lintwist".to_owned(),
            role: None,
            speaker: None,
            suspects: Vec::new(),
            link: None,
            repairs: vec![repair("Lintwist", "Lindqvist"), repair("Eck", "Ek"), repair("qvist", "never")],
        };
        assert_eq!(line.repaired(), "Lindqvist and Ek, said Lindqvist");
        assert_eq!(line.pieces()[..2], [("Lintwist", Some("Lindqvist")), (" and ", None)]);
        let heard: String = line.pieces().into_iter().map(|(heard, _)| heard).collect();
        assert_eq!(heard, line.text);
    }
}
