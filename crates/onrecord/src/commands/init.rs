//! `onrecord init`: a folder becomes an archive where it stands.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use archive::Archive;
use index::{Index, Scope};
use serde_json::json;
use std::path::PathBuf;

/// Make a folder an archive and index the transcripts in it
///
/// Nothing that is there is touched: a folder `.onrecord` and a file `onrecord.toml` are added. Run again, it brings the
/// index up to date with files that were changed by hand.
#[derive(clap::Args)]
pub(crate) struct Init {
    /// The folder; made if it does not exist
    #[arg(default_value = ".")]
    folder: PathBuf,
}

impl Init {
    /// Makes the archive, indexes it and says what it holds.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let folder = global.archive.clone().filter(|_| self.folder.as_os_str() == ".").unwrap_or(self.folder);
        let made = Archive::init(&folder)?;
        let report = opened::update(&made.archive, "onrecord init", Scope::All, false, console)?;
        for (path, why) in report.failed.iter().chain(&report.skipped) {
            console.warning(format_args!("`{path}`: {why}"));
        }
        let summary = Index::open(&made.archive)?.catalogue().summary()?;
        let root = made.archive.root().display().to_string();
        if console.is_json() {
            console.object(&json!({
                "path": root, "new": made.is_new, "documents": summary.documents, "added": report.added,
                "changed": report.changed, "removed": report.removed, "unchanged": report.unchanged,
                "failed": report.failed.len(), "issues": summary.issues,
            }))?;
        } else {
            let verb = if made.is_new { "is an archive now" } else { "is an archive" };
            console.remark(format_args!(
                "`{root}` {verb}: {} documents ({} new, {} changed, {} gone)",
                summary.documents, report.added, report.changed, report.removed
            ));
        }
        Ok(if report.failed.is_empty() { Outcome::Done } else { Outcome::Failed })
    }
}
