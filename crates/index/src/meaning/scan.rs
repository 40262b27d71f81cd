//! All bits of all passages against a question.
//!
//! The question keeps four bits of each of its numbers: with one bit on both sides the first thousand hold 0.89 of the
//! fifty nearest passages, with four bits of the question 0.97 (measured with potion-base-8M). The sum over the
//! set bits of a row is then a few operations on whole words: rows and planes are combined by `and`, and bits counted.

use pulp::{Arch, WithSimd};

use super::VectorFile;
use crate::catalogue::VectorPlace;

/// Bits that are kept of each number of a question.
const PLANES: usize = 4;

/// The largest step of a number of a question.
const MOST: f32 = 7.0;

/// Bits of a machine word.
const WORD: usize = 64;

/// A question, to be compared with bits.
pub(super) struct QueryBits {
    /// For each word of a row the planes of the question, the lowest bits first.
    planes: Vec<[u64; PLANES]>,
    arch: Arch,
}

impl QueryBits {
    /// Of a question whose length is a multiple of 64.
    pub(super) fn of(question: &[f32]) -> Self {
        let largest = question.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let planes = question.chunks(WORD).map(|numbers| {
            let mut planes = [0; PLANES];
            for (place, number) in numbers.iter().enumerate() {
                // From 0 to 14: counted up from the most negative, so that the planes have no sign.
                let step = (number / largest * MOST).round() + MOST;
                for (bit, plane) in planes.iter_mut().enumerate() {
                    *plane |= (step as u64 >> bit & 1) << place;
                }
            }
            planes
        });
        Self { planes: planes.collect(), arch: Arch::new() }
    }

    /// Calls `visit` with the score of each row of the bits: the greater, the nearer.
    pub(super) fn each(&self, codes: &[u8], visit: impl FnMut(i16)) {
        self.arch.dispatch(Scan { planes: &self.planes, codes, visit });
    }
}

struct Scan<'a, V> {
    planes: &'a [[u64; PLANES]],
    codes: &'a [u8],
    visit: V,
}

impl<V: FnMut(i16)> WithSimd for Scan<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(mut self, _simd: S) {
        let (words, _) = self.codes.as_chunks::<8>();
        for words in words.chunks_exact(self.planes.len().max(1)) {
            (self.visit)(score(self.planes, words));
        }
    }
}

#[inline(always)]
fn score(planes: &[[u64; PLANES]], words: &[[u8; 8]]) -> i16 {
    let mut score = 0_i32;
    for (planes, word) in planes.iter().zip(words) {
        let word = u64::from_le_bytes(*word);
        let count = |bits: u64| bits.count_ones() as i32;
        for (bit, plane) in planes.iter().enumerate() {
            score += count(plane & word) << bit;
        }
        score -= MOST as i32 * count(word);
    }
    // 4,096 numbers of the largest step would not fill it.
    score as i16
}

/// The scores of all rows of some stretches, one after the other, and where each stretch ends. To keep two bytes of each is
/// cheaper than to look at the bits twice.
pub(super) fn scores(
    bits: &QueryBits,
    ranges: &[(usize, &VectorFile, &VectorPlace)],
) -> (Vec<i16>, Vec<usize>) {
    let rows: u64 = ranges.iter().map(|(_, _, place)| place.count).sum();
    let mut scores = Vec::with_capacity(usize::try_from(rows).unwrap_or_default());
    let mut ends = Vec::with_capacity(ranges.len());
    for (_, file, place) in ranges {
        bits.each(file.codes(place.first, place.count), |score| scores.push(score));
        ends.push(scores.len());
    }
    (scores, ends)
}

/// The least score of the `wanted` best; more may have it.
pub(super) fn threshold(scores: &[i16], wanted: usize) -> i16 {
    let mut counts = vec![0_u32; usize::from(u16::MAX) + 1];
    let place = |score: i16| (i32::from(score) - i32::from(i16::MIN)) as usize;
    scores.iter().for_each(|score| counts[place(*score)] += 1);
    let mut left = wanted;
    for score in (i16::MIN..=i16::MAX).rev() {
        let count = counts[place(score)] as usize;
        if count >= left {
            return score;
        }
        left -= count;
    }
    i16::MIN
}
