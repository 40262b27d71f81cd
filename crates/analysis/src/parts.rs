//! What each document holds, a part for each area: packed to be kept, and read again a part at a time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use findings::{Analysis, Material, discrepancies, names, quotes, reuse, stories};
use rayon::prelude::*;
use record::Document;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::{Contents, Store, StoreError};

/// Level of zstd: parts become a third of their size, and packing takes 1 % of the time that parsing takes.
pub(crate) const LEVEL: i32 = 3;

/// Documents whose parts are unpacked at a time.
const BATCH_DOCUMENTS: usize = 512;

/// No document's part is larger than this when it is unpacked.
const MOST_BYTES: usize = 1 << 30;

/// What a document holds for one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Names,
    Quotes,
    Stories,
    Reuse,
    Discrepancies,
}

impl Part {
    pub(crate) const ALL: [Self; 5] =
        [Self::Names, Self::Quotes, Self::Stories, Self::Reuse, Self::Discrepancies];

    /// The name under which it is kept.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Quotes => "quotes",
            Self::Stories => "stories",
            Self::Reuse => "reuse",
            Self::Discrepancies => "discrepancies",
        }
    }

    fn packed(self, material: &Material, analysis: &Analysis) -> Result<Vec<u8>, String> {
        match self {
            Self::Names => packed(&names::extract(material, analysis)),
            Self::Quotes => packed(&quotes::extract(material, analysis)),
            Self::Stories => packed(&stories::extract(material, analysis)),
            Self::Reuse => packed(&reuse::extract(material)),
            Self::Discrepancies => packed(&discrepancies::extract(material, analysis)),
        }
    }
}

/// All that a document holds, packed.
pub(crate) fn all_packed(material: &Material, analysis: &Analysis) -> Result<Vec<(Part, Vec<u8>)>, String> {
    Part::ALL.into_iter().map(|part| Ok((part, part.packed(material, analysis)?))).collect()
}

fn packed(held: &impl Serialize) -> Result<Vec<u8>, String> {
    let bytes = postcard::to_allocvec(held).map_err(|error| error.to_string())?;
    zstd::bulk::compress(&bytes, LEVEL).map_err(|error| error.to_string())
}

fn unpacked<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let length = zstd::bulk::Decompressor::upper_bound(bytes)?.min(MOST_BYTES);
    let bytes = zstd::bulk::decompress(bytes, length).ok()?;
    postcard::from_bytes(&bytes).ok()
}

/// What is kept of those documents that could be read.
pub(crate) struct Kept<'a> {
    store: Mutex<&'a mut Store>,
    /// By path.
    documents: BTreeMap<&'a str, (&'a Document, Contents)>,
}

impl<'a> Kept<'a> {
    pub(crate) fn new(
        store: &'a mut Store,
        documents: impl IntoIterator<Item = (&'a Document, Contents)>,
    ) -> Self {
        let by_path =
            |(document, contents): (&'a Document, Contents)| (document.path.as_str(), (document, contents));
        Self { store: Mutex::new(store), documents: documents.into_iter().map(by_path).collect() }
    }

    /// The store, for one thread at a time.
    pub(crate) fn store(&self) -> MutexGuard<'_, &'a mut Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that a document is made of.
    pub(crate) fn contents(&self, document: &Document) -> Option<&Contents> {
        self.documents.get(document.path.as_str()).map(|(_, contents)| contents)
    }

    /// All documents, in the order of their paths.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &'a Document> {
        self.documents.values().map(|(document, _)| *document)
    }

    /// A part of some documents, in their order.
    pub(crate) fn part<'d, T: DeserializeOwned + Send>(
        &self,
        part: Part,
        documents: &[&'d Document],
    ) -> Result<Vec<(&'d Document, T)>, StoreError> {
        let mut all = Vec::with_capacity(documents.len());
        for batch in documents.chunks(BATCH_DOCUMENTS) {
            let mut found = Vec::with_capacity(batch.len());
            for document in batch {
                found.extend(self.store().part(part, &document.path)?.map(|bytes| (*document, bytes)));
            }
            let unpacked: Result<Vec<_>, &Document> = found
                .into_par_iter()
                .map(|(document, bytes)| Ok((document, unpacked(&bytes).ok_or(document)?)))
                .collect();
            all.extend(unpacked.map_err(|document| self.store().damaged(&document.path))?);
        }
        Ok(all)
    }
}
