//! Which statements are the same: the same words, or the same told in other words of the same speaker and day.
//!
//! ```text
//! statements --rare runs of words, rare words of one speaker--> pairs worth a look --aligned--> links
//! ```
//!
//! A link that is wrong is worse than one that is missing. The fewer and the commoner the shared words, the nearer the
//! days must be; two meetings that were both "a good meeting" stay two.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rayon::prelude::*;

use super::texts::{Texts, Words};
use crate::groups::Groups;
use crate::sorted::in_both;

/// A statement as linking sees it.
pub(super) struct Side<'a> {
    pub(super) words: &'a str,
    /// The speaker's own words in it; all if empty.
    pub(super) quoted: &'a [String],
    /// By resolved name.
    pub(super) speaker: Option<&'a str>,
    /// The body or government that the speaker is or speaks for.
    pub(super) stands_for: Option<&'a str>,
    /// Whether the speaker is a body and no person.
    pub(super) is_body: bool,
    /// As an index of all documents.
    pub(super) document: usize,
    /// When its document was published.
    pub(super) day: Option<Date>,
    pub(super) said_on: Option<Date>,
    /// Whether it is in a reporter's words.
    pub(super) is_indirect: bool,
    /// How sure its speaker is, 0 to 100.
    pub(super) certainty: u8,
    /// Who broadcast it; `None` for what is not heard.
    pub(super) heard_from: Option<&'a str>,
}

impl Side<'_> {
    /// Whether nothing but the same words elsewhere makes it a statement.
    fn is_nobodys(&self) -> bool {
        self.certainty == 0
    }

    /// Whether both were broadcast, by different outlets.
    fn is_from_elsewhere(&self, other: &Self) -> bool {
        are_of_two_outlets(self.heard_from, other.heard_from)
    }
}

/// Whether both outlets are known, and are two.
pub(super) fn are_of_two_outlets(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Two statements that are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) is_verbatim: bool,
    /// The share of the shorter one that is shared, weighed by rareness.
    pub(super) shared: f32,
}

/// Words in a run that makes a pair worth a look.
const RUN: usize = 4;
/// A run that more statements have tells nothing; it also bounds the pairs.
const MOST_OF_RUN: usize = 60;
/// Of a commoner run, each statement is compared with so many of the nearest days.
const FEW_NEAREST: usize = 6;
/// The same of a word of one speaker's statements of near days.
const MOST_OF_WORD: usize = 120;
/// Runs are paired in so many parts, one after the other: all at once they are the most that is in memory.
const PARTS_OF_RUNS: u64 = 8;

/// Weights of what is shared (sums of [`Linker::weight`]) and the days that statements may then lie
/// apart. Chosen by hand on the development set, where none of its links between different statements was wrong.
const REACH: &[(f32, i32)] = &[(90.0, FARTHEST), (60.0, 30), (36.0, 8), (20.0, 2), (11.0, 1)];
/// The most of these days.
const FARTHEST: i32 = 400;

/// Two documents of which so many statements are surely the same tell of one occasion: there less is enough.
const SUPPORT: u32 = 2;
/// What a link must weigh to count for that.
const SUPPORTING: f32 = 20.0;
/// The least weight of a link between statements of one occasion.
const LEAST_SUPPORTED: f32 = 7.0;

/// Words of which less is shared are another sentence about the same thing, of which somebody else may be the speaker.
const SURELY_SAME: f32 = 0.85;

/// Links of words that are surely the same, in order: by these speakers are told.
pub(super) fn in_same_words(sides: &[Side]) -> Vec<Link> {
    let linker = Linker::of(sides);
    let alike = linker.all_alike(&linker.pairs_of_runs());
    let mut links = linker.verbatim_links(&alike, &linker.days(&alike));
    links.retain(|link| link.shared >= SURELY_SAME);
    links.sort_by_key(|link| (link.left, link.right));
    links
}

