//! Where in a passage a query is met: not merely in which passage, but from which word to which.

use std::ops::Range;

use crate::query::{Near, Node, Query};
use crate::tokens::{Stems, Token, tokens};

/// Where a text meets a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// The words of the query in the text, in bytes, in rising order; those of a phrase as one span.
    pub(crate) spans: Vec<Range<usize>>,
    /// From the first to the last byte of the shortest stretch that holds everything of the query that the text
    /// holds.
    pub(crate) stretch: Range<usize>,
}

/// A text cut into words, in which a query is looked for.
pub(crate) struct Text {
    words: Vec<Token>,
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        Self { words: tokens(text).collect() }
    }

    /// Where the text meets `query`, counting only what begins in its first `own_bytes`; `None` if it doesn't.
    ///
    /// What the query excludes is not looked at: the index has seen to that.
    pub(crate) fn locate(&self, query: &Query, own_bytes: usize, stems: &mut Stems) -> Option<Located> {
        let mut found: Vec<Occurrence> = Vec::new();
        for (wanted, node) in query.wanted().into_iter().enumerate() {
            let ranges = self.occurrences(node, stems).into_iter().filter(|range| range.start < own_bytes);
            found.extend(ranges.map(|bytes| Occurrence { bytes, wanted }));
        }
        if !is_met(query.root(), &mut 0, &|wanted| found.iter().any(|occurrence| occurrence.wanted == wanted))
        {
            return None;
        }
        found.sort_by_key(|occurrence| (occurrence.bytes.start, occurrence.bytes.end));
        let stretch = shortest_stretch(&found)?;
        Some(Located { spans: merged(found), stretch })
    }

    /// Whether some phrase of the query is not in the text: then it may reach into the next passage.
    pub(crate) fn lacks_phrase(&self, query: &Query, stems: &mut Stems) -> bool {
        let mut is_missing = |node: &Node| self.occurrences(node, stems).is_empty();
        query.wanted().into_iter().any(|node| matches!(node, Node::Phrase(_)) && is_missing(node))
    }

    fn occurrences(&self, node: &Node, stems: &mut Stems) -> Vec<Range<usize>> {
        match node {
            Node::Word(wanted) => {
                // A word and its stem begin alike, so that most words need not be stemmed.
                let first = wanted.stem.chars().next();
                let begins_alike = self.words.iter().filter(|word| word.exact.chars().next() == first);
                let same = begins_alike.filter(|word| stems.of_word(&word.exact) == wanted.stem);
                same.map(|word| word.bytes.clone()).collect()
            }
            Node::Phrase(wanted) => {
                let windows = self.words.windows(wanted.len());
                let same = |window: &&[Token]| window.iter().map(|word| &word.exact).eq(wanted);
                windows.filter(same).map(span_of).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A part of the query in the text.
struct Occurrence {
    bytes: Range<usize>,
    /// Its place in [`Query::wanted`].
    wanted: usize,
}

fn span_of(words: &[Token]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.bytes.start);
    start..words.last().map_or(start, |word| word.bytes.end)
}

/// Whether the query is met by the wanted parts that are there. `number` counts them in the order of
/// [`Query::wanted`].
#[allow(clippy::unnecessary_fold)] // see below
fn is_met(node: &Node, number: &mut usize, is_there: &impl Fn(usize) -> bool) -> bool {
    match node {
        Node::Word(_) | Node::Phrase(_) | Node::Prefix(_) | Node::Similar { .. } | Node::Sounds(_) => {
            *number += 1;
            is_there(*number - 1)
        }
        // Not `all` and `any`, which would stop counting at the first that decides.
        Node::Near(Near { operands: nodes, .. }) | Node::All(nodes) => {
            nodes.iter().fold(true, |met, node| is_met(node, number, is_there) && met)
        }
        Node::Any(nodes) => nodes.iter().fold(false, |met, node| is_met(node, number, is_there) || met),
        Node::Not(_) | Node::Condition(_) => true,
    }
}

/// The shortest stretch that holds each wanted part that occurs at all; the first of equals.
fn shortest_stretch(found: &[Occurrence]) -> Option<Range<usize>> {
    let kinds = found.iter().map(|occurrence| occurrence.wanted + 1).max()?;
    let mut missing = {
        let mut occurs = vec![false; kinds];
        found.iter().for_each(|occurrence| occurs[occurrence.wanted] = true);
        occurs.iter().filter(|occurs| **occurs).count()
    };
    let mut held = vec![0_usize; kinds];
    let mut best: Option<Range<usize>> = None;
    let mut first = 0;
    for (last, occurrence) in found.iter().enumerate() {
        missing -= usize::from(held[occurrence.wanted] == 0);
        held[occurrence.wanted] += 1;
        while held[found[first].wanted] > 1 {
            held[found[first].wanted] -= 1;
            first += 1;
        }
        if missing == 0 {
            let stretch = enclosing(&found[first..=last]);
            if best.as_ref().is_none_or(|best| stretch.len() < best.len()) {
                best = Some(stretch);
            }
        }
    }
    best
}

fn enclosing(found: &[Occurrence]) -> Range<usize> {
    let start = found.iter().map(|occurrence| occurrence.bytes.start).min().unwrap_or(0);
    let end = found.iter().map(|occurrence| occurrence.bytes.end).max().unwrap_or(start);
    start..end
}

/// The spans without repetitions and overlaps.
fn merged(found: Vec<Occurrence>) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for Occurrence { bytes, .. } in found {
        match spans.last_mut() {
            Some(last) if bytes.start < last.end => last.end = last.end.max(bytes.end),
            _ => spans.push(bytes),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with the spans in brackets and the stretch between bars; or "no".
    fn shown(query: &str, text: &str, own_bytes: usize) -> String {
        let query = Query::parse(query).unwrap();
        let Some(located) = Text::new(text).locate(&query, own_bytes, &mut Stems::default()) else {
            return "no".to_owned();
        };
        let mut shown = String::new();
        for at in 0..=text.len() {
            let count = |end: usize| located.spans.iter().filter(|span| span.end == end).count();
            shown += &"]".repeat(count(at));
            shown += if at == located.stretch.end { "|" } else { "" };
            shown += if at == located.stretch.start { "|" } else { "" };
            shown += &"[".repeat(located.spans.iter().filter(|span| span.start == at).count());
            shown += text.get(at..at + 1).unwrap_or_default();
        }
        shown
    }

    #[test]
    fn the_shortest_stretch_is_the_place() {
        #[track_caller]
        fn check(query: &str, text: &str, expected: &str) {
            assert_eq!(shown(query, text, text.len()), expected, "for {query}");
        }
        check("ferry", "The ferries wait.", "The |[ferries]| wait.");
        check("\"ferry\"", "The ferries, the ferry.", "The ferries, the |[ferry]|.");
        check("\"ferry\"", "The ferries.", "no");
        check("ferry", "A ferry, a ferry.", "A |[ferry]|, a [ferry].");
        check(
            "ferry storm",
            "Storm? No. The ferry met a storm.",
            "[Storm]? No. The |[ferry] met a [storm]|.",
        );
        check("ferry storm", "The ferry.", "no");
        check("storm ferry", "Storm ferry storm", "|[Storm] [ferry]| [storm]");
        check(
            "\"the ferry\" late",
            "Late. The ferry is the late ferry.",
            "|[Late]. [The ferry]| is the [late] ferry.",
        );
        check("\"a a\"", "a a a", "|[a a| a]");
        check("storm OR gale OR wave", "A wave, a gale.", "A |[wave], a [gale]|.");
        check("ferry (storm OR gale)", "A ferry in a gale", "A |[ferry] in a [gale]|");
        check("ferry (storm OR gale)", "A ferry in a calm", "no");
        check("ferry -drill", "A ferry.", "A |[ferry]|.");
        check("ferry ferry", "A ferry.", "A |[ferry]|.");
        check("it's late", "It's late", "|[It]'s [late]|");
        check("\"it's late\"", "It's late", "|[It's late]|");
    }

    #[test]
    fn what_begins_in_the_next_passage_belongs_to_it() {
        let text = "We wait for the ferry. The ferry";
        assert_eq!(shown("ferry", text, 22), "We wait for the |[ferry]|. The ferry");
        assert_eq!(shown("\"ferry the ferry\"", text, 22), "We wait for the |[ferry. The ferry]|");
        assert_eq!(shown("\"the ferry\"", text, 12), "no");
        let lacks =
            |query| Text::new(text).lacks_phrase(&Query::parse(query).unwrap(), &mut Stems::default());
        assert!(lacks("\"ferry late\""));
        assert!(!lacks("\"the ferry\" late"));
    }
}
