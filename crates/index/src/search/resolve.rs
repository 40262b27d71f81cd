//! A query with everything looked up in the archive's index: which words are meant, which shows and documents.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::catalogue::{Catalogue, DocumentNumber, Known, Published};
use crate::query::{Condition, Distance, Near as NearNode, Node, Query, Word as QueryWord};
use crate::sought::{Link, Near, Property, Sequence, Slot, Sought, Word};
use crate::sounds::Sound;
use crate::tokens::{Stems, tokens};
use crate::words::{MOST_FORMS, TooMany, Vocabulary};

use super::SearchError;

/// What words and names there are to mean something by.
pub(super) struct Resolver<'a> {
    pub(super) vocabulary: Vocabulary<'a>,
    pub(super) catalogue: &'a Catalogue,
}

impl Resolver<'_> {
    pub(super) fn query(&self, query: &Query) -> Result<Sought, SearchError> {
        self.node(query.root())
    }

    /// What every hit's document has to meet.
    pub(super) fn conditions(&self, query: &Query) -> Result<Conditions, SearchError> {
        let resolved = query
            .conditions()
            .into_iter()
            .map(|(condition, is_negated)| Ok((self.condition(condition)?, is_negated)));
        Ok(Conditions(resolved.collect::<Result<_, SearchError>>()?))
    }

    fn node(&self, node: &Node) -> Result<Sought, SearchError> {
        let each = |nodes: &[Node]| nodes.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, _>>();
        Ok(match node {
            Node::Word(word) => Sought::Word(Word { stem: word.stem.clone(), forms: self.forms_of(word)? }),
            Node::All(nodes) => Sought::All(each(nodes)?),
            Node::Any(nodes) => Sought::Any(each(nodes)?),
            Node::Not(node) => Sought::Not(Box::new(self.node(node)?)),
            Node::Near(near) => Sought::Near(self.near(near)?),
            Node::Condition(condition) => Sought::Property(self.condition(condition)?),
            node => Sought::Sequence(self.sequence(node)?),
        })
    }

    /// Something that stands somewhere, as words one after another.
    fn sequence(&self, node: &Node) -> Result<Sequence, SearchError> {
        let forms = |asked: String, found| self.forms(asked, found);
        Ok(match node {
            Node::Word(word) => vec![self.forms_of(word)?],
            Node::Phrase(words) => words.iter().map(|word| vec![word.clone()]).collect(),
            Node::Prefix(prefix) => vec![forms(format!("{prefix}*"), self.vocabulary.with_prefix(prefix))?],
            Node::Similar { word, edits } => {
                vec![forms(format!("{word}~{edits}"), self.vocabulary.similar(word, *edits))?]
            }
            Node::Sounds(words) => {
                words.iter().map(|word| self.sounding_like(word)).collect::<Result<_, _>>()?
            }
            // The parser lets nothing else stand here.
            Node::Near(_) | Node::All(_) | Node::Any(_) | Node::Not(_) | Node::Condition(_) => Vec::new(),
        })
    }

    fn forms_of(&self, word: &QueryWord) -> Result<Slot, SearchError> {
        self.forms(word.exact.clone(), self.vocabulary.with_stem(&word.stem))
    }

    fn sounding_like(&self, word: &str) -> Result<Slot, SearchError> {
        let sound = Sound::of(word);
        let found = self.vocabulary.matching(|other| sound.is_like(other));
        self.forms(format!("sounds:{word}"), found)
    }

    fn forms(
        &self,
        asked: String,
        found: std::io::Result<Result<Vec<String>, TooMany>>,
    ) -> Result<Slot, SearchError> {
        match found.map_err(|error| SearchError::Vocabulary { message: error.to_string() })? {
            Ok(words) => Ok(words),
            Err(TooMany) => Err(SearchError::TooManyForms { asked, most: MOST_FORMS }),
        }
    }

    fn near(&self, near: &NearNode) -> Result<Near, SearchError> {
        let operand = |node: &Node| match node {
            Node::Any(nodes) => nodes.iter().map(|node| self.sequence(node)).collect(),
            node => Ok(vec![self.sequence(node)?]),
        };
        let link = |distance: &Distance| match distance {
            Distance::Words(words) => Link::Words(u64::from(*words)),
            Distance::Time(time) => Link::Time(*time),
        };
        Ok(Near {
            operands: near.operands.iter().map(operand).collect::<Result<_, _>>()?,
            links: near.distances.iter().map(link).collect(),
        })
    }

    fn condition(&self, condition: &Condition) -> Result<Property, SearchError> {
        Ok(match condition {
            Condition::Show(asked) => {
                let shows = self.catalogue.shows()?.into_iter().filter_map(|show| show.show).collect();
                Property::Shows(
                    named(asked, shows).ok_or_else(|| SearchError::NoShow { asked: asked.clone() })?,
                )
            }
            Condition::Outlet(asked) => {
                let outlets = self.catalogue.outlets()?;
                let meant = named(asked, outlets.clone());
                Property::Outlets(
                    meant.ok_or_else(|| SearchError::NoOutlet { asked: asked.clone(), known: outlets })?,
                )
            }
            Condition::Kind(kind) => Property::Kind(*kind),
            Condition::Language(code) => Property::Language(code.clone()),
            Condition::Speaker(words) => Property::Speaker(words.clone()),
            Condition::Dates { from, until } => Property::Days { from: *from, until: *until },
            Condition::Title(title) => Property::Documents(self.titled(title)?),
        })
    }

    /// The documents whose title has the words.
    fn titled(&self, title: &Node) -> Result<Vec<DocumentNumber>, SearchError> {
        let mut stems = Stems::default();
        let mut found = Vec::new();
        self.catalogue.each_document(|known| {
            if has_in_title(&known, title, &mut stems) {
                found.push(DocumentNumber::of(&known.document.path));
            }
            true
        })?;
        Ok(found)
    }
}

