//! The JSON API: every operation at its address below `/api/v1`.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response};
use axum::routing::{MethodRouter, get, post};
use record::format::ExportFormat;
use serde_json::Value;

use crate::answers::{JSON, Names, answered, refused, set, tagged, too_large};
use crate::openapi;
use crate::operations::{self, Arguments, FormatOf, Method, Operation};
use crate::refusal::{Code, Refusal};
use crate::shelf::{Opened, Shelf};

/// Where it is; another number when something that programs rely on changes.
pub(crate) const BASE: &str = "/api/v1";

/// Forms of a document at stable addresses, with their types.
pub(crate) const FORMS: [(ExportFormat, &str); 7] = [
    (ExportFormat::Vtt, "text/vtt; charset=utf-8"),
    (ExportFormat::Srt, "application/x-subrip; charset=utf-8"),
    (ExportFormat::Ttml, "application/ttml+xml; charset=utf-8"),
    (ExportFormat::WhisperJson, JSON),
    (ExportFormat::Csv, "text/csv; charset=utf-8"),
    (ExportFormat::Text, "text/plain; charset=utf-8"),
    (ExportFormat::Markdown, "text/markdown; charset=utf-8"),
];

/// The routes of the API.
pub(crate) fn routes() -> Router<Arc<Shelf>> {
    let mut router = Router::new();
    for operation in operations::ALL {
        router = router.route(&format!("{BASE}{}", operation.path), route(*operation));
    }
    router.route(&format!("{BASE}/documents/{{id}}/export/{{form}}"), get(export)).route(
        &format!("{BASE}/openapi.json"),
        get(|headers: HeaderMap| async move { tagged(&headers, JSON, openapi::document()) }),
    )
}

fn route(operation: Operation) -> MethodRouter<Arc<Shelf>> {
    match operation.method {
        Method::Get => get(
            move |State(shelf): State<Arc<Shelf>>,
                  names: Names,
                  RawQuery(query): RawQuery,
                  headers: HeaderMap| async move {
                answer(&shelf, operation, Arguments::Query(with_path(query, &names)), &headers).await
            },
        ),
        Method::Post => post(
            move |State(shelf): State<Arc<Shelf>>,
                  headers: HeaderMap,
                  body: Result<Bytes, BytesRejection>| async move {
                match read_body(body) {
                    Ok(value) => answer(&shelf, operation, Arguments::Json(value), &headers).await,
                    Err(refusal) => refused(&refusal),
                }
            },
        ),
    }
}

/// The JSON of a body.
pub(crate) fn read_body(body: Result<Bytes, BytesRejection>) -> Result<Value, Refusal> {
    let body = body.map_err(|_| too_large())?;
    serde_json::from_slice(&body).map_err(|error| {
        Refusal::new(Code::BadRequest, format!("cannot read the body: expected an object of JSON, {error}"))
    })
}

async fn answer(
    shelf: &Arc<Shelf>,
    operation: Operation,
    arguments: Arguments,
    headers: &HeaderMap,
) -> Response<Body> {
    // Bodies are long, and seldom sent twice.
    let asked = match &arguments {
        Arguments::Query(query) => Some(query.clone()),
        Arguments::Json(_) => None,
    };
    let run = move |opened: &Opened| (operation.run)(opened, arguments);
    let made = match asked {
        Some(query) => shelf.ask_again(format!("{} {query}", operation.name), operation.effort, run).await,
        None => shelf.ask_with(operation.effort, run).await.map(Bytes::from),
    };
    answered(headers, JSON, made)
}

/// The query of an address with the parameters of its path.
fn with_path(query: Option<String>, names: &Names) -> String {
    let own = serde_html_form::to_string(names.all()).unwrap_or_default();
    [query.unwrap_or_default(), own].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
}

/// A document in another form, as a file.
async fn export(State(shelf): State<Arc<Shelf>>, names: Names, headers: HeaderMap) -> Response<Body> {
    let (id, form) = (names.get("id"), names.get("form"));
    let Some(&(format, kind)) = FORMS.iter().find(|(format, _)| format.name() == form) else {
        let known: Vec<&str> = FORMS.iter().map(|(format, _)| format.name()).collect();
        return refused(&Refusal::new(
            Code::NotFound,
            format!("there is no such form of a document\nhint: there are {}", known.join(", ")),
        ));
    };
    let asked = FormatOf { id, format };
    match shelf.ask(move |opened| asked.bytes(opened)).await {
        Ok((document, bytes)) => {
            let mut response = tagged(&headers, kind, bytes);
            let name: String = document
                .title
                .as_deref()
                .unwrap_or("document")
                .chars()
                .map(|char| if char.is_ascii_alphanumeric() { char } else { '-' })
                .take(60)
                .collect();
            let disposition =
                format!("attachment; filename=\"{}.{}\"", name.trim_matches('-'), format.name());
            set(&mut response, axum::http::header::CONTENT_DISPOSITION, &disposition);
            response
        }
        Err(refusal) => refused(&refusal),
    }
}
