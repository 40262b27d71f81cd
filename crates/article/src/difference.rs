//! What changed between two versions of an article, word by word.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Comparing takes time that grows with the product of what changed on both sides, in lines and then in words. When this
/// many steps are spent, changed stretches count as changed as a whole. An article of 9,000 words that was written anew
/// takes as many.
const MOST_STEPS: usize = 80_000_000;

/// A stretch of the versions' texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// In both; `=` in JSON.
    Same(&'a str),
    /// In the older only; `-` in JSON.
    Removed(&'a str),
    /// In the newer only; `+` in JSON.
    Added(&'a str),
}

impl<'a> Change<'a> {
    /// `=`, `-` or `+`.
    pub fn sign(&self) -> &'static str {
        match self {
            Self::Same(_) => "=",
            Self::Removed(_) => "-",
            Self::Added(_) => "+",
        }
    }

    /// The stretch.
    pub fn text(&self) -> &'a str {
        match self {
            Self::Same(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// The changes from `old` to `new`, in order: what is the same and what was removed make up `old`, what is the same and
/// what was added `new`. Two versions that are the same have no change, or one that is `=`.
pub fn difference<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let mut changes = Changes::default();
    let mut steps_left = MOST_STEPS;
    let (old_lines, new_lines) = (tokens(old, is_line_break), tokens(new, is_line_break));
    for step in steps(&old_lines, &new_lines, &mut steps_left) {
        let (old, new) = (joined(old, &old_lines, &step.old), joined(new, &new_lines, &step.new));
        if step.is_same {
            changes.push(Change::Same(new));
        } else {
            compare_words(old, new, &mut steps_left, &mut changes);
        }
    }
    changes.0
}

fn compare_words<'a>(old: &'a str, new: &'a str, steps_left: &mut usize, changes: &mut Changes<'a>) {
    let (old_words, new_words) = (tokens(old, char::is_whitespace), tokens(new, char::is_whitespace));
    for step in steps(&old_words, &new_words, steps_left) {
        let (old, new) = (joined(old, &old_words, &step.old), joined(new, &new_words, &step.new));
        if step.is_same {
            changes.push(Change::Same(new));
        } else {
            changes.push(Change::Removed(old));
            changes.push(Change::Added(new));
        }
    }
}

fn is_line_break(c: char) -> bool {
    c == '\n'
}

/// Runs of what separates and of what does not, in turn: joined they are the text.
fn tokens(text: &str, separates: fn(char) -> bool) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_separator = separates(first);
        let end = rest.find(|c| separates(c) != is_separator).unwrap_or(rest.len());
        tokens.push(&rest[..end]);
        rest = &rest[end..];
    }
    tokens
}

/// Tokens of both versions that belong together, as ranges of their numbers.
struct Step {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
    is_same: bool,
}

fn steps(old: &[&str], new: &[&str], steps_left: &mut usize) -> Vec<Step> {
    let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let behind = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) =
        (&old_rest[..old_rest.len() - behind], &new_rest[..new_rest.len() - behind]);
    let mut steps = vec![Step { old: 0..before, new: 0..before, is_same: true }];
    let cost = old_middle.len().saturating_mul(new_middle.len());
    if let Some(left) = steps_left.checked_sub(cost) {
        *steps_left = left;
        steps.extend(
            capture_diff_slices(Algorithm::Myers, old_middle, new_middle)
                .iter()
                .map(|step| moved(step, before)),
        );
    } else {
        steps.push(Step {
            old: before..before + old_middle.len(),
            new: before..before + new_middle.len(),
            is_same: false,
        });
    }
    let ends = (before + old_middle.len()..old.len(), before + new_middle.len()..new.len());
    steps.push(Step { old: ends.0, new: ends.1, is_same: true });
    steps
}

fn moved(step: &DiffOp, by: usize) -> Step {
    let (old, new) = (step.old_range(), step.new_range());
    let is_same = matches!(step, DiffOp::Equal { .. });
    Step { old: old.start + by..old.end + by, new: new.start + by..new.end + by, is_same }
}

/// The text of some of its tokens, which follow each other in it.
fn joined<'a>(text: &'a str, tokens: &[&'a str], range: &std::ops::Range<usize>) -> &'a str {
    let Some(first) = tokens[range.clone()].first() else { return "" };
    let start = first.as_ptr() as usize - text.as_ptr() as usize;
    let bytes: usize = tokens[range.clone()].iter().map(|token| token.len()).sum();
    &text[start..start + bytes]
}

/// Changes without empty ones.
#[derive(Default)]
struct Changes<'a>(Vec<Change<'a>>);

impl<'a> Changes<'a> {
    fn push(&mut self, change: Change<'a>) {
        if !change.text().is_empty() {
            self.0.push(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let shown = |change: &Change<'_>| format!("{}{}", change.sign(), change.text().replace('\n', "/"));
        difference(old, new).iter().map(shown).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_are_compared() {
        #[track_caller]
        fn check(old: &str, new: &str, expected: &str) {
            assert_eq!(shown(old, new), expected);
        }
        check("", "", "");
        check("a", "a", "=a");
        check("The ferry is late.", "The ferry is very late.", "=The ferry is |+very |=late.");
        check("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "=One.//|-Two.//|=Three.");
        check("One two.\n\nSame.", "One too.\n\nSame.\n\nNew.", "=One |-two.|+too.|=//Same.|+//New.");
        check("", "new", "+new");
        check("old", "", "-old");
    }

    #[test]
    fn long_texts_without_anything_in_common_take_no_longer() {
        let of = |word: &str| (0..300_000).map(|n| format!("{word}{n}\n")).collect::<String>();
        let (old, new) = (format!("same\n{}", of("a")), format!("same\n{}", of("b")));
        assert_eq!(difference(&old, &new).len(), 4, "the first line, both middles, the last line's end");
        let (old, new) = (old.replace('\n', " "), new.replace('\n', " "));
        assert_eq!(difference(&old, &new).first(), Some(&Change::Same("same ")));
    }

    proptest::proptest! {
        #[test]
        fn both_versions_can_be_put_together_again(old in "(a|b|é|海| |\n){0,40}", new in "(a|b|é|海| |\n){0,40}") {
            let changes = difference(&old, &new);
            let joined = |left_out: &str| changes.iter().filter(|change| change.sign() != left_out).map(Change::text).collect::<String>();
            proptest::prop_assert_eq!(joined("+"), old.as_str());
            proptest::prop_assert_eq!(joined("-"), new.as_str());
        }
    }
}
