//! What numbers count: time, money, shares, lengths and weights, or things.

use serde::{Deserialize, Serialize};

use super::tokens::Token;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A length of time.
    Time(TimeUnit),
    /// An amount of money.
    Money(Currency),
    /// Hundredths.
    Percent,
    /// A part of something: `a fifth of the territory`.
    Share,
    /// A length, an area, a weight.
    Measure(Measure),
    /// Things or people.
    Count,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is named as it is said")]
pub enum TimeUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
    Century,
}

/// A currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is named as it is said")]
pub enum Currency {
    Dollar,
    Cent,
    Pound,
    Euro,
    Yen,
    Yuan,
    Rouble,
    Rupee,
    Hryvnia,
    Shekel,
}

/// A unit of length, area or weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is named as it is said")]
pub enum Measure {
    Foot,
    Metre,
    Kilometre,
    Mile,
    Acre,
    Hectare,
    SquareKilometre,
    SquareMile,
    Kilogram,
    PoundWeight,
    Tonne,
    Degree,
    Barrel,
    Megawatt,
}

impl TimeUnit {
    /// How long it is, in seconds; months and years by their mean.
    pub const fn seconds(self) -> f64 {
        const DAY: f64 = 86_400.0;
        // The mean year of the Gregorian calendar has 365.2425 days.
        const YEAR: f64 = 365.2425 * DAY;
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3_600.0,
            Self::Day => DAY,
            Self::Week => 7.0 * DAY,
            Self::Month => YEAR / 12.0,
            Self::Year => YEAR,
            Self::Decade => 10.0 * YEAR,
            Self::Century => 100.0 * YEAR,
        }
    }

    /// By its name in singular or plural.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "second" | "seconds" => Self::Second,
            "minute" | "minutes" | "min" | "mins" => Self::Minute,
            "hour" | "hours" | "hr" | "hrs" => Self::Hour,
            "day" | "days" => Self::Day,
            "week" | "weeks" => Self::Week,
            "month" | "months" => Self::Month,
            "year" | "years" | "yr" | "yrs" => Self::Year,
            "decade" | "decades" => Self::Decade,
            "century" | "centuries" => Self::Century,
            _ => return None,
        })
    }
}

impl Unit {
    /// How many of the base unit it is: seconds, hundredths as parts of one, metres, square metres, kilograms, or the
    /// currency itself.
    pub const fn in_base(self) -> f64 {
        match self {
            Self::Time(unit) => unit.seconds(),
            Self::Money(Currency::Cent) | Self::Percent => 0.01,
            Self::Measure(measure) => measure.in_base(),
            Self::Money(_) | Self::Share | Self::Count => 1.0,
        }
    }

    /// The unit that [`Unit::in_base`] counts in: equal for quantities that can be compared.
    pub const fn base(self) -> Self {
        match self {
            Self::Time(_) => Self::Time(TimeUnit::Second),
            Self::Money(Currency::Cent) => Self::Money(Currency::Dollar),
            Self::Percent => Self::Share,
            Self::Measure(measure) => Self::Measure(measure.base()),
            other => other,
        }
    }

    /// The name of the base unit in findings.
    pub const fn base_name(self) -> &'static str {
        match self.base() {
            Self::Time(_) => "seconds",
            Self::Money(currency) => match currency {
                Currency::Dollar | Currency::Cent => "dollars",
                Currency::Pound => "pounds",
                Currency::Euro => "euros",
                Currency::Yen => "yen",
                Currency::Yuan => "yuan",
                Currency::Rouble => "roubles",
                Currency::Rupee => "rupees",
                Currency::Hryvnia => "hryvnias",
                Currency::Shekel => "shekels",
            },
            Self::Percent | Self::Share => "share",
            Self::Measure(measure) => match measure {
                Measure::Metre | Measure::Foot | Measure::Kilometre | Measure::Mile => "metres",
                Measure::Acre | Measure::Hectare | Measure::SquareKilometre | Measure::SquareMile => {
                    "square metres"
                }
                Measure::Kilogram | Measure::PoundWeight | Measure::Tonne => "kilograms",
                Measure::Degree => "degrees",
                Measure::Barrel => "barrels",
                Measure::Megawatt => "megawatts",
            },
            Self::Count => "count",
        }
    }
}

