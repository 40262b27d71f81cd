//! What documents say together: a period after the other, and then what is common to all.
//!
//! ```text
//! all documents --> passages that two of them share
//! documents that a period sees, what earlier ones hand on --each area's step--> its findings, what it hands on --+--> store
//! a period that sees the same as before ------------------- store --------------> what it hands on --------------+
//! what all periods hand on --> running stories, surest discrepancies, spellings --> store
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use findings::stories::Story;
use findings::timeline::{self, Sentences, Step};
use findings::{Material, Period, When, discrepancies, names, quotes, stories};
use rayon::prelude::*;
use record::{Document, DocumentId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::areas::Area;
use crate::parts::{Kept, Part};
use crate::shared::shared;
use crate::store::{Compared, Fingerprint, StoreError};

/// Finds what documents say together and keeps it, as lines of JSON with documents by their ids; it becomes what readers see
/// when [`Store::finish`](crate::store::Store::finish) is called with the periods that this returns. `read` gives a document
/// again where its words are needed; `progress` is told how many documents are done.
///
/// Of what documents hold, no more than one area needs of one period is in memory.
pub(crate) fn together(
    kept: &Kept<'_>,
    most_documents: usize,
    read: impl Fn(&Document) -> Option<Material> + Sync,
    mut progress: impl FnMut(usize),
) -> Result<Vec<(i64, Fingerprint)>, StoreError> {
    kept.store().begin()?;
    progress(0);
    let shared = shared(kept, read)?;
    let mut compared = Vec::new();
    let mut of_all: Vec<HandedOn> = Vec::new();
    let mut done = 0;
    for period in Period::of(kept.documents(), most_documents) {
        let before = Before::of(kept, &period, &shared.partners, &of_all);
        done += before.own.len();
        let fingerprint = before.fingerprint(kept, &period);
        of_all.push(of_period(kept, &period, fingerprint, &before)?);
        compared.push((i64::from(period.number()), fingerprint));
        progress(done);
    }
    let begun = Instant::now();
    let mut found = of_all_periods(of_all);
    found.push((Area::Reuse, shared.lines));
    kept.store().put_common(&found, begun.elapsed())?;
    Ok(compared)
}

/// What a period hands on: to later ones, and to what is common to all.
#[derive(Default, Serialize, Deserialize)]
struct HandedOn {
    echoes: Vec<quotes::Echo>,
    taken: stories::Taken,
    events: Vec<stories::Event>,
    /// Of each event.
    first_steps: Vec<Vec<Step>>,
    discrepancies: Vec<discrepancies::Discrepancy>,
    spellings: Vec<names::Spellings>,
}

/// What a period is given: documents, and what earlier ones hand on.
struct Before<'a> {
    /// Those of its days.
    own: BTreeSet<&'a DocumentId>,
    /// Those that it sees, in the order of their paths.
    seen: Vec<&'a Document>,
    /// These, and those of any day that share passages with its own: who repeats a statement much later is among them.
    repeating: Vec<&'a Document>,
    echoes: Vec<quotes::Echo>,
    taken: stories::Taken,
}

