//! Articles: text, page and sidecar under one name, revision by revision.
//!
//! ```text
//! Articles/2026-03-02 post.example.org ferry-stops.json  .txt  .html       revision 1
//! Articles/2026-03-02 post.example.org ferry-stops (2).json  .txt  .html   revision 2, "revises" the first
//! ```
//!
//! The sidecar is written first, then the text, then the page: the text makes it a document. Killed before the text, what
//! is left is taken over by the next attempt; killed before the page, the next attempt adds the page.

use record::format::article::{self as article_format, ArticleSidecar};
use record::format::sidecar::MAX_SIDECAR_BYTES;
use record::{Article, Role, Sha256Digest};

use super::{Existing, MOST_ATTEMPTS, WriteError, WriteOutcome, Writer, Written, write_whole};
use crate::failure::FileError;
use crate::names::{self, PAGE_ENDING, SIDECAR_ENDING, TEXT_ENDING};
use crate::path::{DocumentPath, Form};
use crate::read::{MAX_DOCUMENT_BYTES, StoredArticle, sha256};

/// The folder of articles that were taken in.
const ARTICLES: &str = "Articles";

/// An article on its way into the archive.
#[derive(Clone, Debug)]
pub struct NewArticle<'a> {
    /// The citable text, as its file will hold it.
    pub text: &'a [u8],
    /// The page as it was fetched, if there was one.
    pub page: Option<&'a [u8]>,
    /// What is known of it. Hashes, revision and what it revises are filled in when it is written.
    pub sidecar: ArticleSidecar,
}

impl Writer<'_> {
    /// Writes an article: text, page and sidecar, whole or not at all.
    ///
    /// `held` are the documents that the archive holds of the same address. If one of them says the same, whatever the
    /// page put between its paragraphs, nothing is written; else the article becomes a new revision of the newest of them, beside it, and they stay as they are.
    /// Without any, it is filed as `Articles/YYYY-MM-DD host headline.txt`.
    ///
    /// # Errors
    /// If a document that is held can't be read, or the files can't be written.
    pub fn write_article(
        &self,
        article: &NewArticle<'_>,
        held: &[DocumentPath],
    ) -> Result<Written, WriteError> {
        let mut new = article.clone();
        new.sidecar.text_sha256 = Some(sha256(new.text));
        new.sidecar.page_sha256 = new.page.map(sha256);
        let held = self.revisions(held)?;
        let said = said_by_new(&new);
        if let Some(same) = held.iter().find(|revision| revision.said == said) {
            self.complete_page(same, &new)?;
            return Ok(Written { path: same.path.clone(), outcome: WriteOutcome::AlreadyThere });
        }
        match held.iter().max_by_key(|revision| (revision.number, &revision.path)) {
            Some(newest) => {
                new.sidecar.revision = newest.number.saturating_add(1);
                new.sidecar.revises = Some(newest.path.to_string());
                let (folder, stem) = newest.path.folder_and_stem();
                let written = self.write_revision(folder, names::without_number(stem), &new)?;
                Ok(Written { outcome: WriteOutcome::Revised, ..written })
            }
            None => {
                self.show_folder(ARTICLES)?;
                self.write_revision(&format!("{ARTICLES}/"), &names::of_article(&new.sidecar), &new)
            }
        }
    }

    /// Those of the documents that are articles.
    fn revisions(&self, held: &[DocumentPath]) -> Result<Vec<Revision>, WriteError> {
        let mut revisions = Vec::new();
        for path in held {
            let raw = self.archive.read_raw(path)?;
            let parsed = raw.parse();
            if let Some(StoredArticle { article, sidecar, .. }) = parsed.article() {
                revisions.push(Revision {
                    path: path.clone(),
                    number: sidecar.as_ref().map_or(1, |sidecar| sidecar.revision),
                    said: said(article),
                    page: sidecar.as_ref().and_then(|sidecar| sidecar.page_sha256),
                });
            }
        }
        Ok(revisions)
    }

    /// Adds the page of an article that was written without it because the writer was killed.
    fn complete_page(&self, held: &Revision, new: &NewArticle<'_>) -> Result<(), WriteError> {
        let file = self.archive.file_path(&held.path).with_extension(&PAGE_ENDING[1..]);
        if let Some(page) = new.page
            && held.page == new.sidecar.page_sha256
            && file.symlink_metadata().is_err()
        {
            write_whole(&file, page, Existing::Keep)?;
        }
        Ok(())
    }

    /// Writes under the first name that is free, ` (2)` and so on behind the stem.
    fn write_revision(&self, folder: &str, stem: &str, new: &NewArticle<'_>) -> Result<Written, WriteError> {
        for attempt in 1..=MOST_ATTEMPTS {
            let stem = names::numbered(stem, attempt);
            let Some(path) = DocumentPath::new(format!("{folder}{stem}{TEXT_ENDING}")) else { break };
            if self.is_free(&path, new) {
                let existing = self.archive.read_raw(&path).ok().map(|raw| sha256(&raw.bytes));
                if existing.is_some() {
                    return Ok(Written { path, outcome: WriteOutcome::AlreadyThere });
                }
                if self.write_files(&path, new)? {
                    return Ok(Written { path, outcome: WriteOutcome::Created });
                }
            }
        }
        Err(WriteError::NameTaken { path: self.archive.root().join(folder).join(stem) })
    }

    /// Whether no file of this name is somebody's: a sidecar of the same text was left by a process that was killed, and
    /// so was a document of the same text without an address, added again.
    fn is_free(&self, path: &DocumentPath, new: &NewArticle<'_>) -> bool {
        let file = self.archive.file_path(path);
        let is_there = |ending: &str| file.with_extension(&ending[1..]).symlink_metadata().is_ok();
        if is_there(TEXT_ENDING) {
            return self.digest_of(&file) == new.sidecar.text_sha256;
        }
        let is_left_over = || {
            let sidecar = self.archive.read_file(&self.archive.sidecar_path(path), MAX_SIDECAR_BYTES).ok();
            let sidecar = sidecar.and_then(|(bytes, _)| article_format::read(&bytes).ok());
            sidecar.is_some_and(|sidecar| sidecar.text_sha256 == new.sidecar.text_sha256)
        };
        let others = [PAGE_ENDING, ".htm", names::TRANSCRIPT_ENDING].iter().any(|ending| is_there(ending));
        !others && (!is_there(SIDECAR_ENDING) || is_left_over())
    }

    fn digest_of(&self, file: &std::path::Path) -> Option<Sha256Digest> {
        self.archive.read_file(file, MAX_DOCUMENT_BYTES).ok().map(|(bytes, _)| sha256(&bytes))
    }

    /// Whether all was written; not if somebody else has made the text's file meanwhile.
    fn write_files(&self, path: &DocumentPath, new: &NewArticle<'_>) -> Result<bool, FileError> {
        let text_file = self.archive.file_path(path);
        let sidecar_file = self.archive.sidecar_path(path);
        write_whole(&sidecar_file, &article_format::write(&new.sidecar), Existing::Replace)?;
        let text = write_whole(&text_file, new.text, Existing::Keep);
        if !matches!(text, Ok(true)) {
            let _ = std::fs::remove_file(&sidecar_file);
            return text;
        }
        let Some(page) = new.page else { return Ok(true) };
        let page = write_whole(&text_file.with_extension(&PAGE_ENDING[1..]), page, Existing::Keep);
        if !matches!(page, Ok(true)) {
            // Without its page it would claim a hash that nobody can check.
            let _ = std::fs::remove_file(&text_file);
            let _ = std::fs::remove_file(&sidecar_file);
        }
        page
    }
}

