//! Words -> what each belongs to, and as what.
//!
//! ```text
//! rows of words --moves one after the other--> arcs --arcs that cross others put back--> heads and relations
//! ```
//!
//! The arc-eager system with sentence breaks and with words that may go back to the buffer, as spaCy's
//! `_parser_internals/arc_eager.pyx` has it, always taking the move that scores best; then `nonproj.pyx`.

use std::ops::Range;

use pulp::Arch;

use super::moves::Moves;
use super::scorer::{Scorer, best};
use super::weights::ModelFile;
use super::{ParserError, Relation};

/// Kinds of moves as the model's file numbers them.
const SHIFT: usize = 0;
const REDUCE: usize = 1;
const LEFT: usize = 2;
const RIGHT: usize = 3;
const BREAK: usize = 4;

/// Words of a state that the network sees: two of the buffer, three of the stack, the outermost children of the next words.
const PLACES: usize = 8;

/// Finds what words belong to.
pub(super) struct TreeParser {
    scorer: Scorer,
    moves: Moves,
    labels: Vec<Label>,
}

/// What a word is to its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label {
    relation: Relation,
    /// If the arc was lifted so that none crosses another: the relation of its true head, which lies below.
    below: Option<Relation>,
}

const ROOT: Label = Label { relation: Relation::Root, below: None };

/// The trees of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trees {
    /// The word that each belongs to; a root belongs to itself.
    pub(super) heads: Vec<u32>,
    pub(super) relations: Vec<Relation>,
    /// Whether a sentence begins with a word.
    pub(super) starts: Vec<bool>,
}

impl TreeParser {
    pub(super) fn read(network: &ModelFile, moves: &ModelFile, arch: Arch) -> Result<Self, ParserError> {
        let listed = Moves::read(moves)?;
        let labels = listed.labels().iter().map(|label| Label::of_name(label));
        let labels: Vec<Label> =
            labels.collect::<Option<_>>().ok_or_else(|| moves.lacks("known relations"))?;
        let scorer = Scorer::new(network, &network.layers()?, PLACES, labels.len(), arch)?;
        Ok(Self { scorer, moves: listed, labels })
    }

    /// `white` says which words are white space.
    pub(super) fn parse(&self, words: &[f32], white: &[bool]) -> Trees {
        let mut state = State::new(white.len());
        let mut scores = self.scorer.of(words);
        // Every word is shifted, attached and reduced once, and may go back to the buffer each time its stack has changed:
        // far fewer moves than this, which only bounds a system that would not end.
        let most = 16 * white.len() + 16;
        for _ in 0..most {
            if state.is_final() {
                break;
            }
            let allowed = state.allowed().flat_map(|kind| self.moves.of_kind(kind));
            match best(scores.of(&state.seen()), allowed) {
                Some(at) => self.make(at, &mut state),
                None => break,
            }
        }
        let mut heads: Vec<u32> =
            state.heads.iter().zip(0..).map(|(head, word)| head.unwrap_or(word)).collect();
        let mut labels: Vec<Label> = state
            .labels
            .iter()
            .zip(&state.heads)
            .map(|(label, head)| if head.is_some() { *label } else { ROOT })
            .collect();
        drop_lifted(&mut heads, &mut labels, white);
        let starts = starts(&heads);
        Trees { heads, relations: labels.iter().map(|label| label.relation).collect(), starts }
    }

    fn make(&self, at: usize, state: &mut State) {
        let is = |kind: usize| self.moves.of_kind(kind).contains(&at);
        if is(SHIFT) {
            state.push();
        } else if is(REDUCE) {
            state.reduce();
        } else if is(LEFT) {
            state.attach_left(self.labels[at]);
        } else if is(RIGHT) {
            state.attach_right(self.labels[at]);
        } else {
            state.start_sentence();
        }
    }
}

impl Label {
    fn of_name(name: &str) -> Option<Self> {
        match name.split_once("||") {
            Some((name, below)) => {
                Some(Self { relation: Relation::of_name(name)?, below: Some(Relation::of_name(below)?) })
            }
            // Moves that attach nothing have no label.
            None if name.is_empty() => Some(ROOT),
            None => Some(Self { relation: Relation::of_name(name)?, below: None }),
        }
    }
}

