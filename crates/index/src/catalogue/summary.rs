//! Counts over the whole archive.

use jiff::civil::Date;
use record::MediaTime;
use rusqlite::Row;

use super::{Catalogue, CatalogueError};

/// What an archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All documents.
    pub documents: u64,
    /// The sum of the lengths that are known.
    pub length: MediaTime,
    /// All segments.
    pub segments: u64,
    /// Those that are doubted.
    pub suspect_segments: u64,
    /// Documents with segments but without times.
    pub untimed_documents: u64,
    /// Documents that do not follow the archive's grammar.
    pub opaque_documents: u64,
    /// Documents of which something could not be understood.
    pub documents_with_issues: u64,
    /// Places that could not be understood.
    pub issues: u64,
    /// Transcripts for which another one stands: the same recording, or a clip that was posted twice. Revisions of
    /// articles are not among them.
    pub duplicate_documents: u64,
    /// Passages that are searched.
    pub passages: u64,
}

/// What an archive holds of one show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShowSummary {
    /// Its name; `None` for the documents that name none.
    pub show: Option<String>,
    /// Its documents.
    pub documents: u64,
    /// The sum of their lengths, where they are known.
    pub length: MediaTime,
    /// The oldest.
    pub first: Option<Date>,
    /// The newest.
    pub last: Option<Date>,
}

impl Catalogue {
    /// Counts over all documents.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn summary(&self) -> Result<Summary, CatalogueError> {
        let sql = "SELECT count(*), coalesce(sum(length_millis), 0), coalesce(sum(segments), 0),
                coalesce(sum(suspect_segments), 0), count(*) FILTER (WHERE segments > 0 AND NOT is_timed),
                count(*) FILTER (WHERE is_opaque), coalesce(sum(passages), 0),
                (SELECT count(DISTINCT number) FROM issue), (SELECT count(*) FROM issue),
                count(leader) FILTER (WHERE kind = 'broadcast')
            FROM document";
        let summary = |row: &Row<'_>| {
            Ok(Summary {
                documents: row.get(0)?,
                length: MediaTime::from_millis(row.get(1)?),
                segments: row.get(2)?,
                suspect_segments: row.get(3)?,
                untimed_documents: row.get(4)?,
                opaque_documents: row.get(5)?,
                passages: row.get(6)?,
                documents_with_issues: row.get(7)?,
                issues: row.get(8)?,
                duplicate_documents: row.get(9)?,
            })
        };
        self.sql(|connection| connection.query_one(sql, [], summary))
    }

    /// All shows in the order of their names, documents without a show first.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn shows(&self) -> Result<Vec<ShowSummary>, CatalogueError> {
        let sql = "SELECT show, count(*), coalesce(sum(length_millis), 0), min(date), max(date)
            FROM document GROUP BY show ORDER BY show";
        let date = |row: &Row<'_>, column| -> rusqlite::Result<Option<Date>> {
            Ok(row.get::<_, Option<String>>(column)?.and_then(|text| text.parse().ok()))
        };
        let show = |row: &Row<'_>| {
            let length = MediaTime::from_millis(row.get(2)?);
            Ok(ShowSummary {
                show: row.get(0)?,
                documents: row.get(1)?,
                length,
                first: date(row, 3)?,
                last: date(row, 4)?,
            })
        };
        self.sql(|connection| connection.prepare(sql)?.query_map([], show)?.collect())
    }

    /// The names of all outlets, in their order.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn outlets(&self) -> Result<Vec<String>, CatalogueError> {
        let sql = "SELECT DISTINCT outlet FROM document WHERE outlet IS NOT NULL ORDER BY outlet";
        self.sql(|connection| connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect())
    }

    /// What was left out when the archive was last looked through: paths and reasons.
    ///
    /// # Errors
    /// If the catalogue can't be read.
    pub fn skipped(&self) -> Result<Vec<(String, String)>, CatalogueError> {
        let skipped = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let sql = "SELECT path, message FROM skipped ORDER BY path, message";
        self.sql(|connection| connection.prepare(sql)?.query_map([], skipped)?.collect())
    }
}
