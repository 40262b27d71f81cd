//! What a transcription has found so far, on disk, so that a killed run goes on where it stopped.
//!
//! One file for each combination of recording, weights, back end and settings: another model or other settings
//! never go on with what is not theirs. It is replaced as a whole when windows are done, as
//! often as is a small part of the work ([`Pace`]), and removed when the transcript is stored.

use record::Sha256Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use speech::settings::Settings;
use speech::transcribe::Progress;
use std::fs::DirEntry;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Grows when a file that an earlier version wrote would be misread.
const VERSION: u32 = 1;

/// The largest journal that is read: many times that of a day of speech.
const MOST_BYTES: u64 = 256 << 20;

/// A journal that nobody has written to for so long is forgotten, and what a killed run left half-written with it.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The least time between two pages; a killed run loses what was heard since the last.
const BETWEEN_PAGES: Duration = Duration::from_secs(5);

/// How many times as long as a page took to write the next one waits: pages grow with the recording.
const PAGES_OF_WORK: u32 = 50;

/// How the names of pages that are still being written begin.
const UNFINISHED_BEGINNING: &str = ".journal-";

/// What makes two runs the same work.
#[derive(Serialize)]
pub struct Work<'a> {
    /// The recording's bytes.
    pub media: &'a Sha256Digest,
    /// The model's weights.
    pub weights: &'a Sha256Digest,
    /// What computes; another may hear another word.
    pub back_end: &'a str,
    /// How it is transcribed.
    pub settings: &'a Settings,
    /// The part that is asked for, in milliseconds.
    pub part_millis: (u64, Option<u64>),
    /// Whether silence is looked for first.
    pub voice_detection: bool,
}

/// The journal of one piece of work.
pub struct Journal {
    path: PathBuf,
}

/// When a journal's next page is due.
#[derive(Default)]
pub struct Pace {
    due: Option<Instant>,
}

