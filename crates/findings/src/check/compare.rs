//! A quotation and a window of the record -> a match with its verdict.

use std::ops::Range;

use crate::align::{Atom, Costs, Saying, Step, align};

use super::differences::{Block, Change, Comparison, Likely, Side};
use super::quote::{Quote, weight};
use super::{Match, Order, RecordText, Verdict, sound};

/// Share of a quotation's weight that must be on record. Below it are other statements about the same thing.
const LEAST_MATCHED: f32 = 0.6;

/// Of a short quotation more must be there: three words of five are found anywhere.
const LEAST_MATCHED_SHORT: f32 = 0.7;

/// A quotation of less weight is short.
const SHORT_WEIGHT: f32 = 4.0;

/// What the record's other words between those of the quotation count, where one that is not found counts 1: common
/// words in a row of other ones are another statement.
const FOREIGN: f32 = 0.3;

/// What a word counts that was probably misheard, where one that is found counts 1.
const MISHEARD: f32 = 0.9;

/// Share of a quotation that may be explained by mishearing, if it is more than one word.
const MOST_MISHEARD: f32 = 0.25;

/// What an unexplained difference takes from the quality, so that of two places the one with fewer comes first.
const LOSS_OF_CHANGE: f32 = 0.02;

/// What an explained one takes.
const LOSS_OF_EXPLAINED: f32 = 0.002;

/// Compares a quotation with the atoms of a window: the words of the record that correspond, and how they do.
/// `None` if too little does.
pub(super) fn compare(
    quote: &Quote,
    record: &RecordText<'_>,
    window: Range<usize>,
) -> Option<(Range<usize>, Match)> {
    let offset = window.start;
    let atoms = &record.atoms[window];
    let costs = WordCosts::new(quote, atoms);
    let mut steps = align(quote.atoms.len(), atoms.len(), &costs)?;
    mend_ends(&mut steps, quote, atoms);
    complete_words(&mut steps, atoms);
    let comparison = Comparison {
        quote,
        text: &record.text.text,
        words: &record.words,
        atoms: &record.atoms,
        is_spoken: record.is_spoken(),
    };
    let steps: Vec<Step> = steps.into_iter().map(|step| moved(step, offset)).collect();
    let blocks = comparison.blocks(&steps);
    let seen = Seen::of(&comparison, &blocks);
    let matched = seen.weight / quote.total_weight().max(f32::MIN_POSITIVE);
    let least = if quote.total_weight() < SHORT_WEIGHT { LEAST_MATCHED_SHORT } else { LEAST_MATCHED };
    let diluted = seen.weight / (quote.total_weight() + FOREIGN * seen.foreign_weight).max(f32::MIN_POSITIVE);
    if diluted < least {
        return None;
    }
    let words = blocks.first()?.record.start..blocks.last()?.record.end;
    let bytes =
        record.words.get(words.start)?.bytes.start..record.words.get(words.end.checked_sub(1)?)?.bytes.end;
    let citation = record.cite(&bytes)?;
    let text = comparison.record_text(&words);
    let document = &record.material.document;
    let url = record.material.document.url.as_deref();
    let link = url.and_then(|url| citation.place.link_to(url, &text));
    let order = Order {
        quality: seen.quality(matched),
        is_spoken: record.is_spoken(),
        same_writing: seen.same_writing,
        date: document.date,
        path: document.path.clone(),
        start: bytes.start,
    };
    let pieces = &record.text.pieces[record.text.pieces_of(&bytes)];
    let speaker = pieces.first().and_then(|piece| piece.speaker.clone());
    let verdict = seen.verdict();
    let (difference, changes) = (seen.difference, seen.changes);
    Some((words, Match { citation, verdict, text, link, speaker, difference, changes, matched, order }))
}

fn moved(step: Step, offset: usize) -> Step {
    match step {
        Step::Pair(i, j) => Step::Pair(i, j + offset),
        Step::Left(i) => Step::Left(i),
        Step::Right(j) => Step::Right(j + offset),
    }
}

/// What a comparison showed.
struct Seen {
    difference: Vec<(Side, String)>,
    changes: Vec<Change>,
    /// Of the quotation's words that are on record.
    weight: f32,
    /// Of the record's words that the quotation does not account for.
    foreign_weight: f32,
    /// Of the quotation's words that were probably misheard.
    misheard_weight: f32,
    same_writing: usize,
}

