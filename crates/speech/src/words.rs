//! When each word of a window was said, from where the decoder looked while it wrote it.
//!
//! ```text
//! attention of chosen heads -> smoothed, averaged -> cheapest path tokens x 20 ms -> words
//! ```
//!
//! Follows `find_alignment` of openai/whisper (`timing.py`) and CTranslate2's `align`. Unlike there, the
//! times of words change neither the segments nor where the next window begins.

use crate::features::FRAMES_PER_SECOND;
use crate::kernels::InstructionSet;
use crate::model::{Alignment, Model, ModelError};
use crate::segment::Word;
use crate::vocabulary::Vocabulary;
use record::time::MediaTime;

/// Positions that the median of the attention is taken over.
const MEDIAN_POSITIONS: usize = 7;

/// One position of the encoder, and one step of the path.
const STEP_MILLIS: u64 = 20;

/// Words are cut to twice the median length, and the median is taken to be at most this.
const LONGEST_MEDIAN_MILLIS: u64 = 700;

const OPENING_MARKS: &str = "\"'“¿([{-";
const CLOSING_MARKS: &str = "\"'.。,，!！?？:：”)]}、";
const SENTENCE_ENDS: &str = ".。!！?？";

/// What is aligned: the text tokens of a window, and what its prompt was.
pub(crate) struct Heard<'a> {
    pub(crate) sequence: &'a [u32],
    pub(crate) text: &'a [u32],
    pub(crate) language: &'a str,
    /// Frames of the window that hold sound.
    pub(crate) frames: usize,
    /// Where the window begins.
    pub(crate) offset: MediaTime,
}

/// A word with the number of tokens that it was written with.
pub(crate) struct TimedWord {
    pub(crate) word: Word,
    pub(crate) token_count: usize,
}

/// Finds the words of a window and their times.
pub(crate) fn align<M: Model>(
    model: &M,
    audio: &M::Audio,
    heard: &Heard<'_>,
) -> Result<Vec<TimedWord>, ModelError> {
    let positions = heard.frames / 2;
    if heard.text.is_empty() || positions == 0 {
        return Ok(Vec::new());
    }
    let vocabulary = model.vocabulary();
    let mut tokens = heard.sequence.to_vec();
    tokens.push(vocabulary.no_timestamps());
    tokens.extend_from_slice(heard.text);
    tokens.push(vocabulary.end_of_text());
    let alignment = model.align(audio, &tokens, vocabulary.end_of_text())?;
    let first = heard.sequence.len();
    let matrix = attention_matrix(&alignment, first..first + heard.text.len() + 1, positions);
    let begins = token_begins(&matrix);
    let probabilities = &alignment.probabilities[first + 1..];
    Ok(timed_words(vocabulary, heard, &begins, probabilities))
}

/// Mean attention of tokens `rows` to positions, each head normalised over tokens and smoothed over time.
fn attention_matrix(alignment: &Alignment, rows: std::ops::Range<usize>, positions: usize) -> Vec<Vec<f32>> {
    let set = InstructionSet::detect();
    let mut mean = vec![vec![0.0; positions]; rows.len()];
    for head in &alignment.scores {
        let mut weights: Vec<Vec<f32>> = head
            .iter()
            .map(|scores| {
                let mut row = scores[..positions.min(scores.len())].to_vec();
                row.resize(positions, f32::NEG_INFINITY);
                set.softmax(&mut row);
                row
            })
            .collect();
        normalise_columns(&mut weights);
        for (mean, weights) in mean.iter_mut().zip(&weights[rows.clone()]) {
            for (mean, value) in mean.iter_mut().zip(smoothed(weights)) {
                *mean += value / alignment.scores.len() as f32;
            }
        }
    }
    mean
}

/// Gives the weights of each position mean 0 and variance 1 over all tokens.
fn normalise_columns(rows: &mut [Vec<f32>]) {
    let count = rows.len() as f32;
    for position in 0..rows.first().map_or(0, Vec::len) {
        let mean = rows.iter().map(|row| row[position]).sum::<f32>() / count;
        let variance = rows.iter().map(|row| (row[position] - mean).powi(2)).sum::<f32>() / count;
        // The floor is for positions that every token looks at alike.
        let deviation = variance.sqrt().max(1e-9);
        rows.iter_mut().for_each(|row| row[position] = (row[position] - mean) / deviation);
    }
}

