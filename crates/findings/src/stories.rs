//! What many documents tell of one event is a story.
//!
//! ```text
//! document --extract, alone--> its terms, its stretches with theirs, sentences that may tell what happened
//! what documents of a period hold --units--> documents and stretches as vectors --clusters--> groups --> events
//! events of all periods --clusters, over a longer time--> stories, and running stories
//! ```
//!
//! A recording that tells several things (a round-up, a press conference, a live stream) is a member by a stretch; one
//! that tells one thing, and an article, is a member as a whole. Nothing is worded here: a title is a title that a member
//! has, or a sentence that was said in it.
//!
//! The promise: the same documents give the same stories in any order, each member says what it shares with the others, and a story
//! keeps its id while its earliest member is the same.

mod chapters;
mod clusters;
#[cfg(test)]
pub(crate) mod fixture;
mod held;
mod running;
mod sentences;
mod stretches;
mod terms;
#[cfg(test)]
mod tests;
mod told;
mod units;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use rayon::prelude::*;
use record::{Document, DocumentId, MediaTime};
use serde::{Deserialize, Serialize};

use crate::{Period, When};
use clusters::Grouping;
pub(crate) use held::Line;
pub use held::{Held, extract};
pub(crate) use terms::terms;
use units::{Unit, Units};
use vectors::Vector;

/// Name and version of the method, as findings name it.
pub const METHOD: &str = "stories/5";

/// How near units of one event are, and for how long outlets tell it.
///
/// Chosen on two sets of labelled events of the development archive, of which the second was labelled when all else had been chosen: from
/// 0.085 to 0.06 the B-cubed F1 of their events rises from 0.810 and 0.600 to 0.813 and 0.613, that of running stories from 0.802 and 0.605 to
/// 0.806 and 0.656; at 0.05 that of events falls. Around 4 days and a half-life of 5 the first is flat. After a change run the evaluation of stories.
const EVENT: Grouping = Grouping { window: 4, nearness: 0.06, half_life: 5.0, most_usual: 0.1 };

/// Groups whose members are less near to each other on average are no stories.
///
/// Above [`EVENT`]'s nearness, which large groups of one event need: with this a quarter of the groups goes, most of them two
/// documents with a common turn of phrase, and the score stays.
const TIGHT: f32 = 0.13;

/// The same for what two documents tell: two may have a turn of phrase in common, three seldom have.
const TIGHT_PAIR: f32 = 0.2;

/// From so many documents on a group is a story however loose: what many tell, each tells in a way of his own.
const LARGE: usize = 5;

/// A unit of no story that is so near to one, by its cosine to all of it, belongs to it.
const LEFTOVER: f32 = 0.2;

/// Terms that explain why a document is a member.
const SHARED_TERMS: usize = 8;

/// An event as the outlets of an archive told it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Names its earliest member, so that it stays when others join.
    pub id: String,
    /// A title of a member, or a sentence that was said in one.
    pub title: String,
    /// The first day on which a member was published.
    pub first: Date,
    /// The last day on which a member was published.
    pub last: Date,
    /// Who carried it, first first.
    pub outlets: Vec<String>,
    /// Who carried it first, by the day and then by the id of its document.
    pub first_by: Option<String>,
    /// Outlets of the archive that published something in those days, and not this.
    pub missing: Vec<String>,
    /// The running story that it is a part of; `None` if it is one of its own.
    pub running: Option<String>,
    /// Whole documents and stretches of documents, by day and id.
    pub members: Vec<Member>,
}

/// What a document has to do with a story. A whole document has no times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Which document.
    pub document: DocumentId,
    /// Where the stretch begins; `None` for a whole document, or where the archive has no times.
    pub start_seconds: Option<MediaTime>,
    /// Where the stretch ends.
    pub end_seconds: Option<MediaTime>,
    /// The segment with which the stretch begins; `None` for a whole document.
    pub segment: Option<u32>,
    /// Its title; of a stretch the title of its chapter, or its first sentence.
    pub headline: String,
    /// What speaks for it.
    pub why: Why,
    /// The stretches that it is made of, by their indices; empty for a whole document.
    #[serde(skip)]
    pub(crate) stretches: Range<usize>,
}

