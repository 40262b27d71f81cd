//! Places in a query, shown on a terminal.

use super::QueryError;

/// How much of a query is shown before the place, in characters. With what is shown behind it, it fits into the
/// 80 columns of a terminal beside a margin, unless the characters are wide ones.
const BEFORE: usize = 40;

/// How much is shown from the place on, in characters.
const BEHIND: usize = 30;

/// How much of a query's text an error message repeats, in characters.
const LONGEST_QUOTE: usize = 40;

impl QueryError {
    /// Two lines for a terminal: `query`, which the error is about, near the place, and `^` below the place.
    ///
    /// No end of line behind the second. Signs that would control the terminal are shown as `\u{fffd}`.
    pub fn pointer(&self, query: &str) -> String {
        let place = self.column.saturating_sub(1);
        let first = place.saturating_sub(BEFORE);
        let mut shown = String::from(if first > 0 { "\u{2026}" } else { "" });
        let mut below = usize::from(first > 0);
        let mut rest = query.chars().skip(first);
        for c in rest.by_ref().take(place - first).map(printable) {
            shown.push(c);
            below += columns(c);
        }
        shown.extend(rest.by_ref().take(BEHIND).map(printable));
        shown += if rest.next().is_some() { "\u{2026}" } else { "" };
        format!("{shown}\n{}^", " ".repeat(below))
    }
}

/// A part of a query in an error message: in backticks, in one line, the beginning of a long one; or "nothing".
pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(LONGEST_QUOTE).map(printable).collect();
    let rest = if characters.next().is_some() { "\u{2026}" } else { "" };
    format!("`{beginning}{rest}`")
}

/// Spaces as a space; what moves the cursor, turns the direction or is invisible as a replacement character.
pub(super) fn printable(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{61c}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// How many columns of a terminal it takes: two for Chinese, Japanese and Korean signs and pictures, none for
/// marks over a letter. The ranges are those of Unicode's wide characters, rounded to blocks.
fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}
