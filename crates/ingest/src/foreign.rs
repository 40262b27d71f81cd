//! Transcripts of other programs (captions, JSON of recognisers, text with times) -> archive file and sidecar.
//!
//! ```text
//! talk.en.vtt --record::format--> what was said ------------------------------------+
//! flags, talk.info.json, the file's own title, its name --metadata--> title, show --+--> archive file + sidecar
//! ```
//!
//! What was said stays as it was written; ends, speakers, words and the hash of the file stand in the sidecar.

mod names;

use crate::metadata::{self, Given, Metadata};
use crate::transcript::digest;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use media::Tags;
use record::format::archive::ArchiveFile;
use record::format::import::{ImportError, ImportFormat, MAX_IMPORT_BYTES, detect, import};
use record::format::sidecar::{Language, Model, Program, Sidecar, Source};
use record::imported::{ImportIssue, Imported};
use record::transcript::{NewTranscript, NewTranscriptError, Repair};
use record::{MediaTime, Suspect};
use speech::languages;
use speech::segment::Segment;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use names::{MayBe, is_left_to_another, may_be};

/// How long a segment without an end is taken to be where its rate of words is judged: as long as the recogniser's window.
const UNKNOWN_LENGTH: MediaTime = MediaTime::from_millis(30_000);

/// A transcript of another program on its way into the archive.
pub struct Foreign {
    /// What becomes the archive's file.
    pub file: ArchiveFile,
    /// What stands beside it.
    pub sidecar: Sidecar,
    /// Title, show, date, address.
    pub metadata: Metadata,
    /// The length that the file's name gets.
    pub length: MediaTime,
    /// The form that it had.
    pub format: ImportFormat,
    /// What people should be told, with its place in the file where it has one.
    pub remarks: Vec<(Option<String>, String)>,
}

/// Why a file gives no transcript.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// It can't be read.
    #[error("can't read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It has none of the forms that are read.
    #[error(
        "`{}`: expected a transcript as SRT, WebVTT, TTML, JSON of Whisper or of Podcasting 2.0, or text with times, found none of them\nhint: `docs/formats.md` shows what is read; a sidecar or an `.info.json` is taken in with the file it belongs to",
        path.display()
    )]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// It has one of the forms, and nothing of use in it.
    #[error("`{}`: {source}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
    /// What is known of it can't be written.
    #[error("`{}`: {source}", path.display())]
    Transcript {
        /// The file.
        path: PathBuf,
        /// Why.
        source: NewTranscriptError,
    },
}

