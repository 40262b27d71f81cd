//! Values to rows and back.

use archive::{DocumentPath, FileStamp, Stamp};
use jiff::civil::Date;
use record::rows::kind_name;
use record::{Document, DocumentId, Kind, MediaTime, Sha256Digest};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, Transaction, params};

use super::{
    Batch, Change, Copied, DocumentNumber, Entered, Indexed, Known, Published, Role, VectorPlace, WordCounts,
};
use crate::copies::{CopyOf, Member, Sketch};

/// What [`known`] reads, in its order.
pub(super) const COLUMNS: &str = "path, id, kind, title, outlet, show, date, url, length_millis, segments, \
    suspect_segments, is_timed, is_opaque, content, sidecar_content, media, passages, words, suspect_passages, \
    suspect_words, copy_passages, copy_words, language, about, reason, \
    (SELECT path FROM document AS leading WHERE leading.number = document.leader)";

pub(super) fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let document = Document {
        path: row.get(0)?,
        id: parsed(row, 1, str::parse::<DocumentId>)?,
        kind: parsed(row, 2, |text| kind(text).ok_or(FromSqlError::InvalidType))?,
        title: row.get(3)?,
        outlet: row.get(4)?,
        show: row.get(5)?,
        date: row.get::<_, Option<String>>(6)?.and_then(|text| text.parse::<Date>().ok()),
        url: row.get(7)?,
    };
    Ok(Known {
        document,
        length: row.get::<_, Option<u64>>(8)?.map(MediaTime::from_millis),
        segments: row.get(9)?,
        suspect_segments: row.get(10)?,
        is_timed: row.get(11)?,
        is_opaque: row.get(12)?,
        content: Sha256Digest::from_bytes(row.get(13)?),
        sidecar_content: digest(row, 14)?,
        media: digest(row, 15)?,
        words: counts(row, 16)?,
        language: row.get(22)?,
        about: row.get(23)?,
        copy_of: json(row, 24)?.zip(row.get(25)?).map(|(reason, leader)| Copied { leader, reason }),
    })
}

/// What this program wrote as JSON; `None` also for what a later version may have written.
fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn counts(row: &Row<'_>, first: usize) -> rusqlite::Result<WordCounts> {
    Ok(WordCounts {
        passages: row.get(first)?,
        words: row.get(first + 1)?,
        suspect_passages: row.get(first + 2)?,
        suspect_words: row.get(first + 3)?,
        copy_passages: row.get(first + 4)?,
        copy_words: row.get(first + 5)?,
    })
}

