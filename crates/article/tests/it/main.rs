//! The crate's promises, on pages of many shapes, on real texts where they are at hand, and on inputs nobody chose.

mod fuzz_bodies;
mod hostile;
mod pages;
mod shared;
