//! The first bytes of a file -> what kind of file it is. Its name plays no part.

use crate::error::MediaErrorKind;

/// How many bytes [`recognise`] wants to see.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A container that we read ourselves.
    Own(Container),
    /// A recording that only `ffmpeg` reads: its name with an article.
    Foreign(&'static str),
    /// Something else: its name with an article, and what to do about it.
    NotARecording(&'static str, &'static str),
    /// Nothing we know.
    Unknown,
}

/// The containers that we read ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Wav,
    Aiff,
    Caf,
    Flac,
    /// MPEG audio, layers 1 to 3, with nothing around it.
    Mpeg,
    /// AAC with a header before each packet.
    Adts,
    /// MP4, M4A, MOV and their kin.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    Ogg,
}

impl Container {
    /// As facts call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Flac => "flac",
            Self::Mpeg => "mp3",
            Self::Adts => "adts",
            Self::Mp4 => "mp4",
            Self::Matroska => "matroska",
            Self::Ogg => "ogg",
        }
    }

    /// As errors call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wav => "WAV",
            Self::Aiff => "AIFF",
            Self::Caf => "CAF",
            Self::Flac => "FLAC",
            Self::Mpeg => "MP3",
            Self::Adts => "AAC",
            Self::Mp4 => "MP4",
            Self::Matroska => "Matroska",
            Self::Ogg => "Ogg",
        }
    }
}

/// What begins a file of a kind: bytes, and where they stand.
type Signature = (usize, &'static [u8], Format);

const IMAGE_HINT: &str = "the recording that it belongs to may stand beside it";
const ARCHIVE_HINT: &str = "unpack it first";

/// Signatures that leave no doubt, the longer before the shorter.
const SIGNATURES: &[Signature] = &[
    (8, b"WAVE", Format::Own(Container::Wav)),
    (8, b"AVI ", Format::Foreign("an AVI file")),
    (8, b"WEBP", Format::NotARecording("an image (WebP)", IMAGE_HINT)),
    (0, b"riff\x2e\x91\xcf\x11", Format::Foreign("a Wave64 file")),
    (8, b"AIFF", Format::Own(Container::Aiff)),
    (8, b"AIFC", Format::Own(Container::Aiff)),
    (0, b"caff", Format::Own(Container::Caf)),
    (0, b"fLaC", Format::Own(Container::Flac)),
    (0, b"OggS", Format::Own(Container::Ogg)),
    (0, b"\x1A\x45\xDF\xA3", Format::Own(Container::Matroska)),
    (4, b"ftyp", Format::Own(Container::Mp4)),
    (4, b"moov", Format::Foreign("an old QuickTime file")),
    (4, b"mdat", Format::Foreign("an old QuickTime file")),
    (4, b"wide", Format::Foreign("an old QuickTime file")),
    (0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Format::Foreign("a Windows Media file (ASF)")),
    (0, b"FLV\x01", Format::Foreign("a Flash video file")),
    (0, b"\x00\x00\x01\xBA", Format::Foreign("an MPEG programme stream")),
    (0, b"#!AMR", Format::Foreign("an AMR recording")),
    (0, b"\x0B\x77", Format::Foreign("AC-3 sound")),
    (0, b"\x7F\xFE\x80\x01", Format::Foreign("DTS sound")),
    (0, b".RMF", Format::Foreign("a RealMedia file")),
    (0, b".snd", Format::Foreign("an AU file")),
    (0, b"wvpk", Format::Foreign("a WavPack file")),
    (0, b"MAC ", Format::Foreign("a Monkey's Audio file")),
    (0, b"MPCK", Format::Foreign("a Musepack file")),
    (0, b"MP+", Format::Foreign("a Musepack file")),
    (0, b"TTA1", Format::Foreign("a True Audio file")),
    (0, b"\x06\x0E\x2B\x34\x02\x05\x01\x01", Format::Foreign("an MXF file")),
    (0, b"\x89PNG", Format::NotARecording("an image (PNG)", IMAGE_HINT)),
    (0, b"\xFF\xD8\xFF", Format::NotARecording("an image (JPEG)", IMAGE_HINT)),
    (0, b"GIF8", Format::NotARecording("an image (GIF)", IMAGE_HINT)),
    (0, b"II*\0", Format::NotARecording("an image (TIFF)", IMAGE_HINT)),
    (0, b"MM\0*", Format::NotARecording("an image (TIFF)", IMAGE_HINT)),
    (0, b"%PDF", Format::NotARecording("a document (PDF)", "")),
    (0, b"MThd", Format::NotARecording("a MIDI file, which holds notes and no sound", "")),
    (0, b"PK\x03\x04", Format::NotARecording("a ZIP archive or office document", ARCHIVE_HINT)),
    (0, b"\x1F\x8B", Format::NotARecording("a gzip archive", ARCHIVE_HINT)),
    (0, b"7z\xBC\xAF", Format::NotARecording("a 7z archive", ARCHIVE_HINT)),
    (0, b"Rar!", Format::NotARecording("a RAR archive", ARCHIVE_HINT)),
    (0, b"\x7FELF", Format::NotARecording("a program", "")),
    (0, b"SQLite format 3", Format::NotARecording("a database (SQLite)", "")),
];

impl Format {
    /// The error for a file that is no recording, or none that is known.
    pub(crate) fn refusal(self, ffmpeg_tried: bool) -> MediaErrorKind {
        match self {
            Self::NotARecording(found, hint) => MediaErrorKind::NotARecording { found, hint },
            _ => MediaErrorKind::Unrecognised { ffmpeg_tried },
        }
    }
}

/// Tells what kind of file begins with `head`, the first [`HEAD_BYTES`] or all of it.
///
/// An ID3 tag at the very start must have been skipped by the caller; see [`id3_bytes`].
pub(crate) fn recognise(head: &[u8]) -> Format {
    let by_signature =
        SIGNATURES.iter().find(|(at, bytes, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)));
    if let Some((_, _, format)) = by_signature {
        return *format;
    }
    if has_packets_of(head, &[188, 192, 204]) {
        return Format::Foreign("an MPEG transport stream");
    }
    if let Some(container) = headers_in_a_row(head) {
        return Format::Own(container);
    }
    text(head).unwrap_or(Format::Unknown)
}

