//! What all documents together tell: speakers by their names, and statements linked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use record::Document;

use super::groups::Groups;
use super::held::{Held, HeldStatement, key};
use super::linking::{self, Link, Side};
use super::people::last_word;
use super::registry::Registry;
use super::who::Who;
use super::{Evidence, LinkEvidence, Manner, Speaker, Statement, Why};
use crate::Spot;

/// Same statements that one names at most; the rest is found through them.
const MOST_NAMED: usize = 50;
/// Only who is so sure speaks for the same words elsewhere.
const SURE: u8 = 75;
/// A voice less sure than this is overruled by the same words elsewhere.
const DOUBTFUL: u8 = 80;

/// All statements of all documents, by document and then as each has them.
pub fn together(documents: &[(&Document, &Held)]) -> Vec<Statement> {
    let mut documents = documents.to_vec();
    documents.sort_by(|(left, _), (right, _)| left.id.cmp(&right.id));
    documents.dedup_by(|(left, _), (right, _)| left.id == right.id);
    let registry = Registry::of(&documents);
    let all: Vec<(usize, &HeldStatement)> = documents
        .iter()
        .enumerate()
        .flat_map(|(at, (_, held))| held.statements.iter().map(move |statement| (at, statement)))
        .filter(standing_text(&documents))
        .collect();
    let mut names: Vec<Option<String>> =
        all.iter().map(|(at, statement)| registry.name(&statement.who, documents[*at].0.date)).collect();
    let stands_for: Vec<Option<String>> = all
        .iter()
        .zip(&names)
        .map(|((_, statement), name)| registry.stands_for(&statement.who, name.as_deref()))
        .collect();
    let sides: Vec<Side> = all
        .iter()
        .zip(&names)
        .zip(&stands_for)
        .map(|((&(document, statement), name), stands_for)| Side {
            words: &statement.words,
            quoted: &statement.quoted,
            speaker: name.as_deref(),
            stands_for: stands_for.as_deref(),
            is_body: matches!(statement.who, Who::Body(_)),
            document,
            day: documents[document].0.date,
            said_on: statement.said_on,
            is_indirect: matches!(statement.manner, Manner::Indirect | Manner::Mixed),
            certainty: statement.certainty,
        })
        .collect();
    let links = linking::links(&sides);
    drop(sides);
    let elsewhere = overrule(&all, &links, &mut names);
    findings(&documents, &all, &links, &names, &elsewhere, &registry)
}

