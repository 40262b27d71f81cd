//! `onrecord discrepancies`: where two sources differ on one fact.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;
use clap::ValueEnum;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// List where two sources give one fact two values, both sides in their own words
///
/// What only looks like a difference (rounding, a bound, another unit, a sum, another event) is not listed. A figure that
/// changed with time is an update, not a conflict.
#[derive(clap::Args)]
pub(crate) struct Discrepancies {
    /// Only conflicts, or only updates
    #[arg(long, value_enum)]
    class: Option<Class>,
    /// Only this kind of fact: `date`, `time`, `duration`, `number`, `money`, `name`, `place`, `scope` or `claim`
    #[arg(long, value_name = "FACT")]
    fact: Option<String>,
    /// All pairs of sources that differ on one fact, not only the surest; with `--json` always
    #[arg(long)]
    all: bool,
    /// Only differences in which these words stand on a side
    #[arg(value_name = "WORDS")]
    words: Option<String>,
    #[command(flatten)]
    narrowed: Narrowed,
}

#[derive(Clone, Copy, ValueEnum)]
enum Class {
    Conflict,
    Update,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Update => "update",
        }
    }
}

impl Discrepancies {
    /// Prints the pairs.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let words = self.words.as_deref().map(str::to_lowercase);
        let shown = RefCell::new(BTreeSet::new());
        // People read one pair of a fact; scripts get all.
        let is_first = |finding: &Finding<'_>| {
            console.is_json() || self.all || shown.borrow_mut().insert(finding.value("/group"))
        };
        let is_wanted = |finding: &serde_json::Value| {
            let finding = Finding(finding);
            let sides = [finding.text("/left/text"), finding.text("/right/text")];
            self.class.is_none_or(|class| finding.text("/class") == class.name())
                && self.fact.as_deref().is_none_or(|fact| finding.text("/fact") == fact)
                && words
                    .as_deref()
                    .is_none_or(|words| sides.iter().any(|side| side.to_lowercase().contains(words)))
                && is_first(&finding)
        };
        self.narrowed.print(Area::Discrepancies, global, console, is_wanted, lines)
    }
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let confidence = finding.number("/confidence").unwrap_or_default();
    let mut lines =
        vec![format!("{} of {} ({confidence:.2})", finding.text("/class"), finding.text("/fact"))];
    for side in ["/left", "/right"] {
        let Some(side) = finding.0.pointer(side).map(Finding) else { continue };
        let value = format!("{} {}", side.value("/value"), side.text("/unit"));
        // What is claimed or denied stands in the sentence itself.
        let value =
            if finding.text("/fact") == "claim" { String::new() } else { format!("{}: ", value.trim()) };
        lines.push(format!("    {value}{}", side.text("/text")));
        lines.push(format!("        {}", side.place()));
    }
    lines
}
