//! What was heard against the names that people typed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use language::parse::EntityKind;
use rayon::prelude::*;

use super::archive::{Archive, Read};
use super::context::{Surroundings, around};
use super::lexicon::{LEAST_SINGLE_LETTERS, LONGEST_NAME, Lexicon, Name, NameKind, joined};
use super::lists;
use super::sound::{Sound, likeness, likeness_from, sounds};
use super::why::{LEAST_LIKENESS_OF_WORDS, SAME_SOUND, Why, count};
use super::{LEAST_SCORE, heard_text};

/// Names at which nobody looks: too far from what was heard.
const LEAST_LIKENESS: f32 = 0.6;

/// The least likeness of each word of a name that was heard in as many words as it has.
const LEAST_PART_LIKENESS: f32 = 0.45;

/// The least likeness where words were divided otherwise, or where only a surname was heard.
const LEAST_LIKENESS_ALONE: f32 = 0.72;

/// In so many documents somebody has to be typed to be taken for the only one of a name.
const TYPED_DOCUMENTS_OF_THE_ONLY_ONE: usize = 3;

/// The fewest letters of a word that may be a whole name of several words.
const LEAST_LETTERS_IN_ONE_WORD: usize = 7;

/// A name that is not so far ahead of the next, in score, may as well be the next.
const LEAST_MARGIN: f32 = 0.5;

/// What that costs.
const UNCLEAR: f32 = 3.0;

/// How near in time a document has to be for its names to be those of the day, in days.
const NEAR_DAYS: i64 = 21;

/// Where something was heard that may be a name.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// An index of the document's heard runs.
    pub(super) heard: u32,
    /// Which words of the run.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A name for what was heard in a document.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) document: u32,
    pub(super) uses: Vec<Use>,
    pub(super) words: Vec<u32>,
    pub(super) name: u32,
    pub(super) why: Why,
}

/// Everything that is heard right.
pub(super) struct Right {
    /// For each name where it was heard: documents and pieces, in order.
    pub(super) uses: HashMap<u32, Vec<(u32, u32)>>,
    /// For each name the titles that were heard before it.
    titles: HashMap<u32, BTreeSet<u8>>,
    /// For each document the names heard in it, and typed in its front.
    heard: Vec<BTreeSet<u32>>,
    typed: Vec<BTreeSet<u32>>,
}

/// What may be misheard: documents and uses, by the words heard.
pub(super) type Doubtful = BTreeMap<Vec<u32>, BTreeMap<u32, Vec<Use>>>;

/// How a document has a word that may be a name.
#[derive(Clone, Copy, Default)]
struct Written {
    /// Whether it is a word of its title or description, be it with an "s" more.
    is_typed_word: bool,
    /// Whether it stands in capitals alone.
    is_capital: bool,
}

/// Whether a word of two letters and more is in capitals, but for the "s" of a plural.
fn is_capital(word: &str) -> bool {
    let word = word.strip_suffix('s').unwrap_or(word);
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

pub(super) struct Proposer<'a> {
    archive: &'a Archive<'a>,
    lexicon: &'a Lexicon,
    right: Right,
    doubtful: Doubtful,
    partners: Partners,
    surroundings: HashMap<u32, Surroundings>,
}

/// The words heard directly beside a word in one run, and in how many documents each.
type Partners = HashMap<u32, BTreeMap<u32, usize>>;

impl<'a> Proposer<'a> {
    pub(super) fn of(archive: &'a Archive<'a>, lexicon: &'a Lexicon) -> Self {
        let mut right =
            Right { uses: HashMap::new(), titles: HashMap::new(), heard: Vec::new(), typed: Vec::new() };
        let mut doubtful = Doubtful::new();
        for (document, read) in (0_u32..).zip(&archive.documents) {
            let typed = read.typed.iter().filter_map(|words| lexicon.exact(words)).collect();
            right.typed.push(typed);
            right.heard.push(BTreeSet::new());
            read_runs(archive, lexicon, document, read, &mut right, &mut doubtful);
        }
        let partners = partners(archive);
        Self { archive, lexicon, right, doubtful, partners, surroundings: HashMap::new() }
    }

