//! A document as findings read it: running texts whose every byte can be pointed at.

use std::ops::Range;

use language::entities;
use language::parse::{Parsed, Parser};
use record::article::{Positions, Role};
use record::format::archive::ArchiveFile;
use record::transcript::SegmentEnd;
use record::{Article, Citation, Document, FrontPart, Place, Sidecar};
use serde::{Deserialize, Serialize};

/// A document as findings read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Which document it is.
    pub document: Document,
    /// What was said, doubted segments left out, or written: headline, body and captions.
    pub text: Text,
    /// What its publisher wrote about a recording: title and description. Empty for an article.
    pub front: Text,
    /// The keywords that its publisher gave a recording.
    pub keywords: Vec<String>,
}

/// What a parser read in a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Of [`Material::text`].
    pub text: Parsed,
    /// Of [`Material::front`].
    pub front: Parsed,
}

/// A running text made of pieces, each with its place.
///
/// Pieces that follow on each other are joined by a space. Where the text breaks (at a silence, at doubted segments,
/// between paragraphs) a line break joins them, and no sentence reaches across.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// All pieces, joined.
    pub text: String,
    /// In order, disjoint, never empty.
    pub pieces: Vec<Piece>,
}

/// A part of a text with one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// In [`Text::text`].
    pub bytes: Range<usize>,
    /// Where it stands in its document.
    pub place: Place,
    /// Who speaks, where the transcript tells.
    pub speaker: Option<String>,
    /// What it is to its article.
    pub role: Option<Role>,
    /// Whether the text breaks before it.
    pub after_break: bool,
}

impl Analysis {
    /// Parses a document, a stretch without a break at a time, and settles over all of it what each name names.
    pub fn of(material: &Material, parser: &Parser) -> Self {
        let parsed = |text: &Text| {
            let mut all = Parsed::default();
            for stretch in text.stretches() {
                let start = stretch.start;
                all.append(parser.parse(&text.text[stretch]), start);
            }
            all.entities = entities::settle(&text.text, &all);
            all
        };
        Self { text: parsed(&material.text), front: parsed(&material.front) }
    }
}

impl Material {
    /// A transcript. `is_doubted` has an entry for each segment.
    pub fn of_transcript(
        document: Document,
        file: &ArchiveFile,
        sidecar: Option<&Sidecar>,
        is_doubted: &[bool],
    ) -> Self {
        let mut front = Text::default();
        let parts = [(FrontPart::Title, file.title()), (FrontPart::Description, file.description())];
        for (part, text) in parts {
            front.push_lines(part, text.unwrap_or_default());
        }
        let keywords = file.transcript().map(|transcript| transcript.keywords().words().to_vec());
        Self {
            document,
            text: spoken(file, sidecar, is_doubted),
            front,
            keywords: keywords.unwrap_or_default(),
        }
    }

    /// An article.
    pub fn of_article(document: Document, article: &Article) -> Self {
        let is_read = |role| matches!(role, Role::Headline | Role::Body | Role::Caption);
        let positions = Positions::new(&article.text);
        let mut text = Text::default();
        for paragraph in article.paragraphs.iter().filter(|paragraph| is_read(paragraph.role)) {
            let Some(bytes) = positions.bytes_of(&paragraph.chars) else { continue };
            let written = |chars| Place::Written { chars };
            text.push_written(&article.text[bytes], paragraph.chars.start, Some(paragraph.role), written);
        }
        Self { document, text, front: Text::default(), keywords: Vec::new() }
    }

    /// Where some bytes of [`Material::text`] stand.
    pub fn cite(&self, bytes: &Range<usize>) -> Option<Citation> {
        Some(Citation { document: self.document.id.clone(), place: self.text.place_of(bytes)? })
    }

    /// Where some bytes of [`Material::front`] stand.
    pub fn cite_front(&self, bytes: &Range<usize>) -> Option<Citation> {
        Some(Citation { document: self.document.id.clone(), place: self.front.place_of(bytes)? })
    }
}

/// Characters of one piece of writing. To point at a place, characters are counted from where its piece begins: a paragraph
/// of megabytes is cut, so that the time for all its places grows with its length and not with the square of it.
const LONGEST_PIECE_CHARACTERS: usize = 8_192;

