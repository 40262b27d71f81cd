//! TTML captions (`application/ttml+xml`), W3C Recommendation of 8 November 2018.
//!
//! Written is a subset of the text profile of IMSC 1.1: paragraphs with their times, speakers as agents with names.
//! Read are clocks and offsets in all their units, times that count from those around them, spans with times of their
//! own, agents, and line breaks; how anything looks is passed over.

mod read;
mod times;

pub use read::read;

use std::collections::BTreeMap;

use super::print;
use crate::captions::{Cue, shown_lines};

/// Whether the first element of a text is a `tt`.
pub(crate) fn has_root(text: &str) -> bool {
    text.split('<').skip(1).find(|tag| !tag.starts_with(['?', '!'])).is_some_and(|tag| {
        let name = tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
        name.rsplit(':').next() == Some("tt")
    })
}

/// The captions as a TTML file. Lines without text are left out; `language` is empty where it is not known.
pub fn write(cues: &[Cue<'_>], title: Option<&str>, language: Option<&str>) -> String {
    let agents = agents(cues);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    print(
        &mut xml,
        format_args!(
            "<tt xmlns=\"http://www.w3.org/ns/ttml\" xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\" \
             xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\" ttp:timeBase=\"media\" \
             ttp:contentProfiles=\"http://www.w3.org/ns/ttml/profile/imsc1.1/text\" xml:lang=\"{}\">\n",
            escaped(language.unwrap_or_default())
        ),
    );
    xml.push_str("  <head>\n    <metadata>\n");
    if let Some(title) = title {
        print(&mut xml, format_args!("      <ttm:title>{}</ttm:title>\n", escaped(title)));
    }
    for (name, number) in sorted(&agents) {
        print(
            &mut xml,
            format_args!(
                "      <ttm:agent xml:id=\"speaker{number}\" type=\"person\"><ttm:name type=\"full\">{}</ttm:name></ttm:agent>\n",
                escaped(name)
            ),
        );
    }
    xml.push_str("    </metadata>\n  </head>\n  <body>\n    <div>\n");
    for cue in cues {
        paragraph(&mut xml, cue, &agents);
    }
    xml + "    </div>\n  </body>\n</tt>\n"
}

/// The speakers, numbered from 1 in the order in which they begin to speak.
fn agents<'a>(cues: &[Cue<'a>]) -> BTreeMap<&'a str, usize> {
    let mut agents = BTreeMap::new();
    for speaker in cues.iter().filter_map(|cue| cue.speaker).filter(|speaker| !speaker.trim().is_empty()) {
        let next = agents.len() + 1;
        agents.entry(speaker).or_insert(next);
    }
    agents
}

fn sorted<'a>(agents: &BTreeMap<&'a str, usize>) -> Vec<(&'a str, usize)> {
    let mut sorted: Vec<_> = agents.iter().map(|(name, number)| (*name, *number)).collect();
    sorted.sort_by_key(|(_, number)| *number);
    sorted
}

fn paragraph(xml: &mut String, cue: &Cue<'_>, agents: &BTreeMap<&str, usize>) {
    let lines: Vec<String> = shown_lines(cue.text).map(escaped).collect();
    if lines.is_empty() {
        return;
    }
    let (start, end) = cue.span();
    let agent = cue.speaker.and_then(|speaker| agents.get(speaker));
    let agent = agent.map(|number| format!(" ttm:agent=\"speaker{number}\"")).unwrap_or_default();
    let text = lines.join("<br/>");
    print(xml, format_args!("      <p begin=\"{start}\" end=\"{end}\"{agent}>{text}</p>\n"));
}

/// A text in an element or an attribute; what XML has no way to write becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(character),
        }
    }
    escaped
}
