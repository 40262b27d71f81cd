//! Products of bytes with 256-bit registers, for processors without an instruction for their dot product.
//!
//! The size of an activation times the weight with the activation's sign: the product of two such bytes and
//! its neighbour's fit into 16 bits, so nothing saturates.

use super::PANEL;
use super::dots::{BYTES, ByteRows, Sums};
use std::arch::x86_64::*;

const PART_ROWS: usize = 4;
const PART_COLUMNS: usize = 16;

/// See [`super::InstructionSet::byte_tile`]; the activations' 128 are taken off first, so sums start at zero.
///
/// # Safety
///
/// The processor has AVX2, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes and the panel
/// `groups * 128`.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn tile(a: ByteRows<'_>, rows: usize, panel: &[u8], groups: usize, sums: &mut Sums) {
    for first in (0..rows).step_by(PART_ROWS) {
        for column in [0, PART_COLUMNS] {
            let (part, columns) = (a.starting_at(first), panel[column * BYTES..].as_ptr());
            let out = &mut sums[first * PANEL + column..];
            // SAFETY: passed on from the caller; the part lies inside the tile.
            unsafe {
                match rows - first {
                    1 => part_sums::<1>(part, columns, groups, out),
                    2 => part_sums::<2>(part, columns, groups, out),
                    3 => part_sums::<3>(part, columns, groups, out),
                    _ => part_sums::<PART_ROWS>(part, columns, groups, out),
                }
            }
        }
    }
}

/// # Safety
///
/// As for [`tile`], with `ROWS` rows, 16 columns of each group from `columns` on, and room for their sums.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn part_sums<const ROWS: usize>(a: ByteRows<'_>, columns: *const u8, groups: usize, out: &mut [i32]) {
    let mut left = [_mm256_setzero_si256(); ROWS];
    let mut right = [_mm256_setzero_si256(); ROWS];
    let (ones, zero_point) = (_mm256_set1_epi16(1), _mm256_set1_epi8(-128));
    let factors = a.values.as_ptr();
    for group in 0..groups {
        // SAFETY: `group < groups`, so 64 bytes of columns can be read here and 4 of each row.
        unsafe {
            let column = columns.add(group * PANEL * BYTES);
            let first = _mm256_loadu_si256(column.cast());
            let second = _mm256_loadu_si256(column.add(32).cast());
            for row in 0..ROWS {
                let factor = factors.add(row * a.stride + group * BYTES).cast::<i32>();
                let factor = _mm256_xor_si256(_mm256_set1_epi32(factor.read_unaligned()), zero_point);
                let size = _mm256_abs_epi8(factor);
                let pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(first, factor));
                left[row] = _mm256_add_epi32(left[row], _mm256_madd_epi16(pairs, ones));
                let pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(second, factor));
                right[row] = _mm256_add_epi32(right[row], _mm256_madd_epi16(pairs, ones));
            }
        }
    }
    let out = out.as_mut_ptr();
    for row in 0..ROWS {
        // SAFETY: the caller promises room for 16 sums in each row.
        unsafe {
            _mm256_storeu_si256(out.add(row * PANEL).cast(), left[row]);
            _mm256_storeu_si256(out.add(row * PANEL + 8).cast(), right[row]);
        }
    }
}
