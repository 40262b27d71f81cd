//! The vocabulary of a Whisper network: text to tokens and back, and the tokens that steer it.
//!
//! ```text
//! text -> pieces (words with their space) -> bytes -> merged by rank -> tokens -> bytes -> text
//! ```
//!
//! The promise is `decode(&encode(text)) == text` for every text: all 256 bytes are tokens, or there is no vocabulary.
//! Nothing here opens a file; [`crate::weights`] reads the tokens from the forms in which they circulate.
//!
//! Follows `tokenizer.py` of openai/whisper at c0d2f62 and the `tiktoken` encoding beneath it.

pub(crate) mod byte_characters;
mod merge;
mod non_speech;
#[cfg(test)]
mod peer;
mod pieces;
#[cfg(test)]
pub(crate) mod testing;
mod words;

use std::collections::HashMap;
use std::fmt;

use crate::languages::{self, LANGUAGES};

/// Number of a token: the row of the embedding that stands for it.
pub type Token = u32;

/// Tokens from `<|0.00|>` to `<|30.00|>` in steps of 20 ms.
const TIMESTAMPS: usize = 1501;

/// End of text, start of transcript, translate, transcribe, start of LM, start of previous, no speech, no timestamps.
const TASK_TOKENS: usize = 8;

/// Special tokens beside those of the languages.
pub const SPECIAL_TOKENS: usize = TASK_TOKENS + TIMESTAMPS;

/// Text tokens of GPT-2, the vocabulary of the English-only networks; the multilingual one has one more.
const ENGLISH_TEXT_TOKENS: usize = 50_256;

/// Far above every Whisper (51,866), and low enough that every count fits.
const MAX_TEXT_TOKENS: usize = 1_000_000;

/// Why a list of tokens is no vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// More tokens than any network has.
    #[error("expected at most {MAX_TEXT_TOKENS} text tokens, found {found}")]
    TooManyTokens {
        /// How many there are.
        found: usize,
    },
    /// Whisper has 99 languages, or 100 since large-v3.
    #[error("expected tokens for 1 to {} languages, found {found}", LANGUAGES.len())]
    Languages {
        /// How many there are.
        found: usize,
    },
    /// Without a token for each byte some texts could not be written.
    #[error("expected a text token for each of the 256 bytes, found none for byte 0x{byte:02x}")]
    MissingByte {
        /// The first byte without one.
        byte: u8,
    },
}

/// The tokens of one network.
///
/// Ids follow openai's tokenizer: text tokens from 0, then end of text, start of transcript, the languages, translate,
/// transcribe, start of LM, start of previous, no speech, no timestamps, and 1,501 timestamps. The English-only
/// networks hold rows for the languages and tasks too and never use them.
#[derive(Clone)]
pub struct Vocabulary {
    /// The bytes of all text tokens, one after the other.
    text: Vec<u8>,
    /// Where each text token ends in `text`.
    ends: Vec<u32>,
    /// The token of these bytes. A token's number is its rank: the lower, the earlier it is merged.
    ranks: HashMap<Vec<u8>, Token>,
    languages: usize,
    multilingual: bool,
}

impl Vocabulary {
    /// Makes a vocabulary of text tokens, given as bytes in the order of their ids, and a number of languages.
    ///
    /// It is multilingual unless the tokens are as many as GPT-2's. Of equal tokens the first is written; empty ones never.
    ///
    /// # Errors
    ///
    /// If a byte has no token, or there are more tokens or other numbers of languages than Whisper can have.
    pub fn from_byte_tokens(
        text_tokens: Vec<Vec<u8>>,
        languages: usize,
    ) -> Result<Vocabulary, VocabularyError> {
        if text_tokens.len() > MAX_TEXT_TOKENS {
            return Err(VocabularyError::TooManyTokens { found: text_tokens.len() });
        }
        if languages == 0 || languages > LANGUAGES.len() {
            return Err(VocabularyError::Languages { found: languages });
        }
        let multilingual = text_tokens.len() != ENGLISH_TEXT_TOKENS;
        let mut vocabulary = Vocabulary {
            text: Vec::with_capacity(text_tokens.iter().map(Vec::len).sum()),
            ends: Vec::with_capacity(text_tokens.len()),
            ranks: HashMap::with_capacity(text_tokens.len()),
            languages,
            multilingual,
        };
        for (token, bytes) in (0..).zip(text_tokens) {
            vocabulary.text.extend_from_slice(&bytes);
            vocabulary.ends.push(u32::try_from(vocabulary.text.len()).unwrap_or(u32::MAX));
            vocabulary.ranks.entry(bytes).or_insert(token);
        }
        match (0..=u8::MAX).find(|byte| !vocabulary.ranks.contains_key([*byte].as_slice())) {
            Some(byte) => Err(VocabularyError::MissingByte { byte }),
            None => Ok(vocabulary),
        }
    }

