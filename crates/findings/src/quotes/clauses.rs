//! One report, several statements: "the call lasted an hour, during which the mayor invited them", "the pier would open and
//! the ferry sail again".
//!
//! ```text
//! words under a verb of saying --verbs joined to theirs, clauses with a subject of their own--> one range for each
//! ```
//!
//! What another tells may be one of them only, so they are compared and cited one by one.

use std::ops::Range;

use language::parse::Relation;

use super::reading::Reading;
use super::reported::Scene;

/// A part of fewer words tells nothing by itself.
const SHORTEST: usize = 4;

/// The same of a part that has no subject of its own: "and invited each other to visit their towns".
const SHORTEST_WITHOUT_SUBJECT: usize = 6;

/// How many statements one report has at most; more are lists.
const MOST: usize = 4;

/// The statements in the words that a report has, in order and without marks around them. `is_whole` tells of what must not be
/// cut: between two tokens of a quotation.
pub(super) fn statements(
    scene: &Scene,
    content: &Range<usize>,
    is_whole: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut rest = scene.trimmed(content.clone());
    while parts.len() + 1 < MOST {
        let Some((before, after)) = cut(scene, &rest).filter(|(before, _)| !is_whole(before.end)) else {
            break;
        };
        parts.push(before);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// The first statement and all that follow it.
fn cut(scene: &Scene, content: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let reading = scene.reading;
    let verb = content.clone().find(|&token| {
        let head = reading.head(token);
        reading.is_verb(token) && (head == token || !content.contains(&head))
    })?;
    let joined = reading.children(verb).iter().copied().filter_map(|child| joined(reading, verb, child));
    let beside = content.clone().filter_map(|token| beside(reading, token));
    let (end, start) = joined.chain(beside).filter(|(end, _)| content.contains(end)).min()?;
    let is_that = reading.lower(start) == "that" && reading.relation(start) == Relation::Mark;
    let after = start + usize::from(is_that)..content.end;
    let before = scene.trimmed(content.start..end);
    let are_telling = before.len() >= SHORTEST && after.len() >= SHORTEST;
    (are_telling && before.contains(&verb)).then(|| (before, scene.trimmed(after)))
}

/// Where the first of two joined clauses ends, and where the second begins: around the "and" between them.
fn joined(reading: &Reading, verb: usize, child: usize) -> Option<(usize, usize)> {
    let start = reading.under(child).start;
    let subject = [Relation::Nsubj, Relation::Nsubjpass, Relation::Expl];
    let is_telling =
        reading.child(child, &subject).is_some() || reading.under(child).len() >= SHORTEST_WITHOUT_SUBJECT;
    let is_clause =
        reading.relation(child) == Relation::Conj && reading.is_verb(child) && start > verb && is_telling;
    let and = (verb + 1..start).rev().find(|&token| !reading.is_mark(token))?;
    let is_and = reading.relation(and) == Relation::Cc && matches!(reading.lower(and), "and" | "but");
    (is_clause && is_and).then_some((and, start))
}

/// The same of a clause that hangs on a word of the first and has a subject of its own: around the "in which" between them.
fn beside(reading: &Reading, token: usize) -> Option<(usize, usize)> {
    if !matches!(reading.relation(token), Relation::Relcl | Relation::Advcl) || !reading.is_verb(token) {
        return None;
    }
    let start = reading.under(token).start;
    let subject = reading.child(token, &[Relation::Nsubj])?;
    let is_which = reading.relation(start) == Relation::Prep && reading.lower(start + 1) == "which";
    (is_which && subject > start + 1).then_some((start, start + 2))
}
