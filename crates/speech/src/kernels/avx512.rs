//! Tiles with 512-bit registers: 12 rows by 32 columns, the factors of a row broadcast from memory.

use super::{PANEL, Panel, Rows, TILE_ROWS};
use half::f16;
use std::arch::x86_64::*;

/// See [`super::InstructionSet::tile`].
///
/// # Safety
///
/// The processor has AVX-512 F, `1 <= rows <= 12`, `a` holds `rows` rows of `steps` values, the panel `steps`
/// times 32, and `out` has room for `rows` rows of 32.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn tile(
    a: Rows<'_>,
    rows: usize,
    panel: Panel<'_>,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    macro_rules! by_rows {
        ($source:ty, $columns:expr) => {
            // SAFETY: passed on from the caller.
            unsafe {
                match rows {
                    1 => sums::<1, $source>(a, $columns, steps, out, out_stride),
                    2 => sums::<2, $source>(a, $columns, steps, out, out_stride),
                    3 => sums::<3, $source>(a, $columns, steps, out, out_stride),
                    4 => sums::<4, $source>(a, $columns, steps, out, out_stride),
                    5 => sums::<5, $source>(a, $columns, steps, out, out_stride),
                    6 => sums::<6, $source>(a, $columns, steps, out, out_stride),
                    7 => sums::<7, $source>(a, $columns, steps, out, out_stride),
                    8 => sums::<8, $source>(a, $columns, steps, out, out_stride),
                    9 => sums::<9, $source>(a, $columns, steps, out, out_stride),
                    10 => sums::<10, $source>(a, $columns, steps, out, out_stride),
                    11 => sums::<11, $source>(a, $columns, steps, out, out_stride),
                    _ => sums::<TILE_ROWS, $source>(a, $columns, steps, out, out_stride),
                }
            }
        };
    }
    match panel {
        Panel::F32(columns) => by_rows!(f32, columns.as_ptr()),
        Panel::F16(columns) => by_rows!(f16, columns.as_ptr()),
    }
}

/// A kind of number that a panel stores.
trait Column: Copy {
    /// Loads 16 neighbouring columns.
    ///
    /// # Safety
    ///
    /// The processor has AVX-512 F and 16 values can be read.
    unsafe fn load(from: *const Self) -> __m512;
}

impl Column for f32 {
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn load(from: *const f32) -> __m512 {
        // SAFETY: the caller promises 16 readable values.
        unsafe { _mm512_loadu_ps(from) }
    }
}

impl Column for f16 {
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn load(from: *const f16) -> __m512 {
        // SAFETY: the caller promises 16 readable values, which are 32 bytes.
        unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())) }
    }
}

/// # Safety
///
/// As for [`tile`], with `ROWS` rows and `steps * 32` columns from `columns` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn sums<const ROWS: usize, C: Column>(
    a: Rows<'_>,
    columns: *const C,
    steps: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    let mut left = [_mm512_setzero_ps(); ROWS];
    let mut right = [_mm512_setzero_ps(); ROWS];
    let factors = a.values.as_ptr();
    for k in 0..steps {
        // SAFETY: `k < steps`, so the panel holds 32 columns here and each row a factor.
        unsafe {
            let column = columns.add(k * PANEL);
            let (first, second) = (C::load(column), C::load(column.add(16)));
            for row in 0..ROWS {
                let factor = _mm512_set1_ps(*factors.add(row * a.stride + k));
                left[row] = _mm512_fmadd_ps(factor, first, left[row]);
                right[row] = _mm512_fmadd_ps(factor, second, right[row]);
            }
        }
    }
    let out = out.as_mut_ptr();
    for row in 0..ROWS {
        // SAFETY: the caller promises room for 32 values in each row.
        unsafe {
            _mm512_storeu_ps(out.add(row * out_stride), left[row]);
            _mm512_storeu_ps(out.add(row * out_stride + 16), right[row]);
        }
    }
}

/// # Safety
///
/// The processor has AVX-512 F and `out` is as long as `values`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn widen(values: &[f16], out: &mut [f32]) {
    let whole = values.len() / 16 * 16;
    for at in (0..whole).step_by(16) {
        // SAFETY: 16 values are left in both.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr().add(at), f16::load(values.as_ptr().add(at))) };
    }
    super::portable::widen(&values[whole..], &mut out[whole..]);
}