/// The bytes of a file, and the form it has.
///
/// # Errors
/// If it can't be read, is far too large, or has none of the forms.
pub fn open(path: &Path) -> Result<(Vec<u8>, ImportFormat), ForeignError> {
    let unreadable = |source| ForeignError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let stated = file.metadata().map_err(unreadable)?.len();
    file.take(MAX_IMPORT_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_IMPORT_BYTES {
        let bytes = usize::try_from(stated).unwrap_or(usize::MAX);
        return Err(ForeignError::Import { path: path.to_owned(), source: ImportError::TooLarge { bytes } });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let format = detect(&bytes, &name).ok_or_else(|| ForeignError::Unknown { path: path.to_owned() })?;
    Ok((bytes, format))
}

/// Whether a file is taken for a transcript of another program: by its ending, and by its content where the ending
/// says too little (`.json`, `.txt`, `.xml`).
pub fn is_foreign(path: &Path) -> bool {
    match may_be(path) {
        MayBe::Certainly => true,
        MayBe::Perhaps => open(path).is_ok(),
        MayBe::Never => false,
    }
}

/// Reads a transcript of another program and puts beside it what is known of the recording.
///
/// # Errors
/// If the file can't be read or has no transcript in it.
pub fn read(path: &Path, given: &Given, now: Timestamp) -> Result<Foreign, ForeignError> {
    let (bytes, format) = open(path)?;
    let imported =
        import(&bytes, format).map_err(|source| ForeignError::Import { path: path.to_owned(), source })?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let base = names::base(path);
    let tags = Tags { title: imported.title.clone(), ..Tags::default() };
    let (mut metadata, remark) = metadata::gather_named(path, &base, given, &tags, today);
    if metadata.url.is_empty() {
        metadata.url = names::recording_beside(&base).unwrap_or_default();
    }
    let length = metadata.length.unwrap_or_default().max(imported.least_length());
    let composer = Composer { path, bytes: &bytes, format, imported: &imported, metadata: &metadata, length };
    let sidecar = composer.sidecar(now);
    let built = composer
        .transcript(today)
        .build()
        .map_err(|source| ForeignError::Transcript { path: path.to_owned(), source })?;
    let remarks = remarks(remark, &imported, &built.repairs);
    let file = ArchiveFile::Transcript(built.transcript);
    Ok(Foreign { file, sidecar, metadata, length, format, remarks })
}

fn remarks(remark: Option<String>, imported: &Imported, repairs: &[Repair]) -> Vec<(Option<String>, String)> {
    let issue = |issue: &ImportIssue| (Some(issue.place.to_string()), issue.kind.to_string());
    let unlisted = imported.issues.unlisted();
    let more = (unlisted > 0).then(|| (None, format!("{unlisted} more defects")));
    let repairs = repairs.iter().map(|repair| (None, repair.to_string()));
    let listed = imported.issues.listed().iter().map(issue);
    remark.map(|remark| (None, remark)).into_iter().chain(listed).chain(more).chain(repairs).collect()
}

/// Puts together what was said and what is known.
struct Composer<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    format: ImportFormat,
    imported: &'a Imported,
    metadata: &'a Metadata,
    length: MediaTime,
}

impl Composer<'_> {
    fn transcript(&self, today: Date) -> NewTranscript {
        let maker = self.imported.model.as_deref().unwrap_or("unknown");
        NewTranscript {
            // Whoever made it made it when the file was written, or before.
            generated: metadata::modified(self.path).unwrap_or(today),
            model: format!("{maker}, from {} (onrecord {})", self.format.title(), env!("CARGO_PKG_VERSION")),
            length_seconds: (self.length.as_millis() + 500) / 1000,
            keywords: self.metadata.keywords.clone(),
            views: self.metadata.views,
            rating: None,
            description: self.metadata.description.clone(),
            title: self.metadata.title.clone(),
            show: self.metadata.show.clone(),
            date: self.metadata.date,
            url: self.metadata.url.clone(),
            segments: self.imported.lines(),
        }
    }

    fn sidecar(&self, now: Timestamp) -> Sidecar {
        let language = self.language();
        let mut segments = self.imported.details();
        for (detail, suspects) in segments.iter_mut().zip(self.suspects(language.as_deref())) {
            detail.suspects = suspects;
        }
        Sidecar {
            source: Some(Source {
                sha256: digest(self.bytes),
                bytes: self.bytes.len() as u64,
                file_name: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                format: self.format.name().to_owned(),
                unknown: BTreeMap::new(),
            }),
            model: self.imported.model.clone().map(|name| Model {
                name,
                sha256: None,
                format: None,
                unknown: BTreeMap::new(),
            }),
            language: language.map(|code| Language { code, probability: None, unknown: BTreeMap::new() }),
            segments,
            ..Sidecar::new(Program::new("onrecord", env!("CARGO_PKG_VERSION")), now)
        }
    }

    /// Whisper's code for the language that the file, or its name, states.
    fn language(&self) -> Option<String> {
        let stated = self.imported.language.clone().or_else(|| names::language(self.path))?;
        Some(languages::find(&stated)?.code.to_owned())
    }

    /// The doubts about each segment, where a recogniser wrote it; what people write is not doubted.
    fn suspects(&self, language: Option<&str>) -> Vec<Vec<Suspect>> {
        let is_recognised = matches!(
            self.format,
            ImportFormat::WhisperJson | ImportFormat::WhisperCppJson | ImportFormat::Tsv
        );
        if !is_recognised {
            return Vec::new();
        }
        let language = language.unwrap_or_default();
        let mut judged: Vec<Segment> =
            self.imported.segments.iter().map(|segment| judged(segment, language)).collect();
        speech::suspect::mark(&mut judged, None, language, language);
        judged.into_iter().map(|segment| segment.suspects).collect()
    }
}

/// A segment as the rules of doubt take it. What is not known is such that no rule is broken.
fn judged(segment: &record::imported::ImportedSegment, language: &str) -> Segment {
    let start = segment.start_time();
    let end = segment.end.filter(|end| *end > start);
    let measures = &segment.measures;
    Segment {
        start,
        end: end.unwrap_or(start.saturating_add(UNKNOWN_LENGTH)),
        text: segment.text.clone(),
        tokens: Vec::new(),
        language: language.to_owned(),
        temperature: measures.temperature.unwrap_or_default(),
        average_log_probability: measures.average_log_probability.map_or(0.0, |value| value.as_f32()),
        no_speech_probability: measures.no_speech_probability.map_or(0.0, |value| value.as_f32()),
        compression_ratio: measures.compression_ratio.unwrap_or(1.0),
        words: Vec::new(),
        suspects: Vec::new(),
    }
}
