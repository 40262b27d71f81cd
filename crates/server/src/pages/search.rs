//! The search: what one asks, what there is, what narrows it.

use index::{Counts, Period, Query, SearchOptions, Trend, TrendsBy};
use jiff::civil::Date;
use library::saved;
use maud::{Markup, html};
use record::Kind;

use super::Asked;
use super::layout;
use super::parts::{self, day, number};
use super::query::{Fields, segment};
use crate::operations::{Ask as _, ByWhat, Search, Searched, Status, Stories};
use crate::refusal::{Code, Refusal};
use crate::shelf::Opened;

/// Entries of a list that narrows.
const MOST_FACETS: usize = 12;
/// Months that are drawn.
const MOST_MONTHS: usize = 60;
/// With fewer months, weeks are drawn.
const FEW_MONTHS: usize = 6;

/// Passages on one page.
const PAGE: usize = 20;

/// The page: hits of a query, or where to begin.
pub(super) fn page(opened: &Opened, asked: &Asked) -> Result<Markup, Refusal> {
    let results = match asked.fields.text("q") {
        Some(query) => match results(opened, &asked.fields, query) {
            Ok(results) => results,
            // A half-typed query is no reason to take the form away.
            Err(refusal) if refusal.code.status() == 400 => unfit(&refusal),
            Err(refusal) => return Err(refusal),
        },
        None => beginning(opened)?,
    };
    if asked.frame.is_fragment() {
        return Ok(results);
    }
    let title = asked
        .fields
        .text("q")
        .map_or("onrecord: what the news said".to_owned(), |query| format!("{query}, onrecord"));
    let main = html! {
        h1.hidden { "Search what the news said" }
        (form(opened, &asked.fields)?)
        p #status.hidden role="status" aria-live="polite" {}
        (results)
    };
    Ok(layout::page(asked.frame, "/", &title, main))
}

fn form(opened: &Opened, fields: &Fields) -> Result<Markup, Refusal> {
    let catalogue = opened.index.catalogue();
    let outlets = catalogue.outlets()?;
    let outlet = fields.text("outlet").unwrap_or_default();
    let is_narrowed =
        ["outlet", "show", "kind", "after", "before"].iter().any(|name| fields.text(name).is_some());
    let option = |name: &str, value: &'static str, text: &'static str| {
        html! { option value=(value) selected[fields.text(name) == Some(value)] { (text) } }
    };
    Ok(html! {
        form #search data-live action="/" method="get" role="search" {
            div.ask {
                label.hidden for="q" { "Words, a quote or a question" }
                input #q name="q" type="search" value=(fields.text("q").unwrap_or_default())
                    placeholder="Words, a \"quote\" or a question" autocomplete="off" maxlength="4000";
                button.primary type="submit" { "Search" }
            }
            div.options {
                div.field {
                    label for="sort" { "Sort by" }
                    select #sort name="sort" data-default="relevance" {
                        (option("sort", "relevance", "relevance")) (option("sort", "newest", "newest first")) (option("sort", "oldest", "oldest first"))
                    }
                }
                div.field {
                    label for="mode" { "Find by" }
                    select #mode name="mode" data-default="hybrid" {
                        (option("mode", "hybrid", "words and meaning")) (option("mode", "words", "words only")) (option("mode", "meaning", "meaning only"))
                    }
                }
                // The hidden 0 comes first: the last value counts, so that a box that is not ticked says 0.
                input type="hidden" name="group" value="0";
                label.tick { input type="checkbox" name="group" value="1" data-on checked[is_folded(fields)]; " Fold hits of one document" }
                @if let Some(month) = fields.text("month") { input type="hidden" name="month" value=(month); }
                details open[is_narrowed] {
                    summary { "Outlet, show, kind and dates" }
                    div.grid {
                        div.field {
                            label for="outlet" { "Outlet" }
                            select #outlet name="outlet" {
                                option value="" selected[outlet.is_empty()] { "any" }
                                @for name in &outlets { option value=(name) selected[name == outlet] { (name) } }
                            }
                        }
                        div.field {
                            label for="show" { "Show" }
                            input #show name="show" value=(fields.text("show").unwrap_or_default()) autocomplete="off";
                        }
                        div.field {
                            label for="kind" { "Kind" }
                            select #kind name="kind" {
                                (option("kind", "", "broadcasts and articles")) (option("kind", "broadcast", "broadcasts")) (option("kind", "article", "articles"))
                            }
                        }
                        div.field { label for="after" { "From" } input #after name="after" type="date" value=(fields.text("after").unwrap_or_default()); }
                        div.field { label for="before" { "Before" } input #before name="before" type="date" value=(fields.text("before").unwrap_or_default()); }
                    }
                }
            }
        }
    })
}

