//! Stories -> running stories: events of one matter that go on for weeks.
//!
//! The same grouping as of units, over stories as the sums of their members, with a wider window.

use super::Story;
use super::clusters::{Grouping, group};
use super::units::Unit;
use super::vectors::Vector;

/// How near events of one matter are. A matter may rest for weeks: talks pause and are taken up again.
const MATTER: Grouping = Grouping { window: 40, nearness: 0.15, half_life: 40.0, most_usual: 0.1 };

/// Terms by which a story is compared with others.
const MOST_TERMS: usize = 60;

/// Names for each story the running story to which it belongs.
pub(super) fn connect(told: &mut [(Story, Vector)]) {
    told.sort_by(|a, b| (a.0.first, &a.0.id).cmp(&(b.0.first, &b.0.id)));
    let units: Vec<Unit> = told
        .iter()
        .enumerate()
        .map(|(index, (story, sum))| Unit {
            document: index,
            stretch: None,
            day: super::units::day(story.first),
            vector: Vector::unit(sum.terms().to_vec(), MOST_TERMS),
            is_aside: false,
        })
        .collect();
    for stories in group(&units, &MATTER).into_iter().filter(|stories| stories.len() > 1) {
        let id = told[stories[0]].0.id.replacen("story:", "running:", 1);
        stories.into_iter().for_each(|story| told[story].0.running = Some(id.clone()));
    }
}
