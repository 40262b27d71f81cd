//! Quotes held against the record.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::Asked;
use super::layout;
use super::parts::{self, each, text};
use super::query::encoded;
use crate::operations::{Ask as _, CheckArticle, CheckQuote};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// The form, and below it what was found for the words that a form or an address gives.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let words = asked.fields.text("text").unwrap_or_default();
    let outcome = match words {
        "" => html! {},
        words => match checked(opened, words) {
            Ok((checked, left)) => html! { (outcome(&checked)) (unchecked(left)) },
            Err(refusal) if refusal.code == Code::BadRequest => {
                html! { div.empty { p { (refusal.message) } } }
            }
            Err(refusal) => return Err(refusal),
        },
    };
    let main = html! {
        h1 { "Check a quote" }
        p.lead.quiet { "Paste one quote, or a whole article: every passage in quotation marks is looked up in the record." }
        form.check method="post" action="/check" {
            div.field {
                label for="text" { "Quote or article" }
                textarea #text name="text" rows="7" maxlength="200000" required { (words) }
            }
            p.pager { button.primary type="submit" { "Check" } " " span.quiet { "Nothing you paste is kept." } }
        }
        (outcome)
    };
    Ok(layout::page(asked.frame, "/check", "Check a quote", main))
}

/// The quotations of a text, and how many are left; the whole text if nothing in it is quoted.
fn checked(opened: &Opened, words: &str) -> Result<(Vec<Value>, usize), Refusal> {
    let article = CheckArticle { text: Some(words.to_owned()), document: None }.answer(opened)?;
    if !article.quotations.is_empty() {
        return Ok((article.quotations.into_iter().map(Value::Object).collect(), article.unchecked));
    }
    let matches = CheckQuote { words: words.to_owned(), limit: Some(5) }.answer(opened)?.matches;
    let cards = matches.into_iter().map(|found| {
        let verdict = found.get("verdict").cloned().unwrap_or_default();
        json!({"words": words, "verdict": verdict, "best": found})
    });
    let cards: Vec<Value> = cards.collect();
    Ok(match cards.is_empty() {
        true => (vec![json!({"words": words, "verdict": null, "best": null})], 0),
        false => (cards, 0),
    })
}

/// That not all quotations were looked up.
pub(super) fn unchecked(left: usize) -> Markup {
    html! {
        @if left > 0 {
            p.empty { (left) " more were not looked up, as that would take too long: paste the rest of the article by itself." }
        }
    }
}

fn outcome(checked: &[Value]) -> Markup {
    let count = |verdict: &str| {
        checked.iter().filter(|one| one["verdict"].as_str().unwrap_or_default() == verdict).count()
    };
    let parts: Vec<String> = [
        ("verbatim", "verbatim"),
        ("trimmed", "trimmed"),
        ("altered", "altered"),
        ("", "not in this record"),
    ]
    .into_iter()
    .map(|(verdict, name)| (count(verdict), name))
    .filter(|(count, _)| *count > 0)
    .map(|(count, name)| format!("{count} {name}"))
    .collect();
    html! {
        section aria-labelledby="outcome" aria-live="polite" {
            h2 #outcome { (parts.join(", ")) }
            @for (at, one) in checked.iter().enumerate() { (card(one, at)) }
        }
    }
}

/// A quotation with its verdict and its place.
pub(super) fn card(checked: &Value, at: usize) -> Markup {
    let verdict = checked["verdict"].as_str();
    let words = text(checked, "/words");
    let best = &checked["best"];
    let class = verdict.map_or("card".to_owned(), |verdict| format!("card is-{verdict}"));
    html! {
        article class=(class) aria-labelledby={ "v" (at) } {
            header {
                span class={ "verdict " (verdict.unwrap_or_default()) } { (verdict.unwrap_or("not in this record")) } " "
                h3 id={ "v" (at) } { "“" (words.trim_matches(['"', '“', '”'])) "”" }
            }
            @if best.is_object() {
                @let (address, place) = parts::finding_place(best);
                @if verdict == Some("verbatim") { p.passage { (text(best, "/text")) } }
                @else {
                    p.passage { (difference(best)) }
                    p.label { "Struck out: in the quote, but not on record. Underlined: on record, but not in the quote." }
                }
                @for note in each(best, "/notes") { p.label { (note.as_str().unwrap_or_default()) } }
                p.links {
                    a href=(address) { "hear or read it, " (place) } " "
                    span { (parts::source(&best["document"])) } " "
                    (parts::way_out(text(best, "/link"), "open at the source"))
                }
            } @else {
                p {
                    "No passage comes close. That does not mean that nobody said it: the record has gaps. "
                    a href={ "/?" (encoded(&[("q", words), ("mode", "meaning")])) } { "Search by meaning" }
                }
            }
        }
    }
}

/// The words of both sides, one after the other.
fn difference(best: &Value) -> Markup {
    html! {
        @for run in each(best, "/difference") {
            @let words = text(run, "/1");
            @match text(run, "/0") {
                "=" => (words),
                "-" => del { (words) },
                _ => ins { (words) },
            }
            " "
        }
    }
}
