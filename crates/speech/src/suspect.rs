//! Segments that a recogniser probably made up: each rule by itself, each mark with its reason.
//!
//! Marks are for readers and for search; nothing is taken away here. Each rule asks for two things where one
//! alone would mark what people do say: a stock phrase *and* no voice, repetition *and* more of it than a
//! chant has.

use crate::segment::Segment;
use language::repetition::{equal_lines, longest_repetition};
use language::scripts::foreign_letters_percent;
use language::suspects::is_stock_phrase;
use language::words::spoken_words;
use record::suspect::{Suspect, SuspectReason};
use record::time::MediaTime;
use std::ops::Range;

/// Equal neighbouring segments from which on all but the first are a loop.
///
/// People do say a sentence twice; of three equal lines in a row in machine transcripts, nearly all are loops.
const LOOP_SEGMENTS: usize = 3;

/// Repetitions of the same words inside one segment that make it a loop.
const LOOP_REPEATS: usize = 5;

/// The longest run of words that is looked for again inside a segment.
const LOOP_PERIOD_WORDS: usize = 12;

/// Words that the repetitions of a loop make up at least: "no, no, no, no, no" is speech.
const LOOP_WORDS: usize = 10;

/// Below this share of voice a segment's time counts as silence.
const SILENT_SHARE: f64 = 0.1;

/// Below this share of voice a stock phrase is not believed.
const STOCK_PHRASE_SHARE: f64 = 0.5;

/// Characters a second that nobody speaks: auctioneers reach 30.
const FASTEST_CHARACTERS_PER_SECOND: f64 = 40.0;

/// Shorter texts are not judged by their rate or script: times are rounded, names are foreign.
const JUDGED_CHARACTERS: usize = 12;

/// A mean log probability of tokens below this is the reference's own threshold of distrust.
const LOWEST_LOG_PROBABILITY: f32 = -1.0;

/// The model's own probability of "no speech" above which its words are not believed.
///
/// Measured with `base` and `tiny.en`: words over noise and music 0.97 to 0.98, of 238 spoken segments the highest 0.85.
const HIGHEST_NO_SPEECH_PROBABILITY: f32 = 0.95;

/// Marks the doubtful among the segments of one recording.
///
/// `voice` holds the stretches where somebody speaks, or `None` if nobody looked; `spoken` is the code of
/// the recording's language and `written` that of the transcript, which is another if it was translated.
pub fn mark(segments: &mut [Segment], voice: Option<&[Range<MediaTime>]>, spoken: &str, written: &str) {
    let words: Vec<String> = segments.iter().map(|segment| spoken_words(&segment.text)).collect();
    let runs = equal_lines(&words);
    for (at, segment) in segments.iter_mut().enumerate() {
        let has_length = segment.start < segment.end;
        let share = voice.filter(|_| has_length).map(|voice| voice_share(voice, segment.start..segment.end));
        let found = [
            (!has_length).then(|| suspect(SuspectReason::NoVoice, "the sound had ended".into())),
            repeated_segment(runs[at]),
            repeated_inside(&words[at]),
            share.and_then(|share| stock_phrase(&words[at], share)),
            share.and_then(no_voice),
            no_speech(segment.no_speech_probability),
            wrong_script(&segment.text, written),
            wrong_language(&segment.language, spoken),
            impossible_rate(segment),
            low_probability(segment.average_log_probability),
        ];
        for suspect in found.into_iter().flatten() {
            if !segment.suspects.iter().any(|other| other.reason == suspect.reason) {
                segment.suspects.push(suspect);
            }
        }
    }
}

fn repeated_segment((place, length): (usize, usize)) -> Option<Suspect> {
    (length >= LOOP_SEGMENTS && place > 1)
        .then(|| suspect(SuspectReason::Loop, format!("line {place} of {length} equal lines")))
}

