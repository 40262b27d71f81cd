//! Text -> what language it is in, which of its lines a recogniser made up, what it is near to in meaning.
//!
//! ```text
//! lines of a transcript  --suspects-->  doubts, one list a line
//! text                   --identify-->  its language
//!                        --embed----->  a vector
//! ```
//!
//! Nothing here asks for the time or opens a file but a model that is named. No text makes any of it panic, and all of it takes
//! time in proportion to the text.

pub mod clock;
pub mod dates;
mod doubts;
pub mod embed;
pub mod entities;
mod identify;
pub mod languages;
pub mod parse;
pub mod quantities;
pub mod repetition;
pub mod scripts;
pub mod suspects;
pub mod words;

pub use doubts::doubts;
pub use identify::identify;
pub use suspects::{FileHint, SegmentView, suspects};
