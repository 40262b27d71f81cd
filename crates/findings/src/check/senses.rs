//! Words by what their loss or change does to a sentence.

/// Words that most sentences have: that they are found says little.
const FUNCTION_WORDS: &str = "a about after all also am an and any are as at be because been before being but by can could \
     did do does for from get go going got had has have he her here him his how i if in into is it its just like me \
     more my no not now of on only or other our out over really said say she should so some than that the their them \
     then there these they thing this those to too up us very was we were what when where which who why will with \
     would you your";

/// Without them, or with them, a sentence says the opposite.
const NEGATIONS: &str = "barely cannot hardly neither never no nobody none nor not nothing nowhere without";

/// Without them a sentence says more than was said.
const RESERVATIONS: &str = "allegedly almost could except hopefully if likely maybe may might mostly nearly partly perhaps possible \
     possibly potentially presumably probably reportedly roughly should some sometimes supposedly unless unlikely \
     until would";

/// Verbs and persons that sound much alike and are not: `is` for `was` is no slip of the ear.
const FORMS: &str = "am are be been can could did do does had has have he her him his i is it may might must my our shall she \
     should their them they was we were will would you your";

/// What a speaker says while looking for words.
const FILLERS: &str = "ah eh er erm hm hmm huh mhm mm mmm oh uh uhm um";

/// The same in several words.
const FILLER_PHRASES: [&[&str]; 4] = [&["you", "know"], &["i", "mean"], &["sort", "of"], &["kind", "of"]];

/// Short words that recognisers drop and add, and speakers swallow.
const SWALLOWED: &str = "a an the";

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

pub(super) fn is_function_word(word: &str) -> bool {
    is_in(FUNCTION_WORDS, word)
}

pub(super) fn is_negation(word: &str) -> bool {
    is_in(NEGATIONS, word)
}

pub(super) fn is_reservation(word: &str) -> bool {
    is_in(RESERVATIONS, word)
}

pub(super) fn is_form(word: &str) -> bool {
    is_in(FORMS, word)
}

pub(super) fn is_swallowed(word: &str) -> bool {
    is_in(SWALLOWED, word)
}

/// Whether one word is the other with a beginning that turns it round: `legal`, `illegal`.
pub(super) fn are_opposites(one: &str, other: &str) -> bool {
    const BEGINNINGS: [&str; 8] = ["un", "in", "im", "il", "ir", "dis", "non", "mis"];
    let turns = |long: &str, short: &str| {
        short.len() >= 3 && BEGINNINGS.iter().any(|beginning| long.strip_prefix(beginning) == Some(short))
    };
    // `increase` and `decrease`, `import` and `export`.
    const OPPOSED: [(&str, &str); 4] = [("in", "de"), ("im", "ex"), ("in", "out"), ("over", "under")];
    let are_opposed = |one: &str, other: &str| {
        OPPOSED.iter().any(|(a, b)| {
            one.strip_prefix(a).zip(other.strip_prefix(b)).is_some_and(|(x, y)| x == y && x.len() >= 3)
        })
    };
    turns(one, other) || turns(other, one) || are_opposed(one, other) || are_opposed(other, one)
}

/// The words without what is said while looking for words.
pub(super) fn without_fillers<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        if let Some(phrase) = FILLER_PHRASES.iter().find(|phrase| rest.starts_with(phrase)) {
            rest = &rest[phrase.len()..];
        } else {
            if !is_in(FILLERS, word) {
                kept.push(*word);
            }
            rest = after;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_say_nothing() {
        #[track_caller]
        fn check(text: &str, kept: &str) {
            let words: Vec<&str> = text.split_ascii_whitespace().collect();
            assert_eq!(without_fillers(&words).join(" "), kept, "for {text:?}");
        }
        check("uh the um ferry", "the ferry");
        check("you know it sort of sails", "it sails");
        check("you knew", "you knew");
        check("you", "you");
    }

    #[test]
    fn beginnings_turn_words_round() {
        assert!(are_opposites("legal", "illegal"));
        assert!(are_opposites("unlikely", "likely"));
        assert!(are_opposites("increase", "decrease"));
        assert!(!are_opposites("ferry", "ferries"));
        assert!(!are_opposites("in", "in"));
    }
}
