//! A programme -> the stretches that are about one thing each.
//!
//! ```text
//! sentences with their terms --chapters of the description, else cheapest cut--> stretches
//! ```
//!
//! The cut is that of Utiyama and Isahara ("A statistical model for domain-independent text segmentation", ACL 2001): the
//! one under which the words of each stretch are likeliest, given that words within a stretch repeat, less a price for each
//! stretch. To that come hints of language: an item of news does not begin with `He` or `But`, and may begin with
//! `Meanwhile`.

use std::collections::HashMap;
use std::ops::Range;

use super::terms::Term;

/// Words with which a sentence goes on about what was said; nothing new begins with them. In lower case, sorted.
const CONTINUING: &[&str] = &[
    "also", "and", "because", "but", "for", "he", "her", "his", "however", "i", "it", "its", "my", "or",
    "our", "she", "so", "such", "that", "their", "then", "these", "they", "this", "those", "we", "well",
    "which", "yeah", "yes", "you", "your",
];

/// How a new item begins. In lower case.
const OPENING: &[&str] = &[
    "a new report",
    "back in",
    "breaking news",
    "elsewhere",
    "finally",
    "here in",
    "here's what",
    "in business news",
    "in labor news",
    "in more news",
    "in news from",
    "in other news",
    "in related news",
    "in sport",
    "in sports",
    "let's go to",
    "let's turn",
    "meanwhile",
    "moving on",
    "next up",
    "now let's",
    "now to",
    "now we turn",
    "now we're going to",
    "on capitol hill",
    "on wall street",
    "one more thing",
    "this is democracy",
    "this just in",
    "turning to",
    "turning now",
    "up next",
    "we begin",
    "we go now",
    "we start",
    "we turn",
    "we're going to turn",
    "welcome back",
    "when we come back",
];

/// What a new stretch costs in units of the logarithm of the programme's words; 1 in the paper, which cuts lectures; news are
/// shorter.
const PRICE: f32 = 0.6;

/// What hints change of that price, as shares of it.
const OPENS: f32 = 0.7;
const CONTINUES: f32 = 0.5;
const SHORT: f32 = 0.3;
const BREAK: f32 = 0.3;

/// A sentence with fewer terms opens nothing.
const FEWEST_TERMS: usize = 4;

/// Sentences that a stretch has at most: it bounds the work, and a longer one is rarely about one thing.
const LONGEST: usize = 80;

/// A sentence as a cut sees it.
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    pub(super) terms: &'a [Term],
    /// Whether the text breaks before it.
    pub(super) after_break: bool,
}

/// Where to cut: ranges of sentences, together all of them.
pub(super) fn cut(sentences: &[Sentence]) -> Vec<Range<usize>> {
    let numbered = numbered(sentences);
    let words: usize = numbered.terms.iter().map(Vec::len).sum();
    let price = (words.max(2) as f32).ln() * PRICE;
    // The cheapest cut of the sentences before each one, and where its last stretch begins.
    let mut best = vec![(f32::INFINITY, 0); sentences.len() + 1];
    best[0] = (0.0, 0);
    let mut counts = vec![0_u32; numbered.different];
    for start in 0..sentences.len() {
        let opened = best[start].0 + price + if start == 0 { 0.0 } else { hint(&sentences[start], price) };
        let (mut total, mut cost) = (0_u32, 0.0_f32);
        let end = sentences.len().min(start + LONGEST);
        for at in start..end {
            for term in &numbered.terms[at] {
                // The sum over terms of f ln(1 + f), kept as it grows.
                let count = counts[*term as usize] as f32;
                cost -= (count + 1.0) * (count + 2.0).ln() - count * (count + 1.0).ln();
                counts[*term as usize] += 1;
                total += 1;
            }
            let total = total as f32;
            let whole = opened + cost + total * (total + numbered.different as f32).ln();
            if whole < best[at + 1].0 {
                best[at + 1] = (whole, start);
            }
        }
        for terms in &numbered.terms[start..end] {
            terms.iter().for_each(|term| counts[*term as usize] = 0);
        }
    }
    let mut cuts = Vec::new();
    let mut end = sentences.len();
    while end > 0 {
        cuts.push(best[end].1..end);
        end = best[end].1;
    }
    cuts.reverse();
    cuts
}

struct Numbered {
    terms: Vec<Vec<u32>>,
    different: usize,
}

/// Terms as numbers. A name counts twice: what is said about it changes its words more than its names.
fn numbered(sentences: &[Sentence]) -> Numbered {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut all = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let mut terms = Vec::new();
        for term in sentence.terms {
            let next = known.len() as u32;
            let number = *known.entry(&term.stem).or_insert(next);
            terms.push(number);
            if term.is_name {
                terms.push(number);
            }
        }
        all.push(terms);
    }
    Numbered { terms: all, different: known.len() }
}

/// Whether a sentence goes on about what was said before it.
pub(super) fn continues(sentence: &str) -> bool {
    let first = sentence.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    CONTINUING.binary_search(&first.to_lowercase().as_str()).is_ok()
}

/// What the first words of a sentence say about a cut before it, as a price.
fn hint(sentence: &Sentence, price: f32) -> f32 {
    let text = sentence.text.to_lowercase();
    let mut hint = 0.0;
    if OPENING.iter().any(|opening| text.starts_with(opening)) {
        hint -= price * OPENS;
    } else if continues(sentence.text) {
        hint += price * CONTINUES;
    }
    if sentence.terms.len() < FEWEST_TERMS {
        hint += price * SHORT;
    }
    if sentence.after_break {
        hint -= price * BREAK;
    }
    hint
}

#[cfg(test)]
mod tests {
    use super::super::terms::terms;
    use super::*;

    #[test]
    fn a_programme_is_cut_where_its_words_change() {
        #[track_caller]
        fn check(sentences: &[&str], expected: &[Range<usize>]) {
            let terms: Vec<Vec<Term>> = sentences.iter().map(|sentence| terms(sentence)).collect();
            let seen: Vec<Sentence> = sentences
                .iter()
                .zip(&terms)
                .map(|(text, terms)| Sentence { text, terms, after_break: false })
                .collect();
            assert_eq!(cut(&seen), expected, "for {sentences:?}");
        }
        check(&[], &[]);
        let ferry = "The ferry Osprey lies on the rocks off Skerry Island.";
        let whales = "Nine whales stranded on the sand of Fulmar Bay.";
        check(&[ferry, ferry, whales, whales], &[0..2, 2..4]);
        check(
            &[
                ferry,
                "He blames the storm.",
                ferry,
                "Meanwhile, nine whales stranded on the sand of Fulmar Bay.",
                whales,
            ],
            &[0..3, 3..5],
        );
    }

    #[test]
    fn lists_are_in_lower_case() {
        assert!(CONTINUING.is_sorted());
        assert!(CONTINUING.iter().chain(OPENING).all(|words| *words == words.to_lowercase()));
    }
}
