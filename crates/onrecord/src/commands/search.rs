//! `onrecord search`: every place where something was said, best first.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::{self, Placed, clock};
use clap::builder::RangedU64ValueParser;
use index::{Hit, MAX_HITS, Query, SearchOptions};
use jiff::civil::Date;
use serde::Serialize;

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
    score: f64,
    text: &'a str,
    link: Option<&'a str>,
    speaker: Option<&'a str>,
    /// Half-open ranges of characters of `text`.
    words: Vec<[usize; 2]>,
    /// The sentence around it, which may begin before the place.
    sentence: &'a str,
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
        if index.catalogue().has_unfinished_update()? {
            console.warning(
                "the index is being updated, or an update was interrupted: not everything is found\nhint: `onrecord reindex` finishes it",
            );
        }
        let layout = Layout::of_stdout();
        for (position, hit) in hits.iter().enumerate() {
            print(console, &layout, position + 1, hit)?;
        }
        if hits.is_empty() {
            // Never "nobody said it": it may have been said where nobody recorded it.
            console.remark("nothing like this is in this record");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }
}

fn print(console: &Console, layout: &Layout, rank: usize, hit: &Hit) -> anyhow::Result<()> {
    if !console.is_json() {
        return Ok(console.raw(for_people(layout, rank, hit).as_bytes())?);
    }
    let fields = Fields {
        rank,
        score: rounded(hit.score),
        text: &hit.text,
        link: hit.link.as_deref(),
        speaker: hit.speaker.as_deref(),
        words: hit.words.iter().map(|range| [range.start, range.end]).collect(),
        sentence: &hit.sentence.text,
        mode: "words",
    };
    Ok(console.object(&Placed { document: &hit.document, place: &hit.place, fields })?)
}

/// As many decimals as mean something.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

/// Which document, the sentence at its second, and the link.
fn for_people(layout: &Layout, rank: usize, hit: &Hit) -> String {
    let mut text = if rank > 1 { "\n".to_string() } else { String::new() };
    text += &layout.paragraph(&format!("{rank:>3}  "), &heading(&hit.document), &[]);
    let speaker = hit.speaker.as_deref().map_or(String::new(), |speaker| format!("{speaker}: "));
    let lead = format!("     {}  {speaker}", clock(&hit.place));
    text += &layout.paragraph(&lead, &hit.sentence.text, &hit.sentence.words);
    // Never wrapped: nobody could open it then.
    let link = hit.link.as_deref().unwrap_or(&hit.document.path);
    text + &format!("     {}\n", one_line(link))
}
