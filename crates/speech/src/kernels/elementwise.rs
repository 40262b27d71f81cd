//! What happens between products: norms, softmax, GELU. Plain loops that the compiler vectorises.
//!
//! Sums run in lanes that are added up at the end, as many with every instruction set, so that all add in one order.

use super::dots::MOST_ROWS;
pub(super) use super::half_bytes::{pack as pack_half_bytes, sign as sign_bytes};
use super::{ByteScores, Finish, PANEL, Rows, Scores, Softened};

/// Lanes of sums along rows: four registers of AVX-512, since an addition waits for the one before it in its lane.
const LANES: usize = 64;

/// Lanes of dot products, which are of few numbers.
const DOT_LANES: usize = 16;

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
    let biases = filled_up(bias.unwrap_or(&[0.0; PANEL][..width]));
    for (row, sums) in sums.as_chunks::<PANEL>().0.iter().enumerate() {
        store(|column| sums[column] + biases[column], finish, width, &mut out[row * out_stride..]);
    }
}

#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub(super) fn plain_finish_bytes(
    sums: &[i32],
    row_steps: &[f32],
    column_steps: &[f32],
    bias: Option<&[f32]>,
    finish: Finish,
    width: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    let (biases, steps) =
        (filled_up(bias.unwrap_or(&[0.0; PANEL][..width])), filled_up(&column_steps[..width]));
    for ((row, sums), row_step) in sums.as_chunks::<PANEL>().0.iter().enumerate().zip(row_steps) {
        let value = |column: usize| sums[column] as f32 * (row_step * steps[column]) + biases[column];
        store(value, finish, width, &mut out[row * out_stride..]);
    }
}

#[inline(always)]
fn filled_up(values: &[f32]) -> [f32; PANEL] {
    let mut filled = [0.0; PANEL];
    filled[..values.len()].copy_from_slice(values);
    filled
}

/// Stores a row of a panel, column by column, straight from the registers: a copy in between would be waited for.
#[inline(always)]
fn store(value: impl Fn(usize) -> f32, finish: Finish, width: usize, out: &mut [f32]) {
    match out.first_chunk_mut::<PANEL>() {
        // Nearly all panels are full, and a loop of known length needs no rest.
        Some(out) if width == PANEL => store_columns(value, finish, out),
        _ => store_columns(value, finish, &mut out[..width]),
    }
}

#[inline(always)]
fn store_columns(value: impl Fn(usize) -> f32, finish: Finish, out: &mut [f32]) {
    // Loops, not `for_each`: a closure that isn't inlined is compiled without the instruction set.
    match finish {
        Finish::Store => {
            for (column, out) in out.iter_mut().enumerate() {
                *out = value(column);
            }
        }
        Finish::Gelu => {
            for (column, out) in out.iter_mut().enumerate() {
                *out = gelu(value(column));
            }
        }
        Finish::Add => {
            for (column, out) in out.iter_mut().enumerate() {
                *out += value(column);
            }
        }
    }
}

/// A number added to another leaves, in the low bits of the sum, the nearest whole number: 1.5 * 2^23.
pub(super) const ROUND: f32 = 12_582_912.0;

#[inline(always)]
pub(super) fn round_to_bytes(row: &[f32], greatest: f32, zero: u8, out: &mut [u8], step: &mut f32) {
    let largest = largest_size_of(row);
    *step = largest / greatest;
    let factor = if largest > 0.0 { greatest / largest } else { 0.0 };
    for (out, value) in out.iter_mut().zip(row) {
        *out = ((value * factor + ROUND).to_bits() as u8).wrapping_add(zero);
    }
}

#[inline(always)]
pub(super) fn round_columns(
    rows: Rows<'_>,
    count: usize,
    greatest: f32,
    steps: &mut [f32],
    out: &mut [u8],
    out_stride: usize,
) {
    steps.fill(0.0);
    for row in 0..count {
        for (largest, value) in steps.iter_mut().zip(rows.starting_at(row).values) {
            let size = value.abs();
            *largest = if size > *largest { size } else { *largest };
        }
    }
    let mut factors = [0.0; PANEL];
    for (factor, step) in factors.iter_mut().zip(steps.iter_mut()) {
        *factor = if *step > 0.0 { greatest / *step } else { 0.0 };
        *step /= greatest;
    }
    for row in 0..count {
        let out = &mut out[row * out_stride..][..steps.len()];
        for ((out, value), factor) in out.iter_mut().zip(rows.starting_at(row).values).zip(&factors) {
            *out = (value * factor + ROUND).to_bits() as u8;
        }
    }
}

