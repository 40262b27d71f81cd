//! Products of rows with a matrix that never changes.
//!
//! ```text
//! weights --new--> panels of 16 outputs --apply--> six rows at a time, all outputs of a panel in registers
//! ```
//!
//! A general routine packs both sides anew with every call; here the matrix is packed once, when a model is loaded.

use pulp::{Arch, Simd, WithSimd};

/// Outputs of a panel: two registers of AVX, one of AVX-512, four of NEON.
const PANEL: usize = 16;
/// Rows that are multiplied at once: with two registers each, twelve of sixteen are sums.
const ROWS: usize = 6;
/// Panels that are multiplied at once with a single row.
const GROUP: usize = 4;

/// A matrix and what is added to its products.
pub(super) struct Matrix {
    inputs: usize,
    /// For each panel, for each input the weights of 16 outputs; those beyond the last output are 0.
    panels: Vec<f32>,
    /// As many as the panels have outputs.
    bias: Vec<f32>,
}

impl Matrix {
    /// Of rows of weights, one an output, each of `inputs` numbers, and of the outputs' biases.
    pub(super) fn new<'a>(inputs: usize, rows: impl Iterator<Item = &'a [f32]>, bias: &[f32]) -> Self {
        let rows: Vec<&[f32]> = rows.collect();
        let count = rows.len().div_ceil(PANEL);
        let mut panels = vec![0.0; count * inputs * PANEL];
        for (output, row) in rows.iter().enumerate() {
            let panel = &mut panels[output / PANEL * inputs * PANEL..];
            for (input, weight) in row.iter().enumerate() {
                panel[input * PANEL + output % PANEL] = *weight;
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(count * PANEL, 0.0);
        Self { inputs, panels, bias }
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers of a row of [`Matrix::apply`]'s results: the outputs, and zeros up to a multiple of 16.
    pub(super) fn width(&self) -> usize {
        self.bias.len()
    }

    /// Writes the products of `rows` rows, the first of which begins at the start of `x` and each next one `step` further;
    /// rows may overlap.
    pub(super) fn apply(&self, arch: Arch, x: &[f32], step: usize, rows: usize, out: &mut Vec<f32>) {
        out.resize(rows * self.width(), 0.0);
        arch.dispatch(Apply { matrix: self, x, step, rows, out });
    }
}

struct Apply<'a> {
    matrix: &'a Matrix,
    x: &'a [f32],
    step: usize,
    rows: usize,
    out: &'a mut [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F32_LANES {
            16 => self.all::<S, 1>(simd),
            8 => self.all::<S, 2>(simd),
            4 => self.all::<S, 4>(simd),
            _ => self.plainly(),
        }
    }
}

