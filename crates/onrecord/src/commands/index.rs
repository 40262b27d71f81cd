//! `onrecord index`: the index, brought up to date or made anew.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use index::Scope;
use serde_json::json;

/// Bring the index up to date with the archive's files
///
/// Only what has changed is read: words, copies and, where a model of meaning is installed
/// (`onrecord models fetch meaning`), vectors. `add`, `init` and `status` do this by themselves; it is needed after files
/// were changed, copied or removed by hand. It may be stopped at any moment and goes on where it was; searches
/// go on meanwhile.
#[derive(clap::Args)]
pub(crate) struct Index {
    /// Throw the index away and make it anew; nothing but time is lost
    #[arg(long)]
    rebuild: bool,
}

impl Index {
    /// Updates the index and says what changed.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let report = opened::update(&archive, "onrecord index", Scope::All, self.rebuild, console)?;
        for (path, why) in report.failed.iter().chain(&report.skipped) {
            console.warning(format_args!("`{path}`: {why}"));
        }
        let without_vectors = index::Index::open(&archive)?.catalogue().without_vectors()?;
        if console.is_json() {
            console.object(&json!({
                "path": archive.root().display().to_string(), "added": report.added, "changed": report.changed,
                "removed": report.removed, "unchanged": report.unchanged, "failed": report.failed.len(),
                "without_vectors": without_vectors,
            }))?;
        } else {
            console.remark(format_args!(
                "{} new, {} changed, {} gone, {} as they were",
                report.added, report.changed, report.removed, report.unchanged
            ));
            if without_vectors > 0 {
                console.remark("no model of meaning is installed: searches go by words\nhint: `onrecord models fetch meaning`, then `onrecord index`");
            }
        }
        Ok(if report.failed.is_empty() { Outcome::Done } else { Outcome::Failed })
    }
}