/// How far a text is parsed.
struct State {
    /// Words whose head or children may still come, the innermost last.
    stack: Vec<u32>,
    /// Words that went back to the buffer, the next one last.
    returned: Vec<u32>,
    /// The next word that was never shifted.
    next: u32,
    count: u32,
    heads: Vec<Option<u32>>,
    labels: Vec<Label>,
    /// The child that each word got last on its left and on its right.
    last_left: Vec<Option<u32>>,
    last_right: Vec<Option<u32>>,
    /// The child that a word's head got before it on the same side.
    earlier: Vec<Option<u32>>,
    /// Words that went back to the buffer and may not be shifted again.
    was_returned: Vec<bool>,
    starts: Vec<bool>,
}

impl State {
    fn new(count: usize) -> Self {
        Self {
            stack: Vec::new(),
            returned: Vec::new(),
            next: 0,
            count: count as u32,
            heads: vec![None; count],
            labels: vec![ROOT; count],
            last_left: vec![None; count],
            last_right: vec![None; count],
            earlier: vec![None; count],
            was_returned: vec![false; count],
            starts: vec![false; count],
        }
    }

    fn is_final(&self) -> bool {
        self.stack.is_empty() && self.left_in_buffer() == 0
    }

    fn left_in_buffer(&self) -> usize {
        (self.count - self.next) as usize + self.returned.len()
    }

    /// A word of the stack, counted from the innermost.
    fn stacked(&self, depth: usize) -> Option<u32> {
        self.stack.iter().rev().nth(depth).copied()
    }

    /// A word of the buffer, counted from the next.
    fn buffered(&self, ahead: usize) -> Option<u32> {
        match self.returned.len().checked_sub(ahead + 1) {
            Some(at) => Some(self.returned[at]),
            None => Some(self.next + (ahead - self.returned.len()) as u32).filter(|word| *word < self.count),
        }
    }

    /// The words that the network sees.
    fn seen(&self) -> [Option<u32>; PLACES] {
        let (next, top) = (self.buffered(0), self.stacked(0));
        let last =
            |children: &[Option<u32>], head: Option<u32>| head.and_then(|head| children[head as usize]);
        let (left, right) = (&self.last_left, &self.last_right);
        [
            next,
            self.buffered(1),
            top,
            self.stacked(1),
            self.stacked(2),
            last(left, next),
            last(left, top),
            last(right, top),
        ]
    }

    /// The kinds of moves that are possible.
    fn allowed(&self) -> impl Iterator<Item = usize> {
        let (left, next) = (self.left_in_buffer(), self.buffered(0));
        let is_start = |word: Option<u32>| word.is_some_and(|word| self.starts[word as usize]);
        let returned = next.is_some_and(|word| self.was_returned[word as usize]);
        let stacked = !self.stack.is_empty();
        let attaches = stacked && left > 0 && !is_start(next);
        let follows = next.zip(self.buffered(1)).filter(|(next, second)| *second == next + 1);
        let allowed = [
            (SHIFT, !stacked || left >= 2 && !is_start(next) && !returned),
            (REDUCE, stacked),
            (LEFT, attaches),
            (RIGHT, attaches),
            (BREAK, left >= 2 && follows.is_some_and(|(_, second)| !is_start(Some(second)))),
        ];
        allowed.into_iter().filter_map(|(kind, allowed)| allowed.then_some(kind))
    }

    fn push(&mut self) {
        let word = self.returned.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        if word < self.count {
            self.stack.push(word);
        }
    }

    fn reduce(&mut self) {
        let Some(word) = self.stack.pop() else { return };
        if self.heads[word as usize].is_none() && !self.stack.is_empty() {
            self.was_returned[word as usize] = true;
            self.returned.push(word);
        }
    }

    fn attach_left(&mut self, label: Label) {
        let (Some(head), Some(child)) = (self.buffered(0), self.stack.pop()) else { return };
        self.attach(head, child, label);
        self.was_returned[head as usize] = false;
    }

