//! What is kept with a passage's text: the places of its pieces, in few bytes.
//!
//! A hit is answered from the index alone. Opening the document's file would cost more than the search, and
//! the file may have changed since it was indexed.

use std::ops::Range;

use record::{MediaTime, Place};

use crate::passages::Passage;

/// A passage as the index keeps it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredPassage {
    pub(crate) text: String,
    pub(crate) pieces: Vec<StoredPiece>,
}

/// A piece of a passage.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredPiece {
    /// In the passage's text.
    pub(crate) bytes: Range<usize>,
    pub(crate) place: Place,
    pub(crate) speaker: Option<String>,
}

/// The places of a passage's pieces: of each piece the length of its text, its kind, and how far it is from the
/// piece before, which is mostly nothing.
pub(crate) fn encode(passage: &Passage) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = Before::default();
    for piece in &passage.pieces {
        push(&mut out, piece.text.len() as u64);
        let speaker = piece.speaker.as_deref().unwrap_or_default();
        match &piece.place {
            Place::Spoken { segment, start, end } => {
                let has = |is_there: bool, bit: u64| if is_there { bit } else { 0 };
                let marks = has(start.is_some(), HAS_START) | has(end.is_some(), HAS_END);
                push(&mut out, marks | has(!speaker.is_empty(), HAS_SPEAKER));
                push(&mut out, zigzag(*segment as u64, before.segment));
                before.segment = *segment as u64 + 1;
                for time in [start, end].into_iter().flatten() {
                    push(&mut out, zigzag(time.as_millis(), before.millis));
                    before.millis = time.as_millis();
                }
            }
            Place::Written { chars } => {
                push(&mut out, IS_WRITTEN);
                push(&mut out, chars.start as u64);
                push(&mut out, chars.end as u64);
            }
        }
        if !speaker.is_empty() {
            push(&mut out, speaker.len() as u64);
            out.extend_from_slice(speaker.as_bytes());
        }
    }
    out
}

/// What a piece has; [`IS_WRITTEN`] alone for a piece of a text.
const HAS_START: u64 = 1;
const HAS_END: u64 = 2;
const HAS_SPEAKER: u64 = 4;
const IS_WRITTEN: u64 = 8;

/// From where the next piece is counted: the segment behind the last, and the last time.
#[derive(Default)]
struct Before {
    segment: u64,
    millis: u64,
}

/// The passage of this text with the places that [`encode`] made; `None` if they don't belong together, which
/// means that the index is damaged.
pub(crate) fn decode(text: String, mut places: &[u8]) -> Option<StoredPassage> {
    let mut pieces = Vec::new();
    let mut before = Before::default();
    let mut at = 0;
    while !places.is_empty() {
        let piece = take_piece(&mut places, at, &mut before)?;
        text.get(piece.bytes.clone())?;
        // A space stands between two pieces.
        at = piece.bytes.end + 1;
        pieces.push(piece);
    }
    (!pieces.is_empty() && at == text.len() + 1).then_some(StoredPassage { text, pieces })
}

fn take_piece(bytes: &mut &[u8], at: usize, before: &mut Before) -> Option<StoredPiece> {
    let end = at.checked_add(take_size(bytes)?)?;
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
    use crate::passages::passages;
    use proptest::prelude::*;

    fn stored(passage: &Passage) -> Option<StoredPassage> {
        decode(passage.text(), &encode(passage))
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
        fn damage_does_not_panic(text: String, places: Vec<u8>) {
            let _ = decode(text, &places);
        }
    }
}
