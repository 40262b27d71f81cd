//! Tiles in plain Rust, for every processor; also what the other sets are tested against.

use super::{PANEL, Panel, Rows, Tile};

/// See [`super::InstructionSet::tile`].
pub(super) fn tile(a: Rows<'_>, rows: usize, panel: Panel<'_>, steps: usize, tile: &mut Tile) {
    for (row, sums) in tile.iter_mut().enumerate().take(rows) {
        let factors = &a.values[row * a.stride..][..steps];
        match panel {
            Panel::F32(columns) => add_products(factors, columns, |value| *value, sums),
            Panel::F16(columns) => add_products(factors, columns, |value| value.to_f32(), sums),
        }
    }
}

#[inline]
fn add_products<T>(factors: &[f32], columns: &[T], widen: impl Fn(&T) -> f32, sums: &mut [f32; PANEL]) {
    *sums = [0.0; PANEL];
    for (factor, column) in factors.iter().zip(columns.chunks_exact(PANEL)) {
        for (sum, value) in sums.iter_mut().zip(column) {
            *sum += factor * widen(value);
        }
    }
}
