//! Passages that were found before they are asked for.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25Weight, Scorer};
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// A list of passages in rising order.
pub(super) struct Listed {
    docs: Arc<[DocId]>,
    at: usize,
    scoring: Scoring,
}

/// What each passage of a list scores.
pub(super) enum Scoring {
    /// All the same.
    Alike(Score),
    /// As a phrase that is in it once: by how long the passage is.
    Once { bm25: Bm25Weight, lengths: FieldNormReader },
}

impl Listed {
    pub(super) fn new(docs: impl Into<Arc<[DocId]>>, scoring: Scoring) -> Self {
        Self { docs: docs.into(), at: 0, scoring }
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

impl Scorer for Listed {
    fn score(&mut self) -> Score {
        match &self.scoring {
            Scoring::Alike(score) => *score,
            Scoring::Once { bm25, lengths } => bm25.score(lengths.fieldnorm_id(self.doc()), 1),
        }
    }
}
