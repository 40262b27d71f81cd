//! Phrases that recognisers write over silence and music.

use record::suspect::SuspectReason;

use super::{FileHint, Found, SegmentView, doubt, seconds_for};
use crate::words::spoken_words;

/// What models write over silence and music, in lower case without marks.
///
/// Collected from bug reports on Whisper; they come from the credits of the subtitles it was trained with.
const STOCK_PHRASES: [&str; 24] = [
    "thank you",
    "thank you very much",
    "thank you for watching",
    "thanks for watching",
    "thanks for listening",
    "thank you for listening",
    "please subscribe",
    "please subscribe to my channel",
    "like and subscribe",
    "dont forget to subscribe",
    "see you next time",
    "see you in the next video",
    "ill see you in the next video",
    "bye",
    "bye bye",
    "subtitles by the amaraorg community",
    "transcription by castingwords",
    "transcript emily beynon",
    "subtitles by",
    "sous titres realises par la communaute damaraorg",
    "untertitel der amaraorg community",
    "untertitel im auftrag des zdf fur funk 2017",
    "subtitulos realizados por la comunidad de amaraorg",
    "you",
];

/// Beginnings of lines that nobody says in a broadcast: the credits of whoever made the subtitles of the training data.
const CREDITS: [&str; 14] = [
    "subtitles by the amaraorg",
    "subtitles by the amara org",
    "transcription by castingwords",
    "transcript emily beynon",
    "transcribed by httpsotterai",
    "soustitres réalisés par",
    "soustitrage",
    "untertitel der amaraorg",
    "untertitel im auftrag des zdf",
    "untertitelung des zdf",
    "subtítulos realizados por la comunidad de amaraorg",
    "legendas pela comunidade amaraorg",
    "редактор субтитров",
    "ご視聴ありがとうございました",
];

/// Bytes of the longest text that is looked at.
const LONGEST_BYTES: usize = 200;

/// A stock phrase with this much time for itself, in seconds, is not believed, unless it is mere thanks.
const ALONE_SECONDS: f64 = 15.0;

/// Mere thanks with this much time, in seconds, are not believed: Whisper's whole window of 30 seconds holds nothing
/// else. Applause after real thanks is as long as it likes, but seldom exactly that.
const WHOLE_WINDOW_SECONDS: f64 = 29.95;

/// At the end of a recording "you" needs this: after a last sentence nobody says it alone.
const LAST_YOU_SECONDS: f64 = 2.0;

/// Lines before a last "Thank you." in which somebody was thanked, and it is the answer.
const ANSWERED_LINES: usize = 5;

/// Beginnings of words of thanks and goodbye.
const KIND_WORDS: [&str; 4] = ["thank", "appreciat", "gracias", "merci"];

/// Whether words, as [`spoken_words`] gives them, are one of the phrases that models write when nobody speaks.
///
/// People do say most of them; so it takes silence, too.
pub fn is_stock_phrase(spoken: &str) -> bool {
    STOCK_PHRASES.contains(&spoken)
}

pub(super) fn stock_phrases(segments: &[SegmentView<'_>], hint: &FileHint<'_>) -> Found {
    let stocks: Vec<Option<Stock>> = (0..segments.len())
        .map(|at| stock(segments[at].text, seconds_for(segments, at, hint.length)))
        .collect();
    let evidence = |at: usize| match stocks[at]? {
        Stock::Credit => Some("a credit of subtitles, which nobody says".to_owned()),
        Stock::Phrase(seconds) if seconds >= ALONE_SECONDS => Some(alone(seconds)),
        Stock::You(seconds) if seconds >= ALONE_SECONDS => Some(alone(seconds)),
        Stock::You(seconds) if at + 1 == segments.len() && seconds >= LAST_YOU_SECONDS => {
            Some(alone(seconds))
        }
        Stock::Thanks(seconds) if seconds >= WHOLE_WINDOW_SECONDS => Some(alone(seconds)),
        Stock::Thanks(seconds) if seconds >= ALONE_SECONDS => {
            let before = at.checked_sub(1).and_then(|before| stocks[before]);
            let after = stocks.get(at + 1).copied().flatten();
            let is_again =
                |other: Option<Stock>| matches!(other, Some(Stock::Thanks(other)) if other >= ALONE_SECONDS);
            let is_unasked_last = at + 1 == segments.len() && !is_answer(segments, at);
            (is_again(before) || is_again(after) || is_unasked_last).then(|| alone(seconds))
        }
        _ => None,
    };
    let found =
        (0..segments.len()).filter_map(|at| Some(doubt(at, SuspectReason::StockPhrase, evidence(at)?)));
    found.collect()
}

/// A line that is nothing but a stock phrase, with the seconds it has for itself; 0 if that is unknown.
#[derive(Clone, Copy)]
enum Stock {
    Credit,
    Phrase(f64),
    Thanks(f64),
    You(f64),
}

fn stock(text: &str, seconds: Option<f64>) -> Option<Stock> {
    // A credit names its maker after the phrase; nothing much longer is one.
    if text.len() > LONGEST_BYTES {
        return None;
    }
    let spoken = spoken_words(text);
    let seconds = seconds.unwrap_or_default();
    match spoken.as_str() {
        "thank you" | "thank you very much" => Some(Stock::Thanks(seconds)),
        "bye" | "bye bye" => None, // Music after the last goodbye is as usual as it is long.
        "you" => Some(Stock::You(seconds)),
        _ if CREDITS.iter().any(|credit| spoken.starts_with(credit)) => Some(Stock::Credit),
        _ => is_stock_phrase(&spoken).then_some(Stock::Phrase(seconds)),
    }
}

/// Whether somebody was thanked shortly before.
fn is_answer(segments: &[SegmentView<'_>], at: usize) -> bool {
    let before = &segments[at.saturating_sub(ANSWERED_LINES)..at];
    before.iter().any(|segment| {
        let spoken = spoken_words(segment.text);
        spoken.split(' ').any(|word| KIND_WORDS.iter().any(|kind| word.starts_with(kind)))
    })
}

fn alone(seconds: f64) -> String {
    format!("alone in {seconds:.0} s")
}