fn is_folded(fields: &Fields) -> bool {
    fields.text("group") != Some("0")
}

/// What the fields ask for.
fn search_of(fields: &Fields, query: &str) -> Result<Search, Refusal> {
    let json = serde_json::json!({
        "q": query,
        "sort": fields.text("sort").unwrap_or("relevance"),
        "mode": fields.text("mode").unwrap_or("hybrid"),
        "kind": fields.text("kind"),
        "outlet": fields.text("outlet"),
        "show": fields.text("show"),
        "after": fields.text("after"),
        "before": fields.text("before"),
        "group": is_folded(fields),
        "as_heard": fields.text("as_heard").is_some(),
        "with_suspects": fields.text("with_suspects").is_some(),
        "limit": PAGE,
    });
    let mut search: Search = crate::operations::Arguments::Json(json).read()?;
    if let Some((first, next)) = fields.text("month").and_then(month) {
        search.after = Some(search.after.map_or(first, |after| after.max(first)));
        search.before = Some(search.before.map_or(next, |before| before.min(next)));
    }
    let page: usize = fields.read("page").unwrap_or(1);
    search.cursor = (page > 1).then(|| format!("c{}", (page - 1).saturating_mul(PAGE)));
    Ok(search)
}

/// The first day of `2024-03`, and that of the month after.
fn month(text: &str) -> Option<(Date, Date)> {
    let first: Date = format!("{text}-01").parse().ok()?;
    Some((first, Period::Month.ends(first)?))
}

fn results(opened: &Opened, fields: &Fields, text: &str) -> Result<Markup, Refusal> {
    let search = search_of(fields, text)?;
    let Searched { query, answer, next, from } = search.searched(opened)?;
    let options = search.options();
    let (counts, facets) = match counted(opened, &query, &options, fields) {
        Ok((counts, facets)) => (Some(counts), facets),
        // The query can be answered, but not be counted.
        Err(refusal) if refusal.code == Code::BadRequest => (None, Facets::default()),
        Err(refusal) => return Err(refusal),
    };
    let found = match counts.map(|counts| (counts.passages, counts.documents)) {
        None => "too many passages to count".to_owned(),
        Some((0, _)) if answer.hits.is_empty() => "nothing found".to_owned(),
        // Hits by meaning, or without one of the words.
        Some((0, _)) => "no passage has all of it; these come near".to_owned(),
        Some((1, _)) => "1 passage".to_owned(),
        Some((passages, documents)) => {
            format!("{} passages in {} documents", number(passages), number(documents))
        }
    };
    let page: usize = fields.read("page").unwrap_or(1).max(1);
    let all = counts.map(|counts| if search.group { counts.documents } else { counts.passages });
    Ok(html! {
        div #results data-title={ (text) ": " (found) ", onrecord" } data-summary={ (found) " for " (text) } {
            div.summary {
                h2 #results-title tabindex="-1" { (text) ": " (found) }
                a.jump href="#narrow" { "Narrow" }
                details.understood {
                    summary { "How this is understood" }
                    pre { (query.explain()) }
                    p { a href="/about#query" { "What one can ask" } }
                }
            }
            (applied(fields))
            (parts::histogram(facets.bars.0, &facets.bars.1, |period, first| format!("/?{}", fields.with(&bar(period, first)))))
            @for path in &answer.stale {
                p.quiet { (path) " has changed since it was indexed: what it says is left out. " code { "onrecord index" } " brings the index up to date." }
            }
            @if answer.hits.is_empty() {
                div.empty {
                    ul {
                        @if search.mode != ByWhat::default() {
                            li { a href={ "/?" (fields.with(&[("mode", None)])) } data-filter="mode" { "Search by words and meaning" } "." }
                        }
                        li { "Use fewer words, or another spelling: " code { "sounds:" (first_word(text)) } " finds words that sound alike." }
                        li { "Names are kept as they were heard; ways to misspell them are found once the archive was analysed." }
                    }
                }
            } @else {
                div.columns {
                    section aria-labelledby="results-title" {
                        ol #hits.hits start=[(from > 0).then_some(from + 1)] { @for hit in &answer.hits { (parts::hit(hit)) } }
                        @if next.is_some() {
                            @let following = (page + 1).to_string();
                            nav.pager aria-label="More results" {
                                a.button data-more rel="next" href={ "/?" (fields.with(&[("page", Some(&following))])) } { "More passages" }
                                span.quiet { (from + answer.hits.len()) @if let Some(all) = all { " of " (number(all)) } " shown" }
                            }
                        }
                    }
                    (facets.markup(fields))
                }
            }
        }
    })
}

