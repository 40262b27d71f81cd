//! Who is who over all documents: full names of surnames, spellings, holders of offices at a time.
//!
//! ```text
//! names and roles that documents hold --counted--> surname -> full name, misspelt -> spelt, (role, day) -> name
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use record::Document;

use super::held::Held;
use super::people::{distance, first_word, is_misheard, last_word};
use super::votes;
use super::who::{self, Role, Who};
use crate::names::Meant;

/// A name is believed when it is meant in at least this share of the documents that could mean it.
const MAJORITY: f32 = 0.6;
/// And in at least so many documents.
const FEWEST: u32 = 3;
/// Days within which an office is taken to have one holder.
const NEAR_DAYS: i32 = 45;
/// A typed name counts as often as so many heard ones.
const TYPED_WEIGHT: u32 = 3;

/// What all documents together tell of names.
pub(super) struct Registry {
    /// The right spelling of each full name.
    spelt: HashMap<String, String>,
    by_surname: HashMap<String, String>,
    /// Words (in lower case) that are a body which says something in more documents than they are a surname in.
    bodies: HashSet<String>,
    /// Holders of roles, by day.
    holders: BTreeMap<Role, Vec<(Option<Date>, String)>>,
    /// The country for whose government a person speaks.
    speaks_for: HashMap<String, String>,
}

/// On which day which document names whom.
type Naming<'a> = (Option<Date>, &'a str, String);

