//! A long text, cut where it hurts least.
//!
//! What a text takes in memory while it is parsed grows with its length, so a long one is parsed in pieces. Words only see
//! a few neighbours, and sentences are whole within a piece wherever the text has marks at their ends.

use std::ops::Range;

use super::features::is_white;

/// Bytes of a piece: some 1,600 words. Pieces of half the length are as fast.
const MOST_BYTES: usize = 8_192;

/// The pieces of a text, in order, which together are all of it.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let piece = start..start + first_piece(&text[start..]);
        start = piece.end;
        (!piece.is_empty()).then_some(piece)
    })
}

fn first_piece(text: &str) -> usize {
    if text.len() <= MOST_BYTES {
        return text.len();
    }
    let end = (0..=MOST_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let window = &text[..end];
    // Not in the first half, so that no text makes more pieces than twice its length needs.
    let cuts = || {
        window
            .char_indices()
            .rev()
            .take_while(|(at, _)| *at >= MOST_BYTES / 2)
            .filter(|(_, letter)| is_white(*letter))
    };
    let ends_sentence = |at: &usize| {
        let before = window[..*at].trim_end_matches(['"', '\'', '”', '’', ')', ']']);
        before.ends_with(['.', '!', '?', '…'])
    };
    let after = |(at, letter): (usize, char)| at + letter.len_utf8();
    let at_sentence = cuts().find(|(at, _)| ends_sentence(at)).map(after);
    at_sentence.or_else(|| cuts().next().map(after)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn pieces_are_all_of_a_text(text in "([a-zé]{1,9}[.!? ”]{0,3}){0,4000}") {
            let mut next = 0;
            for piece in pieces(&text) {
                proptest::prop_assert!(piece.start == next && !piece.is_empty() && piece.len() <= MOST_BYTES);
                proptest::prop_assert!(text.is_char_boundary(piece.end));
                next = piece.end;
            }
            proptest::prop_assert_eq!(next, text.len());
        }
    }

    #[test]
    fn a_piece_ends_with_a_sentence_where_it_can() {
        #[track_caller]
        fn check(text: &str, expected_end: &str) {
            let first = pieces(text).next().expect("a piece");
            assert!(text[..first.end].ends_with(expected_end), "{:?}", &text[first.end - 20..first.end]);
        }
        let words = "word ".repeat(1_500);
        check(&format!("{words}He said “no.” And {words}"), "“no.” ");
        check(&format!("{words}{words}"), "word ");
        check(&"x".repeat(20_000), "x");
    }
}
