//! Products of bytes with 256-bit registers, for processors without an instruction for their dot product.
//!
//! ```text
//! rows of bytes --widened, a chunk of k at a time--> 16 bits -+
//!                                                             +-> vpmaddwd: two products a lane --> sums
//! 8 columns of a panel --widened on their way in--> 16 bits --+
//! ```
//!
//! In 16 bits nothing saturates, so that sums are those of every other set. `vpmaddubsw`, which takes bytes as they are,
//! needs weights that leave room for it ([`super::avx2_fit`]).

use super::PANEL;
use super::dots::{BYTES, ByteRows};
use std::arch::x86_64::*;

/// With 12 sums, two columns, a factor and a product, all 16 registers are in use.
const PART_ROWS: usize = 6;

/// Columns that one register of widened bytes holds, four bytes each.
const COLUMNS: usize = 4;

/// Groups that are widened at a time: six rows of a chunk take 3 KiB.
const CHUNK: usize = 64;

/// See [`super::Products::byte_tile`]; the activations' 128 are taken off first, so sums start at zero.
///
/// # Safety
///
/// The processor has AVX2, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel
/// `groups * 128`, and `sums` has room for `rows` rows of 32.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn tile(a: ByteRows<'_>, rows: usize, panel: &[u8], groups: usize, sums: &mut [i32]) {
    for first in (0..rows).step_by(PART_ROWS) {
        let (part, out) = (a.starting_at(first), &mut sums[first * PANEL..]);
        // SAFETY: passed on from the caller; the rows lie inside the tile.
        unsafe {
            match rows - first {
                1 => by_chunks::<1, 8>(part, panel, groups, out),
                2 => by_chunks::<2, 4>(part, panel, groups, out),
                3 => by_chunks::<3, 2>(part, panel, groups, out),
                4 => by_chunks::<4, 2>(part, panel, groups, out),
                5 => by_chunks::<5, 2>(part, panel, groups, out),
                _ => by_chunks::<PART_ROWS, 2>(part, panel, groups, out),
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
unsafe fn by_chunks<const ROWS: usize, const REGISTERS: usize>(
    a: ByteRows<'_>,
    panel: &[u8],
    groups: usize,
    out: &mut [i32],
) {
    out[..ROWS * PANEL].fill(0);
    let mut widened = [[0; CHUNK * BYTES]; ROWS];
    for begin in (0..groups).step_by(CHUNK) {
        let count = CHUNK.min(groups - begin);
        for (row, room) in widened.iter_mut().enumerate() {
            let bytes = &a.values[row * a.stride + begin * BYTES..][..count * BYTES];
            for (wide, byte) in room.iter_mut().zip(bytes) {
                *wide = i16::from(*byte) - 128;
            }
        }
        for column in (0..PANEL).step_by(COLUMNS * REGISTERS) {
            let columns = &panel[(begin * PANEL + column) * BYTES..];
            // SAFETY: the caller promises `count` more groups of the panel, and `out` has room for whole rows.
            unsafe { add_sums::<ROWS, REGISTERS>(&widened, columns.as_ptr(), count, &mut out[column..]) };
        }
    }
}

/// # Safety
///
/// The processor has AVX2; at `columns` and each 128 bytes on, for `groups` times, `REGISTERS * 16` bytes can be read;
/// `groups` is at most [`CHUNK`]; `out` has room for `REGISTERS * 4` sums in each row.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add_sums<const ROWS: usize, const REGISTERS: usize>(
    a: &[[i16; CHUNK * BYTES]; ROWS],
    columns: *const u8,
    groups: usize,
    out: &mut [i32],
) {
    // Of each column the sum is in two neighbouring lanes.
    let mut sums = [[_mm256_setzero_si256(); REGISTERS]; ROWS];
    for group in 0..groups {
        // SAFETY: the caller promises so many columns, and a row has four numbers for each of `CHUNK` groups.
        unsafe {
            let columns = columns.add(group * PANEL * BYTES);
            // Of the next chunk.
            _mm_prefetch::<_MM_HINT_T0>(columns.wrapping_add(CHUNK * PANEL * BYTES).cast());
            // Plain loops: closures would not be compiled for the features of this function.
            let mut wide = [_mm256_setzero_si256(); REGISTERS];
            for (at, wide) in wide.iter_mut().enumerate() {
                *wide = _mm256_cvtepi8_epi16(_mm_loadu_si128(columns.add(at * COLUMNS * BYTES).cast()));
            }
            for row in 0..ROWS {
                let factor = a[row].as_ptr().add(group * BYTES).cast::<i64>();
                let factor = _mm256_set1_epi64x(factor.read_unaligned());
                for at in 0..REGISTERS {
                    let products = _mm256_madd_epi16(wide[at], factor);
                    sums[row][at] = _mm256_add_epi32(sums[row][at], products);
                }
            }
        }
    }
    for row in 0..ROWS {
        for at in (0..REGISTERS).step_by(2) {
            let sums = _mm256_hadd_epi32(sums[row][at], sums[row][at + 1]);
            let sums = _mm256_permute4x64_epi64::<0b11_01_10_00>(sums);
            // SAFETY: the caller promises room for these 8 sums.
            unsafe {
                let out = out.as_mut_ptr().add(row * PANEL + at * COLUMNS).cast();
                _mm256_storeu_si256(out, _mm256_add_epi32(_mm256_loadu_si256(out), sums));
            }
        }
    }
}
