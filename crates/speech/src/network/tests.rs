//! The engine against frozen values of faster-whisper, on the bundled broadcast.
//!
//! The values are in `tests/reference`, with the command that makes them anew. Weights come from the folder
//! that `ONRECORD_TEST_MODELS` names; without it these tests say that they are skipped.

use super::*;
use crate::features::{Samples, Spectrometer, WINDOW_FRAMES, frame_count};
use crate::segment::Segment;
use crate::settings::{Language, Settings};
use crate::transcribe::{Progress, Recording, transcribe};
use crate::weights::testing::{self, Numbers};
use serde_json::Value;
use std::path::PathBuf;

struct Reference {
    network: Network,
    values: Value,
    sound: Vec<f32>,
}

/// The network, the frozen values and the sound, if the weights are at hand.
fn reference(name: &str) -> Option<Reference> {
    let Some(models) = std::env::var_os("ONRECORD_TEST_MODELS") else {
        eprintln!("skipped: `ONRECORD_TEST_MODELS` names no folder with the model `{name}`");
        return None;
    };
    let folder = PathBuf::from(models).join(name);
    if !folder.exists() {
        eprintln!("skipped: there is no `{}`", folder.display());
        return None;
    }
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let values = std::fs::read(here.join(format!("tests/reference/{name}.json"))).unwrap();
    let broadcast = media::Input::file(here.join("../../demo/broadcast.flac"));
    let mut recording = media::open(broadcast, &media::OpenOptions::default()).unwrap();
    let mut sound = Vec::new();
    while recording.read(&mut sound).unwrap() > 0 {}
    let network = Network::open(&folder, Precision::Float32).unwrap();
    Some(Reference { network, values: serde_json::from_slice(&values).unwrap(), sound })
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect()
}

/// The greatest distance between frozen values and ours, `ours` giving that at a place of the reference's array.
fn greatest_distance(frozen: &Value, ours: impl Fn(usize) -> f32) -> f32 {
    let stride = frozen["stride"].as_u64().unwrap() as usize;
    let values = numbers(&frozen["values"]);
    assert!(values.len() > 100, "enough values to compare");
    values.iter().enumerate().map(|(at, value)| (value - ours(at * stride)).abs()).fold(0.0, f32::max)
}

fn transcribed(reference: &Reference, settings: &Settings) -> Vec<Segment> {
    let recording = Recording { samples: &reference.sound[..], voice: None };
    transcribe(&reference.network, &recording, settings, None, &mut |_: &Progress| true).unwrap().segments
}

fn as_the_reference() -> Settings {
    Settings {
        language: Language::Known("en".into()),
        temperatures: vec![0.0],
        word_times: false,
        batch: 1,
        ..Settings::default()
    }
}

#[test]
fn spectrograms_and_encodings_are_those_of_the_reference() {
    for name in ["tiny.en", "base"] {
        let Some(Reference { network, values, sound }) = reference(name) else { return };
        let mut spectrometer = Spectrometer::new(80);
        let loudest = spectrometer.loudest(&sound[..]).unwrap();
        let frames = frame_count(sound.sample_count()) + 1;
        assert_eq!(values["log_mel"]["shape"], serde_json::json!([80, frames]));
        let mel = spectrometer.log_mel(&sound[..], 0, frames, loudest).unwrap();
        let distance = greatest_distance(&values["log_mel"], |at| mel.values[at % frames * 80 + at / frames]);
        assert!(distance < 2e-4, "{name}: log-mel values are off by {distance}");

        let window = spectrometer.log_mel(&sound[..], 0, WINDOW_FRAMES, loudest).unwrap();
        let encoded = network.encoder.run(network.set, &window);
        let distance = greatest_distance(&values["encoder_window_0"], |at| encoded[at]);
        assert!(distance < 5e-3, "{name}: encoder output is off by {distance}");
    }
}

