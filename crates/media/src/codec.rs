//! Packets -> planes of samples: the decoders behind one face.

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known as id;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use crate::demux::{explain, guard};
use crate::opus::{self, OPUS_RATE_HZ, OpusHead};
use crate::recognise::Container;

/// A decoder and what made it, so that it can be made anew after it failed.
pub(crate) struct Decoder {
    inner: Inner,
    parameters: AudioCodecParameters,
    container: Container,
}

enum Inner {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<opus::OpusDecoder>, Channels),
}

/// The rate and the channels of what was decoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) rate_hz: u32,
    pub(crate) channels: Channels,
}

impl Decoder {
    /// A decoder for these parameters; without one, the sound as people call it.
    pub(crate) fn new(parameters: &AudioCodecParameters, container: Container) -> Result<Self, String> {
        let unknown = || foreign_coding(parameters.codec).unwrap_or("sound of an unknown coding").to_owned();
        let inner = Inner::new(parameters, container).ok_or_else(unknown)?;
        Ok(Self { inner, parameters: parameters.clone(), container })
    }

    /// Decodes a packet into `planes`, one a channel. Zero frames are no error: some packets only prepare.
    pub(crate) fn decode(&mut self, packet: &Packet, planes: &mut Vec<Vec<f32>>) -> Result<Shape, String> {
        let Self { inner, .. } = self;
        guard(|| inner.decode(packet, planes)).unwrap_or_else(|panic| {
            // What a panic leaves behind is not to be trusted.
            self.restart();
            Err(panic)
        })
    }

    /// Whether the packets are those of Opus.
    pub(crate) fn is_opus(&self) -> bool {
        matches!(self.inner, Inner::Opus(..))
    }

    /// Forgets the packets before.
    pub(crate) fn restart(&mut self) {
        if let Some(inner) = Inner::new(&self.parameters, self.container) {
            self.inner = inner;
        }
    }
}

impl Inner {
    fn new(parameters: &AudioCodecParameters, container: Container) -> Option<Self> {
        if parameters.codec == id::CODEC_ID_OPUS {
            let head = opus_head(parameters, container)?;
            let decoder = opus::OpusDecoder::new(&head)?;
            return Some(Self::Opus(Box::new(decoder), channels_of_opus(parameters, &head)));
        }
        // Trimming is done by our own timeline, which does not believe a stated length that proves false.
        let options = AudioDecoderOptions::default().gapless(false);
        let made = guard(|| symphonia::default::get_codecs().make_audio_decoder(parameters, &options));
        Some(Self::Symphonia(made.ok()?.ok()?))
    }

    fn decode(&mut self, packet: &Packet, planes: &mut Vec<Vec<f32>>) -> Result<Shape, String> {
        match self {
            Self::Symphonia(decoder) => {
                let sound = decoder.decode(packet).map_err(|error: Error| explain(&error))?;
                sound.copy_to_vecs_planar(planes);
                Ok(Shape { rate_hz: sound.spec().rate(), channels: sound.spec().channels().clone() })
            }
            Self::Opus(decoder, channels) => {
                if !decoder.decode(&packet.data, planes) {
                    return Err("the packet makes no sense".to_owned());
                }
                Ok(Shape { rate_hz: OPUS_RATE_HZ, channels: channels.clone() })
            }
        }
    }
}

/// The identification header of Opus sound.
pub(crate) fn opus_head(parameters: &AudioCodecParameters, container: Container) -> Option<OpusHead> {
    OpusHead::parse(parameters.extra_data.as_deref()?, container == Container::Mp4)
}

/// The layout of Opus sound, whose channels stand in the order of Vorbis and not in that of their positions.
fn channels_of_opus(parameters: &AudioCodecParameters, head: &OpusHead) -> Channels {
    use symphonia::core::audio::ChannelLabel::Positioned;
    const CENTRE_THIRD: [Position; 8] = [
        Position::FRONT_LEFT,
        Position::FRONT_CENTER,
        Position::FRONT_RIGHT,
        Position::REAR_LEFT,
        Position::REAR_RIGHT,
        Position::LFE1,
        Position::SIDE_LEFT,
        Position::SIDE_RIGHT,
    ];
    match head.channels {
        1 | 2 => parameters.channels.clone().unwrap_or(Channels::Discrete(head.channels.into())),
        count @ (3 | 5 | 6) => Channels::Custom(
            CENTRE_THIRD[..usize::from(count)].iter().map(|&position| Positioned(position)).collect(),
        ),
        count => Channels::Discrete(count.into()),
    }
}

/// The coding as facts call it.
pub(crate) fn short_name(codec: AudioCodecId) -> String {
    let named = [
        (id::CODEC_ID_OPUS, "opus"),
        (id::CODEC_ID_AC3, "ac3"),
        (id::CODEC_ID_EAC3, "eac3"),
        (id::CODEC_ID_SPEEX, "speex"),
        (id::CODEC_ID_DCA, "dts"),
        (id::CODEC_ID_WMA, "wma"),
    ];
    let named = named.iter().find(|(known, _)| *known == codec).map(|(_, name)| *name);
    let registered = || {
        symphonia::default::get_codecs().get_audio_decoder(codec).map(|decoder| decoder.codec.info.short_name)
    };
    named.or_else(registered).unwrap_or("unknown").to_owned()
}

