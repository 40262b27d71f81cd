//! `onrecord search`: every place where something was said, best first.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::library::{self, Placed, clock};
use anyhow::bail;
use archive::Archive;
use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use index::{AlsoIn, Hit, Index, MAX_HITS, Mode, QUERY_HELP, Query, SearchOptions, SortBy};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

/// Find every place where something was said, with its second
///
/// A question in plain words is answered by words and meaning together (`onrecord models fetch meaning`); a query with
/// quotes or operators by words alone. A query that begins with a hyphen goes behind `--`.
#[derive(clap::Args)]
#[command(after_long_help = QUERY_HELP)]
pub(crate) struct Search {
    /// What to look for
    #[arg(required = true)]
    query: Vec<String>,
    /// Most hits to show
    #[arg(long, short = 'n', default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_HITS as u64))]
    limit: usize,
    /// By words, by meaning, or by both
    #[arg(long, value_enum, default_value_t = ByWhat::Hybrid)]
    mode: ByWhat,
    /// In which order
    #[arg(long, value_enum, default_value_t = Sort::Relevance)]
    sort: Sort,
    /// Show the best hit of each document only, with how many it has
    #[arg(long, value_enum)]
    group: Option<Group>,
    /// Show so many segments before and behind each hit
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = RangedU64ValueParser::<usize>::new().range(0..=100))]
    context: usize,
    /// Only count: passages, documents, time
    #[arg(long)]
    count: bool,
    /// Say how the query is understood, and do not search
    #[arg(long)]
    explain: bool,
    /// Only this show, by its name or a part of it; as `show:` in the query
    #[arg(long)]
    show: Option<String>,
    /// Only this outlet; as `outlet:` in the query
    #[arg(long)]
    outlet: Option<String>,
    /// Only what was published on this day (YYYY-MM-DD) or later; as `after:`
    #[arg(long, value_name = "DAY")]
    after: Option<Date>,
    /// Only what was published before this day; as `before:`
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
    /// Only what has all words, however long the question is
    #[arg(long)]
    all_words: bool,
    /// Look at doubtful segments, too
    #[arg(long)]
    with_suspects: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ByWhat {
    Words,
    Meaning,
    Hybrid,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Clone, Copy, ValueEnum)]
enum Group {
    Document,
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
    mode: Mode,
    /// Whether it is doubted.
    suspect: bool,
    /// Words of the question that are not there.
    missing: &'a [String],
    /// Documents that say the same.
    also_in: &'a [AlsoIn],
    #[serde(skip_serializing_if = "Option::is_none")]
    hits_in_document: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

/// What is said before and behind a hit.
#[derive(Serialize)]
struct Context {
    before: Vec<String>,
    after: Vec<String>,
}

impl Search {
    /// Prints the hits.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let query = parse(&self.query.join(" "))?;
        if self.explain {
            return self.print_explanation(&query, console);
        }
        let archive = library::archive(global)?;
        let index = library::open_index_with_meaning(&archive, console)?;
        if index.catalogue().has_unfinished_update()? {
            console.warning(
                "the index is being updated, or an update was interrupted: not everything is found\nhint: `onrecord index` finishes it",
            );
        }
        if self.count {
            return self.print_counts(&index, &query, console);
        }
        self.print_hits(&archive, &index, &query, console)
    }

    fn options(&self) -> SearchOptions {
        SearchOptions {
            limit: self.limit,
            mode: match self.mode {
                ByWhat::Words => Mode::Words,
                ByWhat::Meaning => Mode::Meaning,
                ByWhat::Hybrid => Mode::Hybrid,
            },
            show: self.show.clone(),
            outlet: self.outlet.clone(),
            after: self.after,
            before: self.before,
            with_suspects: self.with_suspects,
            sort: match self.sort {
                Sort::Relevance => SortBy::Relevance,
                Sort::Newest => SortBy::Newest,
                Sort::Oldest => SortBy::Oldest,
            },
            by_document: self.group.is_some(),
            all_words: self.all_words,
        }
    }

