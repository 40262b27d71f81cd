//! A question in plain words, answered by words and meaning together.
//!
//! ```text
//! best by words (any of them) --+
//! nearest by meaning -----------+--> what is seen of each --rank--> in order, each place once
//! ```

use std::collections::{BTreeMap, HashSet};

use language::embed::Embedder;
use record::MediaTime;

use crate::catalogue::DocumentNumber;
use crate::meaning::Meaning;
use crate::rank::{Seen, Weights, scores};
use crate::sought::{Property, Sought};
use crate::tokens::tokens;
use crate::words::{Found, Order};

use super::resolve::Conditions;
use super::texts::Texts;
use super::{Asked, Hit, SearchError, SearchOptions};

/// So many passages are taken by words; of what is still worse nothing is among the first hits.
const BY_WORDS: usize = 1_000;

/// So many are taken by meaning.
const BY_MEANING: usize = 200;

/// Two passages of a document that begin so near each other are one place, which is shown once, with the better.
const ONE_PLACE: MediaTime = MediaTime::from_millis(30_000);

/// What a question is compared by.
pub(super) struct Compared<'a> {
    pub(super) meaning: &'a Meaning,
    pub(super) embedder: &'a dyn Embedder,
    pub(super) conditions: &'a Conditions,
    pub(super) weights: &'a Weights,
}

