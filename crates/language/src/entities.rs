//! What names are, judged over a whole document.
//!
//! ```text
//! entities of a parse --names that are known, votes of equal names, people's surnames--> the same with mended kinds,
//!                                                                              and surnames that the parser passed over
//! ```
//!
//! The network sees a name with four words on each side. At the start of a sentence, or in speech without marks, that is not
//! enough: a president becomes an organisation and a capital a person. The same document says elsewhere what they are. Only
//! the kinds of names change and no name is lost; quantities, dates and the like stay as they are.

mod places;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::parse::{Entity, EntityKind, Parsed, Relation, Tag};

/// Mentions of a name from which a document is taken to know what it is.
const ENOUGH_MENTIONS: usize = 3;

/// Words before a surname that are no part of a name.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Sir", "Dame", "Lord", "Lady", "President", "Minister",
    "Chancellor", "Secretary", "Senator", "Sen.", "Representative", "Rep.", "Governor", "Gov.", "Mayor", "General", "Gen.",
    "Colonel", "Col.", "Captain", "Capt.", "Admiral", "Judge", "Justice", "Professor", "Prof.", "Pope", "King", "Queen",
    "Prince", "Princess", "Ambassador", "Congressman", "Congresswoman", "Councillor", "Speaker", "Commissioner",
];

/// Endings of a name that are no surname.
const GENERATIONS: &[&str] = &["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"];

/// The entities of a document with their kinds settled, in order. `parsed` is all of the document.
pub fn settle(text: &str, parsed: &Parsed) -> Vec<Entity> {
    let knowledge = Knowledge::of(text, parsed);
    let mut entities = parsed.entities.clone();
    for entity in entities.iter_mut().filter(|entity| is_name(entity.kind)) {
        entity.kind = knowledge.kind(&name_of(text, parsed, &entity.tokens), entity.kind);
    }
    entities.extend(knowledge.passed_over(text, parsed));
    entities.sort_by_key(|entity| entity.tokens.start);
    entities
}

/// Whether entities of a kind are names, not quantities or times.
fn is_name(kind: EntityKind) -> bool {
    use EntityKind::{Cardinal, Date, Language, Money, Ordinal, Percent, Quantity, Time};
    !matches!(kind, Cardinal | Date | Language | Money | Ordinal | Percent | Quantity | Time)
}

/// The words of a name, without an article before it and without the mark of a genitive behind it.
fn name_of<'a>(text: &'a str, parsed: &Parsed, tokens: &Range<u32>) -> Vec<&'a str> {
    let tokens = &parsed.tokens[tokens.start as usize..tokens.end as usize];
    let mut words: Vec<&str> = tokens.iter().map(|token| token.text(text)).collect();
    if tokens.last().is_some_and(|token| token.tag == Tag::Pos) {
        words.pop();
    }
    let first = words.iter().take_while(|word| word.eq_ignore_ascii_case("the")).count();
    words.drain(..first);
    words
}

/// What a document says of names.
struct Knowledge<'a> {
    /// How often each name was taken for each kind.
    counts: BTreeMap<Vec<&'a str>, BTreeMap<EntityKind, usize>>,
    /// The surnames of people who are named in full, with how often they are.
    surnames: BTreeMap<&'a str, usize>,
    /// All parts of the names of people who are named in full.
    parts: BTreeSet<&'a str>,
}

impl<'a> Knowledge<'a> {
    fn of(text: &'a str, parsed: &Parsed) -> Self {
        let mut counts: BTreeMap<Vec<&str>, BTreeMap<EntityKind, usize>> = BTreeMap::new();
        for entity in parsed.entities.iter().filter(|entity| is_name(entity.kind)) {
            let name = name_of(text, parsed, &entity.tokens);
            *counts.entry(name).or_default().entry(entity.kind).or_default() += 1;
        }
        let mut knowledge = Self { surnames: BTreeMap::new(), parts: BTreeSet::new(), counts };
        let proper = ProperNouns::of(text, parsed);
        for (name, counts) in &knowledge.counts {
            let people = counts.get(&EntityKind::Person).copied().unwrap_or_default();
            if 2 * people > counts.values().sum() && is_full_name(name) {
                knowledge.parts.extend(name);
                let surname = name.iter().rev().find(|word| !GENERATIONS.contains(word));
                if let Some(surname) = surname.filter(|word| proper.has(word)) {
                    *knowledge.surnames.entry(surname).or_default() += people;
                }
            }
        }
        knowledge
    }

    fn kind(&self, name: &[&str], parsed: EntityKind) -> EntityKind {
        let [word] = name else { return known(name, false).unwrap_or_else(|| self.voted(name, parsed)) };
        let (is_part, is_person) = (self.parts.contains(word), parsed == EntityKind::Person);
        // Where somebody is called London, the parser knows better which London is a place.
        if let Some(kind) = known(name, is_part || is_person).filter(|_| !(is_part && is_person)) {
            return kind;
        }
        match self.surnames.get(word) {
            Some(full) if self.is_person(name, *full) => EntityKind::Person,
            _ => self.voted(name, parsed),
        }
    }

