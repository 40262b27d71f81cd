//! What happens between products of short numbers, with 512-bit registers and fused multiply-adds.
//!
//! The portable forms are plain loops in [`super::elementwise`]; a compiler may not fuse their sums and
//! products, which makes these two to three times as fast.

use super::dots::{MOST_ROWS, Scores, Softened};
use super::elementwise::{
    ERROR_FUNCTION, GREATEST_BYTE_WEIGHT, GREATEST_WEIGHT, LEAST_POWER, ROUNDED_FROM, meet_all,
};
use super::{ByteScores, Finish, PANEL};
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
    let masks = [first_lanes(width), first_lanes(width.saturating_sub(LANES))];
    let (mut steps, mut biases) = ([_mm512_setzero_ps(); 2], [_mm512_setzero_ps(); 2]);
    for half in 0..2 {
        // SAFETY: the masks keep loads inside of `width` values.
        unsafe {
            let at = |values: &[f32]| values.as_ptr().wrapping_add(half * LANES);
            steps[half] = _mm512_maskz_loadu_ps(masks[half], at(column_steps));
            if let Some(bias) = bias {
                biases[half] = _mm512_maskz_loadu_ps(masks[half], at(bias));
            }
        }
    }
    // Row by row, so that lines of the cache are written as wholes.
    for (row, row_step) in row_steps.iter().enumerate() {
        let row_step = _mm512_set1_ps(*row_step);
        for half in 0..2 {
            // SAFETY: there is a row of 32 sums for each step.
            let sums = unsafe { _mm512_loadu_si512(sums.as_ptr().add(row * PANEL + half * LANES).cast()) };
            let value =
                _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_mul_ps(steps[half], row_step), biases[half]);
            let out = out.as_mut_ptr().wrapping_add(row * out_stride + half * LANES);
            // SAFETY: `out` has room for `width` values of the row, and the mask leaves out what is behind them.
            unsafe {
                let value = match finish {
                    Finish::Store => value,
                    Finish::Gelu => gelu(value),
                    Finish::Add => _mm512_add_ps(value, _mm512_maskz_loadu_ps(masks[half], out)),
                };
                _mm512_mask_storeu_ps(out, masks[half], value);
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
    let largest = largest(scores);
    let mut sums = [_mm512_setzero_ps(); PARTS];
    let (whole, rest) = scores.as_chunks::<BYTE_LANES>();
    // SAFETY: each part has its places in both, 64 or as many as there are scores.
    unsafe {
        for (index, scores) in whole.iter().enumerate() {
            let first = index * BYTE_LANES;
            store_halves::<true>(scores, largest, &mut sums, &mut upper[first..], &mut lower[first..]);
        }
        if !rest.is_empty() {
            let first = whole.len() * BYTE_LANES;
            store_halves::<false>(rest, largest, &mut sums, &mut upper[first..], &mut lower[first..]);
        }
    }
    let sums = _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3]));
    *step = 1.0 / (GREATEST_WEIGHT * _mm512_reduce_add_ps(sums));
}

/// Stores upper and lower bytes of the weights of at most 64 scores in 14 bits, 128 being zero, and adds weights to `sums`.
///
/// # Safety
///
/// There are 64 scores where they are a `WHOLE` part, else fewer, and both bytes of each have room.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn store_halves<const WHOLE: bool>(
    scores: &[f32],
    largest: __m512,
    sums: &mut [__m512; PARTS],
    upper: &mut [u8],
    lower: &mut [u8],
) {
    let (zero_point, low) = (_mm512_set1_epi32(0x80), _mm512_set1_epi32(0x7f));
    let masks = masks_of::<WHOLE>(scores.len());
    let mut halves = [[zero_point; PARTS]; 2];
    for at in 0..PARTS {
        // SAFETY: the mask keeps the load inside of the scores.
        let scores = unsafe { _mm512_maskz_loadu_ps(masks[at], scores.as_ptr().wrapping_add(at * LANES)) };
        let weights = _mm512_maskz_mov_ps(masks[at], exp(_mm512_sub_ps(scores, largest)));
        sums[at] = _mm512_add_ps(sums[at], weights);
        let rounded = _mm512_cvtps_epi32(_mm512_mul_ps(weights, _mm512_set1_ps(GREATEST_WEIGHT)));
        halves[0][at] = _mm512_or_si512(_mm512_srli_epi32::<7>(rounded), zero_point);
        halves[1][at] = _mm512_or_si512(_mm512_and_si512(rounded, low), zero_point);
    }
    // SAFETY: passed on from the caller.
    unsafe {
        store_bytes::<WHOLE>(bytes_of(halves[0]), scores.len(), upper.as_mut_ptr());
        store_bytes::<WHOLE>(bytes_of(halves[1]), scores.len(), lower.as_mut_ptr());
    }
}

