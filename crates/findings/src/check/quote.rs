//! Words that somebody printed or remembers, as they are looked for.

use std::collections::HashSet;

use crate::align::{Atom, Saying, Word, atoms, words};

use super::senses::is_function_word;

/// Fewer words are no quotation.
const FEWEST_WORDS: usize = 2;

/// More words are a document: reuse finds those.
const MOST_WORDS: usize = 1000;

/// What a word counts that most sentences have, where others count 1.
const WEIGHT_OF_FUNCTION_WORDS: f32 = 0.4;

/// Letters in brackets that stand inside of a word: `[W]e` changes the case, nothing else.
const MOST_BRACKETED_LETTERS: usize = 3;

/// Words to look for in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The words, brackets inside of words removed.
    pub(super) text: String,
    pub(super) words: Vec<Word>,
    pub(super) atoms: Vec<Atom>,
    /// What each atom counts; nothing in brackets.
    pub(super) weights: Vec<f32>,
    /// Whether an ellipsis stands before each word.
    pub(super) is_after_ellipsis: Vec<bool>,
    /// Whether each word stands in brackets: its author says that it is his own.
    pub(super) is_bracketed: Vec<bool>,
}

/// Why words can't be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// There are too few.
    #[error("expected {FEWEST_WORDS} words or more to look for, found {words}")]
    TooShort {
        /// How many there are.
        words: usize,
    },
    /// There are too many.
    #[error("expected {MOST_WORDS} words or fewer to look for, found {words}")]
    TooLong {
        /// How many there are.
        words: usize,
    },
}

impl Quote {
    /// Reads a quotation, with or without its quotation marks.
    pub fn of(text: &str) -> Result<Self, QuoteError> {
        let text = without_inner_brackets(text);
        let words = words(&text);
        match words.len() {
            few if few < FEWEST_WORDS => return Err(QuoteError::TooShort { words: few }),
            many if many > MOST_WORDS => return Err(QuoteError::TooLong { words: many }),
            _ => {}
        }
        let atoms = atoms(&words);
        let (is_after_ellipsis, is_bracketed) = marks(&text, &words);
        let is_own = |atom: &Atom| is_bracketed[atom.words.clone()].iter().any(|is| *is);
        let weights =
            atoms.iter().map(|atom| if is_own(atom) { 0.0 } else { weight(&atom.saying) }).collect();
        Ok(Self { text, words, atoms, weights, is_after_ellipsis, is_bracketed })
    }

    /// The words worth searching an index for: each once, in their order, lower case, without marks. Those that most
    /// sentences have and numbers, which may be written in another way, are left out unless nothing else is there.
    ///
    /// A document that has the quotation has most of them near to each other, but a recogniser may have misheard
    /// some: ask for documents that have many of the rarer ones, not for all.
    pub fn wanted(&self) -> Vec<&str> {
        let worth = |atom: &&Atom| matches!(&atom.saying, Saying::Word(word) if !is_function_word(word));
        let written = |atom: &Atom| {
            let word = self.words[atom.words.start].folded.as_str();
            word.split('\'').next().unwrap_or(word)
        };
        let mut seen = HashSet::new();
        let mut wanted: Vec<&str> =
            self.atoms.iter().filter(worth).map(written).filter(|word| seen.insert(*word)).collect();
        if wanted.is_empty() {
            wanted = self.atoms.iter().map(written).filter(|word| seen.insert(*word)).collect();
        }
        wanted
    }

    /// How many words it has.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    pub(super) fn total_weight(&self) -> f32 {
        self.weights.iter().sum()
    }
}

/// What it counts that an atom is found.
pub(super) fn weight(saying: &Saying) -> f32 {
    match saying {
        Saying::Word(word) if !is_function_word(word) => 1.0,
        Saying::Number(_) => 1.0,
        _ => WEIGHT_OF_FUNCTION_WORDS,
    }
}