/// The length of the ID3v2 tag that `head` begins with; 0 where it begins with something else.
pub(crate) fn id3_bytes(head: &[u8]) -> u64 {
    let &[b'I', b'D', b'3', version, _, flags, a, b, c, d, ..] = head else { return 0 };
    if version == 0xFF || [a, b, c, d].iter().any(|byte| byte & 0x80 != 0) {
        return 0;
    }
    let body = [a, b, c, d].iter().fold(0, |sum, &byte| sum << 7 | u64::from(byte));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    10 + body + footer
}

/// Whether the sync byte of transport streams recurs at one of these distances.
fn has_packets_of(head: &[u8], distances: &[usize]) -> bool {
    // Blu-ray recordings put four bytes before each packet.
    distances.iter().any(|&distance| {
        let first = if distance == 192 { 4 } else { 0 };
        (0..5).all(|packet| head.get(first + packet * distance) == Some(&0x47))
    })
}

/// The start of the file to be searched for the first header, in bytes: recordings of a running stream begin in the
/// middle of a packet, and a packet of MPEG audio has at most 2,881.
const SEARCHED_BYTES: usize = 8 * 1024;

/// MPEG audio or AAC whose headers follow each other at the distances that they state.
fn headers_in_a_row(head: &[u8]) -> Option<Container> {
    const ROW: usize = 4;
    let starts = 0..head.len().min(SEARCHED_BYTES);
    starts.into_iter().find_map(|start| {
        let container = header_at(&head[start..])?.0;
        let mut at = start;
        for _ in 0..ROW {
            if at + 8 > head.len() {
                // A file of fewer packets counts if it begins with a header.
                return (start == 0).then_some(container);
            }
            let (found, bytes) = header_at(&head[at..])?;
            if found != container {
                return None;
            }
            at += bytes;
        }
        Some(container)
    })
}

/// The kind and length of the packet whose header `bytes` begins with.
fn header_at(bytes: &[u8]) -> Option<(Container, usize)> {
    let &[0xFF, second, third, fourth, fifth, sixth, ..] = bytes else { return None };
    if second & 0xF6 == 0xF0 {
        let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
        let rate_is_known = (third >> 2) & 0xF < 13;
        return (length > 7 && rate_is_known).then_some((Container::Adts, length));
    }
    mpeg_packet_bytes(second, third).map(|length| (Container::Mpeg, length))
}

/// The frames in a packet of MPEG audio, by its header.
pub(crate) fn mpeg_packet_frames(packet: &[u8]) -> Option<u64> {
    let &[0xFF, second, ..] = packet else { return None };
    let full_rate = (second >> 3) & 3 == 3;
    match (second >> 1) & 3 {
        3 => Some(384),
        2 => Some(1_152),
        1 => Some(if full_rate { 1_152 } else { 576 }),
        _ => None,
    }
}

