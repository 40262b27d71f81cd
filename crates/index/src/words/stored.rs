//! What is kept of a passage beside its words: the places of its pieces and where their text stands, in few bytes.
//!
//! The text itself stays in its file: reading a few hundred bytes at a known place is faster than unpacking them
//! from the index, and takes no room there. A checksum tells when the file has changed since it was indexed.

use std::ops::Range;

use record::{MediaTime, Place};

use crate::passages::{Passage, Piece};

/// A passage as it was indexed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredPassage {
    pub(crate) text: String,
    pub(crate) pieces: Vec<StoredPiece>,
    /// Whether the next passage of the document goes on where this one ends.
    pub(crate) continues: bool,
    /// Whether its segments are doubted.
    pub(crate) is_suspect: bool,
}

/// A piece of a passage.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredPiece {
    /// In the passage's text.
    pub(crate) bytes: Range<usize>,
    pub(crate) place: Place,
    pub(crate) speaker: Option<String>,
}

/// What the index keeps of a passage beside its words: its pieces, and where in the file their text stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filed {
    pieces: Vec<StoredPiece>,
    continues: bool,
    is_suspect: bool,
    /// `None` if the index keeps the text itself.
    source: Option<Source>,
}

/// Where a passage's text stands in its file.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    /// Where each piece begins, in bytes.
    starts: Vec<u64>,
    checksum: u32,
}

impl Filed {
    /// Which bytes of the file hold the text, with the links between its pieces; `None` if the index keeps it.
    pub(crate) fn span(&self) -> Option<Range<u64>> {
        let source = self.source.as_ref()?;
        let last = self.pieces.last()?.bytes.len() as u64;
        Some(*source.starts.first()?..source.starts.last()?.checked_add(last)?)
    }

    /// The passage with the text that the index keeps; `None` if it is another, which means damage.
    pub(crate) fn with_text(self, text: String) -> Option<StoredPassage> {
        let end = self.pieces.last()?.bytes.end;
        let are_in_text = self.pieces.iter().all(|piece| text.get(piece.bytes.clone()).is_some());
        (are_in_text && end == text.len()).then_some(StoredPassage {
            text,
            pieces: self.pieces,
            continues: self.continues,
            is_suspect: self.is_suspect,
        })
    }

    /// The passage with the text that stands in [`Filed::span`] of its file; `None` if something else stands
    /// there by now.
    pub(crate) fn with_span(self, bytes: &[u8]) -> Option<StoredPassage> {
        let source = self.source.as_ref()?;
        let begin = source.starts.first()?;
        // A damaged entry may claim any length; what can be there is bounded by what was read.
        let most = bytes.len().saturating_add(self.pieces.len());
        let mut text = String::with_capacity(self.pieces.last()?.bytes.end.min(most));
        for (piece, start) in self.pieces.iter().zip(&source.starts) {
            let start = usize::try_from(start.checked_sub(*begin)?).ok()?;
            let part = bytes.get(start..start.checked_add(piece.bytes.len())?)?;
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(std::str::from_utf8(part).ok()?);
        }
        if checksum(&text) != source.checksum {
            return None;
        }
        self.with_text(text)
    }
}

/// Tells apart the text that was indexed from what stands in its place after the file has changed (FNV-1a).
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// What is kept with a passage of this text: of each piece the length of its text, its kind, and how far it is from the piece
/// before, in the file and on the clock, which is mostly little.
pub(crate) fn encode(passage: &Passage, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let source = passage.source();
    let has = |is_so: bool, bit: u64| if is_so { bit } else { 0 };
    push(
        &mut out,
        has(source.is_some(), HAS_SOURCE)
            | has(passage.continues, CONTINUES)
            | has(passage.is_suspect(), IS_SUSPECT),
    );
    if source.is_some() {
        push(&mut out, u64::from(checksum(text)));
    }
    let mut before = Before::default();
    for piece in &passage.pieces {
        push(&mut out, piece.text.len() as u64);
        if let Some(start) = piece.source.filter(|_| source.is_some()) {
            push(&mut out, start - before.source_end);
            before.source_end = start + piece.text.len() as u64;
        }
        encode_place(piece, &mut before, &mut out);
    }
    out
}

