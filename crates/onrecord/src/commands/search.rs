//! `onrecord search`: every place where something was said, best first.

mod batch;
mod printed;
mod table;

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use anyhow::bail;
use archive::Archive;
use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use index::{Answer, Index, MAX_HITS, Mode, QUERY_HELP, Query, SearchOptions, SortBy};
use jiff::civil::Date;
use library::saved::{SavedSearch, SearchName};
use library::spellings::{MisheardNames, with_spellings};
pub(super) use printed::{Printer, Shown};
use record::format::csv::line as csv_line;
use serde_json::json;
use std::path::PathBuf;
pub(super) use table::{CSV_COLUMNS, csv_cells};

/// Find every place where something was said, with its second
///
/// A question in plain words is answered by words and meaning together (`onrecord models fetch meaning`); a query with
/// quotes or operators by words alone. A query that begins with a hyphen goes behind `--`.
#[derive(clap::Args)]
#[command(after_long_help = QUERY_HELP)]
pub(crate) struct Search {
    /// What to look for
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    query: Vec<String>,
    /// Answer each query of a CSV file: its column `query`, and `name` if there is one
    #[arg(long, value_name = "FILE", conflicts_with = "explain")]
    batch: Option<PathBuf>,
    /// Comma-separated values for spreadsheets, a row a hit
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Save the query; `onrecord saved NAME` tells later what is new since
    #[arg(long, value_name = "NAME", conflicts_with_all = ["batch", "explain", "count"])]
    save: Option<SearchName>,
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
    /// Only what was heard like this: not the misheard spellings of a name that `onrecord names` repairs
    #[arg(long)]
    as_heard: bool,
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

impl Search {
    /// Prints the hits.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        if let Some(file) = &self.batch {
            return self.run_batch(file, global, console);
        }
        let query = parse(&self.query.join(" "))?;
        if self.explain {
            return print_explanation(&query, console);
        }
        let archive = opened::archive(global)?;
        let index = self.open(&archive, console)?;
        let asked = query.clone();
        let query = self.spelt(&archive, &index, query, console)?;
        if self.count {
            let counts = index.count(&query, &self.options())?;
            if self.csv {
                console.raw(csv_line(["query", "hits", "documents", "airtime_seconds"]).as_bytes())?;
            }
            self.print_counts(None, &asked.to_string(), &counts, console)?;
            return Ok(if counts.passages == 0 { Outcome::NothingFound } else { Outcome::Done });
        }
        let answer = index.search(&query, &self.options())?;
        self.warn(&answer, console);
        let printer = self.printer(&archive, console);
        printer.begin(&[])?;
        printer.print(&answer, &[])?;
        if let Some(name) = &self.save {
            let saved = SavedSearch::of(&asked, &self.options());
            let saved = saved.with_seen(&index)?;
            saved.save_new(&archive, name)?;
            console
                .remark(format_args!("saved as `{name}`: `onrecord saved '{name}'` tells what is new since"));
        }
        let is_exact = answer.mode == Mode::Words && answer.hits.iter().all(|hit| hit.missing.is_empty());
        if answer.hits.len() == self.limit && self.group.is_none() && is_exact {
            let all = index.count_passages(&query, &self.options())?;
            if all > self.limit as u64 {
                console.remark(format_args!("{} of {all} passages (`--limit` shows more)", self.limit));
            }
        }
        if answer.hits.is_empty() {
            // Never "nobody said it": it may have been said where nobody recorded it.
            console.remark("nothing like this is in this record");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }

    /// The query with names under every spelling, if that is wanted.
    fn spelt(
        &self,
        archive: &Archive,
        index: &Index,
        query: Query,
        console: &Console,
    ) -> anyhow::Result<Query> {
        if self.as_heard {
            return Ok(query);
        }
        let Some(findings) = opened::findings::as_left(archive, console) else { return Ok(query) };
        Ok(with_spellings(&MisheardNames::of(&findings)?, index, query)?)
    }

    fn open(&self, archive: &Archive, console: &Console) -> anyhow::Result<Index> {
        let index = opened::open_index_with_meaning(archive, console)?;
        if index.catalogue().has_unfinished_update()? {
            console.warning(
                "the index is being updated, or an update was interrupted: not everything is found\nhint: `onrecord index` finishes it",
            );
        }
        Ok(index)
    }

    fn printer<'a>(&self, archive: &'a Archive, console: &'a Console) -> Printer<'a> {
        let printer = Printer::new(archive, console, self.csv, self.context);
        if matches!(self.sort, Sort::Relevance) { printer } else { printer.unranked() }
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
            kind: None,
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
            only: None,
        }
    }

    /// One row, object or line of counts; in a batch with its query's `name` before it.
    fn print_counts(
        &self,
        name: Option<&str>,
        query: &str,
        counts: &index::Counts,
        console: &Console,
    ) -> anyhow::Result<()> {
        let index::Counts { passages, documents, airtime } = *counts;
        let seconds = airtime.as_seconds_f64();
        if console.is_json() {
            let mut object = json!({
                "query": query, "hits": passages, "documents": documents, "airtime_seconds": seconds,
            });
            if let Some(name) = name {
                object["name"] = name.into();
            }
            return Ok(console.object(&object)?);
        }
        if self.csv {
            let numbers = [passages.to_string(), documents.to_string(), seconds.to_string()];
            let cells = name.into_iter().chain([query]).chain(numbers.iter().map(String::as_str));
            return Ok(console.raw(csv_line(cells).as_bytes())?);
        }
        let of = name.map_or(String::new(), |name| format!("{name}: "));
        Ok(console.line(format!(
            "{of}{passages} passages in {documents} documents, {:.1} minutes",
            seconds / 60.0
        ))?)
    }

    fn warn(&self, answer: &Answer, console: &Console) {
        let is_sorted = !matches!(self.sort, Sort::Relevance);
        if matches!(self.mode, ByWhat::Meaning) && is_sorted {
            console.warning("hits in the order of their dates are found by words");
        } else if matches!(self.mode, ByWhat::Meaning) && answer.mode != Mode::Meaning {
            console.warning("there are no vectors to search by meaning: words were searched\nhint: `onrecord models fetch meaning`, then `onrecord index`");
        }
        for path in &answer.stale {
            console.warning(format_args!(
                "`{path}` has changed since it was indexed: what it says there is left out\nhint: `onrecord index` brings the index up to date"
            ));
        }
    }
}

fn print_explanation(query: &Query, console: &Console) -> anyhow::Result<Outcome> {
    if console.is_json() {
        console.object(&json!({"query": query.to_string(), "explanation": query.explain()}))?;
    } else {
        query.explain().lines().try_for_each(|line| console.line(line))?;
    }
    Ok(Outcome::Done)
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
