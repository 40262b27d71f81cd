//! A web server on this machine that answers as badly as a test wants.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What a client asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: String,
    /// The offset of a `Range: bytes=OFFSET-`.
    pub(super) offset_bytes: Option<usize>,
    pub(super) if_range: Option<String>,
}

/// Answers until it is dropped; one connection a request, each on a thread of its own.
pub(super) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopping: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// `answer` is given each request, its number from 0, and the connection to write to.
    pub(super) fn start(answer: impl Fn(&Request, usize, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopping = Arc::new(AtomicBool::new(false));
        let (seen, stop, answer) = (requests.clone(), stopping.clone(), Arc::new(answer));
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (mut stream, seen, answer) = (stream.unwrap(), seen.clone(), answer.clone());
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let number = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    answer(&request, number, &mut stream);
                });
            }
        });
        Self { address, requests, stopping, accepting: Some(accepting) }
    }

    /// The address of `path` (which begins with `/`) on this server.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The offsets that were asked for, request by request.
    pub(super) fn offsets(&self) -> Vec<Option<usize>> {
        self.requests().iter().map(|request| request.offset_bytes).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut request = Request { path: first.split(' ').nth(1)?.to_owned(), ..Request::default() };
    for line in lines {
        let line = line.ok()?;
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("range") => {
                let offset = value.strip_prefix("bytes=")?.strip_suffix('-')?;
                request.offset_bytes = Some(offset.parse().ok()?);
            }
            Some((name, value)) if name.eq_ignore_ascii_case("if-range") => {
                request.if_range = Some(value.to_owned());
            }
            Some(_) => {}
            None => return Some(request),
        }
    }
    None
}

/// Writes a status line and headers. That a client hangs up is no error of the server's.
pub(super) fn head(stream: &mut TcpStream, status: &str, headers: &[&str]) {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    headers.iter().for_each(|header| text.extend([header, "\r\n"]));
    let _ = stream.write_all(format!("{text}\r\n").as_bytes());
}

/// Answers with all of `bytes`.
pub(super) fn whole(stream: &mut TcpStream, bytes: &[u8], headers: &[&str]) {
    let length = format!("Content-Length: {}", bytes.len());
    head(stream, "200 OK", &[&[length.as_str()], headers].concat());
    let _ = stream.write_all(bytes);
}

/// Announces all of `bytes` from `offset_bytes` on, and hangs up after `sent_bytes` of them.
pub(super) fn cut(stream: &mut TcpStream, bytes: &[u8], offset_bytes: Option<usize>, sent_bytes: usize) {
    let rest = &bytes[offset_bytes.unwrap_or(0)..];
    let length = format!("Content-Length: {}", rest.len());
    match offset_bytes {
        None => head(stream, "200 OK", &[&length, "ETag: \"v1\""]),
        Some(offset_bytes) => {
            let range = format!("Content-Range: bytes {offset_bytes}-{}/{}", bytes.len() - 1, bytes.len());
            head(stream, "206 Partial Content", &[&length, &range, "ETag: \"v1\""]);
        }
    }
    let _ = stream.write_all(&rest[..sent_bytes.min(rest.len())]);
}

/// Answers as a good server does: the whole, or the rest that was asked for.
pub(super) fn serve(stream: &mut TcpStream, bytes: &[u8], request: &Request) {
    cut(stream, bytes, request.offset_bytes, usize::MAX);
}
