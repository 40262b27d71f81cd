//! Whole fetches against a server and a pip of our own, in folders that go away.

mod disk;
mod hosts;
mod names;
mod server;
mod toys;
#[cfg(unix)]
mod wheels;
