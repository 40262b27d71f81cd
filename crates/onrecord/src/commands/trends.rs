//! `onrecord trends`: how often something is said, over time and by outlet or show.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use clap::ValueEnum;
use index::{Index, Period, Query, SearchOptions, Trend, TrendsBy};
use jiff::civil::Date;
use serde_json::json;

/// Count how often something is said, over time and by outlet or show
///
/// Each term is a query of its own, as in `onrecord search`. Copies of a recording count once and doubtful segments not at
/// all; the share is that of the passages in the same period and outlet, so that an outlet of which there is more does
/// not seem to say everything more often. Periods in which nothing was published are left out.
#[derive(clap::Args)]
pub(crate) struct Trends {
    /// What to count, each a query
    #[arg(required = true, value_name = "TERM")]
    terms: Vec<String>,
    /// The time that is taken together
    #[arg(long, value_enum, default_value_t = By::Week)]
    by: By,
    /// Only this outlet, in a row of its own; may be given several times
    #[arg(long, value_name = "OUTLET")]
    outlet: Vec<String>,
    /// Only this show, in a row of its own; may be given several times
    #[arg(long, value_name = "SHOW", conflicts_with = "outlet")]
    show: Vec<String>,
    /// A row for each outlet, or for each show
    #[arg(long, value_enum, conflicts_with_all = ["outlet", "show"])]
    per: Option<Per>,
    /// Only what was published on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only what was published before this day
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Per {
    Outlet,
    Show,
}

impl By {
    fn period(self) -> Period {
        match self {
            Self::Day => Period::Day,
            Self::Week => Period::Week,
            Self::Month => Period::Month,
            Self::Year => Period::Year,
        }
    }
}

impl Trends {
    /// Prints a row for each term, period and outlet or show.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let queries: Vec<(&String, Query)> = self
            .terms
            .iter()
            .map(|term| Ok((term, super::search::parse(term)?)))
            .collect::<anyhow::Result<_>>()?;
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let mut outcome = Outcome::NothingFound;
        if !console.is_json() {
            console.line(format!(
                "{:<10}  {:>7}  {:>9}  {:>8}  {:>9}  term, outlet or show",
                "period", "hits", "passages", "share", "minutes"
            ))?;
        }
        for (term, query) in &queries {
            for (trend, by) in self.trends(&index, query)? {
                if trend.hits > 0 {
                    outcome = Outcome::Done;
                }
                self.print(term, &trend, by, console)?;
            }
        }
        Ok(outcome)
    }

    fn trends(&self, index: &Index, query: &Query) -> anyhow::Result<Vec<(Trend, TrendsBy)>> {
        let options = SearchOptions { after: self.after, before: self.before, ..SearchOptions::default() };
        let by = match self.per {
            Some(Per::Outlet) => TrendsBy::Outlet,
            Some(Per::Show) => TrendsBy::Show,
            None => TrendsBy::Nothing,
        };
        let outlets = self
            .outlet
            .iter()
            .map(|name| (SearchOptions { outlet: Some(name.clone()), ..options.clone() }, TrendsBy::Outlet));
        let shows = self
            .show
            .iter()
            .map(|name| (SearchOptions { show: Some(name.clone()), ..options.clone() }, TrendsBy::Show));
        let mut asked: Vec<(SearchOptions, TrendsBy)> = outlets.chain(shows).collect();
        if asked.is_empty() {
            asked.push((options, by));
        }
        let mut all = Vec::new();
        for (options, by) in asked {
            let trends = index.trends(query, &options, self.by.period(), by)?;
            all.extend(trends.into_iter().map(|trend| (trend, by)));
        }
        Ok(all)
    }

    fn print(&self, term: &str, trend: &Trend, by: TrendsBy, console: &Console) -> anyhow::Result<()> {
        let period = self.by.period().name(trend.period).to_string();
        let name = (!trend.name.is_empty()).then_some(trend.name.as_str());
        if console.is_json() {
            return Ok(console.object(&json!({
                "period": period, "outlet": name.filter(|_| by == TrendsBy::Outlet),
                "show": name.filter(|_| by == TrendsBy::Show), "term": term, "hits": trend.hits,
                "passages": trend.passages, "share": trend.share(),
                "airtime_seconds": trend.airtime.as_seconds_f64(), "airtime_share": trend.airtime_share(),
            }))?);
        }
        let minutes = trend.airtime.as_seconds_f64() / 60.0;
        let row = format!(
            "{period:<10}  {:>7}  {:>9}  {:>7.3}%  {minutes:>9.1}  {term}",
            trend.hits,
            trend.passages,
            trend.share() * 100.0
        );
        Ok(console.line(name.map_or(row.clone(), |name| format!("{row}, {name}")))?)
    }
}
