//! What a claim states, and whether two of them can both be true.

use language::clock::Clock;
use language::quantities::{Bound, Quantity, TimeUnit, Unit};
use serde::{Deserialize, Serialize};

use super::claims::Stance;

/// What a claim states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Value {
    /// So much or so many.
    Amount(Amount),
    /// Days, counted from the year 1.
    Days { first: i32, last: i32 },
    /// A day of the week, from Monday, in a document of which nobody knows when it was published.
    Weekday(i32),
    /// A time of day.
    Clock(Clock),
    /// Two nouns beside each other.
    Nouns { is_joined: bool },
    /// Somebody or somewhere.
    Named(Named),
    /// Something is said of somebody, or denied.
    Stance(Stance),
}

/// A name that is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    /// As they are compared.
    pub(super) words: Vec<String>,
    /// Of a place, where it lies.
    pub(super) lies: Lies,
}

/// Where a place lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Lies {
    /// Nobody knows, or it is no place.
    Unknown,
    /// In this country.
    In(String),
    /// It is this country.
    Is(String),
}

impl Named {
    /// Whether both can't be meant: no word of them is the same, none is short for the other, and neither lies in the other.
    pub(super) fn is_other(&self, other: &Self) -> bool {
        let sounds = |named: &Self| named.words.iter().map(|word| consonants(word)).collect::<Vec<_>>();
        let (own, others) = (sounds(self), sounds(other));
        let shares_word = own.iter().any(|word| others.contains(word));
        let is_around = match (&self.lies, &other.lies) {
            (Lies::Is(one), Lies::Is(other) | Lies::In(other)) | (Lies::In(other), Lies::Is(one)) => {
                one == other
            }
            _ => false,
        };
        let is_short = self.is_short_for(other) || other.is_short_for(self);
        !own.is_empty() && !others.is_empty() && !shares_word && !is_around && !is_short
    }

    /// `UN` of `United Nations`.
    fn is_short_for(&self, other: &Self) -> bool {
        let letters = |word: &str| word.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let initials = other.words.iter().filter_map(|word| letters(word).chars().next());
        matches!(&self.words[..], [word] if letters(word) == initials.collect::<String>())
    }
}

/// A word without its vowels, whatever its length: Kiev and Kyiv are one.
fn consonants(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | '~')).collect()
}

impl Value {
    /// Which day of the week it is, from Monday: the first day of the year 1 was one.
    pub(super) fn weekday(&self) -> Option<i32> {
        match *self {
            Self::Days { first, last } if first == last => Some(first.rem_euclid(7)),
            Self::Weekday(day) => Some(day),
            _ => None,
        }
    }
}

/// A quantity in its base unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Amount {
    pub(super) least: f64,
    pub(super) most: f64,
    pub(super) bound: Bound,
    pub(super) is_vague: bool,
    /// The unit that was named.
    pub(super) unit: Unit,
    /// The smallest step that the number shows, in the base unit.
    pub(super) step: f64,
}

/// What an amount can mean, half-open on no side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    /// Both can be true.
    Compatible,
    /// They can't; the larger is so many times the smaller.
    Apart { ratio: f64 },
}

/// How far a round number reaches to both sides, as a part of itself.
const ROUNDING: f64 = 0.05;
/// How far `about` reaches to both sides.
const ABOUT: f64 = 0.1;
/// How far `nearly` reaches down.
const NEARLY: f64 = 0.12;
/// How far `more than` and `at least` reach up. People round to the next number that sounds round,
/// and there is always one within this part: who says "over an hour" does not mean an hour and a half.
const BEYOND: f64 = 0.15;
/// How far they reach up where what is counted grows.
const GROWN: f64 = 0.05;
/// How far `less than` and `up to` reach down: they often name a limit, and not what was reached.
const BELOW: f64 = 0.5;
/// Who counts in dozens counts no closer.
const DOZEN: f64 = 12.0;
/// How far dozens reach to both sides.
const ABOUT_A_DOZEN: f64 = 0.2;
/// How far a length of time reaches, in the unit that was named: four hours and a half are not four hours.
const QUARTER: f64 = 0.25;
/// The most that a quarter of a unit may be, as a part of the length.
const LONGEST_QUARTER: f64 = 0.12;