    /// The same tokens for a network that knows English only, whatever their number.
    pub fn english_only(self) -> Vocabulary {
        Vocabulary { multilingual: false, ..self }
    }

    /// How many tokens there are, special ones included: the rows of the network's embedding.
    pub fn size(&self) -> usize {
        self.ends.len() + self.languages + SPECIAL_TOKENS
    }

    /// Whether the network tells languages apart, and so is given a language and a task.
    pub fn is_multilingual(&self) -> bool {
        self.multilingual
    }

    /// `<|endoftext|>`, the first special token: all below are text.
    pub fn end_of_text(&self) -> Token {
        self.special(0)
    }

    /// `<|startoftranscript|>`.
    pub fn start_of_transcript(&self) -> Token {
        self.special(1)
    }

    /// `<|translate|>`: the task of translating into English.
    pub fn translate(&self) -> Token {
        self.special(2 + self.languages)
    }

    /// `<|transcribe|>`: the task of writing what was said in the language it was said in.
    pub fn transcribe(&self) -> Token {
        self.special(3 + self.languages)
    }

    /// `<|startoflm|>`, which no released network uses.
    pub fn start_of_lm(&self) -> Token {
        self.special(4 + self.languages)
    }

    /// `<|startofprev|>`: text of the stretch before follows.
    pub fn start_of_previous(&self) -> Token {
        self.special(5 + self.languages)
    }

    /// `<|nospeech|>` (`<|nocaptions|>` in older files), whose probability tells silence from speech.
    pub fn no_speech(&self) -> Token {
        self.special(6 + self.languages)
    }

    /// `<|notimestamps|>`.
    pub fn no_timestamps(&self) -> Token {
        self.special(7 + self.languages)
    }

    /// `<|0.00|>`; each later timestamp is 20 ms after the one before.
    pub fn timestamp_begin(&self) -> Token {
        self.special(TASK_TOKENS + self.languages)
    }

    /// Whether a token is a timestamp.
    pub fn is_timestamp(&self, token: Token) -> bool {
        token >= self.timestamp_begin()
    }

    /// The token of a language, by anything that [`languages::find`] takes; `None` if this network has none for it.
    pub fn language_token(&self, code: &str) -> Option<Token> {
        let language = languages::find(code)?;
        self.language_tokens().find(|(known, _)| *known == language.code).map(|(_, token)| token)
    }

    /// The languages of this network, by code, and their tokens, in the order of the tokens.
    pub fn language_tokens(&self) -> impl Iterator<Item = (&'static str, Token)> {
        LANGUAGES[..self.languages].iter().map(|language| language.code).zip(self.special(2)..)
    }

    /// The tokens of a text, without special ones: a `<|...|>` in the text is text like any other.
    pub fn encode(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        for piece in pieces::pieces(text) {
            merge::merge(piece.as_bytes(), |bytes| self.ranks.get(bytes).copied(), &mut tokens);
        }
        tokens
    }

    /// The text of tokens; special tokens and timestamps are dropped, bytes that are not UTF-8 become U+FFFD.
    pub fn decode(&self, tokens: &[Token]) -> String {
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| self.text_of(*token)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The bytes a text token stands for, which need not be whole characters; nothing for special tokens.
    pub fn text_of(&self, token: Token) -> &[u8] {
        let index = token as usize;
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..*end as usize]
    }

    /// The tokens to suppress so that no speaker tags, notes or music signs are written, in rising order.
    pub fn non_speech_tokens(&self) -> Vec<Token> {
        non_speech::non_speech_tokens(self)
    }

    /// Groups tokens into words, each with its text, as the alignment of word times needs them.
    ///
    /// `language` is the code of the language spoken: some are written without spaces, and there every character that
    /// ends with a token is a word. All tokens come back, in order. End of text is a word of its own without text.
    pub fn split_words(&self, tokens: &[Token], language: &str) -> Vec<(String, Vec<Token>)> {
        words::split_words(self, tokens, language)
    }

    fn special(&self, offset: usize) -> Token {
        // Both summands are bounded by `from_byte_tokens`.
        (self.ends.len() + offset) as Token
    }
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocabulary")
            .field("size", &self.size())
            .field("languages", &self.languages)
            .field("multilingual", &self.multilingual)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{bytes_only, mini};
    use super::*;

    #[test]
    fn special_tokens_follow_the_text_tokens_in_the_order_of_the_reference() {
        let vocabulary = bytes_only();
        let ids = [
            vocabulary.end_of_text(),
            vocabulary.start_of_transcript(),
            vocabulary.translate(),
            vocabulary.transcribe(),
            vocabulary.start_of_lm(),
            vocabulary.start_of_previous(),
            vocabulary.no_speech(),
            vocabulary.no_timestamps(),
            vocabulary.timestamp_begin(),
        ];
        // 256 text tokens, 99 languages from 258 to 356.
        assert_eq!(ids, [256, 257, 357, 358, 359, 360, 361, 362, 363]);
        assert_eq!(vocabulary.size(), 363 + 1501);
        assert!(!vocabulary.is_timestamp(362));
        assert!(vocabulary.is_timestamp(363));
    }

