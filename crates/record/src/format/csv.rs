//! Comma-separated values (RFC 4180), a row for each segment, for spreadsheets and scripts.
//!
//! A cell that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, a tab or a carriage return at its
//! beginning) gets an apostrophe before it: titles and lines do begin so, and a hostile one would be run. Numbers,
//! which are ours, are never negative and need none.

use std::borrow::Cow;

use super::print;
use crate::rows::{COLUMNS, Described, Row, kind_name};

/// What begins a formula.
const FORMULA_MARKS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The first line, with its line break: the names of [`COLUMNS`].
pub fn header() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// A document's rows below the header.
pub fn write(described: &Described<'_>) -> String {
    let mut csv = header();
    described.rows().iter().for_each(|row| append(&mut csv, row));
    csv
}

/// Appends one row. What is not known is an empty cell.
pub fn append(csv: &mut String, row: &Row<'_>) {
    let document = row.document;
    let seconds = |time: Option<crate::MediaTime>| {
        time.map(|time| time.as_seconds_f64().to_string()).unwrap_or_default()
    };
    let date = document.date.map(|date| date.to_string());
    let suspect = row.suspect();
    let texts = [
        Some(document.id.as_str()),
        Some(&document.path),
        Some(kind_name(document.kind)),
        document.outlet.as_deref(),
        document.show.as_deref(),
        document.title.as_deref(),
        date.as_deref(),
        document.url.as_deref(),
    ];
    for text in texts {
        print(csv, format_args!("{},", cell(text.unwrap_or_default())));
    }
    print(csv, format_args!("{},{},{},", row.segment, seconds(row.start), seconds(row.end)));
    for text in [row.speaker, Some(row.text), suspect.as_deref(), row.language] {
        print(csv, format_args!("{},", cell(text.unwrap_or_default())));
    }
    print(csv, format_args!("{}\r\n", row.content));
}

/// Texts as a row of any table of ours, with its line break.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref()).into_owned()).collect();
    cells.join(",") + "\r\n"
}

/// A text as a cell of any table of ours: guarded against formulas, quoted where it holds what parts cells.
pub fn cell(text: &str) -> Cow<'_, str> {
    let guard = if text.starts_with(FORMULA_MARKS) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) {
        Cow::Owned(format!("\"{guard}{}\"", text.replace('"', "\"\"")))
    } else if guard.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{guard}{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_text_and_nothing_else() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(cell(text), expected, "for {text:?}");
        }
        check("", "");
        check("Good morning.", "Good morning.");
        check("Good, \"morning\".", "\"Good, \"\"morning\"\".\"");
        check("a\nb", "\"a\nb\"");
        check("=1+1", "'=1+1");
        check("+44", "'+44");
        check("-drill", "'-drill");
        check("@harbour", "'@harbour");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
        check("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        check(" =1", " =1"); // A spreadsheet takes this for text.
        check("5 - 3", "5 - 3");
    }
}
