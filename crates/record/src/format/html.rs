//! A page for people: complete, self-contained, without scripts.
//!
//! Every text is escaped, every link is an address that was parsed, and the page forbids itself to load anything.
//! Elements follow the `text/html` of Podcasting 2.0: `<cite>` who speaks, `<time>` when, `<p>` what.

use super::print;
use crate::address;
use crate::captions::shown_lines;
use crate::rows::{Described, Row};

/// What may be loaded: nothing. The style stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 serif;color:#222;background:#fff}\
a{color:#05c;text-decoration:none}time{font:.8em monospace}cite{font-style:normal;font-weight:bold}\
.suspect{color:#666}mark{background:#ffe9a8;color:inherit}small{display:block}";

/// The document as a page. Lines without text are left out; doubted lines are marked and say why.
pub fn write(described: &Described<'_>) -> String {
    let document = described.document;
    let title = escaped(document.title.as_deref().unwrap_or("Untitled"));
    let language = described.sidecar.and_then(|sidecar| sidecar.language.as_ref());
    let language =
        language.map(|language| format!(" lang=\"{}\"", escaped(&language.code))).unwrap_or_default();
    let mut page = format!(
        "<!DOCTYPE html>\n<html{language}>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<article>\n<h1 dir=\"auto\">{title}</h1>\n"
    );
    about(&mut page, described);
    let mut speaker_before = None;
    for row in described.rows().iter().filter(|row| shown_lines(row.text).next().is_some()) {
        paragraph(&mut page, row, row.speaker != speaker_before);
        speaker_before = row.speaker;
    }
    page + "</article>\n</body>\n</html>\n"
}

fn about(page: &mut String, described: &Described<'_>) {
    let document = described.document;
    let date = document.date.map(|date| format!("<time datetime=\"{date}\">{date}</time>"));
    let address = document.url.as_deref().and_then(address::openable);
    let address = address.map(|address| {
        let address = escaped(&address);
        format!("<a href=\"{address}\">{address}</a>")
    });
    let facts = [document.show.as_deref().map(escaped), date, address];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        print(page, format_args!("<p>{}</p>\n", facts.join(" · ")));
    }
}

fn paragraph(page: &mut String, row: &Row<'_>, is_new_speaker: bool) {
    let doubt = row.doubt();
    let class = if doubt.is_some() { " class=\"suspect\"" } else { "" };
    print(page, format_args!("<p id=\"s{}\"{class} dir=\"auto\">", row.segment));
    if let Some(start) = row.start {
        let time = format!("<time datetime=\"PT{}S\">{}</time>", start.as_seconds_f64(), start.clock());
        match row.link() {
            Some(link) => print(page, format_args!("<a href=\"{}\">{time}</a> ", escaped(&link))),
            None => print(page, format_args!("{time} ")),
        }
    }
    if is_new_speaker {
        let speaker = row.speaker.map_or("unknown speaker".to_owned(), escaped);
        print(page, format_args!("<cite>{speaker}</cite> "));
    }
    let text = escaped(row.text);
    match doubt {
        Some(doubt) => {
            print(
                page,
                format_args!("<mark>{text}</mark> <small>doubtful: {}</small></p>\n", escaped(&doubt)),
            );
        }
        None => print(page, format_args!("{text}</p>\n")),
    }
}

/// A text on one line, in an element or in the quotation marks of an attribute. What HTML forbids reads as U+FFFD.
fn escaped(text: &str) -> String {
    let line = shown_lines(text).collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            _ if u32::from(character) & 0xfffe == 0xfffe => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(character),
        }
    }
    escaped
}
