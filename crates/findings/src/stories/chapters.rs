//! The chapters that a publisher lists in a recording's description: typed headlines with their times.

use record::MediaTime;

/// A chapter as the description lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chapter {
    pub(super) start: MediaTime,
    pub(super) title: String,
}

/// Fewer lines with a time are no list of chapters.
const FEWEST: usize = 3;

/// More are not read: a broadcast of a day has fewer.
const MOST: usize = 400;

/// A list begins with the beginning, give or take this much.
const LATEST_BEGINNING: MediaTime = MediaTime::from_millis(30_000);

/// The chapters that some lines list; none unless their times rise from the beginning.
///
/// ```text
/// 0:00 Today's top stories
/// 1:41 Ferry stops
/// ```
pub(super) fn chapters<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Chapter> {
    let chapters: Vec<Chapter> = lines.filter_map(chapter).take(MOST).collect();
    let is_list = chapters.len() >= FEWEST
        && chapters[0].start <= LATEST_BEGINNING
        && chapters.is_sorted_by(|a, b| a.start < b.start);
    if is_list { chapters } else { Vec::new() }
}

fn chapter(line: &str) -> Option<Chapter> {
    let line = line.trim_start_matches(|character: char| !character.is_alphanumeric());
    let end = line.find(|character: char| !character.is_ascii_digit() && character != ':')?;
    let start = time(&line[..end])?;
    let title = line[end..]
        .trim_matches(|character: char| !character.is_alphanumeric() && !"?!\"'”’".contains(character));
    (!title.is_empty()).then(|| Chapter { start, title: title.to_owned() })
}

/// `1:41` or `1:02:03`.
fn time(clock: &str) -> Option<MediaTime> {
    let parts: Vec<&str> = clock.split(':').collect();
    if !matches!(parts.len(), 2 | 3) || parts.iter().any(|part| part.is_empty() || part.len() > 2) {
        return None;
    }
    let numbers: Vec<u64> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let is_clock = numbers[1..].iter().all(|number| *number < 60);
    is_clock.then(|| {
        MediaTime::from_whole_seconds(numbers.iter().fold(0, |seconds, number| seconds * 60 + number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_rising_times_from_the_beginning() {
        #[track_caller]
        fn check(description: &str, expected: &[(u64, &str)]) {
            let found = chapters(description.lines());
            let found: Vec<_> =
                found.iter().map(|found| (found.start.whole_seconds(), found.title.as_str())).collect();
            assert_eq!(found, expected, "for {description}");
        }
        check(
            "Today:\n0:00 Welcome\n(01:41) - Ferry stops\n• 1:02:03 Why \"now\"?\nSubscribe",
            &[(0, "Welcome"), (101, "Ferry stops"), (3723, "Why \"now\"?")],
        );
        check("0:00 Welcome\n1:41 Ferry", &[]); // Two times are a remark.
        check("0:00 Welcome\n5:00 Ferry\n4:00 Storm", &[]);
        check("8:00 Doors\n9:00 Talk\n10:00 End", &[]); // A programme of an evening.
        check("0:00\n1:99 x\n111:00 y\n1:00:00:00 z\n:: a", &[]);
    }
}