    /// Whether a surname means the person who has it, and not a company that is named much more often.
    fn is_person(&self, name: &[&str], full: usize) -> bool {
        let Some(counts) = self.counts.get(name) else { return true };
        let people = counts.get(&EntityKind::Person).copied().unwrap_or_default() + full;
        let others: usize =
            counts.iter().filter(|(kind, _)| **kind != EntityKind::Person).map(|(_, count)| count).sum();
        others <= 2 * people
    }

    /// What two thirds of a name's mentions are.
    fn voted(&self, name: &[&str], parsed: EntityKind) -> EntityKind {
        let Some(counts) = self.counts.get(name) else { return parsed };
        let total: usize = counts.values().sum();
        let most = counts.iter().find(|(_, count)| 3 * **count >= 2 * total);
        most.filter(|_| total >= ENOUGH_MENTIONS).map_or(parsed, |(kind, _)| *kind)
    }

    /// Surnames of the document's people that the parser took for no name.
    fn passed_over(&self, text: &str, parsed: &Parsed) -> Vec<Entity> {
        let mut taken = vec![false; parsed.tokens.len()];
        for entity in &parsed.entities {
            taken[entity.tokens.start as usize..entity.tokens.end as usize].fill(true);
        }
        let stands_alone = |at: usize| {
            let token = &parsed.tokens[at];
            let is_part = |other: usize| {
                let proper =
                    parsed.tokens.get(other).filter(|other| matches!(other.tag, Tag::Nnp | Tag::Nnps));
                proper.is_some_and(|other| !TITLES.contains(&other.text(text)))
            };
            token.tag == Tag::Nnp
                && token.relation != Relation::Compound
                && !is_part(at + 1)
                && !(at > 0 && is_part(at - 1))
        };
        let is_surname = |at: usize| {
            let word = parsed.tokens[at].text(text);
            self.surnames.get(word).is_some_and(|full| {
                self.kind(&[word], EntityKind::Person) == EntityKind::Person && self.is_person(&[word], *full)
            })
        };
        let missed = (0..taken.len()).filter(|at| !taken[*at] && is_surname(*at) && stands_alone(*at));
        missed.map(|at| Entity { tokens: at as u32..at as u32 + 1, kind: EntityKind::Person }).collect()
    }
}

/// How often words are proper nouns in a document. Where speech has no marks, "Yeah" and the like end up in names.
struct ProperNouns<'a> {
    /// How often each word is one, and how often anything else; by the word in small letters.
    counts: BTreeMap<Cow<'a, str>, (usize, usize)>,
}

impl<'a> ProperNouns<'a> {
    fn of(text: &'a str, parsed: &Parsed) -> Self {
        let mut counts: BTreeMap<Cow<str>, (usize, usize)> = BTreeMap::new();
        for token in &parsed.tokens {
            let count = counts.entry(lower(token.text(text))).or_default();
            *if token.tag == Tag::Nnp { &mut count.0 } else { &mut count.1 } += 1;
        }
        Self { counts }
    }

    /// Whether a word mostly is one.
    fn has(&self, word: &str) -> bool {
        self.counts.get(&lower(word)).is_some_and(|(proper, other)| proper > other)
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.chars().any(char::is_uppercase) { word.to_lowercase().into() } else { word.into() }
}

/// What a name is by the table of places; nothing if it may be a person's and `person` says that the document has such.
fn known(name: &[&str], person: bool) -> Option<EntityKind> {
    let joined;
    let name = match name {
        [word] => *word,
        words => {
            joined = words.join(" ");
            &joined
        }
    };
    places::known(name).filter(|known| !(person && known.may_be_person)).map(|known| known.kind)
}

/// The country, or the part of one, that a name of a place means or in which it lies, if it is in the table of places.
pub fn country(name: &str) -> Option<&'static str> {
    places::known(name).filter(|known| known.kind == EntityKind::Country).map(|known| known.area)
}

/// Whether a name is that of a country or a part of one, and not of a town in it.
pub fn is_country(name: &str) -> bool {
    places::known(name).is_some_and(|known| known.kind == EntityKind::Country && known.is_area)
}

/// Whether a name is that of a country, of a part of one, or of a larger area, and not of a town in it.
pub fn is_area(name: &str) -> bool {
    places::known(name).is_some_and(|known| known.is_area)
}

/// Whether a name is that of the people, or of the things, of a country or a larger area.
pub fn is_people(name: &str) -> bool {
    places::known(name).is_some_and(|known| known.kind == EntityKind::Group)
}

/// Whether a name is that of a place or an area, and never of a person.
pub fn is_place(name: &str) -> bool {
    let is_of_people = |known: &places::Known| known.may_be_person || known.kind == EntityKind::Group;
    places::known(name).is_some_and(|known| !is_of_people(&known))
}

/// Whether a name is that of a person in full: two to four words with capitals, none of them known as a place's.
fn is_full_name(name: &[&str]) -> bool {
    let words = name.iter().filter(|word| !GENERATIONS.contains(word)).count();
    let capital = |word: &&&str| word.starts_with(char::is_uppercase);
    (2..=4).contains(&words)
        && name.first().is_some_and(|word| capital(&word))
        && name.last().is_some_and(|word| capital(&word))
        && known(name, false).is_none()
}

#[cfg(test)]
mod tests;
