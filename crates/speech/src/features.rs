//! Sound -> the log-mel spectrogram that Whisper hears, window by window.
//!
//! ```text
//! 16 kHz samples -> 25 ms frames every 10 ms -> power spectrum -> mel bands -> logarithm -> [-1, 1]-ish
//! ```
//!
//! Follows `FeatureExtractor` of faster-whisper 1.2.1, which agrees with `audio.py` of openai/whisper: values
//! are clamped relative to the loudest value of the *whole* recording. A long recording is therefore walked
//! through twice, once by [`LoudestMel`] and once for the windows; the walk costs about 1 % of recognition.

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};
use std::sync::Arc;

/// Samples a second that the models were trained with.
pub const SAMPLE_RATE_HZ: usize = 16_000;

/// Samples from one frame to the next: 10 ms.
pub const HOP_SAMPLES: usize = 160;

/// Frames a second.
pub const FRAMES_PER_SECOND: usize = SAMPLE_RATE_HZ / HOP_SAMPLES;

/// Frames of one window: 30 s.
pub const WINDOW_FRAMES: usize = 3000;

/// Samples of one frame: 25 ms.
const FRAME_SAMPLES: usize = 400;

/// Values below the loudest by more than this many powers of ten are raised to it.
const RANGE_DECADES: f32 = 8.0;

/// The smallest power that is told from silence.
const SMALLEST_POWER: f32 = 1e-10;

/// Random access to the samples of one recording, mono at 16 kHz in `[-1, 1]`.
pub trait Samples {
    /// How many there are.
    fn sample_count(&self) -> u64;

    /// Reads the samples from `first` on into `out`, which lies wholly inside the recording.
    ///
    /// # Errors
    ///
    /// Whatever keeps the samples from being read again.
    fn read_samples(&self, first: u64, out: &mut [f32]) -> std::io::Result<()>;
}

impl Samples for [f32] {
    fn sample_count(&self) -> u64 {
        self.len() as u64
    }

    fn read_samples(&self, first: u64, out: &mut [f32]) -> std::io::Result<()> {
        let first = first as usize;
        out.copy_from_slice(&self[first..first + out.len()]);
        Ok(())
    }
}

/// The frames of a recording: one for each whole or begun 10 ms.
pub fn frame_count(samples: u64) -> usize {
    (samples / HOP_SAMPLES as u64) as usize
}

/// Up to 30 s of spectrogram, frame by frame: `[frames][mel_channels]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LogMel {
    /// Bands of one frame.
    pub mel_channels: usize,
    /// `frames * mel_channels` values, a frame after the other.
    pub values: Vec<f32>,
}

impl LogMel {
    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.values.len() / self.mel_channels
    }

    /// Fills up to `frames` with zeros, as faster-whisper does (openai-whisper fills the sound with silence).
    pub fn padded_to(mut self, frames: usize) -> LogMel {
        self.values.resize(frames * self.mel_channels, 0.0);
        self
    }
}

/// Computes spectrograms; reusable, one per thread.
pub struct Spectrometer {
    mel_channels: usize,
    filters: Vec<Filter>,
    window: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
    frame: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    power: Vec<f32>,
}

/// One mel band: weights of neighbouring frequencies.
struct Filter {
    first: usize,
    weights: Vec<f32>,
}

impl Spectrometer {
    /// A spectrometer of 80 bands, or of 128 for `large-v3` and its kin.
    pub fn new(mel_channels: usize) -> Spectrometer {
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(FRAME_SAMPLES);
        Spectrometer {
            mel_channels,
            filters: mel_filters(mel_channels),
            window: hann_window(),
            frame: transform.make_input_vec(),
            spectrum: transform.make_output_vec(),
            power: vec![0.0; FRAME_SAMPLES / 2 + 1],
            transform,
        }
    }

