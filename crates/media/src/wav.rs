//! The header of a WAV file, read leniently and written again so that the demuxer takes it.
//!
//! ```text
//! RIFF, RF64 or BW64 with any chunks -> Wav { where the sound is, tags } -> a plain header + the sound
//! ```
//!
//! The demuxer refuses what recorders write: files of more than 4 GB (RF64), telephone codings with a short `fmt `
//! chunk, lengths that were never filled in because the recorder stopped. And it drops the tags.

use std::ops::Range;

use crate::error::MediaErrorKind;
use crate::facts::Tags;
use crate::input::Source;

/// What the header of a WAV file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wav {
    /// The body of the `fmt ` chunk.
    format: Vec<u8>,
    /// Where the sound is in the file.
    pub(crate) sound: Range<u64>,
    /// The frames of the sound, where its last block is filled up; PCM has no blocks.
    pub(crate) frames: Option<u64>,
    /// Whether the file ends before the sound does.
    pub(crate) cut: bool,
    pub(crate) tags: Tags,
}

/// Chunks looked at before and behind the sound.
const CHUNK_LIMIT: usize = 1_000;

/// Longest chunk of tags that is read, in bytes.
const TAGS_LIMIT_BYTES: u64 = 1 << 20;

impl Wav {
    /// Reads the header; `None` where it holds no sound that makes sense.
    pub(crate) fn read(source: &Source) -> Result<Option<Self>, MediaErrorKind> {
        let mut wav = Self::default();
        let mut long_length = None;
        let mut found_sound = false;
        let mut at = 12;
        for _ in 0..CHUNK_LIMIT {
            let Ok([kind @ .., a, b, c, d]) = <[u8; 8]>::try_from(source.peek(at, 8)?) else { break };
            let kind: [u8; 4] = kind;
            let (body, stated) = (at + 8, u64::from(u32::from_be_bytes([d, c, b, a])));
            let mut length = stated;
            match &kind {
                b"ds64" => long_length = length_of_ds64(&source.peek(body, 24)?),
                b"fmt " => wav.format = source.peek(body, stated.min(64) as usize)?,
                b"fact" => {
                    wav.frames = source.peek(body, 4)?.try_into().ok().map(u32::from_le_bytes).map(u64::from)
                }
                b"LIST" => {
                    read_list(&source.peek(body, stated.min(TAGS_LIMIT_BYTES) as usize)?, &mut wav.tags)
                }
                b"bext" => read_broadcast(&source.peek(body, stated.min(602) as usize)?, &mut wav.tags),
                b"data" if !found_sound => {
                    found_sound = true;
                    length = wav.place_sound(body, stated, long_length, source.bytes);
                }
                _ => {}
            }
            // Chunks begin at even places.
            at = body.saturating_add(length).saturating_add(length & 1);
        }
        wav.frames = wav.frames.filter(|&frames| frames > 0 && !wav.is_pcm());
        Ok((found_sound && wav.format.len() >= 16).then_some(wav))
    }

    /// Notes where the sound is and returns its length in bytes.
    fn place_sound(&mut self, body: u64, stated: u64, long: Option<u64>, file_bytes: u64) -> u64 {
        let there = file_bytes.saturating_sub(body);
        let unknown = stated == 0 || stated == u64::from(u32::MAX);
        let stated = long.filter(|_| unknown).unwrap_or(stated);
        // A recorder that stopped, or one that writes into a pipe, has filled in nothing.
        let unknown = stated == 0 || stated == u64::from(u32::MAX);
        let length = if unknown { there } else { stated.min(there) };
        self.cut = !unknown && stated > there;
        self.sound = body..body + length;
        length
    }

    fn is_pcm(&self) -> bool {
        self.format.starts_with(&[1, 0])
    }

    /// A header in the form that the demuxer takes, for the sound alone.
    pub(crate) fn plain_header(&self) -> Vec<u8> {
        let mut format = self.format.clone();
        if self.is_pcm() {
            format.truncate(16);
        } else if format.len() < 18 {
            format.resize(18, 0);
        }
        let length = u32::try_from(self.sound.end - self.sound.start).unwrap_or(u32::MAX);
        let mut header = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt ".to_vec();
        header.extend((format.len() as u32).to_le_bytes());
        header.extend(&format);
        header.extend(std::iter::repeat_n(0, format.len() % 2));
        header.extend(b"data");
        header.extend(length.to_le_bytes());
        header
    }
}

/// The length of the sound in the chunk that RF64 (EBU Tech 3306) puts first: behind that of the file.
fn length_of_ds64(body: &[u8]) -> Option<u64> {
    body.get(8..16)?.try_into().ok().map(u64::from_le_bytes)
}

