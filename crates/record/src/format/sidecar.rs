//! The sidecar: what the archive's format has no room for, as JSON beside the archive file.
//!
//! ```text
//! BBC - World News/20250212_BBC - World News_152s.md      what was said, readable in any editor
//! BBC - World News/20250212_BBC - World News_152s.json    ends, words, probabilities, speakers, doubts, hashes
//! ```
//!
//! Fields that this version does not know survive a read and a write, so an older program does not destroy
//! what a newer one found. A sidecar of a newer major version is refused whole: its fields may mean
//! something else. What a hostile file can make us allocate is bounded by its size and by the number of its
//! values ([`MAX_SIDECAR_BYTES`], [`MAX_SIDECAR_VALUES`]).

mod check;
mod lines;
mod probability;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::SidecarMismatch;
pub use probability::{LogProbability, Probability};

use self::lines::LineFormatter;
use crate::digest::Sha256Digest;
use crate::suspect::Suspect;
use crate::time::MediaTime;

/// The major version that this program writes, and the newest that it reads.
pub const SIDECAR_VERSION: u32 = 1;

/// The largest sidecar that is read. A day of speech with a time for each word takes about 25 MB.
pub const MAX_SIDECAR_BYTES: usize = 64 << 20;

/// The most values (numbers, texts, lists, objects) that a sidecar may hold. A day of speech with a time for
/// each word has a million; each takes up to 64 bytes while it is read.
pub const MAX_SIDECAR_VALUES: usize = 4_000_000;

/// Fields that this version does not know, kept for the version that does.
pub type UnknownFields = BTreeMap<String, Value>;

/// Everything beside the text: one JSON object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `version`")]
pub struct Sidecar {
    /// The major version of the format, [`SIDECAR_VERSION`].
    pub version: u32,
    /// What made the transcript.
    pub program: Program,
    /// When; RFC 3339 in UTC.
    pub created: Timestamp,
    /// The recording's file; `None` where only a text was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The file of another program from which the transcript was taken; `None` where we recognised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The recogniser's weights; `None` where a person or another program wrote the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Model>,
    /// How the recogniser was set, by the names of the command line's options.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
    /// What the recogniser was asked for.
    #[serde(default)]
    pub task: Task,
    /// The language of most of the recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// One for each segment of the transcript, in its order.
    pub segments: Vec<SegmentDetail>,
    /// Segments that were recognised, doubted and left out of the transcript, as the user asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedSegment>,
    /// Stretches of the recording from which no text was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl Sidecar {
    /// A sidecar that says nothing yet but who made it, and when.
    pub fn new(program: Program, created: Timestamp) -> Self {
        Self {
            version: SIDECAR_VERSION,
            program,
            created,
            media: None,
            source: None,
            model: None,
            settings: BTreeMap::new(),
            task: Task::Transcribe,
            language: None,
            segments: Vec::new(),
            dropped: Vec::new(),
            unread: Vec::new(),
            unknown: UnknownFields::new(),
        }
    }

    /// SHA-256 of what the transcript was made from: of the recording, else of the file it was taken from. The same
    /// origin is the same document, whatever address it lacks.
    pub fn origin(&self) -> Option<Sha256Digest> {
        let media = self.media.as_ref().map(|media| media.sha256);
        media.or(self.source.as_ref().map(|source| source.sha256))
    }
}

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `name` and `version`")]
pub struct Program {
    /// Such as `onrecord`.
    pub name: String,
    /// Such as `0.1.0`.
    pub version: String,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl Program {
    /// A program by name and version.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { name: name.into(), version: version.into(), unknown: UnknownFields::new() }
    }
}

