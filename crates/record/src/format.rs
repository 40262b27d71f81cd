//! Every text form of the record: one module a format, `read` and `write` side by side.
//!
//! | format | module | read | written |
//! |---|---|---|---|
//! | archive file | [`archive`] | yes, byte for byte | yes |
//! | sidecar | [`sidecar`] | yes | yes |
//! | sidecar of an article | [`article`] | yes | yes |
//! | SRT | [`srt`] | yes | yes |
//! | WebVTT | [`vtt`] | yes | yes |
//! | TTML | [`ttml`] | yes | yes |
//! | JSON of openai-whisper and its kin | [`whisper_json`] | yes | yes |
//! | JSON of whisper.cpp | [`whisper_cpp_json`] | yes | |
//! | JSON of Podcasting 2.0 | [`podcast_json`] | yes | yes |
//! | TSV of openai-whisper | [`tsv`] | yes | yes |
//! | text with times in the margin | [`timed_text`] | yes | |
//! | CSV | [`csv`] | | yes |
//! | Markdown for people | [`markdown`] | | yes |
//! | HTML | [`html`] | | yes |
//! | plain text | [`text`] | | yes |
//!
//! What other programs wrote is read through [`import()`], which yields [`crate::Imported`]. Parquet is written by the crate
//! `tables`, which alone needs a library for it.

pub mod archive;
pub mod article;
mod clock;
pub mod csv;
mod foreign_json;
pub mod html;
pub mod import;
pub mod markdown;
mod markup;
mod plain;
pub mod podcast_json;
pub mod sidecar;
pub mod srt;
pub mod text;
pub mod timed_text;
pub mod tsv;
pub mod ttml;
pub mod vtt;
pub mod whisper_cpp_json;
pub mod whisper_json;

pub use import::{ImportError, ImportFormat, MAX_IMPORT_BYTES, detect, import};

use std::fmt;
use std::str::FromStr;

use crate::captions::{Cue, UntimedError, cues};
use crate::rows::Described;

/// A form that a transcript can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// The archive's own, written from the parsed form.
    Archive,
    /// SubRip captions.
    Srt,
    /// WebVTT captions.
    Vtt,
    /// TTML captions.
    Ttml,
    /// The JSON of openai-whisper.
    WhisperJson,
    /// The JSON of Podcasting 2.0.
    PodcastJson,
    /// Comma-separated values, a row for each segment.
    Csv,
    /// Apache Parquet, a row for each segment; written by the crate `tables`.
    Parquet,
    /// Markdown for people.
    Markdown,
    /// A page for people.
    Html,
    /// Plain text.
    Text,
    /// Tab-separated values as openai-whisper writes them.
    Tsv,
}

impl ExportFormat {
    /// All of them, in the order in which they are explained to people.
    pub const ALL: [Self; 12] = [
        Self::Archive,
        Self::Srt,
        Self::Vtt,
        Self::Ttml,
        Self::WhisperJson,
        Self::PodcastJson,
        Self::Csv,
        Self::Parquet,
        Self::Markdown,
        Self::Html,
        Self::Text,
        Self::Tsv,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Ttml => "ttml",
            Self::WhisperJson => "json",
            Self::PodcastJson => "podcast-json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Tsv => "tsv",
        }
    }

    /// The ending of its files' names, without the point.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Archive => "md",
            Self::PodcastJson => "podcast.json",
            format => format.name(),
        }
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that stands for no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}, found `{found}`", names())]
pub struct ExportFormatError {
    found: String,
}

fn names() -> String {
    ExportFormat::ALL.map(|format| format!("`{format}`")).join(", ")
}

impl FromStr for ExportFormat {
    type Err = ExportFormatError;

    /// Reads [`ExportFormat::name`], and the longer names `text`, `markdown`.
    fn from_str(name: &str) -> Result<Self, ExportFormatError> {
        let name = match name {
            "text" => "txt",
            "markdown" => "md",
            name => name,
        };
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| ExportFormatError { found: name.to_owned() })
    }
}

/// Appends what `value` prints. Writing to a `String` cannot fail, so there is nothing to pass on.
pub(crate) fn print(text: &mut String, value: impl fmt::Display) {
    use fmt::Write as _;
    let _ = write!(text, "{value}");
}

/// Why a document can't be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The form needs times.
    #[error(transparent)]
    Untimed(#[from] UntimedError),
    /// The form is no text.
    #[error("expected a form of text, found `parquet`, which is written in columns")]
    Columns,
}

/// The document in another form.
///
/// # Errors
/// If the form needs times and the file has none, and for Parquet, which the crate `tables` writes.
pub fn export(described: &Described<'_>, format: ExportFormat) -> Result<Vec<u8>, ExportError> {
    let (file, sidecar) = (described.file, described.sidecar);
    let language = sidecar.and_then(|sidecar| sidecar.language.as_ref());
    let captions = |write: &dyn Fn(&[Cue<'_>]) -> String| Ok::<_, UntimedError>(write(&cues(file, sidecar)?));
    let text = match format {
        ExportFormat::Archive => return Ok(archive::write(file)),
        ExportFormat::Srt => captions(&srt::write)?,
        ExportFormat::Vtt => captions(&vtt::write)?,
        ExportFormat::Ttml => captions(&|cues| {
            ttml::write(cues, file.title(), language.map(|language| language.code.as_str()))
        })?,
        ExportFormat::Tsv => captions(&tsv::write)?,
        ExportFormat::PodcastJson => captions(&podcast_json::write)?,
        ExportFormat::WhisperJson => whisper_json::write(file, sidecar),
        ExportFormat::Text => text::write(file, sidecar),
        ExportFormat::Csv => csv::write(described),
        ExportFormat::Markdown => markdown::write(described),
        ExportFormat::Html => html::write(described),
        ExportFormat::Parquet => return Err(ExportError::Columns),
    };
    Ok(text.into_bytes())
}
