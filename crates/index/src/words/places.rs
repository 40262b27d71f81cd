//! Where passages stand in their documents.
//!
//! The passages of a document follow each other in a segment of the index, because they are handed over together
//! and merges keep the order. So a document can be read as one text: a word's place in it is the place of its
//! passage's first word and its own position.

use std::fmt;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::ColumnValues;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader, Term};

use super::layout::dense;
use super::remembered::Remembered;

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
        Ok(Self { numbers: dense(reader, "number")?, firsts: dense(reader, "first")?, end: reader.max_doc() })
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
#[derive(Clone)]
pub(super) struct AllPlaces(Arc<Known>);

struct Known {
    segments: Vec<(SegmentId, OnceLock<Places>)>,
    /// A question asks for them several times.
    beginnings: Remembered<(SegmentId, Vec<Term>), Beginnings, MOST_LISTS>,
}

/// The passages of a segment in which a phrase begins that ends in a later one.
type Beginnings = Arc<[DocId]>;

/// So many lists of passages are kept.
const MOST_LISTS: usize = 2_048;

impl AllPlaces {
    pub(super) fn of(searcher: &Searcher) -> Self {
        let segments = searcher.segment_readers().iter();
        let segments = segments.map(|reader| (reader.segment_id(), OnceLock::new())).collect();
        Self(Arc::new(Known { segments, beginnings: Remembered::default() }))
    }

    pub(super) fn of_segment(&self, reader: &SegmentReader) -> tantivy::Result<Places> {
        let mut segments = self.0.segments.iter();
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

    /// The passages in which a phrase begins that ends in a later one, looked for if nobody has.
    pub(super) fn beginnings(
        &self,
        phrase: &[Term],
        reader: &SegmentReader,
        find: impl FnOnce(&Places) -> tantivy::Result<Vec<DocId>>,
    ) -> tantivy::Result<Beginnings> {
        let key = (reader.segment_id(), phrase.to_vec());
        self.0.beginnings.get_or(&key, || Ok(find(&self.of_segment(reader)?)?.into()))
    }
}

impl fmt::Debug for AllPlaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AllPlaces").field("segments", &self.0.segments.len()).finish_non_exhaustive()
    }
}
