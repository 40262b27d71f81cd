//! What the commands that ask an archive share: finding it, its index, a document in it.

pub(crate) mod findings;
mod meaning;
pub(crate) mod quotation;
pub(crate) mod saved;
pub(crate) mod spellings;

use crate::Global;
use crate::console::Console;
use anyhow::{Context, bail};
use archive::{Archive, DocumentPath, StoredDocument, StoredTranscript};
use index::{Hit, Index, Known, Report, Scope, UpdateOptions};
use language::embed::Embedder;
use meaning::InstalledModel;
use record::article::{Paragraph, Positions};
use record::{Article, DocumentId, Kind, Place, Role};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long another program that writes into the archive is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

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
    if let Some(known) = newest(archive, by_id) {
        return Ok(known);
    }
    let mut titled = catalogue.by_part_of_title(named, LISTED_TITLES + 1)?;
    if titled.len() > 1 && titled.iter().all(|known| known.document.id == titled[0].document.id) {
        titled = newest(archive, titled).into_iter().collect();
    }
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

/// Of documents with one address, the newest revision if they are articles; else the first.
fn newest(archive: &Archive, known: Vec<Known>) -> Option<Known> {
    if known.len() < 2 || known.iter().any(|known| known.document.kind != Kind::Article) {
        return known.into_iter().next();
    }
    let revision = |known: &Known| -> Option<u32> {
        let stored = read_document(archive, known).ok()?;
        Some(stored.article()?.sidecar.as_ref()?.revision)
    };
    // The first of equals, as everywhere.
    known.into_iter().rev().max_by_key(|known| revision(known).unwrap_or(1))
}

/// Reads the files of a document that the index knows.
pub(crate) fn read_document(archive: &Archive, known: &Known) -> anyhow::Result<StoredDocument> {
    let path = DocumentPath::new(known.document.path.clone())
        .context("the index names a path that leads elsewhere")?;
    Ok(archive.read(&path)?)
}

/// What stands before and behind a hit in its document: so many segments, or paragraphs of an article.
pub(crate) fn around(archive: &Archive, hit: &Hit, segments: usize) -> anyhow::Result<Around> {
    let path = DocumentPath::new(hit.document.path.clone())
        .context("the index names a path that leads elsewhere")?;
    match archive.read(&path)? {
        StoredDocument::Transcript(stored) => Ok(around_segments(&stored, &hit.place, segments)),
        StoredDocument::Article(stored) => Ok(around_characters(&stored.article, &hit.place, segments)),
    }
}

type Around = (Vec<String>, Vec<String>);

fn around_segments(stored: &StoredTranscript, place: &Place, segments: usize) -> Around {
    let Place::Spoken { segment, end, .. } = *place else { return Around::default() };
    let all = stored.file.segments();
    let ends = stored.file.ends(stored.sidecar.as_ref());
    let is_of_hit = |index: &usize| end.is_some_and(|end| ends[*index].is_some_and(|own| own.time <= end));
    let behind = (segment + 1..all.len()).take_while(is_of_hit).last().unwrap_or(segment) + 1;
    let text = |index: usize| all[index].text.trim().to_owned();
    let (first, behind) = (segment.min(all.len()), behind.min(all.len()));
    let before = first.saturating_sub(segments)..first;
    (before.map(text).collect(), (behind..behind.saturating_add(segments).min(all.len())).map(text).collect())
}

fn around_characters(article: &Article, place: &Place, paragraphs: usize) -> Around {
    let Place::Written { chars } = place else { return Around::default() };
    let own = |paragraph: &&Paragraph| paragraph.role != Role::Furniture;
    let positions = Positions::new(&article.text);
    let text =
        |paragraph: &Paragraph| Some(article.text[positions.bytes_of(&paragraph.chars)?].trim().to_owned());
    let before = article.paragraphs.iter().filter(own).filter(|paragraph| paragraph.chars.end <= chars.start);
    let behind = article.paragraphs.iter().filter(own).filter(|paragraph| paragraph.chars.start >= chars.end);
    let before: Vec<&Paragraph> = before.collect();
    let last = &before[before.len().saturating_sub(paragraphs)..];
    let before = last.iter().filter_map(|paragraph| text(paragraph)).collect();
    (before, behind.take(paragraphs).filter_map(text).collect())
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
        Place::Written { chars } | Place::Front { chars, .. } => format!("@{:<7}", chars.start),
    }
}
