//! Weights in bytes: a quarter of the memory, and products of whole numbers.
//!
//! Each output of a matrix has a step of its own, the 127th part of its largest weight or, of coarse weights, the 63rd; each
//! row of activations has one, too, found when it comes by. As in CTranslate2's `int8`.

use super::matrix::{
    BLOCK_ROWS, SHARED_FROM, byte_block_rows, copy_row, panel_columns, row_tiles, share_outputs,
};
use super::memory::Memory;
use crate::kernels::{
    ByteRows, ByteScores, Fineness, Finish, Fit, Form, InstructionSet, Limits, NO_SUMS, PANEL, Products,
    Rows, STEP_BYTES, SignedRows, Softened, UNIT_INPUTS, round_to_fit, rows_with_room,
};
use crate::weights::Tensor;
use rayon::prelude::*;

/// Bytes that one lane of a dot product takes.
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

/// A matrix of `outputs` by `inputs` as panels of 32 outputs: `[outputs / 32][inputs / 4][32][4]`, filled up to whole panels
/// and steps of 64 inputs.
pub(crate) struct ByteMatrix {
    outputs: usize,
    inputs: usize,
    fit: Fit,
    /// What zero of activations is stored as.
    zero: u8,
    /// Signed.
    values: Memory,
    /// What one step of each output's weights is worth.
    steps: Vec<f32>,
    /// What makes up for that: so many times the sum of each output's weights, below zero, to whole panels.
    starts: Vec<[i32; PANEL]>,
}

impl ByteMatrix {
    /// Rounds and packs weights given row by row, an output a row: so that they fit where `set` gains by it and what is lost for that
    /// is no more than what rounding loses.
    pub(crate) fn from_tensors(set: InstructionSet, parts: &[&Tensor], fineness: Fineness) -> ByteMatrix {
        if let Some(limits) = fineness.limits()
            && set.gains_by_fit()
        {
            let packing = Packing::of(set, parts, Some(limits));
            // Rounding moves a weight by the square root of a twelfth of a step, as a rule.
            if packing.lost <= packing.values.len() / 12 {
                return packing.done();
            }
        }
        Packing::of(set, parts, None).done()
    }

    /// Rounds and packs activations, an output a row, `rows[output][input]`.
    pub(super) fn from_rows(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
        form: Form,
    ) -> ByteMatrix {
        let mut packing = Packing::new(outputs, inputs, form.fit, form.zero);
        for output in 0..outputs {
            packing.set_output(set, output, &rows.starting_at(output).values[..inputs], form);
        }
        packing.done()
    }

    /// Rounds and packs activations that weights are to meet, an input a row, `rows[input][output]`.
    pub(super) fn from_columns(
        set: InstructionSet,
        rows: Rows<'_>,
        outputs: usize,
        inputs: usize,
        form: Form,
    ) -> ByteMatrix {
        let mut packing = Packing::new(outputs, inputs, form.fit, form.weight_zero);
        let mut rounded = vec![0; inputs.next_multiple_of(GROUP) * PANEL];
        let size = packing.panel_size;
        for first in (0..outputs).step_by(PANEL) {
            let mut steps = [0.0; PANEL];
            let (part, steps) =
                (Rows { values: &rows.values[first..], ..rows }, &mut steps[..PANEL.min(outputs - first)]);
            set.round_columns(part, inputs, form.greatest, steps, &mut rounded, PANEL);
            packing.steps.extend_from_slice(steps);
            let panel = &mut packing.values[first / PANEL * size..][..size];
            let starts = &mut packing.starts[first / PANEL];
            set.group_columns(&rounded, panel, starts);
            starts.iter_mut().for_each(|start| *start *= -i32::from(form.weight_zero));
        }
        packing.done()
    }