/// `[W]e` is `We`.
fn without_inner_brackets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        kept.push_str(before);
        let inner = from[1..].split(']').next().unwrap_or_default();
        let after = from[1..].get(inner.len() + 1..).unwrap_or_default();
        let is_letters = !inner.is_empty()
            && inner.chars().all(char::is_alphabetic)
            && inner.chars().nth(MOST_BRACKETED_LETTERS).is_none();
        let touches = after.starts_with(char::is_alphabetic) || before.ends_with(char::is_alphabetic);
        if is_letters && touches {
            kept.push_str(inner);
            rest = after;
        } else {
            kept.push('[');
            rest = &from[1..];
        }
    }
    kept.push_str(rest);
    kept
}

/// For each word whether an ellipsis stands before it, and whether it stands in brackets.
fn marks(text: &str, words: &[Word]) -> (Vec<bool>, Vec<bool>) {
    let mut is_after_ellipsis = Vec::with_capacity(words.len());
    let mut is_bracketed = Vec::with_capacity(words.len());
    let (mut is_open, mut end) = (false, 0);
    for word in words {
        let between = &text[end..word.bytes.start];
        let points: String = between.chars().filter(|c| !c.is_whitespace()).collect();
        is_after_ellipsis.push(end > 0 && (points.contains("...") || points.contains('…')));
        is_open = between.chars().fold(is_open, |is_open, c| match c {
            '[' => true,
            ']' => false,
            _ => is_open,
        });
        is_bracketed.push(is_open);
        end = word.bytes.end;
    }
    // A bracket that is never closed marks nothing.
    if is_open && !text[end..].contains(']') {
        let last_closed = is_bracketed.iter().rposition(|is_bracketed| !is_bracketed).map_or(0, |at| at + 1);
        is_bracketed[last_closed..].fill(false);
    }
    (is_after_ellipsis, is_bracketed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_quoting_are_read() {
        #[track_caller]
        fn check(text: &str, ellipses: &[usize], bracketed: &[usize]) {
            let quote = Quote::of(text).unwrap();
            let set = |flags: &[bool]| -> Vec<usize> { (0..flags.len()).filter(|at| flags[*at]).collect() };
            assert_eq!(set(&quote.is_after_ellipsis), ellipses, "ellipses of {text:?}");
            assert_eq!(set(&quote.is_bracketed), bracketed, "brackets of {text:?}");
        }
        check("the ferry ... will sail", &[2], &[]);
        check("the ferry… will [...] sail", &[2, 3], &[]);
        check("the ferry . . . sails", &[2], &[]);
        check("...the ferry sails...", &[], &[]);
        check("[the mayor] will sail", &[], &[0, 1]);
        check("[T]he ferry sail[s]", &[], &[]);
        check("the ferry [will sail", &[], &[]);
    }

    #[test]
    fn words_worth_looking_for_are_rare() {
        #[track_caller]
        fn check(text: &str, wanted: &[&str]) {
            assert_eq!(Quote::of(text).unwrap().wanted(), wanted, "for {text:?}");
        }
        check("The ferry's late, and the ferry won't sail", &["ferry", "late", "sail"]);
        check("Twelve boats in the harbour", &["boats", "harbour"]);
        check("we are who we are", &["we", "are", "who"]);
    }

    #[test]
    fn a_quotation_has_a_length() {
        insta::assert_snapshot!(Quote::of("Ferry!").unwrap_err(), @"expected 2 words or more to look for, found 1");
        insta::assert_snapshot!(Quote::of(&"a ".repeat(1001)).unwrap_err(), @"expected 1000 words or fewer to look for, found 1001");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(\\PC|[\\[\\]. a-z…']){0,60}") {
            if let Ok(quote) = Quote::of(&text) {
                proptest::prop_assert_eq!(quote.words.len(), quote.is_bracketed.len());
                proptest::prop_assert_eq!(quote.words.len(), quote.is_after_ellipsis.len());
                proptest::prop_assert!(!quote.wanted().is_empty());
            }
        }
    }
}
