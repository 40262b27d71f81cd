//! One document: read, hashed, cut into passages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use archive::{Archive, RawDocument, Stamp, StoredDocument, StoredTranscript, sha256};
use language::embed::{EmbedError, Embedder};
use record::{Document, DocumentId, MediaTime, Sha256Digest, Sidecar, Suspect};

use super::UpdateError;
use super::plan::Task;
use crate::catalogue::{Change, Entered, Known, Role, WordCounts};
use crate::copies::{Sketch, hash};
use crate::doubts::document_doubts;
use crate::meaning::Vectors;
use crate::passages::{Passage, document_passages, find_sources};
use crate::tokens::each_word;
use crate::words::{Heading, Writer};

/// A file that was changed so shortly before it was read may be changed again within the same tick of the
/// file system's clock, without another size or time.
const TICK: Duration = Duration::from_secs(2);

/// What came of a task.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The catalogue has to learn it; the words have. With the vectors of its passages, if they were made.
    Changed(Change, Option<Vectors>),
    /// It can't be read; why.
    Failed(String),
}

/// Reads a document and puts its passages into the words, if it says something else than before.
pub(super) fn run(
    archive: &Archive,
    task: &Task,
    writer: &Writer<'_>,
    embedder: Option<&dyn Embedder>,
) -> Result<Outcome, UpdateError> {
    let raw = match archive.read_raw(&task.path) {
        Ok(raw) => raw,
        Err(error) if error.is_not_found() => {
            writer.remove(task.path.as_str());
            return Ok(Outcome::Changed(Change::Remove(task.path.to_string()), None));
        }
        Err(error) => return Ok(Outcome::Failed(error.to_string())),
    };
    let stamp = settled(raw.stamp, SystemTime::now());
    let content = sha256(&raw.bytes);
    let sidecar_content = raw.sidecar_bytes.as_deref().map(sha256);
    let says_the_same = |known: &crate::catalogue::Indexed| {
        known.content == content && known.sidecar_content == sidecar_content
    };
    if task.role.is_none() && task.known.as_ref().is_some_and(says_the_same) {
        return Ok(Outcome::Changed(Change::Touch(task.path.clone(), stamp), None));
    }
    let (entered, passages) = enter(&raw, content, sidecar_content, stamp, task.role());
    let heading = Heading {
        document: &entered.known.document,
        language: entered.known.language.as_deref(),
        is_copy: entered.role.copy_of.is_some(),
    };
    writer.put(heading, &passages)?;
    let vectors = embedder.map(|embedder| vectors(&passages, heading.is_copy, embedder)).transpose()?;
    Ok(Outcome::Changed(Change::Enter(Box::new(entered)), vectors))
}

/// The vectors of the passages; empty for a copy. A doubted passage keeps its row, and is near nothing.
fn vectors(passages: &[Passage], is_copy: bool, embedder: &dyn Embedder) -> Result<Vectors, EmbedError> {
    let passages = if is_copy { &[] } else { passages };
    let text = |passage: &Passage| if passage.is_suspect() { String::new() } else { passage.text() };
    let texts: Vec<String> = passages.iter().map(text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok(Vectors::of(&embedder.embed_batch(&texts)?, embedder.dimensions()))
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
    role: Role,
) -> (Entered, Vec<Passage>) {
    let stored = raw.parse();
    let doubts = document_doubts(&stored);
    let mut passages = document_passages(&stored, &doubts);
    find_sources(&mut passages, &raw.bytes);
    let media = media_of(&stored);
    let spoken = stored.transcript().map(|transcript| Spoken::of(transcript, &doubts)).unwrap_or_default();
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
        language: language_of(&stored, &passages),
        about: stored.transcript().and_then(|transcript| transcript.file.description()).and_then(about),
        copy_of: None,
        words: WordCounts::of(&passages, role.copy_of.is_some()),
    };
    let sketch = sketch(&passages);
    let is_counted = |passage: &&Passage| role.copy_of.is_none() && !passage.is_suspect();
    let tenths = passages.iter().filter(is_counted).map(|passage| passage.length().as_millis() / 100).sum();
    let issues = stored.issues().to_vec();
    (Entered { known, stamp, role, tenths, sketch, vectors: None, issues }, passages)
}

