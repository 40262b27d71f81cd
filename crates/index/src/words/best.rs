//! The first passages of a query, in an order that is the same on every run.
//!
//! tantivy's own collector breaks ties by its document numbers, which depend on the history of the index: two
//! archives of the same files would show equal hits in different orders.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, OnceLock};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::query::Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocAddress, DocId, DocSet as _, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED, Term,
};

use super::layout::dense;
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
    /// How well it fits: the sum of BM25 over the words of the query, until it is given another score.
    pub(crate) fn score(&self) -> f32 {
        self.steps as f32 * SCORE_STEP
    }

    /// The same passage with another score, in the order of scores.
    pub(crate) fn with_score(self, score: f32) -> Self {
        Self { steps: steps_of(score), ..self }
    }

    /// A passage of no index, for tests of what orders passages.
    #[cfg(test)]
    pub(crate) fn made(number: DocumentNumber, ordinal: u64, score: f32) -> Self {
        let (number_order, ordinal_order) = (Reverse(number), Reverse(ordinal));
        Self { steps: steps_of(score), number_order, ordinal_order, number, ordinal, segment: 0, doc: 0 }
    }

    /// Where it lies in the index. Only good for the snapshot that found it.
    pub(crate) fn address(&self) -> DocAddress {
        DocAddress::new(self.segment, self.doc)
    }
}

fn steps_of(score: f32) -> u32 {
    // A float cast saturates, and scores are far below its end.
    (score / SCORE_STEP).round() as u32
}

/// In which order passages come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The best first.
    #[default]
    Score,
    /// Those published last first; those without a date at the end.
    Newest,
    /// Those published first first; those without a date at the end.
    Oldest,
}

/// Collects the first passages.
pub(super) struct Best {
    order: Order,
    limit: usize,
    keys: Arc<SegmentKeys>,
}

impl Best {
    pub(super) fn new(order: Order, limit: usize, keys: Arc<SegmentKeys>) -> Self {
        Self { order, limit: limit.max(1), keys }
    }
}

impl Collector for Best {
    type Fruit = Vec<Found>;
    type Child = BestOfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let keys = self.keys.get(segment, reader)?.clone();
        Ok(BestOfSegment { order: self.order, limit: self.limit, segment, keys, best: BinaryHeap::new() })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Score
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
        if self.order != Order::Score {
            weight.for_each_no_score(reader, &mut |docs| {
                for doc in docs.iter().copied() {
                    if reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                        best.collect(doc, 0.0);
                    }
                }
            })?;
            return Ok(best.harvest());
        }
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
    order: Order,
    limit: usize,
    segment: SegmentOrdinal,
    keys: Keys,
    best: BinaryHeap<Reverse<Found>>,
}

impl BestOfSegment {
    /// Scores up to here are not wanted any more. A step below the worst: what rounds to the same as the worst
    /// may still be before it.
    pub(super) fn threshold(&self) -> Score {
        match self.best.peek() {
            Some(Reverse(worst)) if self.best.len() >= self.limit => worst.score() - SCORE_STEP,
            _ => Score::MIN,
        }
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Vec<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let found = match self.order {
            Order::Score => self.keys.found(self.segment, doc, steps_of(score)),
            order => self.keys.found(self.segment, doc, self.keys.rank_of_day(doc, order)),
        };
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
#[derive(Clone)]
struct Keys {
    numbers: Arc<dyn ColumnValues<u64>>,
    ordinals: Arc<dyn ColumnValues<u64>>,
    days: Arc<dyn ColumnValues<u64>>,
}

impl Keys {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let [numbers, ordinals, days] = ["number", "ordinal", "day"].map(|name| dense(reader, name));
        Ok(Self { numbers: numbers?, ordinals: ordinals?, days: days? })
    }

    /// The greater, the earlier it comes in the order; 0 for passages without a date.
    fn rank_of_day(&self, doc: DocId, order: Order) -> u32 {
        let day = u32::try_from(self.days.get_val(doc)).unwrap_or(u32::MAX);
        match order {
            Order::Oldest if day > 0 => u32::MAX - day,
            _ => day,
        }
    }

    /// Whether a passage is the one at that place of that document, and has not been replaced.
    fn is_passage(&self, reader: &SegmentReader, doc: DocId, number: DocumentNumber, ordinal: u64) -> bool {
        reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && self.numbers.get_val(doc) == number.as_index()
            && self.ordinals.get_val(doc) == ordinal
    }

    fn found(&self, segment: SegmentOrdinal, doc: DocId, steps: u32) -> Found {
        let number = DocumentNumber::from_index(self.numbers.get_val(doc));
        let ordinal = self.ordinals.get_val(doc);
        let (number_order, ordinal_order) = (Reverse(number), Reverse(ordinal));
        Found { steps, number_order, ordinal_order, number, ordinal, segment, doc }
    }
}

/// The keys of all segments, opened when they are first needed: that takes longer than most searches.
pub(super) struct SegmentKeys(Vec<OnceLock<Keys>>);

impl SegmentKeys {
    pub(super) fn of(searcher: &Searcher) -> Self {
        Self(searcher.segment_readers().iter().map(|_| OnceLock::new()).collect())
    }

