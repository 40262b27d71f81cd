//! Weights so small that four products of bytes fit 16 bits, for sets that add them up there.
//!
//! ```text
//! eight neighbouring weights of an output:  w0 w1 | w2 w3 | w4 w5 | w6 w7
//! one 16-bit sum:                           w0 w1           w4 w5
//! the other:                                        w2 w3           w6 w7
//! ```
//!
//! Activations are stored without a sign and are at most 255, so a sum fits if its weights above zero are 128 together, or less,
//! and those below zero -128, or more. Of activations that are at most 128 they may be twice as much.

use super::InstructionSet;
use super::elementwise::round_to_bytes;

/// Places of those that share a sum.
const SUMS: [[usize; 4]; 2] = [[0, 1, 4, 5], [2, 3, 6, 7]];

/// How finely weights are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fineness {
    /// Up to 127, whatever fits.
    Fine,
    /// Up to 127, and less where a sum with activations that come in halves of seven bits would not fit.
    ForHalves,
    /// Up to 63, and less where a sum would not fit.
    Coarse,
}

/// How many products fit 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// One, which is all that can be said of bytes.
    One,
    Four,
}

/// What makes weights fit.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// The greatest size of one.
    greatest: f32,
    /// What those of a sum on one side of zero come to at most.
    most: i32,
    /// What zero of the activations that they meet is stored as.
    pub(crate) zero: u8,
}

impl Fineness {
    /// What makes them fit, if anything.
    pub(crate) fn limits(self) -> Option<Limits> {
        match self {
            Fineness::Fine => None,
            // Halves are stored as 0 to 128.
            Fineness::ForHalves => Some(Limits { greatest: 127.0, most: 255, zero: 64 }),
            Fineness::Coarse => Some(Limits { greatest: 63.0, most: 128, zero: 128 }),
        }
    }
}

/// How numbers are rounded that are not made to fit one by one: activations, and weights where they are as fine as bytes are.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) fit: Fit,
    /// The greatest size of one.
    pub(crate) greatest: f32,
    /// What zero is stored as by the rows of a product.
    pub(crate) zero: u8,
    /// The same of rows without a sign, which are weights of attention, up to 127.
    pub(crate) weight_zero: u8,
}

impl Form {
    /// Eight bits.
    pub(crate) const BYTES: Form = Form { fit: Fit::One, greatest: 127.0, zero: 128, weight_zero: 128 };

    /// Seven bits on either side, of which four products fit 16 bits whatever they are.
    const SEVEN_BITS: Form = Form { fit: Fit::Four, greatest: 63.0, zero: 64, weight_zero: 0 };

    /// As `set` multiplies activations with activations fastest.
    pub(crate) fn of_activations(set: InstructionSet) -> Form {
        if set.gains_by_fit() { Form::SEVEN_BITS } else { Form::BYTES }
    }
}

/// Rounds weights of an output so that they fit, stored 128 above their value, and says what one step of them is worth.
///
/// Returns the squares of the steps that weights lost where they did not fit: of a trained network, in one sum of a thousand.
///
/// # Panics
///
/// If `rounded` has no room for all.
pub(crate) fn round_to_fit(weights: &[f32], limits: Limits, rounded: &mut [u8], step: &mut f32) -> usize {
    assert!(weights.len() <= rounded.len(), "each weight has its place");
    round_to_bytes(weights, limits.greatest, 128, rounded, step);
    // Loops, not closures, some of which are called: every weight of a model comes by.
    let mut lost = 0;
    for eight in rounded.as_chunks_mut::<8>().0 {
        for places in &SUMS {
            lost += make_fit(eight, places, limits.most);
        }
    }
    lost
}

/// Makes the largest of some weights smaller, a step at a time, until they come to `most`; the squares of the steps that they lost.
#[inline]
fn make_fit(eight: &mut [u8; 8], places: &[usize; 4], most: i32) -> usize {
    let (mut above, mut below) = (0, 0);
    for place in places {
        let value = i32::from(eight[*place]) - 128;
        above += value.max(0);
        below -= value.min(0);
    }
    // Nearly all fit as they are.
    if above <= most && below <= most { 0 } else { shrink(eight, places, most) }
}

/// See [`make_fit`].
#[cold]
fn shrink(eight: &mut [u8; 8], places: &[usize; 4], most: i32) -> usize {
    let before = *eight;
    for sign in [1, -1] {
        let size = |byte: u8| (i32::from(byte) - 128) * sign;
        while places.iter().map(|place| size(eight[*place]).max(0)).sum::<i32>() > most {
            if let Some(place) = places.iter().max_by_key(|place| size(eight[**place])) {
                eight[*place] = (128 + (size(eight[*place]) - 1) * sign) as u8;
            }
        }
    }
    before.iter().zip(eight).map(|(before, after)| usize::from(before.abs_diff(*after)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_fit_and_weights_are_near(
            weights in prop::collection::vec(-1.0f32..1.0, 1..50),
            fineness in prop_oneof![Just(Fineness::ForHalves), Just(Fineness::Coarse)],
        ) {
            let Some(limits) = fineness.limits() else { return Ok(()) };
            let (mut rounded, mut step) = (vec![128; 64], 0.0);
            round_to_fit(&weights, limits, &mut rounded, &mut step);
            let values: Vec<i32> = rounded.iter().map(|byte| i32::from(*byte) - 128).collect();
            for (eight, weights) in values.chunks(8).zip(weights.chunks(8)) {
                for places in SUMS {
                    let sum = |sign: i32| places.iter().map(|place| (eight[*place] * sign).max(0)).sum::<i32>();
                    prop_assert!(sum(1) <= limits.most && sum(-1) <= limits.most);
                    let exact = |place: &usize| weights.get(*place).map_or(0.0, |weight| weight / step);
                    // Where they fit as they are, none is farther from its place than half a step.
                    if places.iter().map(|place| exact(place).abs() + 0.5).sum::<f32>() <= limits.most as f32 {
                        for place in &places {
                            prop_assert!((exact(place) - eight[*place] as f32).abs() <= 0.5001);
                        }
                    }
                }
            }
            prop_assert!(values[weights.len()..].iter().all(|value| *value == 0));
        }
    }

    #[test]
    fn the_largest_gives_way() {
        let mut eight = [128 + 63, 128 + 40, 7, 7, 128 + 30, 128 - 63, 7, 7];
        assert_eq!(make_fit(&mut eight, &SUMS[0], 128), 25);
        assert_eq!(eight, [128 + 58, 128 + 40, 7, 7, 128 + 30, 128 - 63, 7, 7]);
        let mut step = 1.0;
        let mut rounded = [128; 8];
        let limits = Limits { greatest: 63.0, most: 128, zero: 128 };
        assert_eq!(round_to_fit(&[0.0; 8], limits, &mut rounded, &mut step), 0);
        assert_eq!((rounded, step), ([128; 8], 0.0));
    }
}
