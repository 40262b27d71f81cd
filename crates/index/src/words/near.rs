//! Things near each other, also across the ends of passages, by the positions that the index has of their words.

use std::collections::VecDeque;

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::listed::{Listed, Scoring};
use super::places::{AllPlaces, Places};
use crate::nearness::{Span, chains, is_within, runs};
use crate::sought::{Near, Sequence, Slot};

/// A passage has hardly ever more words: one that has is taken for shorter, and what is near over its end missed.
const PASSAGE_WORDS: u64 = 512;

/// Matches the passages in which a chain of near things begins.
#[derive(Clone, Debug)]
pub(super) struct NearQuery {
    pub(super) near: Near,
    /// Holds the words with their positions.
    pub(super) field: Field,
    pub(super) places: AllPlaces,
}

impl Query for NearQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(NearWeight(self.clone())))
    }
}

struct NearWeight(NearQuery);

impl Weight for NearWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = Search::new(&self.0, reader)?.run()?;
        Ok(Box::new(Listed::new(docs, Scoring::Alike(boost))))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        match scorer.seek(doc) == doc {
            true => Ok(Explanation::new("near", 1.0)),
            false => Err(TantivyError::InvalidArgument(format!("passage {doc} has nothing near"))),
        }
    }
}

/// The search through one segment of the index.
struct Search<'a> {
    near: &'a Near,
    reach: u64,
    field: Field,
    reader: &'a SegmentReader,
    places: Places,
}

/// Where the words of each slot are read, operand by operand.
type Cursors = Vec<Vec<Vec<Cursor>>>;

impl<'a> Search<'a> {
    fn new(query: &'a NearQuery, reader: &'a SegmentReader) -> tantivy::Result<Self> {
        let near = &query.near;
        Ok(Self {
            near,
            reach: near.reach(),
            field: query.field,
            reader,
            places: query.places.of_segment(reader)?,
        })
    }

