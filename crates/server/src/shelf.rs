//! The archive, opened as often as it is asked at a time.
//!
//! An index and its catalogue are used by one thread at a time; opening them takes about a millisecond and no memory to speak
//! of, since their files are mapped. So each core has one that is taken from the shelf and put back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use analysis::Store;
use archive::Archive;
use index::Index;
use language::embed::Embedder as _;
use library::InstalledModel;
use library::cited::Cited;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::refusal::{Code, Refusal};

/// Questions that wait for a free core; more are turned away at once.
const MOST_WAITING: usize = 512;

/// How long one waits.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// An archive that is asked.
pub(crate) struct Opened {
    pub(crate) archive: Archive,
    pub(crate) index: Index,
}

impl Opened {
    /// The findings as they were last left; `None` if nothing was analysed yet.
    pub(crate) fn findings(&self) -> Result<Option<Store>, Refusal> {
        Ok(Store::open(&self.archive)?)
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
    waiting: AtomicUsize,
}

impl Shelf {
    /// Opens an archive once, so that what is wrong with it is told at the start.
    pub(crate) fn new(archive: Archive) -> Result<Arc<Self>, index::OpenError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let shelf = Self {
            archive,
            model: InstalledModel::find().map(Arc::new),
            free: Mutex::default(),
            cores: Semaphore::new(cores),
            waiting: AtomicUsize::new(0),
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
        let index = Index::open(&self.archive)?;
        let index = match &self.model {
            Some(model) => index.with_embedder(model.clone()),
            None => index,
        };
        Ok(Opened { archive: self.archive.clone(), index })
    }

    fn put_back(&self, opened: Opened) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
    }

    fn take(&self) -> Result<Opened, Refusal> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match free {
            Some(opened) => Ok(opened),
            None => self.open().map_err(|error| Refusal::new(Code::Internal, error)),
        }
    }

    /// Answers from the archive, on a thread of its own. What was opened is closed if the answer failed: the next one opens what
    /// is there then.
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        answer: impl FnOnce(&Opened) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let busy =
            || Refusal::new(Code::Busy, "too much is asked at a time\nhint: ask again in some seconds");
        let waiting = Waiting::begin(&self.waiting).ok_or_else(busy)?;
        let core = timeout(LONGEST_WAIT, self.cores.acquire()).await;
        drop(waiting);
        let core = core.ok().and_then(Result::ok).ok_or_else(busy)?;
        core.forget();
        let shelf = Arc::clone(self);
        let answered = tokio::task::spawn_blocking(move || {
            // Given back also if the answer panics.
            let _core = Core(&shelf.cores);
            let opened = shelf.take()?;
            let answered = answer(&opened);
            if !matches!(&answered, Err(refusal) if refusal.code == Code::Internal) {
                shelf.put_back(opened);
            }
            answered
        });
        answered.await.unwrap_or_else(|_| {
            Err(Refusal::new(
                Code::Internal,
                "the answer could not be made\nhint: please report what you asked",
            ))
        })
    }
}

struct Core<'a>(&'a Semaphore);

impl Drop for Core<'_> {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(count);
        (before < MOST_WAITING).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