/// See [`super::InstructionSet::group_columns`].
#[inline(always)]
pub(super) fn group_columns(rows: &[u8], panel: &mut [u8], sums: &mut [i32; PANEL]) {
    *sums = [0; PANEL];
    let groups = panel.as_chunks_mut::<{ 4 * PANEL }>().0.iter_mut();
    for (group, rows) in groups.zip(rows.as_chunks::<{ 4 * PANEL }>().0) {
        let rows = rows.as_chunks::<PANEL>().0;
        for (column, out) in group.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *out = [rows[0][column], rows[1][column], rows[2][column], rows[3][column]];
        }
        for row in rows {
            for column in 0..PANEL {
                sums[column] += i32::from(row[column] as i8);
            }
        }
    }
}

#[inline(always)]
pub(super) fn largest(values: &[f32], largest: &mut f32) {
    *largest = largest_of(values);
}

/// What the largest of weights of 14 bits is.
pub(super) const GREATEST_WEIGHT: f32 = 16_383.0;

#[inline(always)]
pub(super) fn plain_soften_to_bytes(scores: &mut [f32], upper: &mut [u8], lower: &mut [u8], step: &mut f32) {
    *step = 1.0 / (GREATEST_WEIGHT * exponentials(scores));
    for ((score, upper), lower) in scores.iter().zip(upper).zip(lower) {
        let bits = (score * GREATEST_WEIGHT + ROUND).to_bits() & 0x3fff;
        *upper = (bits >> 7) as u8 | 0x80;
        *lower = bits as u8 | 0x80;
    }
}

#[inline(always)]
pub(super) fn quantise_finely(row: &[f32], zero: u8, upper: &mut [u8], lower: &mut [u8], step: &mut f32) {
    const GREATEST: f32 = 8_191.0;
    let largest = largest_size_of(row);
    *step = largest / GREATEST;
    let factor = if largest > 0.0 { GREATEST / largest } else { 0.0 };
    for ((value, upper), lower) in row.iter().zip(upper).zip(lower) {
        // 64 more than there is, so that the lower part lies between -64 and 63.
        let steps = ((value * factor + ROUND).to_bits() as i32 - ROUND.to_bits() as i32) + 64;
        *upper = ((steps >> 7) as u8).wrapping_add(zero);
        *lower = (steps & 0x7f) as u8 + (zero - 64);
    }
}

#[inline(always)]
fn largest_size_of(values: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(0.0, |a, b| larger(a, b.abs()));
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] = larger(lanes[lane], chunk[lane].abs());
        }
    }
    larger(fold(lanes, larger), rest)
}

#[inline(always)]
pub(super) fn plain_shorten(values: &[f32], out: &mut [u16]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = shortened(*value);
    }
}

/// The nearest bfloat16, of two equally near the even one.
#[inline(always)]
pub(super) fn shortened(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits.wrapping_add(0x7fff + ((bits >> 16) & 1))) >> 16) as u16
}

/// A bfloat16 as a float.
#[inline(always)]
pub(super) fn lengthened(value: u16) -> f32 {
    f32::from_bits(u32::from(value) << 16)
}

#[inline(always)]
pub(super) fn plain_soften(scores: Scores<'_>, queries: &mut [Softened], weights: &mut [u16], stride: usize) {
    let Scores { values, panel, keys, scale } = scores;
    for (row, query) in queries.iter_mut().enumerate() {
        let weights = &mut weights[row * stride..][..keys.next_multiple_of(PANEL)];
        let score = |key: usize| values[key / PANEL * panel + row * PANEL + key % PANEL];
        let mut largest = query.largest;
        for key in 0..keys {
            largest = if score(key) > largest { score(key) } else { largest };
        }
        query.meet(largest, exp(query.apart(largest) * scale));
        for (key, weight) in weights.iter_mut().enumerate() {
            let value = if key < keys { exp((score(key) - largest) * scale) } else { 0.0 };
            query.sum += value;
            *weight = shortened(value);
        }
    }
}

