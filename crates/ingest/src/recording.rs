//! One recording -> what was said in it, as an archive file and its sidecar.

use crate::journal::{Journal, Pace, Work};
use crate::metadata::{self, Given, Metadata};
use crate::spool::{Spool, SpoolError};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use media::{Input, Issue, IssueKind, MediaError, MediaFacts, OpenOptions};
use media::{VoiceDetector, VoiceSettings, VoiceTrack};
use models::ModelFiles;
use record::format::archive::ArchiveFile;
use record::format::sidecar::{
    DroppedSegment, Language, LogProbability, Media, Model as ModelDetail, Probability, Program,
    SegmentDetail, Sidecar, Task, Unread, UnreadReason, Word,
};
use record::transcript::{NewTranscript, NewTranscriptError, Segment as Line};
use record::{MediaTime, Sha256Digest, SourceSeconds};
use speech::model::Model;
use speech::segment::Segment;
use speech::settings::{Settings, Task as SpeechTask};
use speech::transcribe::{Progress, Recording, SpeechError, Transcription, transcribe};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Endings of recordings that are looked for in folders and beside transcripts. Files that are named are taken whatever
/// they are called.
pub const MEDIA_ENDINGS: [&str; 34] = [
    "3gp", "aac", "ac3", "aif", "aiff", "alac", "amr", "asf", "au", "avi", "caf", "eac3", "flac", "flv",
    "m2ts", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "oga", "ogg",
    "opus", "ts", "wav", "webm", "wma", "wmv",
];

/// How recordings are listened to.
#[derive(Clone, Debug)]
pub struct Options {
    /// What decides the words.
    pub settings: Settings,
    /// Only what lies behind this.
    pub start: Option<MediaTime>,
    /// Only what lies before this.
    pub end: Option<MediaTime>,
    /// Whether silence is looked for first and not listened to.
    pub voice_detection: bool,
    /// Whether `ffmpeg` may decode what we can't.
    pub use_ffmpeg: bool,
    /// Whether doubtful segments are left out of the transcript. They are kept in the sidecar.
    pub drop_suspects: bool,
    /// Where journals of unfinished work are kept.
    pub journals: PathBuf,
}

/// A recording, its name and what people said about it.
pub struct Source<'a> {
    /// The file. Standard input has to be stored in one first: it is read twice.
    pub path: &'a Path,
    /// Where it came from, if not from `path`: its name, and no place for files beside it.
    pub piped: bool,
    /// What people said about it.
    pub given: &'a Given,
    /// SHA-256 of the file, where it is known already.
    pub sha256: Option<Sha256Digest>,
}

/// A model that is loaded, and the files it was loaded from.
pub struct Recogniser<'a, M> {
    /// The model.
    pub model: &'a M,
    /// Its files.
    pub files: &'a ModelFiles,
}

/// What happens to a recording, for progress.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// It is being hashed.
    Hashing,
    /// It is decoded up to a place.
    Decoding {
        /// How far.
        to: MediaTime,
        /// How long it is, where that is known before its end.
        of: Option<MediaTime>,
    },
    /// It is listened to.
    Listening {
        /// Seconds that were listened to.
        done_seconds: f64,
        /// Seconds to listen to in all.
        all_seconds: f64,
    },
}

/// What came of a recording.
pub struct Transcript {
    /// The transcript.
    pub file: ArchiveFile,
    /// What stands beside it.
    pub sidecar: Sidecar,
    /// Title, show, date, address.
    pub metadata: Metadata,
    /// The length of the whole recording, as far as it is known.
    pub length: MediaTime,
    /// How much of it was listened to: less where a part was asked for, or where the file is cut short.
    pub heard: MediaTime,
    /// Segments that are marked as doubtful, whether kept or dropped.
    pub suspect_segments: usize,
    /// What people should be told: defects of the recording, changes to its texts.
    pub remarks: Vec<String>,
}

/// Why a recording has no transcript.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It can't be read.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// It can't be kept while it is worked on.
    #[error("`{}`: {source}", name.display())]
    Spool {
        /// The recording.
        name: PathBuf,
        /// Why.
        source: SpoolError,
    },
    /// It can't be recognised.
    #[error("`{}`: {source}", name.display())]
    Speech {
        /// The recording.
        name: PathBuf,
        /// Why.
        source: SpeechError,
    },
    /// What is known of it can't be written.
    #[error("`{}`: {source}", name.display())]
    Transcript {
        /// The recording.
        name: PathBuf,
        /// Why.
        source: NewTranscriptError,
    },
}

