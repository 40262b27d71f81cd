//! A question in plain words, answered by words and meaning together.
//!
//! ```text
//! best by words (any of them) --+
//! nearest by meaning -----------+--> what is seen of each --rank, a number where one is asked for--> ranked
//!
//! ranked --each place once, documents in turn--> the first ten
//!        --feedback, what is beside a hit later--> what comes behind them
//! ```

mod coverage;
mod days;
mod feedback;
mod novelty;
mod number;

use std::collections::{BTreeMap, HashSet};

use language::embed::Embedder;
use record::MediaTime;

use crate::catalogue::DocumentNumber;
use crate::meaning::Meaning;
use crate::rank::{Seen, Weights, scores};
use crate::sought::{Property, Sought};
use crate::words::{Found, Order};

use super::resolve::Conditions;
use super::texts::Texts;
use super::{Asked, Hit, SearchError, SearchOptions};
use days::NamedDays;
use novelty::{Chosen, Novelty};
use number::NumberAsked;

/// So many passages are taken by words; of what is still worse nothing is among the first hits.
const BY_WORDS: usize = 1_000;

/// So many are taken by meaning.
const BY_MEANING: usize = 500;

/// Two passages of a document that begin so near each other are one place, which is shown once, with the better.
const ONE_PLACE: MediaTime = MediaTime::from_millis(30_000);

/// Among the first so many. People read these one after another; behind them completeness counts.
const FIRST_PLACES: usize = 10;

/// A passage by its document and its place there.
type Key = (DocumentNumber, u64);

/// By what a question is answered.
pub(super) struct Compared<'a> {
    /// Vectors and what makes those of questions; without them it is answered by words.
    pub(super) meaning: Option<(&'a Meaning, &'a dyn Embedder)>,
    pub(super) conditions: &'a Conditions,
    pub(super) weights: &'a Weights,
}

/// A passage that may answer a question.
struct Candidate {
    found: Found,
    /// Its score by words.
    words: f32,
    /// How much nearer than usual it is, and those beside it are.
    meaning: f32,
    around: f32,
    /// The passages before and behind it.
    beside: Vec<Found>,
}

/// What stands at the first places, and what is left for those behind.
struct First {
    hits: Vec<Hit>,
    /// The passages of the hits.
    shown: Vec<Found>,
    /// Best first.
    rest: Vec<Found>,
}

impl Asked {
    /// The best answers to a question in plain words, best first.
    pub(super) fn answers(
        &self,
        texts: &mut Texts<'_>,
        compared: &Compared<'_>,
        options: &SearchOptions,
    ) -> Result<Vec<Hit>, SearchError> {
        let any = self.any_word();
        let candidates = self.candidates(texts, &any, compared, options)?;
        let ranked = self.ranked(texts, &candidates, compared.weights)?;
        let first = self.first_places(texts, &any, ranked, compared.weights, options)?;
        if first.hits.len() == options.limit || first.rest.is_empty() {
            return Ok(first.hits);
        }
        let rest = self.with_feedback(texts, &first.hits, first.rest, compared.weights)?;
        self.behind(texts, &any, First { rest, ..first }, compared.weights, options)
    }

    /// Any of the words of the question that say something, with its conditions and without what it leaves out.
    pub(super) fn any_word(&self) -> Sought {
        let Sought::All(parts) = &self.sought else { return self.sought.clone() };
        let (others, mut words): (Vec<Sought>, Vec<Sought>) =
            parts.iter().cloned().partition(|part| matches!(part, Sought::Not(_) | Sought::Property(_)));
        if !words.iter().all(Sought::is_common) {
            words.retain(|word| !word.is_common());
        }
        Sought::All([vec![Sought::Any(words)], others].concat())
    }

    /// Those of the passages that have nothing of what is left out.
    fn allowed(&self, passages: Vec<Found>) -> Result<Vec<Found>, SearchError> {
        let excluded = match &self.sought {
            Sought::All(parts) => {
                parts.iter().filter(|part| matches!(part, Sought::Not(_))).cloned().collect()
            }
            _ => Vec::new(),
        };
        if excluded.is_empty() {
            return Ok(passages);
        }
        let anything = Sought::Property(Property::Days { from: None, until: None });
        let rest = Sought::All([vec![anything], excluded].concat());
        let scores = self.snapshot.scores(&rest, &self.among, &passages)?;
        let kept = passages.into_iter().zip(scores).filter(|(_, score)| score.is_some());
        Ok(kept.map(|(found, _)| found).collect())
    }

