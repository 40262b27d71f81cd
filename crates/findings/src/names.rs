//! Names that a recogniser misheard, and who was meant, each with the line in which people typed the name.
//!
//! ```text
//! Material --extract--> Held: capitalised runs heard, names typed, words around both
//! all that documents hold --lexicon--> names people typed --propose--> Names: repairs with evidence, spellings
//! ```
//!
//! How a name is spelt is learnt from what people typed (articles, titles, descriptions, keywords) and never from what
//! most transcripts have: a recogniser makes the same mistake a thousand times. A repair never changes a transcript;
//! what was heard is evidence too. What people typed as a name themselves is never repaired.

mod archive;
mod context;
mod held;
mod lexicon;
mod lists;
mod propose;
mod sound;
mod spread;
#[cfg(test)]
mod tests;
mod why;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use record::{Citation, Document, DocumentId, FrontPart};
use serde::{Deserialize, Serialize};

use crate::Spot;
use archive::Archive;
use held::Typed;
pub use held::{Held, extract};
use lexicon::Lexicon;
pub use lexicon::NameKind;
use propose::{Proposal, Proposer, Use};
use spread::Form;
pub use why::Why;

/// The method of these findings and its version.
pub const METHOD: &str = "names/4";

/// Repairs of a lower score are not proposed.
///
/// Of 539 different proposals on development data that were read before the weights were changed, 62 of the 73 that are
/// now between 1 and 2 were right, 177 of 184 above, 60 of 75 between 0 and 1, and 101 of 180 further down. After a change
/// of a weight read such a sample again.
const LEAST_SCORE: f32 = 1.0;

/// How a score becomes a confidence: a logistic curve through the shares that were right when they were read.
const CONFIDENCE: (f64, f64) = (1.0, 0.65);

/// How sure it is that two hearings of a name that nobody typed are one person.
const VARIANT_CONFIDENCE: f64 = 0.4;

/// How many lines are shown as evidence.
const MOST_EVIDENCE: usize = 2;

/// What all documents together tell about names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// In the order of their documents and places.
    pub repairs: Vec<Repair>,
    /// For each name that was misheard how it was heard, by name.
    pub spellings: Vec<Spellings>,
    /// Names of which no document has a typed form, in the order of their documents.
    pub variants: Vec<Variants>,
}

/// What names in full that were heard are meant to be, for whatever tells who somebody is: by how they were heard, with the
/// name and the documents in which it is repaired so.
pub type Meant<'a> = BTreeMap<&'a str, (&'a str, BTreeSet<&'a str>)>;

impl Names {
    /// What was found in some documents.
    #[must_use]
    pub fn within(mut self, is_wanted: impl Fn(&DocumentId) -> bool) -> Self {
        self.repairs.retain(|repair| is_wanted(&repair.citation.document));
        self.variants.retain(|variants| variants.left.places.iter().all(|place| is_wanted(&place.document)));
        self.spellings = spellings(&self.repairs);
        self
    }

    /// The names of persons that are meant by what was heard in two words and more, where it is never somebody else's.
    pub fn meant(&self) -> Meant<'_> {
        let mut documents: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
        let persons = self.repairs.iter().filter(|repair| repair.kind == NameKind::Person);
        for repair in persons.filter(|repair| repair.heard.contains(' ') && repair.canonical.contains(' ')) {
            let names = documents.entry(&repair.heard).or_default();
            names.entry(&repair.canonical).or_default().insert(repair.citation.document.as_str());
        }
        let only = documents.into_iter().filter(|(_, names)| names.len() == 1);
        only.filter_map(|(heard, mut names)| Some((heard, names.pop_first()?))).collect()
    }
}

/// A name for what was heard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// Where it was heard.
    #[serde(flatten)]
    pub citation: Citation,
    /// What the transcript has.
    pub heard: String,
    /// The name that is meant, in full.
    pub canonical: String,
    /// What it names.
    pub kind: NameKind,
    /// Whether the two sound the same, so that only the spelling differs.
    pub is_spelling: bool,
    /// How sure this is, 0 to 1.
    pub confidence: f64,
    /// Where people typed the name: in the same document, or nearest to its day. Never empty.
    pub evidence: Vec<Evidence>,
    /// What speaks for and against it.
    pub why: Why,
}

