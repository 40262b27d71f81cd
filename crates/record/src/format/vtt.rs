//! WebVTT captions (`text/vtt`), W3C Candidate Recommendation of 4 April 2019.
//!
//! Written strictly: starts never fall, every end lies after its start, text and names are escaped, and no
//! payload holds an empty line. Whisper's own writer escapes nothing, so a reader has to be lenient.

use super::print;
use crate::captions::{Cue, shown_lines};

/// The captions as a WebVTT file. Lines without text are left out; a speaker becomes a voice span.
pub fn write(cues: &[Cue<'_>]) -> String {
    let mut sorted: Vec<&Cue<'_>> = cues.iter().collect();
    sorted.sort_by_key(|cue| cue.span().0);
    let mut vtt = String::from("WEBVTT\n\n");
    for cue in sorted {
        let text = escaped_lines(cue.text).join("\n");
        if text.is_empty() {
            continue;
        }
        let (start, end) = cue.span();
        let voice = cue.speaker.map(voice_tag).unwrap_or_default();
        print(&mut vtt, format_args!("{start} --> {end}\n{voice}{text}\n\n"));
    }
    vtt
}

/// `<v Name>`, not closed because it covers the whole payload; nothing for a name without characters.
fn voice_tag(speaker: &str) -> String {
    let name = escaped_lines(speaker).join(" ");
    // Behind two hyphens the bracket would complete an arrow; readers trim the name.
    match name.as_str() {
        "" => name,
        _ if name.ends_with('-') => format!("<v {name} >"),
        _ => format!("<v {name}>"),
    }
}

fn escaped_lines(text: &str) -> Vec<String> {
    shown_lines(text).map(escaped).collect()
}

/// Escaping `>` keeps `-->`, which ends a payload, out of it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\0' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(character),
        }
    }
    escaped
}