    fn print_explanation(&self, query: &Query, console: &Console) -> anyhow::Result<Outcome> {
        if console.is_json() {
            console.object(&json!({"query": query.to_string(), "explanation": query.explain()}))?;
        } else {
            query.explain().lines().try_for_each(|line| console.line(line))?;
        }
        Ok(Outcome::Done)
    }

    fn print_counts(&self, index: &Index, query: &Query, console: &Console) -> anyhow::Result<Outcome> {
        let counts = index.count(query, &self.options())?;
        if console.is_json() {
            console.object(&json!({
                "query": query.to_string(), "hits": counts.passages, "documents": counts.documents,
                "airtime_seconds": counts.airtime.as_seconds_f64(),
            }))?;
        } else {
            let minutes = counts.airtime.as_seconds_f64() / 60.0;
            console.line(format!(
                "{} passages in {} documents, {minutes:.1} minutes",
                counts.passages, counts.documents
            ))?;
        }
        Ok(if counts.passages == 0 { Outcome::NothingFound } else { Outcome::Done })
    }

    fn print_hits(
        &self,
        archive: &Archive,
        index: &Index,
        query: &Query,
        console: &Console,
    ) -> anyhow::Result<Outcome> {
        let answer = index.search(query, &self.options())?;
        if matches!(self.mode, ByWhat::Meaning) && answer.mode != Mode::Meaning {
            console.warning("there are no vectors to search by meaning: words were searched\nhint: `onrecord models fetch meaning`, then `onrecord index`");
        }
        for path in &answer.stale {
            console.warning(format_args!(
                "`{path}` has changed since it was indexed: what it says there is left out\nhint: `onrecord index` brings the index up to date"
            ));
        }
        let layout = Layout::of_stdout();
        for (position, hit) in answer.hits.iter().enumerate() {
            let context = (self.context > 0).then(|| self.context_of(archive, hit)).transpose()?;
            print(console, &layout, position + 1, hit, answer.mode, context)?;
        }
        if answer.hits.is_empty() {
            // Never "nobody said it": it may have been said where nobody recorded it.
            console.remark("nothing like this is in this record");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }

    fn context_of(&self, archive: &Archive, hit: &Hit) -> anyhow::Result<Context> {
        let (before, after) = library::around(archive, hit, self.context)?;
        Ok(Context { before, after })
    }
}

/// Understands a query; an error shows the place.
pub(super) fn parse(text: &str) -> anyhow::Result<Query> {
    match Query::parse(text) {
        Ok(query) => Ok(query),
        Err(error) => {
            let message = error.to_string();
            let (sentence, hint) = message.split_once('\n').unwrap_or((&message, ""));
            let pointed = format!("{sentence}\n{}\n{hint}", error.pointer(text));
            bail!("{}", pointed.trim_end())
        }
    }
}

fn print(
    console: &Console,
    layout: &Layout,
    rank: usize,
    hit: &Hit,
    mode: Mode,
    context: Option<Context>,
) -> anyhow::Result<()> {
    if !console.is_json() {
        return Ok(console.raw(for_people(layout, rank, hit, context.as_ref()).as_bytes())?);
    }
    let fields = Fields {
        rank,
        score: rounded(hit.score),
        text: &hit.text,
        link: hit.link.as_deref(),
        speaker: hit.speaker.as_deref(),
        words: hit.words.iter().map(|range| [range.start, range.end]).collect(),
        sentence: &hit.sentence.text,
        mode,
        suspect: hit.is_suspect,
        missing: &hit.missing,
        also_in: &hit.also_in,
        hits_in_document: hit.hits_in_document,
        context,
    };
    Ok(console.object(&Placed { document: &hit.document, place: &hit.place, fields })?)
}

/// As many decimals as mean something.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
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
