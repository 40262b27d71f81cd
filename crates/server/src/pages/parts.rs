//! What several pages show alike: places, days, numbers, statements, bars.

use index::{Hit, Period, Trend};
use jiff::civil::Date;
use library::citations::short;
use maud::{Markup, html};
use record::{Document, MediaTime, Place};
use serde_json::Value;

use super::query::segment;

/// Where the page of a document is.
pub(crate) fn document_address(id: &str) -> String {
    format!("/documents/{}", segment(id))
}

/// Where a place is in the page of its document.
pub(crate) fn place_address(id: &str, place: &Place) -> String {
    let page = document_address(id);
    match place {
        Place::Spoken { segment, start: Some(start), .. } => {
            format!("{page}?t={}#s{segment}", start.as_seconds_f64())
        }
        Place::Spoken { segment, .. } => format!("{page}#s{segment}"),
        Place::Written { chars } => format!("{page}?c={}#c{}", chars.start, chars.start),
        Place::Front { .. } => page,
    }
}

/// `01:14`, or what stands for it where there are no times.
pub(crate) fn place_name(place: &Place) -> String {
    match place {
        Place::Spoken { start: Some(start), .. } => short(*start),
        Place::Spoken { segment, .. } => format!("line {}", segment + 1),
        Place::Written { .. } => "text".to_owned(),
        Place::Front { .. } => "title".to_owned(),
    }
}

/// The place of a finding.
pub(crate) fn place_of(finding: &Value) -> Option<Place> {
    serde::Deserialize::deserialize(finding).ok()
}

/// Where the place of a finding is, and what to call it.
pub(crate) fn finding_place(finding: &Value) -> (String, String) {
    let id = finding["document"]["id"].as_str().unwrap_or_default();
    match place_of(finding) {
        Some(place) => (place_address(id, &place), place_name(&place)),
        None => (document_address(id), "whole".to_owned()),
    }
}

pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn each<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// `5 March 2024`.
pub(crate) fn day(date: Date) -> Markup {
    html! { time datetime=(date) { (date.strftime("%-d %B %Y")) } }
}

/// A day as it stands in a finding.
pub(crate) fn day_of(text: &str) -> Markup {
    match text.parse::<Date>() {
        Ok(date) => day(date),
        Err(_) => html! { (text) },
    }
}

