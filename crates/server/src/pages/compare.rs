//! Terms compared over time: a chart, its numbers, each with its passages.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response};
use index::Period;
use jiff::civil::Date;
use library::trends::{COLUMNS, Row};
use maud::{Markup, html};
use record::format::csv;

use super::Asked;
use super::layout;
use super::parts::number;
use super::query::{Fields, encoded};
use crate::answers::answered;
use crate::operations::{Arguments, Compared, Trends};
use crate::refusal::{Code, Refusal};
use crate::shelf::{Opened, Shelf};

/// The widest table that is shown; the rest is in the file.
const MOST_COLUMNS: usize = 12;

/// What the fields ask for.
fn trends(fields: &Fields) -> Result<Trends, Refusal> {
    Arguments::Json(serde_json::json!({
        "term": fields.all("term"),
        "by": fields.text("by").unwrap_or("month"),
        "per": fields.text("per"),
        "outlet": fields.all("outlet"),
        "show": fields.all("show"),
        "after": fields.text("after"),
        "before": fields.text("before"),
    }))
    .read()
}

/// The form, and below it chart and numbers.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let fields = &asked.fields;
    let terms = fields.all("term");
    let outcome = if terms.is_empty() {
        html! { p.empty { "Type a word or a phrase, or several to compare them: each is a search of its own." } }
    } else {
        match trends(fields).and_then(|trends| trends.compared(opened)) {
            Ok(compared) => outcome(fields, &compared),
            Err(refusal) if refusal.code == Code::BadRequest => {
                html! { div.empty { p { (refusal.message) } @if let Some(hint) = &refusal.hint { p { (hint) } } } }
            }
            Err(refusal) => return Err(refusal),
        }
    };
    let option = |name: &str, value: &str, text: &str, usual: &str| {
        let chosen = fields.text(name).unwrap_or(usual);
        html! { option value=(value) selected[chosen == value] { (text) } }
    };
    let main = html! {
        h1 { "Compare words" }
        form method="get" action="/compare" {
            fieldset {
                legend { "Up to six words or phrases" }
                div.grid {
                    @for at in 1..=6_usize {
                        div {
                            label.hidden for={ "term" (at) } { "Word " (at) }
                            input id={ "term" (at) } name="term" value=(terms.get(at - 1).map(String::as_str).unwrap_or_default()) autocomplete="off";
                        }
                    }
                }
            }
            div.options {
                div.field { label for="by" { "By" } select #by name="by" {
                    (option("by", "day", "day", "month")) (option("by", "week", "week", "month")) (option("by", "month", "month", "month")) (option("by", "year", "year", "month"))
                } }
                div.field { label for="per" { "Per" } select #per name="per" {
                    (option("per", "", "whole record", "")) (option("per", "outlet", "outlet", "")) (option("per", "show", "show", ""))
                } }
                div.field { label for="after" { "From" } input #after name="after" type="date" value=(fields.text("after").unwrap_or_default()); }
                div.field { label for="before" { "Before" } input #before name="before" type="date" value=(fields.text("before").unwrap_or_default()); }
                button.primary type="submit" { "Compare" }
            }
        }
        (outcome)
    };
    Ok(layout::page(asked.frame, "/compare", "Compare words", main))
}

