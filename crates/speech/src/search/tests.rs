//! The rules of decoding, on a model that says what each test wants to see.

use super::*;
use crate::features::LogMel;
use crate::model::Alignment;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The likeliest tokens after some, and their scores.
type Next = fn(&Fake, &[u32]) -> Vec<(u32, f32)>;

/// A model whose logits depend on the tokens alone: `next` gives the likeliest tokens and their scores.
struct Fake {
    vocabulary: Vocabulary,
    next: Next,
    /// Steps that it was asked for.
    steps: AtomicUsize,
}

impl Model for Fake {
    type Audio = ();
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
    fn encode(&self, windows: Vec<LogMel>) -> Result<Vec<()>, ModelError> {
        Ok(windows.into_iter().map(drop).collect())
    }
    fn decode(&self, rows: &mut [Row<'_, Fake>]) -> Result<Logits, ModelError> {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let vocabulary_size = self.vocabulary.size();
        let mut values = vec![0.0; rows.len() * vocabulary_size];
        for (row, logits) in rows.iter_mut().zip(values.chunks_exact_mut(vocabulary_size)) {
            row.history.extend_from_slice(row.tokens);
            for (token, score) in (self.next)(self, row.history) {
                logits[token as usize] = score;
            }
        }
        Ok(Logits { values, vocabulary_size })
    }
    fn align(&self, (): &(), _: &[u32], _: u32) -> Result<Alignment, ModelError> {
        Err(ModelError("a fake has no attention".into()))
    }
}

fn fake(next: Next) -> Fake {
    let bytes = (0..=255).map(|byte| vec![byte]).collect();
    Fake { vocabulary: Vocabulary::from_byte_tokens(bytes, 99).unwrap(), next, steps: AtomicUsize::new(0) }
}

impl Fake {
    fn time(&self, steps: u32) -> u32 {
        self.vocabulary.timestamp_begin() + steps
    }

    fn prompt(&self) -> Prompt {
        let vocabulary = &self.vocabulary;
        let task = vec![vocabulary.language_token("en").unwrap(), vocabulary.transcribe()];
        Prompt { before: vec![vocabulary.start_of_transcript()], task }
    }

    fn window(&self, seed: u64) -> Decoding<Fake> {
        Decoding::new((), self.prompt(), seed)
    }

    fn decode_all(&self, settings: &Settings, windows: u64) -> Vec<Found> {
        let mut windows: Vec<_> = (0..windows).map(|seed| self.window(seed)).collect();
        self.decode_in_turn(settings, &mut windows, usize::MAX, 0)
    }

    /// Decodes up to `room` windows at a time, each beginning `apart` steps after the one before it or later.
    fn decode_in_turn(
        &self,
        settings: &Settings,
        windows: &mut [Decoding<Fake>],
        room: usize,
        apart: usize,
    ) -> Vec<Found> {
        let rules = Rules::new(&self.vocabulary, true);
        let method = Method { model: self, rules: &rules, settings };
        let mut found: Vec<Option<Found>> = windows.iter().map(|_| None).collect();
        for steps in 0usize.. {
            let begun = steps.checked_div(apart).map_or(windows.len(), |begun| begun + 1);
            let open: Vec<usize> =
                (0..windows.len()).filter(|at| found[*at].is_none() && *at < begun).take(room).collect();
            if open.is_empty() && begun >= windows.len() {
                break;
            } else if !open.is_empty() {
                let all = windows.iter_mut().enumerate();
                let mut under_way: Vec<_> =
                    all.filter(|(at, _)| open.contains(at)).map(|(_, window)| window).collect();
                let done = step(&method, &mut under_way).unwrap();
                open.iter().zip(done).for_each(|(at, done)| found[*at] = done);
            }
        }
        found.into_iter().flatten().collect()
    }

