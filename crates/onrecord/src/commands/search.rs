//! `onrecord search`: every place where something was said, best first.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::{self, Placed, clock};
use clap::builder::RangedU64ValueParser;
use index::{Excerpt, Hit, MAX_HITS, Query, SearchOptions};
use jiff::civil::Date;
use serde::Serialize;
use std::io::IsTerminal;

/// Find every place where something was said, with its second
///
/// All words have to be there, in any form (`talk` finds `talks`). `"exact phrase"` in quotes, `OR` between
/// alternatives, `-word` for what must not be there, brackets to group:
///
///   onrecord search 'barrier (cost OR price) -"flood drill"'
///
/// A query that begins with a hyphen goes behind `--`.
#[derive(clap::Args)]
pub(crate) struct Search {
    /// What to look for
    #[arg(required = true)]
    query: Vec<String>,
    /// Most hits to show
    #[arg(long, short = 'n', default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_HITS as u64))]
    limit: usize,
    /// Only this show, by its name or a part of it
    #[arg(long)]
    show: Option<String>,
    /// Only what was published on this day (YYYY-MM-DD) or later
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only what was published before this day
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
    /// Look at doubtful segments, too
    #[arg(long)]
    with_suspects: bool,
}

/// The fields of a hit beside its document and place.
#[derive(Serialize)]
struct Fields<'a> {
    rank: usize,
    score: f32,
    text: &'a str,
    link: Option<&'a str>,
    speaker: Option<&'a str>,
    /// Half-open ranges of characters of `text`.
    words: Vec<[usize; 2]>,
    mode: &'static str,
}

impl Search {
    /// Prints the hits.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let query = Query::parse(&self.query.join(" "))?;
        let archive = library::archive(global)?;
        let index = library::open_index(&archive, console)?;
        let options = SearchOptions {
            limit: self.limit,
            show: self.show,
            after: self.after,
            before: self.before,
            with_suspects: self.with_suspects,
        };
        let hits = index.search(&query, &options)?;
        for (position, hit) in hits.iter().enumerate() {
            print(console, position + 1, hit)?;
        }
        if hits.is_empty() {
            console.remark("nothing found in this record");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }
}

fn print(console: &Console, rank: usize, hit: &Hit) -> anyhow::Result<()> {
    if console.is_json() {
        let fields = Fields {
            rank,
            score: hit.score,
            text: &hit.text,
            link: hit.link.as_deref(),
            speaker: hit.speaker.as_deref(),
            words: hit.words.iter().map(|range| [range.start, range.end]).collect(),
            mode: "words",
        };
        return Ok(console.object(&Placed { document: &hit.document, place: &hit.place, fields })?);
    }
    let document = &hit.document;
    let date = document.date.map_or(String::new(), |date| format!("{date}  "));
    let title = document.title.as_deref().unwrap_or(&document.path);
    console.line(format!(
        "{rank:>3}  {date}{}  {}  {title}",
        document.show.as_deref().unwrap_or(""),
        clock(&hit.place)
    ))?;
    console.highlighted(
        &format!("     {}", hit.sentence.text),
        &shifted(&hit.sentence),
        std::io::stdout().is_terminal(),
    )?;
    console.line(format!("     {}", hit.link.as_deref().unwrap_or(&document.path)))?;
    Ok(())
}

/// The ranges of an excerpt that is printed behind five spaces.
fn shifted(excerpt: &Excerpt) -> Vec<std::ops::Range<usize>> {
    excerpt.words.iter().map(|range| range.start + 5..range.end + 5).collect()
}
