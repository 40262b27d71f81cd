//! What documents say together: each area's step on all of them.

use std::collections::{BTreeMap, BTreeSet};

use findings::timeline::{Step, Timelines};
use findings::{Material, discrepancies, names, quotes, stories};
use rayon::prelude::*;
use record::Document;
use serde::Serialize;

use crate::areas::Area;
use crate::parts::{Kept, Part};
use crate::shared::shared;
use crate::store::StoreError;

/// Finds what documents say together and keeps it, an area after the other as lines of JSON with documents by their ids; it
/// becomes what readers see when [`Store::finish`](crate::store::Store::finish) is called. `read` gives a document again where
/// its words are needed.
///
/// Of what documents hold, no more than one area needs is in memory: each area works on all cores by itself.
pub(crate) fn together(
    kept: &Kept<'_>,
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Result<(), StoreError> {
    kept.store().begin()?;
    said(kept)?;
    told(kept)?;
    let shared = shared(kept, read)?;
    kept.store().put(Area::Reuse, &shared)
}

/// Names, and statements with their speakers by the names that are meant.
fn said(kept: &Kept<'_>) -> Result<(), StoreError> {
    let names = names::names(&borrowed(&kept.part(Part::Names)?));
    let mut statements = quotes::together(&borrowed(&kept.part(Part::Quotes)?), &names.meant());
    put_names(&mut statements, &names.repairs);
    kept.store().put(Area::Quotes, &lines(statements))?;
    kept.store().put(Area::Names, &lines(names.repairs))?;
    kept.store().put(Area::Spellings, &lines(names.spellings))?;
    kept.store().put(Area::Variants, &lines(names.variants))
}

/// Stories, what happened in them, and where documents differ.
fn told(kept: &Kept<'_>) -> Result<(), StoreError> {
    let held = kept.part(Part::Stories)?;
    let stories = stories::together(&borrowed(&held));
    let timelines = timelines(&Timelines::of(&borrowed(&held), &stories), &stories);
    drop(held);
    kept.store().put(Area::Timeline, &timelines)?;
    let mut differences = discrepancies::find(&borrowed(&kept.part(Part::Discrepancies)?));
    put_stories(&mut differences, &stories);
    kept.store().put(Area::Discrepancies, &lines(differences))?;
    kept.store().put(Area::Stories, &lines(stories))
}

/// A step of a timeline, and whose: of a story or of a running story by its id, `None` for that of the whole archive.
#[derive(Serialize)]
struct TimelineStep<'a> {
    of: Option<&'a str>,
    #[serde(flatten)]
    step: Step,
}

/// The timelines of the archive, of each running story and of each story.
fn timelines(timelines: &Timelines<'_>, stories: &[stories::Story]) -> Vec<String> {
    let running: BTreeSet<&str> = stories.iter().filter_map(|story| story.running.as_deref()).collect();
    let ids = running.into_iter().chain(stories.iter().map(|story| story.id.as_str()));
    let ofs: Vec<Option<&str>> = [None].into_iter().chain(ids.map(Some)).collect();
    let steps = ofs.par_iter().flat_map_iter(|of| {
        let steps = timelines.steps(*of).unwrap_or_default();
        steps.into_iter().map(|step| TimelineStep { of: *of, step })
    });
    lines(steps.collect())
}

fn borrowed<'a, T>(held: &'a [(&'a Document, T)]) -> Vec<(&'a Document, &'a T)> {
    held.iter().map(|(document, held)| (*document, held)).collect()
}

/// Findings as lines of JSON, each of which takes the place of one.
pub(crate) fn lines<T: Serialize + Send>(findings: Vec<T>) -> Vec<String> {
    let line = |finding| serde_json::to_string(&finding).expect("keys of findings are texts");
    findings.into_par_iter().map(line).collect()
}

/// Speakers by the names that are meant, where a repair was proposed for what was heard in the same document.
fn put_names(statements: &mut [quotes::Statement], repairs: &[names::Repair]) {
    let meant: BTreeMap<(&str, &str), &str> = repairs
        .iter()
        .map(|repair| ((repair.citation.document.as_str(), repair.heard.as_str()), repair.canonical.as_str()))
        .collect();
    for statement in statements {
        let heard = statement.speaker.name.as_deref().unwrap_or_default();
        if let Some(name) = meant.get(&(statement.citation.document.as_str(), heard)) {
            statement.speaker.name = Some((*name).to_owned());
        }
    }
}

/// Which story two sides belong to: one that has both documents.
fn put_stories(differences: &mut [discrepancies::Discrepancy], stories: &[stories::Story]) {
    let mut of_document: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for story in stories {
        for member in &story.members {
            of_document.entry(member.document.as_str()).or_default().push(&story.id);
        }
    }
    for difference in differences {
        let stories = |side: &discrepancies::Side| of_document.get(side.citation.document.as_str());
        if let (Some(left), Some(right)) = (stories(&difference.left), stories(&difference.right)) {
            difference.story =
                left.iter().find(|story| right.contains(story)).map(|story| (*story).to_owned());
        }
    }
}
