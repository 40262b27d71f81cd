//! Samples -> where speech is, and where to cut.
//!
//! ```text
//! 16 kHz mono --earshot--> a probability and a level every 16 ms --> stretches of speech, places to cut
//! ```
//!
//! The recogniser is given the stretches alone: it invents text over noise and silence, and those cost time. What is
//! left out here is lost for good, so the settings miss next to nothing and let music through; the figures are beside
//! [`VoiceSettings::default`]. Two bytes are kept of every 16 ms: 4.5 MB for ten hours.

use std::ops::Range;

use earshot::Detector;
use record::MediaTime;

use crate::decode::Samples;
use crate::error::MediaError;

/// Samples of a frame: 16 ms, which the detector asks for.
const FRAME_SAMPLES: usize = 256;

/// Milliseconds of a frame.
const FRAME_MILLISECONDS: u64 = 16;

/// A part of a recording, from its first millisecond to the first that does not belong to it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first millisecond.
    pub start: MediaTime,
    /// The first millisecond behind it.
    pub end: MediaTime,
}

impl Stretch {
    /// How long it is.
    pub fn length(self) -> MediaTime {
        self.end.saturating_sub(self.start)
    }
}

/// When sound counts as speech, and how generously stretches are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiceSettings {
    /// Speech reaches this probability somewhere between two pauses.
    pub onset: f32,
    /// Below this probability is a pause.
    pub release: f32,
    /// Voice that is shorter than this, all taken together within a stretch, is a noise.
    pub shortest_speech: MediaTime,
    /// Added before and behind: words begin and end more softly than a detector hears.
    pub padding: MediaTime,
    /// Stretches that are nearer to each other than this, padding included, become one.
    pub joined_gap: MediaTime,
}

/// Measured by `examples/voice.rs` on 28 recordings of 389 s, of telephones, readings and speeches:
///
/// | background | speech outside the stretches | background kept beyond half a second from speech |
/// |---|---|---|
/// | silence | 0.1 % | 2 % |
/// | the same, 20 to 50 dB quieter | 0.05-0.15 % | 1-3 % |
/// | white noise, 20 / 10 / 0 dB below the speech | 0.1 / 0.2 / 0.2 % | 1 / 9 / 52 % |
/// | hum, 30 to 0 dB below | 0-0.1 % | 44-83 % |
/// | invented music, 30 to 0 dB below | 0 % | 92-99 % |
///
/// One recording of 28 misses more than 0.1 s in a row, and that under noise. With an onset of 0.5, 0.6 % of white noise
/// alone and all music counts as speech; with 0.75, speech under noise suffers. So noise is left out, music is not: it
/// has to be told from speech by what the recogniser makes of it.
impl Default for VoiceSettings {
    fn default() -> Self {
        Self {
            onset: 0.6,
            release: 0.35,
            shortest_speech: MediaTime::from_millis(96),
            padding: MediaTime::from_millis(400),
            joined_gap: MediaTime::from_millis(2_000),
        }
    }
}

/// Raises quiet recordings to a loudness at which the detector hears.
///
/// Of speech 40 dB below the usual level it hears a sixth. Raised until its loudest frames reach [`Loudness::TARGET`],
/// none is missed. Raised further, a steady hum would count as speech; and what is loud stays loud, since the detector
/// finds speech under noise better so.
#[derive(Debug)]
struct Loudness {
    /// The loudest frame of late, as root mean square.
    envelope: f32,
    gain: f32,
}

impl Loudness {
    /// The root mean square, -30 dB of full scale, that the loudest frames are brought to.
    const TARGET: f32 = 0.03;
    /// 34 dB: what is more than that below is left as quiet as it is.
    const HIGHEST_GAIN: f32 = 50.0;
    /// What is left of the envelope after 16 ms: it falls by 3 dB a second, so that a quiet voice is heard soon after a
    /// loud one, and a breath does not count as a change of loudness.
    const FALL: f32 = 0.994_49;

    fn new() -> Self {
        Self { envelope: Self::TARGET / Self::HIGHEST_GAIN, gain: Self::HIGHEST_GAIN }
    }

