//! Markdown for people: the title, what is known of the recording, and a line for each segment that links to its second.
//!
//! This is no archive file: it is for reading, mailing and pasting. CommonMark 0.31; every mark in a text is escaped.

use super::print;
use crate::address;
use crate::captions::shown_lines;
use crate::rows::{Described, Row};

/// The document as Markdown. Lines without text are left out; doubted lines say why.
pub fn write(described: &Described<'_>) -> String {
    let document = described.document;
    let mut text = format!("# {}\n\n", escaped(document.title.as_deref().unwrap_or("Untitled")));
    let show = document.show.as_deref().map(|show| format!("**{}**", escaped(show)));
    let date = document.date.map(|date| date.to_string());
    let length = described.file.length().map(|length| length.clock().to_string());
    let about: Vec<String> = [show, date, length].into_iter().flatten().collect();
    if !about.is_empty() {
        print(&mut text, format_args!("{}\n\n", about.join(", ")));
    }
    if let Some(address) = document.url.as_deref().and_then(address::openable) {
        print(&mut text, format_args!("<{address}>\n\n"));
    }
    let mut speaker_before = None;
    for row in described.rows().iter().filter(|row| shown_lines(row.text).next().is_some()) {
        if row.speaker != speaker_before {
            let speaker =
                row.speaker.map_or("*unknown speaker*".to_owned(), |name| format!("**{}**", escaped(name)));
            let gap = if text.ends_with("\n\n") { "" } else { "\n" };
            print(&mut text, format_args!("{gap}{speaker}\n\n"));
        }
        speaker_before = row.speaker;
        line(&mut text, row);
    }
    text
}

fn line(text: &mut String, row: &Row<'_>) {
    text.push_str("- ");
    match (row.start, row.link()) {
        // An address that was parsed holds no angle bracket.
        (Some(start), Some(link)) => print(text, format_args!("[{}](<{link}>) ", start.clock())),
        (Some(start), None) => print(text, format_args!("{} ", start.clock())),
        (None, _) => {}
    }
    text.push_str(&escaped(row.text));
    if let Some(doubt) = row.doubt() {
        print(text, format_args!(" *(doubtful: {})*", escaped(&doubt)));
    }
    text.push('\n');
}

/// A text on one line, with a backslash before whatever Markdown gives a meaning inside a line.
fn escaped(text: &str) -> String {
    let line = shown_lines(text).collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '#' | '!' => {
                escaped.extend(['\\', character]);
            }
            '\0' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(character),
        }
    }
    escaped
}
