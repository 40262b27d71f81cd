//! The languages Whisper knows: their codes in the order of their tokens, their names and their scripts.
//!
//! ```text
//! "pt-BR", "Portuguese" -> find -> Language { code: "pt", .. } -> Vocabulary::language_token
//! ```
//!
//! Codes, names and aliases follow `LANGUAGES` and `TO_LANGUAGE_CODE` of openai/whisper, `tokenizer.py`, at
//! c0d2f62. The scripts are ours: a transcript of one language in the letters of another is suspect.

/// One language that Whisper was trained on.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// The code of its token, such as `en`: ISO 639-1 where there is one, but for `jw` (Javanese is `jv` in the standard).
    pub code: &'static str,
    /// Its English name in lower case, such as `haitian creole`.
    pub name: &'static str,
    /// The scripts it is written in today, the most usual first; never empty.
    pub scripts: &'static [Script],
}

/// A system of writing, as far as Whisper's languages use it.
///
/// The names are those of Unicode's script property, but for [`Script::Kana`], which is Hiragana and Katakana together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names say all there is to say
pub enum Script {
    Arabic,
    Armenian,
    Bengali,
    Cyrillic,
    Devanagari,
    Ethiopic,
    Georgian,
    Greek,
    Gujarati,
    Gurmukhi,
    Han,
    Hangul,
    Hebrew,
    Kana,
    Kannada,
    Khmer,
    Lao,
    Latin,
    Malayalam,
    Mongolian,
    Myanmar,
    Sinhala,
    Tamil,
    Telugu,
    Thai,
    Tibetan,
}

use Script::{
    Arabic, Armenian, Bengali, Cyrillic, Devanagari, Ethiopic, Georgian, Greek, Gujarati, Gurmukhi, Han,
    Hangul, Hebrew, Kana, Kannada, Khmer, Lao, Latin, Malayalam, Mongolian, Myanmar, Sinhala, Tamil, Telugu,
    Thai, Tibetan,
};

const fn language(code: &'static str, name: &'static str, scripts: &'static [Script]) -> Language {
    Language { code, name, scripts }
}

