//! What all documents hold -> what is to be grouped: documents and stretches of documents, as vectors.

use std::collections::HashMap;

use rayon::prelude::*;
use record::Document;

use super::held::{Held, Weight};
use super::terms::terms;
use super::vectors::Vector;
use crate::compact::Numbered;

/// A document, or a stretch of one, that may be a member of a story.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    /// An index of the documents.
    pub(super) document: usize,
    /// An index of what the document holds; `None` for the whole of it.
    pub(super) stretch: Option<usize>,
    /// The day of publication, counted from a day that is the same for all.
    pub(super) day: i32,
    pub(super) vector: Vector,
    /// Whether it is a long programme, or a stretch of one about something else: it joins a story, and makes none.
    pub(super) is_aside: bool,
}

/// All documents read together.
pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    /// The terms by their numbers, sorted.
    pub(super) terms: Vec<String>,
}

/// Terms by which a unit is compared with others.
const MOST_TERMS: usize = 60;

/// A stretch with fewer terms is about nothing: a greeting, a laugh.
const FEWEST_WORDS: u32 = 10;

/// A stretch is this near to the rest of a document that is about one thing, unless its publisher calls it a round-up.
///
/// In the development archive round-ups have 0.01 to 0.06 and reports mostly above 0.12; where a title or a description says
/// `headlines` or `round-up`, 0.25 leaves out the reports whose description does so by chance.
const COHESION: f32 = 0.065;
const CALLED_COHESION: f32 = 0.25;

/// A longer recording is no round-up unless its publisher calls it one, in seconds: talk wanders too.
const LONGEST_ROUNDUP: u32 = 1200;

/// A longer recording has stretches of its own beside what it is about, in seconds.
const LONGEST_REPORT: u32 = 900;

/// A longer recording makes no story as a whole, in seconds: what hours of talk have in common is the talk.
const LONGEST_WHOLE: u32 = 2400;

/// From so many documents on it is known what belongs to a show.
const KNOWN_SHOW: u32 = 5;

/// Documents that are supposed beside those of the archive, so that in one of a dozen documents a term of all of them does
/// not seem to tell nothing.
const SUPPOSED: f32 = 100.0;

/// A term is of a show if so much more of its documents have it than of others, as a share; what is above is taken off.
const USUAL_EXCESS: f32 = 0.1;

/// A term of all documents of a show and of no others keeps this share: it may be a story there once.
const LEAST_BEYOND: f32 = 0.05;

/// What a term counts for that no other document has, as a share: it brings nothing together and is about something.
const UNSHARED: f32 = 0.3;

impl Units {
    /// Of dated documents, in the order of their dates and ids.
    pub(super) fn of(all: &[(&Document, &Held)]) -> Self {
        let mut order: Vec<usize> = (0..all.len()).filter(|index| all[*index].0.date.is_some()).collect();
        order.sort_by_key(|index| (all[*index].0.date, &all[*index].0.id));
        let lexicon = Lexicon::of(all, &order);
        let mut units = Vec::new();
        for index in order {
            lexicon.push_units(index, all[index].0, all[index].1, &mut units);
        }
        Self { units, terms: lexicon.terms.words.into_iter().map(str::to_owned).collect() }
    }

    /// How much of what a vector is about a short text says, for its length.
    pub(super) fn says(&self, text: &str, vector: &Vector) -> f32 {
        let mut numbers: Vec<u32> = Vec::new();
        let said = terms(text);
        for term in &said {
            if let Ok(number) = self.terms.binary_search(&term.stem) {
                numbers.push(number as u32);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let sum: f32 = numbers.iter().map(|number| vector.weight(*number)).sum();
        // A title of one word says much for its length, and little.
        sum / ((said.len() + 3) as f32).sqrt()
    }
}

/// How usual terms are.
struct Lexicon<'a> {
    terms: Numbered<'a>,
    documents: Vec<u32>,
    all: f32,
    /// Of each show, in how many documents each term is.
    shows: HashMap<&'a str, (u32, HashMap<u32, u32>)>,
}

impl<'a> Lexicon<'a> {
    fn of(all: &[(&'a Document, &'a Held)], order: &[usize]) -> Self {
        let terms = Numbered::of(order.par_iter().flat_map_iter(|index| all[*index].1.terms.iter()));
        let mut documents = vec![0; terms.words.len()];
        let mut shows: HashMap<&str, (u32, HashMap<u32, u32>)> = HashMap::new();
        for index in order {
            let (document, held) = all[*index];
            let show = shows.entry(show_of(document)).or_default();
            show.0 += 1;
            for term in held.terms.iter() {
                let number = terms.number(term);
                documents[number as usize] += 1;
                *show.1.entry(number).or_default() += 1;
            }
        }
        Self { terms, documents, all: order.len() as f32, shows }
    }

