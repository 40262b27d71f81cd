//! The names that people typed: who and what there is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use language::parse::EntityKind;
use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::lists;
use super::sound::{Sound, hard_skeleton, meeting_keys, skeleton, sounds};

/// Longest name, in words.
pub(super) const LONGEST_NAME: usize = 4;

/// A name of one word has to be typed in so many documents; a single one may be a slip.
const LEAST_SINGLE_DOCUMENTS: usize = 2;

/// Or to be heard just as it is typed in so many.
const HEARD_DOCUMENTS: usize = 3;

/// Shortest name of one word, in letters: shorter ones sound like too much else.
pub(super) const LEAST_SINGLE_LETTERS: usize = 4;

/// So many names at most are compared for a shared word or key of sound; a key that more names have tells nothing.
///
/// The most frequent first name has some hundred surnames in a thousand documents.
const MOST_ALIKE: usize = 4000;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// A person.
    Person,
    /// A place.
    Place,
    /// An organisation, or what else is known by a name.
    Organisation,
}

/// A name that people typed.
#[derive(Debug)]
pub(super) struct Name {
    /// Its words, on the numbers of the archive.
    pub(super) words: Vec<u32>,
    /// As most documents type it.
    pub(super) written: Vec<String>,
    pub(super) kind: NameKind,
    /// Where it was typed: documents and what they typed, in order.
    pub(super) typed: Vec<(u32, u32)>,
    /// In how many documents.
    pub(super) typed_documents: usize,
    /// The days of these documents, in order.
    pub(super) days: Vec<Date>,
    /// Titles typed before it, each with how often.
    pub(super) titles: BTreeMap<u8, u32>,
    /// How each word sounds.
    pub(super) parts: Vec<Vec<Sound>>,
    /// How it sounds without regard to where words end.
    pub(super) joined: Vec<Sound>,
}

impl Name {
    /// The name in one text.
    pub(super) fn text(&self) -> String {
        self.written.join(" ")
    }

    /// The last word: what a person is called by.
    pub(super) fn last(&self) -> u32 {
        self.words.last().copied().unwrap_or(u32::MAX)
    }
}

/// All names that people typed, and where alike ones meet.
pub(super) struct Lexicon {
    /// In the order of their words' numbers, which is that of the documents.
    pub(super) names: Vec<Name>,
    by_words: HashMap<Vec<u32>, u32>,
    by_first: HashMap<u32, Vec<u32>>,
    by_last: HashMap<u32, Vec<u32>>,
    by_sound: HashMap<Vec<u8>, Vec<u32>>,
    /// Persons by the sound of their last word, and names of one word by their own.
    by_single_sound: HashMap<Vec<u8>, Vec<u32>>,
    first_names: FirstNames,
    /// What is typed as a name of several words and tells too little to be one that is sought: "Harbour Post".
    other: HashSet<Vec<u32>>,
}

#[derive(Default)]
struct Gathered {
    typed: Vec<(u32, u32)>,
    kinds: BTreeMap<EntityKind, u32>,
    written: BTreeMap<Vec<String>, u32>,
    titles: BTreeMap<u8, u32>,
    is_name: bool,
    /// In how many documents it is heard just so.
    heard_documents: usize,
}

impl Lexicon {
    pub(super) fn of(archive: &Archive<'_>) -> Self {
        let mut gathered = gather(archive);
        count_heard_kinds(archive, &mut gathered);
        let first_names = FirstNames::of(archive, &gathered);
        let mut lexicon = Self {
            names: Vec::new(),
            by_words: HashMap::new(),
            by_first: HashMap::new(),
            by_last: HashMap::new(),
            by_sound: HashMap::new(),
            by_single_sound: HashMap::new(),
            first_names,
            other: HashSet::new(),
        };
        for (words, found) in gathered {
            let is_typed = found.is_name && words.len() > 1;
            match name(archive, &lexicon.first_names, &words, found) {
                Some(name) => lexicon.add(name),
                None if is_typed => _ = lexicon.other.insert(words),
                None => {}
            }
        }
        lexicon
    }

