//! Whether a sidecar describes the transcript beside it.

use super::{SegmentDetail, Sidecar};
use crate::time::MediaTime;
use crate::transcript::Segment;

/// Starts that differ by more than this belong to different segments: the sidecar rounds to milliseconds.
const START_TOLERANCE: MediaTime = MediaTime::from_millis(1);

/// A way in which a sidecar and a transcript do not belong together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SidecarMismatch {
    /// None of its segments can be trusted to be the transcript's.
    #[error("the sidecar describes {sidecar} segments, the transcript has {transcript}")]
    SegmentCount {
        /// In the sidecar.
        sidecar: usize,
        /// In the transcript.
        transcript: usize,
    },
    /// The first segment at which they part.
    #[error("segment {segment} starts at {transcript} in the transcript, but at {sidecar} in the sidecar")]
    Start {
        /// Index of the segment, from 0.
        segment: usize,
        /// In the sidecar.
        sidecar: MediaTime,
        /// In the transcript.
        transcript: MediaTime,
    },
}

impl Sidecar {
    /// Checks that this sidecar describes these segments: as many, starting when they start.
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn check(&self, segments: &[Segment]) -> Result<(), SidecarMismatch> {
        if self.segments.len() != segments.len() {
            return Err(SidecarMismatch::SegmentCount {
                sidecar: self.segments.len(),
                transcript: segments.len(),
            });
        }
        let parted =
            self.segments.iter().zip(segments).position(|(detail, segment)| !is_same(detail, segment));
        match parted {
            None => Ok(()),
            Some(index) => Err(SidecarMismatch::Start {
                segment: index,
                sidecar: self.segments[index].start,
                transcript: segments[index].start_time().unwrap_or_default(),
            }),
        }
    }

    /// What this sidecar says of the segment at `index`; `None` unless it describes as many segments, and
    /// this one with the same start.
    pub fn detail_of(&self, segments: &[Segment], index: usize) -> Option<&SegmentDetail> {
        if self.segments.len() != segments.len() {
            return None;
        }
        self.segments.get(index).filter(|detail| is_same(detail, &segments[index]))
    }
}

/// A segment without a start may be any.
fn is_same(detail: &SegmentDetail, segment: &Segment) -> bool {
    segment.start_time().is_none_or(|start| {
        detail.start.saturating_sub(start).max(start.saturating_sub(detail.start)) <= START_TOLERANCE
    })
}
