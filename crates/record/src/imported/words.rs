//! Words and their times: fitted to the text that they spell, times that are missing put between their neighbours.

use super::ImportedSegment;
use crate::format::sidecar::{Probability, UnknownFields, Word};
use crate::time::{MediaTime, SourceSeconds};

/// Punctuation and spaces between two words of a list that leaves them out.
const MOST_SKIPPED_CHARACTERS: usize = 16;

/// A pause that ends a segment which is made of words alone.
const PAUSE: MediaTime = MediaTime::from_millis(1_000);

/// The most words of a segment that is made of words alone, where no sentence ends.
const MOST_WORDS_OF_SEGMENT: usize = 40;

/// A word as a file has it: any part of its time may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawWord {
    pub(crate) text: String,
    pub(crate) start: Option<MediaTime>,
    pub(crate) end: Option<MediaTime>,
    pub(crate) probability: Option<f64>,
    pub(crate) speaker: Option<String>,
}

/// The pieces of a text between its time marks, each as long as until the next mark. Empty without marks.
pub(crate) fn between_marks(
    text: &str,
    marks: &[(usize, MediaTime)],
    start: MediaTime,
    end: Option<MediaTime>,
) -> Vec<Word> {
    if marks.is_empty() {
        return Vec::new();
    }
    let mut words = Vec::with_capacity(marks.len() + 1);
    let (mut from, mut since) = (0, start);
    let behind = [(text.len(), end.unwrap_or(start))];
    for &(at, time) in marks.iter().chain(&behind) {
        let (at, time) = (at.min(text.len()), time.max(since));
        // A mark before a space belongs to the word behind it, and one at the end to nothing.
        if let Some(piece) = text.get(from..at).filter(|piece| !piece.trim().is_empty()) {
            words.push(word(piece.to_owned(), since, time, None));
            from = at;
        }
        since = time;
    }
    words
}

fn word(text: String, start: MediaTime, end: MediaTime, probability: Option<f64>) -> Word {
    Word {
        text,
        start,
        end,
        probability: probability.map(|value| Probability::new(value as f32)),
        interpolated: false,
        unknown: UnknownFields::new(),
    }
}

/// The words of a segment with all their times, spelling its text; `None` if they are not the text's words.
pub(crate) fn fitted(
    raw: Vec<RawWord>,
    text: &str,
    start: MediaTime,
    end: Option<MediaTime>,
) -> Option<Vec<Word>> {
    let spelled = spelled(&raw, text)?;
    let times = times(&raw, start, end);
    let fit =
        |((raw, text), (start, end, interpolated)): ((RawWord, String), (MediaTime, MediaTime, bool))| Word {
            interpolated,
            ..word(text, start, end, raw.probability)
        };
    Some(raw.into_iter().zip(spelled).zip(times).map(fit).collect())
}

/// The text cut into as many pieces as there are words, each piece with its word: spaces go before a word,
/// punctuation that no word has goes behind the one before.
fn spelled(raw: &[RawWord], text: &str) -> Option<Vec<String>> {
    let mut cuts = Vec::with_capacity(raw.len() + 1);
    let mut from = 0;
    for word in raw {
        let word = word.text.trim();
        if word.is_empty() {
            return None;
        }
        let at = found_at(&text[from..], word)? + from;
        let space = text[from..at].trim_end().len();
        cuts.push(from + space);
        from = at + word.len();
    }
    if !text[from..].chars().all(is_between_words) {
        return None;
    }
    // Nothing goes before the first word but what stands there.
    if let Some(first) = cuts.first_mut() {
        *first = 0;
    }
    cuts.push(text.len());
    Some(cuts.windows(2).map(|cut| text[cut[0]..cut[1]].to_owned()).collect())
}

fn is_between_words(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Where a word stands behind at most a few characters that are no letters.
fn found_at(text: &str, word: &str) -> Option<usize> {
    for (at, c) in text.char_indices().take(MOST_SKIPPED_CHARACTERS) {
        if text[at..].starts_with(word) {
            return Some(at);
        }
        if !is_between_words(c) {
            return None;
        }
    }
    None
}

/// Start and end of each word, and whether either was put between its neighbours.
fn times(raw: &[RawWord], start: MediaTime, end: Option<MediaTime>) -> Vec<(MediaTime, MediaTime, bool)> {
    let mut times: Vec<(MediaTime, MediaTime, bool)> = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if let Some(start) = raw[at].start {
            times.push((start, raw[at].end.unwrap_or(start).max(start), false));
            at += 1;
            continue;
        }
        let untimed = raw[at..].iter().take_while(|word| word.start.is_none()).count();
        let from = times.last().map_or(start, |(_, end, _)| *end);
        let next = raw.get(at + untimed).and_then(|word| word.start);
        let to = next.or(raw[at + untimed - 1].end).or(end).unwrap_or(from).max(from);
        times.extend(shared(&raw[at..at + untimed], from, to));
        at += untimed;
    }
    // A start without an end lasts until the next start.
    for index in 0..times.len() {
        if raw[index].start.is_some() && raw[index].end.is_none() {
            let next = times.get(index + 1).map(|(start, _, _)| *start).or(end);
            times[index].1 = next.unwrap_or(times[index].0).max(times[index].0);
            times[index].2 = true;
        }
    }
    times
}

/// A stretch of time shared out by the lengths of words.
fn shared(words: &[RawWord], from: MediaTime, to: MediaTime) -> Vec<(MediaTime, MediaTime, bool)> {
    let letters = |word: &RawWord| word.text.trim().chars().count().max(1) as u64;
    let all: u64 = words.iter().map(letters).sum();
    let stretch = to.saturating_sub(from).as_millis();
    let at = |letters: u64| {
        let millis = u128::from(stretch) * u128::from(letters) / u128::from(all.max(1));
        from.saturating_add(MediaTime::from_millis(u64::try_from(millis).unwrap_or(stretch)))
    };
    let mut before = 0;
    let share = |word: &RawWord| {
        let start = at(before);
        before += letters(word);
        (start, at(before), true)
    };
    words.iter().map(share).collect()
}

