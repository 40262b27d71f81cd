//! Plain text: one line a segment, a new speaker named before it. Needs no times.

use crate::captions::shown_lines;
use crate::format::archive::ArchiveFile;
use crate::format::sidecar::Sidecar;

/// What was said, one line a segment, trimmed, without empty lines.
pub fn write(file: &ArchiveFile, sidecar: Option<&Sidecar>) -> String {
    let segments = file.segments();
    let mut text = String::new();
    let mut speaker_before = None;
    for (index, segment) in segments.iter().enumerate() {
        let detail = sidecar.and_then(|sidecar| sidecar.detail_of(segments, index));
        let speaker = detail.and_then(|detail| detail.speaker.as_deref());
        push_line(&mut text, &segment.text, speaker.filter(|_| speaker != speaker_before));
        speaker_before = speaker;
    }
    text
}

fn push_line(text: &mut String, said: &str, new_speaker: Option<&str>) {
    let one_line = |text: &str| shown_lines(text).collect::<Vec<_>>().join(" ");
    let said = one_line(said);
    if said.is_empty() {
        return;
    }
    let speaker = new_speaker.map(one_line).filter(|speaker| !speaker.is_empty());
    for part in
        [speaker.as_deref().unwrap_or_default(), if speaker.is_some() { ": " } else { "" }, &said, "\n"]
    {
        text.push_str(part);
    }
}
