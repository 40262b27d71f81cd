//! What happens between products of short numbers, with 512-bit registers and fused multiply-adds.
//!
//! The portable forms are plain loops in [`super::elementwise`]; a compiler may not fuse their sums and
//! products, which makes these two to three times as fast.

use super::dots::{Scores, Softened};
use super::elementwise::{ERROR_FUNCTION, GREATEST_WEIGHT, LEAST_POWER};
use super::{Finish, PANEL};
use std::arch::x86_64::*;

/// See [`super::InstructionSet::finish_bytes`].
///
/// # Safety
///
/// The processor has AVX-512 F, `sums` are rows of 32, `column_steps` and `bias` hold `width` values, at most 32,
/// and `out` has room for a row of `width` values for each of `row_steps`, `out_stride` apart.
#[allow(clippy::too_many_arguments)] // the parts of one formula
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn finish_bytes(
    sums: &[i32],
    row_steps: &[f32],
    column_steps: &[f32],
    bias: Option<&[f32]>,
    finish: Finish,
    width: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    for half in [0, LANES] {
        let mask = first_lanes(width.saturating_sub(half));
        // SAFETY: the mask keeps loads inside of `width` values.
        let steps = unsafe { _mm512_maskz_loadu_ps(mask, column_steps.as_ptr().wrapping_add(half)) };
        let bias = match bias {
            // SAFETY: as above.
            Some(bias) => unsafe { _mm512_maskz_loadu_ps(mask, bias.as_ptr().wrapping_add(half)) },
            None => _mm512_setzero_ps(),
        };
        for (row, row_step) in row_steps.iter().enumerate() {
            // SAFETY: there is a row of 32 sums for each step.
            let sums = unsafe { _mm512_loadu_si512(sums.as_ptr().add(row * PANEL + half).cast()) };
            let steps = _mm512_mul_ps(steps, _mm512_set1_ps(*row_step));
            let value = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), steps, bias);
            let out = out.as_mut_ptr().wrapping_add(row * out_stride + half);
            // SAFETY: `out` has room for `width` values of the row, and the mask leaves out what is behind them.
            unsafe {
                let value = match finish {
                    Finish::Store => value,
                    Finish::Gelu => gelu(value),
                    Finish::Add => _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, out)),
                };
                _mm512_mask_storeu_ps(out, mask, value);
            }
        }
    }
}

/// See [`super::InstructionSet::shorten`].
///
/// # Safety
///
/// The processor has AVX-512 F and BF16, and both slices are of one length.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
pub(super) unsafe fn shorten(values: &[f32], out: &mut [u16]) {
    for at in (0..values.len()).step_by(LANES) {
        let mask = first_lanes(values.len() - at);
        // SAFETY: the mask keeps loads and stores inside of both slices.
        unsafe {
            let part = _mm512_maskz_loadu_ps(mask, values.as_ptr().add(at));
            let short: __m256i = std::mem::transmute(_mm512_cvtneps_pbh(part));
            _mm256_mask_storeu_epi16(out.as_mut_ptr().add(at).cast(), mask, short);
        }
    }
}

