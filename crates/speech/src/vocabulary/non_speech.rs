//! The tokens that write what nobody said: speaker tags, notes in brackets, music signs.

use std::collections::BTreeSet;

use super::{Token, Vocabulary};

/// Signs that are suppressed where they are one token, with spaces between them.
///
/// These and the next follow `non_speech_tokens` of openai/whisper, `tokenizer.py`, at c0d2f62.
const SIGNS: &str = r#"" # ( ) * + / : ; < = > @ [ \ ] ^ _ ` { | } ~ 「 」 『 』
    << >> <<< >>> -- --- -( -[ (' (" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪"#;

/// Music signs: suppressed by their first token even where they are several, which other signs of U+2640..U+267F share.
const MUSIC: [&str; 7] = ["♩", "♪", "♫", "♬", "♭", "♮", "♯"];

/// Allowed between words but not before one.
const BEFORE_A_WORD: [&str; 2] = [" -", " '"];

pub(super) fn non_speech_tokens(vocabulary: &Vocabulary) -> Vec<Token> {
    let only = |sign: &str| <[Token; 1]>::try_from(vocabulary.encode(sign)).ok().map(|[token]| token);
    let first = |sign: &str| vocabulary.encode(sign).first().copied();
    let with_space = |sign: &str| [sign.to_owned(), format!(" {sign}")];

    let mut tokens = BTreeSet::new();
    tokens.extend(SIGNS.split_whitespace().flat_map(with_space).filter_map(|sign| only(&sign)));
    tokens.extend(MUSIC.into_iter().flat_map(with_space).filter_map(|sign| first(&sign)));
    tokens.extend(BEFORE_A_WORD.iter().filter_map(|sign| first(sign)));
    tokens.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::mini;
    use super::*;

    #[test]
    fn signs_are_suppressed_and_words_are_not() {
        let vocabulary = mini();
        let tokens = vocabulary.non_speech_tokens();
        #[track_caller]
        fn check(tokens: &[Token], text: &[Token], expected: bool) {
            assert_eq!(text.iter().all(|token| tokens.contains(token)), expected);
        }
        check(&tokens, &vocabulary.encode("("), true);
        check(&tokens, &vocabulary.encode("\\"), true);
        check(&tokens, &vocabulary.encode("--"), true); // One token of this vocabulary,
        check(&tokens, &vocabulary.encode(" -"), true); // and allowed only within words:
        check(&tokens, &vocabulary.encode("-"), false);
        check(&tokens, &vocabulary.encode("♪")[..1], true); // Three tokens here: the first of them.
        check(&tokens, &vocabulary.encode("!!"), false);
        check(&tokens, &vocabulary.encode(" the"), false);
        // `" '"` is two tokens here, so the space itself is suppressed, as the reference would do.
        check(&tokens, &vocabulary.encode(" "), true);
    }
}
