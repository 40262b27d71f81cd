//! Products of short numbers: a register's 32-bit lanes each take four bytes, or two 16-bit floats, at a time.
//!
//! ```text
//! rows of activations, [row][group] -+
//!                                    +-> per lane: sum += a group of the row . the same group of a column
//! panel, [group][32 columns] --------+
//! ```
//!
//! A group is what one lane takes. Bytes of activations are stored 128 above their value, since the
//! instructions want one side without a sign; where sums start makes up for it, so that every instruction
//! set gives the same whole numbers.

use super::{Finish, InstructionSet, PANEL, TILE_ROWS, portable};
#[cfg(target_arch = "x86_64")]
use super::{avx_vnni, avx2_bytes, avx512_dots, avx512_elementwise};
#[cfg(target_arch = "aarch64")]
use super::{neon_dots, neon_matrices};

/// Bytes that one lane takes.
pub(crate) const BYTES: usize = 4;

/// 16-bit floats that one lane takes.
pub(crate) const PAIR: usize = 2;

/// Sums of whole numbers of [`TILE_ROWS`] rows over one panel.
pub(crate) type Sums = [i32; TILE_ROWS * PANEL];

/// Rows of activations in bytes, 128 above their value, `stride` bytes apart.
#[derive(Clone, Copy)]
pub(crate) struct ByteRows<'a> {
    pub(crate) values: &'a [u8],
    pub(crate) stride: usize,
}

impl<'a> ByteRows<'a> {
    /// The same rows from `first` on.
    pub(crate) fn starting_at(self, first: usize) -> ByteRows<'a> {
        ByteRows { values: &self.values[first * self.stride..], stride: self.stride }
    }
}

/// Rows of activations as bfloat16, `stride` values apart.
#[derive(Clone, Copy)]
pub(crate) struct PairRows<'a> {
    pub(crate) values: &'a [u16],
    pub(crate) stride: usize,
}

impl<'a> PairRows<'a> {
    /// The same rows from `first` on.
    pub(crate) fn starting_at(self, first: usize) -> PairRows<'a> {
        PairRows { values: &self.values[first * self.stride..], stride: self.stride }
    }
}

impl InstructionSet {
    /// Whether it has products of 16-bit floats, which [`InstructionSet::pair_tile`] wants.
    pub(crate) fn has_pair_products(self) -> bool {
        self == Self::Avx512Bf16
    }

