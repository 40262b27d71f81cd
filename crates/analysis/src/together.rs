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

/// For each area its findings as lines of JSON, documents by their ids. `read` gives a document again where its words are
/// needed.
///
/// Areas that take about as long stand beside each other; of what documents hold, no more than they need is in memory.
pub(crate) fn together(
    kept: &Kept<'_>,
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Result<Vec<(Area, Vec<String>)>, StoreError> {
    let (said, told) = rayon::join(|| said(kept), || told(kept));
    let mut findings = said?;
    findings.extend(told?);
    findings.push((Area::Reuse, shared(kept, read)?));
    Ok(findings)
}

/// Names, and statements with their speakers by the names that are meant.
fn said(kept: &Kept<'_>) -> Result<Vec<(Area, Vec<String>)>, StoreError> {
    let names = names::names(&borrowed(&kept.part(Part::Names)?));
    let mut statements = quotes::together(&borrowed(&kept.part(Part::Quotes)?));
    put_names(&mut statements, &names.repairs);
    Ok(vec![
        (Area::Names, lines(&names.repairs)),
        (Area::Spellings, lines(&names.spellings)),
        (Area::Variants, lines(&names.variants)),
        (Area::Quotes, lines(&statements)),
    ])
}

/// Stories, what happened in them, and where documents differ.
fn told(kept: &Kept<'_>) -> Result<Vec<(Area, Vec<String>)>, StoreError> {
    let held = kept.part(Part::Stories)?;
    let stories = stories::together(&borrowed(&held));
    let timelines = timelines(&Timelines::of(&borrowed(&held), &stories), &stories);
    drop(held);
    let mut differences = discrepancies::find(&borrowed(&kept.part(Part::Discrepancies)?));
    put_stories(&mut differences, &stories);
    Ok(vec![
        (Area::Stories, lines(&stories)),
        (Area::Timeline, timelines),
        (Area::Discrepancies, lines(&differences)),
    ])
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
    lines(&steps.collect::<Vec<_>>())
}

fn borrowed<'a, T>(held: &'a [(&'a Document, T)]) -> Vec<(&'a Document, &'a T)> {
    held.iter().map(|(document, held)| (*document, held)).collect()
}

/// Findings as lines of JSON.
pub(crate) fn lines(findings: &[impl Serialize + Sync]) -> Vec<String> {
    let line = |finding| serde_json::to_string(finding).expect("keys of findings are texts");
    findings.par_iter().map(line).collect()
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
