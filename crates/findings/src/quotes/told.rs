//! Statements in writing: reports, quotations, and reports with quotations in them.

use std::ops::Range;

use jiff::civil::Date;

use super::clauses;
use super::days;
use super::held::{Draft, HeldStatement, certainty};
use super::printed::{self, Quotation};
use super::reading::Reading;
use super::reported::{Saying, Scene};
use super::who::Who;
use super::{Evidence, Manner};
use crate::Spot;
use crate::material::Text;

/// Words around a quotation that make a report of it rather than a quotation with marks around it.
const WORDS_AROUND: usize = 2;
/// A quotation of fewer words that no verb claims is a doubt ("so-called") or a name.
const SHORTEST_FLOATING: usize = 5;

/// Which tokens of a text that was written stand in quotations.
pub(super) fn marks(reading: &Reading, text: &Text) -> Vec<bool> {
    let mut is_quoted = vec![false; reading.len()];
    for quotation in printed::quotations(reading, &paragraphs(text)) {
        is_quoted[quotation.tokens].fill(true);
    }
    is_quoted
}

fn paragraphs(text: &Text) -> Vec<Range<usize>> {
    text.pieces.iter().map(|piece| piece.bytes.clone()).collect()
}

/// The statements of a text that was written.
pub(super) fn statements(scene: &Scene, text: &Text, published: Option<Date>) -> Vec<Draft> {
    let quotations = printed::quotations(scene.reading, &paragraphs(text));
    let sayings = scene.sayings();
    let mut is_absorbed = vec![false; quotations.len()];
    let mut drafts = Vec::new();
    for saying in sayings.iter().filter(|saying| !saying.content.is_empty()) {
        let is_quoted = quotations.iter().any(|quotation| quotation.tokens.contains(&saying.verb));
        let (inside, around) = within(&saying.content, &quotations);
        let covers = |quotation: &Quotation| overlap(&quotation.tokens, &saying.content) > 0;
        if inside.is_empty() && quotations.iter().any(|quotation| covers(quotation) && !is_quoted) {
            continue; // The clause is a part of a quotation: the quotation is the statement.
        }
        if !inside.is_empty() && around < WORDS_AROUND {
            continue;
        }
        inside.iter().for_each(|&at| is_absorbed[at] = true);
        let is_quoted = |token: usize| inside.iter().any(|&at| quotations[at].tokens.contains(&token));
        for part in clauses::statements(scene, &saying.content, is_quoted) {
            let (inside, around) = within(&part, &quotations);
            let manner = match inside.len() {
                0 => Manner::Indirect,
                _ if around < WORDS_AROUND => Manner::Direct,
                _ => Manner::Mixed,
            };
            let own = inside.iter().filter(|_| manner == Manner::Mixed);
            let quoted = own.map(|&at| scene.reading.words(&quotations[at].tokens)).collect();
            drafts.push(draft(scene, saying, part, manner, quoted, published));
        }
    }
    let mut last: Option<(Who, String, usize)> = None;
    for (at, quotation) in quotations.iter().enumerate() {
        let saying = printed::saying_of(scene.reading, quotation, &quotations, &sayings);
        if let Some(saying) = saying {
            last = Some((saying.who.clone(), saying.as_written.clone(), paragraph_of(text, quotation)));
        }
        if is_absorbed[at] {
            continue;
        }
        let parts = printed::sentences(scene.reading, &quotation.tokens);
        if saying.is_none() {
            // Who was reported in the paragraph before, in whatever way, lends the speaker too.
            let own = paragraph_of(text, quotation);
            let is_before = |saying: &&Saying| {
                let byte = scene.reading.bytes(&(saying.verb..saying.verb + 1)).start;
                byte < quotation.paragraph.start && text.pieces_of(&(byte..byte + 1)).start + 1 == own
            };
            let is_out =
                |saying: &&Saying| !quotations.iter().any(|other| other.tokens.contains(&saying.verb));
            if let Some(before) = sayings.iter().rev().filter(is_before).find(is_out) {
                last = Some((before.who.clone(), before.as_written.clone(), own - 1));
            }
        }
        match (saying, &last) {
            (Some(saying), _) => {
                let own = |part| draft(scene, saying, part, Manner::Direct, Vec::new(), published);
                drafts.extend(parts.into_iter().map(own));
            }
            (None, Some((who, as_written, paragraph))) if is_floating(scene.reading, quotation) => {
                // Only the paragraph right before lends its speaker.
                let own = paragraph_of(text, quotation);
                if own == paragraph + 1 || own == *paragraph {
                    let statement = floating(who.clone(), as_written.clone());
                    drafts.extend(
                        parts.into_iter().map(|tokens| Draft { tokens, statement: statement.clone() }),
                    );
                    last = Some((who.clone(), as_written.clone(), own));
                }
            }
            _ => {}
        }
    }
    drafts.sort_by_key(|draft| (draft.tokens.start, draft.tokens.end));
    drafts
}

