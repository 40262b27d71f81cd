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

use super::{Finish, Fit, InstructionSet, PANEL, TILE_ROWS, portable};
#[cfg(target_arch = "x86_64")]
use super::{
    amx, avx_vnni, avx2_bytes, avx2_elementwise, avx2_fit, avx2_history, avx512_dots, avx512_elementwise,
    avx512_history,
};
#[cfg(target_arch = "aarch64")]
use super::{neon_dots, neon_matrices};

/// Bytes that one lane takes.
pub(crate) const BYTES: usize = 4;

/// 16-bit floats that one lane takes.
pub(crate) const PAIR: usize = 2;

/// Bytes of a column that a matrix unit takes at a time: inputs are filled up to whole steps.
pub(crate) const STEP_BYTES: usize = 64;

/// Rows that a matrix unit takes at a time.
pub(crate) const MATRIX_ROWS: usize = 16;

/// With fewer rows a product waits for its columns, however it is computed.
pub(super) const MATRIX_ROWS_FROM: usize = 4;

/// How far ahead columns are asked for, in bytes: few rows wait for theirs all the time, many where a panel begins.
#[cfg(target_arch = "x86_64")]
pub(super) const AHEAD: usize = 4096;

/// Values of a head of attention that has kernels of its own for the history.
#[cfg(target_arch = "x86_64")]
pub(super) const HEAD: usize = 64;

/// Most rows of a tile that any set takes.
pub(super) const MOST_ROWS: usize = 2 * MATRIX_ROWS;

/// Room for the sums of as many rows as a tile takes at most, over one panel.
pub(crate) const NO_SUMS: [i32; MOST_ROWS * PANEL] = [0; MOST_ROWS * PANEL];

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

/// Where sums start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Zero,
    /// With what stands in their place.
    There,
}

/// What some queries score some keys.
#[derive(Clone, Copy)]
pub(crate) struct Scores<'a> {
    /// In panels of 32 keys, a row of 32 for each query.
    pub(crate) values: &'a [f32],
    /// Numbers from one panel to the next.
    pub(crate) panel: usize,
    pub(crate) keys: usize,
    /// What each number is multiplied with.
    pub(crate) scale: f32,
}

/// What some queries score some keys, in whole numbers: a sum times the step of its key and that of its query.
#[derive(Clone, Copy)]
pub(crate) struct ByteScores<'a> {
    /// In panels of 32 keys, a row of 32 for each query: as [`Products::byte_tile`] sums them up.
    pub(crate) sums: &'a [i32],
    /// Numbers from one panel to the next.
    pub(crate) panel: usize,
    /// What a step of each key is worth.
    pub(crate) key_steps: &'a [f32],
    /// What one of each query is worth, zero or more.
    pub(crate) query_steps: &'a [f32],
}

/// What one query has of the keys that came by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Softened {
    /// The greatest score.
    pub(super) largest: f32,
    /// What the weights sum to: the powers of `e` to scores less the greatest.
    pub(crate) sum: f32,
    /// What was found before the last keys is to be multiplied with.
    pub(super) factor: f32,
}

impl Default for Softened {
    fn default() -> Softened {
        Softened { largest: f32::NEG_INFINITY, sum: 0.0, factor: 0.0 }
    }
}

impl Softened {
    /// How far the greatest of the next scores lies from the greatest so far, below zero.
    #[inline(always)]
    pub(super) fn apart(&self, largest: f32) -> f32 {
        -(largest - self.largest).abs()
    }

    /// Takes note that the greatest of the next scores is `largest`, `lesser` being `e` to the power of what [`Self::apart`] says;
    /// what those weigh beside the greatest of all.
    #[inline(always)]
    pub(super) fn meet(&mut self, largest: f32, lesser: f32) -> f32 {
        // One of both is the greatest and weighs 1.
        let is_greater = largest > self.largest;
        self.largest = if is_greater { largest } else { self.largest };
        self.factor = if is_greater { lesser } else { 1.0 };
        self.sum *= self.factor;
        if is_greater { 1.0 } else { lesser }
    }
}

impl InstructionSet {
    /// Whether it has matrix units, for which rows and columns are alike.
    pub(crate) fn takes_matrices(self) -> bool {
        self == Self::Amx
    }

    /// Whether products that fit 16 bits take less time.
    pub(crate) fn gains_by_fit(self) -> bool {
        matches!(self, Self::Avx512 | Self::Avx2)
    }

    /// Makes this thread ready to multiply short numbers.
    pub(crate) fn products(self) -> Products {
        Products {
            set: self,
            #[cfg(target_arch = "x86_64")]
            tiles: self.takes_matrices().then(amx::Tiles::new),
        }
    }
}

/// A thread that multiplies short numbers: matrix units have registers that are set up once for many tiles.
pub(crate) struct Products {
    set: InstructionSet,
    #[cfg(target_arch = "x86_64")]
    tiles: Option<amx::Tiles>,
}

