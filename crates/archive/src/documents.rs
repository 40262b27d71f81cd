//! Which documents an archive holds.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use crate::failure::FileError;
use crate::folder::Archive;
use crate::path::{DocumentPath, Form};

/// Walks over the documents of an archive in the order of their paths: byte by byte, with `/` as a byte.
///
/// A document is a file whose name ends in `.md`, `.txt`, `.html` or `.htm`. Beside `X.txt`, `X.html` is no document of its
/// own but the page from which the text was read; beside `X.md` neither is one, but a form of the transcript. What
/// could be a document and is left out comes as [`Skipped`]. One folder at a time is held in memory for each level.
#[derive(Debug)]
pub struct Documents<'a> {
    archive: &'a Archive,
    open_folders: Vec<vec::IntoIter<Child>>,
}

/// Something below an archive's root in which no document was looked for, or found.
#[derive(Debug)]
pub struct Skipped {
    /// Relative to the root, with `/`; what is not UTF-8 reads as U+FFFD.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was skipped.
#[derive(Debug)]
pub enum SkipReason {
    /// A folder whose name begins with a dot, such as `.git`, or a file whose name does.
    Hidden,
    /// A symbolic link to a folder: its documents are listed where they are, if that is in the archive.
    LinkToFolder,
    /// A symbolic link that leads out of the archive.
    LinkOutside,
    /// A path that is no text has no form in JSON, and nothing could cite it.
    NotText,
    /// Named like a document, but a pipe or a device.
    NoFile,
    /// The system refuses to read it.
    Unreadable(FileError),
}

impl SkipReason {
    /// Whether a person should be told: hidden files are left out on purpose.
    pub fn is_problem(&self) -> bool {
        !matches!(self, Self::Hidden)
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "skipped `{}`: {}", self.path, self.reason)
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("its name begins with a dot"),
            Self::LinkToFolder => f.write_str(
                "it is a symbolic link to a folder\nhint: put the folder itself into the archive",
            ),
            Self::LinkOutside => f.write_str(
                "it is a symbolic link that leads out of the archive\nhint: put the file itself into the archive",
            ),
            Self::NotText => f.write_str("its name is not UTF-8\nhint: rename it"),
            Self::NoFile => f.write_str("it is a pipe or a device, not a file"),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl Archive {
    /// All documents, and what was skipped.
    ///
    /// # Errors
    /// If the archive's own folder can't be read. A folder below it that can't be is skipped.
    pub fn documents(&self) -> Result<Documents<'_>, FileError> {
        let children = children(self.root(), "")?;
        Ok(Documents { archive: self, open_folders: vec![children.into_iter()] })
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<DocumentPath, Skipped>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(child) = self.open_folders.last_mut()?.next() else {
                self.open_folders.pop();
                continue;
            };
            match self.examine(&child) {
                Finding::Document(path) => return Some(Ok(path)),
                Finding::Folder(children) => self.open_folders.push(children.into_iter()),
                Finding::Nothing => {}
                Finding::Skip(reason) => return Some(Err(Skipped { path: child.path, reason })),
            }
        }
    }
}

/// What a child of a folder is to a person who looks for documents.
enum Finding {
    Document(DocumentPath),
    Folder(Vec<Child>),
    Nothing,
    Skip(SkipReason),
}

impl Documents<'_> {
    fn examine(&self, child: &Child) -> Finding {
        let is_document = child.is_document;
        let file_type = child.file_type;
        if child.is_hidden && (file_type.is_dir() || is_document) {
            Finding::Skip(SkipReason::Hidden)
        } else if file_type.is_dir() {
            examine_folder(child)
        } else if file_type.is_symlink() {
            self.examine_link(child, is_document)
        } else if is_document {
            examine_file(child, file_type.is_file())
        } else {
            Finding::Nothing
        }
    }

    /// A link to a file is followed inside the archive, as annexes to git repositories make them; a link to a
    /// folder is not, because it may lead round in a circle.
    fn examine_link(&self, child: &Child, is_document: bool) -> Finding {
        match (is_document, child.file.is_dir()) {
            (_, true) => return Finding::Skip(SkipReason::LinkToFolder),
            (false, false) => return Finding::Nothing,
            (true, false) => {}
        }
        match self.archive.holds(&child.file) {
            Ok(true) => examine_file(child, child.file.is_file()),
            Ok(false) => Finding::Skip(SkipReason::LinkOutside),
            Err(error) => Finding::Skip(SkipReason::Unreadable(error)),
        }
    }
}

