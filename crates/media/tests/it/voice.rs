//! Where speech is in real recordings, which are not part of the project: without them these tests say so and pass.

use std::path::PathBuf;

use media::{Stretch, VoiceDetector, VoiceSettings, VoiceTrack};
use record::MediaTime;

use crate::decode;

/// A recording of the shared folder, or `None` after a line that says why.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ONRECORD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = folder.join("audio").join(name);
    if !path.exists() {
        eprintln!("skipped: there is no `{}`", path.display());
        return None;
    }
    Some(path)
}

fn listen(samples: &[f32]) -> VoiceTrack {
    let mut detector = VoiceDetector::new(MediaTime::ZERO);
    detector.push(samples);
    detector.finish()
}

fn stretches(samples: &[f32]) -> Vec<Stretch> {
    listen(samples).stretches(&VoiceSettings::default())
}

fn covered(stretches: &[Stretch], millisecond: u64) -> bool {
    let time = MediaTime::from_millis(millisecond);
    stretches.iter().any(|stretch| stretch.start <= time && time < stretch.end)
}

/// The turns of a call, in milliseconds, from lines `SPEAKER name 1 START LENGTH ...`.
fn turns(rttm: &str) -> Vec<(u64, u64)> {
    let number = |text: &str| (text.parse::<f64>().unwrap() * 1000.0) as u64;
    let fields = rttm.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    fields.map(|fields| (number(fields[3]), number(fields[3]) + number(fields[4]))).collect()
}

#[test]
fn no_word_of_a_telephone_call_is_missed() {
    let (Some(call), Some(marks)) = (shared("pya_sample.flac"), shared("pya_sample.rttm")) else { return };
    let samples = decode(&call).unwrap().samples;
    let turns = turns(&std::fs::read_to_string(marks).unwrap());
    for gain in [1.0, 0.1, 0.01] {
        let quiet: Vec<f32> = samples.iter().map(|sample| sample * gain).collect();
        let found = stretches(&quiet);
        for &(start, end) in &turns {
            let missed = (start..end).filter(|&millisecond| !covered(&found, millisecond)).count();
            assert!(
                missed < 50,
                "{missed} ms of the turn from {start} to {end} ms, at {gain} of its loudness"
            );
        }
        // Nobody speaks in the first six seconds.
        assert!(!covered(&found, 4_000), "{found:?}");
    }
}

#[test]
fn silence_around_a_reading_is_left_out() {
    let Some(reading) = shared("LJ001-0004.flac") else { return };
    let reading = decode(&reading).unwrap().samples;
    let silence = vec![0.0; 16_000 * 60];
    let found = stretches(&[&silence, &reading[..], &silence].concat());
    let [stretch] = found[..] else { panic!("expected one stretch, found {found:?}") };
    let end = 60_000 + reading.len() as u64 / 16;
    assert!((59_000..60_500).contains(&stretch.start.as_millis()), "{stretch:?}");
    assert!((end - 700..end + 1_000).contains(&stretch.end.as_millis()), "{stretch:?} for {end}");
}

#[test]
fn a_reading_is_cut_where_its_reader_pauses() {
    let Some(reading) = shared("libri-1088-134315-0000.flac") else { return };
    let samples = decode(&reading).unwrap().samples;
    let track = listen(&samples);
    let loudness = |from: usize, to: usize| {
        let part = &samples[from.min(samples.len())..to.min(samples.len())];
        part.iter().map(|sample| sample * sample).sum::<f32>() / part.len().max(1) as f32
    };
    let average = loudness(0, samples.len());
    for second in [0, 3, 6, 9] {
        let part = MediaTime::from_millis(second * 1000)..MediaTime::from_millis(second * 1000 + 6000);
        let cut = track.quietest_cut(part.clone()).unwrap();
        assert!(part.contains(&cut));
        let at = cut.as_millis() as usize * 16;
        let around = loudness(at.saturating_sub(640), at + 640);
        assert!(around < average / 30.0, "cut at {cut}: {around} of {average}");
    }
}
