//! A document alone -> what stories need of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use record::article::Role;
use record::{FrontPart, MediaTime, Place};
use serde::{Deserialize, Serialize};

use super::chapters::{Chapter, chapters};
use super::sentences::sentences;
use super::stretches::{Sentence, cut};
use super::terms::{Term, terms};
use super::told::told_days;
use crate::material::{Analysis, Material, Piece, Text};
use crate::{Spot, compact};

/// What stories need of a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Its terms; weights name them by their index.
    pub(super) terms: compact::Words,
    /// What it is about.
    pub(super) whole: Vec<Weight>,
    /// What its stretches are about: in order, together all that is said. None of a short recording, or of an article.
    pub(super) stretches: Vec<Stretch>,
    /// Whether its publisher calls it a round-up.
    pub(super) is_called_roundup: bool,
    /// How long it is: from its first words to its last, where the archive has times.
    pub(super) length: Option<u32>,
    /// Its title; empty where it has none.
    pub(super) title: String,
    /// Sentences that may tell what happened.
    pub(crate) lines: Vec<Line>,
}

/// A sentence that may tell what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// As it was said or typed.
    pub(crate) text: String,
    pub(crate) at: Spot,
    /// The stretch to which it belongs, by its index; `None` for what belongs to the document as a whole.
    pub(crate) stretch: Option<u16>,
    /// Days from the publication to the day of which it tells.
    pub(crate) days: i8,
}

/// How much a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Weight {
    /// An index of [`Held::terms`].
    pub(super) term: u16,
    /// In sixteenths.
    pub(super) weight: u8,
}

/// A part of a recording that is about one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Stretch {
    /// The segment with which it begins.
    pub(super) segment: u32,
    /// Where it begins, in milliseconds.
    pub(super) start: Option<u64>,
    /// Where it ends, in milliseconds.
    pub(super) end: Option<u64>,
    /// Its chapter's title, or its first sentence that says something.
    pub(super) headline: String,
    pub(super) is_chapter: bool,
    pub(super) words: u32,
    pub(super) weights: Vec<Weight>,
}

/// Recordings with fewer terms are one story.
const FEWEST_WORDS: usize = 120;

/// Terms that a whole document keeps.
const MOST_TERMS: usize = 160;

/// Terms that a stretch keeps.
const MOST_STRETCH_TERMS: usize = 48;

/// Stretches that are kept of one recording: the longest broadcasts have as many.
const MOST_STRETCHES: usize = 400;

/// Longest headline that is taken from speech, in characters.
const LONGEST_HEADLINE: usize = 200;

/// What stories need of a document.
pub fn extract(material: &Material, _analysis: &Analysis) -> Held {
    let mut lexicon = Lexicon::default();
    let sentences = sentences(&material.text);
    let spoken: Vec<Vec<Term>> =
        sentences.iter().map(|bytes| terms(&material.text.text[bytes.clone()])).collect();
    let words: usize = spoken.iter().map(Vec::len).sum();
    let front = Front::of(material);
    let is_long = words >= FEWEST_WORDS
        && matches!(material.text.pieces.first(), Some(Piece { place: Place::Spoken { .. }, .. }));
    let stretches =
        if is_long { stretches(material, &sentences, &spoken, &front, &mut lexicon) } else { Vec::new() };
    let whole = lexicon.keep(whole(material, &spoken, &front), MOST_TERMS);
    Held {
        whole,
        is_called_roundup: is_called_roundup(&front),
        length: length(&material.text),
        lines: lines(material, &sentences, &spoken, &stretches),
        title: front.title,
        stretches,
        terms: lexicon.terms.iter().collect(),
    }
}

/// What people typed.
struct Front {
    title: String,
    description: Vec<String>,
    chapters: Vec<Chapter>,
}

