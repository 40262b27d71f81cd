//! Matrices packed for the kernels, and products with them.

use super::Precision;
use super::bytes::{ByteMatrix, End, RoundedRows};
use super::memory::Memory;
use crate::kernels::{Fineness, Finish, InstructionSet, PANEL, Panel, Rows, TILE_ROWS, Tile};
use crate::weights::{Tensor, Values};
use half::f16;
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;
use std::ops::Range;

/// Multiply-adds from which on a product is worth sharing between threads: about 10 µs of one core.
pub(super) const SHARED_FROM: usize = 1 << 20;

/// Rows of one task of a large product: their values stay in the second-level cache beside a panel.
pub(super) const BLOCK_ROWS: usize = 8 * TILE_ROWS;

/// The same for products of bytes: matrix units are through so soon that columns would be waited for if they met fewer rows.
pub(super) fn byte_block_rows(set: InstructionSet) -> usize {
    if set.takes_matrices() { 2 * BLOCK_ROWS } else { BLOCK_ROWS }
}

/// A matrix of `outputs` by `inputs`, stored as panels of 32 outputs: `[outputs / 32][inputs][32]`.
///
/// The last panel is filled up with zeros.
pub(crate) struct PackedMatrix {
    outputs: usize,
    inputs: usize,
    values: Packed,
}

enum Packed {
    F32(Vec<f32>),
    F16(Vec<f16>),
}

impl PackedMatrix {
    /// Packs weights given row by row, an output a row. Half-precision weights stay so: nothing is lost,
    /// and a decoder, which reads all of them for every token, waits for half the memory.
    pub(crate) fn from_tensors(parts: &[&Tensor]) -> PackedMatrix {
        let inputs = parts.first().map_or(0, |tensor| tensor.shape.iter().skip(1).product());
        let outputs = parts.iter().map(|tensor| tensor.shape[0]).sum();
        let halves = parts.iter().all(|tensor| matches!(tensor.values, Values::F16(_)));
        let values = if halves {
            Packed::F16(pack(parts, outputs, inputs, |tensor, at| match &tensor.values {
                Values::F16(values) => values[at],
                Values::F32(values) => f16::from_f32(values[at]),
            }))
        } else {
            Packed::F32(pack(parts, outputs, inputs, |tensor, at| match &tensor.values {
                Values::F16(values) => values[at].to_f32(),
                Values::F32(values) => values[at],
            }))
        };
        PackedMatrix { outputs, inputs, values }
    }

    /// Packs activations, an output a row, `rows[output][input]`.
    pub(crate) fn from_rows(rows: Rows<'_>, outputs: usize, inputs: usize) -> PackedMatrix {
        let mut values = vec![0.0; outputs.div_ceil(PANEL) * PANEL * inputs];
        for output in 0..outputs {
            let panel = &mut values[output / PANEL * PANEL * inputs..];
            for (input, value) in rows.starting_at(output).values[..inputs].iter().enumerate() {
                panel[input * PANEL + output % PANEL] = *value;
            }
        }
        PackedMatrix { outputs, inputs, values: Packed::F32(values) }
    }

    /// Packs activations, an input a row, `rows[input][output]`.
    pub(crate) fn from_columns(rows: Rows<'_>, outputs: usize, inputs: usize) -> PackedMatrix {
        let mut values = vec![0.0; outputs.div_ceil(PANEL) * PANEL * inputs];
        for input in 0..inputs {
            let row = &rows.starting_at(input).values[..outputs];
            for (panel, part) in row.chunks(PANEL).enumerate() {
                values[(panel * inputs + input) * PANEL..][..part.len()].copy_from_slice(part);
            }
        }
        PackedMatrix { outputs, inputs, values: Packed::F32(values) }
    }

    /// The same matrix in half the memory, each value rounded to 11 bits.
    pub(crate) fn halved(self) -> PackedMatrix {
        let values = match self.values {
            Packed::F32(values) => {
                let mut halves = vec![f16::ZERO; values.len()];
                halves.convert_from_f32_slice(&values);
                Packed::F16(halves)
            }
            halves => halves,
        };
        PackedMatrix { values, ..self }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Writes the weights of one output into `out`: the row of an embedding.
    pub(crate) fn copy_output(&self, output: usize, out: &mut [f32]) {
        let first = output / PANEL * PANEL * self.inputs + output % PANEL;
        for (input, out) in out.iter_mut().enumerate() {
            *out = match &self.values {
                Packed::F32(values) => values[first + input * PANEL],
                Packed::F16(values) => values[first + input * PANEL].to_f32(),
            };
        }
    }

    fn panels(&self) -> usize {
        self.outputs.div_ceil(PANEL)
    }

    fn panel(&self, index: usize) -> Panel<'_> {
        let size = self.inputs * PANEL;
        match &self.values {
            Packed::F32(values) => Panel::F32(&values[index * size..][..size]),
            Packed::F16(values) => Panel::F16(&values[index * size..][..size]),
        }
    }
}

