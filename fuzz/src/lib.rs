//! What each fuzz target does with its input, as plain functions.
//!
//! A target in `fuzz_targets/` hands its bytes to the function of its name and does nothing else. The
//! crate under test includes the same function in its own tests, so that it is compiled, and run on random
//! and on known inputs, by the stable compiler too.

pub mod archive;
pub mod article;
pub mod import;
pub mod media;
pub mod sidecar;
