//! A file -> what is in it and who decodes it: facts without decoding, and a clear error for what is no recording.
//!
//! A file is known by its content, never by its name. What our own decoders do not know goes to `ffmpeg`, if the
//! caller allows it and it is installed.

use record::MediaTime;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};

use crate::codec::{Decoder, core_of_he_aac, core_rate_of_aac, opus_head, short_name};
use crate::decode::OpenOptions;
use crate::demux::Demuxer;
use crate::error::{MediaError, MediaErrorKind};
use crate::facts::{MediaFacts, Tags};
use crate::ffmpeg;
use crate::input::{FixedFile, Input, Source};
use crate::matroska;
use crate::mp4::{self, Layout, Played, SoundTrack};
use crate::opus::OPUS_RATE_HZ;
use crate::recognise::{Container, Format, HEAD_BYTES, id3_bytes, recognise};
use crate::time::time_of_frames;
use crate::timeline::{Limits, Trust};
use crate::wav::Wav;

/// What a recording is and says about itself, without decoding it.
///
/// # Errors
///
/// The same as those of [`crate::open`].
pub fn probe(input: Input, options: &OpenOptions) -> Result<MediaFacts, MediaError> {
    let source = Source::open(input, options.stream_limit_bytes)?;
    let found = identify(&source, options).map_err(|kind| kind.of(&source.name))?;
    Ok(match found {
        Found::Own(sound) => sound.facts,
        Found::ByFfmpeg(facts) => *facts,
    })
}

/// Who decodes a recording.
pub(crate) enum Found {
    Own(Box<OwnSound>),
    ByFfmpeg(Box<MediaFacts>),
}

/// A recording that we decode, ready for its first packet.
pub(crate) struct OwnSound {
    pub(crate) demuxer: Demuxer,
    pub(crate) decoder: Decoder,
    pub(crate) facts: MediaFacts,
    pub(crate) plan: Plan,
}

/// How packets become places on the recording's clock. Frames are those of `rate_hz`.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rate_hz: u32,
    pub(crate) trust: Trust,
    pub(crate) limits: Limits,
    /// Added to each timestamp.
    pub(crate) shift: i64,
    /// The exact place of the first packet, where its timestamp is rounded.
    pub(crate) first_stamp: Option<i64>,
    /// Whether the first packet only prepares the second, which begins where the first is stamped: Vorbis in Matroska.
    pub(crate) first_prepares: bool,
    /// Where the sound is to end, counted from the recording's beginning.
    pub(crate) end: Option<u64>,
    /// The length by which a file that was cut short is recognised.
    pub(crate) expected: Option<u64>,
    /// Whether the file is known to be shorter than it should be.
    pub(crate) cut: bool,
    /// Whether the upper frequencies of HE-AAC are left out, and how sure that is.
    pub(crate) upper_band_missing: Option<bool>,
}

/// Finds out what a file is and who decodes it.
pub(crate) fn identify(source: &Source, options: &OpenOptions) -> Result<Found, MediaErrorKind> {
    match format_of(source)? {
        Format::Own(container) => match open_own(source, container, options) {
            Ok(Some(sound)) => Ok(Found::Own(Box::new(sound))),
            Ok(None) => by_ffmpeg(source, options, "HE-AAC sound"),
            Err(Refusal::Final(kind)) => Err(kind),
            Err(Refusal::Coding(what)) => by_ffmpeg(source, options, &what),
            // `ffmpeg` gets over damage that stops us; if it does not, our own words say more.
            Err(Refusal::Damage(kind)) => by_ffmpeg(source, options, "").map_err(|_| kind),
        },
        Format::Foreign(what) => by_ffmpeg(source, options, what),
        Format::Unknown if options.use_ffmpeg && ffmpeg::is_installed() => {
            let facts = ffmpeg::facts(source).ok_or(Format::Unknown.refusal(true))?;
            with_sound(facts)
        }
        other => Err(other.refusal(false)),
    }
}

fn by_ffmpeg(source: &Source, options: &OpenOptions, what: &str) -> Result<Found, MediaErrorKind> {
    if !options.use_ffmpeg || !ffmpeg::is_installed() {
        return Err(MediaErrorKind::NeedsFfmpeg { what: what.to_owned(), allowed: options.use_ffmpeg });
    }
    let unreadable = || MediaErrorKind::FfmpegFailed {
        what: what.to_owned(),
        message: "it found nothing in it that it knows".to_owned(),
    };
    with_sound(ffmpeg::facts(source).ok_or_else(unreadable)?)
}

