//! The findings of an archive, kept up to date: what each document holds, and what they say together.
//!
//! ```text
//! documents that changed --read, parse--> what each holds --store--+
//!                                                                  +--compare, a period at a time--> findings --store--> commands
//! documents that did not change ------------------------ store ----+
//! ```
//!
//! Reading and parsing take most of the time and are done once for a document's content and the methods' versions; the
//! passages that two documents share are looked for once for both contents, and the documents of a period are compared once for
//! all that it sees. All of it can be made again from the archive's files: it lies in `.onrecord/findings.sqlite`.

mod areas;
mod compare;
mod keys;
mod parts;
mod read;
mod shared;
mod store;
#[cfg(test)]
mod tests;
mod together;
mod update;

pub use areas::Area;
pub use keys::Key;
pub use read::material;
pub use store::{Stamp, Store, StoreError};
pub use update::{Listed, Progress, Report, Stage, Standing, UpdateError, UpdateOptions, standing, update};
