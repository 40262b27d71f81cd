//! The passages that documents share. Two documents are compared once: what was found is kept until one of them changes.

use std::collections::{BTreeMap, BTreeSet};

use findings::Material;
use findings::reuse::{self, Pair, Wording};
use rayon::prelude::*;
use record::Document;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::compare::lines;
use crate::parts::{Kept, Part};
use crate::store::{ComparedKey, ComparedPair, StoreError};

/// Pairs of documents that are compared at a time: as many documents are in memory at most twice.
const COMPARED_PAIRS: usize = 128;

/// What all documents share.
pub(crate) struct Shared<'a> {
    /// The passages as lines of JSON, by pairs of documents.
    pub(crate) lines: Vec<String>,
    /// Documents by the paths of those with which they share passages that are no advertisements.
    pub(crate) partners: BTreeMap<&'a str, Vec<&'a Document>>,
}

/// Finds the passages that documents share.
pub(crate) fn shared<'a>(
    kept: &Kept<'a>,
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Result<Shared<'a>, StoreError> {
    let documents: Vec<&Document> = kept.documents().collect();
    let held = kept.part::<reuse::Held>(Part::Reuse, &documents)?;
    let pairs = reuse::pairs(&held.iter().map(|(document, held)| (*document, held)).collect::<Vec<_>>());
    let documents: Vec<&Document> = held.into_iter().map(|(document, _)| document).collect();
    let keys: Vec<ComparedKey> = pairs.par_iter().map(|pair| key(kept, &documents, pair)).collect();
    let known = kept.store().compared_keys()?;
    let new: Vec<(&Pair, ComparedKey)> =
        pairs.iter().zip(keys.iter().copied()).filter(|(_, key)| !known.contains(key)).collect();
    for new in new.chunks(COMPARED_PAIRS) {
        let compared = compared(new, &documents, &read);
        kept.store().keep_compared(&compared)?;
    }
    let used: BTreeSet<ComparedKey> = keys.iter().copied().collect();
    let mut store = kept.store();
    store.forget_compared(known.difference(&used))?;
    let passages = store.compared_lines(&keys)?;
    let mut partners: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    // Most pairs turn out to share nothing, and advertisements are everywhere.
    let are_partners = |passages: &[String]| passages.iter().any(|passage| !is_advertising(passage));
    for (pair, _) in pairs.iter().zip(&passages).filter(|(_, passages)| are_partners(passages)) {
        for (one, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            partners.entry(&documents[one].path).or_default().push(documents[other]);
        }
    }
    Ok(Shared { lines: passages.concat(), partners })
}

/// Whether a passage, as a line of JSON, is an advertisement.
fn is_advertising(passage: &str) -> bool {
    let passage: Result<Value, _> = serde_json::from_str(passage);
    passage.is_ok_and(|passage| passage["is_advertising"] == true)
}

/// What the passages of a pair depend on: both documents as they are, and where they were found to be alike.
fn key(kept: &Kept<'_>, documents: &[&Document], pair: &Pair) -> ComparedKey {
    let mut hash = Sha256::new();
    for side in [pair.left, pair.right] {
        let document = documents[side];
        for part in [document.path.as_str(), document.id.as_str()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        if let Some(contents) = kept.contents(document) {
            hash.update(contents.file.as_bytes());
            hash.update(contents.sidecar.map_or([0; 32], |digest| *digest.as_bytes()));
        }
    }
    for (left, right) in &pair.hits {
        hash.update(left.to_le_bytes());
        hash.update(right.to_le_bytes());
    }
    hash.finalize().into()
}

/// Compares some pairs of documents, which are read again for it.
fn compared(
    pairs: &[(&Pair, ComparedKey)],
    documents: &[&Document],
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Vec<ComparedPair> {
    let mut wanted: Vec<usize> = pairs.iter().flat_map(|(pair, _)| [pair.left, pair.right]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let materials: BTreeMap<usize, Material> =
        wanted.par_iter().filter_map(|at| Some((*at, read(documents[*at])?))).collect();
    let wordings: BTreeMap<usize, Wording<'_>> =
        materials.par_iter().map(|(at, material)| (*at, Wording::of(material))).collect();
    let compared = pairs.par_iter().filter_map(|(pair, key)| {
        let passages = reuse::passages(pair, wordings.get(&pair.left)?, wordings.get(&pair.right)?);
        Some(ComparedPair { key: *key, lines: lines(passages) })
    });
    compared.collect()
}
