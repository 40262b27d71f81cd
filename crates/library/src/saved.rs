//! Searches that people keep, to be told later what is new.
//!
//! Each is a file `Searches/NAME.json` of the archive: made by a person, so it is not in `.onrecord`, which can be thrown
//! away. It holds the query and which documents had hits when somebody last looked.

use archive::{Archive, FileError};
use index::{Index, Mode, Query, SearchOptions};
use jiff::Timestamp;
use jiff::civil::Date;
use record::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::str::FromStr;

use crate::LibraryError;

const FOLDER: &str = "Searches";
const VERSION: u32 = 1;
const MAX_NAME_CHARACTERS: usize = 80;

/// The largest file of a search that is read.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What a search is called: letters, digits, spaces, hyphens and underscores, so that it is a file's name everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchName(String);

impl FromStr for SearchName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_fit = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
        let is_bare = text == text.trim() && !text.starts_with('-');
        if text.is_empty()
            || !is_bare
            || text.chars().count() > MAX_NAME_CHARACTERS
            || !text.chars().all(is_fit)
        {
            return Err(format!(
                "expected at most {MAX_NAME_CHARACTERS} letters, digits, spaces, hyphens and underscores"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SearchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A query that is kept, and what was known when somebody last looked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedSearch {
    version: u32,
    /// As it was typed.
    pub query: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    show: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outlet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Date>,
    #[serde(default)]
    with_suspects: bool,
    /// When it was saved.
    pub saved: Timestamp,
    /// When somebody last looked at what is new.
    pub looked: Timestamp,
    /// Documents with hits that were shown: recordings by their ids, which stay when files are renamed; articles by their
    /// paths, so that a new revision is new.
    seen: BTreeSet<String>,
}

impl SavedSearch {
    /// A search as it was asked just now.
    pub fn of(query: &Query, options: &SearchOptions) -> Self {
        let now = Timestamp::now();
        Self {
            version: VERSION,
            query: query.to_string(),
            show: options.show.clone(),
            outlet: options.outlet.clone(),
            after: options.after,
            before: options.before,
            with_suspects: options.with_suspects,
            saved: now,
            looked: now,
            seen: BTreeSet::new(),
        }
    }

    /// The options of the search: exact, so that it is certain what is new.
    pub fn options(&self) -> SearchOptions {
        SearchOptions {
            mode: Mode::Words,
            all_words: true,
            show: self.show.clone(),
            outlet: self.outlet.clone(),
            after: self.after,
            before: self.before,
            with_suspects: self.with_suspects,
            ..SearchOptions::default()
        }
    }

    /// Notes all that there is as seen.
    ///
    /// # Errors
    ///
    /// If the index can't be read.
    pub fn with_seen(mut self, index: &Index) -> Result<Self, LibraryError> {
        let paths = self.unseen(index)?;
        self.note(index, &paths)?;
        Ok(self)
    }

    /// The paths of documents with hits that nobody was shown yet.
    ///
    /// # Errors
    ///
    /// If the query is none any more, or the index can't be read.
    pub fn unseen(&self, index: &Index) -> Result<Vec<String>, LibraryError> {
        let query = Query::parse(&self.query)?;
        let mut unseen = Vec::new();
        for path in index.documents(&query, &self.options())? {
            if key(index, &path)?.is_some_and(|key| !self.seen.contains(&key)) {
                unseen.push(path);
            }
        }
        Ok(unseen)
    }

    /// Notes documents as seen now.
    ///
    /// # Errors
    ///
    /// If the index can't be read.
    pub fn note(&mut self, index: &Index, paths: &[String]) -> Result<(), LibraryError> {
        for path in paths {
            self.seen.extend(key(index, path)?);
        }
        self.looked = Timestamp::now();
        Ok(())
    }

    /// Writes it; an error if there is one of that name.
    ///
    /// # Errors
    ///
    /// If there is one, or the system refuses.
    pub fn save_new(&self, archive: &Archive, name: &SearchName) -> Result<(), LibraryError> {
        if file_of(archive, name).exists() {
            return Err(unusable(format!(
                "there is a saved search `{name}` already\nhint: `onrecord saved '{name}' --forget` removes it, or take another name"
            )));
        }
        self.save(archive, name)
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn save(&self, archive: &Archive, name: &SearchName) -> Result<(), LibraryError> {
        let folder = archive.root().join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| FileError::new("make the folder", &folder, error))?;
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(archive::write_file(&file_of(archive, name), &bytes)?)
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// If there is none, or it can't be read.
    pub fn load(archive: &Archive, name: &SearchName) -> Result<Self, LibraryError> {
        let path = file_of(archive, name);
        let shown = path.display();
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(LibraryError::NoSearch { name: name.to_string() });
            }
            metadata => metadata.map_err(|error| FileError::new("read", &path, error))?,
        };
        if metadata.len() > MAX_FILE_BYTES {
            let found = metadata.len();
            return Err(unusable(format!(
                "cannot read `{shown}`: expected at most {MAX_FILE_BYTES} bytes, found {found}"
            )));
        }
        let bytes = fs::read(&path).map_err(|error| FileError::new("read", &path, error))?;
        let saved: Self = serde_json::from_slice(&bytes)
            .map_err(|error| unusable(format!("cannot read `{shown}`: {error}")))?;
        if saved.version > VERSION {
            return Err(unusable(format!(
                "cannot read `{shown}`: it has version {}, this program reads version {VERSION}",
                saved.version
            )));
        }
        Ok(saved)
    }

    /// Removes it.
    ///
    /// # Errors
    ///
    /// If there is none, or the system refuses.
    pub fn forget(archive: &Archive, name: &SearchName) -> Result<(), LibraryError> {
        Self::load(archive, name)?;
        let path = file_of(archive, name);
        Ok(fs::remove_file(&path).map_err(|error| FileError::new("remove", &path, error))?)
    }
}

/// Where the saved searches of an archive are, if there are any.
pub fn folder(archive: &Archive) -> PathBuf {
    archive.root().join(FOLDER)
}

/// The names of all saved searches, in their order.
///
/// # Errors
///
/// If the folder can't be read.
pub fn names(archive: &Archive) -> Result<Vec<SearchName>, LibraryError> {
    let folder = folder(archive);
    let unreadable = |error| FileError::new("read the folder", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let file = PathBuf::from(entry.map_err(unreadable)?.file_name());
        let name = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        names.extend(name.filter(|_| file.extension().is_some_and(|ending| ending == "json")));
    }
    names.sort_by(|a: &SearchName, b| a.0.cmp(&b.0));
    Ok(names)
}

fn unusable(message: String) -> LibraryError {
    LibraryError::Saved { message }
}

fn file_of(archive: &Archive, name: &SearchName) -> PathBuf {
    archive.root().join(FOLDER).join(format!("{name}.json"))
}

/// What a document is remembered by.
fn key(index: &Index, path: &str) -> Result<Option<String>, LibraryError> {
    let known = index.catalogue().by_path(path)?;
    Ok(known.map(|known| match known.document.kind {
        Kind::Broadcast => known.document.id.to_string(),
        Kind::Article => known.document.path,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_files_names_everywhere() {
        for fit in ["ferries", "Ferry delays 2026", "a-b_c", "Fähren"] {
            assert_eq!(fit.parse::<SearchName>().unwrap().to_string(), fit);
        }
        let long = "a".repeat(MAX_NAME_CHARACTERS + 1);
        for unfit in ["", " a", "../a", "a/b", "a\\b", ".a", "a.b", "-a", "a\0", "a\n", &long] {
            assert!(unfit.parse::<SearchName>().is_err(), "{unfit:?}");
        }
    }
}
