//! Writes archive files.

use super::ArchiveFile;
use crate::format::print;
use crate::time::{MediaTime, SourceSeconds};
use crate::transcript::{Segment, Transcript};

/// The file's bytes: a transcript from its values, an opaque file as it was.
pub fn write(file: &ArchiveFile) -> Vec<u8> {
    match file {
        ArchiveFile::Transcript(transcript) => write_transcript(transcript).into_bytes(),
        ArchiveFile::Opaque(opaque) => opaque.bytes.clone(),
    }
}

fn write_transcript(transcript: &Transcript) -> String {
    let nl = transcript.newline.as_str();
    let link_characters = transcript.url.len() + " [[00:00:00](&t=20.740000000000002s)]".len();
    let segment_bytes: usize =
        transcript.segments.iter().map(|segment| segment.text.len() + link_characters).sum();
    let mut text = String::with_capacity(segment_bytes + 4096);
    write_front(&mut text, transcript, nl);
    for part in ["# ", &transcript.title, nl, "**", &transcript.show, ":** ["] {
        text.push_str(part);
    }
    print(&mut text, transcript.date);
    for part in ["](", &transcript.url, ")", nl] {
        text.push_str(part);
    }
    for segment in &transcript.segments {
        write_segment(&mut text, segment, &transcript.url);
        text.push_str(nl);
    }
    text
}

fn write_front(text: &mut String, transcript: &Transcript, nl: &str) {
    let rating = transcript.rating.as_ref().map_or("None", |rating| rating.as_str());
    let lines = [
        ("---", ""),
        ("Date Generated: ", &transcript.generated.to_string()),
        ("Transcription Model: ", &transcript.model),
        ("Length: ", &format!("{}s", transcript.length)),
        ("Video Keywords: ", &transcript.keywords.line()),
        ("Video Views: ", transcript.views.as_str()),
        ("Video Rating: ", rating),
    ];
    let description =
        transcript.description.iter().map(|description| ("Video Description: ", &**description));
    for (key, value) in lines.into_iter().chain(description).chain([("---", ""), ("", "")]) {
        for part in [key, value, nl] {
            text.push_str(part);
        }
    }
}

fn write_segment(text: &mut String, segment: &Segment, url: &str) {
    text.push_str("* ");
    text.push_str(&segment.text);
    let Some(start) = segment.start else { return };
    text.push_str(" [[");
    print_clock(text, start);
    for part in ["](", url, "&t="] {
        text.push_str(part);
    }
    print(text, start);
    text.push_str("s)]");
}

/// Appends `HH:MM:SS` of the second that has begun; from the 100th hour on, with more digits.
pub(super) fn print_clock(text: &mut String, start: SourceSeconds) {
    // Not through milliseconds, which would round 59.9999 up to a minute that has not begun.
    let seconds = start.as_f64() as u64;
    print(text, MediaTime::from_whole_seconds(seconds).clock());
}
