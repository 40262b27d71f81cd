//! The deep link at the end of a segment: ` [[HH:MM:SS](url&t=seconds)]`.

use super::issue::SyntaxErrorKind;
use super::{read, write};
use crate::format::print;
use crate::time::SourceSeconds;

/// What a segment's line holds behind its `* `.
pub(super) struct ReadSegment<'a> {
    /// The words; of a line with a broken link, those before the link.
    pub(super) text: &'a str,
    /// Where it starts, if the link says so and is sound.
    pub(super) start: Option<SourceSeconds>,
    /// What is wrong with the link, and at which byte of the line behind its `* `.
    pub(super) fault: Option<(usize, SyntaxErrorKind)>,
}

/// Reads the segments of one file.
pub(super) struct LinkReader<'a> {
    /// The address of the show line, which every link repeats.
    url: &'a str,
    /// What the writer would print, kept between lines to spare an allocation for each.
    printed: String,
}

/// A link, taken apart from its end: nothing in it can be mistaken, whatever the text before it holds.
struct Link<'a> {
    text: &'a str,
    clock: &'a str,
    seconds: &'a str,
}

impl<'a> LinkReader<'a> {
    pub(super) fn new(url: &'a str) -> Self {
        Self { url, printed: String::new() }
    }

    /// Reads a line without its `* `.
    pub(super) fn read<'b>(&mut self, line: &'b str) -> ReadSegment<'b> {
        if let Some(link) = split(line, self.url)
            && let Some(start) = self.canonical_seconds(link.seconds)
            && self.is_clock(link.clock, start)
        {
            return ReadSegment { text: link.text, start: Some(start), fault: None };
        }
        self.diagnose(line)
    }

    /// The seconds, if the writer would print them so.
    fn canonical_seconds(&mut self, text: &str) -> Option<SourceSeconds> {
        let start = decimal(text)?;
        self.printed.clear();
        print(&mut self.printed, start);
        (self.printed == text).then_some(start)
    }

    fn is_clock(&mut self, clock: &str, start: SourceSeconds) -> bool {
        self.printed.clear();
        write::print_clock(&mut self.printed, start);
        self.printed == clock
    }

    /// Reads a line that does not end in a sound link: one without a link, or with a broken one.
    fn diagnose<'b>(&mut self, line: &'b str) -> ReadSegment<'b> {
        let Some(brackets) = last_link(line) else {
            return ReadSegment { text: line, start: None, fault: None };
        };
        let fault = self.fault_of(line, brackets + " [[".len());
        ReadSegment { text: &line[..brackets], start: None, fault: Some(fault) }
    }

    /// What is wrong with the link whose clock begins at byte `clock_at`, and where.
    fn fault_of(&mut self, line: &str, clock_at: usize) -> (usize, SyntaxErrorKind) {
        let clock = line[clock_at..].split(']').next().unwrap_or_default();
        let address_at = clock_at + clock.len() + "](".len();
        let Some(inside) = line[address_at..].strip_suffix("s)]") else {
            return (line.len(), SyntaxErrorKind::UnclosedLink);
        };
        let Some((address, seconds)) = inside.rsplit_once("&t=") else {
            let found = read::quoted(&line[address_at..]);
            return (
                address_at,
                SyntaxErrorKind::Expected { expected: "an address and `&t=` in the deep link", found },
            );
        };
        if address != self.url {
            return (address_at, SyntaxErrorKind::OtherAddress { found: read::quoted(address) });
        }
        let seconds_at = address_at + address.len() + "&t=".len();
        match self.canonical_seconds(seconds) {
            None => (seconds_at, SyntaxErrorKind::Seconds { found: read::quoted(seconds) }),
            Some(link) => (clock_at, SyntaxErrorKind::ClockMismatch { clock: clock.to_owned(), link }),
        }
    }
}

fn split<'b>(line: &'b str, url: &str) -> Option<Link<'b>> {
    let inside = line.strip_suffix("s)]")?;
    // The seconds hold no `=`, so the last one ends the link's `&t=`.
    let equals = inside.bytes().rposition(|b| b == b'=')?;
    let before = inside[..equals].strip_suffix("&t")?.strip_suffix(url)?.strip_suffix("](")?;
    let brackets = before.bytes().rposition(|b| b == b'[')?;
    let text = before[..brackets].strip_suffix(" [")?;
    Some(Link { text, clock: &before[brackets + 1..], seconds: &inside[equals + 1..] })
}