#[test]
fn tokens_and_times_are_those_of_the_reference() {
    let runs = [
        ("greedy", Settings { beam_size: 1, ..as_the_reference() }),
        (
            "greedy_unconditioned",
            Settings { beam_size: 1, condition_on_previous: false, ..as_the_reference() },
        ),
        ("beam5", as_the_reference()),
    ];
    for name in ["tiny.en", "base"] {
        let Some(reference) = reference(name) else { return };
        for (run, settings) in &runs {
            let expected = reference.values["runs"][run]["segments"].as_array().unwrap();
            let found = transcribed(&reference, settings);
            let texts = |segment: &Segment| segment.text.clone();
            let expected_texts: Vec<_> =
                expected.iter().map(|segment| segment["text"].as_str().unwrap()).collect();
            assert_eq!(found.iter().map(texts).collect::<Vec<_>>(), expected_texts, "{name} {run}");
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(serde_json::json!(found.tokens), expected["tokens"], "{name} {run}");
                let off =
                    f64::from(found.average_log_probability) - expected["avg_logprob"].as_f64().unwrap();
                assert!(off.abs() < 5e-3, "{name} {run}: the mean log probability is off by {off}");
                let off =
                    f64::from(found.no_speech_probability) - expected["no_speech_prob"].as_f64().unwrap();
                assert!(off.abs() < 5e-3, "{name} {run}: the probability of silence is off by {off}");
                let end = expected["end_seconds"].as_f64().unwrap();
                // The reference lets a segment end behind the recording; we do not.
                assert!(
                    (found.end.as_seconds_f64() - end.min(100.41)).abs() < 0.02,
                    "{name} {run}: ends at {end}"
                );
            }
        }
    }
}

#[test]
fn words_are_timed_as_by_the_reference() {
    let Some(reference) = reference("base") else { return };
    let settings = Settings { beam_size: 1, word_times: true, ..as_the_reference() };
    let expected = reference.values["runs"]["greedy_words"]["segments"].as_array().unwrap();
    let expected: Vec<&Value> =
        expected.iter().flat_map(|segment| segment["words"].as_array().unwrap()).collect();
    let segments = transcribed(&reference, &settings);
    let words: Vec<_> = segments.iter().flat_map(|segment| &segment.words).collect();
    // The reference starts its next window at the end of the last word, we at the last timestamp: where the
    // windows differ, words may. Most are the same, and those have the same times.
    let mut near = 0;
    let mut same = 0;
    for expected in &expected {
        let (text, start) = (expected[0].as_str().unwrap(), expected[1].as_f64().unwrap());
        let found = words.iter().filter(|word| word.text == text);
        let distance = found.map(|word| (word.start.as_seconds_f64() - start).abs()).fold(f64::MAX, f64::min);
        near += usize::from(distance < 0.5);
        same += usize::from(distance < 0.05);
    }
    assert!(near * 20 >= expected.len() * 19, "{near} of {} words are near their time", expected.len());
    assert!(same * 5 >= expected.len() * 4, "{same} of {} words are at their time", expected.len());
    assert!(words.iter().all(|word| word.start < word.end));
}

#[test]
fn the_language_is_detected_as_by_the_reference() {
    let Some(Reference { network, values, sound }) = reference("base") else { return };
    let mut spectrometer = Spectrometer::new(80);
    let loudest = spectrometer.loudest(&sound[..]).unwrap();
    let window = spectrometer.log_mel(&sound[..], 0, WINDOW_FRAMES, loudest).unwrap();
    let audio = network.encode(vec![window]).unwrap();
    let languages = crate::search::detect_languages(&network, &[&audio[0]]).unwrap();
    for (found, expected) in languages[0].iter().zip(values["languages"].as_array().unwrap()) {
        assert_eq!(found.0, expected[0]);
        assert!((f64::from(found.1) - expected[1].as_f64().unwrap()).abs() < 1e-3, "{found:?}, {expected}");
    }
}

/// Two blocks of random weights in all three forms: whatever is read, the same is computed.
#[test]
fn the_form_of_the_weights_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let network = testing::tiny(3);
    let window =
        LogMel { mel_channels: 80, values: (0..3000 * 80).map(|at| (at as f32 * 0.37).sin()).collect() };
    let mut outputs = Vec::new();
    let forms = [
        network.write_ggml(folder.path(), Numbers::F16),
        network.write_ctranslate2(folder.path(), Numbers::F16),
        network.write_safetensors(folder.path(), Numbers::F16),
    ];
    for path in forms {
        let network = Network::open(&path, Precision::Float32).unwrap();
        outputs.push(network.encoder.run(network.set, &window));
    }
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
}

