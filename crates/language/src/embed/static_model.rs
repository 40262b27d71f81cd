//! The mean of the vectors of a text's pieces: a table, and no network.

use super::error::{EmbedError, ModelError, ModelErrorKind, read};
use super::{Embedder, ModelPaths, WordPiece, normalise, safetensors};

/// The most bytes of a table that is read; potion-base-8M has 30 million.
const LIMIT_BYTES: u64 = 2 << 30;

/// The name of the table in the file, as model2vec writes it.
const TABLE: &str = "embeddings";

/// Pieces of a text that count; the rest of a longer one is not read.
const MOST_PIECES: usize = 512;

/// A table of one vector for each piece of a word, made by model2vec from a larger model.
///
/// Follows `StaticModel.encode` of MinishLab/model2vec 0.10 for models with `normalize`, without weights of their own and
/// without a mapping of tokens, of which `potion-base-8M` is one: unknown words are left out, 512 pieces count.
#[derive(Debug)]
pub struct StaticModel {
    name: String,
    pieces: WordPiece,
    table: safetensors::Matrix,
    most_characters: usize,
}

impl StaticModel {
    /// Loads a table of safetensors and its pieces; `name` is what vectors of it are to be called.
    pub fn load(name: &str, paths: &ModelPaths<'_>) -> Result<Self, ModelError> {
        let table = read(paths.weights, LIMIT_BYTES)?;
        let table = safetensors::matrix(&table, TABLE).map_err(|kind| kind.at(paths.weights))?;
        let pieces = WordPiece::load(paths.pieces)?;
        Self::new(name, table, pieces).map_err(|kind| kind.at(paths.pieces))
    }

    /// The same from the files' bytes.
    pub fn parse(name: &str, weights: &[u8], pieces: &[u8]) -> Result<Self, ModelErrorKind> {
        Self::new(name, safetensors::matrix(weights, TABLE)?, WordPiece::parse(pieces)?)
    }

    fn new(name: &str, table: safetensors::Matrix, pieces: WordPiece) -> Result<Self, ModelErrorKind> {
        let (piece, number) = pieces.last();
        if number as usize >= table.rows {
            return Err(ModelErrorKind::PieceWithoutVector { piece, number, rows: table.rows });
        }
        let most_characters = MOST_PIECES * pieces.median_characters();
        Ok(Self { name: name.to_owned(), pieces, table, most_characters })
    }

    /// Writes a text's vector: of length 1, or all 0 if no word of the text is known.
    ///
    /// # Panics
    ///
    /// If `vector` has not [`dimensions`](Embedder::dimensions) places.
    pub fn embed(&self, text: &str, vector: &mut [f32]) {
        self.embed_with(text, vector, &mut Vec::with_capacity(MOST_PIECES));
    }

    fn embed_with(&self, text: &str, vector: &mut [f32], numbers: &mut Vec<u32>) {
        assert_eq!(vector.len(), self.table.columns, "a vector of this model has another length");
        numbers.clear();
        // The reference cuts the text before the pieces; of normal words it cuts nothing that the pieces would not.
        let cut = text.char_indices().nth(self.most_characters).map_or(text, |(at, _)| &text[..at]);
        self.pieces.encode(cut, MOST_PIECES, numbers);
        numbers.retain(|number| *number != self.pieces.specials().unknown);
        vector.fill(0.0);
        for number in numbers.iter() {
            let row = &self.table.numbers[*number as usize * self.table.columns..][..self.table.columns];
            vector.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let count = numbers.len().max(1) as f32;
        vector.iter_mut().for_each(|sum| *sum /= count);
        normalise(vector);
    }
}

impl Embedder for StaticModel {
    fn dimensions(&self) -> usize {
        self.table.columns
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Never fails.
    fn embed_batch(&self, texts: &[&str]) -> Result<Vec<f32>, EmbedError> {
        let mut vectors = vec![0.0; texts.len() * self.table.columns];
        let mut numbers = Vec::with_capacity(MOST_PIECES);
        for (text, vector) in texts.iter().zip(vectors.chunks_exact_mut(self.table.columns)) {
            self.embed_with(text, vector, &mut numbers);
        }
        Ok(vectors)
    }
}

#[cfg(test)]
mod tests;
