//! How often terms are said, over time and by outlet or show: rows, and the chart that shows them.

use std::collections::BTreeMap;

use charts::{Chart, Line};
use index::{Index, Period, Query, SearchError, SearchOptions, Trend, TrendsBy};
use jiff::civil::Date;
use serde::Serialize;

/// A term, understood.
#[derive(Clone, Debug)]
pub struct Term {
    /// As it was typed.
    pub text: String,
    /// What it means.
    pub query: Query,
}

/// What is counted, and how it is taken together.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The time that is taken together.
    pub period: Period,
    /// Only these outlets, each in rows of its own.
    pub outlets: Vec<String>,
    /// Only these shows, each in rows of its own.
    pub shows: Vec<String>,
    /// Where no outlets or shows are named: whose rows there are.
    pub per: TrendsBy,
    /// Only what was published on this day or later.
    pub after: Option<Date>,
    /// Only what was published before this day.
    pub before: Option<Date>,
}

/// A number and what it counts.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which of the terms.
    pub term: usize,
    /// Whose row it is.
    pub by: TrendsBy,
    /// The number.
    pub trend: Trend,
    /// What was counted, without the limits of the period.
    pub options: SearchOptions,
}

/// The columns of a table of rows.
pub const COLUMNS: [&str; 9] =
    ["period", "outlet", "show", "term", "hits", "passages", "share", "airtime_seconds", "airtime_share"];

/// A row as the contracts have it in JSON.
#[derive(Clone, Debug, Serialize)]
pub struct ShownRow<'a> {
    period: String,
    outlet: Option<&'a str>,
    show: Option<&'a str>,
    term: &'a str,
    hits: u64,
    passages: u64,
    share: f64,
    airtime_seconds: f64,
    airtime_share: Option<f64>,
}

impl Row {
    /// The outlet's or the show's name.
    pub fn name(&self) -> Option<&str> {
        (!self.trend.name.is_empty()).then_some(self.trend.name.as_str())
    }

    /// The same if it is a row of outlets, or of shows.
    pub fn name_if(&self, by: TrendsBy) -> Option<&str> {
        self.name().filter(|_| self.by == by)
    }

    /// As the contracts have it in JSON.
    pub fn shown<'a>(&'a self, term: &'a str, period: Period) -> ShownRow<'a> {
        ShownRow {
            period: period.name(self.trend.period).to_string(),
            outlet: self.name_if(TrendsBy::Outlet),
            show: self.name_if(TrendsBy::Show),
            term,
            hits: self.trend.hits,
            passages: self.trend.passages,
            share: self.trend.share(),
            airtime_seconds: self.trend.airtime.as_seconds_f64(),
            airtime_share: self.trend.airtime_share(),
        }
    }
}

impl ShownRow<'_> {
    /// The cells of [`COLUMNS`]; what is not known is empty.
    pub fn cells(&self) -> [String; 9] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        [
            self.period.clone(),
            text(self.outlet),
            text(self.show),
            self.term.to_owned(),
            self.hits.to_string(),
            self.passages.to_string(),
            self.share.to_string(),
            self.airtime_seconds.to_string(),
            self.airtime_share.map(|share| share.to_string()).unwrap_or_default(),
        ]
    }
}

impl Counted {
    /// All that is counted, as it is narrowed.
    pub fn options(&self) -> SearchOptions {
        SearchOptions { after: self.after, before: self.before, ..SearchOptions::default() }
    }

    /// The parts of the archive that have rows of their own.
    pub fn parts(&self) -> Vec<(TrendsBy, SearchOptions)> {
        let options = self.options();
        let named = |name: &String| Some(name.clone());
        let outlets =
            self.outlets.iter().map(|name| SearchOptions { outlet: named(name), ..options.clone() });
        let shows = self.shows.iter().map(|name| SearchOptions { show: named(name), ..options.clone() });
        let parts: Vec<_> = outlets
            .map(|options| (TrendsBy::Outlet, options))
            .chain(shows.map(|options| (TrendsBy::Show, options)))
            .collect();
        if parts.is_empty() { vec![(self.per, options)] } else { parts }
    }

    /// All rows, term by term.
    ///
    /// # Errors
    ///
    /// If no outlet or show is called so, or the index can't be read.
    pub fn rows(&self, index: &Index, terms: &[Term]) -> Result<Vec<Row>, SearchError> {
        let mut rows = Vec::new();
        for (term, Term { query, .. }) in terms.iter().enumerate() {
            for (by, options) in self.parts() {
                for trend in index.trends(query, &options, self.period, by)? {
                    rows.push(Row { term, by, trend, options: options.clone() });
                }
            }
        }
        Ok(rows)
    }

    /// A line for each term and outlet or show.
    pub fn chart(&self, terms: &[Term], rows: &[Row]) -> Chart {
        let mut lines: Vec<Line> = Vec::new();
        let mut known: BTreeMap<(usize, Option<&str>), usize> = BTreeMap::new();
        for row in rows {
            let at = *known.entry((row.term, row.name())).or_insert_with(|| {
                let name = [Some(terms[row.term].text.as_str()), row.name()];
                let name = name.into_iter().flatten().collect::<Vec<_>>().join(", ");
                lines.push(Line { name, points: Vec::new() });
                lines.len() - 1
            });
            lines[at].points.push((row.trend.period, row.trend.share()));
        }
        let period = match self.period {
            Period::Day => "day",
            Period::Week => "week",
            Period::Month => "month",
            Period::Year => "year",
        };
        Chart {
            title: format!("How often it is said, by {period}"),
            vertical: "share of passages".to_owned(),
            lines,
        }
    }
}
