//! Saved searches: a list, each as a feed of what was published last that has it, and, for who may write, saved and forgotten.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, Response};
use axum::routing::{delete, get};
use index::{Hit, Query, SearchOptions, SortBy};
use jiff::civil::Date;
use library::saved::{self, SavedSearch, SearchName};
use quick_xml::escape::escape;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answers::{JSON, Names, answered, refused};
use crate::api::read_body;
use crate::openapi::{in_path, responses};
use crate::operations::Arguments;
use crate::refusal::{Code, Refusal};
use crate::shelf::{Opened, Shelf};

/// Where they are. What is not read here is written, and needs the right to.
pub(crate) const SEARCHES: &str = "/api/v1/searches";

/// The forms of a feed, with their types.
const FORMS: [(&str, &str); 3] = [
    ("feed.json", "application/feed+json"),
    ("feed.atom", "application/atom+xml; charset=utf-8"),
    ("feed.rss", "application/rss+xml; charset=utf-8"),
];

/// Entries of a feed.
const ENTRIES: usize = 50;

pub(crate) fn routes() -> Router<Arc<Shelf>> {
    Router::new()
        .route(SEARCHES, get(list).post(save))
        .route(&format!("{SEARCHES}/{{name}}"), delete(forget))
        .route(&format!("{SEARCHES}/{{name}}/{{form}}"), get(feed))
}

/// A saved search and its newest hits.
struct Feed {
    name: String,
    query: String,
    hits: Vec<Hit>,
}

impl Feed {
    fn of(opened: &Opened, name: &str) -> Result<Self, Refusal> {
        let name: SearchName = name.parse().map_err(|error| Refusal::new(Code::BadRequest, error))?;
        let saved = SavedSearch::load(&opened.archive, &name)?;
        let options =
            SearchOptions { limit: ENTRIES, sort: SortBy::Newest, by_document: true, ..saved.options() };
        let hits = opened.index.search(&Query::parse(&saved.query)?, &options)?.hits;
        Ok(Self { name: name.to_string(), query: saved.query, hits })
    }

    /// By JSON Feed 1.1.
    fn json(&self) -> Vec<u8> {
        let entries: Vec<Value> = self
            .hits
            .iter()
            .map(|hit| {
                json!({
                    "id": hit.document.id, "url": hit.link, "title": title(hit), "content_text": hit.sentence.text,
                    "date_published": hit.document.date.map(midnight),
                    "authors": hit.document.outlet.as_ref().map(|outlet| json!([{"name": outlet}])),
                })
            })
            .collect();
        let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": self.name, "description": self.query, "items": entries});
        serde_json::to_vec(&feed).unwrap_or_default()
    }

    /// By RFC 4287.
    fn atom(&self) -> Vec<u8> {
        let latest = self
            .hits
            .iter()
            .filter_map(|hit| hit.document.date)
            .max()
            .map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), midnight);
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:onrecord:search:{0}</id><title>{0}</title><subtitle>{1}</subtitle><updated>{latest}</updated>\n",
            xml(&self.name),
            xml(&self.query)
        );
        for hit in &self.hits {
            let date = hit.document.date.map_or_else(|| latest.clone(), midnight);
            let link =
                hit.link.as_deref().map_or(String::new(), |link| format!("<link href=\"{}\"/>", xml(link)));
            let outlet = hit.document.outlet.as_deref().unwrap_or("unknown");
            text += &format!(
                "<entry><id>urn:onrecord:{}</id><title>{}</title><updated>{date}</updated><author><name>{}</name></author>{link}<summary>{}</summary></entry>\n",
                xml(hit.document.id.as_str()),
                xml(title(hit)),
                xml(outlet),
                xml(&hit.sentence.text)
            );
        }
        (text + "</feed>\n").into_bytes()
    }

    /// By RSS 2.0.
    fn rss(&self) -> Vec<u8> {
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title><link>https://onrecord.invalid/</link><description>{}</description>\n",
            xml(&self.name),
            xml(&self.query)
        );
        for hit in &self.hits {
            let date = hit.document.date.map_or(String::new(), |date| {
                format!("<pubDate>{}</pubDate>", date.strftime("%a, %d %b %Y 00:00:00 GMT"))
            });
            let link =
                hit.link.as_deref().map_or(String::new(), |link| format!("<link>{}</link>", xml(link)));
            text += &format!(
                "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title>{link}{date}<description>{}</description></item>\n",
                xml(hit.document.id.as_str()),
                xml(title(hit)),
                xml(&hit.sentence.text)
            );
        }
        (text + "</channel></rss>\n").into_bytes()
    }
}

fn title(hit: &Hit) -> &str {
    hit.document.title.as_deref().unwrap_or(&hit.document.path)
}

fn midnight(date: jiff::civil::Date) -> String {
    format!("{date}T00:00:00Z")
}

/// Text without markup and without the control characters that XML has no way to write.
fn xml(text: &str) -> String {
    let fit = |char: &char| !char.is_control() || matches!(char, '\n' | '\t');
    escape(text.chars().filter(fit).collect::<String>().as_str()).into_owned()
}

