//! Words in their context as rows of numbers.
//!
//! ```text
//! features --hash embeddings--> sums of rows --mix--> a row a word
//!          --four layers, each over a word and its two neighbours--> a row a word, in its context
//! ```
//!
//! spaCy's `HashEmbedCNN` (`spacy/ml/models/tok2vec.py`: `MultiHashEmbed` and `MaxoutWindowEncoder`). The row of a word
//! before its context is taken in depends on the word alone, so the caller keeps it.

use pulp::Arch;

use super::ParserError;
use super::product::Matrix;
use super::weights::{Layer, ModelFile, Numbers};

/// Rows that are computed at once: what lies between two steps then stays in the fastest memory.
const CHUNK: usize = 60;

/// What keeps a division by the standard deviation from failing (`thinc/layers/layernorm.py`).
const EPSILON: f32 = 1e-8;

/// The layers that make rows of words.
pub(super) struct Encoder {
    arch: Arch,
    tables: Vec<Table>,
    mix: Maxout,
    layers: Vec<Maxout>,
}

/// An embedding that finds four of its rows for a number, and adds them up.
struct Table {
    seed: u32,
    width: usize,
    rows: Vec<f32>,
}

/// The greatest of several products for each output, then normed to mean 0 and deviation 1, scaled and moved.
struct Maxout {
    /// The first products of all outputs, then the second ones, and so on.
    matrix: Matrix,
    pieces: usize,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

impl Encoder {
    pub(super) fn new(file: &ModelFile, layers: &[Layer], arch: Arch) -> Result<Self, ParserError> {
        let named = |name: &'static str| layers.iter().filter(move |layer| layer.name == name);
        let tables =
            named("hashembed").map(|layer| Table::new(file, layer)).collect::<Result<Vec<_>, _>>()?;
        let mut maxouts =
            named("maxout").zip(named("layernorm")).map(|(maxout, norm)| Maxout::new(file, maxout, norm));
        let mix = maxouts.next().ok_or_else(|| file.lacks("a layer of maxouts"))??;
        let layers = maxouts.collect::<Result<Vec<_>, _>>()?;
        let width = mix.width();
        let whole = tables.iter().map(|table| table.width).sum::<usize>() == mix.matrix.inputs()
            && layers.iter().all(|layer| layer.width() == width && layer.matrix.inputs() == 3 * width);
        if !whole {
            return Err(file.lacks("layers that fit each other"));
        }
        Ok(Self { arch, tables, mix, layers })
    }

    /// Numbers of a row.
    pub(super) fn width(&self) -> usize {
        self.mix.width()
    }

    /// Adds the rows of words to `rows`: each word as many features as there are tables.
    pub(super) fn embed<const N: usize>(&self, words: &[[u64; N]], rows: &mut Vec<f32>) {
        let (inputs, width) = (self.mix.matrix.inputs(), self.width());
        let (mut embedded, mut products) = (Vec::new(), Vec::new());
        for words in words.chunks(CHUNK) {
            embedded.clear();
            embedded.resize(words.len() * inputs, 0.0);
            for (row, features) in embedded.chunks_exact_mut(inputs).zip(words) {
                let mut start = 0;
                for (table, feature) in self.tables.iter().zip(features) {
                    table.add(*feature, &mut row[start..start + table.width]);
                    start += table.width;
                }
            }
            self.mix.matrix.apply(self.arch, &embedded, inputs, words.len(), &mut products);
            let first = rows.len();
            rows.resize(first + words.len() * width, 0.0);
            self.mix.finish(&products, &mut rows[first..]);
        }
    }

    /// The rows of words in their context, from the rows of the words alone.
    ///
    /// Around a text stand as many rows of zeros as there are layers, which the layers change as well (`with_array` of
    /// thinc, with its `pad`); beyond these there are zeros that stay.
    pub(super) fn encode<'a>(&self, words: impl ExactSizeIterator<Item = &'a [f32]>) -> Vec<f32> {
        let width = self.width();
        let (count, pad) = (words.len(), self.layers.len());
        let rows = count + 2 * pad;
        let mut before = vec![0.0; (rows + 2) * width];
        for (row, word) in before[(pad + 1) * width..].chunks_exact_mut(width).zip(words) {
            row.copy_from_slice(word);
        }
        let mut after = before.clone();
        let mut products = Vec::new();
        for layer in &self.layers {
            for first in (0..rows).step_by(CHUNK) {
                let chunk = CHUNK.min(rows - first);
                layer.matrix.apply(self.arch, &before[first * width..], width, chunk, &mut products);
                let range = (first + 1) * width..(first + 1 + chunk) * width;
                layer.finish(&products, &mut after[range.clone()]);
                after[range.clone()]
                    .iter_mut()
                    .zip(&before[range])
                    .for_each(|(after, before)| *after += before);
            }
            std::mem::swap(&mut before, &mut after);
        }
        before.drain(..(pad + 1) * width);
        before.truncate(count * width);
        before
    }
}