    fn add(&mut self, name: Name) {
        let Ok(number) = u32::try_from(self.names.len()) else { return };
        self.by_words.insert(name.words.clone(), number);
        if name.words.len() > 1 {
            self.by_first.entry(name.words[0]).or_default().push(number);
            self.by_last.entry(name.last()).or_default().push(number);
            for key in keys(&name.joined) {
                self.by_sound.entry(key).or_default().push(number);
            }
        }
        if name.words.len() == 1 || name.kind == NameKind::Person {
            for key in name.parts.last().map(|part| keys(part)).unwrap_or_default() {
                self.by_single_sound.entry(key).or_default().push(number);
            }
        }
        self.names.push(name);
    }

    /// The name of exactly these words.
    pub(super) fn exact(&self, words: &[u32]) -> Option<u32> {
        self.by_words.get(words).copied()
    }

    /// Whether people typed these words, and somebody wrote them as a name, but one that is not sought.
    pub(super) fn is_other(&self, words: &[u32]) -> bool {
        self.other.contains(words)
    }

    /// The persons with this last word.
    pub(super) fn persons_called(&self, last: u32) -> impl Iterator<Item = u32> {
        self.persons(&self.by_last, last)
    }

    /// The persons with this first word.
    pub(super) fn persons_named(&self, first: u32) -> impl Iterator<Item = u32> {
        self.persons(&self.by_first, first)
    }

    /// The persons among the names of a word; of a usual one some of them.
    fn persons(&self, names: &HashMap<u32, Vec<u32>>, word: u32) -> impl Iterator<Item = u32> {
        let all = names.get(&word).into_iter().flatten().copied().take(MOST_ALIKE);
        all.filter(|name| self.names[*name as usize].kind == NameKind::Person)
    }

    /// Whether a word is the first name of two or more persons.
    pub(super) fn is_first_name(&self, word: u32) -> bool {
        self.first_names.is_of_several(word)
    }

    /// Whether a word is typed or often heard as a first name.
    pub(super) fn may_be_first_name(&self, word: u32) -> bool {
        const OFTEN: usize = 5;
        self.first_names.is_heard_in(OFTEN, word)
    }

    /// The names that some words may stand for: those of the same first or last word, and those that sound alike.
    pub(super) fn near(&self, words: &[u32], joined: &[Sound]) -> Vec<u32> {
        let few = |names: &&Vec<u32>| names.len() <= MOST_ALIKE;
        let single = Some(&self.by_single_sound).filter(|_| words.len() == 1);
        let mut near: Vec<u32> = keys(joined)
            .iter()
            .flat_map(|key| {
                single.into_iter().chain([&self.by_sound]).filter_map(move |names| names.get(key))
            })
            .filter(few)
            .flatten()
            .copied()
            .collect();
        if let [first, .., last] = words {
            near.extend(self.by_first.get(first).into_iter().flatten().take(MOST_ALIKE));
            near.extend(self.by_last.get(last).into_iter().flatten().take(MOST_ALIKE));
        }
        near.sort_unstable();
        near.dedup();
        near
    }
}

/// The keys under which alike names meet: the skeleton of consonants, and long ones without one of them.
fn keys(sounds: &[Sound]) -> BTreeSet<Vec<u8>> {
    let hard = hard_skeleton(sounds).map(|skeleton| meeting_keys(&skeleton)).unwrap_or_default();
    meeting_keys(&skeleton(sounds)).into_iter().chain(hard).collect()
}

fn gather(archive: &Archive<'_>) -> BTreeMap<Vec<u32>, Gathered> {
    let mut gathered: BTreeMap<Vec<u32>, Gathered> = BTreeMap::new();
    for (document, read) in (0_u32..).zip(&archive.documents) {
        for ((at, typed), words) in (0_u32..).zip(&read.held.typed).zip(&read.typed) {
            if words.len() > LONGEST_NAME {
                continue;
            }
            let found = gathered.entry(words.clone()).or_default();
            found.typed.push((document, at));
            found.is_name |= typed.is_name;
            if let Some(kind) = typed.kind {
                *found.kinds.entry(kind).or_default() += 1;
            }
            for title in &typed.titles {
                *found.titles.entry(*title).or_default() += 1;
            }
            // "SKERRY ISLAND" and "skerry island" show the letters, not how they are written; "SIFA" in a line with
            // other letters is written so.
            let is_abbreviation = words.len() == 1 && typed.line.chars().any(char::is_lowercase);
            let is_usual = typed.words.iter().all(|word| {
                word.chars().next().is_some_and(char::is_uppercase)
                    && (word.chars().any(char::is_lowercase) || is_abbreviation)
            });
            *found.written.entry(typed.words.clone()).or_default() += if is_usual { 1000 } else { 1 };
        }
    }
    gathered
}

