//! A row for each term, period and outlet or show, with the passages behind it.

use super::Trends;
use crate::console::Console;
use crate::opened::clock;
use index::{Hit, Index, MAX_HITS, Mode, SearchOptions, SortBy, TrendsBy};
use jiff::civil::Date;
use library::shown::Found;
use library::trends::{COLUMNS, Row, Term};
use record::format::csv::line as csv_line;
use serde_json::Value;

impl Trends {
    pub(super) fn print_rows(
        &self,
        index: &Index,
        terms: &[Term],
        rows: &[Row],
        console: &Console,
    ) -> anyhow::Result<()> {
        if self.csv {
            let hit = if self.list { super::super::search::CSV_COLUMNS.as_slice() } else { &[] };
            console.raw(csv_line(COLUMNS.iter().chain(hit)).as_bytes())?;
        } else if !console.is_json() {
            console.line(format!(
                "{:<10}  {:>7}  {:>9}  {:>8}  {:>9}  term, outlet or show",
                "period", "hits", "passages", "share", "minutes"
            ))?;
        }
        for row in rows {
            let hits = if self.list { self.behind(index, &terms[row.term], row)? } else { Vec::new() };
            self.print_row(&terms[row.term].text, row, &hits, console)?;
        }
        Ok(())
    }

    /// The passages that a row counts, in the order in which they were published.
    fn behind(&self, index: &Index, term: &Term, row: &Row) -> anyhow::Result<Vec<Hit>> {
        if row.trend.hits == 0 {
            return Ok(Vec::new());
        }
        let period = self.by.period();
        let latest = |a: Option<Date>, b| a.map_or(b, |a| a.max(b));
        let earliest = |a: Option<Date>, b: Option<Date>| a.into_iter().chain(b).min();
        let named = |by| row.name_if(by).map(str::to_owned);
        let options = SearchOptions {
            limit: MAX_HITS,
            mode: Mode::Words,
            sort: SortBy::Oldest,
            all_words: true,
            after: Some(latest(row.options.after, row.trend.period)),
            before: earliest(row.options.before, period.ends(row.trend.period)),
            outlet: named(TrendsBy::Outlet).or_else(|| row.options.outlet.clone()),
            show: named(TrendsBy::Show).or_else(|| row.options.show.clone()),
            ..row.options.clone()
        };
        let mut hits = index.search(&term.query, &options)?.hits;
        // A row without a name is that of documents which name none.
        hits.retain(|hit| match row.by {
            TrendsBy::Nothing => true,
            TrendsBy::Outlet => hit.document.outlet.as_deref() == row.name(),
            TrendsBy::Show => hit.document.show.as_deref() == row.name(),
        });
        Ok(hits)
    }

    fn print_row(&self, term: &str, row: &Row, hits: &[Hit], console: &Console) -> anyhow::Result<()> {
        let trend = &row.trend;
        let period = self.by.period().name(trend.period).to_string();
        if self.csv {
            return self.print_csv(term, row, hits, console);
        }
        if console.is_json() {
            let mut object = serde_json::to_value(row.shown(term, self.by.period()))?;
            if self.list {
                let list: Vec<Value> =
                    hits.iter().map(|hit| serde_json::to_value(Found::of(hit))).collect::<Result<_, _>>()?;
                object["list"] = list.into();
            }
            return Ok(console.object(&object)?);
        }
        let minutes = trend.airtime.as_seconds_f64() / 60.0;
        let share = trend.share() * 100.0;
        let name = match (row.name(), row.by) {
            (Some(name), _) => format!(", {name}"),
            (None, TrendsBy::Nothing) => String::new(),
            (None, TrendsBy::Outlet) => ", (no outlet named)".to_owned(),
            (None, TrendsBy::Show) => ", (no show named)".to_owned(),
        };
        console.line(format!(
            "{period:<10}  {:>7}  {:>9}  {share:>7.3}%  {minutes:>9.1}  {term}{name}",
            trend.hits, trend.passages
        ))?;
        for hit in hits {
            console.line(listed(hit))?;
        }
        Ok(())
    }

    fn print_csv(&self, term: &str, row: &Row, hits: &[Hit], console: &Console) -> anyhow::Result<()> {
        let cells = row.shown(term, self.by.period()).cells();
        if hits.is_empty() {
            console.raw(csv_line(&cells).as_bytes())?;
        }
        for hit in hits {
            let of_hit = super::super::search::csv_cells(hit);
            let cells = cells.iter().map(String::as_str).chain(of_hit.iter().map(AsRef::as_ref));
            console.raw(csv_line(cells).as_bytes())?;
        }
        Ok(())
    }
}

/// A passage on one line, below its number.
fn listed(hit: &Hit) -> String {
    let day = hit.document.date.map(|day| day.to_string()).unwrap_or_default();
    let by = hit.document.show.as_deref().or(hit.document.outlet.as_deref()).unwrap_or_default();
    let link = hit.link.as_deref().unwrap_or(&hit.document.path);
    super::super::layout::one_line(&format!(
        "            {day:<10}  {}  {by}: {}  {link}",
        clock(&hit.place),
        hit.text.trim()
    ))
}
