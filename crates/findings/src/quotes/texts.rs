//! The words of all statements by their numbers, in few long lists: of millions of sentences, a list for each takes more memory
//! than its words.

use std::collections::HashSet;

use rayon::prelude::*;

use super::vocabulary::{self, Vocabulary};
use crate::compact::{Lists, Numbered, union};

/// Words of a statement that are aligned; the rest of a longer one is left out.
const LONGEST: usize = 120;

/// Statements or texts that are read at a time: what is read of them is in memory twice.
const BATCH: usize = 8_192;

/// The texts of statements: all of each, and the words in it that are its speaker's own.
#[derive(Default)]
pub(super) struct Texts {
    in_order: Lists,
    sorted: Lists,
    content: Lists,
    /// What the words of each text weigh together.
    weights: Vec<f32>,
    /// The first text of each statement, and the number of all.
    first: Vec<u32>,
    /// Of each word, and of each stem.
    weight: Vec<f32>,
    stem_weight: Vec<f32>,
}

/// The words of a text by their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Words<'a> {
    pub(super) in_order: &'a [u32],
    /// The same ones, rising.
    pub(super) sorted: &'a [u32],
    /// What they weigh together.
    pub(super) weight: f32,
    /// The stems of those that tell something, rising.
    pub(super) content: &'a [u32],
}

impl Texts {
    /// `texts_of` gives those of a statement, of which there is one at least: all of it first.
    pub(super) fn of<'a, S: Sync, I>(statements: &'a [S], texts_of: impl Fn(&'a S) -> I + Sync) -> Self
    where
        I: Iterator<Item = &'a str>,
    {
        let different = different(statements, &texts_of);
        let numbered = Numbered::of(different.par_iter().map(String::as_str));
        let mut texts = Self { first: vec![0], ..Self::default() };
        let numbers = |text: &str| -> Vec<u32> {
            let plain = vocabulary::plain(text);
            vocabulary::each_word(&plain).take(LONGEST).map(|word| numbered.number(word)).collect()
        };
        for statements in statements.chunks(BATCH) {
            let read = |statement| texts_of(statement).map(numbers).collect();
            let read: Vec<Vec<Vec<u32>>> = statements.par_iter().map(read).collect();
            for of_statement in &read {
                of_statement.iter().for_each(|words| texts.in_order.push(words));
                texts.first.push(texts.in_order.len() as u32);
            }
        }
        texts.weigh(&Vocabulary::of(&numbered.words));
        texts
    }

    /// Counts how rare words are, and what texts weigh by it.
    fn weigh(&mut self, vocabulary: &Vocabulary) {
        let whole: Vec<&[u32]> = self.first[..self.first.len() - 1]
            .iter()
            .map(|first| self.in_order.list(*first as usize))
            .collect();
        (self.weight, self.stem_weight) = vocabulary.weights(&whole);
        let known = |at: usize| {
            let words = self.in_order.list(at);
            let mut sorted = words.to_vec();
            sorted.sort_unstable();
            let weight = words.iter().map(|word| self.weight[*word as usize]).sum();
            (sorted, vocabulary.content(words), weight)
        };
        for first in (0..self.in_order.len()).step_by(BATCH) {
            let texts = first..(first + BATCH).min(self.in_order.len());
            let read: Vec<(Vec<u32>, Vec<u32>, f32)> = texts.into_par_iter().map(known).collect();
            for (sorted, content, weight) in read {
                self.sorted.push(&sorted);
                self.content.push(&content);
                self.weights.push(weight);
            }
        }
    }

    /// All of a statement.
    pub(super) fn of_statement(&self, statement: usize) -> Words<'_> {
        self.text(self.first[statement] as usize)
    }

    /// All of a statement, and then its own words.
    pub(super) fn all_of(&self, statement: usize) -> impl Iterator<Item = Words<'_>> {
        let texts = self.first[statement]..self.first[statement + 1];
        texts.map(|text| self.text(text as usize))
    }

    fn text(&self, text: usize) -> Words<'_> {
        Words {
            in_order: self.in_order.list(text),
            sorted: self.sorted.list(text),
            weight: self.weights[text],
            content: self.content.list(text),
        }
    }

    /// What a word weighs by how rare it is.
    pub(super) fn weight(&self, word: u32) -> f32 {
        self.weight[word as usize]
    }

    /// The same of a stem.
    pub(super) fn stem_weight(&self, stem: u32) -> f32 {
        self.stem_weight[stem as usize]
    }
}

/// The different words of all texts, in no order.
fn different<'a, S: Sync, I>(statements: &'a [S], texts_of: impl Fn(&'a S) -> I + Sync) -> HashSet<String>
where
    I: Iterator<Item = &'a str>,
{
    let add = |mut all: HashSet<String>, statement: &'a S| {
        for text in texts_of(statement) {
            for word in vocabulary::each_word(&vocabulary::plain(text)).take(LONGEST) {
                if !all.contains(word) {
                    all.insert(word.to_owned());
                }
            }
        }
        all
    };
    statements.par_iter().fold(HashSet::new, add).reduce(HashSet::new, union)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_its_texts_and_their_words() {
        let statements = [vec!["The ferry sails", "ferry"], vec!["A ferry, the ferry!"]];
        let texts = Texts::of(&statements, |texts| texts.iter().copied());
        let words = |statement: usize| texts.all_of(statement).map(|words| words.in_order.len());
        assert_eq!((words(0).collect::<Vec<_>>(), words(1).collect::<Vec<_>>()), (vec![3, 1], vec![4]));
        let (ferry, twice) = (texts.all_of(0).nth(1).unwrap(), texts.of_statement(1));
        assert_eq!(twice.in_order.iter().filter(|word| **word == ferry.in_order[0]).count(), 2);
        assert!(twice.sorted.is_sorted() && twice.content.is_sorted());
        assert_eq!((ferry.content.len(), twice.content.len()), (1, 1), "articles tell nothing");
        assert_eq!(ferry.weight, texts.weight(ferry.in_order[0]));
    }
}