/// Words that come again and again inside one segment.
fn repeated_inside(spoken: &str) -> Option<Suspect> {
    let words: Vec<&str> = spoken.split(' ').collect();
    let periods = 1..=LOOP_PERIOD_WORDS.min(words.len() / LOOP_REPEATS);
    let mut repetitions = periods.filter_map(|period_words| longest_repetition(&words, period_words));
    let found = repetitions.find(|found| found.times >= LOOP_REPEATS && found.covered_words >= LOOP_WORDS)?;
    let detail = format!("the same {} words {} times running", found.period_words, found.times);
    Some(suspect(SuspectReason::Loop, detail))
}

fn stock_phrase(spoken: &str, share: f64) -> Option<Suspect> {
    (share < STOCK_PHRASE_SHARE && is_stock_phrase(spoken))
        .then(|| suspect(SuspectReason::StockPhrase, format!("voice in {:.0} % of its time", share * 100.0)))
}

fn no_voice(share: f64) -> Option<Suspect> {
    (share < SILENT_SHARE)
        .then(|| suspect(SuspectReason::NoVoice, format!("voice in {:.0} % of its time", share * 100.0)))
}

/// Music passes for a voice, but the model itself may know better.
fn no_speech(probability: f32) -> Option<Suspect> {
    (probability > HIGHEST_NO_SPEECH_PROBABILITY).then(|| {
        let detail = format!("the recogniser is {:.0} % sure that nobody speaks", probability * 100.0);
        suspect(SuspectReason::NoVoice, detail)
    })
}

/// Most letters are of a script that the language is not written in.
fn wrong_script(text: &str, language: &str) -> Option<Suspect> {
    let percent = foreign_letters_percent(text, language, JUDGED_CHARACTERS / 2)?;
    let detail = format!("{percent} % of its letters are not of the script of `{language}`");
    Some(suspect(SuspectReason::WrongScript, detail))
}

fn wrong_language(found: &str, language: &str) -> Option<Suspect> {
    (found != language).then(|| {
        suspect(SuspectReason::WrongLanguage, format!("decoded as `{found}`, the recording is `{language}`"))
    })
}

fn impossible_rate(segment: &Segment) -> Option<Suspect> {
    let characters = segment.text.trim().chars().count();
    let seconds = segment.end.saturating_sub(segment.start).as_seconds_f64();
    is_too_fast(characters, seconds).then(|| {
        let rate = characters as f64 / seconds;
        suspect(SuspectReason::ImpossibleRate, format!("{rate:.0} characters a second"))
    })
}

/// Whether so many characters can't be spoken in so many seconds.
pub(crate) fn is_too_fast(characters: usize, seconds: f64) -> bool {
    let rate = characters as f64 / seconds;
    seconds > 0.0 && characters >= JUDGED_CHARACTERS && rate > FASTEST_CHARACTERS_PER_SECOND
}

fn low_probability(average: f32) -> Option<Suspect> {
    (average < LOWEST_LOG_PROBABILITY)
        .then(|| suspect(SuspectReason::LowProbability, format!("mean log probability {average:.2}")))
}

fn suspect(reason: SuspectReason, detail: String) -> Suspect {
    Suspect { reason, detail }
}