fn pack<T: Copy + Default>(
    parts: &[&Tensor],
    outputs: usize,
    inputs: usize,
    value: impl Fn(&Tensor, usize) -> T,
) -> Vec<T> {
    let mut packed = vec![T::default(); outputs.div_ceil(PANEL) * PANEL * inputs];
    let rows = parts.iter().flat_map(|tensor| (0..tensor.shape[0]).map(move |row| (tensor, row)));
    for (output, (tensor, row)) in rows.enumerate() {
        let panel = &mut packed[output / PANEL * PANEL * inputs..];
        for input in 0..inputs {
            panel[input * PANEL + output % PANEL] = value(tensor, row * inputs + input);
        }
    }
    packed
}

/// Writes one row of a tensor of two dimensions into `out`.
pub(super) fn copy_row(set: InstructionSet, tensor: &Tensor, row: usize, out: &mut [f32]) {
    let place = row * out.len()..(row + 1) * out.len();
    match &tensor.values {
        Values::F32(values) => out.copy_from_slice(&values[place]),
        Values::F16(values) => set.widen(&values[place], out),
    }
}

/// A matrix of weights with its bias: `out = a * weights + bias`.
pub(crate) struct Linear {
    pub(crate) weights: Kept,
    pub(crate) bias: Vec<f32>,
}

/// How weights are kept.
pub(crate) enum Kept {
    /// As they were published.
    Exact(PackedMatrix),
    /// Rounded to bytes.
    Bytes(ByteMatrix),
}

impl Kept {
    /// Packs weights given row by row, an output a row.
    pub(super) fn new(
        set: InstructionSet,
        parts: &[&Tensor],
        precision: Precision,
        fineness: Fineness,
    ) -> Kept {
        match precision {
            Precision::Float32 => Kept::Exact(PackedMatrix::from_tensors(parts)),
            Precision::Int8 => Kept::Bytes(ByteMatrix::from_tensors(set, parts, fineness)),
        }
    }

    pub(crate) fn inputs(&self) -> usize {
        match self {
            Kept::Exact(matrix) => matrix.inputs(),
            Kept::Bytes(matrix) => matrix.inputs(),
        }
    }
}

impl Linear {
    /// Where its bytes lie, if it has any.
    pub(crate) fn memories(&mut self) -> Option<&mut Memory> {
        match &mut self.weights {
            Kept::Exact(_) => None,
            Kept::Bytes(matrix) => Some(matrix.memory()),
        }
    }

    /// Adds the products of few rows to `out`, with activations of more than 8 bits where weights are bytes.
    pub(crate) fn add_finely(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        out: &mut [f32],
        out_stride: usize,
    ) {
        match &self.weights {
            Kept::Exact(_) => self.apply(set, a, rows, Finish::Add, out, out_stride),
            Kept::Bytes(matrix) => matrix.add_finely(set, a, rows, &self.bias, out, out_stride),
        }
    }

    /// Multiplies few rows by this thread alone: for callers that share their rows between threads. `rounded` is room for them.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    pub(crate) fn apply_alone(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        finish: Finish,
        rounded: &mut RoundedRows,
        out: &mut [f32],
        out_stride: usize,
    ) {
        match &self.weights {
            Kept::Exact(matrix) => {
                product(set, a, rows, matrix, Some(&self.bias), finish, out, out_stride);
            }
            Kept::Bytes(matrix) => {
                rounded.quantise(set, a, rows, matrix.inputs());
                let end = End { bias: Some(&self.bias), finish };
                matrix.multiply_panels(set, rounded, end, out, out_stride);
            }
        }
    }

    /// Multiplies `rows` rows of `a`; results go to `out`, rows of `out_stride` values.
    pub(crate) fn apply(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        finish: Finish,
        out: &mut [f32],
        out_stride: usize,
    ) {
        match &self.weights {
            Kept::Exact(matrix) => {
                shared_product(set, a, rows, matrix, Some(&self.bias), finish, out, out_stride);
            }
            Kept::Bytes(matrix) => {
                matrix.multiply(set, a, rows, End { bias: Some(&self.bias), finish }, out, out_stride)
            }
        }
    }
}