/// `41,208`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `27 min 40 s`, or `1 h 2 min`.
pub(crate) fn length(length: MediaTime) -> String {
    let seconds = length.as_seconds_f64() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// Hours of some seconds: whole ones from ten on.
pub(crate) fn hours(seconds: f64) -> String {
    let hours = seconds / 3600.0;
    if hours < 10.0 { format!("{hours:.1}") } else { number(hours.round() as u64) }
}

/// A sentence in which `code` stands between backticks.
pub(crate) fn with_code(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Outlet, show and day of a document.
pub(crate) fn where_from(document: &Document) -> Markup {
    html! {
        p.where {
            @if let Some(outlet) = &document.outlet {
                a href={ "/outlets/" (segment(outlet)) } { (outlet) }
            }
            @if let Some(show) = document.show.as_ref().filter(|show| Some(*show) != document.outlet.as_ref()) {
                " · " a href={ "/shows/" (segment(show)) } { (show) }
            }
            @if let Some(date) = document.date { " · " (day(date)) }
        }
    }
}

/// The same of a finding's document, in one line of text.
pub(crate) fn source(document: &Value) -> Markup {
    let by = [text(document, "/show"), text(document, "/outlet")].into_iter().find(|name| !name.is_empty());
    html! {
        (by.unwrap_or("(no outlet named)"))
        @if document["date"].is_string() { ", " (day_of(text(document, "/date"))) }
    }
}

/// A text with some of its characters marked.
pub(crate) fn marked(text: &str, words: &[std::ops::Range<usize>]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let part =
        |range: std::ops::Range<usize>| chars.get(range).unwrap_or_default().iter().collect::<String>();
    let mut at = 0;
    html! {
        @for word in words {
            @if word.start >= at && word.end <= chars.len() {
                (part(at..word.start)) mark { (part(word.clone())) }
                ({ at = word.end; "" })
            }
        }
        (part(at.min(chars.len())..chars.len()))
    }
}

/// An address that leads out of the archive.
pub(crate) fn way_out(address: &str, name: &str) -> Markup {
    html! {
        @if address.starts_with("https://") || address.starts_with("http://") {
            a.out href=(address) rel="noopener noreferrer" { (name) }
        }
    }
}

/// A hit in a list.
pub(crate) fn hit(hit: &Hit) -> Markup {
    let address = place_address(hit.document.id.as_str(), &hit.place);
    let title = hit.document.title.as_deref().unwrap_or(&hit.document.path);
    html! {
        li.entry {
            a.time href=(address) { (place_name(&hit.place)) }
            article {
                h3 { a href=(address) { (title) } }
                (where_from(&hit.document))
                blockquote.passage {
                    p {
                        @if let Some(speaker) = &hit.speaker { b { (speaker) } " " }
                        (marked(&hit.sentence.text, &hit.sentence.words))
                    }
                }
                p.links {
                    @if hit.is_suspect { span.verdict.unsure { "doubtful" } " " }
                    @if !hit.missing.is_empty() { span { "without " (hit.missing.join(", ")) } " " }
                    @for also in hit.also_in.iter().take(3) {
                        span { "also in " a href=(document_address(also.document.id.as_str())) {
                            (also.document.show.as_deref().or(also.document.outlet.as_deref()).unwrap_or(&also.document.path))
                        } } " "
                    }
                    @if let Some(count) = hit.hits_in_document.filter(|count| *count > 1) {
                        span { (count - 1) " more in this document" } " "
                    }
                    @if let Some(link) = &hit.link { (way_out(link, "open at the source")) }
                }
            }
        }
    }
}

/// A statement in a list of one speaker's.
pub(crate) fn statement(finding: &Value) -> Markup {
    let (address, place) = finding_place(finding);
    let manner = match text(finding, "/manner") {
        "clip" => "own voice",
        "direct" => "in quotation marks",
        "mixed" => "partly in quotation marks",
        _ => "in other words",
    };
    let others = each(finding, "/same_as").count();
    let confidence = finding["confidence"].as_f64();
    html! {
        li.entry {
            a.time href=(address) { (place) }
            div {
                blockquote.passage { p {
                    (text(finding, "/words"))
                } }
                p.links {
                    @if confidence.is_some_and(|confidence| confidence < 0.7) { span.verdict.unsure { "probably" } " " }
                    span { (manner) ", " (source(&finding["document"])) } " "
                    @if let Some(by) = finding["reported_by"].as_str() { span { "reported by " (by) } " " }
                    @if others > 0 { span { "also in " (others) (if others == 1 { " other place" } else { " other places" }) } " " }
                    (way_out(text(finding, "/link"), "open at the source"))
                }
            }
        }
    }
}

/// A name that leads to the page of a person.
pub(crate) fn person(name: &str) -> Markup {
    html! { a href={ "/people/" (segment(name)) } { (name) } }
}

/// One of two sides that differ, or a passage, with its place.
pub(crate) fn side(side: &Value, name: &str) -> Markup {
    let (address, place) = finding_place(side);
    let said = text(side, "/said");
    let whole = text(side, "/text");
    html! {
        figure {
            figcaption.label { (source(&side["document"])) }
            blockquote.passage { p {
                @match whole.split_once(said).filter(|_| !said.is_empty()) {
                    Some((before, after)) => { (before) mark { (said) } (after) }
                    None => (whole),
                }
            } }
            p.links { a href=(address) { (name) ", " (place) } " " (way_out(text(side, "/link"), "open at the source")) }
        }
    }
}

/// Two sides that tell one fact with two values.
pub(crate) fn discrepancy(finding: &Value, at: usize) -> Markup {
    let fact = match text(finding, "/fact") {
        "date" => "Which day",
        "time" => "What time",
        "duration" => "How long",
        "number" => "How many",
        "money" => "How much money",
        "scope" => "What is meant",
        "name" => "Which name",
        "place" => "Which place",
        "claim" => "A claim and its denial",
        other => other,
    };
    let class = if text(finding, "/class") == "update" { "it changed with time" } else { "both can't be so" };
    html! {
        section.card id={ "d" (at) } aria-labelledby={ "d" (at) "-title" } {
            header { h3 id={ "d" (at) "-title" } { (fact) } " " span.verdict.altered { (class) } }
            div.versus { (side(&finding["left"], "open")) (side(&finding["right"], "open")) }
        }
    }
}

/// Bars over time, each a link; `address` gets the first day of a bar, and that of the one after.
pub(crate) fn histogram(
    period: Period,
    trends: &[Trend],
    address: impl Fn(Period, &(String, String)) -> String,
) -> Markup {
    let most = trends.iter().map(|trend| trend.hits).max().unwrap_or_default().max(1);
    let width = 600.0 / trends.len().max(1) as f64;
    let days = |first: Date| (first.to_string(), period.ends(first).unwrap_or(Date::MAX).to_string());
    let name = |first: Date| match period {
        Period::Month => first.strftime("%B %Y").to_string(),
        _ => format!("week of {}", first.strftime("%-d %B %Y")),
    };
    let label = if period == Period::Month { "Passages by month" } else { "Passages by week" };
    let tallest = trends.iter().max_by_key(|trend| trend.hits);
    html! {
        @if trends.len() > 1 {
            figure.histogram {
                svg viewBox="0 0 600 100" preserveAspectRatio="none" role="group" aria-label=(label) {
                    @for (at, trend) in trends.iter().enumerate() {
                        @let height = (trend.hits * 100).div_ceil(most);
                        @let left = at as f64 * width;
                        a href=(address(period, &days(trend.period))) data-filter={ "bar=" (trend.period) }
                            aria-label={ (name(trend.period)) ": " (number(trend.hits)) " passages" } {
                            title { (name(trend.period)) ": " (number(trend.hits)) }
                            rect.reach x=(format!("{left:.1}")) y="0" width=(format!("{width:.1}")) height="100" {}
                            rect.bar x=(format!("{:.1}", left + width * 0.1)) y=(100 - height)
                                width=(format!("{:.1}", width * 0.8)) height=(height) {}
                        }
                    }
                }
                p.ends {
                    span { (trends.first().map(|trend| name(trend.period)).unwrap_or_default()) }
                    @if let Some(tallest) = tallest { span { "most: " (number(tallest.hits)) ", " (name(tallest.period)) } }
                    span { (trends.last().map(|trend| name(trend.period)).unwrap_or_default()) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_markup() {
        let page = marked("<script>alert('ferry')</script>", std::slice::from_ref(&(15..20))).into_string();
        assert_eq!(page, "&lt;script&gt;alert('<mark>ferry</mark>')&lt;/script&gt;");
        assert_eq!(way_out("javascript:alert(1)", "x").into_string(), "");
    }

    #[test]
    fn numbers_have_groups() {
        assert_eq!(
            [7, 999, 1_000, 41_208, 1_234_567].map(number),
            ["7", "999", "1,000", "41,208", "1,234,567"]
        );
    }
}
