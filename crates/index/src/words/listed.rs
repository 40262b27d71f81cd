//! Passages that were found before they are asked for.

use std::sync::Arc;

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// A list of passages in rising order.
pub(super) struct Listed {
    docs: Arc<[DocId]>,
    at: usize,
}

impl Listed {
    pub(super) fn new(docs: impl Into<Arc<[DocId]>>) -> Self {
        Self { docs: docs.into(), at: 0 }
    }

    /// The same, each with this score.
    pub(super) fn scored(self, score: Score) -> ListedAlike {
        ListedAlike { docs: self, score }
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
pub(super) struct ListedAlike {
    docs: Listed,
    score: Score,
}

impl DocSet for ListedAlike {
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

impl Scorer for ListedAlike {
    fn score(&mut self) -> Score {
        self.score
    }
}
