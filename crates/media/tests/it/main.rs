//! Whole recordings in, samples out: files of every kind, sound, damaged, cut, hostile and odd.

mod clicks;
mod damage;
mod parts;
mod refusals;
mod sources;
mod voice;
mod wav;

use std::path::{Path, PathBuf};

use media::{Input, Issue, MediaError, OpenOptions, Samples, open};

/// Everything of a recording.
#[derive(Debug)]
struct Decoded {
    samples: Vec<f32>,
    issues: Vec<Issue>,
}

impl Decoded {
    fn issue_lines(&self) -> String {
        self.issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}

fn read_all(mut recording: Samples) -> Result<Decoded, MediaError> {
    let mut samples = Vec::new();
    while recording.read(&mut samples)? > 0 {}
    Ok(Decoded { samples, issues: recording.issues().to_vec() })
}

/// What our own decoders make of a file.
fn decode(path: &Path) -> Result<Decoded, MediaError> {
    read_all(open(Input::file(path), &own())?)
}

/// What our own decoders make of bytes that come through a pipe.
fn decode_bytes(bytes: Vec<u8>) -> Result<Decoded, MediaError> {
    let input = Input::Stream { name: "bytes".to_owned(), reader: Box::new(std::io::Cursor::new(bytes)) };
    read_all(open(input, &own())?)
}

/// Our own decoders and nothing else.
fn own() -> OpenOptions {
    OpenOptions { use_ffmpeg: false, ..OpenOptions::default() }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn fixture_bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

/// The names of all recordings among the fixtures, sorted.
fn fixture_names() -> Vec<String> {
    let folder = std::fs::read_dir(fixture("")).unwrap();
    let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| !name.ends_with(".sh") && !name.ends_with(".py")).collect();
    names.sort();
    names
}

/// The fixtures that our own decoders read.
fn own_fixture_names() -> Vec<String> {
    let foreign = ["ac3.ac3", "ac3.mp4", "ts.ts", "wma.wma", "silent-film.mp4"];
    fixture_names().into_iter().filter(|name| !foreign.contains(&name.as_str())).collect()
}

/// Where the click of `click.py` is, in milliseconds, within 80 ms of where it is expected.
fn click_near(samples: &[f32], expected_milliseconds: f64) -> f64 {
    let template: Vec<f64> = (0..192)
        .map(|n| {
            (std::f64::consts::TAU * 1500.0 * f64::from(n) / 16000.0).sin() * (-f64::from(n) / 48.0).exp()
        })
        .collect();
    let first = ((expected_milliseconds - 80.0).max(0.0) * 16.0) as usize;
    let last = ((expected_milliseconds + 80.0) * 16.0) as usize;
    let likeness = |at: &usize| -> f64 {
        template.iter().zip(samples.get(*at..).unwrap_or(&[])).map(|(t, s)| t * f64::from(*s)).sum()
    };
    let best = (first..last).max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap();
    best as f64 / 16.0
}
