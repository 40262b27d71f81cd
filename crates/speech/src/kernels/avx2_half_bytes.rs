//! Products with half-bytes, with 256-bit registers.
//!
//! `vpmaddubsw` adds two products in 16 bits; 15 times 127 is so little that eight such sums still fit, so that the sums of
//! a unit are widened twice, not thirty-two times.

use super::PANEL;
use super::dots::AHEAD;
use super::half_bytes::{GROUPS, SignedRows, UNIT, UNIT_VALUES};
use std::arch::x86_64::*;

/// Columns of a register.
const COLUMNS: usize = 8;

/// Registers of columns that are multiplied at a time.
const TOGETHER: usize = 2;

/// See [`super::InstructionSet::multiply_half_bytes`].
///
/// # Safety
///
/// The processor has AVX2 and FMA, `out` has 1 to 8 rows, `rows` as many or more, and the panel as many units as they.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn multiply(rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
    // SAFETY: passed on from the caller.
    unsafe {
        for (pair, out) in out.chunks_mut(2).enumerate() {
            let rows = rows.starting_at(2 * pair);
            match out.len() {
                1 => multiply_rows::<1>(rows, panel, out),
                _ => multiply_rows::<2>(rows, panel, out),
            }
        }
    }
}

/// # Safety
///
/// As for [`multiply`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_rows<const ROWS: usize>(rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
    out.fill([0.0; PANEL]);
    // Plain loops all the way: closures would not be compiled for the features of these functions, nor is `zip` always.
    for unit in 0..rows.units {
        for first in (0..PANEL).step_by(COLUMNS * TOGETHER) {
            // SAFETY: unit and inputs lie inside of panel and rows, as the caller promises, and a row of `out` has 32 numbers.
            unsafe {
                let start = panel.as_ptr().add(unit * UNIT);
                let products = products::<ROWS>(start.add(4 * first), rows, unit);
                let mut scales = [(_mm256_setzero_ps(), _mm256_setzero_ps()); TOGETHER];
                for (part, scales) in scales.iter_mut().enumerate() {
                    let place = start.add(UNIT_VALUES + 2 * (first + part * COLUMNS));
                    *scales = (long(place), long(place.add(2 * PANEL)));
                }
                for row in 0..ROWS {
                    let sum = _mm256_set1_ps(rows.sum(row, unit));
                    for part in 0..TOGETHER {
                        let (steps, least) = scales[part];
                        let place = out[row].as_mut_ptr().add(first + part * COLUMNS);
                        let product = _mm256_cvtepi32_ps(products[row][part]);
                        let all = _mm256_fmadd_ps(steps, product, _mm256_loadu_ps(place));
                        _mm256_storeu_ps(place, _mm256_fmadd_ps(least, sum, all));
                    }
                }
            }
        }
    }
}

/// The whole numbers of 16 columns of one unit, which start at `start`.
///
/// # Safety
///
/// As for [`multiply`], with `ROWS` rows; the unit can be read.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn products<const ROWS: usize>(
    start: *const u8,
    rows: SignedRows<'_>,
    unit: usize,
) -> [[__m256i; TOGETHER]; ROWS] {
    let (mask, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    // Low and high half-bytes apart: 16 sums of pairs would be too many for 16 bits.
    let mut sums = [[[_mm256_setzero_si256(); 2]; TOGETHER]; ROWS];
    for group in 0..GROUPS {
        _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(group * 4 * PANEL + AHEAD).cast());
        for part in 0..TOGETHER {
            // SAFETY: a unit has 32 registers of half-bytes, a row 64 bytes of this unit.
            unsafe {
                let both = _mm256_loadu_si256(start.add(group * 4 * PANEL + part * 32).cast());
                let low = _mm256_and_si256(both, mask);
                let high = _mm256_and_si256(_mm256_srli_epi16::<4>(both), mask);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let first = _mm256_set1_epi32(rows.group(row, unit, group));
                    let second = _mm256_set1_epi32(rows.group(row, unit, GROUPS + group));
                    let [lows, highs] = &mut sums[part];
                    *lows = _mm256_add_epi16(*lows, _mm256_maddubs_epi16(low, first));
                    *highs = _mm256_add_epi16(*highs, _mm256_maddubs_epi16(high, second));
                }
            }
        }
    }
    let mut all = [[_mm256_setzero_si256(); TOGETHER]; ROWS];
    for row in 0..ROWS {
        for part in 0..TOGETHER {
            let [low, high] = sums[row][part];
            all[row][part] = _mm256_add_epi32(_mm256_madd_epi16(low, ones), _mm256_madd_epi16(high, ones));
        }
    }
    all
}

/// 8 bfloat16 as floats.
///
/// # Safety
///
/// 16 bytes can be read.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn long(values: *const u8) -> __m256 {
    // SAFETY: the caller promises 16 readable bytes.
    let values = unsafe { _mm_loadu_si128(values.cast()) };
    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(values)))
}
