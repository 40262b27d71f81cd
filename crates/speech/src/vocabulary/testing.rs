//! Small vocabularies for tests.

use super::Vocabulary;

/// Merged tokens of [`mini`], in the order of their rank.
const MERGED: [&str; 40] = [
    "he", "in", "re", " t", " a", "aa", "the", " the", "ou", "nd", "ing", "an", "st", " s", " w", "er", "en",
    "on", "or", "it", "aaaa", " there", "at", " and", "is", "th", "é", "日", " 20", "24", "  ", "\n\n", "--",
    " -", "!!", "ai", "rain", " rain", "..", "...",
];

/// The 256 bytes and nothing else; 99 languages.
pub(crate) fn bytes_only() -> Vocabulary {
    Vocabulary::from_byte_tokens((0..=u8::MAX).map(|byte| vec![byte]).collect(), 99).unwrap()
}

/// The tokens of [`mini`].
pub(crate) fn mini_tokens() -> Vec<Vec<u8>> {
    let bytes = (0..=u8::MAX).map(|byte| vec![byte]);
    bytes.chain(MERGED.iter().map(|text| text.as_bytes().to_vec())).collect()
}

/// The 256 bytes and 40 merged tokens; 99 languages.
pub(crate) fn mini() -> Vocabulary {
    Vocabulary::from_byte_tokens(mini_tokens(), 99).unwrap()
}
