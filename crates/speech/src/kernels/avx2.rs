//! Tiles with 256-bit registers: the 12 by 32 tile is done in parts of at most 6 rows by 16 columns.

use super::{PANEL, Panel, Rows};
use half::f16;
use std::arch::x86_64::*;

const PART_ROWS: usize = 6;
const PART_COLUMNS: usize = 16;

/// See [`super::InstructionSet::tile`].
///
/// # Safety
///
/// The processor has AVX2, FMA and F16C, `1 <= rows <= 12`, `a` holds `rows` rows of `steps` values, the panel
/// `steps` times 32, and `out` has room for `rows` rows of 32.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) unsafe fn tile(
    a: Rows<'_>,
    rows: usize,
    panel: Panel<'_>,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    for first in (0..rows).step_by(PART_ROWS) {
        for column in [0, PART_COLUMNS] {
            let (part, count) = (a.starting_at(first), PART_ROWS.min(rows - first));
            let out = &mut out[first * out_stride + column..];
            // SAFETY: passed on from the caller; the part lies inside the tile.
            unsafe {
                match panel {
                    Panel::F32(all) => by_rows(part, count, all.as_ptr().add(column), steps, out, out_stride),
                    Panel::F16(all) => by_rows(part, count, all.as_ptr().add(column), steps, out, out_stride),
                }
            }
        }
    }
}

/// A kind of number that a panel stores.
trait Column: Copy {
    /// Loads 8 neighbouring columns.
    ///
    /// # Safety
    ///
    /// The processor has AVX2 and F16C and 8 values can be read.
    unsafe fn load(from: *const Self) -> __m256;
}

impl Column for f32 {
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    unsafe fn load(from: *const f32) -> __m256 {
        // SAFETY: the caller promises 8 readable values.
        unsafe { _mm256_loadu_ps(from) }
    }
}

impl Column for f16 {
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    unsafe fn load(from: *const f16) -> __m256 {
        // SAFETY: the caller promises 8 readable values, which are 16 bytes.
        unsafe { _mm256_cvtph_ps(_mm_loadu_si128(from.cast())) }
    }
}

/// # Safety
///
/// As for [`tile`], with `count` rows, at most 6, 16 columns of each step from `columns` on, and room
/// for as many sums in `out`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn by_rows<C: Column>(
    a: Rows<'_>,
    count: usize,
    columns: *const C,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    // SAFETY: passed on from the caller.
    unsafe {
        match count {
            1 => sums::<1, C>(a, columns, steps, out, out_stride),
            2 => sums::<2, C>(a, columns, steps, out, out_stride),
            3 => sums::<3, C>(a, columns, steps, out, out_stride),
            4 => sums::<4, C>(a, columns, steps, out, out_stride),
            5 => sums::<5, C>(a, columns, steps, out, out_stride),
            _ => sums::<PART_ROWS, C>(a, columns, steps, out, out_stride),
        }
    }
}

/// # Safety
///
/// As for [`by_rows`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn sums<const ROWS: usize, C: Column>(
    a: Rows<'_>,
    columns: *const C,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    let mut left = [_mm256_setzero_ps(); ROWS];
    let mut right = [_mm256_setzero_ps(); ROWS];
    let factors = a.values.as_ptr();
    for k in 0..steps {
        // SAFETY: `k < steps`, so 16 columns can be read here and each row holds a factor.
        unsafe {
            let from = columns.add(k * PANEL);
            let (first, second) = (C::load(from), C::load(from.add(8)));
            for row in 0..ROWS {
                let factor = _mm256_set1_ps(*factors.add(row * a.stride + k));
                left[row] = _mm256_fmadd_ps(factor, first, left[row]);
                right[row] = _mm256_fmadd_ps(factor, second, right[row]);
            }
        }
    }
    let out = out.as_mut_ptr();
    for row in 0..ROWS {
        // SAFETY: the caller promises room for 16 sums in each row.
        unsafe {
            _mm256_storeu_ps(out.add(row * out_stride), left[row]);
            _mm256_storeu_ps(out.add(row * out_stride + 8), right[row]);
        }
    }
}

/// # Safety
///
/// The processor has AVX2 and F16C and `out` is as long as `values`.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) unsafe fn widen(values: &[f16], out: &mut [f32]) {
    let whole = values.len() / 8 * 8;
    for at in (0..whole).step_by(8) {
        // SAFETY: 8 values are left in both.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr().add(at), f16::load(values.as_ptr().add(at))) };
    }
    super::portable::widen(&values[whole..], &mut out[whole..]);
}