    /// The best name for everything that may be misheard, with what speaks for it.
    pub(super) fn proposals(&mut self) -> Vec<Proposal> {
        let doubtful = std::mem::take(&mut self.doubtful);
        // Each on its own, and most of the time.
        let near: Vec<Vec<(u32, Why)>> = doubtful.par_iter().map(|(words, _)| self.near(words)).collect();
        let mut proposals = Vec::new();
        for ((words, documents), near) in doubtful.iter().zip(near).filter(|(_, near)| !near.is_empty()) {
            let around: BTreeMap<u32, BTreeSet<u32>> =
                documents.iter().map(|(document, uses)| (*document, self.around(*document, uses))).collect();
            let written: BTreeMap<u32, Written> = documents
                .iter()
                .map(|(document, uses)| (*document, self.written(*document, words, uses)))
                .collect();
            let mut scored: BTreeMap<u32, Vec<(u32, Why)>> = BTreeMap::new();
            for (name, why) in near {
                self.read_surroundings(name);
                let fits: BTreeMap<u32, f32> =
                    around.iter().map(|(document, around)| (*document, self.fit(name, around))).collect();
                let average = fits.values().sum::<f32>() / count(fits.len());
                let is_abbreviated =
                    self.lexicon.names[name as usize].written.iter().all(|word| is_capital(word));
                for (document, uses) in documents {
                    let why = Why {
                        context: fits[document],
                        context_everywhere: average,
                        heard_documents: documents.len(),
                        is_typed_word: written[document].is_typed_word,
                        is_abbreviation: written[document].is_capital && !is_abbreviated,
                        ..why.clone()
                    };
                    let why = self.weigh(*document, uses, name, why);
                    scored.entry(*document).or_default().push((name, why));
                }
            }
            Self::judge_together(&mut scored);
            for (document, mut names) in scored {
                names.sort_by(|one, other| other.1.score.total_cmp(&one.1.score).then(one.0.cmp(&other.0)));
                let second = self.rival(&names);
                let (name, mut why) = names.swap_remove(self.nearest_spelling(words, &names));
                why.margin = second.map(|second| why.score - second);
                if why.margin.is_some_and(|margin| margin < LEAST_MARGIN) {
                    why.score -= UNCLEAR;
                }
                let uses = documents[&document].clone();
                proposals.push(Proposal { document, uses, words: words.clone(), name, why });
            }
        }
        self.doubtful = doubtful;
        proposals
    }

    /// What is heard in several documents is judged by all of them: a form that fits a name in most is that name in the
    /// rest, and one that fits it in few is somebody or something else.
    fn judge_together(scored: &mut BTreeMap<u32, Vec<(u32, Why)>>) {
        if scored.len() < SEVERAL_DOCUMENTS {
            return;
        }
        let mut sums: BTreeMap<u32, (f32, usize)> = BTreeMap::new();
        for (name, why) in scored.values().flatten() {
            let (sum, fitting) = sums.entry(*name).or_default();
            *sum += why.score;
            *fitting += usize::from(why.score >= LEAST_SCORE);
        }
        let documents = scored.len();
        for (name, why) in scored.values_mut().flatten() {
            let (sum, fitting) = sums[name];
            if fitting * 2 >= documents {
                why.score += 1.0;
            } else if sum / count(documents) < 0.0 && why.sound < SAME_SOUND {
                why.score -= 3.0;
            }
        }
    }

    /// Everything that may be misheard.
    pub(super) fn doubtful(&self) -> &Doubtful {
        &self.doubtful
    }