/// The recording's file as it was transcribed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `sha256`, `bytes`, `seconds` and `file_name`")]
pub struct Media {
    /// Of its bytes.
    pub sha256: Sha256Digest,
    /// Its size.
    pub bytes: u64,
    /// How long it plays.
    #[serde(rename = "seconds")]
    pub length: MediaTime,
    /// Its name without its folder.
    pub file_name: String,
    /// Such as `mp4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Such as `aac`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Before it was changed to what the recogniser hears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<u32>,
    /// Before they were mixed to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<u16>,
    /// A path or an address, where the user wants it kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// The file from which a transcript was taken as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `sha256`, `bytes`, `file_name` and `format`")]
pub struct Source {
    /// Of its bytes.
    pub sha256: Sha256Digest,
    /// Its size.
    pub bytes: u64,
    /// Its name without its folder.
    pub file_name: String,
    /// As [`crate::format::ImportFormat::name`] has it, such as `srt`.
    pub format: String,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// The recogniser's weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `name`")]
pub struct Model {
    /// Such as `base.en`.
    pub name: String,
    /// Of the file of the weights; `None` where they came in several files or from elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Digest>,
    /// Such as `ggml`, `safetensors` or `ctranslate2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// What the recogniser was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// The words in the language in which they were spoken.
    #[default]
    Transcribe,
    /// The words in English.
    Translate,
    /// A task that a later version of the program knows and this one does not.
    #[serde(untagged)]
    Other(String),
}

/// A language, and how sure its detection is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `code`")]
pub struct Language {
    /// Whisper's code for it, such as `en`.
    pub code: String,
    /// `None` where a person stated the language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// What is known of a segment beside its text and its start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `start_seconds`")]
pub struct SegmentDetail {
    /// Where it starts: the start of the archive file, in whole milliseconds.
    #[serde(rename = "start_seconds")]
    pub start: MediaTime,
    /// Where it ends, half-open; `None` where its source gave starts alone.
    #[serde(rename = "end_seconds", default, skip_serializing_if = "Option::is_none")]
    pub end: Option<MediaTime>,
    /// Whisper's code for its language, where it differs from the recording's or was detected for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who speaks, by name or by a label such as `speaker 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// Mean of the logarithms of its tokens' probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_log_probability: Option<LogProbability>,
    /// How sure the model is that nobody speaks in the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_speech_probability: Option<Probability>,
    /// Bytes of the window's text divided by its bytes when compressed; a loop compresses well.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "probability::finite")]
    pub compression_ratio: Option<f32>,
    /// The sampling temperature that gave the text; 0 is greedy or beam search.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "probability::finite")]
    pub temperature: Option<f32>,
    /// Its words in order; empty where word times were not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
    /// Why it is doubted; empty for a segment without marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A word and its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `text`, `start_seconds` and `end_seconds`")]
pub struct Word {
    /// As the model wrote it, with its leading space: the words of a segment joined are its text.
    pub text: String,
    /// Where it starts.
    #[serde(rename = "start_seconds")]
    pub start: MediaTime,
    /// Where it ends, half-open.
    #[serde(rename = "end_seconds")]
    pub end: MediaTime,
    /// Mean of its tokens' probabilities; `None` where its source gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// Whether its times were not heard but put between those of its neighbours.
    #[serde(default, skip_serializing_if = "is_false")]
    pub interpolated: bool,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

// Serde passes a reference.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A segment that was left out of the transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `start_seconds`, `end_seconds`, `text` and `suspects`")]
pub struct DroppedSegment {
    /// Where it started.
    #[serde(rename = "start_seconds")]
    pub start: MediaTime,
    /// Where it ended, half-open.
    #[serde(rename = "end_seconds")]
    pub end: MediaTime,
    /// What the recogniser wrote, untrimmed.
    pub text: String,
    /// Why it was left out.
    pub suspects: Vec<Suspect>,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A stretch of the recording from which no text was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object with `start_seconds`, `end_seconds` and `why`")]
pub struct Unread {
    /// Where it starts.
    #[serde(rename = "start_seconds")]
    pub start: MediaTime,
    /// Where it ends, half-open.
    #[serde(rename = "end_seconds")]
    pub end: MediaTime,
    /// What kept us from reading it.
    pub why: UnreadReason,
    /// More about it for people, such as the decoder's message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Of a later minor version.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Why a stretch was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnreadReason {
    /// Voice detection heard nobody.
    Silence,
    /// The file is damaged there.
    Undecodable,
    /// The user asked for another part of the recording.
    NotAsked,
    /// A reason that a later version of the program knows and this one does not.
    #[serde(untagged)]
    Other(String),
}

/// Why a sidecar cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SidecarError {
    /// It is larger than any that we write.
    #[error("expected a sidecar of at most {MAX_SIDECAR_BYTES} bytes, found {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It holds more values than any that we write.
    #[error("expected a sidecar of at most {MAX_SIDECAR_VALUES} values, found {commas} commas")]
    TooManyValues {
        /// All commas, also those in texts.
        commas: usize,
    },
    /// A newer program wrote it.
    #[error(
        "the sidecar has version {found}, this program reads version {SIDECAR_VERSION}\nhint: install a newer version of this program"
    )]
    Newer {
        /// Its version.
        found: u64,
    },
    /// It is no JSON, or not of our shape.
    #[error("{place}: {message}")]
    Json {
        /// Such as `segments[3].end_seconds (line 12, column 7)`.
        place: String,
        /// What was expected, and what was found.
        message: String,
    },
}

/// The version alone, read first: a newer sidecar may have no other field that we know.
#[derive(Deserialize)]
#[serde(expecting = "an object with `version`")]
struct VersionField {
    version: u64,
}

/// Reads a sidecar.
///
/// # Errors
/// If it is too large, holds too many values, is of a newer major version, or not of the shape of [`Sidecar`].
pub fn read(bytes: &[u8]) -> Result<Sidecar, SidecarError> {
    read_versioned(bytes)
}

/// Reads a sidecar of either kind; both are of version [`SIDECAR_VERSION`].
pub(super) fn read_versioned<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, SidecarError> {
    if bytes.len() > MAX_SIDECAR_BYTES {
        return Err(SidecarError::TooLarge { bytes: bytes.len() });
    }
    // Two values have a comma between them, so this counts without reading, and never too few.
    let commas = bytes.iter().filter(|byte| **byte == b',').count();
    if commas > MAX_SIDECAR_VALUES {
        return Err(SidecarError::TooManyValues { commas });
    }
    let VersionField { version } = read_json(bytes)?;
    match u32::try_from(version) {
        Ok(1..=SIDECAR_VERSION) => read_json(bytes),
        Ok(0) => Err(SidecarError::Json {
            place: "version".to_owned(),
            message: format!("expected a version from 1 to {SIDECAR_VERSION}, found 0"),
        }),
        _ => Err(SidecarError::Newer { found: version }),
    }
}

fn read_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, SidecarError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        json_error(&path, error.inner())
    })?;
    deserializer.end().map_err(|error| json_error(".", &error))?;
    Ok(value)
}

/// The error with its place, which serde_json appends to its message, brought to the front.
fn json_error(path: &str, error: &serde_json::Error) -> SidecarError {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let position = format!(" at line {line} column {column}");
    let message = whole.strip_suffix(&position).unwrap_or(&whole).to_owned();
    let place = match path {
        "." => format!("line {line}, column {column}"),
        path => format!("{path} (line {line}, column {column})"),
    };
    SidecarError::Json { place, message }
}

/// The sidecar as JSON, a line for each field and for each segment, so that `git diff` shows which changed,
/// and a line break at its end.
pub fn write(sidecar: &Sidecar) -> Vec<u8> {
    write_lines(sidecar)
}

/// Writes a sidecar of either kind.
pub(super) fn write_lines(sidecar: &impl Serialize) -> Vec<u8> {
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut json, LineFormatter::default());
    let written = sidecar.serialize(&mut serializer);
    debug_assert!(written.is_ok(), "every key is a string, no number is NaN, and a vector takes any byte");
    json.push(b'\n');
    json
}
