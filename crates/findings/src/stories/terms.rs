//! Text -> the terms by which it can be told what it is about.
//!
//! ```text
//! text --words--> words with their case --stem--> terms, names marked
//! ```
//!
//! Names make most of a story, so a word that is written like a name counts more than another. A recogniser writes
//! `Ukrainian` here and `Ukraine` there; both are one term.

use std::ops::Range;

/// A word that tells something about what a text is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// The stem, in lower case.
    pub(crate) stem: String,
    /// Whether it is written like a name.
    pub(crate) is_name: bool,
    /// Where it stands in the text.
    pub(crate) bytes: Range<usize>,
}

/// Longest word that is a term, in bytes; what is longer is an address or noise.
const LONGEST_WORD: usize = 32;

/// A stem keeps this many letters at least, so that short words stay apart.
const SHORTEST_STEM: usize = 4;

/// Words that are in every text: particles, pronouns, auxiliaries, fillers of speech, and the words with which programmes
/// speak of themselves. In lower case, sorted.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "a", "able", "about", "above", "absolutely", "across", "actually", "after", "again", "against", "ago", "ahead", "all",
    "almost", "along", "already", "also", "although", "always", "am", "among", "an", "and", "announced", "another", "any",
    "anybody", "anyone", "anything", "are", "aren't", "around", "as", "ask", "asked", "at", "away", "back", "be", "became",
    "because", "become", "been", "before", "began", "behind", "being", "believe", "best", "better", "between", "big",
    "bit", "both", "bring", "but", "by", "call", "called", "came", "can", "can't", "cannot", "case", "certainly", "come",
    "comes", "coming", "could", "couldn't", "course", "day", "days", "did", "didn't", "different", "do", "does",
    "doesn't", "doing", "don't", "done", "down", "during", "each", "earlier", "early", "either", "else", "end", "enough",
    "even", "ever", "every", "everybody", "everyone", "everything", "exactly", "far", "feel", "few", "find", "first",
    "for", "forward", "found", "four", "from", "full", "gave", "get", "gets", "getting", "give", "given", "go", "goes",
    "going", "gone", "gonna", "good", "got", "great", "guy", "guys", "had", "happen", "happened", "happening", "hard", "has",
    "have", "haven't", "having", "he", "he'd", "he'll", "he's", "hear", "heard", "hello", "her", "here", "here's", "hi",
    "him", "himself", "his", "hour", "hours", "how", "however", "i", "i'd", "i'll", "i'm", "i've", "if", "important", "in",
    "including", "inside", "instead", "into", "is", "isn't", "issue", "it", "it's", "its", "itself", "just", "keep", "kind",
    "knew", "know", "known", "knows", "last", "late", "later", "latest", "least", "left", "less", "let", "let's", "like", "likely",
    "listen", "little", "live", "long", "look", "looking", "lot", "lots", "made", "make", "makes", "making", "man", "many",
    "may", "maybe", "me", "mean", "means", "meanwhile", "might", "minute", "minutes", "mister", "moment", "month",
    "months", "more", "morning", "most", "mr", "mrs", "ms", "much", "must", "my", "myself", "need", "needs", "never", "new",
    "news", "next", "night", "no", "nobody", "none", "not", "nothing", "now", "of", "off", "oh", "okay", "old", "on", "once",
    "one", "only", "onto", "or", "other", "others", "our", "out", "over", "own", "part", "people", "percent", "perhaps",
    "person", "place", "point", "possible", "probably", "put", "question", "questions", "quite", "quote", "rather", "read", "ready",
    "real", "really", "reason", "recent", "recently", "report", "reported", "reporter", "reporting", "reports", "right",
    "said", "same", "saw", "say", "saying", "says", "second", "see", "seeing", "seems", "seen", "set", "several", "she",
    "she'll", "she's", "should", "show", "since", "sir", "six", "small", "so", "some", "somebody", "someone", "something",
    "sort", "speak", "speaking", "start", "started", "still", "stop", "story", "such", "sure", "take", "taken", "taking",
    "talk", "talked", "talking", "tell", "telling", "ten", "than", "thank", "thanks", "that", "that's", "the", "their",
    "them", "themselves", "then", "there", "there's", "these", "they", "they'd", "they'll", "they're", "they've",
    "thing", "things", "think", "third", "this", "those", "though", "thought", "three", "through", "time", "times", "to",
    "today", "together", "told", "tomorrow", "tonight", "too", "took", "top", "toward", "towards", "tried", "try",
    "trying", "turn", "two", "uh", "um", "under", "unquote", "until", "up", "update", "upon", "us", "use", "used", "using",
    "very", "video", "want", "wanted", "wants", "was", "wasn't", "watch", "way", "ways", "we", "we'd", "we'll", "we're",
    "we've", "week", "weeks", "welcome", "well", "went", "were", "weren't", "what", "what's", "whatever", "when", "where",
    "whether", "which", "while", "who", "who's", "whole", "whom", "whose", "why", "will", "with", "within", "without",
    "won't", "word", "words", "work", "working", "would", "wouldn't", "wow", "yeah", "year", "years", "yes", "yesterday",
    "yet", "you", "you'd", "you'll", "you're", "you've", "young", "your", "yourself",
];