/// All links, in order. What only a chain of them joins may be two things that one report tells.
pub(super) fn links(sides: &[Side]) -> Vec<Link> {
    let linker = Linker::of(sides);
    let mut pairs = linker.pairs_of_runs();
    linker.pairs_of_speakers(&mut pairs);
    let pairs = sorted(pairs);
    let alike = linker.all_alike(&pairs);
    let days = linker.days(&alike);
    let mut links = linker.verbatim_links(&alike, &days);
    let told: Vec<Link> = pairs
        .par_iter()
        .filter_map(|&(left, right)| linker.told_alike(left as usize, right as usize, &days))
        .collect();
    let joined = linker.joined(&links, told, &days);
    links.extend(joined);
    links.sort_by_key(|link| (link.left, link.right, !link.is_verbatim));
    links.dedup_by_key(|link| (link.left, link.right));
    links
}

/// Pairs in order, each once.
fn sorted(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// What two statements share word by word.
#[derive(Clone, Copy)]
struct Alike {
    /// The share of the shorter one, by weight.
    shared: f32,
    weight: f32,
    /// Whether the words stand in one order, or are the same ones.
    is_close: bool,
}

struct Linker<'a> {
    sides: &'a [Side<'a>],
    texts: Texts,
}

impl<'a> Linker<'a> {
    fn of(sides: &'a [Side<'a>]) -> Self {
        // All of a statement, and then its own words.
        let texts_of =
            |side: &'a Side<'a>| std::iter::once(side.words).chain(side.quoted.iter().map(String::as_str));
        Self { sides, texts: Texts::of(sides, texts_of) }
    }

    /// What those of some pairs share that are alike.
    fn all_alike(&self, pairs: &[(u32, u32)]) -> Vec<(usize, usize, Alike)> {
        let pairs = pairs.par_iter().map(|&(left, right)| (left as usize, right as usize));
        pairs.filter_map(|(left, right)| Some((left, right, self.alike(left, right)?))).collect()
    }

    /// Pairs that share a rare run of words, in order, each once.
    fn pairs_of_runs(&self) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for part in 0..PARTS_OF_RUNS {
            let runs_of = |at: usize| {
                let runs = self.texts.of_statement(at).in_order.windows(RUN).map(hash);
                runs.filter(move |run| run % PARTS_OF_RUNS == part).map(move |run| (run, at as u32))
            };
            let mut runs: Vec<(u64, u32)> =
                (0..self.sides.len()).into_par_iter().flat_map_iter(runs_of).collect();
            runs.par_sort_unstable();
            runs.dedup();
            let shared: Vec<&[(u64, u32)]> =
                runs.chunk_by(|left, right| left.0 == right.0).filter(|found| found.len() > 1).collect();
            pairs.par_extend(shared.par_iter().flat_map_iter(|found| self.near_pairs(found, MOST_OF_RUN)));
            pairs = sorted(pairs);
        }
        pairs
    }

    /// Pairs among statements with something in common; of too many, only with those of the nearest days.
    fn near_pairs<K>(&self, found: &[(K, u32)], most: usize) -> Vec<(u32, u32)> {
        let mut found: Vec<u32> = found.iter().map(|(_, at)| *at).collect();
        let is_common = found.len() > most;
        if is_common {
            found.sort_by_key(|&at| (self.sides[at as usize].day, at));
        }
        let reach = if is_common { FEW_NEAREST } else { most };
        let mut pairs = Vec::new();
        for (place, &left) in found.iter().enumerate() {
            for &right in found[place + 1..].iter().take(reach) {
                if may_link(&self.sides[left as usize], &self.sides[right as usize]) {
                    pairs.push((left.min(right), left.max(right)));
                }
            }
        }
        pairs
    }

    /// Pairs that share several rare words, of one speaker and near days.
    fn pairs_of_speakers(&self, pairs: &mut Vec<(u32, u32)>) {
        let mut groups: BTreeMap<(&str, i32), Vec<u32>> = BTreeMap::new();
        for (at, side) in self.sides.iter().enumerate() {
            let Some(day) = side.day.map(day_number) else { continue };
            // A group for each day and the one after, so that statements of neighbouring days meet.
            for key in [side.speaker, side.stands_for].into_iter().flatten() {
                for day in [day, day + 1] {
                    groups.entry((key, day)).or_default().push(at as u32);
                }
            }
        }
        pairs.par_extend(groups.par_iter().flat_map_iter(|(_, group)| self.pairs_of_words(group)));
    }

    /// Pairs of a speaker's statements of near days that share several rare words.
    fn pairs_of_words(&self, group: &[u32]) -> impl Iterator<Item = (u32, u32)> {
        let mut by_stem: Vec<(u32, u32)> = Vec::new();
        for &at in group {
            by_stem.extend(self.texts.of_statement(at as usize).content.iter().map(|&stem| (stem, at)));
        }
        by_stem.sort_unstable();
        let mut shared: HashMap<(u32, u32), f32> = HashMap::new();
        for found in by_stem.chunk_by(|left, right| left.0 == right.0) {
            if (2..=MOST_OF_WORD).contains(&found.len()) {
                let weight = self.texts.stem_weight(found[0].0);
                let pairs = self.near_pairs(found, MOST_OF_WORD);
                pairs.into_iter().for_each(|pair| *shared.entry(pair).or_default() += weight);
            }
        }
        shared.into_iter().filter(|(_, weight)| *weight >= LEAST_PAIR).map(|(pair, _)| pair)
    }

    /// The days of documents; one without a date has that of the documents that surely say the same.
    fn days(&self, alike: &[(usize, usize, Alike)]) -> Vec<Option<i32>> {
        let count = self.sides.iter().map(|side| side.document + 1).max().unwrap_or_default();
        let mut days = vec![None; count];
        for side in self.sides {
            days[side.document] = side.day.map(day_number);
        }
        let mut votes: BTreeMap<usize, BTreeMap<i32, u32>> = BTreeMap::new();
        for (left, right, alike) in
            alike.iter().filter(|(_, _, alike)| alike.weight >= SUPPORTING && alike.is_close)
        {
            let (left, right) = (self.sides[*left].document, self.sides[*right].document);
            for (undated, dated) in [(left, right), (right, left)] {
                if let (None, Some(day)) = (days[undated], days[dated]) {
                    *votes.entry(undated).or_default().entry(day).or_default() += alike.weight as u32;
                }
            }
        }
        for (document, votes) in votes {
            days[document] = votes.into_iter().max_by_key(|(day, votes)| (*votes, -*day)).map(|(day, _)| day);
        }
        days
    }

    fn apart(&self, left: usize, right: usize, days: &[Option<i32>]) -> Option<i32> {
        Some((days[self.sides[left].document]? - days[self.sides[right].document]?).abs())
    }

    fn verbatim_links(&self, alike: &[(usize, usize, Alike)], days: &[Option<i32>]) -> Vec<Link> {
        let mut links = Vec::new();
        let mut support: HashMap<(usize, usize), u32> = HashMap::new();
        let documents = |left: usize, right: usize| {
            let (left, right) = (self.sides[left].document, self.sides[right].document);
            (left.min(right), left.max(right))
        };
        let agree = |left: usize, right: usize| {
            self.sides[left].speaker.is_some() && self.sides[left].speaker == self.sides[right].speaker
        };
        let mut rest = Vec::new();
        for &(left, right, found) in alike {
            let reach = REACH.iter().find(|(least, _)| found.weight >= *least).map(|(_, days)| *days);
            let (a, b) = (&self.sides[left], &self.sides[right]);
            let most = if a.is_nobodys() && b.is_nobodys() { NEWS_DAYS } else { i32::MAX };
            let is_near = self
                .apart(left, right, days)
                .is_some_and(|apart| reach.is_some_and(|reach| apart <= reach.min(most)));
            // Of unknown or differing speakers: only what nobody says twice by chance.
            let is_sure = agree(left, right) || found.weight >= UNMISTAKABLE;
            let is_whole = [left, right].iter().all(|&at| {
                !self.sides[at].is_nobodys()
                    || found.weight >= LEAST_OF_NOBODYS * self.texts.of_statement(at).weight
            });
            if is_near && is_sure && found.is_close && is_whole {
                links.push(Link { left, right, is_verbatim: true, shared: found.shared });
                if found.weight >= SUPPORTING {
                    *support.entry(documents(left, right)).or_default() += 1;
                }
            } else {
                rest.push((left, right, found));
            }
        }
        for (left, right, found) in rest {
            let is_one_occasion = support.get(&documents(left, right)).is_some_and(|&count| count >= SUPPORT);
            let is_near = self.apart(left, right, days).is_some_and(|apart| apart <= 2);
            if is_one_occasion
                && is_near
                && agree(left, right)
                && found.is_close
                && found.weight >= LEAST_SUPPORTED
            {
                links.push(Link { left, right, is_verbatim: true, shared: found.shared });
            }
        }
        links
    }

    /// The links of what is told alike that join groups of the same words: at least a third of all pairs between two
    /// groups must be told alike, so that a chain of half-likes does not become one statement.
    fn joined(&self, verbatim: &[Link], mut told: Vec<Link>, days: &[Option<i32>]) -> Vec<Link> {
        let mut groups = Groups::of(self.sides.len());
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        verbatim.iter().for_each(|link| groups.join(link.left, link.right));
        for at in 0..self.sides.len() {
            members.entry(groups.root(at)).or_default().push(at);
        }
        told.sort_by(|a, b| b.shared.total_cmp(&a.shared).then((a.left, a.right).cmp(&(b.left, b.right))));
        let mut joined = Vec::new();
        for link in told {
            let (left, right) = (groups.root(link.left), groups.root(link.right));
            if left == right {
                joined.push(link);
                continue;
            }
            let some =
                |root: &usize| members[root].iter().copied().take(MOST_COMPARED).collect::<Vec<usize>>();
            let (of_left, of_right) = (some(&left), some(&right));
            let all = of_left.len() * of_right.len();
            let pairs = of_left.iter().flat_map(|&a| of_right.iter().map(move |&b| (a, b)));
            let alike = pairs.filter(|&(a, b)| self.told_alike(a.min(b), a.max(b), days).is_some()).count();
            if 3 * alike.max(1) >= all {
                groups.join(left, right);
                let (kept, gone) = (left.min(right), left.max(right));
                let moved = members.remove(&gone).unwrap_or_default();
                members.entry(kept).or_default().extend(moved);
                joined.push(link);
            }
        }
        joined
    }

    /// Whether one of two statements is a part of the other, at the same place: a report within a clip.
    fn is_nested(&self, left: usize, right: usize) -> bool {
        const NEIGHBOURS: usize = 3;
        let (a, b) = (&self.sides[left], &self.sides[right]);
        a.document == b.document
            && left.abs_diff(right) <= NEIGHBOURS
            && (a.words.contains(b.words) || b.words.contains(a.words))
    }

    /// Whether speakers and days allow two statements to be one.
    fn may_be_one(&self, a: &Side, b: &Side) -> bool {
        let is_clash = match (a.speaker, b.speaker) {
            (Some(a_name), Some(b_name)) => {
                a_name != b_name && a.certainty >= 70 && b.certainty >= 70 && !speak_for_one(a, b)
            }
            _ => false,
        };
        let on_other_days = match (a.said_on, b.said_on) {
            (Some(a), Some(b)) => (day_number(a) - day_number(b)).abs() > 1,
            _ => false,
        };
        !is_clash && !on_other_days
    }

    fn alike(&self, left: usize, right: usize) -> Option<Alike> {
        if !self.may_be_one(&self.sides[left], &self.sides[right]) || self.is_nested(left, right) {
            return None;
        }
        let mut best: Option<Alike> = None;
        let in_one_document = self.sides[left].document == self.sides[right].document;
        for (a, b) in self.texts(left, right) {
            let found = self.compared(a, b);
            if is_enough(found, in_one_document) && best.is_none_or(|best| found.weight > best.weight) {
                best = Some(found);
            }
        }
        best
    }

    /// What two statements may be the same by: all words of each, or a quotation in it.
    fn texts(&self, left: usize, right: usize) -> impl Iterator<Item = (Words<'_>, Words<'_>)> {
        self.texts.all_of(left).flat_map(move |a| self.texts.all_of(right).map(move |b| (a, b)))
    }

    fn compared(&self, a: Words<'_>, b: Words<'_>) -> Alike {
        let common = self.common(a.sorted, b.sorted);
        let lighter = a.weight.min(b.weight).max(0.01);
        // Words in order are no more than words in whatever order.
        if common < lighter * LEAST_SHARED_OF_MUCH - ROUNDING {
            return Alike { shared: 0.0, weight: 0.0, is_close: false };
        }
        // The same words in another order: "perhaps we should wait", "we should perhaps wait".
        let of_larger = (common / a.weight.max(b.weight).max(0.01)).min(1.0);
        let (a, b) = (a.in_order, b.in_order);
        if of_larger >= SAME_WORDS && a.len() >= LEAST_RUN && b.len() >= LEAST_RUN {
            return Alike { shared: of_larger, weight: common, is_close: true };
        }
        let (matched, run) = self.aligned(a, b);
        Alike {
            shared: (matched / lighter).min(1.0),
            weight: matched,
            is_close: run >= LEAST_RUN.min(a.len()).min(b.len()),
        }
    }

    /// The weight of the words that two texts share in whatever order.
    fn common(&self, a: &[u32], b: &[u32]) -> f32 {
        in_both(a, b, |word| *word).map(|(&word, _)| self.texts.weight(word)).sum()
    }

    /// The weight of the longest common subsequence, and its longest run.
    fn aligned(&self, a: &[u32], b: &[u32]) -> (f32, usize) {
        let mut row = vec![0f32; b.len() + 1];
        let mut runs = vec![0usize; b.len() + 1];
        let mut longest = 0;
        for &word in a {
            let (mut corner, mut corner_run) = (0f32, 0usize);
            for (at, &other) in b.iter().enumerate() {
                let (above, above_run) = (row[at + 1], runs[at + 1]);
                if word == other {
                    row[at + 1] = corner + self.texts.weight(word);
                    runs[at + 1] = corner_run + 1;
                    longest = longest.max(runs[at + 1]);
                } else {
                    row[at + 1] = above.max(row[at]);
                    runs[at + 1] = 0;
                }
                (corner, corner_run) = (above, above_run);
            }
        }
        (row[b.len()], longest)
    }

    /// The same in other words: of one speaker and of near days, one of them a report.
    fn told_alike(&self, left: usize, right: usize, days: &[Option<i32>]) -> Option<Link> {
        let (a, b) = (&self.sides[left], &self.sides[right]);
        let is_one = a.speaker.is_some() && a.speaker == b.speaker;
        if !(is_one || speak_for_one(a, b))
            || !(a.is_indirect || b.is_indirect)
            || a.certainty.min(b.certainty) < 50
            || self.apart(left, right, days)? > 1
            || !self.may_be_one(a, b)
            || self.is_nested(left, right)
        {
            return None;
        }
        let shared =
            self.texts(left, right).filter_map(|(a, b)| self.told_share(a.content, b.content, is_one));
        let shared = shared.max_by(f32::total_cmp)?;
        Some(Link { left, right, is_verbatim: false, shared })
    }

    /// How much of what the shorter of two texts tells both tell, if that is enough for one statement.
    fn told_share(&self, of_a: &[u32], of_b: &[u32], is_one: bool) -> Option<f32> {
        // Squares, as in the cosine of two texts: what is rare decides.
        let sum = |stems: &[u32]| stems.iter().map(|&stem| self.texts.stem_weight(stem).powi(2)).sum::<f32>();
        let both: Vec<u32> = of_a.iter().copied().filter(|stem| of_b.binary_search(stem).is_ok()).collect();
        let weight: f32 = both.iter().map(|&stem| self.texts.stem_weight(stem)).sum();
        let shared = sum(&both) / sum(of_a).min(sum(of_b)).max(0.01);
        let of_larger = sum(&both) / sum(of_a).max(sum(of_b)).max(0.01);
        let least_share = if is_one { LEAST_TOLD_SHARE } else { LEAST_TOLD_SHARE_OF_BODY };
        // "Their conversation was meaningful": two words, and all that it tells.
        let is_all = is_one && both.len() == 2 && of_a.len().min(of_b.len()) == 2;
        let is_telling = is_all || both.len() >= 3;
        (is_telling && weight >= LEAST_TOLD && shared >= least_share && of_larger >= LEAST_TOLD_OF_LARGER)
            .then_some(shared)
    }
}

