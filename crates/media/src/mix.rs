//! Many channels -> one, without clipping.
//!
//! The weights follow ITU-R BS.775 (centre and surrounds 3 dB down, no low-frequency channel) and are scaled to sum
//! to one: the loudest possible input then just reaches full scale, and equal channels come out unchanged.

use symphonia::core::audio::{Channels, Position};

/// How much of each channel goes into the mono signal. The weights sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Downmix {
    weights: Vec<f32>,
}

impl Downmix {
    /// The weights for a layout; for channels without a known position, their plain average.
    pub(crate) fn for_channels(channels: &Channels) -> Self {
        let raw: Vec<f32> = match channels {
            Channels::Positioned(positions) => positions.iter().map(position_weight).collect(),
            other => vec![1.0; other.count()],
        };
        Self::normalised(raw)
    }

    /// Scales the weights to sum to one. A layout of nothing but low-frequency channels is averaged.
    fn normalised(mut weights: Vec<f32>) -> Self {
        if weights.iter().sum::<f32>() <= 0.0 {
            weights.fill(1.0);
        }
        let sum: f32 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        Self { weights }
    }

    /// Mixes `planes`, one slice a channel, into `mono`. Planes beyond the layout are left out, and a sample that is
    /// no number counts as silence.
    pub(crate) fn mix(&self, planes: &[Vec<f32>], mono: &mut Vec<f32>) {
        let frames = planes.first().map_or(0, Vec::len);
        mono.clear();
        mono.resize(frames, 0.0);
        for (plane, weight) in planes.iter().zip(&self.weights) {
            for (sum, sample) in mono.iter_mut().zip(plane) {
                *sum += weight * sample;
            }
        }
        for sample in mono.iter_mut() {
            // Files of floating-point samples may hold anything; a detector fed one NaN stays deaf for good.
            *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        }
    }
}

fn position_weight(position: Position) -> f32 {
    const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;
    let low_frequency = Position::LFE1 | Position::LFE2;
    let centre = Position::FRONT_CENTER;
    let front = Position::FRONT_LEFT | Position::FRONT_RIGHT;
    if low_frequency.contains(position) {
        0.0
    } else if centre.contains(position) {
        // The centre goes into both the left and the right of a stereo mix, at half power each.
        2.0 * HALF_POWER
    } else if front.contains(position) {
        1.0
    } else {
        HALF_POWER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use symphonia::core::audio::layouts;

    #[track_caller]
    fn check(channels: Channels, expected: &[f32]) {
        let Downmix { weights } = Downmix::for_channels(&channels);
        assert_eq!(weights.len(), expected.len());
        for (weight, expected) in weights.iter().zip(expected) {
            assert!((weight - expected).abs() < 1e-4, "{weights:?} for {channels:?}");
        }
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn weights_keep_speech_in_the_centre_and_drop_the_rumble() {
        check(layouts::CHANNEL_LAYOUT_MONO, &[1.0]);
        check(layouts::CHANNEL_LAYOUT_STEREO, &[0.5, 0.5]);
        // Left, right, centre, low frequency, two surrounds.
        check(layouts::CHANNEL_LAYOUT_5P1, &[0.2071, 0.2071, 0.2929, 0.0, 0.1464, 0.1464]);
        check(Channels::Discrete(4), &[0.25; 4]);
        check(Channels::Positioned(Position::LFE1), &[1.0]);
    }

    #[test]
    fn full_scale_on_all_channels_does_not_clip() {
        let planes = vec![vec![1.0, -1.0]; 6];
        let mut mono = Vec::new();
        Downmix::for_channels(&layouts::CHANNEL_LAYOUT_5P1).mix(&planes, &mut mono);
        assert!((mono[0] - 1.0).abs() < 1e-6 && (mono[1] + 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let mut mono = Vec::new();
        Downmix::for_channels(&layouts::CHANNEL_LAYOUT_MONO)
            .mix(&[vec![f32::NAN, f32::INFINITY, 7.0, 0.25]], &mut mono);
        assert_eq!(mono, [0.0, 0.0, 1.0, 0.25]);
    }
}
