//! A name that was found out once in a document is found out for all of it: surnames alone, and what nobody typed.

use std::collections::{BTreeMap, BTreeSet};

use super::archive::{Archive, Read};
use super::lexicon::{LEAST_SINGLE_LETTERS, Lexicon, NameKind};
use super::lists;
use super::propose::{Doubtful, Proposal, Use};
use super::sound::{likeness, sounds};
use super::why::Why;

/// From here on two words may be two hearings of one.
const LEAST_VARIANT_LIKENESS: f32 = 0.7;

/// More names than this in one document are not compared with each other.
const MOST_IN_A_DOCUMENT: usize = 400;

/// Where "Lintwist" stands alone in a document in which "Mara Lintwist" was found to be somebody, it is the same person; so
/// is "Marra" where it was "Marra Lindqvist".
pub(super) fn parts_of_names(archive: &Archive<'_>, lexicon: &Lexicon, found: &[Proposal]) -> Vec<Proposal> {
    let mut by_document: BTreeMap<u32, BTreeMap<u32, &Proposal>> = BTreeMap::new();
    for proposal in found.iter().filter(|proposal| proposal.words.len() > 1) {
        let name = &lexicon.names[proposal.name as usize];
        let is_part = |heard: u32, right: u32| {
            name.kind == NameKind::Person
                && heard != right
                && archive.word(heard).chars().count() >= LEAST_SINGLE_LETTERS
                && !is_taken(lexicon, heard)
        };
        let surname = proposal.words.last().copied().filter(|heard| is_part(*heard, name.last()));
        // "Zoran" is who "Zoran Quill" was found to be, as long as nobody is called so.
        let first_name = proposal.words.first().copied().filter(|heard| {
            let right = name.words[0];
            proposal.words.len() == name.words.len()
                && is_part(*heard, right)
                && !archive.is_ordinary(*heard)
                && !lists::are_forms_of_one(archive.word(*heard), archive.word(right))
        });
        for heard in surname.into_iter().chain(first_name) {
            let best = by_document.entry(proposal.document).or_default().entry(heard).or_insert(proposal);
            if best.why.score < proposal.why.score {
                *best = proposal;
            }
        }
    }
    let mut parts = Vec::new();
    for (document, names) in by_document {
        let read = &archive.documents[document as usize];
        let mut uses: BTreeMap<u32, Vec<Use>> = BTreeMap::new();
        for (at, heard) in (0_u32..).zip(&read.held.heard) {
            let run = &read.runs[heard.run as usize];
            let [word] = run[..] else { continue };
            // "Broth" alone may be broth, if it is there.
            if names.contains_key(&word) && (!heard.titles.is_empty() || !is_ordinary_in(read, word)) {
                uses.entry(word).or_default().push(Use { heard: at, from: 0, to: 1 });
            }
        }
        for (word, uses) in uses {
            let of = names[&word];
            let why = Why { words_heard: 1, ..of.why.clone() };
            parts.push(Proposal { document, uses, words: vec![word], name: of.name, why });
        }
    }
    parts
}

/// Whether a document has a word without a capital, too.
fn is_ordinary_in(read: &Read<'_>, word: u32) -> bool {
    let mut words = read.words.iter().zip(&read.held.is_ordinary);
    words.any(|(other, is_ordinary)| *other == word && *is_ordinary)
}

/// Whether a word is a name of its own.
fn is_taken(lexicon: &Lexicon, word: u32) -> bool {
    lexicon.exact(&[word]).is_some()
        || lexicon.is_first_name(word)
        || lexicon.persons_called(word).next().is_some()
}

/// A form of a name: its words, and where they were heard in a document.
pub(super) type Form<'a> = (&'a [u32], &'a [Use]);

/// Two hearings of a name in one document that nobody typed: one word is the same, the other sounds alike and is no
/// word or name that is known.
pub(super) fn unknown<'a>(
    archive: &Archive<'_>,
    lexicon: &Lexicon,
    doubtful: &'a Doubtful,
    is_found: &BTreeSet<(u32, &[u32])>,
) -> Vec<(u32, [Form<'a>; 2])> {
    let mut by_document: BTreeMap<u32, Vec<Form<'_>>> = BTreeMap::new();
    for (words, documents) in doubtful.iter().filter(|(words, _)| words.len() == 2) {
        for (document, uses) in
            documents.iter().filter(|(document, _)| !is_found.contains(&(**document, words.as_slice())))
        {
            by_document.entry(*document).or_default().push((words, uses));
        }
    }
    let is_inflected = |one: u32, other: u32| {
        let (one, other) = (archive.word(one), archive.word(other));
        one.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(one)
    };
    let is_unknown = |word: u32| !archive.is_ordinary(word) && !is_taken(lexicon, word);
    let alike = |one: u32, other: u32| {
        (is_unknown(one) || is_unknown(other))
            && !is_inflected(one, other)
            && !archive.is_ordinary(one)
            && !archive.is_ordinary(other)
            && likeness(&sounds(archive.word(one)), &sounds(archive.word(other))) >= LEAST_VARIANT_LIKENESS
    };
    let mut variants = Vec::new();
    for (document, names) in by_document {
        let names = &names[..names.len().min(MOST_IN_A_DOCUMENT)];
        for (at, one) in names.iter().enumerate() {
            for other in &names[at + 1..] {
                let same_last = one.0[1] == other.0[1] && alike(one.0[0], other.0[0]);
                let same_first = one.0[0] == other.0[0] && alike(one.0[1], other.0[1]);
                if same_last || same_first {
                    variants.push((document, [*one, *other]));
                }
            }
        }
    }
    variants
}