/// See [`super::InstructionSet::soften`].
///
/// # Safety
///
/// The processor has AVX-512 F and BF16, there is a score for each query and each of `keys`, filled up to a multiple of 32, and
/// room for as many weights.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
pub(super) unsafe fn soften(
    scores: Scores<'_>,
    queries: &mut [Softened],
    weights: &mut [u16],
    stride: usize,
) {
    let Scores { values, panel, keys, scale } = scores;
    let scales = _mm512_set1_ps(scale * std::f32::consts::LOG2_E);
    // Whole panels go without masks.
    let (whole, rest) = (keys / PANEL, keys % PANEL);
    let lanes = [first_lanes(rest), first_lanes(rest.saturating_sub(LANES))];
    for (row, query) in queries.iter_mut().enumerate() {
        let place = |index: usize| values.as_ptr().wrapping_add(index * panel + row * PANEL);
        let out = |index: usize, weights: &mut [u16]| weights[row * stride + index * PANEL..].as_mut_ptr();
        let least = _mm512_set1_ps(query.largest);
        let mut largest = least;
        for index in 0..whole {
            // SAFETY: the caller promises scores in every panel, of which 32 belong to this row.
            let [left, right] = unsafe { load_both(place(index)) };
            largest = _mm512_max_ps(largest, _mm512_max_ps(left, right));
        }
        if rest > 0 {
            // SAFETY: as above.
            let [left, right] = unsafe { load_both(place(whole)) };
            largest = _mm512_mask_max_ps(largest, lanes[0], largest, left);
            largest = _mm512_mask_max_ps(largest, lanes[1], largest, right);
        }
        let largest = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
        query.largest = _mm512_cvtss_f32(largest);
        query.factor = _mm512_cvtss_f32(power_of_two(_mm512_mul_ps(_mm512_sub_ps(least, largest), scales)));
        let largest = _mm512_mul_ps(largest, scales);
        let mut sums = _mm512_setzero_ps();
        for index in 0..whole {
            // SAFETY: as above, and 32 weights have room.
            unsafe {
                let [left, right] = powers(load_both(place(index)), scales, largest);
                sums = _mm512_add_ps(sums, _mm512_add_ps(left, right));
                store_short(out(index, weights), left, right);
            }
        }
        if rest > 0 {
            // SAFETY: as above.
            unsafe {
                let [left, right] = powers(load_both(place(whole)), scales, largest);
                let left = _mm512_maskz_mov_ps(lanes[0], left);
                let right = _mm512_maskz_mov_ps(lanes[1], right);
                sums = _mm512_add_ps(sums, _mm512_add_ps(left, right));
                store_short(out(whole, weights), left, right);
            }
        }
        query.sum = query.sum * query.factor + _mm512_reduce_add_ps(sums);
    }
}

/// Both halves of a row of a panel.
///
/// # Safety
///
/// 32 numbers can be read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn load_both(from: *const f32) -> [__m512; 2] {
    // SAFETY: passed on from the caller.
    unsafe { [_mm512_loadu_ps(from), _mm512_loadu_ps(from.add(LANES))] }
}

/// 2 to the power of scores times `scales` less `largest`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn powers([left, right]: [__m512; 2], scales: __m512, largest: __m512) -> [__m512; 2] {
    let (left, right) = (_mm512_fmsub_ps(left, scales, largest), _mm512_fmsub_ps(right, scales, largest));
    [power_of_two(left), power_of_two(right)]
}

/// Rounds 32 numbers to bfloat16.
///
/// # Safety
///
/// 32 of these have room.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
unsafe fn store_short(out: *mut u16, left: __m512, right: __m512) {
    // SAFETY: both are registers of 64 bytes, for which the caller has room.
    unsafe {
        let short: __m512i = std::mem::transmute(_mm512_cvtne2ps_pbh(right, left));
        _mm512_storeu_si512(out.cast(), short);
    }
}

/// See [`super::InstructionSet::soften_to_bytes`].
///
/// # Safety
///
/// The processor has AVX-512 F, BW, DQ and VL, and all slices are of one length.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn soften_to_bytes(scores: &mut [f32], upper: &mut [u8], lower: &mut [u8], step: &mut f32) {
    let greatest = _mm512_set1_ps(GREATEST_WEIGHT);
    let (zero_point, low) = (_mm512_set1_epi32(0x80), _mm512_set1_epi32(0x7f));
    let largest = largest(scores);
    let mut sums = _mm512_setzero_ps();
    for at in (0..scores.len()).step_by(LANES) {
        let mask = first_lanes(scores.len() - at);
        // SAFETY: the mask keeps loads and stores inside of the slices.
        unsafe {
            let scores = _mm512_maskz_loadu_ps(mask, scores.as_ptr().add(at));
            let weight = _mm512_maskz_mov_ps(mask, exp(_mm512_sub_ps(scores, largest)));
            sums = _mm512_add_ps(sums, weight);
            let rounded = _mm512_cvtps_epi32(_mm512_mul_ps(weight, greatest));
            let high = _mm512_or_si512(_mm512_srli_epi32::<7>(rounded), zero_point);
            let rest = _mm512_or_si512(_mm512_and_si512(rounded, low), zero_point);
            _mm_mask_storeu_epi8(upper.as_mut_ptr().add(at).cast(), mask, _mm512_cvtepi32_epi8(high));
            _mm_mask_storeu_epi8(lower.as_mut_ptr().add(at).cast(), mask, _mm512_cvtepi32_epi8(rest));
        }
    }
    *step = 1.0 / (GREATEST_WEIGHT * _mm512_reduce_add_ps(sums));
}

