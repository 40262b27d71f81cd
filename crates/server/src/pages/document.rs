//! A document: its player, its lines with their seconds, what was found in it, its citation.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use analysis::{Area, Key};
use jiff::Zoned;
use library::citations::{CitationForm, CitedLines};
use library::lines::Line;
use maud::{Markup, html};
use record::{Kind, Place, address};
use serde_json::Value;

use super::Asked;
use super::layout;
use super::parts::{self, text, way_out};
use super::query::{Fields, segment};
use crate::api::FORMS;
use crate::media::{is_video, media_of};
use crate::operations::ReadDocument;
use crate::refusal::Refusal;
use crate::shelf::Opened;

/// The page of a document, named by its id, its path or a part of its title.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let read = ReadDocument::of(opened, &asked.name)?;
    if read.known.document.kind == Kind::Article {
        return super::article::page(opened, asked, &read);
    }
    let document = &read.known.document;
    let title = document.title.as_deref().unwrap_or(&document.path);
    let notes = notes(opened, &read)?;
    let speakers = speakers(&read.lines);
    let ticked = ticked(&asked.fields);
    let is_repaired = asked.fields.text("repaired").is_some();
    let suspects = read.lines.iter().filter(|line| !line.suspects.is_empty()).count();
    let main = html! {
        article {
            header.title {
                (parts::where_from(document))
                h1 { (title) }
                p.where {
                    @if let Some(length) = read.known.length { (parts::length(length)) " · " }
                    "transcript by machine"
                    @if suspects > 0 { " · " (suspects) " of " (read.lines.len()) " lines doubtful" }
                    @if !read.known.is_timed { " · without times" }
                }
                @if let Some(about) = &read.known.about { details { summary { "What its publisher says" } p { (about) } } }
            }
            div.doc {
                (desk(opened, asked, &read))
                section.transcript aria-labelledby="transcript-title" {
                    h2 #transcript-title.hidden { "Transcript" }
                    @if read.lines.is_empty() { p.empty { "Nothing could be read in this file. " a href={ "/api/v1/documents/" (segment(document.id.as_str())) } { "What is known of it" } "." } }
                    ol #lines.show-repaired[is_repaired] {
                        @for (at, line) in read.lines.iter().enumerate() {
                            (row(&Row {
                                line,
                                at,
                                before: read.lines.get(at.wrapping_sub(1)),
                                speakers: &speakers,
                                notes: notes.get(&at).map_or(&[], Vec::as_slice),
                                is_ticked: ticked.as_ref().is_some_and(|ticked| ticked.contains(&at)),
                            }))
                        }
                    }
                }
            }
        }
    };
    let date = document.date.map_or(String::new(), |date| format!(", {}", date.strftime("%-d %B %Y")));
    Ok(layout::page(asked.frame, "", &format!("{title}{date}"), main))
}

/// Each speaker's number, in the order in which they speak.
fn speakers(lines: &[Line]) -> BTreeMap<&str, usize> {
    let mut speakers = BTreeMap::new();
    for speaker in lines.iter().filter_map(|line| line.speaker.as_deref()) {
        let next = speakers.len() % 8 + 1;
        speakers.entry(speaker).or_insert(next);
    }
    speakers
}

