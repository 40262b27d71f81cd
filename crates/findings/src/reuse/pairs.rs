//! What all documents hold -> which of them share passages, and where to look.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use record::Document;

use super::fingerprints::Held;

/// A fingerprint in more documents is a set phrase. One clip is seldom in so many programmes.
const MOST_DOCUMENTS: usize = 64;

/// A fingerprint that one outlet has on so many days is its boilerplate: an opening, a request to subscribe.
const DAYS_OF_BOILERPLATE: usize = 4;

/// On so many days, of which the first and the last are `LONG_DAYS` apart, it is that wherever else it is found: clips
/// come again for days, advertisements and openings for weeks.
const DAYS_OF_LONG: usize = 3;
const LONG_DAYS: i32 = 14;

/// Fingerprints are brought together a part at a time, so that memory holds a part of them beside what is kept.
const PARTS: u32 = 16;

/// A hit alone is a phrase; two near to each other are a passage.
const FEWEST_HITS: usize = 2;

/// Two documents that may share passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that was published first, as an index of the documents; if that is not known, the first by path.
    pub left: usize,
    /// The other one.
    pub right: usize,
    /// Words of left and right at which the same fingerprint begins, in order.
    pub hits: Vec<(u32, u32)>,
}

/// The pairs of documents that share fingerprints beyond set phrases and an outlet's boilerplate, ordered by left and
/// right, those first that were published first. The order of the documents does not matter.
///
/// Takes time in proportion to fingerprints and to what is shared.
pub fn pairs(documents: &[(&Document, &Held)]) -> Vec<Pair> {
    let order = in_order(documents);
    let mut hits: Vec<(u32, u32, u32, u32)> = Vec::new();
    for part in 0..PARTS {
        let mut postings: Vec<(u32, u32, u32)> = Vec::new();
        for (rank, document) in order.iter().enumerate() {
            let own = documents[*document].1.places().filter(|(hash, _)| hash % PARTS == part);
            // Ranks fit: there are fewer documents than 4 billion.
            postings.extend(own.map(|(hash, at)| (hash, rank as u32, at)));
        }
        postings.sort_unstable();
        for same in postings.chunk_by(|a, b| a.0 == b.0) {
            add_hits(same, |rank| documents[order[rank as usize]].0, &mut hits);
        }
    }
    hits.sort_unstable();
    hits.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|hits| hits.len() >= FEWEST_HITS)
        .map(|hits| Pair {
            left: order[hits[0].0 as usize],
            right: order[hits[0].1 as usize],
            hits: hits.iter().map(|hit| (hit.2, hit.3)).collect(),
        })
        .collect()
}

/// The documents by day, then by path; those without a day last.
fn in_order(documents: &[(&Document, &Held)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by(|a, b| {
        let key = |at: usize| {
            let document = documents[at].0;
            (document.date.is_none(), document.date, document.path.as_str(), document.id.as_str())
        };
        key(*a).cmp(&key(*b))
    });
    order
}

/// Adds `(left, right, word of left, word of right)` for each two documents that have one fingerprint.
fn add_hits<'a>(
    same: &[(u32, u32, u32)],
    document: impl Fn(u32) -> &'a Document,
    hits: &mut Vec<(u32, u32, u32, u32)>,
) {
    // Twice in a document is enough: a headline of the programme, and the report.
    let places: Vec<(u32, u32)> = same
        .chunk_by(|a, b| a.1 == b.1)
        .flat_map(|own| own.iter().take(2).map(|(_, rank, at)| (*rank, *at)))
        .collect();
    let count = same.chunk_by(|a, b| a.1 == b.1).count();
    if !(2..=MOST_DOCUMENTS).contains(&count) {
        return;
    }
    let ranks: Vec<u32> = same.chunk_by(|a, b| a.1 == b.1).map(|own| own[0].1).collect();
    let routines: HashMap<u32, Routine> = ranks
        .iter()
        .filter_map(|rank| {
            let routine = routine(&document(*rank).outlet, ranks.iter().map(|other| document(*other)))?;
            Some((*rank, routine))
        })
        .collect();
    for (index, (left, left_at)) in places.iter().enumerate() {
        for (right, right_at) in &places[index + 1..] {
            let is_own = document(*left).outlet == document(*right).outlet;
            let is_routine = |rank: &u32| match routines.get(rank) {
                Some(Routine::ForWeeks) => true,
                Some(Routine::ForDays) => is_own,
                None => false,
            };
            if left != right && !is_routine(left) && !is_routine(right) {
                hits.push((*left, *right, *left_at, *right_at));
            }
        }
    }
}

/// For how long an outlet says the same.
#[derive(Clone, Copy, PartialEq)]
enum Routine {
    /// On so many days that within the outlet it is no news; it may be a clip that others have, too.
    ForDays,
    /// For so long that it is no news at all.
    ForWeeks,
}

fn routine<'a>(outlet: &Option<String>, documents: impl Iterator<Item = &'a Document>) -> Option<Routine> {
    outlet.as_ref()?;
    let days: BTreeSet<Date> = documents
        .filter(|document| document.outlet == *outlet)
        .filter_map(|document| document.date)
        .collect();
    let is_long = (*days.last()? - *days.first()?).get_days() >= LONG_DAYS;
    if is_long && days.len() >= DAYS_OF_LONG {
        Some(Routine::ForWeeks)
    } else {
        (days.len() >= DAYS_OF_BOILERPLATE).then_some(Routine::ForDays)
    }
}
