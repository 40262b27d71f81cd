//! Every text form of the record: one module a format, `read` and `write` side by side.
//!
//! | format | module | read | written |
//! |---|---|---|---|
//! | archive file | [`archive`] | yes, byte for byte | yes |
//! | sidecar | [`sidecar`] | yes | yes |
//! | sidecar of an article | [`article`] | yes | yes |
//! | SRT | [`srt`] | | yes |
//! | WebVTT | [`vtt`] | | yes |
//! | plain text | [`text`] | | yes |
//! | TSV of openai-whisper | [`tsv`] | | yes |
//! | JSON of openai-whisper | [`whisper_json`] | | yes |

pub mod archive;
pub mod article;
pub mod sidecar;
pub mod srt;
pub mod text;
pub mod tsv;
pub mod vtt;
pub mod whisper_json;

use std::fmt;
use std::str::FromStr;

use crate::captions::{UntimedError, cues};
use archive::ArchiveFile;
use sidecar::Sidecar;

/// A text form that a transcript can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// The archive's own, written from the parsed form.
    Archive,
    /// SubRip captions.
    Srt,
    /// WebVTT captions.
    Vtt,
    /// Plain text.
    Text,
    /// Tab-separated values as openai-whisper writes them.
    Tsv,
    /// The JSON of openai-whisper.
    WhisperJson,
}

impl ExportFormat {
    /// All of them, in the order in which they are explained to people.
    pub const ALL: [Self; 6] =
        [Self::Archive, Self::Srt, Self::Vtt, Self::Text, Self::Tsv, Self::WhisperJson];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Text => "txt",
            Self::Tsv => "tsv",
            Self::WhisperJson => "json",
        }
    }

    /// The ending of its files' names, without the point.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Archive => "md",
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
#[error("expected one of `archive`, `srt`, `vtt`, `txt`, `tsv`, `json`, found `{found}`")]
pub struct ExportFormatError {
    found: String,
}

impl FromStr for ExportFormat {
    type Err = ExportFormatError;

    /// Reads [`ExportFormat::name`], and `text` for `txt`.
    fn from_str(name: &str) -> Result<Self, ExportFormatError> {
        let name = if name == "text" { "txt" } else { name };
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| ExportFormatError { found: name.to_owned() })
    }
}

/// Appends what `value` prints. Writing to a `String` cannot fail, so there is nothing to pass on.
pub(crate) fn print(text: &mut String, value: impl fmt::Display) {
    use fmt::Write as _;
    let _ = write!(text, "{value}");
}

/// The file in another form.
///
/// # Errors
/// If the form needs times and the file has none.
pub fn export(
    file: &ArchiveFile,
    sidecar: Option<&Sidecar>,
    format: ExportFormat,
) -> Result<Vec<u8>, UntimedError> {
    let text = match format {
        ExportFormat::Archive => return Ok(archive::write(file)),
        ExportFormat::Srt => srt::write(&cues(file, sidecar)?),
        ExportFormat::Vtt => vtt::write(&cues(file, sidecar)?),
        ExportFormat::Tsv => tsv::write(&cues(file, sidecar)?),
        ExportFormat::Text => text::write(file, sidecar),
        ExportFormat::WhisperJson => whisper_json::write(file, sidecar),
    };
    Ok(text.into_bytes())
}
