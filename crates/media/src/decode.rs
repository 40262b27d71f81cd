//! A recording -> 16 kHz mono samples with positions, in bounded memory whatever its length.
//!
//! ```text
//! packets -> planes -> mono -> placed on the clock -> 16 kHz -> the part that was asked for
//! ```
//!
//! The promise: the sample with the number `n` was heard `n / 16` milliseconds after the beginning of the recording,
//! whatever part of it is read and whatever is missing before.

use std::ops::Range;

use record::MediaTime;

use crate::error::{MediaError, MediaErrorKind};
use crate::facts::MediaFacts;
use crate::ffmpeg::{self, Ffmpeg};
use crate::input::{Input, Source};
use crate::issue::{Issue, IssueKind, Issues};
use crate::own::OwnDecoder;
use crate::probe::{Found, identify};
use crate::time::{SAMPLE_RATE_HZ, sample_at, time_of_sample};

/// What part of a recording is wanted, and by what means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// The first millisecond that is wanted; `None` for the beginning.
    pub start: Option<MediaTime>,
    /// The first millisecond that is not wanted any more; `None` for the end of the recording.
    pub end: Option<MediaTime>,
    /// Whether `ffmpeg` may decode what we can't.
    pub use_ffmpeg: bool,
    /// The longest stream that is stored while it is read.
    pub stream_limit_bytes: u64,
}

/// 16 GiB: ten hours of good video.
const STREAM_LIMIT_BYTES: u64 = 16 << 30;

impl Default for OpenOptions {
    fn default() -> Self {
        Self { start: None, end: None, use_ffmpeg: true, stream_limit_bytes: STREAM_LIMIT_BYTES }
    }
}

/// Opens a recording.
///
/// # Errors
///
/// When there is nothing to hear: no such file, no recording, no sound track, sound that is encrypted or that neither
/// we nor an installed `ffmpeg` can decode. The text says what to do.
pub fn open(input: Input, options: &OpenOptions) -> Result<Samples, MediaError> {
    let source = Source::open(input, options.stream_limit_bytes)?;
    let wanted = options.start.map_or(0, sample_at)..options.end.map_or(u64::MAX, sample_at);
    let (facts, engine) = start(&source, options, wanted.start).map_err(|kind| kind.of(&source.name))?;
    let position = engine.first_sample();
    Ok(Samples {
        source,
        facts,
        engine: Some(engine),
        ffmpeg_may_help: options.use_ffmpeg,
        issues: Issues::default(),
        waiting: Vec::new(),
        position,
        wanted,
    })
}

fn start(source: &Source, options: &OpenOptions, first: u64) -> Result<(MediaFacts, Engine), MediaErrorKind> {
    Ok(match identify(source, options)? {
        Found::Own(sound) => (sound.facts.clone(), Engine::Own(Box::new(OwnDecoder::new(*sound, first)?))),
        Found::ByFfmpeg(facts) => (*facts, Engine::ffmpeg(source, 0)?),
    })
}

/// The samples of a recording: 16 kHz, mono, from -1 to 1, read from front to back.
pub struct Samples {
    /// Holds the temporary file of a stream.
    source: Source,
    facts: MediaFacts,
    /// `None` after the end.
    engine: Option<Engine>,
    /// Whether `ffmpeg` may go on where our own decoder stops.
    ffmpeg_may_help: bool,
    issues: Issues,
    /// Decoded samples that were not handed out yet.
    waiting: Vec<f32>,
    /// The number of the first waiting sample, counted from the beginning of the recording.
    position: u64,
    /// The samples that are asked for.
    wanted: Range<u64>,
}

/// Samples handed out at a time: a second.
const PORTION: usize = SAMPLE_RATE_HZ as usize;

impl Samples {
    /// What the recording says about itself.
    pub fn facts(&self) -> &MediaFacts {
        &self.facts
    }

