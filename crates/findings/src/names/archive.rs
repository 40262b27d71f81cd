//! What all documents hold, on common numbers: words, and how people write them.

use std::collections::{BTreeSet, HashMap};

use record::Document;

use super::Held;
use super::held::Heard;
use super::sound::folded;

/// A word has a meaning of its own if this many documents write it without a capital.
const ORDINARY_DOCUMENTS: u32 = 2;

/// And not fewer than one in so many of the documents that write it with one.
const ORDINARY_SHARE: u32 = 6;

/// A first name that is a word, too ("Grace"), is heard as a name in at least one of so many documents that have it.
const NAME_SHARE: u32 = 3;

/// All documents, in the order of their ids, so that no result depends on the order in which they came.
pub(super) struct Archive<'a> {
    pub(super) documents: Vec<Read<'a>>,
    numbers: HashMap<String, u32>,
    /// The words by number, in lower case.
    pub(super) words: Vec<String>,
    /// In how many documents a word is written without a capital.
    ordinary: Vec<u32>,
    /// In how many documents it is in a capitalised run.
    capital: Vec<u32>,
    /// The same, only where it was heard.
    said_capital: Vec<u32>,
    /// In how many documents it is at all, as a word of the context.
    context: Vec<u32>,
}

/// A document on common numbers.
pub(super) struct Read<'a> {
    pub(super) document: &'a Document,
    pub(super) held: &'a Held,
    /// The common numbers of [`Held::words`].
    pub(super) words: Vec<u32>,
    /// [`Held::runs`] on common numbers.
    pub(super) runs: Vec<Vec<u32>>,
    /// The words of what was typed, on common numbers.
    pub(super) typed: Vec<Vec<u32>>,
}

impl<'a> Archive<'a> {
    pub(super) fn of(documents: &[(&'a Document, &'a Held)]) -> Self {
        let mut sorted: Vec<_> = documents.to_vec();
        sorted.sort_by(|one, other| one.0.id.cmp(&other.0.id).then_with(|| one.0.path.cmp(&other.0.path)));
        sorted.dedup_by(|one, other| one.0.id == other.0.id);
        let mut archive = Self {
            documents: Vec::with_capacity(sorted.len()),
            numbers: HashMap::new(),
            words: Vec::new(),
            ordinary: Vec::new(),
            capital: Vec::new(),
            said_capital: Vec::new(),
            context: Vec::new(),
        };
        for (document, held) in sorted {
            let words = held.words.iter().map(|word| archive.number(&folded(word))).collect();
            let mut numbers = |run: &Vec<String>| -> Vec<u32> {
                run.iter().map(|word| archive.number(&folded(word))).collect()
            };
            let runs = held.runs.iter().map(&mut numbers).collect();
            let typed = held.typed.iter().map(|typed| numbers(&typed.words)).collect();
            let read = Read { document, held, words, runs, typed };
            archive.count(&read);
            archive.documents.push(read);
        }
        archive
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).expect("memory ends before");
        self.numbers.insert(word.to_owned(), number);
        self.words.push(word.to_owned());
        self.ordinary.push(0);
        self.capital.push(0);
        self.said_capital.push(0);
        self.context.push(0);
        number
    }

    fn count(&mut self, read: &Read<'_>) {
        for (is_ordinary, number) in read.held.is_ordinary.iter().zip(&read.words) {
            self.context[*number as usize] += 1;
            self.ordinary[*number as usize] += u32::from(*is_ordinary);
        }
        // A word that only begins sentences may have its capital from that.
        let inside = |heard: &Heard| usize::from(heard.starts_sentence);
        let said: BTreeSet<u32> = read
            .held
            .heard
            .iter()
            .flat_map(|heard| read.runs[heard.run as usize].iter().skip(inside(heard)).copied())
            .collect();
        for number in &said {
            self.said_capital[*number as usize] += 1;
        }
        let typed = read.typed.iter().flatten().copied();
        for number in said.iter().copied().chain(typed).collect::<BTreeSet<u32>>() {
            self.capital[number as usize] += 1;
        }
    }

    /// Whether a word is hardly ever heard as a name: "Follow" before one.
    pub(super) fn is_hardly_a_name(&self, number: u32) -> bool {
        let (ordinary, said) = (self.ordinary[number as usize], self.said_capital[number as usize]);
        ordinary >= ORDINARY_DOCUMENTS && ordinary > said.saturating_mul(NAME_SHARE)
    }

    /// Whether a word means something without a capital.
    pub(super) fn is_ordinary(&self, number: u32) -> bool {
        let (ordinary, capital) = (self.ordinary[number as usize], self.capital[number as usize]);
        ordinary >= ORDINARY_DOCUMENTS && ordinary.saturating_mul(ORDINARY_SHARE) >= capital
    }

    /// How much a word of the context tells: 0 for a word of all documents.
    #[expect(clippy::cast_precision_loss, reason = "counts of documents are small")]
    pub(super) fn rarity(&self, number: u32) -> f32 {
        let all = self.documents.len() as f32 + 1.0;
        (all / (self.context[number as usize] as f32 + 1.0)).ln().max(0.0)
    }

    /// A word as it is compared.
    pub(super) fn word(&self, number: u32) -> &str {
        &self.words[number as usize]
    }
}
