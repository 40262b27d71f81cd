//! The archive's files held against what the index noted of them when it read them.
//!
//! Nothing is changed: what is found is for people to decide. The hashes are those of the catalogue, so damage that leaves
//! size and time of a file as they were, which an update passes over, shows here.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Archive, DocumentPath, FileError, ReadError, StoredDocument, sha256};
use record::Sha256Digest;
use serde::Serialize;

use crate::catalogue::{Catalogue, CatalogueError, DocumentNumber, Known};
use crate::meaning::{Meaning, MeaningError};
use crate::search::IndexPaths;
use crate::words::{Words, WordsError};

/// Something that is not as it was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file below the archive's root, with `/`.
    pub path: String,
    /// What it is.
    pub problem: ProblemKind,
    /// What was noted.
    pub expected: Option<String>,
    /// What is there.
    pub found: Option<String>,
}

/// In which way a file is not as it was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// It is gone, or can't be read.
    Missing,
    /// It says something else.
    Changed,
    /// It is a document that the index does not know.
    Unlisted,
    /// The file is as it was, but the index holds not all of it.
    IndexStale,
}

/// Why an archive can't be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The archive's folder can't be listed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The catalogue can't be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The words can't be read.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// Reads every file of the archive and compares it with what the index noted. `progress` gets how many documents were
/// read, and of how many.
///
/// # Errors
/// If the archive has no index that this program reads, or its folder can't be listed.
pub fn verify(archive: &Archive, mut progress: impl FnMut(u64, u64)) -> Result<Vec<Problem>, VerifyError> {
    let paths = IndexPaths::of(archive);
    let catalogue = Catalogue::open(&paths.catalogue)?;
    let mut listed = Vec::new();
    catalogue.each_document(|known| {
        listed.push(known);
        true
    })?;
    let mut problems = Vec::new();
    let is_unfinished = catalogue.has_unfinished_update()?;
    let parts = match is_unfinished {
        true => {
            problems.push(unfinished(archive, &paths));
            None
        }
        false => Some(Parts { words: passages_in_words(&paths)?, vectors: vectors(&catalogue, &paths)? }),
    };
    for (done, known) in listed.iter().enumerate() {
        progress(done as u64, listed.len() as u64);
        let before = problems.len();
        check_files(archive, known, &mut problems);
        if problems.len() == before {
            problems.extend(parts.as_ref().and_then(|parts| parts.check(known)));
        }
    }
    let listed: BTreeSet<&str> = listed.iter().map(|known| known.document.path.as_str()).collect();
    for path in archive.documents()?.filter_map(Result::ok) {
        // What an unfinished update will list yet is no problem of its own.
        if !is_unfinished && !listed.contains(path.as_str()) {
            let found = match archive.read_raw(&path) {
                Ok(raw) => Some(shown(&sha256(&raw.bytes))),
                Err(error) => Some(error.to_string()),
            };
            let problem = ProblemKind::Unlisted;
            problems.push(Problem { path: path.to_string(), problem, expected: None, found });
        }
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(problems)
}

/// The index as a whole is not what the files are.
fn unfinished(archive: &Archive, paths: &IndexPaths) -> Problem {
    Problem {
        path: relative(archive, &paths.folder),
        problem: ProblemKind::IndexStale,
        expected: Some("a finished update".to_owned()),
        found: Some("an update that is running or was interrupted".to_owned()),
    }
}

/// What the parts of the index beside the catalogue hold of each document.
struct Parts {
    words: BTreeMap<DocumentNumber, u64>,
    /// `None` where there are none at all: an index without a model of meaning is whole.
    vectors: Option<BTreeMap<DocumentNumber, u64>>,
}

impl Parts {
    fn check(&self, known: &Known) -> Option<Problem> {
        let path = known.document.path.clone();
        let stale = |expected: String, found: String| {
            let problem = ProblemKind::IndexStale;
            Some(Problem { path: path.clone(), problem, expected: Some(expected), found: Some(found) })
        };
        let number = DocumentNumber::of(&known.document.path);
        let (passages, found) =
            (known.words.all_passages(), self.words.get(&number).copied().unwrap_or_default());
        if found != passages {
            return stale(format!("{passages} passages"), format!("{found} passages"));
        }
        let vectors = self.vectors.as_ref()?;
        // Copies and doubted passages have none of their own.
        let is_in_need = known.words.passages > 0 && known.copy_of.is_none();
        (is_in_need && !vectors.contains_key(&number))
            .then(|| stale("vectors".to_owned(), "none".to_owned()))
            .flatten()
    }
}

fn passages_in_words(paths: &IndexPaths) -> Result<BTreeMap<DocumentNumber, u64>, VerifyError> {
    Ok(Words::open(&paths.words)?.snapshot()?.passages_by_document()?)
}

/// How many vectors each document has that can be read; files that can't be opened hold none.
fn vectors(
    catalogue: &Catalogue,
    paths: &IndexPaths,
) -> Result<Option<BTreeMap<DocumentNumber, u64>>, VerifyError> {
    if catalogue.vector_model()?.is_none() {
        return Ok(None);
    }
    let mut readable = BTreeMap::new();
    let places = catalogue.vectors()?;
    let files: BTreeSet<u64> = places.iter().map(|(_, place)| place.file).collect();
    for file in files {
        let of_file = places.iter().filter(|(_, place)| place.file == file).copied().collect();
        let opened: Result<Meaning, MeaningError> = Meaning::open(&paths.meaning, of_file);
        if let Ok(opened) = opened {
            readable.extend(opened.counts());
        }
    }
    Ok(Some(readable))
}

/// Reads a document's files and compares their hashes.
fn check_files(archive: &Archive, known: &Known, problems: &mut Vec<Problem>) {
    let text = &known.document.path;
    let add = |problems: &mut Vec<Problem>, path: &str, problem, expected: Option<&Sha256Digest>, found| {
        problems.push(Problem { path: path.to_owned(), problem, expected: expected.map(shown), found });
    };
    let raw = DocumentPath::new(text.clone())
        .ok_or_else(|| "its path leads out of the archive".to_owned())
        .and_then(|path| archive.read_raw(&path).map_err(|error| reason(&error)));
    let raw = match raw {
        Ok(raw) => raw,
        Err(reason) => {
            let found = (reason != GONE).then_some(reason);
            return add(problems, text, ProblemKind::Missing, Some(&known.content), found);
        }
    };
    let found = sha256(&raw.bytes);
    if found != known.content {
        add(problems, text, ProblemKind::Changed, Some(&known.content), Some(shown(&found)));
    }
    let sidecar = relative(archive, &archive.sidecar_path(&raw.path));
    match (raw.sidecar_bytes.as_deref().map(sha256), &known.sidecar_content) {
        (None, Some(expected)) => add(problems, &sidecar, ProblemKind::Missing, Some(expected), None),
        (Some(found), None) => add(problems, &sidecar, ProblemKind::Unlisted, None, Some(shown(&found))),
        (Some(found), Some(expected)) if found != *expected => {
            add(problems, &sidecar, ProblemKind::Changed, Some(expected), Some(shown(&found)));
        }
        _ => {}
    }
    check_page(archive, &raw, problems);
}

/// Compares the page that is kept beside an article's text with the hash in the article's sidecar.
fn check_page(archive: &Archive, raw: &archive::RawDocument, problems: &mut Vec<Problem>) {
    if raw.sidecar_bytes.is_none() || raw.path.form() != archive::Form::Text {
        return;
    }
    let StoredDocument::Article(article) = raw.parse() else { return };
    let Some(expected) = article.sidecar.and_then(|sidecar| sidecar.page_sha256) else { return };
    let path = relative(archive, &archive.file_path(&raw.path).with_extension("html"));
    // Read as documents are: not without a limit, and nothing outside the archive that a link leads to.
    let page = DocumentPath::new(path.as_str()).and_then(|page| archive.read_raw(&page).ok());
    let found = page.map(|page| sha256(&page.bytes));
    if found != Some(expected) {
        let problem = if found.is_some() { ProblemKind::Changed } else { ProblemKind::Missing };
        let (expected, found) = (Some(shown(&expected)), found.as_ref().map(shown));
        problems.push(Problem { path, problem, expected, found });
    }
}

/// What is found where a file is not there; nothing more can be said of it.
const GONE: &str = "";

fn reason(error: &ReadError) -> String {
    if error.is_not_found() { GONE.to_owned() } else { error.to_string() }
}

fn relative(archive: &Archive, file: &std::path::Path) -> String {
    let below = file.strip_prefix(archive.root()).unwrap_or(file);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn shown(digest: &Sha256Digest) -> String {
    format!("sha256:{digest}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::SystemTime;

    use super::*;
    use crate::testing::{Made, TestArchive};

    fn found(archive: &TestArchive) -> Vec<(String, ProblemKind)> {
        let problems = verify(&archive.archive, |_, _| {}).unwrap();
        problems.into_iter().map(|problem| (problem.path, problem.problem)).collect()
    }

    fn begun() -> TestArchive {
        let archive = TestArchive::new();
        for (name, id) in [("a", 1), ("b", 2), ("c", 3)] {
            let made = Made::saying(id, &["The ferry is late.", "And now the weather."]);
            archive.put(&format!("{name}.md"), made.text());
            archive.put(&format!("{name}.json"), made.sidecar(&[], id as u8));
        }
        archive.update();
        archive
    }

    #[test]
    fn an_archive_as_it_was_noted_is_whole() {
        assert_eq!(found(&begun()), []);
    }

    #[test]
    fn files_are_told_that_are_not_as_they_were() {
        let archive = begun();
        archive.remove("a.md");
        archive.remove("b.json");
        archive.put("d.md", Made::saying(4, &["No boats today."]).text());
        // One bit, with size and time as they were: an update passes over it.
        let file = archive.archive.root().join("c.md");
        let modified: SystemTime = fs::metadata(&file).unwrap().modified().unwrap();
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
        let expected = [
            ("a.md", ProblemKind::Missing),
            ("b.json", ProblemKind::Missing),
            ("c.md", ProblemKind::Changed),
            ("d.md", ProblemKind::Unlisted),
        ];
        assert_eq!(found(&archive), expected.map(|(path, problem)| (path.to_owned(), problem)));
    }

    #[test]
    fn an_interrupted_update_leaves_a_stale_index() {
        let archive = begun();
        let paths = IndexPaths::of(&archive.archive);
        let mut catalogue = Catalogue::open_or_create(&paths.catalogue).unwrap().unwrap();
        catalogue.note(&["b.md".to_owned()]).unwrap();
        assert_eq!(found(&archive), [(".onrecord/index".to_owned(), ProblemKind::IndexStale)]);
        drop(catalogue);
        archive.update();
        assert_eq!(found(&archive), []);
    }
}
