//! Products with half-bytes, with 512-bit registers and VNNI.

use super::PANEL;
use super::dots::AHEAD;
use super::half_bytes::{GROUPS, SignedRows, UNIT, UNIT_VALUES};
use std::arch::x86_64::*;

/// Columns of a register.
const COLUMNS: usize = 16;

/// Sums of 16 columns with the inputs of one unit, and of all.
type Sums<T, const ROWS: usize> = [[T; 2]; ROWS];

/// See [`super::InstructionSet::multiply_half_bytes`].
///
/// # Safety
///
/// The processor has AVX-512 F, BW, DQ, VL and VNNI, `out` has 1 to 8 rows, `rows` as many or more, and the panel as many units
/// as they.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub(super) unsafe fn multiply(rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
    // SAFETY: passed on from the caller.
    unsafe {
        match out.len() {
            1 => multiply_rows::<1>(rows, panel, out),
            2 => multiply_rows::<2>(rows, panel, out),
            3 => multiply_rows::<3>(rows, panel, out),
            4 => multiply_rows::<4>(rows, panel, out),
            5 => multiply_rows::<5>(rows, panel, out),
            6 => multiply_rows::<6>(rows, panel, out),
            7 => multiply_rows::<7>(rows, panel, out),
            _ => multiply_rows::<8>(rows, panel, out),
        }
    }
}

/// # Safety
///
/// As for [`multiply`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn multiply_rows<const ROWS: usize>(rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
    let mut sums: Sums<__m512, ROWS> = [[_mm512_setzero_ps(); 2]; ROWS];
    for unit in 0..rows.units {
        // SAFETY: unit and inputs lie inside of panel and rows, as the caller promises.
        unsafe {
            let start = panel.as_ptr().add(unit * UNIT);
            let products = products::<ROWS>(start, rows, unit);
            let scales = start.add(UNIT_VALUES);
            for half in 0..2 {
                let steps = long(scales.add(half * 2 * COLUMNS));
                let least = long(scales.add(2 * PANEL + half * 2 * COLUMNS));
                for row in 0..ROWS {
                    let sum = _mm512_set1_ps(rows.sum(row, unit));
                    let product = _mm512_cvtepi32_ps(products[row][half]);
                    sums[row][half] = _mm512_fmadd_ps(steps, product, sums[row][half]);
                    sums[row][half] = _mm512_fmadd_ps(least, sum, sums[row][half]);
                }
            }
        }
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        // SAFETY: a row has 32 numbers.
        unsafe {
            _mm512_storeu_ps(out.as_mut_ptr(), sums[0]);
            _mm512_storeu_ps(out.as_mut_ptr().add(COLUMNS), sums[1]);
        }
    }
}

/// The whole numbers of one unit, which starts at `start`.
///
/// # Safety
///
/// As for [`multiply`], with `ROWS` rows; the unit can be read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn products<const ROWS: usize>(
    start: *const u8,
    rows: SignedRows<'_>,
    unit: usize,
) -> Sums<__m512i, ROWS> {
    let mask = _mm512_set1_epi8(15);
    let mut sums: Sums<__m512i, ROWS> = [[_mm512_setzero_si512(); 2]; ROWS];
    for group in 0..GROUPS {
        for half in 0..2 {
            // SAFETY: a unit has 16 registers of half-bytes, a row 64 bytes of this unit.
            unsafe {
                let place = start.add(group * 4 * PANEL + half * 64);
                _mm_prefetch::<_MM_HINT_T0>(place.wrapping_add(AHEAD).cast());
                let both = _mm512_loadu_si512(place.cast());
                let low = _mm512_and_si512(both, mask);
                let high = _mm512_and_si512(_mm512_srli_epi16::<4>(both), mask);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let first = _mm512_set1_epi32(rows.group(row, unit, group));
                    let second = _mm512_set1_epi32(rows.group(row, unit, GROUPS + group));
                    sums[half] = _mm512_dpbusd_epi32(sums[half], low, first);
                    sums[half] = _mm512_dpbusd_epi32(sums[half], high, second);
                }
            }
        }
    }
    sums
}

/// 16 bfloat16 as floats.
///
/// # Safety
///
/// 32 bytes can be read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn long(values: *const u8) -> __m512 {
    // SAFETY: the caller promises 32 readable bytes.
    let values = unsafe { _mm256_loadu_si256(values.cast()) };
    _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(values)))
}