fn encode_place(piece: &Piece, before: &mut Before, out: &mut Vec<u8>) {
    let has = |is_so: bool, bit: u64| if is_so { bit } else { 0 };
    let speaker = piece.speaker.as_deref().unwrap_or_default();
    match &piece.place {
        Place::Spoken { segment, start, end } => {
            let marks = has(start.is_some(), HAS_START) | has(end.is_some(), HAS_END);
            push(out, marks | has(!speaker.is_empty(), HAS_SPEAKER));
            push(out, zigzag(*segment as u64, before.segment));
            before.segment = *segment as u64 + 1;
            for time in [start, end].into_iter().flatten() {
                push(out, zigzag(time.as_millis(), before.millis));
                before.millis = time.as_millis();
            }
        }
        Place::Written { chars } => {
            push(out, IS_WRITTEN);
            push(out, chars.start as u64);
            push(out, chars.end as u64);
            return;
        }
        Place::Front { .. } => {
            unreachable!("passages are cut from what was said or written, not from what is about it")
        }
    }
    if !speaker.is_empty() {
        push(out, speaker.len() as u64);
        out.extend_from_slice(speaker.as_bytes());
    }
}

/// What a passage has.
const HAS_SOURCE: u64 = 1;
const CONTINUES: u64 = 2;
const IS_SUSPECT: u64 = 4;

/// What a piece has; [`IS_WRITTEN`] alone for a piece of a text.
const HAS_START: u64 = 1;
const HAS_END: u64 = 2;
const HAS_SPEAKER: u64 = 4;
const IS_WRITTEN: u64 = 8;

/// From where the next piece is counted: the segment behind the last, the last time, the end of the last text.
#[derive(Default)]
struct Before {
    segment: u64,
    millis: u64,
    source_end: u64,
}

/// What [`encode`] kept; `None` if it is no such thing, which means that the index is damaged.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<Filed> {
    let bytes = &mut bytes;
    let marks = take(bytes)?;
    let checksum = if marks & HAS_SOURCE == 0 { None } else { Some(u32::try_from(take(bytes)?).ok()?) };
    let (mut pieces, mut starts) = (Vec::new(), Vec::new());
    let mut before = Before::default();
    let mut at = 0;
    while !bytes.is_empty() {
        let length = take_size(bytes)?;
        if checksum.is_some() {
            let start = before.source_end.checked_add(take(bytes)?)?;
            before.source_end = start.checked_add(length as u64)?;
            starts.push(start);
        }
        let piece = take_piece(bytes, at, length, &mut before)?;
        // A space stands between two pieces.
        at = piece.bytes.end.checked_add(1)?;
        pieces.push(piece);
    }
    let source = checksum.map(|checksum| Source { starts, checksum });
    let has = |mark: u64| marks & mark != 0;
    let (continues, is_suspect) = (has(CONTINUES), has(IS_SUSPECT));
    (!pieces.is_empty()).then_some(Filed { pieces, continues, is_suspect, source })
}

fn take_piece(bytes: &mut &[u8], at: usize, length: usize, before: &mut Before) -> Option<StoredPiece> {
    let end = at.checked_add(length)?;
    let marks = take(bytes)?;
    if marks == IS_WRITTEN {
        let place = Place::Written { chars: take_size(bytes)?..take_size(bytes)? };
        return Some(StoredPiece { bytes: at..end, place, speaker: None });
    }
    let segment = unzigzag(take(bytes)?, before.segment);
    before.segment = segment.wrapping_add(1);
    let mut time = |bytes: &mut &[u8], mark: u64| -> Option<Option<MediaTime>> {
        if marks & mark == 0 {
            return Some(None);
        }
        before.millis = unzigzag(take(bytes)?, before.millis);
        Some(Some(MediaTime::from_millis(before.millis)))
    };
    let (start, finish) = (time(bytes, HAS_START)?, time(bytes, HAS_END)?);
    let speaker = if marks & HAS_SPEAKER == 0 { None } else { Some(take_text(bytes)?) };
    let place = Place::Spoken { segment: usize::try_from(segment).ok()?, start, end: finish };
    Some(StoredPiece { bytes: at..end, place, speaker })
}

fn take_text(bytes: &mut &[u8]) -> Option<String> {
    let length = take_size(bytes)?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(String::from_utf8_lossy(text).into_owned())
}