/// The running median, the ends reflected.
fn smoothed(row: &[f32]) -> Vec<f32> {
    let reach = MEDIAN_POSITIONS / 2;
    if row.len() <= reach {
        return row.to_vec();
    }
    let at = |place: isize| {
        let last = row.len() as isize - 1;
        let place = if place < 0 { -place } else { place };
        row[if place > last { 2 * last - place } else { place } as usize]
    };
    let median = |middle: usize| {
        let mut around = [0.0; MEDIAN_POSITIONS];
        for (place, value) in around.iter_mut().enumerate() {
            *value = at((middle + place) as isize - reach as isize);
        }
        around.sort_by(f32::total_cmp);
        around[reach]
    };
    (0..row.len()).map(median).collect()
}

/// The position at which each row begins on the cheapest monotonic path through the matrix.
///
/// Dynamic time warping with the negated weights as costs; of equal ways the diagonal.
fn token_begins(matrix: &[Vec<f32>]) -> Vec<usize> {
    #[derive(Clone, Copy)]
    enum Step {
        Both,
        Token,
        Position,
    }
    let positions = matrix.first().map_or(0, Vec::len);
    let mut before = vec![f32::INFINITY; positions + 1];
    before[0] = 0.0;
    let mut steps = vec![vec![Step::Both; positions]; matrix.len()];
    for (row, steps) in matrix.iter().zip(&mut steps) {
        let mut costs = vec![f32::INFINITY; positions + 1];
        for position in 0..positions {
            let (both, token, along) = (before[position], before[position + 1], costs[position]);
            let (cost, step) = if both <= token && both <= along {
                (both, Step::Both)
            } else if token <= along {
                (token, Step::Token)
            } else {
                (along, Step::Position)
            };
            costs[position + 1] = cost - row[position];
            steps[position] = step;
        }
        before = costs;
    }
    let mut begins = vec![0; matrix.len()];
    let (mut token, mut position) = (matrix.len(), positions);
    while token > 0 && position > 0 {
        begins[token - 1] = position - 1;
        match steps[token - 1][position - 1] {
            Step::Both => (token, position) = (token - 1, position - 1),
            Step::Token => token -= 1,
            Step::Position => position -= 1,
        }
    }
    begins
}

/// Joins tokens to words and words to their marks, and cuts what is too long.
fn timed_words(
    vocabulary: &Vocabulary,
    heard: &Heard<'_>,
    begins: &[usize],
    probabilities: &[f32],
) -> Vec<TimedWord> {
    let mut words = Vec::new();
    let mut first = 0;
    for (text, tokens) in vocabulary.split_words(heard.text, heard.language) {
        let next = first + tokens.len();
        let probability = probabilities[first..next].iter().sum::<f32>() / tokens.len() as f32;
        let time = |token: usize| MediaTime::from_millis(begins[token] as u64 * STEP_MILLIS);
        let word = Word { text, start: time(first), end: time(next), probability };
        words.push(TimedWord { word, token_count: tokens.len() });
        first = next;
    }
    shorten(&mut words);
    let mut words = join_marks(words);
    for TimedWord { word, .. } in &mut words {
        word.start = word.start.saturating_add(heard.offset);
        word.end = word.end.saturating_add(heard.offset);
    }
    words
}

/// Cuts words at the ends of sentences that swallowed a pause.
fn shorten(words: &mut [TimedWord]) {
    let length = |word: &Word| word.end.saturating_sub(word.start);
    let mut lengths: Vec<MediaTime> =
        words.iter().map(|word| length(&word.word)).filter(|length| *length > MediaTime::ZERO).collect();
    lengths.sort();
    let Some(median) = lengths.get(lengths.len() / 2) else { return };
    let longest = MediaTime::from_millis(median.as_millis().min(LONGEST_MEDIAN_MILLIS) * 2);
    for index in 1..words.len() {
        let ends = |word: &Word| !word.text.is_empty() && SENTENCE_ENDS.contains(word.text.trim());
        if length(&words[index].word) <= longest {
            continue;
        }
        if ends(&words[index].word) {
            words[index].word.end = words[index].word.start.saturating_add(longest);
        } else if ends(&words[index - 1].word) {
            words[index].word.start = words[index].word.end.saturating_sub(longest);
        }
    }
}

