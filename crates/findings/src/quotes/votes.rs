//! Who has most votes: of several with as many the first by name, so that the order of documents tells nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Who has most of some votes, and how many.
pub(super) fn most<K: Ord>(votes: &BTreeMap<K, u32>) -> Option<(&K, u32)> {
    let (best, count) = votes.iter().max_by_key(|(name, count)| (**count, Reverse(*name)))?;
    Some((best, *count))
}
