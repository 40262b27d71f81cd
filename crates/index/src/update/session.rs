//! Catalogue and words, open to be changed together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use archive::Archive;
use language::embed::Embedder;

use super::plan::{Plan, Task};
use super::roles;
use super::task::{self, Outcome};
use super::{BATCH_BYTES, BATCH_DOCUMENTS, Progress, Report, Scope, UpdateError};
use crate::catalogue::{
    Batch, Catalogue, CatalogueError, Change, Entered, Indexed, Known, VectorPlace, WordCounts,
};
use crate::meaning::{self, Meaning, Vectors};
use crate::search::IndexPaths;
use crate::words::{Words, WordsError, Writer};

/// An index that is being changed.
pub(super) struct Session<'a> {
    archive: &'a Archive,
    catalogue: Catalogue,
    words: Words,
    /// The folder of the vectors.
    meaning: PathBuf,
    embedder: Option<&'a dyn Embedder>,
}

/// Beyond so many files the vectors are gathered in one.
const MOST_VECTOR_FILES: usize = 24;

impl<'a> Session<'a> {
    /// Opens the index, or begins one; `None` if catalogue and words don't belong together, as when one of them
    /// was deleted, or if something is missing.
    pub(super) fn open(
        archive: &'a Archive,
        paths: &IndexPaths,
        embedder: Option<&'a dyn Embedder>,
    ) -> Result<Option<Self>, UpdateError> {
        let Some(mut catalogue) = Catalogue::open_or_create(&paths.catalogue)? else { return Ok(None) };
        let words = Words::open_or_create(&paths.words)?;
        let (entered, written) = (catalogue.batch()?.number, words.batch()?.number);
        // A note of an unfinished batch says that the words may be one ahead.
        let is_unfinished = written == entered + 1 && !catalogue.pending()?.is_empty();
        let belong = (written == entered || is_unfinished) && words.are_complete()?;
        if !belong {
            return Ok(None);
        }
        let meaning = paths.meaning.clone();
        if let Some(embedder) = embedder
            && catalogue.vector_model()?.as_deref() != Some(embedder.name())
        {
            catalogue.set_vector_model(embedder.name())?;
        }
        // Files that were damaged or deleted by hand are made again.
        let files: BTreeSet<u64> = catalogue.vectors()?.iter().map(|(_, place)| place.file).collect();
        for file in files {
            if !meaning::is_whole(&meaning, file) {
                catalogue.forget_vectors(file)?;
            }
        }
        // A killed update leaves files that no document's vectors are in, and files may have been deleted by hand.
        let listed = catalogue.vectors()?.iter().map(|(_, place)| place.file).collect();
        meaning::remove_unlisted(&meaning, &listed)?;
        Ok(Some(Self { archive, catalogue, words, meaning, embedder }))
    }

    pub(super) fn plan(&self, scope: Scope<'_>) -> Result<Plan, UpdateError> {
        let pending = self.catalogue.pending()?;
        let mut indexed = match scope {
            Scope::All => self.catalogue.indexed()?,
            Scope::Only(paths) => self.catalogue.indexed_of(paths)?,
        };
        // What an interrupted batch was about to change is unknown, whatever the catalogue says of it.
        indexed.retain(|indexed| pending.binary_search(&indexed.path).is_err());
        Ok(Plan::new(self.archive, scope, indexed, self.embedder.is_some())?)
    }