impl Seen {
    fn of(comparison: &Comparison<'_>, blocks: &[Block]) -> Self {
        let mut seen = Self {
            difference: Vec::new(),
            changes: Vec::new(),
            weight: 0.0,
            foreign_weight: 0.0,
            misheard_weight: 0.0,
            same_writing: 0,
        };
        for block in blocks {
            let weight: f32 = block.quote_atoms().map(|i| comparison.quote.weights[i]).sum();
            if block.is_same() {
                seen.weight += weight;
                seen.same_writing += same_writing(comparison, block);
                seen.difference.push((Side::Both, comparison.record_text(&block.record)));
                continue;
            }
            let change = comparison.change(block);
            seen.weight += match change.likely {
                Likely::Contraction
                | Likely::Number
                | Likely::Spelling
                | Likely::Hesitation
                | Likely::Inserted => weight,
                Likely::Recogniser => weight * MISHEARD,
                Likely::LeftOut | Likely::Altered => comparison.common_weight(block),
            };
            if matches!(change.likely, Likely::LeftOut | Likely::Altered) && !change.is_marked {
                seen.foreign_weight += comparison.foreign_weight(block);
            }
            for (side, text) in [(Side::Quote, &change.quote), (Side::Record, &change.record)] {
                if !text.is_empty() {
                    seen.difference.push((side, text.clone()));
                }
            }
            seen.misheard_weight += if change.likely == Likely::Recogniser { weight } else { 0.0 };
            seen.changes.push(change);
        }
        seen.doubt_many_misheard(comparison.quote.total_weight());
        seen
    }

    /// One word in a short quotation may have been misheard. Where much of one sounds alike only, something else was
    /// said; so where a small word is lost in one place and stands in another.
    fn doubt_many_misheard(&mut self, total: f32) {
        let misheard: Vec<(String, String)> = self
            .changes
            .iter()
            .filter(|change| change.likely == Likely::Recogniser)
            .map(|change| (change.quote.to_lowercase(), change.record.to_lowercase()))
            .collect();
        let is_moved =
            misheard.iter().any(|(quote, record)| misheard.contains(&(record.clone(), quote.clone())));
        if misheard.len() > 1 && (is_moved || self.misheard_weight > MOST_MISHEARD * total) {
            self.weight -= MISHEARD * self.misheard_weight;
            let changes = self.changes.iter_mut().filter(|change| change.likely == Likely::Recogniser);
            changes.for_each(|change| change.likely = Likely::Altered);
        }
    }

    fn verdict(&self) -> Verdict {
        let of_change = |change: &Change| match change.likely {
            Likely::Altered => Verdict::Altered,
            Likely::LeftOut | Likely::Inserted => Verdict::Trimmed,
            _ => Verdict::Verbatim,
        };
        self.changes.iter().map(of_change).max().unwrap_or(Verdict::Verbatim)
    }

    fn quality(&self, matched: f32) -> f32 {
        let loss: f32 = self
            .changes
            .iter()
            .map(|change| match change.likely {
                Likely::Altered => LOSS_OF_CHANGE,
                Likely::LeftOut if !change.is_marked => LOSS_OF_CHANGE,
                _ => LOSS_OF_EXPLAINED,
            })
            .sum();
        matched - loss
    }
}

/// How many words of equal runs are written in the same way, with what stands at them.
fn same_writing(comparison: &Comparison<'_>, block: &Block) -> usize {
    // What stands at a word is a few signs; a text without spaces is not read from end to end.
    const MOST_SIGNS: usize = 8;
    let written = |text: &str, bytes: &Range<usize>| -> String {
        let is_near = |c: &char| !c.is_whitespace();
        let before: String = text[..bytes.start].chars().rev().take_while(is_near).take(MOST_SIGNS).collect();
        let after = text[bytes.end..].chars().take_while(is_near).take(MOST_SIGNS);
        before.chars().rev().chain(text[bytes.clone()].chars()).chain(after).collect()
    };
    block
        .quote
        .clone()
        .zip(block.record.clone())
        .filter(|(i, j)| {
            written(&comparison.quote.text, &comparison.quote.words[*i].bytes)
                == written(comparison.text, &comparison.words[*j].bytes)
        })
        .count()
}

/// If the quotation begins or ends with other words than the record, nothing there was worth a pair: adds the words of
/// the record that stand there instead, if they sound alike or it is one word for one.
fn mend_ends(steps: &mut Vec<Step>, quote: &Quote, atoms: &[Atom]) {
    /// More words at an end are another statement.
    const MOST_MENDED: usize = 3;
    let lefts = |steps: &[Step], from_end: bool| -> usize {
        let is_left = |step: &&Step| matches!(step, Step::Left(_));
        if from_end {
            steps.iter().rev().take_while(is_left).count()
        } else {
            steps.iter().take_while(is_left).count()
        }
    };
    let letters = |atoms: &[Atom]| -> String { atoms.iter().map(|atom| atom.saying.as_str()).collect() };
    let is_content = |atoms: &[Atom]| matches!(atoms, [only] if weight(&only.saying) >= 1.0);
    let is_alike = |left: &[Atom], right: &[Atom]| {
        (is_content(left) && is_content(right)) || sound::are_alike(&letters(left), &letters(right))
    };
    let last_right = steps.iter().rev().find_map(|step| right_of(*step));
    let trailing = lefts(steps, true);
    if let Some(last) = last_right.filter(|_| (1..=MOST_MENDED).contains(&trailing)) {
        let left = &quote.atoms[quote.atoms.len() - trailing..];
        let fits = (1..=MOST_MENDED)
            .filter_map(|count| atoms.get(last + 1..last + 1 + count))
            .find(|right| is_alike(left, right));
        if let Some(right) = fits {
            steps.extend((last + 1..last + 1 + right.len()).map(Step::Right));
        }
    }
    let first_right = steps.iter().find_map(|step| right_of(*step));
    let leading = lefts(steps, false);
    if let Some(first) = first_right.filter(|_| (1..=MOST_MENDED).contains(&leading)) {
        let fits = (1..=MOST_MENDED)
            .filter_map(|count| Some(first.checked_sub(count)?..first))
            .find(|right| is_alike(&quote.atoms[..leading], &atoms[right.clone()]));
        if let Some(right) = fits {
            steps.splice(leading..leading, right.map(Step::Right));
        }
    }
}

