//! The recogniser's confidence, as values that JSON can hold: never NaN, never infinite.

use serde::{Deserialize, Deserializer, Serialize, de};

/// A probability from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Probability(f32);

impl Probability {
    /// The nearest probability: what rounding put a little beyond 0 or 1 comes back, NaN becomes 0.
    pub fn new(value: f32) -> Self {
        if value.is_nan() { Self(0.0) } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// From 0 to 1.
    pub fn as_f32(self) -> f32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f32::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(de::Error::custom(format_args!("expected a probability from 0 to 1, found `{value}`")))
        }
    }
}

/// The natural logarithm of a probability: zero or negative, finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct LogProbability(f32);

impl LogProbability {
    /// The nearest finite logarithm of a probability; NaN becomes the smallest.
    pub fn new(value: f32) -> Self {
        if value.is_nan() { Self(f32::MIN) } else { Self(value.clamp(f32::MIN, 0.0)) }
    }

    /// Zero or negative.
    pub fn as_f32(self) -> f32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for LogProbability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f32::deserialize(deserializer)?;
        if value <= 0.0 && value.is_finite() {
            Ok(Self(value))
        } else {
            Err(de::Error::custom(format_args!(
                "expected the logarithm of a probability, at most 0, found `{value}`"
            )))
        }
    }
}

/// Reads an optional number that 32 bits hold.
pub(super) fn finite<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f32>, D::Error> {
    match Option::<f32>::deserialize(deserializer)? {
        Some(value) if !value.is_finite() => {
            Err(de::Error::custom("expected a number that 32 bits hold, found a larger one"))
        }
        value => Ok(value),
    }
}
