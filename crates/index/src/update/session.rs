//! Catalogue and words, open to be changed together.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use archive::Archive;

use super::plan::{Plan, Task};
use super::task::{self, Outcome};
use super::{BATCH_BYTES, BATCH_DOCUMENTS, Progress, Report, Scope, UpdateError};
use crate::catalogue::{Batch, Catalogue, CatalogueError, Change, WordCounts};
use crate::search::IndexPaths;
use crate::words::{Words, WordsError, Writer};

/// An index that is being changed.
pub(super) struct Session<'a> {
    archive: &'a Archive,
    catalogue: Catalogue,
    words: Words,
}

impl<'a> Session<'a> {
    /// Opens the index, or begins one; `None` if catalogue and words don't belong together, as when one of them
    /// was deleted, or if something is missing.
    pub(super) fn open(archive: &'a Archive, paths: &IndexPaths) -> Result<Option<Self>, UpdateError> {
        let Some(catalogue) = Catalogue::open_or_create(&paths.catalogue)? else { return Ok(None) };
        let words = Words::open_or_create(&paths.words)?;
        let (entered, written) = (catalogue.batch()?.number, words.batch()?.number);
        // A note of an unfinished batch says that the words may be one ahead.
        let is_unfinished = written == entered + 1 && !catalogue.pending()?.is_empty();
        let belong = (written == entered || is_unfinished) && words.are_complete()?;
        Ok(belong.then_some(Self { archive, catalogue, words }))
    }

    pub(super) fn plan(&self, scope: Scope<'_>) -> Result<Plan, UpdateError> {
        let pending = self.catalogue.pending()?;
        let mut indexed = match scope {
            Scope::All => self.catalogue.indexed()?,
            Scope::Only(paths) => self.catalogue.indexed_of(paths)?,
        };
        // What an interrupted batch was about to change is unknown, whatever the catalogue says of it.
        indexed.retain(|indexed| pending.binary_search(&indexed.path).is_err());
        Ok(Plan::new(self.archive, scope, indexed)?)
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
            return Ok(report);
        }
        let archive = self.archive;
        let mut steps = self.steps(plan.tasks.len())?;
        steps.remove(pending)?;
        steps.remove(plan.removed.clone())?;
        report.removed = plan.removed.len();
        let mut counter = Counter::new(&plan.tasks, progress);
        for tasks in batches(&plan.tasks) {
            steps.note(tasks)?;
            let outcomes = read(archive, tasks, &steps.writer, &mut counter)?;
            let changes = report.take(tasks, outcomes);
            let batch = steps.commit_words(&changes)?;
            steps.enter(batch, &changes)?;
        }
        steps.writer.finish()?;
        Ok(report)
    }

    /// Ready to write `documents` documents.
    pub(super) fn steps(&mut self, documents: usize) -> Result<Steps<'_>, WordsError> {
        let writer = self.words.writer(documents)?;
        Ok(Steps { catalogue: &mut self.catalogue, words: &self.words, writer })
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
}

impl Steps<'_> {
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

/// Step 2: reads the documents of a batch on all cores. The outcomes are in the order of the tasks.
pub(super) fn read(
    archive: &Archive,
    tasks: &[Task],
    writer: &Writer<'_>,
    counter: &mut Counter<'_>,
) -> Result<Vec<Outcome>, WordsError> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(tasks.len());
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    let mut outcomes: Vec<Option<Outcome>> = tasks.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            scope.spawn(|| work(archive, tasks, writer, &next, &has_failed, send));
        }
        drop(send);
        for (index, outcome) in receive {
            outcomes[index] = Some(outcome?);
            counter.count(&tasks[index]);
        }
        Ok(())
    })?;
    Ok(outcomes.into_iter().flatten().collect())
}

/// Does one task after another until none is left, or one could not be written.
fn work(
    archive: &Archive,
    tasks: &[Task],
    writer: &Writer<'_>,
    next: &AtomicUsize,
    has_failed: &AtomicBool,
    send: mpsc::Sender<(usize, Result<Outcome, WordsError>)>,
) {
    while !has_failed.load(Ordering::Relaxed) {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(index) else { return };
        let outcome = task::run(archive, task, writer);
        if outcome.is_err() {
            has_failed.store(true, Ordering::Relaxed);
        }
        if send.send((index, outcome)).is_err() {
            return;
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
    /// Counts what came of a batch and keeps what the catalogue has to learn.
    pub(super) fn take(&mut self, tasks: &[Task], outcomes: Vec<Outcome>) -> Vec<Change> {
        let mut changes = Vec::with_capacity(outcomes.len());
        for (task, outcome) in tasks.iter().zip(outcomes) {
            let counted = match (&outcome, &task.known) {
                (Outcome::Changed(Change::Enter(_)), None) => Some(&mut self.added),
                (Outcome::Changed(Change::Enter(_)), Some(_)) => Some(&mut self.changed),
                (Outcome::Changed(Change::Remove(_)), Some(_)) => Some(&mut self.removed),
                (Outcome::Changed(Change::Touch(..)), _) => Some(&mut self.unchanged),
                (Outcome::Changed(Change::Remove(_)), None) | (Outcome::Failed(_), _) => None,
            };
            if let Some(counted) = counted {
                *counted += 1;
            }
            match outcome {
                Outcome::Changed(change) => changes.push(change),
                Outcome::Failed(message) => self.failed.push((task.path.to_string(), message)),
            }
        }
        changes
    }
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
        }
    }
}
