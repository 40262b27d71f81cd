//! What the decoder attends to, in half-bytes: keys and values of the sound are most of what it reads for each token.
//!
//! Each 64 inputs of an output have a step and a least value of their own, which bytes don't need.

use super::bytes::{RoundedRows, Signed};
use super::memory::Memory;
use crate::kernels::{InstructionSet, MOST_HALF_BYTE_ROWS, PANEL, Rows, UNIT, UNIT_INPUTS};

/// A matrix of `outputs` by `inputs` as panels of 32 outputs, each of units of 64 inputs.
pub(super) struct HalfByteMatrix {
    outputs: usize,
    units: usize,
    values: Memory,
}

impl HalfByteMatrix {
    /// Packs activations, an output a row, `rows[output][input]`, without what all outputs have in common.
    ///
    /// Keys: what they share adds as much to every score, which weights don't show.
    pub(super) fn from_rows(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> HalfByteMatrix {
        let mut mean = vec![0.0; inputs];
        for output in 0..outputs {
            mean.iter_mut().zip(rows.starting_at(output).values).for_each(|(mean, value)| *mean += value);
        }
        mean.iter_mut().for_each(|mean| *mean /= outputs as f32);
        HalfByteMatrix::pack(set, outputs, inputs, |first_output, first_input, tile| {
            for output in 0..PANEL.min(outputs - first_output) {
                let row = &rows.starting_at(first_output + output).values[first_input..inputs];
                let values = row.iter().zip(&mean[first_input..]);
                for (out, (value, mean)) in tile.iter_mut().zip(values) {
                    out[output] = value - mean;
                }
            }
        })
    }

    /// Packs activations, an input a row, `rows[input][output]`.
    pub(super) fn from_columns(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
    ) -> HalfByteMatrix {
        HalfByteMatrix::pack(set, outputs, inputs, |first_output, first_input, tile| {
            let width = PANEL.min(outputs - first_output);
            for (input, out) in (first_input..inputs).zip(tile) {
                out[..width].copy_from_slice(&rows.starting_at(input).values[first_output..][..width]);
            }
        })
    }

    /// `fill` gets the first output and input of each unit, and room for it.
    fn pack(
        set: InstructionSet,
        outputs: usize,
        inputs: usize,
        fill: impl Fn(usize, usize, &mut [[f32; PANEL]; UNIT_INPUTS]),
    ) -> HalfByteMatrix {
        let (panels, units) = (outputs.div_ceil(PANEL), inputs.div_ceil(UNIT_INPUTS));
        let mut values = vec![0; panels * units * UNIT];
        let mut tile = [[0.0; PANEL]; UNIT_INPUTS];
        for (place, unit) in values.chunks_exact_mut(UNIT).enumerate() {
            let (output, input) = (place / units * PANEL, place % units * UNIT_INPUTS);
            fill(output, input, &mut tile);
            set.pack_half_bytes(&tile, UNIT_INPUTS.min(inputs - input), unit);
        }
        HalfByteMatrix { outputs, units, values: Memory::of(values) }
    }

    /// Where its bytes lie.
    pub(super) fn memory(&mut self) -> &mut Memory {
        &mut self.values
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Multiplies rows that are rounded already, and stores rows of `out_stride`; `signed` is room for them.
    pub(super) fn multiply(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        signed: &mut Signed,
        out: &mut [f32],
        out_stride: usize,
    ) {
        signed.take(set, a, self.units);
        let (rows, steps) = (signed.rows(), a.steps());
        // As many rows at a time each time: columns are read as often.
        let together = steps.len().div_ceil(steps.len().div_ceil(MOST_HALF_BYTE_ROWS).max(1)).max(1);
        let mut sums = [[0.0; PANEL]; MOST_HALF_BYTE_ROWS];
        for (index, panel) in self.values.bytes().chunks_exact(self.units * UNIT).enumerate() {
            let columns = index * PANEL..self.outputs.min((index + 1) * PANEL);
            for (part, steps) in steps.chunks(together).enumerate() {
                let (first, sums) = (part * together, &mut sums[..steps.len()]);
                set.multiply_half_bytes(rows.starting_at(first), panel, sums);
                for (row, (sums, step)) in (first..).zip(sums.iter().zip(steps)) {
                    let out = &mut out[row * out_stride..][columns.clone()];
                    out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum * step);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Rows;

    /// Numbers between -1 and 1 that have nothing in common.
    fn numbers(count: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(11);
        (0..count).map(|_| random.f32() * 2.0 - 1.0).collect()
    }

    #[test]
    fn columns_are_multiplied_within_half_a_step() {
        // Neither side fills its last panel or unit, and there are more rows than are multiplied at a time.
        let (inputs, outputs, count) = (150, 70, 2 * MOST_HALF_BYTE_ROWS + 1);
        let (matrix, a) = (numbers(inputs * outputs), numbers(count * inputs));
        let rows = Rows { values: &a, stride: inputs };
        for set in InstructionSet::available() {
            let packed =
                HalfByteMatrix::from_columns(set, Rows { values: &matrix, stride: outputs }, outputs, inputs);
            let mut found = vec![0.0; count * outputs];
            let rounded = RoundedRows::new(set, rows, count, inputs);
            packed.multiply(set, &rounded, &mut Signed::default(), &mut found, outputs);
            for (row, found) in found.chunks_exact(outputs).enumerate() {
                let row = &a[row * inputs..][..inputs];
                for (output, found) in found.iter().enumerate() {
                    let column = (0..inputs).map(|input| matrix[input * outputs + output]);
                    let expected: f32 = row.iter().zip(column).map(|(a, b)| a * b).sum();
                    // Each column is at most half of a fifteenth of 2 off, up or down.
                    let size: f32 = row.iter().map(|value| value.abs()).sum();
                    assert!((found - expected).abs() < 0.02 * size, "{found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn keys_score_alike_but_for_what_they_share() {
        let (keys, size) = (90, 64);
        let (mut matrix, query) = (numbers(keys * size), numbers(size));
        matrix.iter_mut().zip((0..size).cycle()).for_each(|(value, input)| *value += input as f32);
        let set = InstructionSet::Portable;
        let packed = HalfByteMatrix::from_rows(set, Rows { values: &matrix, stride: size }, keys, size);
        assert_eq!(packed.outputs(), keys);
        let mut found = vec![0.0; keys];
        let rounded = RoundedRows::new(set, Rows { values: &query, stride: size }, 1, size);
        packed.multiply(set, &rounded, &mut Signed::default(), &mut found, keys);
        let exact: Vec<f32> =
            matrix.chunks_exact(size).map(|key| key.iter().zip(&query).map(|(a, b)| a * b).sum()).collect();
        let mean = |scores: &[f32]| scores.iter().sum::<f32>() / keys as f32;
        let (shift, range) =
            (mean(&exact) - mean(&found), exact.iter().map(|score| (score - mean(&exact)).abs()));
        let range = range.fold(0.0, f32::max);
        for (exact, found) in exact.iter().zip(&found) {
            assert!((exact - found - shift).abs() < 0.1 * range, "{found} and {shift} are not {exact}");
        }
    }
}