    /// Where its bytes lie.
    pub(crate) fn memory(&mut self) -> &mut Memory {
        &mut self.values
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    fn panel_size(&self) -> usize {
        self.inputs.next_multiple_of(STEP_BYTES) * PANEL
    }

    fn panels(&self) -> usize {
        self.starts.len()
    }

    fn panel(&self, index: usize) -> &[u8] {
        let size = self.panel_size();
        &self.values.bytes()[index * size..][..size]
    }

    /// Multiplies `rows` rows of `a`, ends the sums, and stores rows of `out_stride`.
    ///
    /// The work is shared between the threads of the current pool where it is large: by rows when there are many (an
    /// encoder), by outputs when there are few (a decoder).
    pub(crate) fn multiply(
        &self,
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let block_rows = byte_block_rows(set);
        if rows <= block_rows {
            let a = RoundedRows::new(set, a, rows, self.inputs);
            return self.multiply_rounded(set, &a, end, out, out_stride);
        }
        let block = |(index, out): (usize, &mut [f32])| {
            let first = index * block_rows;
            let count = block_rows.min(rows - first);
            let a = RoundedRows::new(set, a.starting_at(first), count, self.inputs);
            self.multiply_panels(set, &a, end, out, out_stride);
        };
        let blocks = rows.div_ceil(block_rows);
        if self.is_shared(rows) {
            out.par_chunks_mut(block_rows * out_stride).take(blocks).enumerate().for_each(block);
        } else {
            out.chunks_mut(block_rows * out_stride).take(blocks).enumerate().for_each(block);
        }
    }

    /// Whether a product of so many rows is work for several threads.
    fn is_shared(&self, rows: usize) -> bool {
        rows * self.outputs * self.inputs >= SHARED_FROM && rayon::current_num_threads() > 1
    }

    /// Adds the products of `rows` rows, whose activations keep 14 bits, to what stands in `out`.
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
        const ROWS: usize = BLOCK_ROWS / 2;
        let (mut rounded, mut halves) = (RoundedRows::default(), Vec::new());
        for first in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - first);
            rounded.quantise_finely(set, a.starting_at(first), count, self.inputs, self.zero);
            halves.resize(2 * count * self.outputs, 0.0);
            self.multiply_rounded(set, &rounded, End::PLAIN, &mut halves, self.outputs);
            for (row, halves) in halves.chunks_exact(2 * self.outputs).enumerate() {
                let (upper, lower) = halves.split_at(self.outputs);
                let sums = upper.iter().zip(lower).zip(bias);
                for (out, ((upper, lower), bias)) in out[(first + row) * out_stride..].iter_mut().zip(sums) {
                    *out += upper + lower + bias;
                }
            }
        }
    }

    /// Multiplies few rows that are rounded already, ends the sums, and stores rows of `out_stride`.
    pub(crate) fn multiply_rounded(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        if self.is_shared(a.count()) {
            self.multiply_by_outputs(set, a, end, out, out_stride);
        } else {
            self.multiply_panels(set, a, end, out, out_stride);
        }
    }

    /// The same by this thread alone.
    pub(crate) fn multiply_panels(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let (products, mut sums) = (set.products(), NO_SUMS);
        // Rows stay in the first-level cache where columns come by as fast as they are multiplied, else columns do.
        if set.takes_matrices() {
            for tile in row_tiles(a.count(), products.tile_rows()) {
                for panel in 0..self.panels() {
                    let out = &mut out[tile.0 * out_stride + panel * PANEL..];
                    self.multiply_tile(set, &products, a, tile, panel, end, &mut sums, out, out_stride);
                }
            }
        } else {
            let all = (0, a.count());
            self.multiply_rows(set, &products, a, all, end, &mut sums, out, out_stride);
        }
    }

    /// Some rows of `a`, the first and their number, panel after panel; `out` begins with the first of these rows.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    pub(super) fn multiply_rows(
        &self,
        set: InstructionSet,
        products: &Products,
        a: &RoundedRows,
        rows: (usize, usize),
        end: End<'_>,
        sums: &mut [i32],
        out: &mut [f32],
        out_stride: usize,
    ) {
        for panel in 0..self.panels() {
            let out = &mut out[panel * PANEL..];
            self.multiply_panel(set, products, a, rows, panel, end, sums, out, out_stride);
        }
    }

    /// The same by one panel; `out` begins with the panel's first column.
    #[allow(clippy::too_many_arguments)]
    fn multiply_panel(
        &self,
        set: InstructionSet,
        products: &Products,
        a: &RoundedRows,
        (first, count): (usize, usize),
        panel: usize,
        end: End<'_>,
        sums: &mut [i32],
        out: &mut [f32],
        out_stride: usize,
    ) {
        for (start, rows) in row_tiles(count, products.tile_rows()) {
            let (tile, out) = ((first + start, rows), &mut out[start * out_stride..]);
            self.multiply_tile(set, products, a, tile, panel, end, sums, out, out_stride);
        }
    }

    /// One tile of rows, the first and their number, by one panel; `out` begins with the first of these rows and the panel's first
    /// column.
    #[allow(clippy::too_many_arguments)]
    fn multiply_tile(
        &self,
        set: InstructionSet,
        products: &Products,
        a: &RoundedRows,
        (first, count): (usize, usize),
        panel: usize,
        end: End<'_>,
        sums: &mut [i32],
        out: &mut [f32],
        out_stride: usize,
    ) {
        self.sum_tile(products, a, (first, count), panel, sums);
        let columns = panel_columns(self.outputs, panel);
        let (steps, bias) = (&self.steps[columns.clone()], end.bias.map(|bias| &bias[columns.clone()]));
        let (sums, row_steps) = (&sums[..count * PANEL], &a.steps[first..first + count]);
        set.finish_bytes(sums, row_steps, steps, bias, end.finish, columns.len(), out, out_stride);
    }

    /// The whole-number sums of one tile of rows, the first and their number, by one panel.
    #[inline]
    fn sum_tile(
        &self,
        products: &Products,
        a: &RoundedRows,
        (first, count): (usize, usize),
        panel: usize,
        sums: &mut [i32],
    ) {
        assert_eq!(a.zero, self.zero, "starts make up for the zero of other rows");
        let rows = a.rows().starting_at(first);
        products.byte_tile(rows, count, self.panel(panel), self.fit, &self.starts[panel], sums);
    }

    /// The same of all panels and of more rows: `[panel][row][32]`, a panel's numbers `size` apart.
    pub(super) fn sum_rows(
        &self,
        products: &Products,
        a: &RoundedRows,
        (first, count): (usize, usize),
        sums: &mut [i32],
        size: usize,
    ) {
        for (panel, sums) in sums.chunks_mut(size).take(self.panels()).enumerate() {
            for (start, rows) in row_tiles(count, products.tile_rows()) {
                self.sum_tile(products, a, (first + start, rows), panel, &mut sums[start * PANEL..]);
            }
        }
    }

    /// A product of few rows, its outputs shared between threads.
    fn multiply_by_outputs(
        &self,
        set: InstructionSet,
        a: &RoundedRows,
        end: End<'_>,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let (rows, room) = (a.count(), || (set.products(), NO_SUMS));
        share_outputs(self.outputs, rows, out, out_stride, room, |(products, sums), panel, out| {
            self.multiply_panel(set, products, a, (0, rows), panel, end, sums, out, PANEL);
        });
    }
}

