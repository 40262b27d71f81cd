//! What a document holds for names: the capitalised runs that were heard, the names that people typed, and the words
//! around both.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use language::parse::{EntityKind, Parsed};
use record::{FrontPart, Kind};
use serde::{Deserialize, Serialize};

use super::lists;
use super::words::{Run, Word, is_title_case, runs, words};
use crate::{Analysis, Material, Spot, Text, compact};

/// Shorter words say little about what a text is about.
const LEAST_CONTEXT_LETTERS: usize = 4;

/// How far before a name its titles are looked for, in words: "secretary of state, Mara Lindqvist".
const TITLE_REACH: usize = 4;

/// Longest text that is shown as evidence, in characters, the name in the middle.
const EVIDENCE_CHARS: usize = 160;

/// Longest keyword that may be a name, in words.
const LONGEST_KEYWORD: usize = 4;

/// Most words of a run that are kept; a longer run is a list in capitals.
const LONGEST_RUN: usize = 8;

/// What a document holds for names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The words of the document in lower case, without function words and short ones.
    pub(super) words: compact::Words,
    /// Which of them were ever written without a capital.
    pub(super) is_ordinary: Vec<bool>,
    /// For each piece of the text the words it has, as indices of `words`.
    pub(super) pieces: compact::Lists,
    /// The words of title and description, as indices of `words`.
    pub(super) front: Vec<u32>,
    /// The different capitalised runs that were heard, word for word as the recogniser wrote them.
    pub(super) runs: Vec<Vec<String>>,
    /// Where they were heard, in order.
    pub(super) heard: Vec<Heard>,
    /// The names that people typed, in order.
    pub(super) typed: Vec<Typed>,
}

/// A capitalised run where it was heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Heard {
    /// An index of [`Held::runs`].
    pub(super) run: u32,
    /// An index of [`Held::pieces`].
    pub(super) piece: u32,
    /// Where it stands.
    pub(super) spot: Spot,
    /// Whether its first word begins a sentence and may have its capital from that.
    pub(super) starts_sentence: bool,
    /// The titles before it, as numbers of [`lists::TITLES`].
    pub(super) titles: Vec<u8>,
    /// What the parser takes it for.
    pub(super) kind: Option<EntityKind>,
}

/// A name as people typed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Typed {
    /// Word for word as it was typed.
    pub(super) words: Vec<String>,
    /// Where it stands.
    pub(super) spot: Spot,
    /// The line it stands in, cut to what is shown.
    pub(super) line: String,
    /// The titles before it, as numbers of [`lists::TITLES`].
    pub(super) titles: Vec<u8>,
    /// What the parser takes it for.
    pub(super) kind: Option<EntityKind>,
    /// Whether its capitals, or the parser, say that it is a name; a keyword in lower case and what a headline has in capitals
    /// may be any words.
    pub(super) is_name: bool,
}

/// Reads what a document holds for names. An article is typed; a recording is heard, and its front is typed.
pub fn extract(material: &Material, analysis: &Analysis) -> Held {
    let mut reader = Reader::default();
    if material.document.kind == Kind::Article {
        reader.read_context(&material.text);
        reader.read_typed(&material.text, &analysis.text);
    } else {
        reader.read_context(&material.text);
        reader.read_heard(&material.text, &analysis.text);
        reader.read_front(&material.front);
        reader.read_typed(&material.front, &analysis.front);
        reader.read_keywords(&material.keywords);
    }
    reader.held
}

#[derive(Default)]
struct Reader {
    held: Held,
    word_numbers: HashMap<String, u32>,
    run_numbers: HashMap<Vec<String>, u32>,
}

