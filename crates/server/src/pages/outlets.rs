//! Outlets and shows: what there is of each, and how far it can be trusted. And what this record is.

use index::{Period, Query, SearchOptions, TrendsBy};
use maud::{Markup, html};
use record::Document;

use super::Asked;
use super::layout;
use super::parts::{self, day, number};
use super::query::{encoded, segment};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// Documents that are listed, newest first.
const NEWEST: usize = 30;

/// What there is of an outlet or a show.
#[derive(Default)]
struct Coverage {
    documents: u64,
    seconds: f64,
    segments: u64,
    suspects: u64,
    untimed: u64,
    opaque: u64,
    newest: Vec<Document>,
}

impl Coverage {
    fn of(opened: &Opened, is_of: impl Fn(&Document) -> bool) -> Result<Self, Refusal> {
        let mut coverage = Self::default();
        opened.index.catalogue().each_document(|known| {
            if is_of(&known.document) {
                coverage.documents += 1;
                coverage.seconds += known.length.map_or(0.0, |length| length.as_seconds_f64());
                coverage.segments += known.segments;
                coverage.suspects += known.suspect_segments;
                coverage.untimed += u64::from(known.segments > 0 && !known.is_timed);
                coverage.opaque += u64::from(known.is_opaque);
                coverage.newest.push(known.document);
                if coverage.newest.len() > 4 * NEWEST {
                    coverage.keep_newest();
                }
            }
            true
        })?;
        coverage.keep_newest();
        Ok(coverage)
    }

    fn keep_newest(&mut self) {
        self.newest.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.path.cmp(&b.path)));
        self.newest.truncate(NEWEST);
    }
}

/// All outlets and shows.
pub(super) fn list(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let catalogue = opened.index.catalogue();
    let outlets = catalogue.outlets()?;
    let shows = catalogue.shows()?;
    let main = html! {
        h1 { "Outlets" }
        p.lead.quiet { "Where the record comes from." }
        ul.plainlist.facet { @for outlet in &outlets { li { a href={ "/outlets/" (segment(outlet)) } { (outlet) } } } }
        h2 #shows { "Shows" }
        div.scroll tabindex="0" role="region" aria-labelledby="shows" {
            table {
                thead { tr { th scope="col" { "Show" } th.num scope="col" { "Documents" } th.num scope="col" { "Hours" } th scope="col" { "First" } th scope="col" { "Last" } } }
                tbody {
                    @for show in &shows {
                        tr {
                            th scope="row" { @match &show.show { Some(name) => a href={ "/shows/" (segment(name)) } { (name) }, None => "(none named)", } }
                            td.num { (number(show.documents)) }
                            td.num { (parts::hours(show.length.as_seconds_f64())) }
                            td { @if let Some(first) = show.first { (day(first)) } }
                            td { @if let Some(last) = show.last { (day(last)) } }
                        }
                    }
                }
            }
        }
    };
    Ok(layout::page(asked.frame, "/outlets", "Outlets", main))
}

/// An outlet.
pub(super) fn outlet(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let name = asked.name.as_str();
    let coverage = Coverage::of(opened, |document| document.outlet.as_deref() == Some(name))?;
    page(opened, asked, "outlet", &coverage)
}

/// A show.
pub(super) fn show(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let name = asked.name.as_str();
    let coverage = Coverage::of(opened, |document| document.show.as_deref() == Some(name))?;
    page(opened, asked, "show", &coverage)
}

fn page(opened: &Opened, asked: &Asked, field: &str, coverage: &Coverage) -> Result<Markup, Refusal> {
    let name = asked.name.as_str();
    if coverage.documents == 0 {
        return Err(Refusal::new(
            Code::NotFound,
            format!("no {field} is called `{name}`\nhint: `/outlets` lists all"),
        ));
    }
    // A field alone finds every passage: what is published, whatever is said in it.
    let all = format!("{field}:\"{}\"", name.replace('"', "\"\""));
    let months = match Query::parse(&all) {
        Ok(query) => {
            opened.index.trends(&query, &SearchOptions::default(), Period::Month, TrendsBy::Nothing)?
        }
        Err(_) => Vec::new(),
    };
    let share = |part: u64, all: u64| if all == 0 { 0.0 } else { part as f64 * 100.0 / all as f64 };
    let main = html! {
        header.title { p.crumb { a href="/outlets" { "Outlets" } } h1 { (name) } }
        dl.facts {
            div { dt { "Documents" } dd { (number(coverage.documents)) } }
            div { dt { "Hours" } dd { (parts::hours(coverage.seconds)) } }
            @if let Some(last) = coverage.newest.first().and_then(|document| document.date) { div { dt { "Last day" } dd { (day(last)) } } }
        }
        @if months.iter().any(|trend| trend.hits > 0) {
            section aria-labelledby="months" {
                h2 #months { "Passages by month" }
                (parts::histogram(Period::Month, &months, |_, days| format!("/?{}", encoded(&[("q", all.as_str()), ("month", days.0.get(..7).unwrap_or_default())]))))
            }
        }
        div.columns {
            section aria-labelledby="newest" {
                h2 #newest { "Newest documents" }
                ol.list {
                    @for document in &coverage.newest {
                        li {
                            h3 { a href=(parts::document_address(document.id.as_str())) { (document.title.as_deref().unwrap_or(&document.path)) } }
                            (parts::where_from(document))
                        }
                    }
                }
            }
            aside aria-label="Health of these transcripts" {
                h2 { "Health" }
                ul.plainlist {
                    li { (format!("{:.1}", share(coverage.suspects, coverage.segments))) " % of lines doubtful" }
                    li { (number(coverage.untimed)) " documents without times" }
                    li { (number(coverage.opaque)) " documents that could be read as plain text only" }
                }
                h2 { "Search in it" }
                form method="get" action="/" {
                    input type="hidden" name=(field) value=(name);
                    div.field { label for="within" { "Words" } input #within name="q" type="search" autocomplete="off"; }
                    button type="submit" { "Search" }
                }
            }
        }
    };
    Ok(layout::page(asked.frame, "/outlets", name, main))
}

/// What this record is, and what one can ask.
pub(super) fn about(_opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let main = html! {
        div.prose {
            h1 { "About this record" }
            p { "Transcripts of broadcasts were written by a machine: names are misheard, and over silence or music it makes things up. Lines that look like that are marked as doubtful and left out of searches. Listen before you quote; every line leads to its second." }
            p { "What was heard is never changed. Repaired names stand beside it, with the line in which somebody typed them." }
            p { "Who said what, stories, and where sources differ are found by machine, too. Each finding names its places, so that you can look." }
            p { "Nothing found means: not in this record. It may have been said where nobody recorded it." }
            h2 #query { "What one can ask" }
            div.scroll tabindex="0" role="region" aria-labelledby="query" { pre.wide { (index::QUERY_HELP) } }
        }
    };
    Ok(layout::page(asked.frame, "", "About this record", main))
}
