//! A part of a recording has the same samples at the same places as the whole.

use media::{Input, OpenOptions, open};
use record::MediaTime;

use crate::wav::{jagged, wav_of};
use crate::{decode, fixture, own, own_fixture_names, read_all};

fn part(from: Option<u64>, to: Option<u64>) -> OpenOptions {
    OpenOptions { start: from.map(MediaTime::from_millis), end: to.map(MediaTime::from_millis), ..own() }
}

/// The loudest difference between a part and the same samples of the whole.
#[track_caller]
fn difference(name: &str, whole: &[f32], from: u64, to: u64) -> f32 {
    let mut recording = open(Input::file(fixture(name)), &part(Some(from), Some(to))).unwrap();
    assert_eq!(recording.position(), MediaTime::from_millis(from), "{name}");
    let mut samples = Vec::new();
    while recording.read(&mut samples).unwrap() > 0 {}
    let end = whole.len().min(to as usize * 16);
    let expected = &whole[(from as usize * 16).min(end)..end];
    assert_eq!(samples.len(), expected.len(), "{name} from {from} to {to} ms");
    assert_eq!(recording.position_samples(), from * 16 + samples.len() as u64, "{name}");
    samples.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn parts_of_every_recording_are_those_of_the_whole() {
    for name in own_fixture_names() {
        let whole = decode(&fixture(&name)).unwrap().samples;
        for (from, to) in
            [(0, 400), (300, 700), (1_100, 9_000), (3_333, 4_567), (4_600, 5_000), (7_000, 8_000)]
        {
            if from as usize * 16 <= whole.len() {
                let worst = difference(&name, &whole, from, to);
                // Lossy decoders that start two seconds before still differ by the noise they fill gaps with.
                assert!(worst < 2e-3, "{name} from {from} to {to} ms differs by {worst}");
            }
        }
    }
}

#[test]
fn parts_of_a_long_wav_are_exact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let samples = jagged(16_000 * 20);
    std::fs::write(&path, wav_of(16_000, &samples)).unwrap();
    for (from, to) in [(0, 1), (1, 2), (1_999, 2_001), (12_345, 12_400), (19_999, 20_000), (10_000, 99_000)] {
        let found = read_all(open(Input::file(&path), &part(Some(from), Some(to))).unwrap()).unwrap().samples;
        let end = samples.len().min(to as usize * 16);
        let expected: Vec<f32> =
            samples[from as usize * 16..end].iter().map(|&s| f32::from(s) / 32768.0).collect();
        assert_eq!(found, expected, "from {from} to {to} ms");
    }
}

#[test]
fn a_part_behind_the_end_is_empty() {
    for name in ["mp3.mp3", "m4a.m4a", "opus.opus", "flac.flac", "vorbis.webm"] {
        let recording = open(Input::file(fixture(name)), &part(Some(3_600_000), None)).unwrap();
        assert_eq!(read_all(recording).unwrap().samples, Vec::<f32>::new(), "{name}");
    }
}

#[test]
fn an_empty_part_is_empty() {
    let recording = open(Input::file(fixture("flac.flac")), &part(Some(500), Some(500))).unwrap();
    assert_eq!(read_all(recording).unwrap().samples, Vec::<f32>::new());
    let backwards = open(Input::file(fixture("flac.flac")), &part(Some(500), Some(200))).unwrap();
    assert_eq!(read_all(backwards).unwrap().samples, Vec::<f32>::new());
}

#[test]
fn samples_come_in_portions_of_a_second() {
    let mut recording = open(Input::file(fixture("long.opus")), &own()).unwrap();
    let (mut portions, mut samples) = (Vec::new(), Vec::new());
    loop {
        assert_eq!(recording.position_samples(), samples.len() as u64);
        match recording.read(&mut samples).unwrap() {
            0 => break,
            count => portions.push(count),
        }
    }
    assert_eq!(portions, [16_000; 8]);
    // Behind the end there is nothing, however often one asks.
    assert_eq!(recording.read(&mut samples).unwrap(), 0);
}
