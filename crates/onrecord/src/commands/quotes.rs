//! `onrecord quotes`: who said what, in articles and broadcasts.

use super::findings::{Finding, Narrowed};
use crate::Global;
use crate::console::{Console, Outcome};
use analysis::Area;

/// A speaker who is less sure than this is said to be so probably: somebody whom a programme's title or a presenter named.
const SURE: f64 = 0.7;

/// List statements: who said what, where, and where else it stands
///
/// Statements are direct, indirect or mixed in articles and in what presenters report, and clips where the speaker's own
/// voice is heard. The same statement in several places is linked.
#[derive(clap::Args)]
pub(crate) struct Quotes {
    /// Only statements by this speaker, by a part of the name
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Only statements with these words
    #[arg(value_name = "WORDS")]
    words: Option<String>,
    /// Only statements whose speaker is at least so sure, 0 to 1; 0.7 leaves out voices that only a presenter or a title names
    #[arg(long, value_name = "CONFIDENCE")]
    sure: Option<f64>,
    /// Only statements that stand in several places
    #[arg(long)]
    repeated: bool,
    /// Hold every quotation that this article prints against the record, instead
    #[arg(long, value_name = "ARTICLE", conflicts_with_all = ["speaker", "words", "repeated", "sure"])]
    check: Option<String>,
    #[command(flatten)]
    narrowed: Narrowed,
}

impl Quotes {
    /// Prints the statements.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        if let Some(article) = &self.check {
            return super::check_quote::check_article(article, global, console);
        }
        let lower = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
        let (speaker, words) = (lower(&self.speaker), lower(&self.words));
        let holds = |text: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| text.to_lowercase().contains(wanted))
        };
        let is_wanted = |finding: &serde_json::Value| {
            let finding = Finding(finding);
            holds(finding.text("/speaker/name"), &speaker)
                && holds(finding.text("/words"), &words)
                && self.sure.is_none_or(|least| {
                    finding.number("/confidence").is_some_and(|confidence| confidence >= least)
                })
                && (!self.repeated || finding.parts("/same_as").next().is_some())
        };
        self.narrowed.print(Area::Quotes, global, console, is_wanted, lines)
    }
}

fn lines(finding: &Finding<'_>) -> Vec<String> {
    let speaker = match (finding.text("/speaker/name"), finding.text("/speaker/as_written")) {
        ("", "") => "somebody",
        ("", written) => written,
        (name, _) => name,
    };
    let doubt = finding.number("/confidence").filter(|confidence| *confidence < SURE);
    let speaker = doubt.map_or(speaker.to_owned(), |_| format!("probably {speaker}"));
    let said_on = match finding.text("/said_on") {
        "" => String::new(),
        date => format!(", said on {date}"),
    };
    let mut lines = vec![
        format!("{speaker} ({}{said_on}): {}", finding.text("/manner"), finding.text("/words")),
        format!("    {}", finding.place()),
    ];
    let elsewhere = finding.parts("/same_as").count();
    match elsewhere {
        0 => {}
        1 => lines.push("    also in another place".to_owned()),
        _ => lines.push(format!("    also in {elsewhere} other places")),
    }
    lines
}
