//! Quantities as news says them: `nearly an hour and a half`, `at least 51 people`, `$100bn`, `tens of thousands`.
//!
//! ```text
//! text --tokens--> words and digits --numbers, units, bounds--> Quantity { bytes, least, most, bound, unit }
//! ```
//!
//! Positions are bytes of the text that was read. A quantity keeps what was said: its numbers in the unit that was
//! named, and the word that says how near they are. What two quantities have to do with each other is for the reader.
//! No text makes this panic; the time it takes grows with the text.

mod bounds;
mod numbers;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod units;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use bounds::Bound;
pub use units::{Currency, Measure, TimeUnit, Unit};

use numbers::{Form, Number, number_at};
use tokens::{Token, is};

/// A quantity, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// With the words of its bound and its unit, without what it counts.
    pub bytes: Range<usize>,
    /// The least that is named, in [`Quantity::unit`].
    pub least: f64,
    /// The most that is named; `least` where one number stands.
    pub most: f64,
    /// The smallest step that the number shows: 100 for `3,400`, 0.5 for `two and a half`.
    pub step: f64,
    /// How near it is said to be.
    pub bound: Bound,
    /// Whether no number stands there: `dozens`, `a few`.
    pub is_vague: bool,
    /// What it counts.
    pub unit: Unit,
    /// Up to four words behind it that may name what is counted: `injured passengers`; empty where none can.
    pub counted: Range<usize>,
}

impl Quantity {
    /// `least` and `most` in [`Unit::base`]: seconds, parts of one, dollars.
    pub fn in_base(&self) -> (f64, f64) {
        let factor = self.unit.in_base();
        (self.least * factor, self.most * factor)
    }
}

/// All quantities of a text, in order, disjoint. Dates, clock times, ordinals and years are none.
pub fn find(text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    for (start, tokens) in tokens::lines(text) {
        find_in_line(&tokens, start, &mut found);
    }
    found
}

fn find_in_line(tokens: &[Token], start: usize, found: &mut Vec<Quantity>) {
    let (mut at, mut free_from) = (0, 0);
    while at < tokens.len() {
        match Reading::at(tokens, free_from, at) {
            Some(reading) => {
                let end = reading.tokens.end;
                found.push(reading.quantity(tokens, start));
                (at, free_from) = (end, end);
            }
            None => at = after_unread(tokens, at),
        }
    }
}

/// Numbers that are no quantities (years, clock times, codes) are passed over whole: of `twenty fourteen` the second
/// word is no fourteen.
fn after_unread(tokens: &[Token], at: usize) -> usize {
    let is_year_word = |index: usize| {
        tokens.get(index).is_some_and(|token| token.is_one_of(&["nineteen", "twenty"]))
            && tokens.get(index + 1).is_some_and(|token| token.digits.is_none())
    };
    match number_at(tokens, at) {
        Some(number) if number.form == Form::Plain => number.end.max(at + 1),
        None if is_year_word(at) => at + 2,
        _ => at + 1,
    }
}

/// Numbers that are more likely a year than so many of something.
const YEARS: Range<f64> = 1_800.0..2_100.0;

/// A quantity as tokens.
struct Reading {
    tokens: Range<usize>,
    least: f64,
    most: f64,
    step: f64,
    bound: Bound,
    is_vague: bool,
    unit: Unit,
}

impl Reading {
    fn at(tokens: &[Token], free_from: usize, at: usize) -> Option<Self> {
        let currency = units::sign(&tokens[at]);
        let number_start = if currency.is_some() { at + 1 } else { at };
        if is_code(tokens, number_start) && currency.is_none() {
            return None;
        }
        let between = tokens[at].is("between").then(|| between(tokens, at + 1)).flatten();
        let mut number = match between {
            Some(number) => number,
            None => and_half(tokens, number_at(tokens, number_start)?),
        };
        if between.is_none() {
            number = with_second(tokens, number_start, number);
        }
        let is_span = number.form == Form::Plain && number.most > number.least;
        let mut reading = Self {
            tokens: at..number.end,
            least: number.least,
            most: number.most,
            step: number.step,
            bound: if is_span { Bound::Between } else { Bound::Exact },
            is_vague: number.form == Form::Vague,
            unit: currency.map_or(Unit::Count, Unit::Money),
        };
        if currency.is_none() {
            reading.read_unit(tokens, number.form);
        }
        reading.read_bounds(tokens, free_from);
        reading.is_quantity(tokens, number.form).then_some(reading)
    }

