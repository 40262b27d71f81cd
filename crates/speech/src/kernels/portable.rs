//! Tiles in plain Rust, for every processor; also what the other sets are tested against.

use super::dots::{BYTES, ByteRows, PAIR, PairRows, Start};
use super::elementwise::lengthened;
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

/// See [`super::Products::byte_tile`].
pub(super) fn byte_tile(a: ByteRows<'_>, rows: usize, panel: &[u8], starts: &[i32; PANEL], sums: &mut [i32]) {
    for (row, sums) in sums.as_chunks_mut::<PANEL>().0.iter_mut().take(rows).enumerate() {
        *sums = *starts;
        let factors = a.starting_at(row).values.as_chunks::<BYTES>().0;
        for (factors, columns) in factors.iter().zip(panel.chunks_exact(PANEL * BYTES)) {
            for (sum, column) in sums.iter_mut().zip(columns.as_chunks::<BYTES>().0) {
                for (factor, weight) in factors.iter().zip(column) {
                    *sum += i32::from(*factor) * i32::from(*weight as i8);
                }
            }
        }
    }
}

/// See [`super::Products::pair_tile`].
pub(super) fn pair_tile(
    a: PairRows<'_>,
    rows: usize,
    panel: &[u16],
    start: Start,
    out: &mut [f32],
    out_stride: usize,
) {
    for row in 0..rows {
        let sums = &mut out[row * out_stride..][..PANEL];
        if start == Start::Zero {
            sums.fill(0.0);
        }
        let factors = a.starting_at(row).values.as_chunks::<PAIR>().0;
        for (factors, columns) in factors.iter().zip(panel.chunks_exact(PANEL * PAIR)) {
            for (sum, column) in sums.iter_mut().zip(columns.as_chunks::<PAIR>().0) {
                *sum += lengthened(factors[0]) * lengthened(column[0])
                    + lengthened(factors[1]) * lengthened(column[1]);
            }
        }
    }
}