/// The hash of an article's paragraphs but furniture: what else a page shows changes with each visit.
fn said(article: &Article) -> Sha256Digest {
    let paragraphs = article.texts().filter(|(paragraph, _)| paragraph.role != Role::Furniture);
    let texts: Vec<&str> = paragraphs.map(|(_, text)| text).collect();
    sha256(texts.join("\n\n").as_bytes())
}

/// The same of an article that is not in the archive's folder yet.
fn said_by_new(new: &NewArticle<'_>) -> Sha256Digest {
    let sidecar = article_format::write(&new.sidecar);
    said(&StoredArticle::parse(Form::Text, new.text, Some(&sidecar), Vec::new()).article)
}

/// A version of an article that the archive holds.
struct Revision {
    path: DocumentPath,
    number: u32,
    /// Of what it says.
    said: Sha256Digest,
    /// Of its page, by its sidecar.
    page: Option<Sha256Digest>,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::folder::Archive;

    fn archive() -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        (folder, archive)
    }

    fn article<'a>(text: &'a str, page: Option<&'a str>) -> NewArticle<'a> {
        let article = Article {
            url: Some("https://post.example.org/ferry".to_owned()),
            headline: Some("Ferry stops".to_owned()),
            published: "2026-03-02".parse().ok(),
            ..Article::default()
        };
        NewArticle {
            text: text.as_bytes(),
            page: page.map(str::as_bytes),
            sidecar: ArticleSidecar::of(&article),
        }
    }

    #[track_caller]
    fn write(archive: &Archive, new: &NewArticle<'_>, held: &[DocumentPath]) -> (DocumentPath, WriteOutcome) {
        let writer = archive.writer("a test", Duration::ZERO).unwrap();
        let written = writer.write_article(new, held).unwrap();
        (written.path, written.outcome)
    }

    fn names(archive: &Archive) -> Vec<String> {
        let children = fs::read_dir(archive.root().join(ARTICLES)).unwrap();
        let mut names: Vec<_> =
            children.map(|child| child.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    const STEM: &str = "2026-03-02 post.example.org ferry-stops";

    #[test]
    fn a_changed_text_is_a_new_revision() {
        let (_folder, archive) = archive();
        let (first, outcome) = write(&archive, &article("One.", Some("<p>One.")), &[]);
        assert_eq!(
            (first.as_str(), outcome),
            (format!("Articles/{STEM}.txt").as_str(), WriteOutcome::Created)
        );
        let before = fs::read(archive.sidecar_path(&first)).unwrap();
        // Another page of the same text.
        let held = [first.clone()];
        assert_eq!(
            write(&archive, &article("One.", Some("<b>One.")), &held),
            (first.clone(), WriteOutcome::AlreadyThere)
        );
        let with_furniture = article("One.\n\nShare this", None);
        assert_eq!(write(&archive, &with_furniture, &held), (first.clone(), WriteOutcome::AlreadyThere));
        let (second, outcome) = write(&archive, &article("Two.", Some("<p>Two.")), &held);
        assert_eq!(
            (second.as_str(), outcome),
            (format!("Articles/{STEM} (2).txt").as_str(), WriteOutcome::Revised)
        );
        let held = [second.clone(), first.clone()];
        assert_eq!(
            write(&archive, &article("One.", None), &held),
            (first.clone(), WriteOutcome::AlreadyThere)
        );
        let (third, _) = write(&archive, &article("Three.", None), &held);
        let stored = archive.read(&third).unwrap();
        let sidecar = stored.article().unwrap().sidecar.clone().unwrap();
        assert_eq!((sidecar.revision, sidecar.revises.as_deref()), (3, Some(second.as_str())));
        assert_eq!(stored.issues(), []);
        assert_eq!(fs::read(archive.file_path(&first)).unwrap(), b"One.");
        assert_eq!(fs::read(archive.sidecar_path(&first)).unwrap(), before, "what was revised is untouched");
        let documents: Vec<String> =
            archive.documents().unwrap().filter_map(Result::ok).map(|path| path.to_string()).collect();
        assert_eq!(documents.len(), 3, "a page beside its text is no document: {documents:?}");
    }

    #[test]
    fn another_article_of_the_same_name_has_a_number() {
        let (_folder, archive) = archive();
        write(&archive, &article("One.", None), &[]);
        let (other, outcome) = write(&archive, &article("Other.", None), &[]);
        assert_eq!(
            (other.as_str(), outcome),
            (format!("Articles/{STEM} (2).txt").as_str(), WriteOutcome::Created)
        );
        // Without an address nobody knows that it is held, but its name and its text are.
        assert_eq!(write(&archive, &article("Other.", None), &[]), (other, WriteOutcome::AlreadyThere));
        assert_eq!(names(&archive).len(), 4);
    }

    #[test]
    fn what_a_killed_process_left_is_completed() {
        let (_folder, archive) = archive();
        let new = article("One.", Some("<p>One."));
        let (path, _) = write(&archive, &new, &[]);
        let all = names(&archive);
        // Killed before the page.
        fs::remove_file(archive.root().join(ARTICLES).join(format!("{STEM}.html"))).unwrap();
        assert_eq!(write(&archive, &new, std::slice::from_ref(&path)).1, WriteOutcome::AlreadyThere);
        assert_eq!(names(&archive), all);
        // Killed before the text.
        fs::remove_file(archive.file_path(&path)).unwrap();
        fs::remove_file(archive.root().join(ARTICLES).join(format!("{STEM}.html"))).unwrap();
        assert_eq!(write(&archive, &new, &[]), (path, WriteOutcome::Created));
        assert_eq!(names(&archive), all);
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let (_folder, archive) = archive();
        let folder = archive.root().join(ARTICLES);
        fs::create_dir_all(&folder).unwrap();
        for (number, name) in [".json", " (2).html", " (3).md", " (4).txt"].iter().enumerate() {
            fs::write(folder.join(format!("{STEM}{name}")), number.to_string()).unwrap();
        }
        let (path, _) = write(&archive, &article("One.", None), &[]);
        assert_eq!(path.as_str(), format!("Articles/{STEM} (5).txt"));
        assert_eq!(fs::read_to_string(folder.join(format!("{STEM}.json"))).unwrap(), "0");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let (folder, archive) = archive();
        fs::create_dir(folder.path().join("outside")).unwrap();
        std::os::unix::fs::symlink("../outside", archive.root().join(ARTICLES)).unwrap();
        let writer = archive.writer("a test", Duration::ZERO).unwrap();
        let error = writer.write_article(&article("One.", None), &[]).unwrap_err();
        let error = error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(error, @"cannot write into `FOLDER/news/Articles`: it leads out of the archive by a symbolic link");
    }
}
