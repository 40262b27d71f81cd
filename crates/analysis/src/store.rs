//! What was found, in one SQLite file.
//!
//! What a document holds is kept under its path, a part for each area, with the hashes of the files that it was made from;
//! what two documents share is kept under what it depends on; findings are kept as they are printed, one line of JSON each, with
//! documents by their ids, those of a period together. All are replaced in transactions: a reader sees the findings of before or
//! of after, and a killed update goes on where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{Archive, file_number};
use rayon::prelude::*;
use record::Sha256Digest;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::areas::{Area, methods};
use crate::keys::{Key, keys_of};
use crate::parts::{LEVEL, Part};

/// Raised when the tables change; files of another format are made anew.
const FORMAT: i64 = 6;

/// In the archive's `.onrecord`.
const FILE: &str = "findings.sqlite";

/// The number of what is common to all periods, before theirs.
const COMMON: i64 = -1;

/// The note of documents that the last update could not read.
const UNREADABLE: &str = "unreadable";

/// How long a reader waits for a writer that is just committing.
const PATIENCE: Duration = Duration::from_secs(10);

/// The findings of an archive.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

/// A state of the findings, as one store sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    file: u64,
    version: i64,
}

/// Why findings cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the findings `{}`: {message}\nhint: nothing is lost if this file is deleted: it is made anew from the archive's files", path.display())]
pub struct StoreError {
    path: PathBuf,
    message: String,
}

/// The files that a document's part was made from, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) file: Sha256Digest,
    pub(crate) sidecar: Option<Sha256Digest>,
}

/// What an update writes in one transaction.
pub(crate) enum Change {
    Put { path: String, contents: Contents, parts: Vec<(Part, Vec<u8>)> },
    Remove { path: String },
}

/// What tells a comparison of two documents from all others.
pub(crate) type ComparedKey = [u8; 32];

/// What two documents were found to share, as lines of JSON.
pub(crate) struct ComparedPair {
    pub(crate) key: ComparedKey,
    pub(crate) lines: Vec<String>,
}

/// What tells the documents that a period sees, and what earlier ones hand on to it, from all others.
pub(crate) type Fingerprint = [u8; 32];

/// A period whose documents were compared.
pub(crate) struct Compared {
    pub(crate) number: i64,
    pub(crate) fingerprint: Fingerprint,
    /// For later periods, and for what is common to all.
    pub(crate) handed_on: Vec<u8>,
    pub(crate) took: Duration,
}