impl Registry {
    /// `meant` are the names that are repaired.
    pub(super) fn of(documents: &[(&Document, &Held)], meant: &Meant<'_>) -> Self {
        let repaired = repaired(documents, meant);
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        let mut typed: BTreeSet<&str> = BTreeSet::new();
        for (_, held) in documents {
            for known in &held.names {
                let name = repaired.get(known.name.as_str()).copied().unwrap_or(&known.name);
                *counts.entry(name).or_default() += if known.is_typed { TYPED_WEIGHT } else { 1 };
                if known.is_typed || repaired.contains_key(known.name.as_str()) {
                    typed.insert(name);
                }
            }
        }
        let mut spelt = spellings(&counts, &typed);
        let right: Vec<(String, String)> = repaired
            .iter()
            .map(|(heard, name)| {
                ((*heard).to_owned(), spelt.get(*name).map_or(*name, String::as_str).to_owned())
            })
            .collect();
        spelt.extend(right);
        let mut by_spelling: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, count) in &counts {
            *by_spelling.entry(spelt.get(*name).map_or(*name, String::as_str)).or_default() += count;
        }
        let by_surname = surnames(&by_spelling);
        let bodies = bodies(documents);
        let mut holders: BTreeMap<Role, BTreeSet<Naming>> = BTreeMap::new();
        for (document, held) in documents {
            for (role, name) in &held.roles {
                let name = spelt.get(name).unwrap_or(name).clone();
                holders.entry(role.clone()).or_default().insert((document.date, document.id.as_str(), name));
            }
        }
        let speaks_for = speaking_for(&holders);
        let holders = holders
            .into_iter()
            .map(|(role, days)| (role, days.into_iter().map(|(day, _, name)| (day, name)).collect()))
            .collect();
        Self { spelt, by_surname, bodies, holders, speaks_for }
    }

    /// The name that findings show of somebody whom a document of a day means.
    pub(super) fn name(&self, who: &Who, day: Option<Date>) -> Option<String> {
        match who {
            Who::Unnamed => None,
            Who::Person(name) if name.contains(' ') => Some(self.spelt.get(name).unwrap_or(name).clone()),
            Who::Person(name) => self.by_surname.get(&name.to_lowercase()).cloned(),
            Who::Body(name) => {
                let word = name.to_lowercase();
                let person = self.by_surname.get(&word).filter(|_| !self.is_body(&word));
                Some(person.unwrap_or(name).clone())
            }
            Who::Holder(role) => self.holder(role, day),
            Who::Several(all) => {
                let names: Vec<String> = all.iter().map(|who| self.name(who, day)).collect::<Option<_>>()?;
                Some(names.join(" and "))
            }
        }
    }

    /// Whether a word (in lower case) names a body rather than somebody: "Hamas said", whoever else is called so. "Jordan
    /// said" is the country where nobody of that name was met, and so is "Russia said" whoever read a headline as a name.
    fn is_body(&self, word: &str) -> bool {
        who::government(word).is_some() || self.bodies.contains(word)
    }

    /// The country whose government a body is, or whose government a person speaks for.
    pub(super) fn stands_for(&self, who: &Who, name: Option<&str>) -> Option<String> {
        match who {
            Who::Body(body) => who::government(body).map(str::to_owned),
            _ => self.speaks_for.get(name?).cloned(),
        }
    }

    /// Who held an office around a day: whoever most documents name for it, with its country if any document does.
    fn holder(&self, asked: &Role, day: Option<Date>) -> Option<String> {
        // Where nobody names a country, an office of none may be meant.
        let is_named = self.holders.keys().any(|role| role.is_meant_by(asked));
        self.named_most(day?, |role| if is_named { role.is_meant_by(asked) } else { role.answers_to(asked) })
    }

    /// Whom most documents around a day name for such roles.
    fn named_most(&self, day: Date, is_asked: impl Fn(&Role) -> bool) -> Option<String> {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for (role, named) in &self.holders {
            if !is_asked(role) {
                continue;
            }
            for (when, name) in named {
                let days = when.and_then(|when| (when - day).get_days().into()).unwrap_or(i32::MAX);
                if days.abs() <= NEAR_DAYS {
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        let all: u32 = counts.values().sum();
        let (name, count) = votes::most(&counts)?;
        (count >= FEWEST && count as f32 >= MAJORITY * all as f32).then(|| (*name).to_owned())
    }
}

/// Names that nobody typed, and that are repaired in at least half of the documents that have them.
fn repaired<'a>(documents: &[(&Document, &Held)], meant: &Meant<'a>) -> HashMap<&'a str, &'a str> {
    let mut having: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    let mut typed: HashSet<&str> = HashSet::new();
    for (document, held) in documents {
        for known in held.names.iter().filter(|known| meant.contains_key(known.name.as_str())) {
            having.entry(&known.name).or_default().insert(document.id.as_str());
            if known.is_typed {
                typed.insert(&known.name);
            }
        }
    }
    let most = meant.iter().filter(|(heard, (_, repaired))| {
        !typed.contains(*heard)
            && having.get(*heard).is_some_and(|all| all.intersection(repaired).count() * 2 >= all.len())
    });
    most.map(|(heard, (name, _))| (*heard, *name)).collect()
}

/// Words that are a body which says something, and nobody's surname, in more documents than they are somebody's.
fn bodies(documents: &[(&Document, &Held)]) -> HashSet<String> {
    let mut excess: HashMap<String, i64> = HashMap::new();
    for (_, held) in documents {
        let surnames: BTreeSet<String> = held.names.iter().map(|known| last_word(&known.name)).collect();
        let known = held.statements.iter().filter(|statement| statement.certainty > 0);
        let said = known.filter_map(|statement| match &statement.who {
            Who::Body(name) if !name.contains(' ') => Some(name.to_lowercase()),
            _ => None,
        });
        let said: BTreeSet<String> = said.filter(|word| !surnames.contains(word)).collect();
        said.into_iter().for_each(|word| *excess.entry(word).or_default() += 1);
        surnames.into_iter().for_each(|word| *excess.entry(word).or_default() -= 1);
    }
    excess.into_iter().filter(|(_, excess)| *excess > 0).map(|(word, _)| word).collect()
}

/// For which country's government persons speak, by most of what they are called.
fn speaking_for(holders: &BTreeMap<Role, BTreeSet<Naming>>) -> HashMap<String, String> {
    let mut counts: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
    for (role, namings) in holders {
        let Some(country) = role.speaks_for() else { continue };
        for (_, _, name) in namings {
            *counts.entry(name).or_default().entry(country).or_default() += 1;
        }
    }
    let most = |counts: &BTreeMap<&str, u32>| votes::most(counts).map(|(country, _)| (*country).to_owned());
    counts.into_iter().filter_map(|(name, counts)| Some((name.to_owned(), most(&counts)?))).collect()
}

/// Usual full names by what a misheard one has in common with them.
#[derive(Default)]
struct Usual<'a> {
    alike: HashMap<(String, String), Vec<&'a str>>,
}