    fn read_unit(&mut self, tokens: &[Token], form: Form) {
        let mut next = past_hyphen(tokens, self.tokens.end);
        if form == Form::Fraction {
            self.unit = Unit::Share;
            next = part_of_unit(tokens, next);
        }
        if form == Form::Vague && is(tokens, next, "of") {
            next += 1;
        }
        let Some((unit, end)) = units::unit_at(tokens, next) else { return };
        // "A fifth of miles" is a share; "half a mile", "half an hour" and "a quarter of an hour" are lengths.
        self.unit = unit;
        self.tokens.end = end;
        self.read_rest_of_unit(tokens);
    }

    /// `an hour and a half`, `two hours and ten minutes`.
    fn read_rest_of_unit(&mut self, tokens: &[Token]) {
        let Unit::Time(unit) = self.unit else { return };
        if let Some((part, end)) = half_behind(tokens, self.tokens.end) {
            self.least += part;
            self.most += part;
            self.step = part;
            self.tokens.end = end;
            return;
        }
        let next = self.tokens.end;
        let next = if is(tokens, next, "and") || is(tokens, next, ",") { next + 1 } else { next };
        let Some(smaller) = number_at(tokens, next).filter(|number| number.form == Form::Plain) else {
            return;
        };
        let Some((Unit::Time(lower), end)) = units::unit_at(tokens, past_hyphen(tokens, smaller.end)) else {
            return;
        };
        let ratio = lower.seconds() / unit.seconds();
        // "Two hours, 90 minutes" are two lengths.
        if ratio < 1.0 && smaller.most * ratio < 1.0 && self.least == self.most {
            self.least += smaller.least * ratio;
            self.most += smaller.most * ratio;
            self.step = smaller.step * ratio;
            self.tokens.end = end;
        }
    }

    fn read_bounds(&mut self, tokens: &[Token], free_from: usize) {
        if let Some((bound, start)) = bounds::before(tokens, free_from, self.tokens.start) {
            self.bound = bound;
            self.tokens.start = start;
        } else if let Some((bound, end)) = bounds::after(tokens, self.tokens.end) {
            self.bound = bound;
            self.tokens.end = end;
        }
        if self.bound != Bound::Between && !self.is_vague && self.most > self.least {
            self.bound = Bound::Between;
        }
    }

    fn is_quantity(&self, tokens: &[Token], form: Form) -> bool {
        let has_unit = self.unit != Unit::Count;
        match form {
            Form::Article => matches!(self.unit, Unit::Time(_)) && self.is_length(tokens),
            Form::Fraction | Form::Vague => true,
            Form::Plain => has_unit || !(self.is_year(tokens) || is_clock_or_date(tokens, &self.tokens)),
        }
    }

    /// Whether `an hour` is a length and not one of them: `lasted an hour`, but `twice an hour`.
    fn is_length(&self, tokens: &[Token]) -> bool {
        const BEFORE_LENGTHS: [&str; 15] = [
            "for", "lasted", "lasts", "last", "lasting", "took", "takes", "take", "spent", "spend", "within",
            "than", "after", "in", "about",
        ];
        let is_changed = self.least != 1.0 || self.bound != Bound::Exact;
        let before = self.tokens.start.checked_sub(1).map(|before| &tokens[before]);
        let is_one = tokens[self.tokens.start].is("one");
        is_changed || is_one || before.is_some_and(|before| before.is_one_of(&BEFORE_LENGTHS))
    }

    fn is_year(&self, tokens: &[Token]) -> bool {
        let digits = tokens[self.tokens.clone()].iter().find_map(|token| token.digits);
        let is_bare = digits.is_some_and(|digits| digits.is_bare_four);
        is_bare && YEARS.contains(&self.least)
    }