/// Whether two statements may be linked, by who plays them and the days between: of two that are nobody's, neither tells the
/// other's speaker; but two outlets play one recording.
fn may_link(a: &Side, b: &Side) -> bool {
    let are_nobodys = a.is_nobodys() && b.is_nobodys();
    let farthest = if are_nobodys { NEWS_DAYS } else { FARTHEST };
    let are_near = |(one, other)| (day_number(one) - day_number(other)).abs() <= farthest;
    (!are_nobodys || a.is_from_elsewhere(b)) && a.day.zip(b.day).is_none_or(are_near)
}

/// More than sums of weights lose by being added in another order.
const ROUNDING: f32 = 0.01;

/// Whether a body and somebody who speaks for it, or two names of a body, speak.
fn speak_for_one(a: &Side, b: &Side) -> bool {
    (a.is_body || b.is_body) && a.stands_for.is_some() && a.stands_for == b.stands_for
}

/// A sentence that is no statement by itself must share so much of its own words: a longer one may hold two statements.
const LEAST_OF_NOBODYS: f32 = 0.6;
/// A recording is news for so many days; what is heard again later is an advertisement or a turn of phrase.
const NEWS_DAYS: i32 = 3;
/// Words shared in one run, or all if fewer, for two statements to be in the same words.
const LEAST_RUN: usize = 4;
/// The share of the longer one that makes the same words in another order the same statement.
const SAME_WORDS: f32 = 0.9;
/// A link so heavy is believed whoever is taken for the speakers.
const UNMISTAKABLE: f32 = 30.0;
/// Statements of a group that are compared with those of another.
const MOST_COMPARED: usize = 5;
/// What words of one speaker and day must weigh together to make a pair worth a look.
const LEAST_PAIR: f32 = 8.0;
/// The least share, by weight, of the shorter of two statements in the same words.
const LEAST_SHARED: f32 = 0.75;
/// The same where much is shared: a long quotation is cut and put into other words in parts.
const LEAST_SHARED_OF_MUCH: f32 = 0.65;
/// From which weight on.
const MUCH: f32 = 36.0;
/// The least weight of the words that two statements in other words share, and the least shares of the two.
const LEAST_TOLD: f32 = 12.0;
const LEAST_TOLD_SHARE: f32 = 0.55;
const LEAST_TOLD_OF_LARGER: f32 = 0.22;
/// The least share where one of them speaks for the other, and may as well say something else.
const LEAST_TOLD_SHARE_OF_BODY: f32 = 0.65;

