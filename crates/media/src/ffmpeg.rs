//! Recordings that only `ffmpeg` knows: it runs beside us and sends 16 kHz mono samples through a pipe.
//!
//! It gets one local file, by a name that can't be taken for an option or an address, may open no other kind of
//! address, reads no keyboard, and is ended when its reader is dropped.

use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;

use record::MediaTime;

use crate::facts::MediaFacts;
use crate::input::{Source, ffmpeg_operand};

/// Output of `ffprobe` and errors of `ffmpeg` that are kept, in bytes.
const KEPT_BYTES: u64 = 256 * 1024;

/// The version of the `ffmpeg` on the search path, such as `5.1.9`; `None` where there is none.
pub fn ffmpeg_version() -> Option<String> {
    let output =
        Command::new("ffmpeg").arg("-version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.strip_prefix("ffmpeg version ")?.split_whitespace().next()?;
    Some(version.to_owned())
}

/// A running `ffmpeg`.
pub(crate) struct Ffmpeg {
    child: Child,
    samples: ChildStdout,
    errors: Option<JoinHandle<String>>,
    /// The first byte of a sample whose second has not come yet.
    odd_byte: Option<u8>,
}

impl Ffmpeg {
    /// Starts to decode a file. Fails only where `ffmpeg` can't be run.
    pub(crate) fn start(source: &Source) -> io::Result<Self> {
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe", "-i"]);
        command.arg(ffmpeg_operand(&source.path));
        // `async=1` with `first_pts=0` turns holes and a late start into silence, as our own decoders do.
        command.args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-af", "aresample=async=1:first_pts=0"]);
        command.args(["-f", "s16le", "-ac", "1", "-ar", "16000", "-"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(samples), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe));
        };
        let errors = Some(std::thread::spawn(move || last_line(errors)));
        Ok(Self { child, samples, errors, odd_byte: None })
    }

    /// Appends the next samples to `out`; `false` at the end.
    pub(crate) fn read(&mut self, out: &mut Vec<f32>) -> io::Result<bool> {
        let mut portion = [0; 16 * 1024];
        let offset = usize::from(self.odd_byte.is_some());
        if let Some(byte) = self.odd_byte.take() {
            portion[0] = byte;
        }
        let count = loop {
            match self.samples.read(&mut portion[offset..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let bytes = &portion[..offset + count];
        let pairs = bytes.chunks_exact(2);
        self.odd_byte = pairs.remainder().first().copied();
        out.extend(pairs.map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0));
        Ok(count > 0)
    }

    /// Waits for the end; the last line of its complaints where it failed or complained.
    pub(crate) fn finish(&mut self) -> (bool, String) {
        let succeeded = self.child.wait().is_ok_and(|status| status.success());
        let complaint = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        (succeeded, complaint)
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a stream to its end and keeps its last line.
fn last_line(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut portion = [0; 4096];
    while let Ok(count @ 1..) = errors.read(&mut portion) {
        kept.extend_from_slice(&portion[..count]);
        if kept.len() as u64 > KEPT_BYTES {
            kept.drain(..kept.len() / 2);
        }
    }
    let text = String::from_utf8_lossy(&kept);
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .map(|line| line.trim().to_owned())
        .unwrap_or_default()
}

/// What `ffprobe` says of a recording; an empty `codec` where it finds no sound, `None` where it finds nothing.
pub(crate) fn facts(source: &Source) -> Option<MediaFacts> {
    let facts = read_flat(&printed_facts(source)?);
    let known = facts.has_video || !facts.codec.is_empty();
    known.then_some(MediaFacts { bytes: source.bytes, by_ffmpeg: true, ..facts })
}

/// Whether `ffprobe` takes the sound for HE-AAC, which a file need not say in its header.
pub(crate) fn is_he_aac(source: &Source) -> bool {
    printed_facts(source).is_some_and(|printed| printed.contains(".profile=\"HE-AAC"))
}

fn printed_facts(source: &Source) -> Option<String> {
    let mut command = Command::new("ffprobe");
    command.args([
        "-v",
        "error",
        "-protocol_whitelist",
        "file,pipe",
        "-of",
        "flat=s=.",
        "-show_format",
        "-show_streams",
    ]);
    command.arg(ffmpeg_operand(&source.path));
    output_of(&mut command)
}

/// What a program prints, up to a limit.
fn output_of(command: &mut Command) -> Option<String> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut printed = Vec::new();
    let complete = child.stdout.take()?.take(KEPT_BYTES).read_to_end(&mut printed);
    let _ = child.kill();
    let _ = child.wait();
    complete.ok()?;
    Some(String::from_utf8_lossy(&printed).into_owned())
}

/// Reads the lines `streams.stream.0.codec_name="aac"` that `ffprobe -of flat` prints.
fn read_flat(printed: &str) -> MediaFacts {
    let lines = || printed.lines().filter_map(|line| line.split_once('='));
    let value = |key: &str| lines().find(|(name, _)| *name == key).map(|(_, value)| unquote(value));
    let mut facts = MediaFacts::default();
    let kinds =
        lines().filter(|(name, _)| name.starts_with("streams.stream.") && name.ends_with(".codec_type"));
    let first_sound = kinds.clone().find(|(_, kind)| *kind == "\"audio\"");
    facts.has_video = kinds.into_iter().any(|(_, kind)| kind == "\"video\"");
    let Some(stream) = first_sound.and_then(|(name, _)| name.strip_suffix("codec_type")) else {
        return facts;
    };
    let of_stream = |field: &str| value(&format!("{stream}{field}")).unwrap_or_default();
    facts.codec = of_stream("codec_name");
    facts.sample_rate_hz = of_stream("sample_rate").parse().unwrap_or(0);
    facts.channels = of_stream("channels").parse().unwrap_or(0);
    let names = value("format.format_name").unwrap_or_default();
    facts.container = names.split(',').next().unwrap_or_default().to_owned();
    let seconds = value("format.duration").and_then(|text| text.parse().ok());
    facts.duration = seconds.map(MediaTime::from_seconds_f64);
    for (name, text) in lines() {
        if let Some(tag) = name.strip_prefix("format.tags.") {
            facts.tags.absorb_named(tag, &unquote(text));
        }
    }
    facts
}

/// Takes the quotation marks and backslashes off a value.
fn unquote(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    text
}

/// Whether `ffmpeg` and its companion `ffprobe` run; asked once a process.
pub(crate) fn is_installed() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| ["ffmpeg", "ffprobe"].into_iter().all(runs))
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_ffprobe_is_read_line_by_line() {
        let printed = concat!(
            "streams.stream.0.index=0\n",
            "streams.stream.0.codec_type=\"video\"\n",
            "streams.stream.1.codec_name=\"ac3\"\n",
            "streams.stream.1.codec_type=\"audio\"\n",
            "streams.stream.1.sample_rate=\"48000\"\n",
            "streams.stream.1.channels=6\n",
            "format.format_name=\"matroska,webm\"\n",
            "format.duration=\"61.250000\"\n",
            "format.tags.title=\"The \\\"News\\\"\\nat ten\"\n",
        );
        let facts = read_flat(printed);
        assert_eq!((facts.container.as_str(), facts.codec.as_str()), ("matroska", "ac3"));
        assert_eq!((facts.sample_rate_hz, facts.channels, facts.has_video), (48_000, 6, true));
        assert_eq!(facts.duration, Some(MediaTime::from_millis(61_250)));
        assert_eq!(facts.tags.title.as_deref(), Some("The \"News\"\nat ten"));
        assert_eq!(read_flat("").codec, "");
    }

    #[test]
    fn the_last_complaint_is_kept() {
        assert_eq!(last_line(&b"first\nInvalid data found\n\n"[..]), "Invalid data found");
        assert_eq!(last_line(&b""[..]), "");
    }
}
