//! `onrecord transcribe`: recordings in, transcripts out; no archive needed.

use crate::console::{Console, Outcome};
use crate::hearing::{self, Meters};
use crate::inputs::{self, Recording};
use crate::listener::{Listener, SharedListener};
use crate::listening::Listening;
use anyhow::{Context, bail};
use ingest::recording::{Options, Source, Step, Transcript};
use record::format::{ExportFormat, archive as archive_format, export, sidecar};
use record::{Described, Document, DocumentId, Sha256Digest};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Transcribe recordings into files beside them
///
/// Takes audio and video files, folders of them, and `-` for standard input. The default format, `archive`, writes
/// `NAME.md`, whose every line links to its second, and `NAME.json` beside it with ends, words and doubts. A run that
/// was interrupted goes on where it stopped when the same command is given again.
#[derive(clap::Args)]
pub(crate) struct Transcribe {
    /// Recordings, folders of recordings, or `-`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Formats to write: archive, srt, vtt, ttml, json (that of openai-whisper), podcast-json, csv, html, txt, tsv;
    /// several with commas
    #[arg(long, short, value_delimiter = ',', default_value = "archive", help_heading = "Output")]
    format: Vec<ExportFormat>,
    /// Folder to write to; else beside each recording. For standard input the transcript is printed without it
    #[arg(long, short, value_name = "FOLDER", help_heading = "Output")]
    output_dir: Option<PathBuf>,
    #[command(flatten)]
    listening: Listening,
}

/// One transcribed recording, for scripts.
#[derive(Serialize)]
struct Done<'a> {
    path: &'a str,
    output: Vec<String>,
    audio_seconds: f64,
    elapsed_seconds: f64,
    model: &'a str,
    language: Option<&'a str>,
    segments: usize,
    suspect_segments: usize,
}

impl Transcribe {
    /// Transcribes recordings, several at once; a bad one does not stop the rest.
    pub(crate) fn run(self, console: &Console) -> anyhow::Result<Outcome> {
        self.check_formats()?;
        let word_times = self
            .format
            .iter()
            .any(|format| matches!(format, ExportFormat::Archive | ExportFormat::WhisperJson));
        let options = self.listening.options(crate::unfinished_work()?, word_times)?;
        let (recordings, mut failed) = inputs::expand(&self.files, inputs::is_media);
        self.listening.check_recordings("recording", recordings.len())?;
        if let Some(folder) = &self.output_dir {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("can't make the folder `{}`", folder.display()))?;
        }
        if !recordings.is_empty() {
            let listener = self.listening.load(console)?;
            let meters = Meters::new(console, recordings.len());
            let work = Work { command: &self, options: &options, listener: &listener, console };
            let shared = listener.shared(self.listening.at_once());
            let hear = |index: usize| {
                let recording: &Recording = &recordings[index];
                meters.watch(index, &recording.name, |progress| work.hear(recording, &shared, progress))
            };
            let mut taken = BTreeSet::new();
            hearing::in_order(recordings.len(), self.listening.at_once(), hear, |index, heard| {
                let recording = &recordings[index];
                meters.aside(|| {
                    if let Err(error) = heard.and_then(|heard| work.keep(recording, &heard, &mut taken)) {
                        console.error(&error);
                        failed.push((recording.name.clone(), error));
                    }
                });
                Ok(())
            })?;
        }
        Ok(summary(console, recordings.len(), &failed))
    }
}

impl Transcribe {
    /// Refuses what would be no file of its own beside a recording.
    fn check_formats(&self) -> anyhow::Result<()> {
        let refused = [ExportFormat::Parquet, ExportFormat::Markdown];
        match self.format.iter().find(|format| refused.contains(format)) {
            Some(format) => bail!(
                "`transcribe` does not write `{format}`\nhint: `onrecord export TALK.md --format {format} -o FILE` does, from the transcript"
            ),
            None => Ok(()),
        }
    }
}

/// Says at the end what failed and why; a single recording has said so already.
fn summary(console: &Console, recordings: usize, failed: &[(String, anyhow::Error)]) -> Outcome {
    if failed.is_empty() {
        return Outcome::Done;
    }
    let unused = failed.len().saturating_sub(recordings);
    if recordings + unused > 1 {
        console.failures(failed);
    } else if recordings == 0 {
        failed.iter().for_each(|(_, error)| console.error(error));
    }
    Outcome::Failed
}

/// A recording that was listened to.
struct HeardRecording {
    transcript: Transcript,
    sha256: Sha256Digest,
    elapsed_seconds: f64,
}

struct Work<'a> {
    command: &'a Transcribe,
    options: &'a Options,
    listener: &'a Listener,
    console: &'a Console,
}