    /// Computes `sums[r][c] = starts[c] + sum over k of a[r][k] * panel[k][c]`, `a` with its 128 too much, `panel` of signed bytes.
    ///
    /// `starts` makes up for these: it is -128 times the sum of each column.
    ///
    /// # Panics
    ///
    /// If `rows` is 0 or more than [`TILE_ROWS`], or `a` does not hold that many rows of the panel's bytes.
    #[inline]
    pub(crate) fn byte_tile(
        self,
        a: ByteRows<'_>,
        rows: usize,
        panel: &[u8],
        starts: &[i32; PANEL],
        sums: &mut Sums,
    ) {
        let groups = panel.len() / (PANEL * BYTES);
        assert!((1..=TILE_ROWS).contains(&rows), "a tile has 1 to {TILE_ROWS} rows, not {rows}");
        assert!((rows - 1) * a.stride + groups * BYTES <= a.values.len(), "rows reach past their values");
        match self {
            // SAFETY: `detect` and `available` hand these sets out only where the processor has their
            // features, and the assertions above are the bounds that the kernels rely on.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 | Self::Avx512Vnni => unsafe {
                avx512_dots::byte_tile(a, rows, panel, starts, groups, sums);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => unsafe { avx_vnni::byte_tile(a, rows, panel, starts, groups, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::Avx2 => unsafe { avx2_bytes::tile(a, rows, panel, groups, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Self::NeonMatrix => unsafe { neon_matrices::byte_tile(a, rows, panel, groups, sums) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot => unsafe { neon_dots::byte_tile(a, rows, panel, groups, sums) },
            _ => portable::byte_tile(a, rows, panel, starts, sums),
        }
    }

    /// Computes `out[r][c] = sum over k of a[r][k] * panel[k][c]` of bfloat16; rows of `out` stand `out_stride`
    /// apart.
    ///
    /// # Panics
    ///
    /// As [`InstructionSet::byte_tile`], or if `out` has no room.
    #[inline]
    pub(crate) fn pair_tile(
        self,
        a: PairRows<'_>,
        rows: usize,
        panel: &[u16],
        out: &mut [f32],
        out_stride: usize,
    ) {
        let groups = panel.len() / (PANEL * PAIR);
        assert!((1..=TILE_ROWS).contains(&rows), "a tile has 1 to {TILE_ROWS} rows, not {rows}");
        assert!((rows - 1) * a.stride + groups * PAIR <= a.values.len(), "rows reach past their values");
        assert!((rows - 1) * out_stride + PANEL <= out.len(), "sums reach past their room");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => unsafe { avx512_dots::pair_tile(a, rows, panel, groups, out, out_stride) },
            _ => portable::pair_tile(a, rows, panel, out, out_stride),
        }
    }

    /// Turns sums of [`InstructionSet::byte_tile`] into numbers, and stores them as [`InstructionSet::finish`] does.
    ///
    /// A sum is worth the step of its row times that of its column.
    ///
    /// # Panics
    ///
    /// If `width` is more than [`PANEL`], the steps or the bias of so many columns are not there, or `out` has no
    /// room.
    #[inline]
    #[allow(clippy::too_many_arguments)] // the parts of one formula
    pub(crate) fn finish_bytes(
        self,
        sums: &[i32],
        row_steps: &[f32],
        column_steps: &[f32],
        bias: Option<&[f32]>,
        finish: Finish,
        width: usize,
        out: &mut [f32],
        out_stride: usize,
    ) {
        assert!(width <= PANEL && column_steps.len() >= width, "a panel has at most {PANEL} columns");
        assert!(bias.is_none_or(|bias| bias.len() >= width), "each column has its bias");
        assert!(sums.len() >= row_steps.len() * PANEL, "each row has its sums");
        let last = row_steps.len().saturating_sub(1);
        assert!(last * out_stride + width <= out.len(), "numbers reach past their room");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512_elementwise::finish_bytes(
                    sums,
                    row_steps,
                    column_steps,
                    bias,
                    finish,
                    width,
                    out,
                    out_stride,
                );
            },
            _ => self.plain_finish_bytes(sums, row_steps, column_steps, bias, finish, width, out, out_stride),
        }
    }

    /// Turns scores into weights as bfloat16, the greatest 1, and says what they sum to; scores are used up.
    ///
    /// # Panics
    ///
    /// If `weights` is not as long as `scores`.
    #[inline]
    pub(crate) fn soften(self, scores: &mut [f32], weights: &mut [u16], sum: &mut f32) {
        assert_eq!(scores.len(), weights.len(), "each score becomes a weight");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => unsafe { avx512_elementwise::soften(scores, weights, sum) },
            _ => self.plain_soften(scores, weights, sum),
        }
    }

    /// Turns scores into weights of 14 bits, the greatest 16,383, and says what one step of them is worth.
    ///
    /// Their upper and lower halves are stored as bytes, 128 being zero: two rows for
    /// [`InstructionSet::byte_tile`]. Scores are used up.
    ///
    /// # Panics
    ///
    /// If the slices are not of one length.
    #[inline]
    pub(crate) fn soften_to_bytes(
        self,
        scores: &mut [f32],
        upper: &mut [u8],
        lower: &mut [u8],
        step: &mut f32,
    ) {
        assert!(scores.len() == upper.len() && upper.len() == lower.len(), "each score becomes a weight");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512_elementwise::soften_to_bytes(scores, upper, lower, step);
            },
            _ => self.plain_soften_to_bytes(scores, upper, lower, step),
        }
    }

    /// [`InstructionSet::attend`] to keys and values that are bfloat16.
    ///
    /// # Panics
    ///
    /// If keys, values and `out` are not as long as `query`, or `scores` doesn't hold one for each head and key.
    #[inline]
    pub(crate) fn attend_short(
        self,
        query: &[f32],
        keys: &[&[u16]],
        values: &[&[u16]],
        size: usize,
        scores: &mut [f32],
        out: &mut [f32],
    ) {
        let width = query.len();
        let mut memories = keys.iter().chain(values);
        assert!(memories.all(|memory| memory.len() == width) && out.len() == width, "all are of one width");
        assert!(
            width.is_multiple_of(size) && scores.len() == width / size * keys.len(),
            "each head scores each key"
        );
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 if size.is_multiple_of(16) => unsafe {
                avx512_elementwise::attend_short(query, keys, values, size, scores, out);
            },
            _ => self.plain_attend_short(query, keys, values, size, scores, out),
        }
    }
}
