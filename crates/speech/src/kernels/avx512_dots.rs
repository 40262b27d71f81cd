//! Tiles of dot products with 512-bit registers, 12 rows by 32 columns: bytes by VNNI, 16-bit floats by BF16.

use super::dots::{AHEAD, BYTES, ByteRows, PAIR, PairRows, Start};
use super::{PANEL, TILE_ROWS};
use std::arch::x86_64::*;

/// Calls `$sums::<ROWS>` with the number of rows that there are.
macro_rules! by_rows {
    ($rows:expr, $sums:ident($($argument:expr),*)) => {
        match $rows {
            1 => $sums::<1>($($argument),*),
            2 => $sums::<2>($($argument),*),
            3 => $sums::<3>($($argument),*),
            4 => $sums::<4>($($argument),*),
            5 => $sums::<5>($($argument),*),
            6 => $sums::<6>($($argument),*),
            7 => $sums::<7>($($argument),*),
            8 => $sums::<8>($($argument),*),
            9 => $sums::<9>($($argument),*),
            10 => $sums::<10>($($argument),*),
            11 => $sums::<11>($($argument),*),
            _ => $sums::<TILE_ROWS>($($argument),*),
        }
    };
}

/// See [`super::Products::byte_tile`].
///
/// # Safety
///
/// The processor has AVX-512 F and VNNI, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel
/// `groups * 128`, and `sums` has room for `rows` rows of 32.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub(super) unsafe fn byte_tile(
    a: ByteRows<'_>,
    rows: usize,
    panel: &[u8],
    starts: &[i32; PANEL],
    groups: usize,
    sums: &mut [i32],
) {
    // SAFETY: passed on from the caller.
    unsafe { by_rows!(rows, byte_sums(a, panel.as_ptr(), starts, groups, sums)) }
}

/// # Safety
///
/// As for [`byte_tile`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn byte_sums<const ROWS: usize>(
    a: ByteRows<'_>,
    columns: *const u8,
    starts: &[i32; PANEL],
    groups: usize,
    sums: &mut [i32],
) {
    // SAFETY: there are 32 starts.
    let starts = unsafe {
        (_mm512_loadu_si512(starts.as_ptr().cast()), _mm512_loadu_si512(starts.as_ptr().add(16).cast()))
    };
    let (mut left, mut right) = ([starts.0; ROWS], [starts.1; ROWS]);
    let factors = a.values.as_ptr();
    for group in 0..groups {
        // SAFETY: `group < groups`, so the panel holds 128 bytes here and each row 4.
        unsafe {
            let column = columns.add(group * PANEL * BYTES);
            _mm_prefetch::<_MM_HINT_T0>(column.wrapping_add(AHEAD).cast());
            _mm_prefetch::<_MM_HINT_T0>(column.wrapping_add(AHEAD + 64).cast());
            let first = _mm512_loadu_si512(column.cast());
            let second = _mm512_loadu_si512(column.add(64).cast());
            for row in 0..ROWS {
                let factor = factors.add(row * a.stride + group * BYTES).cast::<i32>();
                let factor = _mm512_set1_epi32(factor.read_unaligned());
                left[row] = _mm512_dpbusd_epi32(left[row], factor, first);
                right[row] = _mm512_dpbusd_epi32(right[row], factor, second);
            }
        }
    }
    let out = sums.as_mut_ptr();
    for row in 0..ROWS {
        // SAFETY: the caller promises room for 32 sums in each row.
        unsafe {
            _mm512_storeu_si512(out.add(row * PANEL).cast(), left[row]);
            _mm512_storeu_si512(out.add(row * PANEL + 16).cast(), right[row]);
        }
    }
}

/// See [`super::Products::pair_tile`].
///
/// # Safety
///
/// The processor has AVX-512 F and BF16, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 2` values, the panel
/// `groups * 64`, and `out` has room for `rows` rows of 32.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
pub(super) unsafe fn pair_tile(
    a: PairRows<'_>,
    rows: usize,
    panel: &[u16],
    groups: usize,
    start: Start,
    out: &mut [f32],
    out_stride: usize,
) {
    // SAFETY: passed on from the caller.
    unsafe { by_rows!(rows, pair_sums(a, panel.as_ptr(), groups, start, out, out_stride)) }
}

/// # Safety
///
/// As for [`pair_tile`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
unsafe fn pair_sums<const ROWS: usize>(
    a: PairRows<'_>,
    columns: *const u16,
    groups: usize,
    start: Start,
    out: &mut [f32],
    out_stride: usize,
) {
    let mut left = [_mm512_setzero_ps(); ROWS];
    let mut right = [_mm512_setzero_ps(); ROWS];
    let out = out.as_mut_ptr();
    if start == Start::There {
        for row in 0..ROWS {
            // SAFETY: the caller promises room for 32 values in each row.
            unsafe {
                left[row] = _mm512_loadu_ps(out.add(row * out_stride));
                right[row] = _mm512_loadu_ps(out.add(row * out_stride + 16));
            }
        }
    }
    let factors = a.values.as_ptr();
    for group in 0..groups {
        // SAFETY: `group < groups`, so the panel holds 64 values here and each row 2.
        unsafe {
            let column = columns.add(group * PANEL * PAIR);
            let first: __m512bh = std::mem::transmute(_mm512_loadu_si512(column.cast()));
            let second: __m512bh = std::mem::transmute(_mm512_loadu_si512(column.add(32).cast()));
            for row in 0..ROWS {
                let factor = factors.add(row * a.stride + group * PAIR).cast::<i32>();
                let factor: __m512bh = std::mem::transmute(_mm512_set1_epi32(factor.read_unaligned()));
                left[row] = _mm512_dpbf16_ps(left[row], factor, first);
                right[row] = _mm512_dpbf16_ps(right[row], factor, second);
            }
        }
    }
    for row in 0..ROWS {
        // SAFETY: the caller promises room for 32 values in each row.
        unsafe {
            _mm512_storeu_ps(out.add(row * out_stride), left[row]);
            _mm512_storeu_ps(out.add(row * out_stride + 16), right[row]);
        }
    }
}
