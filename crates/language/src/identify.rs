//! Text -> the code of its language.

use whatlang::{Detector, Lang};

/// The language of a text, as the code that recognisers use (`en`, `cy`); `None` if the text is too short or too
/// mixed to tell.
///
/// Meant for a few sentences: a title with its description, a stretch of a transcript. `whatlang` and not
/// `whichlang`, which knows 16 languages, and not Welsh, the one that Whisper most often makes up.
pub fn identify(text: &str) -> Option<&'static str> {
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    code_of(found.lang())
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