    fn attach_right(&mut self, label: Label) {
        let (Some(head), Some(child)) = (self.stacked(0), self.buffered(0)) else { return };
        self.attach(head, child, label);
        self.push();
    }

    fn start_sentence(&mut self) {
        if let Some(word) = self.buffered(1) {
            self.starts[word as usize] = true;
        }
    }

    fn attach(&mut self, head: u32, child: u32, label: Label) {
        if let Some(old) = self.heads[child as usize] {
            self.detach(old, child);
        }
        let last = &mut self.side(head, child)[head as usize];
        let earlier = last.replace(child);
        self.earlier[child as usize] = earlier;
        self.heads[child as usize] = Some(head);
        self.labels[child as usize] = label;
    }

    fn detach(&mut self, head: u32, child: u32) {
        let earlier = self.earlier[child as usize].take();
        let last = &mut self.side(head, child)[head as usize];
        if *last == Some(child) {
            *last = earlier;
            return;
        }
        let mut later = *last;
        while let Some(word) = later {
            if self.earlier[word as usize] == Some(child) {
                self.earlier[word as usize] = earlier;
                return;
            }
            later = self.earlier[word as usize];
        }
    }

    fn side(&mut self, head: u32, child: u32) -> &mut Vec<Option<u32>> {
        if head > child { &mut self.last_left } else { &mut self.last_right }
    }
}

/// Gives words whose arcs were lifted their true heads: the first word below the present one, level by level and from left
/// to right, that has the relation which the label names. If there is none, the present one stays.
fn drop_lifted(heads: &mut [u32], labels: &mut [Label], white: &[bool]) {
    for word in 0..heads.len() {
        let Some(below) = labels[word].below else { continue };
        if let Some(head) = below_head(word, below, heads, labels, white) {
            heads[word] = head;
        }
        labels[word].below = None;
    }
}

fn below_head(word: usize, wanted: Relation, heads: &[u32], labels: &[Label], white: &[bool]) -> Option<u32> {
    let children = Children::of(heads);
    let mut level = vec![heads[word]];
    while !level.is_empty() {
        let mut next = Vec::new();
        for child in level.iter().flat_map(|head| children.of_word(*head)).copied() {
            let at = child as usize;
            if white[at] || at == word {
                continue;
            }
            if labels[at] == (Label { relation: wanted, below: None }) {
                return Some(child);
            }
            next.push(child);
        }
        level = next;
    }
    None
}

/// The children of all words, each word's in order.
struct Children {
    words: Vec<u32>,
    ranges: Vec<Range<u32>>,
}

impl Children {
    fn of(heads: &[u32]) -> Self {
        let mut words: Vec<u32> =
            (0..).zip(heads).filter(|(word, head)| word != *head).map(|(word, _)| word).collect();
        words.sort_by_key(|word| heads[*word as usize]);
        let mut ranges = vec![0..0; heads.len()];
        for (at, word) in (0..).zip(&words) {
            let range: &mut Range<u32> = &mut ranges[heads[*word as usize] as usize];
            *range = if range.start == range.end { at..at + 1 } else { range.start..at + 1 };
        }
        Self { words, ranges }
    }

    fn of_word(&self, word: u32) -> &[u32] {
        let range = &self.ranges[word as usize];
        &self.words[range.start as usize..range.end as usize]
    }
}

/// Where sentences begin: at the first word of each tree.
fn starts(heads: &[u32]) -> Vec<bool> {
    let mut first: Vec<u32> = (0..heads.len() as u32).collect();
    for word in 0..heads.len() as u32 {
        let root = root(heads, word);
        first[root as usize] = first[root as usize].min(word);
    }
    let mut starts = vec![false; heads.len()];
    for root in (0..heads.len()).filter(|word| heads[*word] as usize == *word) {
        starts[first[root] as usize] = true;
    }
    starts
}

fn root(heads: &[u32], mut word: u32) -> u32 {
    // No path is longer than the text; the bound only keeps damaged trees from holding us.
    for _ in 0..heads.len() {
        let head = heads[word as usize];
        if head == word {
            break;
        }
        word = head;
    }
    word
}
