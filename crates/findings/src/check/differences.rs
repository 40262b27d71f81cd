//! What differs between a quotation and the words on record, and what each difference probably is.
//!
//! ```text
//! steps of an alignment --blocks--> equal and unequal runs of words --likely--> a misheard name, a word left out, ...
//! ```

use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::align::{Atom, Saying, Step, Word};

use super::quote::{Quote, weight};
use super::{senses, sound};

/// Which text has some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both; they are printed as the record has them.
    Both,
    /// The quotation alone.
    Quote,
    /// The record alone.
    Record,
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Both => "=",
            Self::Quote => "-",
            Self::Record => "+",
        })
    }
}

/// What a difference probably is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likely {
    /// `we'll` for `we will`.
    Contraction,
    /// `a thousand` for `1,000`.
    Number,
    /// `defence` for `defense`, `wakeup` for `wake-up`.
    Spelling,
    /// `uh`, `you know`, a word said twice.
    Hesitation,
    /// Words that sound alike, or a small word that is easily lost: the recogniser's error, in all probability.
    Recogniser,
    /// Words of the record that the quotation leaves out.
    LeftOut,
    /// Words that the quotation puts in brackets.
    Inserted,
    /// Other words, or words whose loss changes what was said.
    Altered,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The words of the quotation.
    pub quote: String,
    /// The words of the record.
    pub record: String,
    /// What it probably is.
    pub likely: Likely,
    /// Whether the quotation says that it departs here: by an ellipsis or by brackets.
    pub is_marked: bool,
}

/// A quotation beside the words on record.
pub(super) struct Comparison<'a> {
    pub(super) quote: &'a Quote,
    pub(super) text: &'a str,
    pub(super) words: &'a [Word],
    pub(super) atoms: &'a [Atom],
    /// Whether a recogniser wrote the record down.
    pub(super) is_spoken: bool,
}

/// A run of words that corresponds to a run of words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    /// Words of the quotation.
    pub(super) quote: Range<usize>,
    /// Words of the record.
    pub(super) record: Range<usize>,
    steps: Vec<Step>,
    kind: BlockKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum BlockKind {
    /// The same words.
    Same,
    /// Other words that say the same.
    SaysTheSame,
    Other,
}

impl Block {
    pub(super) fn is_same(&self) -> bool {
        self.kind == BlockKind::Same
    }

    /// The atoms of the record in it.
    pub(super) fn record_atoms(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().filter_map(|step| match *step {
            Step::Pair(_, j) | Step::Right(j) => Some(j),
            Step::Left(_) => None,
        })
    }

    /// The atoms of the quotation in it.
    pub(super) fn quote_atoms(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().filter_map(|step| match *step {
            Step::Pair(i, _) | Step::Left(i) => Some(i),
            Step::Right(_) => None,
        })
    }
}