    /// Does what is planned, batch by batch.
    pub(super) fn run(
        &mut self,
        plan: &Plan,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, UpdateError> {
        let mut report = Report { unchanged: plan.unchanged, ..Report::default() };
        let pending = self.catalogue.pending()?;
        if plan.tasks.is_empty() && plan.removed.is_empty() && pending.is_empty() {
            self.finish(&mut report)?;
            return Ok(report);
        }
        let archive = self.archive;
        let mut steps = self.steps(plan.tasks.len())?;
        steps.remove(pending)?;
        steps.remove(plan.removed.clone())?;
        report.removed = plan.removed.len();
        let mut counter = Counter::new(&plan.tasks, progress);
        for tasks in batches(&plan.tasks) {
            steps.batch(archive, tasks, &mut counter, &mut report)?;
        }
        steps.writer.finish()?;
        self.finish(&mut report)?;
        Ok(report)
    }

    /// What is done when all documents are entered.
    fn finish(&mut self, report: &mut Report) -> Result<(), UpdateError> {
        self.group_copies(report)?;
        self.gather_vectors()
    }

    /// Puts the vectors of all documents into one file, if they are in too many, or most of some are of nobody.
    fn gather_vectors(&mut self) -> Result<(), UpdateError> {
        let places = self.catalogue.vectors()?;
        let files: BTreeSet<u64> = places.iter().map(|(_, place)| place.file).collect();
        if files.len() <= MOST_VECTOR_FILES {
            return Ok(());
        }
        let meaning = Meaning::open(&self.meaning, places.clone())?;
        let (mut all, mut moved) = (Vectors::default(), Vec::with_capacity(places.len()));
        let file = files.last().map_or(0, |last| last + 1);
        for (number, _) in &places {
            let Some(vectors) = meaning.vectors(*number) else { continue };
            moved.push((*number, VectorPlace { file, first: all.rows(), count: vectors.rows() }));
            all.append(&vectors);
        }
        meaning::write(&self.meaning, file, &all)?;
        self.catalogue.move_vectors(&moved)?;
        Ok(meaning::remove_unlisted(&self.meaning, &[file].into())?)
    }

    /// Looks for copies, and indexes those documents anew that have become one or are none any more, and those that
    /// stand for them.
    fn group_copies(&mut self, report: &mut Report) -> Result<(), UpdateError> {
        if self.catalogue.is_grouped()? {
            return Ok(());
        }
        let tasks = roles::changed(self.catalogue.members()?);
        if !tasks.is_empty() {
            let archive = self.archive;
            let mut steps = self.steps(tasks.len())?;
            for tasks in batches(&tasks) {
                // Counted already, when their files were read for what they say.
                let mut again = Report::default();
                steps.batch(archive, tasks, &mut Counter::new(tasks, &mut |_| {}), &mut again)?;
            }
            steps.writer.finish()?;
        }
        report.copies = self.catalogue.summary()?.duplicate_documents;
        Ok(self.catalogue.set_grouped()?)
    }

    /// Ready to write `documents` documents.
    pub(super) fn steps(&mut self, documents: usize) -> Result<Steps<'_>, WordsError> {
        let writer = self.words.writer(documents)?;
        Ok(Steps {
            catalogue: &mut self.catalogue,
            words: &self.words,
            writer,
            meaning: &self.meaning,
            embedder: self.embedder,
        })
    }

    /// Keeps the list of what was left out and what can't be read, for people who ask for the archive's state.
    pub(super) fn note_skipped(
        &mut self,
        skipped: Vec<(String, String)>,
        failed: &[(String, String)],
        scope: Scope<'_>,
    ) -> Result<Vec<(String, String)>, UpdateError> {
        if matches!(scope, Scope::Only(_)) {
            return Ok(skipped);
        }
        let all: Vec<(String, String)> = skipped.iter().chain(failed).cloned().collect();
        if self.catalogue.skipped()? != all {
            self.catalogue.set_skipped(&all)?;
        }
        Ok(skipped)
    }
}

/// The steps of a batch, in the order that makes a kill between any two of them harmless.
pub(super) struct Steps<'a> {
    catalogue: &'a mut Catalogue,
    words: &'a Words,
    pub(super) writer: Writer<'a>,
    meaning: &'a Path,
    embedder: Option<&'a dyn Embedder>,
}