impl Products {
    /// Most rows that a tile takes.
    pub(crate) fn tile_rows(&self) -> usize {
        if self.set.takes_matrices() { MOST_ROWS } else { TILE_ROWS }
    }

    /// Computes `sums[r][c] = starts[c] + sum over k of a[r][k] * panel[k][c]`, `a` with its 128 too much, `panel` of signed bytes.
    ///
    /// `starts` makes up for these: it is -128 times the sum of each column. Where four products fit 16 bits, `a` may have
    /// another zero and `starts` be as many times the sum. The sums are the same whatever `fit`, but some sets find them sooner.
    ///
    /// # Panics
    ///
    /// If `rows` is 0 or more than [`Self::tile_rows`], the panel has no steps of [`STEP_BYTES`], or `a` does not hold, or `sums` have
    /// no room for, [`rows_with_room`] rows.
    #[inline]
    pub(crate) fn byte_tile(
        &self,
        a: ByteRows<'_>,
        rows: usize,
        panel: &[u8],
        fit: Fit,
        starts: &[i32; PANEL],
        sums: &mut [i32],
    ) {
        #[cfg(not(target_arch = "x86_64"))]
        let _ = fit;
        let groups = panel.len() / (PANEL * BYTES);
        self.assert_bounds(rows, groups * BYTES, a.stride, a.values.len());
        assert!(self.room(rows) * PANEL <= sums.len(), "sums reach past their room");
        #[cfg(target_arch = "x86_64")]
        if let Some(tiles) = &self.tiles
            && rows >= MATRIX_ROWS_FROM
        {
            // SAFETY: the assertion above holds the bounds that the kernel relies on.
            return unsafe { tiles.multiply_bytes(a, rows, panel, starts, groups, sums) };
        }
        match self.set {
            // SAFETY: `detect` and `available` hand these sets out only where the processor has their
            // features, and the assertions above are the bounds that the kernels rely on.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Amx | InstructionSet::Avx512Bf16 | InstructionSet::Avx512Vnni => unsafe {
                avx512_dots::byte_tile(a, rows, panel, starts, groups, sums);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::AvxVnni => unsafe {
                avx_vnni::byte_tile(a, rows, panel, starts, groups, sums);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 | InstructionSet::Avx2 => unsafe {
                match fit {
                    Fit::One => avx2_bytes::tile(a, rows, panel, groups, sums),
                    Fit::Four => avx2_fit::tile(a, rows, panel, starts, groups, sums),
                }
            },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            InstructionSet::NeonMatrix => unsafe {
                neon_matrices::byte_tile(a, rows, panel, groups, sums);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            InstructionSet::NeonDot => unsafe { neon_dots::byte_tile(a, rows, panel, groups, sums) },
            _ => portable::byte_tile(a, rows, panel, starts, sums),
        }
    }

    /// Computes `out[r][c] = start[r][c] + sum over k of a[r][k] * panel[k][c]` of bfloat16; rows of `out` stand
    /// `out_stride` apart.
    ///
    /// # Panics
    ///
    /// As [`Self::byte_tile`], or if `out` has no room for [`rows_with_room`] rows; what is in those behind `rows` is chance.
    #[inline]
    pub(crate) fn pair_tile(
        &self,
        a: PairRows<'_>,
        rows: usize,
        panel: &[u16],
        start: Start,
        out: &mut [f32],
        out_stride: usize,
    ) {
        let groups = panel.len() / (PANEL * PAIR);
        self.assert_bounds(rows, groups * PAIR * 2, a.stride * 2, a.values.len() * 2);
        assert!((self.room(rows) - 1) * out_stride + PANEL <= out.len(), "sums reach past their room");
        #[cfg(target_arch = "x86_64")]
        if let Some(tiles) = &self.tiles
            && rows >= MATRIX_ROWS_FROM
        {
            // SAFETY: the assertions above hold the bounds that the kernel relies on.
            return unsafe { tiles.multiply_pairs(a, rows, panel, groups, start, out, out_stride) };
        }
        match self.set {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Amx | InstructionSet::Avx512Bf16 => unsafe {
                avx512_dots::pair_tile(a, rows, panel, groups, start, out, out_stride);
            },
            _ => portable::pair_tile(a, rows, panel, start, out, out_stride),
        }
    }

    /// What every kernel relies on: sizes in bytes.
    #[inline]
    fn assert_bounds(&self, rows: usize, row_bytes: usize, stride: usize, available: usize) {
        let most = self.tile_rows();
        assert!((1..=most).contains(&rows), "a tile has 1 to {most} rows, not {rows}");
        assert!(
            row_bytes > 0 && row_bytes.is_multiple_of(STEP_BYTES),
            "a column is of steps of {STEP_BYTES} bytes, not {row_bytes}"
        );
        assert!((self.room(rows) - 1) * stride + row_bytes <= available, "rows reach past their values");
    }

    /// Rows that are read and written for so many.
    fn room(&self, rows: usize) -> usize {
        if self.set.takes_matrices() { rows_with_room(rows) } else { rows }
    }
}

/// Rows that buffers must have room for if they hold so many: matrix units take them in sixteens.
pub(crate) fn rows_with_room(rows: usize) -> usize {
    if rows < MATRIX_ROWS_FROM { rows } else { rows.next_multiple_of(MATRIX_ROWS) }
}

impl InstructionSet {
    /// Turns sums of [`Products::byte_tile`] into numbers, and stores them as [`InstructionSet::finish`] does.
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
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
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
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 if width == PANEL => unsafe {
                avx2_elementwise::finish_bytes(sums, row_steps, column_steps, bias, finish, out, out_stride);
            },
            _ => self.plain_finish_bytes(sums, row_steps, column_steps, bias, finish, width, out, out_stride),
        }
    }

