//! Which script a text is written in, and whether its language uses that script.

use crate::languages::{Script, expected_scripts, script_of};

/// The per cent of a text's letters that are not of a script its language is written in, if they are the most.
///
/// `None` for a language without known scripts, and for texts of less than `shortest_letters` letters: names and
/// interjections are foreign everywhere.
pub fn foreign_letters_percent(text: &str, language: &str, shortest_letters: usize) -> Option<usize> {
    let expected = expected_scripts(language);
    let (mut letters, mut foreign) = (0, 0);
    for script in text.chars().filter_map(script_of) {
        letters += 1;
        foreign += usize::from(!expected.contains(&script));
    }
    (!expected.is_empty() && letters >= shortest_letters.max(1) && 2 * foreign > letters)
        .then(|| 100 * foreign / letters)
}

/// The script of most of a text's letters; of equals the one that stands first in [`Script`].
pub(crate) fn main_script(text: &str) -> Option<Script> {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_alphabetic()).then_some(Script::Latin);
    }
    let mut counts: Vec<(Script, usize)> = Vec::new(); // A handful: there are 26 scripts.
    for script in text.chars().filter_map(script_of) {
        match counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    counts.sort_by_key(|(script, count)| (std::cmp::Reverse(*count), *script));
    counts.first().map(|(script, _)| *script)
}

/// A word that mixes Latin letters with those of another script, as no language does.
///
/// Greek is left out, for science writes `TNFα`, and so are scripts without spaces, where a foreign word stands
/// between others.
pub(crate) fn mixed_word(text: &str) -> Option<&str> {
    if text.is_ascii() {
        return None;
    }
    text.split(|character: char| !character.is_alphanumeric()).find(|word| {
        let mut scripts = word.chars().filter_map(script_of);
        let is_foreign = |script: Script| {
            !matches!(script, Script::Latin | Script::Greek) && !crate::words::is_unspaced(script)
        };
        !word.is_ascii() && scripts.clone().any(|script| script == Script::Latin) && scripts.any(is_foreign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_script_are_counted() {
        #[track_caller]
        fn check(text: &str, language: &str, expected: Option<usize>) {
            assert_eq!(foreign_letters_percent(text, language, 6), expected, "for {text:?}");
        }
        check("The port is shut.", "en", None);
        check("Порт закрыт.", "en", Some(100));
        check("Порт закрыт, says Skerry FM.", "en", None); // half of it
        check("Порт", "en", None); // a name
        check("Порт закрыт.", "tlh", None);
        check("", "en", None);
    }

    #[test]
    fn words_of_two_scripts_are_found() {
        assert_eq!(mixed_word("y ОтAc a gydag"), Some("ОтAc"));
        assert_eq!(mixed_word("the TNFα pathway"), None);
        assert_eq!(mixed_word("the Тихая harbour"), None);
        assert_eq!(mixed_word("Tシャツ"), None);
        assert_eq!(main_script("Skerry от"), Some(Script::Latin));
        assert_eq!(main_script("12 - 3"), None);
    }
}