    fn decode_one(&self, settings: &Settings) -> Found {
        self.decode_all(settings, 1).remove(0)
    }
}

/// What a search has found, without the three tokens of the prompt.
fn found(tokens: &[u32]) -> &[u32] {
    &tokens[3.min(tokens.len())..]
}

fn greedy() -> Settings {
    Settings { beam_size: 1, temperatures: vec![0.0], ..Settings::default() }
}

const A: u32 = b'a' as u32;
const B: u32 = b'b' as u32;

#[test]
fn a_transcript_begins_with_a_time_in_its_first_second() {
    // The model wants words at once, then a time two seconds in; the rules allow neither.
    let fake = fake(|fake, tokens| match found(tokens).len() {
        0 => vec![(A, 30.0), (fake.time(100), 20.0), (fake.time(50), 10.0)],
        1 => vec![(A, 30.0)],
        _ => vec![(fake.vocabulary.end_of_text(), 40.0)],
    });
    let found = fake.decode_one(&greedy());
    assert_eq!(found.tokens[..2], [fake.time(50), A]);
}

#[test]
fn times_come_in_pairs_and_never_go_back() {
    // After each word the model wants to go back to the start; after an end it wants to go on with words.
    let fake = fake(|fake, tokens| match found(tokens) {
        [] => vec![(fake.time(0), 30.0)],
        [.., last] if fake.vocabulary.is_timestamp(*last) && found(tokens).len() > 6 => {
            vec![(fake.vocabulary.end_of_text(), 50.0)]
        }
        [.., last] if fake.vocabulary.is_timestamp(*last) => {
            vec![(A, 30.0), (*last, 20.0), (fake.time(0), 25.0)]
        }
        tokens => vec![(fake.time(0), 40.0), (fake.time(10 * tokens.len() as u32), 35.0)],
    });
    let tokens = fake.decode_one(&greedy()).tokens;
    let times: Vec<u32> =
        tokens.iter().copied().filter(|token| fake.vocabulary.is_timestamp(*token)).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(tokens[..5], [fake.time(0), A, fake.time(20), fake.time(20), A]);
}

#[test]
fn all_times_together_beat_a_likelier_word() {
    // Each of a hundred times is less likely than the word, all of them together are not.
    let fake = fake(|fake, tokens| match found(tokens).len() {
        0 => vec![(fake.time(0), 30.0)],
        1 => vec![(A, 30.0)],
        2 => (10..110).map(|steps| (fake.time(steps), 19.0)).chain([(B, 20.0)]).collect(),
        _ => vec![(fake.vocabulary.end_of_text(), 40.0)],
    });
    let tokens = fake.decode_one(&greedy()).tokens;
    assert_eq!(tokens, [fake.time(0), A, fake.time(10)]);
}

#[test]
fn a_beam_finds_what_greed_passes_by() {
    // `a` looks better at first, but only `b` leads to a likely end.
    let fake = fake(|fake, tokens| match found(tokens) {
        [] => vec![(fake.time(0), 30.0)],
        [_] => vec![(A, 20.2), (B, 20.0)],
        [_, A] => (0..60).map(|byte| (byte, 18.0)).collect(),
        _ => vec![(fake.vocabulary.end_of_text(), 30.0)],
    });
    assert_eq!(fake.decode_one(&greedy()).tokens[1], A);
    let beam = Settings { beam_size: 4, ..greedy() };
    assert_eq!(fake.decode_one(&beam).tokens, [fake.time(0), B]);
}

/// Says the same word for ever at temperature 0, and ends where it is drawn otherwise.
fn looping() -> Fake {
    fake(|fake, tokens| match found(tokens) {
        [] => vec![(fake.time(0), 30.0)],
        tokens if tokens.contains(&B) => vec![(fake.vocabulary.end_of_text(), 30.0)],
        _ => vec![(A, 12.0), (B, 10.0)],
    })
}

#[test]
fn loops_are_tried_again_at_higher_temperatures() {
    let stuck = looping().decode_one(&greedy());
    assert_eq!(stuck.tokens.len(), 224, "half of the positions");
    assert!(stuck.compression_ratio > 10.0);
    let settings = Settings { beam_size: 1, ..Settings::default() };
    let freed = looping().decode_one(&settings);
    assert!(freed.compression_ratio < 2.4 && freed.temperature > 0.0, "{freed:?}");
    assert_eq!(freed, looping().decode_one(&settings), "draws are seeded");
}

#[test]
fn a_window_alone_and_in_a_batch_is_the_same() {
    // Greed loops here, so the words are drawn; a beam would find its way without.
    let settings = Settings { beam_size: 1, ..Settings::default() };
    let together = looping().decode_all(&settings, 12);
    assert_eq!(together.len(), 12);
    assert_eq!(together[0], looping().decode_one(&settings));
    assert!(together.iter().any(|found| found.tokens != together[0].tokens), "each window draws for itself");
    for (room, apart) in [(1, 0), (3, 0), (4, 1), (12, 7), (2, 50)] {
        let fake = looping();
        let mut windows: Vec<_> = (0..12).map(|seed| fake.window(seed)).collect();
        let in_turn = fake.decode_in_turn(&settings, &mut windows, room, apart);
        assert_eq!(in_turn, together, "{room} at a time, {apart} steps apart");
    }
}

#[test]
fn windows_that_are_done_wait_for_nobody() {
    let alone = |seed: u64| {
        let fake = looping();
        fake.decode_in_turn(&Settings::default(), &mut [fake.window(seed)], 1, 0);
        fake.steps.into_inner()
    };
    let each: Vec<usize> = (0..6).map(alone).collect();
    let fake = looping();
    fake.decode_all(&Settings::default(), 6);
    assert_eq!(Some(&fake.steps.into_inner()), each.iter().max(), "{each:?}");
}

#[test]
fn the_prompt_is_fed_once_for_all_temperatures() {
    // A time, a word that is as likely as any other, the end: two steps, and nothing that is trusted.
    let doubtful = || {
        fake(|fake, tokens| match found(tokens).len() {
            0 => vec![(fake.time(0), 30.0)],
            1 => Vec::new(),
            _ => vec![(fake.vocabulary.end_of_text(), 30.0)],
        })
    };
    for (temperatures, steps) in [(vec![0.0], 2 + 2), (vec![0.0, 0.2, 1.0], 2 + 3 * 2)] {
        let fake = doubtful();
        let last = temperatures.last().copied();
        let found = fake.decode_one(&Settings { temperatures, ..greedy() });
        assert_eq!((Some(found.temperature), fake.steps.into_inner()), (last, steps));
    }
}

#[test]
fn a_circle_is_left_before_its_end_and_ends_as_it_would_have() {
    let waiting = looping();
    let stuck = waiting.decode_one(&greedy());
    let steps = |fake: &Fake| fake.steps.load(Ordering::Relaxed);
    // The second try, being the last, waits; the first one is the likelier of the two, having left out what is next to certain.
    let twice = Settings { temperatures: vec![0.0, 0.0], ..greedy() };
    let leaving = looping();
    let left = leaving.decode_one(&twice);
    assert_eq!((&left.tokens, left.compression_ratio), (&stuck.tokens, stuck.compression_ratio));
    assert!(left.average_log_probability >= stuck.average_log_probability);
    let first_try = steps(&leaving) - steps(&waiting);
    assert!(first_try * 3 < steps(&waiting), "{first_try} of {}", steps(&waiting));
    let beam = looping().decode_one(&Settings { beam_size: 5, ..twice.clone() });
    assert!(!is_loop(&beam, &twice), "a beam finds its way without");
    // Of draws, those that are caught don't wait for others, and others not for them.
    let drawn = |temperatures: Vec<f32>| looping().decode_one(&Settings { temperatures, ..greedy() });
    assert_eq!(drawn(vec![0.2, 0.2]).tokens, drawn(vec![0.2]).tokens);
    // Where a loop is nothing to be tried again for, all of it is heard.
    let patient = Settings { compression_ratio_limit: None, ..twice };
    assert_eq!(looping().decode_one(&patient), stuck);
}

#[test]
fn silence_is_told_by_the_model_and_not_tried_again() {
    let fake = fake(|fake, tokens| match tokens {
        [_] => vec![(fake.vocabulary.no_speech(), 30.0)],
        _ => Vec::new(),
    });
    let found = fake.decode_one(&Settings { beam_size: 1, ..Settings::default() });
    assert!(found.no_speech_probability > 0.99);
    assert!(found.average_log_probability < -1.0);
    assert_eq!(found.temperature, 0.0);
}

#[test]
fn languages_are_ordered_by_probability() {
    let fake = fake(|fake, _| {
        let token = |code| fake.vocabulary.language_token(code).unwrap();
        vec![(token("cy"), 3.0), (token("en"), 5.0)]
    });
    let languages = detect_languages(&fake, &[&(), &()]).unwrap();
    assert_eq!(languages.len(), 2);
    assert_eq!((languages[1][0].0, languages[1][1].0), ("en", "cy"));
    assert!((languages[0].iter().map(|(_, share)| share).sum::<f32>() - 1.0).abs() < 1e-4);
}
