//! What all documents together tell: speakers by their names, and statements linked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use record::Document;

use super::carried;
use super::clips::{self, Clip, Sentence};
use super::held::{Held, HeldStatement, certainty, key};
use super::linking::{self, Link, Side};
use super::people::last_word;
use super::registry::Registry;
use super::who::Who;
use super::{
    Echo, Evidence, LinkEvidence, MOST_NAMED, Manner, Speaker, Statement, Statements, Why, vocabulary, votes,
};
use crate::groups::Groups;
use crate::names::Meant;
use crate::reuse::advertises;
use crate::{Period, Spot, When};

/// Only who is so sure speaks for the same words elsewhere.
const SURE: u8 = 75;
/// A voice less sure than this is overruled by the same words elsewhere.
const DOUBTFUL: u8 = 80;

/// The statements of a period, of the documents that it sees; `meant` are the names that are repaired.
pub fn together(documents: &[(&Document, &Held)], meant: &Meant<'_>, period: &Period) -> Statements {
    let mut documents = documents.to_vec();
    documents.sort_by(|(left, _), (right, _)| left.id.cmp(&right.id));
    documents.dedup_by(|(left, _), (right, _)| left.id == right.id);
    let registry = Registry::of(&documents, meant);
    // Who holds an office is looked for among all who are said to, and many statements are of one.
    let mut named: HashMap<(&Who, Option<Date>), Option<String>> = HashMap::new();
    let mut told: Vec<Told> = documents
        .iter()
        .enumerate()
        .flat_map(|(at, (_, held))| held.statements.iter().map(move |statement| (at, statement)))
        .filter(standing_text(&documents))
        .map(|(document, statement)| {
            let day = documents[document].0.date;
            let name = || registry.name(&statement.who, day);
            let supposed = named.entry((&statement.who, day)).or_insert_with(name).clone();
            // Of what is no statement by itself the speaker is only supposed.
            let speaker = supposed.clone().filter(|_| statement.certainty > 0);
            Told { document, statement, supposed, speaker, elsewhere: None }
        })
        .collect();
    let same = linking::in_same_words(&sides(&documents, &told, &speaking_for(&told, &registry)));
    overrule(&mut told, &same);
    find_clips(&documents, &mut told, &same);
    carried::carry_on(&mut told, &same);
    told.retain(|told| told.statement.certainty > 0 || told.elsewhere.is_some());
    // Once more, now that speakers are known: also what is told in other words.
    let links = linking::links(&sides(&documents, &told, &speaking_for(&told, &registry)));
    findings(&documents, &told, &links, &registry, period)
}

/// A statement of a document, with what all documents tell of it.
pub(super) struct Told<'a> {
    pub(super) document: usize,
    pub(super) statement: &'a HeldStatement,
    /// Who its own document supposes to say it.
    pub(super) supposed: Option<String>,
    pub(super) speaker: Option<String>,
    /// What tells the speaker, where that is not its own document.
    pub(super) elsewhere: Option<Evidence>,
}

impl Told<'_> {
    pub(super) fn certainty(&self) -> u8 {
        self.elsewhere.map_or(self.statement.certainty, certainty)
    }
}

/// The body or government that each speaks for.
fn speaking_for(told: &[Told], registry: &Registry) -> Vec<Option<String>> {
    let stands_for = |told: &Told| registry.stands_for(&told.statement.who, told.speaker.as_deref());
    told.iter().map(|told| stands_for(told).filter(|_| told.statement.certainty > 0)).collect()
}

/// As linking sees them.
fn sides<'a>(
    documents: &[(&'a Document, &Held)],
    all: &'a [Told],
    stands_for: &'a [Option<String>],
) -> Vec<Side<'a>> {
    all.iter()
        .zip(stands_for)
        .map(|(told, stands_for)| {
            let (document, statement) = (documents[told.document].0, told.statement);
            Side {
                words: &statement.words,
                quoted: &statement.quoted,
                speaker: told.speaker.as_deref(),
                stands_for: stands_for.as_deref(),
                is_body: matches!(statement.who, Who::Body(_)),
                document: told.document,
                day: document.date,
                said_on: statement.said_on,
                is_indirect: matches!(statement.manner, Manner::Indirect | Manner::Mixed),
                certainty: told.certainty(),
                heard_from: heard_from(document, statement),
            }
        })
        .collect()
}

