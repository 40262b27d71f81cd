//! Statements: who said what, in whose words, and where else the same was said.
//!
//! ```text
//! document --people, sayings, quotation marks, voices--> what it holds: statements, full names, roles
//! what all hold --registry--> who each speaker is --linking--> which statements are the same --> findings
//! ```
//!
//! The promise is that each statement is of words that stand at its place, and that a speaker who isn't known has no
//! name. Broadcasts of old archives tell no voices apart; who speaks in a clip is read from what leads to it, and
//! [`Why`] says from what.

mod carried;
mod clauses;
mod clips;
mod days;
mod heard;
mod held;
mod linking;
mod people;
mod printed;
mod reading;
mod registry;
mod reported;
#[cfg(test)]
mod tests;
mod texts;
mod together;
mod told;
mod traits;
mod verbs;
mod vocabulary;
mod voices;
mod votes;
mod who;

use std::collections::BTreeMap;

use jiff::civil::Date;
use record::{Citation, DocumentId};
use serde::{Deserialize, Serialize};

pub use held::{Held, HeldStatement, Known};
pub use together::together;
pub use who::{Role, Who};

use crate::material::{Analysis, Material};

/// The method and its version: what is held of another version is extracted anew.
pub const METHOD: &str = "quotes/9";

/// Same statements that one names at most; the rest is found through them.
const MOST_NAMED: usize = 50;

/// What is said in a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statements {
    /// By document, and then as each has them.
    pub statements: Vec<Statement>,
    /// Which of them are the same as statements of later days.
    pub echoes: Vec<Echo>,
}

/// A statement that is said again in a later period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Echo {
    /// The id of the statement.
    pub of: String,
    /// The document that has it again.
    pub document: DocumentId,
    /// The id of the later statement.
    pub id: String,
    /// Where both are linked themselves, whether they share words in order, and how much.
    pub link: Option<(bool, f32)>,
}

impl Statements {
    /// Names with each statement those of earlier periods that are the same.
    pub fn name_earlier(&mut self, echoes: &[Echo]) {
        let mut earlier: BTreeMap<&str, Vec<&Echo>> = BTreeMap::new();
        echoes.iter().for_each(|echo| earlier.entry(&echo.id).or_default().push(echo));
        for statement in &mut self.statements {
            for echo in earlier.remove(statement.id.as_str()).unwrap_or_default() {
                statement.same_as.push(echo.of.clone());
                statement.why.links.extend(echo.link.map(|(is_verbatim, shared)| LinkEvidence {
                    id: echo.of.clone(),
                    is_verbatim,
                    shared,
                }));
            }
            statement.same_as.sort_unstable();
            statement.same_as.dedup();
            statement.same_as.truncate(MOST_NAMED);
            statement.why.links.truncate(MOST_NAMED);
        }
    }
}

/// How words of somebody reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// The speaker, or an interpreter, is heard.
    Clip,
    /// Somebody's words, printed between quotation marks or read out.
    Direct,
    /// What somebody said, in a reporter's words.
    Indirect,
    /// A reporter's words around some of the speaker's.
    Mixed,
}

/// Somebody said something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    /// Which document has it, and where.
    #[serde(flatten)]
    pub citation: Citation,
    /// The same as long as document, place and words are.
    pub id: String,
    /// Who said it.
    pub speaker: Speaker,
    /// The words of the document that tell it.
    pub words: String,
    /// How the words reached us.
    pub manner: Manner,
    /// The verb that reports it, in its base form; `None` for clips.
    pub verb: Option<String>,
    /// Who passes it on, where that is somebody else than the publisher.
    pub reported_by: Option<String>,
    /// The day on which it was said, where the text tells.
    pub said_on: Option<Date>,
    /// The ids of the same statement elsewhere, in order.
    pub same_as: Vec<String>,
    /// How sure the speaker is, 0 to 1; `None` if nobody is named.
    pub confidence: Option<f64>,
    /// From what all this is concluded.
    pub why: Why,
}

/// Who said something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Speaker {
    /// The full name, or the name of a body; `None` if nothing tells.
    pub name: Option<String>,
    /// The words of the document that name the speaker; `None` where none do.
    pub as_written: Option<String>,
}

/// From what a statement is concluded.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Why {
    /// What tells the speaker.
    pub speaker_from: Evidence,
    /// How sure the speaker is by that, 0 to 100.
    pub certainty: u8,
    /// What makes each link, beside its id.
    pub links: Vec<LinkEvidence>,
}

/// Why two statements are taken for the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkEvidence {
    /// The other one.
    pub id: String,
    /// Whether words in order are shared, and not only what is told.
    pub is_verbatim: bool,
    /// The share of the shorter one that is shared, weighed by rareness; 0 to 1.
    pub shared: f32,
}

/// What tells who the speaker is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The subject of the verb that reports it.
    Verb,
    /// A quotation without one follows another.
    Floating,
    /// The transcript names who speaks.
    Labelled,
    /// Its voice was announced.
    Announced,
    /// A report of what the speaker said leads to it.
    Report,
    /// The speaker is mentioned right before.
    Mention,
    /// The voice was heard before.
    Continued,
    /// A guest answers.
    Guest,
    /// The title names whom the programme is with.
    Title,
    /// The same words are of this speaker elsewhere.
    Elsewhere,
    /// Nothing.
    #[default]
    Nothing,
}

/// What a document holds of statements.
pub fn extract(material: &Material, analysis: &Analysis) -> Held {
    held::extract(material, analysis)
}
