//! The API's description for people, made of the one for programs.

use maud::{Markup, html};
use serde_json::Value;

use super::Asked;
use super::layout;
use super::parts::{self, each, text};
use crate::openapi;
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// Every operation with what it takes, and a form that tries it.
pub(super) fn page(_opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let document = openapi::value();
    let operations = document["paths"].as_object().into_iter().flatten();
    let main = html! {
        h1 { "API" }
        p.lead.quiet { (parts::with_code(text(&document, "/info/description"))) }
        p { a href="/api/v1/openapi.json" { "OpenAPI 3.1" } " describes it for programs. Assistants speak the Model Context Protocol at " code { "/mcp" } ", or start " code { "onrecord mcp" } "." }
        p { "A document in other forms: " code { "/api/v1/documents/ID/export/vtt" } ", also srt, ttml, json, csv, txt, md. A saved search as a feed: " code { "/api/v1/searches/NAME/feed.json" } ", also rss, atom." }
        @for (path, methods) in operations {
            @for (method, operation) in methods.as_object().into_iter().flatten() { (described(path, method, operation)) }
        }
    };
    Ok(layout::page(asked.frame, "", "API", main))
}

fn described(path: &str, method: &str, operation: &Value) -> Markup {
    let id = text(operation, "/operationId");
    html! {
        section.card aria-labelledby=(id) {
            header { h2 id=(id) { (text(operation, "/summary")) } }
            p { code { (method.to_uppercase()) " " (path) } }
            @if each(operation, "/parameters").next().is_some() {
                div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                    table {
                        thead { tr { th scope="col" { "Parameter" } th scope="col" { "What it is" } } }
                        tbody { @for parameter in each(operation, "/parameters") {
                            tr {
                                th scope="row" { code { (text(parameter, "/name")) } @if parameter["required"] == true { " (needed)" } }
                                td { (parts::with_code(text(parameter, "/description"))) }
                            }
                        } }
                    }
                }
            }
            @let is_bare = each(operation, "/parameters").all(|parameter| parameter["required"] != true);
            @if method == "get" && is_bare { p.links { a href=(path) { "Try it" } } }
        }
    }
}
