//! Groups tokens into words.
//!
//! Follows `split_to_word_tokens` of openai/whisper, `tokenizer.py`, at c0d2f62, and of faster-whisper 1.2.1, from
//! which it differs in one point: tokens of a broken character at the end are kept, not lost.

use super::{Token, Vocabulary};

/// Languages written without spaces between words.
const WITHOUT_SPACES: [&str; 6] = ["zh", "ja", "th", "lo", "my", "yue"];

/// Python's `string.punctuation`. A word is punctuation if it is found in here, in one piece.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A stretch of text and its tokens.
type Word = (String, Vec<Token>);

pub(super) fn split_words(vocabulary: &Vocabulary, tokens: &[Token], language: &str) -> Vec<Word> {
    let characters = split_on_characters(vocabulary, tokens);
    if WITHOUT_SPACES.contains(&language) { characters } else { join_to_words(vocabulary, characters) }
}

/// Cuts after each token with which a character ends.
fn split_on_characters(vocabulary: &Vocabulary, tokens: &[Token]) -> Vec<Word> {
    let whole: Vec<char> = decode_with_timestamps(vocabulary, tokens).chars().collect();
    let mut words: Vec<Word> = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut before = 0; // characters of `whole` that came before `current`
    for token in tokens {
        current.push(*token);
        let text = decode_with_timestamps(vocabulary, &current);
        let broken = text.chars().position(|character| character == char::REPLACEMENT_CHARACTER);
        // A replacement that the whole text shows too is not a character cut in two: these bytes are no UTF-8.
        let is_whole =
            broken.is_none_or(|index| whole.get(before + index) == Some(&char::REPLACEMENT_CHARACTER));
        if is_whole {
            before += text.chars().count();
            words.push((text, std::mem::take(&mut current)));
        }
    }
    if !current.is_empty() {
        words.push((decode_with_timestamps(vocabulary, &current), current));
    }
    words
}

/// Joins to the word before what neither begins with a space nor is punctuation or special.
fn join_to_words(vocabulary: &Vocabulary, parts: Vec<Word>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (text, tokens) in parts {
        let is_special = tokens.first().is_some_and(|token| *token >= vocabulary.end_of_text());
        let is_start =
            is_special || text.starts_with(' ') || PUNCTUATION.contains(text.trim_matches(is_python_space));
        match words.last_mut() {
            Some((word, word_tokens)) if !is_start => {
                word.push_str(&text);
                word_tokens.extend(tokens);
            }
            _ => words.push((text, tokens)),
        }
    }
    words
}

/// What Python's `str.strip` strips: Unicode's white space and the four separators of ASCII.
fn is_python_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// Text with timestamps as `<|1.08|>`; other special tokens have no text.
fn decode_with_timestamps(vocabulary: &Vocabulary, tokens: &[Token]) -> String {
    let mut text = String::new();
    for run in
        tokens.chunk_by(|left, right| !vocabulary.is_timestamp(*left) && !vocabulary.is_timestamp(*right))
    {
        match run {
            [token] if vocabulary.is_timestamp(*token) => {
                let hundredths = 2 * u64::from(token - vocabulary.timestamp_begin());
                text.push_str(&format!("<|{}.{:02}|>", hundredths / 100, hundredths % 100));
            }
            _ => text.push_str(&vocabulary.decode(run)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bytes_only, mini};
    use super::*;

    #[track_caller]
    fn check(text: &str, language: &str, expected: &[&str]) {
        let vocabulary = mini();
        let words = vocabulary.split_words(&vocabulary.encode(text), language);
        let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(texts, expected, "for `{text}` in `{language}`");
    }

    #[test]
    fn words_begin_at_spaces_and_punctuation_stands_alone() {
        check(" The rain, then.", "en", &[" The", " rain", ",", " then", "."]);
        check("it's", "en", &["it", "'s"]); // `'` and `s` are two tokens here; where `'s` is one, it joins the word before.
        check(" “Yes”", "en", &[" “Yes”"]); // Curly quotes are no ASCII punctuation.
        check("日本 語", "en", &["日本", " 語"]);
        check("", "en", &[]);
    }

    #[test]
    fn languages_without_spaces_are_cut_at_characters() {
        check("日本語", "ja", &["日", "本", "語"]);
        check("日本語", "de", &["日本語"]);
        check("กข", "th", &["ก", "ข"]);
    }

    #[test]
    fn special_tokens_are_words_of_their_own() {
        let vocabulary = bytes_only();
        let begin = vocabulary.timestamp_begin();
        let end = vocabulary.end_of_text();
        let mut tokens = vec![begin];
        tokens.extend(vocabulary.encode(" a"));
        tokens.extend([begin + 54, end]);
        let expected = [
            ("<|0.00|>".to_owned(), vec![begin]),
            (" a".to_owned(), vec![u32::from(b' '), u32::from(b'a')]),
            ("<|1.08|>".to_owned(), vec![begin + 54]),
            (String::new(), vec![end]),
        ];
        assert_eq!(vocabulary.split_words(&tokens, "en"), expected);
    }

    #[test]
    fn a_character_cut_off_at_the_end_keeps_its_tokens() {
        // Two of the three bytes of `€`: one replacement in the text, so the second token finds nothing opposite.
        let words = bytes_only().split_words(&[0x61, 0xe2, 0x82], "en");
        assert_eq!(words, [("a\u{fffd}\u{fffd}".to_owned(), vec![0x61, 0xe2, 0x82])]);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_the_words_after_them() {
        let words = bytes_only().split_words(&[0x61, 0xff, 0x20, 0x62], "en");
        assert_eq!(words, [("a\u{fffd}".to_owned(), vec![0x61, 0xff]), (" b".to_owned(), vec![0x20, 0x62])]);
    }

    proptest::proptest! {
        #[test]
        fn no_token_is_lost(tokens in proptest::collection::vec(0u32..2_000, 0..40), spaced: bool) {
            let words = mini().split_words(&tokens, if spaced { "en" } else { "ja" });
            let kept: Vec<Token> = words.into_iter().flat_map(|(_, tokens)| tokens).collect();
            proptest::prop_assert_eq!(kept, tokens);
        }

        #[test]
        fn words_join_to_the_text(text in "[^\u{fffd}]*") {
            let vocabulary = mini();
            let words = vocabulary.split_words(&vocabulary.encode(&text), "en");
            let joined: String = words.into_iter().map(|(word, _)| word).collect();
            proptest::prop_assert_eq!(joined, text);
        }
    }
}