    /// Of the spellings of the best name the one nearest to what was heard, so that a repair changes no more than it
    /// has to; rare spellings are slips and count for nothing.
    fn nearest_spelling(&self, words: &[u32], names: &[(u32, Why)]) -> usize {
        let name = |at: usize| &self.lexicon.names[names[at].0 as usize];
        let best = name(0);
        let is_spelling = |at: &usize| {
            let other = name(*at);
            other.words.len() == best.words.len()
                && likeness(&best.joined, &other.joined) >= SAME_SOUND
                && other.typed_documents * RARE_SPELLING >= best.typed_documents
        };
        let shared =
            |at: &usize| name(*at).words.iter().zip(words).filter(|(one, other)| one == other).count();
        (0..names.len())
            .filter(is_spelling)
            .max_by_key(|at| (shared(at), names.len() - at))
            .unwrap_or_default()
    }

    /// The score of the best name that is not another spelling of the best one.
    fn rival(&self, names: &[(u32, Why)]) -> Option<f32> {
        let best = &self.lexicon.names[names[0].0 as usize];
        let is_other =
            |name: &Name| likeness(&best.joined, &name.joined) < SAME_SOUND && best.last() != name.last();
        names[1..]
            .iter()
            .find(|(name, _)| is_other(&self.lexicon.names[*name as usize]))
            .map(|(_, why)| why.score)
    }

    /// The names that some words sound like, with how much.
    fn near(&self, words: &[u32]) -> Vec<(u32, Why)> {
        let parts: Vec<Vec<Sound>> = words.iter().map(|word| sounds(self.archive.word(*word))).collect();
        let whole = joined(&parts);
        if whole.is_empty() || self.lexicon.is_other(words) {
            return Vec::new();
        }
        let near = self.lexicon.near(words, &whole);
        let mut found = Vec::new();
        for number in near {
            let name = &self.lexicon.names[number as usize];
            match self.compare(words, &parts, &whole, name) {
                // A longer name may end with this one.
                Compared::Same if Self::is_end(words, &name.words) => {}
                Compared::Same => return Vec::new(),
                Compared::Near(why) => found.push((number, why)),
                Compared::Far => {}
            }
        }
        found
    }

    fn compare(&self, words: &[u32], parts: &[Vec<Sound>], whole: &[Sound], name: &Name) -> Compared {
        let same_last = words.last() == name.words.last();
        let is_person = name.kind == NameKind::Person;
        let is_alone = words.len() == 1;
        // "Lindqvist" is somebody, but no place is called by its last word alone.
        let has_surname = is_person || name.words.len() == 1;
        let alone = [name.last()];
        let compared = if is_alone && has_surname { &alone[..] } else { &name.words };
        if self.is_same(words, compared) {
            return Compared::Same;
        }
        let (first, name_first) = (words[0], name.words[0]);
        let is_same_first = || {
            !is_alone
                && (first == name_first
                    || lists::are_forms_of_one(self.archive.word(first), self.archive.word(name_first)))
        };
        // Found out only where it tells something: most names are far from most words.
        let has_as_many = !is_alone && words.len() == name.words.len();
        let same_first = has_as_many && is_same_first();
        // "Mike" is "Michael" and needs no repair, but "Greg" for "Gregg" is a slip.
        let is_spelt_otherwise =
            || first != name_first && is_person && likeness(&parts[0], &name.parts[0]) >= SAME_SOUND;
        if has_as_many && same_last && same_first && !is_spelt_otherwise() {
            return Compared::Same;
        }
        let mut in_one_word = false;
        let heard = if is_alone {
            let last = name.parts.last().map(Vec::as_slice).unwrap_or_default();
            let surname = if has_surname { likeness_from(LEAST_LIKENESS_ALONE, whole, last) } else { 0.0 };
            let in_full = self.in_one_word(words[0], whole, name);
            in_one_word = in_full > surname;
            let sound = surname.max(in_full);
            (sound >= LEAST_LIKENESS_ALONE).then_some((sound, sound))
        } else if has_as_many {
            let same = Same { first: same_first && is_person, last: same_last };
            word_by_word(words, parts, whole, name, &same)
        } else {
            let sound = likeness_from(LEAST_LIKENESS_ALONE, whole, &name.joined);
            (sound >= LEAST_LIKENESS_ALONE).then_some((sound, sound))
        };
        let Some((sound, weakest)) = heard else { return Compared::Far };
        let same_first = same_first || (!has_as_many && is_same_first());
        let last = words.last().copied().unwrap_or_default();
        let differing: Vec<(u32, u32)> = words
            .iter()
            .zip(&name.words)
            .map(|(heard, typed)| (*heard, *typed))
            .filter(|(heard, typed)| heard != typed)
            .collect();
        let is_other_name = !is_person && weakest < LEAST_LIKENESS_OF_WORDS;
        let are_words = has_as_many
            && (is_other_name || differing.iter().all(|(heard, _)| self.archive.is_ordinary(*heard)))
            && (is_other_name || differing.iter().all(|(_, typed)| self.archive.is_ordinary(*typed)));
        let is_only_one = is_person && has_as_many && self.is_only_one(words, name);
        Compared::Near(Why {
            are_words,
            is_only_one,
            other_first: same_last && !same_first && self.lexicon.may_be_first_name(words[0]),
            sound,
            weakest,
            same_first,
            same_last,
            typed_documents: name.typed_documents,
            in_one_word,
            in_other_names: if is_alone { self.in_other_names(words[0], name) } else { 0 },
            is_known: self.lexicon.persons_called(last).next().is_some() && !same_last,
            is_ordinary: self.archive.is_ordinary(last),
            words_heard: words.len(),
            words_name: name.words.len(),
            ..Why::default()
        })
    }