/// Multiplies `rows` rows of `a` with `matrix`, adds `bias`, finishes, and stores rows of `out_stride`.
#[allow(clippy::too_many_arguments)] // the parts of one formula
pub(crate) fn product(
    set: InstructionSet,
    a: Rows<'_>,
    rows: usize,
    matrix: &PackedMatrix,
    bias: Option<&[f32]>,
    finish: Finish,
    out: &mut [f32],
    out_stride: usize,
) {
    for first in (0..rows).step_by(BLOCK_ROWS) {
        let count = BLOCK_ROWS.min(rows - first);
        let out = &mut out[first * out_stride..];
        multiply_block(set, a.starting_at(first), count, matrix, bias, finish, out, out_stride);
    }
}

/// A product of so many rows as stay in the cache while a panel passes.
#[allow(clippy::too_many_arguments)]
fn multiply_block(
    set: InstructionSet,
    a: Rows<'_>,
    rows: usize,
    matrix: &PackedMatrix,
    bias: Option<&[f32]>,
    finish: Finish,
    out: &mut [f32],
    out_stride: usize,
) {
    let mut sums: Tile = [0.0; TILE_ROWS * PANEL];
    let mut wide = Vec::new();
    for index in 0..matrix.panels() {
        let columns = panel_columns(matrix.outputs, index);
        let bias = bias.map(|bias| &bias[columns.clone()]);
        let is_plain = finish == Finish::Store && bias.is_none() && columns.len() == PANEL;
        // What several tiles read is widened once for all of them.
        let panel = matrix.panel(index);
        let panel = if rows > TILE_ROWS { panel.widened(set, &mut wide) } else { panel };
        for (first, count) in row_tiles(rows, TILE_ROWS) {
            let a = a.starting_at(first);
            let out = &mut out[first * out_stride + columns.start..];
            if is_plain {
                set.tile(a, count, panel, out, out_stride);
            } else {
                set.tile(a, count, panel, &mut sums, PANEL);
                set.finish(&sums[..count * PANEL], bias, finish, columns.len(), out, out_stride);
            }
        }
    }
}

/// The first row and the number of rows of each tile, which has at most `most`.
pub(super) fn row_tiles(rows: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).step_by(most).map(move |first| (first, most.min(rows - first)))
}

/// The same, the work shared between the threads of the current pool where it is large: by rows when there
/// are many (an encoder), by outputs when there are few (a decoder).
#[allow(clippy::too_many_arguments)]
pub(crate) fn shared_product(
    set: InstructionSet,
    a: Rows<'_>,
    rows: usize,
    matrix: &PackedMatrix,
    bias: Option<&[f32]>,
    finish: Finish,
    out: &mut [f32],
    out_stride: usize,
) {
    let large = rows * matrix.outputs * matrix.inputs >= SHARED_FROM;
    if !large || rayon::current_num_threads() == 1 {
        product(set, a, rows, matrix, bias, finish, out, out_stride);
    } else if rows > BLOCK_ROWS {
        let blocks = out.par_chunks_mut(BLOCK_ROWS * out_stride).take(rows.div_ceil(BLOCK_ROWS)).enumerate();
        blocks.for_each(|(index, out)| {
            let first = index * BLOCK_ROWS;
            let count = BLOCK_ROWS.min(rows - first);
            product(set, a.starting_at(first), count, matrix, bias, finish, out, out_stride);
        });
    } else {
        by_outputs(set, a, rows, matrix, bias, finish, out, out_stride);
    }
}

/// A product of few rows, its outputs shared between threads.
#[allow(clippy::too_many_arguments)]
fn by_outputs(
    set: InstructionSet,
    a: Rows<'_>,
    rows: usize,
    matrix: &PackedMatrix,
    bias: Option<&[f32]>,
    finish: Finish,
    out: &mut [f32],
    out_stride: usize,
) {
    let sums = || vec![0.0; rows * PANEL];
    share_outputs(matrix.outputs, rows, out, out_stride, sums, |sums, panel, out| {
        for (first, count) in row_tiles(rows, TILE_ROWS) {
            set.tile(a.starting_at(first), count, matrix.panel(panel), &mut sums[first * PANEL..], PANEL);
        }
        let columns = panel_columns(matrix.outputs, panel);
        let bias = bias.map(|bias| &bias[columns.clone()]);
        set.finish(sums, bias, finish, columns.len(), out, PANEL);
    });
}