impl Text {
    /// Appends writing that stands at some characters; a text longer than a piece in several that follow each other.
    fn push_written(
        &mut self,
        text: &str,
        start: usize,
        role: Option<Role>,
        place: impl Fn(Range<usize>) -> Place,
    ) {
        let (mut rest, mut start, mut is_first) = (text, start, true);
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(piece_bytes(rest));
            let length = part.chars().count();
            let before = part.chars().take_while(|char| char.is_whitespace()).count();
            let chars = start + before..start + before + part.trim().chars().count();
            self.push(part, place(chars), None, role, is_first);
            (rest, start, is_first) = (behind, start + length, is_first && part.trim().is_empty());
        }
    }

    /// Appends a piece; white space around it is not its own, and a blank one is left out.
    fn push(
        &mut self,
        text: &str,
        place: Place,
        speaker: Option<String>,
        role: Option<Role>,
        after_break: bool,
    ) {
        if text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(if after_break { '\n' } else { ' ' });
        }
        let start = self.text.len();
        self.text.push_str(text.trim());
        let bytes = start..self.text.len();
        self.pieces.push(Piece { bytes, place, speaker, role, after_break });
    }

    fn push_lines(&mut self, part: FrontPart, text: &str) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            self.push_written(line, start, None, |chars| Place::Front { part, chars });
            start += line.chars().count();
        }
    }

    /// The stretches between two breaks, in bytes.
    pub fn stretches(&self) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for piece in &self.pieces {
            match stretches.last_mut() {
                Some(last) if !piece.after_break => last.end = piece.bytes.end,
                _ => stretches.push(piece.bytes.clone()),
            }
        }
        stretches
    }

    /// The pieces that some bytes touch, as indices of [`Text::pieces`].
    pub fn pieces_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.pieces.partition_point(|piece| piece.bytes.end <= bytes.start);
        let after = self.pieces.partition_point(|piece| piece.bytes.start < bytes.end);
        first..after.max(first)
    }

    /// Where some bytes stand: speech by whole segments, writing by characters. `None` if no piece has any of them.
    pub fn place_of(&self, bytes: &Range<usize>) -> Option<Place> {
        let pieces = &self.pieces[self.pieces_of(bytes)];
        let (first, last) = (pieces.first()?, pieces.last()?);
        let char_at = |piece: &Piece, chars: &Range<usize>, byte: usize| {
            let byte = byte.clamp(piece.bytes.start, piece.bytes.end);
            chars.start + self.text[piece.bytes.start..byte].chars().count()
        };
        Some(match (&first.place, &last.place) {
            (Place::Spoken { segment, start, .. }, Place::Spoken { end, .. }) => {
                Place::Spoken { segment: *segment, start: *start, end: *end }
            }
            (Place::Written { chars: from }, Place::Written { chars: to }) => {
                Place::Written { chars: char_at(first, from, bytes.start)..char_at(last, to, bytes.end) }
            }
            (Place::Front { part, chars: from }, Place::Front { part: other, chars: to })
                if part == other =>
            {
                Place::Front {
                    part: *part,
                    chars: char_at(first, from, bytes.start)..char_at(last, to, bytes.end),
                }
            }
            (place, _) => place.clone(),
        })
    }
}

/// Where a piece of a text ends, in bytes: with the text, else behind the last white space that a piece can have.
fn piece_bytes(text: &str) -> usize {
    let Some((most, _)) = text.char_indices().nth(LONGEST_PIECE_CHARACTERS) else { return text.len() };
    let space = text[..most].char_indices().rfind(|(at, char)| *at > 0 && char.is_whitespace());
    space.map_or(most, |(at, char)| at + char.len_utf8())
}

fn spoken(file: &ArchiveFile, sidecar: Option<&Sidecar>, is_doubted: &[bool]) -> Text {
    let segments = file.segments();
    let ends = file.ends(sidecar);
    let mut text = Text::default();
    let mut end_before: Option<SegmentEnd> = None;
    let mut was_doubted = false;
    for (index, (segment, place)) in segments.iter().zip(file.places(sidecar)).enumerate() {
        if is_doubted.get(index).copied().unwrap_or_default() {
            was_doubted = true;
            continue;
        }
        let Place::Spoken { start, .. } = place else { continue };
        let is_gap = end_before.zip(start).is_some_and(|(end, start)| end.is_before_silence(start));
        let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
        let speaker = detail.and_then(|detail| detail.speaker.clone());
        text.push(&segment.text, place, speaker, None, is_gap || was_doubted);
        end_before = ends[index];
        was_doubted = false;
    }
    text
}

#[cfg(test)]
mod tests {
    use record::{DocumentId, Paragraph};

    use super::*;

    fn article(text: &str) -> Material {
        let paragraphs = vec![Paragraph { chars: 0..text.chars().count(), role: Role::Body }];
        let article = Article { text: text.to_owned(), paragraphs, ..Article::default() };
        let id: DocumentId = "sha256:9f86d081884c7d65".parse().unwrap();
        Material::of_article(Document::of_article(id, "a.txt".to_owned(), &article), &article)
    }

    #[test]
    fn a_long_paragraph_is_cut_and_every_word_keeps_its_place() {
        let words: Vec<String> = (0..6_000).map(|number| format!("fähre{number}")).collect();
        let text = words.join(" ");
        let material = article(&text);
        assert!(material.text.pieces.len() > 5);
        assert_eq!(material.text.text, text, "cut at its spaces");
        assert_eq!(material.text.stretches(), vec![0..text.len()], "no break where it is cut");
        for word in ["fähre0 ", "fähre999 ", "fähre5000 "] {
            let start = text.find(word).unwrap();
            let chars = text[..start].chars().count();
            let expected = Place::Written { chars: chars..chars + word.trim().chars().count() };
            assert_eq!(material.text.place_of(&(start..start + word.trim().len())), Some(expected), "{word}");
        }
        assert_eq!(article(&"x".repeat(20_000)).text.pieces.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn places_point_at_what_stands_there(text in "[a-zäß \\n]{1,200}") {
            let material = article(&text);
            for piece in &material.text.pieces {
                let Some(Place::Written { chars }) = material.text.place_of(&piece.bytes) else { panic!("writing") };
                let there: String = text.chars().skip(chars.start).take(chars.len()).collect();
                proptest::prop_assert_eq!(&material.text.text[piece.bytes.clone()], there);
            }
        }
    }
}
