//! How often two things are mentioned together.

use super::super::search::parse;
use super::{Term, Trends};
use crate::console::{Console, Outcome};
use anyhow::{Context, bail};
use index::{Counts, Index, Query};
use record::format::csv::line as csv_line;
use serde_json::json;

/// Two terms, and how often they are mentioned.
struct Pair<'a> {
    terms: [&'a str; 2],
    alone: [Counts; 2],
    together: Counts,
    /// All passages.
    passages: u64,
}

impl Pair<'_> {
    /// How many passages would have both if neither had to do with the other.
    fn by_chance(&self) -> f64 {
        let [first, second] = self.alone.map(|counts| counts.passages as f64);
        if self.passages == 0 { 0.0 } else { first * second / self.passages as f64 }
    }

    /// How many times as often as by chance; nothing where chance gives none.
    fn lift(&self) -> Option<f64> {
        let by_chance = self.by_chance();
        (by_chance > 0.0).then(|| self.together.passages as f64 / by_chance)
    }
}

const COLUMNS: [&str; 10] = [
    "within",
    "first",
    "second",
    "hits",
    "documents",
    "first_hits",
    "second_hits",
    "passages",
    "by_chance",
    "lift",
];

impl Trends {
    pub(super) fn print_pairs(
        &self,
        index: &Index,
        terms: &[Term],
        console: &Console,
    ) -> anyhow::Result<Outcome> {
        if terms.len() < 2 {
            bail!(
                "cannot compare: expected two terms at least, found one\nhint: `onrecord trends ferry storm --pairs`"
            );
        }
        if self.csv {
            console.raw(csv_line(COLUMNS).as_bytes())?;
        }
        let mut outcome = Outcome::NothingFound;
        for (_, options) in self.counted().parts() {
            let passages = index.passages(&options)?;
            let alone: Vec<Counts> =
                terms.iter().map(|term| index.count(&term.query, &options)).collect::<Result<_, _>>()?;
            for (second, other) in terms.iter().enumerate() {
                for (first, term) in terms[..second].iter().enumerate() {
                    let together = index.count(&self.together(term, other)?, &options)?;
                    let pair = Pair {
                        terms: [&term.text, &other.text],
                        alone: [alone[first], alone[second]],
                        together,
                        passages,
                    };
                    if together.passages > 0 {
                        outcome = Outcome::Done;
                    }
                    let name = options.outlet.as_deref().or(options.show.as_deref());
                    self.print_pair(&pair, name, console)?;
                }
            }
        }
        Ok(outcome)
    }

    /// What both of two terms meet: in one passage, or within some words.
    fn together(&self, first: &Term, second: &Term) -> anyhow::Result<Query> {
        let text = match self.near {
            Some(words) => format!("{} near/{words} {}", operand(&first.text), operand(&second.text)),
            None => format!("({}) ({})", first.text, second.text),
        };
        parse(&text)
            .with_context(|| format!("cannot look for `{}` and `{}` together", first.text, second.text))
    }

    fn print_pair(&self, pair: &Pair<'_>, name: Option<&str>, console: &Console) -> anyhow::Result<()> {
        let [first, second] = pair.terms;
        let Counts { passages: hits, documents, .. } = pair.together;
        let [first_hits, second_hits] = pair.alone.map(|counts| counts.passages);
        let (by_chance, lift) = (pair.by_chance(), pair.lift());
        if console.is_json() {
            return Ok(console.object(&json!({
                "first": first, "second": second, "hits": hits, "documents": documents, "first_hits": first_hits,
                "second_hits": second_hits, "passages": pair.passages, "by_chance": by_chance, "lift": lift,
                "within": name,
            }))?);
        }
        if self.csv {
            let numbers =
                [hits, documents, first_hits, second_hits, pair.passages].map(|number| number.to_string());
            let shares = [by_chance.to_string(), lift.map(|lift| lift.to_string()).unwrap_or_default()];
            let before = [name.unwrap_or_default(), first, second];
            let cells = before.into_iter().chain(numbers.iter().chain(&shares).map(String::as_str));
            return Ok(console.raw(csv_line(cells).as_bytes())?);
        }
        let lift = lift.map_or(String::new(), |lift| format!(", {lift:.1} times as often as by chance"));
        let name = name.map_or(String::new(), |name| format!(" in {name}"));
        Ok(console.line(format!(
            "{first} + {second}{name}: {hits} passages in {documents} documents{lift} ({first_hits} and {second_hits} of {} passages)",
            pair.passages
        ))?)
    }
}

/// A term beside `near`: alternatives need brackets, words and phrases none.
fn operand(term: &str) -> String {
    let is_several = term.chars().any(char::is_whitespace) && !term.starts_with(['"', '(']);
    if is_several { format!("({term})") } else { term.to_owned() }
}
