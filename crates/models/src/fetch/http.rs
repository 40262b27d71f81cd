//! One file from one address: resumed, never longer than pinned, never unencrypted.

use std::fs;
use std::io::{self, Read};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{self, HeaderMap, StatusCode, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig};
use url::{Host, Url};

use super::Download;
use super::error::{Failure, SourceError};
use super::options::FetchOptions;
use super::partial::{Partial, Resume};
use crate::manifest::PinnedFile;
use crate::progress::Step;

/// The public hub needs two: to its storage, and from there to the nearest copy.
const MOST_REDIRECTS: usize = 5;

/// How often a transfer is taken up again in one run, whether or not something arrives each time.
const MOST_ATTEMPTS: u32 = 200;

/// How often in a row a transfer is taken up again though nothing arrives.
const MOST_FRUITLESS: u32 = 3;

/// How much is received and written at a time.
const BLOCK_BYTES: usize = 1 << 18;

/// Which addresses are acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Encrypted ones.
    Https,
    /// Those, and unencrypted ones on this machine: what tests serve.
    #[cfg(test)]
    LoopbackToo,
}

/// Sends requests and follows redirects.
pub(super) struct Transport {
    agent: ureq::Agent,
    scheme: Scheme,
    stall_limit: Duration,
}

impl Transport {
    pub(super) fn new(options: &FetchOptions) -> Result<Self, SourceError> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = &options.certificates {
            let reason = |reason| SourceError::Certificates { path: path.clone(), reason };
            tls = tls.root_certs(
                certificates(&fs::read(path).map_err(|error| reason(error.to_string()))?).map_err(reason)?,
            );
        }
        let mut config = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .user_agent(concat!("onrecord/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity") // Offsets count bytes of the file, not of a compressed form.
            .max_redirects(0) // Followed here, each checked.
            .http_status_as_error(false)
            .timeout_resolve(Some(options.connect_limit))
            .timeout_connect(Some(options.connect_limit))
            .timeout_recv_response(Some(options.stall_limit))
            .timeout_per_read(Some(options.stall_limit))
            .timeout_per_write(Some(options.stall_limit));
        if options.scheme != Scheme::Https {
            config = config.proxy(None);
        }
        let agent = config.build().new_agent();
        Ok(Self { agent, scheme: options.scheme, stall_limit: options.stall_limit })
    }

    /// Asks for the file at `address`, or for the rest of it, and follows redirects.
    fn open(&self, address: &str, resume: Option<&Resume>) -> Result<Answer, SourceError> {
        let mut url = self.permitted(address, Url::parse(address))?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.ask(&url, resume)?;
            match redirect_target(&response) {
                Some(target) => url = self.permitted(url.as_str(), url.join(target))?,
                None => return Ok(Answer::new(shown(&url), response)),
            }
        }
        Err(SourceError::TooManyRedirects { address: without_query(address), limit: MOST_REDIRECTS })
    }

    fn permitted(&self, from: &str, target: Result<Url, url::ParseError>) -> Result<Url, SourceError> {
        let address = without_query(from);
        let target = target
            .map_err(|error| SourceError::Insecure { address: address.clone(), target: error.to_string() })?;
        match target.scheme() {
            "https" => Ok(target),
            "http" if self.scheme != Scheme::Https && is_loopback(&target) => Ok(target),
            _ => Err(SourceError::Insecure { address, target: shown(&target) }),
        }
    }

    fn ask(&self, url: &Url, resume: Option<&Resume>) -> Result<http::Response<ureq::Body>, SourceError> {
        let mut request = self.agent.get(url.as_str());
        if let Some(resume) = resume {
            request = request.header(header::RANGE, format!("bytes={}-", resume.offset_bytes));
            if let Some(etag) = &resume.etag {
                request = request.header(header::IF_RANGE, etag);
            }
        }
        let host = host_and_port(url);
        request.call().map_err(|error| SourceError::Unreachable { host, reason: in_words(error) })
    }
}