fn with_sound(facts: MediaFacts) -> Result<Found, MediaErrorKind> {
    if facts.codec.is_empty() {
        return Err(MediaErrorKind::NoSound { container: facts.container });
    }
    Ok(Found::ByFfmpeg(Box::new(facts)))
}

/// The kind of file, by its first bytes behind any ID3 tags.
fn format_of(source: &Source) -> Result<Format, MediaErrorKind> {
    const TAGS_IN_A_ROW: usize = 8;
    let mut start = 0;
    for _ in 0..TAGS_IN_A_ROW {
        let head = source.peek(start, HEAD_BYTES)?;
        let tag = id3_bytes(&head);
        if tag == 0 {
            return Ok(match recognise(&head) {
                // What a tag stands in front of is sound, even if a gap hides its first packets.
                Format::Unknown if start > 0 && !head.is_empty() => Format::Own(Container::Mpeg),
                format => format,
            });
        }
        start += tag;
    }
    Ok(Format::Unknown)
}

/// Why we do not decode a container that we know.
enum Refusal {
    /// Nobody can.
    Final(MediaErrorKind),
    /// The coding of its sound is not ours.
    Coding(String),
    /// It is damaged.
    Damage(MediaErrorKind),
}

impl From<MediaErrorKind> for Refusal {
    fn from(kind: MediaErrorKind) -> Self {
        match kind {
            MediaErrorKind::Damaged { .. } => Self::Damage(kind),
            _ => Self::Final(kind),
        }
    }
}

/// Opens a container of ours; `None` where it is better left to `ffmpeg`.
fn open_own(
    source: &Source,
    container: Container,
    options: &OpenOptions,
) -> Result<Option<OwnSound>, Refusal> {
    let layout = layout_of(source, container)?;
    let wav = if container == Container::Wav { Wav::read(source)? } else { None };
    let mut demuxer = demux(source, container, &layout, wav.as_ref())?;
    let mut sound = demuxer.sound();
    let upper_band_missing = match (upper_band(&sound, &layout), options.use_ffmpeg && ffmpeg::is_installed())
    {
        (None, _) => None,
        (Some(Band::Stated(_)), true) => return Ok(None),
        (Some(Band::Likely), true) if ffmpeg::is_he_aac(source) => return Ok(None),
        (Some(Band::Likely), true) => None,
        (Some(Band::Likely), false) => Some(false),
        (Some(Band::Stated(core)), false) => {
            sound = *core;
            Some(true)
        }
    };
    let decoder = Decoder::new(&sound, container).map_err(|what| unknown_coding(what, &layout))?;
    let (tags, gapless) = demuxer.tags();
    let mut plan = plan(&demuxer, &sound, &layout, gapless.as_deref());
    plan.upper_band_missing = upper_band_missing;
    if upper_band_missing == Some(true) {
        plan.shift += UPPER_BAND_DELAY_FRAMES;
    }
    plan.cut = layout.cut || wav.as_ref().is_some_and(|wav| wav.cut);
    plan.end = plan.end.or(wav.as_ref().and_then(|wav| wav.frames));
    let facts = MediaFacts {
        container: container.label().to_owned(),
        codec: short_name(sound.codec),
        sample_rate_hz: plan.rate_hz,
        channels: sound.channels.as_ref().map_or(0, |channels| channels.count() as u32),
        duration: duration(&demuxer, &plan),
        bytes: source.bytes,
        has_video: layout.has_video || demuxer.has_video(),
        by_ffmpeg: false,
        tags: complete_tags(tags, source, container, wav)?,
    };
    Ok(Some(OwnSound { demuxer, decoder, facts, plan }))
}

/// The tags with those that the demuxer leaves aside.
fn complete_tags(
    mut tags: Tags,
    source: &Source,
    container: Container,
    wav: Option<Wav>,
) -> Result<Tags, MediaErrorKind> {
    if let Some(wav) = wav {
        return Ok(wav.tags);
    }
    if container == Container::Matroska && tags.title.is_none() {
        tags.title = matroska::title(&source.peek(0, matroska::SEARCHED_BYTES)?);
    }
    Ok(tags)
}