    /// Whether nobody else whose name people typed has the first name or the surname that was heard, and what was heard
    /// beside it is no name that is known: any "Tavi" is Tavi Lindqvist.
    fn is_only_one(&self, words: &[u32], name: &Name) -> bool {
        let [heard_first, .., heard_last] = *words else { return false };
        if name.typed_documents < TYPED_DOCUMENTS_OF_THE_ONLY_ONE {
            return false;
        }
        let are_one = |other: u32, part: fn(&[Vec<Sound>]) -> Option<&Vec<Sound>>| {
            let parts = part(&self.lexicon.names[other as usize].parts).zip(part(&name.parts));
            parts.is_some_and(|(one, other)| likeness(one, other) >= LEAST_LIKENESS_ALONE)
        };
        let is_told_by_first = || {
            self.lexicon.persons_called(heard_last).next().is_none()
                && self.lexicon.persons_named(heard_first).all(|other| are_one(other, <[_]>::last))
        };
        let is_told_by_last = || {
            !self.lexicon.may_be_first_name(heard_first)
                && !self.archive.is_ordinary(heard_first)
                && self.lexicon.persons_called(heard_last).all(|other| are_one(other, <[_]>::first))
        };
        (heard_first == name.words[0] && is_told_by_first())
            || (heard_last == name.last() && is_told_by_last())
    }

    /// How much a word is like all words of a name together: "Maralintwist". A short one is like too many.
    fn in_one_word(&self, word: u32, whole: &[Sound], name: &Name) -> f32 {
        let is_long = self.archive.word(word).chars().count() >= LEAST_LETTERS_IN_ONE_WORD;
        if is_long && name.words.len() > 1 {
            likeness_from(LEAST_LIKENESS_ALONE, whole, &name.joined)
        } else {
            0.0
        }
    }

