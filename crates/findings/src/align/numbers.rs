//! Numbers in words or digits.
//!
//! ```text
//! two hundred and fifty   250      nine point seven billion   9700000000      twenty twenty-five   2025
//! ```

/// A number that begins a sequence of words, and how many words it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) words: usize,
}

/// How many words a number may have: "nine hundred and ninety nine thousand nine hundred and ninety nine" has eleven.
const LONGEST_NUMBER_WORDS: usize = 16;

fn small(word: &str) -> Option<f64> {
    Some(match word {
        "zero" => 0.0,
        "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        _ => return None,
    })
}

fn tens(word: &str) -> Option<f64> {
    Some(match word {
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        _ => return None,
    })
}

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "thousand" | "k" => 1e3,
        "million" | "m" | "mn" => 1e6,
        "billion" | "bn" => 1e9,
        "trillion" | "tn" => 1e12,
        _ => return None,
    })
}

/// A figure, also with its scale attached: `9.74`, `5bn`.
fn figure(word: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    match &word[digits.len()..] {
        "" => Some(value),
        suffix => Some(value * scale(suffix)?),
    }
}

/// The number with which `words` begin.
pub(super) fn number(words: &[&str]) -> Option<Number> {
    let words = &words[..words.len().min(LONGEST_NUMBER_WORDS)];
    let first = words.first()?;
    // "a hundred" is a number, "a ferry" is none.
    let is_article = matches!(*first, "a" | "an");
    if is_article && !words.get(1).is_some_and(|next| *next == "hundred" || is_spelt_scale(next)) {
        return None;
    }
    if let Some(year) = year(words) {
        return Some(year);
    }
    let mut total = 0.0;
    let mut group: Option<f64> = is_article.then_some(1.0);
    let mut at = usize::from(is_article);
    let mut last = Last::Nothing;
    while let Some(word) = words.get(at) {
        if *word == "and" && matches!(last, Last::Scale) && words.get(at + 1).is_some_and(|next| adds(next)) {
            at += 1;
            continue;
        }
        if let Some(value) = figure(word) {
            if last != Last::Nothing || group.is_some() {
                break;
            }
            (group, last) = (Some(value), Last::Figure);
        } else if let Some(value) = small(word) {
            let fits = match last {
                Last::Nothing => group.is_none(),
                Last::Tens => (1.0..10.0).contains(&value),
                Last::Scale => true,
                Last::Small | Last::Figure => false,
            };
            if !fits {
                break;
            }
            (group, last) = (Some(group.unwrap_or_default() + value), Last::Small);
        } else if let Some(value) = tens(word) {
            if !matches!(last, Last::Nothing | Last::Scale) || (last == Last::Nothing && group.is_some()) {
                break;
            }
            (group, last) = (Some(group.unwrap_or_default() + value), Last::Tens);
        } else if *word == "hundred" && group.is_some_and(|group| group < 100.0) {
            (group, last) = (group.map(|group| group * 100.0), Last::Scale);
        } else if let (true, Some(scale), Some(value)) = (is_spelt_scale(word), scale(word), group) {
            total += value * scale;
            (group, last) = (None, Last::Scale);
        } else if *word == "point" && group.is_some() && last != Last::Scale {
            let Some((fraction, length)) = decimals(&words[at + 1..]) else { break };
            group = group.map(|group| group + fraction);
            (at, last) = (at + length, Last::Figure);
        } else {
            break;
        }
        at += 1;
    }
    if last == Last::Nothing {
        return None;
    }
    // Sums of products of decimals are not exact: `9.74 * 1e9` and `9740000000` are to be one.
    let value = ((total + group.unwrap_or_default()) * 1e6).round() / 1e6;
    Some(Number { value, words: at })
}

/// What a number consists of so far.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Figure,
    Small,
    Tens,
    Scale,
}

fn is_spelt_scale(word: &str) -> bool {
    matches!(word, "thousand" | "million" | "billion" | "trillion")
}

/// Whether a word goes on with a number after `and`.
fn adds(word: &str) -> bool {
    small(word).is_some() || tens(word).is_some()
}

/// "twenty twenty five", "nineteen ninety"
fn year(words: &[&str]) -> Option<Number> {
    let century = match *words.first()? {
        "nineteen" => 1900.0,
        "twenty" => 2000.0,
        _ => return None,
    };
    let next = words.get(1)?;
    if let Some(tens) = tens(next) {
        let unit = words.get(2).and_then(|word| small(word)).filter(|value| (1.0..10.0).contains(value));
        let value = century + tens + unit.unwrap_or_default();
        return Some(Number { value, words: 2 + usize::from(unit.is_some()) });
    }
    let value = small(next).filter(|value| *value >= 10.0)?;
    Some(Number { value: century + value, words: 2 })
}

/// The digits after "point", and how many there are.
fn decimals(words: &[&str]) -> Option<(f64, usize)> {
    let digits: Vec<f64> = words
        .iter()
        .map_while(|word| small(word).or_else(|| figure(word)).filter(|digit| *digit < 10.0))
        .collect();
    let fraction = digits.iter().rev().fold(0.0, |fraction, digit| (fraction + digit) / 10.0);
    if digits.is_empty() { None } else { Some((fraction, digits.len())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words_are_numbers() {
        #[track_caller]
        fn check(text: &str, expected: Option<(f64, usize)>) {
            let words: Vec<&str> = text.split(' ').collect();
            let found = number(&words).map(|number| (number.value, number.words));
            assert_eq!(found, expected, "for {text:?}");
        }
        check("twelve ferries", Some((12.0, 1)));
        check("12 ferries", Some((12.0, 1)));
        check("twenty five", Some((25.0, 2)));
        check("two hundred and fifty boats", Some((250.0, 4)));
        check("a thousand", Some((1000.0, 2)));
        check("a ferry", None);
        check("hundred boats", None);
        check("9.74 billion", Some((9_740_000_000.0, 2)));
        check("nine point seven four billion", Some((9_740_000_000.0, 5)));
        check("three hundred thousand two hundred", Some((300_200.0, 5)));
        check("5bn", Some((5e9, 1)));
        check("twenty twenty five", Some((2025.0, 3)));
        check("nineteen ninety", Some((1990.0, 2)));
        check("twenty one", Some((21.0, 2)));
        check("five six", Some((5.0, 1))); // Said one by one.
        check("three and four", Some((3.0, 1)));
        check("1st", None);
        check("ferry", None);
        check("point five", None);
    }

    proptest::proptest! {
        #[test]
        fn no_words_are_too_much(words in proptest::collection::vec("one|twenty|hundred|thousand|and|a|point|9|5bn|x", 0..30)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(number) = number(&words) {
                proptest::prop_assert!(number.words >= 1 && number.words <= words.len());
            }
        }
    }
}
