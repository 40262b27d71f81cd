//! `onrecord reindex`: the index, brought up to date or made anew.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::library;
use index::Scope;

/// Bring the index up to date with the archive's files
///
/// Only what has changed is read. `add`, `init` and `status` do this by themselves; it is needed after files were
/// changed, copied or removed by hand.
#[derive(clap::Args)]
pub(crate) struct Reindex {
    /// Throw the index away and make it anew; nothing but time is lost
    #[arg(long)]
    rebuild: bool,
}

impl Reindex {
    /// Updates the index and says what changed.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = library::archive(global)?;
        let report = library::update(&archive, "onrecord reindex", Scope::All, self.rebuild, console)?;
        for (path, why) in report.failed.iter().chain(&report.skipped) {
            console.warning(format_args!("`{path}`: {why}"));
        }
        console.remark(format_args!(
            "{} new, {} changed, {} gone, {} as they were",
            report.added, report.changed, report.removed, report.unchanged
        ));
        Ok(if report.failed.is_empty() { Outcome::Done } else { Outcome::Failed })
    }
}
