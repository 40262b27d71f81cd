//! Documents: found by what people call them, read, and what stands around a place in them.

use std::path::Path;

use archive::{Archive, DocumentPath, StoredDocument, StoredTranscript};
use index::{Hit, Index, Known};
use record::article::{Paragraph, Positions};
use record::{Article, DocumentId, Kind, Place, Role};

use crate::LibraryError;

/// Titles that are listed when a part of a title means several.
const LISTED_TITLES: usize = 5;

/// A document by its path, its id or a part of its title that no other has.
///
/// # Errors
///
/// If there is none, if there are several, or if the catalogue can't be read.
pub fn find_document(archive: &Archive, index: &Index, named: &str) -> Result<Known, LibraryError> {
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
        0 => Err(LibraryError::NoDocument { named: named.to_owned() }),
        1 => Ok(titled.remove(0)),
        _ => Err(LibraryError::SeveralDocuments {
            named: named.to_owned(),
            more: titled.len() > LISTED_TITLES,
            paths: titled.into_iter().take(LISTED_TITLES).map(|known| known.document.path).collect(),
        }),
    }
}

/// Of documents with one address, the newest revision if they are articles; else the first.
pub fn newest(archive: &Archive, known: Vec<Known>) -> Option<Known> {
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
///
/// # Errors
///
/// If they can't be read.
pub fn read_document(archive: &Archive, known: &Known) -> Result<StoredDocument, LibraryError> {
    Ok(archive.read(&path(&known.document.path)?)?)
}

fn path(path: &str) -> Result<DocumentPath, LibraryError> {
    DocumentPath::new(path.to_owned()).ok_or_else(|| LibraryError::Elsewhere { path: path.to_owned() })
}

/// What stands before and behind a hit in its document: so many segments, or paragraphs of an article.
///
/// # Errors
///
/// If the document can't be read.
pub fn around(archive: &Archive, hit: &Hit, segments: usize) -> Result<Around, LibraryError> {
    match archive.read(&path(&hit.document.path)?)? {
        StoredDocument::Transcript(stored) => Ok(around_segments(&stored, &hit.place, segments)),
        StoredDocument::Article(stored) => Ok(around_characters(&stored.article, &hit.place, segments)),
    }
}

/// What stands before something, and what behind it.
pub type Around = (Vec<String>, Vec<String>);

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
