//! `onrecord add`: recordings, transcripts and articles into the archive; adding twice adds once.

use crate::Global;
use crate::console::{Console, Outcome, with_causes};
use crate::hearing::{self, Meters};
use crate::inputs::{self, Recording};
use crate::listener::{Listener, SharedListener};
use crate::listening::Listening;
use crate::opened::{self, PATIENCE};
use anyhow::Context;
use archive::{Archive, DocumentPath, Form, NewArticle, WriteOutcome, Written};
use index::{Index, Scope};
use ingest::article::{self, is_article};
use ingest::foreign::{self, Foreign, MayBe};
use ingest::metadata::gather;
use ingest::recording::{Options, Source, Step, Transcript};
use ingest::transcript::{self, is_transcript};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use record::format::archive as archive_format;
use record::format::sidecar;
use record::outlet::{file_name, folder_of};
use record::{Document, Kind, Sha256Digest};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Take recordings, transcripts and articles into the archive
///
/// Recordings are transcribed; transcripts (`.md` files in the archive's format) are stored byte for byte; transcripts of
/// other programs become such files: SRT, WebVTT, TTML, the JSON of Whisper, whisper.cpp, WhisperX, OpenAI's service and
/// Podcasting 2.0, and text with times in the margin. Of articles (`.html` pages as they were fetched, `.txt` files) text,
/// page and what is known of them are stored. Titles, dates and addresses come from the options, from `NAME.info.json`
/// beside a file, from the page, or from the file's name. What is there already, by address, by the bytes of the file or
/// by the text, is not added again; an article whose text has changed since becomes a new revision beside the old one.
/// A run that was interrupted goes on where it stopped when the same command is given again.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// Recordings, transcripts of any kind, articles, folders of them, or `-`
    #[arg(required = true, value_name = "WHAT")]
    what: Vec<PathBuf>,
    /// Who published the articles; else as the page says
    #[arg(long, help_heading = "Article")]
    outlet: Option<String>,
    #[command(flatten)]
    listening: Listening,
}

const EXAMPLES: &str = "\
Examples:
  onrecord add talk.mp3                           transcribe it and keep the transcript
  onrecord add talk.srt --show 'Harbour Radio' --date 2026-03-02
  onrecord add captions/                          every recording and transcript in the folder; of several files of one
                                                  recording, one";

/// What became of one thing that was to be added, for scripts.
#[derive(Serialize)]
struct Seen<'a> {
    document: Option<Document>,
    path: &'a str,
    status: Status,
    issues: Vec<Issue>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Added,
    /// A new revision of an article.
    Updated,
    Unchanged,
    Failed,
}

#[derive(Serialize)]
struct Issue {
    place: Option<String>,
    message: String,
}

/// What a file is to be taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thing {
    /// In the archive's own format.
    Transcript,
    /// A transcript of another program.
    Foreign,
    /// A page or a plain text.
    Article,
    /// Anything else: it is listened to.
    Recording,
}

impl Thing {
    fn of(path: &Path) -> Self {
        // JSON is no recording, so what is wrong with it is said as of a transcript.
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        match foreign::may_be(path) {
            _ if is_transcript(path) => Self::Transcript,
            MayBe::Certainly => Self::Foreign,
            MayBe::Perhaps if is_json || foreign::is_foreign(path) => Self::Foreign,
            MayBe::Never if is_json => Self::Foreign,
            _ if is_article(path) => Self::Article,
            _ => Self::Recording,
        }
    }
}

/// One thing on its way into the archive.
struct Taken {
    document: Document,
    status: Status,
    issues: Vec<Issue>,
}

impl Taken {
    fn unchanged(document: Document) -> Taken {
        Taken { document, status: Status::Unchanged, issues: Vec::new() }
    }
}

