use super::*;
use crate::features::LogMel;
use crate::model::{Alignment, Logits, Row};
use crate::vocabulary::testing;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn a_line_of_marks_says_nothing() {
    for (text, expected) in [
        (" .", false),
        (" … -- ?!", false),
        ("。", false),
        ("", false),
        (" No.", true),
        (" 7", true),
        (" ♪", true),
    ] {
        assert_eq!(says_something(text), expected, "for {text:?}");
    }
}

/// What a window is to [`Scripted`], by its spectrogram and how many came before it.
type Encode = fn(&LogMel, usize) -> u64;

/// The token that comes next in a window, by what was fed so far, and its score.
type Next = Box<dyn Fn(&Vocabulary, u64, &[u32]) -> Option<(u32, f32)> + Sync>;

/// Says what it is told to.
struct Scripted {
    vocabulary: Vocabulary,
    encode: Encode,
    next: Next,
    encoded: AtomicUsize,
    /// Times that it was asked for tokens.
    steps: AtomicUsize,
}

impl Scripted {
    fn new(encode: Encode, next: Next) -> Scripted {
        let (vocabulary, encoded, steps) = (testing::bytes_only(), AtomicUsize::new(0), AtomicUsize::new(0));
        Scripted { vocabulary, encode, next, encoded, steps }
    }
}

impl Model for Scripted {
    type Audio = u64;
    type History = Vec<u32>;

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
    fn mel_channels(&self) -> usize {
        80
    }
    fn text_positions(&self) -> usize {
        448
    }
    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<u64>, ModelError> {
        let encode = |mel| (self.encode)(mel, self.encoded.fetch_add(1, Ordering::SeqCst));
        Ok(windows.iter().map(encode).collect())
    }
    fn decode(&self, rows: &mut [Row<'_, Self>]) -> Result<Logits, ModelError> {
        self.steps.fetch_add(1, Ordering::SeqCst);
        let vocabulary_size = self.vocabulary.size();
        let mut values = vec![0.0; rows.len() * vocabulary_size];
        for (row, logits) in rows.iter_mut().zip(values.chunks_exact_mut(vocabulary_size)) {
            row.history.extend_from_slice(row.tokens);
            if let Some((token, score)) = (self.next)(&self.vocabulary, *row.audio, row.history) {
                logits[token as usize] = score;
            }
        }
        Ok(Logits { values, vocabulary_size })
    }
    fn align(&self, _: &u64, _: &[u32], _: u32) -> Result<Alignment, ModelError> {
        Err(ModelError("no words here".into()))
    }
}

/// What was fed before the words, and the words.
fn prompt_and_said<'a>(vocabulary: &Vocabulary, fed: &'a [u32]) -> (&'a [u32], &'a [u32]) {
    let task = fed.iter().rposition(|token| *token == vocabulary.transcribe());
    fed.split_at(task.map_or(fed.len(), |at| at + 1))
}

/// Says one line in each window, from its start to so many seconds behind; the last of `line_ends` serves for all that come.
fn scripted(words: &'static str, line_ends: &'static [u32]) -> Scripted {
    let next = move |vocabulary: &Vocabulary, window: u64, fed: &[u32]| {
        let end = line_ends[(window as usize).min(line_ends.len() - 1)] * 50;
        let times = [vocabulary.timestamp_begin(), vocabulary.timestamp_begin() + end];
        let mut line: Vec<u32> = words.bytes().map(u32::from).collect();
        line.insert(0, times[0]);
        line.extend([times[1], vocabulary.end_of_text()]);
        let (_, said) = prompt_and_said(vocabulary, fed);
        line.get(said.len()).map(|token| (*token, 30.0))
    };
    Scripted::new(|_, before| before as u64, Box::new(next))
}

/// Enough letters for a window full of voice.
const LONG_LINE: &str =
    "thirtysecondsareroomformorelettersthanthesewhichtakesomeeighttosayifsomebodyspeakswithoutanypauses";

