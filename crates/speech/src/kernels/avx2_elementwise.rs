//! What happens between products, with 256-bit registers and fused multiply-adds; as in [`super::avx512_elementwise`].

use super::dots::MOST_ROWS;
use super::elementwise::{
    ERROR_FUNCTION, GREATEST_BYTE_WEIGHT, GREATEST_WEIGHT, LEAST_POWER, ROUND, ROUNDED_FROM, meet_all,
};
use super::{ByteScores, Finish, PANEL, Softened};
use std::arch::x86_64::*;

const LANES: usize = 8;

/// Lanes whose numbers are made bytes together.
const BYTE_LANES: usize = 2 * LANES;

/// Registers of scores of a panel.
const PARTS: usize = PANEL / LANES;

/// See [`super::InstructionSet::softmax`].
///
/// # Safety
///
/// The processor has AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn softmax(scores: &mut [f32]) {
    let largest = largest(scores);
    let mut sums = _mm256_setzero_ps();
    let (parts, rest) = scores.as_chunks_mut::<LANES>();
    for part in &mut *parts {
        let weights = exp(_mm256_sub_ps(load(part), largest));
        sums = _mm256_add_ps(sums, weights);
        store(part, weights);
    }
    let mut sum = total(sums);
    if !rest.is_empty() {
        let mut part = [0.0; LANES];
        part[..rest.len()].copy_from_slice(rest);
        let weights = exp(_mm256_sub_ps(load(&part), largest));
        store(&mut part, weights);
        rest.copy_from_slice(&part[..rest.len()]);
        sum += rest.iter().sum::<f32>();
    }
    let factor = 1.0 / sum;
    for score in scores {
        *score *= factor;
    }
}

/// See [`super::InstructionSet::soften_to_bytes`].
///
/// # Safety
///
/// The processor has AVX2 and FMA, and all slices are of one length.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn soften_to_bytes(scores: &[f32], upper: &mut [u8], lower: &mut [u8], step: &mut f32) {
    let largest = largest(scores);
    let mut sums = _mm256_setzero_ps();
    let (parts, rest) = scores.as_chunks::<BYTE_LANES>();
    for at in 0..parts.len() {
        let bytes = weigh_to_bytes(&parts[at], largest, &mut sums);
        upper[at * BYTE_LANES..][..BYTE_LANES].copy_from_slice(&bytes[..BYTE_LANES]);
        lower[at * BYTE_LANES..][..BYTE_LANES].copy_from_slice(&bytes[BYTE_LANES..]);
    }
    if !rest.is_empty() {
        // Behind the last score, what weighs nothing.
        let mut part = [f32::NEG_INFINITY; BYTE_LANES];
        part[..rest.len()].copy_from_slice(rest);
        let bytes = weigh_to_bytes(&part, largest, &mut sums);
        let first = parts.len() * BYTE_LANES;
        upper[first..].copy_from_slice(&bytes[..rest.len()]);
        lower[first..].copy_from_slice(&bytes[BYTE_LANES..][..rest.len()]);
    }
    *step = 1.0 / (GREATEST_WEIGHT * total(sums));
}

/// Weights of 16 scores as [`bytes_of`] stores them; what they sum to is added to `sums`.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn weigh_to_bytes(scores: &[f32; BYTE_LANES], largest: __m256, sums: &mut __m256) -> [u8; 2 * BYTE_LANES] {
    let parts = scores.as_chunks::<LANES>().0;
    let low = exp(_mm256_sub_ps(load(&parts[0]), largest));
    let high = exp(_mm256_sub_ps(load(&parts[1]), largest));
    *sums = _mm256_add_ps(*sums, _mm256_add_ps(low, high));
    bytes_of([low, high])
}

