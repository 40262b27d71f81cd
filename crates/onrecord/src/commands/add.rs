//! (being written)
use crate::Global; use crate::console::{Console, Outcome};
/// (being written)
#[derive(clap::Args)] pub(crate) struct Add {}
impl Add { pub(crate) fn run(self, _global: &Global, _console: &Console) -> anyhow::Result<Outcome> { Ok(Outcome::Done) } }