/// The share of a stretch in which somebody speaks.
fn voice_share(voice: &[Range<MediaTime>], stretch: Range<MediaTime>) -> f64 {
    let length = stretch.end.saturating_sub(stretch.start).as_millis();
    let first = voice.partition_point(|run| run.end <= stretch.start);
    let runs = voice[first..].iter().take_while(|run| run.start < stretch.end);
    let voiced: u64 = runs
        .map(|run| run.end.min(stretch.end).saturating_sub(run.start.max(stretch.start)).as_millis())
        .sum();
    voiced as f64 / length.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> MediaTime {
        MediaTime::from_seconds_f64(seconds)
    }

    fn segment(start: f64, end: f64, text: &str) -> Segment {
        Segment {
            start: seconds(start),
            end: seconds(end),
            text: text.into(),
            tokens: Vec::new(),
            language: "en".into(),
            temperature: 0.0,
            average_log_probability: -0.3,
            no_speech_probability: 0.0,
            compression_ratio: 1.2,
            words: Vec::new(),
            suspects: Vec::new(),
        }
    }

    fn reasons(mut segments: Vec<Segment>, voice: &[Range<MediaTime>]) -> Vec<Vec<String>> {
        mark(&mut segments, Some(voice), "en", "en");
        let names = |segment: Segment| segment.suspects.iter().map(|s| s.reason.name().to_string()).collect();
        segments.into_iter().map(names).collect()
    }

    #[track_caller]
    fn check(text: &str, end: f64, voiced_to: f64, expected: &[&str]) {
        let found = reasons(vec![segment(0.0, end, text)], &[seconds(0.0)..seconds(voiced_to)]);
        assert_eq!(found, [expected], "for {text:?}");
    }

    #[test]
    fn each_reason_needs_its_evidence() {
        check(" The harbour stays shut, the mayor said.", 3.0, 3.0, &[]);
        check(" Thanks for watching!", 2.0, 2.0, &[]); // Presenters do say it.
        check(" Thanks for watching!", 2.0, 0.4, &["stock_phrase"]);
        check(" Thanks for watching!", 2.0, 0.0, &["stock_phrase", "no_voice"]);
        check(" No, no, no, no, no.", 2.0, 2.0, &[]); // People do.
        check(&" We will win.".repeat(8), 9.0, 9.0, &["loop"]);
        check(" Мэр сказал, что порт закрыт.", 3.0, 3.0, &["wrong_script"]);
        check(
            " The harbour stays shut until the end of the month, the mayor said.",
            0.5,
            0.5,
            &["impossible_rate"],
        );
    }

    #[test]
    fn a_translation_is_judged_by_the_language_it_is_written_in() {
        let mut segments = [segment(0.0, 3.0, " The mayor said that the port is closed.")];
        segments[0].language = "ru".into();
        mark(&mut segments, None, "ru", "en");
        assert_eq!(segments[0].suspects, []);
        mark(&mut segments, None, "ru", "ru");
        assert_eq!(segments[0].suspects[0].reason, SuspectReason::WrongScript);
    }

    #[test]
    fn words_after_the_end_of_the_sound_are_told() {
        let found =
            reasons(vec![segment(30.0, 30.0, " And I will see you there.")], &[seconds(0.0)..seconds(30.0)]);
        assert_eq!(found, [["no_voice"]]);
    }

    #[test]
    fn words_over_music_are_told_by_the_model_itself() {
        let voice = [seconds(0.0)..seconds(3.0)];
        let over_music = Segment { no_speech_probability: 0.97, ..segment(0.0, 3.0, " And so it is.") };
        assert_eq!(reasons(vec![over_music], &voice), [["no_voice"]]);
        let spoken = Segment { no_speech_probability: 0.85, ..segment(0.0, 3.0, " And so it is.") };
        assert_eq!(reasons(vec![spoken], &voice), [[""; 0]]);
    }

    #[test]
    fn the_first_of_equal_lines_is_kept_clean() {
        let line = |at: f64| segment(at, at + 1.0, " I am sorry.");
        let voice = [seconds(0.0)..seconds(9.0)];
        assert_eq!(reasons(vec![line(0.0), line(1.0)], &voice), [[""; 0], [""; 0]], "said twice");
        let thrice = reasons(vec![line(0.0), line(1.0), line(2.0)], &voice);
        assert_eq!(thrice, [vec![], vec!["loop".to_string()], vec!["loop".to_string()]]);
    }

    #[test]
    fn doubt_of_the_model_and_other_languages_are_told() {
        let mut guessed = segment(0.0, 2.0, " Bore da i chi gyd.");
        guessed.average_log_probability = -1.4;
        guessed.language = "cy".into();
        let found = reasons(vec![guessed], &[seconds(0.0)..seconds(2.0)]);
        assert_eq!(found, [["wrong_language", "low_probability"]]);
    }
}
