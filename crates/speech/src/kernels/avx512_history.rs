//! Attention to the history of a transcript, with 512-bit registers.
//!
//! Memories of tokens lie apart, so a step waits for them: those of the next tokens are asked for ahead. A register of 32
//! bfloat16 is made two of 16 floats without moving a number to another lane, the even ones and the odd ones, which is
//! one instruction for each; so queries are parted in the same way, and what is found is put together at the end.

use super::avx512_elementwise::softmax;
use super::dots::HEAD;
use std::arch::x86_64::*;

/// Registers of bfloat16 that a head takes.
const PARTS: usize = HEAD / 32;

/// Heads that are computed together: their sums fill half of the registers.
const TOGETHER: usize = 4;

/// Tokens ahead that are asked for.
const AHEAD: usize = 4;

/// See [`super::InstructionSet::attend_short`].
///
/// # Safety
///
/// The processor has AVX-512 F, BW, DQ and VL, `query`, `out` and each key and value are of one length, a multiple of
/// [`HEAD`], and `scores` holds one for each key and each head.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
pub(super) unsafe fn attend_short(
    query: &[f32],
    keys: &[&[u16]],
    values: &[&[u16]],
    scores: &mut [f32],
    out: &mut [f32],
) {
    let (count, heads) = (keys.len(), query.len() / HEAD);
    let together = heads - heads % TOGETHER;
    // SAFETY: heads from the first to the last, whose numbers the caller promises.
    unsafe {
        (0..together).step_by(TOGETHER).for_each(|head| score::<TOGETHER>(query, keys, head, scores));
        (together..heads).for_each(|head| score::<1>(query, keys, head, scores));
        scores.chunks_exact_mut(count).for_each(|scores| softmax(scores));
        (0..together).step_by(TOGETHER).for_each(|head| weigh::<TOGETHER>(scores, values, head, out));
        (together..heads).for_each(|head| weigh::<1>(scores, values, head, out));
    }
}

/// Scores all keys by `HEADS` heads from `first` on.
///
/// # Safety
///
/// As for [`attend_short`], and there are so many heads.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn score<const HEADS: usize>(query: &[f32], keys: &[&[u16]], first: usize, scores: &mut [f32]) {
    let scale = _mm512_set1_ps(1.0 / (HEAD as f32).sqrt());
    let mut parted = [[(scale, scale); PARTS]; HEADS];
    for (head, parts) in parted.iter_mut().enumerate() {
        for (part, both) in parts.iter_mut().enumerate() {
            // SAFETY: 32 values of the head are left.
            let (low, high) = unsafe {
                let query = query.as_ptr().add((first + head) * HEAD + part * 32);
                (_mm512_loadu_ps(query), _mm512_loadu_ps(query.add(16)))
            };
            let (even, odd) = (every_second(0), every_second(1));
            *both = (
                _mm512_mul_ps(_mm512_permutex2var_ps(low, even, high), scale),
                _mm512_mul_ps(_mm512_permutex2var_ps(low, odd, high), scale),
            );
        }
    }
    for (token, key) in keys.iter().enumerate() {
        ask_for::<HEADS>(keys, token + AHEAD, first);
        let mut sums = [_mm512_setzero_ps(); TOGETHER];
        for (head, parts) in parted.iter().enumerate() {
            for (part, (evens, odds)) in parts.iter().enumerate() {
                // SAFETY: 32 values of the head are left in a key that is as long as the query.
                let (even, odd) = unsafe { halves(key.as_ptr().add((first + head) * HEAD + part * 32)) };
                sums[head] = _mm512_fmadd_ps(odd, *odds, _mm512_fmadd_ps(even, *evens, sums[head]));
            }
        }
        for (head, sum) in sums_of(sums).into_iter().take(HEADS).enumerate() {
            scores[(first + head) * keys.len() + token] = sum;
        }
    }
}