fn has_in_title(known: &Known, title: &Node, stems: &mut Stems) -> bool {
    let text = known.document.title.as_deref().unwrap_or_default();
    let words: Vec<String> = tokens(text).map(|token| token.exact).collect();
    match title {
        Node::Word(word) => words.iter().any(|other| stems.of_word(other) == word.stem),
        Node::Phrase(phrase) => words.windows(phrase.len()).any(|window| window == phrase.as_slice()),
        _ => false,
    }
}

/// The names that are meant: the one that is the same, else all that contain it; the case of letters and marks on
/// them don't count. `None` if there is none.
fn named(asked: &str, names: Vec<String>) -> Option<Vec<String>> {
    let folded = |text: &str| tokens(text).map(|token| token.exact).collect::<Vec<_>>().join(" ");
    let wanted = folded(asked);
    let by_folded: BTreeMap<String, String> =
        names.into_iter().map(|name| (format!("{} {name}", folded(&name)), name)).collect();
    let those = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
        by_folded.values().filter(|name| is_meant(&folded(name))).cloned().collect()
    };
    let same = those(&|name| name == wanted);
    let meant = if same.is_empty() { those(&|name| name.contains(&wanted)) } else { same };
    (!meant.is_empty()).then_some(meant)
}

/// What every hit's document has to meet, or, where it is negated, not to meet.
pub(super) struct Conditions(Vec<(Property, bool)>);

impl Conditions {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all that was published on a day by a show does; `None` if that alone can't tell.
    pub(super) fn are_met_by_all_of(&self, published: &Published) -> Option<bool> {
        let is_among = |name: &Option<String>, names: &[String]| {
            Some(name.as_ref().is_some_and(|name| names.contains(name)))
        };
        let mut are_met = true;
        for (property, is_negated) in &self.0 {
            let has = match property {
                Property::Shows(names) => is_among(&published.show, names)?,
                Property::Outlets(names) => is_among(&published.outlet, names)?,
                Property::Days { from, until } => is_in_days(published.date, *from, *until),
                _ => return None,
            };
            are_met &= has != *is_negated;
        }
        Some(are_met)
    }

    /// Whether a document does, as far as the catalogue can tell: it doesn't know who speaks.
    pub(super) fn are_met_by(&self, known: &Known) -> bool {
        self.0.iter().all(|(property, is_negated)| has(known, property) != *is_negated)
    }
}

fn has(known: &Known, property: &Property) -> bool {
    let document = &known.document;
    let is_among =
        |name: &Option<String>, names: &[String]| name.as_ref().is_some_and(|name| names.contains(name));
    match property {
        Property::Shows(names) => is_among(&document.show, names),
        Property::Outlets(names) => is_among(&document.outlet, names),
        Property::Kind(kind) => document.kind == *kind,
        Property::Language(code) => known.language.as_ref() == Some(code),
        Property::Speaker(_) => true,
        Property::Days { from, until } => is_in_days(document.date, *from, *until),
        Property::Documents(numbers) => numbers.contains(&DocumentNumber::of(&document.path)),
    }
}

fn is_in_days(date: Option<Date>, from: Option<Date>, until: Option<Date>) -> bool {
    from.is_none_or(|from| date.is_some_and(|date| date >= from))
        && until.is_none_or(|until| date.is_some_and(|date| date < until))
}