/// The quotations within some tokens, and how many words stand around them.
fn within(content: &Range<usize>, quotations: &[Quotation]) -> (Vec<usize>, usize) {
    let inside = |quotation: &Quotation| {
        content.start <= quotation.tokens.start && quotation.tokens.end <= content.end
    };
    let found: Vec<usize> = (0..quotations.len()).filter(|&at| inside(&quotations[at])).collect();
    let quoted: usize = found.iter().map(|&at| quotations[at].tokens.len() + 2).sum();
    (found, content.len().saturating_sub(quoted))
}

fn overlap(left: &Range<usize>, right: &Range<usize>) -> usize {
    left.end.min(right.end).saturating_sub(left.start.max(right.start))
}

/// Whether a quotation is most of its paragraph.
fn is_floating(reading: &Reading, quotation: &Quotation) -> bool {
    let paragraph = printed::tokens_in(reading, &quotation.paragraph);
    quotation.tokens.len() >= SHORTEST_FLOATING && 5 * quotation.tokens.len() >= 3 * paragraph.len()
}

fn paragraph_of(text: &Text, quotation: &Quotation) -> usize {
    text.pieces.partition_point(|piece| piece.bytes.end <= quotation.paragraph.start)
}

fn floating(who: Who, as_written: String) -> HeldStatement {
    HeldStatement {
        who,
        as_written: Some(as_written),
        manner: Manner::Direct,
        from: Evidence::Floating,
        certainty: certainty(Evidence::Floating),
        ..blank()
    }
}

/// A statement of a saying.
pub(super) fn draft(
    scene: &Scene,
    saying: &Saying,
    tokens: Range<usize>,
    manner: Manner,
    quoted: Vec<String>,
    published: Option<Date>,
) -> Draft {
    let reading = scene.reading;
    let around = reading.sentence(reading.sentence_of(saying.verb));
    // Days in another part of what was said are of that part.
    let is_said = |token: &usize| tokens.contains(token) || saying.content.contains(token);
    let outside = around.filter(|token| !is_said(token)).map(|token| reading.lower(token));
    let said_on = published.and_then(|published| days::said_on(outside, published));
    let statement = HeldStatement {
        quoted,
        who: saying.who.clone(),
        as_written: Some(saying.as_written.clone()),
        manner,
        verb: Some(saying.base.to_owned()),
        said_on,
        from: Evidence::Verb,
        certainty: certainty(Evidence::Verb),
        ..blank()
    };
    Draft { tokens, statement }
}

/// A statement of which nothing is known.
pub(super) fn blank() -> HeldStatement {
    HeldStatement {
        spot: Spot::Written { chars: 0..0 },
        words: String::new(),
        quoted: Vec::new(),
        who: Who::Unnamed,
        as_written: None,
        manner: Manner::Clip,
        verb: None,
        reported_by: Who::Unnamed,
        said_on: None,
        from: Evidence::Nothing,
        certainty: 0,
    }
}