/// See [`super::InstructionSet::soften_rows`].
///
/// # Safety
///
/// The processor has AVX2 and FMA, there are at most 32 queries, some key, and a sum, room for a weight and a step of each.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn soften_rows(
    scores: ByteScores<'_>,
    queries: &mut [Softened],
    zero: u8,
    weights: &mut [u8],
    stride: usize,
    steps: &mut [f32],
) {
    let keys = scores.key_steps.len();
    let mut greatest = [0.0; MOST_ROWS];
    for (row, greatest) in greatest[..queries.len()].iter_mut().enumerate() {
        let mut lanes = rest_of(scores, row);
        for panel in 0..keys / PANEL {
            // SAFETY: the caller promises so many panels.
            let parts = unsafe { scores_of(scores, row, panel) };
            for at in 0..PARTS {
                lanes[at] = _mm256_max_ps(lanes[at], parts[at]);
            }
        }
        *greatest = _mm256_cvtss_f32(largest_of(lanes)) * scores.query_steps[row];
    }
    meet_all(&greatest, queries, steps);
    let zero = _mm256_set1_epi8(zero as i8);
    for (row, query) in queries.iter_mut().enumerate() {
        let (out, out_rest) = weights[row * stride..][..keys].as_chunks_mut::<PANEL>();
        let scale = [_mm256_set1_ps(scores.query_steps[row]), _mm256_set1_ps(greatest[row])];
        let mut sums = _mm256_setzero_si256();
        for (panel, out) in out.iter_mut().enumerate() {
            // SAFETY: as above.
            let parts = unsafe { scores_of(scores, row, panel) };
            sums = _mm256_add_epi64(sums, store_weights(parts, scale, zero, out));
        }
        if !out_rest.is_empty() {
            let mut out = [0; PANEL];
            sums = _mm256_add_epi64(sums, store_weights(rest_of(scores, row), scale, zero, &mut out));
            out_rest.copy_from_slice(&out[..out_rest.len()]);
        }
        let halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let sum = _mm_cvtsi128_si64(_mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves)));
        query.sum += sum as f32 * steps[row];
    }
}

/// What a query scores a panel of keys, but for its step.
///
/// # Safety
///
/// There are such a query and such a panel, and all of it are keys.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn scores_of(scores: ByteScores<'_>, row: usize, panel: usize) -> [__m256; PARTS] {
    let mut parts = [_mm256_setzero_ps(); PARTS];
    for (at, part) in parts.iter_mut().enumerate() {
        // SAFETY: the caller promises 32 sums and 32 steps.
        *part = unsafe {
            let place = panel * scores.panel + row * PANEL + at * LANES;
            let sums = _mm256_loadu_si256(scores.sums.as_ptr().add(place).cast());
            let steps = _mm256_loadu_ps(scores.key_steps.as_ptr().add(panel * PANEL + at * LANES));
            _mm256_mul_ps(_mm256_cvtepi32_ps(sums), steps)
        };
    }
    parts
}

/// The same of the last panel, if it isn't full: behind the last key, what weighs nothing.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn rest_of(scores: ByteScores<'_>, row: usize) -> [__m256; PARTS] {
    let keys = scores.key_steps.len();
    let (mut values, first) = ([f32::NEG_INFINITY; PANEL], keys / PANEL);
    for (key, value) in values[..keys % PANEL].iter_mut().enumerate() {
        let sum = scores.sums[first * scores.panel + row * PANEL + key];
        *value = sum as f32 * scores.key_steps[first * PANEL + key];
    }
    let mut parts = [_mm256_setzero_ps(); PARTS];
    for (at, part) in parts.iter_mut().enumerate() {
        *part = load(&values.as_chunks::<LANES>().0[at]);
    }
    parts
}

/// Stores weights of 32 scores times the step of their query, the `greatest` being 127, above `zero`; what they sum to in four
/// parts.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn store_weights(
    scores: [__m256; PARTS],
    [query_step, greatest]: [__m256; 2],
    zero: __m256i,
    out: &mut [u8; PANEL],
) -> __m256i {
    let (most, from) = (_mm256_set1_ps(GREATEST_BYTE_WEIGHT), load(&ROUNDED_FROM));
    let mut steps = [_mm256_setzero_si256(); PARTS];
    for at in 0..PARTS {
        let weights = roughly_exp(_mm256_fmsub_ps(scores[at], query_step, greatest));
        steps[at] = _mm256_cvttps_epi32(_mm256_fmadd_ps(weights, most, from));
    }
    // Packing goes by halves of registers, which are put in their order again at the end.
    let low = _mm256_packus_epi32(steps[0], steps[1]);
    let high = _mm256_packus_epi32(steps[2], steps[3]);
    let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    let bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order);
    // SAFETY: 32 bytes have room.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), _mm256_add_epi8(bytes, zero)) };
    _mm256_sad_epu8(bytes, _mm256_setzero_si256())
}