    /// Rounds numbers to the nearest 16-bit float of the upper half of their bits (bfloat16).
    ///
    /// # Panics
    ///
    /// If the slices are not of one length.
    #[inline]
    pub(crate) fn shorten(self, values: &[f32], out: &mut [u16]) {
        assert_eq!(values.len(), out.len(), "each number has its place");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 => unsafe { avx512_elementwise::shorten(values, out) },
            _ => self.plain_shorten(values, out),
        }
    }

    /// Turns scores of some queries for the next keys into weights as bfloat16, and goes on with what they sum to.
    ///
    /// Weights stand in rows, `stride` apart, filled up with zeros to a multiple of 32.
    ///
    /// # Panics
    ///
    /// If there is no score for each query and key, or no room for each weight.
    #[inline]
    pub(crate) fn soften(
        self,
        scores: Scores<'_>,
        queries: &mut [Softened],
        weights: &mut [u16],
        stride: usize,
    ) {
        let (panels, rows) = (scores.keys.div_ceil(PANEL), queries.len());
        assert!(panels > 0 && rows > 0, "some query scores some key");
        assert!(
            (panels - 1) * scores.panel + rows * PANEL <= scores.values.len(),
            "each query scores each key"
        );
        assert!((rows - 1) * stride + panels * PANEL <= weights.len(), "each score becomes a weight");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 => unsafe {
                avx512_elementwise::soften(scores, queries, weights, stride);
            },
            _ => self.plain_soften(scores, queries, weights, stride),
        }
    }

    /// Turns scores into weights of 14 bits, the greatest 16,383, and says what one step of them is worth.
    ///
    /// Their upper and lower halves are stored as bytes, 128 being zero: two rows for
    /// [`Products::byte_tile`]. Scores are used up.
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
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512_elementwise::soften_to_bytes(scores, upper, lower, step);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => unsafe {
                avx2_elementwise::soften_to_bytes(scores, upper, lower, step);
            },
            _ => self.plain_soften_to_bytes(scores, upper, lower, step),
        }
    }

    /// Turns scores of some queries for the next keys into weights in bytes, and goes on with what they sum to.
    ///
    /// The greatest of these keys weighs 127 steps of its query, each worth one of `steps`; zero is stored as `zero`, which is 128 at
    /// most. Weights stand in rows, `stride` apart.
    ///
    /// # Panics
    ///
    /// If there are more than [`MOST_ROWS`] queries, no key, or no sum, no room for a weight or no step for one of them.
    #[inline]
    pub(crate) fn soften_rows(
        self,
        scores: ByteScores<'_>,
        queries: &mut [Softened],
        zero: u8,
        weights: &mut [u8],
        stride: usize,
        steps: &mut [f32],
    ) {
        let (keys, rows) = (scores.key_steps.len(), queries.len());
        assert!(keys > 0 && (1..=MOST_ROWS).contains(&rows), "some query scores some key");
        assert!(rows <= scores.query_steps.len() && rows <= steps.len(), "each query has its steps");
        let last = (keys - 1) / PANEL * scores.panel + (rows - 1) * PANEL + (keys - 1) % PANEL;
        assert!(rows * PANEL <= scores.panel && last < scores.sums.len(), "each query scores each key");
        assert!(keys <= stride && (rows - 1) * stride + keys <= weights.len(), "each score becomes a weight");
        match self {
            // SAFETY: as in `byte_tile`.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512_elementwise::soften_rows(scores, queries, zero, weights, stride, steps);
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => unsafe {
                avx2_elementwise::soften_rows(scores, queries, zero, weights, stride, steps);
            },
            _ => self.plain_soften_rows(scores, queries, zero, weights, stride, steps),
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
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 if size == HEAD => {
                // SAFETY: as in `byte_tile`.
                unsafe { avx512_history::attend_short(query, keys, values, scores, out) };
            }
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 if size == HEAD => {
                // SAFETY: as in `byte_tile`.
                unsafe { avx2_history::attend_short(query, keys, values, scores, out) };
            }
            _ => self.plain_attend_short(query, keys, values, size, scores, out),
        }
    }
}
