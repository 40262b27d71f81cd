//! What documents say together: a period after the other, and then what is common to all.
//!
//! ```text
//! all documents --> passages that two of them share
//! documents of a period --compared, or known from before--> its findings, what it hands on --+--> store
//! what all periods hand on --> running stories, surest discrepancies, spellings -------------+
//! ```

use std::collections::BTreeMap;
use std::time::Instant;

use findings::stories::Story;
use findings::timeline::{self, Step};
use findings::{Material, Period, discrepancies, names, stories};
use record::Document;

use crate::areas::Area;
use crate::compare::{Before, Found, HandedOn, TimelineStep, lines, of_period};
use crate::parts::Kept;
use crate::shared::shared;
use crate::store::{Fingerprint, StoreError};

/// Finds what documents say together and keeps it, as lines of JSON with documents by their ids; it becomes what readers see
/// when [`Store::finish`](crate::store::Store::finish) is called with the periods that this returns. `read` gives a document
/// again where its words are needed; `progress` is told how many documents are done.
///
/// Of what documents hold, no more than two areas need of one period is in memory.
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
