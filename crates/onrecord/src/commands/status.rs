//! `onrecord status`: what an archive holds.

use super::layout::one_line;
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use index::{Catalogue, Scope, ShowSummary};
use record::MediaTime;
use serde_json::json;

/// Say what the archive holds: counts, and each show with its first and newest date
///
/// Brings the index up to date with the files first.
#[derive(clap::Args)]
pub(crate) struct Status {
    /// List each place that could not be read instead
    #[arg(long)]
    issues: bool,
}

impl Status {
    /// Prints the counts.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let report = opened::update(&archive, "onrecord status", Scope::All, false, console)?;
        for (path, why) in report.failed.iter().chain(&report.skipped) {
            console.warning(format_args!("`{path}`: {why}"));
        }
        let index = opened::open_index(&archive, console)?;
        if self.issues {
            return print_issues(index.catalogue(), console);
        }
        let (summary, shows) = (index.catalogue().summary()?, index.catalogue().shows()?);
        let vector_model = index.catalogue().vector_model()?;
        let without_vectors = index.catalogue().without_vectors()?;
        if console.is_json() {
            console.object(&json!({
                "path": archive.root().display().to_string(), "documents": summary.documents,
                "length_seconds": summary.length.as_seconds_f64(), "segments": summary.segments,
                "untimed_documents": summary.untimed_documents, "suspect_segments": summary.suspect_segments,
                "opaque_documents": summary.opaque_documents, "duplicate_documents": summary.duplicate_documents,
                "documents_with_issues": summary.documents_with_issues, "issues": summary.issues, "passages": summary.passages, "vector_model": vector_model, "documents_without_vectors": without_vectors,
                "skipped": report.failed.iter().chain(&report.skipped).map(problem_object).collect::<Vec<_>>(), "shows": shows.iter().map(show_object).collect::<Vec<_>>(),
            }))?;
            return Ok(Outcome::Done);
        }
        console.line(archive.root().display().to_string())?;
        console.line(format!(
            "{} documents, {:.1} hours, {} segments",
            summary.documents,
            hours(summary.length),
            summary.segments
        ))?;
        let doubts = [
            (summary.suspect_segments, "doubtful segments"),
            (summary.untimed_documents, "documents without times"),
            (summary.opaque_documents, "documents that do not follow the archive's grammar"),
            (summary.duplicate_documents, "copies of documents"),
            (summary.issues, "places that could not be read (`--issues` lists them)"),
        ];
        for (count, what) in doubts.into_iter().filter(|(count, _)| *count > 0) {
            console.line(format!("{count} {what}"))?;
        }
        match vector_model {
            Some(model) if without_vectors == 0 => {
                console.line(format!("searched by words and by meaning ({model})"))?
            }
            Some(_) => console.line(format!(
                "{without_vectors} documents are searched by words only (`onrecord index` adds the vectors)"
            ))?,
            None => console
                .line("searched by words only (`onrecord models fetch meaning`, then `onrecord index`)")?,
        }
        for show in shows {
            let day = |date: Option<jiff::civil::Date>| date.map_or("?".to_string(), |date| date.to_string());
            console.line(format!(
                "{:>7}  {:>8.1} h  {} to {}  {}",
                show.documents,
                hours(show.length),
                day(show.first),
                day(show.last),
                show.show.as_deref().unwrap_or("(no show named)")
            ))?;
        }
        Ok(Outcome::Done)
    }
}

fn problem_object((path, why): &(String, String)) -> serde_json::Value {
    json!({"path": path, "message": why})
}

/// Each place that could not be read, as editors and compilers name places.
fn print_issues(catalogue: &Catalogue, console: &Console) -> anyhow::Result<Outcome> {
    let mut paths = Vec::new();
    catalogue.each_document(|known| {
        paths.push(known.document.path);
        true
    })?;
    let mut outcome = Outcome::NothingFound;
    for path in paths {
        for issue in catalogue.issues(&path)? {
            outcome = Outcome::Done;
            if console.is_json() {
                console.object(&json!({"path": path, "place": issue.place, "message": issue.message}))?;
            } else {
                let place = issue.place.map_or(String::new(), |place| format!("{place}:"));
                console.line(one_line(&format!("{path}:{place} {}", issue.message)))?;
            }
        }
    }
    Ok(outcome)
}

fn show_object(show: &ShowSummary) -> serde_json::Value {
    json!({
        "show": show.show, "documents": show.documents, "length_seconds": show.length.as_seconds_f64(),
        "first": show.first, "last": show.last,
    })
}

fn hours(length: MediaTime) -> f64 {
    length.as_seconds_f64() / 3600.0
}
