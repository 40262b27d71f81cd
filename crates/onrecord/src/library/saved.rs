//! Searches that people keep, to be told later what is new.
//!
//! Each is a file `Searches/NAME.json` of the archive: made by a person, so it is not in `.onrecord`, which can be thrown
//! away. It holds the query and which documents had hits when somebody last looked.

use anyhow::{Context, bail};
use archive::Archive;
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

const FOLDER: &str = "Searches";
const VERSION: u32 = 1;
const MAX_NAME_CHARACTERS: usize = 80;

/// The largest file of a search that is read.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What a search is called: letters, digits, spaces, hyphens and underscores, so that it is a file's name everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchName(String);

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
pub(crate) struct SavedSearch {
    version: u32,
    pub(crate) query: String,
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
    pub(crate) saved: Timestamp,
    pub(crate) looked: Timestamp,
    /// Documents with hits that were shown: recordings by their ids, which stay when files are renamed; articles by their
    /// paths, so that a new revision is new.
    seen: BTreeSet<String>,
}

impl SavedSearch {
    /// A search as it was asked just now.
    pub(crate) fn of(query: &Query, options: &SearchOptions) -> Self {
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
    pub(crate) fn options(&self) -> SearchOptions {
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
    pub(crate) fn with_seen(mut self, index: &Index) -> anyhow::Result<Self> {
        let paths = self.unseen(index)?;
        self.note(index, &paths)?;
        Ok(self)
    }

    /// The paths of documents with hits that nobody was shown yet.
    pub(crate) fn unseen(&self, index: &Index) -> anyhow::Result<Vec<String>> {
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
    pub(crate) fn note(&mut self, index: &Index, paths: &[String]) -> anyhow::Result<()> {
        for path in paths {
            self.seen.extend(key(index, path)?);
        }
        self.looked = Timestamp::now();
        Ok(())
    }

    /// Writes it; an error if there is one of that name.
    pub(crate) fn save_new(&self, archive: &Archive, name: &SearchName) -> anyhow::Result<()> {
        if file_of(archive, name).exists() {
            bail!(
                "there is a saved search `{name}` already\nhint: `onrecord saved '{name}' --forget` removes it, or take another name"
            );
        }
        self.save(archive, name)
    }

    pub(crate) fn save(&self, archive: &Archive, name: &SearchName) -> anyhow::Result<()> {
        fs::create_dir_all(archive.root().join(FOLDER))
            .with_context(|| format!("cannot make the folder `{FOLDER}`"))?;
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(archive::write_file(&file_of(archive, name), &bytes)?)
    }

    pub(crate) fn load(archive: &Archive, name: &SearchName) -> anyhow::Result<Self> {
        let path = file_of(archive, name);
        let shown = path.display();
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "there is no saved search `{name}`\nhint: `onrecord saved` lists them; `onrecord search QUERY --save '{name}'` makes one"
            ),
            metadata => metadata.with_context(|| format!("cannot read `{shown}`"))?,
        };
        if metadata.len() > MAX_FILE_BYTES {
            bail!("cannot read `{shown}`: expected at most {MAX_FILE_BYTES} bytes, found {}", metadata.len());
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read `{shown}`"))?;
        let saved: Self = serde_json::from_slice(&bytes).with_context(|| format!("cannot read `{shown}`"))?;
        if saved.version > VERSION {
            bail!(
                "cannot read `{shown}`: it has version {}, this program reads version {VERSION}",
                saved.version
            );
        }
        Ok(saved)
    }

    /// Removes it.
    pub(crate) fn forget(archive: &Archive, name: &SearchName) -> anyhow::Result<()> {
        Self::load(archive, name)?;
        let path = file_of(archive, name);
        fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))
    }
}

/// The names of all saved searches, in their order.
pub(crate) fn names(archive: &Archive) -> anyhow::Result<Vec<SearchName>> {
    let entries = match fs::read_dir(archive.root().join(FOLDER)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read the folder `{FOLDER}`"))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let file = PathBuf::from(entry?.file_name());
        let name = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        names.extend(name.filter(|_| file.extension().is_some_and(|ending| ending == "json")));
    }
    names.sort_by(|a: &SearchName, b| a.0.cmp(&b.0));
    Ok(names)
}

fn file_of(archive: &Archive, name: &SearchName) -> PathBuf {
    archive.root().join(FOLDER).join(format!("{name}.json"))
}

/// What a document is remembered by.
fn key(index: &Index, path: &str) -> anyhow::Result<Option<String>> {
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
