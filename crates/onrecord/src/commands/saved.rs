//! `onrecord saved`: what is new since somebody last looked.

use super::search::{Printer, Shown};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use archive::Archive;
use clap::builder::RangedU64ValueParser;
use index::{Answer, Index, MAX_HITS, Query, Scope, SearchOptions, SortBy};
use library::saved::{self, SavedSearch, SearchName};
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
    /// Most hits to show, but of a document all; what is left is shown the next time
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
        let archive = opened::archive(global)?;
        let Some(name) = &self.name else { return list(&archive, console) };
        if self.forget {
            SavedSearch::forget(&archive, name)?;
            console.remark(format_args!("`{name}` is forgotten"));
            return Ok(Outcome::Done);
        }
        let mut saved = SavedSearch::load(&archive, name)?;
        opened::update(&archive, "onrecord saved", Scope::All, false, console)?;
        let index = opened::open_index(&archive, console)?;
        let (answer, has_more) = self.new_hits(&index, &saved)?;
        let name_text = name.to_string();
        let asked: [Shown<'_>; 1] = [("search", &name_text)];
        let printer = Printer::new(&archive, console, self.csv, 0).unranked();
        printer.begin(&["search"])?;
        printer.print(&answer, &asked)?;
        if !self.keep {
            let mut shown: Vec<String> = answer.hits.iter().map(|hit| hit.document.path.clone()).collect();
            shown.dedup();
            saved.note(&index, &shown)?;
            saved.save(&archive, name)?;
        }
        if answer.hits.is_empty() {
            console.remark("nothing new");
        } else if has_more && !self.keep {
            console.remark("there is more: the same command shows it the next time");
        }
        Ok(if answer.hits.is_empty() { Outcome::NothingFound } else { Outcome::Done })
    }

    /// The new hits of the oldest documents, and whether there are more. Documents are shown whole, so that what counts as
    /// seen was seen.
    fn new_hits(&self, index: &Index, saved: &SavedSearch) -> anyhow::Result<(Answer, bool)> {
        let options = SearchOptions {
            limit: MAX_HITS,
            sort: SortBy::Oldest,
            only: Some(saved.unseen(index)?),
            ..saved.options()
        };
        let mut answer = index.search(&Query::parse(&saved.query)?, &options)?;
        let all = answer.hits.len();
        let of_one_document = answer.hits.chunk_by(|a, b| a.document.path == b.document.path);
        let mut shown = 0;
        for hits in of_one_document {
            if shown > 0 && shown + hits.len() > self.limit {
                break;
            }
            shown += hits.len();
        }
        answer.hits.truncate(shown);
        Ok((answer, shown < all))
    }
}

fn list(archive: &Archive, console: &Console) -> anyhow::Result<Outcome> {
    let names = saved::names(archive)?;
    if names.is_empty() {
        console.remark("no search is saved\nhint: `onrecord search QUERY --save NAME` saves one");
        return Ok(Outcome::NothingFound);
    }
    opened::update(archive, "onrecord saved", Scope::All, false, console)?;
    let index = opened::open_index(archive, console)?;
    let mut outcome = Outcome::Done;
    for name in names {
        let listed =
            SavedSearch::load(archive, &name).and_then(|saved| Ok((saved.unseen(&index)?.len(), saved)));
        let (unseen, saved) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                console.error(&anyhow::Error::from(error).context(format!("the saved search `{name}`")));
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
