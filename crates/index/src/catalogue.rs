//! The catalogue: which documents the archive holds, and what is known of each without opening it.
//!
//! One SQLite file. Segments are not in it: they stay in their files, which are read faster than a database
//! would give them. A document's key is its path; its id may stand twice, because one recording may be in the
//! archive under two shows.

mod rows;
mod schema;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{DocumentPath, Issue, Stamp, file_number};
use jiff::civil::Date;
use record::{Document, DocumentId, MediaTime, Sha256Digest};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Params, Row};
use serde::{Deserialize, Serialize};

use crate::copies::{CopyOf, CopyReason, Member, Sketch};
use rows::COLUMNS;
pub use summary::{ShowSummary, Summary};

/// How long a reader waits for a writer that is just committing.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open catalogue.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
    path: PathBuf,
    /// Of the file that was opened.
    number: Option<u64>,
}

/// A document as the catalogue knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What commands print.
    pub document: Document,
    /// The recording's length.
    pub length: Option<MediaTime>,
    /// How many segments could be read.
    pub segments: u64,
    /// How many of them are doubted.
    pub suspect_segments: u64,
    /// Whether its segments have times, in the file or in the sidecar.
    pub is_timed: bool,
    /// Whether the file does not follow the archive's grammar.
    pub is_opaque: bool,
    /// Of the file's bytes.
    pub content: Sha256Digest,
    /// Of the sidecar's bytes, if there is one.
    pub sidecar_content: Option<Sha256Digest>,
    /// Of the recording's bytes, else of the file that the transcript was taken from, if the sidecar says.
    pub media: Option<Sha256Digest>,
    /// The language that is spoken or written, such as `en`, if that is known.
    pub language: Option<String>,
    /// What its publisher says it is about: the beginning of its description, without addresses.
    pub about: Option<String>,
    /// Whether another document stands for it, and why.
    pub copy_of: Option<Copied>,
    /// What it adds to the words.
    pub words: WordCounts,
}

/// Another document stands for a copy in searches and counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Copied {
    /// The path of the document that stands for it.
    pub leader: String,
    /// Why.
    pub reason: CopyReason,
}

/// How much text of a document is indexed, or of all documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordCounts {
    /// Passages of ordinary segments.
    pub passages: u64,
    /// Words in them.
    pub words: u64,
    /// Passages of doubted segments.
    pub suspect_passages: u64,
    /// Words in them.
    pub suspect_words: u64,
    /// Passages of copies, doubted ones included.
    pub copy_passages: u64,
    /// Words in them.
    pub copy_words: u64,
}

impl WordCounts {
    /// Passages of all kinds.
    pub(crate) fn all_passages(&self) -> u64 {
        self.passages + self.suspect_passages + self.copy_passages
    }
}

/// Why the catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The archive has not been indexed.
    #[error("the archive has no index yet: there is no `{}`\nhint: `onrecord index` makes it", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// Another version of this program made it.
    #[error(
        "cannot use the index `{}`: it has format {found}, this program reads format {}\nhint: `onrecord index` makes it anew from the archive's files",
        path.display(),
        schema::FORMAT
    )]
    Format {
        /// The catalogue's file.
        path: PathBuf,
        /// Its format.
        found: i64,
    },
    /// It is damaged, or the system refuses.
    #[error("cannot use the catalogue `{}`: {message}{}", path.display(), hint(message))]
    Sql {
        /// The catalogue's file.
        path: PathBuf,
        /// What SQLite says.
        message: String,
    },
}

fn hint(message: &str) -> &'static str {
    if message.contains("malformed") || message.contains("not a database") {
        "\nhint: nothing is lost: `onrecord index --rebuild` makes it anew from the archive's files"
    } else if message.contains("full") {
        "\nhint: free some space and run the same command again"
    } else if message.contains("readonly") || message.contains("unable to open") {
        "\nhint: look at the permissions of the folder `.onrecord`"
    } else {
        ""
    }
}

impl Catalogue {
    /// Opens the catalogue at `path` to look things up.
    ///
    /// # Errors
    /// If there is none, or not one that this program reads.
    pub fn open(path: &Path) -> Result<Self, CatalogueError> {
        if !path.exists() {
            return Err(CatalogueError::Missing { path: path.to_owned() });
        }
        // A reader in WAL mode shares a file of locks with the writer, so it opens read-write; it writes nothing.
        let catalogue = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        match catalogue.format()? {
            schema::FORMAT => Ok(catalogue),
            0 => Err(CatalogueError::Missing { path: path.to_owned() }),
            found => Err(CatalogueError::Format { path: path.to_owned(), found }),
        }
    }

