//! The same again and again: equal lines in a row, and words that come back after a fixed number of words.
//!
//! What is counted here is judged elsewhere: a crowd, a refrain and a stammer repeat themselves, too.

/// Words that are said several times running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repetition {
    /// The place of the first word.
    pub first_word: usize,
    /// How many words come again.
    pub period_words: usize,
    /// How often they are said; 1 where nothing comes again.
    pub times: usize,
    /// All words of the stretch, with the first time and what is left of a last one.
    pub covered_words: usize,
}

/// For each line its place in the run of equal lines it stands in, from 1, and the length of that run.
///
/// Empty lines are equal to nothing.
pub fn equal_lines(lines: &[String]) -> Vec<(usize, usize)> {
    let runs = lines.chunk_by(|a, b| a == b && !a.is_empty());
    runs.flat_map(|run| (1..=run.len()).map(|place| (place, run.len()))).collect()
}

/// The longest stretch in which each word equals the one `period_words` before it.
///
/// One comparison a word; `None` if there are not more words than that, or the period is 0.
pub fn longest_repetition<T: PartialEq>(words: &[T], period_words: usize) -> Option<Repetition> {
    if period_words == 0 || words.len() <= period_words {
        return None;
    }
    let (mut longest, mut last_word, mut run) = (0, period_words - 1, 0);
    for at in period_words..words.len() {
        run = if words[at] == words[at - period_words] { run + 1 } else { 0 };
        if run > longest {
            (longest, last_word) = (run, at);
        }
    }
    let (times, covered_words) = (longest / period_words + 1, longest + period_words);
    Some(Repetition { first_word: last_word + 1 - covered_words, period_words, times, covered_words })
}

/// Whether these words are themselves shorter ones again: "no no" is "no" twice.
pub(crate) fn is_shorter_again<T: PartialEq>(words: &[T]) -> bool {
    (1..=words.len() / 2)
        .filter(|shorter| words.len().is_multiple_of(*shorter))
        .any(|shorter| (shorter..words.len()).all(|at| words[at] == words[at - shorter]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stretch_is_found() {
        #[track_caller]
        fn check(text: &str, period_words: usize, expected: Option<(usize, usize, usize)>) {
            let words: Vec<&str> = text.split(' ').collect();
            let found = longest_repetition(&words, period_words);
            assert_eq!(
                found.map(|found| (found.first_word, found.times, found.covered_words)),
                expected,
                "for {text:?}"
            );
        }
        check("no no no wait no no", 1, Some((0, 3, 3)));
        check("we will win we will win we will", 3, Some((0, 2, 8)));
        check("we will win", 1, Some((0, 1, 1)));
        check("and we will win we will win", 3, Some((1, 2, 6)));
        check("we will win", 3, None);
        check("we", 0, None);
    }

    #[test]
    fn words_that_are_shorter_ones_again_are_told() {
        assert!(is_shorter_again(&["no", "no"]) && is_shorter_again(&[1, 2, 1, 2, 1, 2]));
        assert!(!is_shorter_again(&["no"]) && !is_shorter_again(&[1, 2, 1]) && !is_shorter_again::<u32>(&[]));
    }

    #[test]
    fn equal_lines_are_counted_and_empty_ones_are_not() {
        let lines = ["a", "b", "b", "b", "", "", "b"].map(str::to_owned);
        assert_eq!(equal_lines(&lines), [(1, 1), (1, 3), (2, 3), (3, 3), (1, 1), (1, 1), (1, 1)]);
    }
}