/// Reads a list of tags: `INFO`, then a name of four letters, a length and a text for each.
fn read_list(body: &[u8], tags: &mut Tags) {
    let Some(mut rest) = body.strip_prefix(b"INFO") else { return };
    while let Some((&[a, b, c, d, e, f, g, h], behind)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([e, f, g, h]) as usize;
        let text = String::from_utf8_lossy(&behind[..length.min(behind.len())]).into_owned();
        let name = match &[a, b, c, d] {
            b"INAM" => "title",
            b"IART" => "artist",
            b"IPRD" => "album",
            b"ICRD" => "date",
            b"ICMT" => "comment",
            b"IGNR" => "genre",
            b"ILNG" => "language",
            _ => "",
        };
        tags.absorb_named(name, &text);
        rest = behind.get(length + length % 2..).unwrap_or(&[]);
    }
}

/// Reads what broadcasters write (EBU Tech 3285): description, originator, its reference and the date.
fn read_broadcast(body: &[u8], tags: &mut Tags) {
    let field = |range: Range<usize>| {
        let bytes = body.get(range).unwrap_or(&[]);
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    };
    tags.absorb_named("description", &field(0..256));
    tags.absorb_named("artist", &field(256..288));
    tags.absorb_named("date", &field(320..330));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;

    fn read(bytes: Vec<u8>) -> Option<Wav> {
        let input = Input::Stream { name: String::new(), reader: Box::new(std::io::Cursor::new(bytes)) };
        Wav::read(&Source::open(input, 1 << 20).unwrap()).unwrap()
    }

    fn chunk(kind: &[u8; 4], stated: u32, body: &[u8]) -> Vec<u8> {
        [kind, &stated.to_le_bytes()[..], body].concat()
    }

    fn format(tag: u8, length: u32) -> Vec<u8> {
        let mut body = vec![tag, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0];
        body.resize(length as usize, 0);
        chunk(b"fmt ", length, &body)
    }

    #[test]
    fn a_short_header_of_a_telephone_coding_is_completed() {
        let file = [&b"RIFF\0\0\0\0WAVE"[..], &format(7, 16), &chunk(b"data", 3, &[1, 2, 3])].concat();
        let wav = read(file).unwrap();
        assert_eq!(wav.sound, 44..47);
        let header = wav.plain_header();
        assert_eq!(&header[12..20], b"fmt \x12\0\0\0");
        assert_eq!(&header[38..], b"data\x03\0\0\0");
    }

    #[test]
    fn lengths_that_are_wrong_missing_or_elsewhere() {
        #[track_caller]
        fn check(before: &[u8], stated: u32, sound: Range<u64>, cut: bool) {
            let file =
                [b"RF64\xFF\xFF\xFF\xFFWAVE", before, &format(1, 16), &chunk(b"data", stated, &[7; 10])]
                    .concat();
            let wav = read(file).unwrap();
            assert_eq!((wav.sound, wav.cut), (sound, cut));
        }
        check(b"", 10, 44..54, false);
        check(b"", 4, 44..48, false);
        check(b"", 100, 44..54, true);
        check(b"", 0, 44..54, false);
        check(b"", u32::MAX, 44..54, false);
        let long = chunk(b"ds64", 28, &[[9; 8], [6, 0, 0, 0, 0, 0, 0, 0], [9; 8]].concat());
        check(&[long, vec![0; 4]].concat(), u32::MAX, 80..86, false);
    }

    #[test]
    fn tags_stand_before_or_behind_the_sound() {
        let list = chunk(b"LIST", 24, b"INFOINAM\x07\0\0\0Harbour\0IART\x7F");
        let mut broadcast = vec![0; 602];
        broadcast[..5].copy_from_slice(b"Tides");
        broadcast[320..330].copy_from_slice(b"2025-02-12");
        let file = [
            &b"RIFF\0\0\0\0WAVE"[..],
            &chunk(b"bext", 602, &broadcast),
            &format(1, 16),
            &chunk(b"data", 1, &[1, 0]),
            &list,
        ];
        let tags = read(file.concat()).unwrap().tags;
        assert_eq!(tags.title.as_deref(), Some("Harbour"));
        assert_eq!((tags.description.as_deref(), tags.date.as_deref()), (Some("Tides"), Some("2025-02-12")));
    }

    #[test]
    fn a_header_without_sound_is_none() {
        assert_eq!(read(b"RIFF\0\0\0\0WAVE".to_vec()), None);
        assert_eq!(read([&b"RIFF\0\0\0\0WAVE"[..], &chunk(b"data", 4, &[0; 4])].concat()), None);
        assert_eq!(read([&b"RIFF\0\0\0\0WAVE"[..], &chunk(b"junk", u32::MAX, &[])].concat()), None);
    }
}