/// Every language, in the order of the language tokens.
///
/// The order is part of the weights: the token of `LANGUAGES[i]` is the `i`-th after start of transcript. Models
/// before large-v3 know the first 99, without Cantonese.
pub static LANGUAGES: [Language; 100] = [
    language("en", "english", &[Latin]),
    language("zh", "chinese", &[Han]),
    language("de", "german", &[Latin]),
    language("es", "spanish", &[Latin]),
    language("ru", "russian", &[Cyrillic]),
    language("ko", "korean", &[Hangul, Han]),
    language("fr", "french", &[Latin]),
    language("ja", "japanese", &[Kana, Han]),
    language("pt", "portuguese", &[Latin]),
    language("tr", "turkish", &[Latin]),
    language("pl", "polish", &[Latin]),
    language("ca", "catalan", &[Latin]),
    language("nl", "dutch", &[Latin]),
    language("ar", "arabic", &[Arabic]),
    language("sv", "swedish", &[Latin]),
    language("it", "italian", &[Latin]),
    language("id", "indonesian", &[Latin]),
    language("hi", "hindi", &[Devanagari]),
    language("fi", "finnish", &[Latin]),
    language("vi", "vietnamese", &[Latin]),
    language("he", "hebrew", &[Hebrew]),
    language("uk", "ukrainian", &[Cyrillic]),
    language("el", "greek", &[Greek]),
    language("ms", "malay", &[Latin, Arabic]),
    language("cs", "czech", &[Latin]),
    language("ro", "romanian", &[Latin, Cyrillic]), // Cyrillic in Transnistria
    language("da", "danish", &[Latin]),
    language("hu", "hungarian", &[Latin]),
    language("ta", "tamil", &[Tamil]),
    language("no", "norwegian", &[Latin]),
    language("th", "thai", &[Thai]),
    language("ur", "urdu", &[Arabic]),
    language("hr", "croatian", &[Latin]),
    language("bg", "bulgarian", &[Cyrillic]),
    language("lt", "lithuanian", &[Latin]),
    language("la", "latin", &[Latin]),
    language("mi", "maori", &[Latin]),
    language("ml", "malayalam", &[Malayalam]),
    language("cy", "welsh", &[Latin]),
    language("sk", "slovak", &[Latin]),
    language("te", "telugu", &[Telugu]),
    language("fa", "persian", &[Arabic]),
    language("lv", "latvian", &[Latin]),
    language("bn", "bengali", &[Bengali]),
    language("sr", "serbian", &[Cyrillic, Latin]),
    language("az", "azerbaijani", &[Latin, Cyrillic, Arabic]),
    language("sl", "slovenian", &[Latin]),
    language("kn", "kannada", &[Kannada]),
    language("et", "estonian", &[Latin]),
    language("mk", "macedonian", &[Cyrillic]),
    language("br", "breton", &[Latin]),
    language("eu", "basque", &[Latin]),
    language("is", "icelandic", &[Latin]),
    language("hy", "armenian", &[Armenian]),
    language("ne", "nepali", &[Devanagari]),
    language("mn", "mongolian", &[Cyrillic, Mongolian]),
    language("bs", "bosnian", &[Latin, Cyrillic]),
    language("kk", "kazakh", &[Cyrillic, Latin, Arabic]),
    language("sq", "albanian", &[Latin]),
    language("sw", "swahili", &[Latin]),
    language("gl", "galician", &[Latin]),
    language("mr", "marathi", &[Devanagari]),
    language("pa", "punjabi", &[Gurmukhi, Arabic]),
    language("si", "sinhala", &[Sinhala]),
    language("km", "khmer", &[Khmer]),
    language("sn", "shona", &[Latin]),
    language("yo", "yoruba", &[Latin]),
    language("so", "somali", &[Latin]),
    language("af", "afrikaans", &[Latin]),
    language("oc", "occitan", &[Latin]),
    language("ka", "georgian", &[Georgian]),
    language("be", "belarusian", &[Cyrillic, Latin]),
    language("tg", "tajik", &[Cyrillic]),
    language("sd", "sindhi", &[Arabic, Devanagari]),
    language("gu", "gujarati", &[Gujarati]),
    language("am", "amharic", &[Ethiopic]),
    language("yi", "yiddish", &[Hebrew]),
    language("lo", "lao", &[Lao]),
    language("uz", "uzbek", &[Latin, Cyrillic]),
    language("fo", "faroese", &[Latin]),
    language("ht", "haitian creole", &[Latin]),
    language("ps", "pashto", &[Arabic]),
    language("tk", "turkmen", &[Latin, Cyrillic]),
    language("nn", "nynorsk", &[Latin]),
    language("mt", "maltese", &[Latin]),
    language("sa", "sanskrit", &[Devanagari]),
    language("lb", "luxembourgish", &[Latin]),
    language("my", "myanmar", &[Myanmar]),
    language("bo", "tibetan", &[Tibetan]),
    language("tl", "tagalog", &[Latin]),
    language("mg", "malagasy", &[Latin]),
    language("as", "assamese", &[Bengali]),
    language("tt", "tatar", &[Cyrillic, Latin]),
    language("haw", "hawaiian", &[Latin]),
    language("ln", "lingala", &[Latin]),
    language("ha", "hausa", &[Latin, Arabic]),
    language("ba", "bashkir", &[Cyrillic]),
    language("jw", "javanese", &[Latin]),
    language("su", "sundanese", &[Latin]),
    language("yue", "cantonese", &[Han]),
];

/// Other names and codes of the same languages.
///
/// The names are the aliases of openai/whisper; the codes are the present ISO 639 ones where Whisper keeps an
/// older (`jv`) or wider one (`cmn`, `fil`, `nb`), and the withdrawn ones that old files still carry.
static ALIASES: [(&str, &str); 22] = [
    ("burmese", "my"),
    ("valencian", "ca"),
    ("flemish", "nl"),
    ("haitian", "ht"),
    ("letzeburgesch", "lb"),
    ("pushto", "ps"),
    ("panjabi", "pa"),
    ("moldavian", "ro"),
    ("moldovan", "ro"),
    ("sinhalese", "si"),
    ("castilian", "es"),
    ("mandarin", "zh"),
    ("farsi", "fa"),
    ("filipino", "tl"),
    ("jv", "jw"),
    ("cmn", "zh"),
    ("fil", "tl"),
    ("nb", "no"),
    ("iw", "he"),
    ("in", "id"),
    ("ji", "yi"),
    ("mo", "ro"),
];

/// Finds a language by its code, English name or alias; case does not matter, nor does a region or script after
/// the code (`pt-BR`, `zh_Hant`).
pub fn find(code_or_name: &str) -> Option<&'static Language> {
    let wanted = code_or_name.trim().to_lowercase();
    let primary = wanted.split(['-', '_']).next().unwrap_or_default();
    exact(&wanted).or_else(|| exact(primary))
}

