//! What the commands that print findings share: which are printed, and how they are read.

use super::layout::one_line;
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use crate::opened::findings::Findings;
use analysis::{Area, Key};
use archive::Archive;
use index::Index;
use library::cited::has_its_address;
use library::documents::find_document;
use record::Document;
use serde_json::Value;

/// Which findings are printed, and how much of each.
#[derive(clap::Args)]
pub(crate) struct Narrowed {
    /// Only findings about this document: a path, an id or a part of a title
    #[arg(long, value_name = "DOCUMENT")]
    document: Option<String>,
    /// Most findings to print; all of them if not given
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Show by what each was found: evidence and scores
    #[arg(long)]
    pub(crate) why: bool,
}

impl Narrowed {
    /// Prints the findings of an area that are kept by the filter, as JSON or as the lines that `lines` makes.
    pub(crate) fn print(
        &self,
        area: Area,
        global: &Global,
        console: &Console,
        is_wanted: impl Fn(&Value) -> bool,
        lines: impl Fn(&Finding<'_>) -> Vec<String>,
    ) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let document = match &self.document {
            Some(named) => Some(standing_for(&archive, &opened::open_index(&archive, console)?, named)?),
            None => None,
        };
        let key = document.as_ref().map(|document| Key::Document(document.id.as_str()));
        let findings = opened::findings::findings(&archive, console)?;
        let mut printed = 0;
        findings.each(area, key, |mut finding| {
            let is_of = document.as_ref().is_none_or(|document| is_about(&finding, &document.path));
            if is_of && is_wanted(&finding) {
                self.print_one(area, &mut finding, console, &lines)?;
                printed += 1;
            }
            Ok(self.limit.is_none_or(|limit| printed < limit))
        })?;
        Ok(if printed == 0 { Outcome::NothingFound } else { Outcome::Done })
    }

    fn print_one(
        &self,
        area: Area,
        finding: &mut Value,
        console: &Console,
        lines: impl Fn(&Finding<'_>) -> Vec<String>,
    ) -> anyhow::Result<()> {
        if !self.why {
            without_why(finding);
        }
        if console.is_json() {
            finding["method"] = area.method().into();
            return Ok(console.object(finding)?);
        }
        for line in lines(&Finding(finding)) {
            console.line(one_line(&line))?;
        }
        if let Some(why) = finding.get("why") {
            console.line(format!("    because {}", one_line(&why.to_string())))?;
        }
        Ok(console.line("")?)
    }
}

/// The document that somebody names: findings are made once for one address, in the document that stands for it.
fn standing_for(archive: &Archive, index: &Index, named: &str) -> anyhow::Result<Document> {
    let known = find_document(archive, index, named)?;
    Ok(match known.copy_of.filter(|copied| has_its_address(copied.reason)) {
        Some(copied) => find_document(archive, index, &copied.leader)?.document,
        None => known.document,
    })
}

/// Leaves out the evidence and scores of a finding and of its parts.
fn without_why(finding: &mut Value) {
    match finding {
        Value::Object(fields) => {
            fields.remove("why");
            fields.values_mut().for_each(without_why);
        }
        Value::Array(values) => values.iter_mut().for_each(without_why),
        _ => {}
    }
}

/// Whether a finding is about a document: its own, or of one without its own any that stands in it.
fn is_about(finding: &Value, path: &str) -> bool {
    match finding.pointer("/document/path") {
        Some(own) => own == path,
        None => names_document(finding, path),
    }
}

fn names_document(finding: &Value, path: &str) -> bool {
    match finding {
        Value::Object(fields) => fields.iter().any(|(name, field)| {
            (name == "document" && field.get("path").and_then(Value::as_str) == Some(path))
                || names_document(field, path)
        }),
        Value::Array(values) => values.iter().any(|value| names_document(value, path)),
        _ => false,
    }
}

/// A finding or a part of one, read for people.
pub(crate) struct Finding<'a>(pub(crate) &'a Value);

impl<'a> Finding<'a> {
    /// A text, by its JSON pointer; empty if there is none.
    pub(crate) fn text(&self, pointer: &str) -> &'a str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// A value as it is printed, by its JSON pointer; empty if there is none.
    pub(crate) fn value(&self, pointer: &str) -> String {
        match self.0.pointer(pointer) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    /// A number, by its JSON pointer.
    pub(crate) fn number(&self, pointer: &str) -> Option<f64> {
        self.0.pointer(pointer).and_then(Value::as_f64)
    }

    /// The parts of a list, by its JSON pointer.
    pub(crate) fn parts(&self, pointer: &str) -> impl Iterator<Item = Finding<'a>> {
        self.0.pointer(pointer).and_then(Value::as_array).into_iter().flatten().map(Finding)
    }

    /// Where it stands: date, outlet, and the link that opens the place, else the file.
    pub(crate) fn place(&self) -> String {
        let outlet = match self.text("/document/show") {
            "" => self.text("/document/outlet"),
            show => show,
        };
        let opens = match self.text("/link") {
            "" => self.text("/document/path"),
            link => link,
        };
        let parts = [self.text("/document/date"), outlet, &clock(self), opens];
        parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("  ")
    }
}

/// The second at which it begins, where it has one.
fn clock(finding: &Finding<'_>) -> String {
    let seconds = finding.number("/start_seconds").map(|seconds| seconds.max(0.0) as u64);
    seconds.map_or(String::new(), |seconds| {
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    })
}

/// Findings of an area, opened for a command that reads them itself.
pub(crate) fn open(global: &Global, console: &Console) -> anyhow::Result<Findings> {
    let archive = opened::archive(global)?;
    opened::findings::findings(&archive, console)
}