impl Front {
    fn of(material: &Material) -> Self {
        let lines = |wanted: FrontPart| {
            material.front.pieces.iter().filter_map(move |piece| match &piece.place {
                Place::Front { part, .. } if *part == wanted => {
                    Some(&material.front.text[piece.bytes.clone()])
                }
                _ => None,
            })
        };
        let headline = material.text.pieces.iter().find(|piece| piece.role == Some(Role::Headline));
        let title = lines(FrontPart::Title)
            .next()
            .map(str::to_owned)
            .or_else(|| material.document.title.clone())
            .or_else(|| headline.map(|piece| material.text.text[piece.bytes.clone()].to_owned()));
        let chapters = chapters(lines(FrontPart::Description));
        let description =
            lines(FrontPart::Description).filter(|line| !is_promotion(line)).map(str::to_owned).collect();
        Self { title: title.unwrap_or_default(), description, chapters }
    }
}

/// Words with which publishers call a programme of several stories. In lower case.
const ROUNDUP: &[&str] = &[
    "bulletin",
    "headlines",
    "highlights",
    "in brief",
    "news now",
    "recap",
    "round-up",
    "roundup",
    "top stories",
];

fn is_called_roundup(front: &Front) -> bool {
    let calls = |text: &str| {
        let lower = text.to_lowercase();
        ROUNDUP.iter().any(|word| lower.contains(word))
    };
    calls(&front.title) || front.description.first().is_some_and(|line| calls(line))
}

/// Whether a line of a description asks for something instead of telling something.
fn is_promotion(line: &str) -> bool {
    let lower = line.to_lowercase();
    let asks = [
        "subscribe",
        "follow ",
        "http",
        "www.",
        "download",
        "sign up",
        "newsletter",
        "donate",
        "podcast",
        "sponsor",
        "join ",
        "patreon",
        "©",
    ];
    lower.starts_with(['#', '@']) || asks.iter().any(|word| lower.contains(word))
}

fn length(text: &Text) -> Option<u32> {
    let time = |piece: Option<&Piece>| match piece?.place {
        Place::Spoken { start, .. } => start,
        _ => None,
    };
    Some(time(text.pieces.last())?.saturating_sub(time(text.pieces.first())?).whole_seconds() as u32)
}

/// Numbers terms.
#[derive(Default)]
struct Lexicon {
    terms: Vec<String>,
    known: BTreeMap<String, u16>,
}

impl Lexicon {
    /// The heaviest weights, rising by number.
    fn keep(&mut self, weights: BTreeMap<String, f32>, most: usize) -> Vec<Weight> {
        let mut heaviest: Vec<(String, f32)> = weights.into_iter().collect();
        heaviest.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        heaviest.truncate(most);
        let mut kept = Vec::new();
        for (term, weight) in heaviest {
            let Some(term) = self.number(term) else { continue };
            kept.push(Weight { term, weight: (weight * 16.0).round().clamp(1.0, 255.0) as u8 });
        }
        kept.sort_by_key(|weight| weight.term);
        kept
    }

    fn number(&mut self, term: String) -> Option<u16> {
        if let Some(number) = self.known.get(&term) {
            return Some(*number);
        }
        let number = u16::try_from(self.terms.len()).ok()?;
        self.terms.push(term.clone());
        self.known.insert(term, number);
        Some(number)
    }
}

/// What words count for by their place, against a word that is said once. Typed words tell what it is about, the first
/// sentences name it, and the rest of an hour wanders. Each was
/// chosen alone on the development archive, where both halves of the labelled events gain by it.
const TITLE: f32 = 3.0;
const DESCRIPTION: f32 = 1.5;
const KEYWORDS: f32 = 0.5;
const CHAPTER: f32 = 2.0;
const LEAD: f32 = 2.0;
const STRETCH_LEAD: f32 = 2.5;

/// The most that a word counts for by being said often in a whole document.
const BODY: f32 = 1.2;

/// What a name counts for more than another word, as a share.
const NAME: f32 = 0.3;

/// The sentences of a document that name what it is about.
const LEAD_SENTENCES: usize = 5;