/// Turns scores into weights that sum to 1, in place.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) fn softmax(scores: &mut [f32]) {
    let largest = largest(scores);
    let mut sums = _mm512_setzero_ps();
    for part in scores.chunks_mut(LANES) {
        let mask = first_lanes(part.len());
        // SAFETY: the mask keeps the load and the store inside of the part.
        unsafe {
            let scores = _mm512_maskz_loadu_ps(mask, part.as_ptr());
            let weight = _mm512_maskz_mov_ps(mask, exp(_mm512_sub_ps(scores, largest)));
            sums = _mm512_add_ps(sums, weight);
            _mm512_mask_storeu_ps(part.as_mut_ptr(), mask, weight);
        }
    }
    let factor = 1.0 / _mm512_reduce_add_ps(sums);
    for score in scores {
        *score *= factor;
    }
}

const LANES: usize = 16;

/// A mask of the first `count` lanes, at most all.
fn first_lanes(count: usize) -> __mmask16 {
    if count >= LANES { !0 } else { (1 << count) - 1 }
}

/// The largest of some numbers, in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn largest(values: &[f32]) -> __m512 {
    let least = _mm512_set1_ps(f32::NEG_INFINITY);
    let mut largest = least;
    for at in (0..values.len()).step_by(LANES) {
        let mask = first_lanes(values.len() - at);
        // SAFETY: the mask keeps the load inside of the slice.
        let part = unsafe { _mm512_mask_loadu_ps(least, mask, values.as_ptr().add(at)) };
        largest = _mm512_max_ps(largest, part);
    }
    _mm512_set1_ps(_mm512_reduce_max_ps(largest))
}

/// `e` to the power of `x`, up to 3 millionths off. Of less than [`LEAST_POWER`] it is that of this.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn exp(x: __m512) -> __m512 {
    power_of_two(_mm512_mul_ps(x, _mm512_set1_ps(std::f32::consts::LOG2_E)))
}

/// 2 to the power of `x`, as exactly: the whole part by its exponent, what is above it by the polynomial of the fourth
/// degree that is nowhere farther off.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn power_of_two(x: __m512) -> __m512 {
    let x = _mm512_max_ps(x, _mm512_set1_ps(LEAST_POWER * std::f32::consts::LOG2_E));
    let rest = _mm512_reduce_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(x);
    let mut sum = _mm512_set1_ps(1.353_416_8e-2);
    for factor in [5.201_146e-2, 2.414_427_6e-1, 6.930_038_4e-1, 1.000_002_6] {
        sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(factor));
    }
    // By the whole part of `x`, which this takes itself.
    _mm512_scalef_ps(sum, x)
}

/// As in [`super::elementwise`], by [`ERROR_FUNCTION`].
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn gelu(x: __m512) -> __m512 {
    let one = _mm512_set1_ps(1.0);
    let z = _mm512_mul_ps(x, _mm512_set1_ps(std::f32::consts::FRAC_1_SQRT_2));
    let size = _mm512_abs_ps(z);
    let (scale, [first, factors @ ..]) = ERROR_FUNCTION;
    let divisor = _mm512_fmadd_ps(size, _mm512_set1_ps(scale), one);
    // A reciprocal of 14 bits, made one of 28 by a step of Newton's.
    let t = _mm512_rcp14_ps(divisor);
    let t = _mm512_mul_ps(t, _mm512_fnmadd_ps(divisor, t, _mm512_set1_ps(2.0)));
    let mut sum = _mm512_set1_ps(first);
    for factor in factors {
        sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(factor));
    }
    let tail = _mm512_mul_ps(_mm512_mul_ps(sum, t), exp(_mm512_fnmadd_ps(size, size, _mm512_setzero_ps())));
    // The error function has the sign of `x`, and `x` times its sign is its size.
    let half = _mm512_set1_ps(0.5);
    let share = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_sub_ps(one, tail));
    _mm512_mul_ps(half, _mm512_add_ps(x, share))
}
