//! The folder on disk that holds fetched models.
//!
//! ```text
//! <cache>/base.en-ggml-a03779c8/ggml-base.en.bin             a file, complete and checked
//!                               ggml-base.en.bin.verified    its stamp: digest, size, time
//!                               ggml-base.en.bin.partial     a file on its way (and .partial.etag)
//!                               packages/                    wheels on their way
//! <cache>/locks/base.en.lock                                 held while the model is fetched
//! <cache>/local/<digest of a path>.verified                  stamps of files named by path
//! ```
//!
//! A file without `.partial` has had its pinned digest when it was renamed into place, and its stamp
//! says since when nothing touched it. Deleting any of this costs a download, nothing else.

mod check;
mod place;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use record::Sha256Digest;

pub use self::check::{FileReport, Finding, Verification, VerifyError};
pub(crate) use self::check::{HashError, Trust, hash_file, look_at, vouch_for};
pub use self::place::CacheError;
use crate::fetch::FetchOptions;
use crate::local::{self, LocalError};
use crate::manifest::{Format, Kind, Manifest, Model, UnknownModel, Variant};
use crate::model_files::ModelFiles;
use crate::progress::{Progress, Silent};

/// A manifest, and the folder where its models are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) options: FetchOptions,
}

/// A model of the manifest, and what of it is on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<'a> {
    /// The model.
    pub model: &'a Model,
    /// What is on disk.
    pub state: State,
}

/// What of a model is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Absent,
    /// Some of it: a fetch was interrupted, or is under way.
    Partial {
        /// How much has arrived.
        received_bytes: u64,
        /// How much there will be.
        total_bytes: u64,
    },
    /// All of it, checked.
    Present {
        /// In which form.
        format: Format,
        /// Where.
        folder: PathBuf,
    },
    /// A file is there and is not the pinned one.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What it should hash to.
        expected: Sha256Digest,
        /// What is wrong with it.
        finding: Finding,
    },
}

/// Why a model cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// Neither a model's name nor a file.
    #[error("there is no file `{}`, and {unknown}", unknown.name)]
    Unknown {
        /// The name, and the names there are.
        unknown: UnknownModel,
    },
    /// The model is known and not on disk.
    #[error(
        "the model `{model}` is not on this machine\nhint: fetch it with `onrecord models fetch {model}`"
    )]
    Absent {
        /// Its name.
        model: String,
    },
    /// The model is on disk in part.
    #[error(
        "only {received_bytes} of {total_bytes} bytes of the model `{model}` are here\n\
         hint: `onrecord models fetch {model}` goes on from there"
    )]
    Partial {
        /// Its name.
        model: String,
        /// How much has arrived.
        received_bytes: u64,
        /// How much there will be.
        total_bytes: u64,
    },
    /// A file is not the pinned one.
    #[error(
        "the model `{model}` is damaged: `{}`: {}\nhint: fetch it again with `onrecord models fetch {model}`",
        path.display(), finding.against(*expected)
    )]
    Damaged {
        /// The model's name.
        model: String,
        /// The file.
        path: PathBuf,
        /// What it should hash to.
        expected: Sha256Digest,
        /// What is wrong with it.
        finding: Finding,
    },
    /// The model is known and does something else.
    #[error(
        "the model `{model}` is for {found}, not for {expected}\n\
         hint: `onrecord models list` says what each model is for"
    )]
    OtherKind {
        /// Its name.
        model: String,
        /// What it is for.
        found: Kind,
        /// What one is wanted for.
        expected: Kind,
    },
    /// A path was named, and what is there cannot be used.
    #[error(transparent)]
    Local(#[from] LocalError),
}

impl Cache {
    /// A cache in `folder`, which need not exist yet. Fetches as [`FetchOptions::default`] says.
    pub fn new(folder: impl Into<PathBuf>, manifest: Manifest) -> Self {
        Self { folder: folder.into(), manifest, options: FetchOptions::default() }
    }

    /// The user's cache, of the models of [`Manifest::load`].
    ///
    /// The folder is `ONRECORD_MODELS`, or else `onrecord/models` in the platform's folder for what
    /// can be had again: `XDG_CACHE_HOME` or `~/.cache`, on macOS `~/Library/Caches`, on Windows
    /// `%LOCALAPPDATA%`. How models are fetched is read from the environment too:
    /// [`FetchOptions::from_environment`].
    pub fn of_user() -> Result<Self, CacheError> {
        let folder = place::folder(|name| std::env::var_os(name))?;
        let options = FetchOptions::from_environment(|name| std::env::var_os(name))?;
        Ok(Self::new(folder, Manifest::load()).with_options(options))
    }

    /// The same cache, fetching in another way.
    pub fn with_options(self, options: FetchOptions) -> Self {
        Self { options, ..self }
    }

