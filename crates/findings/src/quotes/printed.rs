//! Quotations in print: which words stand between quotation marks, and whose they are.
//!
//! A quotation left open at the end of its paragraph goes on in the next one if that begins with a mark again. A
//! paragraph that is a quotation and names nobody has the speaker of the one before it.

use std::ops::Range;

use super::reading::Reading;
use super::reported::Saying;

/// Words between quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quotation {
    /// The tokens between the marks.
    pub(super) tokens: Range<usize>,
    /// The bytes of the paragraph that it stands in.
    pub(super) paragraph: Range<usize>,
}

/// The quotations of a text, in order. `paragraphs` are bytes of the text, in order.
pub(super) fn quotations(reading: &Reading, paragraphs: &[Range<usize>]) -> Vec<Quotation> {
    paragraphs.iter().flat_map(|paragraph| in_paragraph(reading, paragraph)).collect()
}

fn in_paragraph(reading: &Reading, paragraph: &Range<usize>) -> Vec<Quotation> {
    let text = reading.text.get(paragraph.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (at, char) in text.char_indices() {
        let at = paragraph.start + at;
        match (char, open) {
            ('“', _) | ('"', None) => open = Some(at + char.len_utf8()),
            ('”' | '"', Some(start)) => {
                found.push(start..at);
                open = None;
            }
            _ => {}
        }
    }
    // Left open: it goes on in the next paragraph, or the closing mark is damaged. Either way it ends here.
    found.extend(open.map(|start| start..paragraph.end));
    let quotation =
        |bytes: Range<usize>| Quotation { tokens: tokens_in(reading, &bytes), paragraph: paragraph.clone() };
    found.into_iter().map(quotation).filter(|quotation| !quotation.tokens.is_empty()).collect()
}

/// The tokens within some bytes, marks at the ends left out.
pub(super) fn tokens_in(reading: &Reading, bytes: &Range<usize>) -> Range<usize> {
    let tokens = &reading.parsed.tokens;
    let start = tokens.partition_point(|token| (token.start as usize) < bytes.start);
    let end = tokens.partition_point(|token| (token.end as usize) <= bytes.end);
    let mut found = start..end.max(start);
    while !found.is_empty() && reading.is_mark(found.start) {
        found.start += 1;
    }
    while !found.is_empty() && reading.is_mark(found.end - 1) {
        found.end -= 1;
    }
    found
}

/// How far in tokens a verb of saying in another sentence counts as away, over one in the same sentence.
const OTHER_SENTENCE: usize = 40;

/// The saying that a quotation belongs to: the nearest of its paragraph outside all quotations.
pub(super) fn saying_of<'a>(
    reading: &Reading,
    quotation: &Quotation,
    all: &[Quotation],
    sayings: &'a [Saying],
) -> Option<&'a Saying> {
    let own = tokens_in(reading, &quotation.paragraph);
    let is_inside = |verb: usize| all.iter().any(|other| other.tokens.contains(&verb));
    let first = reading.sentence_of(quotation.tokens.start);
    let last = reading.sentence_of(quotation.tokens.end - 1);
    let away = |saying: &Saying| {
        let verb = saying.verb;
        let gap = if verb < quotation.tokens.start {
            quotation.tokens.start - verb
        } else {
            verb.saturating_sub(quotation.tokens.end)
        };
        let sentence = reading.sentence_of(verb);
        gap + if (first..=last).contains(&sentence) { 0 } else { OTHER_SENTENCE }
    };
    let from = sayings.partition_point(|saying| saying.verb < own.start);
    let near = sayings[from..].iter().take_while(|saying| saying.verb < own.end);
    near.filter(|saying| !is_inside(saying.verb)).min_by_key(|saying| (away(saying), saying.verb))
}

/// A quotation by its sentences; one of a word or two stays with the sentence before it.
pub(super) fn sentences(reading: &Reading, tokens: &Range<usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = tokens.start;
    while start < tokens.end {
        let end = reading.sentence(reading.sentence_of(start)).end.clamp(start + 1, tokens.end);
        match parts.last_mut() {
            Some(last) if end - start < 4 => last.end = end,
            _ => parts.push(start..end),
        }
        start = end;
    }
    parts
}
