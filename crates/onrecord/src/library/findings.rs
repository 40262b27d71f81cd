//! The findings of an archive, up to date with its index.

use std::collections::BTreeMap;
use std::time::Duration;

use analysis::{Area, Listed, Progress, Stage, Standing, Store, UpdateOptions};
use anyhow::Context as _;
use archive::Archive;
use index::{Catalogue, CopyReason, Known};
use indicatif::HumanDuration;
use language::parse::Parser;
use models::{Cache, Kind};
use record::{DocumentId, Place, address};
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value};

use super::PATIENCE;
use crate::console::Console;

/// By which texts are parsed.
const MODEL: &str = "en-core-web-sm";

/// Findings, and the documents that they name.
pub(crate) struct Findings {
    store: Store,
    printed: Printed,
}

/// Documents as they are printed where findings name them.
pub(crate) struct Printed {
    documents: BTreeMap<String, Value>,
}

/// How new findings must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those of all documents, unless a comparison of them takes long and only new ones are missing.
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
    let printed = Printed::of_listed(&documents)?;
    if wanted != Wanted::Anew
        && let Some(store) = Store::open(archive)?
        && are_enough(&store, analysis::standing(&store, &documents, has_parser)?, wanted, console)?
    {
        return Ok(Findings { store, printed });
    }
    update(archive, &documents, parser.as_ref(), wanted == Wanted::Anew, console)?;
    let store =
        Store::open(archive)?.context("another process has begun to make the findings by other methods")?;
    Ok(Findings { store, printed })
}

/// Whether findings can be printed as they are. If not all new documents are in them, a warning says so.
fn are_enough(store: &Store, standing: Standing, wanted: Wanted, console: &Console) -> anyhow::Result<bool> {
    match standing {
        Standing::Current => Ok(true),
        Standing::Behind { new } if wanted == Wanted::ToRead && store.compared_in()? >= LONG => {
            console.warning(format_args!(
                "documents that came since the last `onrecord analyse` are not in the findings: {new}\nhint: it reads them and compares all of them, which took {} the last time",
                HumanDuration(store.compared_in()?)
            ));
            Ok(true)
        }
        Standing::Behind { .. } | Standing::Outdated => Ok(false),
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

/// A spelling proposed for a name in a segment; what was heard stays as it is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Repair {
    pub(crate) heard: String,
    pub(crate) canonical: String,
    pub(crate) confidence: f64,
    #[serde(skip)]
    pub(crate) segment: u64,
}

/// The repairs proposed for a document, as the last `onrecord names` or `onrecord analyse` left them.
pub(crate) fn repairs(
    archive: &Archive,
    document: &DocumentId,
    console: &Console,
) -> anyhow::Result<Vec<Repair>> {
    let Some(store) = as_left(archive, console) else { return Ok(Vec::new()) };
    let mut repairs = Vec::new();
    store.each(Area::Names, |line| {
        // Most lines are about other documents: only those that may be about this one are read.
        if line.contains(document.as_str())
            && let Ok(finding) = serde_json::from_str::<Value>(line)
            && finding["document"] == document.as_str()
            && let Some(segment) = finding["segment"].as_u64()
        {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            let confidence = finding["confidence"].as_f64().unwrap_or_default();
            repairs.push(Repair { heard: text("heard"), canonical: text("canonical"), confidence, segment });
        }
        true
    })?;
    Ok(repairs)
}

/// Reads what has changed and compares all, with progress.
fn update(
    archive: &Archive,
    documents: &[Listed],
    parser: Option<&Parser>,
    anew: bool,
    console: &Console,
) -> anyhow::Result<()> {
    let options = UpdateOptions { parser, anew, purpose: "onrecord analyse", patience: PATIENCE };
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

/// The documents that findings are looked for in, one of each id: all but what has the address of another.
///
/// A clip that was posted twice is looked at twice: that two outlets carried it is a finding, too.
fn listed(archive: &Archive, catalogue: &Catalogue) -> anyhow::Result<Vec<Listed>> {
    let mut of_id: BTreeMap<DocumentId, Vec<Known>> = BTreeMap::new();
    catalogue.each_document(|known| {
        if !known.copy_of.as_ref().is_some_and(|copied| has_its_address(copied.reason)) {
            of_id.entry(known.document.id.clone()).or_default().push(known);
        }
        true
    })?;
    let newest = of_id.into_values().filter_map(|same| super::newest(archive, same));
    let listed = newest.map(|known| Listed {
        document: known.document,
        content: known.content,
        sidecar_content: known.sidecar_content,
        language: known.language,
    });
    Ok(listed.collect())
}

/// Whether a copy is of one address with what stands for it.
pub(crate) fn has_its_address(reason: CopyReason) -> bool {
    matches!(reason, CopyReason::SameRecording | CopyReason::Revision)
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

    /// Visits the findings of an area in order, documents in place of their ids, until `visit` says `false`.
    pub(crate) fn each(
        &self,
        area: Area,
        mut visit: impl FnMut(Value) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let mut failed = Ok(());
        self.store.each(area, |line| {
            let next = serde_json::from_str(line).map_err(anyhow::Error::from).and_then(|mut finding| {
                self.printed.put_documents(&mut finding);
                visit(finding)
            });
            next.unwrap_or_else(|error| {
                failed = Err(error);
                false
            })
        })?;
        failed
    }
}

impl Printed {
    /// The documents of an archive.
    pub(crate) fn of(archive: &Archive, catalogue: &Catalogue) -> anyhow::Result<Self> {
        Self::of_listed(&listed(archive, catalogue)?)
    }

    fn of_listed(documents: &[Listed]) -> anyhow::Result<Self> {
        let printed =
            |listed: &Listed| Ok((listed.document.id.to_string(), serde_json::to_value(&listed.document)?));
        Ok(Self { documents: documents.iter().map(printed).collect::<anyhow::Result<_>>()? })
    }

    /// A finding with documents in place of their ids.
    pub(crate) fn value(&self, finding: &impl Serialize) -> anyhow::Result<Value> {
        let mut value = serde_json::to_value(finding)?;
        self.put_documents(&mut value);
        Ok(value)
    }

    /// Puts documents where their ids stand, and beside each a link to the place.
    fn put_documents(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.put_documents(field));
                let id = fields.get("document").and_then(Value::as_str).unwrap_or_default();
                if let Some(document) = self.documents.get(id) {
                    fields.insert("document".to_owned(), document.clone());
                    let link = link(fields);
                    fields.insert("link".to_owned(), link.into());
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.put_documents(value)),
            _ => {}
        }
    }
}

/// The address that opens the place that an object has, or its document where it has none.
fn link(fields: &Map<String, Value>) -> Option<String> {
    let url = fields.get("document")?.get("url")?.as_str()?;
    let Ok(place) = Place::deserialize(Value::Object(fields.clone())) else { return address::openable(url) };
    let text = fields.get("text").or_else(|| fields.get("words")).and_then(Value::as_str);
    place.link_to(url, text.unwrap_or_default())
}