/// Reads digits, a point and digits: no sign, no exponent.
fn decimal(text: &str) -> Option<SourceSeconds> {
    let (whole, fraction) = text.split_once('.')?;
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    SourceSeconds::new(text.parse().ok()?)
}

/// Whether a reader would look for a deep link in a segment's text.
pub(crate) fn reads_like_link(text: &str) -> bool {
    last_link(text).is_some()
}

/// The byte of the last ` [[` that a clock and `](` follow.
fn last_link(text: &str) -> Option<usize> {
    text.rmatch_indices(" [[").map(|(at, _)| at).find(|at| begins_with_clock(&text[at + " [[".len()..]))
}

/// Whether `text` begins with `HH:MM:SS](`, the hours of two or more digits.
fn begins_with_clock(text: &str) -> bool {
    let hours = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text.as_bytes()[hours..];
    hours >= 2
        && rest.len() >= ":00:00](".len()
        && rest[..8].iter().zip(b":00:00](").all(|(byte, pattern)| match pattern {
            b'0' => byte.is_ascii_digit(),
            _ => byte == pattern,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://example.org/v";

    #[track_caller]
    fn check(line: &str, text: &str, start: Option<f64>) {
        let read = LinkReader::new(URL).read(line);
        assert_eq!(read.fault, None);
        assert_eq!((read.text, read.start.map(SourceSeconds::as_f64)), (text, start), "for {line}");
    }

    #[track_caller]
    fn fault(line: &str) -> String {
        let read = LinkReader::new(URL).read(line);
        assert_eq!(read.start, None, "for {line}");
        let (at, kind) = read.fault.unwrap_or_else(|| panic!("`{line}` has a fault"));
        format!("{at}: {kind}")
    }

    #[test]
    fn the_last_link_of_a_line_counts() {
        check(" Well. [[00:00:05](https://example.org/v&t=5.22s)]", " Well.", Some(5.22));
        check(" [[00:00:20](https://example.org/v&t=20.740000000000002s)]", "", Some(20.740000000000002));
        check(
            "a [[00:00:01](x&t=1.0s)] [[00:00:02](https://example.org/v&t=2.0s)]",
            "a [[00:00:01](x&t=1.0s)]",
            Some(2.0),
        );
        check("a s)] [[ [[100:00:00](https://example.org/v&t=360000.0s)]", "a s)] [[", Some(360_000.0));
    }

    #[test]
    fn lines_without_a_clock_are_text() {
        for line in [
            "",
            " Well.",
            " [[laughs]]",
            " [[0:05](https://example.org/v&t=5.0s)]",
            "[[00:00:05](https://example.org/v&t=5.0s)]",
            " [[00:00:05]",
        ] {
            check(line, line, None);
        }
    }

    #[test]
    fn broken_links_say_where() {
        insta::assert_snapshot!(fault(" a [[00:00:05](https://example.org/v&t=5.22"), @"43: expected `s)]` at the end of the deep link, found end of line");
        insta::assert_snapshot!(fault(" a [[00:00:05](https://example.org/w&t=5.22s)]"), @"15: expected the address of the show line in the deep link, found `https://example.org/w`");
        insta::assert_snapshot!(fault(" a [[00:00:05](s)]"), @"15: expected an address and `&t=` in the deep link, found `s)]`");
        insta::assert_snapshot!(fault(" a [[00:00:05](https://example.org/v&t=s)]"), @"39: expected seconds as the shortest decimal with a point, such as `5.22`, found nothing");
        insta::assert_snapshot!(fault(" a [[00:00:05](https://example.org/v&t=5.220s)]"), @"39: expected seconds as the shortest decimal with a point, such as `5.22`, found `5.220`");
        insta::assert_snapshot!(fault(" a [[00:00:05](https://example.org/v&t=-5.0s)]"), @"39: expected seconds as the shortest decimal with a point, such as `5.22`, found `-5.0`");
        insta::assert_snapshot!(fault(" a [[00:00:06](https://example.org/v&t=5.999s)]"), @"5: the clock reads 00:00:06 but the link says t=5.999s, which is another second");
        insta::assert_snapshot!(fault(" a [[01:00:00](https://example.org/v&t=90000.0s)]"), @"5: the clock reads 01:00:00 but the link says t=90000.0s, which is another second");
    }
}
