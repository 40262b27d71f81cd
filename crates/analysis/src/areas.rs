//! The areas in which findings are made, each a step on a document alone and a step on all of them.

use findings::{Analysis, Material};
use record::Document;
use serde::{Deserialize, Serialize};

/// The methods and their versions: when one changes, all documents are read again.
pub(crate) fn methods(has_parser: bool) -> String {
    let methods = [if has_parser { "parse/1" } else { "no parse" }];
    methods.join(" ")
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Names that were misheard.
    Names,
    /// Who said what.
    Quotes,
    /// What several documents are about.
    Stories,
    /// What happened in them, step by step.
    Timeline,
    /// What stands in several documents.
    Reuse,
    /// Where documents differ.
    Discrepancies,
}

impl Area {
    /// All of them, in the order in which each can use what others found.
    pub const ALL: [Self; 6] =
        [Self::Names, Self::Quotes, Self::Stories, Self::Timeline, Self::Reuse, Self::Discrepancies];

    /// The name under which its findings are kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Quotes => "quotes",
            Self::Stories => "stories",
            Self::Timeline => "timeline",
            Self::Reuse => "reuse",
            Self::Discrepancies => "discrepancies",
        }
    }
}

/// What a document holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) revision: u32,
}

impl Held {
    pub(crate) fn of(_material: &Material, _analysis: &Analysis, revision: u32) -> Self {
        Self { revision }
    }
}

/// What documents say together: for each area its findings as lines of JSON, documents by their ids.
pub(crate) fn together(_documents: &[(Document, Held)]) -> Vec<(Area, Vec<String>)> {
    Vec::new()
}
