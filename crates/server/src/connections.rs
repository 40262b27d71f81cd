//! Connections: how many there may be, and how long one may keep silent.
//!
//! Every connection holds a file of the process. Who opens many and says nothing, or reads an answer a byte a minute, would
//! shut all others out: each is closed when it says or takes nothing for a while, and no other machine may hold more than a
//! part of them.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// Connections at a time, if the system gives files for them.
const MOST: usize = 1_024;

/// Files of one connection at worst: itself, a recording that is sent, and its share of what the archive needs.
const FILES_OF_ONE: u64 = 3;

/// The part of all connections that one other machine may hold.
const PART_OF_ONE: usize = 4;

/// How long the head of a request may take, and a connection may rest between two.
const LONGEST_HEAD: Duration = Duration::from_secs(15);

/// The same of a connection that is opened when less than half are free: the others behind it wait for theirs.
const LONGEST_HEAD_IN_A_CROWD: Duration = Duration::from_secs(1);

/// How long nothing of an answer may be taken.
const LONGEST_STALL: Duration = Duration::from_secs(60);

/// How long answers that were begun may take when the server stops.
const LONGEST_END: Duration = Duration::from_secs(10);

/// After the system had no file for a connection.
const REST: Duration = Duration::from_millis(200);

/// Answers until `stop` is done; what was begun is answered first, for a while.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let most = most();
    let held = Arc::new(Held { of: Mutex::default(), most_of_one: (most / PART_OF_ONE).max(1) });
    let free = Arc::new(Semaphore::new(most));
    let ending = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &free) => accepted?,
        };
        let Some((stream, from, permit)) = accepted else { continue };
        // Who has too many is hung up on.
        let Some(counted) = Held::count(&held, from.ip()) else { continue };
        let is_crowded = free.available_permits() < most / 2;
        let longest_head = if is_crowded { LONGEST_HEAD_IN_A_CROWD } else { LONGEST_HEAD };
        let answered = ending.watch(connection(stream, from, longest_head, router.clone()));
        tokio::spawn(async move {
            // That the other side hung up is no error of ours.
            let _ = answered.await;
            drop((permit, counted));
        });
    }
    drop(listener);
    let _ = timeout(LONGEST_END, ending.shutdown()).await;
    Ok(())
}

/// The next connection when there may be one; `None` if the other side hung up or files are short.
async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> io::Result<Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)>> {
    let permit = Arc::clone(free).acquire_owned().await.map_err(io::Error::other)?;
    match listener.accept().await {
        // A machine is one, whether it came by IPv4 or by IPv4 inside of IPv6.
        Ok((stream, from)) => {
            Ok(Some((stream, SocketAddr::new(from.ip().to_canonical(), from.port()), permit)))
        }
        Err(_) => {
            sleep(REST).await;
            Ok(None)
        }
    }
}

/// A connection whose requests are answered.
fn connection(
    stream: TcpStream,
    from: SocketAddr,
    longest_head: Duration,
    router: Router,
) -> impl GracefulConnection<Error = hyper::Error> + Send + 'static {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(LONGEST_STALL));
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        router.clone().oneshot(request.map(Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(longest_head)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer)
}

/// Connections by the machine at their other end.
struct Held {
    of: Mutex<HashMap<IpAddr, usize>>,
    most_of_one: usize,
}

impl Held {
    /// Counts one more, unless that machine has its part. Programs on this one, among them what speaks TLS for us, may have all.
    fn count(held: &Arc<Self>, from: IpAddr) -> Option<Counted> {
        let mut of = held.of.lock().unwrap_or_else(PoisonError::into_inner);
        let own = of.entry(from).or_default();
        if *own >= held.most_of_one && !from.is_loopback() {
            return None;
        }
        *own += 1;
        Some(Counted { held: Arc::clone(held), from })
    }
}

/// A connection that is counted until this is dropped.
struct Counted {
    held: Arc<Held>,
    from: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut of = self.held.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = of.get_mut(&self.from) {
            *own -= 1;
            if *own == 0 {
                of.remove(&self.from);
            }
        }
    }
}

/// So many connections, after as many files as the system allows were asked for.
#[cfg(unix)]
fn most() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = MOST as u64 * FILES_OF_ONE;
    let limit = getrlimit(Resource::Nofile);
    let raised = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|current| current < raised) {
        // If it is refused, there are fewer connections.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum });
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(wanted);
    usize::try_from(files / FILES_OF_ONE).unwrap_or(MOST).clamp(1, MOST)
}

#[cfg(not(unix))]
fn most() -> usize {
    MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_has_a_part_and_this_one_has_all() {
        let held = Arc::new(Held { of: Mutex::default(), most_of_one: 2 });
        let other: IpAddr = [192, 0, 2, 1].into();
        let first = Held::count(&held, other);
        let second = Held::count(&held, other);
        assert!(first.is_some() && second.is_some());
        assert!(Held::count(&held, other).is_none());
        assert!(Held::count(&held, [192, 0, 2, 2].into()).is_some());
        drop(first);
        assert!(Held::count(&held, other).is_some());
        let own: Vec<_> = (0..5).map(|_| Held::count(&held, [127, 0, 0, 1].into())).collect();
        assert!(own.iter().all(Option::is_some));
        drop((own, second));
        assert!(held.of.lock().unwrap().is_empty());
    }
}