impl Amount {
    pub(super) fn of(quantity: &Quantity) -> Self {
        let (least, most) = quantity.in_base();
        Self {
            least,
            most,
            bound: quantity.bound,
            is_vague: quantity.is_vague,
            unit: quantity.unit,
            step: quantity.step * quantity.unit.in_base(),
        }
    }

    /// What it can mean where `at least` reaches so far up.
    fn span(&self, beyond: f64) -> Span {
        let slack = self.slack();
        let (low, high) = (self.least, self.most);
        match self.bound {
            _ if self.is_vague => Span { low, high },
            Bound::Exact | Bound::Between => Span { low: low - slack, high: high + slack },
            Bound::About => {
                let slack = slack.max(high * ABOUT);
                Span { low: low - slack, high: high + slack }
            }
            Bound::Nearly => Span { low: low - slack.max(low * NEARLY), high },
            Bound::MoreThan | Bound::AtLeast => {
                Span { low, high: (high * (1.0 + beyond)).max(high + self.whole_unit()) }
            }
            Bound::LessThan | Bound::AtMost => Span { low: low * BELOW, high: high + slack },
        }
    }

    fn slack(&self) -> f64 {
        let value = self.most;
        match self.unit {
            Unit::Time(unit) => {
                let quarter = (unit.seconds() * QUARTER).min(value * LONGEST_QUARTER);
                quarter.max(value * ROUNDING)
            }
            _ if self.step == DOZEN => value * ABOUT_A_DOZEN,
            _ => (self.step / 2.0).min(value * ROUNDING),
        }
    }

    /// The unit, where it is so long that who has passed one says so until the next is over: fifteen months are "over a year".
    fn whole_unit(&self) -> f64 {
        match self.unit {
            Unit::Time(unit) if unit.seconds() >= TimeUnit::Week.seconds() => unit.seconds(),
            _ => 0.0,
        }
    }

    /// Whether its word leaves room to grow: what is hedged is often early.
    pub(super) fn is_hedged(&self) -> bool {
        self.is_vague || matches!(self.bound, Bound::About | Bound::AtLeast | Bound::MoreThan | Bound::Nearly)
    }

    /// The middle of what it can mean.
    pub(super) fn middle(&self) -> f64 {
        (self.least + self.most) / 2.0
    }

    pub(super) fn compare(&self, other: &Self) -> Comparison {
        if self.rounds_down(other) || other.rounds_down(self) {
            return Comparison::Compatible;
        }
        self.compare_within(other, BEYOND)
    }

    /// Whether a count or a measure with one figure and zeros behind it, or of dozens, has a bound that reaches to the other: of
    /// 242 one says "over 200", and of 15 "over a dozen".
    fn rounds_down(&self, other: &Self) -> bool {
        let in_base = self.unit.in_base();
        let named = (self.most / in_base).max(1.0);
        let is_of_dozens = self.step == DOZEN;
        let step = if is_of_dozens { DOZEN } else { 10_f64.powf(named.log10().floor()) };
        matches!(self.bound, Bound::MoreThan | Bound::AtLeast)
            && matches!(self.unit, Unit::Count | Unit::Measure(_))
            && step >= 10.0
            && named % step == 0.0
            && (self.most..self.most + step * in_base).contains(&other.least)
    }

    /// As two counts of something that grows: "at least 51" and "59" are both true, and the second is news. Of `one_day` who
    /// says "more than 200" may as well mean 238.
    pub(super) fn compare_growing(&self, other: &Self, one_day: bool) -> Comparison {
        let is_round = |one: &Self, other: &Self| one.bound == Bound::MoreThan && one.rounds_down(other);
        if one_day && (is_round(self, other) || is_round(other, self)) {
            return Comparison::Compatible;
        }
        self.compare_within(other, GROWN)
    }

    /// Whether a round number is what the other becomes by rounding: 6 billion of 5.6 billion.
    fn rounds_to(&self, rounder: &Self) -> bool {
        let step = rounder.step;
        step > self.step && step > 0.0 && (self.middle() / step).round() * step == rounder.middle()
    }

