//! The rows as lines over time.

use anyhow::bail;
use charts::Chart;
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
