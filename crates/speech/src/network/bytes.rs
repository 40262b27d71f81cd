//! Weights in bytes: a quarter of the memory, and products of whole numbers.
//!
//! Each output of a matrix has a step of its own, the 127th part of its largest weight; each row of
//! activations has one, too, found when it comes by. As in CTranslate2's `int8`.

use super::matrix::{BLOCK_ROWS, SHARED_FROM, copy_row, panel_columns, row_tiles};
use super::memory::Memory;
use crate::kernels::{ByteRows, Finish, InstructionSet, PANEL, Rows, TILE_ROWS};
use crate::weights::Tensor;
use rayon::prelude::*;

/// Bytes that one lane of a dot product takes: inputs are filled up to whole groups.
const GROUP: usize = 4;

/// What happens to the sums of a product.
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    /// Added to each column.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) finish: Finish,
}

impl End<'_> {
    /// They are stored.
    pub(crate) const PLAIN: End<'static> = End { bias: None, finish: Finish::Store };
}

/// A matrix of `outputs` by `inputs` as panels of 32 outputs: `[outputs / 32][inputs / 4][32][4]`.
pub(crate) struct ByteMatrix {
    outputs: usize,
    inputs: usize,
    /// Signed.
    values: Memory,
    /// What one step of each output's weights is worth.
    steps: Vec<f32>,
    /// -128 times the sum of each output's weights, to whole panels: activations are stored 128 too high.
    starts: Vec<[i32; PANEL]>,
}

impl ByteMatrix {
    /// Rounds and packs weights given row by row, an output a row.
    pub(crate) fn from_tensors(set: InstructionSet, parts: &[&Tensor]) -> ByteMatrix {
        let inputs: usize = parts.first().map_or(0, |tensor| tensor.shape.iter().skip(1).product());
        let outputs: usize = parts.iter().map(|tensor| tensor.shape[0]).sum();
        let mut packing = Packing::new(outputs, inputs);
        let mut rounded = vec![128; inputs.next_multiple_of(GROUP)];
        let mut values = vec![0.0; inputs];
        let rows = parts.iter().flat_map(|tensor| (0..tensor.shape[0]).map(move |row| (tensor, row)));
        for (output, (tensor, row)) in rows.enumerate() {
            copy_row(set, tensor, row, &mut values);
            packing.set_output(set, output, &values, &mut rounded);
        }
        packing.done(outputs, inputs)
    }

