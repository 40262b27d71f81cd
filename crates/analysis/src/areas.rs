//! The areas in which findings are made, each a step on a document alone and a step on all of them.

use std::collections::BTreeMap;

use findings::reuse::Wording;
use findings::{Analysis, Material, discrepancies, names, quotes, reuse, stories, timeline};
use rayon::prelude::*;
use record::Document;
use serde::{Deserialize, Serialize};

/// The methods and their versions: when one changes, all documents are read again.
pub(crate) fn methods(has_parser: bool) -> String {
    let parser = if has_parser { "parse/1" } else { "no parser" };
    let methods = [
        parser,
        names::METHOD,
        quotes::METHOD,
        stories::METHOD,
        timeline::METHOD,
        reuse::METHOD,
        discrepancies::METHOD,
    ];
    methods.join(" ")
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

/// What a document holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) revision: u32,
    names: names::Held,
    quotes: quotes::Held,
    stories: stories::Held,
    reuse: reuse::Held,
    discrepancies: discrepancies::Held,
}

impl Held {
    pub(crate) fn of(material: &Material, analysis: &Analysis, revision: u32) -> Self {
        Self {
            revision,
            names: names::extract(material, analysis),
            quotes: quotes::extract(material, analysis),
            stories: stories::extract(material, analysis),
            reuse: reuse::extract(material),
            discrepancies: discrepancies::extract(material, analysis),
        }
    }
}

/// Pairs of documents whose shared passages are compared at a time: as many documents are in memory at most twice.
const COMPARED_PAIRS: usize = 128;

/// What documents say together: for each area its findings as lines of JSON, documents by their ids. `read` gives a
/// document again where its words are needed.
pub(crate) fn together(
    documents: &[(Document, Held)],
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Vec<(Area, Vec<String>)> {
    let held_stories = of(documents, |held| &held.stories);
    let told = || {
        let stories = stories::together(&held_stories);
        let timeline = timeline::of_each(&held_stories, &stories);
        (stories, timeline)
    };
    let named = || names::names(&of(documents, |held| &held.names));
    let said = || quotes::together(&of(documents, |held| &held.quotes));
    let differing = || discrepancies::find(&of(documents, |held| &held.discrepancies));
    // Areas that take about as long stand beside each other.
    let ((names, mut statements), ((stories, timeline), mut differences)) =
        rayon::join(|| rayon::join(named, said), || rayon::join(told, differing));
    put_stories(&mut differences, &stories);
    put_names(&mut statements, &names.repairs);
    vec![
        (Area::Names, lines(&names.repairs)),
        (Area::Spellings, lines(&names.spellings)),
        (Area::Variants, lines(&names.variants)),
        (Area::Quotes, lines(&statements)),
        (Area::Stories, lines(&stories)),
        (Area::Timeline, lines(&timeline)),
        (Area::Reuse, lines(&shared(&of(documents, |held| &held.reuse), read))),
        (Area::Discrepancies, lines(&differences)),
    ]
}

fn of<T>(documents: &[(Document, Held)], part: impl Fn(&Held) -> &T) -> Vec<(&Document, &T)> {
    documents.iter().map(|(document, held)| (document, part(held))).collect()
}

fn lines(findings: &[impl Serialize + Sync]) -> Vec<String> {
    let line = |finding| serde_json::to_string(finding).expect("keys of findings are texts");
    findings.par_iter().map(line).collect()
}

/// Speakers by the names that are meant, where a repair was proposed for what was heard in the same document.
fn put_names(statements: &mut [quotes::Statement], repairs: &[names::Repair]) {
    let meant: BTreeMap<(&str, &str), &str> = repairs
        .iter()
        .map(|repair| ((repair.citation.document.as_str(), repair.heard.as_str()), repair.canonical.as_str()))
        .collect();
    for statement in statements {
        let heard = statement.speaker.name.as_deref().unwrap_or_default();
        if let Some(name) = meant.get(&(statement.citation.document.as_str(), heard)) {
            statement.speaker.name = Some((*name).to_owned());
        }
    }
}

/// Which story two sides belong to: one that has both documents.
fn put_stories(differences: &mut [discrepancies::Discrepancy], stories: &[stories::Story]) {
    let mut of_document: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for story in stories {
        for member in &story.members {
            of_document.entry(member.document.as_str()).or_default().push(&story.id);
        }
    }
    for difference in differences {
        let stories = |side: &discrepancies::Side| of_document.get(side.citation.document.as_str());
        if let (Some(left), Some(right)) = (stories(&difference.left), stories(&difference.right)) {
            difference.story =
                left.iter().find(|story| right.contains(story)).map(|story| (*story).to_owned());
        }
    }
}

/// The passages that documents share, some pairs at a time: they are read again for it.
fn shared(
    documents: &[(&Document, &reuse::Held)],
    read: impl Fn(&Document) -> Option<Material> + Sync,
) -> Vec<reuse::Reuse> {
    let pairs = reuse::pairs(documents);
    let mut found = Vec::new();
    for pairs in pairs.chunks(COMPARED_PAIRS) {
        let mut wanted: Vec<usize> = pairs.iter().flat_map(|pair| [pair.left, pair.right]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let materials: BTreeMap<usize, Material> =
            wanted.par_iter().filter_map(|at| Some((*at, read(documents[*at].0)?))).collect();
        let wordings: BTreeMap<usize, Wording<'_>> =
            materials.par_iter().map(|(at, material)| (*at, Wording::of(material))).collect();
        let passages: Vec<_> = pairs
            .par_iter()
            .filter_map(|pair| {
                Some(reuse::passages(pair, wordings.get(&pair.left)?, wordings.get(&pair.right)?))
            })
            .collect();
        found.extend(passages.into_iter().flatten());
    }
    found
}