/// Transcribes a recording, or goes on where an earlier run with the same options was stopped.
///
/// The caller removes the journal ([`journal_of`]) once the transcript is stored.
///
/// # Errors
///
/// If it can't be read, kept, recognised or written; the text says which and what to do.
pub fn transcribe_recording<M: Model>(
    source: &Source<'_>,
    recogniser: &Recogniser<'_, M>,
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Transcript, RecordingError> {
    progress(Step::Hashing);
    let sha256 = match source.sha256 {
        Some(known) => known,
        None => media::hash_file(source.path)?,
    };
    let sound = Sound::decode(source, options, progress)?;
    let journal = journal_of(&sha256, recogniser, options);
    journal.remove_forgotten();
    let mut pace = Pace::default();
    let mut observe = |state: &Progress| {
        journal.keep(&mut pace, state);
        let all_seconds = state.listened_seconds();
        progress(Step::Listening { done_seconds: all_seconds - state.remaining_seconds(), all_seconds });
        true
    };
    let recording = Recording { samples: &sound.spool, voice: sound.voice.clone() };
    let settings = &options.settings;
    let heard = transcribe(recogniser.model, &recording, settings, journal.read(), &mut observe)
        .map_err(|error| RecordingError::Speech { name: source.path.to_owned(), source: error })?;
    let back_end = recogniser.model.back_end();
    Composer { source, files: recogniser.files, back_end, options, sound: &sound, sha256 }.compose(heard)
}

/// The journal of one recording's transcription.
pub fn journal_of<M: Model>(
    sha256: &Sha256Digest,
    recogniser: &Recogniser<'_, M>,
    options: &Options,
) -> Journal {
    let work = Work {
        media: sha256,
        weights: &recogniser.files.weights_sha256,
        back_end: &recogniser.model.back_end(),
        settings: &options.settings,
        part_millis: (options.start.map_or(0, MediaTime::as_millis), options.end.map(MediaTime::as_millis)),
        voice_detection: options.voice_detection,
    };
    Journal::of(&options.journals, &work)
}

/// A decoded recording.
struct Sound {
    spool: Spool,
    facts: MediaFacts,
    issues: Vec<Issue>,
    voice: Option<Vec<Range<MediaTime>>>,
    /// Where the part that was asked for begins.
    offset: MediaTime,
    /// Where it ends.
    end: MediaTime,
}

impl Sound {
    fn decode(
        source: &Source<'_>,
        options: &Options,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Sound, RecordingError> {
        let open = OpenOptions {
            start: options.start,
            end: options.end,
            use_ffmpeg: options.use_ffmpeg,
            ..OpenOptions::default()
        };
        let mut samples = media::open(Input::file(source.path), &open)?;
        let of = options.end.or(samples.facts().duration);
        let offset = options.start.unwrap_or(MediaTime::ZERO);
        let mut detector = options.voice_detection.then(|| VoiceDetector::new(MediaTime::ZERO));
        let mut heard = 0;
        let spool = Spool::fill(&mut samples, |portion| {
            if let Some(detector) = &mut detector {
                detector.push(portion);
            }
            heard += portion.len() as u64;
            progress(Step::Decoding { to: offset.saturating_add(media::time_of_sample(heard)), of });
        })
        .map_err(|error| match error {
            SpoolError::Media(error) => RecordingError::Media(error),
            error => RecordingError::Spool { name: source.path.to_owned(), source: error },
        })?;
        Ok(Sound {
            facts: samples.facts().clone(),
            issues: samples.issues().to_vec(),
            voice: detector.map(|detector| voice_runs(&detector.finish())),
            offset,
            end: offset.saturating_add(media::time_of_sample(heard)),
            spool,
        })
    }

    /// The length of the whole recording, as far as it is known.
    fn length(&self) -> MediaTime {
        self.facts.duration.map_or(self.end, |stated| stated.max(self.end))
    }
}

/// A number of 32 bits as people wrote it: `0.2`, not the 64 bits nearest to it.
fn in_short(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Array(values) => values.into_iter().map(in_short).collect(),
        Value::Number(number) if number.is_f64() => {
            let short = number.as_f64().and_then(|number| (number as f32).to_string().parse::<f64>().ok());
            short.map_or(Value::Number(number), Value::from)
        }
        other => other,
    }
}

/// Where somebody speaks, pauses between words and sentences left open: lanes are cut there, and marks on
/// segments without a voice need to know them. What counts as a silence is the business of `speech::plan`.
fn voice_runs(track: &VoiceTrack) -> Vec<Range<MediaTime>> {
    let closely = VoiceSettings {
        padding: MediaTime::from_millis(100),
        joined_gap: MediaTime::ZERO,
        ..VoiceSettings::default()
    };
    track.stretches(&closely).into_iter().map(|stretch| stretch.start..stretch.end).collect()
}

/// Puts together what was heard and what is known.
struct Composer<'a> {
    source: &'a Source<'a>,
    files: &'a ModelFiles,
    /// What computed.
    back_end: String,
    options: &'a Options,
    sound: &'a Sound,
    sha256: Sha256Digest,
}

