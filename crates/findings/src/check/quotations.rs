//! An article -> what it prints between quotation marks.

use std::ops::Range;

use record::Citation;
use serde::Serialize;

use crate::align::words;
use crate::material::Material;

use super::{Match, Quote, Verdict, rank};

/// Fewer words are a title, a nickname or a word held at arm's length.
const FEWEST_QUOTED_WORDS: usize = 4;

/// What an article prints between quotation marks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quotation {
    /// Where.
    #[serde(flatten)]
    pub citation: Citation,
    /// The words, without the marks; paragraphs are joined by a space.
    pub words: String,
}

/// A quotation of an article held against the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// The quotation.
    #[serde(flatten)]
    pub quotation: Quotation,
    /// How it compares; `null` if the record does not have it.
    pub verdict: Option<Verdict>,
    /// The best place, of another document.
    pub best: Option<Match>,
}

impl Quotation {
    /// Holds it against matches from any documents; those of its own article prove nothing.
    pub fn checked(self, matches: Vec<Match>) -> Checked {
        let own = &self.citation.document;
        let mut others: Vec<Match> =
            matches.into_iter().filter(|found| found.citation.document != *own).collect();
        rank(&mut others);
        let best = others.into_iter().next();
        Checked { verdict: best.as_ref().map(|best| best.verdict), best, quotation: self }
    }

    /// The words to look for. `None` for one that is longer than a quotation may be.
    pub fn quote(&self) -> Option<Quote> {
        Quote::of(&self.words).ok()
    }
}

/// The quotations of an article that have four words or more, in order.
///
/// A quotation that goes on in the next paragraph is not closed in the first, and the next one opens with a mark
/// again. One that is closed nowhere ends with its paragraph.
pub fn quotations(material: &Material) -> Vec<Quotation> {
    let text = material.text.text.as_str();
    let mut found: Vec<Vec<Range<usize>>> = Vec::new();
    let mut goes_on = false;
    for piece in &material.text.pieces {
        let spans = spans(text, piece.bytes.clone());
        let opens_at_once =
            spans.first().is_some_and(|span| text[piece.bytes.start..span.bytes.start].chars().count() == 1);
        for (index, span) in spans.iter().enumerate() {
            match found.last_mut() {
                Some(last) if goes_on && opens_at_once && index == 0 => last.push(span.bytes.clone()),
                _ => found.push(vec![span.bytes.clone()]),
            }
        }
        goes_on = spans.last().is_some_and(|span| !span.is_closed);
    }
    found.iter().filter_map(|parts| quotation(material, parts)).collect()
}

fn quotation(material: &Material, parts: &[Range<usize>]) -> Option<Quotation> {
    let joined: Vec<&str> = parts.iter().map(|part| material.text.text[part.clone()].trim()).collect();
    let joined = joined.join(" ");
    if words(&joined).len() < FEWEST_QUOTED_WORDS {
        return None;
    }
    let citation = material.cite(&(parts.first()?.start..parts.last()?.end))?;
    Some(Quotation { citation, words: joined })
}

/// What stands between two marks.
struct Span {
    bytes: Range<usize>,
    is_closed: bool,
}

/// The quotations of a paragraph. A straight mark opens where none is open, whatever stands around it.
fn spans(text: &str, paragraph: Range<usize>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut before = None;
    let mut chars = text[paragraph.clone()].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = paragraph.start + at;
        let after = chars.peek().map(|(_, next)| *next);
        match open {
            Some((mark, start)) if closes(mark, c, after) => {
                spans.push(Span { bytes: start..at, is_closed: true });
                open = None;
            }
            None if opens(c, before, after) => open = Some((c, at + c.len_utf8())),
            _ => {}
        }
        before = Some(c);
    }
    if let Some((mark, start)) = open.filter(|(mark, _)| !is_single(*mark)) {
        debug_assert!(!is_single(mark));
        spans.push(Span { bytes: start..paragraph.end, is_closed: false });
    }
    spans.retain(|span| span.bytes.start < span.bytes.end);
    spans
}

fn is_single(mark: char) -> bool {
    matches!(mark, '‘' | '\'')
}

fn opens(c: char, before: Option<char>, after: Option<char>) -> bool {
    match c {
        '“' | '"' | '«' | '„' => true,
        // An apostrophe stands after a letter, or at a shortened word: `'tis` opens nothing that is closed.
        '‘' | '\'' => {
            !before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
        }
        _ => false,
    }
}

fn closes(mark: char, c: char, after: Option<char>) -> bool {
    match mark {
        '“' => matches!(c, '”' | '"'),
        '„' => matches!(c, '“' | '”'),
        '«' => c == '»',
        '"' => matches!(c, '"' | '”'),
        _ => matches!(c, '’' | '\'') && !after.is_some_and(char::is_alphanumeric),
    }
}

/// Where an article quotes somebody, in bytes of its text.
pub(crate) fn quoted_bytes(material: &Material) -> Vec<Range<usize>> {
    let text = material.text.text.as_str();
    material
        .text
        .pieces
        .iter()
        .flat_map(|piece| spans(text, piece.bytes.clone()))
        .map(|span| span.bytes)
        .collect()
}
