//! Which of the forms of other programs a file has, and how it is read.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{clock, plain, podcast_json, srt, timed_text, tsv, ttml, vtt, whisper_cpp_json, whisper_json};
use crate::imported::{ImportIssues, Imported};

/// The largest file that is read: a day of whisper.cpp's fullest JSON.
pub const MAX_IMPORT_BYTES: usize = 64 << 20;

/// How much of a text is looked at to tell its form.
const LOOKED_AT_BYTES: usize = 64 << 10;

/// A form that a transcript of another program may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportFormat {
    /// SubRip captions.
    Srt,
    /// WebVTT captions.
    Vtt,
    /// TTML captions.
    Ttml,
    /// The JSON of openai-whisper, of OpenAI's service or of WhisperX.
    WhisperJson,
    /// The JSON of whisper.cpp.
    WhisperCppJson,
    /// The JSON of Podcasting 2.0.
    PodcastJson,
    /// The tab-separated values of openai-whisper.
    Tsv,
    /// Plain text with times in the margin.
    TimedText,
}

impl ImportFormat {
    /// All of them, in the order in which they are explained to people.
    pub const ALL: [Self; 8] = [
        Self::Srt,
        Self::Vtt,
        Self::Ttml,
        Self::WhisperJson,
        Self::WhisperCppJson,
        Self::PodcastJson,
        Self::Tsv,
        Self::TimedText,
    ];

    /// The name in sidecars.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Ttml => "ttml",
            Self::WhisperJson => "whisper-json",
            Self::WhisperCppJson => "whisper-cpp-json",
            Self::PodcastJson => "podcast-json",
            Self::Tsv => "tsv",
            Self::TimedText => "timed-text",
        }
    }

    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Srt => "SRT",
            Self::Vtt => "WebVTT",
            Self::Ttml => "TTML",
            Self::WhisperJson => "Whisper JSON",
            Self::WhisperCppJson => "whisper.cpp JSON",
            Self::PodcastJson => "Podcasting 2.0 JSON",
            Self::Tsv => "Whisper TSV",
            Self::TimedText => "text with times",
        }
    }
}

impl fmt::Display for ImportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a file gives no transcript at all. What is wrong in places is an issue of [`Imported`] instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is larger than any transcript.
    #[error("expected a transcript of at most {MAX_IMPORT_BYTES} bytes, found {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Its JSON holds more values than any transcript.
    #[error("expected a transcript with fewer values, found {commas} commas")]
    TooManyValues {
        /// All commas, also those in texts.
        commas: usize,
    },
    /// It is no JSON, or its outermost value is something else.
    #[error("{line}:{column}: {message}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What was expected, and what was found.
        message: String,
    },
    /// Nothing was said in it.
    #[error("expected {} with something said, found none{}", format.title(), first_issue(first))]
    Empty {
        /// What it was read as.
        format: ImportFormat,
        /// What is wrong with it first, if anything is.
        first: Option<String>,
    },
}

fn first_issue(first: &Option<String>) -> String {
    first.as_ref().map(|issue| format!(": {issue}")).unwrap_or_default()
}

/// Which form a file has: what its content shows, else what its name says. `None` for anything else, also for our own
/// sidecars and for what yt-dlp writes about a recording.
pub fn detect(bytes: &[u8], file_name: &str) -> Option<ImportFormat> {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT_BYTES)];
    let head = plain::decode(looked_at, &mut ImportIssues::default());
    let head = head.trim_start();
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if head.starts_with(['{', '[']) && !is_bracketed_time(head) {
        return of_json(bytes);
    }
    by_content(head, ending.as_deref()).or_else(|| by_ending(head, ending.as_deref()?))
}

/// `[00:01:05]`, which is no list.
fn is_bracketed_time(head: &str) -> bool {
    let inside = head.trim_start_matches('[').trim_start();
    let end = inside.find(|c: char| !(c.is_ascii_digit() || ":.,".contains(c))).unwrap_or(inside.len());
    clock::clock(&inside[..end]).is_some()
}

fn by_content(head: &str, ending: Option<&str>) -> Option<ImportFormat> {
    let first = head.lines().next().unwrap_or_default();
    if first == "WEBVTT" || first.starts_with("WEBVTT ") || first.starts_with("WEBVTT\t") {
        return Some(ImportFormat::Vtt);
    }
    if first == tsv::HEADER {
        return Some(ImportFormat::Tsv);
    }
    if head.starts_with('<') && ttml::has_root(head) {
        return Some(ImportFormat::Ttml);
    }
    // The end of what is looked at may be half a line.
    let has_timings = plain::lines(head).any(|(_, line)| is_strict_timing(line));
    if has_timings && ending != Some("md") {
        return Some(if ending == Some("vtt") { ImportFormat::Vtt } else { ImportFormat::Srt });
    }
    (ending.is_none_or(|ending| matches!(ending, "txt" | "text")) && timed_text::is_timed(head))
        .then_some(ImportFormat::TimedText)
}