/// Segments of words that come without any: a segment ends with a sentence, a pause or a speaker.
pub(crate) fn segments_of(words: Vec<RawWord>) -> Vec<ImportedSegment> {
    let mut segments = Vec::new();
    let mut open: Vec<RawWord> = Vec::new();
    for word in words.into_iter().filter(|word| !word.text.trim().is_empty()) {
        if open.last().is_some_and(|last| is_parted(last, &word, open.len())) {
            segments.extend(segment_of(std::mem::take(&mut open)));
        }
        open.push(word);
    }
    segments.extend(segment_of(open));
    segments
}

fn is_parted(last: &RawWord, next: &RawWord, open: usize) -> bool {
    let ends_sentence = last.text.trim_end().ends_with(['.', '?', '!', '。', '？', '！']);
    let pause = last.end.zip(next.start).is_some_and(|(end, start)| start > end.saturating_add(PAUSE));
    ends_sentence || pause || last.speaker != next.speaker || open >= MOST_WORDS_OF_SEGMENT
}

fn segment_of(words: Vec<RawWord>) -> Option<ImportedSegment> {
    let start = words.iter().find_map(|word| word.start)?;
    let end = words.iter().rev().find_map(|word| word.end).filter(|end| *end >= start);
    // Words with their own spaces say where there are none.
    let has_spaces = words.iter().any(|word| word.text.starts_with(' '));
    let mut text = String::new();
    for word in &words {
        if !has_spaces && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(if has_spaces { &word.text } else { word.text.trim() });
    }
    let speaker = words[0].speaker.clone();
    let words = fitted(words, &text, start, end).unwrap_or_default();
    Some(ImportedSegment {
        start: SourceSeconds::from(start),
        speaker,
        words,
        ..ImportedSegment::new(start, end, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str, times: Option<(u64, u64)>) -> RawWord {
        RawWord {
            text: text.to_owned(),
            start: times.map(|(start, _)| MediaTime::from_millis(start)),
            end: times.map(|(_, end)| MediaTime::from_millis(end)),
            ..RawWord::default()
        }
    }

    fn shown(words: &[Word]) -> String {
        let one = |word: &Word| {
            let mark = if word.interpolated { "~" } else { "" };
            format!("{:?} {mark}{}-{}", word.text, word.start.as_millis(), word.end.as_millis())
        };
        words.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn words_spell_the_text() {
        #[track_caller]
        fn check(words: &[&str], text: &str, expected: Option<&[&str]>) {
            let raw: Vec<_> = words.iter().map(|word| raw(word, None)).collect();
            let spelled = spelled(&raw, text);
            let spelled: Option<Vec<&str>> =
                spelled.as_ref().map(|pieces| pieces.iter().map(String::as_str).collect());
            assert_eq!(spelled.as_deref(), expected, "for {words:?}");
        }
        check(&[" Good", " day."], " Good day.", Some(&[" Good", " day."]));
        check(&["Good", "day"], " Good, \"day\".", Some(&[" Good, \"", "day\"."]));
        check(&["a", "b"], "ab", Some(&["a", "b"]));
        check(&["Good", "night"], "Good day", None);
        check(&["Good"], "Good day", None);
        check(&[""], "", None);
        check(&["海", "岸"], "海岸", Some(&["海", "岸"]));
    }

    #[test]
    fn missing_times_lie_between_those_of_the_neighbours() {
        let words = vec![
            raw("In", Some((0, 200))),
            raw("2026", None),
            raw("12", None),
            raw("boats", Some((800, 900))),
        ];
        let words = fitted(words, "In 2026 12 boats", MediaTime::ZERO, Some(MediaTime::from_millis(1_000)));
        insta::assert_snapshot!(shown(&words.unwrap()), @r#""In" 0-200, " 2026" ~200-600, " 12" ~600-800, " boats" 800-900"#);
        let words = vec![raw("7", None), raw("boats", None)];
        let end = Some(MediaTime::from_millis(1_600));
        let words = fitted(words, "7 boats", MediaTime::from_millis(1_000), end);
        insta::assert_snapshot!(shown(&words.unwrap()), @r#""7" ~1000-1100, " boats" ~1100-1600"#);
    }

    #[test]
    fn marks_part_words() {
        let time = MediaTime::from_millis;
        let words =
            between_marks("good morning all", &[(4, time(480)), (12, time(640))], time(100), Some(time(900)));
        insta::assert_snapshot!(shown(&words), @r#""good" 100-480, " morning" 480-640, " all" 640-900"#);
        assert_eq!(between_marks("good", &[], time(0), None), []);
        // Marks out of order and out of the text are no reason to stop.
        let words =
            between_marks("a b", &[(1, time(9)), (1, time(3)), (99, time(1))], time(5), Some(time(7)));
        insta::assert_snapshot!(shown(&words), @r#""a" 5-9, " b" 9-9"#);
    }

    #[test]
    fn sentences_and_pauses_end_segments_of_words() {
        let words = vec![
            raw("Good", Some((0, 100))),
            raw("morning.", Some((100, 200))),
            raw("The", Some((200, 300))),
            raw("ferry", Some((2_000, 2_100))),
        ];
        let texts: Vec<_> = segments_of(words).into_iter().map(|segment| segment.text).collect();
        assert_eq!(texts, ["Good morning.", "The", "ferry"]);
    }
}
