//! What the commands that ask an archive share: finding it, its index, a document in it.

use crate::Global;
use crate::console::Console;
use anyhow::{Context, bail};
use archive::{Archive, DocumentPath, StoredDocument};
use index::{Hit, Index, Known, Report, Scope, UpdateOptions};
use language::embed::{Embedder, ModelPaths, StaticModel};
use models::{Cache, Kind};
use record::{DocumentId, Place};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long another program that writes into the archive is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// By which passages are compared with questions.
const MEANING_MODEL: &str = "potion-base-8m";

/// Titles that are listed when a part of a title means several.
const LISTED_TITLES: usize = 5;

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
    let bar = console.progress(0, "indexing", "documents");
    let embedder = embedder(console);
    let embedder = embedder.as_deref().map(|embedder| embedder as &dyn Embedder);
    let options =
        UpdateOptions { scope, patience: PATIENCE, rebuild, embedder, ..UpdateOptions::all(purpose) };
    let report = index::update(archive, options, |progress| {
        bar.set_length(progress.documents_total as u64);
        bar.set_position(progress.documents_done as u64);
    });
    bar.finish_and_clear();
    Ok(report?)
}

/// The model of meaning, if it is installed.
pub(crate) fn embedder(console: &Console) -> Option<Arc<dyn Embedder>> {
    let files = Cache::of_user().ok()?.locate_for(Kind::StaticEmbedding, MEANING_MODEL).ok()?;
    let paths = ModelPaths {
        weights: &files.weights,
        pieces: files.vocabulary.as_deref().or(files.tokenizer.as_deref())?,
    };
    match StaticModel::load(MEANING_MODEL, &paths) {
        Ok(model) => Some(Arc::new(model)),
        Err(error) => {
            console.warning(format_args!(
                "searches go by words: {error}\nhint: `onrecord models fetch meaning`"
            ));
            None
        }
    }
}

/// The index of an archive, ready for questions about meaning if the model is installed.
pub(crate) fn open_index_with_meaning(archive: &Archive, console: &Console) -> anyhow::Result<Index> {
    let index = open_index(archive, console)?;
    Ok(match embedder(console) {
        Some(embedder) => index.with_embedder(embedder),
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

/// A document by its path, its id or a part of its title that no other has.
pub(crate) fn find_document(archive: &Archive, index: &Index, named: &str) -> anyhow::Result<Known> {
    let catalogue = index.catalogue();
    let by_file = archive.locate(Path::new(named)).map(|path| path.as_str().to_string());
    for path in by_file.iter().map(String::as_str).chain([named]) {
        if let Some(known) = catalogue.by_path(path)? {
            return Ok(known);
        }
    }
    let by_id = match named.parse::<DocumentId>() {
        Ok(id) => catalogue.by_id(&id)?,
        Err(_) => catalogue.by_address(named)?,
    };
    if let Some(known) = by_id.into_iter().next() {
        return Ok(known);
    }
    let mut titled = catalogue.by_part_of_title(named, LISTED_TITLES + 1)?;
    match titled.len() {
        0 => bail!(
            "no document has the path, the id or the title `{named}`\nhint: `onrecord search WORDS` shows paths"
        ),
        1 => Ok(titled.remove(0)),
        _ => {
            let paths: Vec<_> =
                titled.iter().take(LISTED_TITLES).map(|known| format!("  {}", known.document.path)).collect();
            let more = if titled.len() > LISTED_TITLES { "\n  ..." } else { "" };
            bail!(
                "`{named}` is in the titles of several documents:\n{}{more}\nhint: name one by its path",
                paths.join("\n")
            )
        }
    }
}

/// Reads the files of a document that the index knows.
pub(crate) fn read_document(archive: &Archive, known: &Known) -> anyhow::Result<StoredDocument> {
    let path = DocumentPath::new(known.document.path.clone())
        .context("the index names a path that leads elsewhere")?;
    Ok(archive.read(&path)?)
}

/// What stands before and behind a hit in its document: so many segments, or lines of a text.
pub(crate) fn around(
    archive: &Archive,
    hit: &Hit,
    segments: usize,
) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let path = DocumentPath::new(hit.document.path.clone())
        .context("the index names a path that leads elsewhere")?;
    let stored = archive.read(&path)?;
    let Place::Spoken { segment, end, .. } = hit.place else { return Ok((Vec::new(), Vec::new())) };
    let all = stored.file.segments();
    let ends = stored.file.ends(stored.sidecar.as_ref());
    let is_of_hit = |index: &usize| end.is_some_and(|end| ends[*index].is_some_and(|own| own.time <= end));
    let behind = (segment + 1..all.len()).take_while(is_of_hit).last().unwrap_or(segment) + 1;
    let text = |index: usize| all[index].text.trim().to_owned();
    let before = (segment.min(all.len()).saturating_sub(segments)..segment.min(all.len())).map(text);
    let after = (behind.min(all.len())..(behind + segments).min(all.len())).map(text);
    Ok((before.collect(), after.collect()))
}

/// An object with a document's place beside other fields, as the contracts have it.
#[derive(Serialize)]
pub(crate) struct Placed<'a, T> {
    pub(crate) document: &'a record::Document,
    #[serde(flatten)]
    pub(crate) place: &'a Place,
    #[serde(flatten)]
    pub(crate) fields: T,
}

/// `HH:MM:SS` of a place, or its line where there are no times; as wide in all of a document.
pub(crate) fn clock(place: &Place) -> String {
    match place {
        Place::Spoken { start: Some(start), .. } => start.clock().to_string(),
        Place::Spoken { segment, start: None, .. } => format!("line {:<3}", segment + 1),
        Place::Written { chars } => format!("@{:<7}", chars.start),
    }
}
