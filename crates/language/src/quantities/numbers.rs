//! Numbers as they are written and said: `20,000`, `two point five billion`, `a hundred and fifty`, `tens of thousands`.

use super::tokens::{Digits, Token, is, step_of};

/// A number that stands in some tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    /// The least that is meant; less than `most` for `dozens` and `three to five`.
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// The smallest step that it shows.
    pub(crate) step: f64,
    /// The index after its last token.
    pub(crate) end: usize,
    /// How it was said.
    pub(crate) form: Form,
}

/// How a number was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `12`, `twelve`.
    Plain,
    /// `a fifth`, `half`.
    Fraction,
    /// `dozens`, `a few`.
    Vague,
    /// `a`, `one`: a number only beside a unit.
    Article,
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const FRACTIONS: [(&str, f64); 11] = [
    ("half", 2.0),
    ("third", 3.0),
    ("quarter", 4.0),
    ("fifth", 5.0),
    ("sixth", 6.0),
    ("seventh", 7.0),
    ("eighth", 8.0),
    ("ninth", 9.0),
    ("tenth", 10.0),
    ("hundredth", 100.0),
    ("thousandth", 1000.0),
];

/// `dozens` and the like, with what they can mean.
const VAGUE: [(&str, f64, f64); 6] = [
    ("dozens", 24.0, 200.0),
    ("scores", 40.0, 200.0),
    ("hundreds", 200.0, 2_000.0),
    ("thousands", 2_000.0, 20_000.0),
    ("millions", 2e6, 2e7),
    ("billions", 2e9, 2e10),
];

fn magnitude(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" | "mn" => 1e6,
        "billion" | "bn" => 1e9,
        "trillion" | "tn" => 1e12,
        _ => return None,
    })
}

/// Magnitudes that are only meant when they touch the digits: `400m`, `20k`.
fn glued_magnitude(token: &Token) -> Option<f64> {
    if !token.is_glued {
        return None;
    }
    match token.lower.as_str() {
        "k" => Some(1e3),
        "m" => Some(1e6),
        "b" => Some(1e9),
        word => magnitude(word),
    }
}

fn position(words: &[&str], word: &str) -> Option<f64> {
    let at = words.iter().position(|known| !known.is_empty() && *known == word)?;
    u32::try_from(at).ok().map(f64::from)
}

/// The number that begins at a token.
pub(crate) fn number_at(tokens: &[Token], at: usize) -> Option<Number> {
    vague(tokens, at)
        .or_else(|| fraction(tokens, at))
        .or_else(|| share_in(tokens, at))
        .or_else(|| in_digits(tokens, at))
        .or_else(|| in_words(tokens, at))
}

fn vague(tokens: &[Token], at: usize) -> Option<Number> {
    let word = |index: usize| tokens.get(index).map_or("", |token| token.lower.as_str());
    let number = |least, most, end| Number { least, most, step: least, end, form: Form::Vague };
    match (word(at), word(at + 1), word(at + 2)) {
        ("a", "couple", "of") => return Some(number(2.0, 3.0, at + 3)),
        ("a", "couple", _) => return Some(number(2.0, 3.0, at + 2)),
        ("a", "few", next) => {
            let factor = magnitude(next).or(if next == "dozen" { Some(12.0) } else { None });
            let end = if factor.is_some() { at + 3 } else { at + 2 };
            let factor = factor.unwrap_or(1.0);
            return Some(number(2.0 * factor, 9.0 * factor, end));
        }
        ("several", next, _) => {
            let factor = magnitude(next).or(if next == "dozen" { Some(12.0) } else { None });
            let end = if factor.is_some() { at + 2 } else { at + 1 };
            let factor = factor.unwrap_or(1.0);
            return Some(number(2.0 * factor, 9.0 * factor, end));
        }
        ("tens" | "hundreds" | "thousands", "of", many) => {
            let known = VAGUE.iter().find(|(name, ..)| *name == many && many != "hundreds");
            if let Some((_, least, most)) = known {
                let factor = match word(at) {
                    "tens" => 10.0,
                    "hundreds" => 100.0,
                    _ => 1000.0,
                };
                return Some(number(least * factor, most * factor, at + 3));
            }
        }
        _ => {}
    }
    let (_, least, most) = VAGUE.iter().find(|(name, ..)| *name == word(at))?;
    let end = if word(at + 1) == "of" { at + 2 } else { at + 1 };
    Some(number(*least, *most, end))
}

