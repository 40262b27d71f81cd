//! Times as captions print them: `00:01:05,220`, `01:05.22`, and the line `start --> end`.

use crate::imported::{ImportIssueKind, ImportIssues, ImportPlace};
use crate::time::MediaTime;

/// Reads `[[H:]M:]S` with decimals behind a point or comma; at least one colon. Hours and the leading part have any
/// number of digits, the parts behind it go up to 59. `None` for anything else, and for what no clock holds.
pub(crate) fn clock(text: &str) -> Option<MediaTime> {
    let (whole, decimals) = match text.split_once(['.', ',']) {
        Some((whole, decimals)) => (whole, thousandths(decimals)?),
        None => (text, 0),
    };
    let mut seconds: u64 = 0;
    let mut parts = 0;
    for part in whole.split(':') {
        let number = digits(part)?;
        if parts > 0 && number > 59 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
        parts += 1;
    }
    let millis = seconds.checked_mul(1000)?.checked_add(decimals)?;
    (2..=3).contains(&parts).then_some(MediaTime::from_millis(millis))
}

/// A number of decimal digits and nothing else, not even a sign.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Decimals as thousandths, rounded to the nearest: `5` is 500, `0004` is 0, `9996` is 1000.
fn thousandths(decimals: &str) -> Option<u64> {
    digits(decimals.get(..decimals.len().min(18))?)?;
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| decimals.as_bytes().get(at).map_or(0, |byte| u64::from(byte - b'0'));
    let rounded_up = u64::from(digit(3) >= 5);
    Some(digit(0) * 100 + digit(1) * 10 + digit(2) + rounded_up)
}

/// The line over a caption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing<'a> {
    start: &'a str,
    end: &'a str,
    /// Where the end stands in the line, in bytes.
    end_at: usize,
}

/// What a line says if it is the line over a caption: it has an arrow, and a time on one side of it at least.
pub(crate) fn timing(line: &str) -> Option<Timing<'_>> {
    let (left, right) = line.split_once("-->")?;
    let (start, settings) = (left.trim(), right.trim_start());
    let end = settings.split_whitespace().next().unwrap_or_default();
    let timing = Timing { start, end, end_at: line.len() - settings.len() };
    (clock(start).is_some() || clock(end).is_some()).then_some(timing)
}

impl Timing<'_> {
    /// Start and end; what can't be read, and an end before the start, is an issue. `None` without a start.
    pub(crate) fn read(
        &self,
        (number, line): (usize, &str),
        issues: &mut ImportIssues,
    ) -> Option<(MediaTime, Option<MediaTime>)> {
        let expected = "a time such as `00:01:05.220`";
        let unread = |text: &str, at: usize, issues: &mut ImportIssues| {
            let column = line[..at].chars().count() + 1;
            issues.push(
                ImportPlace::Text { line: number, column },
                ImportIssueKind::unexpected(expected, text),
            );
        };
        let Some(start) = clock(self.start) else {
            unread(self.start, line.len() - line.trim_start().len(), issues);
            return None;
        };
        let end = clock(self.end);
        if end.is_none() {
            unread(self.end, self.end_at, issues);
        }
        Some((start, end_after(start, end, &ImportPlace::line(number), issues)))
    }
}

/// The end, unless it lies before the start.
pub(crate) fn end_after(
    start: MediaTime,
    end: Option<MediaTime>,
    place: &ImportPlace,
    issues: &mut ImportIssues,
) -> Option<MediaTime> {
    let end = end?;
    if end < start {
        issues.push(place.clone(), ImportIssueKind::EndBeforeStart { start, end });
        return None;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_as_programs_print_them() {
        #[track_caller]
        fn check(text: &str, millis: Option<u64>) {
            assert_eq!(clock(text).map(MediaTime::as_millis), millis, "for {text:?}");
        }
        check("00:01:05,220", Some(65_220));
        check("01:05.22", Some(65_220));
        check("1:02:03", Some(3_723_000));
        check("90:00", Some(5_400_000)); // Minutes lead, so they are as many as they are.
        check("123:00:00.000", Some(442_800_000));
        check("00:00:59.9996", Some(60_000));
        check("00:00:00.00049999999999999999999999", Some(0));
        check("5124095576030:25:51.615", Some(u64::MAX));
        check("5124095576030:25:51.616", None);
        check("00:60:00", None);
        check("00:00:60", None);
        check("5", None);
        check("5.22", None);
        check("1:2:3:4", None);
        check(":05", None);
        check("00:05.", None);
        check("00:05.1e3", None);
        check("-00:05", None);
        check("+0:05", None);
        check("00:0٥", None); // A digit, but of another script than any caption uses.
        check("", None);
    }

    #[test]
    fn defects_of_a_timing_are_placed() {
        #[track_caller]
        fn check(line: &str, times: Option<(u64, Option<u64>)>, issue: &str) {
            let mut issues = ImportIssues::default();
            let read = timing(line).and_then(|timing| timing.read((7, line), &mut issues));
            let read = read.map(|(start, end)| (start.as_millis(), end.map(MediaTime::as_millis)));
            assert_eq!(read, times, "for {line:?}");
            let told: Vec<String> = issues.listed().iter().map(ToString::to_string).collect();
            assert_eq!(told.join("\n"), issue);
        }
        check("00:01,000 --> 00:02,500", Some((1_000, Some(2_500))), "");
        check("00:01.000-->00:02.500 align:start position:0%", Some((1_000, Some(2_500))), "");
        check(
            "00:01,000 --> 00:02;500",
            Some((1_000, None)),
            "7:15: expected a time such as `00:01:05.220`, found `00:02;500`",
        );
        check("00:01,000 -->", Some((1_000, None)), "7:14: expected a time such as `00:01:05.220`, found ``");
        check(
            "é0:01,000 --> 00:02,500",
            None,
            "7:1: expected a time such as `00:01:05.220`, found `é0:01,000`",
        );
        check(
            "00:03,000 --> 00:02,000",
            Some((3_000, None)),
            "7:1: the end 00:00:02.000 lies before the start 00:00:03.000: the end is taken as unknown",
        );
        check("a --> b", None, "");
        check("00:01,000", None, "");
    }
}
