//! Words of a text as they are indexed and looked up: one rule for both, or a word would never be found.
//!
//! ```text
//! "Zelenskyy's 8,000"  ->  zelenskyy  s  8  000
//! ```
//!
//! A word is a run of letters, digits and marks in any script; everything else separates. Chinese, Japanese,
//! Thai, Lao, Khmer and Burmese are written without spaces, so that there each character is a word, and what
//! a person types becomes a phrase of them. Case and the marks over letters don't count.

use std::iter::FusedIterator;
use std::ops::Range;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};
use tantivy::tokenizer::{
    Language, Stemmer, TextAnalyzer, Token as IndexToken, TokenStream, Tokenizer as IndexTokenizer,
};

/// Words of more bytes are left out: nobody says or looks for them, and they come from damaged files.
pub(crate) const LONGEST_WORD_BYTES: usize = 200;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where it stands, in bytes of the text.
    pub(crate) bytes: Range<usize>,
    /// In lower case and without marks.
    pub(crate) exact: String,
}

/// The words of `text` in their order.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Token> {
    Spans::new(text).map(|bytes| Token { exact: exact(&text[bytes.clone()]), bytes })
}

/// A word in lower case and without marks.
fn exact(word: &str) -> String {
    let mut exact = String::with_capacity(word.len());
    fold_into(word, &mut exact);
    exact
}

/// How many words `text` has.
pub(crate) fn count(text: &str) -> usize {
    Spans::new(text).count()
}

/// The words of `text` in their order, each only as long as it is looked at: without room of its own for each.
pub(crate) fn each_word(text: &str, mut visit: impl FnMut(&str)) {
    let mut exact = String::new();
    for bytes in Spans::new(text) {
        exact.clear();
        fold_into(&text[bytes], &mut exact);
        visit(&exact);
    }
}

/// Where the words of a text stand, in bytes.
pub(crate) struct Spans<'a> {
    text: &'a str,
    /// What was looked at so far.
    at: usize,
}

impl<'a> Spans<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The role of the next character, and its length in bytes; `None` at the end.
    fn ahead(&self) -> Option<(Role, usize)> {
        // Most are ASCII, and one byte tells.
        let byte = *self.text.as_bytes().get(self.at)?;
        if byte.is_ascii() {
            return Some((role_of_ascii(byte), 1));
        }
        let c = self.text[self.at..].chars().next()?;
        Some((role(c), c.len_utf8()))
    }
}

impl Iterator for Spans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at;
            let (role, length) = self.ahead()?;
            self.at += length;
            if role == Role::Separator {
                continue;
            }
            while role == Role::InWord
                && let Some((Role::InWord, length)) = self.ahead()
            {
                self.at += length;
            }
            if self.at - start <= LONGEST_WORD_BYTES {
                return Some(start..self.at);
            }
        }
    }
}

impl FusedIterator for Spans<'_> {}

/// What a character is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    InWord,
    WholeWord,
    Separator,
}

fn role_of_ascii(byte: u8) -> Role {
    if byte.is_ascii_alphanumeric() { Role::InWord } else { Role::Separator }
}

/// Of a character beyond ASCII.
fn role(c: char) -> Role {
    match c {
        c if is_unspaced(c) => Role::WholeWord,
        c if c.is_alphanumeric() || is_mark(c) => Role::InWord,
        _ => Role::Separator,
    }
}

/// Letters of scripts that don't put spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0eff}'     // Thai, Lao
        | '\u{1000}'..='\u{109f}'   // Burmese
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3040}'..='\u{30ff}'   // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' // Chinese characters
    ) && c.is_alphanumeric()
}

/// Combining marks, such as the acute accent of a decomposed `é`.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Appends `word` in lower case and without marks.
fn fold_into(word: &str, folded: &mut String) {
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return;
    }
    for c in word.chars().flat_map(char::to_lowercase) {
        if is_mark(c) {
            continue;
        }
        // Marks go first: `ǣ` becomes `æ`, and that is written out.
        let bare = if c.is_ascii() || written_out(c).is_some() { c } else { without_marks(c) };
        match written_out(bare) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(bare),
        }
    }
    // A mark without a letter is a word of its own, else it would be an empty one.
    if folded.is_empty() {
        folded.push_str(word);
    }
}

/// Letters that Unicode does not decompose, as English writes them.
fn written_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

/// The letter below the marks: `e` of `é`, also of `ế`.
fn without_marks(c: char) -> char {
    // No accented и: another letter.
    if c == 'й' {
        return c;
    }
    match CanonicalDecompositionBorrowed::new().decompose(c) {
        Decomposed::Expansion(letter, mark) if is_mark(mark) => without_marks(letter),
        Decomposed::Singleton(letter) => without_marks(letter),
        Decomposed::Expansion(..) | Decomposed::Default => c,
    }
}

/// [`tokens`] as the index wants it.
#[derive(Clone, Default)]
pub(crate) struct ExactWords;

impl IndexTokenizer for ExactWords {
    type TokenStream<'a> = ExactStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ExactStream<'a> {
        ExactStream::new(text)
    }
}

