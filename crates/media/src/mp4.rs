//! What the demuxer does not tell of an MP4: where its sound begins on the recording's clock, and what to skip.
//!
//! ```text
//! boxes of the file -> Layout { the first sound track and its edit list, the boxes that are better hidden }
//! ```
//!
//! Encoders put silence in front of the sound (AAC: 1,024 samples or more) and tell so in the edit list, which the
//! demuxer leaves aside. And it reads each picture on its way to the next packet of sound; hiding the picture tracks
//! spares gigabytes.
//!
//! Box layouts follow ISO/IEC 14496-12.

use std::io::{self, Read, Seek, SeekFrom};

/// What an MP4 says of its tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Whether the index of the file was found.
    pub(crate) has_index: bool,
    pub(crate) has_video: bool,
    /// Whether a box is longer than the file: then it was cut short.
    pub(crate) cut: bool,
    /// The first track of sound.
    pub(crate) sound: Option<SoundTrack>,
    /// Where the types of boxes stand that belong to other tracks.
    pub(crate) hidden: Vec<u64>,
}

/// The first track of sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SoundTrack {
    pub(crate) id: u32,
    /// Its coding, such as `mp4a`; `enca` where it is encrypted.
    pub(crate) coding: [u8; 4],
    /// Ticks of the track's clock in a second.
    pub(crate) timescale: u32,
    /// Ticks of one packet, by the first line of the time table.
    pub(crate) packet_ticks: u32,
    /// Ticks of all packets; 0 in a file made of fragments.
    pub(crate) ticks: u64,
    /// Ticks of the movie's clock in a second; the edit list counts some of its times in them.
    movie_timescale: u32,
    edits: Vec<Edit>,
}

/// A line of the edit list: what is played, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edit {
    /// In ticks of the movie's clock; 0 for "to the end".
    duration: u64,
    /// The first tick of the track that is played; negative for a pause.
    from: i64,
}

/// The part of a track that is played, in seconds of a rational clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Played {
    /// The pause before it, in frames.
    pub(crate) pause: u64,
    /// Frames of the track before its first frame that is heard.
    pub(crate) skip: u64,
    /// Frames that are heard; `None` for all that are left.
    pub(crate) heard: Option<u64>,
}

impl SoundTrack {
    /// What the edit list plays of the track, in frames at `rate_hz`.
    pub(crate) fn played(&self, rate_hz: u32) -> Played {
        let scale = |ticks: u64, timescale: u32| rescale(ticks, timescale, rate_hz);
        let pauses = self.edits.iter().take_while(|edit| edit.from < 0);
        let pause = pauses.clone().map(|edit| edit.duration).fold(0, u64::saturating_add);
        let pause = scale(pause, self.movie_timescale);
        let mut sounding = self.edits.iter().skip(pauses.count());
        let Some(first) = sounding.next() else { return Played { pause, ..Played::default() } };
        let skip = scale(first.from.unsigned_abs(), self.timescale);
        let only = sounding.next().is_none();
        let heard = (only && first.duration > 0).then(|| scale(first.duration, self.movie_timescale));
        Played { pause, skip, heard: heard.map(|heard| self.exact_end(heard, skip, rate_hz)) }
    }

    /// Replaces a length by the exact one of the time table where they mean the same: the movie's clock may be as
    /// coarse as a millisecond.
    fn exact_end(&self, heard: u64, skip: u64, rate_hz: u32) -> u64 {
        let exact = rescale(self.ticks, self.timescale, rate_hz).saturating_sub(skip);
        let coarseness = rescale(1, self.movie_timescale, rate_hz) + 1;
        if exact.abs_diff(heard) <= coarseness { exact } else { heard }
    }
}

fn rescale(ticks: u64, timescale: u32, rate_hz: u32) -> u64 {
    let timescale = u128::from(timescale.max(1));
    let frames = (u128::from(ticks) * u128::from(rate_hz) + timescale / 2) / timescale;
    u64::try_from(frames).unwrap_or(u64::MAX)
}

/// Boxes looked at before a file is given up as a maze.
const BOX_LIMIT: usize = 200_000;

/// Lines of a time table that are added up: a week of the shortest packets.
const TABLE_LIMIT: u32 = 64_000_000;

