//! Passages: the unit of search, about fifty words of whole segments.
//!
//! ```text
//! segments (of an opaque file: lines) --pieces--> Piece --passages--> Passage --words--> the index
//! ```
//!
//! A passage never reaches across a silence, and never mixes doubted segments with others, so that what a
//! recogniser made up is neither ranked nor counted with what was said.

mod source;
mod written;

use archive::StoredDocument;
use record::format::archive::{ArchiveFile, Opaque};
use record::transcript::SegmentEnd;
use record::{MediaTime, Place, Sidecar, Suspect};

use crate::tokens;
pub(crate) use source::find_sources;
pub use written::article_passages;

/// A passage of this many words ends with the next sentence.
const ENOUGH_WORDS: usize = 40;

/// A passage of more words than this is a single segment that is longer.
const MOST_WORDS: usize = 64;

/// A segment of more words is cut: a recogniser's window holds fewer, so it is no speech but a damaged file.
const LONGEST_PIECE_WORDS: usize = 512;

/// Text with one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Where it stands.
    pub place: Place,
    /// Trimmed, never empty.
    pub text: String,
    /// Who speaks, if that is known.
    pub speaker: Option<String>,
    /// Whether the segment is doubted.
    pub is_suspect: bool,
    /// Where its text stands in the file, in bytes, if [`find_sources`] found it there.
    pub(crate) source: Option<u64>,
    /// Whether a silence is before it.
    after_gap: bool,
    words: usize,
}

/// Some pieces that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// One or more, all doubted or none.
    pub pieces: Vec<Piece>,
    /// Whether the next passage goes on where this one ends, so that a phrase may reach across.
    pub continues: bool,
}

impl Passage {
    /// Whether its segments are doubted.
    pub fn is_suspect(&self) -> bool {
        self.pieces.first().is_some_and(|piece| piece.is_suspect)
    }

    /// The texts of its pieces, joined by spaces.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.pieces.iter().map(|piece| piece.text.as_str()).collect();
        texts.join(" ")
    }

    /// How long it lasts, silences between its pieces included; nothing where there are no times.
    pub fn length(&self) -> MediaTime {
        let start = self.pieces.iter().find_map(|piece| match piece.place {
            Place::Spoken { start, .. } => start,
            Place::Written { .. } | Place::Front { .. } => None,
        });
        let end = self.pieces.iter().rev().find_map(|piece| match piece.place {
            Place::Spoken { end, .. } => end,
            Place::Written { .. } | Place::Front { .. } => None,
        });
        start.zip(end).map_or(MediaTime::ZERO, |(start, end)| end.saturating_sub(start))
    }

    /// Who speaks in it, each once.
    pub fn speakers(&self) -> Vec<&str> {
        let mut speakers: Vec<&str> =
            self.pieces.iter().filter_map(|piece| piece.speaker.as_deref()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        speakers
    }

    /// How many words it has.
    pub fn words(&self) -> usize {
        self.pieces.iter().map(|piece| piece.words).sum()
    }
}

/// The passages of a document of either kind, with what is doubted of each segment of a transcript.
pub fn document_passages(stored: &StoredDocument, doubts: &[Vec<Suspect>]) -> Vec<Passage> {
    match stored {
        StoredDocument::Transcript(transcript) => {
            passages(&transcript.file, transcript.sidecar.as_ref(), doubts)
        }
        StoredDocument::Article(article) => article_passages(&article.article),
    }
}

/// The passages of a file, with what is doubted of each segment. Segments and lines without a word are left out.
pub fn passages(file: &ArchiveFile, sidecar: Option<&Sidecar>, doubts: &[Vec<Suspect>]) -> Vec<Passage> {
    let pieces = match file {
        ArchiveFile::Opaque(opaque) if file.segments().is_empty() => written_pieces(opaque),
        file => spoken_pieces(file, sidecar, doubts),
    };
    group(pieces)
}

fn group(pieces: Vec<Piece>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for piece in pieces {
        match passages.last_mut() {
            Some(passage) if takes(passage, &piece) => passage.pieces.push(piece),
            last => {
                if let Some(last) = last {
                    last.continues = !piece.after_gap && last.is_suspect() == piece.is_suspect;
                }
                passages.push(Passage { pieces: vec![piece], continues: false });
            }
        }
    }
    passages
}

