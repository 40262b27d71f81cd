//! How much there is of something, counted exactly.

use std::collections::BTreeSet;

use record::MediaTime;

use crate::Known;
use crate::catalogue::DocumentNumber;
use crate::query::Query;
use crate::words::{Found, Order, TallyKey};

use super::texts::Texts;
use super::{Asked, Index, SearchError, SearchOptions};

/// How much of the record meets a query; copies count once, doubted segments only when asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passages.
    pub passages: u64,
    /// Documents with such a passage.
    pub documents: u64,
    /// How long the passages last.
    pub airtime: MediaTime,
}

impl Index {
    /// Counts what meets a query.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn count(&self, query: &Query, options: &SearchOptions) -> Result<Counts, SearchError> {
        let asked = self.ask(query, options)?;
        if asked.sought.needs_text() {
            let (exact, rest) = asked.parted();
            return self.count_by_text(exact.as_ref(), &rest);
        }
        let tally = asked.snapshot.tally(&asked.sought, &asked.among, TallyKey::Nothing)?;
        let mut counts = Counts::default();
        let mut tenths = 0;
        for sum in tally.into_values() {
            counts.passages += sum.passages;
            counts.documents += sum.documents;
            tenths += sum.tenths;
        }
        Ok(Counts { airtime: MediaTime::from_millis(tenths * 100), ..counts })
    }

    /// How many passages meet a query, and no more than that.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn count_passages(&self, query: &Query, options: &SearchOptions) -> Result<u64, SearchError> {
        let asked = self.ask(query, options)?;
        match asked.sought.needs_text() {
            true => {
                let (exact, rest) = asked.parted();
                let exact = exact.map_or(Ok(0), |exact| exact.snapshot.count(&exact.sought, &exact.among))?;
                Ok(exact + self.count_by_text(None, &rest)?.passages)
            }
            false => Ok(asked.snapshot.count(&asked.sought, &asked.among)?),
        }
    }

    /// How many passages meet the options, whatever they say.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn passages(&self, options: &SearchOptions) -> Result<u64, SearchError> {
        let asked = self.ask(&Query::everything(), options)?;
        Ok(asked.snapshot.count(&asked.everything(), &asked.among)?)
    }

    /// The paths of all documents in which something meets a query, in their order.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn documents(&self, query: &Query, options: &SearchOptions) -> Result<Vec<String>, SearchError> {
        let asked = self.ask(query, options)?;
        let mut texts = self.texts(&asked.snapshot)?;
        let numbers = if asked.sought.needs_text() {
            let (exact, rest) = asked.parted();
            let mut numbers = exact.map_or(Ok(BTreeSet::new()), |exact| exact.documents())?;
            rest.each_by_text(&mut texts, |found, _, _| {
                numbers.insert(found.number);
            })?;
            numbers
        } else {
            asked.documents()?
        };
        let mut paths = BTreeSet::new();
        for number in numbers {
            paths.extend(texts.document(number)?.map(|known| known.document.path.clone()));
        }
        Ok(paths.into_iter().collect())
    }

    /// Counts what the index alone can't tell, with what it can.
    fn count_by_text(&self, exact: Option<&Asked>, rest: &Asked) -> Result<Counts, SearchError> {
        let mut texts = self.texts(&rest.snapshot)?;
        let mut counts = Counts::default();
        let (mut documents, mut millis) = (BTreeSet::new(), 0);
        if let Some(exact) = exact {
            documents = exact.documents()?;
            for sum in exact.snapshot.tally(&exact.sought, &exact.among, TallyKey::Nothing)?.into_values() {
                counts.passages += sum.passages;
                millis += sum.tenths * 100;
            }
        }
        rest.each_by_text(&mut texts, |found, _, length| {
            counts.passages += 1;
            millis += length.as_millis();
            documents.insert(found.number);
        })?;
        let airtime = MediaTime::from_millis(millis);
        Ok(Counts { documents: documents.len() as u64, airtime, ..counts })
    }
}

impl Asked {
    /// What of it the index alone can tell, and all else.
    pub(super) fn parted(&self) -> (Option<Self>, Self) {
        match self.sought.parted() {
            Some((exact, rest)) => {
                let with = |sought| Self { sought, ..self.clone() };
                (Some(with(exact)), with(rest))
            }
            None => (None, self.clone()),
        }
    }

    /// The documents with what the index alone can tell.
    fn documents(&self) -> Result<BTreeSet<DocumentNumber>, SearchError> {
        Ok(self.snapshot.documents(&self.sought, &self.among)?.into_keys().collect())
    }

    /// Visits what meets the query where only the text can tell, with its document and how long it lasts: it reads every
    /// passage that may be one.
    pub(super) fn each_by_text(
        &self,
        texts: &mut Texts<'_>,
        mut visit: impl FnMut(&Found, &Known, MediaTime),
    ) -> Result<(), SearchError> {
        let passages = self.snapshot.count(&self.sought, &self.among)?;
        if let Some(most) = self.most_read.filter(|most| passages > *most) {
            return Err(SearchError::TooMuchToRead { passages, most });
        }
        let most = usize::try_from(passages).unwrap_or(usize::MAX);
        for found in self.snapshot.first(&self.sought, &self.among, Order::Score, most)? {
            let Some(around) = texts.around(&found, &self.sought)? else { continue };
            let Some(known) = texts.document(found.number)? else { continue };
            if around.words.locate(&self.sought, around.own_bytes, &mut texts.stems).is_some() {
                visit(&found, &known, around.length());
            }
        }
        Ok(())
    }
}