/// The way from `before` to `number`, forwards or back, as a small number where it is short. It wraps, so that
/// any two numbers have one.
fn zigzag(number: u64, before: u64) -> u64 {
    let way = number.wrapping_sub(before) as i64;
    (way << 1 ^ way >> 63) as u64
}

fn unzigzag(way: u64, before: u64) -> u64 {
    before.wrapping_add(way >> 1 ^ (way & 1).wrapping_neg())
}

/// Seven bits a byte, the lowest first; the eighth says that more follow (LEB128).
fn push(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_size(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(take(bytes)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passages::find_sources;
    use crate::testing::passages;
    use proptest::prelude::*;

    /// Kept and read back, once with the text in the index and once with it in the file.
    fn stored(passage: &Passage) -> Option<StoredPassage> {
        decode(&encode(passage, &passage.text()))?.with_text(passage.text())
    }

    fn passages_of(text: &str) -> Vec<Passage> {
        passages(&record::format::archive::parse(text.as_bytes()).file, None)
    }

    #[test]
    fn places_read_back() {
        let passages = passages_of(
            "---\nLength: 9s\n---\n\n# A title\n**Harbour Radio:** [March 02, 2026](https://example.org/a?b)\n\
             *  One, two. [[00:00:05](https://example.org/a?b&t=5.22s)]\n*  Three\n",
        );
        assert!(matches!(passages[0].pieces[0].place, Place::Spoken { start: Some(_), .. }));
        let stored = stored(&passages[0]).unwrap();
        assert_eq!(stored.text, "One, two. Three");
        let pieces: Vec<_> = stored.pieces.iter().map(|piece| &stored.text[piece.bytes.clone()]).collect();
        assert_eq!(pieces, ["One, two.", "Three"]);
        for (stored, piece) in stored.pieces.iter().zip(&passages[0].pieces) {
            assert_eq!((&stored.place, &stored.speaker), (&piece.place, &piece.speaker));
        }
    }

    #[test]
    fn extreme_numbers_read_back() {
        let numbers = [0, 1, 2, 0x7f, 0x80, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX - 1, u64::MAX];
        for number in numbers {
            let mut bytes = Vec::new();
            push(&mut bytes, number);
            assert_eq!(take(&mut bytes.as_slice()), Some(number));
            for before in numbers {
                assert_eq!(unzigzag(zigzag(number, before), before), number, "from {before}");
            }
        }
        assert_eq!((zigzag(7, 7), zigzag(8, 7), zigzag(6, 7)), (0, 2, 1));
        assert_eq!(take(&mut [0xff; 11].as_slice()), None);
    }

    proptest! {
        #[test]
        fn every_passage_reads_back(text in "(\\PC|\n|a b ){0,80}") {
            for passage in passages_of(&text) {
                let stored = stored(&passage).unwrap();
                prop_assert_eq!(stored.text, passage.text());
                prop_assert_eq!(stored.pieces.len(), passage.pieces.len());
            }
        }

        #[test]
        fn a_file_gives_the_same_text_or_none(text in "(\\PC|\n|a b ){0,80}", changed in 0_usize..400) {
            let mut passages = passages_of(&text);
            find_sources(&mut passages, text.as_bytes());
            for passage in passages.iter().filter(|passage| passage.source().is_some()) {
                let span = decode(&encode(passage, &passage.text())).unwrap().span().unwrap();
                let read = |bytes: &[u8]| {
                    let end = (span.end as usize).min(bytes.len());
                    decode(&encode(passage, &passage.text())).unwrap().with_span(&bytes[(span.start as usize).min(end)..end])
                };
                prop_assert_eq!(read(text.as_bytes()).unwrap().text, passage.text());
                let mut other = text.clone().into_bytes();
                other.truncate(changed);
                if let Some(stored) = read(&other) {
                    prop_assert_eq!(stored.text, passage.text());
                }
            }
        }

        #[test]
        fn damage_does_not_panic(text: String, kept: Vec<u8>) {
            if let Some(filed) = decode(&kept) {
                let _ = (filed.span(), filed.clone().with_text(text.clone()), filed.with_span(text.as_bytes()));
            }
        }
    }
}
