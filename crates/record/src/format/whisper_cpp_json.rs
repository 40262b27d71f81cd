//! The JSON of whisper.cpp (`--output-json`, `--output-json-full`): times in milliseconds, words in pieces. Only read.
//!
//! Follows `output_json` in ggml-org/whisper.cpp, `examples/cli/cli.cpp`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::clock::end_after;
use super::foreign_json::{elements, label, number, object, outermost, string, text_of, time, wrong_field};
use super::import::ImportError;
use crate::imported::words::{RawWord, fitted};
use crate::imported::{Gathered, ImportIssues, ImportPlace, Imported, ImportedSegment};
use crate::time::MediaTime;

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Outermost<'a> {
    #[serde(borrow)]
    transcription: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Named<'a> {
    #[serde(borrow)]
    language: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
}

/// A segment, or a token of one.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Timed<'a> {
    #[serde(borrow)]
    offsets: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamps: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    speaker: Option<&'a RawValue>,
    #[serde(borrow)]
    tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    p: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Range<'a> {
    #[serde(borrow)]
    from: Option<&'a RawValue>,
    #[serde(borrow)]
    to: Option<&'a RawValue>,
}

impl Timed<'_> {
    /// Start and end: `offsets` in milliseconds, else `timestamps` as clocks.
    fn times(&self) -> (Option<MediaTime>, Option<MediaTime>) {
        let (offsets, clocks) = (range(self.offsets), range(self.timestamps));
        let millis = |raw| number(raw).filter(|millis| *millis >= 0.0);
        let time_of = |offset, clock| {
            let offset = millis(offset).map(|millis| MediaTime::from_millis(millis.round() as u64));
            offset.or_else(|| time(clock))
        };
        (time_of(offsets.from, clocks.from), time_of(offsets.to, clocks.to))
    }
}

fn range(raw: Option<&RawValue>) -> Range<'_> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// Reads the JSON of whisper.cpp. The pieces of words are joined; a segment whose pieces do not spell its text (they
/// may be halves of characters) has no times of words.
///
/// # Errors
/// If it is no JSON, or holds more values than any recording has.
pub fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut issues = ImportIssues::default();
    let json = text_of(bytes, &mut issues)?;
    let outer: Outermost<'_> = outermost(&json)?;
    let mut gathered = Gathered::default();
    for (index, raw) in elements(outer.transcription, "transcription", &mut issues).into_iter().enumerate() {
        let path = format!("transcription[{index}]");
        if let Some(segment) = segment(raw, &path, &mut issues) {
            gathered.push(segment, &ImportPlace::Value(path), &mut issues);
        }
    }
    let named = |raw: Option<&'_ RawValue>, pick: fn(&Named<'_>) -> Option<String>| {
        pick(&serde_json::from_str(raw?.get()).ok()?)
    };
    let language = |raw| named(raw, |named| label(named.language));
    let model = named(outer.model, |named| label(named.kind));
    let imported = Imported {
        segments: gathered.segments,
        language: language(outer.result).or_else(|| language(outer.params)),
        model: model.map(|name| format!("whisper.cpp {name}")),
        title: None,
        length: None,
        issues,
    };
    Ok(imported.finish())
}

fn segment(raw: &RawValue, path: &str, issues: &mut ImportIssues) -> Option<ImportedSegment> {
    let fields: Timed<'_> = object(raw, path, issues)?;
    let Some(text) = fields.text.and_then(|raw| string(raw.get())) else {
        wrong_field(fields.text, format!("{path}.text"), "a text", issues);
        return None;
    };
    let (start, end) = fields.times();
    let Some(start) = start else {
        let expected = "`from` and `to` in milliseconds from 0 up";
        wrong_field(fields.offsets, format!("{path}.offsets"), expected, issues);
        return None;
    };
    let end = end_after(start, end, &ImportPlace::Value(path.to_owned()), issues);
    let words = words_of(fields.tokens, &format!("{path}.tokens"), issues);
    let words = if words.is_empty() { None } else { fitted(words, &text, start, end) };
    Some(ImportedSegment {
        // `?` is what the program writes where it can't tell the channels apart.
        speaker: label(fields.speaker).filter(|speaker| speaker != "?"),
        words: words.unwrap_or_default(),
        ..ImportedSegment::new(start, end, text)
    })
}

/// Tokens joined to words: a word begins with a space. Marks such as `[_BEG_]` are none.
fn words_of(raw: Option<&RawValue>, path: &str, issues: &mut ImportIssues) -> Vec<RawWord> {
    let mut words: Vec<RawWord> = Vec::new();
    let mut tokens_of_last = 0.0;
    for raw in elements(raw, path, issues) {
        let token: Timed<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        let text = token.text.and_then(|raw| string(raw.get())).unwrap_or_default();
        if text.is_empty() || text.starts_with("[_") {
            continue;
        }
        let (start, end) = token.times();
        let probability = number(token.p);
        match words.last_mut() {
            Some(last) if !text.starts_with(' ') => {
                last.text.push_str(&text);
                last.end = end.or(last.end);
                let before = last.probability.zip(probability);
                last.probability =
                    before.map(|(mean, p)| (mean * tokens_of_last + p) / (tokens_of_last + 1.0));
                tokens_of_last += 1.0;
            }
            _ => {
                words.push(RawWord { text, start, end, probability, speaker: None });
                tokens_of_last = 1.0;
            }
        }
    }
    words
}