    /// The spectrogram of `frames` frames from `first` on, clamped and scaled relative to `loudest`.
    ///
    /// # Errors
    ///
    /// Whatever keeps the samples from being read.
    pub fn log_mel(
        &mut self,
        samples: &(impl Samples + ?Sized),
        first: usize,
        frames: usize,
        loudest: LoudestMel,
    ) -> std::io::Result<LogMel> {
        let sound = surrounding_samples(samples, first, frames)?;
        let floor = loudest.0 - RANGE_DECADES;
        let mut values = Vec::with_capacity(frames * self.mel_channels);
        for frame in 0..frames {
            self.decades(&sound[frame * HOP_SAMPLES..][..FRAME_SAMPLES], |value| {
                values.push((value.max(floor) + 4.0) / 4.0);
            });
        }
        Ok(LogMel { mel_channels: self.mel_channels, values })
    }

    /// The loudest value of a whole recording.
    ///
    /// # Errors
    ///
    /// Whatever keeps the samples from being read.
    pub fn loudest(&mut self, samples: &(impl Samples + ?Sized)) -> std::io::Result<LoudestMel> {
        let mut loudest = SMALLEST_POWER.log10();
        // One frame more than there are: the reference pads a recording by one hop before it looks.
        let all = frame_count(samples.sample_count()) + 1;
        for first in (0..all).step_by(WINDOW_FRAMES) {
            let frames = WINDOW_FRAMES.min(all - first);
            let sound = surrounding_samples(samples, first, frames)?;
            for frame in 0..frames {
                self.decades(&sound[frame * HOP_SAMPLES..][..FRAME_SAMPLES], |value| {
                    loudest = loudest.max(value);
                });
            }
        }
        Ok(LoudestMel(loudest))
    }

    /// Computes the mel bands of one frame, as powers of ten.
    fn decades(&mut self, sound: &[f32], mut each: impl FnMut(f32)) {
        for ((frame, sample), weight) in self.frame.iter_mut().zip(sound).zip(&self.window) {
            *frame = sample * weight;
        }
        // The buffers were made by the transform itself, so their lengths fit.
        if self.transform.process(&mut self.frame, &mut self.spectrum).is_err() {
            return;
        }
        for (power, value) in self.power.iter_mut().zip(&self.spectrum) {
            *power = value.norm_sqr();
        }
        for filter in &self.filters {
            let powers = &self.power[filter.first..][..filter.weights.len()];
            let sum: f32 = powers.iter().zip(&filter.weights).map(|(power, weight)| power * weight).sum();
            each(sum.max(SMALLEST_POWER).log10());
        }
    }
}

/// The loudest mel value of a recording, in powers of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoudestMel(f32);

/// Reads what `frames` frames from `first` on look at: 200 samples around the middle of each.
///
/// Before the recording and after one hop of silence behind it the sound is reflected, as the reference's
/// `np.pad(..., mode="reflect")` does.
fn surrounding_samples(
    samples: &(impl Samples + ?Sized),
    first: usize,
    frames: usize,
) -> std::io::Result<Vec<f32>> {
    let recorded = samples.sample_count() as i64;
    let padded = recorded + HOP_SAMPLES as i64;
    let begin = (first * HOP_SAMPLES) as i64 - (FRAME_SAMPLES / 2) as i64;
    let mut sound = vec![0.0; frames * HOP_SAMPLES + FRAME_SAMPLES];
    let held = begin.max(0)..(begin + sound.len() as i64).min(recorded);
    if !held.is_empty() {
        let into = (held.start - begin) as usize..(held.end - begin) as usize;
        samples.read_samples(held.start as u64, &mut sound[into])?;
    }
    for at in (begin..0).chain(padded.max(begin)..begin + sound.len() as i64) {
        let mirrored = reflect(at, padded);
        if held.contains(&mirrored) {
            sound[(at - begin) as usize] = sound[(mirrored - begin) as usize];
        }
    }
    Ok(sound)
}

/// Where a position outside `0..count` lies after reflection at the first or the last sample.
fn reflect(at: i64, count: i64) -> i64 {
    if at < 0 { -at } else { 2 * (count - 1) - at }
}

fn hann_window() -> Vec<f32> {
    let angle = |sample: usize| 2.0 * std::f64::consts::PI * sample as f64 / FRAME_SAMPLES as f64;
    (0..FRAME_SAMPLES).map(|sample| (0.5 - 0.5 * angle(sample).cos()) as f32).collect()
}

