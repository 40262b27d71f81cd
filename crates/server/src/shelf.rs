//! The archive, opened as often as it is asked at a time.
//!
//! An index and its catalogue are used by one thread at a time; opening them takes about a millisecond and no memory to speak
//! of, since their files are mapped. So each core has one that is taken from the shelf and put back. Questions that take
//! seconds leave a core to the others.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use analysis::{Stamp, Store};
use archive::Archive;
use axum::body::Bytes;
use index::Index;
use language::embed::Embedder as _;
use library::InstalledModel;
use library::cited::Cited;
use library::spellings::MisheardNames;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::recent::Recent;
use crate::refusal::{Code, Refusal};

/// Questions that wait for a free core; more are turned away at once.
const MOST_WAITING: usize = 512;

/// Long questions that wait for their core.
const MOST_LONG_WAITING: usize = 16;

/// Passages that are read to count what only texts can tell, which takes half a second.
const MOST_READ: u64 = 10_000;

/// How long one waits, and how long a long one.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const LONGEST_LONG_WAIT: Duration = Duration::from_secs(35);

/// An archive that is asked.
pub(crate) struct Opened {
    pub(crate) archive: Archive,
    pub(crate) index: Index,
    findings: OnceCell<Option<Findings>>,
}

/// Findings that are open.
struct Findings {
    store: Store,
    stamp: Stamp,
    misheard: OnceCell<MisheardNames>,
}

impl Findings {
    fn open(archive: &Archive) -> Result<Option<Self>, Refusal> {
        let Some(store) = Store::open(archive)? else { return Ok(None) };
        let stamp = store.stamp()?;
        Ok(Some(Self { store, stamp, misheard: OnceCell::new() }))
    }

    fn are_current(&self) -> bool {
        self.store.stamp().is_ok_and(|stamp| stamp == self.stamp)
    }
}

impl Opened {
    fn new(archive: Archive, index: Index) -> Self {
        Self { archive, index, findings: OnceCell::new() }
    }

    /// Closes findings that have changed since they were opened.
    fn refresh(&mut self) {
        let are_current = |findings: &Option<Findings>| findings.as_ref().is_some_and(Findings::are_current);
        if !self.findings.get().is_some_and(are_current) {
            self.findings.take();
        }
    }

    fn opened_findings(&self) -> Result<Option<&Findings>, Refusal> {
        if self.findings.get().is_none() {
            let _ = self.findings.set(Findings::open(&self.archive)?);
        }
        Ok(self.findings.get().and_then(Option::as_ref))
    }

    /// The findings as they were last left; `None` if nothing was analysed yet.
    pub(crate) fn findings(&self) -> Result<Option<&Store>, Refusal> {
        Ok(self.opened_findings()?.map(|findings| &findings.store))
    }

    /// The names that were misheard, if something was analysed.
    pub(crate) fn misheard(&self) -> Result<Option<&MisheardNames>, Refusal> {
        let Some(findings) = self.opened_findings()? else { return Ok(None) };
        if findings.misheard.get().is_none() {
            let _ = findings.misheard.set(MisheardNames::of(&findings.store)?);
        }
        Ok(findings.misheard.get())
    }

    /// Documents as findings print them.
    pub(crate) fn cited(&self) -> Cited<'_> {
        Cited::of(&self.archive, &self.index)
    }
}

/// The archive for all who ask.
pub(crate) struct Shelf {
    archive: Archive,
    model: Option<Arc<InstalledModel>>,
    free: Mutex<Vec<Opened>>,
    cores: Semaphore,
    /// Cores that long questions may take.
    long: Semaphore,
    waiting: AtomicUsize,
    long_waiting: AtomicUsize,
    recent: Recent,
}

/// How long answering takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Milliseconds.
    #[default]
    Usual,
    /// Seconds: not all cores are given to such questions.
    Long,
}