    /// Rounds and packs activations, an output a row, `rows[output][input]`.
    pub(crate) fn from_rows(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> ByteMatrix {
        let mut packing = Packing::new(outputs, inputs);
        let mut rounded = vec![128; inputs.next_multiple_of(GROUP)];
        for output in 0..outputs {
            packing.set_output(set, output, &rows.starting_at(output).values[..inputs], &mut rounded);
        }
        packing.done(outputs, inputs)
    }

    /// Rounds and packs activations, an input a row, `rows[input][output]`.
    pub(crate) fn from_columns(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> ByteMatrix {
        let mut packing = Packing::new(outputs, inputs);
        let row = |input: usize| &rows.starting_at(input).values[..outputs];
        let mut sizes = vec![0.0; outputs];
        (0..inputs).for_each(|input| set.largest_sizes(row(input), &mut sizes));
        let factors: Vec<f32> =
            sizes.iter().map(|size| if *size > 0.0 { 127.0 / size } else { 0.0 }).collect();
        packing.steps = sizes.iter().map(|size| size / 127.0).collect();
        let (size, nothing) = (packing.panel_size, vec![0.0; outputs]);
        let mut rounded = vec![0; outputs * GROUP];
        for first in (0..inputs).step_by(GROUP) {
            let rows = std::array::from_fn(|place| match first + place {
                input if input < inputs => row(input),
                _ => &nothing[..],
            });
            set.quantise_columns(&rows, &factors, &mut rounded);
            for (index, part) in rounded.chunks(PANEL * GROUP).enumerate() {
                packing.values[index * size + first * PANEL..][..part.len()].copy_from_slice(part);
                let starts = packing.starts[index].iter_mut();
                for (start, group) in starts.zip(part.as_chunks::<GROUP>().0) {
                    for value in group {
                        *start -= 128 * i32::from(*value as i8);
                    }
                }
            }
        }
        packing.done(outputs, inputs)
    }

    /// Where its bytes lie.
    pub(crate) fn memory(&mut self) -> &mut Memory {
        &mut self.values
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    fn panel_size(&self) -> usize {
        self.inputs.next_multiple_of(GROUP) * PANEL
    }

    fn panels(&self) -> usize {
        self.starts.len()
    }

    fn panel(&self, index: usize) -> &[u8] {
        let size = self.panel_size();
        &self.values.bytes()[index * size..][..size]
    }

    /// Multiplies `rows` rows of `a`, adds `bias`, finishes, and stores rows of `out_stride`.
    pub(crate) fn multiply(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let large = rows * self.outputs * self.inputs >= SHARED_FROM;
        if rows <= BLOCK_ROWS && large && rayon::current_num_threads() > 1 {
            return self.multiply_by_outputs(set, a, rows, end, out, out_stride);
        }
        let block = |(index, out): (usize, &mut [f32])| {
            let first = index * BLOCK_ROWS;
            let count = BLOCK_ROWS.min(rows - first);
            let a = RoundedRows::new(set, a.starting_at(first), count, self.inputs);
            for panel in 0..self.panels() {
                let columns = panel_columns(self.outputs, panel);
                self.multiply_panel(set, &a, panel, end, &mut out[columns.start..], out_stride);
            }
        };
        let blocks = rows.div_ceil(BLOCK_ROWS);
        if large && rayon::current_num_threads() > 1 {
            out.par_chunks_mut(BLOCK_ROWS * out_stride).take(blocks).enumerate().for_each(block);
        } else {
            out.chunks_mut(BLOCK_ROWS * out_stride).take(blocks).enumerate().for_each(block);
        }
    }

    /// Adds the products of few rows, whose activations keep 14 bits, to what stands in `out`.
    ///
    /// What follows an activation function has few large values among many small ones, which 8 bits round away;
    /// a decoder waits for weights, not for arithmetic.
    pub(crate) fn add_finely(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        bias: &[f32],
        out: &mut [f32],
        out_stride: usize,
    ) {
        let a = RoundedRows::finely(set, a, rows, self.inputs);
        let mut halves = vec![0.0; 2 * rows * self.outputs];
        self.multiply_rounded(set, &a, &mut halves, self.outputs);
        for (row, halves) in halves.chunks_exact(2 * self.outputs).enumerate() {
            let (upper, lower) = halves.split_at(self.outputs);
            let sums = upper.iter().zip(lower).zip(bias);
            for (out, ((upper, lower), bias)) in out[row * out_stride..].iter_mut().zip(sums) {
                *out += upper + lower + bias;
            }
        }
    }

    /// Multiplies few rows that are rounded already, and stores rows of `out_stride`.
    pub(crate) fn multiply_rounded(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        out: &mut [f32],
        out_stride: usize,
    ) {
        for panel in 0..self.panels() {
            let out = &mut out[panel * PANEL..];
            self.multiply_panel(set, a, panel, End::PLAIN, out, out_stride);
        }
    }

    /// All rows of `a` by one panel; `out` begins with the panel's first column.
    fn multiply_panel(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        panel: usize,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let columns = panel_columns(self.outputs, panel);
        let (steps, bias) = (&self.steps[columns.clone()], end.bias.map(|bias| &bias[columns.clone()]));
        let mut sums = [0; TILE_ROWS * PANEL];
        for (first, count) in row_tiles(a.steps.len()) {
            let rows = a.rows().starting_at(first);
            set.byte_tile(rows, count, self.panel(panel), &self.starts[panel], &mut sums);
            let (sums, row_steps) = (&sums[..count * PANEL], &a.steps[first..first + count]);
            let out = &mut out[first * out_stride..];
            set.finish_bytes(sums, row_steps, steps, bias, end.finish, columns.len(), out, out_stride);
        }
    }

    /// A product of few rows, its outputs shared between threads.
    fn multiply_by_outputs(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let a = RoundedRows::new(set, a, rows, self.inputs);
        let share = self.panels().div_ceil(rayon::current_num_threads());
        let add_later = if end.finish == Finish::Add { End { finish: Finish::Store, ..end } } else { end };
        let mut sums = vec![0.0; self.panels() * rows * PANEL];
        sums.par_chunks_mut(share * rows * PANEL).enumerate().for_each(|(index, sums)| {
            for (place, sums) in sums.chunks_exact_mut(rows * PANEL).enumerate() {
                self.multiply_panel(set, &a, index * share + place, add_later, sums, PANEL);
            }
        });
        for (panel, sums) in sums.chunks_exact(rows * PANEL).enumerate() {
            let columns = panel_columns(self.outputs, panel);
            for (row, sums) in sums.chunks_exact(PANEL).enumerate() {
                let out = &mut out[row * out_stride..][columns.clone()];
                match end.finish {
                    Finish::Add => out.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum),
                    _ => out.copy_from_slice(&sums[..columns.len()]),
                }
            }
        }
    }
}

/// A matrix that is being packed.
struct Packing {
    panel_size: usize,
    values: Vec<u8>,
    steps: Vec<f32>,
    starts: Vec<[i32; PANEL]>,
}

impl Packing {
    fn new(outputs: usize, inputs: usize) -> Packing {
        let (panels, panel_size) = (outputs.div_ceil(PANEL), PANEL * inputs.next_multiple_of(GROUP));
        Packing {
            panel_size,
            values: vec![0; panels * panel_size],
            steps: Vec::with_capacity(outputs),
            starts: vec![[0; PANEL]; panels],
        }
    }

    /// Rounds and packs the next output; `rounded` has room for its bytes.
    fn set_output(&mut self, set: InstructionSet, output: usize, row: &[f32], rounded: &mut [u8]) {
        let mut step = 0.0;
        set.quantise(row, &mut rounded[..row.len()], &mut step);
        self.steps.push(step);
        let (size, place) = (self.panel_size, output % PANEL);
        let panel = self.values[output / PANEL * size..][..size].as_chunks_mut::<GROUP>().0;
        let mut sum = 0;
        // Activations are stored 128 too high, weights are not.
        for (group, bytes) in rounded.as_chunks::<GROUP>().0.iter().enumerate() {
            let values = &mut panel[group * PANEL + place];
            for (value, byte) in values.iter_mut().zip(bytes) {
                *value = byte.wrapping_sub(128);
                sum += i32::from(*value as i8);
            }
        }
        self.starts[output / PANEL][place] = -128 * sum;
    }

    fn done(self, outputs: usize, inputs: usize) -> ByteMatrix {
        let Packing { values, steps, starts, .. } = self;
        ByteMatrix { outputs, inputs, values: Memory::Own(values), steps, starts }
    }
}

/// Rows of activations, rounded to bytes.
pub(crate) struct RoundedRows {
    values: Vec<u8>,
    stride: usize,
    steps: Vec<f32>,
}

impl RoundedRows {
    pub(crate) fn new(set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize) -> RoundedRows {
        let mut rounded = RoundedRows::zeros(rows, inputs);
        let places = rounded.values.chunks_exact_mut(rounded.stride).zip(&mut rounded.steps);
        for (row, (out, step)) in places.enumerate() {
            set.quantise(&a.starting_at(row).values[..inputs], &mut out[..inputs], step);
        }
        rounded
    }

    /// Two rows of bytes for each row, whose products add up: 14 bits of each activation.
    fn finely(set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize) -> RoundedRows {
        let mut rounded = RoundedRows::zeros(2 * rows, inputs);
        let both = rounded.values.chunks_exact_mut(2 * rounded.stride).zip(rounded.steps.chunks_exact_mut(2));
        for (row, (bytes, steps)) in both.enumerate() {
            let (upper, lower) = bytes.split_at_mut(rounded.stride);
            let values = &a.starting_at(row).values[..inputs];
            set.quantise_finely(values, &mut upper[..inputs], &mut lower[..inputs], &mut steps[1]);
            steps[0] = 128.0 * steps[1];
        }
        rounded
    }

    /// Weights that `inputs` scores make for each of the rows: two rows of bytes, whose products add up.
    pub(crate) fn soften(
        set: InstructionSet,
        scores: &mut [f32],
        stride: usize,
        inputs: usize,
    ) -> RoundedRows {
        let scores = scores.chunks_exact_mut(stride);
        let mut rounded = RoundedRows::zeros(2 * scores.len(), inputs);
        let places =
            rounded.values.chunks_exact_mut(2 * rounded.stride).zip(rounded.steps.chunks_exact_mut(2));
        for (scores, (bytes, steps)) in scores.zip(places) {
            let (upper, lower) = bytes.split_at_mut(rounded.stride);
            set.soften_to_bytes(
                &mut scores[..inputs],
                &mut upper[..inputs],
                &mut lower[..inputs],
                &mut steps[1],
            );
            steps[0] = 128.0 * steps[1];
        }
        rounded
    }

    fn zeros(rows: usize, inputs: usize) -> RoundedRows {
        // An odd number of cache lines: else all rows would fall into the same few sets of the cache.
        let stride = inputs.next_multiple_of(128) + 64;
        RoundedRows { values: vec![128; rows * stride], stride, steps: vec![0.0; rows] }
    }

    fn rows(&self) -> ByteRows<'_> {
        ByteRows { values: &self.values, stride: self.stride }
    }
}
