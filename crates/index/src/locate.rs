//! Where in a passage a query is met: not merely in which passage, but from which word to which.

use std::ops::Range;

use record::{MediaTime, Place};

use crate::nearness::{Span, chains, is_within, runs};
use crate::sought::{Link, Near, Sequence, Sought, Word};
use crate::tokens::{Stems, Token, tokens};
use crate::words::StoredPiece;

/// Where a text meets what is sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// The words that were sought in the text, in bytes, in rising order; those of a phrase as one span.
    pub(crate) spans: Vec<Range<usize>>,
    /// From the first to the last byte of the shortest stretch that holds everything sought that the text holds.
    pub(crate) stretch: Range<usize>,
    /// Which of the parts in [`Sought::wanted`] are there.
    pub(crate) is_there: Vec<bool>,
}

/// A text cut into words, in which something is looked for.
pub(crate) struct Text {
    words: Vec<Token>,
    /// When each word is said, as far as that is known.
    times: Vec<Option<MediaTime>>,
}

impl Text {
    /// A text whose pieces have places; without pieces it has no times.
    pub(crate) fn new(text: &str, pieces: &[StoredPiece]) -> Self {
        let words: Vec<Token> = tokens(text).collect();
        let times = times(&words, pieces);
        Self { words, times }
    }

    /// Where the text meets what is sought, counting only what begins in its first `own_bytes`; `None` if it
    /// doesn't.
    ///
    /// What is excluded is not looked at: the index has seen to that.
    pub(crate) fn locate(&self, sought: &Sought, own_bytes: usize, stems: &mut Stems) -> Option<Located> {
        let wanted = sought.wanted();
        let mut found: Vec<Occurrence> = Vec::new();
        for (number, part) in wanted.iter().enumerate() {
            let own = self.occurrences(part, number, stems).into_iter();
            found.extend(own.filter(|occurrence| occurrence.bytes.start < own_bytes));
        }
        let is_there: Vec<bool> = (0..wanted.len())
            .map(|number| found.iter().any(|occurrence| occurrence.wanted == number))
            .collect();
        if !is_met(sought, &mut 0, &|number| is_there[number]) {
            return None;
        }
        found.sort_by_key(|occurrence| (occurrence.bytes.start, occurrence.bytes.end));
        // What meets it by a condition alone has no words of it.
        let stretch = shortest_stretch(&found).unwrap_or(0..own_bytes);
        let spans = merged(found.into_iter().flat_map(|occurrence| occurrence.spans).collect());
        Some(Located { spans, stretch, is_there })
    }

    /// Whether something of several words is not in the text: then it may reach into the next passage.
    pub(crate) fn lacks_something_long(&self, sought: &Sought, stems: &mut Stems) -> bool {
        let is_long = |part: &Sought| match part {
            Sought::Sequence(sequence) => sequence.len() > 1,
            part => matches!(part, Sought::Near(_)),
        };
        sought.wanted().into_iter().any(|part| is_long(part) && self.occurrences(part, 0, stems).is_empty())
    }

    fn occurrences(&self, part: &Sought, wanted: usize, stems: &mut Stems) -> Vec<Occurrence> {
        match part {
            Sought::Word(Word { stem, .. }) => {
                // A word and its stem begin alike, so that most words need not be stemmed.
                let first = stem.chars().next();
                let begins_alike = self.words.iter().filter(|word| word.exact.chars().next() == first);
                let same = begins_alike.filter(|word| stems.of_word(&word.exact) == *stem);
                same.map(|word| Occurrence::of(word.bytes.clone(), wanted)).collect()
            }
            Sought::Sequence(sequence) => {
                let spans = self.runs_of(sequence).into_iter();
                spans.map(|span| Occurrence::of(self.bytes(span), wanted)).collect()
            }
            Sought::Near(near) => self.near(near, wanted),
            _ => Vec::new(),
        }
    }

    fn runs_of(&self, sequence: &Sequence) -> Vec<Span> {
        let places: Vec<Vec<u64>> = sequence
            .iter()
            .map(|slot| {
                let is_meant = |word: &Token| slot.binary_search(&word.exact).is_ok();
                (0..).zip(&self.words).filter(|(_, word)| is_meant(word)).map(|(place, _)| place).collect()
            })
            .collect();
        runs(&places)
    }