impl Pace {
    /// Calls `write` if a page is due at `now`; it says how long it took.
    fn keep(&mut self, now: Instant, write: impl FnOnce() -> Duration) {
        if self.due.is_none_or(|due| now >= due) {
            let took = write();
            self.due = Some(now + took + BETWEEN_PAGES.max(took * PAGES_OF_WORK));
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Page<P> {
    version: u32,
    progress: P,
}

impl Journal {
    /// The journal of `work` in `folder`, which need not exist yet.
    pub fn of(folder: &Path, work: &Work<'_>) -> Journal {
        // Serialising plain values can't fail; if it did, all work would share one name and be refused below.
        let key = serde_json::to_vec(&(VERSION, env!("CARGO_PKG_VERSION"), work)).unwrap_or_default();
        let name: String = Sha256::digest(key).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Journal { path: folder.join(format!("{name}.json")) }
    }

    /// What an earlier run had found; `None` if there was none or its page is damaged.
    pub fn read(&self) -> Option<Progress> {
        let file = std::fs::File::open(&self.path).ok()?;
        if file.metadata().ok()?.len() > MOST_BYTES {
            return None;
        }
        let page: Page<Progress> = serde_json::from_reader(io::BufReader::new(file)).ok()?;
        (page.version == VERSION).then_some(page.progress)
    }

    /// Writes down what has been found, whole or not at all.
    ///
    /// # Errors
    ///
    /// If the folder can't be made or written.
    pub fn write(&self, progress: &Progress) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED_BEGINNING).tempfile_in(folder)?;
        serde_json::to_writer(io::BufWriter::new(&mut file), &Page { version: VERSION, progress })?;
        file.flush()?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// Writes down what has been found, if that is due. A page that can't be written costs only what a later run could have saved.
    pub fn keep(&self, pace: &mut Pace, progress: &Progress) {
        let now = Instant::now();
        pace.keep(now, || {
            let _ = self.write(progress);
            now.elapsed()
        });
    }

    /// Removes the journals beside this one that nobody has gone on with for a month, so that the folder stays small.
    pub fn remove_forgotten(&self) {
        let Some(files) = self.path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else {
            return;
        };
        let now = SystemTime::now();
        let is_forgotten = |file: &DirEntry| {
            let written = file.metadata().and_then(|metadata| metadata.modified()).ok();
            written.and_then(|written| now.duration_since(written).ok()).is_some_and(|age| age > KEPT)
        };
        // The folder may be one that people keep other files in.
        let is_ours = |file: &DirEntry| file.file_name().to_str().is_some_and(is_name_of_journal);
        for file in files.flatten().filter(|file| is_ours(file) && is_forgotten(file)) {
            // One that can't be removed does no harm.
            let _ = std::fs::remove_file(file.path());
        }
    }

    /// Forgets the work: it is done.
    pub fn remove(&self) {
        // A journal that stays behind is only read by the same work, which would find itself done.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether a file is a journal by its name, or what a killed run left of one.
fn is_name_of_journal(name: &str) -> bool {
    let is_key = |key: &str| key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.starts_with(UNFINISHED_BEGINNING) || name.strip_suffix(".json").is_some_and(is_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work<'a>(media: &'a Sha256Digest, settings: &'a Settings) -> Work<'a> {
        let part_millis = (0, None);
        Work { media, weights: media, back_end: "onrecord", settings, part_millis, voice_detection: true }
    }

    #[test]
    fn pages_are_a_small_part_of_the_work() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let mut written = Vec::new();
        for second in 0..200 {
            let took = if second < 20 { 10 } else { 1000 };
            pace.keep(start + Duration::from_secs(second), || {
                written.push(second);
                Duration::from_millis(took)
            });
        }
        assert_eq!(written, [0, 6, 12, 18, 24, 75, 126, 177]);
    }

    #[test]
    fn a_journal_is_found_by_the_same_work_only() {
        let folder = tempfile::tempdir().unwrap();
        let (media, settings) = (Sha256Digest::from_bytes([7; 32]), Settings::default());
        let journal = Journal::of(folder.path(), &work(&media, &settings));
        assert_eq!(journal.read(), None);
        let progress = Progress { language: Some(("en".into(), 0.9)), lanes: Vec::new() };
        journal.write(&progress).unwrap();
        assert_eq!(Journal::of(folder.path(), &work(&media, &settings)).read(), Some(progress));
        let greedy = Settings { beam_size: 1, ..Settings::default() };
        assert_eq!(Journal::of(folder.path(), &work(&media, &greedy)).read(), None);
        let elsewhere = Work { back_end: "whisper.cpp 1.8.3 on CUDA0", ..work(&media, &settings) };
        assert_eq!(Journal::of(folder.path(), &elsewhere).read(), None);
        journal.remove();
        assert_eq!(journal.read(), None);
    }

    #[test]
    fn what_nobody_goes_on_with_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let (media, settings) = (Sha256Digest::from_bytes([7; 32]), Settings::default());
        let journal = Journal::of(folder.path(), &work(&media, &settings));
        journal.write(&Progress { language: None, lanes: Vec::new() }).unwrap();
        let put_old = |name: &str| {
            let file = std::fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - KEPT - Duration::from_secs(60)).unwrap();
        };
        let forgotten = [&*format!("{UNFINISHED_BEGINNING}x7Yq"), "0123456789abcdef0123456789abcdef.json"];
        let of_others = ["thesis.json", ".tmpOld", "notes.txt"];
        forgotten.into_iter().chain(of_others).for_each(put_old);
        journal.remove_forgotten();
        assert!(journal.read().is_some());
        assert!(forgotten.iter().all(|name| !folder.path().join(name).exists()));
        assert!(of_others.iter().all(|name| folder.path().join(name).exists()), "files of others stay");
    }

    #[test]
    fn a_damaged_journal_is_no_journal() {
        let folder = tempfile::tempdir().unwrap();
        let (media, settings) = (Sha256Digest::from_bytes([7; 32]), Settings::default());
        let journal = Journal::of(folder.path(), &work(&media, &settings));
        std::fs::write(&journal.path, "{\"version\":1,\"progr").unwrap();
        assert_eq!(journal.read(), None);
    }
}
