//! Any sample rate -> 16 kHz, band-limited, with nothing shifted.
//!
//! The promise: `n` samples at `rate` become `round(n * 16000 / rate)` samples, and what was at second `t` is at
//! second `t`. Samples at 16 kHz pass through untouched, bit for bit.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _, WindowFunction};

use crate::time::SAMPLE_RATE_HZ;

/// Sample rates we accept, in Hz: below lies no speech, above no recorder.
pub(crate) const RATES_HZ: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Samples that go into one transform at the lower of the two rates.
///
/// A longer block makes the filter steeper and costs a little more. 512 keeps frequencies up to 7.6 kHz and stops
/// those from 8.2 kHz; the tests below hold both.
const BLOCK_AT_LOWER_RATE: usize = 512;

/// Turns mono samples at one rate into mono samples at 16 kHz, in any portions.
pub(crate) struct Resampler {
    input_rate_hz: u32,
    /// `None` where the input has 16 kHz already.
    engine: Option<Engine>,
    taken: u64,
    given: u64,
}

struct Engine {
    fft: Fft<f32>,
    /// Input that does not fill a block yet.
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Output samples still to be dropped: the delay of the filter.
    delay_left: usize,
}

impl Resampler {
    /// A resampler from `input_rate_hz`, which must lie in [`RATES_HZ`].
    pub(crate) fn new(input_rate_hz: u32) -> Option<Self> {
        if !RATES_HZ.contains(&input_rate_hz) {
            return None;
        }
        let engine = if input_rate_hz == SAMPLE_RATE_HZ { None } else { Some(Engine::new(input_rate_hz)?) };
        Some(Self { input_rate_hz, engine, taken: 0, given: 0 })
    }

    /// Takes samples in and appends those that are ready to `out`.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += samples.len() as u64;
        let before = out.len();
        match &mut self.engine {
            None => out.extend_from_slice(samples),
            Some(engine) => engine.push(samples, out),
        }
        self.given += (out.len() - before) as u64;
    }

    /// Ends the input: appends what is still inside to `out`, to the exact length that was promised.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        let promised = scaled(self.taken, self.input_rate_hz);
        let Some(engine) = &mut self.engine else { return };
        let missing = promised.saturating_sub(self.given) as usize;
        let wanted = out.len() + missing;
        while out.len() < wanted {
            let silence = engine.fft.input_frames_next();
            engine.push(&vec![0.0; silence], out);
        }
        out.truncate(wanted);
        self.given = promised;
    }
}

/// How many samples at 16 kHz last as long as `frames` at `rate_hz`, rounded to the nearest.
pub(crate) fn scaled(frames: u64, rate_hz: u32) -> u64 {
    let (frames, rate) = (u128::from(frames), u128::from(rate_hz));
    ((frames * u128::from(SAMPLE_RATE_HZ) + rate / 2) / rate) as u64
}

impl Engine {
    fn new(input_rate_hz: u32) -> Option<Self> {
        let (input, output) = (input_rate_hz as usize, SAMPLE_RATE_HZ as usize);
        let block = BLOCK_AT_LOWER_RATE * input.max(output) / output.min(input).max(1);
        let block = if input > output { block } else { BLOCK_AT_LOWER_RATE };
        let fft =
            Fft::new_custom(input, output, block, 1, 1, WindowFunction::BlackmanHarris2, FixedSync::Both)
                .ok()?;
        let delay_left = fft.output_delay();
        let block = vec![0.0; fft.output_frames_max()];
        Some(Self { fft, waiting: Vec::new(), block, delay_left })
    }

    fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.waiting.extend_from_slice(samples);
        let mut used = 0;
        while self.waiting.len() - used >= self.fft.input_frames_next() {
            used += self.transform(used, out);
        }
        self.waiting.drain(..used);
    }

    /// Resamples one block of the waiting input, which must be there, and returns its length.
    fn transform(&mut self, from: usize, out: &mut Vec<f32>) -> usize {
        let frames = self.fft.input_frames_next();
        let (Ok(input), Ok(mut output)) = (
            SequentialSlice::new(&self.waiting[from..from + frames], 1, frames),
            SequentialSlice::new_mut(&mut self.block, 1, self.fft.output_frames_next()),
        ) else {
            return frames;
        };
        let written = self
            .fft
            .process_into_buffer(&input, &mut output, Some(&Indexing::new()))
            .map_or(0, |(_, written)| written);
        let late = self.delay_left.min(written);
        self.delay_left -= late;
        out.extend(self.block[late..written].iter().map(|sample| sample.clamp(-1.0, 1.0)));
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn resample(rate: u32, samples: &[f32], portion: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(rate).unwrap();
        let mut out = Vec::new();
        for part in samples.chunks(portion) {
            resampler.push(part, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    fn sine(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let frames = (f64::from(rate) * seconds) as usize;
        (0..frames).map(|n| (0.5 * (TAU * hertz * n as f64 / f64::from(rate)).sin()) as f32).collect()
    }

    /// The level of a 0.5 full-scale sine after resampling, in dB relative to what went in. Edges are left out.
    fn level_db(rate: u32, hertz: f64) -> f64 {
        let out = resample(rate, &sine(rate, hertz, 0.6), 4096);
        let middle = &out[1600..out.len() - 1600];
        let power: f64 = middle.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / middle.len() as f64;
        10.0 * (power / 0.125).log10()
    }

    const RATES: [u32; 12] =
        [8_000, 11_025, 12_000, 22_050, 24_000, 32_000, 44_100, 44_101, 48_000, 88_200, 96_000, 192_000];

    #[test]
    fn what_speech_needs_passes_unchanged() {
        for rate in RATES {
            let top = if rate < 16_000 { f64::from(rate) * 0.45 } else { 7_400.0 };
            for hertz in [50.0, 300.0, 1_000.0, 3_000.0, top] {
                let level = level_db(rate, hertz);
                assert!(level.abs() < 0.1, "{hertz} Hz from {rate} Hz: {level:.2} dB");
            }
        }
    }

    #[test]
    fn frequencies_above_8_khz_do_not_fold_back() {
        for rate in RATES.into_iter().filter(|&rate| rate > 17_000) {
            let mut hertz = 8_300.0;
            while hertz < f64::from(rate) / 2.0 {
                let level = level_db(rate, hertz);
                assert!(level < -60.0, "{hertz} Hz from {rate} Hz: {level:.1} dB");
                hertz += 777.0;
            }
        }
    }

    #[test]
    fn length_is_exact_and_portions_do_not_matter() {
        for rate in RATES.into_iter().chain([16_000, 15_999, 1_000, 768_000]) {
            for frames in [0_usize, 1, 2, 7, 441, 1_023, 48_001] {
                let input = vec![0.25; frames];
                let whole = resample(rate, &input, frames.max(1));
                let expected = (frames as f64 * 16_000.0 / f64::from(rate)).round() as usize;
                assert_eq!(whole.len(), expected, "{frames} frames at {rate} Hz");
                assert_eq!(whole, resample(rate, &input, 313), "{frames} frames at {rate} Hz in portions");
            }
        }
    }

    #[test]
    fn a_click_stays_at_its_second() {
        for rate in RATES {
            for milliseconds in [100, 333, 500] {
                let mut input = vec![0.0; rate as usize];
                input[rate as usize * milliseconds / 1000] = 1.0;
                let out = resample(rate, &input, 1024);
                let loudest = (0..out.len()).max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs())).unwrap();
                let off = loudest as f64 / 16.0 - milliseconds as f64;
                assert!(off.abs() < 0.14, "{off:.3} ms off at {rate} Hz");
            }
        }
    }

    #[test]
    fn sixteen_kilohertz_pass_bit_for_bit() {
        let input: Vec<f32> = (-32768..32768).map(|n| n as f32 / 32768.0).collect();
        assert_eq!(resample(16_000, &input, 1000), input);
    }

    #[test]
    fn rates_out_of_reason_are_refused() {
        for rate in [0, 999, 768_001, u32::MAX] {
            assert!(Resampler::new(rate).is_none());
        }
    }
}