impl Comparison<'_> {
    fn is_same(&self, i: usize, j: usize) -> bool {
        self.quote.atoms[i].saying.is_same(&self.atoms[j].saying)
    }

    /// The runs of an alignment, in order: all words of the quotation, and those of the record between the first and
    /// the last that correspond.
    pub(super) fn blocks(&self, steps: &[Step]) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let (mut quote_end, mut record_end) = (0, self.first_word(steps));
        for step in steps {
            let (i, j) = match *step {
                Step::Pair(i, j) => (Some(i), Some(j)),
                Step::Left(i) => (Some(i), None),
                Step::Right(j) => (None, Some(j)),
            };
            let quote = i.map_or(quote_end..quote_end, |i| self.quote.atoms[i].words.clone());
            let record = j.map_or(record_end..record_end, |j| self.atoms[j].words.clone());
            (quote_end, record_end) = (quote.end, record.end);
            let mut block = Block { quote, record, steps: vec![*step], kind: BlockKind::Other };
            // An atom that shares a word with earlier ones belongs to their run, and so does all between them.
            while let Some(last) = blocks
                .pop_if(|last| block.quote.start < last.quote.end || block.record.start < last.record.end)
            {
                block.quote.start = block.quote.start.min(last.quote.start);
                block.record.start = block.record.start.min(last.record.start);
                block.steps.splice(0..0, last.steps);
            }
            blocks.push(block);
        }
        for block in &mut blocks {
            block.kind = self.kind(block);
        }
        merged(blocks)
    }

    fn first_word(&self, steps: &[Step]) -> usize {
        let first = steps.iter().find_map(|step| match *step {
            Step::Pair(_, j) | Step::Right(j) => Some(j),
            Step::Left(_) => None,
        });
        first.map_or(0, |j| self.atoms[j].words.start)
    }

    fn kind(&self, block: &Block) -> BlockKind {
        let says_the_same =
            block.steps.iter().all(|step| matches!(*step, Step::Pair(i, j) if self.is_same(i, j)));
        let folded = |words: &[Word], range: &Range<usize>| -> Vec<String> {
            words[range.clone()].iter().map(|word| word.folded.clone()).collect()
        };
        // What stands in brackets is not claimed to be on record, whether it is or not.
        let is_bracketed = self.quote.is_bracketed[block.quote.clone()].iter().any(|is| *is);
        if !says_the_same || is_bracketed {
            BlockKind::Other
        } else if folded(&self.quote.words, &block.quote) == folded(self.words, &block.record) {
            BlockKind::Same
        } else {
            BlockKind::SaysTheSame
        }
    }

    /// What an unequal run probably is.
    pub(super) fn change(&self, block: &Block) -> Change {
        let (likely, is_marked) = match block.kind {
            BlockKind::Same | BlockKind::SaysTheSame => (self.way_of_writing(block), false),
            BlockKind::Other => self.likely(block),
        };
        Change {
            quote: self.quote_text(&block.quote),
            record: self.record_text(&block.record),
            likely,
            is_marked,
        }
    }

    pub(super) fn quote_text(&self, words: &Range<usize>) -> String {
        slice(&self.quote.text, &self.quote.words, words)
    }

    pub(super) fn record_text(&self, words: &Range<usize>) -> String {
        slice(self.text, self.words, words)
    }

    /// The weight of the quotation's words in an unequal run that are on record all the same.
    pub(super) fn common_weight(&self, block: &Block) -> f32 {
        block
            .steps
            .iter()
            .map(|step| match *step {
                Step::Pair(i, j) if self.is_same(i, j) => self.quote.weights[i],
                _ => 0.0,
            })
            .sum()
    }

    /// The weight of the record's words in an unequal run that are not the quotation's.
    pub(super) fn foreign_weight(&self, block: &Block) -> f32 {
        let is_common = |j: usize| {
            block.steps.iter().any(|step| matches!(*step, Step::Pair(i, k) if k == j && self.is_same(i, k)))
        };
        block.record_atoms().filter(|j| !is_common(*j)).map(|j| weight(&self.atoms[j].saying)).sum()
    }

    fn way_of_writing(&self, block: &Block) -> Likely {
        let mut sayings = block.quote_atoms().map(|i| &self.quote.atoms[i].saying);
        let has_apostrophe = |words: &[Word], range: &Range<usize>| {
            words[range.clone()].iter().any(|word| word.folded.contains('\''))
        };
        if sayings.any(|saying| matches!(saying, Saying::Number(_))) {
            Likely::Number
        } else if has_apostrophe(&self.quote.words, &block.quote) || has_apostrophe(self.words, &block.record)
        {
            Likely::Contraction
        } else {
            Likely::Spelling
        }
    }

    fn likely(&self, block: &Block) -> (Likely, bool) {
        let of_quote: Vec<usize> = block.quote_atoms().collect();
        let of_record: Vec<usize> = block.record_atoms().collect();
        let quote = sayings(&self.quote.atoms, &of_quote);
        let record = sayings(self.atoms, &of_record);
        if !quote.is_empty() && self.quote.is_bracketed[block.quote.clone()].iter().all(|is| *is) {
            return (Likely::Inserted, true);
        }
        if quote.is_empty() {
            return self.left_out(block, &of_record, &record);
        }
        let likely = if record.is_empty() {
            if says_nothing(&self.quote.atoms, &of_quote) {
                Likely::Hesitation
            } else if self.is_spoken && is_small(&quote) {
                Likely::Recogniser
            } else {
                Likely::Altered
            }
        } else {
            let (quote, record) = (senses::without_fillers(&quote), senses::without_fillers(&record));
            if quote == record {
                Likely::Hesitation
            } else if quote.concat() == record.concat() {
                Likely::Spelling
            } else if self.is_spoken && may_be_misheard(&quote, &record) {
                Likely::Recogniser
            } else {
                Likely::Altered
            }
        };
        (likely, false)
    }

    /// What it is that the quotation does not have some words of the record, and whether it says so.
    fn left_out(&self, block: &Block, atoms: &[usize], record: &[&str]) -> (Likely, bool) {
        let is_after_ellipsis =
            self.quote.is_after_ellipsis.get(block.quote.start).copied().unwrap_or_default();
        if is_after_ellipsis {
            (Likely::LeftOut, true)
        } else if says_nothing(self.atoms, atoms) {
            (Likely::Hesitation, false)
        } else if self.is_spoken && is_small(record) {
            (Likely::Recogniser, false)
        } else if record.iter().any(|word| changes_the_sense(word))
            || self.has_number(atoms)
            || atoms.len() > MOST_UNMARKED_WORDS
        {
            (Likely::Altered, false)
        } else {
            (Likely::LeftOut, false)
        }
    }

    fn has_number(&self, atoms: &[usize]) -> bool {
        atoms.iter().any(|j| matches!(&self.atoms[*j].saying, Saying::Number(number) if number != "1"))
    }
}

