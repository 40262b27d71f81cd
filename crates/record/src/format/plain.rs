//! Bytes of other programs -> text, and its lines: what every reader of a text form begins with.

use std::borrow::Cow;

use crate::imported::{ImportIssueKind, ImportIssues, ImportPlace};

/// The text of a file: UTF-8, or UTF-16 with its mark. What is no text reads as U+FFFD and is an issue.
pub(crate) fn decode<'a>(bytes: &'a [u8], issues: &mut ImportIssues) -> Cow<'a, str> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes, issues)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes, issues)),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, issues),
        bytes => utf8(bytes, issues),
    };
    without_nul(text, issues)
}

fn utf8<'a>(bytes: &'a [u8], issues: &mut ImportIssues) -> Cow<'a, str> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let (before, from) = bytes.split_at(error.valid_up_to());
        let place = place_behind(&String::from_utf8_lossy(before));
        let byte = from.first().copied().unwrap_or_default();
        issues.push(place, ImportIssueKind::NotUtf8 { byte });
    }
    String::from_utf8_lossy(bytes)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, issues: &mut ImportIssues) -> String {
    let units = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => unit([a, b]),
        // Half a unit; half a pair is the one value that is no character in any place.
        _ => 0xd800,
    });
    let mut text = String::with_capacity(bytes.len());
    let mut is_whole = true;
    for decoded in char::decode_utf16(units) {
        if decoded.is_err() && std::mem::replace(&mut is_whole, false) {
            issues.push(place_behind(&text), ImportIssueKind::NotUtf16);
        }
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text
}

fn without_nul<'a>(text: Cow<'a, str>, issues: &mut ImportIssues) -> Cow<'a, str> {
    let Some(at) = text.find('\0') else { return text };
    issues.push(place_behind(&text[..at]), ImportIssueKind::Nul);
    Cow::Owned(text.replace('\0', "\u{fffd}"))
}

/// The place of what follows a text.
pub(crate) fn place_behind(text: &str) -> ImportPlace {
    let (mut line, mut last) = (1, "");
    for (number, found) in lines(text) {
        (line, last) = (number, found);
    }
    if text.ends_with(['\n', '\r']) {
        return ImportPlace::line(line + 1);
    }
    ImportPlace::Text { line, column: last.chars().count() + 1 }
}

/// The lines of a text with their numbers from 1, without their ends: LF, CR LF or CR.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut number = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        number += 1;
        let Some(end) = rest.find(['\n', '\r']) else {
            return Some((number, std::mem::take(&mut rest)));
        };
        let line = &rest[..end];
        let ending = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + ending..];
        Some((number, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, issue: &str) {
        let mut issues = ImportIssues::default();
        assert_eq!(decode(bytes, &mut issues), text);
        let told: Vec<String> = issues.listed().iter().map(ToString::to_string).collect();
        assert_eq!(told.join("\n").split("\nhint").next().unwrap_or_default(), issue);
    }

    #[test]
    fn texts_of_every_program() {
        check("é".as_bytes(), "é", "");
        check(b"\xef\xbb\xbfa", "a", "");
        check(b"\xff\xfea\0\xe9\0\x3c\xd8\x0a\xdf", "aé🌊", "");
        check(b"\xfe\xff\0a\0\xe9", "aé", "");
        check(b"", "", "");
    }

    #[test]
    fn what_is_no_text_is_told_once() {
        let latin = "2:4: expected UTF-8, found the byte 0xe9: it reads as U+FFFD, and so does each like it";
        check(b"a\r\ncaf\xe9 caf\xe9", "a\r\ncaf\u{fffd} caf\u{fffd}", latin);
        let half =
            "1:2: expected UTF-16, found half a character: it reads as U+FFFD, and so does each like it";
        check(b"\xff\xfea\0b", "a\u{fffd}", half);
        check(b"\xff\xfea\0\x3c\xd8", "a\u{fffd}", half);
        check(
            b"a\n\0\0",
            "a\n\u{fffd}\u{fffd}",
            "2:1: expected text, found a NUL: it reads as U+FFFD, and so does each like it",
        );
    }

    #[test]
    fn lines_end_as_they_like() {
        let found: Vec<_> = lines("a\r\nb\rc\n\nd").collect();
        assert_eq!(found, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(lines("\n").collect::<Vec<_>>(), [(1, "")]);
    }
}
