//! Tiles by products of small matrices of bytes on 64-bit ARM: two rows and two columns, eight bytes of each, an instruction.
//!
//! ```text
//! [group][32 columns][4 bytes], two groups --zipped--> two columns of 8 bytes -+
//!                                                                              +-> smmla --> 2 x 2 sums
//! two rows, 8 bytes of each ---------------------------------------------------+
//! ```

use super::PANEL;
use super::dots::{BYTES, ByteRows};
use std::arch::aarch64::*;
use std::arch::asm;

/// Rows of a part: two pairs.
const PART_ROWS: usize = 4;
const PART_COLUMNS: usize = 16;

/// Columns of one register.
const COLUMNS: usize = 4;

/// Sums of a pair of rows over the columns of a part, two columns a register.
type PairSums = [int32x4_t; PART_COLUMNS / 2];

/// See [`super::Products::byte_tile`]; the activations' 128 are taken off first, so sums start at zero.
///
/// # Safety
///
/// The processor has the matrix products, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel
/// `groups * 128`, and `sums` has room for `rows` rows of 32.
#[target_feature(enable = "neon,i8mm")]
pub(super) unsafe fn byte_tile(a: ByteRows<'_>, rows: usize, panel: &[u8], groups: usize, sums: &mut [i32]) {
    for first in (0..rows).step_by(PART_ROWS) {
        for column in [0, PART_COLUMNS] {
            let (part, columns) = (a.starting_at(first), panel[column * BYTES..].as_ptr());
            let out = &mut sums[first * PANEL + column..];
            // SAFETY: passed on from the caller; the part lies inside the tile.
            unsafe {
                match rows - first {
                    count @ 1..=2 => part_sums::<1>(part, count, columns, groups, out),
                    count => part_sums::<2>(part, count.min(PART_ROWS), columns, groups, out),
                }
            }
        }
    }
}

/// # Safety
///
/// As for [`byte_tile`], with `rows` rows in `PAIRS` pairs and 16 columns of each group from `columns` on.
#[inline]
#[target_feature(enable = "neon,i8mm")]
unsafe fn part_sums<const PAIRS: usize>(
    a: ByteRows<'_>,
    rows: usize,
    columns: *const u8,
    groups: usize,
    out: &mut [i32],
) {
    let mut lanes: [PairSums; PAIRS] = [[vdupq_n_s32(0); PART_COLUMNS / 2]; PAIRS];
    for group in (0..groups).step_by(2) {
        let is_whole = group + 1 < groups;
        // SAFETY: `group < groups`, and the next one is read only where it is there.
        unsafe {
            let column = columns.add(group * PANEL * BYTES);
            let mut factors = [vdupq_n_s8(0); PAIRS];
            for (pair, factors) in factors.iter_mut().enumerate() {
                // Of an odd number of rows the last stands in for the one that would follow.
                let row = |row: usize| a.values.as_ptr().add(row.min(rows - 1) * a.stride + group * BYTES);
                let (upper, lower) = (eight(row(2 * pair), is_whole), eight(row(2 * pair + 1), is_whole));
                *factors = veorq_s8(vcombine_s8(upper, lower), vdupq_n_s8(-128));
            }
            for part in 0..PART_COLUMNS / COLUMNS {
                let first = vld1q_s32(column.add(16 * part).cast());
                let second = match is_whole {
                    true => vld1q_s32(column.add(PANEL * BYTES + 16 * part).cast()),
                    false => vdupq_n_s32(0),
                };
                let left = vreinterpretq_s8_s32(vzip1q_s32(first, second));
                let right = vreinterpretq_s8_s32(vzip2q_s32(first, second));
                for (lanes, factors) in lanes.iter_mut().zip(factors) {
                    lanes[2 * part] = multiply_add(lanes[2 * part], factors, left);
                    lanes[2 * part + 1] = multiply_add(lanes[2 * part + 1], factors, right);
                }
            }
        }
    }
    for (pair, lanes) in lanes.iter().enumerate() {
        for (half, row) in (2 * pair..rows.min(2 * pair + 2)).enumerate() {
            let out = out[row * PANEL..][..PART_COLUMNS].as_chunks_mut::<COLUMNS>().0;
            for (out, sums) in out.iter_mut().zip(lanes.as_chunks::<2>().0) {
                let of_row = match half {
                    0 => vcombine_s32(vget_low_s32(sums[0]), vget_low_s32(sums[1])),
                    _ => vcombine_s32(vget_high_s32(sums[0]), vget_high_s32(sums[1])),
                };
                // SAFETY: there is room for 4 sums.
                unsafe { vst1q_s32(out.as_mut_ptr(), of_row) };
            }
        }
    }
}

/// Eight bytes, or four and four zeros.
///
/// # Safety
///
/// So many bytes can be read.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn eight(from: *const u8, is_whole: bool) -> int8x8_t {
    // SAFETY: passed on from the caller.
    unsafe {
        match is_whole {
            true => vld1_s8(from.cast()),
            false => vcreate_s8(u64::from(from.cast::<u32>().read_unaligned())),
        }
    }
}

/// Adds the products of two rows of `a` with two of `b` to their four sums; the intrinsic isn't stable yet.
#[inline]
#[target_feature(enable = "neon,i8mm")]
fn multiply_add(mut sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes nothing but the registers named, and its feature is enabled.
    unsafe {
        asm!(
            "smmla {sums:v}.4s, {a:v}.16b, {b:v}.16b",
            sums = inout(vreg) sums, a = in(vreg) a, b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sums
}