/// What the parser takes the same words for where they were heard; and that a keyword in lower case is a name.
fn count_heard_kinds(archive: &Archive<'_>, gathered: &mut BTreeMap<Vec<u32>, Gathered>) {
    for read in &archive.documents {
        for run in read.runs.iter().collect::<BTreeSet<&Vec<u32>>>() {
            if let Some(found) = gathered.get_mut(run) {
                found.heard_documents += 1;
            }
        }
        for heard in &read.held.heard {
            let Some(found) = gathered.get_mut(&read.runs[heard.run as usize]) else { continue };
            found.is_name |= !heard.starts_sentence;
            if let Some(kind) = heard.kind {
                *found.kinds.entry(kind).or_default() += 1;
            }
            if !found
                .written
                .keys()
                .any(|words| words.iter().any(|word| word.starts_with(char::is_uppercase)))
            {
                *found.written.entry(read.held.runs[heard.run as usize].clone()).or_default() += 10;
            }
        }
    }
}

/// What most uses of a name make of it, and whether it is a name of one thing: "Mexicans" are many. Of a single word
/// that is often a place the parser takes many uses for persons.
fn kind_of(kinds: &BTreeMap<EntityKind, u32>, words: usize) -> Option<(NameKind, bool)> {
    use EntityKind::*;
    let votes = |these: &[EntityKind]| these.iter().filter_map(|kind| kinds.get(kind)).sum::<u32>();
    let all = kinds.values().sum::<u32>();
    let places = votes(&[Country, Location, Facility]);
    let (groups, persons) = (votes(&[Group, Language]), votes(&[Person]));
    let others = all - places - groups - persons;
    let most = [places, groups, persons, others].into_iter().max().filter(|most| *most > 0)?;
    Some(if words > 1 && persons * PERSON_SHARE >= all {
        (NameKind::Person, true)
    } else if places == most || (words == 1 && places * PLACE_SHARE >= all) {
        (NameKind::Place, true)
    } else if persons == most {
        (NameKind::Person, true)
    } else {
        (NameKind::Organisation, groups != most)
    })
}

/// A name of several words is a person if at least one in so many of its uses is one: the parser misses more than it
/// invents.
const PERSON_SHARE: u32 = 3;

/// A word is a place if at least one of so many of its uses is one.
const PLACE_SHARE: u32 = 4;

/// The words that are first names of persons.
struct FirstNames {
    /// Of how many persons whose names people typed.
    typed: BTreeMap<u32, usize>,
    /// In how many documents each is heard before another word as one.
    heard: BTreeMap<u32, usize>,
}

impl FirstNames {
    fn of(archive: &Archive<'_>, gathered: &BTreeMap<Vec<u32>, Gathered>) -> Self {
        let mut lasts: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (words, found) in gathered {
            if let ([first, .., last], Some((NameKind::Person, _))) =
                (words.as_slice(), kind_of(&found.kinds, words.len()))
            {
                lasts.entry(*first).or_default().insert(*last);
            }
        }
        let mut heard: BTreeMap<u32, usize> = BTreeMap::new();
        for read in &archive.documents {
            let persons = read.held.heard.iter().filter(|heard| heard.kind == Some(EntityKind::Person));
            let runs = persons.map(|heard| &read.runs[heard.run as usize]).filter(|run| run.len() > 1);
            for first in runs.map(|run| run[0]).collect::<BTreeSet<u32>>() {
                *heard.entry(first).or_default() += 1;
            }
        }
        Self { typed: lasts.into_iter().map(|(first, lasts)| (first, lasts.len())).collect(), heard }
    }

    /// Whether people typed the names of several persons who are called so.
    fn is_of_several(&self, word: u32) -> bool {
        self.typed.get(&word).is_some_and(|persons| *persons >= 2)
    }

    /// Whether that is so, or a word is heard as a first name in so many documents.
    fn is_heard_in(&self, documents: usize, word: u32) -> bool {
        self.is_of_several(word) || self.heard.get(&word).is_some_and(|heard| *heard >= documents)
    }

