//! Text -> the words one hears in it, without case and marks.

use std::collections::HashMap;
use std::ops::Range;

use crate::languages::{Script, script_of};

/// The words of a text in lower case without marks, single spaces between them.
///
/// `Don't!` and `dont` are the same to the ear and to a recogniser that is caught in a loop.
pub fn spoken_words(text: &str) -> String {
    if text.is_ascii() {
        return spoken_ascii(text);
    }
    let kept: String = text
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || character.is_whitespace())
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same for most lines of most archives, in a fifth of the time.
fn spoken_ascii(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split(|character: char| character.is_ascii_whitespace() || character == '\u{b}') {
        let start = words.len();
        if start > 0 {
            words.push(' ');
        }
        let kept = word.bytes().filter(u8::is_ascii_alphanumeric);
        words.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
        if words.len() <= start + 1 && (start > 0 || words.is_empty()) {
            words.truncate(start);
        }
    }
    words
}

/// Whether text of this script has no spaces between its words.
pub(crate) fn is_unspaced(script: Script) -> bool {
    matches!(
        script,
        Script::Han
            | Script::Kana
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    )
}

/// The words of several lines as numbers, equal words having equal numbers.
///
/// In scripts without spaces each character is a word: enough to see what comes again.
pub(crate) struct SpokenLines {
    /// All words in order.
    pub(crate) words: Vec<u32>,
    /// For each line its words.
    lines: Vec<Range<usize>>,
    /// For each line how many words it is worth: two characters without spaces count as one.
    weights: Vec<usize>,
    /// How many different words there are; their numbers are below this.
    different: usize,
}

impl SpokenLines {
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut known = HashMap::new();
        let mut spoken = Self { words: Vec::new(), lines: Vec::new(), weights: Vec::new(), different: 0 };
        for text in texts {
            spoken.add(text, &mut known);
        }
        spoken.different = known.len();
        spoken
    }

    fn add(&mut self, text: &str, known: &mut HashMap<String, u32>) {
        let start = self.words.len();
        let mut number = |word: &str| match known.get(word) {
            Some(number) => *number,
            None => {
                let number = known.len() as u32; // fewer than bytes of a file, which is read below 4 GB
                known.insert(word.to_owned(), number);
                number
            }
        };
        let mut unspaced = 0;
        for word in spoken_words(text).split_ascii_whitespace() {
            if !word.is_ascii() && word.chars().filter_map(script_of).any(is_unspaced) {
                for character in word.chars() {
                    self.words.push(number(character.encode_utf8(&mut [0; 4])));
                    unspaced += 1;
                }
            } else {
                self.words.push(number(word));
            }
        }
        self.lines.push(start..self.words.len());
        self.weights.push(self.words.len() - start - unspaced / 2);
    }

    /// How many different words there are; each number is below this.
    pub(crate) fn different_words(&self) -> usize {
        self.different
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// The words of one line.
    pub(crate) fn line(&self, index: usize) -> &[u32] {
        &self.words[self.lines[index].clone()]
    }

    /// The places of one line's words among all.
    pub(crate) fn places(&self, index: usize) -> Range<usize> {
        self.lines[index].clone()
    }

    /// The words from one line to another.
    pub(crate) fn lines(&self, lines: Range<usize>) -> &[u32] {
        match (self.lines.get(lines.start), lines.end.checked_sub(1).and_then(|last| self.lines.get(last))) {
            (Some(first), Some(last)) if lines.start < lines.end => &self.words[first.start..last.end],
            _ => &[],
        }
    }

    /// How many words one line is worth.
    pub(crate) fn weight(&self, index: usize) -> usize {
        self.weights[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_marks_and_spaces_are_not_heard() {
        assert_eq!(spoken_words("  Don't —  SHUT it, at 5:30! "), "dont shut it at 530");
        assert_eq!(spoken_words("…"), "");
        assert_eq!(spoken_words(" - a - - Z9 - "), "a z9");
    }

    #[test]
    fn characters_are_words_where_no_spaces_are_written() {
        let spoken = SpokenLines::of(["港は今", "the port", ""].into_iter());
        assert_eq!(spoken.line(0).len(), 3);
        assert_eq!((spoken.weight(0), spoken.weight(1), spoken.weight(2)), (2, 2, 0));
        assert_eq!(spoken.lines(0..3).len(), 5);
        assert_eq!(spoken.lines(3..3), [0; 0]);
    }
}
