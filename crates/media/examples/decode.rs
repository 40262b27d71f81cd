//! Decodes a recording to 16-bit little-endian samples on standard output, or prints what it says about itself.
//!
//! ```sh
//! cargo run --release -p onrecord-media --example decode -- talk.mp3 > talk.s16le
//! cargo run --release -p onrecord-media --example decode -- --facts talk.mp3
//! ```
//!
//! `-` reads standard input; `--from SECONDS` and `--to SECONDS` name a part; `--no-ffmpeg` uses our own decoders
//! alone; `--quiet` decodes and throws the samples away, for measuring.

use std::error::Error;
use std::io::Write as _;

use media::{Input, OpenOptions, open, probe};
use record::MediaTime;

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = OpenOptions::default();
    let (mut facts_only, mut quiet, mut input) = (false, false, None);
    let mut arguments = std::env::args_os().skip(1);
    let seconds = |arguments: &mut dyn Iterator<Item = std::ffi::OsString>| -> Option<MediaTime> {
        Some(MediaTime::from_seconds_f64(arguments.next()?.to_str()?.parse().ok()?))
    };
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--facts") => facts_only = true,
            Some("--quiet") => quiet = true,
            Some("--no-ffmpeg") => options.use_ffmpeg = false,
            Some("--from") => options.start = seconds(&mut arguments),
            Some("--to") => options.end = seconds(&mut arguments),
            Some("-") => input = Some(Input::standard_input()),
            _ => input = Some(Input::file(argument)),
        }
    }
    let input = input.ok_or("expected the name of a recording, or `-`")?;
    if facts_only {
        println!("{:#?}", probe(input, &options)?);
        return Ok(());
    }
    write_samples(input, &options, quiet)
}

fn write_samples(input: Input, options: &OpenOptions, quiet: bool) -> Result<(), Box<dyn Error>> {
    let mut recording = open(input, options)?;
    let mut stdout = std::io::stdout().lock();
    let (mut samples, mut total) = (Vec::new(), 0);
    loop {
        samples.clear();
        let count = recording.read(&mut samples)?;
        if count == 0 {
            break;
        }
        total += count;
        if !quiet {
            let bytes: Vec<u8> = samples.iter().flat_map(|&sample| to_i16(sample).to_le_bytes()).collect();
            stdout.write_all(&bytes)?;
        }
    }
    for issue in recording.issues() {
        eprintln!("{issue}");
    }
    eprintln!("{total} samples to {}", recording.position());
    Ok(())
}

fn to_i16(sample: f32) -> i16 {
    (sample * 32768.0).round() as i16
}
