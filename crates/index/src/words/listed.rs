//! Passages that were found before they are asked for.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// A list of passages in rising order.
pub(super) struct Listed {
    docs: Vec<DocId>,
    at: usize,
}

impl Listed {
    pub(super) fn new(docs: Vec<DocId>) -> Self {
        Self { docs, at: 0 }
    }

    /// The same, each with this score.
    pub(super) fn scored(self, score: Score) -> Scored {
        Scored { docs: self, score }
    }
}

impl DocSet for Listed {
    fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.docs.len());
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.docs.len()).unwrap_or(u32::MAX)
    }
}

/// A list of passages that all score the same.
pub(super) struct Scored {
    docs: Listed,
    score: Score,
}

impl DocSet for Scored {
    fn advance(&mut self) -> DocId {
        self.docs.advance()
    }

    fn doc(&self) -> DocId {
        self.docs.doc()
    }

    fn size_hint(&self) -> u32 {
        self.docs.size_hint()
    }
}

impl Scorer for Scored {
    fn score(&mut self) -> Score {
        self.score
    }
}
