//! `onrecord verify`: whether the files are still as they were when they were indexed.

use super::layout::one_line;
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use index::{Problem, ProblemKind};

/// Read every file and say which are not as they were when they were indexed
///
/// Tells files that are missing, changed (even where size and time are as they were) or not listed yet, pages that are not
/// those an article's text was read from, and documents of which the index holds not all. Changes nothing. Ends with
/// status 0 if all is as it was, 2 if not.
#[derive(clap::Args)]
pub(crate) struct Verify {}

impl Verify {
    /// Prints the problems.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let bar = console.progress(0, "verifying", "documents");
        let mut documents = 0;
        let problems = index::verify(&archive, |done, of| {
            documents = of;
            bar.set_length(of);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let problems = problems?;
        for problem in &problems {
            if console.is_json() {
                console.object(problem)?;
            } else {
                console.line(one_line(&for_people(problem)))?;
            }
        }
        if problems.is_empty() {
            console.remark(format_args!("{documents} documents are as they were when they were indexed"));
            return Ok(Outcome::Done);
        }
        console.remark(hint(&problems));
        Ok(Outcome::Failed)
    }
}

fn for_people(problem: &Problem) -> String {
    let Problem { path, expected, found, .. } = problem;
    let expected = expected.as_deref().unwrap_or("nothing");
    let found = found.as_deref().unwrap_or("nothing");
    format!("{path}: {}: expected {expected}, found {found}", name(problem.problem))
}

fn name(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Missing => "missing",
        ProblemKind::Changed => "changed",
        ProblemKind::Unlisted => "not listed",
        ProblemKind::IndexStale => "the index is stale",
    }
}

fn hint(problems: &[Problem]) -> String {
    let is_lost =
        problems.iter().any(|problem| matches!(problem.problem, ProblemKind::Missing | ProblemKind::Changed));
    let restore = if is_lost { "if files were lost or damaged, put them back from a copy; " } else { "" };
    format!(
        "{} problems\nhint: {restore}`onrecord index` takes the files as they are now, `onrecord index --rebuild` also those that look unchanged",
        problems.len()
    )
}