impl Add {
    /// Adds one thing after the other, recordings being heard ahead; a bad one does not stop the rest.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let options = self.listening.options(archive.state().join("unfinished"), true)?;
        opened::update(&archive, "onrecord add", Scope::All, false, console)?;
        let wanted = |path: &Path| match Thing::of(path) {
            Thing::Transcript => true,
            Thing::Foreign => foreign::is_foreign(path) && !foreign::is_left_to_another(path),
            Thing::Article => inputs::is_lone_article(path),
            Thing::Recording => inputs::is_media(path),
        };
        let (things, mut failed) = inputs::expand(&self.what, wanted);
        self.check_names(&things)?;
        let adding = Adding { command: &self, archive: &archive, options: &options, console };
        let recordings = things.iter().filter(|thing| is_heard(thing)).count();
        let (listener, meters) = (OnceLock::new(), Meters::new(console, recordings));
        let ear = Ear {
            command: &self,
            console,
            listener: &listener,
            shared: OnceLock::new(),
            loading: Mutex::default(),
            heard: Mutex::default(),
        };
        let hear = |index: usize| adding.hear(&ear, &things[index], index, &meters);
        hearing::in_order(things.len(), self.listening.at_once(), hear, |index, heard| {
            let thing = &things[index];
            // Not aside: it may listen, together with recordings whose meters would wait for it.
            let taken = heard.and_then(|heard| adding.take(thing, heard, &ear));
            meters.aside(|| match taken {
                Ok(taken) => adding.report(thing, taken),
                Err(error) => {
                    console.error(&error);
                    adding.report_failure(thing, &error)?;
                    failed.push((thing.name.clone(), error));
                    Ok(())
                }
            })
        })?;
        if failed.is_empty() {
            return Ok(Outcome::Done);
        }
        if things.is_empty() && failed.len() == 1 {
            failed.iter().for_each(|(_, error)| console.error(error));
        } else if things.len() > 1 || failed.len() > 1 {
            console.failures(&failed);
        }
        Ok(Outcome::Failed)
    }
}

impl Add {
    /// Refuses a title or an address for several things. Transcripts have their own, whatever is given.
    fn check_names(&self, things: &[Recording]) -> anyhow::Result<()> {
        let articles = things.iter().filter(|thing| is_article(&thing.path)).count();
        let others =
            things.iter().filter(|thing| !is_article(&thing.path) && !is_transcript(&thing.path)).count();
        let what = match (articles, others) {
            (_, 0) => "article",
            (0, _) => "recording",
            _ => "thing",
        };
        self.listening.check_recordings(what, articles + others)
    }
}

/// Whether a thing is listened to.
fn is_heard(thing: &Recording) -> bool {
    match Thing::of(&thing.path) {
        Thing::Recording => true,
        Thing::Article => thing.is_piped(),
        Thing::Transcript | Thing::Foreign => false,
    }
}

/// The model, loaded when the first recording needs it: transcripts need none.
struct Ear<'a> {
    command: &'a Add,
    console: &'a Console,
    listener: &'a OnceLock<Listener>,
    shared: OnceLock<SharedListener<'a>>,
    loading: Mutex<()>,
    /// The bytes of what is listened to, or was.
    heard: Mutex<BTreeSet<Sha256Digest>>,
}

impl<'a> Ear<'a> {
    fn shared(&self) -> anyhow::Result<&SharedListener<'a>> {
        let _one_at_a_time = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        let listener = match self.listener.get() {
            Some(listener) => listener,
            None => {
                let loaded = self.command.listening.load(self.console)?;
                self.listener.get_or_init(|| loaded)
            }
        };
        Ok(self.shared.get_or_init(|| listener.shared(self.command.listening.at_once())))
    }
}

/// What is known of a thing before it is its turn.
enum Ahead {
    /// It isn't listened to.
    Nothing,
    /// It was added before.
    Known(Document),
    /// Another recording of this run has the same bytes and is listened to.
    SameAsAnother(Sha256Digest),
    Heard {
        transcript: Box<Transcript>,
        sha256: Sha256Digest,
    },
}