    /// Whether a word is typed or heard as a first name several times.
    fn is_known(&self, word: u32) -> bool {
        self.is_heard_in(2, word)
    }
}

/// Decides whether what was typed is a name.
fn name(archive: &Archive<'_>, firsts: &FirstNames, words: &[u32], found: Gathered) -> Option<Name> {
    let mut documents: Vec<u32> = found.typed.iter().map(|(document, _)| *document).collect();
    documents.dedup();
    let is_word = |word: &u32| {
        let text = archive.word(*word);
        archive.is_ordinary(*word)
            || lists::title(text).is_some()
            || lists::is_function_word(text.strip_suffix('s').unwrap_or(text))
    };
    // "Ben J" is the beginning of a name that goes on.
    let is_initial = |word: &u32| archive.word(*word).chars().count() < 2;
    let is_cut = words.len() > 1 && words.iter().filter(|word| !is_initial(word)).count() < 2;
    // A keyword in lower case, or words of a headline: a first name and words that are nothing else.
    let is_person = || words.len() == 2 && firsts.is_known(words[0]) && !words.iter().any(is_word);
    if is_cut || words.iter().all(is_word) || !(found.is_name || is_person()) {
        return None;
    }
    let kind = match kind_of(&found.kinds, words.len()) {
        Some((_, false)) => return None,
        Some((kind, true)) => kind,
        None if words.len() > 1 && (firsts.is_of_several(words[0]) || !found.is_name) => NameKind::Person,
        None => NameKind::Organisation,
    };
    // "V Coast Guard" is what is left of the "K.V. Coast Guard".
    if kind != NameKind::Person && is_initial(&words[0]) {
        return None;
    }
    // The parser takes most uses of some persons for organisations; those have words in their names, and no titles.
    let is_called = || firsts.is_known(words[0]) || !found.titles.is_empty();
    let may_be_person = kind == NameKind::Organisation && found.kinds.contains_key(&EntityKind::Person);
    let kind = match words[..] {
        [_, _] if may_be_person && !words.iter().any(is_word) && is_called() => NameKind::Person,
        // "Mara" alone is what "Mara Lindqvist" is called.
        [word] if kind == NameKind::Organisation && firsts.typed.contains_key(&word) => NameKind::Person,
        _ => kind,
    };
    // "Defense Mara Lindqvist" is what is left of her office and her name.
    let is_office = words.len() > 2 && is_word(&words[0]) && !firsts.is_of_several(words[0]);
    let begins_otherwise = is_office || (words.len() > 1 && archive.is_hardly_a_name(words[0]));
    if kind == NameKind::Person && begins_otherwise {
        return None;
    }
    if words.len() == 1 {
        let is_short = archive.word(words[0]).chars().count() < LEAST_SINGLE_LETTERS;
        let is_usual = documents.len() >= LEAST_SINGLE_DOCUMENTS || found.heard_documents >= HEARD_DOCUMENTS;
        let is_told = !found.kinds.is_empty() || documents.len() > LEAST_SINGLE_DOCUMENTS;
        if is_short || !is_usual || !is_told {
            return None;
        }
    }
    let (written, _) =
        found.written.iter().max_by_key(|(words, count)| (**count, std::cmp::Reverse(*words)))?;
    let parts: Vec<Vec<Sound>> = written.iter().map(|word| sounds(word)).collect();
    let joined = joined(&parts);
    if joined.is_empty() {
        return None;
    }
    let day = |document: &u32| archive.documents[*document as usize].document.date;
    let mut days: Vec<Date> = documents.iter().filter_map(day).collect();
    days.sort_unstable();
    let written = written.iter().map(|word| with_capital(word)).collect();
    Some(Name {
        words: words.to_vec(),
        written,
        kind,
        typed: found.typed,
        typed_documents: documents.len(),
        days,
        titles: found.titles,
        parts,
        joined,
    })
}

/// The sounds of a name without regard to where its words end.
pub(super) fn joined(parts: &[Vec<Sound>]) -> Vec<Sound> {
    let mut joined = parts.concat();
    joined.dedup();
    joined
}

/// A keyword's word as a name is written: in lower case its first letter becomes a capital.
fn with_capital(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if !word.chars().any(char::is_uppercase) => first.to_uppercase().chain(chars).collect(),
        _ => word.to_owned(),
    }
}