fn counted(
    opened: &Opened,
    query: &Query,
    options: &SearchOptions,
    fields: &Fields,
) -> Result<(Counts, Facets), Refusal> {
    Ok((opened.index.count(query, options)?, Facets::of(opened, query, options, fields)?))
}

/// What narrows a search to one bar.
fn bar(period: Period, days: &(String, String)) -> Vec<(&str, Option<&str>)> {
    match period {
        Period::Month => vec![("month", days.0.get(..7))],
        _ => vec![("month", None), ("after", Some(&days.0)), ("before", Some(&days.1))],
    }
}

fn first_word(text: &str) -> String {
    let word = text.split(|char: char| !char.is_alphanumeric()).find(|word| !word.is_empty());
    word.unwrap_or("name").chars().take(40).collect()
}

/// A query that is none, with the place where.
fn unfit(refusal: &Refusal) -> Markup {
    html! {
        div #results data-title="onrecord" data-summary=(refusal.message) {
            div.empty {
                h2 #results-title tabindex="-1" { "This could not be understood" }
                p { (parts::with_code(&refusal.message)) }
                @if let Some(hint) = &refusal.hint { p { (parts::with_code(hint)) } }
            }
        }
    }
}

/// The filters that are in force, each with a way to take it off.
fn applied(fields: &Fields) -> Markup {
    const NAMES: [(&str, &str); 6] = [
        ("outlet", "outlet"),
        ("show", "show"),
        ("kind", "kind"),
        ("month", "month"),
        ("after", "from"),
        ("before", "before"),
    ];
    let in_force: Vec<(&str, &str, &str)> =
        NAMES.iter().filter_map(|(name, shown)| Some((*name, *shown, fields.text(name)?))).collect();
    html! {
        @if !in_force.is_empty() {
            ul.applied aria-label="Filters in use" {
                @for (name, shown, value) in in_force {
                    li {
                        a href={ "/?" (fields.with(&[(name, None)])) } data-filter={ (name) "=" (value) } {
                            (shown) ": " (value) " " span aria-hidden="true" { "×" } span.hidden { ", remove" }
                        }
                    }
                }
            }
        }
    }
}

/// What narrows a search, with how many passages it would leave.
#[derive(Default)]
struct Facets {
    /// What is drawn, and the time that a bar stands for.
    bars: (Period, Vec<Trend>),
    months: Vec<Trend>,
    outlets: Vec<(String, u64)>,
    shows: Vec<(String, u64)>,
    kinds: Vec<(&'static str, &'static str, u64)>,
}

impl Facets {
    fn of(opened: &Opened, query: &Query, options: &SearchOptions, fields: &Fields) -> Result<Self, Refusal> {
        // Counts are of what has all words, whatever the order of hits.
        let index = &opened.index;
        let named = |by| -> Result<Vec<(String, u64)>, Refusal> {
            let mut counts = std::collections::BTreeMap::<String, u64>::new();
            for trend in index.trends(query, options, Period::Year, by)? {
                *counts.entry(trend.name).or_default() += trend.hits;
            }
            let mut counts: Vec<_> =
                counts.into_iter().filter(|(name, hits)| !name.is_empty() && *hits > 0).collect();
            counts.sort_by(|(a, a_hits), (b, b_hits)| b_hits.cmp(a_hits).then_with(|| a.cmp(b)));
            counts.truncate(MOST_FACETS);
            Ok(counts)
        };
        let mut months = index.trends(query, options, Period::Month, TrendsBy::Nothing)?;
        if months.iter().all(|trend| trend.hits == 0) {
            months.clear();
        }
        months.drain(..months.len().saturating_sub(MOST_MONTHS));
        let bars = match months.len() {
            1..=FEW_MONTHS => (Period::Week, index.trends(query, options, Period::Week, TrendsBy::Nothing)?),
            _ => (Period::Month, months.clone()),
        };
        let mut kinds = Vec::new();
        if fields.text("kind").is_none() {
            for (value, name, kind) in
                [("broadcast", "Broadcasts", Kind::Broadcast), ("article", "Articles", Kind::Article)]
            {
                let options = SearchOptions { kind: Some(kind), ..options.clone() };
                kinds.push((value, name, index.count_passages(query, &options)?));
            }
        }
        Ok(Self { bars, months, outlets: named(TrendsBy::Outlet)?, shows: named(TrendsBy::Show)?, kinds })
    }