/// What a server answered, before its body is read.
struct Answer {
    address: String,
    status: StatusCode,
    /// The size of the body, if the server says so.
    body_bytes: Option<u64>,
    range: Option<ContentRange>,
    etag: Option<String>,
    body: ureq::BodyReader<'static>,
}

impl Answer {
    fn new(address: String, response: http::Response<ureq::Body>) -> Self {
        let text = |name| header_text(response.headers(), name);
        let body_bytes = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let range = text(header::CONTENT_RANGE).and_then(ContentRange::parse);
        let etag = text(header::ETAG).map(str::to_owned);
        let status = response.status();
        Self { address, status, body_bytes, range, etag, body: response.into_body().into_reader() }
    }
}

/// `bytes FIRST-LAST/WHOLE` (RFC 9110, section 14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ContentRange {
    first_byte: u64,
    /// `None` for `*`.
    whole_bytes: Option<u64>,
}

impl ContentRange {
    fn parse(text: &str) -> Option<Self> {
        let (range, whole) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first_byte, last_byte): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let whole_bytes = match whole.trim() {
            "*" => None,
            whole => Some(whole.parse().ok()?),
        };
        (first_byte <= last_byte).then_some(Self { first_byte, whole_bytes })
    }
}

impl Download<'_> {
    /// Fetches a file from the first of its addresses that gives it.
    pub(super) fn fetch_public(&mut self, transport: &Transport, file: &PinnedFile) -> Result<(), Failure> {
        let mut failure = None;
        for address in file.addresses() {
            match self.fetch_from(transport, address, file) {
                Err(Failure::Source(reason)) => failure = Some(reason),
                outcome => return outcome,
            }
        }
        failure.map_or(Ok(()), |reason| Err(reason.into()))
    }

    fn fetch_from(&mut self, transport: &Transport, address: &str, file: &PinnedFile) -> Result<(), Failure> {
        let mut partial = Partial::open(self.folder, file)?;
        let was_resumed = partial.received_bytes() > 0;
        self.receive_all(transport, address, file, &mut partial)?;
        match self.admit(partial, file)? {
            None => Ok(()),
            // The beginning may have been of something else, and the file at the address be right.
            Some(_) if was_resumed => self.fetch_from(transport, address, file),
            Some(found) => Err(self.refused(file, &format!("`{}`", without_query(address)), found)),
        }
    }

    /// Receives until the file has its size, taking up a broken transfer where it broke.
    fn receive_all(
        &mut self,
        transport: &Transport,
        address: &str,
        file: &PinnedFile,
        partial: &mut Partial,
    ) -> Result<(), Failure> {
        let mut fruitless = 0;
        for _ in 0..MOST_ATTEMPTS {
            let before_bytes = partial.received_bytes();
            if before_bytes == file.size_bytes {
                return Ok(());
            }
            let reason = match self.receive(transport, address, file, partial) {
                Ok(()) => return Ok(()),
                Err(Failure::Source(reason)) => reason,
                Err(failure) => return Err(failure),
            };
            fruitless = if partial.received_bytes() > before_bytes { 0 } else { fruitless + 1 };
            if !reason.may_pass() || fruitless > MOST_FRUITLESS {
                partial.discard_if_empty()?;
                return Err(reason.into());
            }
            self.pause(fruitless, &reason)?;
        }
        Err(interrupted(&without_query(address), file, partial, "it broke off again and again").into())
    }

    fn pause(&mut self, fruitless: u32, reason: &SourceError) -> Result<(), Failure> {
        let pause = self.options.retry_pause * 2_u32.pow(fruitless);
        self.progress.report(&Step::Retrying { pause, reason });
        std::thread::sleep(pause);
        self.go_on()
    }

    /// One request, and what comes of it; `Ok` if the file is then complete.
    fn receive(
        &mut self,
        transport: &Transport,
        address: &str,
        file: &PinnedFile,
        partial: &mut Partial,
    ) -> Result<(), Failure> {
        self.progress.report(&Step::Asking { source: &without_query(address) });
        let mut answer = transport.open(address, partial.resume().as_ref())?;
        continue_or_restart(&answer, file, partial)?;
        let mut block = vec![0; BLOCK_BYTES];
        while partial.received_bytes() < file.size_bytes {
            let wanted_bytes = (file.size_bytes - partial.received_bytes()).min(BLOCK_BYTES as u64) as usize;
            let broken = |reason: &str| interrupted(&answer.address, file, partial, reason);
            let arrived_bytes = match answer.body.read(&mut block[..wanted_bytes]) {
                Ok(0) => return Err(broken("the connection was closed").into()),
                Ok(arrived_bytes) => arrived_bytes,
                Err(error) => return Err(broken(&transport.why_broken(&error)).into()),
            };
            partial.append(&block[..arrived_bytes])?;
            self.progress.report(&Step::Receiving {
                file: file.name.as_str(),
                received_bytes: partial.received_bytes(),
                total_bytes: file.size_bytes,
            });
            self.go_on()?;
        }
        if matches!(answer.body.read(&mut [0]), Ok(1..)) {
            partial.restart()?;
            return Err(
                SourceError::TooLong { address: answer.address, expected_bytes: file.size_bytes }.into()
            );
        }
        Ok(())
    }
}

