//! The words at one moment, to be asked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tantivy::collector::{Collector, Count};
use tantivy::query::{EnableScoring, Query as IndexQuery};
use tantivy::schema::{TantivyDocument, Value as _};
use tantivy::{DocAddress, DocId, TantivyError, Term};

use super::any::best_of_any;
use super::best::{Best, Found, Order, SegmentKeys, beside, passage_behind, passage_of};
use super::compile::{Among, any_words, compile};
use super::forms::{self, Forms};
use super::joined::JoinedQuery;
use super::layout::Layout;
use super::places::AllPlaces;
use super::remembered::Remembered;
use super::schema::Fields;
use super::statistics::Statistics;
use super::stored::{self, Filed};
use super::tally::{Documents, Tally, TallyKey, Tallying};
use super::vocabulary::Vocabulary;
use super::{WordsError, words_error};
use crate::catalogue::{DocumentNumber, WordCounts};
use crate::sought::Sought;

/// The words at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot {
    searcher: tantivy::Searcher,
    fields: Fields,
    counts: WordCounts,
    folder: PathBuf,
    keys: Arc<SegmentKeys>,
    places: AllPlaces,
    forms: Arc<Forms>,
    looked_up: Arc<LookedUp>,
    /// Made for the first tally.
    layout: Arc<OnceLock<Layout>>,
}

/// What was looked up before: a count takes a walk through all places of a word where passages have been replaced, and
/// questions have many of their words and documents in common.
#[derive(Default)]
pub(super) struct LookedUp {
    pub(super) terms: Remembered<Term, u64, MOST_LOOKED_UP>,
    /// By stem, and whether doubted segments are looked at, too.
    words: Remembered<(String, bool), u64, MOST_LOOKED_UP>,
    /// Where the first passages of documents are.
    starts: Remembered<DocumentNumber, DocAddress, MOST_LOOKED_UP>,
}

/// So many of each are kept.
const MOST_LOOKED_UP: usize = 65_536;

/// What the index keeps of a passage: its places, and its text where that does not stand in the file as it is.
pub(crate) type Kept = (Filed, Option<String>);

impl Snapshot {
    pub(super) fn new(
        searcher: tantivy::Searcher,
        fields: Fields,
        counts: WordCounts,
        folder: PathBuf,
    ) -> Self {
        let keys = Arc::new(SegmentKeys::of(&searcher));
        let places = AllPlaces::of(&searcher);
        let forms = Arc::new(Forms::of(&searcher, &folder));
        Self {
            searcher,
            fields,
            counts,
            folder,
            keys,
            places,
            forms,
            looked_up: Arc::default(),
            layout: Arc::default(),
        }
    }

    /// How many passages there are, those of copies and doubted ones included.
    pub(super) fn passages(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// How many there have to be.
    pub(crate) fn counts(&self) -> WordCounts {
        self.counts
    }

    /// The words that are indexed.
    pub(crate) fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary::new(&self.searcher, &self.fields, &self.forms)
    }

