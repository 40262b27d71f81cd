//! Where the text of a passage stands in its file, so that the index need not keep it a second time.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::{Passage, Piece};

/// A piece is looked for this far behind the one before it. Between two segments stands a link; before the first
/// there is a description, which may be long.
const REACH_BYTES: usize = 256 << 10;

/// After so many pieces that don't stand in the file as they are, the rest is not looked for: each costs a search.
const MOST_MISSES: usize = 20;

/// Notes of each piece where its text stands in `bytes`, if it stands there letter for letter.
///
/// In a file that was decoded or extracted it doesn't; then the index keeps the text.
pub(crate) fn find_sources(passages: &mut [Passage], bytes: &[u8]) {
    let (mut at, mut misses) = (0, 0);
    for piece in passages.iter_mut().flat_map(|passage| &mut passage.pieces) {
        let Some(found) = find(piece, bytes, at) else {
            misses += 1;
            if misses == MOST_MISSES {
                return;
            }
            continue;
        };
        at = found.end;
        piece.source = Some(found.start as u64);
    }
}

fn find(piece: &Piece, bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let text = piece.text.as_bytes();
    let end = at.saturating_add(REACH_BYTES).saturating_add(text.len()).min(bytes.len());
    let bytes = bytes.get(at..end)?;
    let start = at + find_near(text, bytes).or_else(|| memmem::find(bytes, text))?;
    Some(start..start + text.len())
}

/// Places that are tried before a search is prepared, which takes longer than to find what is near.
const TRIED_PLACES: usize = 64;

/// Where a text stands in `bytes`, if it is behind few places that begin alike.
fn find_near(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let places = memchr_iter(*text.first()?, bytes).take(TRIED_PLACES);
    places.into_iter().find(|place| bytes[*place..].starts_with(text))
}

impl Passage {
    /// From where to where its text stands in the file, links between the pieces included; `None` if some piece
    /// does not stand there as it is.
    pub(crate) fn source(&self) -> Option<Range<u64>> {
        if self.pieces.iter().any(|piece| piece.source.is_none()) {
            return None;
        }
        let (first, last) = (self.pieces.first()?, self.pieces.last()?);
        Some(first.source?..last.source? + last.text.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Made, passages};

    #[test]
    fn a_segment_stands_in_its_file() {
        let text = Made::saying(1, &["The ferry is late.", "late", "The ferry is late."]).text();
        let mut passages = passages(&record::format::archive::parse(text.as_bytes()).file, None);
        find_sources(&mut passages, text.as_bytes());
        let pieces = &passages[0].pieces;
        let starts: Vec<usize> = pieces.iter().map(|piece| piece.source.unwrap() as usize).collect();
        for (piece, start) in pieces.iter().zip(&starts) {
            assert_eq!(&text[*start..start + piece.text.len()], piece.text);
        }
        assert!(starts.is_sorted_by(|a, b| a < b));
        let source = passages[0].source().unwrap();
        assert!(
            text[source.start as usize..source.end as usize].ends_with(
                "[[00:00:05](https://radio.example.org/listen?id=1&t=5.0s)]\n*  The ferry is late."
            ),
            "{text}"
        );
    }

    #[test]
    fn what_was_decoded_does_not_stand_in_its_file() {
        let bytes = b"The f\xe9ry is late.\nIt waits.\n";
        let mut passages = passages(&record::format::archive::parse(bytes).file, None);
        find_sources(&mut passages, bytes);
        assert_eq!(passages[0].source(), None);
        assert_eq!(passages[0].pieces[1].source, Some(18));
    }
}
