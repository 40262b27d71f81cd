//! The style, the scripts and the other small files of the reading room, built into the program.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response, Uri};

use crate::answers::{Names, refused_at, set, tagged};
use crate::refusal::{Code, Refusal};

/// A file that is built in.
pub(crate) struct BuiltIn {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

pub(crate) static STYLE: BuiltIn = BuiltIn {
    name: "room.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("../../static/room.css"),
};
pub(crate) static SCRIPT: BuiltIn = BuiltIn {
    name: "room.js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("../../static/room.js"),
};
static DOCUMENT_SCRIPT: BuiltIn = BuiltIn {
    name: "document.js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("../../static/document.js"),
};
pub(crate) static ICON: BuiltIn =
    BuiltIn { name: "icon.svg", kind: "image/svg+xml", text: include_str!("../../static/icon.svg") };
static ALL: [&BuiltIn; 4] = [&STYLE, &SCRIPT, &DOCUMENT_SCRIPT, &ICON];

impl BuiltIn {
    /// Where it is. Scripts import each other by name, so that no version stands there: the tag of the answer tells.
    pub(crate) fn address(&self) -> String {
        format!("/static/{}", self.name)
    }
}

pub(super) async fn file(uri: Uri, names: Names, headers: HeaderMap) -> Response<Body> {
    let name = names.get("name");
    match ALL.iter().find(|file| file.name == name) {
        Some(file) => tagged(&headers, file.kind, file.text.as_bytes()),
        None => refused_at(uri.path(), &Refusal::new(Code::NotFound, "there is no such file")),
    }
}

/// Lets browsers search from their address bar.
pub(super) async fn opensearch(headers: HeaderMap) -> Response<Body> {
    // The guard has let this host through: it is one of our own names.
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host: String =
        host.chars().filter(|char| char.is_ascii_alphanumeric() || ".:-[]".contains(*char)).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\"><ShortName>onrecord</ShortName><Description>What the news said</Description><Url type=\"text/html\" template=\"http://{host}/?q={{searchTerms}}\"/></OpenSearchDescription>\n"
    );
    let mut response = tagged(&headers, "application/opensearchdescription+xml", text.into_bytes());
    set(&mut response, CONTENT_TYPE, "application/opensearchdescription+xml");
    response
}

/// An archive of other people's words is no source for search engines.
pub(super) async fn robots(headers: HeaderMap) -> Response<Body> {
    tagged(&headers, "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n")
}
