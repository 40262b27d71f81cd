//! The best passages for any of several words, as questions ask for them.
//!
//! ```text
//! word by word: its passages, block by block --BM25, added up--> a sum for each passage of a segment --> the best
//! ```
//!
//! tantivy goes passage by passage through all words at once, and skips blocks that can't be among the best. With a thousand
//! passages wanted, and words of several forms, it skips little, and pays for each step; to add up word by word costs little
//! more than to read the lists.

use tantivy::collector::{Collector as _, SegmentCollector as _};
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::Bm25Weight;
use tantivy::{DocId, Score, Searcher, SegmentReader};

use super::best::{Best, BestOfSegment, Found};
use super::joined::JoinedQuery;

/// A word and how it scores.
pub(super) type Scored = (JoinedQuery, Bm25Weight);

/// The best passages that have any of the words.
pub(super) fn best_of_any(searcher: &Searcher, words: &[Scored], best: &Best) -> tantivy::Result<Vec<Found>> {
    let mut fruits = Vec::new();
    let mut sums = Sums::default();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        sums.begin(reader.max_doc());
        for (word, bm25) in words {
            sums.add(reader, word, bm25)?;
        }
        let mut of_segment = best.for_segment(segment, reader)?;
        sums.collect(reader, &mut of_segment);
        fruits.push(of_segment.harvest());
    }
    best.merge_fruits(fruits)
}

/// A score for each passage of a segment.
#[derive(Default)]
struct Sums {
    scores: Vec<Score>,
    /// How often the word that is being added is in a passage; all 0 between two words.
    times: Vec<u32>,
    /// The passages with the word.
    with: Vec<DocId>,
}

impl Sums {
    fn begin(&mut self, passages: DocId) {
        self.scores.clear();
        self.scores.resize(passages as usize, 0.0);
        self.times.resize(self.times.len().max(passages as usize), 0);
    }

    fn add(&mut self, reader: &SegmentReader, word: &JoinedQuery, bm25: &Bm25Weight) -> tantivy::Result<()> {
        let lengths = word.lengths(reader)?;
        let mut forms = word.blocks(reader)?;
        if let [only] = forms.as_mut_slice() {
            each_block(only, |docs, times| {
                for (doc, times) in docs.iter().zip(times) {
                    self.scores[*doc as usize] += bm25.score(lengths.fieldnorm_id(*doc), *times);
                }
            });
            return Ok(());
        }
        for form in &mut forms {
            each_block(form, |docs, times| {
                for (doc, times) in docs.iter().zip(times) {
                    let sum = &mut self.times[*doc as usize];
                    if *sum == 0 {
                        self.with.push(*doc);
                    }
                    *sum += times;
                }
            });
        }
        for doc in self.with.drain(..) {
            let times = std::mem::take(&mut self.times[doc as usize]);
            self.scores[doc as usize] += bm25.score(lengths.fieldnorm_id(doc), times);
        }
        Ok(())
    }

    fn collect(&self, reader: &SegmentReader, best: &mut BestOfSegment) {
        /// Passages that are passed over together.
        const STRIDE: usize = 64;
        let mut least = 0.0;
        for (stride, scores) in (0..).step_by(STRIDE).zip(self.scores.chunks(STRIDE)) {
            if scores.iter().fold(0.0, |most, score| score.max(most)) <= least {
                continue;
            }
            for (doc, score) in (stride..).zip(scores) {
                if *score > least && reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                    best.collect(doc, *score);
                    least = best.threshold().max(0.0);
                }
            }
        }
    }
}

/// Goes through a form's passages, with how often it is in each.
fn each_block(form: &mut BlockSegmentPostings, mut visit: impl FnMut(&[DocId], &[u32])) {
    while form.block_len() > 0 {
        visit(form.docs(), form.freqs());
        form.advance();
    }
}