struct Adding<'a> {
    command: &'a Add,
    archive: &'a Archive,
    options: &'a Options,
    console: &'a Console,
}

impl Adding<'_> {
    /// Transcribes a recording, unless its transcript is there.
    fn hear(
        &self,
        ear: &Ear<'_>,
        thing: &Recording,
        index: usize,
        meters: &Meters<'_>,
    ) -> anyhow::Result<Ahead> {
        if !is_heard(thing) {
            return Ok(Ahead::Nothing);
        }
        let sha256 = media::hash_file(&thing.path)?;
        if let Some(document) = self.known_recording(thing, &sha256)? {
            return Ok(Ahead::Known(document));
        }
        if !ear.heard.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256) {
            return Ok(Ahead::SameAsAnother(sha256));
        }
        let transcript =
            meters.watch(index, &thing.name, |progress| self.transcribe(ear, thing, sha256, progress))?;
        Ok(Ahead::Heard { transcript: Box::new(transcript), sha256 })
    }

    fn transcribe(
        &self,
        ear: &Ear<'_>,
        thing: &Recording,
        sha256: Sha256Digest,
        progress: &mut dyn FnMut(Step),
    ) -> anyhow::Result<Transcript> {
        let given = self.command.listening.given();
        let source =
            Source { path: &thing.path, piped: thing.is_piped(), given: &given, sha256: Some(sha256) };
        Ok(ear.shared()?.transcribe(&source, self.options, progress)?)
    }

    fn take(&self, thing: &Recording, ahead: Ahead, ear: &Ear<'_>) -> anyhow::Result<Taken> {
        match (ahead, Thing::of(&thing.path)) {
            (Ahead::Known(document), _) => Ok(Taken::unchanged(document)),
            (Ahead::SameAsAnother(sha256), _) => match self.known_recording(thing, &sha256)? {
                Some(document) => Ok(Taken::unchanged(document)),
                // The other comes later, or could not be stored.
                None => {
                    let transcript = self.transcribe(ear, thing, sha256, &mut |_| {})?;
                    self.take_heard(thing, &transcript, &sha256, ear)
                }
            },
            (Ahead::Heard { transcript, sha256 }, _) => self.take_heard(thing, &transcript, &sha256, ear),
            (Ahead::Nothing, Thing::Transcript) => self.take_transcript(&thing.path),
            (Ahead::Nothing, Thing::Foreign) => self.take_foreign(&thing.path),
            (Ahead::Nothing, _) => self.take_article(&thing.path),
        }
    }

    /// Brings a transcript of another program into the archive's form.
    fn take_foreign(&self, path: &Path) -> anyhow::Result<Taken> {
        let foreign = foreign::read(path, &self.command.listening.given(), Timestamp::now())?;
        if let Some(document) = self.known_foreign(&foreign)? {
            return Ok(Taken::unchanged(document));
        }
        let metadata = &foreign.metadata;
        let seconds = (foreign.length.as_millis() + 500) / 1000;
        let (document, status) = self.store(
            &folder_of(&metadata.show),
            &file_name(metadata.date, &metadata.show, seconds),
            &archive_format::write(&foreign.file),
            Some(&sidecar::write(&foreign.sidecar)),
        )?;
        let issues = foreign.remarks.into_iter().map(|(place, message)| Issue { place, message });
        Ok(Taken { document, status, issues: issues.collect() })
    }

    /// The document of captions that were added before, or of the recording that they are of.
    fn known_foreign(&self, foreign: &Foreign) -> anyhow::Result<Option<Document>> {
        let index = Index::open(self.archive)?;
        let origin = foreign.sidecar.origin();
        let mut known =
            origin.map(|origin| index.catalogue().by_media(&origin)).transpose()?.unwrap_or_default();
        known.extend(index.catalogue().by_address(&foreign.metadata.url)?);
        Ok(known.into_iter().next().map(|known| known.document))
    }

    /// Stores a transcript as it is, with the sidecar that stands beside it.
    fn take_transcript(&self, path: &Path) -> anyhow::Result<Taken> {
        let existing = transcript::read(path)?;
        if self.archive.locate(path).is_some() {
            // It lies in the archive already, where `init` and every update find it.
            let document = self.document_at(path)?;
            return Ok(Taken::unchanged(document));
        }
        let address = existing.file.url().filter(|url| record::address::openable(url).is_some());
        let content = ingest::transcript::digest(&existing.bytes);
        let known = |index: &Index| -> anyhow::Result<Option<Document>> {
            let catalogue = index.catalogue();
            let same = catalogue.by_content(&content)?;
            let same = if same.is_empty() {
                address.map(|address| catalogue.by_address(address)).transpose()?.unwrap_or_default()
            } else {
                same
            };
            Ok(same.into_iter().next().map(|known| known.document))
        };
        if let Some(document) = known(&Index::open(self.archive)?)? {
            return Ok(Taken::unchanged(document));
        }
        let beside = std::fs::read(path.with_extension("json")).ok();
        let beside = beside.filter(|bytes| sidecar::read(bytes).is_ok());
        let issues = existing.issues.iter().map(|issue| Issue {
            place: Some(format!("{}:{}", issue.line, issue.column)),
            message: issue.kind.to_string(),
        });
        let issues = issues.collect();
        let (document, status) =
            self.store(&existing.folder, &existing.file_name, &existing.bytes, beside.as_deref())?;
        Ok(Taken { document, status, issues })
    }

    /// Stores an article with its page and what is known of it, as a new revision if its address is held with another text.
    fn take_article(&self, path: &Path) -> anyhow::Result<Taken> {
        if let Some(located) = self.archive.locate(path) {
            let document = self.document(&self.text_of_page(located))?;
            return Ok(Taken::unchanged(document));
        }
        let article::Existing { text, page, sidecar } =
            article::read(path, &self.command.listening.given_of_article(self.command.outlet.clone()))?;
        let held = self.held_articles(sidecar.url.as_deref(), &text)?;
        let new = NewArticle { text: &text, page: page.as_deref(), sidecar };
        let written = self.archive.writer("onrecord add", PATIENCE)?.write_article(&new, &held)?;
        let (document, status) = self.indexed(written)?;
        Ok(Taken { document, status, issues: Vec::new() })
    }

    /// The document of a file in the archive: a page beside its text belongs to that.
    fn text_of_page(&self, located: DocumentPath) -> DocumentPath {
        let Some((stem, _)) = located.as_str().rsplit_once('.') else { return located };
        let text = DocumentPath::new(format!("{stem}.txt"));
        match text.filter(|text| located.form() == Form::Page && self.archive.file_path(text).is_file()) {
            Some(text) => text,
            None => located,
        }
    }

    /// The articles that the archive holds of this address; of an article without one, those of the same text.
    fn held_articles(&self, address: Option<&str>, text: &[u8]) -> anyhow::Result<Vec<DocumentPath>> {
        let index = Index::open(self.archive)?;
        let held = match address {
            Some(address) => index.catalogue().by_address(address)?,
            None => index.catalogue().by_content(&ingest::transcript::digest(text))?,
        };
        let articles = held.into_iter().filter(|known| known.document.kind == Kind::Article);
        Ok(articles.filter_map(|known| DocumentPath::new(known.document.path)).collect())
    }

    /// Stores what was heard, unless another thing of this run was the same.
    fn take_heard(
        &self,
        thing: &Recording,
        transcript: &Transcript,
        sha256: &Sha256Digest,
        ear: &Ear<'_>,
    ) -> anyhow::Result<Taken> {
        let (document, status) = match self.known_recording(thing, sha256)? {
            Some(document) => (document, Status::Unchanged),
            None => {
                let metadata = &transcript.metadata;
                let seconds = (transcript.length.as_millis() + 500) / 1000;
                self.store(
                    &folder_of(&metadata.show),
                    &file_name(metadata.date, &metadata.show, seconds),
                    &archive_format::write(&transcript.file),
                    Some(&sidecar::write(&transcript.sidecar)),
                )?
            }
        };
        if let Some(listener) = ear.listener.get() {
            listener.forget(sha256, self.options);
        }
        let issues = transcript.remarks.iter().map(|remark| Issue { place: None, message: remark.clone() });
        Ok(Taken { document, status, issues: issues.collect() })
    }

    /// The document of a recording that was added before: by its bytes, else by its address.
    fn known_recording(&self, thing: &Recording, sha256: &Sha256Digest) -> anyhow::Result<Option<Document>> {
        let index = Index::open(self.archive)?;
        if let Some(known) = index.catalogue().by_media(sha256)?.into_iter().next() {
            return Ok(Some(known.document));
        }
        let beside = (!thing.is_piped()).then_some(thing.path.as_path());
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let given = self.command.listening.given();
        let (metadata, _) = gather(beside, &given, &media::Tags::default(), today);
        let same = index.catalogue().by_address(&metadata.url)?;
        Ok(same.into_iter().next().map(|known| known.document))
    }

    /// Writes the files and makes them findable.
    fn store(
        &self,
        folder: &str,
        name: &str,
        transcript: &[u8],
        beside: Option<&[u8]>,
    ) -> anyhow::Result<(Document, Status)> {
        let written = {
            let writer = self.archive.writer("onrecord add", PATIENCE)?;
            writer.write_transcript(folder, name, transcript, beside)?
        };
        self.indexed(written)
    }

    /// Makes what was written findable.
    fn indexed(&self, written: Written) -> anyhow::Result<(Document, Status)> {
        let paths = [written.path.clone()];
        opened::update(self.archive, "onrecord add", Scope::Only(&paths), false, self.console)?;
        let status = match written.outcome {
            WriteOutcome::Created => Status::Added,
            WriteOutcome::Revised => Status::Updated,
            WriteOutcome::AlreadyThere => Status::Unchanged,
        };
        Ok((self.document(&written.path)?, status))
    }

    fn document_at(&self, path: &Path) -> anyhow::Result<Document> {
        let path = self.archive.locate(path).context("the file lies outside the archive")?;
        self.document(&path)
    }

    fn document(&self, path: &DocumentPath) -> anyhow::Result<Document> {
        let known = Index::open(self.archive)?.catalogue().by_path(path.as_str())?;
        let known = known.with_context(|| {
            format!(
                "`{}` was stored but is not in the index\nhint: `onrecord init` brings the index up to date",
                path.as_str()
            )
        })?;
        Ok(known.document)
    }

    fn report(&self, thing: &Recording, taken: Taken) -> anyhow::Result<()> {
        let Taken { document, status, issues } = taken;
        let warnings: Vec<String> = issues
            .iter()
            .map(|issue| match &issue.place {
                Some(place) => format!("{place}: {}", issue.message),
                None => issue.message.clone(),
            })
            .collect();
        self.console.warnings(&thing.name, &warnings);
        if self.console.is_json() {
            let seen = Seen { document: Some(document), path: &thing.name, status, issues };
            return Ok(self.console.object(&seen)?);
        }
        let verb = match status {
            Status::Added => "added",
            Status::Updated => "updated",
            Status::Unchanged | Status::Failed => "unchanged",
        };
        self.console.remark(format_args!("{verb:<9} {}", document.path));
        Ok(())
    }

    fn report_failure(&self, thing: &Recording, error: &anyhow::Error) -> anyhow::Result<()> {
        if self.console.is_json() {
            let issues = vec![Issue { place: None, message: with_causes(error) }];
            let seen = Seen { document: None, path: &thing.name, status: Status::Failed, issues };
            self.console.object(&seen)?;
        }
        Ok(())
    }
}
