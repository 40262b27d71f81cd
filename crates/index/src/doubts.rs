//! What is doubted of each segment of a document.

use archive::StoredDocument;
use record::Suspect;

pub use language::doubts;

/// What is doubted of each segment of a document; an article has none.
pub fn document_doubts(stored: &StoredDocument) -> Vec<Vec<Suspect>> {
    match stored {
        StoredDocument::Transcript(transcript) => doubts(&transcript.file, transcript.sidecar.as_ref()),
        StoredDocument::Article(_) => Vec::new(),
    }
}
