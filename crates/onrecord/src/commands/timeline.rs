//! `onrecord timeline`: what happened, step by step, each step with its sources.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;
use jiff::civil::Date;

/// List dated steps: of one story by its id or its title, or of all
#[derive(clap::Args)]
pub(crate) struct Timeline {
    /// Only steps of this story: its id, or words of its title
    #[arg(value_name = "STORY")]
    story: Option<String>,
    /// Only steps on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only steps before this day
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
    #[command(flatten)]
    narrowed: Narrowed,
}

impl Timeline {
    /// Prints the steps.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let story = self.story.as_deref().map(str::to_lowercase);
        let is_wanted = |finding: &serde_json::Value| {
            let finding = Finding(finding);
            let date = finding.text("/date").parse::<Date>().ok();
            story.as_deref().is_none_or(|story| {
                let ids = [finding.text("/story"), finding.text("/running")];
                ids.contains(&story) || finding.text("/title").to_lowercase().contains(story)
            }) && self.after.is_none_or(|after| date.is_some_and(|date| date >= after))
                && self.before.is_none_or(|before| date.is_some_and(|date| date < before))
        };
        self.narrowed.print(Area::Timeline, global, console, is_wanted, lines)
    }
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let mut lines = vec![format!("{}  {}", finding.text("/date"), finding.text("/text"))];
    lines.extend(finding.parts("/citations").map(|citation| format!("    {}", citation.place())));
    lines
}
