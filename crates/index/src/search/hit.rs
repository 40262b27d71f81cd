//! A hit, made of a passage: its place, its text, the sentence around it.

use std::ops::Range;

use record::{Document, MediaTime, Place};
use serde::Serialize;

use crate::catalogue::Known;
use crate::copies::CopyReason;
use crate::locate::Located;
use crate::words::StoredPiece;

use super::texts::Around;

/// How much of the sentence around a hit is shown on either side, in bytes.
const SENTENCE_BYTES: usize = 240;

/// A place in the record that answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Where it was said or written.
    pub document: Document,
    /// The segment in which the match begins, with its start, and the end of the one in which it ends.
    pub place: Place,
    /// The text of that place: whole segments.
    pub text: String,
    /// The words of the query in `text`, in characters, in rising order.
    pub words: Vec<Range<usize>>,
    /// The sentence around it, as far as the passage has it, for people.
    pub sentence: Excerpt,
    /// How well it fits; comparable only within one search.
    pub score: f32,
    /// The address that opens the place.
    pub link: Option<String>,
    /// Who speaks, if that is known.
    pub speaker: Option<String>,
    /// Whether the text is doubted; then the search had asked for such.
    pub is_suspect: bool,
    /// Words and phrases of the query that are not there; only in answers to questions.
    pub missing: Vec<String>,
    /// The documents that this one stands for.
    pub also_in: Vec<AlsoIn>,
    /// How many hits its document has, where hits are grouped by document.
    pub hits_in_document: Option<u64>,
}

impl Hit {
    /// Whether both begin within so much time of each other, in one document; in a text, whether they overlap.
    pub(super) fn is_at_place_of(&self, other: &Self, within: MediaTime) -> bool {
        if self.document.path != other.document.path {
            return false;
        }
        match (&self.place, &other.place) {
            (Place::Spoken { start: Some(a), .. }, Place::Spoken { start: Some(b), .. }) => {
                a.max(b).saturating_sub(*a.min(b)) < within
            }
            (Place::Spoken { segment: a, .. }, Place::Spoken { segment: b, .. }) => a == b,
            (Place::Written { chars: a }, Place::Written { chars: b }) => a.start < b.end && b.start < a.end,
            _ => false,
        }
    }
}

/// A document that says the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlsoIn {
    /// The document.
    pub document: Document,
    /// Why it is taken for a copy.
    #[serde(flatten)]
    pub reason: CopyReason,
}

/// A text with the words of a query in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// The words of the query in `text`, in characters, in rising order.
    pub words: Vec<Range<usize>>,
}

/// The hit where something stands in a passage.
pub(super) fn hit(known: &Known, around: &Around, located: &Located, score: f32) -> Hit {
    let first = around.pieces.iter().position(|piece| piece.bytes.end > located.stretch.start).unwrap_or(0);
    let behind = around.pieces.iter().position(|piece| piece.bytes.end >= located.stretch.end);
    let last = behind.unwrap_or(around.pieces.len() - 1);
    let (from, to) = (&around.pieces[first], &around.pieces[last]);
    let excerpt = excerpt(&around.text, from.bytes.start..to.bytes.end, &located.spans);
    let place = joined(&from.place, &to.place);
    let sentence = excerpt_of_sentence(around, located);
    let link = known.document.url.as_deref().and_then(|url| place.link_to(url, &excerpt.text));
    Hit {
        document: known.document.clone(),
        place,
        text: excerpt.text,
        words: excerpt.words,
        sentence,
        score,
        link,
        speaker: speaker_of_all(&around.pieces[first..=last.max(first)]),
        is_suspect: around.is_suspect,
        missing: Vec::new(),
        also_in: Vec::new(),
        hits_in_document: None,
    }
}

/// Who says it; nobody where several do, whose words would be put into one mouth.
fn speaker_of_all(pieces: &[StoredPiece]) -> Option<String> {
    let mut named = pieces.iter().filter_map(|piece| piece.speaker.as_ref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.clone())
}

/// From the beginning of one place to the end of another of the same document.
fn joined(from: &Place, to: &Place) -> Place {
    match (from, to) {
        (Place::Spoken { segment, start, .. }, Place::Spoken { end, .. }) => {
            Place::Spoken { segment: *segment, start: *start, end: *end }
        }
        (Place::Written { chars: from }, Place::Written { chars: to }) => {
            Place::Written { chars: from.start..to.end }
        }
        (from, _) => from.clone(),
    }
}

fn excerpt(text: &str, bytes: Range<usize>, spans: &[Range<usize>]) -> Excerpt {
    let part = &text[bytes.clone()];
    let inside = spans.iter().filter(|span| span.start >= bytes.start && span.end <= bytes.end);
    let character = |at: usize| text[bytes.start..at].chars().count();
    let words = inside.map(|span| character(span.start)..character(span.end)).collect();
    Excerpt { text: part.to_owned(), words }
}

/// From the end of the sentence before the match to the end of the one in which it ends.
fn excerpt_of_sentence(around: &Around, located: &Located) -> Excerpt {
    let text = &around.text;
    let Range { start, end } = located.stretch;
    let earliest = boundary(text, start.saturating_sub(SENTENCE_BYTES));
    let latest = boundary(text, end.saturating_add(SENTENCE_BYTES).min(text.len()));
    let before = &text[earliest..start];
    let begin = match before.rmatch_indices(SENTENCE_ENDS).find(|(at, _)| before[at + 1..].starts_with(' ')) {
        Some((at, _)) => earliest + at + 2,
        None if earliest == 0 => 0,
        None => earliest + before.find(' ').map_or(0, |space| space + 1),
    };
    let behind = &text[end..latest];
    let finish = match behind.match_indices(SENTENCE_ENDS).find(|(at, _)| is_sentence_end(&behind[at + 1..]))
    {
        Some((at, sign)) => end + at + sign.len(),
        None if latest == text.len() => latest,
        None => end + behind.rfind(' ').unwrap_or(behind.len()),
    };
    excerpt(text, begin..finish, &located.spans)
}

const SENTENCE_ENDS: [char; 3] = ['.', '?', '!'];

fn is_sentence_end(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with([' ', '"', '\u{201d}'])
}

/// The nearest boundary between characters at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
