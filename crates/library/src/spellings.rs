//! How names were misheard, for searches that find a person under every spelling.

use std::collections::{BTreeMap, HashMap};

use analysis::{Area, Store};
use findings::names::{self, HeardAs};
use index::{Index, Query, SearchOptions, Spellings};

use crate::LibraryError;

/// Words of a question that is answered by words and meaning together; names in it stay as they are.
const WORDS_OF_A_QUESTION: usize = 3;

/// What was heard is looked for only if at least one in so many of its places was repaired to the name: `Walsh` is a name
/// of its own, too.
const PLACES_PER_REPAIR: u64 = 2;

/// Every name that was misheard, with what was heard for it.
#[derive(Clone, Debug, Default)]
pub struct MisheardNames {
    names: Vec<names::Spellings>,
    /// Which names are written like this in lower case, in full or short.
    by_spelling: HashMap<String, Vec<usize>>,
    /// Words of the longest of them.
    most_words: usize,
}

impl MisheardNames {
    /// Those of some findings.
    ///
    /// # Errors
    ///
    /// If they can't be read.
    pub fn of(findings: &Store) -> Result<Self, LibraryError> {
        let mut names = Self::default();
        let mut failed = Ok(());
        findings.each(Area::Spellings, |line| {
            failed = serde_json::from_str(line).map(|name| names.add(name));
            failed.is_ok()
        })?;
        failed?;
        Ok(names)
    }

    fn add(&mut self, name: names::Spellings) {
        let mut spellings: Vec<String> = forms(&name).map(str::to_lowercase).collect();
        spellings.dedup();
        for spelling in spellings {
            self.most_words = self.most_words.max(spelling.split(' ').count());
            self.by_spelling.entry(spelling).or_default().push(self.names.len());
        }
        self.names.push(name);
    }

    /// What was heard for a name.
    pub fn heard_for(&self, canonical: &str) -> &[HeardAs] {
        self.names.iter().find(|name| name.canonical == canonical).map_or(&[], |name| &name.heard)
    }

    /// The names that a query asks for, each with its forms that stand in it.
    fn asked_for(&self, query: &str) -> Vec<(&names::Spellings, Vec<&str>)> {
        let words: Vec<&str> = query.split(' ').collect();
        let mut asked: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for from in 0..words.len() {
            for to in from + 1..=words.len().min(from + self.most_words) {
                let written = words[from..to].join(" ");
                for &at in self.by_spelling.get(&written).into_iter().flatten() {
                    let own = asked.entry(at).or_default();
                    let form = forms(&self.names[at]).find(|form| form.to_lowercase() == written);
                    own.extend(form.filter(|form| !own.contains(form)));
                }
            }
        }
        asked.into_iter().map(|(at, forms)| (&self.names[at], forms)).collect()
    }
}

/// A name in full and for short.
fn forms(name: &names::Spellings) -> impl Iterator<Item = &str> {
    [Some(name.canonical.as_str()), name.short.as_deref()].into_iter().flatten()
}

/// The query with the names in it under all spellings that were repaired.
///
/// # Errors
///
/// If the index can't be read.
pub fn with_spellings(names: &MisheardNames, index: &Index, query: Query) -> Result<Query, LibraryError> {
    let asked = query.words().to_lowercase();
    if query.is_plain() && asked.split(' ').count() >= WORDS_OF_A_QUESTION {
        return Ok(query);
    }
    let mut spellings = Spellings::default();
    for (name, asked) in names.asked_for(&asked) {
        for HeardAs { text, count } in &name.heard {
            let Ok(phrase) = Query::parse(&format!("\"{}\"", text.replace('"', " "))) else { continue };
            let places = index.count_passages(&phrase, &SearchOptions::default())?;
            if places <= (*count as u64).saturating_mul(PLACES_PER_REPAIR) {
                asked.iter().for_each(|form| spellings.add(form, text));
            }
        }
    }
    Ok(if spellings.is_empty() { query } else { query.with_spellings(&spellings) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use findings::names::NameKind;

    #[test]
    fn names_are_found_in_a_query_in_full_or_short_and_whole() {
        let mut names = MisheardNames::default();
        names.add(names::Spellings {
            canonical: "Ann Lindqvist".to_owned(),
            kind: NameKind::Person,
            short: Some("Lindqvist".to_owned()),
            heard: vec![HeardAs { text: "Lintwist".to_owned(), count: 3 }],
        });
        let asked = |query| -> Vec<&str> {
            names.asked_for(query).into_iter().flat_map(|(_, forms)| forms).collect()
        };
        assert_eq!(asked("what did ann lindqvist say"), ["Ann Lindqvist", "Lindqvist"]);
        assert_eq!(asked("lindqvist lindqvist"), ["Lindqvist"]);
        assert!(asked("lindqvistian ann").is_empty());
        assert_eq!(names.heard_for("Ann Lindqvist")[0].text, "Lintwist");
        assert!(names.heard_for("Lindqvist").is_empty());
    }
}