fn plain_settings() -> Settings {
    Settings {
        language: Language::Known("en".into()),
        beam_size: 1,
        word_times: false,
        compression_ratio_limit: None,
        ..Settings::default()
    }
}

/// Where the windows of a recording of 65 s begin, in seconds, and how many lines are heard, if somebody speaks in those seconds.
fn starts_and_lines(model: &Scripted, voice: Option<&[Range<u64>]>) -> (Vec<usize>, usize) {
    let samples = vec![0.0_f32; 65 * SAMPLE_RATE_HZ];
    let seconds = |second: u64| MediaTime::from_millis(second * 1000);
    let voice = voice.map(|runs| runs.iter().map(|run| seconds(run.start)..seconds(run.end)).collect());
    let recording = Recording { samples: &samples[..], voice };
    let mut starts = vec![0];
    let mut observer = |progress: &Progress| {
        starts.push(progress.lanes[0].frame / 100);
        true
    };
    let heard = transcribe(model, &recording, &plain_settings(), None, &mut observer).unwrap();
    (starts, heard.segments.len())
}

/// The same for a long line up to each of `line_ends`, if somebody speaks up to `voice_ends`.
fn window_starts(line_ends: &'static [u32], voice_ends: Option<u64>) -> Vec<usize> {
    let voice = voice_ends.map(|end| 0..end);
    starts_and_lines(&scripted(LONG_LINE, line_ends), voice.as_ref().map(std::slice::from_ref)).0
}

#[test]
fn voice_behind_the_last_words_of_a_window_is_heard_again() {
    assert_eq!(window_starts(&[1, 30], None), [0, 30, 60, 65], "as the reference does");
    assert_eq!(window_starts(&[1, 30], Some(65)), [0, 1, 31, 61, 65]);
    assert_eq!(window_starts(&[28, 30], Some(65)), [0, 30, 60, 65], "two seconds are a breath");
    assert_eq!(window_starts(&[1], Some(65)), [0, 1, 31, 32, 62, 65], "never twice in a row for so little");
    assert_eq!(window_starts(&[10], Some(65)), [0, 10, 20, 30, 40, 50, 60, 65]);
}

/// Hears one line in each window, but silence in those of `silent` that were told something, or in all of them if `always`.
fn misled(silent: &'static [u64], always: bool) -> Scripted {
    let next = move |vocabulary: &Vocabulary, window: u64, fed: &[u32]| {
        let is_told = fed.contains(&vocabulary.start_of_previous());
        let is_silent = silent.contains(&window) && (is_told || always);
        if is_silent && fed.last() == Some(&vocabulary.start_of_transcript()) {
            return Some((vocabulary.no_speech(), 30.0));
        }
        let begin = vocabulary.timestamp_begin();
        let mut line: Vec<u32> = LONG_LINE.bytes().map(u32::from).collect();
        line.insert(0, begin);
        line.extend([begin + 1500, vocabulary.end_of_text()]);
        let (_, said) = prompt_and_said(vocabulary, fed);
        line.get(said.len()).map(|token| (*token, if is_silent { 1.0 } else { 30.0 }))
    };
    Scripted::new(|_, before| before as u64, Box::new(next))
}

#[test]
fn a_window_full_of_voice_that_was_found_silent_is_heard_again_without_what_was_told() {
    let starts = |model: &Scripted, voice: &[Range<u64>]| starts_and_lines(model, Some(voice));
    let always = std::slice::from_ref(&(0..65));
    assert_eq!(starts(&misled(&[], false), always), (vec![0, 30, 60, 65], 3), "nothing is found silent");
    assert_eq!(starts(&misled(&[1], false), always), (vec![0, 30, 30, 60, 65], 3));
    assert_eq!(
        starts(&misled(&[1, 2], true), always),
        (vec![0, 30, 30, 60, 65], 2),
        "it stays silent: once is enough"
    );
    let little = [0..30, 34..36, 40..42, 46..48, 52..56];
    assert_eq!(starts(&misled(&[1], false), &little), (vec![0, 30, 57], 1), "little voice may be none");
}

