//! Products of bytes with columns in half-bytes: half of what a decoder reads of a window's sound for each token.
//!
//! ```text
//! unit: 64 inputs of 32 columns = 8 times 32 columns of 4 bytes | what a step of each column is worth | its least value
//!                                   low half-byte: inputs 0..32       (bfloat16)                        (bfloat16)
//!                                   high half-byte: inputs 32..64
//! ```
//!
//! A column of a unit is `least + step * n`, with `n` from 0 to 15, so the sum of its products with a row is
//! `step * sum of n * row + least * sum of the row`: whole numbers until the step comes in.

use super::elementwise::{ROUND, lengthened, shortened};
use super::{InstructionSet, PANEL};
#[cfg(target_arch = "x86_64")]
use super::{avx2_half_bytes, avx512_half_bytes};

/// Inputs of a unit.
pub(crate) const UNIT_INPUTS: usize = 64;

/// Bytes of a unit's half-bytes.
pub(super) const UNIT_VALUES: usize = UNIT_INPUTS / 2 * PANEL;

/// Bytes of a unit.
pub(crate) const UNIT: usize = UNIT_VALUES + 2 * 2 * PANEL;

/// Four-byte groups of a row that the low half-bytes of a unit take, and those that the high ones take.
#[cfg(target_arch = "x86_64")]
pub(super) const GROUPS: usize = UNIT_INPUTS / 2 / 4;

/// Most rows that are multiplied at a time.
pub(crate) const MOST_ROWS: usize = 8;

/// Rows of signed bytes, each of as many inputs as whole units have.
#[derive(Clone, Copy)]
pub(crate) struct SignedRows<'a> {
    pub(crate) values: &'a [i8],
    /// What the inputs of each unit sum to, row by row.
    pub(crate) sums: &'a [f32],
    /// Units of a row.
    pub(crate) units: usize,
}

impl<'a> SignedRows<'a> {
    /// The same rows from `first` on.
    pub(crate) fn starting_at(self, first: usize) -> SignedRows<'a> {
        let (values, sums) = (first * self.units * UNIT_INPUTS, first * self.units);
        SignedRows { values: &self.values[values..], sums: &self.sums[sums..], units: self.units }
    }

    /// Four inputs of a unit of a row, as one number.
    ///
    /// # Safety
    ///
    /// There are such a row and unit, and `group` is less than twice [`GROUPS`].
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) unsafe fn group(self, row: usize, unit: usize, group: usize) -> i32 {
        // SAFETY: the caller promises that these four bytes are there.
        unsafe {
            let unit = self.values.as_ptr().add((row * self.units + unit) * UNIT_INPUTS);
            unit.cast::<i32>().add(group).read_unaligned()
        }
    }

    /// What the inputs of a unit of a row sum to.
    ///
    /// # Safety
    ///
    /// There are such a row and unit.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) unsafe fn sum(self, row: usize, unit: usize) -> f32 {
        // SAFETY: passed on from the caller.
        unsafe { *self.sums.get_unchecked(row * self.units + unit) }
    }
}

impl InstructionSet {
    /// Computes the products of as many rows as `out` has with the 32 columns of a panel, unit behind unit.
    ///
    /// # Panics
    ///
    /// If there are no rows or more than [`MOST_ROWS`], `panel` is not of as many units as the rows, or `rows` holds fewer
    /// than `out`.
    #[inline]
    pub(crate) fn multiply_half_bytes(self, rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
        let count = out.len();
        assert!((1..=MOST_ROWS).contains(&count), "1 to {MOST_ROWS} rows, not {count}");
        assert_eq!(panel.len(), rows.units * UNIT, "a panel is of whole units");
        assert!(rows.values.len() >= count * rows.units * UNIT_INPUTS, "each row has its bytes");
        assert!(rows.sums.len() >= count * rows.units, "each row has its sums");
        match self {
            // SAFETY: `detect` and `available` hand these sets out only where the processor has their features, and the
            // assertions above are the bounds that the kernels rely on.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni => unsafe {
                avx512_half_bytes::multiply(rows, panel, out);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::AvxVnni | Self::Avx2 => unsafe {
                avx2_half_bytes::multiply(rows, panel, out);
            },
            _ => plain_multiply(rows, panel, out),
        }
    }
}

