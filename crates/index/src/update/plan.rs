//! What has to be read, and what is gone.

use std::collections::BTreeMap;

use archive::{Archive, DocumentPath, FileError, Skipped};

use super::Scope;
use crate::catalogue::{Indexed, Role};

/// What an update has to do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In the order of their paths.
    pub(super) tasks: Vec<Task>,
    /// Paths of documents whose files are gone.
    pub(super) removed: Vec<String>,
    pub(super) unchanged: usize,
    pub(super) skipped: Vec<(String, String)>,
}

/// A document that is new or may have changed.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) path: DocumentPath,
    /// Its size.
    pub(super) bytes: u64,
    /// What was known of it.
    pub(super) known: Option<Indexed>,
    /// The role that it is to have, whatever its files say; `None` to keep the one that it has.
    pub(super) role: Option<Role>,
}

impl Task {
    /// What the document is to its copies.
    pub(super) fn role(&self) -> Role {
        let known = || self.known.as_ref().map(|known| known.role.clone());
        self.role.clone().or_else(known).unwrap_or_default()
    }
}

impl Plan {
    /// Compares the files with what is `indexed`.
    pub(super) fn new(
        archive: &Archive,
        scope: Scope<'_>,
        indexed: Vec<Indexed>,
        makes_vectors: bool,
    ) -> Result<Self, FileError> {
        // Whatever lacks vectors that could be made is read again, in the role that it has.
        let lacking =
            |indexed: Indexed| Indexed { lacks_vectors: indexed.lacks_vectors && makes_vectors, ..indexed };
        let indexed = indexed.into_iter().map(lacking);
        let indexed = indexed.map(|indexed| (indexed.path.clone(), indexed)).collect();
        match scope {
            Scope::All => Self::of_all(archive, indexed),
            Scope::Only(paths) => Ok(Self::of_some(archive, paths, indexed)),
        }
    }

    fn of_all(archive: &Archive, mut indexed: BTreeMap<String, Indexed>) -> Result<Self, FileError> {
        let mut plan = Self::default();
        let mut unreadable = Vec::new();
        for found in archive.documents()? {
            match found {
                Ok(path) => {
                    let known = indexed.remove(path.as_str());
                    plan.consider(archive, path, known);
                }
                Err(skipped) if skipped.reason.is_problem() => {
                    unreadable.push(format!("{}/", skipped.path));
                    plan.skipped.push(shown(&skipped));
                }
                Err(_) => {}
            }
        }
        // What lies in a folder that can't be read just now is not gone.
        let is_hidden = |path: &String| unreadable.iter().any(|folder| path.starts_with(folder));
        plan.removed.extend(indexed.into_keys().filter(|path| !is_hidden(path)));
        Ok(plan)
    }

    fn of_some(archive: &Archive, paths: &[DocumentPath], mut indexed: BTreeMap<String, Indexed>) -> Self {
        let mut plan = Self::default();
        let mut paths: Vec<&DocumentPath> = paths.iter().collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            plan.consider(archive, path.clone(), indexed.remove(path.as_str()));
        }
        plan
    }

    fn consider(&mut self, archive: &Archive, path: DocumentPath, known: Option<Indexed>) {
        match (archive.stamp(&path), known) {
            (Ok(stamp), Some(known)) if known.stamp == Some(stamp) && !known.lacks_vectors => {
                self.unchanged += 1
            }
            (Ok(stamp), known) => {
                let role = known.as_ref().filter(|known| known.lacks_vectors).map(|known| known.role.clone());
                self.tasks.push(Task { path, bytes: stamp.file.bytes, known, role });
            }
            (Err(_), Some(known)) => self.removed.push(known.path),
            // Gone since the folder was read.
            (Err(_), None) => {}
        }
    }
}

/// Path and reason; the hint of a reason stands behind it.
fn shown(skipped: &Skipped) -> (String, String) {
    (skipped.path.clone(), skipped.reason.to_string())
}