    fn quantity(&self, tokens: &[Token], start: usize) -> Quantity {
        let bytes = |range: &Range<usize>| {
            start + tokens[range.start].bytes.start..start + tokens[range.end - 1].bytes.end
        };
        let counted = counted_behind(tokens, self.tokens.end);
        let end = bytes(&self.tokens).end;
        Quantity {
            bytes: bytes(&self.tokens),
            least: self.least,
            most: self.most,
            step: self.step,
            bound: self.bound,
            is_vague: self.is_vague,
            unit: self.unit,
            counted: if counted.is_empty() { end..end } else { bytes(&counted) },
        }
    }
}

/// After a hyphen between two words, or the same place.
fn past_hyphen(tokens: &[Token], at: usize) -> usize {
    let is_inner = tokens.get(at).is_some_and(|token| token.is_hyphen() && token.is_glued)
        && tokens.get(at + 1).is_some_and(|token| token.is_glued);
    if is_inner { at + 1 } else { at }
}

/// Digits that are part of a name: `H5N1`, `F-16`, `pre-2014`.
fn is_code(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return true };
    if token.digits.is_none() {
        return false;
    }
    let is_letter = |token: &Token| token.lower.starts_with(char::is_alphabetic);
    let before = |back: usize| at.checked_sub(back).map(|index| &tokens[index]);
    let touches = token.is_glued && before(1).is_some_and(is_letter);
    let hangs = token.is_glued
        && before(1).is_some_and(|hyphen| hyphen.is_hyphen() && hyphen.is_glued)
        && before(2).is_some_and(is_letter);
    let is_named = before(1).is_some_and(|before| before.is("#") || before.is("no"));
    let goes_on = tokens.get(at + 1).is_some_and(|next| {
        next.is_glued
            && is_letter(next)
            && !next.is_one_of(&["k", "m", "b", "bn", "mn", "tn", "km", "kg", "ft", "hrs", "mins", "yrs"])
    });
    touches || hangs || is_named || goes_on
}

fn is_clock_or_date(tokens: &[Token], range: &Range<usize>) -> bool {
    let after = range.end;
    let is_half_of_day = tokens.get(after).is_some_and(|token| token.is_one_of(&["am", "pm", "o'clock"]));
    let is_spelt = tokens.get(after).is_some_and(|token| token.is_one_of(&["a", "p"]))
        && is(tokens, after + 1, ".")
        && is(tokens, after + 2, "m");
    let month_at = |index: Option<usize>| {
        index
            .and_then(|index| tokens.get(index))
            .is_some_and(|token| crate::dates::is_month(&token.lower, token.is_capital))
    };
    is_half_of_day || is_spelt || month_at(range.start.checked_sub(1)) || month_at(Some(after))
}

/// `and a half` behind a number or a unit: which part it adds.
fn half_behind(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let and = past_hyphen(tokens, at);
    let article = past_hyphen(tokens, and + 1);
    let part = past_hyphen(tokens, article + 1);
    let is_half = is(tokens, and, "and") && tokens.get(article)?.is_one_of(&["a", "one"]);
    let share = match tokens.get(part)?.lower.as_str() {
        "half" => 0.5,
        "quarter" => 0.25,
        _ => return None,
    };
    is_half.then_some((share, part + 1))
}

/// `two and a half`, `two and a half million`.
fn and_half(tokens: &[Token], number: Number) -> Number {
    if number.form == Form::Fraction || number.form == Form::Vague {
        return number;
    }
    let Some((part, end)) = half_behind(tokens, number.end) else { return number };
    let value = number.least + part;
    let whole = Number { least: value, most: value, step: part, end, form: Form::Plain };
    let factor = match tokens.get(past_hyphen(tokens, end)).map(|token| token.lower.as_str()) {
        Some("thousand") => 1e3,
        Some("million") => 1e6,
        Some("billion") => 1e9,
        Some("trillion") => 1e12,
        _ => return whole,
    };
    let value = value * factor;
    Number { least: value, most: value, step: part * factor, end: past_hyphen(tokens, end) + 1, ..whole }
}