    /// Opens the catalogue at `path` to change it; creates it if there is none. `None` if it has another format.
    pub(crate) fn open_or_create(path: &Path) -> Result<Option<Self>, CatalogueError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let catalogue = Self::connect(path, flags)?;
        match catalogue.format()? {
            schema::FORMAT => Ok(Some(catalogue)),
            0 => catalogue.sql(schema::create).map(|()| Some(catalogue)),
            _ => Ok(None),
        }
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, CatalogueError> {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| sql_error(path, &error))?;
        let catalogue = Self { connection, path: path.to_owned(), number: file_number(path).ok() };
        catalogue.sql(|connection| {
            connection.busy_timeout(PATIENCE)?;
            // Readers go on while a writer commits, and what is committed survives a power failure: a note has
            // to be on the disk before the words change.
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            // SQLite would plan a statement anew each time another value is bound to it.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
        })?;
        Ok(catalogue)
    }

    fn format(&self) -> Result<i64, CatalogueError> {
        self.sql(|connection| connection.pragma_query_value(None, "user_version", |row| row.get(0)))
    }

    /// The document at `path`.
    ///
    /// # Errors
    /// As all of these: if the catalogue can't be read.
    pub fn by_path(&self, path: &str) -> Result<Option<Known>, CatalogueError> {
        Ok(self.known("path = ?1", [path])?.pop())
    }

    /// The documents with this id, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn by_id(&self, id: &DocumentId) -> Result<Vec<Known>, CatalogueError> {
        self.known("id = ?1", [id.as_str()])
    }

    /// The documents with this address, by whichever of its forms, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn by_address(&self, address: &str) -> Result<Vec<Known>, CatalogueError> {
        match DocumentId::from_address(address) {
            Some(id) => self.by_id(&id),
            None => Ok(Vec::new()),
        }
    }

    /// The transcripts of the recording with this hash, or taken from the file with this hash, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn by_media(&self, media: &Sha256Digest) -> Result<Vec<Known>, CatalogueError> {
        self.known("media = ?1", [media.as_bytes().as_slice()])
    }

    /// The documents whose file has this hash, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn by_content(&self, content: &Sha256Digest) -> Result<Vec<Known>, CatalogueError> {
        self.known("content = ?1", [content.as_bytes().as_slice()])
    }

    /// At most `limit` documents whose title or path contains `part`, whatever the case of its letters, in the
    /// order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn by_part_of_title(&self, part: &str, limit: usize) -> Result<Vec<Known>, CatalogueError> {
        let part = part.to_lowercase();
        let mut found = Vec::new();
        self.each("", [], |known| {
            let matches = |text: &str| text.to_lowercase().contains(&part);
            let title = known.document.title.as_deref().unwrap_or_default();
            if matches(title) || matches(&known.document.path) {
                found.push(known);
            }
            found.len() < limit
        })?;
        Ok(found)
    }

    /// All documents in the order of their paths, as long as `visit` says that it wants more.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn each_document(&self, visit: impl FnMut(Known) -> bool) -> Result<(), CatalogueError> {
        self.each("", [], visit)
    }

    /// What could not be understood of the document at `path`, in the order of its file.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn issues(&self, path: &str) -> Result<Vec<Issue>, CatalogueError> {
        self.sql(|connection| {
            let sql = "SELECT place, message FROM issue JOIN document USING (number) WHERE path = ?1 ORDER BY ordinal";
            let mut statement = connection.prepare_cached(sql)?;
            let issue = |row: &Row<'_>| Ok(Issue { place: row.get(0)?, message: row.get(1)? });
            statement.query_map([path], issue)?.collect()
        })
    }

    /// Whether an update is under way, or was interrupted: then not all documents are found.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn has_unfinished_update(&self) -> Result<bool, CatalogueError> {
        Ok(!self.pending()?.is_empty())
    }

    /// Whether another file was put in its place, as by a rebuild: what is read here is of before.
    pub fn is_replaced(&self) -> bool {
        file_number(&self.path).is_ok_and(|number| Some(number) != self.number)
    }

    /// A number that changes when another connection writes.
    pub(crate) fn version(&self) -> Result<i64, CatalogueError> {
        self.sql(|connection| connection.pragma_query_value(None, "data_version", |row| row.get(0)))
    }

    /// The document with this number in the words, if it has been entered.
    pub(crate) fn by_number(&self, number: DocumentNumber) -> Result<Option<Known>, CatalogueError> {
        Ok(self.known("number = ?1", [number.as_sql()])?.pop())
    }

    fn known(&self, condition: &str, parameters: impl Params) -> Result<Vec<Known>, CatalogueError> {
        let mut found = Vec::new();
        self.each(&format!("WHERE {condition}"), parameters, |known| {
            found.push(known);
            true
        })?;
        Ok(found)
    }

    fn each(
        &self,
        condition: &str,
        parameters: impl Params,
        mut visit: impl FnMut(Known) -> bool,
    ) -> Result<(), CatalogueError> {
        self.sql(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM document {condition} ORDER BY document.path");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(parameters)?;
            while let Some(row) = rows.next()? {
                if !visit(rows::known(row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Runs SQL and names the catalogue in the error.
    fn sql<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, CatalogueError> {
        run(&self.connection).map_err(|error| sql_error(&self.path, &error))
    }
}

fn sql_error(path: &Path, error: &rusqlite::Error) -> CatalogueError {
    CatalogueError::Sql { path: path.to_owned(), message: error.to_string() }
}

/// A document's number in the catalogue and in the words: 64 bits of the SHA-256 of its path.
///
/// The path gives it, so it is the same on every run and in any order of input, and equal hits are put into
/// one order by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DocumentNumber(u64);

impl DocumentNumber {
    pub(crate) fn of(path: &str) -> Self {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(path.as_bytes());
        Self(digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(crate) fn from_index(number: u64) -> Self {
        Self(number)
    }

    pub(crate) fn as_index(self) -> u64 {
        self.0
    }

    /// The same bits as SQLite's signed integers.
    fn as_sql(self) -> i64 {
        i64::from_ne_bytes(self.0.to_ne_bytes())
    }

    fn from_sql(number: i64) -> Self {
        Self(u64::from_ne_bytes(number.to_ne_bytes()))
    }
}

/// What an update needs to know of a document that has been indexed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Indexed {
    pub(crate) path: String,
    pub(crate) content: Sha256Digest,
    pub(crate) sidecar_content: Option<Sha256Digest>,
    /// `None` if the file changed so shortly before it was read that the next change might not show.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) role: Role,
    /// Whether it has passages and no vectors.
    pub(crate) lacks_vectors: bool,
}

/// Where the vectors of a document's passages stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VectorPlace {
    /// Which file.
    pub(crate) file: u64,
    /// The row of the first passage.
    pub(crate) first: u64,
    /// How many passages; none of a copy.
    pub(crate) count: u64,
}

/// What a document is to its copies, and they to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Role {
    /// Which document stands for it.
    pub(crate) copy_of: Option<CopyOf>,
}

/// How much was published on a day by a show: what is said once, and not doubted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) date: Option<Date>,
    pub(crate) show: Option<String>,
    pub(crate) outlet: Option<String>,
    pub(crate) passages: u64,
    /// How long they last, in tenths of a second.
    pub(crate) tenths: u64,
}

/// A change of the catalogue.
#[derive(Debug)]
pub(crate) enum Change {
    /// A new document, or one whose files say something else than before.
    Enter(Box<Entered>),
    /// The files say what they said, with another time of change.
    Touch(DocumentPath, Option<Stamp>),
    /// The file is gone.
    Remove(String),
}

impl Change {
    /// The document's.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Enter(entered) => &entered.known.document.path,
            Self::Touch(path, _) => path.as_str(),
            Self::Remove(path) => path,
        }
    }
}

