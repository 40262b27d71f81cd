//! The archive over the network: pages for people, an API for programs, tools for assistants.
//!
//! ```text
//! request --guard--> host, origin, password --> pages  --+
//!                                              api    --+--operations--> shelf: the archive, opened --> answer with its tag
//!                                              mcp    --+
//! ```
//!
//! The promises, each held by a test: nothing is answered to a server name or a page that is not ours; no text from outside
//! becomes markup; no path from outside is opened; what is asked has limits of size, time and number.

mod access;
mod answers;
mod api;
mod connections;
mod guard;
mod mcp;
mod media;
mod openapi;
mod operations;
mod pages;
mod recent;
mod refusal;
mod searches;
mod shelf;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use archive::Archive;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use guard::Guard;
use shelf::Shelf;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

pub use access::{Access, FEWEST_CHARACTERS, Password, PasswordError};
pub use mcp::serve_stdio;

/// The largest body that is read: an article whose quotations are checked.
pub(crate) const MOST_BODY_BYTES: usize = 1 << 20;

/// How a server is set up.
pub struct Settings {
    /// Where it listens.
    pub address: SocketAddr,
    /// Names by which it may be called beside those of this machine itself.
    pub hosts: Vec<String>,
    /// Who may ask.
    pub access: Access,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The index can't be opened.
    #[error(transparent)]
    Open(#[from] index::OpenError),
    /// Everybody in the network could read it.
    #[error(
        "cannot listen on {address}: everybody who reaches it could read the archive\nhint: set a password with `--password-file FILE`, and put a program before it that speaks TLS (docs/reading-room.md)"
    )]
    Unguarded {
        /// Where it should have listened.
        address: SocketAddr,
    },
    /// The address can't be had.
    #[error(
        "cannot listen on {address}: {source}\nhint: another program may use the port; `--port 0` takes a free one"
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system refuses.
    #[error("cannot serve: {0}")]
    System(#[from] io::Error),
    /// The other side of stdio speaks something else.
    #[error(
        "cannot speak the Model Context Protocol: {0}\nhint: this is for programs; `docs/mcp.md` tells how assistants are set up"
    )]
    Protocol(String),
}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: std::net::TcpListener,
    address: SocketAddr,
    router: Router,
}

impl Server {
    /// Opens an archive and listens.
    ///
    /// # Errors
    ///
    /// If the index can't be opened, the address can't be had, or everybody could read the archive.
    pub fn bind(archive: Archive, settings: Settings) -> Result<Self, ServeError> {
        let Settings { address, hosts, access } = settings;
        if !address.ip().is_loopback() && access.read.is_none() {
            return Err(ServeError::Unguarded { address });
        }
        let listener =
            std::net::TcpListener::bind(address).map_err(|source| ServeError::Listen { address, source })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = router(Shelf::new(archive)?, address, hosts, access);
        Ok(Self { listener, address, router })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is done; what was begun is answered first, for a while.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let runtime = runtime()?;
        let served = runtime.block_on(async move {
            connections::serve(TcpListener::from_std(self.listener)?, self.router, stop).await
        });
        runtime.shutdown_timeout(Duration::from_secs(5));
        Ok(served?)
    }
}

/// Waits for Ctrl-C, or for the system to ask that the program ends.
pub async fn until_told() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

fn router(shelf: Arc<Shelf>, address: SocketAddr, hosts: Vec<String>, access: Access) -> Router {
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let hosts: Vec<String> = own.into_iter().chain([address.ip().to_string()]).chain(hosts).collect();
    let guard = Arc::new(Guard { hosts: hosts.clone(), access });
    Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(searches::routes())
        .merge(media::routes())
        .with_state(shelf.clone())
        .route_service("/mcp", mcp::over_http(shelf, hosts))
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::not_like_that)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(guard, guard::guard))
}