/// Whether two statements share enough to be in the same words. Who goes on talking says like things that are not the same.
fn is_enough(found: Alike, in_one_document: bool) -> bool {
    let is_much = found.weight >= MUCH && found.shared >= LEAST_SHARED_OF_MUCH;
    found.shared >= LEAST_SHARED || (is_much && !in_one_document)
}

fn day_number(day: Date) -> i32 {
    day.duration_since(Date::ZERO).as_hours() as i32 / 24
}

fn hash(words: &[u32]) -> u64 {
    words
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &word| (hash ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn side<'a>(words: &'a str, speaker: &'a str, day: i8) -> Side<'a> {
        Side {
            words,
            quoted: &[],
            speaker: Some(speaker),
            stands_for: None,
            is_body: false,
            document: day as usize,
            day: Some(date(2024, 5, day)),
            said_on: None,
            is_indirect: false,
            certainty: 90,
            heard_from: None,
        }
    }

    /// Statements of others, so that common words are common and rare ones rare.
    fn others() -> Vec<Side<'static>> {
        const OTHERS: [&str; 6] = [
            "we had a good day at the harbour and a long meeting",
            "it was a good thing to see and we had a meeting",
            "the council has a good deal to do and it will be late",
            "nobody knows what the winter will bring to the town",
            "the school opens again when the roof is repaired",
            "there was no good reason for it when we had the vote",
        ];
        (0..60).map(|at| side(OTHERS[at % OTHERS.len()], "Somebody Else", (at % 27) as i8 + 1)).collect()
    }

    #[track_caller]
    fn check(left: Side, right: Side, expected: Option<bool>) {
        let words = (left.words.to_owned(), right.words.to_owned());
        let mut sides = vec![left, right];
        sides.extend(others());
        let link = links(&sides).into_iter().find(|link| link.left == 0 && link.right == 1);
        assert_eq!(link.map(|link| link.is_verbatim), expected, "for {words:?}");
    }

    #[test]
    fn same_words_are_the_same_statement_while_days_allow() {
        let long =
            "the breakwater at Skerry Island must be rebuilt before another storm sweeps the ferries away";
        check(side(long, "Mara Lindqvist", 3), side(long, "Mara Lindqvist", 20), Some(true));
        let part = "must be rebuilt before another storm sweeps the ferries away";
        let elsewhere = Side { document: 29, ..side(part, "Mara Lindqvist", 3) };
        check(side(long, "Mara Lindqvist", 3), elsewhere, Some(true));
        // Beside it in the same document it is a part of it.
        check(side(long, "Mara Lindqvist", 3), side(part, "Mara Lindqvist", 3), None);
        // Said of two meetings, weeks apart.
        let short = "It was a good meeting";
        check(side(short, "Mara Lindqvist", 3), side(short, "Mara Lindqvist", 25), None);
        // Two people may say the same few words.
        check(side("the ferries stop", "Mara Lindqvist", 3), side("the ferries stop", "Jonas Ek", 3), None);
    }

    #[test]
    fn a_report_tells_the_same_in_other_words() {
        let report = |words, day| Side { is_indirect: true, ..side(words, "Mara Lindqvist", day) };
        let clip = "And we will probably rebuild the breakwater at Skerry Island";
        check(
            report("she would rebuild the Skerry breakwater", 3),
            side(clip, "Mara Lindqvist", 4),
            Some(false),
        );
        check(report("she would rebuild the Skerry breakwater", 9), side(clip, "Mara Lindqvist", 4), None);
        check(report("she would never leave the town", 3), side(clip, "Mara Lindqvist", 4), None);
        // Two words, and all that the one of them tells.
        let longer = report("it was a meaningful conversation about the breakwater", 3);
        let short = report("their conversation as meaningful", 4);
        check(longer, short, Some(false));
        // The same where it is the speaker's own words in a report of more.
        let quoted = ["meaningful conversation".to_owned()];
        let report = |words, day| Side { is_indirect: true, ..side(words, "Mara Lindqvist", day) };
        let mixed =
            "she had a meaningful conversation with Jonas Ek about ferries, tariffs and the new school";
        check(
            Side { quoted: &quoted, ..report(mixed, 3) },
            report("their conversation as meaningful", 4),
            Some(false),
        );
        // Her spokesman's office says it for her.
        let of_town = |side| Side { stands_for: Some("skerrish"), ..side };
        let office = Side {
            speaker: Some("Town Hall"),
            is_body: true,
            ..report("she would rebuild the Skerry breakwater", 3)
        };
        check(of_town(office), of_town(side(clip, "Mara Lindqvist", 4)), Some(false));
    }

    #[test]
    fn much_of_a_long_quotation_is_enough_elsewhere() {
        let long = "We must start by saying that a return of the ferries to the breakwater of Skerry Island is an unrealistic plan";
        let retold = "We must start by saying that taking ferries back to the breakwater, which the storm broke last winter, is an unrealistic plan";
        check(side(long, "Mara Lindqvist", 3), side(retold, "Mara Lindqvist", 8), Some(true));
        // Who goes on talking says like things.
        let later = Side { document: 3, ..side(retold, "Mara Lindqvist", 3) };
        check(side(long, "Mara Lindqvist", 3), later, None);
    }
}
