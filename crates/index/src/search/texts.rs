//! The texts of passages, read from where they stand.

use std::cell::{RefCell, RefMut};
use std::sync::Arc;

use archive::{Archive, DocumentPath};
use record::{MediaTime, Place};

use crate::catalogue::{Catalogue, DocumentNumber, Known};
use crate::locate::{Located, Text};
use crate::sought::Sought;
use crate::tokens::{self, Stems};
use crate::words::{Found, Snapshot, StoredPassage, StoredPiece};

use super::SearchError;
use super::memory::{Memory, Met};

/// Reads passages; knows the documents that it has met.
pub(super) struct Texts<'a> {
    archive: &'a Archive,
    catalogue: &'a Catalogue,
    snapshot: &'a Snapshot,
    met: RefMut<'a, Memory>,
    pub(super) stems: Stems,
    /// Documents whose files say something else than when they were indexed.
    pub(super) stale: Vec<String>,
}

/// A passage, with those behind it into which a match may reach.
pub(super) struct Around {
    pub(super) text: String,
    pub(super) words: Text,
    pub(super) pieces: Vec<StoredPiece>,
    /// How long the passage itself is; what is behind belongs to the next.
    pub(super) own_bytes: usize,
    pub(super) is_suspect: bool,
}

impl Around {
    /// How long the passage itself lasts; nothing where there are no times.
    pub(super) fn length(&self) -> MediaTime {
        let own = self.pieces.iter().filter(|piece| piece.bytes.start < self.own_bytes);
        let times = |piece: &StoredPiece| match piece.place {
            Place::Spoken { start, end, .. } => (start, end),
            Place::Written { .. } | Place::Front { .. } => (None, None),
        };
        let start = own.clone().find_map(|piece| times(piece).0);
        let end = own.rev().find_map(|piece| times(piece).1);
        start.zip(end).map_or(MediaTime::ZERO, |(start, end)| end.saturating_sub(start))
    }

    /// All of the passage itself, where nothing in particular of it is meant.
    pub(super) fn whole(&self) -> Located {
        Located { spans: Vec::new(), stretch: 0..self.own_bytes, is_there: Vec::new() }
    }
}

impl<'a> Texts<'a> {
    pub(super) fn new(
        archive: &'a Archive,
        catalogue: &'a Catalogue,
        snapshot: &'a Snapshot,
        memory: &'a RefCell<Memory>,
    ) -> Result<Self, SearchError> {
        let mut met = memory.borrow_mut();
        met.refresh(catalogue)?;
        Ok(Self { archive, catalogue, snapshot, met, stems: Stems::default(), stale: Vec::new() })
    }

    /// The document of a passage; `None` if it has not been entered yet.
    pub(super) fn document(&mut self, number: DocumentNumber) -> Result<Option<Arc<Met>>, SearchError> {
        Ok(self.met.document(number, self.catalogue)?)
    }

    /// All documents there are.
    pub(super) fn each_document(&self, visit: impl FnMut(DocumentNumber, Known)) -> Result<(), SearchError> {
        Ok(self.catalogue.each_number(visit)?)
    }

    /// The passage; `None` if its document has not been entered yet, or its file has changed since.
    pub(super) fn passage(&mut self, found: &Found) -> Result<Option<StoredPassage>, SearchError> {
        let Some(known) = self.document(found.number)? else { return Ok(None) };
        let Some((filed, text)) = self.snapshot.kept(found)? else { return Ok(None) };
        let Some(span) = filed.span() else { return Ok(text.and_then(|text| filed.with_text(text))) };
        let bytes = DocumentPath::new(known.document.path.as_str())
            .and_then(|path| self.archive.read_span(&path, span).ok())
            .unwrap_or_default();
        let passage = filed.with_span(&bytes);
        if passage.is_none() && !self.stale.contains(&known.document.path) {
            self.stale.push(known.document.path.clone());
        }
        Ok(passage)
    }

    /// The same, of a passage that may not be shown: that its file has changed is not told.
    pub(super) fn glance(&mut self, found: &Found) -> Result<Option<StoredPassage>, SearchError> {
        let told = self.stale.len();
        let passage = self.passage(found);
        self.stale.truncate(told);
        passage
    }

    /// The passage with what is behind it, if what is sought may reach so far.
    pub(super) fn around(&mut self, found: &Found, sought: &Sought) -> Result<Option<Around>, SearchError> {
        let Some(StoredPassage { mut text, mut pieces, mut continues, is_suspect }) = self.passage(found)?
        else {
            return Ok(None);
        };
        let own_bytes = text.len();
        let words = Text::new(&text, &pieces);
        if !continues || !words.lacks_something_long(sought, &mut self.stems) {
            return Ok(Some(Around { text, words, pieces, own_bytes, is_suspect }));
        }
        let (mut ordinal, mut reach) = (found.ordinal, sought.reach());
        while continues && reach > 0 {
            ordinal += 1;
            let next = self.snapshot.at(found.number, ordinal)?;
            let Some(next) = next.map(|next| self.passage(&next)).transpose()?.flatten() else { break };
            reach = reach.saturating_sub(tokens::count(&next.text) as u64);
            continues = next.continues;
            append(&mut text, &mut pieces, next);
        }
        let words = Text::new(&text, &pieces);
        Ok(Some(Around { text, words, pieces, own_bytes, is_suspect }))
    }
}

fn append(text: &mut String, pieces: &mut Vec<StoredPiece>, next: StoredPassage) {
    text.push(' ');
    let behind = text.len();
    text.push_str(&next.text);
    let moved = |piece: StoredPiece| StoredPiece {
        bytes: piece.bytes.start + behind..piece.bytes.end + behind,
        ..piece
    };
    pieces.extend(next.pieces.into_iter().map(moved));
}