impl Apply<'_> {
    /// With `V` registers a panel.
    #[inline(always)]
    fn all<S: Simd, const V: usize>(mut self, simd: S) {
        let panels = self.matrix.width() / PANEL;
        let in_blocks = self.rows - self.rows % ROWS;
        for panel in 0..panels {
            for row in (0..in_blocks).step_by(ROWS) {
                self.block::<S, V, ROWS, 1>(simd, panel, row);
            }
        }
        // A single row keeps a processor busy only with several panels at once.
        let in_groups = panels - panels % GROUP;
        for row in in_blocks..self.rows {
            for panel in (0..in_groups).step_by(GROUP) {
                self.block::<S, V, 1, GROUP>(simd, panel, row);
            }
            for panel in in_groups..panels {
                self.block::<S, V, 1, 1>(simd, panel, row);
            }
        }
    }

    /// `R` rows times `P` panels.
    #[inline(always)]
    #[allow(
        clippy::needless_range_loop,
        reason = "with iterators the sums end up in memory: half as fast, measured"
    )]
    fn block<S: Simd, const V: usize, const R: usize, const P: usize>(
        &mut self,
        simd: S,
        panel: usize,
        first: usize,
    ) {
        let Matrix { inputs, ref panels, ref bias } = *self.matrix;
        let mut weights: [&[[S::f32s; V]]; P] = [&[]; P];
        for (at, weights) in weights.iter_mut().enumerate() {
            let (registers, _) = S::as_simd_f32s(&panels[(panel + at) * inputs * PANEL..][..inputs * PANEL]);
            *weights = &registers.as_chunks::<V>().0[..inputs];
        }
        let mut x: [&[f32]; R] = [&[]; R];
        for (row, x) in x.iter_mut().enumerate() {
            *x = &self.x[(first + row) * self.step..][..inputs];
        }
        let (bias, _) = S::as_simd_f32s(&bias[panel * PANEL..][..P * PANEL]);
        let mut sums = [[[simd.splat_f32s(0.0); V]; P]; R];
        // Counted loops over fixed bounds: so the compiler keeps all sums in registers.
        for row in 0..R {
            for at in 0..P {
                for register in 0..V {
                    sums[row][at][register] = bias[at * V + register];
                }
            }
        }
        for input in 0..inputs {
            for at in 0..P {
                let weights = weights[at][input];
                for row in 0..R {
                    let x = simd.splat_f32s(x[row][input]);
                    for register in 0..V {
                        sums[row][at][register] =
                            simd.mul_add_e_f32s(x, weights[register], sums[row][at][register]);
                    }
                }
            }
        }
        let width = self.matrix.width();
        for row in 0..R {
            let out = &mut self.out[(first + row) * width + panel * PANEL..][..P * PANEL];
            let (out, _) = S::as_mut_simd_f32s(out);
            for at in 0..P {
                for register in 0..V {
                    out[at * V + register] = sums[row][at][register];
                }
            }
        }
    }

    /// Where a processor has no registers of several numbers.
    fn plainly(self) {
        let (inputs, width) = (self.matrix.inputs, self.matrix.width());
        for row in 0..self.rows {
            let x = &self.x[row * self.step..][..inputs];
            for (panel, out) in self.out[row * width..][..width].chunks_exact_mut(PANEL).enumerate() {
                out.copy_from_slice(&self.matrix.bias[panel * PANEL..][..PANEL]);
                let weights = &self.matrix.panels[panel * inputs * PANEL..][..inputs * PANEL];
                for (x, weights) in x.iter().zip(weights.chunks_exact(PANEL)) {
                    out.iter_mut().zip(weights).for_each(|(out, weight)| *out += x * weight);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_definition() {
        // Numbers that are whole and small, so that sums are exact in any order.
        let number = |at: usize| ((at * 7 + 3) % 11) as f32 - 5.0;
        for (inputs, outputs, rows, step) in
            [(1, 1, 1, 1), (5, 16, 6, 5), (7, 17, 13, 3), (3, 130, 1, 3), (4, 100, 20, 9)]
        {
            let weights: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let bias: Vec<f32> = (0..outputs).map(number).collect();
            let x: Vec<f32> = (0..(rows - 1) * step + inputs).map(|at| number(at + 2)).collect();
            let matrix = Matrix::new(inputs, weights.chunks_exact(inputs), &bias);
            let expected = |row: usize, output: usize| {
                let products =
                    (0..inputs).map(|input| x[row * step + input] * weights[output * inputs + input]);
                bias[output] + products.sum::<f32>()
            };
            let mut out = vec![9.0; 3];
            matrix.apply(Arch::new(), &x, step, rows, &mut out);
            let mut plain = vec![0.0; out.len()];
            Apply { matrix: &matrix, x: &x, step, rows, out: &mut plain }.plainly();
            assert_eq!(out, plain, "{inputs} {outputs} {rows} {step}");
            for (row, out) in out.chunks_exact(matrix.width()).enumerate() {
                let expected: Vec<f32> = (0..outputs).map(|output| expected(row, output)).collect();
                assert_eq!(out[..outputs], expected, "{inputs} {outputs} {rows} {step}, row {row}");
            }
        }
    }
}