/// A matrix that is being packed.
struct Packing {
    outputs: usize,
    inputs: usize,
    fit: Fit,
    /// What zero of activations is stored as.
    zero: u8,
    panel_size: usize,
    values: Vec<u8>,
    steps: Vec<f32>,
    starts: Vec<[i32; PANEL]>,
    /// Squares of the steps that weights lost to fit.
    lost: usize,
    /// Room for one output, 128 too high.
    rounded: Vec<u8>,
}

impl Packing {
    /// Of weights that are made to fit where there are limits.
    fn of(set: InstructionSet, parts: &[&Tensor], limits: Option<Limits>) -> Packing {
        let inputs: usize = parts.first().map_or(0, |tensor| tensor.shape.iter().skip(1).product());
        let outputs: usize = parts.iter().map(|tensor| tensor.shape[0]).sum();
        let Form { fit, zero, .. } = Form::BYTES;
        let (fit, zero) = limits.map_or((fit, zero), |limits| (Fit::Four, limits.zero));
        let mut packing = Packing::new(outputs, inputs, fit, zero);
        let mut values = vec![0.0; inputs];
        let rows = parts.iter().flat_map(|tensor| (0..tensor.shape[0]).map(move |row| (tensor, row)));
        for (output, (tensor, row)) in rows.enumerate() {
            copy_row(set, tensor, row, &mut values);
            match limits {
                Some(limits) => packing.set_fitting_output(output, &values, limits),
                None => packing.set_output(set, output, &values, Form::BYTES),
            }
        }
        packing
    }

