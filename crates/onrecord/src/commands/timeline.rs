//! `onrecord timeline`: what happened, step by step, each step with its sources.

use super::findings::{self, Finding};
use super::layout::one_line;
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened::findings::Findings;
use analysis::{Area, Key};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// List what happened day by day: in one story, in a running one, or in all
///
/// Each step is a sentence of the record, with the documents that say the same. Of several stories the most told steps of each
/// day are listed.
#[derive(clap::Args)]
pub(crate) struct Timeline {
    /// Only this story, or this running story: its id, or words of its title
    #[arg(value_name = "STORY")]
    story: Option<String>,
    /// Only steps on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only steps before this day
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
}

impl Timeline {
    /// Prints the steps by rising dates.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let found = findings::open(global, console)?;
        let wanted = self.story.as_deref().map(|named| timelines(&found, named)).transpose()?;
        let mut days: BTreeMap<Date, Vec<Value>> = BTreeMap::new();
        let mut take = |key: Option<Key<'_>>, of: &str| {
            found.each(Area::Timeline, key, |step| {
                let finding = Finding(&step);
                let date = finding.text("/date").parse::<Date>().ok();
                if let Some(date) = date.filter(|date| finding.text("/of") == of && self.wants(*date)) {
                    days.entry(date).or_default().push(step);
                }
                Ok(true)
            })
        };
        match &wanted {
            Some(ids) => ids.iter().try_for_each(|id| take(Some(Key::Story(id)), id))?,
            None => take(None, "")?,
        }
        for step in days.values().flatten() {
            print(step, console)?;
        }
        Ok(if days.is_empty() { Outcome::NothingFound } else { Outcome::Done })
    }

    fn wants(&self, date: Date) -> bool {
        self.after.is_none_or(|after| date >= after) && self.before.is_none_or(|before| date < before)
    }
}

/// Whose timelines are meant: of the story or running story with this id, else of the stories with these words in their titles.
fn timelines(found: &Findings, named: &str) -> anyhow::Result<BTreeSet<String>> {
    let (mut by_id, mut by_title) = (BTreeSet::new(), BTreeSet::new());
    found.each(Area::Stories, None, |story| {
        let story = Finding(&story);
        if [story.text("/id"), story.text("/running")].contains(&named) {
            by_id.insert(named.to_owned());
        } else if story.text("/title").to_lowercase().contains(&named.to_lowercase()) {
            by_title.insert(story.text("/id").to_owned());
        }
        Ok(true)
    })?;
    Ok(if by_id.is_empty() { by_title } else { by_id })
}

fn print(step: &Value, console: &Console) -> anyhow::Result<()> {
    if console.is_json() {
        return Ok(console.object(step)?);
    }
    let step = Finding(step);
    console.line(one_line(&format!("{}  {}", step.text("/date"), step.text("/text"))))?;
    for citation in step.parts("/citations") {
        console.line(one_line(&format!("    {}", citation.place())))?;
    }
    Ok(())
}