impl Measure {
    const fn in_base(self) -> f64 {
        match self {
            Self::Foot => 0.3048,
            Self::Kilometre => 1_000.0,
            Self::Mile => 1_609.344,
            Self::Acre => 4_046.856,
            Self::Hectare => 10_000.0,
            Self::SquareKilometre => 1e6,
            Self::SquareMile => 2_589_988.0,
            Self::PoundWeight => 0.453_592,
            Self::Tonne => 1_000.0,
            Self::Metre | Self::Kilogram | Self::Degree | Self::Barrel | Self::Megawatt => 1.0,
        }
    }

    const fn base(self) -> Self {
        match self {
            Self::Foot | Self::Kilometre | Self::Mile => Self::Metre,
            Self::Acre | Self::Hectare | Self::SquareKilometre | Self::SquareMile => Self::Acre,
            Self::PoundWeight | Self::Tonne => Self::Kilogram,
            other => other,
        }
    }
}

/// The currency of a sign before a number.
pub(crate) fn sign(token: &Token) -> Option<Currency> {
    Some(match token.lower.as_str() {
        "$" => Currency::Dollar,
        "£" => Currency::Pound,
        "€" => Currency::Euro,
        "¥" => Currency::Yen,
        "₽" => Currency::Rouble,
        "₹" => Currency::Rupee,
        "₴" => Currency::Hryvnia,
        "₪" => Currency::Shekel,
        _ => return None,
    })
}

/// The unit that begins at a token, and the index after it.
pub(crate) fn unit_at(tokens: &[Token], at: usize) -> Option<(Unit, usize)> {
    let word = |index: usize| tokens.get(index).map_or("", |token| token.lower.as_str());
    let one = |unit| Some((unit, at + 1));
    if let Some(unit) = TimeUnit::of_word(word(at)) {
        return one(Unit::Time(unit));
    }
    match (word(at), word(at + 1)) {
        ("%" | "percent", _) => one(Unit::Percent),
        ("per", "cent") => Some((Unit::Percent, at + 2)),
        ("percentage", "points" | "point") => Some((Unit::Percent, at + 2)),
        ("us" | "american" | "canadian" | "australian", "dollars" | "dollar") => {
            Some((Unit::Money(Currency::Dollar), at + 2))
        }
        ("pounds", "of") => one(Unit::Measure(Measure::PoundWeight)),
        ("square", "miles" | "mile") => Some((Unit::Measure(Measure::SquareMile), at + 2)),
        ("square", "kilometers" | "kilometres" | "kilometer" | "kilometre") => {
            Some((Unit::Measure(Measure::SquareKilometre), at + 2))
        }
        ("metric", "tons" | "tonnes" | "ton") => Some((Unit::Measure(Measure::Tonne), at + 2)),
        (word, _) => one(single(word)?),
    }
}

fn single(word: &str) -> Option<Unit> {
    Some(match word {
        "dollar" | "dollars" | "bucks" => Unit::Money(Currency::Dollar),
        "cent" | "cents" => Unit::Money(Currency::Cent),
        "pound" | "pounds" => Unit::Money(Currency::Pound),
        "euro" | "euros" => Unit::Money(Currency::Euro),
        "yen" => Unit::Money(Currency::Yen),
        "yuan" => Unit::Money(Currency::Yuan),
        "rouble" | "roubles" | "ruble" | "rubles" => Unit::Money(Currency::Rouble),
        "rupee" | "rupees" => Unit::Money(Currency::Rupee),
        "hryvnia" | "hryvnias" => Unit::Money(Currency::Hryvnia),
        "shekel" | "shekels" => Unit::Money(Currency::Shekel),
        "foot" | "feet" | "ft" => Unit::Measure(Measure::Foot),
        "metre" | "metres" | "meter" | "meters" => Unit::Measure(Measure::Metre),
        "kilometre" | "kilometres" | "kilometer" | "kilometers" | "km" => Unit::Measure(Measure::Kilometre),
        "mile" | "miles" => Unit::Measure(Measure::Mile),
        "acre" | "acres" => Unit::Measure(Measure::Acre),
        "hectare" | "hectares" => Unit::Measure(Measure::Hectare),
        "kilogram" | "kilograms" | "kilo" | "kilos" | "kg" => Unit::Measure(Measure::Kilogram),
        "ton" | "tons" | "tonne" | "tonnes" => Unit::Measure(Measure::Tonne),
        "degree" | "degrees" => Unit::Measure(Measure::Degree),
        "barrel" | "barrels" => Unit::Measure(Measure::Barrel),
        "megawatt" | "megawatts" => Unit::Measure(Measure::Megawatt),
        _ => return None,
    })
}