/// Keeps what is no standing text: what a publisher writes below its recordings again and again is nobody's statement.
fn standing_text<'a>(
    documents: &[(&'a Document, &'a Held)],
) -> impl FnMut(&(usize, &'a HeldStatement)) -> bool + use<'a> {
    const DOCUMENTS: usize = 3;
    let mut written: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    for (document, held) in documents {
        let texts = held.statements.iter().filter(|statement| is_front(statement));
        let texts: BTreeSet<&str> = texts.map(|statement| statement.words.as_str()).collect();
        texts
            .into_iter()
            .for_each(|words| *written.entry((document.outlet.as_deref(), words)).or_default() += 1);
    }
    let outlets: Vec<Option<&str>> =
        documents.iter().map(|(document, _)| document.outlet.as_deref()).collect();
    move |(at, statement)| {
        let times = written.get(&(outlets[*at], statement.words.as_str())).copied().unwrap_or_default();
        !(is_front(statement) && times >= DOCUMENTS)
    }
}

fn is_front(statement: &HeldStatement) -> bool {
    matches!(statement.spot, Spot::Front { .. })
}

/// Gives voices the speaker that the same words have elsewhere; returns which were given one.
fn overrule(all: &[(usize, &HeldStatement)], links: &[Link], names: &mut [Option<String>]) -> Vec<bool> {
    let mut same = Groups::of(all.len());
    links
        .iter()
        .filter(|link| link.is_verbatim && link.shared >= 0.85)
        .for_each(|link| same.join(link.left, link.right));
    let mut votes: BTreeMap<usize, BTreeMap<&str, u32>> = BTreeMap::new();
    let before = names.to_vec();
    for (at, name) in before.iter().enumerate() {
        if let Some(name) = name.as_ref().filter(|_| all[at].1.certainty >= SURE) {
            *votes.entry(same.root(at)).or_default().entry(name).or_default() +=
                u32::from(all[at].1.certainty);
        }
    }
    let mut elsewhere = vec![false; all.len()];
    for at in 0..all.len() {
        let statement = all[at].1;
        let is_voice =
            matches!(statement.manner, Manner::Clip | Manner::Direct) && statement.from != Evidence::Verb;
        let Some(votes) = votes.get(&same.root(at)).filter(|_| is_voice && statement.certainty < DOUBTFUL)
        else {
            continue;
        };
        let own = before[at].as_deref().and_then(|own| votes.get(own)).copied().unwrap_or_default();
        let best = votes.iter().max_by_key(|(name, votes)| (**votes, std::cmp::Reverse(**name)));
        if let Some((name, &count)) = best
            && Some(*name) != before[at].as_deref()
            && count >= 50
            && count >= 2 * own.max(u32::from(statement.certainty))
            && !names_itself(&statement.words, name)
        {
            names[at] = Some((*name).to_owned());
            elsewhere[at] = true;
        }
    }
    elsewhere
}

/// Whether words name whoever is said to say them: then somebody else says them.
fn names_itself(words: &str, name: &str) -> bool {
    let surname = last_word(name);
    linking::words(words).contains(&surname)
}

fn findings(
    documents: &[(&Document, &Held)],
    all: &[(usize, &HeldStatement)],
    links: &[Link],
    names: &[Option<String>],
    elsewhere: &[bool],
    registry: &Registry,
) -> Vec<Statement> {
    let is_shown = |at: usize| all[at].1.certainty > 0 || elsewhere[at];
    let mut ids = BTreeSet::new();
    let id_of = |(document, statement): &(usize, &HeldStatement)| {
        id(documents[*document].0.id.as_str(), &key(&statement.spot), &statement.words)
    };
    let all_ids: Vec<String> = all.iter().map(id_of).collect();
    let mut groups = Groups::of(all.len());
    let shown_links: Vec<&Link> =
        links.iter().filter(|link| is_shown(link.left) && is_shown(link.right)).collect();
    shown_links.iter().for_each(|link| groups.join(link.left, link.right));
    let linked: HashSet<(usize, usize)> = shown_links.iter().map(|link| (link.left, link.right)).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in (0..all.len()).filter(|&at| is_shown(at)) {
        members.entry(groups.root(at)).or_default().push(at);
    }
    members.values_mut().for_each(|members| members.sort_by_key(|at| &all_ids[*at]));
    let mut evidence: Vec<Vec<LinkEvidence>> = vec![Vec::new(); all.len()];
    for link in shown_links {
        for (own, other) in [(link.left, link.right), (link.right, link.left)] {
            if evidence[own].len() < MOST_NAMED {
                let id = all_ids[other].clone();
                evidence[own].push(LinkEvidence { id, is_verbatim: link.is_verbatim, shared: link.shared });
            }
        }
    }
    // What a chain of links joins is the same only if it shares something, too: a report of two things is a link between
    // the one and the other.
    let content: HashMap<usize, BTreeSet<String>> = linked
        .iter()
        .flat_map(|(left, right)| [*left, *right])
        .map(|at| (at, linking::content(&all[at].1.words)))
        .collect();
    let share = |one: usize, other: usize| {
        content
            .get(&one)
            .zip(content.get(&other))
            .is_some_and(|(one, other)| 2 * one.intersection(other).count() >= one.len().min(other.len()))
    };
    let mut statements = Vec::new();
    for at in (0..all.len()).filter(|&at| is_shown(at)) {
        let (document, held) = all[at];
        // Two drafts of the same words at the same place are one statement.
        if !ids.insert(all_ids[at].clone()) {
            continue;
        }
        let mut same: Vec<&String> = Vec::new();
        for &other in &members[&groups.root(at)] {
            let id = &all_ids[other];
            let is_named = *id == all_ids[at] || same.last() == Some(&id);
            if !is_named && (linked.contains(&(at.min(other), at.max(other))) || share(at, other)) {
                same.push(id);
            }
            if same.len() == MOST_NAMED {
                break;
            }
        }
        let document = documents[document].0;
        let from = if elsewhere[at] { Evidence::Elsewhere } else { held.from };
        statements.push(Statement {
            citation: held.spot.cite(&document.id),
            id: all_ids[at].clone(),
            speaker: Speaker { name: names[at].clone(), as_written: held.as_written.clone() },
            words: held.words.clone(),
            manner: held.manner,
            verb: held.verb.clone(),
            reported_by: (held.reported_by != Who::Unnamed)
                .then(|| registry.name(&held.reported_by, document.date))
                .flatten(),
            said_on: held.said_on,
            same_as: same.into_iter().cloned().collect(),
            confidence: names[at].as_ref().map(|_| confidence(from)),
            why: Why {
                speaker_from: from,
                certainty: held.certainty,
                links: std::mem::take(&mut evidence[at]),
            },
        });
    }
    statements
}

/// How sure a speaker is: about the share that was right where samples of each kind were read, in transcripts by which
/// nothing was chosen.
fn confidence(from: Evidence) -> f64 {
    match from {
        Evidence::Labelled => 0.95,
        Evidence::Verb => 0.9,
        Evidence::Elsewhere => 0.8,
        Evidence::Floating => 0.7,
        Evidence::Announced => 0.6,
        Evidence::Title | Evidence::Guest | Evidence::Continued => 0.5,
        Evidence::Mention | Evidence::Report => 0.4,
        Evidence::Nothing => 0.0,
    }
}

/// A name for a statement that stays while document, place and words do: FNV-1a, 64 bits.
fn id(document: &str, place: &str, words: &str) -> String {
    let parts = [document, "\0", place, "\0", words];
    let bytes = parts.iter().flat_map(|part| part.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