/// Finds among sentences of nobody known those that programmes of several outlets play.
fn find_clips(documents: &[(&Document, &Held)], told: &mut [Told], same: &[Link]) {
    let sentences: Vec<Sentence> = told
        .iter()
        .map(|told| Sentence {
            document: told.document,
            outlet: heard_from(documents[told.document].0, told.statement),
            supposed: told.supposed.as_deref(),
            certainty: told.statement.certainty,
        })
        .collect();
    for Clip { at, speaker } in clips::clips(&sentences, same) {
        let told = &mut told[at];
        if told.elsewhere.is_none() && !advertises(&told.statement.words) {
            told.speaker = speaker.filter(|name| !names_itself(&told.statement.words, name));
            told.elsewhere = Some(if told.speaker.is_some() { Evidence::Mention } else { Evidence::Nothing });
        }
    }
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

fn heard_from<'a>(document: &'a Document, statement: &HeldStatement) -> Option<&'a str> {
    document.outlet.as_deref().filter(|_| matches!(statement.spot, Spot::Spoken { .. }))
}

fn is_front(statement: &HeldStatement) -> bool {
    matches!(statement.spot, Spot::Front { .. })
}

/// Gives voices the speaker that the same words have elsewhere.
fn overrule(all: &mut [Told], same: &[Link]) {
    let mut groups = Groups::of(all.len());
    same.iter().for_each(|link| groups.join(link.left, link.right));
    let mut votes: BTreeMap<usize, BTreeMap<String, u32>> = BTreeMap::new();
    for (at, told) in all.iter().enumerate() {
        if let Some(name) = told.speaker.as_ref().filter(|_| told.statement.certainty >= SURE) {
            *votes.entry(groups.root(at)).or_default().entry(name.clone()).or_default() +=
                u32::from(told.statement.certainty);
        }
    }
    for (at, told) in all.iter_mut().enumerate() {
        let statement = told.statement;
        let is_voice =
            matches!(statement.manner, Manner::Clip | Manner::Direct) && statement.from != Evidence::Verb;
        let Some(votes) = votes.get(&groups.root(at)).filter(|_| is_voice && statement.certainty < DOUBTFUL)
        else {
            continue;
        };
        let own = told.speaker.as_ref().and_then(|own| votes.get(own)).copied().unwrap_or_default();
        if let Some((name, count)) = votes::most(votes)
            && Some(name) != told.speaker.as_ref()
            && count >= 50
            && count >= 2 * own.max(u32::from(statement.certainty))
            && !names_itself(&statement.words, name)
        {
            told.speaker = Some(name.clone());
            told.elsewhere = Some(Evidence::Elsewhere);
        }
    }
}

/// Whether words name whoever is said to say them: then somebody else says them.
pub(super) fn names_itself(words: &str, name: &str) -> bool {
    let surname = last_word(name);
    vocabulary::words(words).contains(&surname)
}

fn findings(
    documents: &[(&Document, &Held)],
    all: &[Told],
    links: &[Link],
    registry: &Registry,
    period: &Period,
) -> Statements {
    let id_of = |told: &Told| {
        id(documents[told.document].0.id.as_str(), &key(&told.statement.spot), &told.statement.words)
    };
    let all_ids: Vec<String> = all.iter().map(id_of).collect();
    let when: Vec<When> = documents.iter().map(|(document, _)| period.when(document)).collect();
    let same = Same::of(all, links, &all_ids, &when);
    let mut ids = BTreeSet::new();
    let mut found = Statements::default();
    for (at, told) in all.iter().enumerate() {
        // Two drafts of the same words at the same place are one statement.
        if when[told.document] != When::Within || !ids.insert(all_ids[at].as_str()) {
            continue;
        }
        let others = same.of_statement(at);
        let later = others.iter().filter(|other| when[all[**other].document] == When::After);
        found.echoes.extend(later.map(|&other| Echo {
            of: all_ids[at].clone(),
            document: documents[all[other].document].0.id.clone(),
            id: all_ids[other].clone(),
            link: same.link(at, other).map(|link| (link.is_verbatim, link.shared)),
        }));
        let document = documents[told.document].0;
        let held = told.statement;
        let from = told.elsewhere.unwrap_or(held.from);
        found.statements.push(Statement {
            citation: held.spot.cite(&document.id),
            id: all_ids[at].clone(),
            speaker: Speaker { name: told.speaker.clone(), as_written: held.as_written.clone() },
            words: held.words.clone(),
            manner: held.manner,
            verb: held.verb.clone(),
            reported_by: (held.reported_by != Who::Unnamed)
                .then(|| registry.name(&held.reported_by, document.date))
                .flatten(),
            said_on: held.said_on,
            same_as: others.iter().map(|other| all_ids[*other].clone()).collect(),
            confidence: told.speaker.as_ref().map(|_| confidence(from)),
            why: Why { speaker_from: from, certainty: told.certainty(), links: same.evidence(at) },
        });
    }
    found
}