/// Triangular filters on Slaney's mel scale, each of the same area; `librosa.filters.mel` in short.
fn mel_filters(mel_channels: usize) -> Vec<Filter> {
    let edges: Vec<f64> = (0..mel_channels + 2)
        .map(|edge| mel_to_hz(edge as f64 * MEL_OF_8_KHZ / (mel_channels + 1) as f64))
        .collect();
    let bin_hz = SAMPLE_RATE_HZ as f64 / FRAME_SAMPLES as f64;
    edges.windows(3).map(|edges| triangle(edges[0], edges[1], edges[2], bin_hz)).collect()
}

/// Slaney's mel value of half the sample rate.
const MEL_OF_8_KHZ: f64 = 45.245_640_471_924_965;

/// Linear up to 1 kHz (mel 15), then 27 mel to a factor of 6.4.
fn mel_to_hz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1000.0 * ((mel - 15.0) * 6.4f64.ln() / 27.0).exp() }
}

fn triangle(low: f64, middle: f64, high: f64, bin_hz: f64) -> Filter {
    let weight = |bin: usize| {
        let hz = bin as f64 * bin_hz;
        let height = ((hz - low) / (middle - low)).min((high - hz) / (high - middle)).max(0.0);
        (height * 2.0 / (high - low)) as f32
    };
    let first = (low / bin_hz).ceil() as usize;
    let last = ((high / bin_hz).floor() as usize).min(FRAME_SAMPLES / 2);
    Filter { first, weights: (first..=last).map(weight).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sum of tones, so that all bands hold something.
    fn sound(samples: usize) -> Vec<f32> {
        (0..samples).map(|at| ((at as f32 * 0.05).sin() + (at as f32 * 0.9).sin()) * 0.3).collect()
    }

    #[test]
    fn windows_are_slices_of_the_whole() {
        let sound = sound(16_000 * 4 + 77);
        let mut spectrometer = Spectrometer::new(80);
        let loudest = spectrometer.loudest(&sound[..]).unwrap();
        let frames = frame_count(sound.sample_count());
        assert_eq!(frames, 400);
        let whole = spectrometer.log_mel(&sound[..], 0, frames, loudest).unwrap();
        for (first, count) in [(0, 10), (123, 100), (390, 10)] {
            let part = spectrometer.log_mel(&sound[..], first, count, loudest).unwrap();
            assert_eq!(part.values[..], whole.values[first * 80..(first + count) * 80]);
        }
    }

    #[test]
    fn the_loudest_value_becomes_the_upper_end() {
        let sound = sound(16_000);
        let mut spectrometer = Spectrometer::new(80);
        let loudest = spectrometer.loudest(&sound[..]).unwrap();
        let mel = spectrometer.log_mel(&sound[..], 0, 100, loudest).unwrap();
        let (low, high) =
            mel.values.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        assert!((high - low) <= 2.0 + 1e-6, "the range is 8 powers of ten, scaled by a quarter");
        assert!(high <= (loudest.0 + 4.0) / 4.0 + 1e-6);
    }

    #[test]
    fn silence_and_nothing_are_finite() {
        for samples in [0, 1, 159, 160, 399, 16_000] {
            let silence = vec![0.0; samples];
            let mut spectrometer = Spectrometer::new(128);
            let loudest = spectrometer.loudest(&silence[..]).unwrap();
            let frames = frame_count(samples as u64);
            let mel = spectrometer.log_mel(&silence[..], 0, frames, loudest).unwrap();
            assert!(mel.values.iter().all(|value| value.is_finite()), "{samples} samples");
            assert_eq!(mel.frames(), frames);
        }
    }

    #[test]
    fn every_band_hears_something() {
        for mel_channels in [80, 128] {
            for (band, filter) in mel_filters(mel_channels).iter().enumerate() {
                assert!(filter.weights.iter().any(|weight| *weight > 0.0), "band {band} of {mel_channels}");
            }
        }
    }
}