impl Member {
    /// Whether another stretch of the same document follows at once.
    fn is_continued_by(&self, next: &Self) -> bool {
        self.document == next.document
            && !self.stretches.is_empty()
            && self.stretches.end == next.stretches.start
    }

    /// Takes the stretch that follows; what speaks for it is what speaks for the nearer one.
    fn append(&mut self, next: Self) {
        self.end_seconds = next.end_seconds;
        self.stretches.end = next.stretches.end;
        if next.why.similarity > self.why.similarity {
            self.why = next.why;
        }
    }
}

/// Why a document is a member of a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// How near it is to the other members on average, from 0 to 1.
    pub similarity: f64,
    /// The stems that bring it near, the strongest first.
    pub shared: Vec<String>,
}

/// A story before it is known to which running story it belongs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The story.
    pub story: Story,
    /// What it is about: its heaviest terms, in alphabetical order.
    about: Vec<(String, f32)>,
}

/// Documents and stretches of late days that have a story: later periods, which see them too, leave them to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken(BTreeSet<(DocumentId, Option<usize>)>);

impl Taken {
    fn has(&self, document: &Document, stretch: Option<usize>) -> bool {
        !self.0.is_empty() && self.0.contains(&(document.id.clone(), stretch))
    }

    /// What was taken from documents that later periods see.
    fn that_is_seen_later(self, all: &[(&Document, &Held)], period: &Period) -> Self {
        let seen = all.iter().filter(|(document, _)| period.is_seen_later(document));
        let seen: BTreeSet<&DocumentId> = seen.map(|(document, _)| &document.id).collect();
        Self(self.0.into_iter().filter(|(document, _)| seen.contains(document)).collect())
    }
}

/// The events of a period, of the documents that it sees, in the order of their first members; `taken` is what events of
/// earlier periods have of these. With what these and those have of later days.
///
/// Documents without a date are in none: an event is of some days.
pub fn together(all: &[(&Document, &Held)], period: &Period, taken: Taken) -> (Vec<Event>, Taken) {
    let mut units = Units::of(all);
    units.units.retain(|unit| !taken.has(all[unit.document].0, unit.stretch));
    let is_within = |unit: &usize| period.when(all[units.units[*unit].document].0) == When::Within;
    let groups = with_leftovers(clusters::group(&units.units, &EVENT), &units, all)
        .into_iter()
        .filter(|(indices, _)| indices.iter().any(is_within));
    let active = outlets_by_day(all);
    let (mut events, mut taken) = (Vec::new(), taken);
    for (indices, group) in groups {
        let Some((story, sum)) = group.story(&active) else { continue };
        let about = Vector::unit(sum.terms().to_vec(), running::MOST_TERMS);
        let about = about.terms().iter().map(|(term, weight)| (units.terms[*term as usize].clone(), *weight));
        events.push(Event { story, about: about.collect() });
        taken.0.extend(indices.iter().map(|index| {
            let unit = &units.units[*index];
            (all[unit.document].0.id.clone(), unit.stretch)
        }));
    }
    (events, taken.that_is_seen_later(all, period))
}

/// The stories of all periods, the newest first, each with the running story to which it belongs.
pub fn stories(events: Vec<Event>) -> Vec<Story> {
    let mut stories = running::connected(events);
    stories.sort_by(|a, b| {
        (b.last, b.first, b.members.len())
            .cmp(&(a.last, a.first, a.members.len()))
            .then_with(|| a.id.cmp(&b.id))
    });
    stories
}

