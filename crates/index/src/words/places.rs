//! Where passages stand in their documents.
//!
//! The passages of a document follow each other in a segment of the index, because they are handed over together
//! and merges keep the order. So a document can be read as one text: a word's place in it is the place of its
//! passage's first word and its own position.

use std::fmt;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::ColumnValues;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

/// The places of the passages of one segment of the index.
#[derive(Clone)]
pub(super) struct Places {
    numbers: Arc<dyn ColumnValues<u64>>,
    firsts: Arc<dyn ColumnValues<u64>>,
    /// How many passages there are.
    pub(super) end: DocId,
}

impl Places {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let column = |name| Ok::<_, TantivyError>(reader.fast_fields().u64(name)?.first_or_default_col(0));
        Ok(Self { numbers: column("number")?, firsts: column("first")?, end: reader.max_doc() })
    }

    /// The place of a passage's first word.
    pub(super) fn first(&self, doc: DocId) -> u64 {
        self.firsts.get_val(doc)
    }

    /// Whether the passage behind this one is the next of the same document, as it was indexed at one time.
    pub(super) fn goes_on(&self, doc: DocId) -> bool {
        doc + 1 < self.end
            && self.numbers.get_val(doc) == self.numbers.get_val(doc + 1)
            && self.first(doc) < self.first(doc + 1)
    }
}

/// The places of all segments, opened when they are first needed: that takes longer than most searches.
#[derive(Clone, Debug)]
pub(super) struct AllPlaces(Arc<[(SegmentId, OnceLock<Places>)]>);

impl AllPlaces {
    pub(super) fn of(searcher: &Searcher) -> Self {
        let segments = searcher.segment_readers().iter();
        Self(segments.map(|reader| (reader.segment_id(), OnceLock::new())).collect())
    }

    pub(super) fn of_segment(&self, reader: &SegmentReader) -> tantivy::Result<Places> {
        let mut segments = self.0.iter();
        let Some((_, known)) = segments.find(|(segment, _)| *segment == reader.segment_id()) else {
            return Places::of(reader);
        };
        match known.get() {
            Some(places) => Ok(places.clone()),
            None => {
                let places = Places::of(reader)?;
                Ok(known.get_or_init(|| places).clone())
            }
        }
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("end", &self.end).finish_non_exhaustive()
    }
}
