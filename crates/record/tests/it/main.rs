//! The crate's promises, on files and on inputs nobody chose.

mod captions;
mod fixtures;
mod fuzz_bodies;
mod promises;
mod shared;
mod sidecar;
mod texts;