impl Steps<'_> {
    /// All steps for some documents.
    fn batch(
        &mut self,
        archive: &Archive,
        tasks: &[Task],
        counter: &mut Counter<'_>,
        report: &mut Report,
    ) -> Result<(), UpdateError> {
        self.note(tasks)?;
        let outcomes = self.read(archive, tasks, counter)?;
        let (mut changes, vectors) = report.take(tasks, outcomes);
        let batch = self.commit_words(&changes)?;
        self.write_vectors(batch, &mut changes, vectors)?;
        Ok(self.enter(batch, &changes)?)
    }

    /// Step 2: reads the documents on all cores, into the words.
    pub(super) fn read(
        &self,
        archive: &Archive,
        tasks: &[Task],
        counter: &mut Counter<'_>,
    ) -> Result<Vec<Outcome>, UpdateError> {
        read(archive, tasks, &self.writer, self.embedder, counter)
    }

    /// Writes the vectors of a batch into a file of its own; nobody knows of it until they are entered.
    pub(super) fn write_vectors(
        &self,
        batch: Batch,
        changes: &mut [Change],
        vectors: Vec<Option<Vectors>>,
    ) -> Result<(), UpdateError> {
        let file = batch.number;
        let mut all = Vectors::default();
        for (change, vectors) in changes.iter_mut().zip(vectors) {
            if let (Change::Enter(entered), Some(vectors)) = (change, vectors) {
                entered.vectors = Some(VectorPlace { file, first: all.rows(), count: vectors.rows() });
                all.append(&vectors);
            }
        }
        if all.rows() > 0 {
            meaning::write(self.meaning, file, &all)?;
        }
        Ok(())
    }

    /// Step 1: notes which documents are about to change.
    pub(super) fn note(&mut self, tasks: &[Task]) -> Result<(), CatalogueError> {
        let paths: Vec<String> = tasks.iter().map(|task| task.path.to_string()).collect();
        self.catalogue.note(&paths)
    }

    /// Step 3: commits the words, if any have changed.
    pub(super) fn commit_words(&mut self, changes: &[Change]) -> Result<Batch, UpdateError> {
        let mut batch = self.catalogue.batch()?;
        if changes.iter().all(|change| matches!(change, Change::Touch(..))) {
            return Ok(batch);
        }
        // After an interrupted batch the words may be ahead.
        batch.number = self.words.batch()?.number.max(batch.number) + 1;
        for change in changes {
            let before = self.catalogue.by_path(change.path())?.map(|known| known.words).unwrap_or_default();
            batch.counts = match change {
                Change::Enter(entered) => batch.counts.minus(before).plus(entered.known.words),
                Change::Remove(_) => batch.counts.minus(before),
                Change::Touch(..) => batch.counts,
            };
        }
        self.writer.commit(batch)?;
        Ok(batch)
    }

    /// Step 4: enters the documents and drops the note.
    pub(super) fn enter(&mut self, batch: Batch, changes: &[Change]) -> Result<(), CatalogueError> {
        self.catalogue.enter(batch, changes)
    }

    /// All steps for documents that are gone.
    fn remove(&mut self, paths: Vec<String>) -> Result<(), UpdateError> {
        if paths.is_empty() {
            return Ok(());
        }
        self.catalogue.note(&paths)?;
        paths.iter().for_each(|path| self.writer.remove(path));
        let changes: Vec<Change> = paths.into_iter().map(Change::Remove).collect();
        let batch = self.commit_words(&changes)?;
        Ok(self.enter(batch, &changes)?)
    }
}

/// Consecutive tasks, as many as a batch may have; always one at least.
fn batches(tasks: &[Task]) -> impl Iterator<Item = &[Task]> {
    let mut rest = tasks;
    std::iter::from_fn(move || {
        let mut bytes = 0_u64;
        let fits = |task: &&Task| {
            let is_first = bytes == 0;
            bytes = bytes.saturating_add(task.bytes.max(1));
            is_first || bytes <= BATCH_BYTES
        };
        let count = rest.iter().take(BATCH_DOCUMENTS).take_while(fits).count();
        let (batch, after) = rest.split_at(count);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// Reads the documents of a batch on all cores. The outcomes are in the order of the tasks.
fn read(
    archive: &Archive,
    tasks: &[Task],
    writer: &Writer<'_>,
    embedder: Option<&dyn Embedder>,
    counter: &mut Counter<'_>,
) -> Result<Vec<Outcome>, UpdateError> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(tasks.len());
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    let mut outcomes: Vec<Option<Outcome>> = tasks.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            let work = Work { archive, tasks, writer, embedder, next: &next, has_failed: &has_failed };
            scope.spawn(move || work.run(&send));
        }
        drop(send);
        for (index, outcome) in receive {
            outcomes[index] = Some(outcome?);
            counter.count(&tasks[index]);
        }
        Ok::<(), UpdateError>(())
    })?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// What the threads of a batch share.