    fn new(outputs: usize, inputs: usize, fit: Fit, zero: u8) -> Packing {
        let (panels, filled) = (outputs.div_ceil(PANEL), inputs.next_multiple_of(STEP_BYTES));
        Packing {
            outputs,
            inputs,
            fit,
            zero,
            panel_size: PANEL * filled,
            values: vec![0; panels * PANEL * filled],
            steps: Vec::with_capacity(outputs),
            starts: vec![[0; PANEL]; panels],
            lost: 0,
            rounded: vec![128; filled],
        }
    }

    /// Rounds and packs the next output.
    fn set_output(&mut self, set: InstructionSet, output: usize, row: &[f32], form: Form) {
        let mut step = 0.0;
        set.round_to_bytes(row, form.greatest, 128, &mut self.rounded[..row.len()], &mut step);
        self.place(output, step);
    }

    /// The same, made to fit.
    fn set_fitting_output(&mut self, output: usize, row: &[f32], limits: Limits) {
        let mut step = 0.0;
        self.lost += round_to_fit(row, limits, &mut self.rounded, &mut step);
        self.place(output, step);
    }

    /// Packs what was rounded.
    #[inline]
    fn place(&mut self, output: usize, step: f32) {
        self.steps.push(step);
        let (size, place) = (self.panel_size, output % PANEL);
        let panel = self.values[output / PANEL * size..][..size].as_chunks_mut::<GROUP>().0;
        for (group, bytes) in self.rounded.as_chunks::<GROUP>().0.iter().enumerate() {
            // Four at once: 128 less is another highest bit.
            let four = u32::from_ne_bytes(*bytes) ^ 0x8080_8080;
            panel[group * PANEL + place] = four.to_ne_bytes();
        }
        let sum: i32 = self.rounded.iter().map(|byte| i32::from(*byte) - 128).sum();
        self.starts[output / PANEL][place] = -i32::from(self.zero) * sum;
    }

    fn done(self) -> ByteMatrix {
        let Packing { outputs, inputs, fit, zero, values, steps, starts, .. } = self;
        ByteMatrix { outputs, inputs, fit, zero, values: Memory::of(values), steps, starts }
    }
}

/// Rows of activations, rounded to bytes.
#[derive(Default)]
pub(crate) struct RoundedRows {
    values: Vec<u8>,
    stride: usize,
    /// What zero is stored as.
    zero: u8,
    steps: Vec<f32>,
}

impl RoundedRows {
    pub(crate) fn new(set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize) -> RoundedRows {
        let mut rounded = RoundedRows::default();
        rounded.quantise(set, a, rows, inputs);
        rounded
    }