/// A line in which people typed a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// Where the name stands.
    #[serde(flatten)]
    pub citation: Citation,
    /// The line, a long one cut.
    pub text: String,
}

/// A name, and how it was heard: a search for one finds them all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spellings {
    /// The name in full.
    pub canonical: String,
    /// What it names.
    pub kind: NameKind,
    /// What a person is called for short: the surname.
    pub short: Option<String>,
    /// How it was heard, the most frequent first.
    pub heard: Vec<HeardAs>,
}

/// A form in which a name was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardAs {
    /// As the transcripts have it.
    pub text: String,
    /// How often.
    pub count: usize,
}

/// Two hearings of a name in one document, of which nobody typed the right form: neither is chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variants {
    /// One of them at each of its places.
    pub left: Hearing,
    /// The other.
    pub right: Hearing,
    /// How sure it is that both are one, 0 to 1.
    pub confidence: f64,
}

/// A form of a name with its places.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hearing {
    /// As the transcript has it.
    pub heard: String,
    /// Where.
    pub places: Vec<Citation>,
}

/// Finds misheard names in what all documents hold.
pub fn names(documents: &[(&Document, &Held)]) -> Names {
    names_of_score(documents, LEAST_SCORE)
}

/// The same with every proposal of at least this score.
fn names_of_score(documents: &[(&Document, &Held)], least_score: f32) -> Names {
    let archive = Archive::of(documents);
    let lexicon = Lexicon::of(&archive);
    let mut proposer = Proposer::of(&archive, &lexicon);
    let mut found = proposer.proposals();
    found.retain(|proposal| proposal.why.score >= least_score);
    let parts = spread::parts_of_names(&archive, &lexicon, &found);
    let is_found: BTreeSet<(u32, &[u32])> =
        found.iter().map(|proposal| (proposal.document, proposal.words.as_slice())).collect();
    let unknown = spread::unknown(&archive, &lexicon, proposer.doubtful(), &is_found);
    let variants = unknown.iter().map(|(document, forms)| variants(&archive, *document, forms)).collect();
    let chosen = chosen(found.iter().chain(&parts));
    let repairs: Vec<Repair> = chosen
        .iter()
        .map(|((document, ..), (proposal, used))| repair(&archive, &lexicon, *document, proposal, used))
        .collect();
    Names { spellings: spellings(&repairs), repairs, variants }
}

/// Proposals by place: document, heard run, first word.
type Chosen<'a> = BTreeMap<(u32, u32, usize), (&'a Proposal, &'a Use)>;

/// One repair for each place: where proposals overlap, the better.
fn chosen<'a>(proposals: impl Iterator<Item = &'a Proposal>) -> Chosen<'a> {
    let mut uses: Vec<(&Proposal, &Use)> =
        proposals.flat_map(|proposal| proposal.uses.iter().map(move |used| (proposal, used))).collect();
    uses.sort_by(|(one, one_use), (other, other_use)| {
        let place = |proposal: &Proposal, used: &Use| (proposal.document, used.heard, used.from, used.to);
        other
            .why
            .score
            .total_cmp(&one.why.score)
            .then_with(|| place(one, one_use).cmp(&place(other, other_use)))
    });
    let mut chosen: Chosen<'_> = BTreeMap::new();
    for (proposal, used) in uses {
        let in_run = (proposal.document, used.heard, 0)..=(proposal.document, used.heard, usize::MAX);
        let overlaps =
            chosen.range(in_run).any(|(_, (_, other))| other.from < used.to && used.from < other.to);
        if !overlaps {
            chosen.insert((proposal.document, used.heard, used.from), (proposal, used));
        }
    }
    chosen
}

fn heard_text(archive: &Archive<'_>, document: u32, used: &Use) -> String {
    let held = archive.documents[document as usize].held;
    let run = held.heard[used.heard as usize].run;
    held.runs[run as usize][used.from..used.to].join(" ")
}

fn citation(archive: &Archive<'_>, document: u32, used: &Use) -> Citation {
    let read = &archive.documents[document as usize];
    read.held.heard[used.heard as usize].spot.cite(&read.document.id)
}

