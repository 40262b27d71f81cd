//! Findings brought up to date with the documents.

use std::collections::BTreeMap;
use std::time::Duration;

use archive::{Archive, DocumentPath, Lock, LockError};
use findings::{Analysis, Material};
use language::parse::Parser;
use rayon::prelude::*;
use record::Document;
use record::Sha256Digest;

use crate::areas::{self, Held};
use crate::read::{material, revision};
use crate::store::{Change, Contents, Store, StoreError};

/// Documents that are written in one transaction: few enough that a killed update loses seconds.
const BATCH_DOCUMENTS: usize = 64;

/// The only language that the parser reads. Documents of which nothing is known are read as if they were in it.
const LANGUAGE: &str = "en";

/// A document that findings are looked for in.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What commands print of it.
    pub document: Document,
    /// Of the file's bytes.
    pub content: Sha256Digest,
    /// Of the sidecar's bytes, if there is one.
    pub sidecar_content: Option<Sha256Digest>,
    /// The language that is spoken or written, such as `en`, if that is known.
    pub language: Option<String>,
}

impl Listed {
    fn contents(&self) -> Contents {
        Contents { file: self.content, sidecar: self.sidecar_content }
    }
}

/// How far an update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done.
    pub stage: Stage,
    /// Documents that are done.
    pub done: usize,
    /// Documents in all.
    pub total: usize,
}

/// The steps of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Changed documents are read and parsed.
    Reading,
    /// All documents are compared.
    Comparing,
}

/// What an update did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Documents that were read and parsed.
    pub read: usize,
    /// Documents whose parts were forgotten.
    pub removed: usize,
    /// Documents that were as before.
    pub unchanged: usize,
    /// Paths that can't be read, and why.
    pub failed: Vec<(String, String)>,
}

/// Why findings can't be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Another process does so.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// They can't be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the findings are those of these documents.
///
/// # Errors
///
/// If the findings can't be read.
pub fn is_current(store: &Store, documents: &[Listed]) -> Result<bool, StoreError> {
    let plan = Plan::new(store, documents)?;
    Ok(store.is_complete()? && plan.changed.is_empty() && plan.gone.is_empty())
}

/// What has to be done.
struct Plan<'a> {
    changed: Vec<&'a Listed>,
    gone: Vec<String>,
    unchanged: usize,
}

impl<'a> Plan<'a> {
    fn new(store: &Store, documents: &'a [Listed]) -> Result<Self, StoreError> {
        let mut kept: BTreeMap<String, Contents> = store.contents()?.into_iter().collect();
        let mut changed = Vec::new();
        for listed in documents {
            if kept.remove(&listed.document.path) != Some(listed.contents()) {
                changed.push(listed);
            }
        }
        let unchanged = documents.len() - changed.len();
        Ok(Self { changed, gone: kept.into_keys().collect(), unchanged })
    }
}

/// Brings the findings of an archive up to date with its documents: copies left out, in any order.
///
/// # Errors
///
/// If another process does so for longer than `patience`, or findings can't be kept. A document that can't be read is
/// reported, and costs its own findings only.
pub fn update(
    archive: &Archive,
    documents: &[Listed],
    parser: Option<&Parser>,
    purpose: &str,
    patience: Duration,
    mut progress: impl FnMut(Progress),
) -> Result<Report, UpdateError> {
    let _lock = Lock::acquire(&archive.state().join("findings.lock"), purpose, patience)?;
    let mut store = Store::open(archive, parser.is_some())?;
    let plan = Plan::new(&store, documents)?;
    let mut report = Report {
        read: plan.changed.len(),
        removed: plan.gone.len(),
        unchanged: plan.unchanged,
        failed: vec![],
    };
    if !plan.gone.is_empty() {
        let gone = plan.gone.into_iter().map(|path| Change::Remove { path });
        store.write(&gone.collect::<Vec<_>>())?;
    }
    for (batch, listed) in plan.changed.chunks(BATCH_DOCUMENTS).enumerate() {
        let done = batch * BATCH_DOCUMENTS;
        progress(Progress { stage: Stage::Reading, done, total: plan.changed.len() });
        let read: Vec<_> = listed.par_iter().map(|listed| change(archive, listed, parser)).collect();
        let mut changes = Vec::with_capacity(read.len());
        for (listed, change) in listed.iter().zip(read) {
            match change {
                Ok(change) => changes.push(change),
                Err(why) => report.failed.push((listed.document.path.clone(), why)),
            }
        }
        store.write(&changes)?;
    }
    if report.read > 0 || report.removed > 0 || !store.is_complete()? {
        progress(Progress { stage: Stage::Comparing, done: 0, total: documents.len() });
        let held = all_held(&store, documents)?;
        store.replace(&areas::together(&held, |document| read_again(archive, document)))?;
    }
    Ok(report)
}

fn change(archive: &Archive, listed: &Listed, parser: Option<&Parser>) -> Result<Change, String> {
    let path = DocumentPath::new(listed.document.path.clone())
        .ok_or_else(|| "the index names a path that leads elsewhere".to_owned())?;
    let stored = archive.read(&path).map_err(|error| error.to_string())?;
    let material = material(listed.document.clone(), &stored);
    let is_readable = listed.language.as_deref().is_none_or(|language| language == LANGUAGE);
    let parser = parser.filter(|_| is_readable);
    let analysis = parser.map(|parser| Analysis::of(&material, parser)).unwrap_or_default();
    let held = Held::of(&material, &analysis, revision(&stored));
    let held = postcard::to_allocvec(&held).map_err(|error| error.to_string())?;
    Ok(Change::Put { path: path.to_string(), contents: listed.contents(), held })
}

/// A document as findings read it; `None` if it is gone.
fn read_again(archive: &Archive, document: &Document) -> Option<Material> {
    let stored = archive.read(&DocumentPath::new(document.path.clone())?).ok()?;
    Some(material(document.clone(), &stored))
}

/// What the documents hold, in the order of their paths; of several revisions of an article the newest alone.
fn all_held(store: &Store, documents: &[Listed]) -> Result<Vec<(Document, Held)>, StoreError> {
    let mut by_id: BTreeMap<&str, (&Document, Held)> = BTreeMap::new();
    for Listed { document, .. } in documents {
        let Some(bytes) = store.held(&document.path)? else { continue };
        // What another build wrote under the same methods is read again with the next change of the document.
        let Ok(held) = postcard::from_bytes::<Held>(&bytes) else { continue };
        let newer = |(other, found): &(&Document, Held)| {
            (found.revision, std::cmp::Reverse(&other.path))
                >= (held.revision, std::cmp::Reverse(&document.path))
        };
        if !by_id.get(document.id.as_str()).is_some_and(newer) {
            by_id.insert(document.id.as_str(), (document, held));
        }
    }
    let mut held: Vec<(Document, Held)> =
        by_id.into_values().map(|(document, held)| (document.clone(), held)).collect();
    held.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    Ok(held)
}
