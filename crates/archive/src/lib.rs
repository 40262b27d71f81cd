//! The archive: a folder of plain files that any editor reads.
//!
//! ```text
//! folder --Archive::documents--> DocumentPath --Archive::read--> RawDocument --parse--> file, sidecar, issues
//! transcript + sidecar --Writer::write_transcript--> two files that appear whole or not at all
//! article, page, sidecar --Writer::write_article--> three files; a changed text becomes a new revision
//! ```
//!
//! The promises, each held by a test: making a folder an archive touches nothing that is there; nothing is
//! read or written outside the archive's folder, whatever names say; a file appears whole or not at all; a
//! name that another recording has is left to it.

mod documents;
mod failure;
mod folder;
mod identity;
mod lock;
mod names;
mod path;
mod read;
mod write;

pub use documents::{Documents, SkipReason, Skipped};
pub use failure::FileError;
pub use folder::{Archive, FindError, InitError, Initialised};
pub use identity::file_number;
pub use lock::{Lock, LockError};
pub use names::NameError;
pub use path::{DocumentPath, Form};
pub use read::{
    FileStamp, Issue, MAX_DOCUMENT_BYTES, RawDocument, ReadError, Stamp, StoredArticle, StoredDocument,
    StoredTranscript, sha256,
};
pub use write::{
    NewArticle, WriteError, WriteOutcome, Writer, Written, check_writable, write_file, write_file_with,
};
