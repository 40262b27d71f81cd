//! A document -> fingerprints of its runs of words, few enough to keep for all documents.
//!
//! ```text
//! words --shingles--> a hash for each run of six words --winnowing--> about two in nine of them
//! ```

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::align::{Word, words};
use crate::material::Material;

/// Words of a shingle. Runs of six words that are alike by chance are rare enough, and recognisers seldom agree on
/// many more words in a row.
pub(super) const SHINGLE_WORDS: usize = 6;

/// Of so many shingles in a row one is kept at least (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003), so that
/// two documents which share `SHINGLE_WORDS + WINDOW - 1 = 13` words in a row share a fingerprint.
const WINDOW: usize = 8;

/// A shingle with fewer different words is a chorus or a recogniser in a loop.
const FEWEST_DIFFERENT_WORDS: usize = 4;

/// Words beyond these are not read: 300 hours of speech.
const MOST_WORDS: usize = 3_000_000;

/// What is kept of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// How many words it has.
    pub words: u32,
    /// Its fingerprints in order: the hash, and how many words after the one before it begins.
    pub fingerprints: Vec<(u32, u32)>,
}

impl Held {
    /// The fingerprints with the words at which they begin.
    pub(super) fn places(&self) -> impl Iterator<Item = (u32, u32)> {
        self.fingerprints.iter().scan(0_u32, |at, (hash, step)| {
            *at = at.saturating_add(*step);
            Some((*hash, *at))
        })
    }
}

/// What is kept of a document: of what was said or written, not of what its publisher wrote about it.
pub fn extract(material: &Material) -> Held {
    let words = words(&material.text.text);
    let words = &words[..words.len().min(MOST_WORDS)];
    let mut held = Held { words: words.len() as u32, fingerprints: Vec::new() };
    let mut before = 0;
    for (hash, at) in winnowed(&shingles(words)) {
        held.fingerprints.push((hash, at - before));
        before = at;
    }
    held
}

/// The hash of each run of words, by the word at which it begins; `None` for runs that say nothing.
fn shingles(words: &[Word]) -> Vec<Option<u32>> {
    let hashes: Vec<u64> = words.iter().map(|word| hash(word.folded.as_bytes())).collect();
    hashes
        .windows(SHINGLE_WORDS)
        .map(|run| {
            let mut different = run.to_vec();
            different.sort_unstable();
            different.dedup();
            let combined = run.iter().fold(0_u64, |all, word| mixed(all ^ word).wrapping_add(*word));
            (different.len() >= FEWEST_DIFFERENT_WORDS).then_some((mixed(combined) >> 32) as u32)
        })
        .collect()
}

/// FNV-1a with its published constants. Hashes are kept on disk, so they must not change between builds.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of MurmurHash3: each bit of the result depends on all of the input.
fn mixed(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// The least hash of each window, once, with its place; of equal ones the last.
fn winnowed(shingles: &[Option<u32>]) -> Vec<(u32, u32)> {
    let mut kept: Vec<(u32, u32)> = Vec::new();
    // Rising hashes: the first is the least of the window.
    let mut least: VecDeque<(u32, usize)> = VecDeque::new();
    let window = WINDOW.min(shingles.len());
    for (at, shingle) in shingles.iter().enumerate() {
        if let Some(hash) = *shingle {
            while least.back().is_some_and(|(other, _)| *other >= hash) {
                least.pop_back();
            }
            least.push_back((hash, at));
        }
        while least.front().is_some_and(|(_, first)| first + window <= at) {
            least.pop_front();
        }
        if at + 1 < window {
            continue;
        }
        if let Some((hash, place)) = least.front() {
            let place = *place as u32; // below `MOST_WORDS`
            if kept.last() != Some(&(*hash, place)) {
                kept.push((*hash, place));
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprints(text: &str) -> Vec<u32> {
        winnowed(&shingles(&words(text))).into_iter().map(|(hash, _)| hash).collect()
    }

    #[test]
    fn short_and_empty_texts_are_kept_too() {
        assert!(fingerprints("").is_empty());
        assert!(fingerprints("the ferry to the island").is_empty());
        assert_eq!(fingerprints("the ferry to the island is late").len(), 1);
        assert!(fingerprints(&"thank you ".repeat(50)).is_empty());
    }

    #[test]
    fn hashes_stay_what_they_are() {
        assert_eq!(fingerprints("the ferry to the island is late"), [1_631_258_596]);
    }

    proptest::proptest! {
        #[test]
        fn thirteen_common_words_share_a_fingerprint(
            before in proptest::collection::vec("[a-z]{1,8}", 0..30),
            common in proptest::collection::vec("[a-z]{3,8}", 13),
            after in proptest::collection::vec("[a-z]{1,8}", 0..30),
            other in proptest::collection::vec("[a-z]{1,8}", 0..30),
        ) {
            let different: std::collections::HashSet<&String> = common.iter().collect();
            proptest::prop_assume!(different.len() == common.len());
            let one = fingerprints(&[before, common.clone(), after].concat().join(" "));
            let other = fingerprints(&[other, common].concat().join(" "));
            proptest::prop_assert!(one.iter().any(|hash| other.contains(hash)));
        }

        #[test]
        fn places_rise(text in "([a-z]{1,3} ){0,80}") {
            let words = words(&text);
            let kept = winnowed(&shingles(&words));
            proptest::prop_assert!(kept.windows(2).all(|pair| pair[0].1 < pair[1].1));
        }
    }
}