fn examine_folder(child: &Child) -> Finding {
    if !child.is_text {
        return Finding::Skip(SkipReason::NotText);
    }
    match children(&child.file, &child.path) {
        Ok(children) => Finding::Folder(children),
        Err(error) => Finding::Skip(SkipReason::Unreadable(error)),
    }
}

fn examine_file(child: &Child, is_file: bool) -> Finding {
    match DocumentPath::new(child.path.as_str()) {
        Some(path) if is_file && child.is_text => Finding::Document(path),
        Some(_) if !is_file => Finding::Skip(SkipReason::NoFile),
        _ => Finding::Skip(SkipReason::NotText),
    }
}

/// Whether a file of this name is a document among the others of its folder.
fn is_document(name: &str, stems: &Stems) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match Form::of_name(name) {
        Some(Form::Transcript) => true,
        Some(Form::Text) => !stems.of_transcripts.contains(stem),
        Some(Form::Page) => !stems.of_transcripts.contains(stem) && !stems.of_texts.contains(stem),
        None => false,
    }
}

/// The names of a folder's files without their endings.
#[derive(Default)]
struct Stems {
    of_transcripts: BTreeSet<String>,
    of_texts: BTreeSet<String>,
}

impl Stems {
    fn of(children: &[Child]) -> Self {
        let mut stems = Self::default();
        for child in children.iter().filter(|child| !child.file_type.is_dir()) {
            let Some((stem, _)) = child.name.rsplit_once('.') else { continue };
            match Form::of_name(&child.name) {
                Some(Form::Transcript) => stems.of_transcripts.insert(stem.to_owned()),
                Some(Form::Text) => stems.of_texts.insert(stem.to_owned()),
                _ => false,
            };
        }
        stems
    }
}

/// Something in a folder.
#[derive(Debug)]
struct Child {
    file: PathBuf,
    /// Relative to the root, with `/`; lossy unless `is_text`.
    path: String,
    /// The last component of `path`.
    name: String,
    is_text: bool,
    is_hidden: bool,
    /// Whether its name is that of a document.
    is_document: bool,
    file_type: FileType,
}

impl Child {
    fn new(found: &fs::DirEntry, folder_path: &str) -> io::Result<Self> {
        let name = found.file_name();
        let text = name.to_string_lossy();
        let path = if folder_path.is_empty() { text.to_string() } else { format!("{folder_path}/{text}") };
        Ok(Self {
            file: found.path(),
            path,
            is_text: name.to_str().is_some(),
            is_hidden: text.starts_with('.'),
            is_document: false,
            name: text.into_owned(),
            file_type: found.file_type()?,
        })
    }
}

/// What stands in a folder, in the order in which the paths of all documents come out sorted.
fn children(folder: &Path, folder_path: &str) -> Result<Vec<Child>, FileError> {
    let read = || -> io::Result<Vec<Child>> {
        fs::read_dir(folder)?.map(|child| Child::new(&child?, folder_path)).collect()
    };
    let mut children = read().map_err(FileError::on("read", folder))?;
    let stems = Stems::of(&children);
    for child in &mut children {
        child.is_document = is_document(&child.name, &stems);
    }
    children.sort_by(|a, b| sort_key(a).cmp(sort_key(b)));
    Ok(children)
}

