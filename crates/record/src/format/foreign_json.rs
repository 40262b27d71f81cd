//! JSON of other programs, read value by value: what is wrong in one costs that one.
//!
//! Nothing is held twice: a list is a list of slices of the file, and each element is read when its turn comes.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::clock::clock;
use super::import::ImportError;
use super::plain;
use crate::imported::{ImportIssueKind, ImportIssues, ImportPlace};
use crate::time::{MediaTime, SourceSeconds};

/// The most values that a file may hold: four times those of a day of speech with its tokens.
const MOST_VALUES: usize = 16_000_000;

/// The text of a JSON file, with `null` for the numbers that Python writes and JSON does not have.
pub(crate) fn text_of<'a>(bytes: &'a [u8], issues: &mut ImportIssues) -> Result<Cow<'a, str>, ImportError> {
    // Two values have a comma between them, so this counts without reading, and never too few.
    let commas = bytes.iter().filter(|byte| **byte == b',').count();
    if commas > MOST_VALUES {
        return Err(ImportError::TooManyValues { commas });
    }
    let text = plain::decode(bytes, issues);
    Ok(if text.contains("NaN") || text.contains("Infinity") { Cow::Owned(without_nan(&text)) } else { text })
}

/// `NaN`, `Infinity` and `-Infinity` outside texts become `null`.
fn without_nan(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', 'N', 'I', '-']) {
        json.push_str(&rest[..at]);
        rest = &rest[at..];
        let number = ["NaN", "Infinity", "-Infinity"].into_iter().find(|number| rest.starts_with(number));
        let taken = match number {
            Some(number) => {
                json.push_str("null");
                number.len()
            }
            None => {
                let length = if rest.starts_with('"') { length_of_string(rest) } else { 1 };
                json.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[taken..];
    }
    json + rest
}

/// The bytes of the string that a text begins with, with its quotation marks.
fn length_of_string(text: &str) -> usize {
    let mut is_escaped = true; // The first mark opens it.
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Reads the outermost value.
pub(crate) fn outermost<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = whole.strip_suffix(&position).unwrap_or(&whole).to_owned();
        ImportError::Json { line: error.line(), column: error.column(), message }
    })
}

/// The elements of a list; none, and an issue, if it is no list.
pub(crate) fn elements<'a>(
    raw: Option<&'a RawValue>,
    path: &str,
    issues: &mut ImportIssues,
) -> Vec<&'a RawValue> {
    let Some(raw) = raw else { return Vec::new() };
    serde_json::from_str(raw.get()).unwrap_or_else(|_| {
        let kind = ImportIssueKind::unexpected("a list", raw.get());
        issues.push(ImportPlace::Value(path.to_owned()), kind);
        Vec::new()
    })
}

/// The fields of an object; an issue if it is none.
pub(crate) fn object<'a, T: Deserialize<'a>>(
    raw: &'a RawValue,
    path: &str,
    issues: &mut ImportIssues,
) -> Option<T> {
    let read = serde_json::from_str(raw.get()).ok();
    if read.is_none() {
        let kind = ImportIssueKind::unexpected("an object", raw.get());
        issues.push(ImportPlace::Value(path.to_owned()), kind);
    }
    read
}

/// A number, or a text that is one; `None` for all else.
pub(crate) fn number(raw: Option<&RawValue>) -> Option<f64> {
    let raw = raw?.get();
    let read = serde_json::from_str::<f64>(raw).ok();
    read.or_else(|| string(raw)?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
}

/// A text; `None` for all else.
pub(crate) fn string(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok()
}

/// A text with something in it; a number counts as its digits, because labels are numbers for some.
pub(crate) fn label(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    let text =
        string(raw).or_else(|| serde_json::from_str::<i64>(raw).ok().map(|number| number.to_string()))?;
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Seconds, as a number or as a clock; `None` for what no clock shows.
pub(crate) fn seconds(raw: Option<&RawValue>) -> Option<SourceSeconds> {
    let by_number = number(raw).and_then(SourceSeconds::new);
    by_number.or_else(|| clock(string(raw?.get())?.trim()).map(SourceSeconds::from))
}

/// The nearest millisecond of [`seconds`].
pub(crate) fn time(raw: Option<&RawValue>) -> Option<MediaTime> {
    seconds(raw).map(SourceSeconds::to_media_time)
}

/// A number that 32 bits hold.
pub(crate) fn short_number(raw: Option<&RawValue>) -> Option<f32> {
    number(raw).map(|number| number as f32).filter(|number| number.is_finite())
}

/// An issue with a field of the value at `path`: it is missing, or something else.
pub(crate) fn wrong_field(
    raw: Option<&RawValue>,
    path: String,
    expected: &'static str,
    issues: &mut ImportIssues,
) {
    let kind = match raw {
        Some(raw) => ImportIssueKind::unexpected(expected, raw.get()),
        None => ImportIssueKind::Missing { expected },
    };
    issues.push(ImportPlace::Value(path), kind);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_python_are_none() {
        #[track_caller]
        fn check(text: &str, json: &str) {
            assert_eq!(without_nan(text), json);
        }
        check(r#"{"a": NaN, "NaN": [-Infinity, Infinity, -1]}"#, r#"{"a": null, "NaN": [null, null, -1]}"#);
        check(r#"{"a \" NaN": "\\", "b": NaN}"#, r#"{"a \" NaN": "\\", "b": null}"#);
        check(r#""NaN"#, r#""NaN"#);
        check("é NaN", "é null");
    }

    #[test]
    fn seconds_as_programs_write_them() {
        #[track_caller]
        fn check(json: &str, seconds: Option<f64>) {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(super::seconds(Some(raw)).map(SourceSeconds::as_f64), seconds, "for {json}");
        }
        check("20.740000000000002", Some(20.740000000000002));
        check("\"5.22\"", Some(5.22));
        check("\"00:01:05,220\"", Some(65.22));
        check("-1", None);
        check("1e999", None);
        check("null", None);
        check("\"soon\"", None);
        check("[1]", None);
    }
}
