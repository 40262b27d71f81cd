//! Vectors in few bits.

/// The vectors of some passages: of each number its sign, and the number itself in 255 steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vectors {
    pub(super) dimensions: usize,
    /// One bit a number, set if it is positive; the first in the lowest bit of the first byte.
    pub(super) codes: Vec<u8>,
    /// What a step is worth, for each vector; 0 for a passage without a vector.
    pub(super) scales: Vec<f32>,
    pub(super) values: Vec<i8>,
}

impl Vectors {
    /// Of vectors one after the other, of as many numbers as `dimensions`, a multiple of 64.
    pub(crate) fn of(floats: &[f32], dimensions: usize) -> Self {
        let mut vectors = Self { dimensions, ..Self::default() };
        for vector in floats.chunks_exact(dimensions) {
            vectors.push(vector);
        }
        vectors
    }

    fn push(&mut self, vector: &[f32]) {
        let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        // A cast of what is not a number gives 0.
        let scale = if largest.is_finite() { largest / 127.0 } else { 0.0 };
        let step = |value: &f32| if scale > 0.0 { (value / scale).round() as i8 } else { 0 };
        self.scales.push(scale);
        self.values.extend(vector.iter().map(step));
        let bit = |(place, value): (usize, &f32)| u8::from(*value > 0.0) << place;
        let byte = |values: &[f32]| values.iter().enumerate().map(bit).fold(0, |byte, bit| byte | bit);
        self.codes.extend(vector.chunks(8).map(byte));
    }

    /// Appends those of another document.
    pub(crate) fn append(&mut self, other: &Self) {
        self.dimensions = other.dimensions;
        self.codes.extend_from_slice(&other.codes);
        self.scales.extend_from_slice(&other.scales);
        self.values.extend_from_slice(&other.values);
    }

    /// How many there are.
    pub(crate) fn rows(&self) -> u64 {
        self.scales.len() as u64
    }
}
