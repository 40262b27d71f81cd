//! Words -> what they say, so that ways of writing the same are the same.
//!
//! ```text
//! we'll        -> we will        a thousand   -> 1000          defence -> defense
//! $1.5 billion -> 1500000000 $   two per cent -> 2 %           first   -> 1st
//! ```

use std::ops::Range;

use super::numbers::number;
use super::{Word, usual_spelling};

/// What one or several words say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The words that say it, as indices. A word may say several things, and several words one.
    pub words: Range<usize>,
    /// What they say.
    pub saying: Saying,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Saying {
    /// A word, its usual spelling.
    Word(String),
    /// A number of anything: the number, and `$` or `%` if that is what is counted.
    Number(String),
    /// `'s`: "is", "has", or whose something is.
    ApostropheS,
    /// `'d`: "would" or "had".
    ApostropheD,
}

impl Saying {
    /// Whether both may say the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self == other || self.may_be(other) || other.may_be(self)
    }

    fn may_be(&self, other: &Self) -> bool {
        let Self::Word(word) = other else { return false };
        match self {
            Self::ApostropheS => matches!(word.as_str(), "is" | "has" | "us"),
            Self::ApostropheD => matches!(word.as_str(), "would" | "had"),
            Self::Word(_) | Self::Number(_) => false,
        }
    }

    /// As it would be written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Number(number) => number,
            Self::ApostropheS => "s",
            Self::ApostropheD => "d",
        }
    }
}

/// What words say, in order. Each word belongs to an atom at least.
pub fn atoms(words: &[Word]) -> Vec<Atom> {
    let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    let mut atoms = Vec::with_capacity(words.len() + words.len() / 8);
    let mut at = 0;
    while at < folded.len() {
        at = match quantity(&folded[at..]) {
            Some((saying, length)) => {
                atoms.push(Atom { words: at..at + length, saying });
                at + length
            }
            None => {
                let range = at..at + 1;
                expand(folded[at], &mut |saying| atoms.push(Atom { words: range.clone(), saying }));
                at + 1
            }
        };
    }
    atoms
}

/// `$5`, `5 dollars`, `two per cent`, `12`: what is counted is part of a number, since it may stand before or after it.
fn quantity(words: &[&str]) -> Option<(Saying, usize)> {
    let sign = currency_sign(words.first()?);
    let before = usize::from(sign.is_some());
    let number = number(&words[before..])?;
    let after = &words[before + number.words..];
    let (unit, unit_words) = match (sign, after) {
        (Some(sign), _) => (sign, 0),
        (None, ["per", "cent", ..]) => ("%", 2),
        (None, ["%" | "percent", ..]) => ("%", 1),
        (None, [word, ..]) => currency_word(word).map_or(("", 0), |sign| (sign, 1)),
        (None, []) => ("", 0),
    };
    let length = before + number.words + unit_words;
    // A bare figure keeps its zeros: "007" and "1.50" are read as they stand.
    let is_plain = length == 1 && words[0].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let value = if is_plain { words[0].to_owned() } else { number.value.to_string() };
    Some((Saying::Number(format!("{value}{unit}")), length))
}

fn currency_sign(word: &str) -> Option<&'static str> {
    ["$", "£", "€"].into_iter().find(|sign| *sign == word)
}

fn currency_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "dollar" | "dollars" => "$",
        "pound" | "pounds" => "£",
        "euro" | "euros" => "€",
        _ => return None,
    })
}

/// What a single word says that is no number.
fn expand(word: &str, say: &mut impl FnMut(Saying)) {
    if let Some(parts) = written_apart(word) {
        parts.iter().for_each(|part| say(Saying::Word((*part).to_owned())));
        return;
    }
    let Some((stem, ending)) = word.rsplit_once('\'') else {
        return say(Saying::Word(usual_spelling(word).unwrap_or_else(|| word.to_owned())));
    };
    let auxiliary = match ending {
        "ll" => Some("will"),
        "re" => Some("are"),
        "ve" => Some("have"),
        "m" => Some("am"),
        _ => None,
    };
    match (auxiliary, ending) {
        (Some(auxiliary), _) => {
            expand(stem, say);
            say(Saying::Word(auxiliary.to_owned()));
        }
        (None, "t") if stem.ends_with('n') => {
            let verb = match stem {
                "wo" | "won" => "will",
                "ca" | "can" => "can",
                "shan" => "shall",
                stem => stem.strip_suffix('n').unwrap_or(stem),
            };
            say(Saying::Word(verb.to_owned()));
            say(Saying::Word("not".to_owned()));
        }
        (None, "s") => {
            expand(stem, say);
            say(Saying::ApostropheS);
        }
        (None, "d") => {
            expand(stem, say);
            say(Saying::ApostropheD);
        }
        _ => say(Saying::Word(word.replace('\'', ""))),
    }
}

