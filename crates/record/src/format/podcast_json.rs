//! The JSON of Podcasting 2.0 (`application/json` in `<podcast:transcript>`).
//!
//! Follows `transcripts/transcripts.md` of the podcast namespace, version 1.0.0: `version` and `segments`, each with
//! `speaker`, `startTime`, `endTime` (seconds) and `body`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::clock::end_after;
use super::foreign_json::{elements, label, object, outermost, seconds, string, text_of, time, wrong_field};
use super::import::ImportError;
use crate::captions::{Cue, shown_lines};
use crate::imported::words::{RawWord, segments_of};
use crate::imported::{Gathered, ImportIssues, ImportPlace, Imported, ImportedSegment};
use crate::time::MediaTime;

/// The version that is written.
const VERSION: &str = "1.0.0";

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Outermost<'a> {
    #[serde(borrow)]
    segments: Option<&'a RawValue>,
    #[serde(borrow)]
    language: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
struct SegmentFields<'a> {
    #[serde(borrow)]
    speaker: Option<&'a RawValue>,
    #[serde(borrow)]
    start_time: Option<&'a RawValue>,
    #[serde(borrow)]
    end_time: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

/// Reads the JSON of Podcasting 2.0. Where each word is a segment, sentences are made of them, and the words keep
/// their times.
///
/// # Errors
/// If it is no JSON, or holds more values than any recording has.
pub fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut issues = ImportIssues::default();
    let json = text_of(bytes, &mut issues)?;
    let outer: Outermost<'_> = outermost(&json)?;
    let mut gathered = Gathered::default();
    for (index, raw) in elements(outer.segments, "segments", &mut issues).into_iter().enumerate() {
        let path = format!("segments[{index}]");
        if let Some(segment) = segment(raw, &path, &mut issues) {
            gathered.push(segment, &ImportPlace::Value(path), &mut issues);
        }
    }
    let segments = gathered.segments;
    let segments = if is_word_by_word(&segments) { joined(segments) } else { segments };
    let language = label(outer.language);
    Ok(Imported { segments, language, issues, ..Imported::default() }.finish())
}

fn segment(raw: &RawValue, path: &str, issues: &mut ImportIssues) -> Option<ImportedSegment> {
    let fields: SegmentFields<'_> = object(raw, path, issues)?;
    let Some(text) = fields.body.and_then(|raw| string(raw.get())) else {
        wrong_field(fields.body, format!("{path}.body"), "a text", issues);
        return None;
    };
    let Some(start) = seconds(fields.start_time) else {
        wrong_field(fields.start_time, format!("{path}.startTime"), "seconds from 0 up", issues);
        return None;
    };
    let place = ImportPlace::Value(path.to_owned());
    let end = end_after(start.to_media_time(), time(fields.end_time), &place, issues);
    let speaker = label(fields.speaker);
    Some(ImportedSegment { start, speaker, ..ImportedSegment::new(MediaTime::ZERO, end, text) })
}

/// The longest that a word takes on the mean where each is a segment; Whisper's shortest segments take longer.
const LONGEST_WORD_MILLIS: u64 = 700;

/// Whether hardly a segment has a second word, there are enough of them to tell, and they are as short as words.
fn is_word_by_word(segments: &[ImportedSegment]) -> bool {
    let single = segments.iter().filter(|segment| segment.text.split_whitespace().nth(1).is_none()).count();
    let lengths = segments.iter().map(|segment| {
        let end = segment.end.unwrap_or(segment.start_time());
        end.saturating_sub(segment.start_time()).as_millis()
    });
    let longest = segments.len() as u64 * LONGEST_WORD_MILLIS;
    segments.len() >= 50
        && single * 20 >= segments.len() * 19
        && lengths.fold(0, u64::saturating_add) <= longest
}

fn joined(segments: Vec<ImportedSegment>) -> Vec<ImportedSegment> {
    let word = |segment: ImportedSegment| RawWord {
        start: Some(segment.start_time()),
        end: segment.end,
        text: segment.text,
        probability: None,
        speaker: segment.speaker,
    };
    segments_of(segments.into_iter().map(word).collect())
}

#[derive(Serialize)]
struct PodcastTranscript<'a> {
    version: &'static str,
    segments: Vec<PodcastSegment<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodcastSegment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'a str>,
    start_time: MediaTime,
    end_time: MediaTime,
    body: String,
}

/// The captions as one JSON object on one line. Lines without text are left out.
pub fn write(cues: &[Cue<'_>]) -> String {
    let segment = |cue: &'_ Cue<'_>| -> Option<(MediaTime, MediaTime, String)> {
        let body = shown_lines(cue.text).collect::<Vec<_>>().join(" ");
        let (start, end) = cue.span();
        (!body.is_empty()).then_some((start, end, body))
    };
    let segments = cues.iter().filter_map(|cue| {
        let (start_time, end_time, body) = segment(cue)?;
        Some(PodcastSegment { speaker: cue.speaker, start_time, end_time, body })
    });
    let transcript = PodcastTranscript { version: VERSION, segments: segments.collect() };
    // Every key is a string and no number is NaN, so serialisation has nothing to fail on.
    serde_json::to_string(&transcript).unwrap_or_default() + "\n"
}