impl Table {
    fn new(file: &ModelFile, layer: &Layer) -> Result<Self, ParserError> {
        let Numbers { shape, values } = file.take(Some(layer), "E")?;
        let seed = layer.setting("seed").and_then(|seed| u32::try_from(seed).ok());
        match (&shape[..], seed) {
            (&[_, width], Some(seed)) => Ok(Self { seed, width, rows: values.clone() }),
            _ => Err(file.lacks("a table of embeddings and its seed")),
        }
    }

    fn add(&self, feature: u64, sum: &mut [f32]) {
        let count = (self.rows.len() / self.width) as u32;
        for hash in hashes(feature, self.seed) {
            let row = &self.rows[(hash % count) as usize * self.width..][..self.width];
            sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
        }
    }
}

/// MurmurHash3 (x86, 128 bits) of a 64-bit number, as `MurmurHash3_x86_128_uint64` in thinc computes it.
fn hashes(value: u64, seed: u32) -> [u32; 4] {
    let finish = |hash: u64| {
        let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ hash >> 33
    };
    let mixed = value.wrapping_mul(0x87c3_7b91_1142_53d5).rotate_left(31).wrapping_mul(0x4cf5_ad43_2745_937f);
    // 8 is the length in bytes of what is hashed.
    let second = u64::from(seed) ^ 8;
    let first = (mixed ^ second).wrapping_add(second);
    let second = finish(second.wrapping_add(first));
    let first = finish(first).wrapping_add(second);
    let second = second.wrapping_add(first);
    [first as u32, (first >> 32) as u32, second as u32, (second >> 32) as u32]
}

impl Maxout {
    fn new(file: &ModelFile, maxout: &Layer, norm: &Layer) -> Result<Self, ParserError> {
        let (weights, bias) = (file.take(Some(maxout), "W")?, file.take(Some(maxout), "b")?);
        let (scale, moved) = (file.take(Some(norm), "G")?, file.take(Some(norm), "b")?);
        let [outputs, pieces, inputs] = weights.shape[..] else {
            return Err(file.lacks("a layer of maxouts"));
        };
        if bias.shape != [outputs, pieces] || scale.shape != [outputs] || moved.shape != [outputs] {
            return Err(file.lacks("as many biases as there are weights"));
        }
        let order = || (0..pieces).flat_map(|piece| (0..outputs).map(move |output| output * pieces + piece));
        let rows = order().map(|row| &weights.values[row * inputs..][..inputs]);
        let bias: Vec<f32> = order().map(|row| bias.values[row]).collect();
        let matrix = Matrix::new(inputs, rows, &bias);
        Ok(Self { matrix, pieces, scale: scale.values.clone(), bias: moved.values.clone() })
    }

    fn width(&self) -> usize {
        self.scale.len()
    }

    /// From the products of rows to the rows that the layer gives.
    fn finish(&self, products: &[f32], rows: &mut [f32]) {
        let width = self.width();
        for (row, products) in rows.chunks_exact_mut(width).zip(products.chunks_exact(self.matrix.width())) {
            row.copy_from_slice(&products[..width]);
            for piece in products[width..].chunks_exact(width).take(self.pieces - 1) {
                row.iter_mut()
                    .zip(piece)
                    .for_each(|(most, product)| *most = if product > most { *product } else { *most });
            }
            let mean = sum(row.iter().copied()) / width as f32;
            let variance = sum(row.iter().map(|number| (number - mean) * (number - mean))) / width as f32;
            let factor = (variance + EPSILON).sqrt().recip();
            for ((number, scale), bias) in row.iter_mut().zip(&self.scale).zip(&self.bias) {
                *number = (*number - mean) * factor * scale + bias;
            }
        }
    }
}

/// A sum in eight strands, which a processor adds at once.
fn sum(numbers: impl ExactSizeIterator<Item = f32>) -> f32 {
    let mut strands = [0.0; 8];
    for (at, number) in numbers.enumerate() {
        strands[at % 8] += number;
    }
    strands.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_thinc() {
        assert_eq!(
            hashes(3_197_928_453_018_144_401, 8),
            [2_399_055_680, 1_118_310_852, 3_598_583_520, 1_677_466_278]
        );
        assert_eq!(hashes(0, 8), [0; 4]);
        assert_eq!(hashes(1, 8), [1_161_550_108, 2_247_783_286, 1_742_325_162, 1_224_191_281]);
    }
}