/// Player and tools.
fn desk(opened: &Opened, asked: &Asked, read: &ReadDocument) -> Markup {
    let document = &read.known.document;
    let id = segment(document.id.as_str());
    let at: f64 = asked.fields.read("t").filter(|at: &f64| at.is_finite() && *at >= 0.0).unwrap_or(0.0);
    let media = media_of(&opened.archive, &document.path);
    let video = document.url.as_deref().and_then(address::youtube_id);
    let near = read.lines.iter().rev().find(|line| starts_at(line).is_some_and(|start| start <= at + 0.001));
    let publisher: Option<String> = near.and_then(|line| line.link.clone()).or_else(|| document.url.clone());
    html! {
        aside.desk aria-label="Recording and tools" {
            div.stage {
                @if let Some(name) = &media {
                    @if is_video(name) { video #player controls preload="metadata" src={ "/media/" (id) "#t=" (at) } {} }
                    @else { audio #player controls preload="metadata" src={ "/media/" (id) "#t=" (at) } {} }
                } @else if let Some(video) = &video {
                    button type="button" data-embed={ "https://www.youtube-nocookie.com/embed/" (video) } data-start=(at.floor()) data-title=(document.title.as_deref().unwrap_or("recording")) {
                        b data-embed-label { "Play the recording" }
                        small { "Comes from youtube-nocookie.com; nothing is loaded from there before you press." }
                    }
                }
                p.under {
                    @if media.is_some() || video.is_some() { label.tick.js-only { input #follow type="checkbox" checked; " Follow along" } " " }
                    @if let Some(link) = publisher { (way_out(&link, "at the publisher")) }
                }
            }
            section.tool aria-labelledby="find-title" {
                h2 #find-title { "In this transcript" }
                form #find-form.js-only method="get" role="search" {
                    div.row {
                        label.hidden for="find" { "Find in this transcript" }
                        input #find name="find" type="search" placeholder="Find" aria-describedby="find-status" value=(asked.fields.text("find").unwrap_or_default());
                        button type="submit" { "Next" }
                    }
                    p #find-status.label role="status" aria-live="polite" {}
                }
                label.tick.js-only { input #repaired type="checkbox" checked[asked.fields.text("repaired").is_some()]; " Names as repaired" }
                @if asked.fields.text("repaired").is_some() { a.no-js href={ "?" (asked.fields.with(&[("repaired", None)])) } { "Show names as heard" } }
                @else { a.no-js href={ "?" (asked.fields.with(&[("repaired", Some("1"))])) } { "Show names as repaired" } }
                details.exports {
                    summary { "Export the transcript" }
                    p { @for (form, _) in FORMS { a href={ "/api/v1/documents/" (id) "/export/" (form.name()) } download { "." (form.name()) } " " } }
                }
            }
            (cite(asked, read, &id))
        }
    }
}

/// From the first line that is ticked to the last.
fn ticked(fields: &Fields) -> Option<RangeInclusive<usize>> {
    let ticked: Vec<usize> = fields.all("cite").iter().filter_map(|at| at.parse().ok()).collect();
    Some(*ticked.iter().min()?..=*ticked.iter().max()?)
}

/// The citation of the lines that are ticked.
fn cite(asked: &Asked, read: &ReadDocument, id: &str) -> Markup {
    let lines = ticked(&asked.fields).and_then(|ticked| read.lines.get(ticked)).unwrap_or_default();
    let asked_for = asked.fields.text("format").unwrap_or_default();
    let known = CitationForm::ALL.into_iter().find(|(_, name, _)| *name == asked_for);
    let form = known.map(|(form, ..)| form).unwrap_or_default();
    let cited = CitedLines { document: &read.known.document, lines };
    html! {
        section #cite.tool.cite aria-labelledby="cite-title" data-citation={ "/api/v1/documents/" (id) "/citation" } {
            h2 #cite-title { "Cite" }
            form #choose method="get" {
                p #chosen.label {
                    @match (lines.first(), lines.last()) {
                        (Some(first), Some(last)) => { "Chosen: " (parts::place_name(&first.place)) @if first.place != last.place { " to " (parts::place_name(&last.place)) } },
                        _ => "The whole document. Tick the first and the last line to cite a passage.",
                    }
                }
                fieldset.tabs {
                    legend.hidden { "Format" }
                    @for (own, value, name) in CitationForm::ALL {
                        label { input type="radio" name="format" value=(value) checked[own == form]; " " (name) }
                    }
                }
                button.no-js type="submit" { "Cite the ticked lines" }
            }
            output #citation for="choose" tabindex="0" { (cited.cite(form, Zoned::now().date())) }
            div.row.js-only {
                button #cite-copy.primary type="button" { "Copy" }
                button #cite-clear type="button" { "Clear" }
            }
            p #cite-status.label role="status" aria-live="polite" {}
        }
    }
}

fn starts_at(line: &Line) -> Option<f64> {
    match line.place {
        Place::Spoken { start, .. } => start.map(|start| start.as_seconds_f64()),
        _ => None,
    }
}

fn ends_at(line: &Line) -> Option<f64> {
    match line.place {
        Place::Spoken { end, .. } => end.map(|end| end.as_seconds_f64()),
        _ => None,
    }
}

/// A line of a transcript, and what stands around it.
struct Row<'a> {
    line: &'a Line,
    at: usize,
    before: Option<&'a Line>,
    speakers: &'a BTreeMap<&'a str, usize>,
    notes: &'a [Note],
    is_ticked: bool,
}

