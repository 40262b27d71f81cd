//! The passages that documents share. Two documents are compared once: what was found is kept until one of them changes.

use std::collections::{BTreeMap, BTreeSet};

use findings::reuse::{self, Pair, Wording};
use findings::{Material, Period};
use rayon::prelude::*;
use record::Document;
use sha2::{Digest as _, Sha256};

use crate::parts::{Kept, Part};
use crate::store::{ComparedKey, ComparedPair, StoreError};
use crate::together::lines;

/// Pairs of documents that are compared at a time: as many documents are in memory at most twice.
const COMPARED_PAIRS: usize = 128;

/// All shared passages as lines of JSON, by pairs of documents.
pub(crate) fn shared(
    kept: &Kept<'_>,
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Result<Vec<String>, StoreError> {
    let held = kept.part::<reuse::Held>(Part::Reuse, &Period::ALL)?;
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
    store.compared_lines(&keys)
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