impl Reader {
    /// The number of a word of the context; `None` for words that say nothing.
    fn number(&mut self, word: &str) -> Option<u32> {
        if word.chars().count() < LEAST_CONTEXT_LETTERS || !word.starts_with(char::is_alphabetic) {
            return None;
        }
        let text = word.to_lowercase();
        if lists::is_function_word(&text) {
            return None;
        }
        let is_ordinary = word.starts_with(char::is_lowercase);
        let number = match self.word_numbers.get(&text) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.held.is_ordinary.len()).ok()?;
                self.held.words.push(&text);
                self.held.is_ordinary.push(false);
                self.word_numbers.insert(text, number);
                number
            }
        };
        self.held.is_ordinary[number as usize] |= is_ordinary;
        Some(number)
    }

    fn numbers(&mut self, text: &str) -> Vec<u32> {
        let mut numbers: Vec<u32> =
            words(text).into_iter().filter_map(|word| self.number(&text[word.bytes])).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn read_context(&mut self, text: &Text) {
        for piece in &text.pieces {
            let numbers = self.numbers(&text.text[piece.bytes.clone()]);
            self.held.pieces.push(&numbers);
        }
    }

    fn read_front(&mut self, text: &Text) {
        self.held.front = self.numbers(&text.text);
    }

    fn read_heard(&mut self, text: &Text, parsed: &Parsed) {
        let words = words(&text.text);
        if !is_english(&text.text, &words) {
            return;
        }
        let kinds = Kinds::of(parsed);
        for run in runs(&text.text, &words) {
            let (titles, names) = without_titles(&text.text, &words, &run);
            if names.is_empty() || names.len() > LONGEST_RUN {
                continue;
            }
            let bytes = words[names.start].bytes.start..words[names.end - 1].bytes.end;
            let Some(place) = text.place_of(&bytes) else { continue };
            let written: Vec<String> =
                names.clone().map(|at| text.text[words[at].bytes.clone()].to_owned()).collect();
            let next = u32::try_from(self.held.runs.len()).unwrap_or(u32::MAX);
            let number = *self.run_numbers.entry(written.clone()).or_insert(next);
            if number == next {
                self.held.runs.push(written);
            }
            self.held.heard.push(Heard {
                run: number,
                piece: u32::try_from(text.pieces_of(&bytes).start).unwrap_or(u32::MAX),
                spot: Spot::from(place),
                starts_sentence: run.starts_sentence && names.start == run.words.start,
                titles,
                kind: in_a_place(&text.text, &words, &names).or_else(|| kinds.at(&bytes)),
            });
        }
    }

    /// Names as typed in running text: what the parser takes for names, and elsewhere capitalised runs; those of a headline,
    /// where all has capitals, may be any words.
    fn read_typed(&mut self, text: &Text, parsed: &Parsed) {
        let kinds = Kinds::of(parsed);
        for piece in &text.pieces {
            let line = &text.text[piece.bytes.clone()];
            let words = words(line);
            let is_title_case = is_title_case(line, &words);
            for run in runs(line, &words) {
                let mut parts = kinds.parts(&run, &words, piece.bytes.start, is_title_case);
                parts.extend(whole(&run, &parts, is_title_case));
                for part in parts {
                    let starts = run.starts_sentence && part.words.start == run.words.start;
                    if part.kind.is_none() && starts && part.words.len() == 1 {
                        continue;
                    }
                    let part_run = Run { words: part.words, starts_sentence: starts };
                    let (titles, names) = without_titles(line, &words, &part_run);
                    if names.is_empty() || names.len() > LONGEST_RUN {
                        continue;
                    }
                    let bytes = words[names.start].bytes.start..words[names.end - 1].bytes.end;
                    let in_text = piece.bytes.start + bytes.start..piece.bytes.start + bytes.end;
                    let Some(place) = text.place_of(&in_text) else { continue };
                    self.held.typed.push(Typed {
                        words: names.clone().map(|at| line[words[at].bytes.clone()].to_owned()).collect(),
                        spot: Spot::from(place),
                        line: excerpt(line, &bytes),
                        titles,
                        kind: in_a_place(line, &words, &names).or(part.kind),
                        // In a headline every word has a capital.
                        is_name: !is_title_case || part.kind.is_some(),
                    });
                }
            }
        }
    }

    fn read_keywords(&mut self, keywords: &[String]) {
        let mut start = 0;
        let mut seen = HashSet::new();
        for keyword in keywords {
            let length = keyword.chars().count();
            let chars = start..start + length;
            // Keywords are joined by `, `.
            start += length + 2;
            let words = words(keyword);
            if words.is_empty() || words.len() > LONGEST_RUN || !seen.insert(keyword.to_lowercase()) {
                continue;
            }
            let run = Run { words: 0..words.len(), starts_sentence: false };
            let (titles, names) = without_titles(keyword, &words, &run);
            let (names, is_whole) = without_office(keyword, &words, names);
            let is_name = is_whole && words[names.clone()].iter().all(|word| word.is_capital);
            let words: Vec<String> =
                words[names].iter().map(|word| keyword[word.bytes.clone()].to_owned()).collect();
            if words.is_empty()
                || words.len() > LONGEST_KEYWORD
                || words.iter().any(|word| lists::is_function_word(&word.to_lowercase()))
            {
                continue;
            }
            let spot = Spot::Front { part: FrontPart::Keywords, chars };
            let line = keyword.chars().take(EVIDENCE_CHARS).collect();
            let titles = if is_whole { titles } else { Vec::new() };
            self.held.typed.push(Typed { words, spot, line, titles, kind: None, is_name });
        }
    }
}

/// The whole of a run that a parser divides: of "Tavi Marsh Quill" it may know only "Marsh Quill", and of a headline
/// nothing.
fn whole(run: &Run, parts: &[Part], is_title_case: bool) -> Option<Part> {
    let known: Vec<&Part> = parts.iter().filter(|part| part.kind.is_some()).collect();
    let kind = match known[..] {
        [] if is_title_case => None,
        [part] if !is_title_case && part.kind == Some(EntityKind::Person) && parts.len() > 1 => part.kind,
        _ => return None,
    };
    let may_begin = kind.is_none() || !run.starts_sentence || parts[0].kind.is_some();
    let is_name = (2..=LONGEST_KEYWORD).contains(&run.words.len()) && may_begin;
    is_name.then(|| Part { words: run.words.clone(), kind })
}

