//! How much there is of something, counted exactly.

use std::collections::HashSet;

use record::MediaTime;

use crate::query::Query;
use crate::words::{Order, TallyKey};

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
            return self.count_by_text(&asked);
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

    /// Counts what the index alone can't tell: it reads every passage that may be one.
    fn count_by_text(&self, asked: &Asked) -> Result<Counts, SearchError> {
        let most = asked.snapshot.count(&asked.sought, &asked.among)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let found = asked.snapshot.first(&asked.sought, &asked.among, Order::Score, most)?;
        let mut texts = Texts::new(&self.archive, &self.catalogue, &asked.snapshot);
        let mut counts = Counts::default();
        let mut documents = HashSet::new();
        for found in found {
            let Some(around) = texts.around(&found, &asked.sought)? else { continue };
            if around.words.locate(&asked.sought, around.own_bytes, &mut texts.stems).is_some() {
                counts.passages += 1;
                counts.airtime =
                    MediaTime::from_millis(counts.airtime.as_millis() + around.length().as_millis());
                documents.insert(found.number);
            }
        }
        Ok(Counts { documents: documents.len() as u64, ..counts })
    }
}
