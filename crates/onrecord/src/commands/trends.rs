//! `onrecord trends`: how often something is said, over time and by outlet or show.

mod missing;
mod pairs;
mod picture;
mod rows;

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use clap::ValueEnum;
use index::{Period, TrendsBy};
use jiff::civil::Date;
use library::trends::{Counted, Term};
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

impl Trends {
    /// Prints a row for each term, period and outlet or show.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let terms: Vec<Term> = self
            .terms
            .iter()
            .map(|text| Ok(Term { text: text.clone(), query: super::search::parse(text)? }))
            .collect::<anyhow::Result<_>>()?;
        let draw = self.plot.as_deref().map(picture::Drawing::of).transpose()?;
        let archive = opened::archive(global)?;
        let index = opened::open_index(&archive, console)?;
        if self.pairs {
            return self.print_pairs(&index, &terms, console);
        }
        if self.missing {
            return self.print_missing(&index, &terms, console);
        }
        let counted = self.counted();
        let rows = counted.rows(&index, &terms)?;
        if let Some(draw) = draw {
            draw.draw(&counted.chart(&terms, &rows))?;
        }
        self.print_rows(&index, &terms, &rows, console)?;
        let is_said = rows.iter().any(|row| row.trend.hits > 0);
        Ok(if is_said { Outcome::Done } else { Outcome::NothingFound })
    }

    /// What is counted, and how it is taken together.
    fn counted(&self) -> Counted {
        Counted {
            period: self.by.period(),
            outlets: self.outlet.clone(),
            shows: self.show.clone(),
            per: match self.per {
                Some(Per::Outlet) => TrendsBy::Outlet,
                Some(Per::Show) => TrendsBy::Show,
                None => TrendsBy::Nothing,
            },
            after: self.after,
            before: self.before,
        }
    }
}