    /// In rising order of document and place.
    fn candidates(
        &self,
        texts: &mut Texts<'_>,
        any: &Sought,
        compared: &Compared<'_>,
        options: &SearchOptions,
    ) -> Result<Vec<Candidate>, SearchError> {
        let by_words =
            self.snapshot.first(any, &self.among, Order::Score, BY_WORDS.max(2 * options.limit))?;
        let mut found: BTreeMap<Key, (Found, f32)> =
            by_words.iter().map(|found| ((found.number, found.ordinal), (*found, found.score()))).collect();
        let question = match compared.meaning {
            Some((_, embedder)) => embedder.embed_batch(&[&self.query.words()])?,
            None => Vec::new(),
        };
        if let Some((meaning, _)) = compared.meaning {
            let by_meaning = self.nearest(texts, meaning, &question, compared.conditions, options)?;
            let by_meaning: Vec<Found> = by_meaning
                .into_iter()
                .filter(|near| !found.contains_key(&(near.number, near.ordinal)))
                .collect();
            let scores = self.snapshot.scores(any, &self.among, &by_meaning)?;
            for (passage, score) in by_meaning.into_iter().zip(scores) {
                found.insert((passage.number, passage.ordinal), (passage, score.unwrap_or(0.0)));
            }
        }
        let usual = compared.meaning.map(|(meaning, _)| (meaning, meaning.usual(&question)));
        let mut candidates = Vec::with_capacity(found.len());
        for ((number, ordinal), (found, words)) in found {
            let (alone, around) = usual.as_ref().map_or((0.0, 0.0), |(meaning, usual)| {
                let cosine = |ordinal| meaning.cosine(number, ordinal, &question);
                let beside = [ordinal.checked_sub(1), Some(ordinal + 1)].into_iter().flatten();
                (usual.above(cosine(ordinal)), usual.above_around(beside.filter_map(cosine).sum()))
            });
            let beside = self.snapshot.beside(&found)?;
            candidates.push(Candidate { found, words, meaning: alone, around, beside });
        }
        Ok(candidates)
    }

    /// The passages nearest in meaning, of documents that meet the conditions.
    fn nearest(
        &self,
        texts: &Texts<'_>,
        meaning: &Meaning,
        question: &[f32],
        conditions: &Conditions,
        options: &SearchOptions,
    ) -> Result<Vec<Found>, SearchError> {
        let wanted = self.wanted_documents(texts, conditions)?;
        let is_wanted = |number| wanted.as_ref().is_none_or(|wanted| wanted.contains(&number));
        let mut nearest = Vec::new();
        for near in meaning.nearest(question, BY_MEANING.max(options.limit), is_wanted) {
            nearest.extend(self.snapshot.at(near.number, near.ordinal)?);
        }
        self.allowed(nearest)
    }

    /// The documents that meet the conditions and are asked for; `None` if all do.
    fn wanted_documents(
        &self,
        texts: &Texts<'_>,
        conditions: &Conditions,
    ) -> Result<Option<HashSet<DocumentNumber>>, SearchError> {
        if conditions.is_empty() {
            return Ok(self.only.clone());
        }
        let is_asked_for = |number| self.only.as_ref().is_none_or(|only| only.contains(&number));
        let mut wanted = HashSet::new();
        texts.each_document(|number, known| {
            if is_asked_for(number) && conditions.are_met_by(&known) {
                wanted.insert(number);
            }
        })?;
        Ok(Some(wanted))
    }

    /// The candidates with their scores, best first.
    fn ranked(
        &self,
        texts: &mut Texts<'_>,
        candidates: &[Candidate],
        weights: &Weights,
    ) -> Result<Vec<Found>, SearchError> {
        let coverage = self.coverage(texts, candidates)?;
        let days = NamedDays::of(&self.query.words());
        let (mut passages, mut seen) = (Vec::new(), Vec::new());
        for (candidate, coverage) in candidates.iter().zip(coverage) {
            let Some(known) = texts.document(candidate.found.number)? else { continue };
            let date = known.document.date;
            passages.push(candidate.found);
            seen.push(Seen {
                number: candidate.found.number,
                date,
                document_words: known.words.words + known.words.copy_words,
                words: candidate.words,
                coverage,
                meaning: candidate.meaning,
                around: candidate.around,
                is_of_day: days.as_ref().zip(date).is_some_and(|(days, date)| days.hold(date)),
            });
        }
        let ranked = sorted(passages, &scores(&seen, weights));
        match NumberAsked::of(&self.query.words()) {
            Some(asked) if weights.number > 0.0 => asked.preferred(texts, ranked, weights.number),
            _ => Ok(ranked),
        }
    }

