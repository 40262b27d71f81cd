//! Rows of the record -> columns, as Apache Parquet.
//!
//! ```text
//! record::Row --ParquetWriter::push--> row groups of bounded size --> any writer
//! ```
//!
//! A crate of its own, so that nobody but the one who writes such files waits for the library to be built. The promise:
//! whatever the rows, memory holds one row group and no more, and the same rows give the same bytes.

mod columns;
mod writer;

pub use writer::{ParquetError, ParquetWriter};
