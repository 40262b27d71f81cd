//! A document as a table: a row for each segment, each with enough beside it to be found again.
//!
//! ```text
//! document + archive file + sidecar --Described::rows--> Row --format::{csv, markdown, html}, crate tables--> files
//! ```
//!
//! The hash of the document's file and the segment's index say exactly which line of which bytes a row is.

use crate::digest::Sha256Digest;
use crate::document::{Document, Kind};
use crate::format::archive::ArchiveFile;
use crate::format::sidecar::Sidecar;
use crate::place::Place;
use crate::suspect::Suspect;
use crate::time::MediaTime;

/// A document with its files.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// What every command prints of it.
    pub document: &'a Document,
    /// SHA-256 of the bytes of its file.
    pub content: &'a Sha256Digest,
    /// What its file says.
    pub file: &'a ArchiveFile,
    /// What its sidecar says, if it has one.
    pub sidecar: Option<&'a Sidecar>,
}

/// One segment, and the document it stands in.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The document.
    pub document: &'a Document,
    /// SHA-256 of the document's file.
    pub content: &'a Sha256Digest,
    /// The segment's index, from 0.
    pub segment: usize,
    /// Where it starts; `None` where the archive has no times.
    pub start: Option<MediaTime>,
    /// Where it ends, half-open; `None` where nothing tells.
    pub end: Option<MediaTime>,
    /// Who speaks, where that is known.
    pub speaker: Option<&'a str>,
    /// What was said, without spaces around it.
    pub text: &'a str,
    /// Why it is doubted; empty for most.
    pub suspects: &'a [Suspect],
    /// Whisper's code of its language, where that is known.
    pub language: Option<&'a str>,
}

/// The names of the columns of a table of rows, in their order. Columns are added at the end.
pub const COLUMNS: [&str; 16] = [
    "document_id",
    "path",
    "kind",
    "outlet",
    "show",
    "title",
    "date",
    "url",
    "segment",
    "start_seconds",
    "end_seconds",
    "speaker",
    "text",
    "suspect",
    "language",
    "content_sha256",
];

impl<'a> Described<'a> {
    /// A row for each segment, in the order of the file.
    pub fn rows(&self) -> Vec<Row<'a>> {
        let segments = self.file.segments();
        let ends = self.file.ends(self.sidecar);
        let language = self.sidecar.and_then(|sidecar| sidecar.language.as_ref());
        let language = language.map(|language| language.code.as_str());
        let row = |(index, end): (usize, Option<MediaTime>)| {
            let detail = self.sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
            Row {
                document: self.document,
                content: self.content,
                segment: index,
                start: segments[index].start_time().or(detail.map(|detail| detail.start)),
                end,
                speaker: detail.and_then(|detail| detail.speaker.as_deref()),
                text: segments[index].text.trim(),
                suspects: detail.map_or(&[], |detail| &detail.suspects),
                language: detail.and_then(|detail| detail.language.as_deref()).or(language),
            }
        };
        ends.into_iter().map(|end| end.map(|end| end.time)).enumerate().map(row).collect()
    }
}

impl Row<'_> {
    /// Where in the document it stands.
    pub fn place(&self) -> Place {
        Place::Spoken { segment: self.segment, start: self.start, end: self.end }
    }

    /// The address that opens it for a person.
    pub fn link(&self) -> Option<String> {
        self.document.url.as_deref().and_then(|url| self.place().link(url))
    }

    /// The names of the reasons why it is doubted, parted by spaces; `None` for a segment without doubt.
    pub fn suspect(&self) -> Option<String> {
        let reasons: Vec<&str> = self.suspects.iter().map(|suspect| suspect.reason.name()).collect();
        (!reasons.is_empty()).then(|| reasons.join(" "))
    }

    /// The reasons as sentences for people, with what was seen; `None` for a segment without doubt.
    pub(crate) fn doubt(&self) -> Option<String> {
        let sentence = |suspect: &Suspect| match suspect.detail.as_str() {
            "" => suspect.reason.sentence().to_owned(),
            detail => format!("{} ({detail})", suspect.reason.sentence()),
        };
        let sentences: Vec<String> = self.suspects.iter().map(sentence).collect();
        (!sentences.is_empty()).then(|| sentences.join("; "))
    }
}

/// The name of a kind in JSON and in tables.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Broadcast => "broadcast",
        Kind::Article => "article",
    }
}
