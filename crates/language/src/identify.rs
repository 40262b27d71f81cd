//! Text -> the code of its language.

use whatlang::{Detector, Lang};

/// The language of a text, as the code that recognisers use (`en`, `cy`); `None` if the text is too short or too
/// mixed to tell.
///
/// Meant for a few sentences: a title with its description, a stretch of a transcript. `whatlang` and not
/// `whichlang`, which knows 16 languages, and not Welsh, the one that Whisper most often makes up.
pub fn identify(text: &str) -> Option<&'static str> {
    if is_plainly_english(text) {
        return Some("en");
    }
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    code_of(found.lang())
}

/// Words that English cannot do without and that are no words of other languages.
const ENGLISH_WORDS: [&str; 20] = [
    "the", "and", "of", "that", "with", "this", "they", "have", "you", "what", "from", "would", "which",
    "there", "their", "been", "because", "about", "were", "his",
];

/// Fewer of those may be the title of an English song in a text of another language.
const FEWEST_ENGLISH_WORDS: usize = 5;

/// The share of a text's words from which on it can't be in another language. Of English they are about a fifth.
const ENGLISH_SHARE: f64 = 0.16;

/// Whether a text is in English beyond doubt: a comparison of words takes a hundredth of the time in which all languages are
/// weighed, and most of the archives that we know are in English.
fn is_plainly_english(text: &str) -> bool {
    let (mut words, mut english) = (0_usize, 0_usize);
    for word in text.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        english += usize::from(ENGLISH_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)));
    }
    english >= FEWEST_ENGLISH_WORDS && english as f64 >= ENGLISH_SHARE * words as f64
}

/// Whether a line reads more like the first language than like the second.
///
/// For lines too short to be identified among all languages. `None` if one of the languages is not known here.
pub(crate) fn is_rather(text: &str, first: &str, second: &str) -> Option<bool> {
    let pair = vec![lang_of(first)?, lang_of(second)?];
    let found = Detector::with_allowlist(pair).detect_lang(text)?;
    Some(code_of(found) == Some(first))
}

/// Whether two languages are so alike in writing that neither is evidence against the other.
pub(crate) fn are_alike(first: &str, second: &str) -> bool {
    first == second || ALIKE.iter().any(|family| family.contains(&first) && family.contains(&second))
}

/// Languages that are taken for each other where a stretch is short or full of names.
const ALIKE: [&[&str]; 9] = [
    &["da", "no", "nn", "sv"],
    &["es", "pt", "gl", "ca"],
    &["hr", "sr", "bs", "sl"],
    &["cs", "sk"],
    &["ru", "uk", "be", "bg", "mk"],
    &["hi", "mr", "ne", "sa"],
    &["ar", "fa", "ur"],
    &["id", "ms", "jw"],
    &["nl", "af", "de", "yi"],
];

fn lang_of(code: &str) -> Option<Lang> {
    CODES.iter().find(|(_, known)| *known == code).map(|(lang, _)| *lang)
}

fn code_of(lang: Lang) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == lang).map(|(_, code)| *code)
}

/// The languages of `whatlang` and their codes among Whisper's; it knows four more that Whisper does not.
const CODES: [(Lang, &str); 66] = [
    (Lang::Eng, "en"),
    (Lang::Rus, "ru"),
    (Lang::Cmn, "zh"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Ita, "it"),
    (Lang::Ben, "bn"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Ukr, "uk"),
    (Lang::Kat, "ka"),
    (Lang::Ara, "ar"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Heb, "he"),
    (Lang::Yid, "yi"),
    (Lang::Pol, "pl"),
    (Lang::Amh, "am"),
    (Lang::Jav, "jw"),
    (Lang::Kor, "ko"),
    (Lang::Nob, "no"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Fin, "fi"),
    (Lang::Tur, "tr"),
    (Lang::Nld, "nl"),
    (Lang::Hun, "hu"),
    (Lang::Ces, "cs"),
    (Lang::Ell, "el"),
    (Lang::Bul, "bg"),
    (Lang::Bel, "be"),
    (Lang::Mar, "mr"),
    (Lang::Kan, "kn"),
    (Lang::Ron, "ro"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Mkd, "mk"),
    (Lang::Lit, "lt"),
    (Lang::Lav, "lv"),
    (Lang::Est, "et"),
    (Lang::Tam, "ta"),
    (Lang::Vie, "vi"),
    (Lang::Urd, "ur"),
    (Lang::Tha, "th"),
    (Lang::Guj, "gu"),
    (Lang::Uzb, "uz"),
    (Lang::Pan, "pa"),
    (Lang::Aze, "az"),
    (Lang::Ind, "id"),
    (Lang::Tel, "te"),
    (Lang::Pes, "fa"),
    (Lang::Mal, "ml"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Sin, "si"),
    (Lang::Khm, "km"),
    (Lang::Tuk, "tk"),
    (Lang::Sna, "sn"),
    (Lang::Afr, "af"),
    (Lang::Lat, "la"),
    (Lang::Slk, "sk"),
    (Lang::Cat, "ca"),
    (Lang::Tgl, "tl"),
    (Lang::Hye, "hy"),
    (Lang::Cym, "cy"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::find;

    #[test]
    fn a_few_sentences_are_enough_and_a_word_is_not() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(identify(text), expected, "for `{text}`");
        }
        let english =
            "The harbour stays shut until the end of the month, and nobody on the island knows why.";
        check(english, Some("en"));
        check("Mae'r harbwr ar gau tan ddiwedd y mis, a does neb ar yr ynys yn gwybod pam.", Some("cy"));
        check("El puerto permanece cerrado hasta fin de mes y nadie en la isla sabe por qué.", Some("es"));
        check("ওপারের মাঝি আজ আর আসবে না।", Some("bn")); // the only language of its script
        // Plain by its words; a song's title does not make another language English.
        check(&english.repeat(3), Some("en"));
        check(
            "Heute singt sie für uns The Sea and the Stars of the North, ein Lied aus ihrer Heimat, die sie vor zwanzig Jahren verließ, um in der großen Stadt zu leben und zu arbeiten.",
            Some("de"),
        );
        check("Hm.", None);
        check("", None);
    }

    #[test]
    fn a_short_line_is_told_between_two_languages() {
        assert_eq!(is_rather("mae'n gweithio ar y gwaith,", "cy", "en"), Some(true));
        assert_eq!(is_rather("and that is what we do", "cy", "en"), Some(false));
        assert_eq!(is_rather("and that is what we do", "haw", "en"), None);
    }

    #[test]
    fn every_code_is_one_of_the_recognisers() {
        for (_, code) in CODES {
            assert_eq!(find(code).map(|language| language.code), Some(code));
            assert_eq!(lang_of(code).and_then(code_of), Some(code));
        }
        for code in ALIKE.iter().copied().flatten() {
            assert!(find(code).is_some(), "`{code}`");
        }
    }
}
