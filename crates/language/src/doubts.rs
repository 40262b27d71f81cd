//! What is doubted of each segment of a file.

use record::format::archive::ArchiveFile;
use record::{Segment, Sidecar, Suspect};

use crate::suspects::{FileHint, SegmentView, suspects};

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
    suspects(&views, &hint)
}

/// The language in which people wrote about the recording.
fn written_language(file: &ArchiveFile) -> Option<&'static str> {
    let about = format!("{}. {}", file.title().unwrap_or_default(), file.description().unwrap_or_default());
    crate::identify(&about)
}
