//! How often something is said, over time and by who says it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use record::MediaTime;

use crate::query::Query;
use crate::sought::{Property, Sought};
use crate::words::{Sum, Tally, TallyKey, day_number};

use super::memory::tally;
use super::{Index, SearchError, SearchOptions};

/// The time that is taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// A day.
    Day,
    /// A week, from Monday.
    #[default]
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// By whom passages are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrendsBy {
    /// All are one.
    #[default]
    Nothing,
    /// Who publishes.
    Outlet,
    /// The series.
    Show,
}

/// How often something was said in a period, by somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// The first day of the period.
    pub period: Date,
    /// The outlet or the show; empty for documents that name none, and where all are one.
    pub name: String,
    /// Passages that meet the query.
    pub hits: u64,
    /// All passages.
    pub passages: u64,
    /// How long the passages last that meet it.
    pub airtime: MediaTime,
    /// How long all last.
    pub all_airtime: MediaTime,
}

impl Trend {
    /// The share of passages, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.passages == 0 { 0.0 } else { self.hits as f64 / self.passages as f64 }
    }

    /// The share of airtime, 0 to 1; nothing where there are no times.
    pub fn airtime_share(&self) -> Option<f64> {
        let all = self.all_airtime.as_millis();
        (all > 0).then(|| self.airtime.as_millis() as f64 / all as f64)
    }
}

impl Period {
    /// The first day of the period of a day.
    pub fn begins(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            // The week of the first days that there are may begin before them.
            Self::Week => day
                .nth_weekday(-1, Weekday::Monday)
                .map_or(day, |monday| if day.weekday() == Weekday::Monday { day } else { monday }),
            Self::Month => date(day.year(), day.month(), 1),
            Self::Year => date(day.year(), 1, 1),
        }
    }

    /// The first day of the next period; `None` behind the last day that there is.
    pub fn ends(self, first: Date) -> Option<Date> {
        let span = match self {
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        };
        first.checked_add(span).ok()
    }

    /// As it is written: `2026-03-02`, `2026-03`, `2026`; a week by its Monday.
    pub fn name(self, first: Date) -> impl fmt::Display {
        match self {
            Self::Day | Self::Week => first.to_string(),
            Self::Month => format!("{:04}-{:02}", first.year(), first.month()),
            Self::Year => format!("{:04}", first.year()),
        }
    }
}

impl Index {
    /// How often something was said, by period and by who said it; periods in which nothing was published are left
    /// out, those in which it was not said are there. Copies count once, doubted passages only when asked for, and
    /// what has no date is left out.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn trends(
        &self,
        query: &Query,
        options: &SearchOptions,
        period: Period,
        by: TrendsBy,
    ) -> Result<Vec<Trend>, SearchError> {
        let key = match by {
            TrendsBy::Nothing => TallyKey::Nothing,
            TrendsBy::Outlet => TallyKey::Outlet,
            TrendsBy::Show => TallyKey::Show,
        };
        let asked = self.ask(query, options)?;
        let found = match asked.sought.needs_text() {
            true => self.tally_by_text(&asked, by, key)?,
            false => asked.snapshot.tally(&asked.sought, &asked.among, key)?,
        };
        let found = in_periods(found, period);
        let all = match self.all_published(&asked, by, period)? {
            Some(all) => all,
            None => {
                let all = asked.snapshot.tally(&asked.everything(), &asked.among, key)?;
                Arc::new(in_periods(all, period))
            }
        };
        let trend = |(key, all): (&(Date, String), &Sum)| {
            let found = found.get(key).copied().unwrap_or_default();
            Trend {
                period: key.0,
                name: key.1.clone(),
                hits: found.passages,
                passages: all.passages,
                airtime: MediaTime::from_millis(found.tenths * 100),
                all_airtime: MediaTime::from_millis(all.tenths * 100),
            }
        };
        Ok(all.iter().map(trend).collect())
    }

    /// Tallies all that meets the conditions from the catalogue, where it can tell: it need not look at each passage.
    fn all_published(
        &self,
        asked: &super::Asked,
        by: TrendsBy,
        period: Period,
    ) -> Result<Option<Arc<InPeriods>>, SearchError> {
        if asked.among.with_suspects || !asked.among.copies.is_empty() || asked.only.is_some() {
            return Ok(None);
        }
        let resolver =
            super::Resolver { vocabulary: asked.snapshot.vocabulary(), catalogue: &self.catalogue };
        let conditions = resolver.conditions(&asked.query)?;
        // Those in brackets are not among them.
        if !matches!(asked.everything(), Sought::All(parts) if parts.len() == conditions.len() + 1) {
            return Ok(None);
        }
        let published = {
            let mut memory = self.memory.borrow_mut();
            memory.refresh(&self.catalogue)?;
            memory.published(&self.catalogue)?
        };
        if conditions.is_empty() {
            return Ok(Some(published.in_periods(by, period)));
        }
        let mut wanted = Vec::new();
        for document in &published.documents {
            match conditions.are_met_by_all_of(document) {
                Some(true) => wanted.push(document),
                Some(false) => {}
                None => return Ok(None),
            }
        }
        Ok(Some(Arc::new(in_periods(tally(wanted.into_iter(), by), period))))
    }

    /// Tallies what the index alone can't tell, with what it can.
    fn tally_by_text(&self, asked: &super::Asked, by: TrendsBy, key: TallyKey) -> Result<Tally, SearchError> {
        let mut texts = self.texts(&asked.snapshot)?;
        let (exact, rest) = asked.parted();
        let mut tally = match exact {
            Some(exact) => exact.snapshot.tally(&exact.sought, &exact.among, key)?,
            None => Tally::new(),
        };
        rest.each_by_text(&mut texts, |_, known, length| {
            let name = match by {
                TrendsBy::Nothing => None,
                TrendsBy::Outlet => known.document.outlet.clone(),
                TrendsBy::Show => known.document.show.clone(),
            };
            let day = known.document.date.map_or(0, day_number);
            let sum = tally.entry((day, name.unwrap_or_default())).or_default();
            sum.passages += 1;
            sum.tenths += length.as_millis() / 100;
        })?;
        Ok(tally)
    }
}

