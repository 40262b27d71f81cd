//! Stories: a list by day, and one of them side by side.

use std::collections::BTreeMap;

use analysis::{Area, Key};
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::Value;

use super::Asked;
use super::layout;
use super::parts::{self, day, day_of, each, text};
use super::query::{encoded, segment};
use crate::operations::{Ask as _, Stories, StoryOf, nothing_analysed};
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// Statements that are listed of each member of a story.
const MOST_STATEMENTS: usize = 3;
/// Speakers of a story that are listed.
const MOST_SPEAKERS: usize = 12;
/// Reports of an outlet that are shown of a day.
const MOST_OF_A_DAY: usize = 4;
/// Outlets side by side; a wider table can't be read.
const MOST_COLUMNS: usize = 8;

/// A story in a list.
pub(super) fn entry(story: &Value) -> Markup {
    let outlets = each(story, "/outlets").count();
    let members = each(story, "/members").count();
    html! {
        li {
            h3 { a href={ "/stories/" (segment(text(story, "/id"))) } { (text(story, "/title")) } }
            p.where {
                (outlets) (if outlets == 1 { " outlet" } else { " outlets" }) " · "
                (members) (if members == 1 { " report" } else { " reports" }) " · last told " (day_of(text(story, "/last")))
            }
            p { (each(story, "/outlets").filter_map(Value::as_str).take(8).collect::<Vec<_>>().join(", ")) }
        }
    }
}

