//! `onrecord reuse`: what stands in several documents, and which came first.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;

/// List passages that two documents share: agency copy, versions of an article, one clip in several programmes
#[derive(clap::Args)]
pub(crate) struct Reuse {
    /// Only passages with these words
    #[arg(value_name = "WORDS")]
    words: Option<String>,
    #[command(flatten)]
    narrowed: Narrowed,
}

impl Reuse {
    /// Prints the pairs.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let words = self.words.as_deref().map(str::to_lowercase);
        let is_wanted = |finding: &serde_json::Value| {
            let text = Finding(finding).text("/left/text").to_lowercase();
            words.as_deref().is_none_or(|words| text.contains(words))
        };
        self.narrowed.print(Area::Reuse, global, console, is_wanted, lines)
    }
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let overlap = finding.number("/overlap").unwrap_or_default();
    let kind = if finding.value("/is_advertising") == "true" { "advertising, " } else { "" };
    let mut lines = vec![format!("{kind}{:.0} % alike: {}", overlap * 100.0, finding.text("/left/text"))];
    for side in ["/left", "/right"] {
        let Some(side) = finding.0.pointer(side).map(Finding) else { continue };
        lines.push(format!("    {}", side.place()));
    }
    lines
}