impl super::Asked {
    /// Every passage that meets the conditions, whatever it says.
    pub(super) fn everything(&self) -> Sought {
        let anything = Sought::Property(Property::Days { from: None, until: None });
        let conditions = match &self.sought {
            Sought::All(parts) => parts.iter().filter(|part| is_condition(part)).cloned().collect(),
            part if is_condition(part) => vec![part.clone()],
            _ => Vec::new(),
        };
        Sought::All([vec![anything], conditions].concat())
    }
}

fn is_condition(part: &Sought) -> bool {
    match part {
        Sought::Property(_) => true,
        Sought::Not(part) => is_condition(part),
        Sought::Any(parts) => parts.iter().all(is_condition),
        _ => false,
    }
}

/// By the first day of a period, and by name.
pub(super) type InPeriods = BTreeMap<(Date, String), Sum>;

/// What has no date is left out.
pub(super) fn in_periods(tally: Tally, period: Period) -> InPeriods {
    let mut sums = InPeriods::new();
    // Days come in their order, so that most are of the period of the day before.
    let mut last: Option<((Date, String), Sum)> = None;
    for ((day, name), sum) in tally {
        let Some(day) = day_of(day) else { continue };
        let key = (period.begins(day), name);
        match &mut last {
            Some((last, so_far)) if *last == key => so_far.add(sum),
            last => {
                let before = last.replace((key, sum));
                before.into_iter().for_each(|(key, sum)| sums.entry(key).or_default().add(sum));
            }
        }
    }
    last.into_iter().for_each(|(key, sum)| sums.entry(key).or_default().add(sum));
    sums
}

