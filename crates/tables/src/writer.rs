//! Writes row groups of bounded size.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use record::rows::Row;

use crate::columns::{Column, Columns, SCHEMA};

/// Rows of a row group: a day of speech has about 20,000. Larger groups compress little better and are held in memory.
const MOST_ROWS: usize = 131_072;

/// Bytes of text after which a row group is written, however few rows it has.
const MOST_TEXT_BYTES: usize = 32 << 20;

/// Why a file is not written.
#[derive(Debug, thiserror::Error)]
#[error("can't write Parquet: {0}")]
pub struct ParquetError(String);

impl From<parquet::errors::ParquetError> for ParquetError {
    fn from(error: parquet::errors::ParquetError) -> Self {
        // The library names itself before what happened.
        let text = error.to_string();
        let what = text.strip_prefix("External: ").or_else(|| text.strip_prefix("Parquet error: "));
        Self(what.unwrap_or(&text).to_owned())
    }
}

/// Writes rows as they come. Nothing can be read of a file that was not finished.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Columns,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// If the beginning can't be written.
    pub fn new(out: W) -> Result<Self, ParquetError> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(true)
            .set_created_by(format!("onrecord {}", env!("CARGO_PKG_VERSION")))
            .build();
        let file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
        Ok(Self { file, columns: Columns::default() })
    }

    /// Takes one row, and writes the row group that it fills.
    ///
    /// # Errors
    /// If that can't be written.
    pub fn push(&mut self, row: &Row<'_>) -> Result<(), ParquetError> {
        self.columns.push(row);
        let is_full = self.columns.rows >= MOST_ROWS || self.columns.text_bytes >= MOST_TEXT_BYTES;
        if is_full { self.write_group() } else { Ok(()) }
    }

    /// Writes what is left, and the end of the file; gives back what was written to.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        self.write_group()?;
        Ok(self.file.into_inner()?)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let columns = std::mem::take(&mut self.columns);
        if columns.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        write_all::<_, ByteArrayType>(
            &mut group,
            [&columns.document_id, &columns.path, &columns.kind].map(|text| (&text.column, Presence::Always)),
        )?;
        write_all::<_, ByteArrayType>(
            &mut group,
            [&columns.outlet, &columns.show, &columns.title].map(|text| (&text.column, Presence::Perhaps)),
        )?;
        write_all::<_, Int32Type>(&mut group, [(&columns.date, Presence::Perhaps)])?;
        write_all::<_, ByteArrayType>(&mut group, [(&columns.url.column, Presence::Perhaps)])?;
        write_all::<_, Int64Type>(&mut group, [(&columns.segment, Presence::Always)])?;
        write_all::<_, DoubleType>(
            &mut group,
            [&columns.start_seconds, &columns.end_seconds].map(|time| (time, Presence::Perhaps)),
        )?;
        write_all::<_, ByteArrayType>(
            &mut group,
            [
                (&columns.speaker.column, Presence::Perhaps),
                (&columns.text, Presence::Always),
                (&columns.suspect.column, Presence::Perhaps),
                (&columns.language.column, Presence::Perhaps),
                (&columns.content_sha256.column, Presence::Always),
            ],
        )?;
        group.close()?;
        Ok(())
    }
}

/// Whether each row of a column has a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Perhaps,
}

/// Writes the next columns of a group, in the order of the schema.
fn write_all<'a, W: Write + Send, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    columns: impl IntoIterator<Item = (&'a Column<T::T>, Presence)>,
) -> Result<(), ParquetError>
where
    T::T: 'a,
{
    for (column, presence) in columns {
        let Some(mut writer) = group.next_column()? else {
            return Err(ParquetError("there are more columns than the schema has".to_owned()));
        };
        let levels = (presence == Presence::Perhaps).then_some(column.levels.as_slice());
        writer.typed::<T>().write_batch(&column.values, levels, None)?;
        writer.close()?;
    }
    Ok(())
}