    fn markup(&self, fields: &Fields) -> Markup {
        let entry = |field: &str, value: &str, name: &str, count: u64| {
            html! {
                li { a href={ "/?" (fields.with(&[(field, Some(value))])) } data-filter={ (field) "=" (value) }
                    aria-current=[(fields.text(field) == Some(value)).then_some("true")] { (name) " " span.count { (number(count)) } } }
            }
        };
        html! {
            aside #narrow aria-label="Narrow the search" {
                @for (field, heading, counts) in [("outlet", "Outlet", &self.outlets), ("show", "Show", &self.shows)] {
                    @if !counts.is_empty() {
                        section.facet { h2 { (heading) } ul { @for (name, count) in counts { (entry(field, name, name, *count)) } } }
                    }
                }
                @if self.kinds.iter().any(|(_, _, count)| *count > 0) {
                    section.facet { h2 { "Kind" } ul { @for (value, name, count) in self.kinds.iter().filter(|(_, _, count)| *count > 0) { (entry("kind", value, name, *count)) } } }
                }
                @if self.months.len() > 1 {
                    section.facet {
                        h2 { "Month" }
                        ul {
                            @for trend in self.months.iter().rev().filter(|trend| trend.hits > 0).take(MOST_FACETS) {
                                (entry("month", &trend.period.strftime("%Y-%m").to_string(), &trend.period.strftime("%B %Y").to_string(), trend.hits))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where to begin: what the archive holds, what one can ask.
fn beginning(opened: &Opened) -> Result<Markup, Refusal> {
    let held = Status {}.answer(opened)?;
    let catalogue = opened.index.catalogue();
    let shows = catalogue.shows()?;
    let first = shows.iter().filter_map(|show| show.first).min();
    let last = shows.iter().filter_map(|show| show.last).max();
    let stories = match opened.findings()? {
        Some(_) => Stories { limit: Some(6), ..Stories::default() }.answer(opened)?.found,
        None => Vec::new(),
    };
    let saved = saved::names(&opened.archive)?;
    Ok(html! {
        div #results data-title="onrecord: what the news said" data-summary="" {
            p.lead { "What was said on air and written in print, word for word, with the second at which it was said." }
            dl.facts {
                div { dt { "Documents" } dd { (number(held.documents)) } }
                div { dt { "Hours of recordings" } dd { (parts::hours(held.hours * 3600.0)) } }
                div { dt { "Outlets" } dd { (number(catalogue.outlets()?.len() as u64)) } }
                @if let Some(first) = first { div { dt { "First day" } dd { (day(first)) } } }
                @if let Some(last) = last { div { dt { "Last day" } dd { (day(last)) } } }
            }
            div.columns {
                section aria-labelledby="newest" {
                    h2 #newest { "Newest stories" }
                    @if stories.is_empty() {
                        p.quiet { "No stories are told yet: " code { "onrecord analyse" } " finds them." }
                    }
                    ol.list {
                        @for story in stories {
                            @let story = serde_json::Value::Object(story);
                            (super::stories::entry(&story))
                        }
                    }
                }
                aside aria-label="Ways to begin" {
                    section {
                        h2 { "Try" }
                        ul.plainlist {
                            @for (query, says) in [
                                ("\"prime minister\"", "these words, one after another"),
                                ("minister near/10 government", "at most ten words apart"),
                                ("sounds:smith", "however it was spelt"),
                                ("kind:article police -court", "articles, without a word"),
                            ] {
                                li { a href={ "/?" (super::query::encoded(&[("q", query)])) } { (query) } " " span.quiet { (says) } }
                            }
                        }
                    }
                    @if !saved.is_empty() {
                        section {
                            h2 { "Saved searches" }
                            ul.plainlist.facet {
                                @for name in saved.iter().take(20) {
                                    @if let Ok(search) = saved::SavedSearch::load(&opened.archive, name) {
                                        li {
                                            a href={ "/?" (super::query::encoded(&[("q", &search.query), ("sort", "newest")])) } { (name) }
                                            " " a.quiet href={ "/api/v1/searches/" (segment(&name.to_string())) "/feed.atom" } { "feed" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    })
}
