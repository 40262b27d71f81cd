//! Stories -> running stories: events of one matter that go on for weeks.
//!
//! The same grouping as of units, over stories as the sums of their members, with a wider window.

use rayon::prelude::*;

use super::clusters::{Grouping, group};
use super::units::Unit;
use super::vectors::Vector;
use super::{Event, Story};
use crate::compact::Numbered;

/// How near events of one matter are. A matter may rest for weeks: talks pause and are taken up again.
const MATTER: Grouping = Grouping { window: 40, nearness: 0.15, half_life: 40.0, most_usual: 0.1 };

/// Terms by which a story is compared with others.
pub(super) const MOST_TERMS: usize = 60;

/// The stories of some events, each with the running story to which it belongs, by their first days.
pub(super) fn connected(mut events: Vec<Event>) -> Vec<Story> {
    events.sort_by(|a, b| (a.story.first, &a.story.id).cmp(&(b.story.first, &b.story.id)));
    let running = running(&events);
    let mut stories: Vec<Story> = events.into_iter().map(|event| event.story).collect();
    for of_one in running.into_iter().filter(|stories| stories.len() > 1) {
        let id = stories[of_one[0]].id.replacen("story:", "running:", 1);
        of_one.into_iter().for_each(|story| stories[story].running = Some(id.clone()));
    }
    stories
}

/// Events of one matter, as indices.
fn running(events: &[Event]) -> Vec<Vec<usize>> {
    let terms = events.par_iter().flat_map_iter(|event| event.about.iter().map(|(term, _)| term.as_str()));
    let terms = Numbered::of(terms);
    let units: Vec<Unit> = events
        .iter()
        .enumerate()
        .map(|(document, event)| Unit {
            document,
            stretch: None,
            day: super::units::day(event.story.first),
            vector: Vector::new(
                event.about.iter().map(|(term, weight)| (terms.number(term), *weight)).collect(),
            ),
            is_aside: false,
        })
        .collect();
    group(&units, &MATTER)
}