/// The greatest of weights that are made bytes by [`super::InstructionSet::soften_rows`].
pub(super) const GREATEST_BYTE_WEIGHT: f32 = 127.0;

/// What of a step eight neighbouring weights need more for the next one: many small ones are not all lost, but as many of them are
/// rounded up as make up for the others. Ordered dithering, with Bayer's order of eight.
pub(super) const ROUNDED_FROM: [f32; 8] = [0.0625, 0.5625, 0.3125, 0.8125, 0.1875, 0.6875, 0.4375, 0.9375];

#[inline(always)]
pub(super) fn plain_soften_rows(
    scores: ByteScores<'_>,
    queries: &mut [Softened],
    zero: u8,
    weights: &mut [u8],
    stride: usize,
    steps: &mut [f32],
) {
    let ByteScores { sums, panel, key_steps, query_steps } = scores;
    let score = |row: usize, key: usize| {
        let sum = sums[key / PANEL * panel + row * PANEL + key % PANEL];
        sum as f32 * key_steps[key] * query_steps[row]
    };
    let mut greatest = [f32::NEG_INFINITY; MOST_ROWS];
    for (row, greatest) in greatest.iter_mut().take(queries.len()).enumerate() {
        for key in 0..key_steps.len() {
            *greatest = if score(row, key) > *greatest { score(row, key) } else { *greatest };
        }
    }
    meet_all(&greatest, queries, steps);
    for (row, query) in queries.iter_mut().enumerate() {
        let mut sum = 0;
        for (key, weight) in weights[row * stride..].iter_mut().take(key_steps.len()).enumerate() {
            let above = exp(score(row, key) - greatest[row]) * GREATEST_BYTE_WEIGHT;
            let value = (above + ROUNDED_FROM[key % 8]) as i32;
            sum += value;
            *weight = zero + value as u8;
        }
        query.sum += sum as f32 * steps[row];
    }
}

/// Takes note of the greatest of the next scores of each query, and says what a step of their weights is worth.
///
/// All queries together, and without branches: one by one, each would wait for its own.
#[inline(always)]
pub(super) fn meet_all(greatest: &[f32; MOST_ROWS], queries: &mut [Softened], steps: &mut [f32]) {
    let mut lesser = [0.0; MOST_ROWS];
    for row in 0..queries.len() {
        lesser[row] = queries[row].apart(greatest[row]);
    }
    for lesser in &mut lesser {
        *lesser = exp(*lesser);
    }
    for row in 0..queries.len() {
        steps[row] = queries[row].meet(greatest[row], lesser[row]) / GREATEST_BYTE_WEIGHT;
    }
}

#[inline(always)]
pub(super) fn scale_rows(queries: &[Softened], rows: &mut [f32], stride: usize) {
    for (query, row) in queries.iter().zip(rows.chunks_exact_mut(stride)) {
        if query.factor != 1.0 {
            for value in row {
                *value *= query.factor;
            }
        }
    }
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

/// Turns scores into weights of which the largest is 1; their sum.
#[inline(always)]
fn exponentials(scores: &mut [f32]) -> f32 {
    let largest = largest_of(scores);
    for score in scores.iter_mut() {
        *score = exp(*score - largest);
    }
    sum_of(scores, |value| value)
}

#[inline(always)]
pub(super) fn plain_softmax(scores: &mut [f32]) {
    let factor = 1.0 / exponentials(scores);
    for score in scores.iter_mut() {
        *score *= factor;
    }
}

#[inline(always)]
pub(super) fn log_softmax(scores: &mut [f32]) {
    let largest = largest_of(scores);
    let offset = largest + sum_of(scores, |score| exp(score - largest)).ln();
    for score in scores.iter_mut() {
        *score -= offset;
    }
}

#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32], score: &mut f32) {
    *score = dot_of(a, b);
}

#[inline(always)]
pub(super) fn attend(
    query: &[f32],
    keys: &[&[f32]],
    values: &[&[f32]],
    size: usize,
    scores: &mut [f32],
    out: &mut [f32],
) {
    attend_to(query, keys, values, size, scores, out);
}

