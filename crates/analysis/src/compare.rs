//! What the documents of a period say together.
//!
//! ```text
//! documents that a period sees, what earlier ones hand on --each area's step--> its findings, what it hands on --> store
//! a period that sees the same as before ------------------- store ------------> what it handed on
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use findings::timeline::{self, Sentences, Step};
use findings::{Period, When, discrepancies, names, quotes, stories};
use rayon::prelude::*;
use record::{Document, DocumentId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::areas::Area;
use crate::parts::{Kept, Part};
use crate::store::{Compared, Fingerprint, StoreError};

/// What a period hands on: to later ones, and to what is common to all.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct HandedOn {
    echoes: Vec<quotes::Echo>,
    taken: stories::Taken,
    pub(crate) events: Vec<stories::Event>,
    /// Of each event.
    pub(crate) first_steps: Vec<Vec<Step>>,
    pub(crate) discrepancies: Vec<discrepancies::Discrepancy>,
    pub(crate) spellings: Vec<names::Spellings>,
}

/// What a period is given: documents, and what earlier ones hand on.
pub(crate) struct Before<'a> {
    /// Those of its days.
    pub(crate) own: BTreeSet<&'a DocumentId>,
    /// Those that it sees, in the order of their paths.
    seen: Vec<&'a Document>,
    /// These, and those of any day that share passages with its own: who repeats a statement much later is among them.
    repeating: Vec<&'a Document>,
    echoes: Vec<quotes::Echo>,
    taken: stories::Taken,
}

impl<'a> Before<'a> {
    pub(crate) fn of(
        kept: &Kept<'a>,
        period: &Period,
        partners: &BTreeMap<&str, Vec<&'a Document>>,
        earlier: &[HandedOn],
    ) -> Self {
        let seen: Vec<&Document> = kept.documents().filter(|document| period.sees(document)).collect();
        let own = || seen.iter().filter(|document| period.when(document) == When::Within);
        let partners = own().filter_map(|document| partners.get(document.path.as_str())).flatten();
        let mut repeating: Vec<&Document> = seen.iter().chain(partners).copied().collect();
        repeating.sort_by_key(|document| &document.path);
        repeating.dedup_by_key(|document| &document.path);
        let own: BTreeSet<&DocumentId> = own().map(|document| &document.id).collect();
        let echoes = earlier.iter().flat_map(|handed_on| &handed_on.echoes);
        let echoes = echoes.filter(|echo| own.contains(&echo.document)).cloned().collect();
        let taken = earlier.last().map(|handed_on| handed_on.taken.clone()).unwrap_or_default();
        Self { own, seen, repeating, echoes, taken }
    }

    /// All that the findings of a period depend on.
    pub(crate) fn fingerprint(&self, kept: &Kept<'_>, period: &Period) -> Fingerprint {
        let mut hash = Sha256::new();
        let mut add = |text: String| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(format!("{period:?}"));
        add(json(&self.echoes));
        add(json(&self.taken));
        for document in &self.repeating {
            add(json(&(document, kept.contents(document))));
        }
        hash.finalize().into()
    }
}

/// Brings the findings of a period up to date.
pub(crate) fn of_period(
    kept: &Kept<'_>,
    period: &Period,
    fingerprint: Fingerprint,
    before: &Before<'_>,
) -> Result<HandedOn, StoreError> {
    let number = i64::from(period.number());
    let known = kept.store().handed_on(number, &fingerprint)?;
    if let Some(handed_on) = known.and_then(|handed_on| serde_json::from_slice(&handed_on).ok()) {
        return Ok(handed_on);
    }
    let begun = Instant::now();
    let (said, told) = rayon::join(|| said(kept, period, before), || told(kept, period, before));
    let ((mut found, said), (of_told, told)) = (said?, told?);
    found.extend(of_told);
    let handed_on = HandedOn { echoes: said.echoes, spellings: said.spellings, ..told };
    let compared =
        Compared { number, fingerprint, handed_on: json(&handed_on).into_bytes(), took: begun.elapsed() };
    kept.store().put_period(&compared, &found)?;
    Ok(handed_on)
}

/// Findings of some areas, as lines of JSON.
pub(crate) type Found = Vec<(Area, Vec<String>)>;

/// Names, and statements with their speakers by the names that are meant.
fn said(kept: &Kept<'_>, period: &Period, before: &Before<'_>) -> Result<(Found, HandedOn), StoreError> {
    let names = names::names(&borrowed(&kept.part(Part::Names, &before.seen)?));
    let held = kept.part(Part::Quotes, &before.repeating)?;
    let mut said = quotes::together(&borrowed(&held), &names.meant(), period);
    drop(held);
    put_names(&mut said.statements, &names.repairs);
    said.name_earlier(&before.echoes);
    let names = names.within(|document| before.own.contains(document));
    let found = vec![
        (Area::Quotes, lines(said.statements)),
        (Area::Names, lines(names.repairs)),
        (Area::Variants, lines(names.variants)),
    ];
    let handed_on = HandedOn { echoes: said.echoes, spellings: names.spellings, ..HandedOn::default() };
    Ok((found, handed_on))
}

/// Events, what happened in them, and where documents differ.
fn told(kept: &Kept<'_>, period: &Period, before: &Before<'_>) -> Result<(Found, HandedOn), StoreError> {
    let held = kept.part(Part::Stories, &before.seen)?;
    let seen = borrowed(&held);
    let (events, taken) = stories::together(&seen, period, before.taken.clone());
    let sentences = Sentences::of(&seen);
    let steps: Vec<Vec<Step>> = events.par_iter().map(|event| sentences.steps(&event.story)).collect();
    drop(held);
    let first_steps = steps.iter().map(|steps| timeline::firsts(steps).cloned().collect()).collect();
    let steps = steps.iter().flatten().map(|step| TimelineStep { of: Some(&step.story), step });
    let found = vec![(Area::Timeline, lines(steps.collect()))];
    let held = kept.part(Part::Discrepancies, &before.seen)?;
    let discrepancies = discrepancies::find(&borrowed(&held), period);
    Ok((found, HandedOn { taken, events, first_steps, discrepancies, ..HandedOn::default() }))
}

/// A step of a timeline, and whose: of a story or of a running story by its id, `None` for that of the whole archive.
#[derive(Serialize)]
pub(crate) struct TimelineStep<'a> {
    pub(crate) of: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) step: &'a Step,
}

fn borrowed<'a, T>(held: &'a [(&'a Document, T)]) -> Vec<(&'a Document, &'a T)> {
    held.iter().map(|(document, held)| (*document, held)).collect()
}

/// Findings as lines of JSON, each of which takes the place of one.
pub(crate) fn lines<T: Serialize + Send>(findings: Vec<T>) -> Vec<String> {
    findings.into_par_iter().map(|finding| json(&finding)).collect()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys of findings are texts")
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
