//! What the networks found, without the tokens that are white space.
//!
//! The networks see white space as tokens, because they were trained so. Nobody else wants them: what hangs on one hangs on
//! its head instead, a sentence whose root is one gets its first word as root, and sentences and names of white space alone
//! vanish.

use std::ops::Range;

use super::transitions::Trees;
use super::vocabulary::Met;
use super::{Entity, EntityKind, Parsed, Relation, Tag, Token};

pub(super) fn assemble(
    tokens: &[Met],
    tags: &[Tag],
    trees: &Trees,
    names: Vec<(Range<u32>, EntityKind)>,
) -> Parsed {
    let sentences = sentences(&trees.starts);
    let heads = heads(tokens, trees, &sentences);
    // How many words stand before each token; one more for the end.
    let mut places = Vec::with_capacity(tokens.len() + 1);
    places.push(0_u32);
    places.extend(tokens.iter().scan(0, |count, token| {
        *count += u32::from(!token.white);
        Some(*count)
    }));
    let moved = |range: Range<u32>| places[range.start as usize]..places[range.end as usize];
    let words = (0..).zip(tokens).filter(|(_, token)| !token.white).map(|(at, token)| {
        let (head, relation) = heads[at];
        Token { start: token.start, end: token.end, head: places[head as usize], relation, tag: tags[at] }
    });
    Parsed {
        tokens: words.collect(),
        sentences: sentences.into_iter().map(moved).filter(|range| !range.is_empty()).collect(),
        entities: names
            .into_iter()
            .map(|(range, kind)| Entity { tokens: moved(range), kind })
            .filter(|entity| !entity.tokens.is_empty())
            .collect(),
    }
}

fn sentences(starts: &[bool]) -> Vec<Range<u32>> {
    let mut sentences: Vec<Range<u32>> = Vec::new();
    for (at, starts) in (0..).zip(starts) {
        match sentences.last_mut() {
            Some(sentence) if !starts => sentence.end = at + 1,
            _ => sentences.push(at..at + 1),
        }
    }
    sentences
}

/// The head of each token among those that are words, and what it is to it. Within a sentence there is at least one root,
/// and no head outside.
fn heads(tokens: &[Met], trees: &Trees, sentences: &[Range<u32>]) -> Vec<(u32, Relation)> {
    let mut heads: Vec<(u32, Relation)> =
        trees.heads.iter().copied().zip(trees.relations.iter().copied()).collect();
    for sentence in sentences {
        let mut root = None;
        for word in sentence.clone().filter(|word| !tokens[*word as usize].white) {
            let (head, relation) = heads[word as usize];
            let found = above_white(tokens, trees, head).filter(|head| sentence.contains(head));
            heads[word as usize] = match (found, root) {
                (Some(head), _) => (head, relation),
                (None, None) => (word, Relation::Root),
                (None, Some(root)) => (root, Relation::Dep),
            };
            if found.is_none() {
                root = root.or(Some(word));
            }
        }
    }
    heads
}

/// The first token that is no white space, on the way from a token to its root.
fn above_white(tokens: &[Met], trees: &Trees, mut token: u32) -> Option<u32> {
    for _ in 0..=tokens.len() {
        if !tokens[token as usize].white {
            return Some(token);
        }
        let head = trees.heads[token as usize];
        if head == token {
            return None;
        }
        token = head;
    }
    None
}
