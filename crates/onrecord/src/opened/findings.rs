//! The findings of an archive, up to date with its index.

use std::time::Duration;

use analysis::{Area, Key, Listed, Progress, Stage, Standing, Store, UpdateOptions};
use anyhow::Context as _;
use archive::Archive;
use index::Index;
use indicatif::HumanDuration;
use language::parse::Parser;
use library::cited::{Cited, listed};
use models::{Cache, Kind};
use serde_json::Value;

use super::PATIENCE;
use crate::console::Console;

/// By which texts are parsed.
const MODEL: &str = "en-core-web-sm";

/// Findings, and the documents that they name.
pub(crate) struct Findings {
    archive: Archive,
    index: Index,
    store: Store,
}

/// How new findings must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those of all documents, unless only new ones are missing and to compare them takes long.
    ToRead,
    /// Those of all documents.
    UpToDate,
    /// All made anew.
    Anew,
}

/// A comparison that took longer is left to `onrecord analyse`.
const LONG: Duration = Duration::from_secs(30);

/// The findings of an archive, for a command that prints them.
pub(crate) fn findings(archive: &Archive, console: &Console) -> anyhow::Result<Findings> {
    findings_as(Wanted::ToRead, archive, console)
}

/// The findings of an archive: made if there are none, brought up to date if documents have changed since.
pub(crate) fn findings_as(wanted: Wanted, archive: &Archive, console: &Console) -> anyhow::Result<Findings> {
    let index = super::open_index(archive, console)?;
    let documents = listed(archive, index.catalogue())?;
    let parser = parser(console)?;
    let has_parser = parser.is_some();
    if wanted == Wanted::ToRead
        && let Some(store) = Store::open(archive)?
        && are_enough(analysis::standing(&store, &documents, has_parser)?, console)
    {
        return Ok(Findings { archive: archive.clone(), index, store });
    }
    update(archive, &documents, parser.as_ref(), wanted == Wanted::Anew, console)?;
    let store =
        Store::open(archive)?.context("another process has begun to make the findings by other methods")?;
    Ok(Findings { archive: archive.clone(), index, store })
}

/// Whether findings can be printed as they are. If not all new documents are in them, a warning says so.
fn are_enough(standing: Standing, console: &Console) -> bool {
    match standing {
        Standing::Current => true,
        Standing::Behind { new, takes } if takes >= LONG => {
            console.warning(format_args!(
                "documents that came since the last `onrecord analyse` are not in the findings: {new}\nhint: it reads them and compares all of their days, which takes about {}",
                HumanDuration(takes)
            ));
            true
        }
        Standing::Behind { .. } | Standing::Outdated => false,
    }
}

/// The findings as the last update left them; none, and a warning, if they can't be read. For commands that only say more if
/// they are there.
pub(crate) fn as_left(archive: &Archive, console: &Console) -> Option<Store> {
    Store::open(archive).unwrap_or_else(|error| {
        console.warning(error);
        None
    })
}

/// Reads what has changed and compares it, with progress.
fn update(
    archive: &Archive,
    documents: &[Listed],
    parser: Option<&Parser>,
    anew: bool,
    console: &Console,
) -> anyhow::Result<()> {
    let purpose = "onrecord analyse";
    let options = UpdateOptions { anew, patience: PATIENCE, ..UpdateOptions::new(parser, purpose) };
    let bar = console.progress(0, "reading", "documents");
    let report = analysis::update(archive, documents, options, |Progress { stage, done, total }| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if stage == Stage::Comparing {
            bar.set_message("comparing");
        }
    });
    bar.finish_and_clear();
    for (path, why) in report?.failed {
        console.warning(format_args!("`{path}`: {why}"));
    }
    Ok(())
}

/// The parser, if it is installed; a remark if it is not.
fn parser(console: &Console) -> anyhow::Result<Option<Parser>> {
    let Ok(files) = Cache::of_user()?.locate_for(Kind::Parser, MODEL) else {
        console.warning("no parser is installed: names and statements are found in part only\nhint: `onrecord models fetch language` (13 MB)");
        return Ok(None);
    };
    Ok(Some(Parser::load(&files.folder)?))
}

impl Findings {
    /// How many findings an area has.
    pub(crate) fn count(&self, area: Area) -> anyhow::Result<u64> {
        Ok(self.store.count(area)?)
    }

    /// Visits the findings of an area in order, or those of them that have a key, documents in place of their ids, until
    /// `visit` says `false`.
    pub(crate) fn each(
        &self,
        area: Area,
        key: Option<Key<'_>>,
        visit: impl FnMut(Value) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        Cited::of(&self.archive, &self.index).each(&self.store, area, key, visit)
    }
}