/// The groups that are stories, and with each the units of no story that are near to it. All are held against the stories as
/// they were, so that none comes in on another's account, and a story stays one with whom it took in.
fn with_leftovers<'a>(
    groups: Vec<Vec<usize>>,
    units: &'a Units,
    all: &'a [(&'a Document, &'a Held)],
) -> Vec<(Vec<usize>, Group<'a>)> {
    let (mut stories, mut rest) = (Vec::new(), Vec::new());
    for indices in groups {
        let group = Group::of(&indices, units, all);
        if group.is_story() {
            stories.push((indices, group));
        } else {
            rest.extend(indices);
        }
    }
    // A unit is held against the stories of its days alone.
    stories.sort_by(|(_, a), (_, b)| a.day.total_cmp(&b.day));
    let near: Vec<(usize, usize)> = rest
        .into_par_iter()
        .filter_map(|index| {
            let unit = &units.units[index];
            let (first, last) = (unit.day - EVENT.window, unit.day + EVENT.window);
            let from = stories.partition_point(|(_, group)| group.day < first as f32);
            let of_days = stories[from..].iter().take_while(|(_, group)| group.day <= last as f32);
            let near =
                (from..).zip(of_days).map(|(story, (indices, group))| (group.nearness(unit), indices, story));
            // Of equals the one that begins first.
            let (nearness, _, story) = near.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
            (nearness >= LEFTOVER).then_some((story, index))
        })
        .collect();
    let mut taken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    near.into_iter().for_each(|(story, index)| taken.entry(story).or_default().push(index));
    for (story, more) in taken {
        let (indices, group) = &mut stories[story];
        indices.extend(more);
        indices.sort_unstable();
        *group = Group::of(indices, units, all);
    }
    stories.sort_by(|(a, _), (b, _)| a.cmp(b));
    stories
}

/// Who published something on each day.
type OutletsByDay<'a> = BTreeMap<Date, BTreeSet<&'a str>>;

fn outlets_by_day<'a>(all: &[(&'a Document, &Held)]) -> OutletsByDay<'a> {
    let mut days = OutletsByDay::new();
    for (document, _) in all {
        if let (Some(date), Some(outlet)) = (document.date, &document.outlet) {
            days.entry(date).or_default().insert(outlet);
        }
    }
    days
}

/// Units of one event.
struct Group<'a> {
    units: Vec<&'a Unit>,
    lexicon: &'a Units,
    all: &'a [(&'a Document, &'a Held)],
    sum: Vector,
    /// Of the sum.
    length: f32,
    /// How many units make the sum.
    count: f32,
    /// The mean of the days of its units.
    day: f32,
}

impl<'a> Group<'a> {
    fn of(indices: &[usize], lexicon: &'a Units, all: &'a [(&'a Document, &'a Held)]) -> Self {
        let mut units: Vec<&Unit> = indices.iter().map(|index| &lexicon.units[*index]).collect();
        let mut sum = Vector::default();
        units.iter().for_each(|unit| sum.add(&unit.vector));
        let length = sum.dot(&sum).sqrt().max(f32::MIN_POSITIVE);
        let count = units.len() as f32;
        let day = units.iter().map(|unit| unit.day as f32).sum::<f32>() / count;
        // A document that is a member as a whole has its stretches with it.
        let wholes: BTreeSet<usize> =
            units.iter().filter(|unit| unit.stretch.is_none()).map(|unit| unit.document).collect();
        units.retain(|unit| unit.stretch.is_none() || !wholes.contains(&unit.document));
        Self { units, lexicon, all, sum, length, count, day }
    }

    /// Not if it is told by one document alone, only in passing, or too loosely.
    fn is_story(&self) -> bool {
        let documents: BTreeSet<usize> = self.units.iter().map(|unit| unit.document).collect();
        let mean = (self.sum.dot(&self.sum) - self.count) / (self.count * (self.count - 1.0)).max(1.0);
        let tight = match documents.len() {
            ..3 => TIGHT_PAIR,
            3..LARGE => TIGHT,
            LARGE.. => 0.0,
        };
        documents.len() >= 2 && mean >= tight && !self.units.iter().all(|unit| unit.is_aside)
    }

    /// How near a unit is to all of it: the cosine, less for each day between.
    fn nearness(&self, unit: &Unit) -> f32 {
        let days = (self.day - unit.day as f32).abs();
        self.sum.dot(&unit.vector) / self.length * 0.5_f32.powf(days / EVENT.half_life)
    }

