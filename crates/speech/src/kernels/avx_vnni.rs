//! Tiles of dot products of bytes with 256-bit registers: processors with AVX-VNNI but without AVX-512.
//!
//! The 12 by 32 tile is done in parts of at most 6 rows by 16 columns. The same parts can be had with AVX-512's
//! form of the instruction, by which tests run them on processors that lack the other.

use super::PANEL;
use super::dots::{AHEAD, BYTES, ByteRows};
use std::arch::x86_64::*;

const PART_ROWS: usize = 6;
const PART_COLUMNS: usize = 16;

/// Defines tiles of one form of the dot product.
macro_rules! tiles {
    ($(#[$attribute:meta])* $tile:ident, $features:literal, $dot:ident) => {
        $(#[$attribute])*
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $tile(
            a: ByteRows<'_>,
            rows: usize,
            panel: &[u8],
            starts: &[i32; PANEL],
            groups: usize,
            sums: &mut [i32],
        ) {
            /// # Safety
            ///
            /// As for the tile, with `ROWS` rows, 16 columns of each group from `columns` on, and room for their sums.
            #[inline]
            #[target_feature(enable = $features)]
            unsafe fn part<const ROWS: usize>(
                a: ByteRows<'_>,
                columns: *const u8,
                starts: &[i32; PART_COLUMNS],
                groups: usize,
                out: &mut [i32],
            ) {
                // SAFETY: there are 16 starts.
                let starts = unsafe {
                    let starts = starts.as_ptr();
                    (_mm256_loadu_si256(starts.cast()), _mm256_loadu_si256(starts.add(8).cast()))
                };
                let (mut left, mut right) = ([starts.0; ROWS], [starts.1; ROWS]);
                let factors = a.values.as_ptr();
                for group in 0..groups {
                    // SAFETY: `group < groups`, so 64 bytes of columns can be read here and 4 of each row.
                    unsafe {
                        let column = columns.add(group * PANEL * BYTES);
                        _mm_prefetch::<_MM_HINT_T0>(column.wrapping_add(AHEAD).cast());
                        let first = _mm256_loadu_si256(column.cast());
                        let second = _mm256_loadu_si256(column.add(32).cast());
                        for row in 0..ROWS {
                            let factor = factors.add(row * a.stride + group * BYTES).cast::<i32>();
                            let factor = _mm256_set1_epi32(factor.read_unaligned());
                            left[row] = $dot(left[row], factor, first);
                            right[row] = $dot(right[row], factor, second);
                        }
                    }
                }
                for row in 0..ROWS {
                    let out = out[row * PANEL..][..PART_COLUMNS].as_mut_ptr();
                    // SAFETY: the slice has room for 16 sums.
                    unsafe {
                        _mm256_storeu_si256(out.cast(), left[row]);
                        _mm256_storeu_si256(out.add(8).cast(), right[row]);
                    }
                }
            }
            for first in (0..rows).step_by(PART_ROWS) {
                for (half, starts) in starts.as_chunks::<PART_COLUMNS>().0.iter().enumerate() {
                    let column = half * PART_COLUMNS;
                    let (a, columns) = (a.starting_at(first), panel[column * BYTES..].as_ptr());
                    let out = &mut sums[first * PANEL + column..];
                    // SAFETY: passed on from the caller; the part lies inside the tile.
                    unsafe {
                        match rows - first {
                            1 => part::<1>(a, columns, starts, groups, out),
                            2 => part::<2>(a, columns, starts, groups, out),
                            3 => part::<3>(a, columns, starts, groups, out),
                            4 => part::<4>(a, columns, starts, groups, out),
                            5 => part::<5>(a, columns, starts, groups, out),
                            _ => part::<PART_ROWS>(a, columns, starts, groups, out),
                        }
                    }
                }
            }
        }
    };
}

tiles! {
    /// See [`super::Products::byte_tile`].
    ///
    /// # Safety
    ///
    /// The processor has AVX2 and AVX-VNNI, `1 <= rows <= 12`, `a` holds `rows` rows of `groups * 4` bytes, the panel
    /// `groups * 128`, and `sums` has room for `rows` rows of 32.
    byte_tile, "avx2,avxvnni", _mm256_dpbusd_avx_epi32
}

tiles! {
    /// The same by AVX-512 VNNI with 256-bit registers.
    ///
    /// # Safety
    ///
    /// As for [`byte_tile`], but the processor has AVX-512 VL and VNNI.
    #[cfg(test)]
    byte_tile_by_avx512, "avx2,avx512vl,avx512vnni", _mm256_dpbusd_epi32
}
