//! `onrecord trends`: how often something is said, over time and by outlet or show.

mod missing;
mod pairs;
mod picture;
mod rows;

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use clap::ValueEnum;
use index::{Period, Query, SearchOptions, TrendsBy};
use jiff::civil::Date;
use std::path::PathBuf;

/// Count how often something is said, over time and by outlet or show
///
/// Each term is a query of its own, as in `onrecord search`; `'ferry near/10 storm'` counts where both are mentioned
/// together. Copies of a recording count once and doubtful segments not at all; the share is that of the passages in the
/// same period and outlet, so that an outlet of which there is more does not seem to say everything more often. Periods
/// in which nothing was published are left out.
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
    /// Below each number the passages that it counts
    #[arg(long)]
    list: bool,
    /// Comma-separated values for spreadsheets
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Draw the shares of passages into this file, which ends with `.svg` or `.png`
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// How often each two terms are mentioned together, and how often that would be by chance
    #[arg(long, conflicts_with_all = ["missing", "list", "plot", "per"])]
    pairs: bool,
    /// With `--pairs`: together is within so many words, not in one passage
    #[arg(long, value_name = "WORDS", requires = "pairs", value_parser = clap::value_parser!(u32).range(1..=100))]
    near: Option<u32>,
    /// Which outlets (or, with `--per show`, shows) published and did not say it
    #[arg(long, conflicts_with_all = ["list", "plot"])]
    missing: bool,
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

/// A term, understood.
struct Term {
    text: String,
    query: Query,
}

/// A part of the archive whose rows are counted on their own.
struct Part {
    options: SearchOptions,
    by: TrendsBy,
}

impl Trends {
    /// Prints a row for each term, period and outlet or show.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let terms: Vec<Term> = self
            .terms
            .iter()
            .map(|text| Ok(Term { text: text.clone(), query: super::search::parse(text)? }))
            .collect::<anyhow::Result<_>>()?;
        let draw = self.plot.as_deref().map(picture::Drawing::of).transpose()?;
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        if self.pairs {
            return self.print_pairs(&index, &terms, console);
        }
        if self.missing {
            return self.print_missing(&index, &terms, console);
        }
        let rows = self.rows(&index, &terms)?;
        if let Some(draw) = draw {
            draw.draw(&self.chart(&rows))?;
        }
        self.print_rows(&index, &terms, &rows, console)?;
        let is_said = rows.iter().any(|row| row.trend.hits > 0);
        Ok(if is_said { Outcome::Done } else { Outcome::NothingFound })
    }

    /// All that is counted, as the options narrow it.
    fn options(&self) -> SearchOptions {
        SearchOptions { after: self.after, before: self.before, ..SearchOptions::default() }
    }

    /// The parts of the archive that have rows of their own.
    fn parts(&self) -> Vec<Part> {
        let options = self.options();
        let named = |name: &String| Some(name.clone());
        let of_outlet = |name| Part {
            options: SearchOptions { outlet: named(name), ..options.clone() },
            by: TrendsBy::Outlet,
        };
        let of_show = |name| Part {
            options: SearchOptions { show: named(name), ..options.clone() },
            by: TrendsBy::Show,
        };
        let mut parts: Vec<Part> =
            self.outlet.iter().map(of_outlet).chain(self.show.iter().map(of_show)).collect();
        if parts.is_empty() {
            let by = match self.per {
                Some(Per::Outlet) => TrendsBy::Outlet,
                Some(Per::Show) => TrendsBy::Show,
                None => TrendsBy::Nothing,
            };
            parts.push(Part { options, by });
        }
        parts
    }
}
