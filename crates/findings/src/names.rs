//! Names that a recogniser misheard, and who was meant, each with the line in which people typed the name.
//!
//! ```text
//! Material --extract--> Held: capitalised runs heard, names typed, words around both
//! all that documents hold --lexicon--> names people typed --propose--> repairs, each with evidence
//! ```
//!
//! How a name is spelt is learnt from what people typed (articles, titles, descriptions, keywords) and never from what
//! most transcripts have: a recogniser makes the same mistake a thousand times. A repair never changes a transcript;
//! what was heard is evidence too.

mod archive;
mod context;
mod held;
mod lexicon;
mod lists;
mod propose;
mod sound;
mod words;

use record::{Citation, Document};
use serde::Serialize;

use archive::Archive;
pub use held::{Held, extract};
use lexicon::Lexicon;
pub use lexicon::NameKind;
pub use propose::Why;
use propose::{Proposal, Proposer};

/// The method of these findings and its version.
pub const METHOD: &str = "names/1";

/// Repairs of less confidence are not proposed.
const LEAST_SCORE: f32 = 1.5;

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
    /// How sure this is, 0 to 1.
    pub confidence: f32,
    /// Where people typed the name, the nearest first.
    pub evidence: Vec<Evidence>,
    /// What speaks for and against it.
    pub why: Why,
}

/// A line in which people typed a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// Where it stands.
    #[serde(flatten)]
    pub citation: Citation,
    /// The line, a long one cut.
    pub text: String,
}

/// The repairs that all documents together support.
pub fn repairs(documents: &[(&Document, &Held)]) -> Vec<Repair> {
    proposals(documents, LEAST_SCORE)
}

/// The repairs of at least this score.
pub fn proposals(documents: &[(&Document, &Held)], least_score: f32) -> Vec<Repair> {
    let archive = Archive::of(documents);
    let lexicon = Lexicon::of(&archive);
    let proposals = Proposer::of(&archive, &lexicon).proposals();
    let mut repairs = Vec::new();
    for proposal in proposals.iter().filter(|proposal| proposal.why.score >= least_score) {
        repairs.extend(written(&archive, &lexicon, proposal));
    }
    repairs
}

fn written(archive: &Archive<'_>, lexicon: &Lexicon, proposal: &Proposal) -> Vec<Repair> {
    let read = &archive.documents[proposal.document as usize];
    let name = &lexicon.names[proposal.name as usize];
    let evidence: Vec<Evidence> = name.typed.iter().take(2).map(|(document, at)| {
        let typed_in = &archive.documents[*document as usize];
        let typed = &typed_in.held.typed[*at as usize];
        Evidence { citation: typed.spot.cite(&typed_in.document.id), text: typed.line.clone() }
    }).collect();
    proposal.uses.iter().map(|used| {
        let heard = &read.held.heard[used.heard as usize];
        Repair {
            citation: heard.spot.cite(&read.document.id),
            heard: read.held.runs[heard.run as usize][used.from..used.to].join(" "),
            canonical: name.text(),
            kind: name.kind,
            confidence: 1.0 / (1.0 + (-proposal.why.score).exp()),
            evidence: evidence.clone(),
            why: proposal.why.clone(),
        }
    }).collect()
}