/// How often a term comes, as a weight: each further time adds less; a name counts more.
#[derive(Default)]
struct Counts(BTreeMap<String, (f32, f32)>);

impl Counts {
    fn add(&mut self, terms: &[Term], worth: f32) {
        for term in terms {
            let count = self.0.entry(term.stem.clone()).or_default();
            count.0 += worth;
            count.1 += if term.is_name { worth } else { 0.0 };
        }
    }

    fn weights(self, factor: f32) -> BTreeMap<String, f32> {
        let weight = |(count, names): (f32, f32)| factor * (1.0 + count).ln() * (1.0 + NAME * names / count);
        self.0.into_iter().map(|(term, counts)| (term, weight(counts))).collect()
    }
}

fn whole(material: &Material, spoken: &[Vec<Term>], front: &Front) -> BTreeMap<String, f32> {
    let mut counts = Counts::default();
    for (index, terms) in spoken.iter().enumerate() {
        counts.add(terms, if index < LEAD_SENTENCES { LEAD } else { 1.0 });
    }
    let most = counts.0.values().map(|count| count.0).fold(1.0, f32::max);
    // Hours of speech must not outweigh their title.
    let mut weights = counts.weights(BODY / (1.0 + most).ln());
    let mut add = |text: &str, worth: f32| {
        let stems: BTreeSet<String> = terms(text).into_iter().map(|term| term.stem).collect();
        for stem in stems {
            *weights.entry(stem).or_default() += worth;
        }
    };
    add(&front.title, TITLE);
    if front.chapters.is_empty() {
        add(&front.description.join("\n"), DESCRIPTION);
    }
    add(&material.keywords.join("\n"), KEYWORDS);
    weights
}

fn stretches(
    material: &Material,
    sentences: &[Range<usize>],
    spoken: &[Vec<Term>],
    front: &Front,
    lexicon: &mut Lexicon,
) -> Vec<Stretch> {
    let text = &material.text;
    let starts: Vec<Option<MediaTime>> = sentences.iter().map(|bytes| start_of(text, bytes)).collect();
    let chapters = chapter_cuts(&front.chapters, &starts);
    let cuts = if chapters.is_empty() {
        let seen: Vec<Sentence> = sentences
            .iter()
            .zip(spoken)
            .map(|(bytes, terms)| Sentence {
                text: &text.text[bytes.clone()],
                terms,
                after_break: text.pieces[text.pieces_of(bytes)]
                    .first()
                    .is_some_and(|piece| piece.after_break && piece.bytes.start == bytes.start),
            })
            .collect();
        cut(&seen).into_iter().map(|range| (range, None)).collect()
    } else {
        chapters
    };
    let mut stretches = Vec::new();
    for (range, chapter) in cuts.into_iter().take(MOST_STRETCHES) {
        let bytes = sentences[range.start].start..sentences[range.end - 1].end;
        let Some(Place::Spoken { segment, start, end }) = text.place_of(&bytes) else { continue };
        let mut counts = Counts::default();
        for (index, terms) in spoken[range.clone()].iter().enumerate() {
            counts.add(terms, if index == 0 { STRETCH_LEAD } else { 1.0 });
        }
        let words = spoken[range.clone()].iter().map(|terms| terms.len() as u32).sum();
        let telling =
            range.clone().find(|index| tells(&text.text[sentences[*index].clone()], &spoken[*index]));
        let first = &text.text[sentences[telling.unwrap_or(range.start)].clone()];
        let is_chapter = chapter.is_some();
        let mut weights = counts.weights(1.0);
        if let Some(title) = &chapter {
            for term in terms(title) {
                *weights.entry(term.stem).or_default() += CHAPTER;
            }
        }
        stretches.push(Stretch {
            segment: segment as u32,
            start: start.map(MediaTime::as_millis),
            end: end.map(MediaTime::as_millis),
            headline: chapter.unwrap_or_else(|| first.chars().take(LONGEST_HEADLINE).collect()),
            is_chapter,
            words,
            weights: lexicon.keep(weights, MOST_STRETCH_TERMS),
        });
    }
    stretches
}

