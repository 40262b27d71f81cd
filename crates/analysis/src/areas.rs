//! The areas in which findings are printed, and the methods that make them.

use findings::{discrepancies, names, quotes, reuse, stories, timeline};

/// The methods and their versions: when one changes, all documents are read again.
pub(crate) fn methods(has_parser: bool) -> String {
    let parser = if has_parser { "parse/1" } else { "no parser" };
    let areas = Area::ALL.map(Area::method);
    [&[parser], areas.as_slice()].concat().join(" ")
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Names that were misheard.
    Names,
    /// How each name was heard.
    Spellings,
    /// Names that nobody typed and that were heard in two ways.
    Variants,
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
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 8] = [
        Self::Names,
        Self::Spellings,
        Self::Variants,
        Self::Quotes,
        Self::Stories,
        Self::Timeline,
        Self::Reuse,
        Self::Discrepancies,
    ];

    /// The name under which its findings are kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Spellings => "spellings",
            Self::Variants => "variants",
            Self::Quotes => "quotes",
            Self::Stories => "stories",
            Self::Timeline => "timeline",
            Self::Reuse => "reuse",
            Self::Discrepancies => "discrepancies",
        }
    }
}

impl Area {
    /// The method by which its findings are made, and its version.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Names | Self::Spellings | Self::Variants => names::METHOD,
            Self::Quotes => quotes::METHOD,
            Self::Stories => stories::METHOD,
            Self::Timeline => timeline::METHOD,
            Self::Reuse => reuse::METHOD,
            Self::Discrepancies => discrepancies::METHOD,
        }
    }
}