    fn push_units(&self, index: usize, document: &Document, held: &Held, units: &mut Vec<Unit>) {
        let Some(day) = document.date.map(day) else { return };
        let numbers: Vec<(u32, f32)> = held
            .terms
            .iter()
            .map(|term| {
                let number = self.terms.number(term);
                (number, self.rarity(number) * self.beyond_show(number, show_of(document)))
            })
            .collect();
        let vector = |weights: &[Weight]| {
            let weighted = weights.iter().filter_map(|weight| {
                let (number, rarity) = numbers.get(usize::from(weight.term))?;
                Some((*number, f32::from(weight.weight) * rarity))
            });
            Vector::unit(weighted.collect(), MOST_TERMS)
        };
        let whole = vector(&held.whole);
        let stretches: Vec<Vector> = held.stretches.iter().map(|stretch| vector(&stretch.weights)).collect();
        let form = Form::of(held, &stretches);
        if form != Form::Roundup && !whole.terms().is_empty() {
            let is_aside =
                form == Form::Programme && held.length.is_some_and(|length| length >= LONGEST_WHOLE);
            units.push(Unit { document: index, stretch: None, day, vector: whole, is_aside });
        }
        if form != Form::Report {
            for (stretch, vector) in stretches.into_iter().enumerate() {
                if held.stretches[stretch].words >= FEWEST_WORDS && !vector.terms().is_empty() {
                    units.push(Unit {
                        document: index,
                        stretch: Some(stretch),
                        day,
                        vector,
                        is_aside: form == Form::Programme,
                    });
                }
            }
        }
    }

    /// What a term tells: much if few documents have it.
    fn rarity(&self, term: u32) -> f32 {
        let documents = self.documents[term as usize] as f32;
        if documents < 2.0 {
            return UNSHARED * ((self.all + SUPPOSED) / 2.0).ln();
        }
        ((self.all + SUPPOSED) / (documents + 1.0)).ln()
    }

    /// Less than 1 for a term of most documents of a show: its hosts, its slogans.
    fn beyond_show(&self, term: u32, show: &str) -> f32 {
        match self.shows.get(show) {
            Some((documents, terms)) if *documents >= KNOWN_SHOW => {
                let here = terms.get(&term).copied().unwrap_or_default();
                let elsewhere =
                    (self.documents[term as usize] - here) as f32 / (self.all - *documents as f32).max(1.0);
                let share = here as f32 / *documents as f32;
                (1.0 - (share - elsewhere - USUAL_EXCESS).max(0.0)).max(LEAST_BEYOND)
            }
            _ => 1.0,
        }
    }
}

fn show_of(document: &Document) -> &str {
    document.show.as_deref().or(document.outlet.as_deref()).unwrap_or_default()
}

/// The number of a day.
pub(super) fn day(date: jiff::civil::Date) -> i32 {
    date.since(jiff::civil::date(1970, 1, 1)).map(|span| span.get_days()).unwrap_or_default()
}

/// How a document tells what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One story.
    Report,
    /// Several stories, none of them its own.
    Roundup,
    /// Long, about something as a whole, and about other things in its stretches.
    Programme,
}

impl Form {
    fn of(held: &Held, stretches: &[Vector]) -> Self {
        if stretches.len() < 3 {
            return Self::Report;
        }
        let cohesion = cohesion(held, stretches);
        let least = if held.is_called_roundup { CALLED_COHESION } else { COHESION };
        if cohesion < least
            && (held.is_called_roundup || held.length.is_none_or(|length| length < LONGEST_ROUNDUP))
        {
            return Self::Roundup;
        }
        if held.length.is_some_and(|length| length >= LONGEST_REPORT) {
            Self::Programme
        } else {
            Self::Report
        }
    }
}

/// The mean nearness of stretches to the rest of their document, each by its words.
fn cohesion(held: &Held, stretches: &[Vector]) -> f32 {
    let mut all = Vector::default();
    stretches.iter().for_each(|vector| all.add(vector));
    let (mut sum, mut words) = (0.0, 0.0);
    for (vector, stretch) in stretches.iter().zip(&held.stretches) {
        let rest = (all.dot(&all) - 2.0 * all.dot(vector) + 1.0).max(1e-6).sqrt();
        sum += (all.dot(vector) - 1.0).max(0.0) / rest * stretch.words as f32;
        words += stretch.words as f32;
    }
    if words > 0.0 { sum / words } else { 0.0 }
}
