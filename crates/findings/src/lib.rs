//! What the record says when its documents are read together, each finding with its place.
//!
//! ```text
//! document --material--> Material --parse--> Analysis --extract, a document at a time--> what it holds
//! what the documents of a period hold --together--> names, statements, stories, discrepancies
//! what two documents hold --> passages that they share
//! ```
//!
//! Nothing here opens a file, reads a clock or draws a number: the same documents give the same findings in any
//! order.

pub mod align;
pub mod check;
mod compact;
pub mod discrepancies;
mod groups;
pub mod material;
pub mod names;
mod period;
pub mod proposals;
pub mod quotes;
pub mod reuse;
mod sorted;
mod spot;
pub mod stories;
pub mod timeline;

pub use material::{Analysis, Material, Piece, Text};
pub use period::{MOST_DOCUMENTS, Period, When};
pub use spot::Spot;
