//! `onrecord stories`: what several outlets reported, side by side.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;
use jiff::civil::Date;

/// Members of a story that people are shown.
const SHOWN_MEMBERS: usize = 20;

/// List stories: documents and stretches of long programmes about one event, newest first
#[derive(clap::Args)]
pub(crate) struct Stories {
    /// Only stories with these words in their titles
    #[arg(value_name = "WORDS")]
    words: Option<String>,
    /// Only stories with a report on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only stories with a report before this day
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
    /// Only stories that this outlet carried
    #[arg(long, value_name = "OUTLET")]
    outlet: Option<String>,
    #[command(flatten)]
    narrowed: Narrowed,
}

impl Stories {
    /// Prints the stories.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let words = self.words.as_deref().map(str::to_lowercase);
        let outlet = self.outlet.as_deref().map(str::to_lowercase);
        let date = |finding: &Finding<'_>, pointer| finding.text(pointer).parse::<Date>().ok();
        let is_wanted = |finding: &serde_json::Value| {
            let finding = Finding(finding);
            let titled =
                |member: Finding<'_>, words: &str| member.text("/headline").to_lowercase().contains(words);
            words.as_deref().is_none_or(|words| {
                finding.text("/title").to_lowercase().contains(words)
                    || finding.parts("/members").any(|member| titled(member, words))
            }) && outlet.as_deref().is_none_or(|wanted| {
                finding.parts("/outlets").any(|outlet| outlet.text("").to_lowercase().contains(wanted))
            }) && self.after.is_none_or(|after| date(&finding, "/last").is_some_and(|last| last >= after))
                && self
                    .before
                    .is_none_or(|before| date(&finding, "/first").is_some_and(|first| first < before))
        };
        self.narrowed.print(Area::Stories, global, console, is_wanted, lines)
    }
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let texts = |pointer| finding.parts(pointer).map(|part| part.text("")).collect::<Vec<_>>().join(", ");
    let days = match (finding.text("/first"), finding.text("/last")) {
        (first, last) if first == last => first.to_owned(),
        (first, last) => format!("{first} to {last}"),
    };
    let mut lines = vec![
        format!("{}  {}", days, finding.text("/title")),
        format!("    story {}: {}", finding.text("/id"), texts("/outlets")),
    ];
    let missing = texts("/missing");
    if !missing.is_empty() {
        lines.push(format!("    not carried by {missing}"));
    }
    for member in finding.parts("/members").take(SHOWN_MEMBERS) {
        lines.push(format!("    {}  {}", member.place(), member.text("/headline")));
    }
    let more = finding.parts("/members").count().saturating_sub(SHOWN_MEMBERS);
    if more > 0 {
        lines.push(format!("    and {more} more (`--json` has all)"));
    }
    lines
}