fn repair(
    archive: &Archive<'_>,
    lexicon: &Lexicon,
    document: u32,
    proposal: &Proposal,
    used: &Use,
) -> Repair {
    let name = &lexicon.names[proposal.name as usize];
    let (base, slope) = CONFIDENCE;
    let confidence = 1.0 / (1.0 + (-base - slope * f64::from(proposal.why.score)).exp());
    Repair {
        citation: citation(archive, document, used),
        heard: heard_text(archive, document, used),
        canonical: name.text(),
        kind: name.kind,
        is_spelling: proposal.why.sound >= why::SAME_SOUND,
        confidence: (confidence * 100.0).round() / 100.0,
        evidence: evidence(archive, &name.typed, document),
        why: proposal.why.clone(),
    }
}

/// The lines that show best how a name is spelt: of the document itself, else of the nearest day; running text before
/// keywords; one of each document.
fn evidence(archive: &Archive<'_>, typed: &[(u32, u32)], document: u32) -> Vec<Evidence> {
    let day = archive.documents[document as usize].document.date;
    let distance = |other: u32| match (day, archive.documents[other as usize].document.date) {
        (Some(day), Some(other)) => day.until(other).map_or(i32::MAX, |span| span.get_days().abs()),
        _ => i32::MAX,
    };
    let line = |(other, at): (u32, u32)| &archive.documents[other as usize].held.typed[at as usize];
    let is_keyword = |typed: &Typed| matches!(typed.spot, Spot::Front { part: FrontPart::Keywords, .. });
    let is_front = |typed: &Typed| matches!(typed.spot, Spot::Front { .. });
    let mut ranked: Vec<(u32, u32)> = typed.to_vec();
    ranked.sort_by_cached_key(|place| {
        let typed = line(*place);
        (place.0 != document, is_keyword(typed), distance(place.0), is_front(typed), *place)
    });
    let mut seen = BTreeSet::new();
    ranked.retain(|(other, _)| seen.insert(*other));
    ranked.truncate(MOST_EVIDENCE);
    let shown = |place: (u32, u32)| {
        let typed = line(place);
        let id = &archive.documents[place.0 as usize].document.id;
        Evidence { citation: typed.spot.cite(id), text: typed.line.clone() }
    };
    ranked.into_iter().map(shown).collect()
}

/// How each name was heard, of some repairs.
fn spellings(repairs: &[Repair]) -> Vec<Spellings> {
    let once = |repair: &Repair| Spellings {
        canonical: repair.canonical.clone(),
        kind: repair.kind,
        short: None,
        heard: vec![HeardAs { text: repair.heard.clone(), count: 1 }],
    };
    all_spellings(repairs.iter().map(once))
}

/// How each name was heard, of what was found in several parts of an archive: by name.
pub fn all_spellings(parts: impl IntoIterator<Item = Spellings>) -> Vec<Spellings> {
    type Counts = BTreeMap<String, usize>;
    let mut names: BTreeMap<(String, NameKind), Counts> = BTreeMap::new();
    for part in parts {
        let counts = names.entry((part.canonical, part.kind)).or_default();
        part.heard.into_iter().for_each(|heard| *counts.entry(heard.text).or_default() += heard.count);
    }
    let of = |((canonical, kind), counts): ((String, NameKind), Counts)| {
        let mut heard: Vec<HeardAs> =
            counts.into_iter().map(|(text, count)| HeardAs { text, count }).collect();
        heard.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.text.cmp(&other.text)));
        Spellings { short: short(&canonical, kind), canonical, kind, heard }
    };
    names.into_iter().map(of).collect()
}

/// What a person is called for short: the surname.
fn short(canonical: &str, kind: NameKind) -> Option<String> {
    let (_, surname) = canonical.rsplit_once(' ').filter(|_| kind == NameKind::Person)?;
    Some(surname.to_owned())
}

fn variants(archive: &Archive<'_>, document: u32, forms: &[Form<'_>; 2]) -> Variants {
    let hearing = |(_, uses): Form<'_>| Hearing {
        heard: uses.first().map(|used| heard_text(archive, document, used)).unwrap_or_default(),
        places: uses.iter().map(|used| citation(archive, document, used)).collect(),
    };
    Variants { left: hearing(forms[0]), right: hearing(forms[1]), confidence: VARIANT_CONFIDENCE }
}