/// See [`super::InstructionSet::finish_bytes`]; of whole panels.
///
/// # Safety
///
/// The processor has AVX2 and FMA, `sums` are rows of 32, `column_steps` and `bias` hold 32 values, and `out` has room for 32
/// values for each of `row_steps`, `out_stride` apart.
#[allow(clippy::too_many_arguments)] // the parts of one formula
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn finish_bytes(
    sums: &[i32],
    row_steps: &[f32],
    column_steps: &[f32],
    bias: Option<&[f32]>,
    finish: Finish,
    out: &mut [f32],
    out_stride: usize,
) {
    const REGISTERS: usize = PANEL / LANES;
    let (mut steps, mut biases) = ([_mm256_setzero_ps(); REGISTERS], [_mm256_setzero_ps(); REGISTERS]);
    for at in 0..REGISTERS {
        // SAFETY: 8 of 32 values are left.
        unsafe {
            steps[at] = _mm256_loadu_ps(column_steps.as_ptr().add(at * LANES));
            if let Some(bias) = bias {
                biases[at] = _mm256_loadu_ps(bias.as_ptr().add(at * LANES));
            }
        }
    }
    // Row by row, so that lines of the cache are written as wholes.
    for (row, row_step) in row_steps.iter().enumerate() {
        let row_step = _mm256_set1_ps(*row_step);
        for at in 0..REGISTERS {
            // SAFETY: there is a row of 32 sums for each step, and room for as many values.
            unsafe {
                let sums = _mm256_loadu_si256(sums.as_ptr().add(row * PANEL + at * LANES).cast());
                let out = out.as_mut_ptr().add(row * out_stride + at * LANES);
                let steps = _mm256_mul_ps(steps[at], row_step);
                let value = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), steps, biases[at]);
                let value = match finish {
                    Finish::Store => value,
                    Finish::Gelu => gelu(value),
                    Finish::Add => _mm256_add_ps(value, _mm256_loadu_ps(out)),
                };
                _mm256_storeu_ps(out, value);
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn load(values: &[f32; LANES]) -> __m256 {
    // SAFETY: 8 numbers can be read.
    unsafe { _mm256_loadu_ps(values.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn store(out: &mut [f32; LANES], values: __m256) {
    // SAFETY: 8 numbers have room.
    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), values) }
}

/// The largest of some numbers, in every lane.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn largest(values: &[f32]) -> __m256 {
    let mut lanes = [_mm256_set1_ps(f32::NEG_INFINITY); 4];
    let (parts, rest) = values.as_chunks::<LANES>();
    let (fours, parts) = parts.as_chunks::<4>();
    for four in fours {
        // Side by side, since each waits for the one before it.
        for at in 0..4 {
            lanes[at] = _mm256_max_ps(lanes[at], load(&four[at]));
        }
    }
    for part in parts {
        lanes[0] = _mm256_max_ps(lanes[0], load(part));
    }
    for value in rest {
        lanes[1] = _mm256_max_ps(lanes[1], _mm256_set1_ps(*value));
    }
    largest_of(lanes)
}

/// The largest of all lanes, in every one.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn largest_of(lanes: [__m256; 4]) -> __m256 {
    let all = _mm256_max_ps(_mm256_max_ps(lanes[0], lanes[1]), _mm256_max_ps(lanes[2], lanes[3]));
    let halves = _mm256_max_ps(all, _mm256_permute2f128_ps::<1>(all, all));
    let quarters = _mm256_max_ps(halves, _mm256_permute_ps::<0b01_00_11_10>(halves));
    _mm256_max_ps(quarters, _mm256_permute_ps::<0b10_11_00_01>(quarters))
}

/// What all lanes sum to.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn total(values: __m256) -> f32 {
    let mut lanes = [0.0; LANES];
    store(&mut lanes, values);
    lanes.iter().sum()
}

