//! How often terms are said.

use index::{Period, Query, TrendsBy};
use jiff::civil::Date;
use library::trends::{Counted, Row, Term};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, Object, Window, shown};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// Terms of one comparison: each is a search over the whole archive.
pub(crate) const MOST_TERMS: usize = 6;

/// Rows of one answer.
const MOST_ROWS: usize = 10_000;

/// The time that is taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// A day.
    Day,
    /// A week, from its Monday.
    Week,
    /// A month.
    #[default]
    Month,
    /// A year.
    Year,
}

/// Whose rows there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Per {
    /// A row for each outlet.
    Outlet,
    /// A row for each show.
    Show,
}

/// What is compared.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trends {
    /// What is counted: one to six queries as for `search`.
    #[schemars(length(min = 1, max = 6), required)]
    #[serde(default)]
    pub(crate) term: Vec<String>,
    /// The time that is taken together.
    #[serde(default)]
    pub(crate) by: By,
    /// A row for each outlet, or for each show.
    pub(crate) per: Option<Per>,
    /// Only these outlets, each in rows of its own.
    #[serde(default)]
    pub(crate) outlet: Vec<String>,
    /// Only these shows, each in rows of its own.
    #[serde(default)]
    pub(crate) show: Vec<String>,
    /// Only what was published on this day or later.
    pub(crate) after: Option<Date>,
    /// Only what was published before this day.
    pub(crate) before: Option<Date>,
    /// Most rows.
    #[schemars(range(min = 1, max = 10000))]
    pub(crate) limit: Option<usize>,
    /// Where to go on: `next` of the answer before.
    pub(crate) cursor: Option<String>,
}

/// Numbers, term by term.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TrendRows {
    /// Rows with `period`, `outlet`, `show`, `term`, `hits`, `passages`, `share`, `airtime_seconds`.
    rows: Vec<Object>,
    /// What to give as `cursor` to get those that follow; `null` at the end.
    next: Option<String>,
}

/// What was counted, with what it is of.
pub(crate) struct Compared {
    pub(crate) counted: Counted,
    pub(crate) terms: Vec<Term>,
    pub(crate) rows: Vec<Row>,
}

impl Trends {
    pub(crate) fn compared(&self, opened: &Opened) -> Result<Compared, Refusal> {
        let wanted = |text: &&String| !text.trim().is_empty();
        let terms: Vec<Term> = self
            .term
            .iter()
            .filter(wanted)
            .map(|text| Ok(Term { text: text.clone(), query: Query::parse(text)? }))
            .collect::<Result<_, Refusal>>()?;
        let names = self.outlet.len() + self.show.len();
        if !(1..=MOST_TERMS).contains(&terms.len()) || names > 20 {
            return Err(Refusal::new(
                Code::BadRequest,
                format!(
                    "expected 1 to {MOST_TERMS} terms and at most 20 outlets and shows, found {} and {names}\nhint: `term=ferry&term=storm`",
                    terms.len()
                ),
            ));
        }
        let counted = Counted {
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
        };
        let rows = counted.rows(&opened.index, &terms)?;
        Ok(Compared { counted, terms, rows })
    }
}

impl By {
    pub(crate) fn period(self) -> Period {
        match self {
            Self::Day => Period::Day,
            Self::Week => Period::Week,
            Self::Month => Period::Month,
            Self::Year => Period::Year,
        }
    }
}

impl Ask for Trends {
    type Answer = TrendRows;
    const NAME: &'static str = "trends";
    const PATH: &'static str = "/trends";
    const SUMMARY: &'static str = "How often terms are said by day, week, month or year, in all or by outlet or show: passages, share, airtime";

    fn answer(self, opened: &Opened) -> Result<TrendRows, Refusal> {
        let window = Window::of(self.cursor.as_deref(), self.limit, MOST_ROWS, MOST_ROWS)?;
        let Compared { counted, terms, rows } = self.compared(opened)?;
        let next = window.next_of(rows.len());
        let rows = rows.iter().skip(window.from).take(window.limit);
        let rows = rows.map(|row| shown(&row.shown(&terms[row.term].text, counted.period)));
        Ok(TrendRows { rows: rows.collect::<Result<_, _>>()?, next })
    }
}
