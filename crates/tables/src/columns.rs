//! The columns of a row group, as they are gathered.

use jiff::civil::Date;
use parquet::data_type::ByteArray;
use record::rows::{Row, kind_name};

/// The schema: the names and the order are those of [`record::rows::COLUMNS`].
pub(crate) const SCHEMA: &str = "
message segments {
  required binary document_id (UTF8);
  required binary path (UTF8);
  required binary kind (UTF8);
  optional binary outlet (UTF8);
  optional binary show (UTF8);
  optional binary title (UTF8);
  optional int32 date (DATE);
  optional binary url (UTF8);
  required int64 segment;
  optional double start_seconds;
  optional double end_seconds;
  optional binary speaker (UTF8);
  required binary text (UTF8);
  optional binary suspect (UTF8);
  optional binary language (UTF8);
  required binary content_sha256 (UTF8);
}";

/// The values of one column, and for each row whether there is one.
#[derive(Debug)]
pub(crate) struct Column<T> {
    pub(crate) values: Vec<T>,
    /// 1 for a value, 0 for none: Parquet's definition levels.
    pub(crate) levels: Vec<i16>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { values: Vec::new(), levels: Vec::new() }
    }
}

impl<T> Column<T> {
    fn push(&mut self, value: Option<T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }
}

/// Texts that come again and again: the same bytes are held once for a run of rows.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    pub(crate) column: Column<ByteArray>,
}

impl Repeated {
    /// Takes a value; the bytes that are held more than before.
    fn push(&mut self, text: Option<&str>) -> usize {
        let Some(text) = text else {
            self.column.push(None);
            return 0;
        };
        let last = self.column.values.last().filter(|last| last.data() == text.as_bytes()).cloned();
        let new_bytes = if last.is_some() { 0 } else { text.len() };
        self.column.push(Some(last.unwrap_or_else(|| ByteArray::from(text.as_bytes().to_vec()))));
        new_bytes
    }
}

/// The columns of one row group.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) rows: usize,
    /// Bytes of the texts that are held.
    pub(crate) text_bytes: usize,
    pub(crate) document_id: Repeated,
    pub(crate) path: Repeated,
    pub(crate) kind: Repeated,
    pub(crate) outlet: Repeated,
    pub(crate) show: Repeated,
    pub(crate) title: Repeated,
    pub(crate) date: Column<i32>,
    pub(crate) url: Repeated,
    pub(crate) segment: Column<i64>,
    pub(crate) start_seconds: Column<f64>,
    pub(crate) end_seconds: Column<f64>,
    pub(crate) speaker: Repeated,
    pub(crate) text: Column<ByteArray>,
    pub(crate) suspect: Repeated,
    pub(crate) language: Repeated,
    pub(crate) content_sha256: Repeated,
}

impl Columns {
    pub(crate) fn push(&mut self, row: &Row<'_>) {
        let document = row.document;
        let suspect = row.suspect();
        self.rows += 1;
        self.date.push(document.date.map(days_since_1970));
        self.segment.push(Some(i64::try_from(row.segment).unwrap_or(i64::MAX)));
        self.start_seconds.push(row.start.map(|time| time.as_seconds_f64()));
        self.end_seconds.push(row.end.map(|time| time.as_seconds_f64()));
        self.text.push(Some(ByteArray::from(row.text.as_bytes().to_vec())));
        self.text_bytes += row.text.len()
            + self.document_id.push(Some(document.id.as_str()))
            + self.path.push(Some(&document.path))
            + self.kind.push(Some(kind_name(document.kind)))
            + self.outlet.push(document.outlet.as_deref())
            + self.show.push(document.show.as_deref())
            + self.title.push(document.title.as_deref())
            + self.url.push(document.url.as_deref())
            + self.speaker.push(row.speaker)
            + self.suspect.push(suspect.as_deref())
            + self.language.push(row.language)
            + self.content_sha256.push(Some(&row.content.to_string()));
    }
}

/// Parquet's DATE.
fn days_since_1970(date: Date) -> i32 {
    // Both days are days of a calendar of 20,000 years, so the count fits.
    (date - Date::new(1970, 1, 1).unwrap_or_default()).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let days = |year, month, day| days_since_1970(jiff::civil::date(year, month, day));
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(1969, 12, 31), -1);
        assert_eq!(days(2026, 3, 2), 20_514);
        assert_eq!(days(9999, 12, 31), 2_932_896);
        assert_eq!(days(0, 1, 1), -719_528);
    }
}