    /// Rows of activations that meet activations, each step worth `scale` times as much.
    pub(super) fn of_form(
        set: InstructionSet,
        a: Rows<'_>,
        rows: usize,
        inputs: usize,
        form: Form,
        scale: f32,
    ) -> RoundedRows {
        let mut rounded = RoundedRows::default();
        rounded.round(set, a, rows, inputs, form);
        rounded.steps.iter_mut().for_each(|step| *step *= scale);
        rounded
    }

    /// Holds the rows of `a` in place of what was there.
    pub(crate) fn quantise(&mut self, set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize) {
        self.round(set, a, rows, inputs, Form::BYTES);
    }

    fn round(&mut self, set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize, form: Form) {
        self.fit(rows, inputs, form.zero);
        let places = self.values.chunks_exact_mut(self.stride).zip(&mut self.steps);
        for (row, (out, step)) in places.enumerate() {
            let row = &a.starting_at(row).values[..inputs];
            set.round_to_bytes(row, form.greatest, form.zero, &mut out[..inputs], step);
        }
    }

    /// Holds the weights of `keys` for some queries, whose steps are worth `query_steps` and which score them `sums` as
    /// [`ByteMatrix::sum_rows`] makes them, in place of what was there.
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    pub(super) fn soften_rows(
        &mut self,
        set: InstructionSet,
        sums: &[i32],
        size: usize,
        keys: &ByteMatrix,
        query_steps: &[f32],
        queries: &mut [Softened],
        form: Form,
    ) {
        self.fit(queries.len(), keys.outputs, form.weight_zero);
        let scores = ByteScores { sums, panel: size, key_steps: &keys.steps, query_steps };
        set.soften_rows(scores, queries, form.weight_zero, &mut self.values, self.stride, &mut self.steps);
    }

    /// Holds the rows of `a`, of which 14 bits are kept, in place of what was there.
    fn quantise_finely(&mut self, set: InstructionSet, a: Rows<'_>, rows: usize, inputs: usize, zero: u8) {
        self.fill_in_halves(rows, inputs, zero, |row, upper, lower, step| {
            set.quantise_finely(&a.starting_at(row).values[..inputs], zero, upper, lower, step);
        });
    }

    /// Holds weights of 14 bits that `inputs` scores make for each of the rows in place of what was there; scores are used up.
    pub(crate) fn soften(&mut self, set: InstructionSet, scores: &mut [f32], stride: usize, inputs: usize) {
        let zero = Form::BYTES.zero;
        self.fill_in_halves(scores.len() / stride, inputs, zero, |row, upper, lower, step| {
            set.soften_to_bytes(&mut scores[row * stride..][..inputs], upper, lower, step);
        });
    }

    /// Two rows of bytes for each row, whose products add up: `fill` gets the upper, which counts 128 steps, the lower,
    /// and what a step of that is worth.
    fn fill_in_halves(
        &mut self,
        rows: usize,
        inputs: usize,
        zero: u8,
        mut fill: impl FnMut(usize, &mut [u8], &mut [u8], &mut f32),
    ) {
        self.fit(2 * rows, inputs, zero);
        let both = self.values.chunks_exact_mut(2 * self.stride).zip(self.steps.chunks_exact_mut(2));
        for (row, (bytes, steps)) in both.enumerate() {
            let (upper, lower) = bytes.split_at_mut(self.stride);
            fill(row, &mut upper[..inputs], &mut lower[..inputs], &mut steps[1]);
            steps[0] = 128.0 * steps[1];
        }
    }

    /// Makes room for rows of so many inputs, which are filled up with zeros; what stands there already is written over.
    fn fit(&mut self, rows: usize, inputs: usize, zero: u8) {
        self.zero = zero;
        // An odd number of cache lines: else all rows would fall into the same few sets of the cache.
        self.stride = inputs.next_multiple_of(128) + 64;
        // Never shorter, since what is cut off would be filled anew the next time.
        let needed = rows_with_room(rows) * self.stride;
        if self.values.len() < needed {
            self.values.resize(needed, zero);
        }
        for row in self.values.chunks_exact_mut(self.stride).take(rows) {
            row[inputs..inputs.next_multiple_of(STEP_BYTES)].fill(zero);
        }
        self.steps.clear();
        self.steps.resize(rows, 0.0);
    }