    fn get(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<&Keys> {
        let cell = &self.0[segment as usize];
        match cell.get() {
            Some(keys) => Ok(keys),
            None => {
                let keys = Keys::of(reader)?;
                Ok(cell.get_or_init(|| keys))
            }
        }
    }
}

/// The passage so far behind another place of the index, if it is that of the document.
pub(super) fn passage_behind(
    searcher: &Searcher,
    keys: &SegmentKeys,
    first: DocAddress,
    number: DocumentNumber,
    ordinal: u64,
) -> tantivy::Result<Option<Found>> {
    let reader = searcher.segment_reader(first.segment_ord);
    let keys = keys.get(first.segment_ord, reader)?;
    let doc = first.doc_id.saturating_add(DocId::try_from(ordinal).unwrap_or(DocId::MAX));
    let is_there = doc < reader.max_doc() && keys.is_passage(reader, doc, number, ordinal);
    Ok(is_there.then(|| keys.found(first.segment_ord, doc, 0)))
}

/// The passage at `ordinal` of the document whose number `term` looks up.
pub(super) fn passage_of(
    searcher: &Searcher,
    keys: &SegmentKeys,
    term: &Term,
    number: DocumentNumber,
    ordinal: u64,
) -> tantivy::Result<Option<Found>> {
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let inverted = reader.inverted_index(term.field())?;
        let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { continue };
        let keys = keys.get(segment, reader)?;
        // A document's passages follow each other, so the one that is wanted is as far behind the first.
        let ahead = postings.doc().saturating_add(DocId::try_from(ordinal).unwrap_or(DocId::MAX));
        let is_wanted = |doc: DocId| keys.is_passage(reader, doc, number, ordinal);
        if ahead < reader.max_doc() && is_wanted(ahead) {
            return Ok(Some(keys.found(segment, ahead, 0)));
        }
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if is_wanted(doc) {
                return Ok(Some(keys.found(segment, doc, 0)));
            }
            postings.advance();
        }
    }
    Ok(None)
}

/// The passages before and behind one, in its document, which lie beside it in the index.
pub(super) fn beside(searcher: &Searcher, keys: &SegmentKeys, found: &Found) -> tantivy::Result<Vec<Found>> {
    let reader = searcher.segment_reader(found.segment);
    let keys = keys.get(found.segment, reader)?;
    let before = found.doc.checked_sub(1).zip(found.ordinal.checked_sub(1));
    let behind = Some((found.doc + 1, found.ordinal + 1)).filter(|(doc, _)| *doc < reader.max_doc());
    let beside = [before, behind].into_iter().flatten().filter_map(|(doc, ordinal)| {
        let is_alive = reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
        let beside = keys.found(found.segment, doc, 0);
        (is_alive && beside.number == found.number && beside.ordinal == ordinal).then_some(beside)
    });
    Ok(beside.collect())
}
