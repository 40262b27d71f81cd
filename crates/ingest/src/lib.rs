//! A recording and what is known of it -> a transcript and its sidecar, ready to be stored.
//!
//! ```text
//! file --media--> spool (16 kHz, on disk) + voice --speech--> segments, suspects --+
//! flags, .info.json, tags, file name --metadata--> title, show, date, address -----+--> archive file + sidecar
//! ```
//!
//! Transcripts that exist are taken in as they are ([`transcript`]), those of other programs in the archive's form
//! ([`foreign`]). Articles come as files of their own ([`article`]).
//!
//! Whatever was decoded when the program was killed is in the [`journal`], and the next run goes on there.

pub mod article;
pub mod foreign;
pub mod journal;
pub mod metadata;
pub mod recording;
pub mod spool;
pub mod transcript;