impl Store {
    /// Opens the findings as the last comparison of all documents left them, for looking things up; `None` if there are none
    /// or if other methods made them. They stay readable while an update goes on.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn open(archive: &Archive) -> Result<Option<Self>, StoreError> {
        let path = archive.state().join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let store = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let is_readable =
            store.read(format)? == FORMAT && store.was_compared()? && store.has_parser()?.is_some();
        Ok(is_readable.then_some(store))
    }

    /// Opens the findings of an archive to change them: empty ones if there are none or other methods made them. Only for
    /// who holds the lock.
    pub(crate) fn open_or_create(archive: &Archive, has_parser: bool) -> Result<Self, StoreError> {
        let path = archive.state().join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Self::connect(path, flags)?;
        store.prepare(&methods(has_parser))?;
        Ok(store)
    }

    fn connect(path: PathBuf, flags: OpenFlags) -> Result<Self, StoreError> {
        let opened = Connection::open_with_flags(&path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .and_then(|connection| connection.busy_timeout(PATIENCE).map(|()| connection));
        match opened {
            Ok(connection) => Ok(Self { connection, path }),
            Err(error) => Err(store_error(&path, &error)),
        }
    }

    /// Whether they were made with a parser; `None` if other methods made them.
    pub(crate) fn has_parser(&self) -> Result<Option<bool>, StoreError> {
        let made_by = self.read(|connection| noted(connection, "methods"))?;
        Ok([true, false].into_iter().find(|has_parser| made_by.as_deref() == Some(&methods(*has_parser))))
    }

    /// Throws the findings of an archive away. Only for who holds the lock.
    pub(crate) fn remove(archive: &Archive) -> Result<(), StoreError> {
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

    fn prepare(&mut self, methods: &str) -> Result<(), StoreError> {
        self.sql(|connection| {
            connection.pragma_update(None, "journal_mode", "wal")?;
            let made_by = if format(connection)? == FORMAT { noted(connection, "methods")? } else { None };
            if made_by.as_deref() != Some(methods) {
                begin_anew(connection, methods)?;
            }
            Ok(())
        })
    }

    /// Whether the findings belong to the documents' parts: false while an update has not finished.
    pub(crate) fn is_complete(&self) -> Result<bool, StoreError> {
        let complete = self.read(|connection| noted(connection, "complete"))?;
        Ok(complete.as_deref() == Some("yes"))
    }

    fn was_compared(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) > 0 FROM periods";
        self.read(|connection| connection.query_row(sql, [], |row| row.get(0)))
    }

    /// What changes with the findings: a store that is kept open is asked for it to see whether what was read from it still
    /// holds. Only stamps of one store can be compared.
    ///
    /// # Errors
    ///
    /// If the file is damaged, gone, or the system refuses.
    pub fn stamp(&self) -> Result<Stamp, StoreError> {
        let file = file_number(&self.path)
            .map_err(|error| StoreError { path: self.path.clone(), message: error.to_string() })?;
        let version =
            self.read(|connection| connection.pragma_query_value(None, "data_version", |row| row.get(0)))?;
        Ok(Stamp { file, version })
    }

    /// The paths whose parts are kept, in order, with what they were made from.
    pub(crate) fn contents(&self) -> Result<Vec<(String, Contents)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT path, file, sidecar FROM held ORDER BY path")?;
            let rows = statement.query_map([], |row| {
                let sidecar: Option<[u8; 32]> = row.get(2)?;
                let file = Sha256Digest::from_bytes(row.get(1)?);
                Ok((row.get(0)?, Contents { file, sidecar: sidecar.map(Sha256Digest::from_bytes) }))
            })?;
            rows.collect()
        })
    }

    /// What a document holds for one area, packed.
    pub(crate) fn part(&self, part: Part, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT packed FROM parts WHERE part = ?1 AND path = ?2")?;
            statement.query_row([part.name(), path], |row| row.get(0)).optional()
        })
    }

    /// Writes some changes; the findings are no longer those of the documents.
    pub(crate) fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.change(|transaction| {
            changes.iter().try_for_each(|change| write_one(transaction, change))?;
            note(transaction, "complete", "no")
        })
    }

    /// Begins new findings. Readers see those of before until [`Store::finish`]. What a killed update has left is gone on with.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        self.change(|transaction| transaction.execute_batch(&findings_tables("new_")))
    }

    /// What a period handed on when it was compared with this fingerprint, by the last update or by this one.
    pub(crate) fn handed_on(
        &self,
        number: i64,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT handed_on FROM new_periods WHERE number = ?1 AND fingerprint = ?2 UNION ALL
            SELECT handed_on FROM periods WHERE number = ?1 AND fingerprint = ?2";
        let packed: Option<Vec<u8>> = self.read(|connection| {
            connection.query_row(sql, params![number, fingerprint], |row| row.get(0)).optional()
        })?;
        Ok(packed.and_then(|packed| zstd::decode_all(packed.as_slice()).ok()))
    }

    /// Keeps the new findings of a period, each area's in order.
    pub(crate) fn put_period(
        &mut self,
        compared: &Compared,
        found: &[(Area, Vec<String>)],
    ) -> Result<(), StoreError> {
        let packed = zstd::bulk::compress(&compared.handed_on, LEVEL).unwrap_or_default();
        let took = compared.took.as_secs_f64();
        self.change(|transaction| {
            for table in ["new_findings", "new_keys"] {
                let sql = format!("DELETE FROM {table} WHERE period = ?1");
                transaction.execute(&sql, [compared.number])?;
            }
            found.iter().try_for_each(|(area, lines)| put(transaction, compared.number, *area, lines))?;
            let sql = "INSERT OR REPLACE INTO new_periods VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![compared.number, compared.fingerprint, took, packed]).map(drop)
        })
    }

    /// Keeps the new findings that are common to all periods.
    pub(crate) fn put_common(
        &mut self,
        found: &[(Area, Vec<String>)],
        took: Duration,
    ) -> Result<(), StoreError> {
        self.put_period(
            &Compared { number: COMMON, fingerprint: Fingerprint::default(), handed_on: Vec::new(), took },
            found,
        )
    }

    /// Puts the new findings in the place of those of before: of these periods, and of no others.
    pub(crate) fn finish(&mut self, compared: &[(i64, Fingerprint)]) -> Result<(), StoreError> {
        self.change(|transaction| {
            transaction.execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS compared_now (number INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL);
                 DELETE FROM compared_now;",
            )?;
            let mut now = transaction.prepare("INSERT INTO compared_now VALUES (?1, ?2)")?;
            now.execute(params![COMMON, Fingerprint::default()])?;
            for (number, fingerprint) in compared {
                now.execute(params![number, fingerprint])?;
            }
            // What was begun with other documents, by an update that was killed, is not wanted any more.
            transaction.execute_batch(
                "DELETE FROM new_periods WHERE (number, fingerprint) NOT IN (SELECT number, fingerprint FROM compared_now);
                 DELETE FROM periods WHERE number IN (SELECT number FROM new_periods)
                    OR number NOT IN (SELECT number FROM compared_now);",
            )?;
            let sql = "SELECT count(*) = 0 FROM periods";
            let all_are_new: bool = transaction.query_row(sql, [], |row| row.get(0))?;
            for table in ["findings", "keys"] {
                transaction.execute_batch(&only_of(&format!("new_{table}"), "new_periods"))?;
                transaction.execute_batch(&match all_are_new {
                    true => format!("DROP TABLE {table}; ALTER TABLE new_{table} RENAME TO {table};"),
                    false => format!(
                        "{} INSERT INTO {table} SELECT * FROM new_{table} ORDER BY period; DROP TABLE new_{table};",
                        only_of(table, "periods")
                    ),
                })?;
            }
            transaction.execute_batch(
                "INSERT INTO periods SELECT * FROM new_periods;
                 DROP TABLE new_periods;",
            )?;
            note(transaction, "complete", "yes")
        })
    }

    /// With what each period was compared, by its number.
    #[cfg(test)]
    pub(crate) fn fingerprints(&self) -> Result<BTreeMap<i64, Fingerprint>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare("SELECT number, fingerprint FROM periods WHERE number <> ?1")?;
            statement.query_map([COMMON], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// How long each period took to be compared, by its number, and what is common to all.
    pub(crate) fn took(&self) -> Result<(BTreeMap<i64, Duration>, Duration), StoreError> {
        let mut took: BTreeMap<i64, Duration> = self.read(|connection| {
            let mut statement = connection.prepare("SELECT number, took FROM periods")?;
            statement.query_map([], |row| Ok((row.get(0)?, Duration::from_secs_f64(row.get(1)?))))?.collect()
        })?;
        let common = took.remove(&COMMON).unwrap_or_default();
        Ok((took, common))
    }

    /// Notes the documents that could not be read, with what their files held: nobody need wait for them until these change.
    pub(crate) fn note_unreadable(
        &mut self,
        documents: &BTreeMap<String, Contents>,
    ) -> Result<(), StoreError> {
        let documents = serde_json::to_string(documents).expect("paths and digests are texts");
        self.change(|transaction| note(transaction, UNREADABLE, &documents))
    }

    /// What was noted by [`Store::note_unreadable`].
    pub(crate) fn unreadable(&self) -> Result<BTreeMap<String, Contents>, StoreError> {
        let documents = self.read(|connection| noted(connection, UNREADABLE))?;
        Ok(documents.and_then(|documents| serde_json::from_str(&documents).ok()).unwrap_or_default())
    }

    /// The comparisons of two documents that are kept.
    pub(crate) fn compared_keys(&self) -> Result<BTreeSet<ComparedKey>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT key FROM compared")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Keeps some comparisons.
    pub(crate) fn keep_compared(&mut self, compared: &[ComparedPair]) -> Result<(), StoreError> {
        self.change(|transaction| {
            let mut statement = transaction.prepare("INSERT OR REPLACE INTO compared VALUES (?1, ?2)")?;
            compared.iter().try_for_each(|compared| {
                statement.execute(params![compared.key, compared.lines.join("\n")]).map(drop)
            })
        })
    }

    /// Forgets comparisons that are no longer needed.
    pub(crate) fn forget_compared<'a>(
        &mut self,
        keys: impl IntoIterator<Item = &'a ComparedKey>,
    ) -> Result<(), StoreError> {
        self.change(|transaction| {
            let mut statement = transaction.prepare("DELETE FROM compared WHERE key = ?1")?;
            keys.into_iter().try_for_each(|key| statement.execute([key]).map(drop))
        })
    }

    /// The lines of each of some comparisons; of those that could not be made none.
    pub(crate) fn compared_lines(&self, keys: &[ComparedKey]) -> Result<Vec<Vec<String>>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT lines FROM compared WHERE key = ?1")?;
            let mut all = Vec::with_capacity(keys.len());
            for key in keys {
                let lines: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
                all.push(lines.unwrap_or_default().lines().map(str::to_owned).collect());
            }
            Ok(all)
        })
    }

    /// How many findings an area has.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn count(&self, area: Area) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM periods CROSS JOIN findings ON period = number WHERE area = ?1";
        self.read(|connection| connection.query_row(sql, [area.name()], |row| row.get(0)))
    }

    /// Visits the findings of an area in order, one line of JSON each, until `visit` says `false`.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn each(&self, area: Area, mut visit: impl FnMut(&str) -> bool) -> Result<(), StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT json FROM periods CROSS JOIN findings ON period = number WHERE area = ?1 ORDER BY number, at",
            )?;
            let mut rows = statement.query([area.name()])?;
            while let Some(row) = rows.next()? {
                if !visit(row.get_ref(0)?.as_str()?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Visits the findings of an area that have a key, in order, until `visit` says `false`.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn each_with(
        &self,
        area: Area,
        key: Key<'_>,
        mut visit: impl FnMut(&str) -> bool,
    ) -> Result<(), StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT json FROM periods CROSS JOIN keys ON keys.period = number
                    CROSS JOIN findings USING (period, area, at) WHERE area = ?1 AND key = ?2 ORDER BY number, at",
            )?;
            let mut rows = statement.query(params![area.name(), key.to_string()])?;
            while let Some(row) = rows.next()? {
                if !visit(row.get_ref(0)?.as_str()?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Who says something, with how many statements, those with the most first.
    ///
    /// # Errors
    ///
    /// If the file is damaged or the system refuses.
    pub fn speakers(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT substr(key, 9) AS name, count(*) AS many FROM periods
                CROSS JOIN keys ON period = number WHERE area = ?1 AND key >= 'speaker ' AND key < 'speaker!' GROUP BY key ORDER BY many DESC, name";
            let mut statement = connection.prepare(sql)?;
            statement.query_map([Area::Quotes.name()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    fn read<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        run(&self.connection).map_err(|error| store_error(&self.path, &error))
    }

    fn sql<T>(&mut self, run: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        run(&mut self.connection).map_err(|error| store_error(&self.path, &error))
    }

    /// Makes changes of which either all are kept or none.
    fn change(
        &mut self,
        run: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        self.sql(|connection| {
            let transaction = connection.transaction()?;
            run(&transaction)?;
            transaction.commit()
        })
    }

    /// That what is kept of a document can't be read.
    pub(crate) fn damaged(&self, path: &str) -> StoreError {
        StoreError { path: self.path.clone(), message: format!("what is kept of `{path}` is damaged") }
    }
}

fn write_one(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let (Change::Put { path, .. } | Change::Remove { path }) = change;
    transaction.prepare_cached("DELETE FROM held WHERE path = ?1")?.execute([path])?;
    for part in Part::ALL {
        let sql = "DELETE FROM parts WHERE part = ?1 AND path = ?2";
        transaction.prepare_cached(sql)?.execute([part.name(), path])?;
    }
    let Change::Put { contents, parts, .. } = change else { return Ok(()) };
    let sidecar = contents.sidecar.as_ref().map(|digest| digest.as_bytes().as_slice());
    transaction.prepare_cached("INSERT INTO held VALUES (?1, ?2, ?3)")?.execute(params![
        path,
        contents.file.as_bytes().as_slice(),
        sidecar
    ])?;
    for (part, packed) in parts {
        let sql = "INSERT INTO parts VALUES (?1, ?2, ?3)";
        transaction.prepare_cached(sql)?.execute(params![part.name(), path, packed])?;
    }
    Ok(())
}

fn begin_anew(connection: &mut Connection, methods: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "DROP TABLE IF EXISTS new_findings;
         DROP TABLE IF EXISTS new_keys;
         DROP TABLE IF EXISTS new_periods;
         DROP TABLE IF EXISTS findings;
         DROP TABLE IF EXISTS keys;
         DROP TABLE IF EXISTS periods;
         DROP TABLE IF EXISTS held;
         DROP TABLE IF EXISTS parts;
         DROP TABLE IF EXISTS compared;
         DROP TABLE IF EXISTS notes;
         CREATE TABLE held (path TEXT PRIMARY KEY, file BLOB NOT NULL, sidecar BLOB);
         CREATE TABLE parts (part TEXT NOT NULL, path TEXT NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (part, path)) WITHOUT ROWID;
         CREATE TABLE compared (key BLOB PRIMARY KEY, lines TEXT NOT NULL) WITHOUT ROWID;
         CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);",
    )?;
    transaction.execute_batch(&findings_tables(""))?;
    note(&transaction, "methods", methods)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

/// What makes the tables of findings where they are not, under names that begin so.
fn findings_tables(prefix: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {prefix}findings
            (period INTEGER NOT NULL, area TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (period, area, at))
            WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS {prefix}keys
            (period INTEGER NOT NULL, area TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (period, area, key, at))
            WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS {prefix}periods
            (number INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL, took REAL NOT NULL, handed_on BLOB NOT NULL);"
    )
}

/// What removes the rows of a table that are of no period of a list.
fn only_of(table: &str, periods: &str) -> String {
    format!(
        "DELETE FROM {table} WHERE period IN
            (SELECT DISTINCT period FROM {table} EXCEPT SELECT number FROM {periods});"
    )
}

/// Writes the new findings of an area and a period, in order.
fn put(transaction: &Transaction<'_>, period: i64, area: Area, lines: &[String]) -> rusqlite::Result<()> {
    let mut finding = transaction.prepare_cached("INSERT INTO new_findings VALUES (?1, ?2, ?3, ?4)")?;
    let mut key = transaction.prepare_cached("INSERT OR IGNORE INTO new_keys VALUES (?1, ?2, ?3, ?4)")?;
    for (at, line) in (0_i64..).zip(lines) {
        finding.execute(params![period, area.name(), at, line])?;
    }
    // Keys in their order go into their table a page after the other.
    let of_line = |(at, line): (usize, &String)| {
        keys_of(line).into_iter().map(move |kept| (kept, at as i64)).collect::<Vec<_>>()
    };
    let mut keys: Vec<(String, i64)> = lines.par_iter().enumerate().flat_map_iter(of_line).collect();
    keys.par_sort_unstable();
    keys.iter().try_for_each(|(kept, at)| key.execute(params![period, area.name(), kept, at]).map(drop))
}

fn format(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stories(store: &Store) -> Vec<String> {
        let mut lines = Vec::new();
        let found = store.each(Area::Stories, |line| {
            lines.push(line.to_owned());
            true
        });
        found.unwrap();
        lines
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    /// Compares a period as if it had these stories.
    fn put(store: &mut Store, number: i64, fingerprint: u8, stories: &[&str]) {
        let compared = Compared {
            number,
            fingerprint: [fingerprint; 32],
            handed_on: vec![fingerprint; 3],
            took: Duration::from_secs(u64::from(fingerprint)),
        };
        store.put_period(&compared, &[(Area::Stories, lines(stories))]).unwrap();
    }

    fn finish(store: &mut Store, compared: &[(i64, u8)]) {
        store.put_common(&[(Area::Spellings, lines(&["{}"]))], Duration::from_secs(9)).unwrap();
        let compared: Vec<_> =
            compared.iter().map(|(number, fingerprint)| (*number, [*fingerprint; 32])).collect();
        store.finish(&compared).unwrap();
    }

    fn archive() -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        (folder, archive)
    }

    #[test]
    fn readers_see_findings_of_before_or_of_after() {
        let (_folder, archive) = archive();
        let mut store = Store::open_or_create(&archive, false).unwrap();
        store.begin().unwrap();
        put(&mut store, 3, 1, &[r#"{"id":"one"}"#]);
        assert!(Store::open(&archive).unwrap().is_none(), "nothing was compared to its end");
        finish(&mut store, &[(3, 1)]);
        let reader = Store::open(&archive).unwrap().unwrap();
        assert_eq!(stories(&reader), [r#"{"id":"one"}"#]);
        let before = reader.stamp().unwrap();
        // A comparison that is killed leaves what was there, and of what other documents hold nothing to the next one.
        store.begin().unwrap();
        put(&mut store, 3, 2, &[r#"{"id":"lost"}"#, r#"{"id":"lost too"}"#]);
        put(&mut store, 4, 2, &[r#"{"id":"lost"}"#]);
        assert_eq!(stories(&reader), [r#"{"id":"one"}"#]);
        store.begin().unwrap();
        put(&mut store, 3, 3, &[r#"{"id":"two"}"#]);
        finish(&mut store, &[(3, 3)]);
        assert_eq!(stories(&reader), [r#"{"id":"two"}"#], "the same reader sees what is new");
        assert_ne!(reader.stamp().unwrap(), before);
        let mut found = Vec::new();
        for id in ["one", "lost", "lost too", "two"] {
            let visit = |line: &str| {
                found.push(line.to_owned());
                true
            };
            reader.each_with(Area::Stories, Key::Id(id), visit).unwrap();
        }
        assert_eq!(found, [r#"{"id":"two"}"#]);
        let took = (BTreeMap::from([(3, Duration::from_secs(3))]), Duration::from_secs(9));
        assert_eq!(reader.took().unwrap(), took);
        assert_eq!(reader.count(Area::Spellings).unwrap(), 1);
    }

    #[test]
    fn periods_are_kept_in_their_order_until_they_are_gone() {
        let (_folder, archive) = archive();
        let mut store = Store::open_or_create(&archive, false).unwrap();
        store.begin().unwrap();
        put(&mut store, 8, 1, &[r#"{"id":"late"}"#]);
        put(&mut store, 2, 1, &[r#"{"id":"early"}"#]);
        finish(&mut store, &[(2, 1), (8, 1)]);
        assert_eq!(stories(&store), [r#"{"id":"early"}"#, r#"{"id":"late"}"#]);
        // One of them is as it was, and a killed update has begun it with another document.
        store.begin().unwrap();
        put(&mut store, 2, 2, &[r#"{"id":"lost"}"#]);
        put(&mut store, 9, 1, &[r#"{"id":"later"}"#]);
        assert_eq!(store.handed_on(2, &[2; 32]).unwrap(), Some(vec![2; 3]), "it is gone on with");
        assert_eq!(store.handed_on(2, &[1; 32]).unwrap(), Some(vec![1; 3]));
        assert_eq!(store.handed_on(2, &[3; 32]).unwrap(), None);
        finish(&mut store, &[(2, 1), (9, 1)]);
        assert_eq!(stories(&store), [r#"{"id":"early"}"#, r#"{"id":"later"}"#]);
        assert_eq!(store.count(Area::Stories).unwrap(), 2);
    }
}
