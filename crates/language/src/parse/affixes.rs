//! Marks at the ends of words, found without reading the whole word for each.
//!
//! The model's patterns of prefixes and suffixes are long lists of alternatives, few of which look around. Those that don't
//! are searched for at once, from the end that they are tied to; only the few others need an engine that goes back and
//! forth, and they are shown no more than a few letters.

use fancy_regex::Regex;

/// Bytes in which an alternative that looks around is searched for. The longest, a unit of measurement with the digit before
/// it, takes fewer than 16.
const WINDOW_BYTES: usize = 32;

/// A list of alternatives, all tied to the start of a text or all to its end.
pub(super) struct Affixes {
    plain: Regex,
    looking: Vec<Regex>,
}

impl Affixes {
    /// `None` if the pattern is none.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let (looking, plain): (Vec<&str>, Vec<&str>) = alternatives(pattern)
            .into_iter()
            .partition(|one| ["(?=", "(?!", "(?<"].iter().any(|look| one.contains(look)));
        let looking = looking.into_iter().map(Regex::new);
        Some(Self {
            plain: Regex::new(&plain.join("|")).ok()?,
            looking: looking.collect::<Result<_, _>>().ok()?,
        })
    }

    /// Bytes of the longest prefix of a text; 0 if there is none.
    pub(super) fn prefix(&self, text: &str) -> usize {
        let mut end = WINDOW_BYTES.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.longest(text, &text[..end])
    }

    /// Bytes of the longest suffix of a text; 0 if there is none.
    pub(super) fn suffix(&self, text: &str) -> usize {
        let mut start = text.len().saturating_sub(WINDOW_BYTES);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        self.longest(text, &text[start..])
    }

    fn longest(&self, text: &str, window: &str) -> usize {
        let length = |regex: &Regex, text: &str| {
            regex.find(text).ok().flatten().map_or(0, |found| found.as_str().len())
        };
        let looking = self.looking.iter().map(|regex| length(regex, window));
        looking.fold(length(&self.plain, text), usize::max)
    }
}

/// The alternatives of a pattern at its outermost level.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    let splits = |letter: char| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match letter {
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return letter == '|' && depth == 0,
        }
        false
    };
    pattern.split(splits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_split_at_the_outermost_level() {
        #[track_caller]
        fn check(pattern: &str, expected: &[&str]) {
            assert_eq!(alternatives(pattern), expected);
        }
        check("a|b", &["a", "b"]);
        check(r"a\||(b|c)|[|(]d", &[r"a\|", "(b|c)", "[|(]d"]);
        check(r"(?<=[)|])\.$|[\]|]$", &[r"(?<=[)|])\.$", r"[\]|]$"]);
        check("", &[""]);
    }

    #[test]
    fn the_longest_affix_is_found() {
        let suffixes = Affixes::new(r"'s$|s$|\.\.+$|(?<=[0-9])km$|km²$").unwrap();
        #[track_caller]
        fn check(found: usize, expected: &str) {
            assert_eq!(found, expected.len(), "for {expected}");
        }
        check(suffixes.suffix("boat's"), "'s");
        check(suffixes.suffix("12km"), "km");
        check(suffixes.suffix("twelvekm"), "");
        let dots = ".".repeat(100);
        check(suffixes.suffix(&format!("well{dots}")), &dots);
        let prefixes = Affixes::new(r"^\(|^\+(?![0-9])|^\.\.+").unwrap();
        check(prefixes.prefix("(a"), "(");
        check(prefixes.prefix("+a"), "+");
        check(prefixes.prefix("+1"), "");
        check(prefixes.prefix(&format!("{dots}well")), &dots);
        check(prefixes.prefix(""), "");
    }
}