/// `half`, `half a million`, `a third`, `two thirds`, `three-quarters`.
fn fraction(tokens: &[Token], at: usize) -> Option<Number> {
    let plain =
        |value: f64, end| Number { least: value, most: value, step: value, end, form: Form::Fraction };
    let token = tokens.get(at)?;
    if token.is("half") {
        let next = skip_hyphen(tokens, at + 1);
        let is_article = tokens.get(next).is_some_and(|token| token.is_one_of(&["a", "an"]));
        let after = if is_article { next + 1 } else { next };
        let named = tokens.get(after).map_or("", |token| token.lower.as_str());
        let factor = magnitude(named).or(if named == "dozen" { Some(12.0) } else { None });
        return Some(match factor {
            Some(factor) => {
                let value = factor / 2.0;
                Number { least: value, most: value, step: value, end: after + 1, form: Form::Plain }
            }
            None => plain(0.5, at + 1),
        });
    }
    let count = if token.is_one_of(&["a", "an"]) { 1.0 } else { small_number(token)? };
    let name_at = skip_hyphen(tokens, at + 1);
    let name = tokens.get(name_at)?;
    let singular = if count > 1.0 { name.lower.strip_suffix('s').unwrap_or_default() } else { &name.lower };
    let singular = if name.is("halves") { "half" } else { singular };
    let (_, parts) = FRACTIONS.iter().find(|(known, _)| *known == singular)?;
    // "A second" and "a third time" are no shares: only what something is a part of makes one.
    let is_of = tokens.get(name_at + 1).is_some_and(|token| token.is("of"));
    let is_sure = is_of || count > 1.0 || singular == "half" || singular == "quarter";
    (is_sure && count < *parts).then(|| plain(count / parts, name_at + 1))
}

/// `one in five`, `two out of three`.
fn share_in(tokens: &[Token], at: usize) -> Option<Number> {
    let part = small_number(tokens.get(at)?)?;
    let mut next = at + 1;
    if tokens.get(next)?.is("out") {
        next += 1;
        tokens.get(next).filter(|token| token.is("of"))?;
    } else {
        tokens.get(next).filter(|token| token.is("in"))?;
    }
    let whole_token = tokens.get(next + 1)?;
    let whole = small_number(whole_token)?;
    // "Two in 2014" is no share.
    let is_share = part >= 1.0 && part < whole && whole <= 1000.0;
    let value = part / whole;
    is_share.then_some(Number { least: value, most: value, step: value, end: next + 2, form: Form::Fraction })
}

fn small_number(token: &Token) -> Option<f64> {
    match token.digits {
        Some(Digits { value, .. }) => (value.fract() == 0.0).then_some(value),
        None => {
            position(&UNITS, &token.lower).or_else(|| position(&TENS, &token.lower).map(|tens| tens * 10.0))
        }
    }
}

fn skip_hyphen(tokens: &[Token], at: usize) -> usize {
    let is_inner = tokens.get(at).is_some_and(|token| token.is_hyphen() && token.is_glued)
        && tokens.get(at + 1).is_some_and(|token| token.is_glued);
    if is_inner { at + 1 } else { at }
}

fn in_digits(tokens: &[Token], at: usize) -> Option<Number> {
    let Digits { mut value, mut step, .. } = tokens.get(at)?.digits?;
    let mut end = at + 1;
    let next = skip_hyphen(tokens, end);
    let is_tens_ordinal =
        tokens.get(end).is_some_and(|t| t.is_glued && t.is_one_of(&["st", "nd", "rd", "th"]));
    if is_tens_ordinal {
        return None;
    }
    if let Some((part, after)) = small_part(tokens, end) {
        let value = value + part;
        return Some(Number { least: value, most: value, step: part, end: after, form: Form::Plain });
    }
    let factor = tokens.get(next).and_then(|token| {
        let dozens = token.is("dozen").then_some(12.0);
        magnitude(&token.lower).or_else(|| glued_magnitude(token)).or(dozens)
    });
    if let Some(factor) = factor {
        (value, step, end) = (value * factor, step * factor, next + 1);
        // "5 hundred thousand", "2 million million": at most one more.
        if let Some(more) =
            tokens.get(end).and_then(|token| magnitude(&token.lower)).filter(|more| *more > 1e2)
        {
            (value, step, end) = (value * more, step * more, end + 1);
        }
    }
    value.is_finite().then_some(Number { least: value, most: value, step, end, form: Form::Plain })
}

/// The part behind a whole number: `3½`, `3 1/2`.
fn small_part(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    match token.lower.as_str() {
        "½" => return Some((0.5, at + 1)),
        "¼" => return Some((0.25, at + 1)),
        "¾" => return Some((0.75, at + 1)),
        _ => {}
    }
    let over = token.digits?.value;
    let under = tokens.get(at + 2)?.digits?.value;
    let is_bar =
        tokens[at + 1].is_one_of(&["/", "\u{2044}"]) && tokens[at + 1].is_glued && tokens[at + 2].is_glued;
    (is_bar && over < under && under <= 8.0).then_some((over / under, at + 3))
}