    /// Where the models are kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The models that can be had.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Every model of the manifest with what of it is on disk.
    ///
    /// Quick, because stamps are believed; a file whose stamp no longer fits is hashed.
    pub fn list(&self) -> Vec<Listed<'_>> {
        let listed = |model| Listed { model, state: self.state(model) };
        self.manifest.models().iter().map(listed).collect()
    }

    /// What of `model` is on disk: its first complete variant, else damage, else the largest part.
    fn state(&self, model: &Model) -> State {
        let rank = |state: &State| match state {
            State::Absent => (0, 0),
            State::Partial { received_bytes, .. } => (1, *received_bytes),
            State::Damaged { .. } => (2, 0),
            State::Present { .. } => (3, 0),
        };
        // `max_by_key` takes the last of equals, so the preferred variant has to come last.
        let states = model.variants.iter().rev().map(|variant| self.state_of(model, variant));
        states.max_by_key(rank).unwrap_or(State::Absent)
    }

    fn state_of(&self, model: &Model, variant: &Variant) -> State {
        let folder = self.folder_of(model, variant);
        let mut received_bytes = check::packages_bytes(&folder);
        let mut complete = true;
        for file in &variant.files {
            let finding = look_at(&folder, file, Trust::Stamps, &mut Silent);
            match finding.unwrap_or(Finding::Missing) {
                Finding::Sound => received_bytes += file.size_bytes,
                Finding::Missing => complete = false,
                Finding::Unfinished { received_bytes: more } => {
                    complete = false;
                    received_bytes += more;
                }
                finding => {
                    let path = file.name.in_folder(&folder, "");
                    return State::Damaged { path, expected: file.sha256, finding };
                }
            }
        }
        let total_bytes = variant.size_bytes();
        match (complete, received_bytes) {
            (true, _) => State::Present { format: variant.format, folder },
            (false, 0) => State::Absent,
            (false, _) => State::Partial { received_bytes: received_bytes.min(total_bytes), total_bytes },
        }
    }

    /// Finds a model's files by the model's name, or by the path of a file or folder.
    ///
    /// A name of the manifest comes first; write `./base` for a file that is called `base`. Files
    /// named by path are not checked against any pin: their format is read from their first bytes,
    /// and their digest is computed (once, until size or time change). Never goes to the network.
    pub fn locate(&self, name_or_path: impl AsRef<OsStr>) -> Result<ModelFiles, LocateError> {
        let text = name_or_path.as_ref();
        let unknown = match self.manifest.find(&text.to_string_lossy()) {
            Ok(model) => return self.located(model),
            Err(unknown) => unknown,
        };
        let path = Path::new(text);
        let is_name = path.components().count() == 1 && path.extension().is_none_or(|end| end != "bin");
        if is_name && !path.exists() {
            return Err(LocateError::Unknown { unknown });
        }
        Ok(local::locate(path, &self.folder.join("local"))?)
    }

    /// The same for a model of one kind; a name of another kind is refused.
    ///
    /// What a person names by path is taken for what is wanted: whoever loads it will see.
    pub fn locate_for(&self, kind: Kind, name_or_path: impl AsRef<OsStr>) -> Result<ModelFiles, LocateError> {
        let named = name_or_path.as_ref();
        match self.manifest.find(&named.to_string_lossy()) {
            Ok(model) if model.kind != kind => {
                let model_name = model.name.to_string();
                Err(LocateError::OtherKind { model: model_name, found: model.kind, expected: kind })
            }
            _ => self.locate(named),
        }
    }

    fn located(&self, model: &Model) -> Result<ModelFiles, LocateError> {
        if let Some(files) = self.present(model, &mut Silent) {
            return Ok(files);
        }
        let model_name = model.name.to_string();
        Err(match self.state(model) {
            State::Partial { received_bytes, total_bytes } => {
                LocateError::Partial { model: model_name, received_bytes, total_bytes }
            }
            State::Damaged { path, expected, finding } => {
                LocateError::Damaged { model: model_name, path, expected, finding }
            }
            State::Absent | State::Present { .. } => LocateError::Absent { model: model_name },
        })
    }

    /// The first variant of `model` whose files are all there and sound.
    pub(crate) fn present(&self, model: &Model, progress: &mut dyn Progress) -> Option<ModelFiles> {
        model.variants.iter().find_map(|variant| {
            let folder = self.folder_of(model, variant);
            let sound = variant
                .files
                .iter()
                .all(|file| matches!(look_at(&folder, file, Trust::Stamps, progress), Ok(Finding::Sound)));
            sound.then(|| ModelFiles::pinned(model, variant, &folder))
        })
    }

    pub(crate) fn folder_of(&self, model: &Model, variant: &Variant) -> PathBuf {
        self.folder.join(variant.folder_name(model))
    }
}