/// Joins runs of one kind that follow on each other.
fn merged(blocks: Vec<Block>) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match all.last_mut() {
            Some(last) if last.kind == block.kind && block.kind != BlockKind::SaysTheSame => {
                last.quote.end = block.quote.end;
                last.record.end = block.record.end;
                last.steps.extend(block.steps);
            }
            _ => all.push(block),
        }
    }
    all
}

/// The text of some words, line breaks being spaces.
fn slice(text: &str, words: &[Word], range: &Range<usize>) -> String {
    let words = &words[range.clone()];
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => text[first.bytes.start..last.bytes.end].replace('\n', " "),
        _ => String::new(),
    }
}

fn sayings<'a>(atoms: &'a [Atom], indices: &[usize]) -> Vec<&'a str> {
    indices.iter().map(|at| atoms[*at].saying.as_str()).collect()
}

/// Whether a run of atoms is hesitations, or repeats what stands before or after it.
fn says_nothing(atoms: &[Atom], run: &[usize]) -> bool {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return true };
    let words = sayings(atoms, run);
    let rest = senses::without_fillers(&words);
    let before: Vec<&str> =
        atoms[first.saturating_sub(rest.len())..*first].iter().map(|atom| atom.saying.as_str()).collect();
    let after: Vec<&str> =
        atoms[last + 1..].iter().take(rest.len()).map(|atom| atom.saying.as_str()).collect();
    rest.is_empty() || before == rest || after == rest
}

/// Whether it is one word that is easily lost.
fn is_small(words: &[&str]) -> bool {
    matches!(words, [word] if senses::is_swallowed(word))
}

fn changes_the_sense(word: &str) -> bool {
    senses::is_negation(word) || senses::is_reservation(word)
}

/// More words that are left out without a sign make two statements one.
const MOST_UNMARKED_WORDS: usize = 12;

/// Most words that a recogniser takes for others at once.
const MOST_MISHEARD_WORDS: usize = 5;

fn may_be_misheard(quote: &[&str], record: &[&str]) -> bool {
    if quote.len().max(record.len()) > MOST_MISHEARD_WORDS || quote.is_empty() || record.is_empty() {
        return false;
    }
    let negations = |words: &[&str]| -> Vec<String> {
        words.iter().filter(|word| senses::is_negation(word)).map(|word| (*word).to_owned()).collect()
    };
    let has_figure = |words: &[&str]| words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    if negations(quote) != negations(record) || (has_figure(quote) && has_figure(record)) {
        return false;
    }
    if quote.len() == record.len() {
        return quote.iter().zip(record).all(|(one, other)| is_misheard_word(one, other))
            || (quote.len() > 1
                && sound::are_alike(&quote.concat(), &record.concat())
                && !has_other_form(quote, record));
    }
    sound::are_alike(&quote.concat(), &record.concat())
}

fn is_misheard_word(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let are_small = senses::is_swallowed(one) && senses::is_swallowed(other);
    let are_forms = senses::is_form(one) || senses::is_form(other);
    are_small || (!are_forms && !senses::are_opposites(one, other) && sound::are_alike(one, other))
}

/// Whether a word is exchanged for one that turns the sense.
fn has_other_form(quote: &[&str], record: &[&str]) -> bool {
    quote.iter().zip(record).any(|(one, other)| {
        one != other && (senses::is_form(one) || senses::is_form(other) || senses::are_opposites(one, other))
    })
}