/// The saved searches.
async fn list(State(shelf): State<Arc<Shelf>>, headers: HeaderMap) -> Response<Body> {
    let listed = shelf.ask(|opened| {
        let mut searches = Vec::new();
        for name in saved::names(&opened.archive)? {
            let saved = SavedSearch::load(&opened.archive, &name)?;
            searches.push(json!({"name": name.to_string(), "query": saved.query, "saved": saved.saved, "looked": saved.looked}));
        }
        Ok(json!({ "searches": searches }).to_string().into_bytes())
    });
    answered(&headers, JSON, listed.await)
}

async fn feed(State(shelf): State<Arc<Shelf>>, names: Names, headers: HeaderMap) -> Response<Body> {
    let (name, form) = (names.get("name"), names.get("form"));
    let Some(&(form, kind)) = FORMS.iter().find(|(known, _)| *known == form) else {
        return refused(&Refusal::new(
            Code::NotFound,
            "there is no such form of a feed\nhint: there are feed.json, feed.atom, feed.rss",
        ));
    };
    let made = shelf.ask(move |opened| {
        let feed = Feed::of(opened, &name)?;
        Ok(match form {
            "feed.json" => feed.json(),
            "feed.atom" => feed.atom(),
            _ => feed.rss(),
        })
    });
    answered(&headers, kind, made.await)
}

/// A search that is to be saved.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSearch {
    /// What it is called: letters, digits, `-` and `_`.
    name: String,
    /// The query, as for `search`.
    #[schemars(length(min = 1, max = 4000))]
    query: String,
    /// Only this outlet, by its name or a part of it.
    outlet: Option<String>,
    /// Only this show, likewise.
    show: Option<String>,
    /// Only what was published on this day or later.
    after: Option<Date>,
    /// Only what was published before this day.
    before: Option<Date>,
}

/// The addresses of saved searches, as OpenAPI has them.
pub(crate) fn described(generator: &mut SchemaGenerator, refusal: &Value) -> [(String, Value); 3] {
    let answered = |schema: Value| responses(&json!({ JSON: { "schema": schema } }), refusal);
    let saved = NewSearch::json_schema(generator).to_value();
    let listed = json!({"type": "object", "required": ["searches"], "properties": {"searches": {"type": "array", "items": {"type": "object"}}}});
    let name = || in_path("name", "What it is called.", None);
    let forms = FORMS.iter().map(|(form, _)| *form).collect();
    let kinds = FORMS.iter().map(|(_, kind)| (kind.to_string(), json!({})));
    [
        (
            SEARCHES.to_owned(),
            json!({
                "get": {"operationId": "searches", "summary": "The saved searches", "responses": answered(listed)},
                "post": {
                    "operationId": "save_search",
                    "summary": "Save a search; what there is now counts as seen. Needs the right to write",
                    "requestBody": {"required": true, "content": {JSON: {"schema": saved}}},
                    "responses": answered(json!({"type": "object"})),
                },
            }),
        ),
        (
            format!("{SEARCHES}/{{name}}"),
            json!({"delete": {
                "operationId": "forget_search",
                "summary": "Forget a saved search. Needs the right to write",
                "parameters": [name()],
                "responses": answered(json!({"type": "object"})),
            }}),
        ),
        (
            format!("{SEARCHES}/{{name}}/{{form}}"),
            json!({"get": {
                "operationId": "feed",
                "summary": "What was published last that a saved search finds, as JSON Feed, Atom or RSS",
                "parameters": [name(), in_path("form", "Which form.", Some(forms))],
                "responses": responses(&Value::Object(kinds.collect()), refusal),
            }}),
        ),
    ]
}

/// Saves a search; what there is now counts as seen.
async fn save(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let new = match read_body(body).and_then(|value| Arguments::Json(value).read::<NewSearch>()) {
        Ok(new) => new,
        Err(refusal) => return refused(&refusal),
    };
    let saved = shelf.ask(move |opened| {
        let name: SearchName = new.name.parse().map_err(|error| Refusal::new(Code::BadRequest, error))?;
        let query = Query::parse(&new.query)?;
        let options = SearchOptions {
            outlet: new.outlet,
            show: new.show,
            after: new.after,
            before: new.before,
            ..SearchOptions::default()
        };
        let saved = SavedSearch::of(&query, &options).with_seen(&opened.index)?;
        saved.save_new(&opened.archive, &name)?;
        Ok(json!({"name": name.to_string(), "query": saved.query}).to_string().into_bytes())
    });
    answered(&headers, JSON, saved.await)
}

/// Removes a saved search.
async fn forget(State(shelf): State<Arc<Shelf>>, names: Names, headers: HeaderMap) -> Response<Body> {
    let name = names.get("name");
    let forgotten = shelf.ask(move |opened| {
        let name: SearchName = name.parse().map_err(|error| Refusal::new(Code::BadRequest, error))?;
        SavedSearch::forget(&opened.archive, &name)?;
        Ok(json!({"forgotten": name.to_string()}).to_string().into_bytes())
    });
    answered(&headers, JSON, forgotten.await)
}
