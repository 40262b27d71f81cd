//! Articles as passages: short paragraphs together, long ones cut at sentences.
//!
//! ```text
//! paragraphs but furniture --pieces--> Piece with its characters --group--> Passage
//! ```
//!
//! What a page put between the paragraphs is neither found nor counted. A headline, a byline or a caption is never in
//! one passage with what stands below it: a phrase does not reach across.

use std::ops::Range;

use record::article::Positions;
use record::{Article, Role};

use super::{ENOUGH_WORDS, MOST_WORDS, Passage, Piece, cut, ends_sentence, group};
use crate::tokens;

/// The passages of an article.
pub fn article_passages(article: &Article) -> Vec<Passage> {
    let positions = Positions::new(&article.text);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut role_before = None;
    for paragraph in article.paragraphs.iter().filter(|paragraph| paragraph.role != Role::Furniture) {
        let Some(bytes) = positions.bytes_of(&paragraph.chars) else { continue };
        let first = pieces.len();
        pieces.extend(
            parts(&article.text, bytes).into_iter().filter_map(|part| piece(&article.text, part, &positions)),
        );
        if role_before != Some(paragraph.role)
            && let Some(piece) = pieces.get_mut(first)
        {
            piece.after_gap = true;
        }
        role_before = Some(paragraph.role);
    }
    group(pieces)
}

fn piece(text: &str, part: Range<usize>, positions: &Positions<'_>) -> Option<Piece> {
    let whole = &text[part.clone()];
    let trimmed = whole.trim();
    let words = tokens::count(trimmed);
    let start = part.start + (whole.len() - whole.trim_start().len());
    let chars = positions.chars_of(&(start..start + trimmed.len()))?;
    (words > 0).then(|| Piece::written(chars, trimmed.to_owned(), words))
}

/// The parts of a paragraph, in bytes of the text: itself if it is no longer than a passage, else some sentences each;
/// a sentence that is longer is cut between words.
fn parts(text: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let content = &text[paragraph.clone()];
    if tokens::count(content) <= MOST_WORDS {
        return vec![paragraph];
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut words_of_last = MOST_WORDS;
    for sentence in sentences(content) {
        let words = tokens::count(&content[sentence.clone()]);
        let of_text = paragraph.start + sentence.start..paragraph.start + sentence.end;
        if words > MOST_WORDS {
            let pieces = cut(&content[sentence], MOST_WORDS).into_iter();
            parts.extend(pieces.map(|piece| of_text.start + piece.start..of_text.start + piece.end));
            words_of_last = MOST_WORDS;
            continue;
        }
        match parts.last_mut() {
            Some(last) if words_of_last < ENOUGH_WORDS && words_of_last + words <= MOST_WORDS => {
                last.end = of_text.end;
                words_of_last += words;
            }
            _ => {
                parts.push(of_text);
                words_of_last = words;
            }
        }
    }
    parts
}

/// Where the sentences of a paragraph stand, each with the white space behind it. A point within an abbreviation ends
/// one, too: it only decides where a passage may be cut.
fn sentences(content: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut begin = 0;
    let mut before = 0;
    for (at, c) in content.char_indices() {
        let is_space = c.is_whitespace();
        if is_space && at > before && ends_sentence(&content[last_word(content, begin, at)..at]) {
            sentences.push(begin..at);
            begin = at;
        }
        if is_space {
            before = at + c.len_utf8();
        }
    }
    sentences.push(begin..content.len());
    sentences
}

/// Where the word that ends at `end` begins: what decides whether a sentence ends there stands in it.
fn last_word(content: &str, begin: usize, end: usize) -> usize {
    let word = content[begin..end].rfind(char::is_whitespace);
    word.map_or(begin, |at| begin + at)
}

#[cfg(test)]
mod tests {
    use record::{Paragraph, Place};

    use super::*;

    /// An article of these paragraphs.
    fn article(paragraphs: &[(Role, &str)]) -> Article {
        let mut article = Article::default();
        for (role, text) in paragraphs {
            let start = article.text.chars().count();
            article.text += text;
            article.paragraphs.push(Paragraph { chars: start..start + text.chars().count(), role: *role });
            article.text += "\n\n";
        }
        article
    }

    /// The words of each piece of each passage, a `+` where the next goes on; each piece stands at its place.
    fn shape(article: &Article) -> String {
        let characters: Vec<char> = article.text.chars().collect();
        let piece = |piece: &Piece| {
            let Place::Written { chars } = &piece.place else { panic!("written") };
            assert_eq!(characters[chars.clone()].iter().collect::<String>(), piece.text);
            piece.words.to_string()
        };
        let passage = |passage: &Passage| {
            passage.pieces.iter().map(piece).collect::<Vec<_>>().join(" ")
                + if passage.continues { " +" } else { "" }
        };
        article_passages(article).iter().map(passage).collect::<Vec<_>>().join(" | ")
    }

    fn sentence(words: usize) -> String {
        format!("Für{}.", " word".repeat(words - 1))
    }

    #[test]
    fn short_paragraphs_merge_and_long_ones_are_cut_at_sentences() {
        #[track_caller]
        fn check(paragraphs: &[&str], expected: &str) {
            let paragraphs: Vec<(Role, &str)> = paragraphs.iter().map(|text| (Role::Body, *text)).collect();
            assert_eq!(shape(&article(&paragraphs)), expected);
        }
        let (ten, thirty) = (sentence(10), sentence(30));
        check(&[], "");
        check(&[&ten, &ten, &thirty], "10 10 30");
        check(&[&ten, &thirty, &ten], "10 30 + | 10");
        check(&[&format!("{thirty} {thirty} {thirty}")], "60 + | 30");
        check(&[&format!("{ten} {thirty} {thirty} {ten}")], "40 + | 40");
        check(&[&"word ".repeat(200)], "64 + | 64 + | 64 + | 8");
        check(&[&format!("{ten} {} {ten}", sentence(100))], "10 + | 64 + | 36 10");
        check(&["...", "word"], "1");
    }

    #[test]
    fn what_is_not_body_stands_apart_and_furniture_is_left_out() {
        let made = article(&[
            (Role::Headline, "Ferry stops"),
            (Role::Body, "One two."),
            (Role::Furniture, "Read more"),
            (Role::Body, "Three."),
            (Role::Caption, "A quay"),
            (Role::Body, "Four."),
        ]);
        assert_eq!(shape(&made), "2 | 2 1 | 2 | 1");
    }

    proptest::proptest! {
        #[test]
        fn every_word_but_furniture_is_in_one_passage(texts: Vec<String>, roles in proptest::collection::vec(0..Role::ALL.len(), 0..12)) {
            let paragraphs: Vec<(Role, &str)> = roles.iter().map(|role| Role::ALL[*role]).zip(texts.iter().map(String::as_str)).collect();
            let made = article(&paragraphs);
            let expected: usize = paragraphs.iter().filter(|(role, _)| *role != Role::Furniture).map(|(_, text)| tokens::count(text)).sum();
            let words: usize = article_passages(&made).iter().map(Passage::words).sum();
            proptest::prop_assert_eq!(words, expected);
        }
    }
}
