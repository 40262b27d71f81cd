//! What was said and written: its times and places, and every text form of it.
//!
//! ```text
//! archive file  --format::archive-->  ArchiveFile  --+
//! sidecar JSON  --format::sidecar-->  Sidecar      --+--captions-->  SRT, WebVTT, TTML, TSV, JSON, text
//! recogniser    --NewTranscript---->  Transcript   --+--rows----->  CSV, Markdown, HTML (Parquet: crate tables)
//! other program --format::import--->  Imported     --+
//! article's metadata --format::article--> ArticleSidecar, of an Article
//! ```
//!
//! ```
//! use record::format::archive;
//!
//! let bytes = std::fs::read("tests/fixtures/follows/timed.md")?;
//! let parsed = archive::parse(&bytes);
//! let place = parsed.file.place_of(1, None).expect("it has a second segment");
//! let address = parsed.file.url().expect("it has an address");
//! assert_eq!(place.link(address).as_deref(), Some("https://video.example.org/watch?v=harbour-017#t=5.22"));
//! assert_eq!(archive::write(&parsed.file), bytes);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Nothing here opens a file, reads a clock or knows an async runtime: bytes and values in, bytes and
//! values out. The promises, each held by a property test: any archive file is written back byte for
//! byte ([`format::archive`]); no input makes a reader panic; no finding stands without its place
//! ([`Cited`]).

pub mod address;
pub mod article;
pub mod captions;
pub mod citation;
pub mod digest;
pub mod document;
pub mod format;
pub mod imported;
pub mod outlet;
pub mod place;
pub mod rows;
pub mod suspect;
pub mod time;
pub mod transcript;

pub use article::{Article, Paragraph, Published, Role};
pub use citation::{Citation, Cited};
pub use digest::Sha256Digest;
pub use document::{Document, DocumentId, Kind};
pub use format::sidecar::Sidecar;
pub use imported::Imported;
pub use place::{FrontPart, Place};
pub use rows::{Described, Row};
pub use suspect::{Suspect, SuspectReason};
pub use time::{MediaTime, SourceSeconds};
pub use transcript::{NewTranscript, Segment, Transcript};