/// Decides by the server's answer whether its body continues what is there or begins anew.
fn continue_or_restart(answer: &Answer, file: &PinnedFile, partial: &mut Partial) -> Result<(), Failure> {
    let wrong_length = |found_bytes| SourceError::WrongLength {
        address: answer.address.clone(),
        expected_bytes: file.size_bytes,
        found_bytes,
    };
    match (answer.status, answer.range) {
        (StatusCode::OK, _) => {
            if let Some(found_bytes) = answer.body_bytes.filter(|bytes| *bytes != file.size_bytes) {
                return Err(wrong_length(found_bytes).into());
            }
            partial.restart()?;
            partial.keep_etag(answer.etag.as_deref().unwrap_or_default());
            Ok(())
        }
        (StatusCode::PARTIAL_CONTENT, Some(range)) => match range.whole_bytes {
            Some(found_bytes) if found_bytes != file.size_bytes => Err(wrong_length(found_bytes).into()),
            _ if range.first_byte == partial.received_bytes() => Ok(()),
            _ => begin_again(answer, file, partial),
        },
        (StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE, _) => {
            begin_again(answer, file, partial)
        }
        (status, _) => {
            let status = status.to_string();
            Err(SourceError::Status { address: answer.address.clone(), status }.into())
        }
    }
}

/// The server cannot continue what we have: the next attempt asks for the whole file.
fn begin_again(answer: &Answer, file: &PinnedFile, partial: &mut Partial) -> Result<(), Failure> {
    partial.restart()?;
    Err(interrupted(&answer.address, file, partial, "the server does not continue where the file ends")
        .into())
}

fn interrupted(address: &str, file: &PinnedFile, partial: &Partial, reason: &str) -> SourceError {
    SourceError::Interrupted {
        address: address.to_owned(),
        received_bytes: partial.received_bytes(),
        expected_bytes: file.size_bytes,
        reason: reason.to_owned(),
    }
}

impl Transport {
    fn why_broken(&self, error: &io::Error) -> String {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
        let stalled =
            matches!(cause, Some(ureq::Error::Timeout(_))) || error.kind() == io::ErrorKind::TimedOut;
        if stalled { format!("nothing came for {:?}", self.stall_limit) } else { error.to_string() }
    }
}

fn in_words(error: ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "its name cannot be resolved".to_owned(),
        ureq::Error::Timeout(what) => format!("no answer in time ({what})"),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn redirect_target(response: &http::Response<ureq::Body>) -> Option<&str> {
    match response.status().as_u16() {
        301 | 302 | 303 | 307 | 308 => header_text(response.headers(), header::LOCATION),
        _ => None,
    }
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        _ => false,
    }
}