/// The passages that may answer a question.
struct Candidates {
    /// In rising order of document and place.
    found: BTreeMap<(DocumentNumber, u64), (Found, f32)>,
    cosines: BTreeMap<(DocumentNumber, u64), f32>,
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
        let question = compared.embedder.embed_batch(&[&self.query.words()])?;
        let candidates = self.candidates(texts, &any, compared, &question, options)?;
        let ranked = self.ranked(texts, &any, &candidates, compared.weights)?;
        self.first_places(texts, &any, ranked, options)
    }

    /// Any of the words of the question, with its conditions and without what it leaves out.
    pub(super) fn any_word(&self) -> Sought {
        let Sought::All(parts) = &self.sought else { return self.sought.clone() };
        let (others, words): (Vec<Sought>, Vec<Sought>) =
            parts.iter().cloned().partition(|part| matches!(part, Sought::Not(_) | Sought::Property(_)));
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
        Ok(passages
            .into_iter()
            .zip(scores)
            .filter(|(_, score)| score.is_some())
            .map(|(found, _)| found)
            .collect())
    }

    fn candidates(
        &self,
        texts: &mut Texts<'_>,
        any: &Sought,
        compared: &Compared<'_>,
        question: &[f32],
        options: &SearchOptions,
    ) -> Result<Candidates, SearchError> {
        let by_words =
            self.snapshot.first(any, &self.among, Order::Score, BY_WORDS.max(2 * options.limit))?;
        let mut found: BTreeMap<_, _> =
            by_words.iter().map(|found| ((found.number, found.ordinal), (*found, found.score()))).collect();
        let wanted = self.wanted_documents(texts, compared.conditions)?;
        let is_wanted = |number| wanted.as_ref().is_none_or(|wanted| wanted.contains(&number));
        let mut cosines = BTreeMap::new();
        let mut by_meaning = Vec::new();
        for near in compared.meaning.nearest(question, BY_MEANING.max(options.limit), is_wanted) {
            let key = (near.number, near.ordinal);
            cosines.insert(key, near.cosine);
            if !found.contains_key(&key) {
                by_meaning.extend(self.snapshot.at(near.number, near.ordinal)?);
            }
        }
        let by_meaning = self.allowed(by_meaning)?;
        let scores = self.snapshot.scores(any, &self.among, &by_meaning)?;
        for (passage, score) in by_meaning.into_iter().zip(scores) {
            found.insert((passage.number, passage.ordinal), (passage, score.unwrap_or(0.0)));
        }
        for &(number, ordinal) in found.keys() {
            if let Some(cosine) = compared.meaning.cosine(number, ordinal, question) {
                cosines.insert((number, ordinal), cosine);
            }
        }
        Ok(Candidates { found, cosines })
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
        any: &Sought,
        candidates: &Candidates,
        weights: &Weights,
    ) -> Result<Vec<Found>, SearchError> {
        let rarity = self.rarity()?;
        let around = self.around(any, candidates)?;
        let (mut passages, mut seen) = (Vec::new(), Vec::new());
        let mut headings = BTreeMap::<DocumentNumber, f32>::new();
        for (key, (found, words)) in &candidates.found {
            let Some(known) = texts.document(found.number)? else { continue };
            let heading = *headings.entry(found.number).or_insert_with(|| heading(&known, &rarity, texts));
            passages.push(*found);
            seen.push(Seen {
                words: *words,
                around: around.get(key).copied().unwrap_or(0.0),
                heading,
                meaning: candidates.cosines.get(key).copied(),
                date: known.document.date,
            });
        }
        let scores = scores(&seen, weights);
        let scored = passages.into_iter().zip(scores).map(|(found, score)| found.with_score(score.max(0.0)));
        let mut ranked: Vec<Found> = scored.collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ranked)
    }

    /// The scores by words of what is beside each candidate: half of the passage before, half of the one behind.
    fn around(
        &self,
        any: &Sought,
        candidates: &Candidates,
    ) -> Result<BTreeMap<(DocumentNumber, u64), f32>, SearchError> {
        let (mut keys, mut neighbours) = (Vec::new(), Vec::new());
        for (key, (found, _)) in &candidates.found {
            for neighbour in self.snapshot.beside(found)? {
                keys.push(*key);
                neighbours.push(neighbour);
            }
        }
        let mut around = BTreeMap::new();
        for (key, score) in keys.into_iter().zip(self.snapshot.scores(any, &self.among, &neighbours)?) {
            *around.entry(key).or_insert(0.0) += score.unwrap_or(0.0) / 2.0;
        }
        Ok(around)
    }

    /// How rare each word of the question is, as a share of all: they sum up to 1.
    fn rarity(&self) -> Result<Vec<(String, f32)>, SearchError> {
        let passages = self.snapshot.counts().passages.max(1) as f32;
        let mut rarity = Vec::new();
        for part in self.sought.wanted() {
            if let Sought::Stem(stem) = part {
                let count = self.snapshot.count(part, &self.among)? as f32;
                rarity.push((stem.clone(), (1.0 + (passages - count).max(0.0) / (count + 0.5)).ln()));
            }
        }
        rarity.sort_by(|a, b| a.0.cmp(&b.0));
        rarity.dedup_by(|a, b| a.0 == b.0);
        let sum: f32 = rarity.iter().map(|(_, rarity)| rarity).sum();
        rarity.iter_mut().for_each(|(_, rarity)| *rarity /= sum.max(f32::MIN_POSITIVE));
        Ok(rarity)
    }

    /// The hits of the best passages, without those that are at the place of a better one.
    fn first_places(
        &self,
        texts: &mut Texts<'_>,
        any: &Sought,
        ranked: Vec<Found>,
        options: &SearchOptions,
    ) -> Result<Vec<Hit>, SearchError> {
        let names: Vec<String> = self.query.wanted().into_iter().map(ToString::to_string).collect();
        let mut hits: Vec<Hit> = Vec::new();
        for found in ranked {
            if hits.len() == options.limit {
                break;
            }
            let Some((hit, is_there)) = self.whole(texts, any, &found)? else { continue };
            let is_shown = |shown: &Hit| {
                shown.document.path == hit.document.path
                    && (options.by_document || shown.is_at_place_of(&hit, ONE_PLACE))
            };
            if !hits.iter().any(is_shown) {
                let lacks = |(name, is_there): (&String, bool)| (!is_there).then(|| name.clone());
                let missing = names.iter().zip(is_there).filter_map(lacks).collect();
                hits.push(Hit { missing, ..hit });
            }
        }
        Ok(hits)
    }
}

/// How much of the question, by the rarity of its words, is in the title and the description of a document.
fn heading(known: &crate::Known, rarity: &[(String, f32)], texts: &mut Texts<'_>) -> f32 {
    let title = known.document.title.as_deref().unwrap_or_default();
    let about = known.about.as_deref().unwrap_or_default();
    let words: HashSet<String> =
        tokens(title).chain(tokens(about)).map(|token| texts.stems.of_word(&token.exact)).collect();
    rarity.iter().filter(|(stem, _)| words.contains(stem)).map(|(_, rarity)| rarity).sum()
}
