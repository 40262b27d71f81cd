//! An archive that is opened to be asked: what the command line, the API, the MCP server and the pages have in common.
//!
//! ```text
//! what a person names --documents--> a document --lines--> its segments or paragraphs, with doubts and repairs
//! query --spellings--> query with names as they were heard --index--> hits --shown--> hits as JSON
//! words --quotation--> where they are on record
//! findings as they are kept --cited--> findings with documents and links
//! ```
//!
//! Nothing here prints, waits for anybody or brings anything up to date; who asks decides that.

pub mod citations;
pub mod cited;
pub mod documents;
mod error;
pub mod lines;
mod meaning;
pub mod quotation;
pub mod saved;
pub mod shown;
pub mod spellings;
pub mod trends;

pub use error::LibraryError;
pub use meaning::InstalledModel;
