//! The crate's promises, on files and on inputs nobody chose.

mod captions;
mod exports;
mod fixtures;
mod fuzz_bodies;
mod import_promises;
mod imports;
mod promises;
mod shared;
mod sidecar;
mod texts;