/// An address fit for messages: a query may hold a signature, and user and password are nobody's
/// business.
fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), host_and_port(url), url.path())
}

fn host_and_port(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
}

fn without_query(address: &str) -> String {
    Url::parse(address).map_or_else(|_| address.to_owned(), |url| shown(&url))
}

fn certificates(pem: &[u8]) -> Result<RootCerts, String> {
    let mut found = Vec::new();
    for part in ureq::tls::parse_pem(pem) {
        if let PemItem::Certificate(certificate) = part.map_err(|error| error.to_string())? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        Err("it holds no certificate".to_owned())
    } else {
        Ok(RootCerts::Specific(Arc::new(found)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read() {
        #[track_caller]
        fn check(text: &str, expected: Option<(u64, Option<u64>)>) {
            let found = ContentRange::parse(text).map(|range| (range.first_byte, range.whole_bytes));
            assert_eq!(found, expected, "for {text:?}");
        }
        check("bytes 5-9/10", Some((5, Some(10))));
        check("bytes 5-9/*", Some((5, None)));
        check("bytes */10", None);
        check("bytes 9-5/10", None);
        check("bytes 5-9", None);
        check("items 5-9/10", None);
        check("bytes 5-9/99999999999999999999999", None);
    }

    #[test]
    fn messages_show_no_signatures_or_passwords() {
        #[track_caller]
        fn check(address: &str, expected: &str) {
            assert_eq!(without_query(address), expected);
        }
        check("https://u:p@host.example/a/b.bin?Signature=x#y", "https://host.example/a/b.bin");
        check("http://127.0.0.1:8080/x?y", "http://127.0.0.1:8080/x");
    }

    #[test]
    fn only_encrypted_addresses_are_permitted() {
        #[track_caller]
        fn check(scheme: Scheme, base: &str, target: &str, expected: Result<&str, &str>) {
            let transport = Transport::new(&FetchOptions { scheme, ..FetchOptions::default() }).unwrap();
            let base = Url::parse(base).unwrap();
            let found = transport.permitted(base.as_str(), base.join(target)).map(String::from);
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected);
        }
        let hub = "https://hub.example/a/b";
        check(Scheme::Https, hub, "/c", Ok("https://hub.example/c"));
        check(Scheme::Https, hub, "c", Ok("https://hub.example/a/c"));
        check(Scheme::Https, hub, "//cdn.example/c?q", Ok("https://cdn.example/c?q"));
        check(
            Scheme::Https,
            hub,
            "http://hub.example/c?secret",
            Err("`https://hub.example/a/b` leads to `http://hub.example/c`, expected an `https` address"),
        );
        check(
            Scheme::Https,
            hub,
            "http://127.0.0.1/c",
            Err("`https://hub.example/a/b` leads to `http://127.0.0.1/c`, expected an `https` address"),
        );
        check(
            Scheme::Https,
            hub,
            "file:///etc/passwd",
            Err("`https://hub.example/a/b` leads to `file:///etc/passwd`, expected an `https` address"),
        );
        check(
            Scheme::Https,
            hub,
            "https://[broken",
            Err("`https://hub.example/a/b` leads to `invalid IPv6 address`, expected an `https` address"),
        );
        check(Scheme::LoopbackToo, hub, "http://127.0.0.1:9/c", Ok("http://127.0.0.1:9/c"));
        check(
            Scheme::LoopbackToo,
            hub,
            "http://127.0.0.1.hub.example/c",
            Err(
                "`https://hub.example/a/b` leads to `http://127.0.0.1.hub.example/c`, expected an `https` address",
            ),
        );
    }

    #[test]
    fn certificates_are_read_or_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.pem");
        fs::write(&path, "nothing here").unwrap();
        let options = FetchOptions { certificates: Some(path.clone()), ..FetchOptions::default() };
        let error = Transport::new(&options).err().unwrap().to_string();
        let message = error.replace(&folder.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(message, @"cannot read certificates from `FOLDER/roots.pem` (`SSL_CERT_FILE`): it holds no certificate");
    }
}
