//! One document: read, hashed, cut into passages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use archive::{Archive, RawDocument, Stamp, StoredDocument, StoredTranscript};
use record::{Document, DocumentId, MediaTime, Sha256Digest};
use sha2::{Digest as _, Sha256};

use super::plan::Task;
use crate::catalogue::{Change, Entered, Known, WordCounts};
use crate::passages::{Passage, document_passages};
use crate::words::{WordsError, Writer};

/// A file that was changed so shortly before it was read may be changed again within the same tick of the
/// file system's clock, without another size or time.
const TICK: Duration = Duration::from_secs(2);

/// What came of a task.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The catalogue has to learn it; the words have.
    Changed(Change),
    /// It can't be read; why.
    Failed(String),
}

/// Reads a document and puts its passages into the words, if it says something else than before.
pub(super) fn run(archive: &Archive, task: &Task, writer: &Writer<'_>) -> Result<Outcome, WordsError> {
    let raw = match archive.read_raw(&task.path) {
        Ok(raw) => raw,
        Err(error) if error.is_not_found() => {
            writer.remove(task.path.as_str());
            return Ok(Outcome::Changed(Change::Remove(task.path.to_string())));
        }
        Err(error) => return Ok(Outcome::Failed(error.to_string())),
    };
    let stamp = settled(raw.stamp, SystemTime::now());
    let content = digest(&raw.bytes);
    let sidecar_content = raw.sidecar_bytes.as_deref().map(digest);
    let says_the_same = |known: &crate::catalogue::Indexed| {
        known.content == content && known.sidecar_content == sidecar_content
    };
    if task.known.as_ref().is_some_and(says_the_same) {
        return Ok(Outcome::Changed(Change::Touch(task.path.clone(), stamp)));
    }
    let entered = enter(&raw, content, sidecar_content, stamp);
    writer.put(&entered.0.known.document, &entered.1)?;
    Ok(Outcome::Changed(Change::Enter(Box::new(entered.0))))
}

fn digest(bytes: &[u8]) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(bytes).into())
}

/// The stamp, unless a change at the same moment might have it too.
fn settled(stamp: Stamp, now: SystemTime) -> Option<Stamp> {
    let latest =
        stamp.sidecar.map_or(i64::MIN, |sidecar| sidecar.modified_nanos).max(stamp.file.modified_nanos);
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(TICK).as_nanos();
    (i128::from(latest) < i128::try_from(now).unwrap_or(i128::MAX)).then_some(stamp)
}

fn enter(
    raw: &RawDocument,
    content: Sha256Digest,
    sidecar_content: Option<Sha256Digest>,
    stamp: Option<Stamp>,
) -> (Entered, Vec<Passage>) {
    let stored = raw.parse();
    let passages = document_passages(&stored);
    let media = media_of(&stored);
    let spoken = stored.transcript().map(Spoken::of).unwrap_or_default();
    let known = Known {
        document: described(raw, &stored, media.unwrap_or(content)),
        length: spoken.length,
        segments: spoken.segments,
        suspect_segments: spoken.suspect_segments,
        is_timed: spoken.is_timed,
        is_opaque: spoken.is_opaque,
        content,
        sidecar_content,
        media,
        words: WordCounts::of(&passages),
    };
    (Entered { known, stamp, issues: stored.issues().to_vec() }, passages)
}

/// What commands print of a document: what the catalogue says of it, had from its files alone.
pub fn describe(raw: &RawDocument, stored: &StoredDocument) -> Document {
    described(raw, stored, media_of(stored).unwrap_or_else(|| digest(&raw.bytes)))
}

fn described(raw: &RawDocument, stored: &StoredDocument, identity: Sha256Digest) -> Document {
    stored.document(DocumentId::of(stored.url(), &identity), raw.path.to_string())
}

fn media_of(stored: &StoredDocument) -> Option<Sha256Digest> {
    Some(stored.transcript()?.sidecar.as_ref()?.media.as_ref()?.sha256)
}

/// What only transcripts have.
#[derive(Default)]
struct Spoken {
    length: Option<MediaTime>,
    segments: u64,
    suspect_segments: u64,
    is_timed: bool,
    is_opaque: bool,
}

impl Spoken {
    fn of(stored: &StoredTranscript) -> Self {
        Self {
            length: stored.file.length(),
            segments: stored.file.segments().len() as u64,
            suspect_segments: suspect_segments(stored),
            is_timed: is_timed(stored),
            is_opaque: stored.file.transcript().is_none(),
        }
    }
}

fn suspect_segments(stored: &StoredTranscript) -> u64 {
    let segments = stored.file.segments();
    let Some(sidecar) = &stored.sidecar else { return 0 };
    let is_suspect =
        |index: &usize| sidecar.detail_of(segments, *index).is_some_and(|detail| !detail.suspects.is_empty());
    (0..segments.len()).filter(is_suspect).count() as u64
}

fn is_timed(stored: &StoredTranscript) -> bool {
    let segments = stored.file.segments();
    let by_sidecar =
        || stored.sidecar.as_ref().is_some_and(|sidecar| sidecar.detail_of(segments, 0).is_some());
    !segments.is_empty() && (segments.iter().any(|segment| segment.start.is_some()) || by_sidecar())
}

impl WordCounts {
    fn of(passages: &[Passage]) -> Self {
        let mut counts = Self::default();
        for passage in passages {
            let words = passage.words() as u64;
            if passage.is_suspect() {
                counts.suspect_passages += 1;
                counts.suspect_words += words;
            } else {
                counts.passages += 1;
                counts.words += words;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::FileStamp;

    #[test]
    fn a_young_file_is_looked_at_again() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000);
        let stamp = |seconds: i64, sidecar: Option<i64>| {
            let of = |seconds| FileStamp { bytes: 1, modified_nanos: seconds * 1_000_000_000 };
            Stamp { file: of(seconds), sidecar: sidecar.map(of) }
        };
        let is_settled = |stamp| settled(stamp, now).is_some();
        assert!(is_settled(stamp(997, None)));
        assert!(is_settled(stamp(-5, Some(997))));
        assert!(!is_settled(stamp(999, None)));
        assert!(!is_settled(stamp(5, Some(999))));
        assert!(!is_settled(stamp(2_000, None)), "a clock that is ahead");
    }
}