impl Shelf {
    /// Opens an archive once, so that what is wrong with it is told at the start.
    pub(crate) fn new(archive: Archive) -> Result<Arc<Self>, index::OpenError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let shelf = Self {
            recent: Recent::new(&archive),
            archive,
            model: InstalledModel::find().map(Arc::new),
            free: Mutex::default(),
            cores: Semaphore::new(cores),
            long: Semaphore::new((cores - 1).max(1)),
            waiting: AtomicUsize::new(0),
            long_waiting: AtomicUsize::new(0),
        };
        let first = shelf.open()?;
        shelf.put_back(first);
        if let Some(model) = shelf.model.clone() {
            // Loaded beside all else, so that not the first question waits for it.
            std::thread::spawn(move || model.dimensions());
        }
        Ok(Arc::new(shelf))
    }

    fn open(&self) -> Result<Opened, index::OpenError> {
        let index = Index::open(&self.archive)?.with_most_read(MOST_READ);
        let index = match &self.model {
            Some(model) => index.with_embedder(model.clone()),
            None => index,
        };
        Ok(Opened::new(self.archive.clone(), index))
    }

    fn put_back(&self, opened: Opened) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
    }

    fn take(&self) -> Result<Opened, Refusal> {
        let next = || self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One whose index was made anew is closed.
        let free = std::iter::from_fn(next).find(|opened| !opened.index.catalogue().is_replaced());
        match free {
            Some(mut opened) => {
                opened.refresh();
                Ok(opened)
            }
            None => {
                self.open().map_err(|error| Refusal::new(Code::Internal, error).without(self.archive.root()))
            }
        }
    }

    /// Answers from the archive, on a thread of its own. What was opened is closed if the answer failed: the next one opens what
    /// is there then.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        answer: impl FnOnce(&Opened) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.ask_with(Effort::Usual, answer).await
    }

    /// The same for an answer that can be given again for a moment to who asks the same: `key` holds all that it depends on.
    pub(crate) async fn ask_again(
        self: &Arc<Self>,
        key: String,
        effort: Effort,
        answer: impl FnOnce(&Opened) -> Result<Vec<u8>, Refusal> + Send + 'static,
    ) -> Result<Bytes, Refusal> {
        let version = self.recent.version();
        if let Some(answer) = self.recent.get(&key, &version) {
            return Ok(answer);
        }
        let answer = Bytes::from(self.ask_with(effort, answer).await?);
        self.recent.put(key, &version, answer.clone());
        Ok(answer)
    }

    /// The same for a question that takes so much effort.
    pub(crate) async fn ask_with<T: Send + 'static>(
        self: &Arc<Self>,
        effort: Effort,
        answer: impl FnOnce(&Opened) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = match effort {
            Effort::Usual => None,
            Effort::Long => {
                Some(acquire(&self.long, &self.long_waiting, MOST_LONG_WAITING, LONGEST_LONG_WAIT).await?)
            }
        };
        acquire(&self.cores, &self.waiting, MOST_WAITING, LONGEST_WAIT).await?.forget();
        if let Some(turn) = turn {
            turn.forget();
        }
        let shelf = Arc::clone(self);
        let answered = tokio::task::spawn_blocking(move || {
            // Given back also if the answer panics.
            let _core = Core(&shelf.cores);
            let _turn = (effort == Effort::Long).then(|| Core(&shelf.long));
            let opened = shelf.take()?;
            let answered = answer(&opened);
            match answered {
                Err(refusal) if refusal.code == Code::Internal => Err(refusal.without(shelf.archive.root())),
                answered => {
                    shelf.put_back(opened);
                    answered
                }
            }
        });
        answered.await.unwrap_or_else(|_| {
            Err(Refusal::new(
                Code::Internal,
                "the answer could not be made\nhint: please report what you asked",
            ))
        })
    }
}

/// Waits for a permit among at most so many others.
async fn acquire<'a>(
    permits: &'a Semaphore,
    count: &AtomicUsize,
    most_waiting: usize,
    longest: Duration,
) -> Result<SemaphorePermit<'a>, Refusal> {
    let busy = || Refusal::new(Code::Busy, "too much is asked at a time\nhint: ask again in some seconds");
    let waiting = Waiting::begin(count, most_waiting).ok_or_else(busy)?;
    let permit = timeout(longest, permits.acquire()).await;
    drop(waiting);
    permit.ok().and_then(Result::ok).ok_or_else(busy)
}

struct Core<'a>(&'a Semaphore);

impl Drop for Core<'_> {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(count);
        (before < most).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