fn outcome(fields: &Fields, compared: &Compared) -> Markup {
    let query = fields.with(&[]);
    let lines = compared.counted.chart(&compared.terms, &compared.rows).lines;
    let is_drawn = (1..=charts::MAX_LINES).contains(&lines.len());
    let names: Vec<&str> = lines.iter().take(MOST_COLUMNS).map(|line| line.name.as_str()).collect();
    let mut periods: BTreeMap<Date, BTreeMap<&str, &Row>> = BTreeMap::new();
    let name_of = |row: &Row| {
        let name = [Some(compared.terms[row.term].text.as_str()), row.name()];
        name.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    for row in &compared.rows {
        let name = name_of(row);
        if let Some(name) = names.iter().find(|own| **own == name) {
            periods.entry(row.trend.period).or_default().insert(name, row);
        }
    }
    html! {
        section aria-labelledby="chart" {
            h2 #chart { "Share of passages" }
            @if is_drawn {
                figure {
                    div.scroll tabindex="0" role="region" aria-label="Chart" {
                        img.chart src={ "/compare.svg?" (query) } width="900" height="450" alt="Lines over time; the numbers stand in the table below.";
                    }
                    figcaption.links {
                        span { "Download" } " "
                        @for form in ["svg", "png", "csv"] { a href={ "/compare." (form) "?" (query) } download { (form.to_uppercase()) } " " }
                    }
                }
            } @else {
                p { "There are too many lines to tell apart: name fewer terms, or outlets. " a href={ "/compare.csv?" (query) } download { "CSV" } }
            }
        }
        section aria-labelledby="numbers" {
            h2 #numbers { "The numbers" }
            div.scroll tabindex="0" role="region" aria-labelledby="numbers" {
                table {
                    caption { "Passages; each number leads to them. In brackets: their share of all in the same period." @if lines.len() > MOST_COLUMNS { " The first " (MOST_COLUMNS) " of " (lines.len()) " columns." } }
                    thead { tr { th scope="col" { "Period" } @for name in &names { th.num scope="col" { (name) } } } }
                    tbody {
                        @for (period, rows) in periods.iter().rev() {
                            tr {
                                th scope="row" { (compared.counted.period.name(*period)) }
                                @for name in &names {
                                    td.num {
                                        @if let Some(row) = rows.get(name) {
                                            a href={ "/?" (passages(compared, row)) } { (number(row.trend.hits)) } " "
                                            span.count { "(" (format!("{:.2} %", row.trend.share() * 100.0)) ")" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The search for the passages that a row counts.
fn passages(compared: &Compared, row: &Row) -> String {
    let period: Period = compared.counted.period;
    let first = row.trend.period.to_string();
    let next = period.ends(row.trend.period).map(|next| next.to_string());
    let term = compared.terms[row.term].text.as_str();
    let mut fields =
        vec![("q", term), ("mode", "words"), ("sort", "oldest"), ("group", "0"), ("after", &first)];
    fields.extend(next.as_deref().map(|next| ("before", next)));
    let outlet = row.name_if(index::TrendsBy::Outlet).or(row.options.outlet.as_deref());
    let show = row.name_if(index::TrendsBy::Show).or(row.options.show.as_deref());
    fields.extend(outlet.map(|outlet| ("outlet", outlet)));
    fields.extend(show.map(|show| ("show", show)));
    encoded(&fields)
}

async fn file(
    shelf: Arc<Shelf>,
    query: Option<String>,
    headers: HeaderMap,
    kind: &'static str,
    make: fn(&Compared) -> Result<Vec<u8>, Refusal>,
) -> Response<Body> {
    let fields = Fields::of(query.as_deref());
    let made = shelf.ask(move |opened| make(&trends(&fields)?.compared(opened)?)).await;
    answered(&headers, kind, made)
}

fn undrawn(error: charts::ChartError) -> Refusal {
    Refusal::new(Code::BadRequest, error)
}

pub(super) async fn svg(
    State(shelf): State<Arc<Shelf>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    file(shelf, query, headers, "image/svg+xml", |compared| {
        let chart = compared.counted.chart(&compared.terms, &compared.rows);
        Ok(charts::svg(&chart).map_err(undrawn)?.into_bytes())
    })
    .await
}

pub(super) async fn png(
    State(shelf): State<Arc<Shelf>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    file(shelf, query, headers, "image/png", |compared| {
        let chart = compared.counted.chart(&compared.terms, &compared.rows);
        charts::png(&chart).map_err(undrawn)
    })
    .await
}

pub(super) async fn table(
    State(shelf): State<Arc<Shelf>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    file(shelf, query, headers, "text/csv; charset=utf-8", |compared| {
        let rows = compared
            .rows
            .iter()
            .map(|row| csv::line(row.shown(&compared.terms[row.term].text, compared.counted.period).cells()));
        let text: String = std::iter::once(csv::line(COLUMNS)).chain(rows).collect();
        Ok(text.into_bytes())
    })
    .await
}
