//! Voice that a window has no words for is heard again, and what is left without voice is not heard.
//!
//! Whisper at times ends a window early, often after the half sentence that it begins with, and says nothing of the rest. The
//! rules of the reference then go on behind the window, and up to 30 s of speech are gone. Where voice detection says that
//! somebody goes on speaking behind the last words, the next window begins there instead. The other way round, told to write down the
//! last tenths of a second behind the last word, it says that word's sentence once more.
//!
//! At times it gives a short line all the time up to the window's end, though much more is said in it: then the next window begins
//! with that line. And at times it finds a window silent in which somebody speaks, which is then heard once more.

use crate::features::FRAMES_PER_SECOND;
use std::ops::Range;

/// So much voice may stand behind the last words: a breath, laughter, the edges of runs of voice.
const LEFT_OUT: usize = 3 * FRAMES_PER_SECOND;

/// A window that ends sooner than this after its start says too little to begin another one there.
const SHORTEST_STEP: usize = FRAMES_PER_SECOND / 2;

/// The same for a window that was itself begun where another one ended early: singing and noise may pass for voice
/// all along, and would be heard again at every line.
const SHORTEST_SECOND_STEP: usize = 10 * FRAMES_PER_SECOND;

/// In so much voice more is said than a line of few letters.
const LONG_VOICE: usize = 8 * FRAMES_PER_SECOND;

/// Letters that the slowest of speakers say in a second of voice: less than half of what is said with long breaths.
const FEWEST_LETTERS: usize = 3;

/// Less voice than this holds no word: runs of voice are drawn longer than the voice is.
const SHORTEST_VOICE: usize = FRAMES_PER_SECOND / 5;

/// Whether what is left of a clip holds any voice to speak of; `voice` as for [`heard_again_from`].
pub(crate) fn is_worth_hearing(voice: &[Range<usize>], rest: &Range<usize>) -> bool {
    voiced(voice, rest) >= SHORTEST_VOICE
}

/// Whether somebody speaks in most of a window; `voice` as for [`heard_again_from`].
pub(crate) fn is_full_of_voice(voice: &[Range<usize>], window: &Range<usize>) -> bool {
    2 * voiced(voice, window) > window.len()
}

/// How many frames of a stretch belong to runs of voice.
fn voiced(voice: &[Range<usize>], stretch: &Range<usize>) -> usize {
    let common = |run: &Range<usize>| run.end.min(stretch.end).saturating_sub(run.start.max(stretch.start));
    let first = voice.partition_point(|run| run.end <= stretch.start);
    voice[first..].iter().take_while(|run| run.start < stretch.end).map(common).sum()
}

/// The frame from which a window is to be heard again: its words end at `words_end`, and voice goes on.
///
/// `voice` holds the runs of frames where somebody speaks, in rising order; `again` says that the window was
/// begun by this rule.
pub(crate) fn heard_again_from(
    voice: &[Range<usize>],
    window: &Range<usize>,
    words_end: usize,
    again: bool,
) -> Option<usize> {
    let step = if again { SHORTEST_SECOND_STEP } else { SHORTEST_STEP };
    let goes_on = voiced(voice, &(words_end..window.end)) > LEFT_OUT;
    (words_end >= window.start + step && goes_on).then_some(words_end)
}

/// The first of a window's `lines`, with the frames that each takes, that says too little for the voice in it, where a window may
/// begin with it; `voice` and `again` as for [`heard_again_from`].
pub(crate) fn first_too_short<'a>(
    voice: &[Range<usize>],
    window: &Range<usize>,
    mut lines: impl Iterator<Item = (Range<usize>, &'a str)>,
    again: bool,
) -> Option<usize> {
    let from = window.start + if again { SHORTEST_SECOND_STEP } else { 0 };
    lines.position(|(frames, text)| frames.start >= from && says_too_little(text, voiced(voice, &frames)))
}

/// Whether a line has too few letters for so many frames of voice. `[Music]` and `♪` say enough.
fn says_too_little(text: &str, voiced: usize) -> bool {
    let letters = text.chars().filter(|character| character.is_alphanumeric()).count();
    text.trim_start().starts_with(char::is_alphanumeric)
        && voiced >= LONG_VOICE
        && letters * FRAMES_PER_SECOND < FEWEST_LETTERS * voiced
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Range<usize> = 1_000..4_000;

    #[test]
    fn a_window_is_heard_again_where_voice_goes_on_behind_its_words() {
        let voice = [0..1_200, 1_300..2_000, 3_900..5_000];
        for (words_end, again, expected) in [
            (1_100, false, Some(1_100)),
            (1_100, true, None),
            (1_700, false, Some(1_700)),
            (1_699, true, None),
            (1_800, false, None),
            (1_000, false, None),
            (4_000, false, None),
        ] {
            let found = heard_again_from(&voice, &WINDOW, words_end, again);
            assert_eq!(found, expected, "words that end at {words_end}, again: {again}");
        }
        let everywhere = std::slice::from_ref(&(0..9_000));
        assert_eq!(heard_again_from(everywhere, &WINDOW, 2_000, true), Some(2_000), "far enough");
        assert_eq!(heard_again_from(&[], &WINDOW, 1_100, false), None, "nobody speaks");
    }

    #[test]
    fn a_line_that_says_too_little_for_its_voice_is_heard_again() {
        let voice = [0..1_200, 1_300..4_000];
        let line = "Mira Quill, Fenwick News.";
        for (start, text, again, expected) in [
            (1_500, line, false, Some(1)),
            (1_500, line, true, None),
            (2_000, line, true, Some(1)),
            (3_300, line, false, None),
            (
                1_500,
                "She said that all of the gates are shut, that nobody has a key, and that they wait for the old mayor.",
                false,
                None,
            ),
            (1_500, "[Music]", false, None),
            (1_500, "♪ Fenwick ♪", false, None),
        ] {
            let lines = [(1_000..1_500, "Good evening."), (start..4_000, text)];
            let found = first_too_short(&voice, &WINDOW, lines.into_iter(), again);
            assert_eq!(found, expected, "`{text}` from {start} on, again: {again}");
        }
        let lines = || [(1_000..4_000, line)].into_iter();
        assert_eq!(first_too_short(&voice, &WINDOW, lines(), false), Some(0));
        let briefly = std::slice::from_ref(&(1_000..1_700));
        assert_eq!(first_too_short(briefly, &WINDOW, lines(), false), None, "the rest is silent");
    }

    #[test]
    fn what_is_left_without_voice_is_not_heard() {
        let voice = [0..1_200, 1_300..2_000];
        for (rest, expected) in [
            (0..2_500, true),
            (1_180..1_300, true),
            (1_181..1_300, false),
            (1_190..1_310, true),
            (2_000..2_500, false),
            (1_500..1_500, false),
        ] {
            assert_eq!(is_worth_hearing(&voice, &rest), expected, "for {rest:?}");
        }
    }
}
