//! Cuts text into the pieces within which bytes are merged: words and numbers with the space before them, runs of
//! signs, runs of spaces, and the English endings `'s 't 're 've 'm 'll 'd`.
//!
//! Follows the pattern of `get_encoding` in openai/whisper, `tokenizer.py`, at c0d2f62:
//!
//! ```text
//! 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//! ```

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

const ENDINGS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// The classes of characters that the pattern tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// `\p{L}`. Not `char::is_alphabetic`, which counts vowel signs of Devanagari and its kin as letters.
    Letter,
    /// `\p{N}`.
    Number,
    /// `\s`.
    Space,
    Sign,
}

fn class(character: char) -> Class {
    if character.is_ascii_alphabetic() {
        return Class::Letter;
    }
    if character.is_whitespace() {
        return Class::Space;
    }
    match character.general_category_group() {
        GeneralCategoryGroup::Letter => Class::Letter,
        GeneralCategoryGroup::Number => Class::Number,
        _ => Class::Sign,
    }
}

/// The pieces of a text, in order; joined they are the text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(first_piece_bytes(rest));
        rest = after;
        Some(piece)
    })
}

/// Length of the first piece of a text that is not empty, in bytes.
fn first_piece_bytes(text: &str) -> usize {
    if let Some(ending) = ENDINGS.iter().find(|ending| text.starts_with(**ending)) {
        return ending.len();
    }
    let word = text.strip_prefix(' ').unwrap_or(text);
    match word.chars().next().map(class) {
        None | Some(Class::Space) => spaces_bytes(text),
        Some(wanted) => text.len() - word.len() + run_bytes(word, wanted),
    }
}

/// Length in bytes of the run of one class at the start of a text.
fn run_bytes(text: &str, wanted: Class) -> usize {
    text.find(|character| class(character) != wanted).unwrap_or(text.len())
}

/// Length in bytes of the spaces at the start of a text that make one piece: `\s+(?!\S)|\s+`.
fn spaces_bytes(text: &str) -> usize {
    let run = run_bytes(text, Class::Space);
    let last = text[..run].chars().next_back().map_or(0, char::len_utf8);
    // The last space goes with the word after it, unless it is the only one or no word follows.
    if run == text.len() || run == last { run } else { run - last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_as_the_pattern_says() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(pieces(text).collect::<Vec<_>>(), expected, "for {text:?}");
        }
        check("", &[]);
        check("Good evening", &["Good", " evening"]);
        check("it's they'll I'd", &["it", "'s", " they", "'ll", " I", "'d"]);
        check("IT'S", &["IT", "'", "S"]); // The endings are in lower case only.
        check("''s", &["''", "s"]); // Signs are taken as a run before the ending is seen.
        check(" 's", &[" '", "s"]);
        check("'special", &["'s", "pecial"]); // So the pattern has it.
        check("in 2024, 3½%", &["in", " 2024", ",", " 3½", "%"]);
        check("a1b", &["a", "1", "b"]);
        check("  two", &[" ", " two"]);
        check("   three", &["  ", " three"]);
        check("a\nb", &["a", "\n", "b"]);
        check("a\n\nb", &["a", "\n", "\n", "b"]);
        check("a \n b", &["a", " \n", " b"]);
        check("end  ", &["end", "  "]);
        check(" ", &[" "]);
        check("\u{a0}x", &["\u{a0}", "x"]); // Only a plain space joins a word.
        check("हिन्दी", &["ह", "ि", "न", "्", "द", "ी"]); // Vowel signs are marks, not letters.
        check("Ⅷ²٣", &["Ⅷ²٣"]);
        check("日本語 です", &["日本語", " です"]);
        check("— “Yes!”", &["—", " “", "Yes", "!”"]);
        check("👍🏽 ok", &["👍🏽", " ok"]);
    }

    proptest::proptest! {
        #[test]
        fn pieces_are_never_empty_and_join_to_the_text(text: String) {
            let all: Vec<&str> = pieces(&text).collect();
            proptest::prop_assert!(all.iter().all(|piece| !piece.is_empty()));
            proptest::prop_assert_eq!(all.concat(), text);
        }

        #[test]
        fn spaces_and_words_mix(text in "[ \n\t'sa1.]{0,30}") {
            proptest::prop_assert_eq!(pieces(&text).collect::<String>(), text);
        }
    }
}
