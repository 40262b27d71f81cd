//! What stands around a name: how we know whom somebody means by it.

use std::collections::{BTreeMap, BTreeSet};

use super::archive::{Archive, Read};

/// How many uses of a name in one document are looked at; later ones repeat the first.
const USES_IN_A_DOCUMENT: usize = 6;

/// In how many documents a name's surroundings are read; more of a well known name add nothing new.
const DOCUMENTS_OF_A_NAME: usize = 60;

/// The words around the uses of a name, and in how many documents each stands there.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    words: BTreeMap<u32, u32>,
    length: f32,
}

impl Surroundings {
    /// Reads them: where the name was heard as it is typed (documents and pieces, in order), and the documents whose
    /// fronts name it.
    pub(super) fn of(archive: &Archive<'_>, heard: &[(u32, u32)], typed: &[u32], name: &[u32]) -> Self {
        let mut words: BTreeMap<u32, u32> = BTreeMap::new();
        let mut add = |around: BTreeSet<u32>| {
            for word in around.into_iter().filter(|word| !name.contains(word)) {
                *words.entry(word).or_default() += 1;
            }
        };
        for uses in heard.chunk_by(|one, other| one.0 == other.0).take(DOCUMENTS_OF_A_NAME) {
            let read = &archive.documents[uses[0].0 as usize];
            let pieces: Vec<u32> = uses.iter().map(|(_, piece)| *piece).collect();
            add(around(read, &pieces));
        }
        for document in typed.iter().take(DOCUMENTS_OF_A_NAME) {
            let read = &archive.documents[*document as usize];
            add(read.held.front.iter().map(|word| read.words[*word as usize]).collect());
        }
        let length =
            words.iter().map(|(word, count)| weight(archive, *word, *count).powi(2)).sum::<f32>().sqrt();
        Self { words, length }
    }

    /// How much of what stands around a use fits, 0 to 1: the cosine of the two.
    pub(super) fn fit(&self, archive: &Archive<'_>, around: &BTreeSet<u32>) -> f32 {
        let length = around.iter().map(|word| weight(archive, *word, 1).powi(2)).sum::<f32>().sqrt();
        if length == 0.0 || self.length == 0.0 {
            return 0.0;
        }
        let shared = around.iter().filter_map(|word| {
            let count = self.words.get(word)?;
            Some(weight(archive, *word, 1) * weight(archive, *word, *count))
        });
        shared.sum::<f32>() / (length * self.length)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents are small")]
fn weight(archive: &Archive<'_>, word: u32, count: u32) -> f32 {
    archive.rarity(word) * (1.0 + count as f32).log2()
}

/// The words of some pieces and of those beside them.
pub(super) fn around(read: &Read<'_>, pieces: &[u32]) -> BTreeSet<u32> {
    let near = pieces
        .iter()
        .take(USES_IN_A_DOCUMENT)
        .flat_map(|piece| piece.saturating_sub(1)..=piece.saturating_add(1));
    let words = near.filter_map(|piece| read.held.pieces.get(piece as usize)).flatten();
    words.map(|word| read.words[*word as usize]).collect()
}
