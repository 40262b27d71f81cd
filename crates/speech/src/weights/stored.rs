//! One tensor in a file: where it lies, how its numbers are written, and how they are read.

use half::{bf16, f16};

use super::blocks::{BLOCK_VALUES, BlockType};
use super::error::{WeightsError, WeightsErrorKind};
use super::reader::ModelFile;
use super::{Tensor, Values};

/// A tensor that has not been read yet.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Index of its file among those of the network.
    pub(super) file: usize,
    pub(super) position_bytes: u64,
    /// Row-major: the last size is that of neighbouring values.
    pub(super) shape: Vec<usize>,
    pub(super) encoding: Encoding,
}

/// How the numbers of a tensor are written; all are little-endian.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Encoding {
    F32,
    F16,
    Bf16,
    /// `value = q / scale`, one scale for each row of the first dimension.
    Int8 {
        scales: Vec<f32>,
    },
    /// `value = q / scale`.
    Int16 {
        scale: f32,
    },
    Blocks(BlockType),
}

impl Encoding {
    /// Bytes that values take, whose number the block size must divide; `None` if that overflows or does not fit.
    fn bytes_for(&self, values: u64) -> Option<u64> {
        match self {
            Encoding::F32 => values.checked_mul(4),
            Encoding::F16 | Encoding::Bf16 | Encoding::Int16 { .. } => values.checked_mul(2),
            Encoding::Int8 { .. } => Some(values),
            Encoding::Blocks(block) => {
                let blocks =
                    values.is_multiple_of(BLOCK_VALUES as u64).then_some(values / BLOCK_VALUES as u64)?;
                blocks.checked_mul(block.block_bytes() as u64)
            }
        }
    }

    /// Bytes of a tensor of this shape; `None` if its size overflows or its rows are not whole blocks.
    pub(super) fn bytes_for_shape(&self, shape: &[usize]) -> Option<u64> {
        let row = shape.last().copied().unwrap_or(1) as u64;
        self.bytes_for(row)?;
        self.bytes_for(values_in(shape)?)
    }
}

/// The number of values in a tensor; `None` if it overflows.
pub(super) fn values_in(shape: &[usize]) -> Option<u64> {
    shape.iter().try_fold(1_u64, |product, size| product.checked_mul(*size as u64))
}

impl Stored {
    /// The rows of part `index` of `of` equal parts, as fused projections are stacked; `None` if they do not divide.
    pub(super) fn part(&self, index: usize, of: usize) -> Option<Stored> {
        let rows = self.shape.first().copied()?;
        if of == 0 || index >= of || !rows.is_multiple_of(of) {
            return None;
        }
        let mut shape = self.shape.clone();
        shape[0] = rows / of;
        let first_row = index * shape[0];
        let part_bytes = self.encoding.bytes_for_shape(&shape)?;
        let encoding = match &self.encoding {
            Encoding::Int8 { scales } => {
                Encoding::Int8 { scales: scales.get(first_row..first_row + shape[0])?.to_vec() }
            }
            other => other.clone(),
        };
        let position_bytes = self.position_bytes.checked_add(part_bytes.checked_mul(index as u64)?)?;
        Some(Stored { file: self.file, position_bytes, shape, encoding })
    }

    /// Reads the tensor, and refuses values that are not finite. `name` is for the error.
    pub(super) fn read(&self, name: &str, file: &mut ModelFile) -> Result<Tensor, WeightsError> {
        let (Some(count), Some(bytes)) = (values_in(&self.shape), self.encoding.bytes_for_shape(&self.shape))
        else {
            return Err(WeightsError::malformed(
                &file.path,
                format!("tensor `{name}`"),
                "a size that fits",
                "one that overflows",
            ));
        };
        let values = self.read_values(count as usize, bytes, file)?;
        let not_finite = match &values {
            Values::F32(values) => first_not_finite(values.iter().copied()),
            Values::F16(values) => {
                let position = values.iter().position(|value| !value.is_finite());
                position.map(|position| (position, values[position].to_f32()))
            }
        };
        if let Some((position, found)) = not_finite {
            let kind =
                WeightsErrorKind::NotFinite { name: name.to_owned(), found: found.to_string(), position };
            return Err(WeightsError::new(&file.path, kind));
        }
        Ok(Tensor { shape: self.shape.clone(), values })
    }

    fn read_values(&self, count: usize, bytes: u64, file: &mut ModelFile) -> Result<Values, WeightsError> {
        let at = self.position_bytes;
        if self.encoding == Encoding::F16 {
            let mut values = Vec::with_capacity(count);
            file.for_each_run(at, bytes, 2, |run| values.extend(pairs(run).map(f16::from_le_bytes)))?;
            return Ok(Values::F16(values));
        }
        let mut values: Vec<f32> = Vec::with_capacity(count);
        match &self.encoding {
            Encoding::F16 => {}
            Encoding::F32 => file.for_each_run(at, bytes, 4, |run| {
                let (quads, _) = run.as_chunks::<4>();
                values.extend(quads.iter().map(|quad| f32::from_le_bytes(*quad)));
            })?,
            Encoding::Bf16 => file.for_each_run(at, bytes, 2, |run| {
                values.extend(pairs(run).map(|pair| bf16::from_le_bytes(pair).to_f32()));
            })?,
            Encoding::Int16 { scale } => {
                let step = 1.0 / scale;
                file.for_each_run(at, bytes, 2, |run| {
                    values.extend(pairs(run).map(|pair| f32::from(i16::from_le_bytes(pair)) * step));
                })?;
            }
            Encoding::Int8 { scales } => {
                let row_bytes = (count / scales.len().max(1)).max(1);
                let mut steps = scales.iter().map(|scale| 1.0 / scale);
                file.for_each_run(at, bytes, row_bytes, |run| {
                    for (row, step) in run.chunks_exact(row_bytes).zip(&mut steps) {
                        values.extend(row.iter().map(|q| f32::from(q.cast_signed()) * step));
                    }
                })?;
            }
            Encoding::Blocks(block) => file.for_each_run(at, bytes, block.block_bytes(), |run| {
                run.chunks_exact(block.block_bytes()).for_each(|one| block.decode(one, &mut values));
            })?,
        }
        Ok(Values::F32(values))
    }
}

fn pairs(run: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    run.as_chunks::<2>().0.iter().copied()
}

fn first_not_finite(mut values: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
    let mut position = 0;
    values.find_map(|value| {
        position += 1;
        (!value.is_finite()).then_some((position - 1, value))
    })
}
