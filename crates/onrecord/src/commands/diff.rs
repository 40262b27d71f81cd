//! `onrecord diff`: what changed between two revisions of an article.

use super::layout::{Layout, heading, one_line};
use crate::Global;
use crate::console::{Console, Outcome};
use crate::opened;
use anyhow::{Context, bail};
use archive::{Archive, StoredArticle};
use article::{Change, difference};
use index::Known;
use library::documents::{find_document, read_document};
use record::Document;
use serde::Serialize;

/// Show what changed between two revisions of an article, word by word
///
/// With one article named, it is compared with the revision before it. What was removed stands in `[-...-]`, what was added in
/// `{+...+}`; paragraphs without a change are left out.
#[derive(clap::Args)]
pub(crate) struct Diff {
    /// Path, id, address or a part of the headline of an article
    article: String,
    /// A newer one to compare it with
    other: Option<String>,
}

/// Two revisions and their difference, for scripts.
#[derive(Serialize)]
struct Compared<'a> {
    old: &'a Document,
    new: &'a Document,
    /// `["=", text]`, `["-", text]`, `["+", text]`.
    difference: Vec<(&'static str, &'a str)>,
}

/// An article and what the index knows of it.
struct Revision {
    known: Known,
    stored: Box<StoredArticle>,
}

impl Diff {
    /// Prints the difference.
    pub(crate) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Outcome> {
        let archive = opened::archive(global)?;
        let index = opened::open_index(&archive, console)?;
        let find = |named: &str| -> anyhow::Result<Revision> {
            revision(&archive, find_document(&archive, &index, named)?)
        };
        let named = find(&self.article)?;
        let (old, new) = match &self.other {
            Some(other) => (named, find(other)?),
            None => (find(&before(&named)?)?, named),
        };
        let changes = difference(&old.stored.article.text, &new.stored.article.text);
        if console.is_json() {
            let difference = changes.iter().map(|change| (change.sign(), change.text())).collect();
            console.object(&Compared { old: &old.known.document, new: &new.known.document, difference })?;
        } else {
            console.raw(for_people(&old.known.document, &new.known.document, &changes).as_bytes())?;
        }
        if changes.iter().all(|change| matches!(change, Change::Same(_))) {
            console.remark("their texts are the same");
            return Ok(Outcome::NothingFound);
        }
        Ok(Outcome::Done)
    }
}

fn revision(archive: &Archive, known: Known) -> anyhow::Result<Revision> {
    match read_document(archive, &known)? {
        archive::StoredDocument::Article(stored) => Ok(Revision { known, stored }),
        archive::StoredDocument::Transcript(_) => {
            bail!("expected an article, found the transcript `{}`", known.document.path)
        }
    }
}

/// The path of the revision before this one.
fn before(revision: &Revision) -> anyhow::Result<String> {
    let revises = revision.stored.sidecar.as_ref().and_then(|sidecar| sidecar.revises.clone());
    revises.with_context(|| {
        format!(
            "`{}` is the first revision that is held\nhint: name two articles to compare them",
            revision.known.document.path
        )
    })
}

fn for_people(old: &Document, new: &Document, changes: &[Change<'_>]) -> String {
    let layout = Layout::of_stdout();
    let mut text = layout.paragraph("", &heading(new), &[]);
    text += &format!("- {}\n+ {}\n\n", one_line(&old.path), one_line(&new.path));
    for paragraph in changed_paragraphs(changes) {
        text += &layout.paragraph("", &paragraph, &[]);
    }
    text
}

/// The paragraphs in which something changed, with marks around it.
fn changed_paragraphs(changes: &[Change<'_>]) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let (mut paragraph, mut is_changed) = (String::new(), false);
    for change in changes {
        let (open, close) = match change {
            Change::Same(_) => ("", ""),
            Change::Removed(_) => ("[-", "-]"),
            Change::Added(_) => ("{+", "+}"),
        };
        for (number, line) in change.text().split('\n').enumerate() {
            if number > 0 {
                if is_changed && !paragraph.trim().is_empty() {
                    paragraphs.push(std::mem::take(&mut paragraph));
                }
                paragraph.clear();
                is_changed = false;
            }
            if !line.trim().is_empty() {
                paragraph += &format!("{open}{line}{close}");
                is_changed |= !open.is_empty();
            } else {
                paragraph += line;
            }
        }
    }
    if is_changed {
        paragraphs.push(paragraph);
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_paragraphs_are_shown() {
        let shown = |old: &str, new: &str| changed_paragraphs(&difference(old, new)).join("\n");
        assert_eq!(
            shown("One.\n\nTwo is late.\n\nThree.", "One.\n\nTwo was late.\n\nThree."),
            "Two [-is-]{+was+} late."
        );
        assert_eq!(shown("One.\n\nTwo.", "One.\n\nNew.\n\nTwo."), "{+New.+}");
        assert_eq!(shown("One.\n\nTwo.", "One."), "[-Two.-]");
        assert_eq!(shown("One.", "One."), "");
    }
}