/// A number in words, which may begin with `a`: `a hundred and fifty`, `seventy five thousand`, `two point five billion`.
fn in_words(tokens: &[Token], at: usize) -> Option<Number> {
    let first = tokens.get(at)?;
    if first.is_one_of(&["a", "an"]) {
        return after_article(tokens, at);
    }
    let (small, mut end) = below_hundred(tokens, at)?;
    let is_one = first.is("one");
    let point = tokens.get(end).filter(|token| token.is("point"));
    let decimals = point.and_then(|_| spoken_decimals(tokens, end + 1)).map(|(value, after)| {
        end = after;
        value
    });
    // "Twenty fourteen" and "nineteen ninety" are years.
    if decimals.is_none() && small >= 10.0 && below_hundred(tokens, skip_hyphen(tokens, end)).is_some() {
        return None;
    }
    if let Some((value, places)) = decimals {
        return Some(scaled(tokens, small + value, 0.1_f64.powi(places), end));
    }
    if tokens.get(end).is_some_and(|token| token.is("dozen")) {
        let value = small * 12.0;
        return Some(Number { least: value, most: value, step: 12.0, end: end + 1, form: Form::Plain });
    }
    let number = with_magnitudes(tokens, small, end);
    let form = if is_one && number.end == at + 1 { Form::Article } else { number.form };
    Some(Number { form, ..number })
}

fn after_article(tokens: &[Token], at: usize) -> Option<Number> {
    let next = tokens.get(at + 1)?;
    if next.is("dozen") {
        return Some(Number { least: 12.0, most: 12.0, step: 12.0, end: at + 2, form: Form::Plain });
    }
    if magnitude(&next.lower).is_some() {
        return Some(with_magnitudes(tokens, 1.0, at + 1));
    }
    Some(Number { least: 1.0, most: 1.0, step: 1.0, end: at + 1, form: Form::Article })
}

/// `seven`, `twenty`, `twenty-four`.
fn below_hundred(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    if let Some(value) = position(&UNITS, &token.lower) {
        return Some((value, at + 1));
    }
    let tens = position(&TENS, &token.lower)? * 10.0;
    let next = skip_hyphen(tokens, at + 1);
    let ones = tokens.get(next).and_then(|token| position(&UNITS, &token.lower));
    match ones.filter(|ones| (1.0..10.0).contains(ones)) {
        Some(ones) => Some((tens + ones, next + 1)),
        None => Some((tens, at + 1)),
    }
}

fn spoken_decimals(tokens: &[Token], at: usize) -> Option<((f64, i32), usize)> {
    const MOST_PLACES: i32 = 6;
    let (mut value, mut places, mut end) = (0.0, 0, at);
    while places < MOST_PLACES {
        let digit = tokens.get(end).and_then(small_number).filter(|digit| *digit < 10.0);
        let Some(digit) = digit else { break };
        places += 1;
        value += digit * 0.1_f64.powi(places);
        end += 1;
    }
    (places > 0).then_some(((value, places), end))
}

fn scaled(tokens: &[Token], value: f64, step: f64, end: usize) -> Number {
    match tokens.get(end).and_then(|token| magnitude(&token.lower)) {
        Some(factor) => {
            let value = value * factor;
            Number { least: value, most: value, step: step * factor, end: end + 1, form: Form::Plain }
        }
        None => Number { least: value, most: value, step, end, form: Form::Plain },
    }
}

/// Whether a number goes on behind a comma, with what is named next below: `two million, three hundred thousand`, `two thousand,
/// three hundred`; of `two million, three hundred people` nobody knows.
fn goes_on_behind_comma(tokens: &[Token], at: usize, last: f64) -> bool {
    let Some((_, after)) = below_hundred(tokens, at + 1).filter(|_| is(tokens, at, ",")) else {
        return false;
    };
    let is_hundred = is(tokens, after, "hundred");
    match last > 1_000.0 {
        true => is(tokens, after, "thousand") || (is_hundred && is(tokens, after + 1, "thousand")),
        false => is_hundred,
    }
}

/// `<small> hundred and fifty thousand two hundred`: groups whose magnitudes fall.
fn with_magnitudes(tokens: &[Token], small: f64, at: usize) -> Number {
    let (mut total, mut group, mut end) = (0.0, small, at);
    let mut last = f64::INFINITY;
    loop {
        let end_before = end;
        while let Some(factor) =
            tokens.get(skip_hyphen(tokens, end)).and_then(|token| magnitude(&token.lower))
        {
            match factor {
                100.0 if group < 100.0 && group > 0.0 => group *= 100.0,
                _ if factor > 100.0 && factor < last && group > 0.0 => {
                    total += group * factor;
                    (group, last) = (0.0, factor);
                }
                _ => break,
            }
            end = skip_hyphen(tokens, end) + 1;
        }
        if end == end_before {
            break;
        }
        let is_joined = is(tokens, end, "and") || (group == 0.0 && goes_on_behind_comma(tokens, end, last));
        let next = skip_hyphen(tokens, if is_joined { end + 1 } else { end });
        let Some((more, after)) = below_hundred(tokens, next).filter(|(more, _)| *more > 0.0) else { break };
        // "A hundred and two hundred" are two numbers.
        if group >= 100.0 && tokens.get(after).is_some_and(|token| token.is("hundred")) {
            break;
        }
        group += more;
        end = after;
    }
    let value = total + group;
    Number { least: value, most: value, step: step_of(value), end, form: Form::Plain }
}