#[test]
fn rows_of_a_batch_do_not_touch_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = testing::tiny(5).write_ggml(folder.path(), Numbers::F16);
    let sets = InstructionSet::available().into_iter();
    for (set, precision) in sets.flat_map(|set| [(set, Precision::Float32), (set, Precision::Int8)]) {
        let network = Network::new(Weights::open(&path).unwrap(), set, precision).unwrap();
        let window = |phase: f32| LogMel {
            mel_channels: 80,
            values: (0..3000 * 80).map(|at| (at as f32 * 0.1 + phase).sin()).collect(),
        };
        let audio = network.encode(vec![window(0.0), window(1.0)]).unwrap();
        let prompts: [&[u32]; 3] = [&[1, 2, 3, 4], &[5], &[1, 2]];
        let windows = [&audio[0], &audio[0], &audio[1]];
        let mut histories = vec![History::default(); 3];
        let rows = prompts.iter().zip(windows).zip(&mut histories);
        let mut rows: Vec<_> =
            rows.map(|((tokens, audio), history)| Row { audio, history, tokens }).collect();
        let together = network.decode(&mut rows).unwrap();
        for (at, (tokens, audio)) in prompts.iter().zip(windows).enumerate() {
            let mut history = History::default();
            // Token by token, as a search does it.
            let mut alone = None;
            for token in *tokens {
                let mut rows = [Row { audio, history: &mut history, tokens: std::slice::from_ref(token) }];
                alone = Some(network.decode(&mut rows).unwrap());
            }
            assert_eq!(alone.unwrap().row(0), together.row(at), "row {at} with {set:?}, {precision:?}");
        }
    }
}

/// More tokens than are scored at a time.
#[test]
fn tokens_of_a_text_are_as_likely_as_when_they_are_fed_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = testing::tiny(6).write_ggml(folder.path(), Numbers::F16);
    for precision in [Precision::Float32, Precision::Int8] {
        let network = Network::open(&path, precision).unwrap();
        let window =
            LogMel { mel_channels: 80, values: (0..3000 * 80).map(|at| (at as f32 * 0.1).sin()).collect() };
        let audio = network.encode(vec![window]).unwrap();
        let among = network.vocabulary().end_of_text();
        let mut tokens: Vec<u32> = (0..70).map(|at| at * 7 % among).collect();
        tokens[40] = among;
        let found = network.align(&audio[0], &tokens, among).unwrap().probabilities;
        let mut history = History::default();
        let mut expected = vec![0.0];
        for (token, next) in tokens.iter().zip(&tokens[1..]) {
            let mut rows =
                [Row { audio: &audio[0], history: &mut history, tokens: std::slice::from_ref(token) }];
            let logits = network.decode(&mut rows).unwrap();
            let weights: Vec<f64> =
                logits.row(0)[..among as usize].iter().map(|logit| f64::from(*logit).exp()).collect();
            let weight = weights.get(*next as usize).copied().unwrap_or_default();
            expected.push((weight / weights.iter().sum::<f64>()) as f32);
        }
        assert_eq!(found.len(), expected.len());
        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(
                (found - expected).abs() < 1e-5 * expected.max(1e-3),
                "{precision:?}: token {at}: {found}, {expected}"
            );
        }
        assert!(found[40] == 0.0 && found[39] > 0.0 && found[69] > 0.0, "{precision:?}");
    }
}