/// Of a transcript of others so much of the text tells its language.
const LANGUAGE_CHARACTERS: usize = 2_000;

/// The language that is spoken or written: sidecar or page say it, else the words do.
fn language_of(stored: &StoredDocument, passages: &[Passage]) -> Option<String> {
    let said = match stored {
        StoredDocument::Transcript(transcript) => {
            transcript.sidecar.as_ref().and_then(|sidecar| Some(sidecar.language.as_ref()?.code.clone()))
        }
        StoredDocument::Article(article) => article.article.language.as_deref().and_then(language_code),
    };
    if said.is_some() {
        return said;
    }
    let mut text = String::new();
    for passage in passages.iter().filter(|passage| !passage.is_suspect()) {
        text += &passage.text();
        if text.len() >= LANGUAGE_CHARACTERS {
            break;
        }
        text.push(' ');
    }
    language::identify(&text).map(str::to_owned)
}

/// `en` of `en-GB`.
fn language_code(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next()?.to_lowercase();
    (!code.is_empty()).then_some(code)
}

/// Of a longer description only the beginning is about the recording; the rest advertises.
const ABOUT_CHARACTERS: usize = 600;

/// The beginning of a description, without lines that hold addresses.
fn about(description: &str) -> Option<String> {
    let lines = description.split(['\n', '\r']).map(str::trim).filter(|line| !line.contains("://"));
    let text: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let about: String = text.join(" ").chars().take(ABOUT_CHARACTERS).collect();
    (!about.is_empty()).then_some(about)
}

/// Of what is not doubted: a loop would make copies of all that loop alike.
fn sketch(passages: &[Passage]) -> Option<Sketch> {
    let mut hashes = Vec::new();
    // No word reaches from one piece into the next.
    let pieces = passages.iter().filter(|passage| !passage.is_suspect()).flat_map(|passage| &passage.pieces);
    for piece in pieces {
        each_word(&piece.text, |word| hashes.push(hash(word)));
    }
    Sketch::of(&hashes)
}

/// What commands print of a document: what the catalogue says of it, had from its files alone.
pub fn describe(raw: &RawDocument, stored: &StoredDocument) -> Document {
    described(raw, stored, media_of(stored).unwrap_or_else(|| sha256(&raw.bytes)))
}

fn described(raw: &RawDocument, stored: &StoredDocument, identity: Sha256Digest) -> Document {
    stored.document(DocumentId::of(stored.url(), &identity), raw.path.to_string())
}

fn media_of(stored: &StoredDocument) -> Option<Sha256Digest> {
    stored.transcript()?.sidecar.as_ref().and_then(Sidecar::origin)
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
    fn of(stored: &StoredTranscript, doubts: &[Vec<Suspect>]) -> Self {
        Self {
            length: stored.file.length(),
            segments: stored.file.segments().len() as u64,
            suspect_segments: doubts.iter().filter(|doubts| !doubts.is_empty()).count() as u64,
            is_timed: is_timed(stored),
            is_opaque: stored.file.transcript().is_none(),
        }
    }
}

fn is_timed(stored: &StoredTranscript) -> bool {
    let segments = stored.file.segments();
    let by_sidecar =
        || stored.sidecar.as_ref().is_some_and(|sidecar| sidecar.detail_of(segments, 0).is_some());
    !segments.is_empty() && (segments.iter().any(|segment| segment.start.is_some()) || by_sidecar())
}

impl WordCounts {
    fn of(passages: &[Passage], is_copy: bool) -> Self {
        let mut counts = Self::default();
        for passage in passages {
            let (passages, words) = match (is_copy, passage.is_suspect()) {
                (true, _) => (&mut counts.copy_passages, &mut counts.copy_words),
                (false, true) => (&mut counts.suspect_passages, &mut counts.suspect_words),
                (false, false) => (&mut counts.passages, &mut counts.words),
            };
            *passages += 1;
            *words += passage.words() as u64;
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