fn row(row: &Row<'_>) -> Markup {
    let Row { line, at, before, speakers, notes, is_ticked } = *row;
    let name = parts::place_name(&line.place);
    let (start, end) = (starts_at(line), ends_at(line));
    let speaker = line.speaker.as_deref();
    let is_turn = speaker.is_some() && before.is_none_or(|before| before.speaker.as_deref() != speaker);
    let class = [
        Some("line".to_owned()),
        is_turn.then(|| "turn".to_owned()),
        speaker.and_then(|name| speakers.get(name)).map(|number| format!("speaker-{number}")),
        (!line.suspects.is_empty()).then(|| "suspect".to_owned()),
    ];
    let class = class.into_iter().flatten().collect::<Vec<_>>().join(" ");
    html! {
        li id={ "s" (at) } class=(class) data-start=[start] data-end=[end] {
            label.pick { input type="checkbox" form="choose" name="cite" value=(at) checked[is_ticked] aria-label={ "Cite from " (name) }; }
            @match start {
                Some(start) => a.time href={ "?t=" (start) "#s" (at) } { (name) },
                None => a.time href={ "#s" (at) } { (name) },
            }
            div.said {
                @if is_turn { p.speaker { (speaker.unwrap_or_default()) } }
                p.text { (said(line)) }
                @for suspect in &line.suspects {
                    p.why { "Doubtful: " (suspect.reason.sentence()) @if !suspect.detail.is_empty() { " (" (suspect.detail) ")" } }
                }
            }
            @if !notes.is_empty() {
                ul.notes aria-label={ "Notes at " (name) } { @for note in notes { li { b { (note.kind) } " " (note.text) } } }
            }
        }
    }
}

/// The text as it was heard and as it is repaired, one beside the other.
fn said(line: &Line) -> Markup {
    html! {
        @for (heard, spelt) in line.pieces() {
            @match spelt {
                Some(spelt) => { span.heard { (heard) } span.repaired { (spelt) } },
                None => (heard),
            }
        }
    }
}

/// What was found at a line.
struct Note {
    kind: &'static str,
    text: Markup,
}

/// Notes by the line at which they stand.
fn notes(opened: &Opened, read: &ReadDocument) -> Result<BTreeMap<usize, Vec<Note>>, Refusal> {
    let mut notes: BTreeMap<usize, Vec<Note>> = BTreeMap::new();
    let id = read.known.document.id.as_str();
    let Some(store) = opened.findings()? else { return Ok(notes) };
    let cited = opened.cited();
    for (area, kind) in [
        (Area::Stories, "Story"),
        (Area::Quotes, "Statement"),
        (Area::Discrepancies, "Differs"),
        (Area::Names, "Name"),
    ] {
        cited.each(store, area, Some(Key::Document(id)), |finding| {
            for (at, text) in notes_of(area, &finding, id) {
                notes.entry(at).or_default().push(Note { kind, text });
            }
            Ok::<_, Refusal>(true)
        })?;
    }
    Ok(notes)
}

fn notes_of(area: Area, finding: &Value, id: &str) -> Vec<(usize, Markup)> {
    let segment_of = |value: &Value| value["segment"].as_u64().and_then(|at| usize::try_from(at).ok());
    let is_here = |value: &Value| value["document"]["id"] == id;
    match area {
        Area::Stories => {
            let story = html! { a href={ "/stories/" (segment(text(finding, "/id"))) } { (text(finding, "/title")) } };
            let members = parts::each(finding, "/members").filter(|member| is_here(member));
            members.map(|member| (segment_of(member).unwrap_or_default(), story.clone())).collect()
        }
        Area::Quotes => {
            let Some(at) = segment_of(finding).filter(|_| is_here(finding)) else { return Vec::new() };
            let others = parts::each(finding, "/same_as").count();
            let by = finding["speaker"]["name"].as_str().map(parts::person);
            vec![(
                at,
                html! {
                    @if let Some(by) = by { @if finding["confidence"].as_f64().is_some_and(|sure| sure < 0.7) { "probably " } (by) } @else { "by somebody who is not named" }
                    @if others > 0 { ", also in " (others) (if others == 1 { " other place" } else { " other places" }) }
                },
            )]
        }
        Area::Discrepancies => {
            let sides = [("left", "right"), ("right", "left")];
            let here = sides.iter().filter(|(own, _)| is_here(&finding[*own]));
            here.filter_map(|(own, other)| {
                let other = &finding[*other];
                let (address, _) = parts::finding_place(other);
                let note = html! { a href=(address) { (parts::source(&other["document"])) } " says " (text(other, "/said")) };
                Some((segment_of(&finding[*own])?, note))
            })
            .collect()
        }
        Area::Names if is_here(finding) => {
            let note =
                html! { "heard “" (text(finding, "/heard")) "”, probably " (text(finding, "/canonical")) };
            segment_of(finding).map(|at| (at, note)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
