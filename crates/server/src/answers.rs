//! Answers over HTTP: bodies with their tags, refusals as JSON or as a page.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::pages;
use crate::refusal::{Code, Refusal};

pub(crate) const JSON: &str = "application/json";
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// An answer with a tag by its content, so that who has it already is sent nothing.
pub(crate) fn tagged(asked: &HeaderMap, kind: &str, body: impl Into<Bytes>) -> Response<Body> {
    let body = body.into();
    let digest = Sha256::digest(&body);
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    // Weak: compression changes the bytes and not what they say.
    let tag = format!("W/\"{tag}\"");
    let has_it = asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| matches!(known.trim(), known if known == tag || known == "*" || format!("W/{known}") == tag));
    let mut response = Response::new(if has_it { Body::empty() } else { Body::from(body) });
    if has_it {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    set(&mut response, CONTENT_TYPE, kind);
    set(&mut response, ETAG, &tag);
    set(&mut response, CACHE_CONTROL, "private, no-cache");
    response
}

/// What was asked for, or why it is not given, for a program.
pub(crate) fn answered(
    asked: &HeaderMap,
    kind: &str,
    made: Result<impl Into<Bytes>, Refusal>,
) -> Response<Body> {
    match made {
        Ok(body) => tagged(asked, kind, body),
        Err(refusal) => refused(&refusal),
    }
}

/// A refusal in the form that is read at an address: a page for people, JSON for programs.
pub(crate) fn refused_at(path: &str, refusal: &Refusal) -> Response<Body> {
    let is_for_programs = ["/api/", "/mcp"].iter().any(|base| path.starts_with(base));
    if is_for_programs {
        return refused(refusal);
    }
    with_refusal(refusal, HTML, pages::refusal(refusal).into_string().into_bytes())
}

/// The parts of an address that name something, decoded.
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    /// The part of that name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> String {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Names {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response<Body>> {
        match RawPathParams::from_request_parts(parts, state).await {
            Ok(named) => {
                Ok(Self(named.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
            }
            Err(_) => {
                let refusal = Refusal::new(
                    Code::BadRequest,
                    "expected an address whose `%` signs spell UTF-8, found other bytes",
                );
                Err(refused_at(parts.uri.path(), &refusal))
            }
        }
    }
}

/// A refusal for a program.
pub(crate) fn refused(refusal: &Refusal) -> Response<Body> {
    let body = serde_json::to_vec(&refusal.shown()).unwrap_or_default();
    with_refusal(refusal, JSON, body)
}

/// That more was sent than is read.
pub(crate) fn too_large() -> Refusal {
    let most = crate::MOST_BODY_BYTES;
    Refusal::new(
        Code::TooLarge,
        format!(
            "more was sent than is read: expected at most {most} bytes\nhint: check a long article in parts"
        ),
    )
}

/// A refusal with a body of any kind.
pub(crate) fn with_refusal(refusal: &Refusal, kind: &str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut response, CONTENT_TYPE, kind);
    set(&mut response, CACHE_CONTROL, "no-store");
    match refusal.code {
        Code::Busy => set(&mut response, RETRY_AFTER, "5"),
        Code::TooManyRequests => set(&mut response, RETRY_AFTER, "60"),
        Code::Unauthorized => {
            set(&mut response, WWW_AUTHENTICATE, "Basic realm=\"onrecord\", charset=\"UTF-8\"");
        }
        _ => {}
    }
    response
}

pub(crate) fn set(response: &mut Response<Body>, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
