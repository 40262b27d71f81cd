//! The values of an archive file's front matter, each kept so that it prints as it was read.

use std::fmt;

use jiff::civil::Date;

use crate::format::archive::pylist;
use crate::time::MediaTime;

/// How the lines of a file end: one kind per file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Newline {
    /// A line feed.
    #[default]
    Lf,
    /// A carriage return and a line feed; 218 files of the public archive.
    CrLf,
}

impl Newline {
    /// The characters themselves.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// English, because the archive writes its dates so whatever the language of the recording.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as the archive prints it, `February 12, 2025`; possibly one that no calendar has, such as
/// `February 31, 2025`, which follows the grammar and must be printed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveDate {
    year: u16,
    /// From 1.
    month: u8,
    day: u8,
}

impl ArchiveDate {
    /// Reads `month-name DD, YYYY`; `None` for everything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (month_name, rest) = text.split_once(' ')?;
        let month = MONTHS.iter().position(|month| *month == month_name)? + 1;
        let (day, year) = rest.split_once(", ")?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(day, 2) || !digits(year, 4) {
            return None;
        }
        Some(Self { year: year.parse().ok()?, month: u8::try_from(month).ok()?, day: day.parse().ok()? })
    }

    /// `None` for a day before the year 0, which four digits cannot print.
    pub fn from_date(date: Date) -> Option<Self> {
        let year = u16::try_from(date.year()).ok()?;
        Some(Self { year, month: date.month().unsigned_abs(), day: date.day().unsigned_abs() })
    }

    /// The day in the calendar; `None` if the calendar has no such day.
    pub fn to_date(self) -> Option<Date> {
        let year = i16::try_from(self.year).ok()?;
        Date::new(year, i8::try_from(self.month).ok()?, i8::try_from(self.day).ok()?).ok()
    }
}

impl fmt::Display for ArchiveDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS[usize::from(self.month) - 1];
        write!(f, "{month} {:02}, {:04}", self.day, self.year)
    }
}

/// A whole number as the archive prints it, with leading zeros and of any size if it has them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrintedDigits(String);

impl PrintedDigits {
    /// `None` unless `text` is one or more ASCII digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| Self(text.to_owned()))
    }

    /// The number; `None` if 64 bits do not hold it.
    pub fn value(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn to_media_time(&self) -> Option<MediaTime> {
        Some(MediaTime::from_millis(self.value()?.checked_mul(1000)?))
    }
}

impl From<u64> for PrintedDigits {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for PrintedDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A rating as the archive prints it: a decimal number, such as `4.8`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rating(String);

impl Rating {
    /// `None` unless `text` is a decimal number: digits, with or without sign, fraction and exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let is_decimal = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        let is_number = is_decimal && text.parse::<f64>().is_ok_and(f64::is_finite);
        is_number.then(|| Self(text.to_owned()))
    }

    /// The number.
    pub fn value(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// As printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The publisher's keywords, and the line they were read from where ours would differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keywords {
    words: Vec<String>,
    /// Python prints a character as an escape or as itself by the Unicode table of its version; 86 files of
    /// the public archive depend on it. Their line is kept.
    raw: Option<String>,
}

impl Keywords {
    /// Keywords to be written as Python's `repr` would.
    pub fn new(words: Vec<String>) -> Self {
        Self { words, raw: None }
    }

    /// Reads Python's `repr` of a list of strings. The error is the byte at which it stops being one.
    pub(crate) fn parse(line: &str) -> Result<Self, usize> {
        let words = pylist::parse(line)?;
        let raw = (pylist::print(&words) != line).then(|| line.to_owned());
        Ok(Self { words, raw })
    }

    /// The keywords. Half of a surrogate pair, which Python can print and no text can hold, reads as U+FFFD.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The line as it stands in the file.
    pub fn line(&self) -> String {
        self.raw.clone().unwrap_or_else(|| pylist::print(&self.words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_print_as_they_were_read() {
        #[track_caller]
        fn check(text: &str, date: Option<Date>) {
            let read = ArchiveDate::parse(text).unwrap_or_else(|| panic!("`{text}` follows the grammar"));
            assert_eq!(read.to_string(), text);
            assert_eq!(read.to_date(), date, "for {text}");
        }
        check("February 12, 2025", Some(jiff::civil::date(2025, 2, 12)));
        check("September 01, 0033", Some(jiff::civil::date(33, 9, 1)));
        check("February 31, 2025", None);
        check("May 00, 0000", None);
        check("December 99, 9999", None);
    }

    #[test]
    fn other_texts_are_no_dates() {
        let texts = [
            "",
            "February",
            "february 12, 2025",
            "Feb 12, 2025",
            "February 1, 2025",
            "February 12 2025",
            "February 12, 25",
            "February 12, 20255",
            "February 12, 2025 ",
            "February +1, 2025",
            "2025-02-12",
        ];
        for text in texts {
            assert_eq!(ArchiveDate::parse(text), None, "for {text}");
        }
    }

    #[test]
    fn days_before_the_year_0_cannot_be_printed() {
        assert_eq!(ArchiveDate::from_date(jiff::civil::date(-1, 1, 1)), None);
        let first = ArchiveDate::from_date(jiff::civil::date(0, 1, 1));
        assert_eq!(first.map(|date| date.to_string()).as_deref(), Some("January 01, 0000"));
    }

    #[test]
    fn numbers_print_as_they_were_read() {
        #[track_caller]
        fn check(text: &str, value: Option<u64>) {
            let digits = PrintedDigits::parse(text).unwrap_or_else(|| panic!("`{text}` is a number"));
            assert_eq!((digits.as_str(), digits.value()), (text, value));
        }
        check("152", Some(152));
        check("0095", Some(95));
        check("18446744073709551616", None);
        for text in ["", "-1", "+1", "1.0", "1s", "१"] {
            assert_eq!(PrintedDigits::parse(text), None, "for {text}");
        }
        assert_eq!(PrintedDigits::from(u64::MAX).to_media_time(), None, "no clock is that long");
    }

    #[test]
    fn ratings_are_decimal_numbers() {
        for text in ["4.8", "5", "0.0", "-1", "1e-05"] {
            assert_eq!(Rating::parse(text).as_ref().map(Rating::as_str), Some(text));
        }
        for text in ["", "None", "nan", "inf", "1e999", "4,8", "4.8 "] {
            assert_eq!(Rating::parse(text), None, "for {text}");
        }
    }

    #[test]
    fn keywords_keep_their_line_only_where_ours_differs() {
        #[track_caller]
        fn check(line: &str, is_kept: bool) {
            let keywords = Keywords::parse(line).unwrap_or_else(|at| panic!("`{line}` stops at {at}"));
            assert_eq!((keywords.line().as_str(), keywords.raw.is_some()), (line, is_kept));
        }
        check(r#"['a', "b's"]"#, false);
        check(r"['\u200b']", false);
        check(r"['\u0870']", true); // Letters since Unicode 14; older Pythons print the escape.
        check("['\u{200b}']", true);
        check(r"['\ud83d']", true);
        check(r"['\x41']", true);
    }
}
