//! Which passages of the index are of one document.
//!
//! The passages of a document follow each other. So what they have in common, as the day and the show, is kept once for each
//! such run, and a count over all passages of a common word looks at nothing else of each but how long it lasts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Cardinality, ColumnValues};
use tantivy::{DocId, Searcher, SegmentReader};

use super::tally::TallyKey;

/// All runs of a snapshot. It takes some 3 bytes a passage.
pub(super) struct Layout {
    segments: Vec<SegmentLayout>,
    /// By [`TallyKey`]; made when they are first asked for.
    groupings: [OnceLock<Grouping>; 3],
}

/// The runs of a segment of the index.
pub(super) struct SegmentLayout {
    pub(super) runs: Vec<Run>,
    pub(super) lengths: Lengths,
}

/// Passages that follow each other, are of one document, and have all been replaced or none.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// Behind the last.
    pub(super) end: DocId,
    is_alive: bool,
    day: u64,
}

/// How the runs of all segments fall into groups.
pub(super) struct Grouping {
    /// Day and name of each group, in their order.
    pub(super) keys: Vec<(u64, String)>,
    /// The group of each run of each segment; behind the last group for passages that have been replaced.
    pub(super) of_runs: Vec<Vec<u32>>,
}

/// How long passages last, in tenths of a second.
pub(super) struct Lengths {
    /// [`LONG`] for those that don't fit.
    short: Vec<u16>,
    all: Arc<dyn ColumnValues<u64>>,
}

/// No number but a sign: the column has it.
const LONG: u16 = u16::MAX;

impl Lengths {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let all = dense(reader, "tenths")?;
        let short = |doc| u16::try_from(all.get_val(doc)).unwrap_or(LONG);
        Ok(Self { short: (0..reader.max_doc()).map(short).collect(), all })
    }

    pub(super) fn of_passage(&self, doc: DocId) -> u64 {
        match self.short[doc as usize] {
            LONG => self.all.get_val(doc),
            tenths => u64::from(tenths),
        }
    }
}

/// A column of which each passage has one value; 0 stands where it has none.
pub(super) fn dense(reader: &SegmentReader, name: &str) -> tantivy::Result<Arc<dyn ColumnValues<u64>>> {
    let column = reader.fast_fields().u64(name)?;
    // Where none lacks a value, it need not be looked for.
    Ok(match column.get_cardinality() {
        Cardinality::Full => column.values,
        Cardinality::Optional | Cardinality::Multivalued => column.first_or_default_col(0),
    })
}

impl SegmentLayout {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let (numbers, days) = (dense(reader, "number")?, dense(reader, "day")?);
        let mut runs: Vec<Run> = Vec::new();
        let mut last = None;
        for doc in 0..reader.max_doc() {
            let (number, day) = (numbers.get_val(doc), days.get_val(doc));
            let is_alive = reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
            let this = Some((number, day, is_alive));
            match runs.last_mut().filter(|_| last == this) {
                Some(run) => run.end = doc + 1,
                None => runs.push(Run { end: doc + 1, is_alive, day }),
            }
            last = this;
        }
        Ok(Self { runs, lengths: Lengths::of(reader)? })
    }

    /// The name of each run's document; empty where it has none.
    fn names(&self, reader: &SegmentReader, key: TallyKey) -> tantivy::Result<Vec<String>> {
        let column = match key {
            TallyKey::Nothing => None,
            TallyKey::Show => reader.fast_fields().str("show")?,
            TallyKey::Outlet => reader.fast_fields().str("outlet")?,
        };
        let Some(column) = column else { return Ok(vec![String::new(); self.runs.len()]) };
        let name = |run: &Run| {
            let mut name = String::new();
            // The first name is the document's own.
            if let Some(ord) = column.ords().first(run.end - 1) {
                column.ord_to_str(ord, &mut name)?;
            }
            Ok(name)
        };
        self.runs.iter().map(name).collect()
    }
}

impl Layout {
    pub(super) fn of(searcher: &Searcher) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(SegmentLayout::of);
        Ok(Self { segments: segments.collect::<tantivy::Result<_>>()?, groupings: Default::default() })
    }

    pub(super) fn segments(&self) -> &[SegmentLayout] {
        &self.segments
    }

    /// The groups of the runs, for the snapshot that it was made of.
    pub(super) fn grouping(&self, searcher: &Searcher, key: TallyKey) -> tantivy::Result<&Grouping> {
        let known = &self.groupings[key as usize];
        if let Some(grouping) = known.get() {
            return Ok(grouping);
        }
        let grouping = self.group(searcher, key)?;
        Ok(known.get_or_init(|| grouping))
    }

    fn group(&self, searcher: &Searcher, key: TallyKey) -> tantivy::Result<Grouping> {
        let mut keys_of_runs = Vec::with_capacity(self.segments.len());
        for (segment, reader) in self.segments.iter().zip(searcher.segment_readers()) {
            let names = segment.names(reader, key)?;
            let key = |(run, name): (&Run, String)| run.is_alive.then_some((run.day, name));
            keys_of_runs.push(segment.runs.iter().zip(names).map(key).collect::<Vec<_>>());
        }
        let keys: BTreeSet<&(u64, String)> = keys_of_runs.iter().flatten().flatten().collect();
        let places: BTreeMap<&(u64, String), u32> = keys.into_iter().zip(0..).collect();
        let place = |key: &Option<(u64, String)>| {
            key.as_ref().and_then(|key| places.get(key)).copied().unwrap_or(places.len() as u32)
        };
        let of_runs = keys_of_runs.iter().map(|keys| keys.iter().map(place).collect()).collect();
        Ok(Grouping { of_runs, keys: places.keys().map(|key| (*key).clone()).collect() })
    }
}
