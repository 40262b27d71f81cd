//! Documents that searches met: a question looks at those of a thousand passages, and the next one at much the same.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::catalogue::{Catalogue, CatalogueError, DocumentNumber, Known, Published as PublishedDocument};
use crate::tokens::{Stems, tokens};
use crate::words::{Tally, day_number};

use super::trends::{InPeriods, in_periods};
use super::{AlsoIn, Period, TrendsBy};

/// Of so many; about a kilobyte each.
const MOST: usize = 8_192;

/// Documents as the catalogue has them, as long as it stays as it is.
#[derive(Default)]
pub(super) struct Memory {
    version: Option<i64>,
    met: HashMap<DocumentNumber, Option<Arc<Met>>>,
    published: Option<Arc<Published>>,
}

/// What was published, for the totals of trends.
pub(super) struct Published {
    pub(super) documents: Vec<PublishedDocument>,
    /// Of all of them, by [`TrendsBy`] and [`Period`].
    in_periods: [[OnceLock<Arc<InPeriods>>; 4]; 3],
}

impl Published {
    /// How much was published in all.
    pub(super) fn in_periods(&self, by: TrendsBy, period: Period) -> Arc<InPeriods> {
        let sums = || Arc::new(in_periods(tally(self.documents.iter(), by), period));
        self.in_periods[by as usize][period as usize].get_or_init(sums).clone()
    }
}

/// How much some documents are, by day and by who published them.
pub(super) fn tally<'a>(documents: impl Iterator<Item = &'a PublishedDocument>, by: TrendsBy) -> Tally {
    let mut tally = Tally::new();
    for published in documents {
        let name = match by {
            TrendsBy::Nothing => None,
            TrendsBy::Outlet => published.outlet.as_deref(),
            TrendsBy::Show => published.show.as_deref(),
        };
        let key = (published.date.map_or(0, day_number), name.unwrap_or_default().to_owned());
        let sum = tally.entry(key).or_default();
        sum.passages += published.passages;
        sum.tenths += published.tenths;
    }
    tally
}

/// A document that was met.
pub(super) struct Met {
    known: Known,
    title: OnceLock<HashSet<String>>,
    copies: OnceLock<Vec<AlsoIn>>,
}

impl Deref for Met {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl Met {
    fn new(known: Known) -> Self {
        Self { known, title: OnceLock::new(), copies: OnceLock::new() }
    }

    /// Its copies.
    pub(super) fn copies(&self, catalogue: &Catalogue) -> Result<&[AlsoIn], CatalogueError> {
        if let Some(copies) = self.copies.get() {
            return Ok(copies);
        }
        let copies = catalogue.copies_of(&self.known.document.path)?.into_iter();
        let also = copies.filter_map(|known| {
            Some(AlsoIn { reason: known.copy_of.as_ref()?.reason, document: known.document })
        });
        Ok(self.copies.get_or_init(|| also.collect()))
    }

    /// The stems of its title.
    pub(super) fn title(&self, stems: &mut Stems) -> &HashSet<String> {
        self.title.get_or_init(|| {
            let title = self.known.document.title.as_deref().unwrap_or_default();
            tokens(title).map(|token| stems.of_word(&token.exact)).collect()
        })
    }
}

impl Memory {
    /// Forgets everything if the catalogue has changed.
    pub(super) fn refresh(&mut self, catalogue: &Catalogue) -> Result<(), CatalogueError> {
        let version = Some(catalogue.version()?);
        if self.version != version {
            *self = Self { version, ..Self::default() };
        }
        Ok(())
    }

    /// What was published.
    pub(super) fn published(&mut self, catalogue: &Catalogue) -> Result<Arc<Published>, CatalogueError> {
        if let Some(published) = &self.published {
            return Ok(published.clone());
        }
        let (documents, in_periods) = (catalogue.published()?, Default::default());
        Ok(self.published.insert(Arc::new(Published { documents, in_periods })).clone())
    }

    /// A document; `None` if it has not been entered yet.
    pub(super) fn document(
        &mut self,
        number: DocumentNumber,
        catalogue: &Catalogue,
    ) -> Result<Option<Arc<Met>>, CatalogueError> {
        if let Some(met) = self.met.get(&number) {
            return Ok(met.clone());
        }
        let met = catalogue.by_number(number)?.map(|known| Arc::new(Met::new(known)));
        if self.met.len() >= MOST {
            self.met.clear();
        }
        self.met.insert(number, met.clone());
        Ok(met)
    }
}
