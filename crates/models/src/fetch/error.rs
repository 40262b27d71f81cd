//! What can go wrong while fetching, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use record::Sha256Digest;

use super::options::SourceChoice;
use crate::manifest::{Model, UnknownModel};

/// Why a model could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No such model.
    #[error(transparent)]
    Unknown(#[from] UnknownModel),
    /// The model is not offered by the sources that are allowed.
    #[error(
        "the model `{model}` cannot be had from the chosen source (`{sources}`)\n\
         hint: unset `ONRECORD_MODEL_SOURCE`, or choose another model: `onrecord models list` says which there are"
    )]
    NoSource {
        /// Its name.
        model: String,
        /// The choice.
        sources: SourceChoice,
    },
    /// Every source was tried.
    #[error("cannot fetch the model `{model}`{}{}", reasons(.failed), hints(.failed))]
    AllFailed {
        /// Its name.
        model: String,
        /// The sources, in the order in which they were tried.
        failed: Vec<FailedSource>,
    },
    /// Another process is fetching the model, for longer than we wait.
    #[error(
        "another process is fetching the model `{model}` (for more than {} s)\n\
         hint: wait for it or end it, then try again; it holds `{}`", .waited.as_secs(), lock.display()
    )]
    Locked {
        /// Its name.
        model: String,
        /// The file that is locked.
        lock: PathBuf,
        /// How long we waited.
        waited: Duration,
    },
    /// [`crate::Progress::is_cancelled`] said so.
    #[error(
        "fetching the model `{model}` was stopped\nhint: `onrecord models fetch {model}` goes on from there"
    )]
    Cancelled {
        /// Its name.
        model: String,
    },
    /// The disk is full.
    #[error(
        "no space left for the model `{model}` at `{}`; {needed_bytes} bytes are needed in all\n\
         hint: make room, or set `ONRECORD_MODELS` to a folder on another disk; what has arrived is kept",
        path.display()
    )]
    NoSpace {
        /// Its name.
        model: String,
        /// The file that was being written.
        path: PathBuf,
        /// The room that the whole fetch takes.
        needed_bytes: u64,
    },
    /// The cache cannot be written.
    #[error(
        "cannot write `{}`: {source}\nhint: make the folder writable, or set `ONRECORD_MODELS` to another one",
        path.display()
    )]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A source that was tried in vain.
#[derive(Debug)]
pub struct FailedSource {
    /// The source, in words.
    pub origin: String,
    /// Why it failed.
    pub reason: SourceError,
}

