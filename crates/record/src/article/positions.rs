//! Characters to bytes and back, without counting from the beginning of the text each time.

use std::ops::Range;

/// Characters between two places whose bytes are noted. A look-up counts fewer than this.
const STRIDE_CHARS: usize = 256;

/// The places of a text in characters and in bytes.
///
/// Made in one pass over the text; each look-up then takes about the same short time wherever the place lies.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    text: &'a str,
    /// The byte at which each `STRIDE_CHARS`th character begins, from the zeroth on.
    noted: Vec<usize>,
    chars: usize,
}

impl<'a> Positions<'a> {
    /// Those of `text`.
    pub fn new(text: &'a str) -> Self {
        let mut noted = vec![0];
        let mut chars = 0;
        for (byte, _) in text.char_indices() {
            if chars > 0 && chars % STRIDE_CHARS == 0 {
                noted.push(byte);
            }
            chars += 1;
        }
        Self { text, noted, chars }
    }

    /// How many characters the text has.
    pub fn chars(&self) -> usize {
        self.chars
    }

    /// The byte at which the character begins; the end of the text for the character behind its last. `None`
    /// beyond it.
    pub fn byte_of(&self, char: usize) -> Option<usize> {
        if char > self.chars {
            return None;
        }
        let stride = (char / STRIDE_CHARS).min(self.noted.len() - 1);
        let from = self.noted[stride];
        let mut rest = self.text[from..].char_indices().map(|(byte, _)| from + byte);
        Some(rest.nth(char - stride * STRIDE_CHARS).unwrap_or(self.text.len()))
    }

    /// The character that begins at the byte, the number of all for the end of the text. `None` beyond it, and
    /// inside a character.
    pub fn char_of(&self, byte: usize) -> Option<usize> {
        if !self.text.is_char_boundary(byte) {
            return None;
        }
        let stride = self.noted.partition_point(|noted| *noted <= byte) - 1;
        Some(stride * STRIDE_CHARS + self.text[self.noted[stride]..byte].chars().count())
    }

    /// The bytes of a range of characters; `None` unless it lies in the text.
    pub fn bytes_of(&self, chars: &Range<usize>) -> Option<Range<usize>> {
        let (start, end) = (self.byte_of(chars.start)?, self.byte_of(chars.end)?);
        (start <= end).then_some(start..end)
    }

    /// The characters of a range of bytes; `None` unless it lies in the text, between characters.
    pub fn chars_of(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let (start, end) = (self.char_of(bytes.start)?, self.char_of(bytes.end)?);
        (start <= end).then_some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_beyond_the_text_are_none() {
        let positions = Positions::new("aé海");
        assert_eq!(positions.chars(), 3);
        assert_eq!(
            [0, 1, 2, 3, 4].map(|char| positions.byte_of(char)),
            [Some(0), Some(1), Some(3), Some(6), None]
        );
        assert_eq!(
            [0, 2, 3, 6, 7].map(|byte| positions.char_of(byte)),
            [Some(0), None, Some(2), Some(3), None]
        );
        assert_eq!(positions.bytes_of(&(1..3)), Some(1..6));
        assert_eq!(positions.bytes_of(&Range { start: 3, end: 1 }), None);
        assert_eq!(positions.chars_of(&(1..2)), None);
        assert_eq!(Positions::new("").bytes_of(&(0..0)), Some(0..0));
    }

    proptest::proptest! {
        #[test]
        fn look_ups_agree_with_counting(text in r"(\PC|[é海a]{50}|\n){0,40}") {
            let positions = Positions::new(&text);
            let mut chars = 0;
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                proptest::prop_assert_eq!(positions.byte_of(chars), Some(byte));
                proptest::prop_assert_eq!(positions.char_of(byte), Some(chars));
                chars += 1;
            }
            proptest::prop_assert_eq!(positions.chars(), chars - 1);
            proptest::prop_assert_eq!(positions.byte_of(chars), None);
        }
    }
}
