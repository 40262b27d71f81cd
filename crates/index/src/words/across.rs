//! Phrases that begin in one passage and end in a later one of the same document.
//!
//! The lists of words tell all that is needed: of the rarest word of the phrase only what stands so near the edge of its passage that the
//! phrase reaches over it is looked at further, which is one occurrence in twenty-five for a phrase of three words in passages of fifty.
//! A passage counts once, however many such phrases begin in it; one that has the phrase inside, too, scores both.

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{Bm25Weight, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet as _, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::listed::{Listed, Scoring};
use super::places::{AllPlaces, Places};

/// Matches the passages in which such a phrase begins.
#[derive(Clone, Debug)]
pub(super) struct AcrossQuery {
    /// Its words, in their order; at least two.
    pub(super) words: Vec<Term>,
    pub(super) places: AllPlaces,
}

impl Query for AcrossQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let bm25 = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                Some(Bm25Weight::for_terms(statistics_provider, &self.words)?)
            }
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(AcrossWeight { query: self.clone(), bm25 }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.iter().for_each(|word| visitor(word, true));
    }
}

struct AcrossWeight {
    query: AcrossQuery,
    /// `None` where nothing is scored.
    bm25: Option<Bm25Weight>,
}

impl Weight for AcrossWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let AcrossQuery { words, places } = &self.query;
        let docs = places.beginnings(words, reader, |places| begins(words, places, reader))?;
        let scoring = match &self.bm25 {
            Some(bm25) => {
                let lengths = reader.get_fieldnorms_reader(words[0].field())?;
                Scoring::Once { bm25: bm25.boost_by(boost), lengths }
            }
            None => Scoring::Alike(boost),
        };
        Ok(Box::new(Listed::new(docs, scoring)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        match scorer.seek(doc) == doc {
            true => Ok(Explanation::new("phrase into a later passage", scorer.score())),
            false => Err(TantivyError::InvalidArgument(format!("no phrase begins in passage {doc}"))),
        }
    }
}

/// Where a phrase would begin: the passage, and the place of its first word in the document.
type Beginning = (DocId, u64);

/// The passages in which the phrase begins that ends in a later one, in rising order.
fn begins(words: &[Term], places: &Places, reader: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
    let inverted = reader.inverted_index(words[0].field())?;
    let mut read = Vec::with_capacity(words.len());
    for (number, word) in words.iter().enumerate() {
        let Some(postings) = inverted.read_postings(word, IndexRecordOption::WithFreqsAndPositions)? else {
            return Ok(Vec::new());
        };
        read.push((number as u64, postings));
    }
    read.sort_by_key(|(_, postings)| postings.doc_freq());
    let mut read = read.into_iter();
    let last = words.len() as u64 - 1;
    let Some((number, mut rarest)) = read.next() else { return Ok(Vec::new()) };
    let mut found = near_edges(&mut rarest, places, number, last - number);
    for (number, postings) in read {
        let mut word = Occurrences { postings, doc: TERMINATED, positions: Vec::new() };
        found.retain(|(doc, first)| word.is_at(first + number, *doc, places));
    }
    let mut docs: Vec<DocId> = found.into_iter().map(|(doc, _)| doc).collect();
    docs.dedup();
    Ok(docs)
}

/// Where the phrase would begin, in rising order, by those occurrences of one of its words from which it reaches into another passage. So
/// many of its words stand before this one, and so many behind.
fn near_edges(word: &mut SegmentPostings, places: &Places, before: u64, behind: u64) -> Vec<Beginning> {
    let mut found = Vec::new();
    let mut positions = Vec::new();
    while word.doc() != TERMINATED {
        let doc = word.doc();
        word.positions(&mut positions);
        let first = places.first(doc);
        let end = (doc + 1 < places.end).then(|| places.first(doc + 1)).filter(|end| *end > first);
        for position in positions.iter().map(|position| u64::from(*position)) {
            let reaches_on = end.is_some_and(|end| first + position + behind >= end);
            if position < before {
                let begin = (first + position).checked_sub(before);
                found.extend(begin.and_then(|begin| begins_before(doc, begin, places)));
            } else if reaches_on && places.goes_on(doc) {
                found.push((doc, first + position - before));
            }
        }
        word.advance();
    }
    found.sort_unstable();
    found
}

/// The passage before this one that has a place.
fn begins_before(doc: DocId, place: u64, places: &Places) -> Option<Beginning> {
    let mut doc = doc;
    while place < places.first(doc) {
        doc = doc.checked_sub(1).filter(|before| places.goes_on(*before))?;
    }
    Some((doc, place))
}

/// Reads where one word stands. What is asked for must not come before what was asked for last.
struct Occurrences {
    postings: SegmentPostings,
    /// Whose positions are read.
    doc: DocId,
    positions: Vec<u32>,
}

impl Occurrences {
    /// Whether the word is at a place in the document, in this passage or one behind it.
    fn is_at(&mut self, place: u64, doc: DocId, places: &Places) -> bool {
        let mut doc = doc;
        while places.goes_on(doc) && places.first(doc + 1) <= place {
            doc += 1;
        }
        if self.postings.doc() < doc {
            self.postings.seek(doc);
        }
        if self.postings.doc() != doc {
            return false;
        }
        if self.doc != doc {
            self.postings.positions(&mut self.positions);
            self.doc = doc;
        }
        let position = place - places.first(doc);
        self.positions.iter().any(|at| u64::from(*at) == position)
    }
}