/// Reads the boxes of a file of `bytes` bytes. A box that makes no sense ends its parent, not the whole.
pub(crate) fn layout(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<Layout> {
    let mut walk = Walk { file, boxes_left: BOX_LIMIT, overrun: false };
    let mut layout = Layout::default();
    let mut tracks = Vec::new();
    let mut extensions = Vec::new();
    let mut movie_timescale = 1000;
    let boxes = walk.children(0, bytes)?;
    layout.cut = walk.overrun;
    let Some(movie) = boxes.into_iter().find(|found| &found.kind == b"moov") else {
        return Ok(layout);
    };
    layout.has_index = true;
    for child in walk.children(movie.body, movie.end)? {
        match &child.kind {
            b"mvhd" => movie_timescale = walk.timescale(child)?.unwrap_or(movie_timescale),
            b"trak" => tracks.push((child, walk.track(child)?)),
            b"mvex" => extensions = walk.children(child.body, child.end)?,
            _ => {}
        }
    }
    layout.has_video = tracks.iter().any(|(_, track)| track.handler == *b"vide");
    let Some(chosen) = first_sound(&tracks) else { return Ok(layout) };
    layout.sound = Some(SoundTrack { movie_timescale, ..tracks[chosen].1.sound.clone() });
    let others = tracks.iter().enumerate().filter(|&(index, _)| index != chosen);
    layout.hidden = others.map(|(_, (found, _))| found.kind_at()).collect();
    for extension in extensions.iter().filter(|found| &found.kind == b"trex") {
        let id = walk.u32_at(*extension, 4)?;
        if id != Some(tracks[chosen].1.sound.id) {
            layout.hidden.push(extension.kind_at());
        }
    }
    Ok(layout)
}

/// The first sound track that is switched on, or the first of all.
fn first_sound(tracks: &[(Found, Track)]) -> Option<usize> {
    let sounds = || tracks.iter().enumerate().filter(|(_, (_, track))| track.handler == *b"soun");
    let enabled = sounds().find(|(_, (_, track))| track.enabled);
    enabled.or_else(|| sounds().next()).map(|(index, _)| index)
}

/// A box and where it is.
#[derive(Clone, Copy, Debug)]
struct Found {
    kind: [u8; 4],
    start: u64,
    body: u64,
    end: u64,
}

impl Found {
    /// Where its type stands.
    fn kind_at(self) -> u64 {
        self.start + 4
    }
}

#[derive(Clone, Debug, Default)]
struct Track {
    handler: [u8; 4],
    enabled: bool,
    sound: SoundTrack,
}

struct Walk<'a, F> {
    file: &'a mut F,
    boxes_left: usize,
    /// Whether a box claimed to be longer than what holds it.
    overrun: bool,
}

