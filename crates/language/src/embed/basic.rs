//! Text -> words, as BERT's uncased models were trained on them.
//!
//! Follows `BertNormalizer` (clean, space CJK, strip accents, lower-case) and `BertPreTokenizer` (split at white space,
//! punctuation alone) of huggingface/tokenizers 0.22. One thing differs: words like `[MASK]` in a text are text, since a
//! person wrote them.

use icu_normalizer::DecomposingNormalizerBorrowed;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Words with more characters have no pieces.
pub(super) const LONGEST_WORD_CHARACTERS: usize = 100;

/// Gives each word of a text to `take`, until that says to stop by returning `false`.
///
/// Of a word longer than [`LONGEST_WORD_CHARACTERS`] only the first characters and one more are given.
pub(super) fn words(text: &str, take: impl FnMut(&str) -> bool) {
    let mut words = Words { word: String::new(), characters: 0, take, goes_on: true };
    for character in text.chars() {
        words.add(character);
        if !words.goes_on {
            return;
        }
    }
    words.end();
}

/// The word that is being read.
struct Words<T> {
    word: String,
    characters: usize,
    take: T,
    goes_on: bool,
}

impl<T: FnMut(&str) -> bool> Words<T> {
    fn add(&mut self, character: char) {
        match character {
            'a'..='z' | '0'..='9' => self.push(character),
            'A'..='Z' => self.push(character.to_ascii_lowercase()),
            ' ' | '\t' | '\n' | '\r' => self.end(),
            '!'..='~' => self.alone(character), // what is left of ASCII: punctuation
            '\0'..='\x7f' | '\u{fffd}' => {}
            _ => self.add_beyond_ascii(character),
        }
    }

    fn add_beyond_ascii(&mut self, character: char) {
        if character.is_whitespace() {
            return self.end();
        }
        if character.general_category_group() == GeneralCategoryGroup::Other {
            return; // Control characters, soft hyphens, zero-width spaces.
        }
        if is_cjk(character) {
            self.end();
            self.add_decomposed(character);
            return self.end();
        }
        self.add_decomposed(character);
    }

    fn add_decomposed(&mut self, character: char) {
        let parts = DecomposingNormalizerBorrowed::new_nfd().normalize_iter(std::iter::once(character));
        for part in parts {
            if part.general_category() == GeneralCategory::NonspacingMark {
                continue;
            }
            for lower in part.to_lowercase() {
                match lower {
                    _ if lower.is_whitespace() => self.end(),
                    '!'..='~' if !lower.is_ascii_alphanumeric() => self.alone(lower),
                    _ if lower.general_category_group() == GeneralCategoryGroup::Punctuation => {
                        self.alone(lower)
                    }
                    _ => self.push(lower),
                }
            }
        }
    }

    fn push(&mut self, character: char) {
        if self.characters <= LONGEST_WORD_CHARACTERS {
            self.word.push(character);
            self.characters += 1;
        }
    }

    fn alone(&mut self, character: char) {
        self.end();
        self.push(character);
        self.end();
    }

    fn end(&mut self) {
        if self.characters > 0 && self.goes_on {
            self.goes_on = (self.take)(&self.word);
        }
        self.word.clear();
        self.characters = 0;
    }
}

/// The blocks that BERT takes for Chinese: ideographs, not kana or hangul.
fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}'
        | '\u{2b740}'..='\u{2b81f}'
        | '\u{2b920}'..='\u{2ceaf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, |word| {
            found.push(word.to_owned());
            true
        });
        found
    }

    #[test]
    fn words_are_those_of_the_reference() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(all(text), expected, "for {text:?}");
        }
        check(
            "The harbour's shut, Ünïted café!",
            &["the", "harbour", "'", "s", "shut", ",", "united", "cafe", "!"],
        );
        check("港は今 closed", &["港", "は", "今", "closed"]);
        check("don\u{2019}t\u{a0}stop\u{200b}now", &["don", "\u{2019}", "t", "stopnow"]);
        check("İstanbul ﬁsh №5 e\u{301}cole", &["istanbul", "ﬁsh", "№5", "ecole"]);
        check("$5.30 a_b [MASK]", &["$", "5", ".", "30", "a", "_", "b", "[", "mask", "]"]);
        check("\0\u{fffd}\u{7f}\u{ad}", &[]);
        check(&"x".repeat(500), &[&"x".repeat(101)]);
    }

    #[test]
    fn reading_stops_where_it_is_told_to() {
        let mut left = 2;
        words("one two three", |_| {
            left -= 1;
            left > 0
        });
        assert_eq!(left, 0);
    }

    proptest! {
        #[test]
        fn any_text_has_words_of_a_limited_length(text in ".{0,300}") {
            for word in all(&text) {
                prop_assert!(!word.is_empty() && word.chars().count() <= LONGEST_WORD_CHARACTERS + 1);
            }
        }
    }
}
