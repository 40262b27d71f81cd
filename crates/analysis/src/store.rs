//! What was found, in one SQLite file.
//!
//! A document's part is kept under its path with the hashes of the files it was made from; findings are kept as they are
//! printed, one line of JSON each, with documents by their ids. Both are replaced in transactions: a reader sees the
//! findings of before or of after, and a killed update goes on where it was.

use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::Archive;
use record::Sha256Digest;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::areas::{Area, methods};

/// Raised when the tables change; files of another format are made anew.
const FORMAT: i64 = 1;

/// In the archive's `.onrecord`.
const FILE: &str = "findings.sqlite";

/// How long a reader waits for a writer that is just committing.
const PATIENCE: Duration = Duration::from_secs(10);

/// The findings of an archive.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

/// Why findings cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the findings `{}`: {message}\nhint: nothing is lost if this file is deleted: it is made anew from the archive's files", path.display())]
pub struct StoreError {
    path: PathBuf,
    message: String,
}

/// The files that a document's part was made from, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) file: Sha256Digest,
    pub(crate) sidecar: Option<Sha256Digest>,
}

/// What an update writes in one transaction.
pub(crate) enum Change {
    Put { path: String, contents: Contents, held: Vec<u8> },
    Remove { path: String },
}

impl Store {
    /// Opens the findings of an archive, empty ones if there are none or other methods made them: with or without a
    /// parser is another method.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn open(archive: &Archive, has_parser: bool) -> Result<Self, StoreError> {
        let path = archive.state().join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(&path, flags).map_err(|error| store_error(&path, &error))?;
        let mut store = Self { connection, path };
        store.prepare(&methods(has_parser))?;
        Ok(store)
    }

    /// Throws the findings of an archive away.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn remove(archive: &Archive) -> Result<(), StoreError> {
        for name in [FILE.to_owned(), format!("{FILE}-wal"), format!("{FILE}-shm")] {
            let path = archive.state().join(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError { path, message: error.to_string() });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Opens the findings as the last update left them; `None` if there are none, or other methods made them.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn open_as_left(archive: &Archive) -> Result<Option<Self>, StoreError> {
        let path = archive.state().join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let read = |connection: &Connection| -> rusqlite::Result<bool> {
            connection.busy_timeout(PATIENCE)?;
            let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if format != FORMAT {
                return Ok(false);
            }
            let made_by = noted(connection, "methods")?.unwrap_or_default();
            let is_known = [true, false].iter().any(|has_parser| methods(*has_parser) == made_by);
            Ok(is_known && noted(connection, "complete")?.as_deref() == Some("yes"))
        };
        let opened = Connection::open_with_flags(&path, flags)
            .and_then(|connection| Ok((read(&connection)?, connection)));
        match opened {
            Ok((true, connection)) => Ok(Some(Self { connection, path })),
            Ok((false, _)) => Ok(None),
            Err(error) => Err(store_error(&path, &error)),
        }
    }

    fn prepare(&mut self, methods: &str) -> Result<(), StoreError> {
        self.sql(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
            let made_by = if format == FORMAT { noted(connection, "methods")? } else { None };
            if made_by.as_deref() != Some(methods) {
                begin_anew(connection, methods)?;
            }
            Ok(())
        })
    }

    /// Whether the findings belong to the documents' parts: false while an update has not finished.
    pub(crate) fn is_complete(&self) -> Result<bool, StoreError> {
        let complete = noted(&self.connection, "complete").map_err(|error| self.error(&error))?;
        Ok(complete.as_deref() == Some("yes"))
    }

    /// The paths whose parts are kept, in order, with what they were made from.
    pub(crate) fn contents(&self) -> Result<Vec<(String, Contents)>, StoreError> {
        let read = |connection: &Connection| -> rusqlite::Result<Vec<(String, Contents)>> {
            let mut statement = connection.prepare("SELECT path, file, sidecar FROM held ORDER BY path")?;
            let rows = statement.query_map([], |row| {
                let sidecar: Option<[u8; 32]> = row.get(2)?;
                let file = Sha256Digest::from_bytes(row.get(1)?);
                Ok((row.get(0)?, Contents { file, sidecar: sidecar.map(Sha256Digest::from_bytes) }))
            })?;
            rows.collect()
        };
        read(&self.connection).map_err(|error| self.error(&error))
    }

    /// What a document holds.
    pub(crate) fn held(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let read = self
            .connection
            .prepare_cached("SELECT held FROM held WHERE path = ?1")
            .and_then(|mut statement| statement.query_row([path], |row| row.get(0)).optional());
        read.map_err(|error| self.error(&error))
    }

    /// Writes some changes; the findings are no longer those of the documents.
    pub(crate) fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.sql(|connection| {
            let transaction = connection.transaction()?;
            for change in changes {
                match change {
                    Change::Put { path, contents, held } => {
                        let sidecar = contents.sidecar.as_ref().map(|digest| digest.as_bytes().as_slice());
                        transaction
                            .prepare_cached("INSERT OR REPLACE INTO held VALUES (?1, ?2, ?3, ?4)")?
                            .execute(params![path, contents.file.as_bytes().as_slice(), sidecar, held])?
                    }
                    Change::Remove { path } => {
                        transaction.execute("DELETE FROM held WHERE path = ?1", [path])?
                    }
                };
            }
            note(&transaction, "complete", "no")?;
            transaction.commit()
        })
    }

    /// Replaces all findings.
    pub(crate) fn replace(&mut self, findings: &[(Area, Vec<String>)]) -> Result<(), StoreError> {
        self.sql(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM findings", [])?;
            {
                let mut statement = transaction.prepare("INSERT INTO findings VALUES (?1, ?2, ?3)")?;
                for (area, lines) in findings {
                    for (at, line) in lines.iter().enumerate() {
                        statement.execute(params![area.name(), at as i64, line])?;
                    }
                }
            }
            note(&transaction, "complete", "yes")?;
            transaction.commit()
        })
    }

    /// How many findings an area has.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn count(&self, area: Area) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM findings WHERE area = ?1";
        let count = self.connection.query_row(sql, [area.name()], |row| row.get(0));
        count.map_err(|error| self.error(&error))
    }

    /// Visits the findings of an area in order, one line of JSON each, until `visit` says `false`.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn each(&self, area: Area, mut visit: impl FnMut(&str) -> bool) -> Result<(), StoreError> {
        let mut read = || -> rusqlite::Result<()> {
            let mut statement =
                self.connection.prepare_cached("SELECT json FROM findings WHERE area = ?1 ORDER BY at")?;
            let mut rows = statement.query([area.name()])?;
            while let Some(row) = rows.next()? {
                if !visit(row.get_ref(0)?.as_str()?) {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|error| self.error(&error))
    }

    fn sql<T>(&mut self, run: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        run(&mut self.connection).map_err(|error| store_error(&self.path, &error))
    }

    fn error(&self, error: &rusqlite::Error) -> StoreError {
        store_error(&self.path, error)
    }
}

fn begin_anew(connection: &mut Connection, methods: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "DROP TABLE IF EXISTS held;
         DROP TABLE IF EXISTS findings;
         DROP TABLE IF EXISTS notes;
         CREATE TABLE held (path TEXT PRIMARY KEY, file BLOB NOT NULL, sidecar BLOB, held BLOB NOT NULL);
         CREATE TABLE findings (area TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (area, at)) WITHOUT ROWID;
         CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);",
    )?;
    note(&transaction, "methods", methods)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

fn note(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute("INSERT OR REPLACE INTO notes VALUES (?1, ?2)", [name, value]).map(drop)
}

fn noted(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT value FROM notes WHERE name = ?1", [name], |row| row.get(0)).optional()
}

fn store_error(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError { path: path.to_owned(), message: error.to_string() }
}