    /// Scales a frame with the given mean power.
    fn level_out(&mut self, frame: &mut [f32], power: f32) {
        self.envelope = (self.envelope * Self::FALL).max(power.sqrt()).max(Self::TARGET / Self::HIGHEST_GAIN);
        let gain = (Self::TARGET / self.envelope).max(1.0);
        // Down at once, since a loud frame must not be clipped; up in a slope, since a step is a click.
        let from = self.gain.min(gain);
        let step = (gain - from) / frame.len() as f32;
        for (n, sample) in frame.iter_mut().enumerate() {
            *sample = (*sample * (from + step * n as f32)).clamp(-1.0, 1.0);
        }
        self.gain = gain;
    }
}

/// Listens to samples and keeps what the detector thinks of every 16 ms.
pub struct VoiceDetector {
    detector: Box<Detector>,
    loudness: Loudness,
    track: VoiceTrack,
    /// Samples that do not fill a frame yet.
    waiting: Vec<f32>,
}

impl VoiceDetector {
    /// A detector for samples whose first stands at `start` on the recording's clock.
    pub fn new(start: MediaTime) -> Self {
        let track = VoiceTrack { start, ..VoiceTrack::default() };
        Self {
            detector: Box::default(),
            loudness: Loudness::new(),
            track,
            waiting: Vec::with_capacity(FRAME_SAMPLES),
        }
    }

    /// Takes samples, 16 kHz mono from -1 to 1, in portions of any length.
    pub fn push(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while self.waiting.len() + rest.len() >= FRAME_SAMPLES {
            let (now, later) = rest.split_at(FRAME_SAMPLES - self.waiting.len());
            self.waiting.extend_from_slice(now);
            self.listen();
            rest = later;
        }
        self.waiting.extend_from_slice(rest);
        self.track.samples += samples.len() as u64;
    }

    /// What was heard so far.
    pub fn track(&self) -> &VoiceTrack {
        &self.track
    }

    /// Ends the recording and gives what was heard.
    pub fn finish(mut self) -> VoiceTrack {
        if !self.waiting.is_empty() {
            self.waiting.resize(FRAME_SAMPLES, 0.0);
            self.listen();
        }
        self.track
    }

    /// Judges the waiting frame.
    fn listen(&mut self) {
        for sample in &mut self.waiting {
            // One value that is no number would make the detector deaf for good.
            *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        }
        let power = self.waiting.iter().map(|sample| sample * sample).sum::<f32>() / FRAME_SAMPLES as f32;
        self.loudness.level_out(&mut self.waiting, power);
        let probability = self.detector.predict_f32(&self.waiting);
        self.track.probabilities.push((probability * 255.0).round() as u8);
        self.track.levels.push(level(power));
        self.waiting.clear();
    }
}

/// The level of a mean power, in half decibels above -127.5 dB of full scale.
fn level(power: f32) -> u8 {
    (2.0 * (10.0 * power.log10() + 127.5)).round() as u8
}

/// What a detector thinks of every 16 ms of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceTrack {
    start: MediaTime,
    samples: u64,
    /// Of speech, in 255ths, one a frame.
    probabilities: Vec<u8>,
    /// See [`level`], one a frame.
    levels: Vec<u8>,
}

impl VoiceTrack {
    /// The part of the recording that was listened to.
    pub fn heard(&self) -> Stretch {
        let length = MediaTime::from_millis(self.samples.div_ceil(16));
        Stretch { start: self.start, end: self.start.saturating_add(length) }
    }

    /// The probability of speech at a time, from 0 to 1; 0 outside the part that was listened to.
    pub fn probability_at(&self, time: MediaTime) -> f32 {
        let frame = self.frame_at(time);
        let inside = time >= self.start;
        inside.then(|| self.probabilities.get(frame)).flatten().map_or(0.0, |&level| f32::from(level) / 255.0)
    }

    /// The stretches of speech, in order, apart from each other, within the part that was listened to.
    pub fn stretches(&self, settings: &VoiceSettings) -> Vec<Stretch> {
        let mut joined: Vec<Joined> = Vec::new();
        for frames in self.voiced(settings) {
            let voiced = frames.len() as u64 * FRAME_MILLISECONDS;
            let stretch = self.padded(frames, settings.padding);
            match joined.last_mut() {
                Some(last) if stretch.start < last.stretch.end.saturating_add(settings.joined_gap) => {
                    last.stretch.end = stretch.end;
                    last.voiced_milliseconds += voiced;
                }
                _ => joined.push(Joined { stretch, voiced_milliseconds: voiced }),
            }
        }
        let shortest = settings.shortest_speech.as_millis();
        joined.into_iter().filter(|one| one.voiced_milliseconds >= shortest).map(|one| one.stretch).collect()
    }

