//! The words of documents without all else that an index holds: what they alone cost, for who compares it with the cost of
//! another engine's.

use std::path::Path;

use record::Document;

use crate::catalogue::{Batch, WordCounts};
use crate::passages::{Passage, find_sources};
use crate::words::{Heading, Words, WordsError};

/// A document that was read and cut.
pub struct CutDocument {
    /// What is said of it.
    pub document: Document,
    /// Its passages.
    pub passages: Vec<Passage>,
    /// Its file, in which the passages are looked for, as their texts are left there.
    pub bytes: Vec<u8>,
}

/// Writes the words of documents into an empty folder, a batch of them at a time, as an update does. Nothing but a measurement
/// needs such a folder.
///
/// # Errors
/// If the folder can't be written.
pub fn write_words_alone(
    folder: &Path,
    batches: impl Iterator<Item = Vec<CutDocument>>,
) -> Result<(), WordsError> {
    let words = Words::open_or_create(folder)?;
    let mut writer = words.writer(usize::MAX)?;
    let mut counts = WordCounts::default();
    for (number, documents) in (1..).zip(batches) {
        for CutDocument { document, mut passages, bytes } in documents {
            find_sources(&mut passages, &bytes);
            writer.put(Heading { document: &document, language: None, is_copy: false }, &passages)?;
            counts.passages += passages.len() as u64;
        }
        writer.commit(Batch { number, counts })?;
    }
    writer.finish()
}