    fn near(&self, near: &Near, wanted: usize) -> Vec<Occurrence> {
        let spans = |operand: &Vec<Sequence>| {
            let mut spans: Vec<Span> = operand.iter().flat_map(|sequence| self.runs_of(sequence)).collect();
            spans.sort_unstable();
            spans
        };
        let operands: Vec<Vec<Span>> = near.operands.iter().map(spans).collect();
        let is_near = |link: usize, a: Span, b: Span| self.is_near(near.links[link], a, b);
        let occurrence = |whole: Span| {
            let inside = |span: &&Span| whole.first <= span.first && span.last <= whole.last;
            let spans = operands.iter().flatten().filter(inside).map(|span| self.bytes(*span)).collect();
            Occurrence { bytes: self.bytes(whole), wanted, spans }
        };
        chains(&operands, is_near).into_iter().map(occurrence).collect()
    }

    fn is_near(&self, link: Link, a: Span, b: Span) -> bool {
        let Link::Time(most) = link else { return is_within(link.words(), a, b) };
        let (before, behind) = if a < b { (a, b) } else { (b, a) };
        let time = |place: u64| usize::try_from(place).ok().and_then(|place| *self.times.get(place)?);
        is_within(u64::MAX, a, b)
            && match (time(before.last), time(behind.first)) {
                (Some(before), Some(behind)) => behind.saturating_sub(before) <= most,
                // Without times, words are counted as people speak.
                _ => is_within(most.as_millis() * USUAL_WORDS_PER_MINUTE / 60_000, a, b),
            }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        let word = |place: u64| usize::try_from(place).ok().and_then(|place| self.words.get(place));
        let start = word(span.first).map_or(0, |word| word.bytes.start);
        start..word(span.last).map_or(start, |word| word.bytes.end)
    }
}

/// Of news presenters.
const USUAL_WORDS_PER_MINUTE: u64 = 150;

/// When each word is said: within a piece they are spread evenly.
fn times(words: &[Token], pieces: &[StoredPiece]) -> Vec<Option<MediaTime>> {
    let mut piece_number = 0;
    let time = |word: &Token| {
        while pieces.get(piece_number).is_some_and(|piece| piece.bytes.end <= word.bytes.start) {
            piece_number += 1;
        }
        let piece = pieces.get(piece_number)?;
        let Place::Spoken { start: Some(start), end, .. } = piece.place else { return None };
        let length = end.map_or(0, |end| end.saturating_sub(start).as_millis());
        let share = word.bytes.start.saturating_sub(piece.bytes.start) as u64;
        Some(MediaTime::from_millis(start.as_millis() + length * share / piece.bytes.len().max(1) as u64))
    };
    words.iter().map(time).collect()
}

/// A part of what is sought, in the text.
struct Occurrence {
    bytes: Range<usize>,
    /// Its place in [`Sought::wanted`].
    wanted: usize,
    /// Its words, to be shown.
    spans: Vec<Range<usize>>,
}

impl Occurrence {
    fn of(bytes: Range<usize>, wanted: usize) -> Self {
        Self { bytes: bytes.clone(), wanted, spans: vec![bytes] }
    }
}

/// Whether it is met by the wanted parts that are there. `number` counts them in the order of
/// [`Sought::wanted`].
#[allow(clippy::unnecessary_fold)] // see below
fn is_met(sought: &Sought, number: &mut usize, is_there: &impl Fn(usize) -> bool) -> bool {
    match sought {
        Sought::Word(_) | Sought::Sequence(_) | Sought::Near(_) => {
            *number += 1;
            is_there(*number - 1)
        }
        // Not `all` and `any`, which would stop counting at the first that decides.
        Sought::All(parts) => parts.iter().fold(true, |met, part| is_met(part, number, is_there) && met),
        Sought::Any(parts) => parts.iter().fold(false, |met, part| is_met(part, number, is_there) || met),
        // The index has seen to it.
        Sought::Not(_) | Sought::Property(_) => true,
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

/// The spans in rising order, without repetitions and overlaps.
fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|bytes| (bytes.start, bytes.end));
    let mut spans: Vec<Range<usize>> = Vec::new();
    for bytes in found {
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
    use crate::search::resolved_alone as sought;

    /// The text with the spans in brackets and the stretch between bars; or "no".
    fn shown(query: &str, text: &str, own_bytes: usize) -> String {
        let sought = sought(query);
        let Some(located) = Text::new(text, &[]).locate(&sought, own_bytes, &mut Stems::default()) else {
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
        let lacks = |query| Text::new(text, &[]).lacks_something_long(&sought(query), &mut Stems::default());
        assert!(lacks("\"ferry late\""));
        assert!(!lacks("\"the ferry\" late"));
    }
}
