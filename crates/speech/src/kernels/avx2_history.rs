//! Attention to the history of a transcript, with 256-bit registers; as in [`super::avx512_history`].

use super::avx2_elementwise::softmax;
use super::avx512_history::ask_for;
use super::dots::HEAD;
use std::arch::x86_64::*;

/// Values of a register of bfloat16, and registers of them that a head takes.
const LANES: usize = 16;
const PARTS: usize = HEAD / LANES;

/// Tokens whose scores are summed up together.
const TOGETHER: usize = 4;

/// Tokens ahead that are asked for.
const AHEAD: usize = 8;

/// The even ones and the odd ones of a head's numbers.
type Parted = [[__m256; 2]; PARTS];

/// See [`super::InstructionSet::attend_short`].
///
/// # Safety
///
/// The processor has AVX2 and FMA, `query`, `out` and each key and value are of one length, a multiple of [`HEAD`], and `scores`
/// holds one for each key and each head.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn attend_short(
    query: &[f32],
    keys: &[&[u16]],
    values: &[&[u16]],
    scores: &mut [f32],
    out: &mut [f32],
) {
    for (head, scores) in scores.chunks_exact_mut(keys.len()).enumerate() {
        // SAFETY: a head that there is, as the caller promises.
        unsafe {
            score(&query[head * HEAD..], keys, head, scores);
            softmax(scores);
            weigh(scores, values, head, &mut out[head * HEAD..]);
        }
    }
}

/// Scores all keys by one head, whose query `query` begins with.
///
/// # Safety
///
/// As for [`attend_short`], and there is such a head.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn score(query: &[f32], keys: &[&[u16]], head: usize, scores: &mut [f32]) {
    let query = part(query);
    for (tokens, scores) in scores.chunks_mut(TOGETHER).enumerate() {
        let mut sums = [_mm256_setzero_ps(); TOGETHER];
        for (place, sum) in sums.iter_mut().take(scores.len()).enumerate() {
            let token = tokens * TOGETHER + place;
            ask_for::<1>(keys, token + AHEAD, head);
            for (index, [evens, odds]) in query.iter().enumerate() {
                // SAFETY: 16 values of the head are left in the key.
                let [even, odd] = unsafe { halves(keys[token].as_ptr().add(head * HEAD + index * LANES)) };
                *sum = _mm256_fmadd_ps(odd, *odds, _mm256_fmadd_ps(even, *evens, *sum));
            }
        }
        scores.copy_from_slice(&sums_of(sums)[..scores.len()]);
    }
}

/// Adds up all values, each with its weight by one head, whose part `out` begins with.
///
/// # Safety
///
/// As for [`attend_short`], and there is such a head.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn weigh(weights: &[f32], values: &[&[u16]], head: usize, out: &mut [f32]) {
    let mut sums: Parted = [[_mm256_setzero_ps(); 2]; PARTS];
    for (token, weight) in weights.iter().enumerate() {
        ask_for::<1>(values, token + AHEAD, head);
        let weight = _mm256_set1_ps(*weight);
        for (index, [evens, odds]) in sums.iter_mut().enumerate() {
            // SAFETY: 16 values of the head are left in the value.
            let [even, odd] = unsafe { halves(values[token].as_ptr().add(head * HEAD + index * LANES)) };
            *evens = _mm256_fmadd_ps(even, weight, *evens);
            *odds = _mm256_fmadd_ps(odd, weight, *odds);
        }
    }
    let out = out.as_chunks_mut::<LANES>().0;
    for (index, [evens, odds]) in sums.into_iter().enumerate() {
        let out = &mut out[index];
        let (low, high) = (_mm256_unpacklo_ps(evens, odds), _mm256_unpackhi_ps(evens, odds));
        // SAFETY: 16 numbers have room.
        unsafe {
            _mm256_storeu_ps(out.as_mut_ptr(), _mm256_permute2f128_ps::<0x20>(low, high));
            _mm256_storeu_ps(out.as_mut_ptr().add(LANES / 2), _mm256_permute2f128_ps::<0x31>(low, high));
        }
    }
}

/// The query of a head, scaled, parted as keys are.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn part(query: &[f32]) -> Parted {
    let scale = _mm256_set1_ps(1.0 / (HEAD as f32).sqrt());
    let mut parted = [[scale; 2]; PARTS];
    for (parts, query) in parted.iter_mut().zip(query.as_chunks::<LANES>().0) {
        for (first, part) in parts.iter_mut().enumerate() {
            let values: [f32; LANES / 2] = std::array::from_fn(|place| query[2 * place + first]);
            // SAFETY: 8 numbers can be read.
            *part = _mm256_mul_ps(*part, unsafe { _mm256_loadu_ps(values.as_ptr()) });
        }
    }
    parted
}

/// 16 bfloat16 as floats: the even ones and the odd ones, without moving a number to another lane.
///
/// # Safety
///
/// 16 values can be read.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn halves(values: *const u16) -> [__m256; 2] {
    // SAFETY: the caller promises 16 readable values.
    let values = unsafe { _mm256_loadu_si256(values.cast()) };
    let odd = _mm256_and_si256(values, _mm256_set1_epi32(-0x1_0000));
    [_mm256_castsi256_ps(_mm256_slli_epi32::<16>(values)), _mm256_castsi256_ps(odd)]
}

/// What the numbers of each register sum to.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn sums_of([a, b, c, d]: [__m256; TOGETHER]) -> [f32; TOGETHER] {
    let halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    let sums = _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves));
    let mut out = [0.0; TOGETHER];
    // SAFETY: there is room for four numbers.
    unsafe { _mm_storeu_ps(out.as_mut_ptr(), sums) };
    out
}