struct Work<'a> {
    archive: &'a Archive,
    tasks: &'a [Task],
    writer: &'a Writer<'a>,
    embedder: Option<&'a dyn Embedder>,
    next: &'a AtomicUsize,
    has_failed: &'a AtomicBool,
}

impl Work<'_> {
    /// Does one task after another until none is left, or one could not be written.
    fn run(&self, send: &mpsc::Sender<(usize, Result<Outcome, UpdateError>)>) {
        while !self.has_failed.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = self.tasks.get(index) else { return };
            let outcome = task::run(self.archive, task, self.writer, self.embedder);
            if outcome.is_err() {
                self.has_failed.store(true, Ordering::Relaxed);
            }
            if send.send((index, outcome)).is_err() {
                return;
            }
        }
    }
}

/// Tells how far the update is.
pub(super) struct Counter<'a> {
    so_far: Progress,
    progress: &'a mut dyn FnMut(Progress),
}

impl<'a> Counter<'a> {
    pub(super) fn new(tasks: &[Task], progress: &'a mut dyn FnMut(Progress)) -> Self {
        let (documents_total, bytes_total) = (tasks.len(), tasks.iter().map(|task| task.bytes).sum());
        Self { so_far: Progress { documents_done: 0, documents_total, bytes_done: 0, bytes_total }, progress }
    }

    fn count(&mut self, task: &Task) {
        self.so_far.documents_done += 1;
        self.so_far.bytes_done += task.bytes;
        (self.progress)(self.so_far);
    }
}

impl Report {
    /// Counts what came of a batch and keeps what the catalogue has to learn, with the vectors of each.
    pub(super) fn take(
        &mut self,
        tasks: &[Task],
        outcomes: Vec<Outcome>,
    ) -> (Vec<Change>, Vec<Option<Vectors>>) {
        let mut changes = Vec::with_capacity(outcomes.len());
        let mut all_vectors = Vec::with_capacity(outcomes.len());
        for (task, outcome) in tasks.iter().zip(outcomes) {
            let counted = match (&outcome, &task.known) {
                (Outcome::Changed(Change::Enter(_), _), None) => Some(&mut self.added),
                // Read again for its vectors alone.
                (Outcome::Changed(Change::Enter(entered), _), Some(known))
                    if says_the_same(entered, known) =>
                {
                    Some(&mut self.unchanged)
                }
                (Outcome::Changed(Change::Enter(_), _), Some(_)) => Some(&mut self.changed),
                (Outcome::Changed(Change::Remove(_), _), Some(_)) => Some(&mut self.removed),
                (Outcome::Changed(Change::Touch(..), _), _) => Some(&mut self.unchanged),
                (Outcome::Changed(Change::Remove(_), _), None) | (Outcome::Failed(_), _) => None,
            };
            if let Some(counted) = counted {
                *counted += 1;
            }
            match outcome {
                Outcome::Changed(change, vectors) => {
                    changes.push(change);
                    all_vectors.push(vectors);
                }
                Outcome::Failed(message) => self.failed.push((task.path.to_string(), message)),
            }
        }
        (changes, all_vectors)
    }
}

fn says_the_same(entered: &Entered, known: &Indexed) -> bool {
    let Known { content, sidecar_content, .. } = &entered.known;
    (content, sidecar_content) == (&known.content, &known.sidecar_content)
}

impl WordCounts {
    fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    fn minus(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub)
    }

    fn with(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            passages: combine(self.passages, other.passages),
            words: combine(self.words, other.words),
            suspect_passages: combine(self.suspect_passages, other.suspect_passages),
            suspect_words: combine(self.suspect_words, other.suspect_words),
            copy_passages: combine(self.copy_passages, other.copy_passages),
            copy_words: combine(self.copy_words, other.copy_words),
        }
    }
}