/// Computes the outputs of `rows` rows panel by panel, each thread some of them.
///
/// `compute` gets what `room` makes for each thread, the panel, and what stands in its columns of `out`, in rows of [`PANEL`], to
/// change.
pub(super) fn share_outputs<R>(
    outputs: usize,
    rows: usize,
    out: &mut [f32],
    out_stride: usize,
    room: impl Fn() -> R + Sync,
    compute: impl Fn(&mut R, usize, &mut [f32]) + Sync,
) {
    let panels = outputs.div_ceil(PANEL).div_ceil(rayon::current_num_threads());
    let shares = part_columns(out, rows, out_stride, outputs, panels * PANEL);
    shares.into_par_iter().enumerate().for_each(|(index, mut rows)| {
        let (mut room, mut found) = (room(), vec![0.0; rows.len() * PANEL]);
        let width = rows.first().map_or(0, |row| row.len());
        for (place, first) in (0..width).step_by(PANEL).enumerate() {
            let columns = first..width.min(first + PANEL);
            for (found, row) in found.chunks_exact_mut(PANEL).zip(&rows) {
                found[..columns.len()].copy_from_slice(&row[columns.clone()]);
            }
            compute(&mut room, index * panels + place, &mut found);
            for (found, row) in found.chunks_exact(PANEL).zip(&mut rows) {
                row[columns.clone()].copy_from_slice(&found[..columns.len()]);
            }
        }
    });
}

/// The places of `outputs` values of each row, parted by columns: of each part row by row.
fn part_columns(
    out: &mut [f32],
    rows: usize,
    out_stride: usize,
    outputs: usize,
    columns: usize,
) -> Vec<Vec<&mut [f32]>> {
    let count = outputs.div_ceil(columns);
    let mut parts: Vec<Vec<&mut [f32]>> = (0..count).map(|_| Vec::with_capacity(rows)).collect();
    for row in out.chunks_mut(out_stride).take(rows) {
        for (part, place) in parts.iter_mut().zip(row[..outputs].chunks_mut(columns)) {
            part.push(place);
        }
    }
    parts
}

/// The outputs of one panel of a matrix of `outputs`.
pub(super) fn panel_columns(outputs: usize, panel: usize) -> Range<usize> {
    panel * PANEL..((panel + 1) * PANEL).min(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last panel is not full, and work enough for several threads.
    const OUTPUTS: usize = 1000;
    const INPUTS: usize = 400;
    const ROWS: usize = 5;
    const STRIDE: usize = OUTPUTS + 7;

    #[test]
    fn threads_share_outputs_and_find_what_one_finds() {
        let mut random = fastrand::Rng::with_seed(8);
        let mut numbers = |count: usize| (0..count).map(|_| random.f32() - 0.5).collect::<Vec<_>>();
        let weights = Tensor { shape: vec![OUTPUTS, INPUTS], values: Values::F32(numbers(OUTPUTS * INPUTS)) };
        let (bias, rows, before) = (numbers(OUTPUTS), numbers(ROWS * INPUTS), numbers(ROWS * STRIDE));
        let rows = Rows { values: &rows, stride: INPUTS };
        for precision in [Precision::Float32, Precision::Int8] {
            for set in InstructionSet::available() {
                let kept = Kept::new(set, &[&weights], precision, Fineness::Coarse);
                let linear = Linear { weights: kept, bias: bias.clone() };
                for finish in [Finish::Store, Finish::Gelu, Finish::Add] {
                    let found = |threads: usize| {
                        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                        let mut out = before.clone();
                        pool.install(|| linear.apply(set, rows, ROWS, finish, &mut out, STRIDE));
                        out
                    };
                    let alone = found(1);
                    assert!(alone[..OUTPUTS] != before[..OUTPUTS], "{set:?}: something is computed");
                    for row in 0..ROWS {
                        let behind = row * STRIDE + OUTPUTS..(row + 1) * STRIDE;
                        assert_eq!(alone[behind.clone()], before[behind], "{set:?}: row {row} ends in time");
                    }
                    assert!(found(3) == alone, "{set:?}, {precision:?}, {finish:?}");
                }
            }
        }
    }
}
