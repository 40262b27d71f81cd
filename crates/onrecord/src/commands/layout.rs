//! Results laid out for people: wrapped on a terminal, with what was looked for standing out.

use std::io::IsTerminal;
use std::ops::Range;

use record::Document;

use crate::console::harmless;

/// Text is not wrapped to less than this, however narrow the terminal is.
const LEAST_COLUMNS: usize = 24;

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// How text is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Columns of the terminal; `None` in a pipe, where a line stays a line.
    columns: Option<usize>,
    is_styled: bool,
}

impl Layout {
    /// As stdout wants it.
    pub(crate) fn of_stdout() -> Self {
        if !std::io::stdout().is_terminal() {
            return Self { columns: None, is_styled: false };
        }
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Self {
            columns: Some(columns),
            is_styled: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// `lead` and `text` behind it, on as many lines as needed, each ended; the `marked` characters of `text`
    /// stand out on a terminal. Nothing in either can steer the terminal.
    pub(crate) fn paragraph(&self, lead: &str, text: &str, marked: &[Range<usize>]) -> String {
        let lead = one_line(lead);
        let indent = columns_of(&lead);
        let mut lines = lead;
        let mut column = indent;
        for (number, word) in words(text, marked).iter().enumerate() {
            let width: usize = word.iter().map(|(c, _)| columns(*c)).sum();
            let is_full =
                self.columns.is_some_and(|most| column + 1 + width > most.max(indent + LEAST_COLUMNS));
            if number > 0 && is_full {
                lines.push('\n');
                lines.push_str(&" ".repeat(indent));
                column = indent;
            } else if number > 0 {
                lines.push(' ');
                column += 1;
            }
            self.push(&mut lines, word);
            column += width;
        }
        lines.push('\n');
        lines
    }

    fn push(&self, line: &mut String, word: &[(char, bool)]) {
        let mut is_bold = false;
        for (c, is_marked) in word {
            if self.is_styled && *is_marked != is_bold {
                line.push_str(if *is_marked { BOLD } else { PLAIN });
                is_bold = *is_marked;
            }
            line.push(*c);
        }
        if is_bold {
            line.push_str(PLAIN);
        }
    }
}

/// The words of a text between white space, each character harmless and with whether it is marked.
fn words(text: &str, marked: &[Range<usize>]) -> Vec<Vec<(char, bool)>> {
    let mut words = vec![Vec::new()];
    let mut marked = marked.iter().peekable();
    for (at, c) in text.chars().enumerate() {
        while marked.next_if(|range| range.end <= at).is_some() {}
        if c.is_whitespace() {
            words.push(Vec::new());
        } else if let Some(word) = words.last_mut() {
            let is_marked = marked.peek().is_some_and(|range| range.contains(&at));
            word.push((shown(c), is_marked));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Control characters and those that reverse the direction of writing, visible.
fn shown(c: char) -> char {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || turns { '\u{fffd}' } else { c }
}

/// Text from outside on one line.
pub(crate) fn one_line(text: &str) -> String {
    harmless(text).chars().map(|c| if c.is_whitespace() { ' ' } else { shown(c) }).collect()
}

fn columns_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many columns a character takes: marks none, Chinese, Japanese and Korean characters two.
fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// A document on one line: who published what, and when.
pub(crate) fn heading(document: &Document) -> String {
    let source = document.show.as_deref().or(document.outlet.as_deref());
    let date = document.date.map(|date| date.to_string());
    let origin: Vec<&str> = source.into_iter().chain(date.as_deref()).collect();
    let title = document.title.as_deref().unwrap_or(&document.path);
    let heading = match origin.is_empty() {
        true => title.to_owned(),
        false => format!("{}: {title}", origin.join(", ")),
    };
    one_line(&heading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: Option<usize>, is_styled: bool, text: &str, marked: &[(usize, usize)], expected: &str) {
        let layout = Layout { columns, is_styled };
        let marked: Vec<Range<usize>> = marked.iter().map(|(start, end)| *start..*end).collect();
        assert_eq!(layout.paragraph("00:00:05  ", text, &marked), expected);
    }

    #[test]
    fn lines_are_wrapped_on_a_terminal_only() {
        let text = "The ferry to Skerry Island will not sail.";
        check(None, false, text, &[], "00:00:05  The ferry to Skerry Island will not sail.\n");
        let expected = "00:00:05  The ferry to Skerry\n          Island will not sail.\n";
        check(Some(34), false, text, &[], expected);
        check(Some(3), false, text, &[], expected);
        check(Some(34), false, "", &[], "00:00:05  \n");
        check(
            Some(34),
            false,
            "海海海海海海海海海海海海 海海海",
            &[],
            "00:00:05  海海海海海海海海海海海海\n          海海海\n",
        );
    }

    #[test]
    fn what_was_looked_for_stands_out() {
        check(Some(80), true, "The ferry sails", &[(4, 9)], "00:00:05  The \u{1b}[1mferry\u{1b}[0m sails\n");
        check(
            Some(80),
            true,
            "A ferry, late",
            &[(2, 7), (9, 13)],
            "00:00:05  A \u{1b}[1mferry\u{1b}[0m, \u{1b}[1mlate\u{1b}[0m\n",
        );
        // Each word for itself, so that no line break is underlined or bold.
        check(
            Some(34),
            true,
            "A \u{1b}[31mferry",
            &[(0, 12)],
            "00:00:05  \u{1b}[1mA\u{1b}[0m \u{1b}[1m\u{fffd}[31mferry\u{1b}[0m\n",
        );
        check(None, false, "The ferry", &[(4, 9)], "00:00:05  The ferry\n");
    }

    #[test]
    fn text_does_not_steer_the_terminal() {
        check(
            None,
            false,
            "a\u{1b}[2Jb\u{202e}c\u{7}\r\nd\u{9b}",
            &[],
            "00:00:05  a\u{fffd}[2Jb\u{fffd}c\u{fffd} d\u{fffd}\n",
        );
        assert_eq!(one_line("a\nb\u{1b}\u{2066}"), "a b\u{fffd}\u{fffd}");
    }
}
