//! Questions for a number: "how many were killed", "how long did it last", "death toll". A passage that gives one answers
//! them before one that speaks of the matter without ("expected answer type", Voorhees, TREC-8 question answering, 1999).

use language::quantities::{self, Quantity, Unit};

use crate::words::Found;

use super::super::SearchError;
use super::super::texts::Texts;
use super::sorted;

/// So many of the best passages are read. With half as many some answers are not among the first fifty, with all hardly one
/// more is (`eval/search/README.md`).
const PASSAGES_READ: usize = 100;

/// What is asked for behind "how".
const HOW: [&str; 12] =
    ["many", "much", "old", "big", "large", "far", "often", "high", "tall", "fast", "deep", "heavy"];

/// Words for numbers.
const NUMBERS: [&str; 32] = [
    "number",
    "numbers",
    "figure",
    "figures",
    "count",
    "amount",
    "total",
    "toll",
    "tolls",
    "rate",
    "rates",
    "rating",
    "ratings",
    "odds",
    "probability",
    "chance",
    "chances",
    "percent",
    "percentage",
    "share",
    "cost",
    "costs",
    "price",
    "prices",
    "level",
    "levels",
    "size",
    "deaths",
    "casualties",
    "age",
    "distance",
    "speed",
];

/// Words of the units in which "how many" asks for a time that something took.
const TIMES: [&str; 7] = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];

/// What number a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberAsked {
    /// A time that something took.
    Duration,
    /// That, or how long something is.
    Length,
    /// Any number.
    Any,
}

impl NumberAsked {
    /// `None` if a question asks for no number. `words` are in lower case.
    pub(super) fn of(words: &str) -> Option<Self> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let is_how = |pair: &[&str], asked: &[&str]| pair[0] == "how" && asked.contains(&pair[1]);
        let asks_how = |asked: &[&str]| words.windows(2).any(|pair| is_how(pair, asked));
        let many_of_time =
            words.windows(3).any(|three| is_how(three, &["many"]) && TIMES.contains(&three[2]));
        let has = |asked: &[&str]| words.iter().any(|word| asked.contains(word));
        if many_of_time || has(&["duration"]) {
            Some(Self::Duration)
        } else if asks_how(&["long"]) || has(&["length"]) {
            Some(Self::Length)
        } else {
            (asks_how(&HOW) || has(&NUMBERS)).then_some(Self::Any)
        }
    }

    /// The passages with those first that give such a number, by `weight`. `ranked` is in the order of its scores.
    pub(super) fn preferred(
        self,
        texts: &mut Texts<'_>,
        ranked: Vec<Found>,
        weight: f32,
    ) -> Result<Vec<Found>, SearchError> {
        let mut scores: Vec<f32> = ranked.iter().map(Found::score).collect();
        for (found, score) in ranked.iter().zip(&mut scores).take(PASSAGES_READ) {
            let passage = texts.glance(found)?;
            if passage.is_some_and(|passage| self.is_given_in(&passage.text)) {
                *score += weight;
            }
        }
        Ok(sorted(ranked, &scores))
    }

    fn is_given_in(self, text: &str) -> bool {
        let is_asked = |quantity: &Quantity| match (self, quantity.unit) {
            (Self::Any, _) | (Self::Length, Unit::Measure(_)) => true,
            // "Two years ago" is a day.
            (_, Unit::Time(_)) => !text[quantity.bytes.end..].trim_start().starts_with("ago"),
            _ => false,
        };
        quantities::find(text).iter().any(is_asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_for_numbers_are_told() {
        for (words, expected) in [
            ("how many were injured in the tram crash", Some(NumberAsked::Any)),
            ("toll of the flood", Some(NumberAsked::Any)),
            ("how long did the strike last", Some(NumberAsked::Length)),
            ("length of the old pier", Some(NumberAsked::Length)),
            ("how many hours did they talk", Some(NumberAsked::Duration)),
            ("duration of the talks", Some(NumberAsked::Duration)),
            ("how did the strike end", None),
            ("who led the talks", None),
            ("how", None),
            ("", None),
        ] {
            assert_eq!(NumberAsked::of(words), expected, "{words}");
        }
    }

    #[test]
    fn numbers_are_told_from_lengths() {
        for (text, given) in [
            ("At least 51 people were hurt.", [true, false, false]),
            ("They talked for nearly an hour and a half.", [true, true, true]),
            ("They met two years ago.", [true, false, false]),
            ("The pier is 300 metres long.", [true, true, false]),
            ("Dozens of homes are under water.", [true, false, false]),
            ("Nobody knows yet.", [false, false, false]),
        ] {
            let asked = [NumberAsked::Any, NumberAsked::Length, NumberAsked::Duration];
            assert_eq!(asked.map(|asked| asked.is_given_in(text)), given, "{text}");
        }
    }
}
