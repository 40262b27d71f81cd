//! A container -> the packets of its first sound track.
//!
//! The demuxers and decoders are another project's. What they may do wrong stays here: a panic is caught and costs
//! the file that caused it, not the batch; an index that names the same bytes again and again ends.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackFlags, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{formats, meta};

use crate::error::MediaErrorKind;
use crate::facts::Tags;
use crate::input::FixedFile;
use crate::recognise::Container;

/// Reads the packets of one sound track.
pub(crate) struct Demuxer {
    reader: Box<dyn FormatReader>,
    container: Container,
    track: Track,
    /// Bytes of packets that the file can hold, counted down.
    bytes_left: u64,
    errors_in_a_row: u32,
}

/// What comes next in the file.
pub(crate) enum Next {
    Packet(Packet),
    /// Another stream begins in the same file; the decoder must be made anew.
    NewTrack,
    End,
    /// The file ends in the middle.
    Truncated,
    /// The demuxer can't go on.
    Stopped(String),
}

/// Errors after which the demuxer is asked again: a damaged block may be followed by sound ones.
const ERRORS_IN_A_ROW: u32 = 16;

impl Demuxer {
    /// Opens a container and chooses its first sound track, or the one with the number `wanted`.
    pub(crate) fn open(
        file: FixedFile,
        bytes: u64,
        container: Container,
        wanted: Option<u32>,
    ) -> Result<Self, MediaErrorKind> {
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let damaged = |detail: String| MediaErrorKind::Damaged { container: container.name(), detail };
        // Pictures are not wanted; the tags of hour-long podcasts hold megabytes of them.
        let metadata = MetadataOptions::default().limit_visual_bytes(Limit::Maximum(0));
        let reader =
            guard(|| probe_for(container).probe(&Hint::new(), stream, FormatOptions::default(), metadata))
                .map_err(&damaged)?
                .map_err(|error| damaged(explain(&error)))?;
        let track = choose(reader.as_ref(), wanted)
            .ok_or(MediaErrorKind::NoSound { container: container.name().to_owned() })?;
        // Zero-length packets count as one byte, and Matroska joins many frames in a block.
        let bytes_left = bytes.saturating_mul(2).saturating_add(1 << 20);
        Ok(Self { reader, container, track, bytes_left, errors_in_a_row: 0 })
    }

    pub(crate) fn container(&self) -> Container {
        self.container
    }

    pub(crate) fn track(&self) -> &Track {
        &self.track
    }

    /// What is known of the sound without decoding it.
    pub(crate) fn sound(&self) -> AudioCodecParameters {
        match &self.track.codec_params {
            Some(CodecParameters::Audio(sound)) => sound.clone(),
            _ => AudioCodecParameters::default(),
        }
    }

    pub(crate) fn has_video(&self) -> bool {
        self.reader.tracks().iter().any(|track| matches!(track.codec_params, Some(CodecParameters::Video(_))))
    }

    /// The length that the container states, in seconds.
    pub(crate) fn stated_seconds(&self) -> Option<f64> {
        let of_track = self.track.time_base.zip(self.track.duration);
        let of_file = || self.reader.media_info().time_base.zip(self.reader.media_info().duration);
        let (base, duration) = of_track.or_else(of_file)?;
        let seconds = base.calc_duration(duration)?.as_secs_f64();
        (seconds > 0.0).then_some(seconds)
    }

    /// The tags found so far, and how much of the sound iTunes says is to be heard.
    pub(crate) fn tags(&mut self) -> (Tags, Option<String>) {
        let mut metadata = self.reader.metadata();
        let mut revisions: Vec<_> = std::iter::from_fn(|| metadata.pop()).collect();
        revisions.extend(metadata.current().cloned());
        let mut tags = Tags::default();
        // The last was read in front of the sound; a tag of the first kind of ID3 at the end cuts titles short.
        revisions.iter().rev().for_each(|revision| tags.absorb(revision));
        let gapless = revisions.iter().flat_map(|revision| &revision.media.tags);
        let gapless = gapless.into_iter().find(|tag| tag.raw.key.ends_with("iTunSMPB"));
        (tags, gapless.map(|tag| tag.raw.value.to_string()))
    }

