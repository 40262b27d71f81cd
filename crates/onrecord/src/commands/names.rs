//! `onrecord names`: names that were misheard, and what proves how they are spelt.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;

/// List names that were misheard, each with the spelling that people typed and where
///
/// Names are learnt from what people typed: articles, titles, descriptions, keywords. What was heard is never changed: a
/// repair stands beside it, with its evidence.
#[derive(clap::Args)]
pub(crate) struct Names {
    /// Only repairs to a name with these words, such as a surname
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Instead, names that nobody typed and that were heard in two ways, without a choice between them
    #[arg(long)]
    variants: bool,
    #[command(flatten)]
    narrowed: Narrowed,
}

impl Names {
    /// Prints the repairs.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let wanted = self.name.as_deref().map(str::to_lowercase);
        let is_wanted = |finding: &serde_json::Value| {
            let finding = Finding(finding);
            let pointers = ["/canonical", "/heard", "/left/heard", "/right/heard"];
            let names = pointers.map(|pointer| finding.text(pointer));
            wanted
                .as_deref()
                .is_none_or(|wanted| names.iter().any(|name| name.to_lowercase().contains(wanted)))
        };
        if self.variants {
            return self.narrowed.print(Area::Variants, global, console, is_wanted, variant_lines);
        }
        self.narrowed.print(Area::Names, global, console, is_wanted, lines)
    }
}

fn variant_lines(finding: &Finding<'_>) -> Vec<String> {
    let (left, right) = (finding.text("/left/heard"), finding.text("/right/heard"));
    let confidence = finding.number("/confidence").unwrap_or_default();
    let mut lines = vec![format!("`{left}` and `{right}` may be one ({confidence:.2})")];
    for side in ["/left", "/right"] {
        let Some(side) = finding.0.pointer(side).map(Finding) else { continue };
        lines.extend(
            side.parts("/places").map(|place| format!("    `{}`  {}", side.text("/heard"), place.place())),
        );
    }
    lines
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let confidence = finding.number("/confidence").unwrap_or_default();
    let mut lines = vec![
        format!("`{}` is {} ({confidence:.2})", finding.text("/heard"), finding.text("/canonical")),
        format!("    {}", finding.place()),
    ];
    for evidence in finding.parts("/evidence") {
        lines.push(format!("    proof: {}", evidence.text("/text")));
        lines.push(format!("        {}", evidence.place()));
    }
    lines
}