fn takes(passage: &Passage, piece: &Piece) -> bool {
    let words = passage.words();
    let is_whole =
        words >= ENOUGH_WORDS && passage.pieces.last().is_some_and(|last| ends_sentence(&last.text));
    !piece.after_gap
        && piece.is_suspect == passage.is_suspect()
        && !is_whole
        && words + piece.words <= MOST_WORDS
}

fn ends_sentence(text: &str) -> bool {
    let closing = ['"', '\'', '\u{201d}', '\u{2019}', ')', ']'];
    text.trim_end_matches(closing).ends_with(['.', '?', '!', '\u{2026}', '\u{3002}', '\u{61f}', '\u{964}'])
}

fn spoken_pieces(file: &ArchiveFile, sidecar: Option<&Sidecar>, doubts: &[Vec<Suspect>]) -> Vec<Piece> {
    let segments = file.segments();
    let ends = file.ends(sidecar);
    let mut pieces = Vec::with_capacity(segments.len());
    let mut end_before: Option<SegmentEnd> = None;
    for (index, segment) in segments.iter().enumerate() {
        let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
        let start = segment.start_time().or(detail.map(|detail| detail.start));
        let whole = Piece {
            place: Place::Spoken { segment: index, start, end: ends[index].map(|end| end.time) },
            text: segment.text.trim().to_owned(),
            speaker: detail.and_then(|detail| detail.speaker.clone()),
            is_suspect: doubts.get(index).is_some_and(|doubts| !doubts.is_empty()),
            source: None,
            after_gap: end_before.zip(start).is_some_and(|(end, start)| end.is_before_silence(start)),
            words: tokens::count(&segment.text),
        };
        if whole.words > 0 {
            end_before = ends[index];
            push_cut(whole, &mut pieces);
        }
    }
    pieces
}

/// Appends a piece, in several if it is longer than any segment that a recogniser emits.
fn push_cut(whole: Piece, pieces: &mut Vec<Piece>) {
    if whole.words <= LONGEST_PIECE_WORDS {
        pieces.push(whole);
        return;
    }
    for (number, part) in cut(&whole.text, LONGEST_PIECE_WORDS).into_iter().enumerate() {
        let text = whole.text[part].trim().to_owned();
        let words = tokens::count(&text);
        pieces.push(Piece { text, words, after_gap: whole.after_gap && number == 0, ..whole.clone() });
    }
}

/// Parts of a text, in bytes, each of at most `most_words` words and beginning with one, the first excepted.
fn cut(text: &str, most_words: usize) -> Vec<std::ops::Range<usize>> {
    let starts = tokens::Spans::new(text).step_by(most_words).skip(1).map(|span| span.start);
    let mut begin = 0;
    starts
        .chain([text.len()])
        .map(|end| {
            let part = begin..end;
            begin = end;
            part
        })
        .collect()
}

/// The lines of a file in which nothing could be read as a segment, with their places in characters.
fn written_pieces(opaque: &Opaque) -> Vec<Piece> {
    let text = opaque.text();
    let mut position = Position { text: &text, byte: 0, character: 0 };
    let mut pieces = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        for part in cut(line, MOST_WORDS) {
            let (begin, part) = (line_start + part.start, &line[part]);
            let (text, words) = (part.trim(), tokens::count(part));
            if words > 0 {
                let start = position.advance_to(begin + (part.len() - part.trim_start().len()));
                let chars = start..start + text.chars().count();
                pieces.push(Piece::written(chars, text.to_owned(), words));
            }
        }
        line_start += line.len() + 1;
    }
    pieces
}

/// A place in a text that moves forward, in bytes and in characters.
struct Position<'a> {
    text: &'a str,
    byte: usize,
    character: usize,
}

impl Position<'_> {
    /// The number of the character at `byte`, which lies ahead.
    fn advance_to(&mut self, byte: usize) -> usize {
        self.character += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.character
    }
}

impl Piece {
    fn written(chars: std::ops::Range<usize>, text: String, words: usize) -> Self {
        let place = Place::Written { chars };
        Self { place, text, speaker: None, is_suspect: false, source: None, after_gap: false, words }
    }
}

#[cfg(test)]
mod tests;
