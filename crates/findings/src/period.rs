//! Days of an archive that are compared by themselves, with some days around them.
//!
//! ```text
//! days of all documents --halved while they hold many--> periods --each sees the days around it--> findings of its own days
//! ```
//!
//! What is compared is of the same days: a story, a statement and who repeats it, two figures of one fact. So an archive of
//! years is compared a period after the other, in the memory that one takes, and a document more costs the periods that see it.
//! An archive of few documents is one period.
//!
//! Periods are halves of halves of the calendar, so that they stay where they are when documents come.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use record::Document;

/// Days with more documents than this are halved.
///
/// Of many, a comparison takes long and much memory; of few, they tell little of how rare a word is and who holds an office.
pub const MOST_DOCUMENTS: usize = 1_500;

/// Days before and after a period that it sees: as many as two documents may lie apart that tell one fact
/// (`discrepancies`), and one more. A story or a statement that is told again later is found by the words that both share.
const MARGIN_DAYS: i32 = 8;

/// All days that there are, as a power of two: from the year -9999 on, 23,000 years.
const ALL_DAYS: i32 = 1 << 23;

/// Days in a row, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
    /// Whether documents without a date are of it: they are taken to be new.
    is_newest: bool,
}

/// Where a document lies, seen from a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// On an earlier day.
    Before,
    /// On one of its days.
    Within,
    /// On a later day.
    After,
}

impl Period {
    /// All days.
    pub const ALL: Self = Self { first: Date::MIN, last: Date::MAX, is_newest: true };

    /// The periods of an archive, in order, of at most so many documents where they are of several days. Each document is of
    /// one of them.
    pub fn of<'a>(documents: impl IntoIterator<Item = &'a Document>, most_documents: usize) -> Vec<Self> {
        let mut days: Vec<i32> =
            documents.into_iter().filter_map(|document| document.date.map(day)).collect();
        days.sort_unstable();
        let mut periods = Vec::new();
        halve(&days, (0, ALL_DAYS), most_documents, &mut periods);
        if let Some(newest) = periods.last_mut() {
            newest.is_newest = true;
        } else {
            periods.push(Self::ALL);
        }
        periods
    }

    /// Its number, by which it is kept: rising from the first period on.
    pub fn number(&self) -> i32 {
        day(self.first)
    }

    /// Where a document lies.
    pub fn when(&self, document: &Document) -> When {
        match document.date {
            None if self.is_newest => When::Within,
            Some(date) if date < self.first => When::Before,
            Some(date) if date <= self.last => When::Within,
            Some(_) | None => When::After,
        }
    }

    /// Whether a document is compared with those of the period.
    pub fn sees(&self, document: &Document) -> bool {
        let margin = MARGIN_DAYS.days();
        let is_near = |date: Date| {
            self.first.saturating_sub(margin) <= date && date <= self.last.saturating_add(margin)
        };
        document.date.map_or(self.is_newest, is_near)
    }

    /// Whether a later period sees a document of this one or of a day after it.
    pub(crate) fn is_seen_later(&self, document: &Document) -> bool {
        let is_late = |date: Date| self.last.saturating_sub(MARGIN_DAYS.days()) < date;
        document.date.is_none_or(is_late)
    }
}

/// The number of a day among [`ALL_DAYS`].
fn day(date: Date) -> i32 {
    date.since(Date::MIN).map(|span| span.get_days()).unwrap_or_default()
}

/// The day of a number; behind all that there are the last one.
fn date(day: i32) -> Date {
    let span = Span::new().try_days(day);
    span.and_then(|span| Date::MIN.checked_add(span)).unwrap_or(Date::MAX)
}

