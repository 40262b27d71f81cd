//! Why something that was asked cannot be answered.

/// Why something that was asked cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// Nothing is called so.
    #[error(
        "no document has the path, the id or the title `{named}`\nhint: `onrecord search WORDS` shows paths"
    )]
    NoDocument {
        /// What was asked for.
        named: String,
    },
    /// Several are called so.
    #[error("`{named}` is in the titles of several documents:\n{}{}\nhint: name one by its path", listed(paths), if *more { "\n  ..." } else { "" })]
    SeveralDocuments {
        /// What was asked for.
        named: String,
        /// Where they are, the first few.
        paths: Vec<String>,
        /// Whether there are more.
        more: bool,
    },
    /// The index names what is no path in the archive.
    #[error("the index names a path that leads elsewhere: `{path}`\nhint: `onrecord index` makes it right")]
    Elsewhere {
        /// The path.
        path: String,
    },
    /// A saved search can't be used.
    #[error("{message}")]
    Saved {
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// No search was saved under this name.
    #[error(
        "there is no saved search `{name}`\nhint: `onrecord saved` lists them; `onrecord search QUERY --save '{name}'` makes one"
    )]
    NoSearch {
        /// The name.
        name: String,
    },
    /// The query is none.
    #[error(transparent)]
    Query(#[from] index::QueryError),
    /// The search can't be made.
    #[error(transparent)]
    Search(#[from] index::SearchError),
    /// The catalogue can't be read.
    #[error(transparent)]
    Catalogue(#[from] index::CatalogueError),
    /// A file can't be read.
    #[error(transparent)]
    Read(#[from] archive::ReadError),
    /// A file can't be used.
    #[error(transparent)]
    File(#[from] archive::FileError),
    /// The findings can't be read.
    #[error(transparent)]
    Findings(#[from] analysis::StoreError),
    /// What is kept of a finding is damaged.
    #[error("cannot read a finding: {0}\nhint: `onrecord analyse --rebuild` makes all of them anew")]
    Damaged(#[from] serde_json::Error),
}

fn listed(paths: &[String]) -> String {
    paths.iter().map(|path| format!("  {path}")).collect::<Vec<_>>().join("\n")
}
