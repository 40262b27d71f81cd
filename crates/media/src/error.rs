//! What can keep a recording from being heard, each with what to do about it.

use std::io;

/// A recording that could not be opened or read. The text names it, what was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[error("`{name}`: {kind}")]
pub struct MediaError {
    /// The file as the caller named it (bytes that are not UTF-8 are shown as `\u{fffd}`), or `standard input`.
    pub name: String,
    /// What is wrong.
    pub kind: MediaErrorKind,
}

/// The reasons why a recording can't be heard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaErrorKind {
    /// Nothing of that name.
    #[error("there is no such file")]
    Missing,
    /// A folder where a file was expected.
    #[error("expected a media file, found a folder\nhint: name the files in it")]
    Folder,
    /// A file without a byte in it.
    #[error("the file is empty\nhint: it may still be downloading, or the download failed")]
    Empty,
    /// The operating system refused to read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Recognised, and not a recording.
    #[error("expected a recording, found {found}{}", hint_line(.hint))]
    NotARecording {
        /// What it is, with its article: `an image (PNG)`.
        found: &'static str,
        /// What to do instead; empty when there is nothing to say.
        hint: &'static str,
    },
    /// Neither we nor `ffmpeg` know what this is.
    #[error("expected a recording, found bytes of no known format{}", ffmpeg_line(*.ffmpeg_tried))]
    Unrecognised {
        /// Whether `ffmpeg` was asked too.
        ffmpeg_tried: bool,
    },
    /// A container without a track of sound.
    #[error("the {container} file has no sound track, so there is nothing to transcribe")]
    NoSound {
        /// The container, such as `MP4`.
        container: String,
    },
    /// Sound that only the holder of a key can hear.
    #[error("the sound track is encrypted\nhint: a copy without copy protection is needed")]
    Encrypted,
    /// Sound that `ffmpeg` could decode, were it there.
    #[error(
        "{what} can be read only with `ffmpeg`, {}",
        if *.allowed { "which is not installed\nhint: install it, for example with `apt-get install ffmpeg`" }
        else { "which was not allowed" }
    )]
    NeedsFfmpeg {
        /// The codec or container, such as `AC-3 sound` or `an AVI file`.
        what: String,
        /// Whether the caller allows its use.
        allowed: bool,
    },
    /// `ffmpeg` ran and gave no sound.
    #[error("`ffmpeg` could not decode {what}: {message}")]
    FfmpegFailed {
        /// The codec or container.
        what: String,
        /// The last line that it wrote.
        message: String,
    },
    /// The right format, but nothing in it could be decoded.
    #[error("the {container} file is damaged: {detail}")]
    Damaged {
        /// The container, such as `MP4`.
        container: &'static str,
        /// What was expected and found.
        detail: String,
    },
    /// A stream that is larger than the caller allows to be stored while it is read.
    #[error(
        "the stream is larger than the limit of {limit_bytes} bytes\nhint: save it to a file first, or raise the limit"
    )]
    SpoolLimit {
        /// The limit in force.
        limit_bytes: u64,
    },
    /// A stream could not be stored while it is read.
    #[error(
        "cannot store the stream in a temporary file: {0}\nhint: free some space, or set `TMPDIR` to another folder"
    )]
    Spool(String),
}

impl MediaErrorKind {
    /// The kind for an error of the operating system.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Folder,
            _ => Self::Unreadable(error.to_string().to_lowercase()),
        }
    }

    /// The error for a recording of this name.
    pub(crate) fn of(self, name: &str) -> MediaError {
        MediaError { name: name.to_owned(), kind: self }
    }
}

fn hint_line(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!("\nhint: {hint}") }
}

fn ffmpeg_line(tried: bool) -> &'static str {
    if tried {
        "; `ffmpeg` does not know it either"
    } else {
        "\nhint: if it is a recording in a rare format, install `ffmpeg`, for example with `apt-get install ffmpeg`"
    }
}