    fn run(&self) -> tantivy::Result<Vec<DocId>> {
        let drivers = self.drivers()?;
        let mut cursors: Cursors = Vec::new();
        for operand in &self.near.operands {
            let sequences = operand.iter().map(|sequence| self.cursors(sequence));
            cursors.push(sequences.collect::<tantivy::Result<_>>()?);
        }
        let mut found = Vec::new();
        for driver in drivers {
            let window = self.window(driver);
            let mut occurrences = Vec::with_capacity(cursors.len());
            for operand in &mut cursors {
                occurrences.push(self.occurrences(operand, &window));
            }
            let is_near = |link: usize, a, b| is_within(self.near.links[link].words(), a, b);
            for span in chains(&occurrences, is_near) {
                found.push(self.begins_in(span, &window));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The passages with a word of the rarest operand.
    fn drivers(&self) -> tantivy::Result<Vec<DocId>> {
        let mut rarest: Option<(u64, Vec<&Slot>)> = None;
        for operand in &self.near.operands {
            let mut slots = Vec::new();
            let mut cost = 0;
            for sequence in operand {
                let costs: Vec<u64> =
                    sequence.iter().map(|slot| self.cost(slot)).collect::<Result<_, _>>()?;
                if let Some((slot, least)) = sequence.iter().zip(costs).min_by_key(|(_, cost)| *cost) {
                    slots.push(slot);
                    cost += least;
                }
            }
            if rarest.as_ref().is_none_or(|(least, _)| cost < *least) {
                rarest = Some((cost, slots));
            }
        }
        let mut docs = Vec::new();
        for word in rarest.into_iter().flat_map(|(_, slots)| slots).flatten() {
            if let Some(mut postings) = self.postings(word, IndexRecordOption::Basic)? {
                while postings.doc() != TERMINATED {
                    docs.push(postings.doc());
                    postings.advance();
                }
            }
        }
        docs.sort_unstable();
        docs.dedup();
        Ok(docs)
    }

    fn cost(&self, slot: &Slot) -> tantivy::Result<u64> {
        let inverted = self.reader.inverted_index(self.field)?;
        let mut cost = 0;
        for word in slot {
            cost += u64::from(inverted.doc_freq(&Term::from_field_text(self.field, word))?);
        }
        Ok(cost)
    }

    fn postings(&self, word: &str, option: IndexRecordOption) -> tantivy::Result<Option<SegmentPostings>> {
        let term = Term::from_field_text(self.field, word);
        Ok(self.reader.inverted_index(self.field)?.read_postings(&term, option)?)
    }

    fn cursors(&self, sequence: &Sequence) -> tantivy::Result<Vec<Cursor>> {
        sequence.iter().map(|slot| self.cursor(slot)).collect()
    }

    fn cursor(&self, slot: &Slot) -> tantivy::Result<Cursor> {
        let mut words = Vec::new();
        for word in slot {
            words.extend(self.postings(word, IndexRecordOption::WithFreqsAndPositions)?);
        }
        Ok(Cursor { words, read: VecDeque::new(), read_until: 0 })
    }

    /// The passages of the document around this one that something may reach from it.
    fn window(&self, driver: DocId) -> std::ops::Range<DocId> {
        let places = &self.places;
        let first = places.first(driver);
        let (mut from, mut to) = (driver, driver + 1);
        while from > 0 && first - places.first(from).min(first) < self.reach && places.goes_on(from - 1) {
            from -= 1;
        }
        let end = first + PASSAGE_WORDS + self.reach;
        while to < places.end && places.first(to) < end && places.goes_on(to - 1) {
            to += 1;
        }
        from..to
    }

    fn occurrences(&self, operand: &mut [Vec<Cursor>], window: &std::ops::Range<DocId>) -> Vec<Span> {
        let mut spans = Vec::new();
        for sequence in operand {
            let mut places: Vec<Vec<u64>> = Vec::with_capacity(sequence.len());
            for cursor in sequence {
                places.push(cursor.places(window, &self.places));
            }
            spans.extend(runs(&places));
        }
        spans.sort_unstable();
        spans
    }

    fn begins_in(&self, span: Span, window: &std::ops::Range<DocId>) -> DocId {
        let begins_before = |doc: &DocId| self.places.first(*doc) <= span.first;
        window.clone().rev().find(begins_before).unwrap_or(window.start)
    }
}

/// Reads where the words of a slot stand, passage after passage, and keeps what a window may ask for again.
struct Cursor {
    words: Vec<SegmentPostings>,
    /// In rising order.
    read: VecDeque<(DocId, Vec<u32>)>,
    read_until: DocId,
}

impl Cursor {
    /// The places in the document of all words in the window, rising. Windows must begin in rising order.
    fn places(&mut self, window: &std::ops::Range<DocId>, of: &Places) -> Vec<u64> {
        while self.read.front().is_some_and(|(doc, _)| *doc < window.start) {
            self.read.pop_front();
        }
        self.read_on(window);
        let inside = self.read.iter().take_while(|(doc, _)| *doc < window.end);
        let place = |(doc, positions): &(DocId, Vec<u32>)| {
            let first = of.first(*doc);
            positions.iter().map(move |position| first + u64::from(*position)).collect::<Vec<_>>()
        };
        inside.flat_map(place).collect()
    }

    fn read_on(&mut self, window: &std::ops::Range<DocId>) {
        let from = window.start.max(self.read_until);
        if from >= window.end {
            return;
        }
        let mut new: Vec<(DocId, Vec<u32>)> = Vec::new();
        for word in &mut self.words {
            if word.doc() < from {
                word.seek(from);
            }
            while word.doc() < window.end {
                let mut positions = Vec::new();
                word.positions(&mut positions);
                new.push((word.doc(), positions));
                word.advance();
            }
        }
        self.read_until = window.end;
        new.sort_by_key(|(doc, _)| *doc);
        for (doc, positions) in new {
            match self.read.back_mut() {
                Some((last, known)) if *last == doc => {
                    known.extend(positions);
                    known.sort_unstable();
                }
                _ => self.read.push_back((doc, positions)),
            }
        }
    }
}
