//! Positions on a recording's clock.
//!
//! Two types, because two things are wanted of a time. [`MediaTime`] is for arithmetic, captions and
//! links: whole milliseconds. [`SourceSeconds`] is for writing an archive back byte for byte: the float
//! that the archive printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MILLIS_PER_SECOND: u64 = 1000;
const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_HOUR: u64 = 3600;

/// A position on a recording's clock, in whole milliseconds since its first sample.
///
/// Milliseconds, because SRT and WebVTT print three decimals and Whisper moves in steps of 20 ms.
/// In JSON it is a number of seconds (`14.14`), in a field whose name ends in `_seconds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaTime(u64);

impl MediaTime {
    /// The first sample.
    pub const ZERO: Self = Self(0);

    /// The position `millis` milliseconds after the first sample.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the first sample.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The position `seconds` whole seconds after the first sample; the end of the clock beyond it.
    pub const fn from_whole_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(MILLIS_PER_SECOND))
    }

    /// The millisecond nearest to `seconds`. Negative values and NaN give zero, values past the end of
    /// the clock (584 million years) its last millisecond.
    pub fn from_seconds_f64(seconds: f64) -> Self {
        // A float cast saturates and turns NaN into 0, which is what the documentation promises.
        Self((seconds * MILLIS_PER_SECOND as f64).round() as u64)
    }

    /// Seconds since the first sample; the nearest double, so that 14,140 ms print as `14.14`.
    pub fn as_seconds_f64(self) -> f64 {
        self.0 as f64 / MILLIS_PER_SECOND as f64
    }

    /// Whole seconds that have passed, never rounded up: a link built from it starts before the word.
    pub const fn whole_seconds(self) -> u64 {
        self.0 / MILLIS_PER_SECOND
    }

    /// The position `other` later; the end of the clock if that lies beyond it.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    pub const fn saturating_sub(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// `HH:MM:SS` of the second that has begun. Hours have two or more digits and do not wrap.
    pub fn clock(self) -> Clock {
        Clock { time: self, decimals: None }
    }

    /// `HH:MM:SS` with three decimals after `separator`: `.` for WebVTT, `,` for SRT.
    pub fn clock_with_millis(self, separator: char) -> Clock {
        Clock { time: self, decimals: Some(separator) }
    }
}

/// Prints like [`MediaTime::clock_with_millis`] with a point.
impl fmt::Display for MediaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clock_with_millis('.').fmt(f)
    }
}

impl Serialize for MediaTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_seconds_f64())
    }
}

impl<'de> Deserialize<'de> for MediaTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        // `-0.0` passes: it is zero. NaN fails every comparison and is refused with the negatives.
        if seconds >= 0.0 && seconds.is_finite() {
            Ok(Self::from_seconds_f64(seconds))
        } else {
            Err(de::Error::custom(format_args!("expected seconds from 0 up, found `{seconds}`")))
        }
    }
}

/// A [`MediaTime`] as people read it; made by [`MediaTime::clock`], printed by its `Display`.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    time: MediaTime,
    decimals: Option<char>,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.whole_seconds();
        let (hours, minutes) = (seconds / SECONDS_PER_HOUR, seconds / SECONDS_PER_MINUTE % 60);
        write!(f, "{hours:02}:{minutes:02}:{:02}", seconds % SECONDS_PER_MINUTE)?;
        match self.decimals {
            Some(separator) => write!(f, "{separator}{:03}", self.time.as_millis() % MILLIS_PER_SECOND),
            None => Ok(()),
        }
    }
}

/// Seconds exactly as an archive prints them, such as `20.740000000000002`: finite, never negative.
///
/// Archives hold unrounded 64-bit floats. Passing them through [`MediaTime`] and printing them again
/// would rewrite one timestamp in six, so the float is kept and only its readers round.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct SourceSeconds(f64);

impl SourceSeconds {
    /// `None` for what no recording's clock shows: negative values, infinities and NaN.
    pub fn new(seconds: f64) -> Option<Self> {
        // Adding zero turns -0.0 into 0.0, which alone of the two prints without a sign.
        (seconds >= 0.0 && seconds.is_finite()).then_some(Self(seconds + 0.0))
    }