    /// The best place to cut a recording within a part of it: the middle of the longest pause, or of the quietest 80 ms
    /// where nobody pauses. `None` where the part holds no whole frame.
    pub fn quietest_cut(&self, part: Range<MediaTime>) -> Option<MediaTime> {
        let end = part.end.min(self.heard().end);
        let first = self.frame_at(part.start) + usize::from(part.start > self.start);
        let frames = first..self.frame_at(end).min(self.probabilities.len());
        let cut = self.longest_pause(frames.clone()).or_else(|| self.quietest(frames))?;
        Some(self.time_of(cut).clamp(part.start, part.end))
    }

    /// The frame in the middle of the longest pause, if one is long enough to be no gap within a word.
    fn longest_pause(&self, frames: Range<usize>) -> Option<usize> {
        const SHORTEST_PAUSE_FRAMES: usize = 8;
        const PAUSE_BELOW: u8 = 77; // A probability of 0.3.
        let mut longest = 0..0;
        let mut pause_start = frames.start;
        for frame in frames.clone() {
            if self.probabilities[frame] >= PAUSE_BELOW {
                pause_start = frame + 1;
            } else if frame + 1 - pause_start > longest.len() {
                longest = pause_start..frame + 1;
            }
        }
        (longest.len() >= SHORTEST_PAUSE_FRAMES).then(|| longest.start.midpoint(longest.end))
    }

    /// The frame in the middle of the quietest 80 ms.
    fn quietest(&self, frames: Range<usize>) -> Option<usize> {
        const WINDOW: usize = 5;
        let levels = self.levels.get(frames.clone())?;
        let loudness = |window: &[u8]| window.iter().map(|&level| u32::from(level)).sum::<u32>();
        let windows = levels.windows(WINDOW.min(levels.len()).max(1));
        let (at, window) = windows.enumerate().min_by_key(|(_, window)| loudness(window))?;
        Some(frames.start + at + window.len() / 2)
    }

    /// Runs of frames that stay at or above the release and reach the onset somewhere.
    fn voiced(&self, settings: &VoiceSettings) -> Vec<Range<usize>> {
        let (onset, release) = (quantised(settings.onset), quantised(settings.release));
        let mut runs = Vec::new();
        let mut frame = 0;
        for run in self.probabilities.chunk_by(|before, after| (*before >= release) == (*after >= release)) {
            // The loudest frame of a run of silence lies below the release, and so below the onset.
            if run.iter().any(|&probability| probability >= onset.max(release)) {
                runs.push(frame..frame + run.len());
            }
            frame += run.len();
        }
        runs
    }

    fn padded(&self, frames: Range<usize>, padding: MediaTime) -> Stretch {
        let start = self.time_of(frames.start).saturating_sub(padding).max(self.start);
        let end = self.time_of(frames.end).saturating_add(padding).min(self.heard().end);
        Stretch { start, end }
    }

    fn time_of(&self, frame: usize) -> MediaTime {
        self.start.saturating_add(MediaTime::from_millis(frame as u64 * FRAME_MILLISECONDS))
    }

    fn frame_at(&self, time: MediaTime) -> usize {
        (time.saturating_sub(self.start).as_millis() / FRAME_MILLISECONDS) as usize
    }
}

struct Joined {
    stretch: Stretch,
    voiced_milliseconds: u64,
}

fn quantised(probability: f32) -> u8 {
    (probability * 255.0).round() as u8
}

/// Listens to a recording from where it stands to its end.
///
/// # Errors
///
/// Those of [`Samples::read`].
pub fn listen(recording: &mut Samples) -> Result<VoiceTrack, MediaError> {
    let mut detector = VoiceDetector::new(recording.position());
    let mut portion = Vec::new();
    while recording.read(&mut portion)? > 0 {
        detector.push(&portion);
        portion.clear();
    }
    Ok(detector.finish())
}

