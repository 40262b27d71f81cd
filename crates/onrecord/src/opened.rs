//! What the commands that ask an archive share: finding it, its index, a document in it.

pub(crate) mod findings;

use crate::Global;
use crate::console::Console;
use archive::Archive;
use index::{Index, Report, Scope, UpdateOptions};
use language::embed::Embedder;
use library::InstalledModel;
use record::Place;
use std::sync::Arc;
use std::time::Duration;

/// How long another program that writes into the archive is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The archive that a command is about.
pub(crate) fn archive(global: &Global) -> anyhow::Result<Archive> {
    Ok(Archive::find(global.archive.as_deref(), &std::env::current_dir()?)?)
}

/// Brings the index up to date with the files, with progress.
pub(crate) fn update(
    archive: &Archive,
    purpose: &str,
    scope: Scope<'_>,
    rebuild: bool,
    console: &Console,
) -> anyhow::Result<Report> {
    if let Err(error @ index::CatalogueError::Format { .. }) = index::open_catalogue(archive) {
        let text = error.to_string();
        console.remark(format_args!("{}; it is made anew", text.split('\n').next().unwrap_or(&text)));
    }
    let bar = console.progress(0, "indexing", "documents");
    let model = InstalledModel::find();
    let embedder = model.as_ref().map(|model| model as &dyn Embedder);
    let options =
        UpdateOptions { scope, patience: PATIENCE, rebuild, embedder, ..UpdateOptions::all(purpose) };
    let report = index::update(archive, options, |progress| {
        bar.set_length(progress.documents_total as u64);
        bar.set_position(progress.documents_done as u64);
    });
    bar.finish_and_clear();
    Ok(report?)
}

/// The index of an archive, ready for questions about meaning if the model is installed.
pub(crate) fn open_index_with_meaning(archive: &Archive, console: &Console) -> anyhow::Result<Index> {
    let index = open_index(archive, console)?;
    Ok(match InstalledModel::find() {
        Some(model) => index.with_embedder(Arc::new(model)),
        None => index,
    })
}

/// The index of an archive; made first if there is none.
pub(crate) fn open_index(archive: &Archive, console: &Console) -> anyhow::Result<Index> {
    if !index::exists(archive) {
        update(archive, "onrecord", Scope::All, false, console)?;
    }
    Ok(Index::open(archive)?)
}

/// `HH:MM:SS` of a place, or its line where there are no times; as wide in all of a document.
pub(crate) fn clock(place: &Place) -> String {
    match place {
        Place::Spoken { start: Some(start), .. } => start.clock().to_string(),
        Place::Spoken { segment, start: None, .. } => format!("line {:<3}", segment + 1),
        Place::Written { chars } | Place::Front { chars, .. } => format!("@{:<7}", chars.start),
    }
}