    /// Whether some words are a name, only written or inflected otherwise: "Skerry Islands", "Quill-Moss" for
    /// "Quill Moss", "Ben J. Quill" for "Ben Quill".
    fn is_same(&self, words: &[u32], name: &[u32]) -> bool {
        let has_all =
            |these: &[u32], those: &[u32]| these.len() > 1 && these.iter().all(|word| those.contains(word));
        if has_all(words, name) || has_all(name, words) {
            return true;
        }
        // As one text with hyphens between the words; most differ in the first letters.
        let length =
            |words: &[u32]| words.iter().map(|word| self.archive.word(*word).len() + 1).sum::<usize>();
        let (short, long) = if length(words) <= length(name) { (words, name) } else { (name, words) };
        let mut rest = self.hyphenated(long);
        if !self.hyphenated(short).all(|byte| rest.next() == Some(byte)) {
            return false;
        }
        let rest: Vec<u8> = rest.collect();
        rest.first() == Some(&b'-') || INFLECTIONS.iter().any(|ending| ending.as_bytes() == rest)
    }

    /// Whether some words end with a name of several, and there are more before it.
    fn is_end(words: &[u32], name: &[u32]) -> bool {
        name.len() > 1 && words.len() > name.len() && words.ends_with(name)
    }

    /// Some words as one text, byte by byte.
    fn hyphenated<'w>(&'w self, words: &'w [u32]) -> impl Iterator<Item = u8> + 'w {
        words.iter().enumerate().flat_map(|(at, word)| {
            let hyphen = (at > 0).then_some(b'-');
            hyphen.into_iter().chain(self.archive.word(*word).bytes())
        })
    }

    /// In how many documents a word is part of a longer name that does not sound like this one.
    fn in_other_names(&self, word: u32, name: &Name) -> usize {
        let first = self.archive.word(name.words[0]);
        let is_other = |partner: u32| {
            let partner = self.archive.word(partner);
            !lists::are_forms_of_one(partner, first)
                && likeness(&sounds(partner), &name.parts[0]) < LEAST_LIKENESS_ALONE
        };
        let partners = self.partners.get(&word).into_iter().flatten();
        partners
            .filter(|(partner, _)| name.words.len() == 1 || is_other(**partner))
            .map(|(_, documents)| documents)
            .sum()
    }

    fn around(&self, document: u32, uses: &[Use]) -> BTreeSet<u32> {
        let read = &self.archive.documents[document as usize];
        let pieces: Vec<u32> = uses.iter().map(|used| read.held.heard[used.heard as usize].piece).collect();
        around(read, &pieces)
    }

    /// How a document has some words; of more than one it matters not.
    fn written(&self, document: u32, words: &[u32], uses: &[Use]) -> Written {
        let [word] = *words else { return Written::default() };
        let read = &self.archive.documents[document as usize];
        let word = self.archive.word(word);
        let singular = word.strip_suffix('s').unwrap_or(word);
        let mut front = read.held.front.iter().map(|front| self.archive.word(read.words[*front as usize]));
        let is_capital = |used: &Use| is_capital(&heard_text(self.archive, document, used));
        Written {
            is_typed_word: front.any(|typed| typed == word || typed == singular),
            is_capital: uses.iter().all(is_capital),
        }
    }

    fn read_surroundings(&mut self, number: u32) {
        if self.surroundings.contains_key(&number) {
            return;
        }
        let name = &self.lexicon.names[number as usize];
        let mut typed: Vec<u32> = name.typed.iter().map(|(document, _)| *document).collect();
        typed.dedup();
        let heard = self.right.uses.get(&number).map(Vec::as_slice).unwrap_or_default();
        let surroundings = Surroundings::of(self.archive, heard, &typed, &name.words);
        self.surroundings.insert(number, surroundings);
    }

    fn fit(&self, name: u32, around: &BTreeSet<u32>) -> f32 {
        self.surroundings.get(&name).map_or(0.0, |surroundings| surroundings.fit(self.archive, around))
    }