impl<'a> Before<'a> {
    fn of(
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
    fn fingerprint(&self, kept: &Kept<'_>, period: &Period) -> Fingerprint {
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
fn of_period(
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
    let mut found = Vec::new();
    let mut handed_on = HandedOn::default();
    said(kept, period, before, &mut found, &mut handed_on)?;
    told(kept, period, before, &mut found, &mut handed_on)?;
    let compared = Compared { number, fingerprint, handed_on: json(&handed_on).into_bytes(), took: begun.elapsed() };
    kept.store().put_period(&compared, &found)?;
    Ok(handed_on)
}

/// Findings of some areas, as lines of JSON.
type Found = Vec<(Area, Vec<String>)>;

/// Names, and statements with their speakers by the names that are meant.
fn said(
    kept: &Kept<'_>,
    period: &Period,
    before: &Before<'_>,
    found: &mut Found,
    handed_on: &mut HandedOn,
) -> Result<(), StoreError> {
    let names = names::names(&borrowed(&kept.part(Part::Names, &before.seen)?));
    let held = kept.part(Part::Quotes, &before.repeating)?;
    let mut said = quotes::together(&borrowed(&held), &names.meant(), period);
    drop(held);
    put_names(&mut said.statements, &names.repairs);
    said.name_earlier(&before.echoes);
    let names = names.within(|document| before.own.contains(document));
    found.push((Area::Quotes, lines(said.statements)));
    found.push((Area::Names, lines(names.repairs)));
    found.push((Area::Variants, lines(names.variants)));
    handed_on.echoes = said.echoes;
    handed_on.spellings = names.spellings;
    Ok(())
}

/// Stories, what happened in them, and where documents differ.
fn told(
    kept: &Kept<'_>,
    period: &Period,
    before: &Before<'_>,
    found: &mut Found,
    handed_on: &mut HandedOn,
) -> Result<(), StoreError> {
    let held = kept.part(Part::Stories, &before.seen)?;
    let held = borrowed(&held);
    (handed_on.events, handed_on.taken) = stories::together(&held, period, before.taken.clone());
    let sentences = Sentences::of(&held);
    let steps: Vec<Vec<Step>> =
        handed_on.events.par_iter().map(|event| sentences.steps(&event.story)).collect();
    handed_on.first_steps = steps.iter().map(|steps| timeline::firsts(steps).cloned().collect()).collect();
    let steps = steps.iter().flatten().map(|step| TimelineStep { of: Some(&step.story), step });
    found.push((Area::Timeline, lines(steps.collect())));
    drop((sentences, held));
    let held = kept.part(Part::Discrepancies, &before.seen)?;
    handed_on.discrepancies = discrepancies::find(&borrowed(&held), period);
    Ok(())
}

/// What is common to all periods.
fn of_all_periods(of_all: Vec<HandedOn>) -> Found {
    let (mut events, mut first_steps, mut differences, mut spellings) = (vec![], vec![], vec![], vec![]);
    for handed_on in of_all {
        first_steps.extend(handed_on.first_steps);
        events.extend(handed_on.events);
        differences.push(handed_on.discrepancies);
        spellings.extend(handed_on.spellings);
    }
    let first_steps: BTreeMap<String, Vec<Step>> =
        events.iter().map(|event| event.story.id.clone()).zip(first_steps).collect();
    let stories = stories::stories(events);
    let mut differences = discrepancies::surest_first(differences);
    put_stories(&mut differences, &stories);
    vec![
        (Area::Spellings, lines(names::all_spellings(spellings))),
        (Area::Timeline, timelines(&stories, &first_steps)),
        (Area::Discrepancies, lines(differences)),
        (Area::Stories, lines(stories)),
    ]
}

/// A step of a timeline, and whose: of a story or of a running story by its id, `None` for that of the whole archive.
#[derive(Serialize)]
struct TimelineStep<'a> {
    of: Option<&'a str>,
    #[serde(flatten)]
    step: &'a Step,
}

/// The timelines of the archive and of each running story, of the first steps of their stories.
fn timelines(stories: &[Story], first_steps: &BTreeMap<String, Vec<Step>>) -> Vec<String> {
    let mut running: BTreeMap<&str, Vec<(&Story, &[Step])>> = BTreeMap::new();
    let mut all = Vec::new();
    for story in stories {
        let with_steps = (story, first_steps[&story.id].as_slice());
        all.push(with_steps);
        if let Some(id) = &story.running {
            running.entry(id).or_default().push(with_steps);
        }
    }
    let mut steps = Vec::new();
    for step in timeline::of_stories(all, timeline::FEWEST_OF_ALL) {
        steps.push(TimelineStep { of: None, step });
    }
    for (id, stories) in running {
        for step in timeline::of_stories(stories, timeline::FEWEST_OF_RUNNING) {
            steps.push(TimelineStep { of: Some(id), step });
        }
    }
    lines(steps)
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

/// Which story two sides belong to: one that has both documents.
fn put_stories(differences: &mut [discrepancies::Discrepancy], stories: &[Story]) {
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