    fn story(self, active: &OutletsByDay<'_>) -> Option<(Story, Vector)> {
        let mut members: Vec<Member> = Vec::new();
        for unit in &self.units {
            let member = self.member(unit);
            match members.last_mut() {
                Some(before) if before.is_continued_by(&member) => before.append(member),
                _ => members.push(member),
            }
        }
        let dates = || self.units.iter().filter_map(|unit| self.all[unit.document].0.date);
        let mut outlets: Vec<String> = Vec::new();
        for outlet in self.units.iter().filter_map(|unit| self.all[unit.document].0.outlet.as_ref()) {
            if !outlets.contains(outlet) {
                outlets.push(outlet.clone());
            }
        }
        let earliest = members.first()?;
        let id = match earliest.segment {
            Some(segment) => format!("story:{}@{segment}", earliest.document),
            None => format!("story:{}", earliest.document),
        };
        let (first, last) = (dates().min()?, dates().max()?);
        let of_these_days: BTreeSet<&str> =
            active.range(first..=last).flat_map(|(_, outlets)| outlets).copied().collect();
        let is_missing = |outlet: &&str| !outlets.iter().any(|carried| carried == outlet);
        let missing = of_these_days.into_iter().filter(is_missing).map(str::to_owned).collect();
        let story = Story {
            id,
            title: self.title()?,
            first,
            last,
            first_by: outlets.first().cloned(),
            outlets,
            missing,
            running: None,
            members,
        };
        Some((story, self.sum))
    }

    fn member(&self, unit: &Unit) -> Member {
        let (document, held) = self.all[unit.document];
        let stretch = unit.stretch.map(|index| &held.stretches[index]);
        let mut shared: Vec<(u32, f32)> = self.sum.shared(&unit.vector).collect();
        // What it alone has adds its own square, and is not shared.
        shared.iter_mut().for_each(|(term, product)| *product -= unit.vector.weight(*term).powi(2));
        shared.retain(|(_, product)| *product > 1e-6);
        shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let similarity = (self.sum.dot(&unit.vector) - 1.0) / (self.count - 1.0).max(1.0);
        Member {
            document: document.id.clone(),
            start_seconds: stretch.and_then(|stretch| stretch.start).map(MediaTime::from_millis),
            end_seconds: stretch.and_then(|stretch| stretch.end).map(MediaTime::from_millis),
            segment: stretch.map(|stretch| stretch.segment),
            headline: stretch.map_or_else(|| held.title.clone(), |stretch| stretch.headline.clone()),
            why: Why {
                similarity: (f64::from(similarity) * 100.0).round() / 100.0,
                shared: shared
                    .iter()
                    .take(SHARED_TERMS)
                    .map(|(term, _)| self.lexicon.terms[*term as usize].clone())
                    .collect(),
            },
            stretches: unit.stretch.map_or(0..0, |stretch| stretch..stretch + 1),
        }
    }

    /// The typed title that says most of what the members share; without one the first sentence that does.
    fn title(&self) -> Option<String> {
        let of_unit = |unit: &&Unit| {
            let held = self.all[unit.document].1;
            match unit.stretch.map(|index| &held.stretches[index]) {
                None => (true, clause(&held.title).to_owned()),
                Some(stretch) => (stretch.is_chapter, stretch.headline.clone()),
            }
        };
        let titles: Vec<(bool, String)> =
            self.units.iter().map(of_unit).filter(|(_, title)| !title.is_empty()).collect();
        let mut best: Option<(bool, f32, &str)> = None;
        for (is_typed, title) in &titles {
            let says = self.lexicon.says(title, &self.sum);
            // The earliest of equals.
            if best.is_none_or(|(typed, most, _)| (*is_typed, says) > (typed, most)) {
                best = Some((*is_typed, says, title));
            }
        }
        best.map(|(_, _, title)| title.to_owned())
    }
}

/// A title without the name of its show, which stands behind a bar.
fn clause(title: &str) -> &str {
    let first = title.split(" | ").next().unwrap_or(title).trim();
    if first.is_empty() { title } else { first }
}