/// The second number of `10 to 20`, `three or four`, `5-6,000`, and of `60, 65 people`. Falling numbers are a score: `51 to 49`.
fn with_second(tokens: &[Token], start: usize, first: Number) -> Number {
    let joint = first.end;
    let is_joint = tokens.get(joint).is_some_and(|token| token.is_one_of(&["to", "or"]) || token.is_hyphen());
    if first.form == Form::Plain && is(tokens, joint, ",") {
        return guessed(tokens, start, first).unwrap_or(first);
    }
    if first.form != Form::Plain || !is_joint {
        return first;
    }
    let behind = if tokens.get(joint + 1).and_then(units::sign).is_some() { joint + 2 } else { joint + 1 };
    let Some(second) = number_at(tokens, behind).filter(|second| second.form == Form::Plain) else {
        return first;
    };
    spanned(first, second).unwrap_or(first)
}

/// Who is speaking and does not know it closely says two numbers: `something like 60, 65 people`. Neither is one of a longer list,
/// a day of a month or a year.
fn guessed(tokens: &[Token], start: usize, first: Number) -> Option<Number> {
    /// How many times as much the second may be.
    const FARTHEST: f64 = 1.6;
    let second = number_at(tokens, first.end + 1).filter(|second| second.form == Form::Plain)?;
    let guess = spanned(first, second)?;
    let is_behind_another =
        start >= 2 && is(tokens, start - 1, ",") && number_at(tokens, start - 2).is_some();
    let goes_on = is(tokens, second.end, ",") && number_at(tokens, second.end + 1).is_some();
    let is_guess = guess.most <= guess.least * FARTHEST
        && !YEARS.contains(&guess.least)
        && !is_behind_another
        && !goes_on;
    let is_of_something = units::unit_at(tokens, past_hyphen(tokens, second.end)).is_some()
        || !counted_behind(tokens, second.end).is_empty();
    (is_guess && is_of_something).then_some(guess)
}

/// `between 10 and 20`.
fn between(tokens: &[Token], at: usize) -> Option<Number> {
    let first = number_at(tokens, at).filter(|first| first.form == Form::Plain)?;
    if !is(tokens, first.end, "and") {
        return None;
    }
    let second = number_at(tokens, first.end + 1).filter(|second| second.form == Form::Plain)?;
    spanned(first, second)
}

fn spanned(first: Number, second: Number) -> Option<Number> {
    // "Two to three million" and "5-6,000" name the magnitude once.
    const MAGNITUDES: [f64; 4] = [1e12, 1e9, 1e6, 1e3];
    let factor = MAGNITUDES.into_iter().find(|factor| second.most >= *factor && second.most % factor == 0.0);
    let least = match factor {
        Some(factor) if first.least < 1_000.0 && first.least * factor < second.most => first.least * factor,
        _ => first.least,
    };
    let is_span = least < second.most && least > 0.0;
    is_span.then_some(Number {
        least,
        most: second.most,
        step: second.step,
        end: second.end,
        form: Form::Plain,
    })
}

/// Past `a`, `an`, `of a` between a part and its unit.
fn part_of_unit(tokens: &[Token], at: usize) -> usize {
    let after_of = if is(tokens, at, "of") { at + 1 } else { at };
    let is_article = tokens.get(after_of).is_some_and(|token| token.is_one_of(&["a", "an"]));
    if is_article { past_hyphen(tokens, after_of + 1) } else { at }
}

/// Words that end a noun phrase.
const NO_NOUNS: [&str; 76] = [
    "a", "an", "the", "and", "or", "but", "of", "in", "on", "at", "to", "for", "from", "by", "with", "as",
    "than", "that", "which", "who", "whom", "whose", "when", "where", "while", "because", "if", "so", "is",
    "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "will", "would",
    "can", "could", "may", "might", "must", "should", "shall", "he", "she", "it", "they", "we", "you", "i",
    "his", "her", "its", "their", "our", "your", "my", "this", "these", "those", "there", "here", "not",
    "no", "during", "after", "before", "under", "over",
];

fn counted_behind(tokens: &[Token], at: usize) -> Range<usize> {
    const MOST_WORDS: usize = 4;
    let at = past_hyphen(tokens, at);
    let start = if is(tokens, at, "of") { at + 1 } else { at };
    let is_noun = |token: &Token| {
        token.lower.starts_with(char::is_alphabetic) && !NO_NOUNS.contains(&token.lower.as_str())
    };
    let length =
        tokens[start.min(tokens.len())..].iter().take(MOST_WORDS).take_while(|token| is_noun(token)).count();
    start..start + length
}
