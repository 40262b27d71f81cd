//! Text -> words, and runs of capitalised words: where names may stand.

use std::ops::Range;

use super::lists;

/// A word of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    /// Where it stands, a possessive ending left out.
    pub(super) bytes: Range<usize>,
    /// Whether it is the first of its sentence or line, where any word has a capital.
    pub(super) starts_sentence: bool,
    /// Whether nothing but a space stands between it and the word before, whatever its case.
    pub(super) follows: bool,
    /// Whether it begins with a capital, or with a particle before a hyphen and a capital: "al-Tamimi".
    pub(super) is_capital: bool,
}

/// A run of capitalised words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// The words, as a range of the words of the text.
    pub(super) words: Range<usize>,
    /// Whether its first word is also the first of a sentence.
    pub(super) starts_sentence: bool,
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut end_before = 0;
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        while let Some(&(at, char)) = chars.peek() {
            let is_inner = is_joint(char) && text[at + char.len_utf8()..].starts_with(char::is_alphanumeric);
            if !char.is_alphanumeric() && !is_inner {
                break;
            }
            end = at + char.len_utf8();
            chars.next();
        }
        let between = &text[end_before..start];
        let word = &text[start..end];
        let is_abbreviation = words.last().is_some_and(|last| is_abbreviation(&text[last.bytes.clone()]));
        let follows = between == " " || (between == ". " && is_abbreviation);
        let possessive =
            ["'s", "\u{2019}s"].iter().find(|ending| word.ends_with(**ending) && word.len() > ending.len());
        words.push(Word {
            bytes: start..end - possessive.map_or(0, |ending| ending.len()),
            starts_sentence: words.is_empty() || (!follows && between.contains(ends_sentence)),
            follows: !words.is_empty() && follows,
            is_capital: is_capital(word),
        });
        end_before = end;
        if possessive.is_some() {
            // Makes the next word no part of the run that ends here.
            end_before = end - possessive.map_or(0, |ending| ending.len());
        }
    }
    words
}

fn is_joint(char: char) -> bool {
    matches!(char, '\'' | '\u{2019}' | '-')
}

fn ends_sentence(char: char) -> bool {
    matches!(char, '.' | '!' | '?' | ':' | '\n' | '"' | '\u{201c}' | '\u{2014}')
}

/// "J. Quill", "Dr. Quill": a stop that ends no sentence.
fn is_abbreviation(word: &str) -> bool {
    (word.chars().count() == 1 && word.chars().all(char::is_uppercase))
        || lists::ABBREVIATIONS.contains(&word)
}

fn is_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        || word.split_once('-').is_some_and(|(before, after)| {
            lists::PARTICLES.contains(&before) && after.starts_with(char::is_uppercase)
        })
}

/// Whether most long words of a line have capitals, as in a headline: then a capital tells nothing.
pub(super) fn is_title_case(text: &str, words: &[Word]) -> bool {
    let long = words.iter().filter(|word| text[word.bytes.clone()].chars().count() >= 4);
    let (capital, all) =
        long.fold((0, 0), |(capital, all), word| (capital + usize::from(word.is_capital), all + 1));
    all >= 3 && capital * 10 >= all * 7
}

/// The runs of capitalised words of a text: function words are no part of one, particles between two capitalised
/// words are ("Tomas de Ruiter").
pub(super) fn runs(text: &str, words: &[Word]) -> Vec<Run> {
    let mut runs = Vec::new();
    let lower = |at: usize| text[words[at].bytes.clone()].to_lowercase();
    let may_name = |at: usize| words[at].is_capital && !lists::is_function_word(&lower(at));
    let mut at = 0;
    while at < words.len() {
        if !may_name(at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        loop {
            if end < words.len() && words[end].follows && may_name(end) {
                end += 1;
                continue;
            }
            let particles = (end..words.len())
                .take(2)
                .take_while(|at| words[*at].follows && lists::PARTICLES.contains(&lower(*at).as_str()));
            let after = end + particles.count();
            if after > end && after < words.len() && words[after].follows && may_name(after) {
                end = after + 1;
                continue;
            }
            break;
        }
        runs.push(Run { words: at..end, starts_sentence: words[at].starts_sentence });
        at = end;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_capitalised_words() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let words = words(text);
            let of = |run: &Run| {
                text[words[run.words.start].bytes.start..words[run.words.end - 1].bytes.end].to_owned()
            };
            assert_eq!(runs(text, &words).iter().map(of).collect::<Vec<_>>(), expected, "in {text}");
        }
        check("But Mara Lindqvist said on Tuesday she left Port Callow.", &["Mara Lindqvist", "Port Callow"]);
        check(
            "Skerry Island's Governor Quill, Tomas de Ruiter",
            &["Skerry Island", "Governor Quill", "Tomas de Ruiter"],
        );
        check("Dr. Ben J. Quill. Ferries stop", &["Dr. Ben J. Quill", "Ferries"]);
        check("Omar al-Tamimi and I", &["Omar al-Tamimi"]);
        check("", &[]);
    }

    #[test]
    fn headlines_are_known_by_their_capitals() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_title_case(text, &words(text)), expected, "for {text}");
        }
        check("Harbour Strike Stops Every Ferry", true);
        check("Harbour strike stops every ferry to Skerry Island", false);
        check("Mara Lindqvist", false);
    }

    proptest::proptest! {
        #[test]
        fn words_stand_in_the_text(text: String) {
            let words = words(&text);
            for word in &words {
                proptest::prop_assert!(!text[word.bytes.clone()].is_empty());
            }
            for run in runs(&text, &words) {
                proptest::prop_assert!(run.words.start < run.words.end && run.words.end <= words.len());
            }
        }
    }
}
