//! Text -> what language it is in, which of its lines a recogniser made up.
//!
//! ```text
//! lines of a transcript  --suspects-->  doubts, one list a line
//! text                   --identify-->  its language
//! ```
//!
//! Nothing here opens a file by itself or reads a clock. No text makes any of it panic, and all of it takes
//! time in proportion to the text.

mod identify;
pub mod languages;
pub mod repetition;
pub mod scripts;
pub mod suspects;
pub mod words;

pub use identify::identify;
pub use suspects::{FileHint, SegmentView, suspects};
