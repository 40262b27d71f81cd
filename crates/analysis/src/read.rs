//! A stored document -> what findings read.

use archive::StoredDocument;
use findings::Material;
use record::Document;

/// A document as findings read it: doubted segments are left out.
pub fn material(document: Document, stored: &StoredDocument) -> Material {
    match stored {
        StoredDocument::Transcript(transcript) => {
            let sidecar = transcript.sidecar.as_ref();
            let doubts = language::doubts(&transcript.file, sidecar);
            let is_doubted: Vec<bool> = doubts.iter().map(|doubts| !doubts.is_empty()).collect();
            Material::of_transcript(document, &transcript.file, sidecar, &is_doubted)
        }
        StoredDocument::Article(article) => Material::of_article(document, &article.article),
    }
}