/// All stories, newest first.
pub(super) fn list(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let fields = &asked.fields;
    let stories = Stories {
        words: fields.text("words").map(str::to_owned),
        outlet: fields.text("outlet").map(str::to_owned),
        cursor: fields.text("cursor").map(str::to_owned),
        limit: Some(40),
        ..Stories::default()
    };
    let listed = stories.answer(opened)?;
    let mut days: BTreeMap<std::cmp::Reverse<String>, Vec<Value>> = BTreeMap::new();
    for story in listed.found.into_iter().map(Value::Object) {
        days.entry(std::cmp::Reverse(text(&story, "/last").to_owned())).or_default().push(story);
    }
    let main = html! {
        h1 { "Stories" }
        p.lead.quiet { "What several outlets told at about the same time, put together by the words and names that they share." }
        form.options method="get" action="/stories" {
            div.field { label for="words" { "Words" } input #words name="words" type="search" value=(fields.text("words").unwrap_or_default()) autocomplete="off"; }
            div.field { label for="outlet" { "Outlet" } input #outlet name="outlet" value=(fields.text("outlet").unwrap_or_default()) autocomplete="off"; }
            button type="submit" { "Show" }
        }
        @if days.is_empty() { p.empty { "No story is like that." } }
        @for (std::cmp::Reverse(last), stories) in &days {
            h2.day { (day_of(last)) }
            ol.list { @for story in stories { (entry(story)) } }
        }
        @if let Some(next) = &listed.next {
            nav.pager aria-label="Older stories" { a.button rel="next" href={ "/stories?" (fields.with(&[("cursor", Some(next))])) } { "Older stories" } }
        }
    };
    Ok(layout::page(asked.frame, "/stories", "Stories", main))
}

/// A story.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let facts = StoryOf { id: asked.name.clone(), ..StoryOf::default() }.whole(opened)?;
    let story = Value::Object(facts.story);
    let timeline: Vec<Value> = facts.timeline.into_iter().map(Value::Object).collect();
    let differences: Vec<Value> = facts.discrepancies.into_iter().map(Value::Object).collect();
    let statements = statements(opened, &story)?;
    let members = each(&story, "/members").count();
    let outlets: Vec<&str> = each(&story, "/outlets").filter_map(Value::as_str).collect();
    let missing: Vec<&str> = each(&story, "/missing").filter_map(Value::as_str).collect();
    let main = html! {
        article {
            header.title {
                p.crumb { a href="/stories" { "Stories" } }
                h1 { (text(&story, "/title")) }
                p.where {
                    (members) (if members == 1 { " report" } else { " reports" }) " · " (outlets.len()) " of " (outlets.len() + missing.len()) " outlets · "
                    (day_of(text(&story, "/first")))
                    @if story["first"] != story["last"] { " to " (day_of(text(&story, "/last"))) }
                    @if let Some(first) = story["first_by"].as_str() { " · first carried by " (first) }
                }
            }
            (side_by_side(&story, &outlets))
            div.columns {
                div {
                    @if !timeline.is_empty() { (steps(&timeline)) }
                    @if !differences.is_empty() {
                        section aria-labelledby="discrepancies" {
                            h2 #discrepancies { "Where the sources differ" }
                            @for (at, difference) in differences.iter().enumerate() { (parts::discrepancy(difference, at + 1)) }
                        }
                    }
                    @if !statements.is_empty() { (said(&statements)) }
                }
                aside aria-label="Who carried it" {
                    section.facet {
                        h2 { "Carried by" }
                        ul { @for outlet in &outlets {
                            @let reports = each(&story, "/members").filter(|member| member["document"]["outlet"] == *outlet).count();
                            li { a href={ "/outlets/" (segment(outlet)) } { (outlet) " " span.count { (reports) } } }
                        } }
                    }
                    @if !missing.is_empty() { section { h2 { "Not carried by" } ul.plainlist { @for outlet in &missing { li { (outlet) } } } } }
                    section { h2 { "Take it along" } ul.plainlist { li { a href={ "/api/v1/stories/" (segment(text(&story, "/id"))) } { "JSON" } } } }
                }
            }
        }
    };
    Ok(layout::page(asked.frame, "/stories", text(&story, "/title"), main))
}

/// The reports of each outlet by day.
fn side_by_side(story: &Value, outlets: &[&str]) -> Markup {
    let columns = &outlets[..outlets.len().min(MOST_COLUMNS)];
    let mut days: BTreeMap<Option<Date>, Vec<&Value>> = BTreeMap::new();
    for member in each(story, "/members") {
        days.entry(text(member, "/document/date").parse().ok()).or_default().push(member);
    }
    html! {
        section aria-labelledby="side" {
            h2 #side { "Side by side" }
            div.scroll tabindex="0" role="region" aria-labelledby="side" {
                table.axis {
                    caption { "What each outlet told on which day." @if outlets.len() > MOST_COLUMNS { " The first " (MOST_COLUMNS) " outlets that carried it." } }
                    thead { tr { th scope="col" { "Day" } @for outlet in columns { th scope="col" { (outlet) } } } }
                    tbody {
                        @for (date, members) in &days {
                            tr {
                                th scope="row" { @match date { Some(date) => (day(*date)), None => "no day", } }
                                @for outlet in columns {
                                    td data-outlet=(outlet) {
                                        @let own: Vec<&&Value> = members.iter().filter(|member| member["document"]["outlet"] == *outlet).collect();
                                        @for member in own.iter().take(MOST_OF_A_DAY) {
                                            @let (address, place) = parts::finding_place(member);
                                            p {
                                                @match parts::place_of(member) {
                                                    Some(_) => { a.time href=(address) { (place) } " " (text(member, "/headline")) },
                                                    None => a href=(address) { (text(member, "/headline")) },
                                                }
                                            }
                                        }
                                        @if own.len() > MOST_OF_A_DAY { p.lag { "and " (own.len() - MOST_OF_A_DAY) " more" } }
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

fn steps(timeline: &[Value]) -> Markup {
    html! {
        section aria-labelledby="steps" {
            h2 #steps { "Step by step" }
            ol {
                @for step in timeline {
                    @let sources = each(step, "/citations").count();
                    li.entry {
                        span.time { (day_of(text(step, "/date"))) }
                        div {
                            p.passage { (text(step, "/text")) }
                            p.links {
                                @for citation in each(step, "/citations").take(4) {
                                    @let (address, place) = parts::finding_place(citation);
                                    a href=(address) { (parts::source(&citation["document"])) ", " (place) } " "
                                }
                                @if sources > 4 { span { "and " (sources - 4) " others" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What was said in the stretches of a story, by speaker.
fn statements(opened: &Opened, story: &Value) -> Result<Vec<(String, Vec<Value>)>, Refusal> {
    let store = opened.findings()?.ok_or_else(nothing_analysed)?;
    let cited = opened.cited();
    let mut speakers: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for member in each(story, "/members") {
        let id = text(member, "/document/id");
        let stretch = member["start_seconds"].as_f64().zip(member["end_seconds"].as_f64());
        cited.each(store, Area::Quotes, Some(Key::Document(id)), |statement| {
            let start = statement["start_seconds"].as_f64();
            let is_in =
                stretch.is_none_or(|(from, to)| start.is_some_and(|start| from <= start && start < to));
            if let Some(name) =
                statement["speaker"]["name"].as_str().filter(|_| is_in && statement["document"]["id"] == id)
            {
                speakers.entry(name.to_owned()).or_default().push(statement);
            }
            Ok::<_, Refusal>(true)
        })?;
    }
    let mut speakers: Vec<(String, Vec<Value>)> = speakers.into_iter().collect();
    speakers.sort_by(|(a, a_said), (b, b_said)| b_said.len().cmp(&a_said.len()).then_with(|| a.cmp(b)));
    speakers.truncate(MOST_SPEAKERS);
    Ok(speakers)
}

fn said(speakers: &[(String, Vec<Value>)]) -> Markup {
    html! {
        section aria-labelledby="statements" {
            h2 #statements { "Who said what" }
            @for (name, said) in speakers {
                h3 { (parts::person(name)) }
                ol { @for statement in said.iter().take(MOST_STATEMENTS) { (parts::statement(statement)) } }
                @if said.len() > MOST_STATEMENTS {
                    p.quiet { a href={ "/?" (encoded(&[("q", &format!("speaker:\"{}\"", name.replace('"', "")))])) } { "and " (said.len() - MOST_STATEMENTS) " more" } }
                }
            }
        }
    }
}