/// The length of a packet of MPEG audio by its header (ISO 11172-3, 2.4.2.3; ISO 13818-3 for the lower rates).
fn mpeg_packet_bytes(second: u8, third: u8) -> Option<usize> {
    const LAYER_1: [usize; 14] = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
    const LAYER_2: [usize; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    const LAYER_3: [usize; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const LOW_LAYER_1: [usize; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
    const LOW_OTHERS: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    if second & 0xE0 != 0xE0 {
        return None;
    }
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    let full_rate = version == 3;
    let kilobits = match (layer, full_rate) {
        (3, true) => &LAYER_1,
        (2, true) => &LAYER_2,
        (1, true) => &LAYER_3,
        (3, false) => &LOW_LAYER_1,
        (2 | 1, false) => &LOW_OTHERS,
        _ => return None,
    };
    let kilobits = kilobits.get(usize::from(third >> 4).checked_sub(1)?)?;
    let divisor = match version {
        3 => 1,
        2 => 2,
        0 => 4,
        _ => return None,
    };
    let rate = [44_100, 48_000, 32_000].get(usize::from((third >> 2) & 3))? / divisor;
    let padding = usize::from((third >> 1) & 1);
    Some(match (layer, full_rate) {
        (3, _) => (12_000 * kilobits / rate + padding) * 4,
        (1, false) => 72_000 * kilobits / rate + padding,
        _ => 144_000 * kilobits / rate + padding,
    })
}

/// What kind of text it is, if it is text.
fn text(head: &[u8]) -> Option<Format> {
    let head = &head[..head.len().min(4096)];
    let readable = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may be cut in two at the end of what we look at.
        Err(error) if error.valid_up_to() + 4 > head.len() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if readable.is_empty() || readable.chars().any(|c| c.is_control() && !c.is_whitespace() && c != '\u{1b}')
    {
        return None;
    }
    let start = readable.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    Some(if start.starts_with("<!doctype html") || start.starts_with("<html") {
        Format::NotARecording(
            "a web page (HTML)",
            "the download may have saved an error page instead of the recording",
        )
    } else if start.starts_with("#extm3u") || start.starts_with("[playlist]") {
        Format::NotARecording("a playlist", "download the recordings that it lists")
    } else {
        Format::NotARecording("text", "")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &[u8], expected: Format) {
        assert_eq!(recognise(head), expected, "{:?}", &head[..head.len().min(16)]);
    }

    /// Packets of 128 kbit/s at 44.1 kHz without sound in them.
    fn mpeg_packets(count: usize) -> Vec<u8> {
        let mut packet = vec![0xFF, 0xFB, 0x90, 0x00];
        packet.resize(417, 0);
        packet.repeat(count)
    }

    #[test]
    fn recordings_are_known_by_their_content() {
        check(b"RIFF\x24\0\0\0WAVEfmt ", Format::Own(Container::Wav));
        check(b"\0\0\0\x20ftypM4A ", Format::Own(Container::Mp4));
        check(b"\x1A\x45\xDF\xA3\x9F", Format::Own(Container::Matroska));
        check(b"RIFF\x24\0\0\0AVI LIST", Format::Foreign("an AVI file"));
        check(&[0x47; 1000], Format::Foreign("an MPEG transport stream"));
        check(&mpeg_packets(6), Format::Own(Container::Mpeg));
        check(&mpeg_packets(1), Format::Own(Container::Mpeg));
        let adts = [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC, 0, 0, 0, 0, 0, 0, 0, 0, 0].repeat(6);
        check(&adts, Format::Own(Container::Adts));
    }

    #[test]
    fn a_stream_joined_in_the_middle_is_known_by_its_headers() {
        let packets = mpeg_packets(9);
        check(&packets[200..], Format::Own(Container::Mpeg));
        // One header by chance does not make a recording.
        check(&packets[200..1000], Format::Unknown);
    }

    #[test]
    fn what_is_no_recording_is_called_by_its_name() {
        check(b"\x89PNG\r\n\x1a\n", Format::NotARecording("an image (PNG)", IMAGE_HINT));
        check(b"%PDF-1.7", Format::NotARecording("a document (PDF)", ""));
        check("Das W\u{f6}rterbuch".as_bytes(), Format::NotARecording("text", ""));
        // Cut in the middle of a character.
        check(b"Gr\xc3\xbc\xc3", Format::NotARecording("text", ""));
        check(b"\0\0\0\0\0\0\0\0\0\0\0\0", Format::Unknown);
        check(&[], Format::Unknown);
    }

    #[test]
    fn a_tag_before_the_sound_has_a_length() {
        assert_eq!(id3_bytes(b"ID3\x04\0\0\0\0\x02\x01rest"), 10 + 257);
        assert_eq!(id3_bytes(b"ID3\x04\0\x10\0\0\0\0"), 20);
        assert_eq!(id3_bytes(b"ID3\x04\0\0\xff\0\0\0"), 0);
        assert_eq!(id3_bytes(b"RIFF"), 0);
    }
}
