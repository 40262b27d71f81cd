//! The best passages of a query, in an order that is the same on every run.
//!
//! tantivy's own collector breaks ties by its document numbers, which depend on the history of the index: two
//! archives of the same files would show equal hits in different orders.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::query::Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocAddress, DocId, DocSet as _, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED, Term,
};

use crate::catalogue::DocumentNumber;

/// Scores are compared in steps of this size. The sum of a passage's scores depends in its last bits on the
/// order in which segments of the index add them up, which is not the same on every run.
const SCORE_STEP: f32 = 1.0 / 1024.0;

/// A passage that was found. The greater, the better: by score, then by number, which is as good as any order
/// and the same everywhere, then by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    steps: u32,
    number_order: Reverse<DocumentNumber>,
    ordinal_order: Reverse<u64>,
    pub(crate) number: DocumentNumber,
    /// Place in its document, from 0.
    pub(crate) ordinal: u64,
    segment: SegmentOrdinal,
    doc: DocId,
}

impl Found {
    /// How well it fits: the sum of BM25 over the words of the query.
    pub(crate) fn score(&self) -> f32 {
        self.steps as f32 * SCORE_STEP
    }

    /// Only good for the snapshot that found it.
    pub(super) fn address(&self) -> DocAddress {
        DocAddress::new(self.segment, self.doc)
    }
}

/// Collects the best passages.
pub(super) struct Best {
    limit: usize,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1) }
    }
}

impl Collector for Best {
    type Fruit = Vec<Found>;
    type Child = BestOfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let keys = Keys::of(reader)?;
        Ok(BestOfSegment { limit: self.limit, segment, keys, best: BinaryHeap::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<Found>>) -> tantivy::Result<Vec<Found>> {
        let mut best: Vec<Found> = segments.into_iter().flatten().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(self.limit);
        Ok(best)
    }

    /// As the default does, but tells which scores can still be among the best, so that whole blocks of
    /// passages are passed over.
    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Vec<Found>> {
        let mut best = self.for_segment(segment, reader)?;
        weight.for_each_pruning(Score::MIN, reader, &mut |doc, score| {
            if reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                best.collect(doc, score);
            }
            best.threshold()
        })?;
        Ok(best.harvest())
    }
}

/// The best passages of a segment of the index, the worst of them on top.
pub(super) struct BestOfSegment {
    limit: usize,
    segment: SegmentOrdinal,
    keys: Keys,
    best: BinaryHeap<Reverse<Found>>,
}

impl BestOfSegment {
    /// Scores up to here are not wanted any more. A step below the worst: what rounds to the same as the worst
    /// may still be before it.
    fn threshold(&self) -> Score {
        match self.best.peek() {
            Some(Reverse(worst)) if self.best.len() >= self.limit => worst.score() - SCORE_STEP,
            _ => Score::MIN,
        }
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Vec<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let found = self.keys.found(self.segment, doc, score);
        if self.best.len() < self.limit {
            self.best.push(Reverse(found));
        } else if let Some(mut worst) = self.best.peek_mut().filter(|worst| found > worst.0) {
            *worst = Reverse(found);
        }
    }

    fn harvest(self) -> Vec<Found> {
        self.best.into_iter().map(|Reverse(found)| found).collect()
    }
}

/// By which the passages of a segment of the index are known.
struct Keys {
    numbers: Arc<dyn ColumnValues<u64>>,
    ordinals: Arc<dyn ColumnValues<u64>>,
}

impl Keys {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let column =
            |name| Ok::<_, tantivy::TantivyError>(reader.fast_fields().u64(name)?.first_or_default_col(0));
        Ok(Self { numbers: column("number")?, ordinals: column("ordinal")? })
    }

    fn found(&self, segment: SegmentOrdinal, doc: DocId, score: Score) -> Found {
        let number = DocumentNumber::from_index(self.numbers.get_val(doc));
        let ordinal = self.ordinals.get_val(doc);
        // A float cast saturates, and scores are far below its end.
        let steps = (score / SCORE_STEP).round() as u32;
        let (number_order, ordinal_order) = (Reverse(number), Reverse(ordinal));
        Found { steps, number_order, ordinal_order, number, ordinal, segment, doc }
    }
}

/// The passage at `ordinal` of the document whose number `term` looks up.
pub(super) fn passage_of(
    searcher: &Searcher,
    term: Term,
    number: DocumentNumber,
    ordinal: u64,
) -> tantivy::Result<Option<Found>> {
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let inverted = reader.inverted_index(term.field())?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
        let keys = Keys::of(reader)?;
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            let is_alive = reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
            let found = keys.found(segment, doc, 0.0);
            if is_alive && found.number == number && found.ordinal == ordinal {
                return Ok(Some(found));
            }
            postings.advance();
        }
    }
    Ok(None)
}