impl Work<'_> {
    /// Listens to a recording whose transcript can be written.
    fn hear(
        &self,
        recording: &Recording,
        shared: &SharedListener<'_>,
        progress: &mut dyn FnMut(Step),
    ) -> anyhow::Result<HeardRecording> {
        let begun = Instant::now();
        let given = self.command.listening.given();
        let sha256 = media::hash_file(&recording.path)?;
        if !self.is_printed(recording) {
            let folder = self.folder(recording);
            archive::check_writable(if folder == Path::new("") { Path::new(".") } else { &folder })?;
        }
        let source = Source {
            path: &recording.path,
            piped: recording.is_piped(),
            given: &given,
            sha256: Some(sha256),
        };
        let transcript = shared.transcribe(&source, self.options, progress)?;
        Ok(HeardRecording { transcript, sha256, elapsed_seconds: begun.elapsed().as_secs_f64() })
    }

    /// Writes what was heard and says so.
    fn keep(
        &self,
        recording: &Recording,
        heard: &HeardRecording,
        taken: &mut BTreeSet<PathBuf>,
    ) -> anyhow::Result<()> {
        self.console.warnings(&recording.name, &heard.transcript.remarks);
        let output = self.write(recording, &heard.transcript, taken)?;
        self.listener.forget(&heard.sha256, self.options);
        self.report(recording, &heard.transcript, output, heard.elapsed_seconds)
    }

    /// Writes each format; returns the files.
    fn write(
        &self,
        recording: &Recording,
        transcript: &Transcript,
        taken: &mut BTreeSet<PathBuf>,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        let (file, sidecar) = (&transcript.file, &transcript.sidecar);
        let content = ingest::transcript::digest(&archive_format::write(file));
        let id = DocumentId::of(file.url(), &sidecar.origin().unwrap_or(content));
        let document = Document::of_file(id, recording.name.clone(), file);
        let described = Described { document: &document, content: &content, file, sidecar: Some(sidecar) };
        for format in &self.command.format {
            let bytes = export(&described, *format)?;
            if self.is_printed(recording) {
                self.console.raw(&bytes)?;
                continue;
            }
            let path = self.output_path(recording, *format, taken);
            if *format == ExportFormat::Archive {
                let beside = path.with_extension("json");
                archive::write_file(&beside, &sidecar::write(&transcript.sidecar))?;
                archive::write_file(&path, &bytes)?;
                written.extend([path, beside]);
            } else {
                archive::write_file(&path, &bytes)?;
                written.push(path);
            }
        }
        Ok(written)
    }

    /// Whether the transcript goes to standard output.
    fn is_printed(&self, recording: &Recording) -> bool {
        recording.is_piped() && self.command.output_dir.is_none()
    }

    /// Where its files go: where the user said, else beside it.
    fn folder(&self, recording: &Recording) -> PathBuf {
        let beside = recording.path.parent().map(PathBuf::from);
        self.command.output_dir.clone().or(beside).unwrap_or_default()
    }

    /// `NAME.md` for `NAME.mp3`; `NAME.wav.md` where another recording of this run has that name.
    fn output_path(
        &self,
        recording: &Recording,
        format: ExportFormat,
        taken: &mut BTreeSet<PathBuf>,
    ) -> PathBuf {
        let name = match recording.is_piped() {
            true => "standard-input".as_ref(),
            false => recording.path.file_name().unwrap_or_default(),
        };
        let folder = self.folder(recording);
        // The sidecar of the archive format has the ending that openai-whisper's JSON has, too.
        let both =
            self.command.format.contains(&ExportFormat::Archive) && format == ExportFormat::WhisperJson;
        let ending = if both { "whisper.json" } else { format.extension() };
        let short = folder.join(name).with_extension(ending);
        if taken.insert(short.clone()) {
            return short;
        }
        let mut long = name.to_owned();
        long.push(".");
        long.push(ending);
        folder.join(long)
    }

    fn report(
        &self,
        recording: &Recording,
        transcript: &Transcript,
        output: Vec<PathBuf>,
        elapsed_seconds: f64,
    ) -> anyhow::Result<()> {
        let output: Vec<String> = output.iter().map(|path| path.display().to_string()).collect();
        let segments = transcript.file.segments().len();
        let audio_seconds = transcript.heard.as_seconds_f64();
        if self.console.is_json() {
            let done = Done {
                path: &recording.name,
                output,
                audio_seconds,
                elapsed_seconds,
                model: &self.listener.files().name,
                language: transcript.sidecar.language.as_ref().map(|language| language.code.as_str()),
                segments,
                suspect_segments: transcript.suspect_segments,
            };
            return Ok(self.console.object(&done)?);
        }
        let written = if output.is_empty() { recording.name.clone() } else { output.join(", ") };
        let mut text = format!(
            "{written}: {audio_seconds:.0} s of sound in {elapsed_seconds:.1} s ({:.1} times real time), {segments} segments",
            audio_seconds / elapsed_seconds.max(0.001)
        );
        if segments == 0 {
            text.push_str("; nobody speaks");
        }
        let dropped = transcript.sidecar.dropped.len();
        if transcript.suspect_segments > 0 {
            text.push_str(&format!(", {} of them doubtful", transcript.suspect_segments));
        }
        if dropped > 0 {
            text.push_str(&format!(" ({dropped} left out)"));
        }
        self.console.remark(text);
        Ok(())
    }
}