    #[test]
    fn languages_have_tokens_up_to_their_number() {
        let vocabulary = bytes_only();
        assert_eq!(vocabulary.language_token("en"), Some(258));
        assert_eq!(vocabulary.language_token("German"), Some(260));
        assert_eq!(vocabulary.language_token("su"), Some(356));
        assert_eq!(vocabulary.language_token("yue"), None); // The hundredth, since large-v3.
        assert_eq!(vocabulary.language_token("klingon"), None);
        assert_eq!(vocabulary.language_tokens().count(), 99);
        assert_eq!(vocabulary.language_tokens().nth(1), Some(("zh", 259)));
    }

    #[test]
    fn as_many_tokens_as_gpt2_are_english_only() {
        let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        tokens.resize_with(50_256, Vec::new);
        let english = Vocabulary::from_byte_tokens(tokens.clone(), 99).unwrap();
        assert!(!english.is_multilingual());
        assert_eq!((english.size(), english.start_of_transcript()), (51_864, 50_257));

        tokens.push(Vec::new());
        let multilingual = Vocabulary::from_byte_tokens(tokens, 100).unwrap();
        assert!(multilingual.is_multilingual());
        assert_eq!((multilingual.size(), multilingual.language_token("yue")), (51_866, Some(50_358)));
        assert!(!multilingual.english_only().is_multilingual());
    }

    #[test]
    fn a_list_that_is_no_vocabulary_is_refused() {
        #[track_caller]
        fn check(tokens: Vec<Vec<u8>>, languages: usize, expected: &str) {
            let error = Vocabulary::from_byte_tokens(tokens, languages).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let bytes = || (0..=u8::MAX).map(|byte| vec![byte]);
        check(vec![], 99, "expected a text token for each of the 256 bytes, found none for byte 0x00");
        check(
            bytes().filter(|token| token != b"\n").collect(),
            99,
            "expected a text token for each of the 256 bytes, found none for byte 0x0a",
        );
        check(bytes().collect(), 0, "expected tokens for 1 to 100 languages, found 0");
        check(bytes().collect(), 101, "expected tokens for 1 to 100 languages, found 101");
        check(vec![vec![]; 1_000_001], 99, "expected at most 1000000 text tokens, found 1000001");
    }

    #[test]
    fn decoding_keeps_text_only() {
        let vocabulary = bytes_only();
        let mut tokens = vec![vocabulary.start_of_transcript(), vocabulary.timestamp_begin()];
        tokens.extend(vocabulary.encode("héllo"));
        tokens.extend([vocabulary.timestamp_begin() + 7, vocabulary.end_of_text(), u32::MAX]);
        assert_eq!(vocabulary.decode(&tokens), "héllo");
        assert_eq!(vocabulary.decode(&[0xc3, 0x28, 0xe2, 0x82]), "\u{fffd}(\u{fffd}");
        assert_eq!(vocabulary.decode(&[]), "");
    }

    #[test]
    fn equal_tokens_are_written_with_the_first() {
        let mut tokens: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        tokens.extend([b"ab".to_vec(), b"ab".to_vec(), Vec::new()]);
        let vocabulary = Vocabulary::from_byte_tokens(tokens, 99).unwrap();
        assert_eq!(vocabulary.encode("abab"), [256, 256]);
        assert_eq!(vocabulary.decode(&[256, 257, 258]), "abab");
    }

    #[test]
    fn special_tokens_in_a_text_are_text() {
        let vocabulary = mini();
        let tokens = vocabulary.encode("<|endoftext|>");
        assert!(tokens.iter().all(|token| *token < vocabulary.end_of_text()));
        assert_eq!(vocabulary.decode(&tokens), "<|endoftext|>");
    }

    proptest::proptest! {
        #[test]
        fn any_text_survives_encoding(text: String) {
            let vocabulary = mini();
            proptest::prop_assert_eq!(vocabulary.decode(&vocabulary.encode(&text)), text);
        }

        #[test]
        fn text_made_of_the_vocabulary_survives_encoding(words in proptest::collection::vec(0u32..340, 0..40)) {
            let vocabulary = mini();
            let text = vocabulary.decode(&words);
            proptest::prop_assert_eq!(vocabulary.decode(&vocabulary.encode(&text)), text);
        }

        #[test]
        fn any_tokens_decode(tokens: Vec<u32>) {
            let vocabulary = mini();
            let text = vocabulary.decode(&tokens);
            proptest::prop_assert!(text.chars().count() <= 8 * tokens.len());
        }
    }
}