impl<F: Read + Seek> Walk<'_, F> {
    /// The boxes between two places, up to the first that makes no sense.
    fn children(&mut self, start: u64, end: u64) -> io::Result<Vec<Found>> {
        let mut children = Vec::new();
        let mut at = start;
        while at.checked_add(8).is_some_and(|header| header <= end) && self.boxes_left > 0 {
            self.boxes_left -= 1;
            let Some(found) = self.header(at, end)? else { break };
            at = found.end;
            children.push(found);
        }
        Ok(children)
    }

    fn header(&mut self, start: u64, limit: u64) -> io::Result<Option<Found>> {
        let Some([a, b, c, d, kind @ ..]) = self.bytes::<8>(start)? else { return Ok(None) };
        let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, limit - start),
            1 => (16, self.bytes::<8>(start + 8)?.map_or(0, u64::from_be_bytes)),
            size => (8, u64::from(size)),
        };
        let end = start.saturating_add(size);
        self.overrun |= end > limit;
        let end = end.min(limit);
        Ok((size >= header).then_some(Found { kind, start, body: start + header, end }))
    }

    fn track(&mut self, track: Found) -> io::Result<Track> {
        let mut found = Track::default();
        for child in self.children(track.body, track.end)? {
            match &child.kind {
                b"tkhd" => {
                    let version_and_flags = self.u32_at(child, 0)?.unwrap_or(0);
                    found.enabled = version_and_flags & 1 == 1;
                    let id_at = if version_and_flags >> 24 == 1 { 20 } else { 12 };
                    found.sound.id = self.u32_at(child, id_at)?.unwrap_or(0);
                }
                b"edts" => found.sound.edits = self.edits(child)?,
                b"mdia" => self.media(child, &mut found)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn media(&mut self, media: Found, track: &mut Track) -> io::Result<()> {
        for child in self.children(media.body, media.end)? {
            match &child.kind {
                b"mdhd" => track.sound.timescale = self.timescale(child)?.unwrap_or(0),
                b"hdlr" => track.handler = self.u32_at(child, 8)?.unwrap_or(0).to_be_bytes(),
                b"minf" => self.tables(child, track)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn tables(&mut self, information: Found, track: &mut Track) -> io::Result<()> {
        for tables in self.children(information.body, information.end)? {
            if &tables.kind != b"stbl" {
                continue;
            }
            for child in self.children(tables.body, tables.end)? {
                match &child.kind {
                    b"stsd" => track.sound.coding = self.u32_at(child, 12)?.unwrap_or(0).to_be_bytes(),
                    b"stts" => self.time_table(child, &mut track.sound)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// `mvhd` and `mdhd` both begin with two times, of 4 or 8 bytes, and the timescale.
    fn timescale(&mut self, header: Found) -> io::Result<Option<u32>> {
        let long = self.u32_at(header, 0)?.is_some_and(|version| version >> 24 == 1);
        Ok(self.u32_at(header, if long { 20 } else { 12 })?.filter(|&timescale| timescale > 0))
    }

    fn edits(&mut self, edits: Found) -> io::Result<Vec<Edit>> {
        const LIMIT: u32 = 64;
        let children = self.children(edits.body, edits.end)?;
        let Some(&list) = children.iter().find(|found| &found.kind == b"elst") else { return Ok(Vec::new()) };
        let long = self.u32_at(list, 0)?.is_some_and(|version| version >> 24 == 1);
        let count = self.u32_at(list, 4)?.unwrap_or(0).min(LIMIT);
        let mut lines = Vec::new();
        for line in 0..u64::from(count) {
            let edit =
                if long { self.long_edit(list, 8 + 20 * line)? } else { self.edit(list, 8 + 12 * line)? };
            lines.extend(edit);
        }
        Ok(lines)
    }

    fn edit(&mut self, list: Found, offset: u64) -> io::Result<Option<Edit>> {
        let (duration, from) = (self.u32_at(list, offset)?, self.u32_at(list, offset + 4)?);
        Ok(duration
            .zip(from)
            .map(|(duration, from)| Edit { duration: duration.into(), from: i64::from(from as i32) }))
    }

    fn long_edit(&mut self, list: Found, offset: u64) -> io::Result<Option<Edit>> {
        if list.body + offset + 16 > list.end {
            return Ok(None);
        }
        let duration = self.bytes::<8>(list.body + offset)?.map(u64::from_be_bytes);
        let from = self.bytes::<8>(list.body + offset + 8)?.map(i64::from_be_bytes);
        Ok(duration.zip(from).map(|(duration, from)| Edit { duration, from }))
    }

    fn time_table(&mut self, table: Found, sound: &mut SoundTrack) -> io::Result<()> {
        let stated = self.u32_at(table, 4)?.unwrap_or(0).min(TABLE_LIMIT);
        let room = table.end.saturating_sub(table.body + 8) / 8;
        let lines = u64::from(stated).min(room);
        self.file.seek(SeekFrom::Start(table.body + 8))?;
        let mut reader = io::BufReader::new((&mut *self.file).take(lines * 8));
        let mut line = [0; 8];
        while reader.read_exact(&mut line).is_ok() {
            let [a, b, c, d, e, f, g, h] = line;
            let (count, ticks) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
            if sound.ticks == 0 {
                sound.packet_ticks = ticks;
            }
            sound.ticks = sound.ticks.saturating_add(u64::from(count) * u64::from(ticks));
        }
        Ok(())
    }

    fn u32_at(&mut self, found: Found, offset: u64) -> io::Result<Option<u32>> {
        if found.body + offset + 4 > found.end {
            return Ok(None);
        }
        Ok(self.bytes::<4>(found.body + offset)?.map(u32::from_be_bytes))
    }

    fn bytes<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        self.file.seek(SeekFrom::Start(at))?;
        let mut bytes = [0; N];
        match self.file.read_exact(&mut bytes) {
            Ok(()) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn boxed(kind: &[u8; 4], body: &[&[u8]]) -> Vec<u8> {
        let body = body.concat();
        let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.extend(body);
        bytes
    }

    fn numbers(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }

    fn track(id: u32, handler: &[u8; 4], edits: &[u32]) -> Vec<u8> {
        let header = boxed(b"tkhd", &[&numbers(&[1, 0, 0, id, 0])]);
        let list = [&[0, edits.len() as u32 / 3], edits].concat();
        let edits = boxed(b"edts", &[&boxed(b"elst", &[&numbers(&list)])]);
        let time = boxed(b"mdhd", &[&numbers(&[0, 0, 0, 44_100, 0])]);
        let handler = boxed(b"hdlr", &[&numbers(&[0, 0]), handler, &numbers(&[0])]);
        let description = boxed(b"stsd", &[&numbers(&[0, 1, 16]), b"mp4a"]);
        let times = boxed(b"stts", &[&numbers(&[0, 2, 44, 1024, 1, 68])]);
        let tables = boxed(b"minf", &[&boxed(b"stbl", &[&description, &times])]);
        boxed(b"trak", &[&header, &edits, &boxed(b"mdia", &[&time, &handler, &tables])])
    }

    fn read(bytes: Vec<u8>) -> Layout {
        let length = bytes.len() as u64;
        layout(&mut Cursor::new(bytes), length).unwrap()
    }

    #[test]
    fn edit_list_gives_the_played_part() {
        #[track_caller]
        fn check(edits: &[u32], expected: Played) {
            let movie = boxed(b"mvhd", &[&numbers(&[0, 0, 0, 1000, 0])]);
            let file = boxed(b"moov", &[&movie, &track(7, b"soun", edits)]);
            assert_eq!(read(file).sound.unwrap().played(44_100), expected, "{edits:?}");
        }
        check(&[], Played::default());
        // 44 * 1024 + 68 - 1024 frames are 44,100: the exact number, which 1000 ms mean too.
        check(&[1000, 1024, 0x10000], Played { pause: 0, skip: 1024, heard: Some(44_100) });
        check(&[500, 1024, 0x10000], Played { pause: 0, skip: 1024, heard: Some(22_050) });
        check(&[0, 1024, 0x10000], Played { pause: 0, skip: 1024, heard: None });
        let pause_first = [250, u32::MAX, 0x10000, 1000, 1024, 0x10000];
        check(&pause_first, Played { pause: 11_025, skip: 1024, heard: Some(44_100) });
        check(&[250, u32::MAX, 0x10000], Played { pause: 11_025, skip: 0, heard: None });
    }

    #[test]
    fn other_tracks_are_hidden() {
        let extensions = boxed(
            b"mvex",
            &[&boxed(b"trex", &[&numbers(&[0, 1, 0])]), &boxed(b"trex", &[&numbers(&[0, 2, 0])])],
        );
        let (video, sound) = (track(1, b"vide", &[]), track(2, b"soun", &[]));
        let sound_at = 8 + video.len() as u64;
        let file = boxed(b"moov", &[&video, &sound, &extensions]);
        let extension_at = sound_at + sound.len() as u64 + 8;
        let found = read(file);
        assert!(found.has_video && !found.cut);
        assert_eq!(found.sound.unwrap().id, 2);
        assert_eq!(found.hidden, [8 + 4, extension_at + 4]);
    }

    #[test]
    fn a_maze_of_boxes_ends() {
        // Empty boxes of 8 bytes, and one that claims more than there is.
        let mut bytes = boxed(b"free", &[]).repeat(1000);
        bytes.extend(numbers(&[u32::MAX]));
        bytes.extend(b"moov");
        let found = read(bytes);
        assert!(found.has_index && found.cut && found.sound.is_none());
    }
}