    /// The float itself.
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// The nearest millisecond, for arithmetic, captions and links.
    pub fn to_media_time(self) -> MediaTime {
        MediaTime::from_seconds_f64(self.0)
    }
}

impl From<MediaTime> for SourceSeconds {
    fn from(time: MediaTime) -> Self {
        Self(time.as_seconds_f64())
    }
}

/// The shortest decimal that reads back as the same double, always with a point, never with an exponent.
///
/// Inside `[1e-5, 1e16)` this is what `{:?}` prints, and Python's `repr`. Outside, both print exponents,
/// each its own; the archive's grammar knows only the decimal.
impl fmt::Display for SourceSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole = self.0.fract() == 0.0;
        write!(f, "{}{}", self.0, if is_whole { ".0" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_shows_the_second_that_has_begun() {
        #[track_caller]
        fn check(millis: u64, clock: &str, srt: &str) {
            let time = MediaTime::from_millis(millis);
            assert_eq!(time.clock().to_string(), clock, "for {millis} ms");
            assert_eq!(time.clock_with_millis(',').to_string(), srt, "for {millis} ms");
        }
        check(0, "00:00:00", "00:00:00,000");
        check(59_980, "00:00:59", "00:00:59,980"); // Rounding up would link past the first word.
        check(147_420, "00:02:27", "00:02:27,420");
        check(36_000_001, "10:00:00", "10:00:00,001");
        check(90_000_000, "25:00:00", "25:00:00,000"); // A clock that wrapped would point into the first day.
        check(3_600_000 * 123, "123:00:00", "123:00:00,000");
        check(u64::MAX, "5124095576030:25:51", "5124095576030:25:51,615");
    }

    #[test]
    fn seconds_round_to_the_nearest_millisecond() {
        #[track_caller]
        fn check(seconds: f64, millis: u64) {
            assert_eq!(MediaTime::from_seconds_f64(seconds).as_millis(), millis, "for {seconds} s");
        }
        check(20.740000000000002, 20_740);
        check(0.0004, 0);
        check(0.0005, 1);
        check(-1.0, 0);
        check(f64::NAN, 0);
        check(f64::NEG_INFINITY, 0);
        check(f64::INFINITY, u64::MAX);
    }

    #[test]
    fn source_seconds_print_as_archives_do() {
        #[track_caller]
        fn check(seconds: f64, printed: &str) {
            let source = SourceSeconds::new(seconds).map(|source| source.to_string());
            assert_eq!(source.as_deref(), Some(printed), "for {seconds:?}");
            assert_eq!(printed.parse(), Ok(seconds), "`{printed}` reads back as the same double");
        }
        check(0.0, "0.0");
        check(-0.0, "0.0");
        check(133.0, "133.0");
        check(5.22, "5.22");
        check(20.740000000000002, "20.740000000000002");
        check(1e-5, "0.00001"); // Python prints 1e-05 here, and `{:?}` below it an exponent too.
        check(1e16, "10000000000000000.0"); // `{:?}` prints 1e16, Python 1e+16.
        check(1.5e300, &format!("15{}.0", "0".repeat(299)));
    }

    #[test]
    fn no_clock_shows_negative_or_endless_seconds() {
        for seconds in [-0.1, f64::MIN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(SourceSeconds::new(seconds), None, "for {seconds}");
        }
    }

    #[test]
    fn json_holds_seconds() {
        let time = MediaTime::from_millis(14_140);
        assert_eq!(serde_json::to_string(&time).unwrap(), "14.14");
        assert_eq!(serde_json::from_str::<MediaTime>("14.14").unwrap(), time);
        assert_eq!(serde_json::from_str::<MediaTime>("14").unwrap(), MediaTime::from_millis(14_000));
        let error = serde_json::from_str::<MediaTime>("-0.5").unwrap_err();
        insta::assert_snapshot!(error, @"expected seconds from 0 up, found `-0.5`");
    }
}
