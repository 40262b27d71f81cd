//! Text -> its words as they are written, without case and marks.
//!
//! ```text
//! "Zelenskyy’s 8,000 U.S. troops – 5%"  ->  zelenskyy's  8000  us  troops  5  %
//! ```

use std::ops::Range;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// A longer run of letters is no word that anybody compares; it is cut here, so that nothing grows with it.
const LONGEST_WORD_CHARACTERS: usize = 100;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes of the text.
    pub bytes: Range<usize>,
    /// In lower case, without marks, points and commas; apostrophes are straight.
    pub folded: String,
}

/// The words of a text in order. Signs that are read aloud (`$`, `£`, `€`, `%`, `&`) are words of their own.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = match c {
            c if c.is_alphanumeric() => end_of_word(text, at),
            '$' | '£' | '€' | '%' | '&' => at + c.len_utf8(),
            _ => {
                at += c.len_utf8();
                continue;
            }
        };
        words.push(Word { bytes: at..end, folded: fold(&text[at..end]) });
        at = end;
    }
    words
}

/// A written word as it is compared: in lower case, without marks and points, with straight apostrophes.
pub fn fold(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.to_ascii_lowercase();
    }
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    let mut folded = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            '’' | '‘' | 'ʼ' | '＇' => folded.push('\''),
            '.' if is_number => folded.push(c),
            '.' | ',' => {}
            c if is_mark(c) => {}
            c => folded.push(without_marks(c)),
        }
    }
    folded
}

/// Where the word that begins at `start` with a letter or a digit ends.
fn end_of_word(text: &str, start: usize) -> usize {
    let is_inner = |c: char| c.is_alphanumeric() || is_mark(c);
    let mut end = start;
    for _ in 0..LONGEST_WORD_CHARACTERS {
        let mut rest = text[end..].chars();
        let Some(c) = rest.next() else { break };
        let is_joined = match c {
            c if is_inner(c) => true,
            '\'' | '’' | '‘' | 'ʼ' | '＇' => rest.next().is_some_and(char::is_alphabetic),
            '.' => joins_digits(text, start, rest.clone()) || joins_initials(text, start, end, rest),
            ',' => joins_thousands(text, start, end, rest),
            _ => false,
        };
        if !is_joined {
            break;
        }
        end += c.len_utf8();
    }
    // The last point of `U.S.`
    let is_initials = text[start..end].contains('.') && text[start..].starts_with(char::is_alphabetic);
    if is_initials && text[end..].starts_with('.') { end + 1 } else { end }
}

/// `9.74`
fn joins_digits(text: &str, start: usize, mut rest: std::str::Chars<'_>) -> bool {
    text[start..].starts_with(|c: char| c.is_ascii_digit()) && rest.next().is_some_and(|c| c.is_ascii_digit())
}

/// `1,000`, but not `10,11`.
fn joins_thousands(text: &str, start: usize, end: usize, rest: std::str::Chars<'_>) -> bool {
    let digits = rest.take_while(char::is_ascii_digit).count();
    digits == 3 && text[start..end].bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

/// `U.S`, also the point in `J.D`: single letters with points between them are one word.
fn joins_initials(text: &str, start: usize, end: usize, mut rest: std::str::Chars<'_>) -> bool {
    let before = &text[start..end];
    let are_initials = before.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    });
    are_initials
        && rest.next().is_some_and(char::is_alphabetic)
        && !rest.next().is_some_and(|c| c.is_alphanumeric() || is_mark(c))
}

/// Combining marks, such as the acute accent of a decomposed `é`.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The letter below the marks: `e` of `é`, also of `ế`.
fn without_marks(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match CanonicalDecompositionBorrowed::new().decompose(c) {
        Decomposed::Expansion(letter, mark) if is_mark(mark) => without_marks(letter),
        Decomposed::Singleton(letter) => without_marks(letter),
        Decomposed::Expansion(..) | Decomposed::Default => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_marks() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let found: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
            assert_eq!(found, expected, "for {text:?}");
        }
        check("", &[]);
        check(" -- ... 🎵 ", &[]);
        check("The Ferry, late.", &["the", "ferry", "late"]);
        check("We’ll, we'll: 'tis ‘quoted’", &["we'll", "we'll", "tis", "quoted"]);
        check("U.S. troops, the U.S.", &["us", "troops", "the", "us"]);
        check("J.D. Quill. I went", &["jd", "quill", "i", "went"]);
        check("vitamin B.Then", &["vitamin", "b", "then"]);
        check("8,000 or 10,11 or 9.74.", &["8000", "or", "10", "11", "or", "9.74"]);
        check("$5 and 2% & more", &["$", "5", "and", "2", "%", "&", "more"]);
        check("Fähre e\u{301}te\u{301} İslay", &["fahre", "ete", "islay"]);
        check("wake-up call", &["wake", "up", "call"]);
    }

    proptest::proptest! {
        #[test]
        fn words_lie_in_the_text(text in "(\\PC|[ .,'’$%a-zA-Z0-9é\u{301}]){0,60}") {
            let mut free_from = 0;
            for word in words(&text) {
                proptest::prop_assert!(free_from <= word.bytes.start && word.bytes.start < word.bytes.end);
                free_from = word.bytes.end;
                proptest::prop_assert_eq!(fold(&text[word.bytes]), word.folded);
            }
        }

        #[test]
        fn words_are_found_again_in_their_joined_text(text in "(\\PC|[ .,'’$%a-zA-Z0-9é\u{301}]){0,60}") {
            let found = words(&text);
            let joined: Vec<&str> = found.iter().map(|word| &text[word.bytes.clone()]).collect();
            let again: Vec<String> = words(&joined.join(" ")).into_iter().map(|word| word.folded).collect();
            proptest::prop_assert_eq!(again, found.into_iter().map(|word| word.folded).collect::<Vec<_>>());
        }
    }
}
