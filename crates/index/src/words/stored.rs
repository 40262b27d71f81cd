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

/// What stands for a place of each kind.
const SPOKEN: u64 = 0;
const WRITTEN: u64 = 1;

/// The places of a passage's pieces.
pub(crate) fn encode(passage: &Passage) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in &passage.pieces {
        push(&mut out, piece.text.len() as u64);
        match &piece.place {
            Place::Spoken { segment, start, end } => {
                push(&mut out, SPOKEN);
                push(&mut out, *segment as u64);
                push_time(&mut out, *start);
                push_time(&mut out, *end);
            }
            Place::Written { chars } => {
                push(&mut out, WRITTEN);
                push(&mut out, chars.start as u64);
                push(&mut out, chars.end as u64);
            }
        }
        let speaker = piece.speaker.as_deref().unwrap_or_default();
        push(&mut out, speaker.len() as u64);
        out.extend_from_slice(speaker.as_bytes());
    }
    out
}

/// The passage of this text with the places that [`encode`] made; `None` if they don't belong together, which
/// means that the index is damaged.
pub(crate) fn decode(text: String, mut places: &[u8]) -> Option<StoredPassage> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while !places.is_empty() {
        let piece = take_piece(&mut places, at)?;
        text.get(piece.bytes.clone())?;
        // A space stands between two pieces.
        at = piece.bytes.end + 1;
        pieces.push(piece);
    }
    (!pieces.is_empty() && at == text.len() + 1).then_some(StoredPassage { text, pieces })
}

fn take_piece(bytes: &mut &[u8], at: usize) -> Option<StoredPiece> {
    let end = at.checked_add(take_size(bytes)?)?;
    let place = match take(bytes)? {
        SPOKEN => {
            Place::Spoken { segment: take_size(bytes)?, start: take_time(bytes)?, end: take_time(bytes)? }
        }
        WRITTEN => Place::Written { chars: take_size(bytes)?..take_size(bytes)? },
        _ => return None,
    };
    let speaker_bytes = take_size(bytes)?;
    let (speaker, rest) = bytes.split_at_checked(speaker_bytes)?;
    *bytes = rest;
    let speaker = (!speaker.is_empty()).then(|| String::from_utf8_lossy(speaker).into_owned());
    Some(StoredPiece { bytes: at..end, place, speaker })
}

/// A time and whether there is one: nothing is 0, a time its milliseconds and 1.
fn push_time(out: &mut Vec<u8>, time: Option<MediaTime>) {
    push(out, time.map_or(0, |time| time.as_millis().saturating_add(1)));
}

fn take_time(bytes: &mut &[u8]) -> Option<Option<MediaTime>> {
    Some(take(bytes)?.checked_sub(1).map(MediaTime::from_millis))
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
        for number in [0, 1, 0x7f, 0x80, u64::MAX - 1, u64::MAX] {
            let mut bytes = Vec::new();
            push(&mut bytes, number);
            assert_eq!(take(&mut bytes.as_slice()), Some(number));
        }
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
