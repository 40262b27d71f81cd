//! An article -> what it prints between quotation marks.

use std::ops::Range;

use record::{Citation, Document};
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
    /// The words, without the marks.
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
    /// Holds it against matches from any documents; those of its own article prove nothing. Of places that are as good
    /// as each other the one is best that was published nearest to the article.
    pub fn checked(self, article: &Document, matches: Vec<Match>) -> Checked {
        let others = matches.into_iter().filter(|found| found.citation.document != article.id).collect();
        let days = |found: &Match| match (article.date, found.order.date) {
            (Some(one), Some(other)) => one.duration_until(other).unsigned_abs(),
            _ => std::time::Duration::MAX,
        };
        let mut others = rank(others);
        let is_as_good = |found: &Match, best: &Match| {
            found.order.quality == best.order.quality && found.order.is_spoken == best.order.is_spoken
        };
        let as_good = others.iter().take_while(|found| is_as_good(found, &others[0])).count();
        others[..as_good].sort_by_key(days);
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
/// One that goes on in the next paragraph is not closed in the first, and the next begins with a mark again: each
/// paragraph of it is a quotation here, since a report may take them from different places.
pub fn quotations(material: &Material) -> Vec<Quotation> {
    let text = material.text.text.as_str();
    let quotation = |bytes: Range<usize>| {
        let written = text[bytes.clone()].trim();
        let is_long = words(written).len() >= FEWEST_QUOTED_WORDS;
        let citation = material.cite(&bytes).filter(|_| is_long)?;
        Some(Quotation { citation, words: written.to_owned() })
    };
    quoted_bytes(material).into_iter().filter_map(quotation).collect()
}

/// Where an article quotes somebody, in bytes of its text.
pub(crate) fn quoted_bytes(material: &Material) -> Vec<Range<usize>> {
    material.text.pieces.iter().flat_map(|piece| spans(&material.text.text, piece.bytes.clone())).collect()
}

/// The quotations of a paragraph, without their marks. A double mark that is closed nowhere reaches to the end of it.
fn spans(text: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut before = None;
    let mut chars = text[paragraph.clone()].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = paragraph.start + at;
        let after = chars.peek().map(|(_, next)| *next);
        match open {
            Some((mark, start)) if closes(mark, c, after) => {
                spans.push(start..at);
                open = None;
            }
            None if opens(c, before, after) => open = Some((c, at + c.len_utf8())),
            _ => {}
        }
        before = Some(c);
    }
    if let Some((_, start)) = open.filter(|(mark, _)| !is_single(*mark)) {
        spans.push(start..paragraph.end);
    }
    spans.retain(|span| span.start < span.end);
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