    fn compare_within(&self, other: &Self, beyond: f64) -> Comparison {
        let (a, b) = (self.span(beyond), other.span(beyond));
        // Numbers that are next to each other touch, and differ all the same: 17 and 18.
        let overlap = a.low.max(b.low) < a.high.min(b.high);
        let (small, large) = (self.middle().min(other.middle()), self.middle().max(other.middle()));
        let is_rounded = large <= small * (1.0 + ABOUT) && (self.rounds_to(other) || other.rounds_to(self));
        if overlap || is_rounded || small == large {
            return Comparison::Compatible;
        }
        Comparison::Apart { ratio: if small > 0.0 { large / small } else { f64::INFINITY } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, are_apart: bool) {
        let amount = |text: &str| Amount::of(&language::quantities::find(text)[0]);
        let compared = amount(a).compare(&amount(b));
        assert_eq!(compared != Comparison::Compatible, are_apart, "for {a} and {b}: {compared:?}");
        assert_eq!(amount(b).compare(&amount(a)), compared, "in any order");
    }

    #[test]
    fn lengths_of_time_differ_by_more_than_rounding() {
        check("nearly an hour and a half", "for 90 minutes", false);
        check("nearly an hour and a half", "over an hour", true);
        check("over an hour", "90 minutes", true);
        check("more than an hour", "an hour and five minutes", false);
        check("four hours", "nearly five hours", true);
        check("four hours", "four and a half hours", true);
        check("nearly five hours", "four and a half hours", false);
        check("almost two hours", "two and a half hours", true);
        check("90 minutes", "two hours", true);
        check("nine months", "286 days", false);
        check("eight days", "around a week", false);
        check("nearly half a century", "50 years", false);
        check("four years", "three and a half years", true);
        // Who counts in weeks, months or years says "over" until the next is over; who counts in hours doesn't.
        check("over one year", "15 months", false);
        check("well over one week", "nearly two weeks", false);
        check("over one year", "two and a half years", true);
        check("one year", "15 months", true);
    }

    #[test]
    fn dozens_are_round() {
        check("more than a dozen people", "at least 14 people", false);
        check("over a dozen people", "25 people", true);
        check("nearly a dozen people", "10 people", false);
        check("a dozen people", "14 people", false);
        check("a dozen people", "15 people", true);
        check("12 people", "14 people", true);
    }

    #[test]
    fn what_grows_grows_from_day_to_day() {
        let is_news = |a: &str, b: &str, one_day: bool| {
            let amount = |text: &str| Amount::of(&language::quantities::find(text)[0]);
            amount(a).compare_growing(&amount(b), one_day) != Comparison::Compatible
        };
        assert!(is_news("at least 51 people", "59 people", true));
        assert!(is_news("more than 200 people", "238 people", false));
        assert!(!is_news("more than 200 people", "238 people", true), "one figure, told roundly");
        assert!(is_news("at least 200 people", "238 people", true), "so far");
    }

    #[test]
    fn numbers_differ_by_more_than_rounding_and_bounds() {
        check("17 people", "18 people", true);
        check("$667 million", "more than $660 million", false);
        check("about 3,400 boats", "at least 3,000 boats", false);
        check("nearly 60 boats", "at least 58 boats", false);
        check("over a hundred boats", "100 boats", false);
        check("around 300 boats", "350 boats", true);
        check("dozens of boats", "150 boats", false);
        check("millions of boats", "over 100,000 boats", true);
        check("over 200 boats", "242 boats", false);
        check("over 200 boats", "300 boats", true);
        check("over 220 boats", "270 boats", true);
        check("more than 200 tons", "240 tons", false);
        check("more than 200 tons", "340 tons", true);
        check("something like 60, 65 boats", "63 boats", false);
        check("75,000 boats", "seventy five thousand boats", false);
        check("5 per cent", "a fifth of it", true);
        check("20 per cent", "a fifth of it", false);
        check("$1,000", "up to $1,500", false);
    }
}
