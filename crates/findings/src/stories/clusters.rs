//! Units -> groups of those that tell of one event.
//!
//! ```text
//! units in order of days --pairs that share rare terms--> pairs near enough --join the nearest, again and again--> groups
//! ```
//!
//! Two groups are as near as their units are to each other on average, less for each day between them. Only units a few days
//! apart are compared, so that the work grows with the days of an archive and not with their square.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::units::Unit;
use super::vectors::Vector;

/// Pairs are compared that have this share of the nearness wanted by their less usual terms.
const SHARED_OF_NEARNESS: f32 = 0.4;

/// Pairs less near than this share of what is wanted are no neighbours: nothing that they come to belong to is joined on
/// their account.
const NEIGHBOURS: f32 = 0.5;

/// A term that fewer units have is never too usual to bring them together.
const FEWEST_USUAL: f32 = 10.0;

/// How units are grouped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grouping {
    /// Days between two units that are compared.
    pub(super) window: i32,
    /// Two groups nearer than this are one.
    pub(super) nearness: f32,
    /// Days after which nearness is half.
    pub(super) half_life: f32,
    /// A term of more than this share of units brings no pairs together.
    pub(super) most_usual: f32,
}

/// A group as it grows.
struct Group {
    units: Vec<usize>,
    sum: Vector,
    /// The mean of the days of its units.
    day: f32,
    /// Groups that it was compared with, rising; also those that are gone.
    neighbours: Vec<usize>,
}

/// Two groups and their nearness; the greatest is joined first.
struct Pair {
    nearness: f32,
    left: usize,
    right: usize,
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nearness
            .total_cmp(&other.nearness)
            .then_with(|| (other.left, other.right).cmp(&(self.left, self.right)))
    }
}
impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Pair {}

/// Groups of units, as indices in rising order; groups in order of their first units.
pub(super) fn group(units: &[Unit], grouping: &Grouping) -> Vec<Vec<usize>> {
    let mut groups: Vec<Option<Group>> = units
        .iter()
        .enumerate()
        .map(|(index, unit)| {
            Some(Group {
                units: vec![index],
                sum: unit.vector.clone(),
                day: unit.day as f32,
                neighbours: Vec::new(),
            })
        })
        .collect();
    let mut pairs = BinaryHeap::new();
    for Pair { nearness, left, right } in neighbours(&groups, &candidates(units, grouping), grouping) {
        if nearness >= grouping.nearness {
            pairs.push(Pair { nearness, left, right });
        }
        for (one, other) in [(left, right), (right, left)] {
            groups[one].as_mut().expect("none is joined yet").neighbours.push(other);
        }
    }
    groups.iter_mut().flatten().for_each(|group| group.neighbours.sort_unstable());
    while let Some(pair) = pairs.pop() {
        // A group that was joined with another is gone under its old number.
        if groups[pair.left].is_none() || groups[pair.right].is_none() {
            continue;
        }
        join(&mut groups, &mut pairs, &pair, grouping);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_iter().flatten().map(|group| group.units).collect();
    groups.iter_mut().for_each(|units| units.sort_unstable());
    groups.sort();
    groups
}

fn join(groups: &mut Vec<Option<Group>>, pairs: &mut BinaryHeap<Pair>, pair: &Pair, grouping: &Grouping) {
    let (Some(mut left), Some(right)) = (groups[pair.left].take(), groups[pair.right].take()) else { return };
    let counts = (left.units.len() as f32, right.units.len() as f32);
    left.day = (left.day * counts.0 + right.day * counts.1) / (counts.0 + counts.1);
    left.sum.add(&right.sum);
    left.units.extend(right.units);
    left.neighbours.extend(right.neighbours);
    left.neighbours.retain(|neighbour| groups[*neighbour].is_some());
    left.neighbours.sort_unstable();
    left.neighbours.dedup();
    let number = groups.len();
    for neighbour in &left.neighbours {
        let Some(other) = &mut groups[*neighbour] else { continue };
        // The greatest number so far.
        other.neighbours.push(number);
        let nearness = nearness(&left, other, grouping);
        if nearness >= grouping.nearness {
            pairs.push(Pair { nearness, left: *neighbour, right: number });
        }
    }
    groups.push(Some(left));
}

/// Those of some pairs of single units that are near enough to matter, in their order.
fn neighbours(groups: &[Option<Group>], pairs: &[(usize, usize)], grouping: &Grouping) -> Vec<Pair> {
    let pair = |&(left, right): &(usize, usize)| {
        let nearness = nearness(groups[left].as_ref()?, groups[right].as_ref()?, grouping);
        (nearness >= grouping.nearness * NEIGHBOURS).then_some(Pair { nearness, left, right })
    };
    pairs.par_iter().filter_map(pair).collect()
}

fn nearness(a: &Group, b: &Group, grouping: &Grouping) -> f32 {
    let mean = a.sum.dot(&b.sum) / (a.units.len() * b.units.len()) as f32;
    mean * 0.5_f32.powf((a.day - b.day).abs() / grouping.half_life)
}

/// Pairs of units, a few days apart, that share terms which are not usual and are near by these alone.
fn candidates(units: &[Unit], grouping: &Grouping) -> Vec<(usize, usize)> {
    let of_units = || units.iter().flat_map(|unit| unit.vector.terms());
    let terms = of_units().map(|(term, _)| *term as usize + 1).max().unwrap_or_default();
    let mut usual = vec![0_usize; terms];
    of_units().for_each(|(term, _)| usual[*term as usize] += 1);
    let most = (units.len() as f32 * grouping.most_usual).max(FEWEST_USUAL) as usize;
    let mut having: Vec<Vec<(usize, f32)>> = vec![Vec::new(); terms];
    let mut pairs = Vec::new();
    let mut shared = vec![0.0_f32; units.len()];
    let mut oldest = 0;
    for (index, unit) in units.iter().enumerate() {
        while units[oldest].day + grouping.window < unit.day {
            oldest += 1;
        }
        let mut touched = Vec::new();
        for (term, weight) in unit.vector.terms().iter().filter(|(term, _)| usual[*term as usize] <= most) {
            let having = &mut having[*term as usize];
            let gone = having.partition_point(|(other, _)| *other < oldest);
            having.drain(..gone);
            for (other, weight_there) in having.iter() {
                if shared[*other] == 0.0 {
                    touched.push(*other);
                }
                shared[*other] += weight * weight_there;
            }
            having.push((index, *weight));
        }
        for other in touched {
            if shared[other] >= grouping.nearness * SHARED_OF_NEARNESS {
                pairs.push((other, index));
            }
            shared[other] = 0.0;
        }
    }
    pairs
}
