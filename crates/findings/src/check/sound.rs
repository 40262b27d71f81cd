//! Words that sound alike, as a recogniser mishears them: `Walsh` for `Waltz`, `end it` for `ended`.

use rphonetic::{DoubleMetaphone, Encoder as _, MatchRatingApproach};

/// Longer runs of letters are compared by their beginnings.
const LONGEST_CHARACTERS: usize = 48;

/// Share of the letters that must be the same where the codes are the same, too. Codes have no vowels: `is` and
/// `was` have one code.
const LEAST_COMMON_WITH_CODE: f32 = 0.5;

/// Share of the letters that must be the same where codes differ.
const LEAST_COMMON: f32 = 0.75;

/// The Match Rating Approach is for names; it takes short words for each other.
const SHORTEST_NAME: usize = 4;

/// The sound of a run of letters; empty for one that English has no sound for.
pub(super) fn code(letters: &str) -> String {
    if !is_english(letters) {
        return String::new();
    }
    let end = letters.len().min(LONGEST_CHARACTERS);
    DoubleMetaphone::default().double_metaphone(&letters[..end]).primary()
}

/// Whether two runs of letters, words written together, sound alike.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if !is_english(one) || !is_english(other) {
        return false;
    }
    let one = &one[..one.len().min(LONGEST_CHARACTERS)];
    let other = &other[..other.len().min(LONGEST_CHARACTERS)];
    let common = common_share(one, other);
    let (one_code, other_code) = (code(one), code(other));
    if one_code == other_code && common >= LEAST_COMMON_WITH_CODE {
        return true;
    }
    let begin_alike = one_code.chars().next().is_some_and(|first| other_code.starts_with(first));
    let are_names = one.len().min(other.len()) >= SHORTEST_NAME;
    (common >= LEAST_COMMON && are_names)
        || (begin_alike
            && are_names
            && common >= LEAST_COMMON_WITH_CODE
            && MatchRatingApproach.is_encoded_equals(one, other))
}

fn is_english(letters: &str) -> bool {
    !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Which share of the longer one's letters stays when one becomes the other: 1 less Levenshtein's distance by length.
fn common_share(one: &str, other: &str) -> f32 {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    1.0 - row[other.len()] as f32 / one.len().max(other.len()).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_misheard_sounds_alike() {
        for (one, other) in [
            ("waltz", "walsh"),
            ("healey", "healy"),
            ("peskov", "pescoff"),
            ("endit", "ended"),
            ("skerry", "skery"),
            ("sanction", "sanctions"),
            ("bat", "bet"),
        ] {
            assert!(are_alike(one, other), "{one} {other}");
            assert!(are_alike(other, one), "{other} {one}");
        }
    }

    #[test]
    fn other_words_do_not() {
        for (one, other) in [
            ("waltz", "ferry"),
            ("is", "was"),
            ("harbour", "barrier"),
            ("", "a"),
            ("ж", "a"),
            ("12", "13"),
            ("war", "peace"),
        ] {
            assert!(!are_alike(one, other), "{one} {other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_words_can_be_compared(one: String, other in "[a-z]{0,80}") {
            let _ = are_alike(&one, &other);
            let _ = are_alike(&other, &other.replace('a', "e"));
        }
    }
}