/// Words that are said as several, or written in another way.
fn written_apart(word: &str) -> Option<&'static [&'static str]> {
    Some(match word {
        "cannot" => &["can", "not"],
        "dont" => &["do", "not"],
        "doesnt" => &["does", "not"],
        "didnt" => &["did", "not"],
        "isnt" => &["is", "not"],
        "arent" => &["are", "not"],
        "wasnt" => &["was", "not"],
        "couldnt" => &["could", "not"],
        "wouldnt" => &["would", "not"],
        "im" => &["i", "am"],
        "ive" => &["i", "have"],
        "youre" => &["you", "are"],
        "theyre" => &["they", "are"],
        "gonna" => &["going", "to"],
        "wanna" => &["want", "to"],
        "gotta" => &["got", "to"],
        "gimme" => &["give", "me"],
        "kinda" => &["kind", "of"],
        "cuz" => &["because"],
        "alright" => &["all", "right"],
        "percent" | "%" => &["per", "cent"],
        "&" => &["and"],
        "mister" => &["mr"],
        "doctor" => &["dr"],
        "versus" => &["vs"],
        "first" => &["1st"],
        "second" => &["2nd"],
        "third" => &["3rd"],
        "fourth" => &["4th"],
        "fifth" => &["5th"],
        "sixth" => &["6th"],
        "seventh" => &["7th"],
        "eighth" => &["8th"],
        "ninth" => &["9th"],
        "tenth" => &["10th"],
        "eleventh" => &["11th"],
        "twelfth" => &["12th"],
        "twentieth" => &["20th"],
        "thirtieth" => &["30th"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    #[test]
    fn ways_of_writing_say_the_same() {
        #[track_caller]
        fn check(one: &str, other: &str) {
            let (one_atoms, other_atoms) = (atoms(&words(one)), atoms(&words(other)));
            let are_same = one_atoms.len() == other_atoms.len()
                && one_atoms.iter().zip(&other_atoms).all(|(a, b)| a.saying.is_same(&b.saying));
            assert!(are_same, "{one:?} {one_atoms:?}\n{other:?} {other_atoms:?}");
        }
        check("we'll sail", "We will sail.");
        check("They won’t", "they will not");
        check("I can't, I cannot", "I can not, I can not");
        check("it's late", "it is late");
        check("she'd gone", "she had gone");
        check("gonna sail", "going to sail");
        check("two per cent", "2%");
        check("2 percent", "two %");
        check("$1.5 billion", "1.5 billion dollars");
        check("£5bn", "five billion pounds");
        check("a thousand islanders", "1,000 islanders");
        check("twenty-five boats", "25 boats");
        check("the first boat", "the 1st boat");
        check("the U.S. navy", "the US navy");
        check("defence of the harbour", "defense of the harbor");
    }

    #[test]
    fn other_words_say_something_else() {
        #[track_caller]
        fn check(one: &str, other: &str) {
            assert_ne!(atoms(&words(one)), atoms(&words(other)));
        }
        check("fifteen boats", "fifty boats");
        check("$5", "£5");
        check("2%", "2");
        check("can sail", "can't sail");
        check("agent 007", "agent 7");
    }

    proptest::proptest! {
        #[test]
        fn each_word_says_something(text in "([a-z']{1,6}|[0-9]{1,3}|one|hundred|and|\\$|%| |’){0,40}") {
            let words = words(&text);
            let mut next = 0;
            for atom in atoms(&words) {
                proptest::prop_assert!(atom.words.start <= next && next <= atom.words.end);
                next = atom.words.end;
            }
            proptest::prop_assert_eq!(next, words.len());
        }
    }
}
