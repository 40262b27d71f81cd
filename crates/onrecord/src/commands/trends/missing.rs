//! Who published and did not say it.

use super::{Per, Trends};
use crate::console::{Console, Outcome};
use index::{Index, Period, SearchOptions, TrendsBy};
use library::trends::Term;
use record::format::csv::line as csv_line;
use serde_json::json;
use std::collections::BTreeMap;

/// What an outlet or a show published.
#[derive(Clone, Copy, Default)]
struct Published {
    hits: u64,
    passages: u64,
}

const COLUMNS: [&str; 5] = ["term", "outlet", "show", "passages", "expected_hits"];

impl Trends {
    /// For each term the outlets or shows without it, those first where its absence says most.
    pub(super) fn print_missing(
        &self,
        index: &Index,
        terms: &[Term],
        console: &Console,
    ) -> anyhow::Result<Outcome> {
        let by = if self.per == Some(Per::Show) || !self.show.is_empty() {
            TrendsBy::Show
        } else {
            TrendsBy::Outlet
        };
        if self.csv {
            console.raw(csv_line(COLUMNS).as_bytes())?;
        }
        let mut outcome = Outcome::NothingFound;
        for term in terms {
            let published = self.published(index, term, by)?;
            let all = published.values().fold(Published::default(), |sum, one| Published {
                hits: sum.hits + one.hits,
                passages: sum.passages + one.passages,
            });
            let rate = all.hits as f64 / all.passages.max(1) as f64;
            let mut silent: Vec<(&String, &Published)> =
                published.iter().filter(|(_, published)| published.hits == 0).collect();
            silent.sort_by(|a, b| b.1.passages.cmp(&a.1.passages).then(a.0.cmp(b.0)));
            for (name, Published { passages, .. }) in silent {
                if self.is_said_in_a_copy(index, term, by, name)? {
                    continue;
                }
                outcome = Outcome::Done;
                self.print_one(&term.text, by, name, *passages, rate * *passages as f64, console)?;
            }
        }
        if outcome == Outcome::NothingFound {
            console.remark("nobody is missing: everyone who published said it");
        }
        Ok(outcome)
    }

    /// What each outlet or show that names itself published, and said, in all of the time.
    fn published(
        &self,
        index: &Index,
        term: &Term,
        by: TrendsBy,
    ) -> anyhow::Result<BTreeMap<String, Published>> {
        let mut published = BTreeMap::<String, Published>::new();
        for (_, options) in self.counted().parts() {
            for trend in index.trends(&term.query, &options, Period::Year, by)? {
                if !trend.name.is_empty() {
                    let sum = published.entry(trend.name).or_default();
                    sum.hits += trend.hits;
                    sum.passages += trend.passages;
                }
            }
        }
        Ok(published)
    }

    /// Whether it was said in a recording that counts elsewhere, where it was published first.
    fn is_said_in_a_copy(
        &self,
        index: &Index,
        term: &Term,
        by: TrendsBy,
        name: &str,
    ) -> anyhow::Result<bool> {
        let named = |own| (by == own).then(|| name.to_owned());
        let options = SearchOptions {
            outlet: named(TrendsBy::Outlet),
            show: named(TrendsBy::Show),
            ..self.counted().options()
        };
        Ok(index.count(&term.query, &options)?.passages > 0)
    }

    fn print_one(
        &self,
        term: &str,
        by: TrendsBy,
        name: &str,
        passages: u64,
        expected: f64,
        console: &Console,
    ) -> anyhow::Result<()> {
        let named = |own| (by == own).then_some(name);
        let (outlet, show) = (named(TrendsBy::Outlet), named(TrendsBy::Show));
        if console.is_json() {
            return Ok(console.object(&json!({
                "term": term, "outlet": outlet, "show": show, "passages": passages, "expected_hits": expected,
            }))?);
        }
        if self.csv {
            let (passages, expected) = (passages.to_string(), expected.to_string());
            let cells = [term, outlet.unwrap_or_default(), show.unwrap_or_default(), &passages, &expected];
            return Ok(console.raw(csv_line(cells).as_bytes())?);
        }
        Ok(console.line(format!(
            "{term}: not said by {name} in {passages} passages, where {expected:.1} would be usual"
        ))?)
    }
}