fn parsed<T, E>(row: &Row<'_>, column: usize, parse: impl FnOnce(&str) -> Result<T, E>) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

fn kind(name: &str) -> Option<Kind> {
    [Kind::Broadcast, Kind::Article].into_iter().find(|kind| kind_name(*kind) == name)
}

/// Times beyond what SQLite counts to, which no recording is long enough for, become its largest number.
fn millis(time: MediaTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn enter(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Enter(entered) => enter_document(transaction, entered),
        Change::Touch(path, stamp) => touch(transaction, path.as_str(), *stamp),
        Change::Remove(path) => remove(transaction, path),
    }
}

fn remove(transaction: &Transaction<'_>, path: &str) -> rusqlite::Result<()> {
    transaction.prepare_cached("DELETE FROM document WHERE path = ?1")?.execute([path]).map(drop)
}

fn touch(transaction: &Transaction<'_>, path: &str, stamp: Option<Stamp>) -> rusqlite::Result<()> {
    let sql = "UPDATE document SET file_bytes = ?2, file_modified = ?3, sidecar_bytes = ?4, sidecar_modified = ?5 WHERE path = ?1";
    let [file_bytes, file_modified, sidecar_bytes, sidecar_modified] = stamp_columns(stamp);
    let values = params![path, file_bytes, file_modified, sidecar_bytes, sidecar_modified];
    transaction.prepare_cached(sql)?.execute(values).map(drop)
}

fn enter_document(transaction: &Transaction<'_>, entered: &Entered) -> rusqlite::Result<()> {
    let Entered { known, stamp, role, tenths, sketch, vectors, issues } = entered;
    let Document { path, id, kind, title, outlet, show, date, url } = &known.document;
    let number = DocumentNumber::of(path).as_sql();
    remove(transaction, path)?;
    let date = date.map(|date| date.to_string());
    let bytes_of = |digest: Option<Sha256Digest>| digest.map(|digest| *digest.as_bytes());
    let WordCounts { passages, words, suspect_passages, suspect_words, copy_passages, copy_words } =
        known.words;
    let leader = role.copy_of.map(|copy| copy.leader.as_sql());
    let reason = role.copy_of.map(|copy| to_json(&copy.reason)).transpose()?;
    let stamp = stamp_columns(*stamp);
    let values: [&dyn ToSql; 33] = [
        &number,
        path,
        &id.as_str(),
        &kind_name(*kind),
        title,
        outlet,
        show,
        &date,
        url,
        &known.length.map(millis),
        &known.segments,
        &known.suspect_segments,
        &known.is_timed,
        &known.is_opaque,
        known.content.as_bytes(),
        &bytes_of(known.sidecar_content),
        &bytes_of(known.media),
        &known.language,
        &known.about,
        &leader,
        &reason,
        tenths,
        &sketch.as_ref().map(Sketch::to_bytes),
        &passages,
        &words,
        &suspect_passages,
        &suspect_words,
        &copy_passages,
        &copy_words,
        &stamp[0],
        &stamp[1],
        &stamp[2],
        &stamp[3],
    ];
    let places: Vec<String> = (1..=values.len()).map(|number| format!("?{number}")).collect();
    let sql = format!("INSERT INTO document VALUES ({})", places.join(", "));
    transaction.prepare_cached(&sql)?.execute(values.as_slice())?;
    if let Some(place) = vectors {
        set_vectors(transaction, DocumentNumber::of(path), *place)?;
    }
    let mut insert_issue = transaction.prepare_cached("INSERT INTO issue VALUES (?1, ?2, ?3, ?4)")?;
    for (ordinal, issue) in issues.iter().enumerate() {
        insert_issue.execute(params![number, ordinal as u64, issue.place, issue.message])?;
    }
    Ok(())
}

fn stamp_columns(stamp: Option<Stamp>) -> [Option<i64>; 4] {
    let bytes = |stamp: FileStamp| i64::try_from(stamp.bytes).unwrap_or(i64::MAX);
    let file = stamp.map(|stamp| stamp.file);
    let sidecar = stamp.and_then(|stamp| stamp.sidecar);
    let modified = |stamp: FileStamp| stamp.modified_nanos;
    [file.map(bytes), file.map(modified), sidecar.map(bytes), sidecar.map(modified)]
}

/// What [`indexed_row`] reads.
const INDEXED: &str = "SELECT path, content, sidecar_content, file_bytes, file_modified, sidecar_bytes, \
    sidecar_modified, leader, reason, \
    passages > 0 AND number NOT IN (SELECT number FROM vectors) FROM document";

pub(super) fn indexed(connection: &Connection) -> rusqlite::Result<Vec<Indexed>> {
    connection.prepare(&format!("{INDEXED} ORDER BY path"))?.query_map([], indexed_row)?.collect()
}

pub(super) fn indexed_of(connection: &Connection, paths: &[DocumentPath]) -> rusqlite::Result<Vec<Indexed>> {
    let mut statement = connection.prepare(&format!("{INDEXED} WHERE path = ?1"))?;
    let mut found = Vec::new();
    for path in paths {
        found.extend(statement.query_one([path.as_str()], indexed_row).optional()?);
    }
    Ok(found)
}

fn indexed_row(row: &Row<'_>) -> rusqlite::Result<Indexed> {
    let stamp_of = |first| -> rusqlite::Result<Option<FileStamp>> {
        let (bytes, modified): (Option<u64>, Option<i64>) = (row.get(first)?, row.get(first + 1)?);
        Ok(bytes.zip(modified).map(|(bytes, modified_nanos)| FileStamp { bytes, modified_nanos }))
    };
    let sidecar = stamp_of(5)?;
    Ok(Indexed {
        path: row.get(0)?,
        content: Sha256Digest::from_bytes(row.get(1)?),
        sidecar_content: digest(row, 2)?,
        stamp: stamp_of(3)?.map(|file| Stamp { file, sidecar }),
        role: role(row, 7)?,
        lacks_vectors: row.get(9)?,
    })
}

fn role(row: &Row<'_>, first: usize) -> rusqlite::Result<Role> {
    let leader = row.get::<_, Option<i64>>(first)?.map(DocumentNumber::from_sql);
    let copy_of = leader.zip(json(row, first + 1)?).map(|(leader, reason)| CopyOf { leader, reason });
    Ok(Role { copy_of })
}

pub(super) fn set_vectors(
    transaction: &Transaction<'_>,
    number: DocumentNumber,
    place: VectorPlace,
) -> rusqlite::Result<()> {
    let VectorPlace { file, first, count } = place;
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![number.as_sql(), file, first, count]).map(drop)
}