/// Weights from 0 to 1 in 14 bits, 128 being zero: the upper bytes of all, then the lower ones.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn bytes_of(weights: [__m256; 2]) -> [u8; 2 * BYTE_LANES] {
    let (zero_point, low) = (_mm256_set1_epi32(0x80), _mm256_set1_epi32(0x7f));
    let mut halves = [[_mm256_setzero_si256(); 2]; 2];
    for (place, weights) in weights.into_iter().enumerate() {
        let rounded = _mm256_cvtps_epi32(_mm256_mul_ps(weights, _mm256_set1_ps(GREATEST_WEIGHT)));
        halves[0][place] = _mm256_or_si256(_mm256_srli_epi32::<7>(rounded), zero_point);
        halves[1][place] = _mm256_or_si256(_mm256_and_si256(rounded, low), zero_point);
    }
    // Packing goes by halves of registers, which are put in their order again each time.
    let upper = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(halves[0][0], halves[0][1]));
    let lower = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(halves[1][0], halves[1][1]));
    let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(upper, lower));
    let mut bytes = [0; 2 * BYTE_LANES];
    // SAFETY: 32 bytes have room.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), both) };
    bytes
}

/// `e` to the power of `x`, up to a millionth off. Of less than [`LEAST_POWER`] it is that of this.
#[inline]
#[target_feature(enable = "avx2,fma")]
#[allow(clippy::excessive_precision)] // as it was found
fn exp(x: __m256) -> __m256 {
    power(x, [1.3276472e-3, 9.6755413e-3, 5.5507133e-2, 2.4022120e-1, 6.9314697e-1, 1.0000001])
}

/// The same, up to a ten-thousandth off.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn roughly_exp(x: __m256) -> __m256 {
    power(x, [0.055_171_67, 0.242_611_12, 0.693_260_99, 0.999_928_07])
}

/// 2 to the power of the nearest whole number by adding to the exponent's bits, what is left by a polynomial, highest power first:
/// that of its degree which is nowhere farther off.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn power<const N: usize>(x: __m256, factors: [f32; N]) -> __m256 {
    let x = _mm256_max_ps(x, _mm256_set1_ps(LEAST_POWER));
    let shifted = _mm256_fmadd_ps(x, _mm256_set1_ps(std::f32::consts::LOG2_E), _mm256_set1_ps(ROUND));
    let whole = _mm256_sub_ps(shifted, _mm256_set1_ps(ROUND));
    let rest = _mm256_fmsub_ps(x, _mm256_set1_ps(std::f32::consts::LOG2_E), whole);
    let mut sum = _mm256_set1_ps(factors[0]);
    for factor in &factors[1..] {
        sum = _mm256_fmadd_ps(sum, rest, _mm256_set1_ps(*factor));
    }
    let exponent = _mm256_slli_epi32::<23>(_mm256_castps_si256(shifted));
    _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(sum), exponent))
}

/// As in [`super::elementwise`], by [`ERROR_FUNCTION`].
#[inline]
#[target_feature(enable = "avx2,fma")]
fn gelu(x: __m256) -> __m256 {
    let (one, sign) = (_mm256_set1_ps(1.0), _mm256_set1_ps(-0.0));
    let size = _mm256_andnot_ps(sign, _mm256_mul_ps(x, _mm256_set1_ps(std::f32::consts::FRAC_1_SQRT_2)));
    let (scale, [first, factors @ ..]) = ERROR_FUNCTION;
    let divisor = _mm256_fmadd_ps(size, _mm256_set1_ps(scale), one);
    // A reciprocal of 12 bits, made one of 23 by a step of Newton's.
    let t = _mm256_rcp_ps(divisor);
    let t = _mm256_mul_ps(t, _mm256_fnmadd_ps(divisor, t, _mm256_set1_ps(2.0)));
    let mut sum = _mm256_set1_ps(first);
    for factor in factors {
        sum = _mm256_fmadd_ps(sum, t, _mm256_set1_ps(factor));
    }
    let tail = _mm256_mul_ps(_mm256_mul_ps(sum, t), exp(_mm256_fnmadd_ps(size, size, _mm256_setzero_ps())));
    // The error function has the sign of `x`, and `x` times its sign is its size.
    let share = _mm256_mul_ps(_mm256_andnot_ps(sign, x), _mm256_sub_ps(one, tail));
    _mm256_mul_ps(_mm256_set1_ps(0.5), _mm256_add_ps(x, share))
}
