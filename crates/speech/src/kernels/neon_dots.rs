//! Tiles of dot products of bytes on 64-bit ARM: parts of at most 4 rows by 16 columns.

use super::PANEL;
use super::dots::{BYTES, ByteRows};
use std::arch::aarch64::*;
use std::arch::asm;

const PART_ROWS: usize = 4;
const PART_COLUMNS: usize = 16;

/// Columns of one register.
const COLUMNS: usize = 4;

/// See [`super::Products::byte_tile`]; the activations' 128 are taken off first, so sums start at zero.
///
/// # Safety
///
/// The processor has the dot product, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel
/// `groups * 128`, and `sums` has room for `rows` rows of 32.
#[target_feature(enable = "neon,dotprod")]
pub(super) unsafe fn byte_tile(a: ByteRows<'_>, rows: usize, panel: &[u8], groups: usize, sums: &mut [i32]) {
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
/// As for [`byte_tile`], with `ROWS` rows and 16 columns of each group from `columns` on.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn part_sums<const ROWS: usize>(a: ByteRows<'_>, columns: *const u8, groups: usize, out: &mut [i32]) {
    let mut lanes = [[vdupq_n_s32(0); PART_COLUMNS / COLUMNS]; ROWS];
    let zero_point = vdupq_n_s8(-128);
    let factors = a.values.as_ptr();
    for group in 0..groups {
        // SAFETY: `group < groups`, so 64 bytes of columns can be read here and 4 of each row.
        unsafe {
            let column = columns.add(group * PANEL * BYTES);
            let weights: [int8x16_t; 4] = std::array::from_fn(|part| vld1q_s8(column.add(16 * part).cast()));
            for (row, lanes) in lanes.iter_mut().enumerate() {
                let factor = factors.add(row * a.stride + group * BYTES).cast::<i32>().read_unaligned();
                let factor = veorq_s8(vreinterpretq_s8_s32(vdupq_n_s32(factor)), zero_point);
                for (sums, weights) in lanes.iter_mut().zip(weights) {
                    *sums = dot(*sums, weights, factor);
                }
            }
        }
    }
    for (row, lanes) in lanes.iter().enumerate() {
        let out = out[row * PANEL..][..PART_COLUMNS].as_chunks_mut::<COLUMNS>().0;
        for (out, sums) in out.iter_mut().zip(lanes) {
            // SAFETY: there is room for 4 sums.
            unsafe { vst1q_s32(out.as_mut_ptr(), *sums) };
        }
    }
}

/// Each lane plus the products of its four bytes of `a` and `b`; the intrinsic isn't stable yet.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn dot(mut sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes nothing but the registers named, and its feature is enabled.
    unsafe {
        asm!(
            "sdot {sums:v}.4s, {a:v}.16b, {b:v}.16b",
            sums = inout(vreg) sums, a = in(vreg) a, b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sums
}
