//! When something was published, as exactly as its publisher says and no more.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A day, its time if that is known, and the time's distance from UTC if that is known, too.
///
/// ```text
/// 2026-03-02                   a day
/// 2026-03-02T18:02:00          at that place's own time
/// 2026-03-02T18:02:00-05:00    a moment
/// ```
///
/// The day is the publisher's own: it is never moved to another zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Published {
    date: Date,
    clock: Option<Clock>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Clock {
    time: Time,
    offset: Option<Offset>,
}

impl Published {
    /// On this day, at a time that is not known.
    pub const fn on(date: Date) -> Self {
        Self { date, clock: None }
    }

    /// At this time of the place, which is `offset` ahead of UTC if that is known. Fractions of a second are cut off.
    pub fn at(moment: DateTime, offset: Option<Offset>) -> Self {
        let time = moment.time();
        let time = time.with().subsec_nanosecond(0).build().unwrap_or(time);
        Self { date: moment.date(), clock: Some(Clock { time, offset }) }
    }

    /// The day, at the place where it was published.
    pub const fn date(&self) -> Date {
        self.date
    }

    /// The time of day there.
    pub fn time(&self) -> Option<Time> {
        self.clock.map(|clock| clock.time)
    }

    /// How far that place is ahead of UTC.
    pub fn offset(&self) -> Option<Offset> {
        self.clock?.offset
    }

    /// The moment; `None` unless time and offset are known.
    pub fn timestamp(&self) -> Option<Timestamp> {
        let clock = self.clock?;
        clock.offset?.to_timestamp(self.date.to_datetime(clock.time)).ok()
    }
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        let Some(Clock { time, offset }) = self.clock else { return Ok(()) };
        write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        match offset {
            Some(offset) if offset == Offset::UTC => f.write_str("Z"),
            Some(offset) => {
                let minutes = offset.seconds().unsigned_abs() / 60;
                let sign = if offset.is_negative() { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            None => Ok(()),
        }
    }
}

/// A text that is no day and no time of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a day such as `2026-03-02`, or with its time, such as `2026-03-02T18:02:00-05:00`, found {found}"
)]
pub struct PublishedError {
    found: String,
}

/// A longer text is no date, and is not repeated.
const LONGEST_CHARACTERS: usize = 80;

impl FromStr for Published {
    type Err = PublishedError;

    /// Reads ISO 8601: what [`fmt::Display`] prints, with a space for the `T` and without seconds, too.
    fn from_str(text: &str) -> Result<Self, PublishedError> {
        let characters = text.chars().take(LONGEST_CHARACTERS + 1).count();
        if characters > LONGEST_CHARACTERS {
            return Err(PublishedError { found: format!("more than {LONGEST_CHARACTERS} characters") });
        }
        let pieces = Pieces::parse(text.trim()).ok().filter(|pieces| pieces.time_zone_annotation().is_none());
        let pieces = pieces.ok_or_else(|| PublishedError { found: format!("`{text}`") })?;
        let offset = pieces.offset().map(|offset| match offset {
            PiecesOffset::Numeric(numeric) => numeric.offset(),
            // `Z`, and whatever else there may come to be.
            _ => Offset::UTC,
        });
        Ok(match pieces.time() {
            Some(time) => Self::at(pieces.date().to_datetime(time), offset),
            None => Self::on(pieces.date()),
        })
    }
}

impl Serialize for Published {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Published {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_that_is_not_known() {
        #[track_caller]
        fn check(text: &str, printed: &str, timestamp: Option<&str>) {
            let published: Published = text.parse().unwrap();
            assert_eq!(published.to_string(), printed);
            assert_eq!(printed.parse(), Ok(published));
            assert_eq!(published.timestamp().map(|timestamp| timestamp.to_string()).as_deref(), timestamp);
        }
        check("2026-03-02", "2026-03-02", None);
        check("2026-03-02 18:02", "2026-03-02T18:02:00", None);
        check("2026-03-02T18:02:07Z", "2026-03-02T18:02:07Z", Some("2026-03-02T18:02:07Z"));
        check("2026-03-02T18:02:07.25-05:00", "2026-03-02T18:02:07-05:00", Some("2026-03-02T23:02:07Z"));
        check("2026-03-02T01:00+0530", "2026-03-02T01:00:00+05:30", Some("2026-03-01T19:30:00Z"));
    }

    #[test]
    fn other_texts_are_refused() {
        let error = |text: &str| text.parse::<Published>().unwrap_err();
        insta::assert_snapshot!(error("2026-02-30"), @"expected a day such as `2026-03-02`, or with its time, such as `2026-03-02T18:02:00-05:00`, found `2026-02-30`");
        insta::assert_snapshot!(error(&"9".repeat(1000)), @"expected a day such as `2026-03-02`, or with its time, such as `2026-03-02T18:02:00-05:00`, found more than 80 characters");
        for text in ["", "yesterday", "18:02", "2026-03-02T18:02[Europe/Berlin]"] {
            error(text);
        }
    }
}