/// Which statements are the same, seen from the days that are wanted.
struct Same<'a> {
    all: &'a [Told<'a>],
    ids: &'a [String],
    /// Of each document.
    when: &'a [When],
    links: HashMap<(usize, usize), &'a Link>,
    /// With which each has a link, in the order of links.
    linked: Vec<Vec<usize>>,
    /// Of each, the group that links make.
    groups: Vec<usize>,
    /// Of a group, by their ids.
    members: BTreeMap<usize, Vec<usize>>,
    /// What those say that have a link.
    content: HashMap<usize, BTreeSet<String>>,
}

impl<'a> Same<'a> {
    fn of(all: &'a [Told<'a>], links: &'a [Link], ids: &'a [String], when: &'a [When]) -> Self {
        let mut groups = Groups::of(all.len());
        let mut linked = vec![Vec::new(); all.len()];
        for link in links {
            groups.join(link.left, link.right);
            linked[link.left].push(link.right);
            linked[link.right].push(link.left);
        }
        let groups: Vec<usize> = (0..all.len()).map(|at| groups.root(at)).collect();
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        groups.iter().enumerate().for_each(|(at, group)| members.entry(*group).or_default().push(at));
        members.values_mut().for_each(|members| members.sort_by_key(|at| &ids[*at]));
        let has_link = (0..all.len()).filter(|at| !linked[*at].is_empty());
        let content = has_link.map(|at| (at, vocabulary::content(&all[at].statement.words))).collect();
        let links = links.iter().map(|link| ((link.left, link.right), link)).collect();
        Self { all, ids, when, links, linked, groups, members, content }
    }

    fn link(&self, one: usize, other: usize) -> Option<&'a Link> {
        self.links.get(&(one.min(other), one.max(other))).copied()
    }

    /// Those that are the same as one of the days that are wanted, by their ids.
    fn of_statement(&self, at: usize) -> Vec<usize> {
        let mut same: Vec<usize> = Vec::new();
        for &other in &self.members[&self.groups[at]] {
            let is_named = self.ids[other] == self.ids[at]
                || same.last().is_some_and(|last| self.ids[*last] == self.ids[other]);
            let is_same = || self.link(at, other).is_some() || self.share(at, other);
            if !is_named && self.may_name(at, other) && is_same() {
                same.push(other);
            }
            if same.len() == MOST_NAMED {
                break;
            }
        }
        same
    }

    /// What a chain of links joins is the same only if it shares something, too: a report of two things is a link between
    /// the one and the other.
    fn share(&self, one: usize, other: usize) -> bool {
        self.content
            .get(&one)
            .zip(self.content.get(&other))
            .is_some_and(|(one, other)| 2 * one.intersection(other).count() >= one.len().min(other.len()))
    }

    /// Whether the other is surely a statement of the days that have it. What earlier days share with later ones they tell
    /// these ([`Echo`]).
    fn may_name(&self, at: usize, other: usize) -> bool {
        let is_sure = |at: usize| {
            let statement = self.all[at].statement;
            statement.certainty > 0 && !is_front(statement)
        };
        match self.when[self.all[other].document] {
            When::Before => false,
            When::Within => true,
            When::After => is_sure(at) && is_sure(other),
        }
    }

    fn evidence(&self, at: usize) -> Vec<LinkEvidence> {
        let named = self.linked[at].iter().filter(|other| self.may_name(at, **other));
        let evidence = named.filter_map(|&other| {
            let link = self.link(at, other)?;
            let id = self.ids[other].clone();
            Some(LinkEvidence { id, is_verbatim: link.is_verbatim, shared: link.shared })
        });
        evidence.take(MOST_NAMED).collect()
    }
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
