//! The rows as lines over time.

use super::rows::Row;
use super::{By, Trends};
use anyhow::bail;
use charts::{Chart, Line};
use std::path::{Path, PathBuf};

/// Where a picture goes, and as what.
pub(super) struct Drawing {
    path: PathBuf,
    is_svg: bool,
}

impl Drawing {
    /// By the ending of its name, told before anything is counted.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
        let is_svg = match ending.as_deref() {
            Some("svg") => true,
            Some("png") => false,
            _ => bail!(
                "cannot draw into `{}`: expected a name that ends with `.svg` or `.png`",
                path.display()
            ),
        };
        Ok(Self { path: path.to_owned(), is_svg })
    }

    pub(super) fn draw(&self, chart: &Chart) -> anyhow::Result<()> {
        let bytes = if self.is_svg { charts::svg(chart)?.into_bytes() } else { charts::png(chart)? };
        Ok(archive::write_file(&self.path, &bytes)?)
    }
}

impl Trends {
    /// A line for each term and outlet or show.
    pub(super) fn chart(&self, rows: &[Row]) -> Chart {
        let mut lines = Vec::<((usize, Option<&str>), Line)>::new();
        for row in rows {
            let key = (row.term, row.name());
            let at = lines.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                let name = [Some(self.terms[row.term].as_str()), row.name()];
                let name = name.into_iter().flatten().collect::<Vec<_>>().join(", ");
                lines.push((key, Line { name, points: Vec::new() }));
                lines.len() - 1
            });
            lines[at].1.points.push((row.trend.period, row.trend.share()));
        }
        let period = match self.by {
            By::Day => "day",
            By::Week => "week",
            By::Month => "month",
            By::Year => "year",
        };
        Chart {
            title: format!("How often it is said, by {period}"),
            vertical: "share of passages".to_owned(),
            lines: lines.into_iter().map(|(_, line)| line).collect(),
        }
    }
}