pub(super) fn vectors(connection: &Connection) -> rusqlite::Result<Vec<(DocumentNumber, VectorPlace)>> {
    let place = |row: &Row<'_>| {
        let place = VectorPlace { file: row.get(1)?, first: row.get(2)?, count: row.get(3)? };
        Ok((DocumentNumber::from_sql(row.get(0)?), place))
    };
    let sql = "SELECT number, file, first, count FROM vectors ORDER BY file, first";
    connection.prepare(sql)?.query_map([], place)?.collect()
}

pub(super) fn members(connection: &Connection) -> rusqlite::Result<Vec<(Member, Role)>> {
    let sql = "SELECT number, id, kind, date, path, sketch, leader, reason FROM document ORDER BY path";
    let member = |row: &Row<'_>| {
        let member = Member {
            number: DocumentNumber::from_sql(row.get(0)?),
            id: parsed(row, 1, str::parse::<DocumentId>)?,
            kind: parsed(row, 2, |text| kind(text).ok_or(FromSqlError::InvalidType))?,
            date: row.get::<_, Option<String>>(3)?.and_then(|text| text.parse::<Date>().ok()),
            path: row.get(4)?,
            sketch: row.get::<_, Option<Vec<u8>>>(5)?.and_then(|bytes| Sketch::from_bytes(&bytes)),
        };
        Ok((member, role(row, 6)?))
    };
    connection.prepare(sql)?.query_map([], member)?.collect()
}

pub(super) fn published(connection: &Connection) -> rusqlite::Result<Vec<Published>> {
    let published = |row: &Row<'_>| {
        Ok(Published {
            date: row.get::<_, Option<String>>(0)?.and_then(|text| text.parse::<Date>().ok()),
            show: row.get(1)?,
            outlet: row.get(2)?,
            passages: row.get(3)?,
            tenths: row.get(4)?,
        })
    };
    let sql = "SELECT date, show, outlet, sum(passages), sum(tenths) FROM document \
        WHERE passages > 0 GROUP BY date, show, outlet";
    connection.prepare(sql)?.query_map([], published)?.collect()
}

fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Sha256Digest>> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(Sha256Digest::from_bytes))
}

pub(super) fn pending(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare("SELECT path FROM pending ORDER BY path")?.query_map([], |row| row.get(0))?.collect()
}

pub(super) fn note(connection: &mut Connection, paths: &[String]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for path in paths {
        transaction.prepare_cached("INSERT OR IGNORE INTO pending VALUES (?1)")?.execute([path])?;
    }
    transaction.commit()
}

pub(super) fn drop_note(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM pending", []).map(drop)
}

pub(super) fn batch(connection: &Connection) -> rusqlite::Result<Batch> {
    let sql = "SELECT number, passages, words, suspect_passages, suspect_words, copy_passages, copy_words FROM batch";
    connection.query_one(sql, [], |row| Ok(Batch { number: row.get(0)?, counts: counts(row, 1)? }))
}

pub(super) fn set_batch(transaction: &Transaction<'_>, batch: Batch) -> rusqlite::Result<()> {
    let WordCounts { passages, words, suspect_passages, suspect_words, copy_passages, copy_words } =
        batch.counts;
    let sql = "UPDATE batch SET number = ?1, passages = ?2, words = ?3, suspect_passages = ?4, \
        suspect_words = ?5, copy_passages = ?6, copy_words = ?7";
    let values =
        params![batch.number, passages, words, suspect_passages, suspect_words, copy_passages, copy_words];
    transaction.execute(sql, values).map(drop)
}

pub(super) fn set_skipped(connection: &mut Connection, skipped: &[(String, String)]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM skipped", [])?;
    for (path, message) in skipped {
        transaction.prepare_cached("INSERT INTO skipped VALUES (?1, ?2)")?.execute([path, message])?;
    }
    transaction.commit()
}