/// The stretches of speech of a recording, from where it stands to its end.
///
/// # Errors
///
/// Those of [`Samples::read`].
pub fn speech_stretches(
    recording: &mut Samples,
    settings: &VoiceSettings,
) -> Result<Vec<Stretch>, MediaError> {
    Ok(listen(recording)?.stretches(settings))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A track whose frames have these probabilities, in tenths, each for a number of frames.
    fn track(runs: &[(usize, u8)]) -> VoiceTrack {
        let tenths = runs.iter().flat_map(|&(count, tenths)| std::iter::repeat_n(tenths, count));
        let probabilities: Vec<u8> = tenths.map(|tenths| tenths * 25).collect();
        let samples = (probabilities.len() * FRAME_SAMPLES) as u64;
        let levels = vec![100; probabilities.len()];
        VoiceTrack { start: MediaTime::from_millis(60_000), samples, probabilities, levels }
    }

    fn millis(stretches: &[Stretch]) -> Vec<(u64, u64)> {
        stretches.iter().map(|stretch| (stretch.start.as_millis(), stretch.end.as_millis())).collect()
    }

    #[test]
    fn stretches_are_padded_joined_and_never_overlap() {
        #[track_caller]
        fn check(runs: &[(usize, u8)], expected: &[(u64, u64)]) {
            assert_eq!(millis(&track(runs).stretches(&VoiceSettings::default())), expected, "{runs:?}");
        }
        check(&[], &[]);
        check(&[(1000, 0)], &[]);
        check(&[(100, 9)], &[(60_000, 61_600)]);
        // Padding of 0.4 s on both sides.
        check(&[(100, 0), (50, 9), (100, 0)], &[(61_200, 62_800)]);
        // A pause of 2.4 s is joined, one of 3.2 s is not.
        check(&[(50, 9), (150, 0), (50, 9)], &[(60_000, 64_000)]);
        check(&[(50, 9), (200, 0), (50, 9)], &[(60_000, 61_200), (63_600, 64_800)]);
        // Between release and onset speech goes on, and begins softly; on its own it is none.
        check(&[(50, 9), (300, 4), (50, 9)], &[(60_000, 66_400)]);
        check(&[(100, 0), (50, 4), (50, 9), (100, 0)], &[(61_200, 63_600)]);
        check(&[(300, 4)], &[]);
        // Five frames are a noise, six are a word.
        check(&[(100, 0), (5, 9), (100, 0)], &[]);
        check(&[(100, 0), (6, 9), (100, 0)], &[(61_200, 62_096)]);
    }

    #[test]
    fn cuts_lie_in_the_longest_pause_of_the_part() {
        let track = track(&[(100, 9), (10, 1), (100, 9), (40, 1), (100, 9), (60, 1)]);
        let cut = |from: u64, to: u64| {
            let part = MediaTime::from_millis(60_000 + from)..MediaTime::from_millis(60_000 + to);
            track.quietest_cut(part).map(|time| time.as_millis() - 60_000)
        };
        assert_eq!(cut(0, 5_600), Some((210 + 20) * 16));
        assert_eq!(cut(0, 3_000), Some((100 + 5) * 16));
        assert_eq!(cut(0, 10_000), Some((350 + 30) * 16));
        assert_eq!(cut(3_520, 10_000), Some((350 + 30) * 16));
        assert_eq!(cut(20_000, 30_000), None);
        assert_eq!(cut(5, 6), None);
    }

    #[test]
    fn without_a_pause_the_quietest_moment_is_cut() {
        let mut track = track(&[(200, 9)]);
        track.levels[120..125].fill(40);
        let part = MediaTime::from_millis(60_000)..MediaTime::from_millis(63_200);
        assert_eq!(track.quietest_cut(part), Some(MediaTime::from_millis(60_000 + 122 * 16)));
    }

    #[test]
    fn silence_and_nonsense_are_not_speech() {
        let mut detector = VoiceDetector::new(MediaTime::ZERO);
        detector.push(&vec![0.0; 16_000]);
        detector.push(&[f32::NAN, f32::INFINITY, -3e38, 1e-42]);
        detector.push(&vec![0.0; 16_001]);
        let track = detector.finish();
        assert_eq!(track.heard().end, MediaTime::from_millis(2_001));
        assert_eq!(track.stretches(&VoiceSettings::default()), []);
        assert!(track.probability_at(MediaTime::from_millis(1_900)) < 0.3);
        assert_eq!(track.probability_at(MediaTime::from_millis(99_000)), 0.0);
    }

    #[test]
    fn portions_do_not_matter() {
        let noise: Vec<f32> =
            (0..40_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 2e8 - 0.04).collect();
        let heard = |portion: usize| {
            let mut detector = VoiceDetector::new(MediaTime::ZERO);
            noise.chunks(portion).for_each(|part| detector.push(part));
            detector.finish()
        };
        assert_eq!(heard(40_000), heard(77));
        assert_eq!(heard(40_000), heard(256));
    }
}