/// The demuxer, on the file as it reads it best.
fn demux(
    source: &Source,
    container: Container,
    layout: &Layout,
    wav: Option<&Wav>,
) -> Result<Demuxer, MediaErrorKind> {
    let wanted = layout.sound.as_ref().map(|sound| sound.id);
    let open = |file: FixedFile| Demuxer::open(file, source.bytes, container, wanted);
    let file = source.view()?.hiding(layout.hidden.clone());
    match (container, wav) {
        (Container::Wav, Some(wav)) => open(file.behind(wav.plain_header(), wav.sound.clone())),
        (Container::Mp4, _) if layout.cut => open(file.streaming()),
        // Of a file that was cut short, it can't be told before whether it is refused.
        (Container::Matroska, _) => match open(file) {
            Err(MediaErrorKind::Damaged { .. }) => open(source.view()?.streaming()),
            result => result,
        },
        _ => open(file),
    }
}

/// The tracks of an MP4, checked for what the demuxer can't tell; an empty layout for other containers.
fn layout_of(source: &Source, container: Container) -> Result<Layout, Refusal> {
    if container != Container::Mp4 {
        return Ok(Layout::default());
    }
    let layout =
        mp4::layout(&mut source.view()?, source.bytes).map_err(|error| MediaErrorKind::from_io(&error))?;
    if !layout.has_index {
        return Err(Refusal::Damage(MediaErrorKind::Damaged {
            container: container.name(),
            detail: "its index (`moov`) is missing, so the recording or the download was probably cut short"
                .to_owned(),
        }));
    }
    match &layout.sound {
        None => Err(MediaErrorKind::NoSound { container: container.name().to_owned() }.into()),
        Some(sound) if &sound.coding == b"enca" || &sound.coding == b"drms" => {
            Err(MediaErrorKind::Encrypted.into())
        }
        Some(_) => Ok(layout),
    }
}

/// What a coding is called that we have no decoder for. An MP4 gives every coding four letters.
fn unknown_coding(what: String, layout: &Layout) -> Refusal {
    let letters = layout.sound.as_ref().map(|sound| String::from_utf8_lossy(&sound.coding).trim().to_owned());
    Refusal::Coding(match letters {
        Some(letters) if what.contains("unknown") => format!("sound coded as `{letters}`"),
        _ => what,
    })
}

/// How much later than the core alone a full decoder of HE-AAC gives its sound, in frames of the core. Encoders count on
/// it when they state where the recording begins (ISO/IEC 14496-3, 4.6.18: 6 slots of 64 and the filter bank).
const UPPER_BAND_DELAY_FRAMES: i64 = 481;

/// How we know of the upper band of HE-AAC.
enum Band {
    /// The header says so: with the parameters of the core.
    Stated(Box<AudioCodecParameters>),
    /// The rate makes it likely.
    Likely,
}

fn upper_band(sound: &AudioCodecParameters, layout: &Layout) -> Option<Band> {
    // Recordings of radio streams say nothing in their headers but the half rate of their core: 24 kHz or less.
    const HALF_RATE_HZ: u32 = 24_000;
    let core_rate = core_rate_of_aac(sound)?;
    if let Some(core) = core_of_he_aac(sound) {
        return Some(Band::Stated(Box::new(core)));
    }
    // A packet of the core has 1,024 frames, which are 2,048 ticks of a clock at the full rate.
    let is_doubled = |track: &SoundTrack| track.timescale == 2 * core_rate && track.packet_ticks == 2048;
    if layout.sound.as_ref().is_some_and(is_doubled) {
        return Some(Band::Stated(Box::new(sound.clone())));
    }
    (core_rate <= HALF_RATE_HZ).then_some(Band::Likely)
}

