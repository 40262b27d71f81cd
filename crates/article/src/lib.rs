//! Newspaper articles read: from plain text, and from pages of the web.
//!
//! ```text
//! plain text --read_text--> lines, roles ----------------------------------------+
//! page's bytes --charset, dom--> tree --body--> blocks, roles --------------------+--> record::Article
//!                                 +--metadata--> JSON-LD, meta tags, dates --------+
//! ```
//!
//! The promises, each held by a property test: any bytes give an article, never a panic; its paragraphs are in order,
//! disjoint and in its text; a plain text comes back unchanged. Nothing is fetched, no clock is read.

mod blocks;
mod body;
mod builder;
mod charset;
mod dates;
mod difference;
mod dom;
mod linked_data;
mod metadata;
mod names;
mod page;
mod roles;
mod text;

pub use charset::decode_text;
pub use difference::{Change, difference};
pub use page::{MAX_PAGE_BYTES, PageContext, read_page};
pub use text::read_text;
