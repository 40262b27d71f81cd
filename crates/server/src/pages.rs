//! Pages for people: the reading room.
//!
//! ```text
//! address --one function a page--> what the operations answer --maud--> HTML whose every text is escaped
//! ```
//!
//! Every page works without a script; scripts save steps. Each state has its address.

mod api;
mod article;
mod check;
mod compare;
mod document;
mod files;
mod layout;
mod outlets;
mod parts;
mod people;
mod query;
mod search;
mod stories;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response, Uri};
use axum::routing::{MethodRouter, get};
use maud::Markup;

use crate::answers::{HTML, Names, refused_at, tagged, too_large, with_refusal};
use crate::refusal::{Code, Refusal};
use crate::shelf::{Effort, Opened, Shelf};
use layout::Frame;
use query::Fields;

/// The routes of the pages.
pub(crate) fn routes() -> Router<Arc<Shelf>> {
    Router::new()
        .route("/", page_of(search::page))
        .route("/documents/{name}", page_of(document::page))
        .route("/documents/{name}/quotations", with_effort(Effort::Long, article::quotations))
        .route("/stories", page_of(stories::list))
        .route("/stories/{name}", page_of(stories::page))
        .route("/people", page_of(people::list))
        .route("/people/{name}", page_of(people::page))
        .route("/outlets", page_of(outlets::list))
        .route("/outlets/{name}", page_of(outlets::outlet))
        .route("/shows/{name}", page_of(outlets::show))
        .route("/compare", page_of(compare::page))
        .route("/compare.svg", get(compare::svg))
        .route("/compare.png", get(compare::png))
        .route("/compare.csv", get(compare::table))
        .route("/check", get(check_form).post(checked))
        .route("/api", page_of(api::page))
        .route("/about", page_of(outlets::about))
        .route("/opensearch.xml", get(files::opensearch))
        .route("/robots.txt", get(files::robots))
        .route("/static/{name}", get(files::file))
}

/// What a page is asked with.
pub(crate) struct Asked {
    /// The part of its path that names something, decoded.
    pub(crate) name: String,
    /// The query, or the fields of a form.
    pub(crate) fields: Fields,
    /// How the page is framed.
    pub(crate) frame: Frame,
    /// The address, if there is nothing in the fields that does not stand in it.
    pub(crate) address: Option<Uri>,
}

type Page = fn(&Opened, &Asked) -> Result<Markup, Refusal>;

/// A route of a page.
fn page_of(page: Page) -> MethodRouter<Arc<Shelf>> {
    with_effort(Effort::Usual, page)
}

/// A route of a page that takes so much effort.
fn with_effort(effort: Effort, page: Page) -> MethodRouter<Arc<Shelf>> {
    get(
        move |State(shelf): State<Arc<Shelf>>,
              address: Uri,
              names: Names,
              RawQuery(query): RawQuery,
              headers: HeaderMap| {
            let asked = Asked {
                name: names.get("name"),
                fields: Fields::of(query.as_deref()),
                frame: Frame::of(&headers),
                address: Some(address),
            };
            answer(shelf, effort, page, asked, headers)
        },
    )
}

async fn answer(
    shelf: Arc<Shelf>,
    effort: Effort,
    page: Page,
    asked: Asked,
    headers: HeaderMap,
) -> Response<Body> {
    let frame = asked.frame;
    let key = asked.address.as_ref().map(|address| format!("{frame:?} {address}"));
    let made = move |opened: &Opened| Ok(page(opened, &asked)?.into_string().into_bytes());
    let made = match key {
        Some(key) => shelf.ask_again(key, effort, made).await,
        None => shelf.ask_with(effort, made).await.map(Bytes::from),
    };
    match made {
        Ok(page) => tagged(&headers, HTML, page),
        Err(refusal) => {
            with_refusal(&refusal, HTML, layout::refusal(frame, &refusal).into_string().into_bytes())
        }
    }
}

/// The empty form, which waits for nobody, or the quotations of an address.
async fn check_form(
    State(shelf): State<Arc<Shelf>>,
    address: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let fields = Fields::of(query.as_deref());
    let effort = if fields.text("text").is_some() { Effort::Long } else { Effort::Usual };
    let asked = Asked { name: String::new(), fields, frame: Frame::of(&headers), address: Some(address) };
    answer(shelf, effort, check::page, asked, headers).await
}

/// The quotations of a form.
async fn checked(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let Ok(body) = body else {
        let refusal = too_large();
        let page = layout::refusal(Frame::of(&headers), &refusal);
        return with_refusal(&refusal, HTML, page.into_string().into_bytes());
    };
    let fields = Fields::of(std::str::from_utf8(&body).ok());
    let asked = Asked { name: String::new(), fields, frame: Frame::of(&headers), address: None };
    answer(shelf, Effort::Long, check::page, asked, headers).await
}

/// A refusal as a page.
pub(crate) fn refusal(refusal: &Refusal) -> Markup {
    layout::refusal(Frame::default(), refusal)
}

/// For addresses that lead nowhere.
pub(crate) async fn not_found(uri: Uri) -> Response<Body> {
    let missing = Refusal::new(Code::NotFound, "there is nothing at this address\nhint: it may be mistyped");
    refused_at(uri.path(), &missing)
}

/// For addresses that are not asked like that.
pub(crate) async fn not_like_that(uri: Uri) -> Response<Body> {
    let refused = Refusal::new(
        Code::MethodNotAllowed,
        "this address is not asked by this method\nhint: `/api` tells which are asked with GET and which with POST",
    );
    refused_at(uri.path(), &refused)
}
