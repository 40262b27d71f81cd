//! The arithmetic that recognition spends its time in, chosen once for the processor at hand.
//!
//! ```text
//! rows of activations x one panel of 32 packed columns -> a tile -> bias, GELU or sum -> rows
//! ```
//!
//! All `unsafe` code of this crate is in this folder: loads and stores in the files named after instructions, and the
//! calls into functions compiled for processor features that were detected first. Products of floats are here, those of
//! shorter numbers in [`dots`]. Every set computes each
//! output as one chain of additions in the order of `k`, whatever the number of rows: a window decoded
//! alone and the same window decoded in a batch give the same bits.

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2_bytes;
#[cfg(target_arch = "x86_64")]
mod avx2_elementwise;
#[cfg(target_arch = "x86_64")]
mod avx2_fit;
#[cfg(target_arch = "x86_64")]
mod avx2_half_bytes;
#[cfg(target_arch = "x86_64")]
mod avx2_history;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512_dots;
#[cfg(target_arch = "x86_64")]
mod avx512_elementwise;
#[cfg(target_arch = "x86_64")]
mod avx512_half_bytes;
#[cfg(target_arch = "x86_64")]
mod avx512_history;
#[cfg(target_arch = "x86_64")]
mod avx_vnni;
mod dots;
mod elementwise;
mod fit;
mod half_bytes;
#[cfg(target_arch = "aarch64")]
mod neon_dots;
#[cfg(target_arch = "aarch64")]
mod neon_matrices;
mod portable;

pub(crate) use dots::{
    ByteRows, ByteScores, NO_SUMS, PairRows, Products, STEP_BYTES, Scores, Softened, Start, rows_with_room,
};
pub(crate) use fit::{Fineness, Fit, Form, Limits, round_to_fit};
pub(crate) use half_bytes::{MOST_ROWS as MOST_HALF_BYTE_ROWS, SignedRows, UNIT, UNIT_INPUTS};

use half::f16;
use std::sync::OnceLock;

/// Columns of a panel: two AVX-512 registers of 32-bit floats.
pub(crate) const PANEL: usize = 32;

/// Most rows that one tile takes: with 24 sums, two columns and a factor, 27 of 32 registers are in use.
pub(crate) const TILE_ROWS: usize = 12;

/// Room for the sums of [`TILE_ROWS`] rows over one panel.
pub(crate) type Tile = [f32; TILE_ROWS * PANEL];

/// One panel of a packed matrix: `k` steps of [`PANEL`] neighbouring columns.
#[derive(Clone, Copy)]
pub(crate) enum Panel<'a> {
    /// Exactly as computed, or as read from weights that need all their bits.
    F32(&'a [f32]),
    /// Weights as they are published; widened on the way into the registers.
    F16(&'a [f16]),
}

impl<'a> Panel<'a> {
    /// The same panel in single precision, if it is not so already in `room`.
    pub(crate) fn widened<'b>(self, set: InstructionSet, room: &'b mut Vec<f32>) -> Panel<'b>
    where
        'a: 'b,
    {
        let Panel::F16(values) = self else { return self };
        room.resize(values.len(), 0.0);
        set.widen(values, room);
        Panel::F32(room)
    }

    fn steps(self) -> usize {
        match self {
            Panel::F32(values) => values.len() / PANEL,
            Panel::F16(values) => values.len() / PANEL,
        }
    }
}

/// Rows of activations, `stride` values apart. Rows may overlap: a convolution reads them so.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) stride: usize,
}

impl<'a> Rows<'a> {
    /// The same rows from `first` on.
    pub(crate) fn starting_at(self, first: usize) -> Rows<'a> {
        Rows { values: &self.values[first * self.stride..], stride: self.stride }
    }
}

/// What happens to the sums of a product before they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// Store them.
    Store,
    /// Store their Gaussian error linear unit.
    Gelu,
    /// Add them to what stands there.
    Add,
}

