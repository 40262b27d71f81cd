//! What happens between products: norms, softmax, GELU. Plain loops that the compiler vectorises.
//!
//! Sums run in 16 lanes that are added up at the end, so that every instruction set adds in one order.

use super::{Finish, PANEL};

const LANES: usize = 16;

/// Added to the variance before its root, as in PyTorch's `LayerNorm`.
const NORM_EPSILON: f32 = 1e-5;

#[inline(always)]
pub(super) fn finish(
    sums: &[f32],
    bias: Option<&[f32]>,
    finish: Finish,
    width: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    let mut biases = [0.0; PANEL];
    if let Some(bias) = bias {
        biases[..width].copy_from_slice(bias);
    }
    for (row, sums) in sums.as_chunks::<PANEL>().0.iter().enumerate() {
        let out = &mut out[row * out_stride..];
        // Nearly all panels are full, and a copy of known size needs no call.
        match out.first_chunk_mut::<PANEL>() {
            Some(out) if width == PANEL => *out = finished(sums, &biases, finish, out),
            _ => {
                let mut old = [0.0; PANEL];
                old[..width].copy_from_slice(&out[..width]);
                out[..width].copy_from_slice(&finished(sums, &biases, finish, &old)[..width]);
            }
        }
    }
}

#[inline(always)]
fn finished(sums: &[f32; PANEL], biases: &[f32; PANEL], finish: Finish, old: &[f32; PANEL]) -> [f32; PANEL] {
    let mut values = *sums;
    values.iter_mut().zip(biases).for_each(|(value, bias)| *value += bias);
    match finish {
        Finish::Store => {}
        Finish::Gelu => values.iter_mut().for_each(|value| *value = gelu(*value)),
        Finish::Add => values.iter_mut().zip(old).for_each(|(value, old)| *value += old),
    }
    values
}

#[inline(always)]
pub(super) fn layer_norm(row: &[f32], scale: &[f32], shift: &[f32], out: &mut [f32]) {
    let width = row.len() as f32;
    let mean = sum_of(row, |value| value) / width;
    let variance = sum_of(row, |value| (value - mean) * (value - mean)) / width;
    let factor = 1.0 / (variance + NORM_EPSILON).sqrt();
    for (((out, value), scale), shift) in out.iter_mut().zip(row).zip(scale).zip(shift) {
        *out = (value - mean) * factor * scale + shift;
    }
}

#[inline(always)]
pub(super) fn softmax(scores: &mut [f32]) {
    let largest = largest_of(scores);
    scores.iter_mut().for_each(|score| *score = exp(*score - largest));
    let factor = 1.0 / sum_of(scores, |value| value);
    scores.iter_mut().for_each(|score| *score *= factor);
}

#[inline(always)]
pub(super) fn log_softmax(scores: &mut [f32]) {
    let largest = largest_of(scores);
    let offset = largest + sum_of(scores, |score| exp(score - largest)).ln();
    scores.iter_mut().for_each(|score| *score -= offset);
}

#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32], score: &mut f32) {
    let mut lanes = [0.0; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    *score = fold(lanes, |a, b| a + b) + rest;
}

#[inline(always)]
pub(super) fn add_weighted(sum: &mut [f32], weight: f32, values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

#[inline(always)]
fn sum_of(values: &[f32], map: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|value| map(*value)).sum();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += map(chunk[lane]);
        }
    }
    fold(lanes, |a, b| a + b) + rest
}

#[inline(always)]
fn largest_of(values: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(f32::NEG_INFINITY, |a, b| larger(a, *b));
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] = larger(lanes[lane], chunk[lane]);
        }
    }
    larger(fold(lanes, larger), rest)
}

/// Folds the lanes pairwise, halves onto halves.
#[inline(always)]
fn fold(mut lanes: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = join(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// `e` to the power of `x`, within 2 units in the last place; below -87 it is 0 for all purposes here.
///
/// Cephes' `expf`: the power of two by adding to the exponent's bits, the rest by a polynomial.
#[inline(always)]
#[allow(clippy::excessive_precision)] // Cephes' constants as published
fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits of the float.
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * 0.693_359_375 + whole * 2.121_944_4e-4;
    let mut sum = 1.987_569_15e-4;
    for factor in
        [1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2, 1.666_666_545_9e-1, 5.000_000_120_1e-1]
    {
        sum = sum * rest + factor;
    }
    let fraction = sum * rest * rest + rest + 1.0;
    fraction * f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000))
}

/// `x` times the normal distribution's share below it, by the exact error function, not the `tanh` form.
///
/// The error function follows Abramowitz and Stegun 7.1.26; its error is at most 1.5e-7.
#[inline(always)]
#[allow(clippy::excessive_precision)] // the constants as published
fn gelu(x: f32) -> f32 {
    let z = x * std::f32::consts::FRAC_1_SQRT_2;
    let size = z.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut sum = 1.061_405_429;
    for factor in [-1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592] {
        sum = sum * t + factor;
    }
    let tail = sum * t * exp(-size * size);
    let erf = if z < 0.0 { tail - 1.0 } else { 1.0 - tail };
    0.5 * x * (1.0 + erf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_library() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let relative = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            assert!(relative < 3e-7, "exp({x}) is off by {relative}");
        }
    }

    #[test]
    fn gelu_follows_the_error_function() {
        // From Python: `0.5 * x * (1 + math.erf(x / math.sqrt(2)))`.
        for (x, expected) in [
            (-4.0, -0.000_126_68),
            (-1.0, -0.158_655_25),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (3.0, 2.995_950_3),
        ] {
            assert!((gelu(x) - expected).abs() < 1e-6, "gelu({x}) = {}", gelu(x));
        }
    }
}