/// Adds those periods that have documents, among so many days from one on; `days` are those of the documents, in order.
fn halve(days: &[i32], (start, length): (i32, i32), most_documents: usize, periods: &mut Vec<Period>) {
    if days.is_empty() {
        return;
    }
    if days.len() <= most_documents || length == 1 {
        periods.push(Period { first: date(start), last: date(start + length - 1), is_newest: false });
        return;
    }
    let half = length / 2;
    let (before, after) = days.split_at(days.partition_point(|day| *day < start + half));
    halve(before, (start, half), most_documents, periods);
    halve(after, (start + half, half), most_documents, periods);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use record::{Article, DocumentId, Published};

    use super::*;

    /// Documents of some days of March 2026, and `undated` without a day.
    fn documents(days: &[i8], undated: usize) -> Vec<Document> {
        let dates = days.iter().map(|day| Some(jiff::civil::date(2026, 3, *day))).chain(vec![None; undated]);
        let document = |(number, date): (usize, Option<Date>)| {
            let id: DocumentId = format!("sha256:{number:016x}").parse().unwrap();
            let published = date.map(Published::on);
            let article = Article { published, ..Article::default() };
            Document::of_article(id, format!("{number}.txt"), &article)
        };
        dates.enumerate().map(document).collect()
    }

    #[test]
    fn few_documents_are_one_period() {
        for documents in [documents(&[], 0), documents(&[], 3), documents(&[1, 1, 31], 2)] {
            let periods = Period::of(&documents, 3);
            assert_eq!(periods, [Period::ALL]);
            assert!(documents.iter().all(|document| Period::ALL.sees(document)));
        }
    }

    #[test]
    fn days_are_seen_with_those_around() {
        let documents = documents(&[1, 1, 2, 9, 10, 30, 30], 1);
        let periods = Period::of(&documents, 3);
        let seen: Vec<Vec<(Option<i8>, When)>> = periods
            .iter()
            .map(|period| {
                let seen = documents.iter().filter(|document| period.sees(document));
                seen.map(|document| (document.date.map(Date::day), period.when(document))).collect()
            })
            .collect();
        let (before, own, after) = (When::Before, When::Within, When::After);
        let day = |day, when| (Some(day), when);
        let first = [day(1, own), day(1, own), day(2, own), day(9, after), day(10, after)];
        let second = [day(1, before), day(1, before), day(2, before), day(9, own), day(10, own)];
        let newest = [day(30, own), day(30, own), (None, own)];
        assert_eq!(seen, [first.as_slice(), second.as_slice(), newest.as_slice()]);
    }

    proptest! {
        #[test]
        fn each_document_is_of_one_period(
            days in prop::collection::vec(1_i8..32, 0..40),
            undated in 0_usize..3,
            most in 1_usize..20,
        ) {
            let documents = documents(&days, undated);
            let periods = Period::of(&documents, most);
            prop_assert!(periods.is_sorted_by_key(Period::number));
            for document in &documents {
                let own: Vec<&Period> =
                    periods.iter().filter(|period| period.when(document) == When::Within).collect();
                prop_assert_eq!(own.len(), 1);
                prop_assert!(own[0].sees(document));
                // Who sees it later was told so by its own period.
                let is_seen_later =
                    periods.iter().any(|later| later.number() > own[0].number() && later.sees(document));
                prop_assert!(!is_seen_later || own[0].is_seen_later(document));
            }
            for period in &periods {
                let own = documents.iter().filter(|document| period.when(document) == When::Within);
                let dated: Vec<Date> = own.filter_map(|document| document.date).collect();
                prop_assert!(dated.len() <= most || dated.iter().all(|date| *date == dated[0]));
            }
        }

        #[test]
        fn periods_stay_where_they_are(days in prop::collection::vec(1_i8..32, 1..40), more in 1_i8..32) {
            let before = Period::of(&documents(&days, 0), 6);
            let new = &documents(&[more], 0)[0];
            let after = Period::of(&documents(&[days, vec![more]].concat(), 0), 6);
            let days = |period: &Period| (period.first, period.last);
            for period in before.iter().filter(|period| period.when(new) != When::Within) {
                prop_assert!(after.iter().any(|same| days(same) == days(period)), "{period:?} {after:?}");
            }
        }
    }
}
