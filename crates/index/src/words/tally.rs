//! How many passages, and how long they last, by day and by who published them; and in which documents.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

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

/// Collects a [`Tally`].
pub(super) struct Tallying(pub(super) TallyKey);

impl Collector for Tallying {
    type Fruit = Tally;
    type Child = OfSegment;

    fn for_segment(&self, _segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<OfSegment> {
        let columns = reader.fast_fields();
        let names = match self.0 {
            TallyKey::Nothing => None,
            TallyKey::Show => columns.str("show")?,
            TallyKey::Outlet => columns.str("outlet")?,
        };
        Ok(OfSegment {
            days: columns.u64("day")?,
            tenths: columns.u64("tenths")?,
            numbers: columns.u64("number")?,
            names,
            last: None,
            sums: Vec::new(),
            days_seen: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, tallies: Vec<Tally>) -> tantivy::Result<Tally> {
        let mut whole = Tally::new();
        for (key, sum) in tallies.into_iter().flatten() {
            let into = whole.entry(key).or_default();
            into.passages += sum.passages;
            into.documents += sum.documents;
            into.tenths += sum.tenths;
        }
        Ok(whole)
    }
}

/// Collects from one segment of the index.
pub(super) struct OfSegment {
    days: Column<u64>,
    tenths: Column<u64>,
    numbers: Column<u64>,
    names: Option<StrColumn>,
    /// The document of the passage before: the passages of a document follow each other.
    last: Option<u64>,
    /// A row a day, in the order in which they are met; a column a name.
    sums: Vec<Vec<Sum>>,
    days_seen: Vec<u64>,
}

impl OfSegment {
    /// The row of a day. Passages of a document follow each other, so the last row is mostly the right one.
    fn row(&mut self, day: u64) -> usize {
        let known = self.days_seen.iter().rposition(|seen| *seen == day);
        known.unwrap_or_else(|| {
            self.days_seen.push(day);
            self.sums.push(Vec::new());
            self.sums.len() - 1
        })
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Tally;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let day = self.days.first(doc).unwrap_or(0);
        // The first name is the document's own; 0 stands for none.
        let name =
            self.names.as_ref().and_then(|names| names.ords().first(doc)).map_or(0, |ord| ord as usize + 1);
        let tenths = self.tenths.first(doc).unwrap_or(0);
        let number = self.numbers.first(doc);
        let is_new = self.last != number;
        self.last = number;
        let row = self.row(day);
        let row = &mut self.sums[row];
        if row.len() <= name {
            row.resize(name + 1, Sum::default());
        }
        row[name].passages += 1;
        row[name].documents += u64::from(is_new);
        row[name].tenths += tenths;
    }

    fn harvest(self) -> Tally {
        let mut tally = Tally::new();
        for (day, row) in self.days_seen.iter().zip(&self.sums) {
            for (name, sum) in row.iter().enumerate().filter(|(_, sum)| sum.passages > 0) {
                let mut text = String::new();
                if let (Some(names), Some(ord)) = (&self.names, name.checked_sub(1)) {
                    // A name that the column itself gave is in its dictionary.
                    let _ = names.ord_to_str(ord as u64, &mut text);
                }
                tally.insert((*day, text), *sum);
            }
        }
        tally
    }
}

/// Collects in which documents passages were found.
pub(super) struct Documents;

impl Collector for Documents {
    type Fruit = BTreeSet<DocumentNumber>;
    type Child = DocumentsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<DocumentsOfSegment> {
        Ok(DocumentsOfSegment { numbers: reader.fast_fields().u64("number")?, found: BTreeSet::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(segments.into_iter().flatten().collect())
    }
}

/// Collects from one segment of the index.
pub(super) struct DocumentsOfSegment {
    numbers: Column<u64>,
    found: BTreeSet<DocumentNumber>,
}

impl SegmentCollector for DocumentsOfSegment {
    type Fruit = BTreeSet<DocumentNumber>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.found.extend(self.numbers.first(doc).map(DocumentNumber::from_index));
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
