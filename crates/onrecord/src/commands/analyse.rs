//! `onrecord analyse`: findings, brought up to date.

use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use crate::opened::findings::Wanted;
use analysis::Area;
use serde_json::{Map, json};

/// Bring names, statements, stories and discrepancies up to date with the documents
///
/// The commands that print findings do this by themselves, as long as it is quick: where comparing what is new would take more
/// than half a minute, they print what is there, and say how many new documents are missing. Only documents that are new
/// or changed are read, and compared with those of their days. It may be stopped at any moment and goes on where it was.
#[derive(clap::Args)]
pub(crate) struct Analyse {
    /// Throw all findings away and make them anew; nothing but time is lost
    #[arg(long)]
    rebuild: bool,
}

impl Analyse {
    /// Updates the findings and says how many there are.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let wanted = if self.rebuild { Wanted::Anew } else { Wanted::UpToDate };
        let findings = opened::findings::findings_as(wanted, &archive, console)?;
        let mut counts = Map::new();
        for area in Area::ALL {
            counts.insert(area.name().to_owned(), json!(findings.count(area)?));
        }
        if console.is_json() {
            console.object(&counts)?;
        } else {
            for (area, count) in &counts {
                console.line(format!("{count:>8}  {area}"))?;
            }
        }
        Ok(Outcome::Done)
    }
}
