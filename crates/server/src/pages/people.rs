//! People: a list, and everything that one of them said.

use findings::names::HeardAs;
use maud::{Markup, html};
use serde_json::Value;

use super::Asked;
use super::layout;
use super::parts::{self, day_of, number, text};
use super::query::{encoded, segment};
use crate::operations::{Ask as _, People, Quotes};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// Who is quoted most.
pub(super) fn list(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let fields = &asked.fields;
    let people = People {
        name: fields.text("q").map(str::to_owned),
        cursor: fields.text("cursor").map(str::to_owned),
        limit: Some(200),
    };
    let listed = people.answer(opened)?;
    let main = html! {
        h1 { "People" }
        p.lead.quiet { "Those who speak in the record, or whose words are reported in it. Names are found by machine." }
        form.options method="get" action="/people" {
            div.field {
                label for="filter" { "Name" }
                input #filter name="q" type="search" value=(fields.text("q").unwrap_or_default()) data-narrows="#people-list" aria-describedby="filter-status" autocomplete="off";
            }
            button type="submit" { "Filter" }
            p #filter-status.quiet role="status" aria-live="polite" {}
        }
        @if listed.people.is_empty() { p.empty { "Nobody of that name is quoted." } }
        div.scroll tabindex="0" role="region" aria-label="People" {
            table {
                thead { tr { th scope="col" { "Name" } th.num scope="col" { "Statements" } } }
                tbody #people-list {
                    @for person in &listed.people {
                        tr { th scope="row" { (parts::person(&person.name)) } td.num { (number(person.statements)) } }
                    }
                }
            }
        }
        @if let Some(next) = &listed.next {
            nav.pager aria-label="More people" { a.button rel="next" href={ "/people?" (fields.with(&[("cursor", Some(next))])) } { "More people" } }
        }
    };
    Ok(layout::page(asked.frame, "/people", "People", main))
}

/// A person.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let name = asked.name.as_str();
    let quotes = Quotes {
        speaker: Some(name.to_owned()),
        cursor: asked.fields.text("cursor").map(str::to_owned),
        limit: Some(100),
        ..Quotes::default()
    };
    let listed = quotes.answer(opened)?;
    if listed.found.is_empty() {
        return Err(Refusal::new(
            Code::NotFound,
            format!(
                "nobody called `{name}` is quoted in this record\nhint: `/people` lists who is; search finds who is only named"
            ),
        ));
    }
    let mut said: Vec<Value> = listed.found.into_iter().map(Value::Object).collect();
    said.sort_by(|a, b| text(b, "/document/date").cmp(text(a, "/document/date")));
    let heard = opened.misheard()?.map_or(&[][..], |names| names.heard_for(name));
    let quoted = format!("\"{}\"", name.replace('"', " "));
    let main = html! {
        header.title {
            p.crumb { a href="/people" { "People" } }
            h1 { (name) }
        }
        div.columns {
            section aria-labelledby="statements" {
                h2 #statements { "Statements" }
                @for day in said.chunk_by(|a, b| a["document"]["date"] == b["document"]["date"]) {
                    h3.day { @match day[0]["document"]["date"].as_str() { Some(date) => (day_of(date)), None => "No day is known", } }
                    ol { @for statement in day { (parts::statement(statement)) } }
                }
                @if let Some(next) = &listed.next {
                    nav.pager aria-label="More statements" { a.button rel="next" href={ "/people/" (segment(name)) "?" (encoded(&[("cursor", next)])) } { "More statements" } }
                }
            }
            aside aria-label="About the name" {
                section.facet {
                    h2 { "Spellings heard" }
                    ul {
                        li { a href={ "/?" (encoded(&[("q", &quoted), ("as_heard", "1")])) } { (name) } }
                        @for HeardAs { text, count } in heard {
                            li { a href={ "/?" (encoded(&[("q", &format!("\"{}\"", text.replace('"', " "))), ("as_heard", "1")])) } { (text) " " span.count { (number(*count as u64)) } } }
                        }
                    }
                }
                section { h2 { "Said about them" } p { a href={ "/?" (encoded(&[("q", &quoted)])) } { "Where the name is mentioned" } } }
                section { h2 { "Take it along" } ul.plainlist { li { a href={ "/api/v1/quotes?" (encoded(&[("speaker", name)])) } { "JSON" } } } }
            }
        }
    };
    Ok(layout::page(asked.frame, "/people", name, main))
}