/// A single word after "in" is a place; the parser knows few places by name.
fn in_a_place(text: &str, words: &[Word], names: &Range<usize>) -> Option<EntityKind> {
    let before = words.get(names.start.checked_sub(1)?)?;
    let is_place = names.len() == 1
        && words[names.start].follows
        && PLACE_PREPOSITIONS.contains(&text[before.bytes.clone()].to_lowercase().as_str());
    is_place.then_some(EntityKind::Location)
}

/// Words after which a place stands and hardly anything else with a name.
const PLACE_PREPOSITIONS: &[&str] = &["in", "near", "outside"];

/// Whether a text has as many function words as English has; in another language "Rusia" is right.
///
/// Half of spoken English are such words, a tenth of Spanish or French happens to be spelt like them.
fn is_english(text: &str, words: &[Word]) -> bool {
    let is_function = |word: &&Word| lists::is_function_word(&text[word.bytes.clone()].to_lowercase());
    words.len() < LEAST_WORDS_OF_A_LANGUAGE || words.iter().filter(is_function).count() * 4 >= words.len()
}

/// From how few words no language can be told.
const LEAST_WORDS_OF_A_LANGUAGE: usize = 60;

/// The titles before a name, and the words of the name itself.
fn without_titles(text: &str, words: &[Word], run: &Run) -> (Vec<u8>, Range<usize>) {
    let title_at = |at: usize| lists::title(&text[words[at].bytes.clone()].to_lowercase());
    let end = run.words.end;
    // "Defence Secretary Mara Lindqvist": the name begins after the last title; a run that ends with one is kept.
    let last = run.words.clone().rev().find(|at| *at + 1 < end && title_at(*at).is_some());
    let start = last.map_or(run.words.start, |at| at + 1);
    let reach = start.saturating_sub(TITLE_REACH)..start;
    let mut titles: Vec<u8> =
        reach.rev().take_while(|at| !words[*at + 1].starts_sentence).filter_map(title_at).collect();
    titles.sort_unstable();
    titles.dedup();
    (titles, start..end)
}

/// The last two words of a keyword in which a function word follows a title: "Secretary of Trade Mara Lindqvist". They may
/// be anything; and whether nothing was taken away.
fn without_office(keyword: &str, words: &[Word], names: Range<usize>) -> (Range<usize>, bool) {
    let is_function = |at: usize| lists::is_function_word(&keyword[words[at].bytes.clone()].to_lowercase());
    let has_title = names.start > 0;
    let last_two = names.end.saturating_sub(2).max(names.start)..names.end;
    match has_title && names.len() > 2 && names.clone().any(is_function) {
        true => (last_two, false),
        false => (names, true),
    }
}

/// The names that a parser found, by place.
struct Kinds(Vec<(Range<usize>, EntityKind)>);

/// A part of a run, with what the parser takes it for.
struct Part {
    words: Range<usize>,
    kind: Option<EntityKind>,
}

impl Kinds {
    fn of(parsed: &Parsed) -> Self {
        let is_name = |kind| {
            use EntityKind::*;
            matches!(
                kind,
                Person | Group | Facility | Organisation | Country | Location | Product | Event | Work | Law
            )
        };
        let named = parsed.entities.iter().filter(|entity| is_name(entity.kind));
        Self(named.map(|entity| (parsed.bytes(&entity.tokens), entity.kind)).collect())
    }

    /// What the name that overlaps most with some bytes is.
    fn at(&self, bytes: &Range<usize>) -> Option<EntityKind> {
        let first = self.0.partition_point(|(name, _)| name.end <= bytes.start);
        let touching = self.0[first..].iter().take_while(|(name, _)| name.start < bytes.end);
        let shared = |name: &Range<usize>| name.end.min(bytes.end) - name.start.max(bytes.start);
        touching.max_by_key(|(name, _)| shared(name)).map(|(_, kind)| *kind)
    }

    /// A run as the parser divides it. `start` is where the words' text begins in the text that was parsed.
    fn parts(&self, run: &Run, words: &[Word], start: usize, only_known: bool) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for at in run.words.clone() {
            let bytes = start + words[at].bytes.start..start + words[at].bytes.end;
            let first = self.0.partition_point(|(name, _)| name.end <= bytes.start);
            let found = self.0.get(first).filter(|(name, _)| name.start < bytes.end);
            let kind = found.map(|(_, kind)| *kind);
            let continues = found.is_some_and(|(name, _)| name.start < bytes.start);
            match parts.last_mut() {
                Some(part) if part.words.end == at && part.kind == kind && (kind.is_none() || continues) => {
                    part.words.end = at + 1;
                }
                _ if kind.is_none() && only_known => {}
                _ => parts.push(Part { words: at..at + 1, kind }),
            }
        }
        parts
    }
}

/// A line, or of a long one what stands around some bytes.
fn excerpt(line: &str, bytes: &Range<usize>) -> String {
    if line.chars().nth(EVIDENCE_CHARS).is_none() {
        return line.to_owned();
    }
    let before: Vec<char> = line[..bytes.start].chars().rev().take(EVIDENCE_CHARS / 2).collect();
    let after = line[bytes.start..].chars().take(EVIDENCE_CHARS / 2);
    before.into_iter().rev().chain(after).collect::<String>().trim().to_owned()
}
