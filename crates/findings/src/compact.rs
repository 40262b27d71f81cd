//! What millions of small things take little memory by: many words in one text, many lists in one, common numbers for words.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Words, one after the other: a word takes its letters and one byte, and none an allocation of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Each with [`END`] behind it.
    joined: String,
}

/// What is in no word of a text.
const END: char = '\0';

impl Words {
    /// Adds a word. One that has [`END`] in it, from a broken file, has a sign of that in its place.
    pub(crate) fn push(&mut self, word: &str) {
        let shown = |char| if char == END { char::REPLACEMENT_CHARACTER } else { char };
        self.joined.extend(word.chars().map(shown));
        self.joined.push(END);
    }

    /// The words in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.joined.split_terminator(END)
    }
}

impl<S: AsRef<str>> FromIterator<S> for Words {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Self {
        let mut all = Self::default();
        words.into_iter().for_each(|word| all.push(word.as_ref()));
        all
    }
}

/// Lists of numbers, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lists {
    numbers: Vec<u32>,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Lists {
    /// Adds a list.
    pub(crate) fn push(&mut self, list: &[u32]) {
        self.numbers.extend_from_slice(list);
        self.ends
            .push(u32::try_from(self.numbers.len()).expect("fewer numbers than a machine has memory for"));
    }

    /// How many lists there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The list with this index, which is there.
    pub(crate) fn list(&self, index: usize) -> &[u32] {
        self.get(index).expect("one of the lists")
    }

    /// The list with this index.
    pub(crate) fn get(&self, index: usize) -> Option<&[u32]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        // What was damaged on disk is no list.
        self.numbers.get(start as usize..end as usize)
    }
}

/// Words of many documents, each with a number: its place in alphabetical order.
pub(crate) struct Numbered<'a> {
    /// By number.
    pub(crate) words: Vec<&'a str>,
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Numbered<'a> {
    /// Of words in any order, as often as they come.
    pub(crate) fn of(words: impl ParallelIterator<Item = &'a str>) -> Self {
        let different = words.fold(HashSet::new, |mut all, word| {
            all.insert(word);
            all
        });
        let mut words: Vec<&str> = different.reduce(HashSet::new, union).into_iter().collect();
        words.par_sort_unstable();
        let numbers = (0_u32..).zip(&words).map(|(number, word)| (*word, number)).collect();
        Self { words, numbers }
    }

    /// The number of a word that was among them.
    pub(crate) fn number(&self, word: &str) -> u32 {
        self.numbers[word]
    }
}

/// What is in one of two sets or in both.
pub(crate) fn union<T: Eq + Hash>(one: HashSet<T>, other: HashSet<T>) -> HashSet<T> {
    let (mut more, fewer) = if one.len() < other.len() { (other, one) } else { (one, other) };
    more.extend(fewer);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_out_as_they_went_in() {
        let words: Words = ["pier", "", "Øster\ngård", "bro\0ken"].into_iter().collect();
        assert_eq!(words.iter().collect::<Vec<_>>(), ["pier", "", "Øster\ngård", "bro\u{fffd}ken"]);
        assert_eq!(Words::default().iter().count(), 0);
    }

    #[test]
    fn words_are_numbered_by_the_alphabet() {
        let words = Numbered::of(["pier", "ferry", "pier"].into_par_iter());
        assert_eq!(words.words, ["ferry", "pier"]);
        assert_eq!((words.number("ferry"), words.number("pier")), (0, 1));
    }

    #[test]
    fn lists_come_out_as_they_went_in() {
        let mut lists = Lists::default();
        for list in [&[1_u32, 2][..], &[], &[3]] {
            lists.push(list);
        }
        assert_eq!(
            (0..4).map(|at| lists.get(at)).collect::<Vec<_>>(),
            [Some(&[1, 2][..]), Some(&[]), Some(&[3]), None]
        );
    }
}
