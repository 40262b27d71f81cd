//! whisper.cpp against our own network with the same weights, on the bundled broadcast.
//!
//! A tiny random network holds the arithmetic; words take the GGML file that `ONRECORD_TEST_GGML` names, and without
//! it that test says that it is skipped. Both compute on the processor, or on the graphics processor if
//! `ONRECORD_TEST_GPU` is set.

use super::*;
use crate::features::{Spectrometer, WINDOW_FRAMES};
use crate::network::Network;
use crate::segment::Segment;
use crate::settings::{Language, Settings};
use crate::transcribe::{Progress, Recording, SpeechError, transcribe};
use crate::weights::testing::{self, Numbers};
use std::env;

/// The GGML file to test with; says so when there is none.
fn ggml() -> Option<PathBuf> {
    let path = env::var_os("ONRECORD_TEST_GGML").map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: `ONRECORD_TEST_GGML` names no GGML file of Whisper");
    }
    path
}

/// Writes a network of two small blocks a side into `folder`.
fn tiny(folder: &Path) -> PathBuf {
    let path = testing::tiny(1).write_ggml(folder, Numbers::F16);
    let file = std::fs::read(&path).unwrap();
    // The fixture has filters of few bands, which our reader passes over; whisper.cpp counts the bands by them.
    let (sizes, rest) = file.split_at(48);
    let size = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
    let (bands, bins) = (size(0), size(4));
    let filters = [80u32.to_le_bytes(), (bins as u32).to_le_bytes()].concat();
    let whole = [sizes, &filters, &vec![0; 80 * bins * 4], &rest[8 + bands * bins * 4..]].concat();
    std::fs::write(&path, whole).unwrap();
    path
}

fn opened(path: &Path) -> WhisperCpp {
    let place = if env::var_os("ONRECORD_TEST_GPU").is_some() { Place::Graphics } else { Place::Processor };
    // Its threads wait for each other in busy loops: on a machine with other work, one is the fastest.
    WhisperCpp::open(path, place, NonZeroUsize::MIN).unwrap()
}

fn sound() -> Vec<f32> {
    let broadcast = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/broadcast.flac");
    let mut recording = media::open(media::Input::file(broadcast), &media::OpenOptions::default()).unwrap();
    let mut sound = Vec::new();
    while recording.read(&mut sound).unwrap() > 0 {}
    sound
}

fn window(model: &impl Model, sound: &[f32], first_frame: usize) -> LogMel {
    let mut spectrometer = Spectrometer::new(model.mel_channels());
    let loudest = spectrometer.loudest(sound).unwrap();
    spectrometer.log_mel(sound, first_frame, WINDOW_FRAMES, loudest).unwrap()
}

fn transcribed<M: Model>(model: &M, sound: &[f32], settings: &Settings) -> Result<Vec<Segment>, SpeechError> {
    let recording = Recording { samples: sound, voice: None };
    let heard = transcribe(model, &recording, settings, None, &mut |_: &Progress| true)?;
    Ok(heard.segments)
}

/// No draws and no word times, so that all that differs is arithmetic.
fn settings(beam_size: usize, batch: usize) -> Settings {
    let language = Language::Known("en".into());
    Settings { language, beam_size, batch, temperatures: vec![0.0], word_times: false, ..Settings::default() }
}

fn words(segments: &[Segment]) -> Vec<String> {
    let text: String = segments.iter().map(|segment| segment.text.as_str()).collect();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Insertions, deletions and replacements that make one list of words the other.
fn distance(from: &[String], to: &[String]) -> usize {
    let mut costs: Vec<usize> = (0..=to.len()).collect();
    for (row, left) in from.iter().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = row + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[to.len()]
}

/// Of 100 words this many may differ: whisper.cpp rounds keys, values and GELU to half precision.
const MOST_DIFFERENT_PERCENT: usize = 3;

#[test]
fn words_are_those_of_our_own_network() {
    let Some(path) = ggml() else { return };
    let (own, theirs, sound) = (Network::open(&path, Precision::Float32).unwrap(), opened(&path), sound());
    for (beam_size, batch) in [(1, 1), (5, 1), (1, 3)] {
        let settings = settings(beam_size, batch);
        let expected = words(&transcribed(&own, &sound, &settings).unwrap());
        let found = words(&transcribed(&theirs, &sound, &settings).unwrap());
        let different = distance(&expected, &found);
        eprintln!(
            "beam {beam_size}, batch {batch}: {different} of {} words differ on {}",
            expected.len(),
            theirs.back_end()
        );
        assert!(expected.len() > 200, "the broadcast has words");
        assert!(
            different * 100 <= expected.len() * MOST_DIFFERENT_PERCENT,
            "{different} of {} words differ with beam {beam_size}, batch {batch}:\n{}\n{}",
            expected.len(),
            expected.join(" "),
            found.join(" ")
        );
    }
}

fn logits<M: Model>(model: &M, audio: &M::Audio, parts: &[&[u32]]) -> Vec<f32> {
    let mut history = M::History::default();
    let mut values = Vec::new();
    for tokens in parts {
        values = model.decode(&mut [Row { audio, history: &mut history, tokens }]).unwrap().values;
    }
    values
}

fn greatest_difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
}

/// Logits of the tiny network reach to about 2; half-precision keys and values move them by a hundredth of this.
const MOST_LOGIT_DIFFERENCE: f32 = 0.05;

