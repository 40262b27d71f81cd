//! An article: its paragraphs, its quotations with their verdicts, where else its sentences stand.

use library::documents::find_document;
use maud::{Markup, html};
use record::{Place, Role};
use serde_json::Value;

use super::Asked;
use super::layout;
use super::parts::{self, day, text, way_out};
use super::query::segment;
use crate::operations::{Ask as _, CheckArticle, ReadDocument, Reuse, Stories};
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// Passages that stand elsewhere, too, of one article.
const MOST_PASSAGES: usize = 30;

pub(super) fn page(opened: &Opened, asked: &Asked, read: &ReadDocument) -> Result<Markup, Refusal> {
    let document = &read.known.document;
    let title = document.title.as_deref().unwrap_or(&document.path);
    let article = read.stored.article().map(|stored| &stored.article);
    let byline = article.map(|article| article.byline.join(", ")).filter(|byline| !byline.is_empty());
    let shared = shared(opened, document.id.as_str())?;
    let id = document.id.to_string();
    let stories = match opened.findings()? {
        Some(_) => {
            Stories { document: Some(id.clone()), limit: Some(5), ..Stories::default() }.answer(opened)?.found
        }
        None => Vec::new(),
    };
    let revisions: Vec<_> = opened.index.catalogue().by_id(&document.id)?;
    let main = html! {
        article {
            header.title {
                (parts::where_from(document))
                h1 { (title) }
                p.where {
                    @if let Some(byline) = byline { "By " (byline) " · " }
                    @if let Some(date) = document.date { "published " (day(date)) }
                    @if let Some(modified) = article.and_then(|article| article.modified) { " · changed " (modified) }
                    @if let Some(url) = &document.url { " · " (way_out(url, "open at the source")) }
                }
            }
            div.columns {
                div.prose {
                    @for (number, line) in read.lines.iter().filter(|line| is_shown(line.role)).enumerate() {
                        @let at = match &line.place { Place::Written { chars } => chars.start, _ => 0 };
                        div.para id={ "c" (at) } {
                            a.time href={ "#c" (at) } aria-label={ "Paragraph " (number + 1) } { "¶ " (number + 1) }
                            p { @if line.role != Some(Role::Body) { i { (line.text) } } @else { (line.text) } }
                        }
                    }
                    p { a.button href={ "/documents/" (segment(&id)) "/quotations" } { "Check its quotations" } }
                    @if !shared.is_empty() {
                        section aria-labelledby="elsewhere" {
                            h2 #elsewhere { "Where else its sentences stand" }
                            ul { @for pair in &shared { (passage(pair, &id)) } }
                        }
                    }
                }
                aside aria-label="About this article" {
                    @if revisions.len() > 1 {
                        section {
                            h2 { "Revisions" }
                            ol.plainlist {
                                @for revision in &revisions {
                                    li { a href={ "/documents/" (segment(&revision.document.path)) } aria-current=[(revision.document.path == document.path).then_some("true")] { (revision.document.path) } }
                                }
                            }
                        }
                    }
                    @if !stories.is_empty() {
                        section { h2 { "Story" } ul.plainlist { @for story in &stories {
                            li { a href={ "/stories/" (segment(story.get("id").and_then(Value::as_str).unwrap_or_default())) } { (story.get("title").and_then(Value::as_str).unwrap_or_default()) } }
                        } } }
                    }
                    section { h2 { "Export" } p { a href={ "/api/v1/documents/" (segment(&id)) "/export/txt" } download { ".txt" } " " a href={ "/api/v1/documents/" (segment(&id)) "/lines" } { "JSON" } } }
                }
            }
        }
    };
    Ok(layout::page(asked.frame, "", title, main))
}

/// The headline stands above, who wrote it and when beside it; what the page put between is no article.
fn is_shown(role: Option<Role>) -> bool {
    !matches!(role, Some(Role::Headline | Role::Furniture | Role::Byline | Role::Dateline))
}

fn shared(opened: &Opened, id: &str) -> Result<Vec<Value>, Refusal> {
    if opened.findings()?.is_none() {
        return Ok(Vec::new());
    }
    let reuse = Reuse { document: Some(id.to_owned()), limit: Some(MOST_PASSAGES), ..Reuse::default() };
    Ok(reuse.answer(opened)?.found.into_iter().map(Value::Object).collect())
}

fn passage(pair: &Value, id: &str) -> Markup {
    let (own, other) =
        if pair["left"]["document"]["id"] == id { ("left", "right") } else { ("right", "left") };
    let (address, _) = parts::finding_place(&pair[own]);
    let (other_address, place) = parts::finding_place(&pair[other]);
    let is_first = pair["first"] == id;
    html! {
        li.entry {
            a.time href=(address) { "here" }
            div {
                blockquote.passage { p { (text(&pair[own], "/text")) } }
                p.where {
                    "Also in " a href=(other_address) { (parts::source(&pair[other]["document"])) ", " (place) }
                    @if is_first { " · here first" } @else if pair["first"].is_string() { " · there first" }
                    @if pair["is_advertising"] == true { " · advertising" }
                }
            }
        }
    }
}

/// The quotations of an article, each with its verdict.
pub(super) fn quotations(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let known = find_document(&opened.archive, &opened.index, &asked.name)?;
    let id = known.document.id.to_string();
    let title = known.document.title.as_deref().unwrap_or(&known.document.path);
    let checked = CheckArticle { document: Some(id.clone()), text: None }.answer(opened)?;
    let main = html! {
        header.title {
            (parts::where_from(&known.document))
            h1 { "The quotations of “" (title) "”, checked" }
            p { a href={ "/documents/" (segment(&id)) } { "the article" } }
        }
        @if checked.quotations.is_empty() { p.empty { "Nothing stands in quotation marks." } }
        (super::check::unchecked(checked.unchecked))
        @for (at, quotation) in checked.quotations.into_iter().enumerate() { (super::check::card(&Value::Object(quotation), at)) }
    };
    Ok(layout::page(asked.frame, "", &format!("Quotations of {title}"), main))
}
