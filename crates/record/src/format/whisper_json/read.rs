//! Reads the JSON of openai-whisper and its kin.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::clock::end_after;
use super::super::foreign_json::{
    elements, label, number, object, outermost, seconds, short_number, string, text_of, time, wrong_field,
};
use super::super::import::ImportError;
use crate::format::sidecar::{LogProbability, Probability, Word};
use crate::imported::words::{RawWord, fitted, segments_of};
use crate::imported::{
    Gathered, ImportIssueKind, ImportIssues, ImportPlace, Imported, ImportedSegment, MOST_WORDS, Measures,
};
use crate::time::{MediaTime, SourceSeconds};

/// The outermost object. What each field holds is looked at on its own.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Outermost<'a> {
    #[serde(borrow)]
    segments: Option<&'a RawValue>,
    #[serde(borrow)]
    words: Option<&'a RawValue>,
    #[serde(borrow)]
    word_segments: Option<&'a RawValue>,
    #[serde(borrow)]
    language: Option<&'a RawValue>,
    #[serde(borrow)]
    duration: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct SegmentFields<'a> {
    #[serde(borrow)]
    start: Option<&'a RawValue>,
    #[serde(borrow)]
    end: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    speaker: Option<&'a RawValue>,
    #[serde(borrow)]
    words: Option<&'a RawValue>,
    #[serde(borrow)]
    temperature: Option<&'a RawValue>,
    #[serde(borrow)]
    avg_logprob: Option<&'a RawValue>,
    #[serde(borrow)]
    compression_ratio: Option<&'a RawValue>,
    #[serde(borrow)]
    no_speech_prob: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct WordFields<'a> {
    #[serde(borrow)]
    word: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    start: Option<&'a RawValue>,
    #[serde(borrow)]
    end: Option<&'a RawValue>,
    #[serde(borrow)]
    probability: Option<&'a RawValue>,
    #[serde(borrow)]
    score: Option<&'a RawValue>,
    #[serde(borrow)]
    speaker: Option<&'a RawValue>,
}

/// Reads the JSON of openai-whisper, of OpenAI's service or of WhisperX; also a bare list of segments. A segment
/// without a time or a text costs itself. Words without times get those between their neighbours, and are marked.
///
/// # Errors
/// If it is no JSON, or holds more values than any recording has.
pub fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut issues = ImportIssues::default();
    let json = text_of(bytes, &mut issues)?;
    let outer = match json.trim_start().starts_with('[') {
        true => Outermost { segments: Some(outermost(&json)?), ..Outermost::default() },
        false => outermost(&json)?,
    };
    let words_beside = words_of(outer.words.or(outer.word_segments), "words", &mut issues);
    let mut segments = segments_in(outer.segments, &mut issues);
    if segments.is_empty() {
        segments = segments_of(words_beside);
    } else if segments.iter().all(|segment| segment.words.is_empty()) {
        share_out(words_beside, &mut segments);
    }
    let imported = Imported {
        segments,
        language: label(outer.language),
        model: label(outer.model),
        title: None,
        length: time(outer.duration),
        issues,
    };
    Ok(imported.finish())
}

fn segments_in(raw: Option<&RawValue>, issues: &mut ImportIssues) -> Vec<ImportedSegment> {
    let mut gathered = Gathered::default();
    for (index, raw) in elements(raw, "segments", issues).into_iter().enumerate() {
        let path = format!("segments[{index}]");
        if let Some(segment) = segment(raw, &path, issues) {
            gathered.push(segment, &ImportPlace::Value(path), issues);
        }
    }
    gathered.segments
}

fn segment(raw: &RawValue, path: &str, issues: &mut ImportIssues) -> Option<ImportedSegment> {
    let fields: SegmentFields<'_> = object(raw, path, issues)?;
    let Some(text) = fields.text.and_then(|raw| string(raw.get())) else {
        wrong_field(fields.text, format!("{path}.text"), "a text", issues);
        return None;
    };
    let place = ImportPlace::Value(path.to_owned());
    let raw_words = words_of(fields.words, &format!("{path}.words"), issues);
    // A segment without any time of its own has those of its words.
    let first_word = || Some(raw_words.iter().find_map(|word| word.start)?.into());
    let start = seconds(fields.start).or_else(first_word);
    let Some(start) = start else {
        wrong_field(fields.start, format!("{path}.start"), "seconds from 0 up", issues);
        return None;
    };
    let last_word = || raw_words.iter().rev().find_map(|word| word.end).filter(|_| fields.start.is_none());
    let end = time(fields.end).or_else(last_word);
    let end = end_after(start.to_media_time(), end, &place, issues);
    let speaker = label(fields.speaker).or_else(|| common_speaker(&raw_words));
    let words = spelled_words(raw_words, &text, start, end).unwrap_or_else(|| {
        issues.push(place, ImportIssueKind::OtherWords);
        Vec::new()
    });
    let measures = Measures {
        average_log_probability: short_number(fields.avg_logprob).map(LogProbability::new),
        no_speech_probability: short_number(fields.no_speech_prob).map(Probability::new),
        compression_ratio: short_number(fields.compression_ratio),
        temperature: short_number(fields.temperature),
    };
    Some(ImportedSegment { start, end, text, speaker, words, measures })
}

fn spelled_words(
    raw: Vec<RawWord>,
    text: &str,
    start: SourceSeconds,
    end: Option<MediaTime>,
) -> Option<Vec<Word>> {
    if raw.is_empty() { Some(Vec::new()) } else { fitted(raw, text, start.to_media_time(), end) }
}

/// The speaker of all the words that name one.
fn common_speaker(words: &[RawWord]) -> Option<String> {
    let mut named = words.iter().filter_map(|word| word.speaker.as_ref());
    let first = named.next()?;
    named.all(|speaker| speaker == first).then(|| first.clone())
}

fn words_of(raw: Option<&RawValue>, path: &str, issues: &mut ImportIssues) -> Vec<RawWord> {
    let mut words = Vec::new();
    for (index, raw) in elements(raw, path, issues).into_iter().take(MOST_WORDS).enumerate() {
        let path = format!("{path}[{index}]");
        let Some(fields) = object::<WordFields<'_>>(raw, &path, issues) else { continue };
        match fields.word.or(fields.text).and_then(|raw| string(raw.get())) {
            Some(text) if !text.trim().is_empty() => words.push(RawWord {
                text,
                start: time(fields.start),
                end: time(fields.end),
                probability: number(fields.probability.or(fields.score)),
                speaker: label(fields.speaker),
            }),
            Some(_) => {}
            None => wrong_field(fields.word, format!("{path}.word"), "a word", issues),
        }
    }
    words
}

/// Gives each segment the words that begin in it. Both stand in the order of their times.
fn share_out(words: Vec<RawWord>, segments: &mut [ImportedSegment]) {
    let starts: Vec<MediaTime> = segments.iter().map(ImportedSegment::start_time).collect();
    let mut words = words.into_iter().peekable();
    for (index, segment) in segments.iter_mut().enumerate() {
        let until = starts.get(index + 1);
        let mut own = Vec::new();
        while let Some(word) =
            words.next_if(|word| until.is_none_or(|until| word.start.is_none_or(|start| start < *until)))
        {
            own.push(word);
        }
        if !own.is_empty() {
            // A word that the recogniser put on the other side of a border: this segment has no times of words.
            segment.words = fitted(own, &segment.text, segment.start_time(), segment.end).unwrap_or_default();
        }
    }
}
