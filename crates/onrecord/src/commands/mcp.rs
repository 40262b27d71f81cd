//! `onrecord mcp`: the archive as tools of an assistant.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;

/// Let an assistant ask the archive: the Model Context Protocol on stdin and stdout
///
/// Assistants start this program by themselves; `docs/mcp.md` tells how it is added to the common ones. Search, reading, quotes,
/// stories, discrepancies, timelines and trends are tools; every answer carries places and links.
#[derive(clap::Args)]
pub(crate) struct Mcp {}

impl Mcp {
    /// Answers until the other side hangs up.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        drop(opened::open_index(&archive, console)?);
        server::serve_stdio(archive)?;
        Ok(Outcome::Done)
    }
}