#[inline(always)]
pub(super) fn plain_attend_short(
    query: &[f32],
    keys: &[&[u16]],
    values: &[&[u16]],
    size: usize,
    scores: &mut [f32],
    out: &mut [f32],
) {
    attend_to(query, keys, values, size, scores, out);
}

/// A number that becomes a float without loss. A trait, since a closure can't be made to be inlined.
trait Lengthen: Copy {
    fn long(self) -> f32;
}

impl Lengthen for f32 {
    #[inline(always)]
    fn long(self) -> f32 {
        self
    }
}

/// A bfloat16.
impl Lengthen for u16 {
    #[inline(always)]
    fn long(self) -> f32 {
        lengthened(self)
    }
}

#[inline(always)]
fn attend_to<T: Lengthen>(
    query: &[f32],
    keys: &[&[T]],
    values: &[&[T]],
    size: usize,
    scores: &mut [f32],
    out: &mut [f32],
) {
    // Token by token, all heads of each: memories lie apart, and are waited for once.
    let (scale, count) = (1.0 / (size as f32).sqrt(), keys.len());
    for (token, key) in keys.iter().enumerate() {
        for (head, (query, key)) in query.chunks_exact(size).zip(key.chunks_exact(size)).enumerate() {
            scores[head * count + token] = dot_of(query, key) * scale;
        }
    }
    for scores in scores.chunks_exact_mut(count) {
        plain_softmax(scores);
    }
    out.fill(0.0);
    for (token, value) in values.iter().enumerate() {
        for (head, (out, value)) in out.chunks_exact_mut(size).zip(value.chunks_exact(size)).enumerate() {
            let weight = scores[head * count + token];
            for (out, value) in out.iter_mut().zip(value) {
                *out += weight * value.long();
            }
        }
    }
}

#[inline(always)]
fn dot_of<T: Lengthen>(a: &[f32], b: &[T]) -> f32 {
    let mut lanes = [0.0; DOT_LANES];
    let ((a_chunks, a_rest), (b_chunks, b_rest)) = (a.as_chunks::<DOT_LANES>(), b.as_chunks::<DOT_LANES>());
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        let mut long = [0.0; DOT_LANES];
        for (long, b) in long.iter_mut().zip(b) {
            *long = b.long();
        }
        for lane in 0..DOT_LANES {
            lanes[lane] += a[lane] * long[lane];
        }
    }
    let mut sum = fold(lanes, |a, b| a + b);
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum += a * b.long();
    }
    sum
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

/// Folds a power of two of lanes pairwise, halves onto halves.
#[inline(always)]
fn fold<const N: usize>(mut lanes: [f32; N], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = N / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = join(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// The least power of `e` that is told from the next: products with so small a number are still normal ones, and processors
/// take a hundred cycles for those that aren't.
pub(super) const LEAST_POWER: f32 = -80.0;

/// `e` to the power of `x`, within 2 units in the last place; below [`LEAST_POWER`] it is 0 for all purposes here.
///
/// Cephes' `expf`: the power of two by adding to the exponent's bits, the rest by a polynomial.
#[inline(always)]
#[allow(clippy::excessive_precision)] // Cephes' constants as published
pub(super) fn exp(x: f32) -> f32 {
    let x = if x < LEAST_POWER { LEAST_POWER } else { x };
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

/// The error function of Abramowitz and Stegun 7.1.26, which is at most 1.5e-7 off: what its argument's size is multiplied with,
/// and the factors of its series, highest power first.
#[allow(clippy::excessive_precision)] // as published
pub(super) const ERROR_FUNCTION: (f32, [f32; 5]) =
    (0.327_591_1, [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592]);

/// `x` times the normal distribution's share below it, by the exact error function, not the `tanh` form.
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x * std::f32::consts::FRAC_1_SQRT_2;
    let size = z.abs();
    let (scale, [mut sum, factors @ ..]) = ERROR_FUNCTION;
    let t = 1.0 / (1.0 + scale * size);
    for factor in factors {
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
        for step in -8000..=8800 {
            let x = step as f32 / 100.0;
            let relative = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            assert!(relative < 3e-7, "exp({x}) is off by {relative}");
        }
        for x in [-80.01, -87.0, -104.0, -1e30, f32::NEG_INFINITY] {
            assert_eq!(exp(x), exp(LEAST_POWER), "exp({x}) is a normal number that nothing hangs on");
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
