//! Clips that nothing announces: the same words in the programmes of two outlets within days are a recording that both play.
//!
//! ```text
//! sentences of nobody known, linked word by word --outlets--> clips --who may be heard there, in each--> their speakers
//! ```

use std::collections::{BTreeMap, HashMap};

use super::linking::{Link, are_of_two_outlets};
use super::votes;
use crate::groups::Groups;

/// A sentence as the search for clips sees it.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    pub(super) document: usize,
    /// Who broadcast it; `None` for what is not heard.
    pub(super) outlet: Option<&'a str>,
    /// Who may be heard, by name.
    pub(super) supposed: Option<&'a str>,
    /// How sure that is, 0 to 100; 0 for a sentence that is no statement by itself.
    pub(super) certainty: u8,
}

/// A sentence that is a clip, and who is heard in it, if most of the programmes that play it agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clip {
    /// As an index of all sentences.
    pub(super) at: usize,
    pub(super) speaker: Option<String>,
}

/// Two documents with more such sentences are one report, told by a reporter whom both outlets have.
const MOST_OF_A_PAIR: usize = 8;
/// What a supposed speaker weighs against one of whom something is known.
const SUPPOSED: u32 = 30;
/// What speaks for a speaker must weigh so many times as much as what speaks for all others.
const TIMES_OTHERS: u32 = 2;

/// The clips among sentences that are no statements by themselves, in rising order. `same` are those in the same words.
pub(super) fn clips(sentences: &[Sentence], same: &[Link]) -> Vec<Clip> {
    let documents = |link: &Link| (sentences[link.left].document, sentences[link.right].document);
    let mut of_pair: HashMap<(usize, usize), usize> = HashMap::new();
    same.iter().for_each(|link| *of_pair.entry(documents(link)).or_default() += 1);
    let mut groups = Groups::of(sentences.len());
    let mut is_clip = vec![false; sentences.len()];
    for link in same {
        let (left, right) = (sentences[link.left], sentences[link.right]);
        if are_of_two_outlets(left.outlet, right.outlet) && of_pair[&documents(link)] <= MOST_OF_A_PAIR {
            groups.join(link.left, link.right);
            is_clip[link.left] = true;
            is_clip[link.right] = true;
        }
    }
    let clips: Vec<usize> = (0..sentences.len()).filter(|&at| is_clip[at]).collect();
    let mut votes: BTreeMap<usize, BTreeMap<&str, u32>> = BTreeMap::new();
    for &at in &clips {
        if let Some(name) = sentences[at].supposed {
            let weight = u32::from(sentences[at].certainty).max(SUPPOSED);
            *votes.entry(groups.root(at)).or_default().entry(name).or_default() += weight;
        }
    }
    let speaker = |root: usize| {
        let votes = votes.get(&root)?;
        let (name, most) = votes::most(votes)?;
        let others: u32 = votes.values().sum::<u32>() - most;
        (most >= TIMES_OTHERS * others).then(|| (*name).to_owned())
    };
    clips
        .into_iter()
        .filter(|&at| sentences[at].certainty == 0)
        .map(|at| Clip { at, speaker: speaker(groups.root(at)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(document: usize, supposed: Option<&'static str>, certainty: u8) -> Sentence<'static> {
        let outlet = ["Harbour Radio", "Coast News", "Island TV"][document % 3];
        Sentence { document, outlet: Some(outlet), supposed, certainty }
    }

    fn link(left: usize, right: usize) -> Link {
        Link { left, right, is_verbatim: true, shared: 1.0 }
    }

    #[track_caller]
    fn check(sentences: &[Sentence], links: &[Link], expected: &[(usize, Option<&str>)]) {
        let found = clips(sentences, links);
        let found: Vec<_> = found.iter().map(|clip| (clip.at, clip.speaker.as_deref())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_two_outlets_play_is_a_clip() {
        let nobody = |document| sentence(document, None, 0);
        let supposed = |document, name| sentence(document, Some(name), 0);
        check(&[nobody(0), nobody(1)], &[link(0, 1)], &[(0, None), (1, None)]);
        // One outlet repeats itself.
        check(&[nobody(0), nobody(3)], &[link(0, 1)], &[]);
        // Who is supposed in two of them, or in one alone, is heard in all.
        let three = [supposed(0, "Mara"), supposed(1, "Mara"), nobody(2)];
        check(&three, &[link(0, 1), link(1, 2)], &[(0, Some("Mara")), (1, Some("Mara")), (2, Some("Mara"))]);
        check(&[supposed(0, "Mara"), nobody(1)], &[link(0, 1)], &[(0, Some("Mara")), (1, Some("Mara"))]);
        check(&[supposed(0, "Mara"), supposed(1, "Jonas")], &[link(0, 1)], &[(0, None), (1, None)]);
        // Somebody who was announced tells more than one who is supposed; the statement itself is none of these.
        check(&[sentence(0, Some("Mara"), 70), supposed(1, "Jonas")], &[link(0, 1)], &[(1, Some("Mara"))]);
    }

    #[test]
    fn a_report_that_two_outlets_have_is_no_clip() {
        let sentences: Vec<Sentence> = (0..20).map(|at| sentence(at / 10, None, 0)).collect();
        let links: Vec<Link> = (0..10).map(|at| link(at, 10 + at)).collect();
        check(&sentences, &links, &[]);
        assert_eq!(clips(&sentences, &links[..8]).len(), 16);
    }
}
