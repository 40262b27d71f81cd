//! SubRip captions (`application/x-subrip`), which no standard defines.
//!
//! A counter from 1, the times with a comma before the milliseconds, the text, an empty line. Written as
//! openai-whisper does, and stricter: no line is shown for no time, and none is empty.

use super::print;
use crate::captions::{Cue, new_speaker, shown_lines};

/// The captions as an SRT file. Lines without text are left out; a new speaker is named before the text.
pub fn write(cues: &[Cue<'_>]) -> String {
    let mut srt = String::new();
    let mut number = 0_usize;
    let mut before = None;
    for cue in cues {
        let text = payload(cue, before);
        before = Some(cue);
        if text.is_empty() {
            continue;
        }
        number += 1;
        let (start, end) = cue.span();
        let (start, end) = (start.clock_with_millis(','), end.clock_with_millis(','));
        print(&mut srt, format_args!("{number}\n{start} --> {end}\n{text}\n\n"));
    }
    srt
}

fn payload(cue: &Cue<'_>, before: Option<&Cue<'_>>) -> String {
    let text = unarrowed(cue.text);
    if text.is_empty() {
        return text;
    }
    let speaker = new_speaker(cue, before).map(|speaker| unarrowed(speaker).replace('\n', " "));
    match speaker {
        Some(speaker) if !speaker.is_empty() => format!("{speaker}: {text}"),
        _ => text,
    }
}

/// The lines of a text, with `->` for the arrow `-->` that stands between times, and for longer ones, which
/// would hold it too.
fn unarrowed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, line) in shown_lines(text).enumerate() {
        shown.push_str(if index == 0 { "" } else { "\n" });
        for character in line.chars() {
            while character == '>' && shown.ends_with("--") {
                shown.pop();
            }
            shown.push(character);
        }
    }
    shown
}