    fn weigh(&self, document: u32, uses: &[Use], number: u32, why: Why) -> Why {
        let name = &self.lexicon.names[number as usize];
        let read = &self.archive.documents[document as usize];
        let titles: BTreeSet<u8> = uses
            .iter()
            .flat_map(|used| read.held.heard[used.heard as usize].titles.iter().copied())
            .collect();
        let typed_here = self.right.typed[document as usize].contains(&number);
        let near = read.document.date.map_or(0, |day| {
            let (first, last) = (day.saturating_sub(NEAR_DAYS.days()), day.saturating_add(NEAR_DAYS.days()));
            let days = name.days.partition_point(|other| *other <= last)
                - name.days.partition_point(|other| *other < first);
            days.saturating_sub(usize::from(typed_here))
        });
        let is_person = name.kind == NameKind::Person;
        let mut why = Why {
            is_person,
            is_place: name.kind == NameKind::Place,
            typed_here,
            heard_right_here: self.right.heard[document as usize].contains(&number),
            same_title: is_person
                && titles.iter().any(|title| {
                    name.titles.contains_key(title)
                        || self.right.titles.get(&number).is_some_and(|heard| heard.contains(title))
                }),
            typed_near: near,
            ..why
        };
        why.score = why.sum();
        why
    }
}

/// What words have in common with a name.
struct Same {
    /// A form of the first name of a person.
    first: bool,
    /// The last word.
    last: bool,
}

/// How alike words sound to a name of as many, and the least alike of them; `None` if they are too far apart.
fn word_by_word(
    words: &[u32],
    parts: &[Vec<Sound>],
    whole: &[Sound],
    name: &Name,
    same: &Same,
) -> Option<(f32, f32)> {
    let alike = |at: usize| match at {
        _ if words[at] == name.words[at] => 1.0,
        0 if same.first => 1.0,
        0 if same.last => likeness(&parts[0], &name.parts[0]).max(with_title(&parts[0], name)),
        _ => likeness_from(LEAST_PART_LIKENESS, &parts[at], &name.parts[at]),
    };
    let mut weakest = 1.0_f32;
    for at in 0..words.len() {
        weakest = weakest.min(alike(at));
        if weakest < LEAST_PART_LIKENESS {
            return None;
        }
    }
    let in_all = |sounds: &[Sound]| likeness_from(LEAST_LIKENESS, sounds, &name.joined);
    // A known first name in another form does not count against the surname.
    let sound = if same.first {
        let surnames = (joined(&parts[1..]), joined(&name.parts[1..]));
        likeness_from(LEAST_LIKENESS, &surnames.0, &surnames.1).max(in_all(whole))
    } else if same.last {
        let mut parts = parts.to_vec();
        parts[0] = name.parts[0].clone();
        likeness(whole, &name.joined).max((weakest + likeness(&joined(&parts), &name.joined)) / 2.0)
    } else {
        in_all(whole)
    };
    (sound >= LEAST_LIKENESS).then_some((sound, weakest))
}

/// How a first name sounds with a title before it that the name has: "Sadan" for "Sir Dan".
fn with_title(part: &[Sound], name: &Name) -> f32 {
    let titles = name.titles.keys().filter_map(|title| lists::TITLES.get(usize::from(*title)));
    let short = titles.filter(|title| SPOKEN_WITH_NAMES.contains(title));
    short.map(|title| likeness(part, &joined(&[sounds(title), name.parts[0].clone()]))).fold(0.0, f32::max)
}

/// Titles short enough to be heard as the beginning of a first name.
const SPOKEN_WITH_NAMES: &[&str] = &["dame", "dr", "gen", "lord", "mr", "mrs", "ms", "sir"];

/// Endings that make a plural or an adjective of a name.
const INFLECTIONS: &[&str] = &[
    "", "s", "es", "i", "y", "ey", "n", "an", "ian", "ic", "ish", "'s", "ist", "ism", "er", "ers", "ns",
    "ans", "ians",
];

enum Compared {
    Same,
    Near(Why),
    Far,
}

/// From so many documents on a form that was heard is judged by all of them together.
const SEVERAL_DOCUMENTS: usize = 4;