/// The words of one text.
pub(crate) struct ExactStream<'a> {
    text: &'a str,
    spans: Spans<'a>,
    token: IndexToken,
}

impl<'a> ExactStream<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, spans: Spans::new(text), token: IndexToken::default() }
    }
}

impl TokenStream for ExactStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(bytes) = self.spans.next() else { return false };
        self.token.text.clear();
        fold_into(&self.text[bytes.clone()], &mut self.token.text);
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = bytes.start;
        self.token.offset_to = bytes.end;
        true
    }

    fn token(&self) -> &IndexToken {
        &self.token
    }

    fn token_mut(&mut self) -> &mut IndexToken {
        &mut self.token
    }
}

/// The words of a text without their English endings: `ferry`, `ferries` and `ferry's` are one.
#[derive(Clone)]
pub(crate) struct Stems(TextAnalyzer);

impl Default for Stems {
    fn default() -> Self {
        Self(TextAnalyzer::builder(ExactWords).filter(Stemmer::new(Language::English)).build())
    }
}

impl Stems {
    /// The stem of a word that [`tokens`] gave.
    pub(crate) fn of_word(&mut self, exact: &str) -> String {
        let mut stream = self.0.token_stream(exact);
        if stream.advance() { std::mem::take(&mut stream.token_mut().text) } else { exact.to_owned() }
    }

    /// The stems of the words of `text`, one for each of [`tokens`].
    #[cfg(test)]
    pub(crate) fn of_text(&mut self, text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        self.0.token_stream(text).process(&mut |token| stems.push(token.text.clone()));
        stems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).map(|token| token.exact).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(words(text), expected, "for {text:?}");
            assert_eq!(count(text), expected.len(), "for {text:?}");
        }
        check("", &[]);
        check(" -- ... 🎵 ", &[]);
        check("The Ferry, late.", &["the", "ferry", "late"]);
        check("it's 8,000 U.S. dollars", &["it", "s", "8", "000", "u", "s", "dollars"]);
        check("al-Quds", &["al", "quds"]);
        check(
            "ÀÉÎÕÜ Żółć Erdoğan Straße ŒUVRE Ærø",
            &["aeiou", "zolc", "erdogan", "strasse", "oeuvre", "aero"],
        );
        check("e\u{301}te\u{301} \u{301}", &["ete", "\u{301}"]);
        check("İstanbul", &["istanbul"]);
        check("tiếng Việt", &["tieng", "viet"]);
        check("Зеленський ещё", &["зеленськии".replace("ии", "ий").as_str(), "еще"]);
        check("Άδης", &["αδης"]);
        check("한국어 뉴스", &["한국어", "뉴스"]);
        check("世界 ニュース", &["世", "界", "ニ", "ュ", "ー", "ス"]);
        check("ข่าว", &["ข", "า", "ว"]);
        check("العربية نعم", &["العربية", "نعم"]);
        check("हिन्दी", &["हिन", "दी"]);
        check(&"x".repeat(LONGEST_WORD_BYTES), &[&"x".repeat(LONGEST_WORD_BYTES)]);
        check(&format!("a {} b", "x".repeat(LONGEST_WORD_BYTES + 1)), &["a", "b"]);
    }

    #[test]
    fn a_word_stands_where_it_was_written() {
        let text = "Ön, die Fähre!";
        let spans: Vec<&str> = tokens(text).map(|token| &text[token.bytes]).collect();
        assert_eq!(spans, ["Ön", "die", "Fähre"]);
    }

    #[test]
    fn endings_do_not_count() {
        let stems = Stems::default().of_text("Ferries ferry FERRY'S negotiating negotiators 海運");
        assert_eq!(stems, ["ferri", "ferri", "ferri", "s", "negoti", "negoti", "海", "運"]);
    }

    proptest::proptest! {
        #[test]
        fn index_and_query_see_the_same_words(text in "(\\PC|[ .'é\u{301}海a-z]){0,60}") {
            let ours: Vec<Token> = tokens(&text).collect();
            let mut indexed = Vec::new();
            let mut positions = Vec::new();
            ExactWords.token_stream(&text).process(&mut |token| {
                indexed.push(Token { bytes: token.offset_from..token.offset_to, exact: token.text.clone() });
                positions.push(token.position);
            });
            proptest::prop_assert_eq!(&positions, &(0..ours.len()).collect::<Vec<_>>());
            let mut stems = Stems::default();
            let one_by_one: Vec<String> = ours.iter().map(|token| stems.of_word(&token.exact)).collect();
            proptest::prop_assert_eq!(stems.of_text(&text), one_by_one);
            // `locate` relies on it.
            for (token, stem) in ours.iter().zip(stems.of_text(&text)) {
                proptest::prop_assert_eq!(token.exact.chars().next(), stem.chars().next());
            }
            proptest::prop_assert!(ours.iter().all(|token| !token.exact.is_empty()));
            // A folded word is a word, and folding it again changes nothing.
            for token in &ours {
                let again: String = tokens(&token.exact).map(|token| token.exact).collect();
                proptest::prop_assert_eq!(&again, &token.exact);
            }
            proptest::prop_assert_eq!(indexed, ours);
        }
    }
}