#[test]
fn logits_are_those_of_our_own_network_whatever_a_slot_was_fed_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = tiny(folder.path());
    let (own, theirs, sound) = (Network::open(&path, Precision::Float32).unwrap(), opened(&path), sound());
    let heard = window(&own, &sound, 0);
    let own_audio = own.encode(vec![heard.clone()]).unwrap().remove(0);
    let audio = theirs.encode(vec![heard]).unwrap().remove(0);
    #[track_caller]
    fn check(what: &str, expected: &[f32], found: &[f32]) {
        let off = greatest_difference(expected, found);
        eprintln!("{what}: logits differ by at most {off}");
        assert!(off < MOST_LOGIT_DIFFERENCE, "{what}: {off}");
    }
    let start = own.vocabulary().start_of_transcript();
    let tokens = [start, 5, 6, 7, 8, 9];
    let expected = logits(&own, &own_audio, &[&tokens]);
    let reach = greatest_difference(&expected, &vec![0.0; expected.len()]);
    eprintln!("logits reach to {reach}");
    assert!(reach > 1.0, "they say something");
    check("at once", &expected, &logits(&theirs, &audio, &[&tokens]));
    check("by parts", &expected, &logits(&theirs, &audio, &[&tokens[..1], &tokens[1..4], &tokens[4..]]));
    let other = [start, 5, 30];
    check("another", &logits(&own, &own_audio, &[&other]), &logits(&theirs, &audio, &[&other]));
    check("after another", &expected, &logits(&theirs, &audio, &[&tokens]));
    let mut histories = vec![Vec::new(); 3];
    let spoken: [&[u32]; 3] = [&tokens, &other, &tokens[..5]];
    let rows =
        histories.iter_mut().zip(spoken).map(|(history, tokens)| Row { audio: &audio, history, tokens });
    let beam = theirs.decode(&mut rows.collect::<Vec<_>>()).unwrap();
    for (row, tokens) in spoken.iter().enumerate() {
        check("in a beam", &logits(&own, &own_audio, &[tokens]), beam.row(row));
    }
    check("again", &expected, &logits(&theirs, &audio, &[&tokens]));
}

#[test]
fn a_slot_is_taken_by_one_window_at_a_time_and_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let (theirs, sound) = (opened(&tiny(folder.path())), sound());
    let start = [theirs.vocabulary().start_of_transcript()];
    let windows = || vec![window(&theirs, &sound, 0), window(&theirs, &sound, WINDOW_FRAMES)];
    let of = |audio: &[EncodedWindow]| [0, 1].map(|at| logits(&theirs, &audio[at], &[&start]));
    let first = theirs.encode(windows()).unwrap();
    let expected = of(&first);
    drop(first);
    let second = theirs.encode(windows()).unwrap();
    assert_ne!(second[0].slot, second[1].slot);
    assert_eq!(locked(&theirs.engine).slots(), 2, "the second pair took the slots of the first");
    // Slots are given back in the order of the windows and taken from the end: now each window has the other one.
    for (expected, found) in expected.iter().zip(of(&second)) {
        assert!(greatest_difference(expected, &found) < 1e-4);
    }
}

#[test]
fn what_it_cannot_do_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = tiny(folder.path());
    let theirs = WhisperCpp::open(&path, Place::Processor, NonZeroUsize::MIN).unwrap();
    let timed = Settings { word_times: true, ..settings(1, 1) };
    let error = transcribed(&theirs, &[0.0; 16_000], &timed).unwrap_err().to_string();
    let error = error.replace(&version(), "1.0");
    insta::assert_snapshot!(error, @r"
    whisper.cpp 1.0 on the processor can't say when each word was said
    hint: leave out the times of words
    ");

    let audio = theirs.encode(vec![window(&theirs, &[0.0; 16_000], 0)]).unwrap().remove(0);
    let refused = |tokens: &[u32]| {
        let mut history = Vec::new();
        theirs.decode(&mut [Row { audio: &audio, history: &mut history, tokens }]).map(drop).unwrap_err().0
    };
    assert_eq!(refused(&[]), "expected 1 to 448 tokens, found 0");
    assert_eq!(refused(&[1; 449]), "expected 1 to 448 tokens, found 449");
    let size = theirs.dimensions.vocabulary_size;
    assert_eq!(refused(&[size as u32]), format!("expected tokens below {size}, found {size}"));
    if graphics_processors().is_empty() {
        let error = WhisperCpp::open(&path, Place::Graphics, NonZeroUsize::MIN).err().unwrap().to_string();
        assert!(
            error.starts_with("whisper.cpp finds no graphics processor that this build can use: "),
            "{error}"
        );
    }
}

#[test]
fn another_form_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = testing::least(1).write_safetensors(folder.path(), Numbers::F16);
    let error = WhisperCpp::open(&path, Place::Processor, NonZeroUsize::MIN).err().unwrap().to_string();
    let error = error.replace(&path.display().to_string(), "model.safetensors");
    insta::assert_snapshot!(error, @r"
    cannot use model `model.safetensors` with whisper.cpp: expected a GGML file, found safetensors
    hint: name the model's GGML file (`ggml-*.bin`, as whisper.cpp's collection has it); our own back end on the processor reads all forms
    ");
}