fn plan(demuxer: &Demuxer, sound: &AudioCodecParameters, layout: &Layout, gapless: Option<&str>) -> Plan {
    let container = demuxer.container();
    let rate_hz = match sound.codec {
        CODEC_ID_OPUS => OPUS_RATE_HZ,
        _ => core_rate_of_aac(sound).or(sound.sample_rate).unwrap_or(0),
    };
    let pre_skip = opus_pre_skip(sound, container);
    let mut plan = Plan {
        rate_hz,
        trust: trust(container, rate_hz),
        limits: Limits::at_rate(rate_hz),
        shift: 0,
        first_stamp: None,
        first_prepares: container == Container::Matroska && sound.codec == CODEC_ID_VORBIS,
        end: None,
        expected: None,
        cut: false,
        upper_band_missing: None,
    };
    let track = demuxer.track();
    match container {
        Container::Mp4 => place_mp4(&mut plan, layout, gapless, pre_skip),
        Container::Matroska => plan.first_stamp = pre_skip.map(|frames| -frames),
        Container::Ogg => {
            plan.shift = shift_of_ogg(sound);
            // Recordings of a running stream begin at the time of the stream.
            plan.limits.leading = 0;
        }
        // Only the tag that states the delay is exact about the length too; else it is estimated.
        Container::Mpeg if track.delay.is_some_and(|delay| delay > 0) => {
            plan.end = track.num_frames;
            plan.expected = track.num_frames;
        }
        Container::Aiff | Container::Flac => plan.expected = track.num_frames,
        _ => {}
    }
    plan
}

/// What is added to the timestamps of an Ogg stream: they count the frames that an Opus decoder gives too early.
pub(crate) fn shift_of_ogg(sound: &AudioCodecParameters) -> i64 {
    -opus_pre_skip(sound, Container::Ogg).unwrap_or(0)
}

fn opus_pre_skip(sound: &AudioCodecParameters, container: Container) -> Option<i64> {
    let is_opus = sound.codec == CODEC_ID_OPUS;
    is_opus.then(|| opus_head(sound, container)).flatten().map(|head| head.pre_skip_frames.into())
}

fn trust(container: Container, rate_hz: u32) -> Trust {
    match container {
        Container::Wav | Container::Aiff | Container::Caf | Container::Mpeg | Container::Adts => Trust::Count,
        // 50 ms: more than the rounding of timestamps and the jitter of telephones, less than two packets.
        Container::Flac | Container::Mp4 | Container::Matroska | Container::Ogg => {
            Trust::Stamps { tolerance: u64::from(rate_hz) / 20 }
        }
    }
}

/// Takes over what the edit list plays, or what iTunes wrote in its place.
fn place_mp4(plan: &mut Plan, layout: &Layout, gapless: Option<&str>, pre_skip: Option<i64>) {
    let Some(sound) = &layout.sound else { return };
    let mut played = sound.played(plan.rate_hz);
    if played == Played::default() {
        played = gapless.and_then(itunes_gapless).unwrap_or_default();
    }
    if played.skip == 0 {
        played.skip = pre_skip.unwrap_or(0).unsigned_abs();
    }
    plan.shift = (played.pause as i64).saturating_sub_unsigned(played.skip);
    plan.end = played.heard.map(|heard| heard.saturating_add(played.pause));
}

/// Reads ` 00000000 00000840 000001C0 000000000003F31F ...`: nothing, delay, padding, frames.
fn itunes_gapless(text: &str) -> Option<Played> {
    let mut numbers = text.split_whitespace().skip(1).map(|number| u64::from_str_radix(number, 16).ok());
    let (skip, _padding, heard) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let sensible = skip < 100_000 && heard > 0;
    sensible.then_some(Played { pause: 0, skip, heard: Some(heard) })
}

/// The length as exactly as it can be told without decoding.
fn duration(demuxer: &Demuxer, plan: &Plan) -> Option<MediaTime> {
    if let Some(frames) = plan.end {
        return Some(time_of_frames(frames, plan.rate_hz));
    }
    let seconds = demuxer.stated_seconds()?;
    let late =
        if plan.trust == Trust::Count { 0.0 } else { plan.shift as f64 / f64::from(plan.rate_hz.max(1)) };
    Some(MediaTime::from_seconds_f64((seconds + late).max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn itunes_tells_delay_and_length_in_hexadecimal() {
        let text = " 00000000 00000840 000001C0 0000000000003F31 00000000 00000000";
        assert_eq!(itunes_gapless(text), Some(Played { pause: 0, skip: 2112, heard: Some(16_177) }));
        assert_eq!(itunes_gapless("00000000 00000840"), None);
        assert_eq!(itunes_gapless("00000000 ffffffff 00000000 1"), None);
        assert_eq!(itunes_gapless("any words of no use"), None);
    }
}
