//! The words of statements: what each weighs by how rare it is, and what two forms of a word have in common.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::compact::Numbered;

/// Rareness is counted over the archive and so many statements more, of which so many have a function word and so
/// many any other word. With it a small archive weighs words as a large one does.
const ALL_KNOWN: f32 = 20_000.0;
const FUNCTION_KNOWN: f32 = 2_000.0;
const CONTENT_KNOWN: f32 = 10.0;

/// The words of all texts: what they weigh, and their stems, by their numbers.
pub(super) struct Vocabulary {
    stem: Vec<u32>,
    is_content: Vec<bool>,
    stems: usize,
}

impl Vocabulary {
    /// Of words by their numbers.
    pub(super) fn of(words: &[&str]) -> Self {
        let stemmed: Vec<String> = words.par_iter().map(|word| stem_of(word)).collect();
        let stems = Numbered::of(stemmed.par_iter().map(String::as_str));
        let stem = stemmed.iter().map(|stem| stems.number(stem)).collect();
        let is_content = words.par_iter().map(|word| !is_function_word(word)).collect();
        Self { stem, is_content, stems: stems.words.len() }
    }

    /// The stems of all words of a text, rising.
    fn stems(&self, words: &[u32]) -> Vec<u32> {
        rising(words.iter().map(|&word| self.stem[word as usize]).collect())
    }

    /// The stems of those that tell something, rising.
    pub(super) fn content(&self, words: &[u32]) -> Vec<u32> {
        let telling = words.iter().filter(|&&word| self.is_content[word as usize]);
        rising(telling.map(|&word| self.stem[word as usize]).collect())
    }

    /// What words and stems weigh by how few of `texts` have them.
    pub(super) fn weights(&self, texts: &[&[u32]]) -> (Vec<f32>, Vec<f32>) {
        let all = texts.len() as f32 + ALL_KNOWN;
        let rareness = |count: u32, is_content: bool| {
            (all / (count as f32 + if is_content { CONTENT_KNOWN } else { FUNCTION_KNOWN })).ln()
        };
        let with = counted(texts, self.is_content.len(), |words| rising(words.to_vec()));
        let with_stem = counted(texts, self.stems, |words| self.stems(words));
        let of_word = with.iter().zip(&self.is_content);
        (
            of_word.map(|(&count, &is_content)| rareness(count, is_content)).collect(),
            with_stem.iter().map(|&count| rareness(count, true)).collect(),
        )
    }
}

/// How many texts have each of `kinds` things; `things` gives those of a text, each once.
fn counted(texts: &[&[u32]], kinds: usize, things: impl Fn(&[u32]) -> Vec<u32> + Sync) -> Vec<u32> {
    /// Texts that one count is of: few counts are in memory at a time.
    const TEXTS: usize = 100_000;
    let count = |texts: &[&[u32]]| {
        let mut with = vec![0_u32; kinds];
        texts.iter().flat_map(|words| things(words)).for_each(|thing| with[thing as usize] += 1);
        with
    };
    let sum = |mut one: Vec<u32>, other: Vec<u32>| {
        one.iter_mut().zip(other).for_each(|(one, other)| *one += other);
        one
    };
    texts.par_chunks(TEXTS).map(count).reduce_with(sum).unwrap_or_else(|| vec![0; kinds])
}

/// In rising order, each once.
fn rising(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The words of a text in lower case; contractions and possessives stay one word.
pub(super) fn words(text: &str) -> Vec<String> {
    each_word(&plain(text)).map(str::to_owned).collect()
}

/// A text in lower case, with one kind of apostrophe.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

/// The words of a [`plain`] text.
pub(super) fn each_word(plain: &str) -> impl Iterator<Item = &str> {
    plain
        .split(|char: char| !char.is_alphanumeric() && char != '\'')
        .map(|word| word.trim_matches('\''))
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .filter(|word| !word.is_empty())
}

/// The stems of the words of a text that tell something.
pub(super) fn content(text: &str) -> BTreeSet<String> {
    words(text).iter().filter(|word| !is_function_word(word)).map(|word| stem_of(word)).collect()
}

/// A word without its regular ending: good enough to see that "meeting" and "meet" are about the same.
fn stem_of(word: &str) -> String {
    let cut = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 4);
    let stem = cut("ations")
        .or_else(|| cut("ation"))
        .or_else(|| cut("ings"))
        .or_else(|| cut("ing"))
        .or_else(|| cut("ers"))
        .or_else(|| cut("ed"))
        .or_else(|| cut("es"))
        .or_else(|| cut("er"))
        .or_else(|| cut("ly"))
        .or_else(|| word.strip_suffix('s').filter(|stem| stem.len() >= 3 && !stem.ends_with('s')));
    stem.unwrap_or(word).trim_end_matches('e').to_owned()
}

/// Words that tell nothing by themselves.
fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
        "been", "before", "being", "but", "by", "can", "could", "did", "do", "does", "doing", "don't", "for",
        "from", "get", "go", "going", "got", "had", "has", "have", "he", "he'll", "her", "here", "him",
        "his", "how", "i", "i'll", "i'm", "i've", "if", "in", "into", "is", "it", "its", "just", "know",
        "like", "may", "me", "more", "much", "my", "no", "not", "now", "of", "on", "one", "only", "or",
        "other", "our", "out", "over", "really", "said", "say", "says", "she", "should", "so", "some",
        "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "they're", "thing",
        "things", "think", "this", "those", "to", "too", "up", "us", "very", "was", "we", "we'll", "we're",
        "we've", "well", "were", "what", "when", "where", "which", "who", "will", "with", "would", "yes",
        "you", "you're", "your",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_marks() {
        assert_eq!(words("“We’ll meet,” she said: DON'T!"), ["we'll", "meet", "she", "said", "don't"]);
    }
}