/// 64 numbers from 0 to 255 as bytes.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
fn bytes_of(numbers: [__m512i; PARTS]) -> __m512i {
    // Packing goes by quarters of registers, which are put in their order again at the end.
    let low = _mm512_packus_epi32(numbers[0], numbers[1]);
    let high = _mm512_packus_epi32(numbers[2], numbers[3]);
    let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high))
}

/// See [`super::InstructionSet::soften_rows`].
///
/// # Safety
///
/// The processor has AVX-512 F, BW, DQ and VL, there are at most 32 queries, some key, and a sum, room for a weight and a step of
/// each.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn soften_rows(
    scores: ByteScores<'_>,
    queries: &mut [Softened],
    zero: u8,
    weights: &mut [u8],
    stride: usize,
    steps: &mut [f32],
) {
    let keys = scores.key_steps.len();
    let (whole, rest) = (keys / BYTE_LANES * BYTE_LANES, keys % BYTE_LANES);
    let mut greatest = [0.0; MOST_ROWS];
    for (row, greatest) in greatest[..queries.len()].iter_mut().enumerate() {
        // SAFETY: so many keys are left from the first to the last whole part, and behind it.
        let mut lanes = unsafe { scores_of::<false>(scores, row, whole, rest) };
        for first in (0..whole).step_by(BYTE_LANES) {
            // SAFETY: as above.
            let parts = unsafe { scores_of::<true>(scores, row, first, BYTE_LANES) };
            for at in 0..PARTS {
                lanes[at] = _mm512_max_ps(lanes[at], parts[at]);
            }
        }
        *greatest = _mm512_reduce_max_ps(greatest_of(lanes)) * scores.query_steps[row];
    }
    meet_all(&greatest, queries, steps);
    let zeros = _mm512_set1_epi8(zero as i8);
    for (row, query) in queries.iter_mut().enumerate() {
        let scales = [scores.query_steps[row], greatest[row]];
        let out = weights[row * stride..][..keys].as_mut_ptr();
        let mut sums = _mm512_setzero_si512();
        // SAFETY: as above, and so many weights have room.
        unsafe {
            for first in (0..whole).step_by(BYTE_LANES) {
                let bytes = weights_of(scores_of::<true>(scores, row, first, BYTE_LANES), scales);
                sums = _mm512_add_epi64(sums, _mm512_sad_epu8(bytes, _mm512_setzero_si512()));
                store_bytes::<true>(_mm512_add_epi8(bytes, zeros), BYTE_LANES, out.add(first));
            }
            if rest > 0 {
                let bytes = weights_of(scores_of::<false>(scores, row, whole, rest), scales);
                sums = _mm512_add_epi64(sums, _mm512_sad_epu8(bytes, _mm512_setzero_si512()));
                store_bytes::<false>(_mm512_add_epi8(bytes, zeros), rest, out.add(whole));
            }
        }
        query.sum += _mm512_reduce_add_epi64(sums) as f32 * steps[row];
    }
}

/// What a query scores at most 64 keys from `first` on, but for its step; behind the last key, what weighs nothing.
///
/// # Safety
///
/// There are such a query and `count` keys from `first` on, `first` is a multiple of 64, and `count` is 64 where they are a `WHOLE` part.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn scores_of<const WHOLE: bool>(
    scores: ByteScores<'_>,
    row: usize,
    first: usize,
    count: usize,
) -> [__m512; PARTS] {
    let masks = masks_of::<WHOLE>(count);
    let mut parts = [_mm512_set1_ps(f32::NEG_INFINITY); PARTS];
    for (at, part) in parts.iter_mut().enumerate() {
        let key = first + at * LANES;
        let place = key / PANEL * scores.panel + row * PANEL + key % PANEL;
        let sums = scores.sums.as_ptr().wrapping_add(place);
        let steps = scores.key_steps.as_ptr().wrapping_add(key);
        // SAFETY: the mask keeps loads to the keys that the caller promises.
        *part = unsafe {
            let sums = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(masks[at], sums));
            _mm512_mask_mul_ps(*part, masks[at], sums, _mm512_maskz_loadu_ps(masks[at], steps))
        };
    }
    parts
}