/// A document with all that the catalogue keeps.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) known: Known,
    pub(crate) stamp: Option<Stamp>,
    pub(crate) role: Role,
    /// How long its passages last that count, in tenths of a second.
    pub(crate) tenths: u64,
    pub(crate) sketch: Option<Sketch>,
    /// Where its vectors stand, if they were made.
    pub(crate) vectors: Option<VectorPlace>,
    pub(crate) issues: Vec<Issue>,
}

/// What ties catalogue and words together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// How many batches have been written since the index was made.
    pub(crate) number: u64,
    /// The sums over all documents.
    pub(crate) counts: WordCounts,
}

impl Catalogue {
    /// The last batch that was entered.
    pub(crate) fn batch(&self) -> Result<Batch, CatalogueError> {
        self.sql(rows::batch)
    }

    /// All indexed documents in the order of their paths, without what only readers need.
    pub(crate) fn indexed(&self) -> Result<Vec<Indexed>, CatalogueError> {
        self.sql(rows::indexed)
    }

    /// The documents that a batch was about to change and that have not been entered, in the order of their
    /// paths: what the words hold of them is unknown.
    pub(crate) fn pending(&self) -> Result<Vec<String>, CatalogueError> {
        self.sql(rows::pending)
    }

    /// Notes that the words are about to change for these documents.
    pub(crate) fn note(&mut self, paths: &[String]) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut note = || rows::note(&mut self.connection, paths);
        note().map_err(|error| sql_error(path, &error))
    }

    /// Those of `paths` that are indexed.
    pub(crate) fn indexed_of(&self, paths: &[DocumentPath]) -> Result<Vec<Indexed>, CatalogueError> {
        self.sql(|connection| rows::indexed_of(connection, paths))
    }

    /// Where the vectors of all documents stand that have them.
    pub(crate) fn vectors(&self) -> Result<Vec<(DocumentNumber, VectorPlace)>, CatalogueError> {
        self.sql(rows::vectors)
    }

    /// What made the vectors, if there are any.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn vector_model(&self) -> Result<Option<String>, CatalogueError> {
        self.sql(|connection| connection.query_row("SELECT name FROM model", [], |row| row.get(0)).optional())
    }

    /// Forgets all vectors; those to come are of this model.
    pub(crate) fn set_vector_model(&mut self, name: &str) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut set = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            transaction.execute("DELETE FROM vectors", [])?;
            transaction.execute("DELETE FROM model", [])?;
            transaction.execute("INSERT INTO model VALUES (?1)", [name])?;
            transaction.commit()
        };
        set().map_err(|error| sql_error(path, &error))
    }

    /// Forgets the vectors in a file.
    pub(crate) fn forget_vectors(&self, file: u64) -> Result<(), CatalogueError> {
        self.sql(|connection| connection.execute("DELETE FROM vectors WHERE file = ?1", [file]).map(drop))
    }

    /// Notes that the vectors stand elsewhere now.
    pub(crate) fn move_vectors(
        &mut self,
        places: &[(DocumentNumber, VectorPlace)],
    ) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut set = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            places.iter().try_for_each(|(number, place)| rows::set_vectors(&transaction, *number, *place))?;
            transaction.commit()
        };
        set().map_err(|error| sql_error(path, &error))
    }

    /// How many documents have passages and no vectors.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn without_vectors(&self) -> Result<u64, CatalogueError> {
        let sql =
            "SELECT count(*) FROM document WHERE passages > 0 AND number NOT IN (SELECT number FROM vectors)";
        self.sql(|connection| connection.query_one(sql, [], |row| row.get(0)))
    }

    /// For each document what conditions may ask of it, as long as `visit` wants more.
    pub(crate) fn each_number(
        &self,
        mut visit: impl FnMut(DocumentNumber, Known),
    ) -> Result<(), CatalogueError> {
        self.each("", [], |known| {
            visit(DocumentNumber::of(&known.document.path), known);
            true
        })
    }

    /// All documents with what tells whether they are copies, and the roles that they have so far, in the order of
    /// How much was published, by day, show and outlet.
    pub(crate) fn published(&self) -> Result<Vec<Published>, CatalogueError> {
        self.sql(rows::published)
    }

    /// their paths.
    pub(crate) fn members(&self) -> Result<Vec<(Member, Role)>, CatalogueError> {
        self.sql(rows::members)
    }

    /// Whether copies were looked for since the last batch.
    pub(crate) fn is_grouped(&self) -> Result<bool, CatalogueError> {
        self.sql(|connection| {
            connection.query_one("SELECT number = grouped FROM batch", [], |row| row.get(0))
        })
    }

    /// Notes that the roles are those of the documents as they are.
    pub(crate) fn set_grouped(&mut self) -> Result<(), CatalogueError> {
        self.sql(|connection| connection.execute("UPDATE batch SET grouped = number", []).map(drop))
    }

    /// Every copy, with the document that stands for it, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn copies(&self) -> Result<Vec<(Known, Known)>, CatalogueError> {
        let mut copies = Vec::new();
        for copy in self.known("leader IS NOT NULL", [])? {
            if let Some(copied) = &copy.copy_of
                && let Some(leader) = self.by_path(&copied.leader)?
            {
                copies.push((copy, leader));
            }
        }
        Ok(copies)
    }

    /// The copies that a document stands for, in the order of their paths.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn copies_of(&self, path: &str) -> Result<Vec<Known>, CatalogueError> {
        self.known("leader = ?1", [DocumentNumber::of(path).as_sql()])
    }

    /// Enters a batch of changes and drops the note of them, all or nothing.
    pub(crate) fn enter(&mut self, batch: Batch, changes: &[Change]) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut enter = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            changes.iter().try_for_each(|change| rows::enter(&transaction, change))?;
            rows::set_batch(&transaction, batch)?;
            rows::drop_note(&transaction)?;
            transaction.commit()
        };
        enter().map_err(|error| sql_error(path, &error))
    }

    /// Replaces the list of what was skipped.
    pub(crate) fn set_skipped(&mut self, skipped: &[(String, String)]) -> Result<(), CatalogueError> {
        let path = &self.path;
        let mut set = || rows::set_skipped(&mut self.connection, skipped);
        set().map_err(|error| sql_error(path, &error))
    }
}

#[cfg(test)]
mod tests;
