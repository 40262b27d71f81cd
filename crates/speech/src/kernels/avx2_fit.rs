//! Products of bytes four of which fit 16 bits ([`super::fit`]), with 256-bit registers.
//!
//! ```text
//! rows of bytes ------+
//!                     +-> vpmaddubsw: two products in 16 bits -> + the next two -> vpmaddwd: 32 bits -> sums
//! 8 columns, 4 bytes -+
//! ```
//!
//! Five instructions for 64 products in place of the eight of [`super::avx2_bytes`].

use super::PANEL;
use super::dots::{AHEAD, BYTES, ByteRows};
use std::arch::x86_64::*;

/// With 8 sums, 4 registers of columns, ones, a factor and two products, all 16 registers are in use.
const PART_ROWS: usize = 4;

/// Columns of a register.
const COLUMNS: usize = 8;

/// See [`super::Products::byte_tile`].
///
/// # Safety
///
/// The processor has AVX2, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel `groups * 128`, and `sums` has
/// room for `rows` rows of 32; `groups` is even. Four products fit 16 bits.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn tile(
    a: ByteRows<'_>,
    rows: usize,
    panel: &[u8],
    starts: &[i32; PANEL],
    groups: usize,
    sums: &mut [i32],
) {
    for first in (0..rows).step_by(PART_ROWS) {
        let (part, out) = (a.starting_at(first), &mut sums[first * PANEL..]);
        // SAFETY: passed on from the caller; the rows lie inside the tile.
        unsafe {
            match rows - first {
                1 => by_rows::<1, 4>(part, panel, starts, groups, out),
                2 => by_rows::<2, 2>(part, panel, starts, groups, out),
                3 => by_rows::<3, 2>(part, panel, starts, groups, out),
                _ => by_rows::<PART_ROWS, 2>(part, panel, starts, groups, out),
            }
        }
    }
}

/// The sums of `ROWS` rows, `REGISTERS` registers of columns at a time.
///
/// # Safety
///
/// As for [`tile`], with `ROWS` rows.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn by_rows<const ROWS: usize, const REGISTERS: usize>(
    a: ByteRows<'_>,
    panel: &[u8],
    starts: &[i32; PANEL],
    groups: usize,
    out: &mut [i32],
) {
    let ones = _mm256_set1_epi16(1);
    for column in (0..PANEL).step_by(COLUMNS * REGISTERS) {
        let mut sums = [[_mm256_setzero_si256(); REGISTERS]; ROWS];
        for group in (0..groups).step_by(2) {
            // SAFETY: the caller promises so many groups of the panel and of each row.
            unsafe {
                let columns = panel.as_ptr().add((group * PANEL + column) * BYTES);
                _mm_prefetch::<_MM_HINT_T0>(columns.wrapping_add(AHEAD).cast());
                _mm_prefetch::<_MM_HINT_T0>(columns.wrapping_add(AHEAD + PANEL * BYTES).cast());
                // Plain loops: closures would not be compiled for the features of this function.
                for (row, sums) in sums.iter_mut().enumerate() {
                    let factors = a.values.as_ptr().add(row * a.stride + group * BYTES).cast::<i32>();
                    let first = _mm256_set1_epi32(factors.read_unaligned());
                    let second = _mm256_set1_epi32(factors.add(1).read_unaligned());
                    for (at, sum) in sums.iter_mut().enumerate() {
                        let columns = columns.add(at * COLUMNS * BYTES);
                        let next = columns.add(PANEL * BYTES);
                        let products = _mm256_add_epi16(
                            _mm256_maddubs_epi16(first, _mm256_loadu_si256(columns.cast())),
                            _mm256_maddubs_epi16(second, _mm256_loadu_si256(next.cast())),
                        );
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(products, ones));
                    }
                }
            }
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (at, sum) in sums.into_iter().enumerate() {
                let place = column + at * COLUMNS;
                // SAFETY: each row has room for 32 sums.
                unsafe {
                    let start = _mm256_loadu_si256(starts.as_ptr().add(place).cast());
                    let sum = _mm256_add_epi32(sum, start);
                    _mm256_storeu_si256(out.as_mut_ptr().add(row * PANEL + place).cast(), sum);
                }
            }
        }
    }
}
