//! Words -> the names and quantities among them.
//!
//! ```text
//! rows of words --a move a word: begins, goes on, ends, stands alone, none--> spans with a kind
//! ```
//!
//! spaCy's `_parser_internals/ner.pyx`, always taking the move that scores best.

use std::ops::Range;

use pulp::Arch;

use super::moves::Moves;
use super::scorer::{Scorer, best};
use super::weights::ModelFile;
use super::{EntityKind, ParserError};

/// Kinds of moves as the model's file numbers them.
const BEGIN: usize = 1;
const IN: usize = 2;
const LAST: usize = 3;
const UNIT: usize = 4;
const OUT: usize = 5;

/// Words of a state that the network sees: the next, the first of the open name and the last of it.
const PLACES: usize = 3;

/// Finds names.
pub(super) struct NameFinder {
    scorer: Scorer,
    moves: Moves,
    /// `None` for moves without a label.
    kinds: Vec<Option<EntityKind>>,
}

impl NameFinder {
    pub(super) fn read(network: &ModelFile, moves: &ModelFile, arch: Arch) -> Result<Self, ParserError> {
        let listed = Moves::read(moves)?;
        let kind = |label: &String| match &label[..] {
            "" => Some(None),
            label => EntityKind::of_name(label).map(Some),
        };
        let kinds: Option<Vec<_>> = listed.labels().iter().map(kind).collect();
        let kinds = kinds.ok_or_else(|| moves.lacks("known kinds of names"))?;
        let scorer = Scorer::new(network, &network.layers()?, PLACES, kinds.len(), arch)?;
        Ok(Self { scorer, moves: listed, kinds })
    }

    /// `white` says which words are white space, `starts` with which a sentence begins. No name crosses a sentence's start.
    pub(super) fn find(
        &self,
        words: &[f32],
        white: &[bool],
        starts: &[bool],
    ) -> Vec<(Range<u32>, EntityKind)> {
        let mut names = Vec::new();
        let mut scores = self.scorer.of(words);
        let mut open: Option<(u32, EntityKind)> = None;
        for (at, white) in white.iter().enumerate() {
            let word = at as u32;
            let may_go_on = starts.get(at + 1) == Some(&false);
            let first = open.map(|(first, _)| first);
            let scored = scores.of(&[Some(word), first, first.map(|_| word - 1)]);
            let Some(made) = best(scored, self.allowed(open, *white, may_go_on)) else { continue };
            let is = |kind: usize| self.moves.of_kind(kind).contains(&made);
            match (self.kinds[made], open) {
                (Some(kind), _) if is(BEGIN) => open = Some((word, kind)),
                (Some(kind), _) if is(UNIT) => names.push((word..word + 1, kind)),
                (Some(kind), Some((first, _))) if is(LAST) => {
                    names.push((first..word + 1, kind));
                    open = None;
                }
                _ => {}
            }
        }
        names
    }

    /// The outputs of the moves that are possible.
    fn allowed(
        &self,
        open: Option<(u32, EntityKind)>,
        white: bool,
        may_go_on: bool,
    ) -> impl Iterator<Item = usize> {
        let closed = open.is_none();
        let kinds = [
            (BEGIN, closed && may_go_on && !white),
            (IN, !closed && may_go_on),
            (LAST, !closed),
            (UNIT, closed && !white),
            (OUT, closed),
        ];
        let allowed =
            kinds.into_iter().filter(|(_, allowed)| *allowed).flat_map(|(kind, _)| self.moves.of_kind(kind));
        // An open name goes on as what it is; a move without a label is only for words outside of names.
        let fits = move |made: &usize| match open {
            Some((_, kind)) => self.kinds[*made] == Some(kind),
            None => self.kinds[*made].is_some() || self.moves.of_kind(OUT).contains(made),
        };
        allowed.filter(fits)
    }
}