impl<'a> Usual<'a> {
    fn of(counts: &BTreeMap<&'a str, u32>) -> Self {
        let mut usual = Self::default();
        for (&name, _) in counts.iter().filter(|(_, count)| **count >= FEWEST) {
            for key in Self::keys(name) {
                usual.alike.entry(key).or_default().push(name);
            }
        }
        usual
    }

    /// One of two ends of a name, and enough of the other one for [`is_misheard`]: how it begins, or all but how it begins.
    fn keys(name: &str) -> [(String, String); 3] {
        let (given, surname) = (first_word(name), last_word(name));
        let begin = |word: &str| word.chars().take(1).collect::<String>();
        let rest = format!("-{}", surname.chars().skip(1).collect::<String>());
        let same_surname = (format!("-{surname}"), begin(&given));
        [(given.clone(), begin(&surname)), (given, rest), same_surname]
    }

    /// Usual names that another one may be misheard for, most of them once.
    fn alike(&self, name: &str) -> impl Iterator<Item = &'a str> {
        Self::keys(name).into_iter().filter_map(|key| self.alike.get(&key)).flatten().copied()
    }
}

/// Misspelt full names and how they are spelt: near another one of the same given name or surname that is far more
/// usual.
fn spellings(counts: &BTreeMap<&str, u32>, typed: &BTreeSet<&str>) -> HashMap<String, String> {
    let usual = Usual::of(counts);
    let mut spelt = HashMap::new();
    for (&name, &count) in counts {
        let better = usual
            .alike(name)
            .filter(|other| {
                let is_heard = !typed.contains(name) && typed.contains(other);
                *other != name
                    && counts[other] > count
                    && is_misheard(name, other)
                    && counts[other] >= needed(name, other, count, is_heard)
            })
            .max_by_key(|other| (counts[other], std::cmp::Reverse(*other)));
        let better = better.map(str::to_owned).or_else(|| shorter(counts, name, count));
        if let Some(better) = better {
            spelt.insert(name.to_owned(), better);
        }
    }
    // A spelling may itself have a better one.
    let keys: BTreeSet<String> = spelt.keys().cloned().collect();
    for key in keys {
        let mut end = spelt[&key].clone();
        for _ in 0..4 {
            match spelt.get(&end) {
                Some(next) if *next != key => end = next.clone(),
                _ => break,
            }
        }
        spelt.insert(key, end);
    }
    spelt
}

/// The last two words of a longer name, where they are a far more usual name: "God Mara Lindqvist".
fn shorter(counts: &BTreeMap<&str, u32>, name: &str, count: u32) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let end = words.get(1..).filter(|rest| rest.len() >= 2).map(|_| words[words.len() - 2..].join(" "))?;
    counts.get(end.as_str()).is_some_and(|&usual| usual >= 4 * count.max(FEWEST)).then_some(end)
}

/// How usual a spelling must be to stand for another: a letter more is another way to write the same name, more
/// letters may be another person.
///
/// A name that nobody ever typed beside one that many did was most likely misheard.
fn needed(name: &str, other: &str, count: u32, is_heard: bool) -> u32 {
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    match distance(&letters(name), &letters(other)) {
        _ if is_heard && last_word(name) == last_word(other) => count + 1,
        1 => count + 1,
        2 | 3 if is_heard => count * 2,
        4.. if is_heard => count * 5,
        2 => count * 4,
        _ => count * 15,
    }
}

fn surnames(counts: &BTreeMap<&str, u32>) -> HashMap<String, String> {
    let mut by_surname: BTreeMap<String, Vec<(u32, &str)>> = BTreeMap::new();
    for (&name, &count) in counts {
        by_surname.entry(last_word(name)).or_default().push((count, name));
    }
    by_surname
        .into_iter()
        .filter_map(|(surname, names)| {
            let all: u32 = names.iter().map(|(count, _)| count).sum();
            let (count, name) =
                names.into_iter().max_by_key(|(count, name)| (*count, std::cmp::Reverse(*name)))?;
            (count >= FEWEST && count as f32 >= MAJORITY * all as f32).then(|| (surname, name.to_owned()))
        })
        .collect()
}
