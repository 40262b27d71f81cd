//! `onrecord saved`: what is new since somebody last looked.

use super::search::{Printer, Shown};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use crate::library::saved::{self, SavedSearch, SearchName};
use archive::Archive;
use clap::builder::RangedU64ValueParser;
use index::{Answer, Index, MAX_HITS, Query, Scope, SearchOptions, SortBy};
use serde_json::json;

/// List saved searches, or say what one of them finds that is new
///
/// `onrecord search QUERY --save NAME` saves one. With a name, the hits in documents that were not there or did not say
/// it when you last looked are shown, the oldest first, and count as seen from then on. Saved searches go by words,
/// exactly; they are files in the folder `Searches` of the archive.
#[derive(clap::Args)]
pub(crate) struct Saved {
    /// Which search; all are listed without it
    name: Option<SearchName>,
    /// Most hits to show; what is left is shown the next time
    #[arg(long, short = 'n', default_value_t = 100, value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_HITS as u64))]
    limit: usize,
    /// Do not count what is shown as seen
    #[arg(long, requires = "name")]
    keep: bool,
    /// Remove the search
    #[arg(long, requires = "name", conflicts_with = "keep")]
    forget: bool,
    /// Comma-separated values for spreadsheets, a row a hit
    #[arg(long, requires = "name", conflicts_with = "json")]
    csv: bool,
}

impl Saved {
    /// Prints the list, or the new hits.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = library::archive(global)?;
        let Some(name) = &self.name else { return list(&archive, console) };
        if self.forget {
            SavedSearch::forget(&archive, name)?;
            console.remark(format_args!("`{name}` is forgotten"));
            return Ok(Outcome::Done);
        }
        let mut saved = SavedSearch::load(&archive, name)?;
        library::update(&archive, "onrecord saved", Scope::All, false, console)?;
        let index = library::open_index(&archive, console)?;
        let answer = self.new_hits(&archive, &index, &saved)?;
        let name_text = name.to_string();
        let asked: [Shown<'_>; 1] = [("search", &name_text)];
        let printer = Printer::new(&archive, console, self.csv, 0);
        printer.begin(&["search"])?;
        printer.print(&answer, &asked)?;
        if !self.keep {
            saved.note(&index, &self.shown_whole(&answer))?;
            saved.save(&archive, name)?;
        }
        match answer.hits.len() {
            0 => console.remark("nothing new"),
            found if found == self.limit => {
                console.remark("there may be more: the same command shows them the next time");
            }
            _ => {}
        }
        Ok(if answer.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
    }

    fn new_hits(&self, archive: &Archive, index: &Index, saved: &SavedSearch) -> anyhow::Result<Answer> {
        let unseen = saved.unseen(archive, index)?;
        let options =
            SearchOptions { limit: self.limit, sort: SortBy::Oldest, only: Some(unseen), ..saved.options() };
        Ok(index.search(&Query::parse(&saved.query)?, &options)?)
    }

    /// The documents of which all hits were shown.
    fn shown_whole(&self, answer: &Answer) -> Vec<String> {
        let mut paths: Vec<String> = answer.hits.iter().map(|hit| hit.document.path.clone()).collect();
        if paths.len() == self.limit
            && let Some(last) = paths.pop()
        {
            // Hits of one document follow each other; if all are of one, nothing would ever be seen.
            let is_alone = paths.iter().all(|path| *path == last);
            if is_alone {
                paths.push(last);
            } else {
                paths.retain(|path| *path != last);
            }
        }
        paths.dedup();
        paths
    }
}

fn list(archive: &Archive, console: &Console) -> anyhow::Result<Outcome> {
    let names = saved::names(archive)?;
    if names.is_empty() {
        console.remark("no search is saved\nhint: `onrecord search QUERY --save NAME` saves one");
        return Ok(Outcome::NothingFound);
    }
    library::update(archive, "onrecord saved", Scope::All, false, console)?;
    let index = library::open_index(archive, console)?;
    let mut outcome = Outcome::Done;
    for name in names {
        let listed = SavedSearch::load(archive, &name)
            .and_then(|saved| Ok((saved.unseen(archive, &index)?.len(), saved)));
        let (unseen, saved) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                console.error(&error.context(format!("the saved search `{name}`")));
                outcome = Outcome::Failed;
                continue;
            }
        };
        if console.is_json() {
            console.object(&json!({
                "name": name.to_string(), "query": saved.query, "saved": saved.saved, "looked": saved.looked,
                "new_documents": unseen,
            }))?;
        } else {
            let looked = saved.looked.strftime("%Y-%m-%d %H:%M UTC");
            console.line(format!("{name}: {unseen} new documents since {looked}  ({})", saved.query))?;
        }
    }
    Ok(outcome)
}
