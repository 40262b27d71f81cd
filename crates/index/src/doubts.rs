//! What is doubted of each segment of a file.

use archive::StoredDocument;
use language::{FileHint, SegmentView};
use record::format::archive::ArchiveFile;
use record::{Segment, Sidecar, Suspect};

/// What is doubted of each segment, in their order: what the sidecar says, if whoever made it heard the recording or
/// doubted anything; of other transcripts, what their words and times alone show.
pub fn doubts(file: &ArchiveFile, sidecar: Option<&Sidecar>) -> Vec<Vec<Suspect>> {
    let segments = file.segments();
    let has_doubts = |sidecar: &&Sidecar| sidecar.segments.iter().any(|segment| !segment.suspects.is_empty());
    if let Some(sidecar) = sidecar.filter(|sidecar| sidecar.media.is_some() || has_doubts(sidecar)) {
        let marks = |index| sidecar.detail_of(segments, index).map(|detail| detail.suspects.clone());
        return (0..segments.len()).map(|index| marks(index).unwrap_or_default()).collect();
    }
    let hint = FileHint { language: written_language(file), length: file.length() };
    let views: Vec<SegmentView<'_>> = segments
        .iter()
        .map(|segment: &Segment| SegmentView { text: &segment.text, start: segment.start_time(), end: None })
        .collect();
    language::suspects(&views, &hint)
}

/// What is doubted of each segment of a document; an article has none.
pub fn document_doubts(stored: &StoredDocument) -> Vec<Vec<Suspect>> {
    match stored {
        StoredDocument::Transcript(transcript) => doubts(&transcript.file, transcript.sidecar.as_ref()),
        StoredDocument::Article(_) => Vec::new(),
    }
}

/// The language in which people wrote about the recording.
fn written_language(file: &ArchiveFile) -> Option<&'static str> {
    let about = format!("{}. {}", file.title().unwrap_or_default(), file.description().unwrap_or_default());
    language::identify(&about)
}