/// Days, months and number words: they tell when and how many, not what.
#[rustfmt::skip]
const CALENDAR: &[&str] = &[
    "april", "august", "december", "eight", "february", "five", "friday", "january", "july", "june", "march", "monday", "nine",
    "november", "october", "saturday", "september", "seven", "sunday", "thursday", "tuesday", "wednesday",
];

/// The terms of a text, in order.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    words(text).filter_map(|bytes| term(text, bytes)).collect()
}

/// Words: letters and digits, with apostrophes and hyphens, full stops and commas between them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let mut end = start;
        let mut characters = text[start..].char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let is_between = matches!(character, '\'' | '’' | '.' | ',' | '-')
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !character.is_alphanumeric() && !is_between {
                break;
            }
            end = start + index + character.len_utf8();
        }
        at = end;
        Some(start..end)
    })
}

fn term(text: &str, bytes: Range<usize>) -> Option<Term> {
    let word = &text[bytes.clone()];
    if word.len() > LONGEST_WORD {
        return None;
    }
    let lower = word.to_lowercase().replace('’', "'");
    let is_known = |list: &[&str]| list.binary_search(&lower.as_str()).is_ok();
    let lower = lower.strip_suffix("'s").unwrap_or(&lower);
    let is_common = is_known(COMMON) || is_known(CALENDAR) || COMMON.binary_search(&lower).is_ok();
    let has_letter = lower.chars().any(char::is_alphabetic);
    if lower.chars().count() < 2 || !has_letter || (is_common && word != "US") {
        return None;
    }
    let is_name = word.chars().any(char::is_uppercase) && !begins_sentence(&text[..bytes.start]);
    Some(Term { stem: stem(&lower.replace(['.', '-'], "")), is_name, bytes })
}

/// Whether what stands before is the end of a sentence. The first word of one has a capital whatever it is.
fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '"', '“', '‘', '\'', '—', '-']);
    before.is_empty() || before.ends_with(['.', '!', '?', '\n', ':', '…'])
}

/// What a word and its inflections share: not a word, only equal for equal meanings more often than the words are.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word.to_owned();
    }
    let without = |word: &str, suffix: &str| {
        word.strip_suffix(suffix).filter(|rest| rest.len() >= SHORTEST_STEM).map(str::to_owned)
    };
    let mut stem = word.to_owned();
    // The plural of a people (`Israelis`, `Iraqis`, `Pakistanis`, `Saudis`), not the end of `crisis`.
    let is_people = ["lis", "qis", "nis", "dis"].iter().any(|end| word.ends_with(end));
    if !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) && word.len() > 3 || is_people {
        stem = stem.strip_suffix('s').map_or(stem.clone(), str::to_owned);
    }
    for suffix in ["ing", "ed", "ment", "ion"] {
        if let Some(rest) = without(&stem, suffix) {
            stem = rest;
            break;
        }
    }
    loop {
        let shorter = ["an", "a", "e", "i", "o", "y"].iter().find_map(|suffix| without(&stem, suffix));
        match shorter {
            Some(rest) => stem = rest,
            None => return undoubled(stem),
        }
    }
}

/// `stopp` of `stopped` is `stop`.
fn undoubled(mut stem: String) -> String {
    let bytes = stem.as_bytes();
    let is_doubled = bytes.len() > SHORTEST_STEM && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
    if is_doubled && !matches!(bytes[bytes.len() - 1], b'l' | b's' | b'z') {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(COMMON.is_sorted() && CALENDAR.is_sorted());
    }

    #[test]
    fn inflections_and_peoples_are_one_term() {
        #[track_caller]
        fn check(words: &str) {
            let stems: Vec<String> = words.split(' ').map(stem).collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{words}: {stems:?}");
        }
        check("ukraine ukrainian ukrainians");
        check("russia russian russians");
        check("germany german germans");
        check("canada canadian");
        check("tariff tariffs");
        check("negotiate negotiating negotiation negotiations");
        check("release released releases releasing");
        check("stop stopped");
        check("israel israeli israelis");
        check("elect election elected");
    }

    #[test]
    fn what_tells_nothing_is_no_term() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, bool)]) {
            let found = terms(text);
            let found: Vec<_> = found.iter().map(|term| (term.stem.as_str(), term.is_name)).collect();
            assert_eq!(found, expected, "for {text}");
        }
        check("It's the ferry, and that's it.", &[("ferr", false)]);
        check(
            "Ferries to Skerry Island stopped on Monday.",
            &[("ferr", false), ("sker", true), ("island", true), ("stop", false)],
        );
        check("The U.S. and us", &[("us", true)]);
        check("In 2025, 12 of them: the F-47", &[("f47", true)]);
        check("", &[]);
        check("…'’ - ", &[]);
    }
}
