//! Clips that go on: of one answer programmes play several pieces, and announce the first.
//!
//! ```text
//! clips of nobody known --what lies beside the same words in each programme--> votes --most--> their speakers
//! ```

use std::collections::{BTreeMap, HashSet};

use super::linking::Link;
use super::together::{Told, names_itself};
use super::{Evidence, Manner, votes};
use crate::Spot;
use crate::groups::Groups;
use crate::reuse::advertises;

/// So many segments back, or ahead, a clip can go on.
const BACK: usize = 6;
const AHEAD: usize = 3;

/// Gives clips of nobody known the speaker of the clips beside them. `same` are those in the same words.
pub(super) fn carry_on(all: &mut [Told], same: &[Link]) {
    let mut groups = Groups::of(all.len());
    same.iter().for_each(|link| groups.join(link.left, link.right));
    let is_unknown = |told: &Told| told.elsewhere == Some(Evidence::Nothing);
    let unknown: Vec<usize> = (0..all.len()).filter(|&at| is_unknown(&all[at])).collect();
    let asked: HashSet<usize> = unknown.iter().map(|&at| groups.root(at)).collect();
    let mut votes: BTreeMap<usize, BTreeMap<String, u32>> = BTreeMap::new();
    for at in 0..all.len() {
        let root = groups.root(at);
        let own = Some(&all[at]).filter(|told| is_told_here(told));
        let told = if is_unknown(&all[at]) { beside(all, at) } else { own };
        if let Some(told) = told.filter(|_| asked.contains(&root))
            && let Some(name) = &told.speaker
        {
            *votes.entry(root).or_default().entry(name.clone()).or_default() += u32::from(told.certainty());
        }
    }
    for at in unknown {
        let Some(votes) = votes.get(&groups.root(at)) else { continue };
        if let Some((name, most)) = votes::most(votes)
            && most > votes.values().sum::<u32>() - most
            && !names_itself(&all[at].statement.words, name)
            && !advertises(&all[at].statement.words)
        {
            all[at].speaker = Some(name.clone());
            all[at].elsewhere = Some(Evidence::Continued);
        }
    }
}

/// The clip beside a sentence whose speaker is told, unless somebody reports in between.
fn beside<'a, 'b>(all: &'b [Told<'a>], at: usize) -> Option<&'b Told<'a>> {
    let segment = |told: &Told| match told.statement.spot {
        Spot::Spoken { segment, .. } => Some(segment),
        _ => None,
    };
    let own = segment(&all[at])?;
    let nearest = |reach: usize, others: &mut dyn Iterator<Item = &'b Told<'a>>| {
        others
            .take_while(|told| told.document == all[at].document && told.statement.from != Evidence::Verb)
            .take_while(|told| segment(told).is_some_and(|segment| segment.abs_diff(own) <= reach))
            .find(|told| told.statement.manner == Manner::Clip && is_told_here(told))
    };
    nearest(BACK, &mut all[..at].iter().rev()).or_else(|| nearest(AHEAD, &mut all[at + 1..].iter()))
}

/// Whether the words are somebody's whom a verb or an announcement names, or who is heard in most programmes that play them.
/// Guests and those who report are often who asks.
fn is_told_here(told: &Told) -> bool {
    let from = told.elsewhere.unwrap_or(told.statement.from);
    let is_told = matches!(
        from,
        Evidence::Labelled | Evidence::Verb | Evidence::Announced | Evidence::Continued | Evidence::Mention
    );
    told.speaker.is_some() && is_told
}

#[cfg(test)]
mod tests {
    use super::super::held::{HeldStatement, certainty};
    use super::super::told;
    use super::*;

    /// A sentence of a document at a segment, with how its document tells who says it.
    fn heard(segment: usize, words: &str, from: Evidence) -> HeldStatement {
        let manner = if from == Evidence::Verb { Manner::Indirect } else { Manner::Clip };
        let spot = Spot::Spoken { segment, start_millis: None, end_millis: None };
        HeldStatement {
            spot,
            words: words.to_owned(),
            manner,
            from,
            certainty: certainty(from),
            ..told::blank()
        }
    }

    /// Whom the last sentence of the first document is given to, behind some before it; a second document has the same words
    /// behind some of its own.
    #[track_caller]
    fn check(first: &[(usize, Evidence, &str)], second: &[(usize, Evidence, &str)], expected: Option<&str>) {
        let words = "the ferry will not sail again before Easter";
        let statements: Vec<(usize, Option<&str>, HeldStatement)> = [first, second]
            .into_iter()
            .enumerate()
            .flat_map(|(document, beside)| {
                let before = beside.iter().map(move |(segment, from, name)| {
                    (document, Some(*name), heard(*segment, "we have closed the harbour", *from))
                });
                before.chain([(document, None, heard(10, words, Evidence::Nothing))])
            })
            .collect();
        let mut all: Vec<Told> = statements
            .iter()
            .map(|(document, name, statement)| {
                let elsewhere = name.is_none().then_some(Evidence::Nothing);
                let speaker = name.map(str::to_owned);
                Told { document: *document, statement, supposed: None, speaker, elsewhere }
            })
            .collect();
        let (left, right) = (first.len(), all.len() - 1);
        carry_on(&mut all, &[Link { left, right, is_verbatim: true, shared: 1.0 }]);
        assert_eq!(all[left].speaker.as_deref(), expected, "for {first:?} and {second:?}");
        assert_eq!(all[right].speaker.as_deref(), expected, "the same words are the same one's");
    }

    #[test]
    fn a_clip_goes_on_in_the_voice_beside_it() {
        use Evidence::{Announced, Guest, Mention, Verb};
        check(&[(8, Announced, "Mara Quill")], &[], Some("Mara Quill"));
        check(&[(2, Announced, "Mara Quill")], &[], None); // Too far.
        check(&[(8, Guest, "Mara Quill")], &[], None); // Who may be the one that asks.
        check(&[(8, Announced, "Mara Quill"), (9, Verb, "Jonas Varg")], &[], None); // Somebody reports in between.
        check(&[(8, Announced, "Mara Quill")], &[(8, Mention, "Jonas Varg")], Some("Mara Quill"));
        check(&[(8, Mention, "Mara Quill")], &[(8, Mention, "Jonas Varg")], None);
    }

    #[test]
    fn whose_name_is_in_the_words_does_not_say_them() {
        check(&[(8, Evidence::Announced, "Mara Easter")], &[], None);
    }
}