/// The sound as people call it, of the codings that we can't decode.
fn foreign_coding(codec: AudioCodecId) -> Option<&'static str> {
    let named = [
        (id::CODEC_ID_AAC, "AAC sound of more than two channels or of a rare kind"),
        (id::CODEC_ID_AC3, "AC-3 sound"),
        (id::CODEC_ID_EAC3, "E-AC-3 sound"),
        (id::CODEC_ID_AC4, "AC-4 sound"),
        (id::CODEC_ID_DCA, "DTS sound"),
        (id::CODEC_ID_SPEEX, "Speex sound"),
        (id::CODEC_ID_WMA, "Windows Media sound"),
        (id::CODEC_ID_OPUS, "Opus sound with a header that makes no sense"),
        (id::CODEC_ID_TRUEHD, "TrueHD sound"),
        (id::CODEC_ID_TTA, "True Audio sound"),
        (id::CODEC_ID_WAVPACK, "WavPack sound"),
        (id::CODEC_ID_MUSEPACK, "Musepack sound"),
        (id::CODEC_ID_COOK, "RealAudio sound"),
    ];
    named.iter().find(|(known, _)| *known == codec).map(|(_, name)| *name)
}

/// The configuration of the core of HE-AAC, where the header says that there is an upper band beside it.
///
/// The core is plain AAC at half the rate; the upper band (SBR) and the second channel (PS) are drawn from it by
/// parameters that our decoder does not know. Bits as in ISO/IEC 14496-3, 1.6.2.1: 5 of the kind (5 and 29 have an
/// upper band), 4 of the rate, 4 of the channels.
pub(crate) fn core_of_he_aac(parameters: &AudioCodecParameters) -> Option<AudioCodecParameters> {
    const LOW_COMPLEXITY: u16 = 2;
    let header = parameters.extra_data.as_deref()?;
    let &[first, second, ..] = header else { return None };
    let bits = u16::from_be_bytes([first, second]);
    let kind = bits >> 11;
    let with_upper_band =
        matches!(kind, 5 | 29) || (kind == LOW_COMPLEXITY && has_upper_band_extension(header));
    if parameters.codec != id::CODEC_ID_AAC || !with_upper_band {
        return None;
    }
    // The rate and the channels of the core stand in the same place in both forms.
    let core = LOW_COMPLEXITY << 11 | bits & 0b0000_0111_1111_1000;
    let mut parameters = parameters.clone();
    parameters.with_extra_data(Box::from(core.to_be_bytes()));
    Some(parameters)
}

/// The sample rate of the core of AAC sound, which a container may state doubled; `None` for other codings.
pub(crate) fn core_rate_of_aac(parameters: &AudioCodecParameters) -> Option<u32> {
    const RATES_HZ: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ];
    if parameters.codec != id::CODEC_ID_AAC {
        return None;
    }
    let by_header = match parameters.extra_data.as_deref() {
        Some(&[first, second, ..]) => {
            let index = (u16::from_be_bytes([first, second]) >> 7) & 0xF;
            RATES_HZ.get(usize::from(index)).copied()
        }
        _ => None,
    };
    by_header.or(parameters.sample_rate)
}

/// Whether the sync word 0x2B7 follows the configuration of the core, and then kind 5 and a set flag.
fn has_upper_band_extension(header: &[u8]) -> bool {
    let &[_, _, third, fourth, fifth, ..] = header else { return false };
    u32::from_be_bytes([0, third, fourth, fifth]) >> 7 == 0x2B7 << 6 | 5 << 1 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &[u8], core: Option<[u8; 2]>) {
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(id::CODEC_ID_AAC).with_extra_data(Box::from(header));
        let found = core_of_he_aac(&parameters).map(|core| core.extra_data.unwrap());
        assert_eq!(found.as_deref(), core.as_ref().map(|core| &core[..]), "{header:x?}");
    }

    #[test]
    fn the_rate_of_the_core_is_that_of_the_header() {
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(id::CODEC_ID_AAC).with_sample_rate(44_100);
        assert_eq!(core_rate_of_aac(&parameters), Some(44_100));
        parameters.with_extra_data(Box::from([0x13, 0x90]));
        assert_eq!(core_rate_of_aac(&parameters), Some(22_050));
        parameters.for_codec(id::CODEC_ID_MP3);
        assert_eq!(core_rate_of_aac(&parameters), None);
    }

    #[test]
    fn the_core_of_he_aac_is_found_in_every_form_of_header() {
        check(&[0x12, 0x10], None); // Plain AAC, 44.1 kHz, stereo.
        check(&[0x2B, 0x92, 0x08, 0x00], Some([0x13, 0x90])); // SBR at 22.05 kHz.
        check(&[0xEB, 0x8A, 0x08, 0x00], Some([0x13, 0x88])); // SBR and PS, mono core.
        check(&[0x13, 0x90, 0x56, 0xE5, 0xA0], Some([0x13, 0x90])); // Behind a plain header.
        check(&[0x13, 0x90, 0x56, 0xE5, 0x20], None); // Behind it, and switched off.
        check(&[0x13], None);
    }
}
