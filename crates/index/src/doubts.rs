//! What is doubted of each segment of a file.

use record::format::archive::ArchiveFile;
use record::{Sidecar, Suspect};

/// What is doubted of each segment, in their order: the sidecar says it.
pub fn doubts(file: &ArchiveFile, sidecar: Option<&Sidecar>) -> Vec<Vec<Suspect>> {
    let segments = file.segments();
    let of_sidecar = |index| Some(sidecar?.detail_of(segments, index)?.suspects.clone());
    (0..segments.len()).map(|index| of_sidecar(index).unwrap_or_default()).collect()
}