/// Joins opening marks to the word behind them and closing marks to the word before them.
fn join_marks(words: Vec<TimedWord>) -> Vec<TimedWord> {
    let mut joined: Vec<TimedWord> = Vec::new();
    let mut opening: Option<TimedWord> = None;
    for mut timed in words {
        let mark = timed.word.text.trim();
        if let Some(before) = opening.take() {
            timed.word.text.insert_str(0, &before.word.text);
            timed.token_count += before.token_count;
        } else if timed.word.text.starts_with(' ') && !mark.is_empty() && OPENING_MARKS.contains(mark) {
            opening = Some(timed);
            continue;
        }
        match joined.last_mut() {
            Some(last)
                if CLOSING_MARKS.contains(timed.word.text.as_str()) && !last.word.text.ends_with(' ') =>
            {
                last.word.text.push_str(&timed.word.text);
                last.token_count += timed.token_count;
            }
            _ => joined.push(timed),
        }
    }
    joined.extend(opening);
    joined
}

/// Gives every word a length, keeps them in order, and inside `start..=end` where they can be.
pub(crate) fn settle(words: &mut [Word], start: MediaTime, end: MediaTime) {
    let shortest = MediaTime::from_millis(STEP_MILLIS);
    let mut earliest = start;
    for word in words {
        word.start = word.start.clamp(earliest, end.max(earliest));
        word.end =
            word.end.clamp(word.start.saturating_add(shortest), end.max(word.start.saturating_add(shortest)));
        earliest = word.end;
    }
}

/// Hundredths of a second to a time.
pub(crate) fn time_of_frame(frame: usize) -> MediaTime {
    MediaTime::from_millis(frame as u64 * (1000 / FRAMES_PER_SECOND as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_follows_the_weights() {
        // Three tokens heard at positions 0-1, 2-4 and 5.
        let heard = [(0, 0..2), (1, 2..5), (2, 5..6)];
        let mut matrix = vec![vec![0.0; 6]; 3];
        for (token, positions) in heard {
            positions.for_each(|position| matrix[token][position] = 1.0);
        }
        assert_eq!(token_begins(&matrix), [0, 2, 5]);
    }

    #[test]
    fn medians_reflect_the_ends() {
        let row = [9.0, 1.0, 2.0, 3.0, 4.0];
        // Around 0: 3 2 1 9 1 2 3.
        assert_eq!(smoothed(&row)[0], 2.0);
        assert_eq!(smoothed(&[1.0, 5.0]), [1.0, 5.0], "too short to smooth");
    }

    fn word(text: &str, start: u64, end: u64) -> TimedWord {
        let time = MediaTime::from_millis;
        let word = Word { text: text.into(), start: time(start), end: time(end), probability: 1.0 };
        TimedWord { word, token_count: 1 }
    }

    #[test]
    fn marks_join_their_words() {
        let words = [" “", "We", " agreed", ".", "”", " -"].map(|text| word(text, 0, 20)).into();
        let joined: Vec<_> =
            join_marks(words).into_iter().map(|word| (word.word.text, word.token_count)).collect();
        assert_eq!(joined, [(" “We".into(), 2), (" agreed.”".into(), 3), (" -".to_string(), 1)]);
    }

    #[test]
    fn settled_words_have_length_and_order() {
        let mut words: Vec<Word> =
            [(500, 500), (400, 700), (9000, 9000)].map(|(start, end)| word(" a", start, end).word).into();
        settle(&mut words, MediaTime::from_millis(450), MediaTime::from_millis(800));
        let times: Vec<_> = words.iter().map(|word| (word.start.as_millis(), word.end.as_millis())).collect();
        assert_eq!(times, [(500, 520), (520, 700), (800, 820)]);
    }
}