    /// The next packet of the chosen track.
    pub(crate) fn next(&mut self) -> Next {
        loop {
            let found = match guard(|| self.reader.next_packet()) {
                Err(panic) => return Next::Stopped(panic),
                Ok(Ok(None)) => return Next::End,
                Ok(Ok(Some(packet))) => packet,
                Ok(Err(error)) => match self.after(error) {
                    Some(next) => return next,
                    None => continue,
                },
            };
            self.errors_in_a_row = 0;
            let cost = found.data.len().max(1) as u64;
            let Some(left) = self.bytes_left.checked_sub(cost) else {
                return Next::Stopped("its index names more bytes than the file has".to_owned());
            };
            self.bytes_left = left;
            if found.track_id == self.track.id {
                return Next::Packet(found);
            }
        }
    }

    /// What follows from an error; `None` to try on.
    fn after(&mut self, error: Error) -> Option<Next> {
        match error {
            Error::ResetRequired => match choose(self.reader.as_ref(), None) {
                Some(track) => {
                    self.track = track;
                    Some(Next::NewTrack)
                }
                None => Some(Next::Stopped("the next stream in the file has no sound".to_owned())),
            },
            Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Some(Next::Truncated)
            }
            Error::IoError(error) => Some(Next::Stopped(error.to_string().to_lowercase())),
            error => {
                self.errors_in_a_row += 1;
                (self.errors_in_a_row > ERRORS_IN_A_ROW).then(|| Next::Stopped(explain(&error)))
            }
        }
    }
}

/// A probe that takes the file for this container and nothing else.
fn probe_for(container: Container) -> Probe {
    let mut probe = Probe::new();
    match container {
        Container::Wav => probe.register_format::<formats::WavReader<'_>>(),
        Container::Aiff => probe.register_format::<formats::AiffReader<'_>>(),
        Container::Caf => probe.register_format::<formats::CafReader<'_>>(),
        Container::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        Container::Mpeg => probe.register_format::<formats::MpaReader<'_>>(),
        Container::Adts => probe.register_format::<formats::AdtsReader<'_>>(),
        Container::Mp4 => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        Container::Matroska => probe.register_format::<formats::MkvReader<'_>>(),
        Container::Ogg => probe.register_format::<formats::OggReader<'_>>(),
    }
    probe.register_metadata::<meta::Id3v1Reader<'_>>();
    probe.register_metadata::<meta::Id3v2Reader<'_>>();
    probe
}

/// The wanted track, or the first sound track that is meant to be heard first.
fn choose(reader: &dyn FormatReader, wanted: Option<u32>) -> Option<Track> {
    let sounds = || {
        reader.tracks().iter().filter(|track| matches!(track.codec_params, Some(CodecParameters::Audio(_))))
    };
    wanted
        .and_then(|id| reader.tracks().iter().find(|track| track.id == id))
        .or_else(|| sounds().find(|track| track.flags.contains(TrackFlags::DEFAULT)))
        .or_else(|| reader.first_track(TrackType::Audio))
        .cloned()
}

/// Runs another project's code; a panic in it becomes an error with its message.
pub(crate) fn guard<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|panic| format!("the decoder failed on it ({})", message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// An error of the demuxer, in a sentence that goes on from "the MP4 file is damaged: ".
pub(crate) fn explain(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends before its sound begins".to_owned()
        }
        Error::IoError(error) => error.to_string().to_lowercase(),
        Error::DecodeError(what) | Error::Unsupported(what) | Error::LimitError(what) => (*what).to_owned(),
        other => other.to_string(),
    }
}
