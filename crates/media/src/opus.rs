//! Opus packets -> samples at 48 kHz, by the pure-Rust port `ropus`.
//!
//! Containers store what the decoder has to know in an identification header (RFC 7845, section 5.1). MP4 stores
//! the same numbers in the other byte order; the demuxer puts `OpusHead` in front but leaves the order.

use ropus::OpusMSDecoder;

/// The rate at which Opus is decoded, in Hz.
pub(crate) const OPUS_RATE_HZ: u32 = 48_000;

/// The longest packet that Opus allows, 120 ms, in frames at 48 kHz.
const LONGEST_PACKET_FRAMES: usize = 5_760;

/// What the identification header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpusHead {
    pub(crate) channels: u8,
    /// Frames at 48 kHz that the decoder gives before the recording begins.
    pub(crate) pre_skip_frames: u16,
    /// To be applied to the output, in 1/256 dB.
    gain: i16,
    streams: u8,
    coupled_streams: u8,
    mapping: Vec<u8>,
}

impl OpusHead {
    /// Reads the header, whose numbers of several bytes are big-endian in an MP4 and little-endian elsewhere.
    pub(crate) fn parse(bytes: &[u8], big_endian: bool) -> Option<Self> {
        let body = bytes.strip_prefix(b"OpusHead")?;
        let &[_version, channels, skip_0, skip_1, _, _, _, _, gain_0, gain_1, family, ..] = body else {
            return None;
        };
        let (skip, gain) = ([skip_0, skip_1], [gain_0, gain_1]);
        let (pre_skip_frames, gain) = if big_endian {
            (u16::from_be_bytes(skip), i16::from_be_bytes(gain))
        } else {
            (u16::from_le_bytes(skip), i16::from_le_bytes(gain))
        };
        let (streams, coupled_streams, mapping) = match (family, channels) {
            (0, 1) => (1, 0, vec![0]),
            (0, 2) => (1, 1, vec![0, 1]),
            (0, _) => return None,
            _ => {
                let &[streams, coupled, ..] = body.get(11..)? else { return None };
                (streams, coupled, body.get(13..13 + usize::from(channels))?.to_vec())
            }
        };
        Some(Self { channels, pre_skip_frames, gain, streams, coupled_streams, mapping })
    }
}

/// A decoder of Opus packets.
pub(crate) struct OpusDecoder {
    inner: OpusMSDecoder,
    channels: usize,
    gain: f32,
    interleaved: Vec<i16>,
}

impl OpusDecoder {
    /// A decoder for the streams of a header; `None` where the header makes no sense.
    pub(crate) fn new(head: &OpusHead) -> Option<Self> {
        let inner = OpusMSDecoder::new(
            OPUS_RATE_HZ as i32,
            i32::from(head.channels),
            i32::from(head.streams),
            i32::from(head.coupled_streams),
            &head.mapping,
        )
        .ok()?;
        let channels = usize::from(head.channels);
        let gain = 10_f32.powf(f32::from(head.gain) / 256.0 / 20.0) / 32768.0;
        Some(Self { inner, channels, gain, interleaved: vec![0; LONGEST_PACKET_FRAMES * channels] })
    }

    /// Decodes a packet into one plane a channel. `false` where it makes no sense.
    pub(crate) fn decode(&mut self, packet: &[u8], planes: &mut Vec<Vec<f32>>) -> bool {
        let decoded = self.inner.decode(
            Some(packet),
            packet.len() as i32,
            &mut self.interleaved,
            LONGEST_PACKET_FRAMES as i32,
            false,
        );
        let Ok(frames) = decoded.map(|frames| frames.max(0) as usize) else { return false };
        planes.resize_with(self.channels, Vec::new);
        for (channel, plane) in planes.iter_mut().enumerate() {
            let samples =
                self.interleaved[..frames * self.channels].iter().skip(channel).step_by(self.channels);
            plane.clear();
            plane.extend(samples.map(|&sample| f32::from(sample) * self.gain));
        }
        frames > 0
    }
}

/// How many frames at 48 kHz a packet holds, by its first two bytes (RFC 6716, section 3.1).
pub(crate) fn packet_frames(packet: &[u8]) -> Option<u64> {
    let &toc = packet.first()?;
    let config = toc >> 3;
    let frame = match config {
        0..12 => [480, 960, 1_920, 2_880][usize::from(config % 4)],
        12..16 => [480, 960][usize::from(config % 2)],
        _ => [120, 240, 480, 960][usize::from(config % 4)],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3F),
    };
    Some(frame * count).filter(|&frames| frames <= LONGEST_PACKET_FRAMES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packet_lengths_follow_the_table_of_rfc_6716() {
        #[track_caller]
        fn check(packet: &[u8], expected: Option<u64>) {
            assert_eq!(packet_frames(packet), expected, "{packet:?}");
        }
        check(&[], None);
        check(&[0b0000_0000], Some(480)); // SILK, 10 ms
        check(&[0b0001_1001], Some(5_760)); // SILK, two of 60 ms
        check(&[0b0110_1000], Some(960)); // hybrid, 20 ms
        check(&[0b1111_1000], Some(960)); // CELT, 20 ms
        check(&[0b1000_0011, 48], Some(5_760)); // CELT, 48 of 2.5 ms
        check(&[0b1111_1011, 7], None); // 140 ms: too long
        check(&[0b1111_1011], None); // Their number is cut off.
    }

    #[test]
    fn header_gives_streams_and_delay_in_both_byte_orders() {
        let stereo = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0";
        let head = OpusHead::parse(stereo, false).unwrap();
        assert_eq!((head.channels, head.pre_skip_frames, head.streams, head.coupled_streams), (2, 312, 1, 1));
        let of_mp4 = b"OpusHead\0\x01\x01\x38\0\0\xbb\x80\0\0\0";
        assert_eq!(OpusHead::parse(of_mp4, true).unwrap().pre_skip_frames, 312);
        let surround = b"OpusHead\x01\x06\x38\x01\x80\xbb\0\0\0\0\x01\x04\x02\0\x04\x01\x02\x03\x05";
        assert_eq!(OpusHead::parse(surround, false).unwrap().mapping, [0, 4, 1, 2, 3, 5]);
        assert_eq!(OpusHead::parse(&surround[..24], false), None);
        assert_eq!(OpusHead::parse(b"OpusHead\x01\x03\x38\x01\x80\xbb\0\0\0\0\0", false), None);
    }
}
