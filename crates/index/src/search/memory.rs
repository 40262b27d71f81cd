//! Documents that searches met: a question looks at those of a thousand passages, and the next one at much the same.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::catalogue::{Catalogue, CatalogueError, DocumentNumber, Known};
use crate::tokens::{Stems, tokens};

use super::AlsoIn;

/// Of so many; about a kilobyte each.
const MOST: usize = 8_192;

/// Documents as the catalogue has them, as long as it stays as it is.
#[derive(Default)]
pub(super) struct Memory {
    version: Option<i64>,
    met: HashMap<DocumentNumber, Option<Arc<Met>>>,
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
            *self = Self { version, met: HashMap::new() };
        }
        Ok(())
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
