//! WebVTT captions (`text/vtt`), W3C Candidate Recommendation of 4 April 2019.
//!
//! Written strictly: starts never fall, every end lies after its start, text and names are escaped, and no
//! payload holds an empty line. Read leniently, because Whisper's own writer escapes nothing: what is no tag of
//! WebVTT is text. Voices become speakers, times inside a cue words; notes, styles, regions, settings and identifiers
//! are passed over, because they say nothing of what was said.

mod payload;

use super::{clock, plain, print};
use crate::captions::{Cue, shown_lines};
use crate::imported::{
    Cues, ImportIssueKind, ImportIssues, ImportPlace, Imported, MOST_LINES, Shown, segments, take_labels,
    unrolled,
};

/// What a file begins with, and each part of one that was put together from a stream.
const SIGNATURE: &str = "WEBVTT";

/// Blocks that are no captions.
const OTHER_BLOCKS: [&str; 3] = ["NOTE", "STYLE", "REGION"];

/// The offset that packagers of streams give every recording: 10 s of a clock of 90 kHz.
const USUAL_OFFSETS: [&str; 2] = ["0", "900000"];

/// Reads a WebVTT file. Rolling captions are told once; names before what is said are speakers where no voice is named.
pub fn read(bytes: &[u8]) -> Imported {
    let mut issues = ImportIssues::default();
    let text = plain::decode(bytes, &mut issues);
    let mut reader = Reader { cues: Cues::default(), language: None, issues };
    reader.read(&text);
    let Reader { cues, language, mut issues } = reader;
    let mut segments = segments(unrolled(cues.into_vec()), &mut issues);
    if segments.iter().all(|segment| segment.speaker.is_none()) {
        take_labels(&mut segments);
    }
    Imported { segments, language, issues, ..Imported::default() }.finish()
}

struct Reader {
    cues: Cues,
    language: Option<String>,
    issues: ImportIssues,
}

impl Reader {
    /// Reads block after block; an empty line ends a block.
    fn read(&mut self, text: &str) {
        let mut block: Vec<(usize, &str)> = Vec::new();
        let mut is_first = true;
        for (number, line) in plain::lines(text) {
            // A block without an end is cut before a caption, or where it is too long for one.
            let is_long =
                block.len() >= MOST_LINES && (block.len() >= 2 * MOST_LINES || clock::timing(line).is_some());
            if is_long {
                self.block(&block, std::mem::take(&mut is_first));
                block.clear();
            }
            if !line.is_empty() {
                block.push((number, line));
            } else if !block.is_empty() {
                self.block(&block, std::mem::take(&mut is_first));
                block.clear();
            }
        }
        if !block.is_empty() || is_first {
            self.block(&block, is_first);
        }
    }

    fn block(&mut self, block: &[(usize, &str)], is_first: bool) {
        let begins_with = |word: &str| block.first().is_some_and(|(_, line)| is_word(line, word));
        if begins_with(SIGNATURE) {
            return self.header(&block[1..]);
        }
        if is_first {
            let found = block.first().map_or("", |(_, line)| line);
            self.issues.push(ImportPlace::line(1), ImportIssueKind::unexpected("`WEBVTT`", found));
        }
        if !OTHER_BLOCKS.iter().any(|word| begins_with(word)) {
            self.cue_block(block);
        }
    }

    /// The lines behind the signature; captions may follow without an empty line.
    fn header(&mut self, lines: &[(usize, &str)]) {
        let first_cue = lines.iter().position(|(_, line)| clock::timing(line).is_some());
        let (header, cues) = lines.split_at(first_cue.unwrap_or(lines.len()));
        for (number, line) in header {
            if let Some(language) = line.strip_prefix("Language:") {
                self.language = Some(language.trim().to_owned()).filter(|language| !language.is_empty());
            } else if line.starts_with("X-TIMESTAMP-MAP") && !is_usual_map(line) {
                let found = crate::imported::shortened(line);
                self.issues.push(ImportPlace::line(*number), ImportIssueKind::StreamClock { found });
            }
        }
        self.cue_block(cues);
    }

    /// Captions without empty lines between them: almost always one.
    fn cue_block(&mut self, block: &[(usize, &str)]) {
        let is_timing = |(_, line): &(usize, &str)| clock::timing(line).is_some();
        let first = block.iter().position(is_timing).unwrap_or(block.len());
        // The line before the first times is the identifier.
        let stray = if first < block.len() { first.saturating_sub(1) } else { first };
        for (number, line) in &block[..stray] {
            self.issues.push(ImportPlace::line(*number), ImportIssueKind::unexpected("a caption", line));
        }
        let mut rest = &block[first..];
        while let Some((timed, behind)) = rest.split_first() {
            let next = behind.iter().position(is_timing).unwrap_or(behind.len());
            self.cue(*timed, &behind[..next]);
            rest = &behind[next..];
        }
    }

    fn cue(&mut self, (number, line): (usize, &str), payload: &[(usize, &str)]) {
        let Some((start, end)) =
            clock::timing(line).and_then(|timing| timing.read((number, line), &mut self.issues))
        else {
            return;
        };
        let payload: Vec<&str> = payload.iter().map(|(_, line)| *line).collect();
        let mut cue = Shown::new(start, end, number);
        payload::read(&payload.join("\n"), &mut cue);
        self.cues.push(cue, &mut self.issues);
    }
}

/// Whether a line is a word, alone or with something behind it.
fn is_word(line: &str, word: &str) -> bool {
    line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Whether a map between captions and stream leaves the times what they are.
fn is_usual_map(line: &str) -> bool {
    let parts = line.split_once('=').map_or("", |(_, parts)| parts);
    parts.split(',').all(|part| match part.trim().split_once(':') {
        Some(("MPEGTS", offset)) => USUAL_OFFSETS.contains(&offset.trim()),
        Some(("LOCAL", local)) => clock::clock(local.trim()).is_some_and(|time| time.as_millis() == 0),
        _ => true,
    })
}

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