/// `00:00:01,000 --> 00:00:02,000` at the beginning of a line.
fn is_strict_timing(line: &str) -> bool {
    let Some((start, rest)) = line.split_once("-->") else { return false };
    let end = rest.split_whitespace().next().unwrap_or_default();
    clock::clock(start.trim()).is_some() && clock::clock(end).is_some()
}

/// A file that says nothing of itself, such as one without a caption.
fn by_ending(head: &str, ending: &str) -> Option<ImportFormat> {
    match ending {
        "srt" => Some(ImportFormat::Srt),
        "vtt" => Some(ImportFormat::Vtt),
        "ttml" | "dfxp" if head.starts_with('<') => Some(ImportFormat::Ttml),
        _ => None,
    }
}

/// The fields by which forms of JSON are told apart. Which they are is looked at, not what they hold.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Fields {
    #[serde(deserialize_with = "present")]
    transcription: bool,
    segments: Option<Segments>,
    #[serde(deserialize_with = "present")]
    words: bool,
    #[serde(rename = "word_segments", deserialize_with = "present")]
    word_segments: bool,
    /// In sidecars.
    #[serde(deserialize_with = "present")]
    program: bool,
    /// In what yt-dlp writes.
    #[serde(rename = "webpage_url", deserialize_with = "present")]
    webpage_url: bool,
    #[serde(deserialize_with = "present")]
    extractor: bool,
}

/// Of a list of segments, whether the first has the fields of Podcasting 2.0.
#[derive(Default)]
struct Segments {
    is_podcast: bool,
    is_whisper: bool,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FirstSegment {
    #[serde(rename = "startTime", deserialize_with = "present")]
    start_time: bool,
    #[serde(deserialize_with = "present")]
    body: bool,
    #[serde(deserialize_with = "present")]
    text: bool,
}

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SegmentsVisitor)
    }
}

struct SegmentsVisitor;

impl<'de> serde::de::Visitor<'de> for SegmentsVisitor {
    type Value = Segments;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of segments")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Segments, A::Error> {
        let mut segments = Segments::default();
        if let Some(first) = list.next_element::<&RawValue>()? {
            // Looked at on its own, so that nothing of it has to be held.
            let first: FirstSegment = serde_json::from_str(first.get()).unwrap_or_default();
            segments.is_podcast = first.start_time && first.body;
            segments.is_whisper = first.text;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(segments)
    }
}

fn of_json(bytes: &[u8]) -> Option<ImportFormat> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return None;
    }
    let text = super::foreign_json::text_of(bytes, &mut ImportIssues::default()).ok()?;
    if text.trim_start().starts_with('[') {
        let segments: Segments = serde_json::from_str(&text).ok()?;
        return segments.is_whisper.then_some(ImportFormat::WhisperJson);
    }
    let fields: Fields = serde_json::from_str(&text).ok()?;
    let segments = fields.segments.unwrap_or_default();
    if fields.program || fields.webpage_url || fields.extractor {
        return None;
    }
    if fields.transcription {
        return Some(ImportFormat::WhisperCppJson);
    }
    if segments.is_podcast {
        return Some(ImportFormat::PodcastJson);
    }
    (segments.is_whisper || fields.words || fields.word_segments).then_some(ImportFormat::WhisperJson)
}

/// Reads a file of another program.
///
/// # Errors
/// If it is far too large, no JSON where JSON was expected, or nothing is said in it.
pub fn import(bytes: &[u8], format: ImportFormat) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(ImportError::TooLarge { bytes: bytes.len() });
    }
    let imported = match format {
        ImportFormat::Srt => srt::read(bytes),
        ImportFormat::Vtt => vtt::read(bytes),
        ImportFormat::Ttml => ttml::read(bytes),
        ImportFormat::WhisperJson => whisper_json::read(bytes)?,
        ImportFormat::WhisperCppJson => whisper_cpp_json::read(bytes)?,
        ImportFormat::PodcastJson => podcast_json::read(bytes)?,
        ImportFormat::Tsv => tsv::read(bytes),
        ImportFormat::TimedText => timed_text::read(bytes),
    };
    if imported.segments.is_empty() {
        let first = imported.issues.listed().first().map(ToString::to_string);
        return Err(ImportError::Empty { format, first });
    }
    Ok(imported)
}