/// Why one source did not give a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No connection, or none that can be trusted.
    #[error("cannot reach `{host}`: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// An answer other than the file.
    #[error("`{address}` answered {status}")]
    Status {
        /// The address, without its query.
        address: String,
        /// The HTTP status, such as `404 Not Found`.
        status: String,
    },
    /// A circle, or too long a chain.
    #[error("`{address}` redirects more than {limit} times")]
    TooManyRedirects {
        /// The first address.
        address: String,
        /// How many are followed.
        limit: usize,
    },
    /// An address that is not encrypted, or no address at all.
    #[error("`{address}` {}, expected an `https` address", insecurity(address, target))]
    Insecure {
        /// Where we were.
        address: String,
        /// Where we were sent.
        target: String,
    },
    /// The file is offered in another size.
    #[error("`{address}` offers {found_bytes} bytes, expected {expected_bytes}")]
    WrongLength {
        /// The address, or the package.
        address: String,
        /// The pinned size.
        expected_bytes: u64,
        /// The size offered.
        found_bytes: u64,
    },
    /// More bytes came than the file has.
    #[error("`{address}` sends more than the expected {expected_bytes} bytes")]
    TooLong {
        /// The address, or the package.
        address: String,
        /// The pinned size.
        expected_bytes: u64,
    },
    /// The connection broke, or nothing came any more.
    #[error("`{address}` broke off after {received_bytes} of {expected_bytes} bytes: {reason}")]
    Interrupted {
        /// The address, without its query.
        address: String,
        /// How much is here.
        received_bytes: u64,
        /// The pinned size.
        expected_bytes: u64,
        /// What happened.
        reason: String,
    },
    /// The bytes are not the pinned ones.
    #[error(
        "`{file}` from {origin} is not the file it should be and was removed: \
         expected SHA-256 {expected}, found {found}"
    )]
    WrongHash {
        /// The file's name.
        file: String,
        /// Where it came from.
        origin: String,
        /// The pin.
        expected: Sha256Digest,
        /// What came.
        found: Sha256Digest,
    },
    /// There is no pip.
    #[error("there is no pip to fetch packages with; tried {}", .tried.join(", "))]
    NoPip {
        /// The commands that were tried.
        tried: Vec<String>,
    },
    /// pip could not fetch a package.
    #[error("`{command}` failed: {reason}")]
    Pip {
        /// The command.
        command: String,
        /// The end of what it said.
        reason: String,
    },
    /// A wheel does not hold what it should.
    #[error("the wheel of `{package}` cannot be used: {reason}")]
    Wheel {
        /// The package, as `name==version`.
        package: String,
        /// What is wrong.
        reason: String,
    },
    /// `SSL_CERT_FILE` names a file that is no use.
    #[error("cannot read certificates from `{}` (`SSL_CERT_FILE`): {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl SourceError {
    /// Whether the same request may well succeed a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Interrupted { .. } => true,
            Self::Status { status, .. } => status.starts_with(['5']) || status.starts_with("429"),
            _ => false,
        }
    }

    /// What a person can do.
    fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "check the network and `HTTPS_PROXY` (and `SSL_CERT_FILE`, if a proxy signs for other hosts)"
            }
            Self::Interrupted { .. } => "try again; what has arrived is kept",
            Self::NoPip { .. } => {
                "install pip (on Debian: `apt install python3-pip`), which fetches packages"
            }
            Self::Pip { .. } => "check that pip reaches its index (`PIP_INDEX_URL`, `PIP_CERT`)",
            Self::WrongHash { .. } | Self::WrongLength { .. } | Self::TooLong { .. } | Self::Wheel { .. } => {
                "something between here and the host changes files, or the file there was replaced; \
                 a newer version of this program may know the new one"
            }
            Self::Certificates { .. } => "correct or unset `SSL_CERT_FILE`",
            Self::Status { .. } | Self::TooManyRedirects { .. } | Self::Insecure { .. } => {
                "try again later, or look for a newer version of this program"
            }
        }
    }
}

fn insecurity(address: &str, target: &str) -> String {
    if address == target { "is not encrypted".to_owned() } else { format!("leads to `{target}`") }
}

fn reasons(failed: &[FailedSource]) -> String {
    failed.iter().map(|source| format!("\n  from {}: {}", source.origin, source.reason)).collect()
}

fn hints(failed: &[FailedSource]) -> String {
    let mut hints: Vec<_> = failed.iter().map(|source| source.reason.hint()).collect();
    hints.push("or fetch the file on another machine and name it with `--model PATH`");
    hints.dedup();
    hints.iter().map(|hint| format!("\nhint: {hint}")).collect()
}

/// Why an attempt ended.
#[derive(Debug)]
pub(super) enum Failure {
    /// The source is to blame; the next one may do better.
    Source(SourceError),
    /// The disk is to blame; no source helps.
    Disk { path: PathBuf, error: io::Error },
    /// The caller wants no more.
    Cancelled,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl Failure {
    pub(super) fn disk(path: &Path, error: io::Error) -> Self {
        Self::Disk { path: path.to_owned(), error }
    }

    pub(super) fn of_model(self, model: &Model, needed_bytes: u64) -> FetchError {
        let model = model.name.to_string();
        match self {
            Self::Cancelled => FetchError::Cancelled { model },
            Self::Disk { path, error } if is_full(&error) => {
                FetchError::NoSpace { model, path, needed_bytes }
            }
            Self::Disk { path, error } => FetchError::Unwritable { path, source: error },
            Self::Source(reason) => FetchError::AllFailed {
                model,
                failed: vec![FailedSource { origin: "its source".to_owned(), reason }],
            },
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