/// Adds up all values, each with its weights by `HEADS` heads from `first` on.
///
/// # Safety
///
/// As for [`attend_short`], and there are so many heads.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn weigh<const HEADS: usize>(weights: &[f32], values: &[&[u16]], first: usize, out: &mut [f32]) {
    let mut sums = [[(_mm512_setzero_ps(), _mm512_setzero_ps()); PARTS]; HEADS];
    for (token, value) in values.iter().enumerate() {
        ask_for::<HEADS>(values, token + AHEAD, first);
        for (head, parts) in sums.iter_mut().enumerate() {
            let weight = _mm512_set1_ps(weights[(first + head) * values.len() + token]);
            for (part, (evens, odds)) in parts.iter_mut().enumerate() {
                // SAFETY: 32 values of the head are left.
                let (even, odd) = unsafe { halves(value.as_ptr().add((first + head) * HEAD + part * 32)) };
                *evens = _mm512_fmadd_ps(even, weight, *evens);
                *odds = _mm512_fmadd_ps(odd, weight, *odds);
            }
        }
    }
    let (low, high) = (in_turn(0), in_turn(8));
    for (head, parts) in sums.into_iter().enumerate() {
        for (part, (evens, odds)) in parts.into_iter().enumerate() {
            // SAFETY: 32 values of the head are left in `out`, which is as long as the values.
            unsafe {
                let out = out.as_mut_ptr().add((first + head) * HEAD + part * 32);
                _mm512_storeu_ps(out, _mm512_permutex2var_ps(evens, low, odds));
                _mm512_storeu_ps(out.add(16), _mm512_permutex2var_ps(evens, high, odds));
            }
        }
    }
}

/// Asks for the part of a memory that `HEADS` heads from `first` on will want, if there is such a memory.
#[inline]
pub(super) fn ask_for<const HEADS: usize>(memories: &[&[u16]], token: usize, first: usize) {
    if let Some(memory) = memories.get(token) {
        for line in (0..HEADS * HEAD).step_by(32) {
            let place = memory.as_ptr().wrapping_add(first * HEAD + line);
            // SAFETY: nothing is read that could not be: asking for a place is allowed for any.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
        }
    }
}

/// 32 bfloat16 as floats: the even ones and the odd ones.
///
/// # Safety
///
/// 32 values can be read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn halves(values: *const u16) -> (__m512, __m512) {
    // SAFETY: the caller promises 32 readable values.
    let values = unsafe { _mm512_loadu_si512(values.cast()) };
    let odd = _mm512_and_si512(values, _mm512_set1_epi32(-0x1_0000));
    (_mm512_castsi512_ps(_mm512_slli_epi32::<16>(values)), _mm512_castsi512_ps(odd))
}

/// What the numbers of each register sum to.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
fn sums_of(registers: [__m512; TOGETHER]) -> [f32; TOGETHER] {
    let [a, b, c, d] = registers;
    let ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    let cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    let low = _mm512_shuffle_ps::<0b01_00_01_00>(ab, cd);
    let high = _mm512_shuffle_ps::<0b11_10_11_10>(ab, cd);
    let quarters = _mm512_add_ps(low, high);
    let halves = _mm256_add_ps(_mm512_castps512_ps256(quarters), _mm512_extractf32x8_ps::<1>(quarters));
    let sums = _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves));
    let mut out = [0.0; TOGETHER];
    // SAFETY: there is room for four numbers.
    unsafe { _mm_storeu_ps(out.as_mut_ptr(), sums) };
    out
}

/// Where the even (0) or odd (1) ones of 32 numbers are.
#[inline]
#[target_feature(enable = "avx512f")]
fn every_second(first: i32) -> __m512i {
    let places: [i32; 16] = std::array::from_fn(|place| first + 2 * place as i32);
    // SAFETY: 16 numbers can be read.
    unsafe { _mm512_loadu_si512(places.as_ptr().cast()) }
}

/// Where the 16 numbers from twice `first` on are, if even and odd ones of 32 lie in two registers.
#[inline]
#[target_feature(enable = "avx512f")]
fn in_turn(first: i32) -> __m512i {
    let places: [i32; 16] = std::array::from_fn(|place| first + place as i32 / 2 + 16 * (place as i32 % 2));
    // SAFETY: as above.
    unsafe { _mm512_loadu_si512(places.as_ptr().cast()) }
}