fn start_of(text: &Text, bytes: &Range<usize>) -> Option<MediaTime> {
    match text.place_of(bytes)? {
        Place::Spoken { start, .. } => start,
        _ => None,
    }
}

/// The sentences of each chapter, with its title.
fn chapter_cuts(chapters: &[Chapter], starts: &[Option<MediaTime>]) -> Vec<(Range<usize>, Option<String>)> {
    // A clock in whole seconds begins up to a second before the sentence, a recogniser's segment somewhat before its word.
    const SLACK: MediaTime = MediaTime::from_millis(2_000);
    let first_from = |time: MediaTime| {
        starts
            .iter()
            .position(|start| start.is_some_and(|start| start.saturating_add(SLACK) >= time))
            .unwrap_or(starts.len())
    };
    let mut cuts = Vec::new();
    for (index, chapter) in chapters.iter().enumerate() {
        let from = if index == 0 { 0 } else { first_from(chapter.start) };
        let to = chapters.get(index + 1).map_or(starts.len(), |next| first_from(next.start));
        if from < to {
            cuts.push((from..to, Some(chapter.title.clone())));
        }
    }
    cuts
}

/// Sentences that a document keeps of its beginning.
const WHOLE_LINES: usize = 6;

/// Sentences that each stretch keeps of its beginning.
const STRETCH_LINES: usize = 2;

/// Sentences from which these are taken.
const BEGINNING: usize = 20;

/// A sentence that tells what happened has as many terms.
const FEWEST_TERMS: usize = 5;

/// A longer line tells too much, or is no sentence, in characters.
const LONGEST_LINE: usize = 320;

/// The title, sentences of the description, the first sentences of the whole and of each stretch.
fn lines(
    material: &Material,
    sentences: &[Range<usize>],
    spoken: &[Vec<Term>],
    stretches: &[Stretch],
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut push = |text: &Text, bytes: &Range<usize>, stretch: Option<usize>| {
        let Some(place) = text.place_of(bytes) else { return };
        let words = &text.text[bytes.clone()];
        if words.chars().count() <= LONGEST_LINE {
            let days = material.document.date.map_or(0, |date| told_days(words, date));
            let stretch = stretch.and_then(|stretch| u16::try_from(stretch).ok());
            lines.push(Line { text: words.to_owned(), at: Spot::from(place), stretch, days });
        }
    };
    for bytes in super::sentences::sentences(&material.front).iter().take(BEGINNING) {
        let words = &material.front.text[bytes.clone()];
        if !is_promotion(words) && terms(words).len() + 2 >= FEWEST_TERMS {
            push(&material.front, bytes, None);
        }
    }
    let tells = |index: &usize| tells(&material.text.text[sentences[*index].clone()], &spoken[*index]);
    for index in (0..sentences.len().min(BEGINNING)).filter(tells).take(WHOLE_LINES) {
        push(&material.text, &sentences[index], None);
    }
    let mut first = 0;
    for stretch in 0..stretches.len() {
        let after = match stretches.get(stretch + 1) {
            Some(next) => {
                sentences.partition_point(|bytes| segment_of(&material.text, bytes) < next.segment as usize)
            }
            None => sentences.len(),
        };
        for index in (first..after).filter(tells).take(STRETCH_LINES) {
            push(&material.text, &sentences[index], Some(stretch));
        }
        first = after.max(first);
    }
    lines
}

/// Whether a sentence may be understood without the one before, and says something.
fn tells(sentence: &str, terms: &[Term]) -> bool {
    terms.len() >= FEWEST_TERMS && !sentence.ends_with('?') && !super::stretches::continues(sentence)
}

fn segment_of(text: &Text, bytes: &Range<usize>) -> usize {
    match text.place_of(bytes) {
        Some(Place::Spoken { segment, .. }) => segment,
        _ => 0,
    }
}
