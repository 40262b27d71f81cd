//! Hits as people, scripts and spreadsheets read them.

use super::super::layout::{Layout, heading, one_line};
use super::table::{CSV_COLUMNS, csv_cells};
use crate::console::Console;
use crate::opened::clock;
use archive::Archive;
use index::{Answer, Hit, Mode};
use library::documents::around;
use library::shown::{Context, Ranked, rounded};
use record::format::csv::line as csv_line;
use serde_json::Value;

/// Which query a hit answers, where several are asked: the names of columns or fields, and their values.
pub(in crate::commands) type Shown<'a> = (&'a str, &'a str);

/// Prints answers.
pub(in crate::commands) struct Printer<'a> {
    archive: &'a Archive,
    console: &'a Console,
    csv: bool,
    context: usize,
    layout: Layout,
    is_ranked: bool,
}

impl<'a> Printer<'a> {
    pub(in crate::commands) fn new(
        archive: &'a Archive,
        console: &'a Console,
        csv: bool,
        context: usize,
    ) -> Self {
        Self { archive, console, csv, context, layout: Layout::of_stdout(), is_ranked: true }
    }

    /// The same for hits that are not in the order of their scores.
    pub(in crate::commands) fn unranked(self) -> Self {
        Self { is_ranked: false, ..self }
    }

    /// The first line of a table, with the names of the columns that stand before a hit's own.
    pub(in crate::commands) fn begin(&self, before: &[&str]) -> anyhow::Result<()> {
        if self.csv {
            let columns = before.iter().copied().chain(["rank", "score"]).chain(CSV_COLUMNS);
            self.console.raw(csv_line(columns).as_bytes())?;
        }
        Ok(())
    }

    /// All hits of an answer.
    pub(in crate::commands) fn print(&self, answer: &Answer, asked: &[Shown<'_>]) -> anyhow::Result<()> {
        for (position, hit) in answer.hits.iter().enumerate() {
            self.print_hit(position + 1, hit, answer.mode, asked)?;
        }
        Ok(())
    }

    fn print_hit(&self, rank: usize, hit: &Hit, mode: Mode, asked: &[Shown<'_>]) -> anyhow::Result<()> {
        if self.csv {
            let score = self.is_ranked.then(|| rounded(hit.score));
            let numbers = [rank.to_string(), score.map(|score| score.to_string()).unwrap_or_default()];
            let of_hit = csv_cells(hit);
            let before = asked.iter().map(|(_, value)| *value).chain(numbers.iter().map(String::as_str));
            let cells = before.chain(of_hit.iter().map(AsRef::as_ref));
            return Ok(self.console.raw(csv_line(cells).as_bytes())?);
        }
        let context = (self.context > 0).then(|| self.context_of(hit)).transpose()?;
        if !self.console.is_json() {
            return Ok(self.console.raw(for_people(&self.layout, rank, hit, context.as_ref()).as_bytes())?);
        }
        let object = Ranked::of(rank, self.is_ranked, hit, mode, context);
        if asked.is_empty() {
            return Ok(self.console.object(&object)?);
        }
        let mut object = serde_json::to_value(&object)?;
        asked.iter().for_each(|(name, value)| object[*name] = Value::from(*value));
        Ok(self.console.object(&object)?)
    }

    fn context_of(&self, hit: &Hit) -> anyhow::Result<Context> {
        let (before, after) = around(self.archive, hit, self.context)?;
        Ok(Context { before, after })
    }
}

/// Which document, the sentence at its second, and the link.
fn for_people(layout: &Layout, rank: usize, hit: &Hit, context: Option<&Context>) -> String {
    let mut text = if rank > 1 { "\n".to_string() } else { String::new() };
    text += &layout.paragraph(&format!("{rank:>3}  "), &heading(&hit.document), &[]);
    let speaker = hit.speaker.as_deref().map_or(String::new(), |speaker| format!("{speaker}: "));
    let mark = if hit.is_suspect { "? " } else { "" };
    let lead = format!("     {}  {mark}{speaker}", clock(&hit.place));
    match context {
        None => text += &layout.paragraph(&lead, &hit.sentence.text, &hit.sentence.words),
        Some(Context { before, after }) => {
            let beside = |line: &String| layout.paragraph("               ", line, &[]);
            text += &before.iter().map(beside).collect::<String>();
            text += &layout.paragraph(&lead, &hit.text, &hit.words);
            text += &after.iter().map(beside).collect::<String>();
        }
    }
    for also in &hit.also_in {
        text += &layout.paragraph("     also in ", &heading(&also.document), &[]);
    }
    if let Some(count) = hit.hits_in_document.filter(|count| *count > 1) {
        text += &format!("     {count} hits in this document\n");
    }
    // Never wrapped: nobody could open it then.
    let link = hit.link.as_deref().unwrap_or(&hit.document.path);
    text + &format!("     {}\n", one_line(link))
}