    fn count(&self) -> usize {
        self.steps.len()
    }

    /// What a step of each row is worth.
    pub(super) fn steps(&self) -> &[f32] {
        &self.steps
    }

    fn rows(&self) -> ByteRows<'_> {
        ByteRows { values: &self.values, stride: self.stride }
    }
}

/// Rounded rows as products with half-bytes want them.
#[derive(Default)]
pub(super) struct Signed {
    values: Vec<i8>,
    sums: Vec<f32>,
    units: usize,
}

impl Signed {
    /// Holds the rows, without the 128 that they are stored above their value and each of `units` units, in place of what was
    /// there.
    pub(super) fn take(&mut self, set: InstructionSet, rows: &RoundedRows, units: usize) {
        let size = units * UNIT_INPUTS;
        self.units = units;
        self.values.resize(rows.count() * size, 0);
        self.sums.resize(rows.count() * units, 0.0);
        let signed = self.values.chunks_exact_mut(size).zip(self.sums.chunks_exact_mut(units));
        for (bytes, (values, sums)) in rows.values.chunks_exact(rows.stride).zip(signed) {
            set.sign_bytes(&bytes[..size], values, sums);
        }
    }

    pub(super) fn rows(&self) -> SignedRows<'_> {
        SignedRows { values: &self.values, sums: &self.sums, units: self.units }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Values;

    const OUTPUTS: usize = 40;
    const INPUTS: usize = 200;

    /// How weights from `random` fit for each set, and how far a product with them is off, as a part of its size.
    fn products_of(random: impl FnMut() -> f32) -> Vec<(InstructionSet, Fit, f32)> {
        let weights: Vec<f32> = std::iter::repeat_with(random).take(OUTPUTS * INPUTS).collect();
        let mut inputs = fastrand::Rng::with_seed(5);
        let a: Vec<f32> = (0..INPUTS).map(|_| inputs.f32() - 0.5).collect();
        let tensor = Tensor { shape: vec![OUTPUTS, INPUTS], values: Values::F32(weights.clone()) };
        let exact = weights.chunks(INPUTS).map(|row| row.iter().zip(&a).map(|(x, y)| x * y).sum::<f32>());
        let exact: Vec<f32> = exact.collect();
        let square = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
        let sets = InstructionSet::available().into_iter().map(|set| {
            let matrix = ByteMatrix::from_tensors(set, &[&tensor], Fineness::Coarse);
            let mut found = vec![0.0; OUTPUTS];
            let rows = Rows { values: &a, stride: INPUTS };
            matrix.multiply(set, rows, 1, End::PLAIN, &mut found, OUTPUTS);
            let off: Vec<f32> = found.iter().zip(&exact).map(|(found, exact)| found - exact).collect();
            (set, matrix.fit, (square(&off) / square(&exact)).sqrt())
        });
        sets.collect()
    }

    #[test]
    fn weights_are_coarse_where_they_fit_and_products_stay_near() {
        // As those of a trained network are: many small ones.
        let mut random = fastrand::Rng::with_seed(6);
        let sums = || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        for (set, fit, off) in products_of(sums) {
            assert_eq!(fit == Fit::Four, set.gains_by_fit(), "{set:?}");
            assert!(off < 0.025, "{set:?} is {off} off");
        }
    }

    #[test]
    fn weights_that_do_not_fit_stay_fine() {
        let mut random = fastrand::Rng::with_seed(7);
        for (set, fit, off) in products_of(|| random.f32() - 0.5) {
            assert_eq!(fit, Fit::One, "{set:?}");
            assert!(off < 0.01, "{set:?} is {off} off");
        }
    }
}