/// Takes in what the first and the last word of the record say beside what corresponds: of `cannot` not `not` alone.
fn complete_words(steps: &mut Vec<Step>, atoms: &[Atom]) {
    let is_one_word = |one: usize, other: usize| {
        atoms.get(one).zip(atoms.get(other)).is_some_and(|(one, other)| one.words == other.words)
    };
    if let Some(position) = steps.iter().position(|step| right_of(*step).is_some()) {
        let first = right_of(steps[position]).unwrap_or_default();
        let missing = (0..first).rev().take_while(|before| is_one_word(*before, first)).count();
        steps.splice(position..position, (first - missing..first).map(Step::Right));
    }
    if let Some(position) = steps.iter().rposition(|step| right_of(*step).is_some()) {
        let last = right_of(steps[position]).unwrap_or_default();
        let missing = (last + 1..atoms.len()).take_while(|after| is_one_word(*after, last)).count();
        steps.splice(position + 1..position + 1, (last + 1..last + 1 + missing).map(Step::Right));
    }
}

fn right_of(step: Step) -> Option<usize> {
    match step {
        Step::Pair(_, j) | Step::Right(j) => Some(j),
        Step::Left(_) => None,
    }
}

/// What aligning words costs, in the weight of a content word.
struct WordCosts<'a> {
    quote: &'a Quote,
    atoms: &'a [Atom],
    /// How the words sound.
    quote_codes: Vec<String>,
    codes: Vec<String>,
}

/// Loss by word of the quotation that the record does not have.
const LEFT_ALONE: f32 = 0.5;
/// Loss by a pair of other words: a little more than leaving out the quotation's word at an end of it, less than
/// leaving out both between words that are found.
const OTHER_PAIR: f32 = 0.55;
/// Loss by a pair of other numbers: one stands for the other.
const NUMBER_PAIR: f32 = 0.3;
/// Losses by a word in brackets: it stands for words of the record, or for none at an end.
const BRACKETED_PAIR: f32 = 0.05;
const BRACKETED_ALONE: f32 = 0.02;
/// Gain by a pair that sounds alike.
const ALIKE_PAIR: f32 = 0.5;
/// Loss by the first word that only the record has, and by each that follows.
const RIGHT_ALONE: (f32, f32) = (0.5, 0.15);
/// The same at an ellipsis: next to nothing, but the nearer continuation is the better one.
const RIGHT_AT_ELLIPSIS: f32 = 0.005;

impl<'a> WordCosts<'a> {
    fn new(quote: &'a Quote, atoms: &'a [Atom]) -> Self {
        let code = |atom: &Atom| match &atom.saying {
            Saying::Word(word) => sound::code(word),
            _ => String::new(),
        };
        Self {
            quote,
            atoms,
            quote_codes: quote.atoms.iter().map(code).collect(),
            codes: atoms.iter().map(code).collect(),
        }
    }
}

impl Costs for WordCosts<'_> {
    fn pair(&self, left: usize, right: usize) -> f32 {
        let weight = self.quote.weights[left];
        let code = &self.quote_codes[left];
        if self.quote.atoms[left].saying.is_same(&self.atoms[right].saying) {
            weight
        } else if weight == 0.0 {
            -BRACKETED_PAIR
        } else if code.len() > 1 && *code == self.codes[right] {
            weight * ALIKE_PAIR
        } else if matches!(
            (&self.quote.atoms[left].saying, &self.atoms[right].saying),
            (Saying::Number(_), Saying::Number(_))
        ) {
            -NUMBER_PAIR
        } else {
            -OTHER_PAIR * weight
        }
    }

    fn left_alone(&self, left: usize) -> f32 {
        (LEFT_ALONE * self.quote.weights[left]).max(BRACKETED_ALONE)
    }

    fn right_alone(&self, _right: usize, next: usize, is_first: bool) -> f32 {
        let atom = &self.quote.atoms[next];
        let begins_word = next == 0 || self.quote.atoms[next - 1].words.end <= atom.words.start;
        if begins_word && self.quote.is_after_ellipsis[atom.words.start] {
            RIGHT_AT_ELLIPSIS
        } else if is_first {
            RIGHT_ALONE.0
        } else {
            RIGHT_ALONE.1
        }
    }
}