/// A family of processor instructions that has kernels of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// AVX-512 as below, with AMX's products of tiles of bytes and of 16-bit floats.
    Amx,
    /// AVX-512 as below, with VNNI's dot products of bytes and those of 16-bit floats (BF16).
    Avx512Bf16,
    /// AVX-512 as below, with VNNI's dot products of bytes.
    Avx512Vnni,
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    Avx512,
    /// AVX2 as below, with VNNI's dot products of bytes.
    AvxVnni,
    /// x86-64 with AVX2, FMA and F16C.
    Avx2,
    /// 64-bit ARM as below, with products of small matrices of bytes (i8mm).
    NeonMatrix,
    /// 64-bit ARM with the dot product of bytes; the compiler turns all else into NEON.
    NeonDot,
    /// Any processor.
    Portable,
}

/// What this process computes with.
static CHOSEN: OnceLock<InstructionSet> = OnceLock::new();

/// A set was asked for that can't be had.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// No set of this processor has that name.
    #[error("no instruction set `{name}` here; this processor has {}", available.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is, best first.
        available: Vec<&'static str>,
    },
    /// Something was computed before.
    #[error("the instruction set is chosen already: {}", .0.name())]
    Late(InstructionSet),
}

impl InstructionSet {
    /// What this process computes with: the best set that the processor has, unless another was chosen.
    pub fn detect() -> InstructionSet {
        let best = || *InstructionSet::available().first().unwrap_or(&InstructionSet::Portable);
        *CHOSEN.get_or_init(best)
    }

    /// Computes with the set of this [name](Self::name) in this process, to measure what a lesser processor would do.
    ///
    /// # Errors
    ///
    /// If this processor has no such set, or something was computed with another one before.
    pub fn choose(name: &str) -> Result<(), ChoiceError> {
        let available = InstructionSet::available();
        let Some(set) = available.iter().copied().find(|set| set.name() == name) else {
            let available = available.into_iter().map(InstructionSet::name).collect();
            return Err(ChoiceError::Unknown { name: name.into(), available });
        };
        match *CHOSEN.get_or_init(|| set) {
            chosen if chosen == set => Ok(()),
            chosen => Err(ChoiceError::Late(chosen)),
        }
    }