#[test]
fn a_line_that_takes_a_window_and_says_little_is_heard_again_up_to_a_pause() {
    let next = |vocabulary: &Vocabulary, frames: u64, fed: &[u32]| {
        let letters = if frames == WINDOW_FRAMES as u64 { 4 } else { 60 };
        let (begin, (_, said)) = (vocabulary.timestamp_begin(), prompt_and_said(vocabulary, fed));
        let token = match said.len() {
            0 => begin,
            count if count <= letters => u32::from(b'x'),
            count if count == letters + 1 => begin + frames as u32 / 2,
            _ => vocabulary.end_of_text(),
        };
        Some((token, 30.0))
    };
    let model = Scripted::new(|mel, _| mel.frames() as u64, Box::new(next));
    let samples = vec![0.0_f32; 30 * SAMPLE_RATE_HZ];
    let runs = [0..4_000, 4_200..12_000, 12_600..30_000];
    let voice = runs.map(|run| MediaTime::from_millis(run.start)..MediaTime::from_millis(run.end));
    let recording = Recording { samples: &samples[..], voice: Some(voice.to_vec()) };
    let mut seen = Vec::new();
    let mut observer = |progress: &Progress| {
        seen.push((progress.lanes[0].frame, progress.lanes[0].until));
        true
    };
    let heard = transcribe(&model, &recording, &plain_settings(), None, &mut observer).unwrap();
    assert_eq!(seen, [(0, Some(1_230)), (1_230, None), (3_000, None)]);
    let lines: Vec<usize> = heard.segments.iter().map(|segment| segment.text.len()).collect();
    assert_eq!(lines, [60, 60], "the short line is dropped");
}

#[test]
fn what_is_left_without_voice_is_not_listened_to() {
    assert_eq!(window_starts(&[30], Some(60)), [0, 30, 60], "the last five seconds are silent");
    assert_eq!(window_starts(&[30], Some(61)), [0, 30, 60, 65], "a short silence belongs to its clip");
}

#[test]
fn a_moment_holds_no_sentence() {
    let lines = |words, milliseconds: u64, voice: bool| {
        let samples = vec![0.0_f32; milliseconds as usize * SAMPLE_RATE_HZ / 1000];
        // A word now and then, so that a short line is enough for a window.
        let runs = (0..30_000)
            .step_by(4_000)
            .map(|start| start..start + 800)
            .chain(std::iter::once(30_000..milliseconds));
        let runs = runs.map(|run| MediaTime::from_millis(run.start)..MediaTime::from_millis(run.end));
        let voice = voice.then(|| runs.collect());
        let recording = Recording { samples: &samples[..], voice };
        let model = scripted(words, &[30]);
        let mut observer = |_: &Progress| true;
        transcribe(&model, &recording, &plain_settings(), None, &mut observer).unwrap().segments.len()
    };
    let sentence = "nobodysaysallofthisinhalfofasecond";
    assert_eq!(lines(sentence, 30_500, true), 1, "models repeat what they were told");
    assert_eq!(lines(sentence, 31_500, true), 2, "but this can be said in a second and a half");
    assert_eq!(lines("goodnight", 30_500, true), 2);
    assert_eq!(lines(sentence, 30_500, false), 2, "as the reference does");
}

/// A number made of all of `values`.
fn hash(values: impl IntoIterator<Item = u32>) -> u64 {
    values
        .into_iter()
        .fold(17, |hash: u64, value| (hash ^ u64::from(value)).wrapping_mul(0x0100_0000_01b3).rotate_left(23))
}