/// Buffers are used again: nothing of a window may be left in them for the next, longer or shorter.
#[test]
fn a_window_is_encoded_alike_whatever_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = testing::tiny(5).write_ggml(folder.path(), Numbers::F16);
    let window = |frames: usize, phase: f32| LogMel {
        mel_channels: 80,
        values: (0..frames * 80).map(|at| (at as f32 * 0.1 + phase).sin()).collect(),
    };
    let windows = [window(3000, 0.0), window(1002, 1.0), window(3000, 2.0), window(502, 3.0)];
    let sets = InstructionSet::available().into_iter();
    for (set, precision) in sets.flat_map(|set| [(set, Precision::Float32), (set, Precision::Int8)]) {
        let network = || Network::new(Weights::open(&path).unwrap(), set, precision).unwrap();
        let used = network();
        for (at, window) in windows.iter().enumerate() {
            let alone = network().encoder.run(set, window);
            assert!(used.encoder.run(set, window) == alone, "window {at} with {set:?}, {precision:?}");
        }
    }
}

/// How alike two lists of numbers are: 1 for the same direction.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn bytes_stay_close_to_floats_on_every_processor() {
    let folder = tempfile::tempdir().unwrap();
    let path = testing::tiny(7).write_ggml(folder.path(), Numbers::F16);
    let window =
        LogMel { mel_channels: 80, values: (0..3000 * 80).map(|at| (at as f32 * 0.21).sin()).collect() };
    let heard = |set, precision| {
        let network = Network::new(Weights::open(&path).unwrap(), set, precision).unwrap();
        let audio = network.encode(vec![window.clone()]).unwrap();
        let mut history = History::default();
        let logits = network
            .decode(&mut [Row { audio: &audio[0], history: &mut history, tokens: &[1, 2, 3] }])
            .unwrap();
        (network.encoder.run(set, &window), logits.values)
    };
    let (encoded, logits) = heard(InstructionSet::Portable, Precision::Float32);
    for set in InstructionSet::available() {
        let (found, scores) = heard(set, Precision::Int8);
        assert!(cosine(&found, &encoded) > 0.999, "{set:?}: encodings are {}", cosine(&found, &encoded));
        assert!(cosine(&scores, &logits) > 0.999, "{set:?}: scores are {}", cosine(&scores, &logits));
    }
}

/// The fewest words to leave out, to put in and to change that make one text of the other.
fn changes(expected: &[String], found: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=found.len()).collect();
    for (above, word) in expected.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], above + 1);
        for (at, other) in found.iter().enumerate() {
            let changed = corner + usize::from(word != other);
            corner = row[at + 1];
            row[at + 1] = changed.min(corner + 1).min(row[at] + 1);
        }
    }
    row[found.len()]
}

/// Words as they are written, but quantities by their values: whether a number is written in figures or in words hangs on the
/// last bit of a score.
fn words_and_values(text: &str) -> Vec<String> {
    let (mut plain, mut behind) = (String::new(), 0);
    for quantity in language::quantities::find(text) {
        plain.push_str(&text[behind..quantity.bytes.start]);
        let ((least, most), bound) = (quantity.in_base(), quantity.bound);
        plain.push_str(&format!("{least}-{most}-{bound:?}"));
        behind = quantity.bytes.end;
    }
    plain.push_str(&text[behind..]);
    plain.split_whitespace().map(str::to_string).collect()
}

#[test]
fn bytes_hear_the_words_of_the_reference() {
    for name in ["tiny.en", "base"] {
        let Some(reference) = reference(name) else { return };
        let network = Network::new(
            Weights::open(&PathBuf::from(std::env::var_os("ONRECORD_TEST_MODELS").unwrap()).join(name))
                .unwrap(),
            InstructionSet::detect(),
            Precision::Int8,
        )
        .unwrap();
        let text = |value: &Value| -> Vec<String> {
            let segments = value["segments"].as_array().unwrap().iter();
            let text: String = segments.map(|segment| segment["text"].as_str().unwrap()).collect();
            words_and_values(&text)
        };
        let expected = text(&reference.values["runs"]["greedy"]);
        let reference = Reference { network, ..reference };
        let found = transcribed(&reference, &Settings { beam_size: 1, ..as_the_reference() });
        let found: String = found.into_iter().map(|segment| segment.text).collect();
        let found = words_and_values(&found);
        let (wrong, all) = (changes(&expected, &found), expected.len());
        assert!(wrong * 100 <= all * 3, "{name}: {wrong} of {all} words are not those of the reference");
    }
}