    /// The first `limit` passages in an order.
    pub(crate) fn first(
        &self,
        sought: &Sought,
        among: &Among,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Found>, WordsError> {
        let best = Best::new(order, limit, self.keys.clone());
        match any_words(sought, &self.fields) {
            Some(words) if order == Order::Score && *among == Among::default() => {
                self.best_of_any(words, &best).map_err(|error| self.error(&error))
            }
            _ => self.collect(sought, among, &best),
        }
    }

    fn best_of_any(&self, words: Vec<JoinedQuery>, best: &Best) -> tantivy::Result<Vec<Found>> {
        let statistics = self.statistics();
        let mut scored = Vec::with_capacity(words.len());
        for word in words {
            let bm25 = word.bm25(&statistics)?;
            scored.push((word, bm25));
        }
        best_of_any(&self.searcher, &scored, best)
    }

    /// In how many passages a word is, at most: one with two forms of it counts twice. Of anything else the count.
    pub(crate) fn frequency(&self, sought: &Sought, among: &Among) -> Result<u64, WordsError> {
        let Sought::Word(word) = sought else { return self.count(sought, among) };
        let statistics = self.statistics();
        let of = |standing| JoinedQuery::of(word, standing, &self.fields).passages(&statistics);
        let passages: tantivy::Result<u64> = among.standings().into_iter().map(of).sum();
        Ok(passages.map_err(|error| self.error(&error))?.min(self.passages()))
    }

    /// How many passages meet it.
    pub(crate) fn count(&self, sought: &Sought, among: &Among) -> Result<u64, WordsError> {
        match sought {
            Sought::Word(word) if among.copies.is_empty() => {
                let key = (word.stem.clone(), among.with_suspects);
                self.looked_up.words.get_or(&key, || self.count_anew(sought, among))
            }
            _ => self.count_anew(sought, among),
        }
    }

    fn count_anew(&self, sought: &Sought, among: &Among) -> Result<u64, WordsError> {
        let compiled = self.compile(sought, among);
        let count = self.searcher.search(&compiled, &Count).map_err(|error| self.error(&error))?;
        Ok(count as u64)
    }

    /// How many passages meet it, and how long they last, by day and by show or outlet.
    pub(crate) fn tally(&self, sought: &Sought, among: &Among, key: TallyKey) -> Result<Tally, WordsError> {
        self.tally_of(sought, among, key).map_err(|error| self.error(&error))
    }

    fn tally_of(&self, sought: &Sought, among: &Among, key: TallyKey) -> tantivy::Result<Tally> {
        let layout = match self.layout.get() {
            Some(layout) => layout,
            None => {
                let layout = Layout::of(&self.searcher)?;
                self.layout.get_or_init(|| layout)
            }
        };
        let grouping = layout.grouping(&self.searcher, key)?;
        Tallying::new(layout, grouping).count(&self.searcher, &*self.compile(sought, among))
    }

    /// Which documents have passages that meet it, and how many each.
    pub(crate) fn documents(
        &self,
        sought: &Sought,
        among: &Among,
    ) -> Result<BTreeMap<DocumentNumber, u64>, WordsError> {
        let compiled = self.compile(sought, among);
        self.searcher.search(&compiled, &Documents).map_err(|error| self.error(&error))
    }

    /// How many passages each document has, those of copies and doubted ones included.
    pub(crate) fn passages_by_document(&self) -> Result<BTreeMap<DocumentNumber, u64>, WordsError> {
        let mut counts = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let numbers = segment.fast_fields().u64("number").map_err(|error| self.error(&error))?;
            for number in segment.doc_ids_alive().filter_map(|doc| numbers.first(doc)) {
                *counts.entry(DocumentNumber::from_index(number)).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// The scores of certain passages; `None` for those that don't meet it.
    pub(crate) fn scores(
        &self,
        sought: &Sought,
        among: &Among,
        passages: &[Found],
    ) -> Result<Vec<Option<f32>>, WordsError> {
        let compiled = self.compile(sought, among);
        let statistics = self.statistics();
        let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, &self.searcher);
        self.scores_of(&*compiled, scoring, passages).map_err(|error| self.error(&error))
    }

    fn scores_of(
        &self,
        query: &dyn IndexQuery,
        scoring: EnableScoring<'_>,
        passages: &[Found],
    ) -> tantivy::Result<Vec<Option<f32>>> {
        let weight = query.weight(scoring)?;
        let mut order: Vec<usize> = (0..passages.len()).collect();
        order.sort_by_key(|&index| passages[index].address());
        let mut scores = vec![None; passages.len()];
        for group in
            order.chunk_by(|&a, &b| passages[a].address().segment_ord == passages[b].address().segment_ord)
        {
            let segment = passages[group[0]].address().segment_ord;
            let mut scorer = weight.scorer(self.searcher.segment_reader(segment), 1.0)?;
            for &index in group {
                let doc = passages[index].address().doc_id;
                if scorer.doc() < doc {
                    scorer.seek(doc);
                }
                if scorer.doc() == doc {
                    scores[index] = Some(scorer.score());
                }
            }
        }
        Ok(scores)
    }

    /// What is kept of a passage; `None` if it is damaged.
    pub(crate) fn kept(&self, found: &Found) -> Result<Option<Kept>, WordsError> {
        let document: TantivyDocument =
            self.searcher.doc(found.address()).map_err(|error| self.error(&error))?;
        let text = document.get_first(self.fields.text).and_then(|text| text.as_str().map(str::to_owned));
        let kept = document.get_first(self.fields.kept);
        let filed = kept.and_then(|kept| stored::decode(kept.as_bytes()?));
        Ok(filed.map(|filed| (filed, text)))
    }

    /// The passage at a place in a document.
    pub(crate) fn at(&self, number: DocumentNumber, ordinal: u64) -> Result<Option<Found>, WordsError> {
        self.find(number, ordinal).map_err(|error| self.error(&error))
    }

    fn find(&self, number: DocumentNumber, ordinal: u64) -> tantivy::Result<Option<Found>> {
        let start = self.looked_up.starts.get(&number);
        if let Some(start) = start
            && let Some(found) = passage_behind(&self.searcher, &self.keys, start, number, ordinal)?
        {
            return Ok(Some(found));
        }
        let term = self.fields.number_term(number);
        let found = passage_of(&self.searcher, &self.keys, &term, number, ordinal)?;
        if let Some(found) = &found {
            let DocAddress { segment_ord, doc_id } = found.address();
            let start = DocId::try_from(ordinal).ok().and_then(|ordinal| doc_id.checked_sub(ordinal));
            if let Some(doc_id) = start {
                self.looked_up.starts.insert(number, DocAddress { segment_ord, doc_id });
            }
        }
        Ok(found)
    }

    /// The passages before and behind one, in its document.
    pub(crate) fn beside(&self, found: &Found) -> Result<Vec<Found>, WordsError> {
        beside(&self.searcher, &self.keys, found).map_err(|error| self.error(&error))
    }

    /// Keeps the lists by which the forms of words are looked up.
    pub(super) fn keep_forms(&self) -> Result<(), WordsError> {
        let kept = forms::keep(&self.searcher, &self.fields, &self.folder);
        kept.map_err(|error| self.error(&error.into()))
    }

    fn compile(&self, sought: &Sought, among: &Among) -> Box<dyn IndexQuery> {
        compile(sought, among, &self.fields, &self.places)
    }

    fn statistics(&self) -> Statistics<'_> {
        Statistics::new(&self.searcher, self.counts, &self.fields, &self.looked_up)
    }

    fn collect<C: Collector>(
        &self,
        sought: &Sought,
        among: &Among,
        collector: &C,
    ) -> Result<C::Fruit, WordsError> {
        let compiled = self.compile(sought, among);
        let statistics = self.statistics();
        let found = self.searcher.search_with_statistics_provider(&compiled, collector, &statistics);
        found.map_err(|error| self.error(&error))
    }

    fn error(&self, error: &TantivyError) -> WordsError {
        words_error(&self.folder, error)
    }
}