impl Composer<'_> {
    fn compose(&self, mut heard: Transcription) -> Result<Transcript, RecordingError> {
        let spoken = &heard.language.0;
        let written = match self.options.settings.task {
            SpeechTask::Transcribe => spoken.as_str(),
            SpeechTask::Translate => "en",
        };
        speech::suspect::mark(&mut heard.segments, self.sound.voice.as_deref(), spoken, written);
        let suspect_segments = heard.segments.iter().filter(|segment| !segment.suspects.is_empty()).count();
        let (dropped, kept): (Vec<Segment>, Vec<Segment>) = std::mem::take(&mut heard.segments)
            .into_iter()
            .partition(|segment| self.options.drop_suspects && !segment.suspects.is_empty());
        let now = Timestamp::now();
        let today = now.to_zoned(TimeZone::UTC).date();
        let beside = (!self.source.piped).then_some(self.source.path);
        let (metadata, remark) = metadata::gather(beside, self.source.given, &self.sound.facts.tags, today);
        let sidecar = self.sidecar(now, &heard, &kept, &dropped);
        let new = NewTranscript {
            generated: today,
            model: format!("whisper {} (onrecord {})", self.model_name(), env!("CARGO_PKG_VERSION")),
            length_seconds: (self.sound.length().as_millis() + 500) / 1000,
            keywords: metadata.keywords.clone(),
            views: metadata.views,
            rating: None,
            description: metadata.description.clone(),
            title: metadata.title.clone(),
            show: metadata.show.clone(),
            date: metadata.date,
            url: self.address(&metadata),
            segments: kept.iter().map(|segment| self.line(segment)).collect(),
        };
        let built = new
            .build()
            .map_err(|source| RecordingError::Transcript { name: self.source.path.to_owned(), source })?;
        let mut remarks: Vec<String> = remark.into_iter().collect();
        remarks.extend(self.sound.issues.iter().map(ToString::to_string));
        remarks.extend(built.repairs.iter().map(ToString::to_string));
        Ok(Transcript {
            file: ArchiveFile::Transcript(built.transcript),
            sidecar,
            metadata,
            length: self.sound.length(),
            heard: self.sound.end.saturating_sub(self.sound.offset),
            suspect_segments,
            remarks,
        })
    }

    /// Where a reader opens the recording: its published address, else the file itself.
    ///
    /// The archive's links append `&t=14.14s`; behind a `#` that is a part of the page, and the file opens.
    fn address(&self, metadata: &Metadata) -> String {
        if !metadata.url.is_empty() || self.source.piped {
            return metadata.url.clone();
        }
        let path = std::path::absolute(self.source.path).unwrap_or_else(|_| self.source.path.to_owned());
        record::address::of_file(&path).unwrap_or_default()
    }

    fn model_name(&self) -> String {
        let name = Path::new(&self.files.name).file_stem().unwrap_or_default().to_string_lossy();
        // A name of the manifest may hold a point (`base.en`); a path is shortened to its last part.
        if self.files.name.contains(['/', '\\']) { name.into_owned() } else { self.files.name.clone() }
    }

    fn time(&self, time: MediaTime) -> MediaTime {
        time.saturating_add(self.sound.offset)
    }

    fn line(&self, segment: &Segment) -> Line {
        Line::timed(segment.text.clone(), SourceSeconds::from(self.time(segment.start)))
    }

    fn sidecar(
        &self,
        now: Timestamp,
        heard: &Transcription,
        kept: &[Segment],
        dropped: &[Segment],
    ) -> Sidecar {
        let program = Program::new("onrecord", env!("CARGO_PKG_VERSION"));
        let (code, probability) = &heard.language;
        Sidecar {
            media: Some(self.media()),
            model: Some(ModelDetail {
                name: self.model_name(),
                sha256: Some(self.files.weights_sha256),
                format: Some(self.files.format.to_string()),
                unknown: BTreeMap::new(),
            }),
            settings: self.settings(),
            task: match self.options.settings.task {
                SpeechTask::Transcribe => Task::Transcribe,
                SpeechTask::Translate => Task::Translate,
            },
            language: (!heard.language.0.is_empty()).then(|| Language {
                code: code.clone(),
                probability: Some(Probability::new(*probability)),
                unknown: BTreeMap::new(),
            }),
            segments: kept.iter().map(|segment| self.detail(segment, code)).collect(),
            dropped: dropped.iter().map(|segment| self.dropped(segment)).collect(),
            unread: self.unread(heard),
            ..Sidecar::new(program, now)
        }
    }

    fn media(&self) -> Media {
        let facts = &self.sound.facts;
        let name = self.source.path.file_name().unwrap_or_default().to_string_lossy();
        Media {
            sha256: self.sha256,
            bytes: facts.bytes,
            length: self.sound.length(),
            file_name: if self.source.piped { "standard input".into() } else { name.into_owned() },
            container: Some(facts.container.clone()),
            codec: Some(facts.codec.clone()),
            sample_rate_hz: Some(facts.sample_rate_hz),
            channels: u16::try_from(facts.channels).ok(),
            location: None,
            unknown: BTreeMap::new(),
        }
    }

    fn settings(&self) -> BTreeMap<String, serde_json::Value> {
        let mut settings = BTreeMap::new();
        if let Ok(serde_json::Value::Object(values)) = serde_json::to_value(&self.options.settings) {
            let said = values.into_iter().filter(|(name, value)| name != "task" && !value.is_null());
            settings.extend(said.map(|(name, value)| (name, in_short(value))));
        }
        settings.insert("back_end".into(), self.back_end.clone().into());
        settings.insert("voice_detection".into(), self.options.voice_detection.into());
        let parts = [("start_seconds", self.options.start), ("end_seconds", self.options.end)];
        for (name, time) in parts {
            settings.extend(time.map(|time| (name.to_string(), time.as_seconds_f64().into())));
        }
        settings
    }

    fn detail(&self, segment: &Segment, language: &str) -> SegmentDetail {
        let word = |word: &speech::segment::Word| Word {
            text: word.text.clone(),
            start: self.time(word.start),
            end: self.time(word.end),
            probability: Some(Probability::new(word.probability)),
            interpolated: false,
            unknown: BTreeMap::new(),
        };
        SegmentDetail {
            start: self.time(segment.start),
            end: Some(self.time(segment.end)),
            language: (segment.language != language).then(|| segment.language.clone()),
            speaker: None,
            average_log_probability: Some(LogProbability::new(segment.average_log_probability)),
            no_speech_probability: Some(Probability::new(segment.no_speech_probability)),
            compression_ratio: Some(segment.compression_ratio),
            temperature: Some(segment.temperature),
            words: segment.words.iter().map(word).collect(),
            suspects: segment.suspects.clone(),
            unknown: BTreeMap::new(),
        }
    }

    fn dropped(&self, segment: &Segment) -> DroppedSegment {
        DroppedSegment {
            start: self.time(segment.start),
            end: self.time(segment.end),
            text: segment.text.clone(),
            suspects: segment.suspects.clone(),
            unknown: BTreeMap::new(),
        }
    }

    /// What nobody listened to: other parts, silence, and damage.
    fn unread(&self, heard: &Transcription) -> Vec<Unread> {
        let stretch =
            |start, end, why, detail: String| Unread { start, end, why, detail, unknown: BTreeMap::new() };
        let mut unread = Vec::new();
        let (sound, length) = (self.sound, self.sound.length());
        if sound.offset > MediaTime::ZERO {
            unread.push(stretch(MediaTime::ZERO, sound.offset, UnreadReason::NotAsked, String::new()));
        }
        let silent = heard.skipped.iter();
        unread.extend(silent.map(|skipped| {
            stretch(self.time(skipped.start), self.time(skipped.end), UnreadReason::Silence, String::new())
        }));
        for issue in &sound.issues {
            if let IssueKind::Corrupt { silence, .. } | IssueKind::Gap { silence } = issue.kind {
                let end = issue.at.saturating_add(silence);
                unread.push(stretch(issue.at, end, UnreadReason::Undecodable, issue.kind.to_string()));
            }
        }
        let broken_off = |kind: &IssueKind| matches!(kind, IssueKind::Truncated | IssueKind::Stopped { .. });
        if self.options.end.is_some() && sound.end < length {
            unread.push(stretch(sound.end, length, UnreadReason::NotAsked, String::new()));
        } else if let Some(issue) = sound.issues.iter().rev().find(|issue| broken_off(&issue.kind))
            && sound.end < length
        {
            unread.push(stretch(sound.end, length, UnreadReason::Undecodable, issue.kind.to_string()));
        }
        unread.sort_by_key(|unread| (unread.start, unread.end));
        unread
    }
}
