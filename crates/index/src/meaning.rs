//! Meaning: a vector for each passage, and which passages are nearest to a question.
//!
//! ```text
//! passage --Embedder--> 256 numbers --Vectors--> 1 bit and 1 byte for each, in a file a batch
//! question --Embedder--> numbers --scan of the bits--> the likely nearest --bytes--> the nearest
//! ```
//!
//! There is no graph and no partition: the bits of a million passages are read in less than ten milliseconds, so every
//! passage is looked at, and a condition on documents costs nothing in exactness.

mod file;
mod scan;
mod usual;
mod vectors;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::catalogue::{DocumentNumber, VectorPlace};
pub use file::MeaningError;
pub(crate) use file::{VectorFile, remove_unlisted, write};
use scan::QueryBits;
pub(crate) use vectors::Vectors;

/// How many of the likely nearest are compared byte by byte, for each that is wanted: with 256 bits, 20 times as many
/// hold 0.97 of the true nearest (1,000 for the first 50).
const COMPARED_FOR_EACH: usize = 20;

/// The vectors of an archive at one moment.
pub(crate) struct Meaning {
    files: BTreeMap<u64, VectorFile>,
    /// In the order of their places on disk.
    documents: Vec<(DocumentNumber, VectorPlace)>,
    by_number: HashMap<DocumentNumber, usize>,
    /// Passages at even distances, in the order of their documents' numbers.
    sample: Vec<(DocumentNumber, u64)>,
}

/// A passage and how near it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Near {
    pub(crate) number: DocumentNumber,
    pub(crate) ordinal: u64,
    /// The cosine of the angle between passage and question, -1 to 1.
    pub(crate) cosine: f32,
}

impl Meaning {
    /// Opens the files in `folder` that hold the vectors of these documents.
    pub(crate) fn open(
        folder: &Path,
        mut documents: Vec<(DocumentNumber, VectorPlace)>,
    ) -> Result<Self, MeaningError> {
        documents.sort_by_key(|(_, place)| (place.file, place.first));
        let mut files = BTreeMap::new();
        for (_, place) in documents.iter().filter(|(_, place)| place.count > 0) {
            if let Entry::Vacant(file) = files.entry(place.file) {
                file.insert(VectorFile::open(folder, place.file)?);
            }
        }
        documents.retain(|(_, place)| {
            files.get(&place.file).is_some_and(|file| place.first + place.count <= file.rows())
        });
        let by_number = documents.iter().enumerate().map(|(index, (number, _))| (*number, index)).collect();
        let sample = usual::sample(&documents);
        Ok(Self { files, documents, by_number, sample })
    }

    /// Whether there is any vector.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How many vectors each document has.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (DocumentNumber, u64)> {
        self.documents.iter().map(|(number, place)| (*number, place.count))
    }

    /// The `limit` nearest passages to a question of length 1, nearest first, of documents that are wanted.
    pub(crate) fn nearest(
        &self,
        question: &[f32],
        limit: usize,
        is_wanted: impl Fn(DocumentNumber) -> bool,
    ) -> Vec<Near> {
        let bits = QueryBits::of(question);
        let mut ranges = Vec::new();
        for (index, (number, place)) in self.documents.iter().enumerate() {
            let Some(file) = self.files.get(&place.file).filter(|file| file.dimensions() == question.len())
            else {
                continue;
            };
            if is_wanted(*number) {
                ranges.push((index, file, place));
            }
        }
        let (scores, ends) = scan::scores(&bits, &ranges);
        let threshold = scan::threshold(&scores, limit.saturating_mul(COMPARED_FOR_EACH));
        let mut nearest: Vec<Near> = Vec::new();
        let mut begin = 0;
        for ((index, ..), end) in ranges.iter().zip(ends) {
            let near = (0..).zip(&scores[begin..end]).filter(|(_, score)| **score >= threshold);
            nearest.extend(near.filter_map(|(row, _)| self.near(*index, row, question)));
            begin = end;
        }
        nearest.sort_by(|a, b| {
            b.cosine.total_cmp(&a.cosine).then(a.number.cmp(&b.number)).then(a.ordinal.cmp(&b.ordinal))
        });
        nearest.truncate(limit);
        nearest
    }

    fn near(&self, index: usize, ordinal: u64, question: &[f32]) -> Option<Near> {
        let (number, place) = self.documents.get(index)?;
        let cosine = self.files.get(&place.file)?.cosine(place.first + ordinal, question)?;
        Some(Near { number: *number, ordinal, cosine })
    }

    /// How near a passage is; `None` if it has no vector.
    pub(crate) fn cosine(&self, number: DocumentNumber, ordinal: u64, question: &[f32]) -> Option<f32> {
        let index = *self.by_number.get(&number)?;
        let place = self.documents[index].1;
        (ordinal < place.count).then(|| self.near(index, ordinal, question)).flatten().map(|near| near.cosine)
    }

    /// The vectors of a document as they are kept; for writing them into another file.
    pub(crate) fn vectors(&self, number: DocumentNumber) -> Option<Vectors> {
        let place = self.documents[*self.by_number.get(&number)?].1;
        self.files.get(&place.file)?.vectors(place.first, place.count)
    }
}

/// Whether a file of vectors can be read.
pub(crate) fn is_whole(folder: &Path, file: u64) -> bool {
    VectorFile::open(folder, file).is_ok()
}

/// The folder of the vectors' files.
pub(crate) fn folder_below(index: &Path) -> PathBuf {
    index.join("meaning")
}

#[cfg(test)]
mod tests;