/// A spelling is rare if another of the same sound is typed in more than so many times as many documents.
const RARE_SPELLING: usize = 8;

/// Sorts the runs of a document into names heard right and what may be misheard.
fn read_runs(
    archive: &Archive<'_>,
    lexicon: &Lexicon,
    document: u32,
    read: &Read<'_>,
    right: &mut Right,
    doubtful: &mut Doubtful,
) {
    for (at, heard) in (0_u32..).zip(&read.held.heard) {
        let run = &read.runs[heard.run as usize];
        let begins_late = heard.starts_sentence && run.len() > 1 && archive.is_ordinary(run[0]);
        let first = usize::from(begins_late);
        let known = known(lexicon, run, first);
        for (from, to, name) in &known {
            right.uses.entry(*name).or_default().push((document, heard.piece));
            if *from == 0 {
                right.titles.entry(*name).or_default().extend(&heard.titles);
            }
            if to - from > 1 || lexicon.names[*name as usize].words.len() == 1 {
                right.heard[document as usize].insert(*name);
            }
        }
        // "Abrell Quist" is known, but who is "Kavimar Abrell Quist"?
        let is_known = |from: usize, to: usize| {
            let is_longer = |known: &(usize, usize, u32)| from < known.0 && to == known.1;
            known
                .iter()
                .any(|known| known.1 - known.0 > 1 && from < known.1 && known.0 < to && !is_longer(known))
        };
        let mut add = |from: usize, to: usize| {
            let uses = doubtful.entry(run[from..to].to_vec()).or_default().entry(document).or_default();
            uses.push(Use { heard: at, from, to });
        };
        for from in first..run.len() {
            for to in from + 2..=run.len().min(from + LONGEST_NAME) {
                if !is_known(from, to) {
                    add(from, to);
                }
            }
        }
        if run.len() - first == 1 {
            let word = run[first];
            let is_name = !known.is_empty()
                || lexicon.persons_called(word).next().is_some()
                || lexicon.is_first_name(word);
            // "Mexican" is not "Mexico", and whom it names is clear.
            let is_group = heard.kind == Some(EntityKind::Group);
            // "Governor Stumble": a title makes a name of a word.
            let may_name = !archive.is_ordinary(word) || !heard.titles.is_empty();
            if !is_name && !is_group && may_name && is_spoken(archive.word(word)) {
                add(first, run.len());
            }
        }
    }
}

/// Whether a word alone may be a name: long enough, no number and not spelt out letter by letter.
fn is_spoken(word: &str) -> bool {
    let is_long = word.chars().count() >= LEAST_SINGLE_LETTERS;
    is_long
        && word
            .split(['-', '\''])
            .all(|part| part.chars().count() > 1 && part.chars().all(char::is_alphabetic))
}

/// Which words stand beside which in the runs of all documents.
fn partners(archive: &Archive<'_>) -> Partners {
    let mut partners = Partners::new();
    for read in &archive.documents {
        let pairs: BTreeSet<(u32, u32)> = read
            .runs
            .iter()
            .flat_map(|run| run.windows(2).flat_map(|pair| [(pair[0], pair[1]), (pair[1], pair[0])]))
            .collect();
        for (word, beside) in pairs {
            *partners.entry(word).or_default().entry(beside).or_default() += 1;
        }
    }
    partners
}

/// The names in a run, the longest first from the left.
fn known(lexicon: &Lexicon, run: &[u32], first: usize) -> Vec<(usize, usize, u32)> {
    let mut known = Vec::new();
    let mut from = first;
    while from < run.len() {
        let longest = (from + 1..=run.len().min(from + LONGEST_NAME)).rev();
        let found = longest.map(|to| (to, lexicon.exact(&run[from..to]))).find(|(_, name)| name.is_some());
        match found {
            Some((to, Some(name))) => {
                known.push((from, to, name));
                from = to;
            }
            _ => from += 1,
        }
    }
    known
}