fn exact(wanted: &str) -> Option<&'static Language> {
    let code = ALIASES.iter().find(|(alias, _)| *alias == wanted).map_or(wanted, |(_, code)| code);
    LANGUAGES.iter().find(|language| language.code == code || language.name == code)
}

/// The scripts in which text of the language with this code is expected; empty for an unknown code.
pub fn expected_scripts(code: &str) -> &'static [Script] {
    find(code).map_or(&[], |language| language.scripts)
}

/// The script a letter or mark belongs to.
///
/// `None` for what all languages share (digits, punctuation, symbols, spaces) and for scripts of none of Whisper's languages.
pub fn script_of(character: char) -> Option<Script> {
    let index = SCRIPT_RANGES.partition_point(|(_, last, _)| *last < character);
    let (first, _, script) = SCRIPT_RANGES.get(index)?;
    (*first <= character).then_some(*script)
}

/// First and last character of each run of one script, in rising order.
///
/// Made from Unicode's `Script` property of letters, marks and numbers (`[\p{L}\p{M}\p{N}]`), by the `regex`
/// module of Python, release 2026.11.15; runs parted only by unassigned characters or signs of the same script are joined.
static SCRIPT_RANGES: &[(char, char, Script)] = &[
    ('\u{41}', '\u{5a}', Latin),
    ('\u{61}', '\u{7a}', Latin),
    ('\u{aa}', '\u{aa}', Latin),
    ('\u{ba}', '\u{ba}', Latin),
    ('\u{c0}', '\u{d6}', Latin),
    ('\u{d8}', '\u{f6}', Latin),
    ('\u{f8}', '\u{2b8}', Latin),
    ('\u{2e0}', '\u{2e4}', Latin),
    ('\u{370}', '\u{373}', Greek),
    ('\u{376}', '\u{37d}', Greek),
    ('\u{37f}', '\u{37f}', Greek),
    ('\u{386}', '\u{386}', Greek),
    ('\u{388}', '\u{3e1}', Greek),
    ('\u{3f0}', '\u{3ff}', Greek),
    ('\u{400}', '\u{484}', Cyrillic),
    ('\u{487}', '\u{52f}', Cyrillic),
    ('\u{531}', '\u{58c}', Armenian),
    ('\u{591}', '\u{5f2}', Hebrew),
    ('\u{610}', '\u{61a}', Arabic),
    ('\u{620}', '\u{63f}', Arabic),
    ('\u{641}', '\u{64a}', Arabic),
    ('\u{656}', '\u{66f}', Arabic),
    ('\u{671}', '\u{6dc}', Arabic),
    ('\u{6df}', '\u{6ff}', Arabic),
    ('\u{750}', '\u{77f}', Arabic),
    ('\u{870}', '\u{8e1}', Arabic),
    ('\u{8e3}', '\u{8ff}', Arabic),
    ('\u{900}', '\u{950}', Devanagari),
    ('\u{955}', '\u{963}', Devanagari),
    ('\u{966}', '\u{97f}', Devanagari),
    ('\u{980}', '\u{9fe}', Bengali),
    ('\u{a01}', '\u{a75}', Gurmukhi),
    ('\u{a81}', '\u{aff}', Gujarati),
    ('\u{b82}', '\u{bf2}', Tamil),
    ('\u{c00}', '\u{c7e}', Telugu),
    ('\u{c80}', '\u{cf3}', Kannada),
    ('\u{d00}', '\u{d7f}', Malayalam),
    ('\u{d81}', '\u{df3}', Sinhala),
    ('\u{e01}', '\u{e3a}', Thai),
    ('\u{e40}', '\u{e59}', Thai),
    ('\u{e81}', '\u{edf}', Lao),
    ('\u{f00}', '\u{fc6}', Tibetan),
    ('\u{1000}', '\u{109d}', Myanmar),
    ('\u{10a0}', '\u{10fa}', Georgian),
    ('\u{10fc}', '\u{10ff}', Georgian),
    ('\u{1100}', '\u{11ff}', Hangul),
    ('\u{1200}', '\u{138f}', Ethiopic),
    ('\u{1780}', '\u{17f9}', Khmer),
    ('\u{180b}', '\u{18aa}', Mongolian),
    ('\u{1c80}', '\u{1c8a}', Cyrillic),
    ('\u{1c90}', '\u{1cbf}', Georgian),
    ('\u{1d00}', '\u{1d25}', Latin),
    ('\u{1d26}', '\u{1d2a}', Greek),
    ('\u{1d2b}', '\u{1d2b}', Cyrillic),
    ('\u{1d2c}', '\u{1d5c}', Latin),
    ('\u{1d5d}', '\u{1d61}', Greek),
    ('\u{1d62}', '\u{1d65}', Latin),
    ('\u{1d66}', '\u{1d6a}', Greek),
    ('\u{1d6b}', '\u{1d77}', Latin),
    ('\u{1d78}', '\u{1d78}', Cyrillic),
    ('\u{1d79}', '\u{1dbe}', Latin),
    ('\u{1dbf}', '\u{1dbf}', Greek),
    ('\u{1e00}', '\u{1eff}', Latin),
    ('\u{1f00}', '\u{1ffc}', Greek),
    ('\u{2071}', '\u{2071}', Latin),
    ('\u{207f}', '\u{207f}', Latin),
    ('\u{2090}', '\u{209f}', Latin),
    ('\u{2126}', '\u{2126}', Greek),
    ('\u{212a}', '\u{212b}', Latin),
    ('\u{2132}', '\u{2132}', Latin),
    ('\u{214e}', '\u{214e}', Latin),
    ('\u{2160}', '\u{2188}', Latin),
    ('\u{2c60}', '\u{2c7f}', Latin),
    ('\u{2d00}', '\u{2d2d}', Georgian),
    ('\u{2d80}', '\u{2dde}', Ethiopic),
    ('\u{2de0}', '\u{2dff}', Cyrillic),
    ('\u{3005}', '\u{3005}', Han),
    ('\u{3007}', '\u{3007}', Han),
    ('\u{3021}', '\u{3029}', Han),
    ('\u{302e}', '\u{302f}', Hangul),
    ('\u{3038}', '\u{303b}', Han),
    ('\u{3041}', '\u{3096}', Kana),
    ('\u{309d}', '\u{309f}', Kana),
    ('\u{30a1}', '\u{30fa}', Kana),
    ('\u{30fd}', '\u{30ff}', Kana),
    ('\u{3131}', '\u{318e}', Hangul),
    ('\u{31f0}', '\u{31ff}', Kana),
    ('\u{3400}', '\u{4dbf}', Han),
    ('\u{4e00}', '\u{9fff}', Han),
    ('\u{a640}', '\u{a69f}', Cyrillic),
    ('\u{a722}', '\u{a787}', Latin),
    ('\u{a78b}', '\u{a7ff}', Latin),
    ('\u{a8e0}', '\u{a8ff}', Devanagari),
    ('\u{a960}', '\u{a97c}', Hangul),
    ('\u{a9e0}', '\u{a9fe}', Myanmar),
    ('\u{aa60}', '\u{aa7f}', Myanmar),
    ('\u{ab01}', '\u{ab2e}', Ethiopic),
    ('\u{ab30}', '\u{ab5a}', Latin),
    ('\u{ab5c}', '\u{ab64}', Latin),
    ('\u{ab65}', '\u{ab65}', Greek),
    ('\u{ab66}', '\u{ab69}', Latin),
    ('\u{ab6c}', '\u{ab6d}', Latin),
    ('\u{ac00}', '\u{d7fb}', Hangul),
    ('\u{f900}', '\u{fad9}', Han),
    ('\u{fb00}', '\u{fb06}', Latin),
    ('\u{fb13}', '\u{fb17}', Armenian),
    ('\u{fb1d}', '\u{fb4f}', Hebrew),
    ('\u{fb50}', '\u{fd3d}', Arabic),
    ('\u{fd50}', '\u{fdfb}', Arabic),
    ('\u{fe2e}', '\u{fe2f}', Cyrillic),
    ('\u{fe70}', '\u{fefc}', Arabic),
    ('\u{ff21}', '\u{ff3a}', Latin),
    ('\u{ff41}', '\u{ff5a}', Latin),
    ('\u{ff66}', '\u{ff6f}', Kana),
    ('\u{ff71}', '\u{ff9d}', Kana),
    ('\u{ffa0}', '\u{ffdc}', Hangul),
    ('\u{10140}', '\u{1018b}', Greek),
    ('\u{10780}', '\u{107bf}', Latin),
    ('\u{10e60}', '\u{10e7e}', Arabic),
    ('\u{10ec2}', '\u{10eff}', Arabic),
    ('\u{111e1}', '\u{111f4}', Sinhala),
    ('\u{116d0}', '\u{116e3}', Myanmar),
    ('\u{11b0a}', '\u{11b0a}', Devanagari),
    ('\u{11df0}', '\u{11df1}', Bengali),
    ('\u{11fc0}', '\u{11fd4}', Tamil),
    ('\u{16fe3}', '\u{16fe3}', Han),
    ('\u{16ff0}', '\u{16ff6}', Han),
    ('\u{1aff0}', '\u{1b168}', Kana),
    ('\u{1d242}', '\u{1d244}', Greek),
    ('\u{1df00}', '\u{1dff2}', Latin),
    ('\u{1dff3}', '\u{1dff4}', Greek),
    ('\u{1dff5}', '\u{1dfff}', Latin),
    ('\u{1e030}', '\u{1e08f}', Cyrillic),
    ('\u{1e7e0}', '\u{1e7fe}', Ethiopic),
    ('\u{1ee00}', '\u{1eebb}', Arabic),
    ('\u{20000}', '\u{33479}', Han),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_code_name_and_alias() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(find(text).map(|language| language.code), expected, "for `{text}`");
        }
        check("en", Some("en"));
        check("English", Some("en"));
        check(" HAITIAN CREOLE ", Some("ht"));
        check("Burmese", Some("my"));
        check("jv", Some("jw"));
        check("javanese", Some("jw"));
        check("pt-BR", Some("pt"));
        check("zh_Hant_TW", Some("zh"));
        check("yue", Some("yue"));
        check("latin", Some("la"));
        check("", None);
        check("-", None);
        check("klingon", None);
        check("e", None);
    }

    #[test]
    fn codes_and_names_are_unique_and_scripts_are_named() {
        for (index, language) in LANGUAGES.iter().enumerate() {
            assert!(!language.scripts.is_empty(), "`{}` has no script", language.code);
            for text in [language.code, language.name] {
                assert_eq!(find(text), Some(&LANGUAGES[index]), "for `{text}`");
            }
        }
    }

    #[test]
    fn every_alias_is_new_and_leads_to_a_language() {
        for (alias, code) in &ALIASES {
            assert!(
                LANGUAGES.iter().all(|language| language.code != *alias && language.name != *alias),
                "`{alias}`"
            );
            assert_eq!(find(alias).map(|language| language.code), Some(*code));
        }
    }

    #[test]
    fn the_order_is_that_of_the_tokens() {
        #[track_caller]
        fn check(index: usize, code: &str) {
            assert_eq!(LANGUAGES[index].code, code, "at {index}");
        }
        // Offsets from `<|en|>` in the vocabulary of large-v3.
        check(0, "en");
        check(1, "zh");
        check(50, "br");
        check(97, "jw");
        check(98, "su");
        check(99, "yue");
    }

    #[test]
    fn each_character_has_its_script() {
        #[track_caller]
        fn check(characters: &str, expected: Option<Script>) {
            for character in characters.chars() {
                assert_eq!(
                    script_of(character),
                    expected,
                    "for `{character}` (U+{:04X})",
                    u32::from(character)
                );
            }
        }
        check("AZazÄßøŁʒẞﬁＡ", Some(Latin));
        check("АЯаяЁїҚӘ", Some(Cyrillic));
        check("ΑΩαωΆἀ", Some(Greek));
        check("ابپيیگﻻ٣", Some(Arabic));
        check("אבתײ", Some(Hebrew));
        check("अआकि\u{93f}", Some(Devanagari));
        check("অআকৰ", Some(Bengali));
        check("一中國𠮷々〇", Some(Han));
        check("あいアイｱゔ", Some(Kana));
        check("한국ᄀㄱ", Some(Hangul));
        check("กขไ", Some(Thai));
        check("ກຂ", Some(Lao));
        check("က\u{1031}", Some(Myanmar));
        check("កខ", Some(Khmer));
        check("ཀཁ", Some(Tibetan));
        check("აბ", Some(Georgian));
        check("ԱԲև", Some(Armenian));
        check("ሀለ", Some(Ethiopic));
        check("0129 .,!?-–«»“”¿。、「」،؟€♪😀\u{301}", None);
        check("ꙮ", Some(Cyrillic));
        check("ᐃᓄ", None); // Inuktitut: none of Whisper's languages.
    }

    #[test]
    fn ranges_rise_and_do_not_overlap() {
        assert!(SCRIPT_RANGES.iter().all(|(first, last, _)| first <= last));
        assert!(SCRIPT_RANGES.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
