//! A parsed text, seen from its words: what hangs under a word, and which sentence it stands in.

use std::ops::Range;

use language::parse::{Parsed, Relation, Tag};

/// How far up the tree a word is followed. Deeper trees are made by hostile or broken texts.
const DEEPEST: usize = 64;

/// A text and its parse, with what the rules ask again and again worked out once.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) parsed: &'a Parsed,
    /// Each token in lower case, with plain apostrophes.
    lower: Vec<String>,
    heads: Vec<usize>,
    /// The leftmost and the rightmost token under each token, itself included.
    edges: Vec<(usize, usize)>,
    first_child: Vec<usize>,
    /// All children, those of one token together and in order.
    children: Vec<usize>,
    sentence_of: Vec<usize>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(text: &'a str, parsed: &'a Parsed) -> Self {
        let count = parsed.tokens.len();
        let lower = parsed
            .tokens
            .iter()
            .map(|token| text.get(token.bytes()).unwrap_or_default().to_lowercase().replace('’', "'"))
            .collect();
        let head = |index: usize| {
            let head = parsed.tokens[index].head as usize;
            if head < count { head } else { index }
        };
        let heads: Vec<usize> = (0..count).map(head).collect();
        let mut sentence_of = vec![0; count];
        for (sentence, tokens) in parsed.sentences.iter().enumerate() {
            let tokens = tokens.start as usize..(tokens.end as usize).min(count);
            sentence_of.get_mut(tokens).into_iter().flatten().for_each(|of| *of = sentence);
        }
        let (first_child, children) = children_of(&heads);
        Self { text, parsed, lower, edges: edges_of(&heads), heads, first_child, children, sentence_of }
    }

    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// The token in lower case.
    pub(super) fn lower(&self, token: usize) -> &str {
        self.lower.get(token).map_or("", String::as_str)
    }

    /// The token as written.
    pub(super) fn written(&self, token: usize) -> &'a str {
        self.parsed.tokens.get(token).and_then(|token| self.text.get(token.bytes())).unwrap_or_default()
    }

    pub(super) fn tag(&self, token: usize) -> Tag {
        self.parsed.tokens[token].tag
    }

    pub(super) fn relation(&self, token: usize) -> Relation {
        self.parsed.tokens[token].relation
    }

    pub(super) fn head(&self, token: usize) -> usize {
        self.heads[token]
    }

    pub(super) fn children(&self, token: usize) -> &[usize] {
        &self.children[self.first_child[token]..self.first_child[token + 1]]
    }

    /// The first child with one of some relations.
    pub(super) fn child(&self, token: usize, relations: &[Relation]) -> Option<usize> {
        self.children(token).iter().copied().find(|&child| relations.contains(&self.relation(child)))
    }

    /// The tokens from the leftmost to the rightmost under a token.
    pub(super) fn under(&self, token: usize) -> Range<usize> {
        self.edges[token].0..self.edges[token].1 + 1
    }

    pub(super) fn sentence_of(&self, token: usize) -> usize {
        self.sentence_of.get(token).copied().unwrap_or_default()
    }

    pub(super) fn sentences(&self) -> usize {
        self.parsed.sentences.len()
    }

    /// The tokens of a sentence.
    pub(super) fn sentence(&self, sentence: usize) -> Range<usize> {
        self.parsed
            .sentences
            .get(sentence)
            .map_or(0..0, |tokens| tokens.start as usize..(tokens.end as usize).min(self.len()))
    }

    /// Where some tokens stand in the text.
    pub(super) fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        if tokens.is_empty() || tokens.end > self.len() {
            return 0..0;
        }
        self.parsed.tokens[tokens.start].start as usize..self.parsed.tokens[tokens.end - 1].end as usize
    }

    /// Some tokens as written, white space as one blank.
    pub(super) fn words(&self, tokens: &Range<usize>) -> String {
        let text = self.text.get(self.bytes(tokens)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a token is a verb, or an auxiliary.
    pub(super) fn is_verb(&self, token: usize) -> bool {
        matches!(self.tag(token), Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz | Tag::Md)
    }

    /// Whether a token is a name or begins with a capital as names do.
    pub(super) fn is_capital(&self, token: usize) -> bool {
        self.written(token).chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether a token is a mark and no word.
    pub(super) fn is_mark(&self, token: usize) -> bool {
        !self.written(token).chars().any(char::is_alphanumeric)
    }
}

fn edges_of(heads: &[usize]) -> Vec<(usize, usize)> {
    let mut edges: Vec<(usize, usize)> = (0..heads.len()).map(|token| (token, token)).collect();
    for token in 0..heads.len() {
        let mut above = token;
        for _ in 0..DEEPEST {
            let head = heads[above];
            if head == above {
                break;
            }
            edges[head] = (edges[head].0.min(token), edges[head].1.max(token));
            above = head;
        }
    }
    edges
}

fn children_of(heads: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut first = vec![0; heads.len() + 1];
    let is_child = |token: usize| heads[token] != token;
    for token in (0..heads.len()).filter(|&token| is_child(token)) {
        first[heads[token] + 1] += 1;
    }
    for token in 0..heads.len() {
        first[token + 1] += first[token];
    }
    let mut next = first.clone();
    let mut children = vec![0; first[heads.len()]];
    for token in (0..heads.len()).filter(|&token| is_child(token)) {
        children[next[heads[token]]] = token;
        next[heads[token]] += 1;
    }
    (first, children)
}
