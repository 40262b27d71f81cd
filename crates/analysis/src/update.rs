//! Findings brought up to date with the documents.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use archive::{Archive, DocumentPath, Lock, LockError};
use findings::{Analysis, MOST_DOCUMENTS, Material, Period};
use language::parse::Parser;
use rayon::prelude::*;
use record::Document;
use record::Sha256Digest;

use crate::parts::{Kept, all_packed};
use crate::read::material;
use crate::store::{Change, Contents, Store, StoreError};
use crate::together::together;

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
    /// Documents are compared, a period after the other.
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

/// How findings stand to the documents that there are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are theirs.
    Current,
    /// What they say is so; of so many new documents they say nothing.
    Behind {
        /// Documents that were added since.
        new: usize,
        /// How long about they take to be compared with those of their days.
        takes: Duration,
    },
    /// They were made otherwise, or of documents that have changed or are gone.
    Outdated,
}

/// How findings stand to documents, made with a parser or without one.
///
/// # Errors
///
/// If the findings can't be read.
pub fn standing(store: &Store, documents: &[Listed], has_parser: bool) -> Result<Standing, StoreError> {
    let plan = Plan::new(store, documents, &store.unreadable()?)?;
    // Parts that were written and not compared yet belong to an update that was interrupted, or that goes on.
    let is_older = !plan.gone.is_empty() || plan.changed.len() > plan.new || !store.is_complete()?;
    Ok(match plan.new {
        _ if is_older || store.has_parser()? != Some(has_parser) => Standing::Outdated,
        0 => Standing::Current,
        new => Standing::Behind { new, takes: takes(store, documents, &plan.changed)? },
    })
}

/// How long it takes about to compare some new ones of all documents: as long as the last time, for each period that sees them.
fn takes(store: &Store, documents: &[Listed], new: &[&Listed]) -> Result<Duration, StoreError> {
    let (took, common) = store.took()?;
    let longest = took.values().max().copied().unwrap_or_default();
    let periods = Period::of(documents.iter().map(|listed| &listed.document), MOST_DOCUMENTS);
    let sees_new = |period: &&Period| new.iter().any(|listed| period.sees(&listed.document));
    let took_of = |period: &Period| took.get(&i64::from(period.number())).copied().unwrap_or(longest);
    Ok(common + periods.iter().filter(sees_new).map(took_of).sum::<Duration>())
}

/// How findings are brought up to date.
#[derive(Clone, Copy, Debug)]
pub struct UpdateOptions<'a> {
    /// By which documents are parsed, if there is one.
    pub parser: Option<&'a Parser>,
    /// Whether all findings are thrown away first.
    pub anew: bool,
    /// Documents that are compared at a time, if they are of several days: [`MOST_DOCUMENTS`], but in tests.
    pub most_documents: usize,
    /// What another process is told that waits for us, such as `onrecord names`.
    pub purpose: &'a str,
    /// How long another process that does the same is waited for.
    pub patience: Duration,
}

impl<'a> UpdateOptions<'a> {
    /// What changed is read, and another process that does so is not waited for.
    pub const fn new(parser: Option<&'a Parser>, purpose: &'a str) -> Self {
        Self { parser, anew: false, most_documents: MOST_DOCUMENTS, purpose, patience: Duration::ZERO }
    }
}

/// What has to be done.
struct Plan<'a> {
    /// New ones among them.
    changed: Vec<&'a Listed>,
    new: usize,
    gone: Vec<String>,
    unchanged: usize,
}

impl<'a> Plan<'a> {
    /// Documents whose contents are among `hopeless` are left as they are.
    fn new(
        store: &Store,
        documents: &'a [Listed],
        hopeless: &BTreeMap<String, Contents>,
    ) -> Result<Self, StoreError> {
        let mut kept: BTreeMap<String, Contents> = store.contents()?.into_iter().collect();
        let (mut changed, mut new) = (Vec::new(), 0);
        for listed in documents {
            let before = kept.remove(&listed.document.path);
            if hopeless.get(&listed.document.path) == Some(&listed.contents()) {
                continue;
            }
            new += usize::from(before.is_none());
            if before != Some(listed.contents()) {
                changed.push(listed);
            }
        }
        let unchanged = documents.len() - changed.len();
        Ok(Self { changed, new, gone: kept.into_keys().collect(), unchanged })
    }
}

/// Brings the findings of an archive up to date with its documents: one of each id, in any order.
///
/// # Errors
///
/// If another process does so for longer than we have patience, or findings can't be kept. A document that can't be read is
/// reported, and costs its own findings only.
pub fn update(
    archive: &Archive,
    documents: &[Listed],
    options: UpdateOptions<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<Report, UpdateError> {
    let UpdateOptions { parser, anew, most_documents, purpose, patience } = options;
    let _lock = Lock::acquire(&archive.state().join("findings.lock"), purpose, patience)?;
    if anew {
        Store::remove(archive)?;
    }
    let mut store = Store::open_or_create(archive, parser.is_some())?;
    // What could not be read last time may be readable now.
    let plan = Plan::new(&store, documents, &BTreeMap::new())?;
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
    let mut unreadable = BTreeMap::new();
    for (batch, listed) in plan.changed.chunks(BATCH_DOCUMENTS).enumerate() {
        let done = batch * BATCH_DOCUMENTS;
        progress(Progress { stage: Stage::Reading, done, total: plan.changed.len() });
        let read: Vec<_> = listed.par_iter().map(|listed| change(archive, listed, parser)).collect();
        let mut changes = Vec::with_capacity(read.len());
        for (listed, change) in listed.iter().zip(read) {
            match change {
                Ok(change) => changes.push(change),
                Err(why) => {
                    unreadable.insert(listed.document.path.clone(), listed.contents());
                    report.failed.push((listed.document.path.clone(), why));
                }
            }
        }
        // What can't be read changes nothing, and would make everything be compared again each time.
        if !changes.is_empty() {
            store.write(&changes)?;
        }
    }
    if unreadable != store.unreadable()? {
        store.note_unreadable(&unreadable)?;
    }
    if !store.is_complete()? {
        let readable: BTreeSet<String> = store.contents()?.into_iter().map(|(path, _)| path).collect();
        let readable = documents.iter().filter(|listed| readable.contains(&listed.document.path));
        let kept = Kept::new(&mut store, readable.map(|listed| (&listed.document, listed.contents())));
        let compared = together(
            &kept,
            most_documents,
            |document| read_again(archive, document),
            |done| progress(Progress { stage: Stage::Comparing, done, total: documents.len() }),
        )?;
        store.finish(&compared)?;
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
    let parts = all_packed(&material, &analysis)?;
    Ok(Change::Put { path: path.to_string(), contents: listed.contents(), parts })
}

/// A document as findings read it; `None` if it is gone.
fn read_again(archive: &Archive, document: &Document) -> Option<Material> {
    let stored = archive.read(&DocumentPath::new(document.path.clone())?).ok()?;
    Some(material(document.clone(), &stored))
}