    /// Appends about a second of samples to `out` and returns their number; 0 at the end.
    ///
    /// # Errors
    ///
    /// When nothing of the recording could be decoded. A defect in the middle is no error: it is reported by
    /// [`Self::issues`], and silence stands in its place.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<usize, MediaError> {
        while self.waiting.len() < PORTION && self.position + (self.waiting.len() as u64) < self.wanted.end {
            if !self.decode_more()? {
                break;
            }
        }
        let left = usize::try_from(self.wanted.end.saturating_sub(self.position)).unwrap_or(usize::MAX);
        if left <= self.waiting.len() {
            // Nothing behind the end is wanted: the decoder, and `ffmpeg`, may go.
            self.engine = None;
        }
        let count = self.waiting.len().min(PORTION).min(left);
        out.extend(self.waiting.drain(..count));
        self.position += count as u64;
        Ok(count)
    }

    /// The place of the next sample, in milliseconds. Samples are 1/16 ms apart: see [`Self::position_samples`].
    pub fn position(&self) -> MediaTime {
        time_of_sample(self.position_samples())
    }

    /// The number of the next sample, counted at 16 kHz from the beginning of the recording.
    pub fn position_samples(&self) -> u64 {
        self.position.max(self.wanted.start)
    }

    /// The defects found so far, in the order of their places.
    pub fn issues(&self) -> &[Issue] {
        self.issues.as_slice()
    }

    /// Decodes a little; `false` at the end.
    fn decode_more(&mut self) -> Result<bool, MediaError> {
        let Some(engine) = &mut self.engine else { return Ok(false) };
        let here = self.position + self.waiting.len() as u64;
        let more = match engine {
            Engine::Own(decoder) => decoder.decode_more(&mut self.waiting, &mut self.issues),
            Engine::Ffmpeg { ffmpeg, early } => {
                let more = read_ffmpeg(ffmpeg, &mut self.waiting, here, &self.facts, &mut self.issues);
                let unheard = usize::try_from(*early).unwrap_or(usize::MAX).min(self.waiting.len());
                self.waiting.drain(..unheard);
                *early -= unheard as u64;
                more
            }
        };
        let more = self.go_on_with_ffmpeg(more).map_err(|kind| kind.of(&self.source.name))?;
        if !more {
            self.engine = None;
        }
        let early = self.wanted.start.saturating_sub(self.position).min(self.waiting.len() as u64);
        self.waiting.drain(..early as usize);
        self.position += early;
        Ok(more)
    }

    /// Lets `ffmpeg` go on where our own decoder found no way past a damage. It finds more of them.
    fn go_on_with_ffmpeg(&mut self, more: Result<bool, MediaErrorKind>) -> Result<bool, MediaErrorKind> {
        let stopped = match &more {
            Ok(true) => false,
            Ok(false) => matches!(self.issues(), [.., Issue { kind: IssueKind::Stopped { .. }, .. }]),
            Err(_) => true,
        };
        let ours = matches!(self.engine, Some(Engine::Own(_)));
        if !(stopped && ours && self.ffmpeg_may_help && ffmpeg::is_installed()) {
            return more;
        }
        let here = self.position + self.waiting.len() as u64;
        self.engine = Some(Engine::ffmpeg(&self.source, here)?);
        self.facts.by_ffmpeg = true;
        Ok(true)
    }
}

/// What decodes.
enum Engine {
    Own(Box<OwnDecoder>),
    Ffmpeg {
        ffmpeg: Ffmpeg,
        /// Samples at its beginning that were heard already.
        early: u64,
    },
}

impl Engine {
    /// Starts `ffmpeg` to give the samples from number `early` on.
    fn ffmpeg(source: &Source, early: u64) -> Result<Self, MediaErrorKind> {
        let ffmpeg = Ffmpeg::start(source).map_err(|error| MediaErrorKind::from_io(&error))?;
        Ok(Self::Ffmpeg { ffmpeg, early })
    }

    /// The number of the first sample that it gives: at or before the first that is wanted.
    fn first_sample(&self) -> u64 {
        match self {
            Self::Own(decoder) => decoder.first_sample(),
            Self::Ffmpeg { early, .. } => *early,
        }
    }
}

/// Takes what `ffmpeg` has ready; `false` at its end.
fn read_ffmpeg(
    ffmpeg: &mut Ffmpeg,
    out: &mut Vec<f32>,
    here: u64,
    facts: &MediaFacts,
    issues: &mut Issues,
) -> Result<bool, MediaErrorKind> {
    match ffmpeg.read(out) {
        Ok(true) => return Ok(true),
        Ok(false) => {}
        Err(error) => issues.report(time_of_sample(here), IssueKind::Stopped { reason: error.to_string() }),
    }
    let (succeeded, complaint) = ffmpeg.finish();
    if here == 0 {
        let message = if complaint.is_empty() { "it gave no sound".to_owned() } else { complaint };
        return Err(MediaErrorKind::FfmpegFailed { what: format!("{} sound", facts.codec), message });
    }
    if !succeeded {
        issues.report(
            time_of_sample(here),
            IssueKind::Stopped { reason: format!("`ffmpeg` failed: {complaint}") },
        );
    } else if !complaint.is_empty() {
        issues.report(time_of_sample(here), IssueKind::Complaint { text: complaint });
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_can_be_read_in_another_thread() {
        fn is_sendable<T: Send>() {}
        is_sendable::<Samples>();
        is_sendable::<Input>();
    }
}
