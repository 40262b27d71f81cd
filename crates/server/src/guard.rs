//! What stands before every route: hosts and origins, passwords, and what browsers are told to refuse.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use axum::middleware::Next;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use crate::MOST_BODY_BYTES;
use crate::access::{Access, Right};
use crate::answers::{refused_at, too_large};
use crate::refusal::{Code, Refusal};
use crate::searches::SEARCHES;

/// What browsers may load: our own files, and the player of a publisher that a reader asked for.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
    connect-src 'self'; frame-src https://www.youtube-nocookie.com; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// After so long the asker is told that it took too long; the work itself has limits of its own.
const LONGEST_ANSWER: Duration = Duration::from_secs(60);

/// So much of a body that is too long is read and thrown away.
const MOST_SKIPPED_BYTES: usize = 16 << 20;

/// Headers of every answer.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // The publisher's player refuses to play for pages that don't say where they are.
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
];

/// Who is let through.
pub(crate) struct Guard {
    /// Names under which the server is called, in lower case, without ports.
    pub(crate) hosts: Vec<String>,
    pub(crate) access: Access,
}

/// Lets through what is meant for this server, comes from its own pages, and may be asked.
pub(crate) async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    let mut headers = HeaderMap::new();
    headers.extend(request.headers().get(AUTHORIZATION).map(|value| (AUTHORIZATION, value.clone())));
    let wanted = wanted(&request);
    let checked = match guard.check(&request) {
        Ok(()) => guard.check_access(headers, from, wanted).await,
        refused => refused,
    };
    let answered = match checked {
        Ok(()) => answer(request, next).await,
        Err(refusal) => Err(refusal),
    };
    let mut response = answered.unwrap_or_else(|refusal| refused_at(&path, &refusal));
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The right that a request needs: only saved searches are written, all other posts are long questions.
fn wanted(request: &Request) -> Right {
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    if !is_read && request.uri().path().starts_with(SEARCHES) { Right::Write } else { Right::Read }
}

/// The answer, if what is sent is not too long and the answer does not take too long.
async fn answer(request: Request, next: Next) -> Result<Response<Body>, Refusal> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let is_too_large = announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length > MOST_BODY_BYTES);
    let answered = async {
        if is_too_large {
            // Who is still sending when the connection is closed never reads why.
            skip(request.into_body()).await;
            return Err(too_large());
        }
        Ok(next.run(request).await)
    };
    timeout(LONGEST_ANSWER, answered).await.unwrap_or_else(|_| {
        let seconds = LONGEST_ANSWER.as_secs();
        Err(Refusal::new(
            Code::Busy,
            format!(
                "this took longer than {seconds} s\nhint: ask for less at a time, or again when less is asked"
            ),
        ))
    })
}

/// Reads what is not wanted, up to a limit.
async fn skip(body: Body) {
    let mut skipped = 0;
    let mut parts = body.into_data_stream();
    while skipped < MOST_SKIPPED_BYTES
        && let Some(Ok(part)) = parts.next().await
    {
        skipped += part.len();
    }
}

impl Guard {
    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let host = host(request.headers()).or_else(|| request.uri().host().map(str::to_owned));
        // A page of somebody else whose name was made to lead here (DNS rebinding) calls us by that name.
        if !host.as_deref().is_some_and(|host| self.is_ours(host)) {
            return Err(Refusal::new(
                Code::Forbidden,
                "this server is not called like that\nhint: `onrecord serve --host NAME` lets it be called by another name",
            ));
        }
        if [Method::GET, Method::HEAD].contains(request.method()) {
            return Ok(());
        }
        // Browsers say which page sends something; programs say nothing.
        let from_elsewhere = request.headers().get(ORIGIN).is_some_and(|origin| {
            let authority =
                origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
            authority.is_none()
                || authority != request.headers().get(HOST).and_then(|host| host.to_str().ok())
        });
        let is_cross_site = request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
        if from_elsewhere || is_cross_site {
            return Err(Refusal::new(Code::Forbidden, "this was sent by a page of another server"));
        }
        Ok(())
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    async fn check_access(
        self: &Arc<Self>,
        headers: HeaderMap,
        from: Option<IpAddr>,
        wanted: Right,
    ) -> Result<(), Refusal> {
        if !self.access.needs_password(wanted) {
            return Ok(());
        }
        let from = from.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let guard = Arc::clone(self);
        let checked = tokio::task::spawn_blocking(move || guard.access.check(&headers, from, wanted));
        checked.await.unwrap_or_else(|error| Err(Refusal::new(Code::Internal, error)))
    }
}

/// The name in a `Host` header, without its port.
fn host(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(HOST).iter();
    let (Some(host), None) = (all.next(), all.next()) else { return None };
    let host = host.to_str().ok()?;
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    Some(name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, headers: &[(&str, &str)], expected: bool) {
        let hosts = ["127.0.0.1", "localhost", "::1"].map(str::to_owned).to_vec();
        let guard = Guard { hosts, access: Access::default() };
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(guard.check(&request).is_ok(), expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_names_and_pages_are_let_through() {
        check(Method::GET, &[("host", "127.0.0.1:8080")], true);
        check(Method::GET, &[("host", "LOCALHOST:8080")], true);
        check(Method::GET, &[("host", "[::1]:8080")], true);
        check(Method::GET, &[("host", "rebound.example:8080")], false);
        check(Method::GET, &[], false);
        check(Method::GET, &[("host", "localhost"), ("host", "evil.example")], false);
        let host = ("host", "localhost:8080");
        check(Method::POST, &[host], true);
        check(Method::POST, &[host, ("origin", "http://localhost:8080")], true);
        check(Method::POST, &[host, ("origin", "http://localhost:9090")], false);
        check(Method::POST, &[host, ("origin", "https://evil.example")], false);
        check(Method::POST, &[host, ("origin", "null")], false);
        check(Method::POST, &[host, ("sec-fetch-site", "cross-site")], false);
    }
}
