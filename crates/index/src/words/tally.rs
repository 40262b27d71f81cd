//! How many passages, and how long they last, by day and by who published them; and in which documents.

use std::collections::BTreeMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::layout::{Grouping, Layout, SegmentLayout};
use crate::catalogue::DocumentNumber;

/// By what passages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TallyKey {
    /// All are one.
    Nothing,
    Show,
    Outlet,
}

/// Some passages together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) passages: u64,
    pub(crate) documents: u64,
    /// Tenths of a second.
    pub(crate) tenths: u64,
}

/// By day (YYYYMMDD; 0 where it is not known) and name (empty where there is none).
pub(crate) type Tally = BTreeMap<(u64, String), Sum>;

/// A [`Tally`] in the making: segment by segment, and in each in the order of its passages.
pub(super) struct Tallying<'a> {
    layout: &'a Layout,
    grouping: &'a Grouping,
    /// One a group, and one for passages that have been replaced.
    sums: Vec<Sum>,
}

impl<'a> Tallying<'a> {
    pub(super) fn new(layout: &'a Layout, grouping: &'a Grouping) -> Self {
        Self { layout, grouping, sums: vec![Sum::default(); grouping.keys.len() + 1] }
    }

    /// Counts all passages of all segments that meet a query.
    pub(super) fn count(mut self, searcher: &Searcher, query: &dyn Query) -> tantivy::Result<Tally> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        for (segment, reader) in searcher.segment_readers().iter().enumerate() {
            let mut of_segment = OfSegment::new(&self.layout.segments()[segment]);
            let (of_runs, sums) = (&self.grouping.of_runs[segment], &mut self.sums);
            let mut add = |run: usize, sum: Sum| sums[of_runs[run] as usize].add(sum);
            weight.for_each_no_score(reader, &mut |docs| of_segment.count(docs, &mut add))?;
            of_segment.end_run(&mut add);
        }
        let counted = self.grouping.keys.iter().zip(self.sums).filter(|(_, sum)| sum.passages > 0);
        Ok(counted.map(|(key, sum)| (key.clone(), sum)).collect())
    }
}

/// Counts in one segment of the index.
struct OfSegment<'a> {
    layout: &'a SegmentLayout,
    /// The run of the last passage, and what of it was counted.
    run: usize,
    sum: Sum,
}

impl<'a> OfSegment<'a> {
    fn new(layout: &'a SegmentLayout) -> Self {
        Self { layout, run: 0, sum: Sum::default() }
    }

    /// Counts some passages, in their order, and hands on the runs that end before the last of them.
    fn count(&mut self, docs: &[DocId], add: &mut impl FnMut(usize, Sum)) {
        for doc in docs.iter().copied() {
            if doc >= self.layout.runs[self.run].end {
                self.end_run(add);
                // One after the other: there are fewer runs than a hundredth of the passages.
                while doc >= self.layout.runs[self.run].end {
                    self.run += 1;
                }
            }
            self.sum.passages += 1;
            self.sum.tenths += self.layout.lengths.of_passage(doc);
        }
    }

    fn end_run(&mut self, add: &mut impl FnMut(usize, Sum)) {
        let sum = std::mem::take(&mut self.sum);
        if sum.passages > 0 {
            add(self.run, Sum { documents: 1, ..sum });
        }
    }
}

impl Sum {
    pub(crate) fn add(&mut self, other: Self) {
        self.passages += other.passages;
        self.documents += other.documents;
        self.tenths += other.tenths;
    }
}

/// Collects in which documents passages were found, and how many in each.
pub(super) struct Documents;

impl Collector for Documents {
    type Fruit = BTreeMap<DocumentNumber, u64>;
    type Child = DocumentsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<DocumentsOfSegment> {
        Ok(DocumentsOfSegment { numbers: reader.fast_fields().u64("number")?, found: BTreeMap::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut all = Self::Fruit::new();
        for (number, passages) in segments.into_iter().flatten() {
            *all.entry(number).or_default() += passages;
        }
        Ok(all)
    }
}

/// Collects from one segment of the index.
pub(super) struct DocumentsOfSegment {
    numbers: Column<u64>,
    found: BTreeMap<DocumentNumber, u64>,
}

impl SegmentCollector for DocumentsOfSegment {
    type Fruit = BTreeMap<DocumentNumber, u64>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        if let Some(number) = self.numbers.first(doc) {
            *self.found.entry(DocumentNumber::from_index(number)).or_default() += 1;
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