/// See [`InstructionSet::sign_bytes`].
#[inline(always)]
pub(super) fn sign(bytes: &[u8], signed: &mut [i8], sums: &mut [f32]) {
    for (signed, byte) in signed.iter_mut().zip(bytes) {
        *signed = byte.wrapping_sub(128) as i8;
    }
    for (sum, signed) in sums.iter_mut().zip(signed.as_chunks::<UNIT_INPUTS>().0) {
        let mut whole = 0;
        for value in signed {
            whole += i32::from(*value);
        }
        *sum = whole as f32;
    }
}

/// See [`InstructionSet::pack_half_bytes`].
#[inline(always)]
pub(super) fn pack(values: &[[f32; PANEL]; UNIT_INPUTS], inputs: usize, unit: &mut [u8]) {
    let (mut least, mut most) = (values[0], values[0]);
    for row in &values[..inputs] {
        for column in 0..PANEL {
            least[column] = if row[column] < least[column] { row[column] } else { least[column] };
            most[column] = if row[column] > most[column] { row[column] } else { most[column] };
        }
    }
    let (mut steps, mut factors) = ([0.0; PANEL], [0.0; PANEL]);
    for column in 0..PANEL {
        least[column] = short(least[column]);
        steps[column] = short((most[column] - least[column]) / 15.0);
        factors[column] = if steps[column] > 0.0 { 1.0 / steps[column] } else { 0.0 };
    }
    let mut rounded = [[0; PANEL]; UNIT_INPUTS];
    for (rounded, row) in rounded.iter_mut().zip(&values[..inputs]) {
        for column in 0..PANEL {
            let steps = ((row[column] - least[column]) * factors[column]).clamp(0.0, 15.0);
            rounded[column] = (steps + ROUND).to_bits() as u8;
        }
    }
    let (halves, scales) = unit.split_at_mut(UNIT_VALUES);
    for (group, out) in halves.as_chunks_mut::<{ 4 * PANEL }>().0.iter_mut().enumerate() {
        let mut fours = [0; PANEL];
        for place in 0..4 {
            let (low, high) = (&rounded[4 * group + place], &rounded[UNIT_INPUTS / 2 + 4 * group + place]);
            for column in 0..PANEL {
                fours[column] |= u32::from(low[column] | high[column] << 4) << (8 * place);
            }
        }
        for (out, four) in out.as_chunks_mut::<4>().0.iter_mut().zip(&fours) {
            *out = four.to_le_bytes();
        }
    }
    for (out, value) in scales.as_chunks_mut::<2>().0.iter_mut().zip(steps.iter().chain(&least)) {
        *out = shortened(*value).to_le_bytes();
    }
}

/// The nearest number that is a bfloat16, of two equally near the greater in size; [`shortened`] takes the even one.
#[inline(always)]
fn short(value: f32) -> f32 {
    f32::from_bits(value.to_bits().wrapping_add(0x8000) & 0xffff_0000)
}

/// What a step of each of a unit's columns is worth, and their least values.
fn scales(unit: &[u8]) -> [[f32; PANEL]; 2] {
    let scales = unit[UNIT_VALUES..].as_chunks::<2>().0;
    let part =
        |first: usize| std::array::from_fn(|column| lengthened(u16::from_le_bytes(scales[first + column])));
    [part(0), part(PANEL)]
}

/// See [`InstructionSet::multiply_half_bytes`].
fn plain_multiply(rows: SignedRows<'_>, panel: &[u8], out: &mut [[f32; PANEL]]) {
    for (row, out) in out.iter_mut().enumerate() {
        *out = [0.0; PANEL];
        let row = rows.starting_at(row);
        let inputs = row.values.chunks_exact(UNIT_INPUTS);
        for ((unit, inputs), sum) in panel.chunks_exact(UNIT).zip(inputs).zip(row.sums) {
            let mut products = [0; PANEL];
            for (group, halves) in unit[..UNIT_VALUES].as_chunks::<{ 4 * PANEL }>().0.iter().enumerate() {
                for (product, halves) in products.iter_mut().zip(halves.as_chunks::<4>().0) {
                    for (place, both) in halves.iter().enumerate() {
                        let place = 4 * group + place;
                        let (low, high) = (inputs[place], inputs[UNIT_INPUTS / 2 + place]);
                        *product +=
                            i32::from(both & 15) * i32::from(low) + i32::from(both >> 4) * i32::from(high);
                    }
                }
            }
            let [steps, least] = scales(unit);
            for column in 0..PANEL {
                out[column] += steps[column] * products[column] as f32 + least[column] * sum;
            }
        }
    }
}