/// The day of a number YYYYMMDD.
fn day_of(number: u64) -> Option<Date> {
    let part = |number: u64| i16::try_from(number).ok();
    let (month, day) = (part(number / 100 % 100)?, part(number % 100)?);
    Date::new(part(number / 10_000)?, month as i8, day as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Made, TestArchive};

    #[test]
    fn a_period_begins_where_people_expect() {
        let day = date(2026, 3, 5); // A Thursday.
        assert_eq!(Period::Week.begins(day), date(2026, 3, 2));
        assert_eq!(Period::Week.begins(date(2026, 3, 2)), date(2026, 3, 2));
        assert_eq!(Period::Week.begins(date(2026, 3, 1)), date(2026, 2, 23));
        assert_eq!(Period::Month.begins(day), date(2026, 3, 1));
        assert_eq!(Period::Year.begins(day), date(2026, 1, 1));
        assert_eq!(Period::Month.name(date(2026, 3, 1)).to_string(), "2026-03");
    }

    #[test]
    fn what_only_texts_can_tell_is_counted_beside_what_the_index_tells() {
        let archive = TestArchive::new();
        let put = |name: &str, id: usize, said: &[&str]| {
            let date = "March 02, 2026";
            archive.put(name, Made { show: "Harbour Radio", date, ..Made::saying(id, said) }.text());
        };
        let timed = "(old within/60s skerry)";
        put("a.md", 1, &["The crane stands.", "We took the old ferry to the far side of Skerry Island."]);
        put("b.md", 2, &["The old ferry to the far side of the island is no more."]);
        put(
            "c.md",
            3,
            &["The crane was painted, says who took the old ferry to the far side of Skerry Island."],
        );
        archive.update();
        let index = archive.index();
        let options = SearchOptions::default();
        let count = |query: &str| {
            let query = Query::parse(query).unwrap();
            let counts = index.count(&query, &options).unwrap();
            let trends = index.trends(&query, &options, Period::Week, TrendsBy::Nothing).unwrap();
            assert_eq!(trends.iter().map(|trend| trend.hits).sum::<u64>(), counts.passages);
            assert_eq!(index.count_passages(&query, &options).unwrap(), counts.passages);
            assert_eq!(index.documents(&query, &options).unwrap().len() as u64, counts.documents);
            (counts.passages, counts.documents)
        };
        assert_eq!(count(timed), (2, 2));
        assert_eq!(count(&format!("crane OR {timed}")), (2, 2));
        assert_eq!(count(&format!("painted OR {timed}")), (2, 2));
        assert_eq!(count(&format!("(painted OR {timed}) outlet:harbour")), (2, 2));
        let index = archive.index().with_most_read(1);
        let query = Query::parse(timed).unwrap();
        let error = index.count(&query, &options).unwrap_err();
        assert!(error.is_of_asker() && error.to_string().starts_with("2 passages"), "{error}");
    }

    #[test]
    fn what_was_replaced_is_not_counted() {
        let archive = TestArchive::new();
        let put = |name: &str, id: usize, show: &str, date: &str, said: &[&str]| {
            archive.put(name, Made { show, date, ..Made::saying(id, said) }.text());
        };
        let long = "and on and on it goes about the weather and the sea, ".repeat(20);
        let hits = |by| {
            let query = Query::parse("ferry").unwrap();
            let index = archive.index();
            let found = index.trends(&query, &SearchOptions::default(), Period::Month, by).unwrap();
            let counts = index.count(&query, &SearchOptions::default()).unwrap();
            assert_eq!(found.iter().map(|trend| trend.hits).sum::<u64>(), counts.passages);
            let shown = |trend: &Trend| format!("{} {} {}", trend.period, trend.name, trend.hits);
            (found.iter().map(shown).collect::<Vec<_>>(), counts.documents)
        };
        put("a.md", 1, "Harbour Radio", "March 02, 2026", &["The ferry is late.", &long, "A ferry."]);
        put("b.md", 2, "Skerry News", "March 03, 2026", &["Ferry!", &long, "Ferry?"]);
        archive.update();
        assert_eq!(hits(TrendsBy::Nothing), (vec!["2026-03-01  4".to_owned()], 2));
        // One after the other, so that both stand behind what they replace in a segment of their own, or merged with it.
        for (date, month) in [("April 01, 2026", "2026-04-01"), ("May 01, 2026", "2026-05-01")] {
            put("a.md", 1, "Night Desk", date, &["The ferry sails.", &long, "No boats.", &long]);
            archive.update();
            let expected = vec![format!("2026-03-01 Skerry News 2"), format!("{month} Night Desk 1")];
            assert_eq!(hits(TrendsBy::Show), (expected, 2));
        }
    }

    #[test]
    fn trends_count_each_recording_once() {
        let archive = TestArchive::new();
        let put = |name: &str, id: usize, show: &str, date: &str, said: &str| {
            archive
                .put(name, Made { show, date, ..Made::saying(id, &[said, "And now the weather."]) }.text());
        };
        put("a.md", 1, "Harbour Radio - Desk", "March 02, 2026", "The ferry is late.");
        put("b.md", 1, "Harbour Radio - Night", "March 02, 2026", "The ferry is late.");
        put("c.md", 2, "Skerry News", "March 03, 2026", "No boats today.");
        put("d.md", 3, "Harbour Radio - Desk", "March 09, 2026", "The ferry sails.");
        put("e.md", 4, "Harbour Radio - Desk", "February 31, 2026", "The ferry of a day that was not.");
        archive.update();
        let trends = |by| {
            let query = Query::parse("ferry").unwrap();
            let found = archive.index().trends(&query, &SearchOptions::default(), Period::Week, by).unwrap();
            let shown =
                |trend: &Trend| format!("{} {} {}/{}", trend.period, trend.name, trend.hits, trend.passages);
            found.iter().map(shown).collect::<Vec<_>>()
        };
        assert_eq!(trends(TrendsBy::Nothing), ["2026-03-02  1/2", "2026-03-09  1/1"]);
        assert_eq!(
            trends(TrendsBy::Outlet),
            ["2026-03-02 Harbour Radio 1/1", "2026-03-02 Skerry News 0/1", "2026-03-09 Harbour Radio 1/1"]
        );
    }
}
