//! A running text -> its sentences.
//!
//! By marks and capitals alone: what a recogniser writes has them, and a story must not wait for a parser.

use std::ops::Range;

use crate::material::Text;

/// Words before a full stop that ends no sentence, in lower case, sorted. Single letters are none either.
#[rustfmt::skip]
const ABBREVIATIONS: &[&str] = &[
    "adm", "capt", "col", "dr", "gen", "gov", "jr", "lt", "mr", "mrs", "ms", "no", "prof", "rep", "rev", "sen", "sgt", "sr", "st", "vs",
];

/// The sentences of a text, in bytes; none reaches across a break.
pub(crate) fn sentences(text: &Text) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    for stretch in text.stretches() {
        let mut start = stretch.start;
        for end in ends(&text.text[stretch.clone()]).map(|end| stretch.start + end) {
            push_trimmed(&text.text, start..end, &mut sentences);
            start = end;
        }
        push_trimmed(&text.text, start..stretch.end, &mut sentences);
    }
    sentences
}

fn push_trimmed(text: &str, bytes: Range<usize>, sentences: &mut Vec<Range<usize>>) {
    let sentence = &text[bytes.clone()];
    let start = bytes.start + sentence.len() - sentence.trim_start().len();
    let end = start + sentence.trim().len();
    if start < end {
        sentences.push(start..end);
    }
}

/// Where sentences end: behind a mark and what closes, before a space and something that begins a sentence.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(['.', '!', '?', '…']).filter_map(|(at, mark)| {
        let after = &text[at + mark.len()..];
        let rest = after.trim_start_matches(['"', '”', '’', '\'', ')']);
        let next = rest.trim_start_matches(' ');
        let begins = next.trim_start_matches(['"', '“', '‘', '\'', '(']).chars().next()?;
        let is_end = rest.len() > next.len()
            && !begins.is_lowercase()
            && !(mark == "." && is_abbreviation(&text[..at]));
        is_end.then(|| text.len() - next.len())
    })
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    let lower = word.to_lowercase();
    word.chars().count() == 1 && word.chars().all(char::is_uppercase)
        || ABBREVIATIONS.binary_search(&lower.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::recording;
    use super::*;

    #[test]
    fn a_sentence_ends_at_a_mark_before_a_capital() {
        #[track_caller]
        fn check(lines: &[&str], expected: &[&str]) {
            let material = recording(("Harbour Radio", 1, "", ""), lines);
            let found: Vec<&str> =
                sentences(&material.text).into_iter().map(|bytes| &material.text.text[bytes]).collect();
            assert_eq!(found, expected, "for {lines:?}");
        }
        check(&["The ferry", "stopped. It lies", "on rocks."], &["The ferry stopped.", "It lies on rocks."]);
        check(
            &["Dr. Venn and J. B. Brandt met at 5.30 p.m. on Monday."],
            &["Dr. Venn and J. B. Brandt met at 5.30 p.m. on Monday."],
        );
        check(&["\"It broke.\" \"Why?\" He left!"], &["\"It broke.\"", "\"Why?\"", "He left!"]);
        check(&["...", "and then"], &["... and then"]);
        assert!(ABBREVIATIONS.is_sorted());
    }
}