/// Weights of 64 scores times the step of their query, in bytes, the `greatest` being 127.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
fn weights_of(scores: [__m512; PARTS], [query_step, greatest]: [f32; 2]) -> __m512i {
    let scale = _mm512_set1_ps(query_step * std::f32::consts::LOG2_E);
    let greatest = _mm512_set1_ps(greatest * std::f32::consts::LOG2_E);
    let most = _mm512_set1_ps(GREATEST_BYTE_WEIGHT);
    // SAFETY: eight numbers can be read.
    let from = _mm512_broadcast_f32x8(unsafe { _mm256_loadu_ps(ROUNDED_FROM.as_ptr()) });
    let mut steps = [_mm512_setzero_si512(); PARTS];
    for at in 0..PARTS {
        let weights = roughly_power_of_two(_mm512_fmsub_ps(scores[at], scale, greatest));
        steps[at] = _mm512_cvttps_epi32(_mm512_fmadd_ps(weights, most, from));
    }
    bytes_of(steps)
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

/// Registers of scores whose weights are made one of bytes.
const PARTS: usize = 4;

/// Weights of a register of bytes.
const BYTE_LANES: usize = PARTS * LANES;

/// A mask of the first `count` lanes, at most all.
fn first_lanes(count: usize) -> __mmask16 {
    if count >= LANES { !0 } else { (1 << count) - 1 }
}

/// Masks of the first `count` of 64 lanes; of all where they are a `WHOLE` part, which costs nothing.
#[inline]
fn masks_of<const WHOLE: bool>(count: usize) -> [__mmask16; PARTS] {
    let mut masks = [!0; PARTS];
    if !WHOLE {
        for (at, mask) in masks.iter_mut().enumerate() {
            *mask = first_lanes(count.saturating_sub(at * LANES));
        }
    }
    masks
}

/// Stores the first `count` bytes, less than 64; all where they are a `WHOLE` part.
///
/// # Safety
///
/// So many have room.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn store_bytes<const WHOLE: bool>(bytes: __m512i, count: usize, out: *mut u8) {
    // SAFETY: the mask leaves out what the caller does not promise.
    unsafe {
        if WHOLE {
            _mm512_storeu_si512(out.cast(), bytes);
        } else {
            _mm512_mask_storeu_epi8(out.cast(), (1 << count) - 1, bytes);
        }
    }
}

/// The largest of some numbers, in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn largest(values: &[f32]) -> __m512 {
    let least = _mm512_set1_ps(f32::NEG_INFINITY);
    let mut lanes = [least; PARTS];
    let (whole, rest) = values.as_chunks::<BYTE_LANES>();
    for part in whole {
        // Side by side, since each waits for the one before it.
        for (at, lanes) in lanes.iter_mut().enumerate() {
            // SAFETY: 16 of 64 values are left.
            *lanes = _mm512_max_ps(*lanes, unsafe { _mm512_loadu_ps(part.as_ptr().add(at * LANES)) });
        }
    }
    for (at, lanes) in lanes.iter_mut().enumerate() {
        let mask = first_lanes(rest.len().saturating_sub(at * LANES));
        // SAFETY: the mask keeps the load inside of the slice.
        let part = unsafe { _mm512_mask_loadu_ps(least, mask, rest.as_ptr().wrapping_add(at * LANES)) };
        *lanes = _mm512_max_ps(*lanes, part);
    }
    _mm512_set1_ps(_mm512_reduce_max_ps(greatest_of(lanes)))
}

/// The greater ones of the lanes of four registers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn greatest_of(lanes: [__m512; PARTS]) -> __m512 {
    _mm512_max_ps(_mm512_max_ps(lanes[0], lanes[1]), _mm512_max_ps(lanes[2], lanes[3]))
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
    let (x, rest) = whole_and_rest(x);
    let mut sum = _mm512_set1_ps(1.353_416_8e-2);
    for factor in [5.201_146e-2, 2.414_427_6e-1, 6.930_038_4e-1, 1.000_002_6] {
        sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(factor));
    }
    // By the whole part of `x`, which this takes itself.
    _mm512_scalef_ps(sum, x)
}

/// The same, up to a ten-thousandth off: of the third degree.
// Not one function of any number of factors: those would be read from memory each time.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn roughly_power_of_two(x: __m512) -> __m512 {
    let (x, rest) = whole_and_rest(x);
    let mut sum = _mm512_set1_ps(7.802_452e-2);
    for factor in [2.260_671_6e-1, 6.958_335_4e-1, 9.999_252e-1] {
        sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(factor));
    }
    _mm512_scalef_ps(sum, x)
}

/// `x`, but no less than what is told from the next, and what of it is above its whole part.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn whole_and_rest(x: __m512) -> (__m512, __m512) {
    let x = _mm512_max_ps(x, _mm512_set1_ps(LEAST_POWER * std::f32::consts::LOG2_E));
    (x, _mm512_reduce_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(x))
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
