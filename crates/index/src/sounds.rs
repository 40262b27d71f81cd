//! Words that sound alike, as a recogniser mishears them: `Walsh` for `Waltz`.

use rphonetic::{DoubleMetaphone, Encoder as _, MatchRatingApproach};

/// Longer words are compared by their beginnings; nobody looks for one by its sound.
const LONGEST_WORD: usize = 32;

/// The sound of a word that is looked for.
pub(crate) struct Sound {
    word: String,
    codes: [String; 2],
    metaphone: DoubleMetaphone,
}

impl Sound {
    pub(crate) fn of(word: &str) -> Self {
        let metaphone = DoubleMetaphone::default();
        let word = letters(word);
        let codes = codes(&metaphone, &word);
        Self { word, codes, metaphone }
    }

    /// Whether a word of the index sounds like it: by the code of Double Metaphone, which leaves out vowels, or by
    /// the Match Rating Approach, which allows for a different consonant. Neither alone finds what recognisers
    /// make of names.
    pub(crate) fn is_like(&self, other: &str) -> bool {
        if other == self.word {
            return true;
        }
        let is_about_as_long = |a: usize, b: usize| a <= 2 * b + 1 && b <= 2 * a + 1;
        if !other.is_ascii()
            || !other.bytes().all(|byte| byte.is_ascii_alphabetic())
            || self.word.is_empty()
            || other.len() > LONGEST_WORD
            || !is_about_as_long(other.len(), self.word.len())
        {
            return false;
        }
        let others = codes(&self.metaphone, other);
        let share_code = self.codes.iter().any(|code| !code.is_empty() && others.contains(code));
        let begin_alike =
            begins(&self.codes[0]).is_some_and(|first| others.iter().any(|code| begins(code) == Some(first)));
        share_code || (begin_alike && MatchRatingApproach.is_encoded_equals(&self.word, other))
    }
}

/// The first sound; of two vowels it says nothing which.
fn begins(code: &str) -> Option<char> {
    code.chars().next()
}

fn codes(metaphone: &DoubleMetaphone, word: &str) -> [String; 2] {
    let result = metaphone.double_metaphone(word);
    [result.primary(), result.alternate()]
}

fn letters(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphabetic).take(LONGEST_WORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_misheard_sounds_alike() {
        for (word, other) in [
            ("waltz", "walsh"),
            ("healey", "healy"),
            ("kyiv", "kiev"),
            ("morrow", "moro"),
            ("skerry", "skery"),
            ("peskov", "pescoff"),
        ] {
            assert!(Sound::of(word).is_like(other), "{word} {other}");
            assert!(Sound::of(other).is_like(word), "{other} {word}");
        }
    }

    #[test]
    fn other_words_do_not() {
        for (word, other) in [
            ("waltz", "ferry"),
            ("harbour", "barrier"),
            ("a", "aaaaaaaaaaaa"),
            ("", "a"),
            ("ж", "a"),
            ("12", "12th"),
        ] {
            assert!(!Sound::of(word).is_like(other), "{word} {other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_words_can_be_compared(word: String, other: String) {
            let _ = Sound::of(&word).is_like(&other.to_lowercase());
        }
    }
}
