//! A model's name in, verified files on disk out.
//!
//! ```text
//! name  -> Manifest (pinned here) -> Cache: already there? -> ModelFiles
//!                                      |  no
//!                                      v
//!          public model host, or packages -> `.partial` -> SHA-256 -> renamed into place
//! path  -> looked at, hashed -> ModelFiles
//! ```
//!
//! The promise: a file that was fetched by name is handed out only if it has the SHA-256 that is
//! pinned in [`Manifest`]. Where a file came from does not matter for that, so a mirror, a proxy or
//! a package index can at worst refuse to serve, never slip in other bytes. Files that a person
//! names by path are taken as they are; their SHA-256 is reported, so that a transcript can say
//! which weights made it.
//!
//! Nothing here goes to the network except [`Cache::fetch`].
//!
//! ```no_run
//! let cache = models::Cache::of_user()?;
//! let files = cache.fetch("base", &mut models::Silent)?;
//! println!("{} weights at {}", files.format, files.weights.display());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cache;
mod digest;
mod fetch;
mod file_name;
mod local;
mod lock;
mod manifest;
mod model_files;
mod progress;
mod stamp;

#[cfg(test)]
mod tests;

pub use cache::{Cache, CacheError, Listed, LocateError, State};
pub use cache::{FileReport, Finding, Verification, VerifyError};
pub use fetch::{FailedSource, FetchError, FetchOptions, SourceChoice, SourceError};
pub use file_name::FileName;
pub use local::LocalError;
pub use manifest::{BuiltFor, Format, Kind, Languages, Manifest, ManifestError, Model, Package, Part};
pub use manifest::{PinnedFile, Role, Source, UnknownModel, Variant};
pub use model_files::{ModelFiles, Origin};
pub use progress::{Progress, Silent, Step};