    /// The hits at the first places, none at the place of a better one.
    fn first_places(
        &self,
        texts: &mut Texts<'_>,
        any: &Sought,
        ranked: Vec<Found>,
        weights: &Weights,
        options: &SearchOptions,
    ) -> Result<First, SearchError> {
        let loss = |found: &Found, shown: &[Found]| {
            weights.same_document * shown.iter().filter(|shown| shown.number == found.number).count() as f32
        };
        let (mut hits, mut rest) = (Vec::<Hit>::new(), Vec::new());
        let mut ranked = Novelty::new(ranked, Vec::new());
        while hits.len() < options.limit.min(FIRST_PLACES) {
            let Some(Chosen { worth, found }) = ranked.next(loss) else { break };
            let Some(hit) = self.answer(texts, any, &found)? else { continue };
            let is_shown = |shown: &Hit| {
                shown.document.path == hit.document.path
                    && (options.by_document || shown.is_at_place_of(&hit, ONE_PLACE))
            };
            if hits.iter().any(is_shown) {
                rest.push(found);
            } else {
                ranked.show(found);
                hits.push(Hit { score: worth.max(0.0), ..hit });
            }
        }
        let (waiting, shown) = ranked.into_parts();
        rest.extend(waiting);
        rest.sort_unstable_by(|a, b| b.cmp(a));
        Ok(First { hits, shown, rest })
    }

    /// The hits, with what comes behind the first places; what is beside a hit comes later.
    fn behind(
        &self,
        texts: &mut Texts<'_>,
        any: &Sought,
        first: First,
        weights: &Weights,
        options: &SearchOptions,
    ) -> Result<Vec<Hit>, SearchError> {
        let First { mut hits, shown, rest } = first;
        let loss = |found: &Found, shown: &[Found]| {
            let is_beside =
                |shown: &Found| shown.number == found.number && shown.ordinal.abs_diff(found.ordinal) == 1;
            if shown.iter().any(is_beside) { weights.beside } else { 0.0 }
        };
        // Their scores are on another scale; hits are in the order of their scores all the same.
        let last = hits.last().map_or(0.0, |hit| hit.score);
        let best = rest.first().map_or(0.0, Found::score).max(f32::MIN_POSITIVE);
        let mut rest = Novelty::new(rest, shown);
        while hits.len() < options.limit {
            let Some(Chosen { worth, found }) = rest.next(loss) else { break };
            let Some(hit) = self.answer(texts, any, &found)? else { continue };
            let is_shown = |shown: &Hit| {
                shown.document.path == hit.document.path && (options.by_document || shown.place == hit.place)
            };
            if !hits.iter().any(is_shown) {
                rest.show(found);
                hits.push(Hit { score: last * worth.max(0.0) / best, ..hit });
            }
        }
        Ok(hits)
    }

    /// A passage as an answer, with the words of the question that it lacks.
    fn answer(&self, texts: &mut Texts<'_>, any: &Sought, found: &Found) -> Result<Option<Hit>, SearchError> {
        let Some((hit, is_there)) = self.whole(texts, any, found)? else { return Ok(None) };
        let names = self.query.wanted().into_iter().zip(self.sought.wanted());
        let named = names.filter(|(_, sought)| any.wanted().contains(sought)).map(|(name, _)| name);
        let lacking = named.zip(is_there).filter(|(_, is_there)| !is_there);
        let missing = lacking.map(|(name, _)| name.to_string()).collect();
        Ok(Some(Hit { missing, ..hit }))
    }
}

/// Passages with other scores, best first.
fn sorted(passages: Vec<Found>, scores: &[f32]) -> Vec<Found> {
    // None is below zero: scores are kept without a sign.
    let least = scores.iter().copied().fold(0.0, f32::min);
    let scored = passages.into_iter().zip(scores).map(|(found, score)| found.with_score(score - least));
    let mut ranked: Vec<Found> = scored.collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    ranked
}
