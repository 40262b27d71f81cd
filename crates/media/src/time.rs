//! The clock of the samples: 16 of them in a millisecond of [`MediaTime`].

use record::MediaTime;

/// The rate of every sample this crate hands out, in Hz: what Whisper and the voice detector expect.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// Samples in one millisecond at [`SAMPLE_RATE_HZ`].
const SAMPLES_PER_MILLISECOND: u64 = 16;

/// The millisecond in which a sample lies.
pub fn time_of_sample(sample: u64) -> MediaTime {
    MediaTime::from_millis(sample / SAMPLES_PER_MILLISECOND)
}

/// The first sample of a millisecond.
pub fn sample_at(time: MediaTime) -> u64 {
    time.as_millis().saturating_mul(SAMPLES_PER_MILLISECOND)
}

/// How long `frames` at `rate_hz` last, rounded to the millisecond.
pub(crate) fn time_of_frames(frames: u64, rate_hz: u32) -> MediaTime {
    let rate = u128::from(rate_hz.max(1));
    MediaTime::from_millis(((u128::from(frames) * 1000 + rate / 2) / rate) as u64)
}