/// Hears in each window what its sound and what it was told make, with loops and improbable lines among it.
fn babbler() -> Scripted {
    let next = |vocabulary: &Vocabulary, window: u64, fed: &[u32]| {
        let (prompt, said) = prompt_and_said(vocabulary, fed);
        let line = hash(prompt.iter().copied()) ^ window;
        // A line of up to 40 letters to some time, then another to the same; one line in eight goes on with one letter for ever.
        let (letters, end) =
            ((line % 40) as usize, vocabulary.timestamp_begin() + 200 + (line >> 8) as u32 % 600);
        let times = said.iter().filter(|token| vocabulary.is_timestamp(**token)).count();
        let token = match said {
            [] => vocabulary.timestamp_begin(),
            _ if times == 1 && said.len() <= letters => {
                u32::from(b'a') + hash(said.iter().skip(said.len() / 8 * 8).copied()) as u32 % 26
            }
            _ if times == 1 && line.is_multiple_of(8) => u32::from(b'z'),
            _ if times < 3 => end,
            [.., last] if *last == end => u32::from(b'y'),
            _ => vocabulary.end_of_text(),
        };
        Some((token, if line % 5 == 1 { 9.0 } else { 14.0 }))
    };
    Scripted::new(|mel, _| hash(mel.values.iter().map(|value| value.to_bits())), Box::new(next))
}

/// Lanes of 100, 40, 70, 1 and 130 s.
fn lanes_at_their_start() -> Progress {
    let mut from = 0;
    let lanes = [100, 40, 70, 1, 130].map(|seconds| {
        let clip = from..from + seconds * FRAMES_PER_SECOND;
        from = clip.end;
        LaneState::new(LanePlan { clips: vec![clip] }, &[])
    });
    Progress { language: None, lanes: lanes.to_vec() }
}

/// What is heard of noise, going on from `progress`: what an observer saw, the whole, and the steps that it took.
fn babble(batch: usize, progress: Progress) -> (Vec<Progress>, Transcription, usize) {
    let model = babbler();
    let mut random = fastrand::Rng::with_seed(11);
    let samples: Vec<f32> = (0..350 * SAMPLE_RATE_HZ).map(|_| random.f32() - 0.5).collect();
    let settings = Settings { batch, compression_ratio_limit: Some(2.4), ..plain_settings() };
    let recording = Recording { samples: &samples[..], voice: None };
    let mut seen = Vec::new();
    let mut observer = |progress: &Progress| {
        seen.push(progress.clone());
        true
    };
    let heard = transcribe(&model, &recording, &settings, Some(progress), &mut observer).unwrap();
    (seen, heard, model.steps.into_inner())
}

#[test]
fn lanes_side_by_side_hear_what_each_hears_alone() {
    let alone: Vec<_> = (0..5)
        .map(|lane| {
            let Progress { language, mut lanes } = lanes_at_their_start();
            babble(1, Progress { language, lanes: vec![lanes.swap_remove(lane)] })
        })
        .collect();
    let segments: Vec<Segment> = alone.iter().flat_map(|(_, heard, _)| heard.segments.clone()).collect();
    assert!(segments.len() > 20, "{}", segments.len());
    assert!(segments.iter().any(|segment| segment.temperature > 0.0), "nothing was tried again");
    for batch in [1, 2, 8] {
        let (seen, heard, steps) = babble(batch, lanes_at_their_start());
        assert_eq!(heard.segments, segments, "{batch} at a time");
        // Wherever a run is stopped, another goes on to the same end.
        for stopped in seen.into_iter().step_by(7) {
            assert_eq!(babble(batch, stopped).1, heard, "{batch} at a time, stopped");
        }
        let each = alone.iter().map(|(_, _, steps)| *steps);
        match batch {
            1 => assert_eq!(steps, each.sum::<usize>()),
            8 => assert_eq!(Some(steps), each.max(), "a lane waits for no other"),
            _ => {}
        }
    }
}
