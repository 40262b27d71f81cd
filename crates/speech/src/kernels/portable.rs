//! Tiles in plain Rust, for every processor; also what the other sets are tested against.

use super::{PANEL, Panel, Rows};
use half::f16;

/// See [`super::InstructionSet::tile`].
pub(super) fn tile(
    a: Rows<'_>,
    rows: usize,
    panel: Panel<'_>,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    for row in 0..rows {
        let sums = &mut out[row * out_stride..][..PANEL];
        let factors = &a.values[row * a.stride..][..steps];
        match panel {
            Panel::F32(columns) => add_products(factors, columns, |value| *value, sums),
            Panel::F16(columns) => add_products(factors, columns, |value| value.to_f32(), sums),
        }
    }
}

#[inline]
fn add_products<T>(factors: &[f32], columns: &[T], widen: impl Fn(&T) -> f32, sums: &mut [f32]) {
    sums.fill(0.0);
    for (factor, column) in factors.iter().zip(columns.chunks_exact(PANEL)) {
        for (sum, value) in sums.iter_mut().zip(column) {
            *sum += factor * widen(value);
        }
    }
}

/// See [`super::Panel::widened`].
pub(super) fn widen(values: &[f16], out: &mut [f32]) {
    out.iter_mut().zip(values).for_each(|(out, value)| *out = value.to_f32());
}