/// The path as what lies below it begins: `a/` sorts behind `a b.md`, as the paths in it do.
fn sort_key(child: &Child) -> impl Iterator<Item = u8> {
    child.path.bytes().chain(child.file_type.is_dir().then_some(b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive_of(files: &[&str]) -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        for file in files {
            let file = archive.root().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        (folder, archive)
    }

    /// The paths of all documents, and a line for each problem.
    fn listed(archive: &Archive) -> (Vec<String>, Vec<String>) {
        let (mut paths, mut problems) = (Vec::new(), Vec::new());
        for found in archive.documents().unwrap() {
            match found {
                Ok(path) => paths.push(path.to_string()),
                Err(skipped) if skipped.reason.is_problem() => problems.push(skipped.to_string()),
                Err(_) => {}
            }
        }
        (paths, problems)
    }

    #[test]
    fn documents_come_in_the_order_of_their_paths() {
        let files = ["b.md", "a/z.md", "a b/c.md", "a.md", "a-b.md", "a/é.md", "B.MD", "a/b/c.md", "a!.md"];
        let (_folder, archive) = archive_of(&files);
        let (paths, problems) = listed(&archive);
        let mut sorted = files.map(str::to_owned);
        sorted.sort();
        assert_eq!(paths, sorted);
        assert!(problems.is_empty());
    }

    #[test]
    fn only_visible_files_with_the_ending_are_documents() {
        let files = [
            "a.md",
            "a.json",
            "a.txt",
            "a.html",
            "b.txt",
            "b.html",
            "b.json",
            "c d.HTM",
            "md",
            "x/.y/e.txt",
            "x/f.html",
            ".git/b.md",
            ".c.md",
            "x/.y/d.md",
            "a.md.tmp",
            "Show/.onrecord-1.tmp",
        ];
        let (_folder, archive) = archive_of(&files);
        let documents = ["a.md", "b.txt", "c d.HTM", "x/f.html"].map(str::to_owned);
        assert_eq!(listed(&archive), (documents.to_vec(), vec![]));
        let hidden = archive.documents().unwrap().filter_map(Result::err).map(|skipped| skipped.path);
        assert_eq!(hidden.collect::<Vec<_>>(), [".c.md", ".git", ".onrecord", "x/.y"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_to_files_of_the_archive() {
        use std::os::unix::fs::symlink;
        let (folder, archive) = archive_of(&["a.md", ".annex/b", "x/c.md"]);
        let root = archive.root();
        fs::write(folder.path().join("secret.md"), "").unwrap();
        fs::create_dir(folder.path().join("outside")).unwrap();
        symlink(root.join(".annex/b"), root.join("b.md")).unwrap();
        symlink("../secret.md", root.join("secret.md")).unwrap();
        symlink("../outside", root.join("outside")).unwrap();
        symlink(".", root.join("round")).unwrap();
        symlink("nowhere", root.join("broken.md")).unwrap();
        symlink("nowhere", root.join("other")).unwrap();
        let (paths, problems) = listed(&archive);
        assert_eq!(paths, ["a.md", "b.md", "x/c.md"]);
        let problems = problems.join("\n").replace(&folder.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(problems, @r"
        skipped `broken.md`: cannot read `FOLDER/news/broken.md`: there is no such file or folder
        skipped `outside`: it is a symbolic link to a folder
        hint: put the folder itself into the archive
        skipped `round`: it is a symbolic link to a folder
        hint: put the folder itself into the archive
        skipped `secret.md`: it is a symbolic link that leads out of the archive
        hint: put the file itself into the archive
        ");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_reported() {
        use std::os::unix::ffi::OsStrExt;
        let (_folder, archive) = archive_of(&["a.md"]);
        let name = |bytes: &[u8]| archive.root().join(std::ffi::OsStr::from_bytes(bytes));
        fs::write(name(b"b\xe9.md"), "").unwrap();
        fs::write(name(b"b\xe9.txt"), "").unwrap();
        fs::create_dir(name(b"c\xe9")).unwrap();
        fs::write(name(b"c\xe9/d.md"), "").unwrap();
        let (paths, problems) = listed(&archive);
        assert_eq!(paths, ["a.md"]);
        insta::assert_snapshot!(problems.join("\n"), @r"
        skipped `b�.md`: its name is not UTF-8
        hint: rename it
        skipped `c�`: its name is not UTF-8
        hint: rename it
        ");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_reported() {
        let (_folder, archive) = archive_of(&["a.md"]);
        let _socket = std::os::unix::net::UnixListener::bind(archive.root().join("b.md")).unwrap();
        fs::create_dir(archive.root().join("c.md")).unwrap();
        fs::write(archive.root().join("c.md/d.md"), "").unwrap();
        let (paths, problems) = listed(&archive);
        assert_eq!(paths, ["a.md", "c.md/d.md"]);
        assert_eq!(problems, ["skipped `b.md`: it is a pipe or a device, not a file"]);
    }
}