    /// What the set is called, for scripts.
    pub fn name(self) -> &'static str {
        match self {
            InstructionSet::Amx => "amx",
            InstructionSet::Avx512Bf16 => "avx512-bf16",
            InstructionSet::Avx512Vnni => "avx512-vnni",
            InstructionSet::Avx512 => "avx512",
            InstructionSet::AvxVnni => "avx-vnni",
            InstructionSet::Avx2 => "avx2",
            InstructionSet::NeonMatrix => "neon-matrix",
            InstructionSet::NeonDot => "neon-dot",
            InstructionSet::Portable => "portable",
        }
    }

    /// What the set is, for people.
    pub fn description(self) -> &'static str {
        match self {
            InstructionSet::Amx => "AVX-512 with VNNI and BF16, and AMX",
            InstructionSet::Avx512Bf16 => "AVX-512 with VNNI and BF16",
            InstructionSet::Avx512Vnni => "AVX-512 with VNNI",
            InstructionSet::Avx512 => "AVX-512",
            InstructionSet::AvxVnni => "AVX2, FMA and VNNI",
            InstructionSet::Avx2 => "AVX2 and FMA",
            InstructionSet::NeonMatrix => "NEON with the dot product and matrix products",
            InstructionSet::NeonDot => "NEON with the dot product",
            InstructionSet::Portable => "no instruction set with kernels of its own",
        }
    }

    /// Every set that this processor can run, best first.
    pub fn available() -> Vec<InstructionSet> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
            {
                if is_x86_feature_detected!("avx512vnni") {
                    if is_x86_feature_detected!("avx512bf16") {
                        if amx::is_available() {
                            sets.push(InstructionSet::Amx);
                        }
                        sets.push(InstructionSet::Avx512Bf16);
                    }
                    sets.push(InstructionSet::Avx512Vnni);
                }
                sets.push(InstructionSet::Avx512);
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c")
            {
                if is_x86_feature_detected!("avxvnni") {
                    sets.push(InstructionSet::AvxVnni);
                }
                sets.push(InstructionSet::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("dotprod") {
            if std::arch::is_aarch64_feature_detected!("i8mm") {
                sets.push(InstructionSet::NeonMatrix);
            }
            sets.push(InstructionSet::NeonDot);
        }
        sets.push(InstructionSet::Portable);
        sets
    }

    /// Computes `out[r][c] = sum over k of a[r][k] * panel[k][c]` for `rows` rows, which stand `out_stride`
    /// apart, and all columns of the panel.
    ///
    /// # Panics
    ///
    /// If `rows` is 0 or more than [`TILE_ROWS`], `a` does not hold that many rows of the panel's steps, or
    /// `out` has no room for them.
    #[inline]
    pub(crate) fn tile(self, a: Rows<'_>, rows: usize, panel: Panel<'_>, out: &mut [f32], out_stride: usize) {
        let steps = panel.steps();
        assert!((1..=TILE_ROWS).contains(&rows), "a tile has 1 to {TILE_ROWS} rows, not {rows}");
        assert!((rows - 1) * a.stride + steps <= a.values.len(), "rows reach past their values");
        assert!((rows - 1) * out_stride + PANEL <= out.len(), "sums reach past their room");
        match self {
            // SAFETY: `detect` and `available` hand these sets out only where the processor has their
            // features, and the assertions above are the bounds that both kernels rely on.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512::tile(a, rows, panel, steps, out, out_stride)
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => unsafe { avx2::tile(a, rows, panel, steps, out, out_stride) },
            _ => portable::tile(a, rows, panel, steps, out, out_stride),
        }
    }

    /// Turns scores into weights that sum to 1, in place.
    #[inline]
    pub(crate) fn softmax(self, scores: &mut [f32]) {
        match self {
            // SAFETY: this set is handed out only where the processor has its features.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => unsafe { avx2_elementwise::softmax(scores) },
            _ => self.plain_softmax(scores),
        }
    }

    /// Turns halves into single precision, for which nothing has to be rounded.
    ///
    /// # Panics
    ///
    /// If `out` is not as long as `values`.
    pub(crate) fn widen(self, values: &[f16], out: &mut [f32]) {
        assert_eq!(values.len(), out.len(), "each value has its place");
        match self {
            // SAFETY: this set is handed out only where the processor has its features, and both slices are
            // of one length.
            #[cfg(target_arch = "x86_64")]
            Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe {
                avx512::widen(values, out)
            },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => unsafe { avx2::widen(values, out) },
            _ => portable::widen(values, out),
        }
    }
}

/// Declares elementwise functions that are compiled once for each instruction set.
///
/// The body stands in [`elementwise`] as plain loops, marked for inlining; compiled inside a function
/// that enables the features, the compiler vectorises it with them.
macro_rules! for_every_set {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*);)*) => {
        impl InstructionSet {
            $($(#[$doc])*
            #[inline]
            #[allow(clippy::too_many_arguments)]
            pub(crate) fn $name(self, $($argument: $type),*) {
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                fn avx512($($argument: $type),*) {
                    elementwise::$name($($argument),*)
                }
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2,fma,f16c")]
                #[allow(clippy::too_many_arguments)]
                fn avx2($($argument: $type),*) {
                    elementwise::$name($($argument),*)
                }
                match self {
                    // SAFETY: this set is handed out only where the processor has these features.
                    #[cfg(target_arch = "x86_64")]
                    Self::Amx | Self::Avx512Bf16 | Self::Avx512Vnni | Self::Avx512 => unsafe { avx512($($argument),*) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Self::AvxVnni | Self::Avx2 => unsafe { avx2($($argument),*) },
                    _ => elementwise::$name($($argument),*),
                }
            })*
        }
    };
}

for_every_set! {
    /// Adds `bias` to rows of [`PANEL`] sums and stores the first `width` of each as `finish` says, `out_stride`
    /// apart.
    fn finish(
        sums: &[f32], bias: Option<&[f32]>, finish: Finish, width: usize, out: &mut [f32], out_stride: usize
    );
    /// Normalises `row` to mean 0 and variance 1, then scales and shifts it.
    fn layer_norm(row: &[f32], scale: &[f32], shift: &[f32], out: &mut [f32]);
    /// [`InstructionSet::softmax`] for sets without a form of their own.
    fn plain_softmax(scores: &mut [f32]);
    /// Turns scores into logarithms of probabilities, in place.
    fn log_softmax(scores: &mut [f32]);
    /// `score = sum of a * b`.
    fn dot(a: &[f32], b: &[f32], score: &mut f32);
    /// Rounds a row to bytes, the largest in size to `greatest`, stores them `zero` above their value, and says what one step of
    /// them is worth.
    fn round_to_bytes(row: &[f32], greatest: f32, zero: u8, out: &mut [u8], step: &mut f32);
    /// Rounds at most 32 columns of `count` rows to signed bytes, the largest in size of each column to `greatest`, and says what
    /// one step of each is worth.
    fn round_columns(
        rows: Rows<'_>, count: usize, greatest: f32, steps: &mut [f32], out: &mut [u8], out_stride: usize
    );
    /// Packs rows of 32 signed bytes, a multiple of four, as a panel for [`Products::byte_tile`], and says what columns sum to.
    fn group_columns(rows: &[u8], panel: &mut [u8], sums: &mut [i32; PANEL]);
    /// [`InstructionSet::soften_rows`] for sets without a form of their own.
    fn plain_soften_rows(
        scores: ByteScores<'_>, queries: &mut [Softened], zero: u8, weights: &mut [u8], stride: usize,
        steps: &mut [f32]
    );
    /// [`InstructionSet::finish_bytes`] for sets without a form of their own.
    fn plain_finish_bytes(
        sums: &[i32], row_steps: &[f32], column_steps: &[f32], bias: Option<&[f32]>, finish: Finish, width: usize,
        out: &mut [f32], out_stride: usize
    );
    /// Rounds a row to 14 bits and says what one step of them is worth; `upper` counts 128 steps, `lower` single ones.
    ///
    /// Both are stored as bytes, 64 steps on either side of `zero`: two rows for [`Products::byte_tile`].
    fn quantise_finely(row: &[f32], zero: u8, upper: &mut [u8], lower: &mut [u8], step: &mut f32);
    /// The greatest of some numbers.
    fn largest(values: &[f32], largest: &mut f32);
    /// Takes 128 off bytes that are stored so much above their value, and says what those of each unit of half-bytes sum to.
    fn sign_bytes(bytes: &[u8], signed: &mut [i8], sums: &mut [f32]);
    /// Rounds 64 inputs of 32 columns, `values[input][column]`, of which the first `inputs` count, to a unit of half-bytes.
    fn pack_half_bytes(values: &[[f32; PANEL]; UNIT_INPUTS], inputs: usize, unit: &mut [u8]);
    /// [`InstructionSet::soften_to_bytes`] for sets without a form of their own.
    fn plain_soften_to_bytes(scores: &mut [f32], upper: &mut [u8], lower: &mut [u8], step: &mut f32);
    /// Attends from one query to keys and values of all heads side by side, `size` values a head.
    ///
    /// `scores` has room for `[heads][keys]`.
    fn attend(
        query: &[f32], keys: &[&[f32]], values: &[&[f32]], size: usize, scores: &mut [f32], out: &mut [f32]
    );
    /// [`InstructionSet::attend_short`] for sets without a form of their own.
    fn plain_attend_short(
        query: &[f32], keys: &[&[u16]], values: &[&[u16]], size: usize, scores: &mut [f32], out: &mut [f32]
    );
    /// [`InstructionSet::shorten`] for sets without a form of their own.
    fn plain_shorten(values: &[f32], out: &mut [u16]);
    /// [`InstructionSet::soften`] for sets without a form of their own.
    fn plain_soften(scores: Scores<'_>, queries: &mut [Softened], weights: &mut [u16], stride: usize);
    /// Multiplies rows of `stride` numbers with the factors of their queries.
    fn scale_rows(queries: &[Softened], rows: &mut [f32], stride: usize);
}

#[cfg(test)]
mod tests;
