//! Which folder is an archive, and how one becomes one.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::failure::FileError;
use crate::path::DocumentPath;

/// What makes a folder an archive; all in it can be made again.
const STATE: &str = ".onrecord";

/// What people configure.
const CONFIGURATION: &str = "onrecord.toml";

/// The configuration of a new archive: nothing but what it is for.
const NEW_CONFIGURATION: &str = "\
# This file makes the folder an archive of `onrecord` together with the folder `.onrecord` beside it.
# It is yours: the program creates it and never changes it.
";

/// The environment variable that names an archive.
const ENVIRONMENT: &str = "ONRECORD_ARCHIVE";

/// A folder of plain files that is kept as an archive.
#[derive(Clone, Debug)]
pub struct Archive {
    root: PathBuf,
    /// The root without symbolic links: what "inside" is measured by.
    real_root: PathBuf,
}

/// An archive, and whether it was one before.
#[derive(Clone, Debug)]
pub struct Initialised {
    /// The archive.
    pub archive: Archive,
    /// Whether its folder was no archive before.
    pub is_new: bool,
}

/// Why a folder cannot become an archive.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// It is a file.
    #[error("expected a folder, found the file `{}`", path.display())]
    NotAFolder {
        /// What was named.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Why no archive was found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// A folder was named that is no archive.
    #[error(
        "`{}`, which {named_by} names, is no archive: it has no folder `{STATE}`\nhint: `onrecord init FOLDER` makes a folder an archive and changes none of its files",
        folder.display()
    )]
    NoArchive {
        /// What was named.
        folder: PathBuf,
        /// Where it was named: `--archive` or the environment.
        named_by: &'static str,
    },
    /// Nobody named one, and none is around us.
    #[error(
        "found no archive in `{}` or in a folder above it\nhint: `onrecord init` makes a folder an archive, `--archive FOLDER` names one elsewhere",
        from.display()
    )]
    NoneAbove {
        /// Where the search began.
        from: PathBuf,
    },
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Archive {
    /// Makes `folder` an archive where it stands. What is there stays as it is: `.onrecord/` and `onrecord.toml`
    /// are added where they are missing. A folder that does not exist is created.
    ///
    /// # Errors
    /// If it is a file, or cannot be written.
    pub fn init(folder: &Path) -> Result<Initialised, InitError> {
        if folder.exists() && !folder.is_dir() {
            return Err(InitError::NotAFolder { path: folder.to_owned() });
        }
        let state = folder.join(STATE);
        let is_new = !state.is_dir();
        fs::create_dir_all(&state).map_err(FileError::on("create", &state))?;
        // The state can be made again, so it stays out of a repository that the archive is kept in.
        create_if_absent(&state.join(".gitignore"), "*\n")?;
        create_if_absent(&folder.join(CONFIGURATION), NEW_CONFIGURATION)?;
        Ok(Initialised { archive: Self::open(folder)?, is_new })
    }

    /// The archive at `explicit`; else the one that the environment variable `ONRECORD_ARCHIVE` names; else the
    /// nearest folder from `from` upwards that is one.
    ///
    /// # Errors
    /// If what is named is no archive, or nothing is named and none is found.
    pub fn find(explicit: Option<&Path>, from: &Path) -> Result<Self, FindError> {
        Self::find_with(explicit, std::env::var_os(ENVIRONMENT).as_deref(), from)
    }

    fn find_with(
        explicit: Option<&Path>,
        environment: Option<&OsStr>,
        from: &Path,
    ) -> Result<Self, FindError> {
        let environment = environment.filter(|value| !value.is_empty()).map(Path::new);
        let named = explicit.map(|folder| (folder, "`--archive`"));
        match named.or(environment.map(|folder| (folder, "`ONRECORD_ARCHIVE`"))) {
            Some((folder, _)) if is_archive(folder) => Ok(Self::open(folder)?),
            Some((folder, named_by)) => Err(FindError::NoArchive { folder: folder.to_owned(), named_by }),
            None => Self::find_above(from),
        }
    }

    fn find_above(from: &Path) -> Result<Self, FindError> {
        let from = std::path::absolute(from).map_err(FileError::on("find", from))?;
        match from.ancestors().find(|folder| is_archive(folder)) {
            Some(folder) => Ok(Self::open(folder)?),
            None => Err(FindError::NoneAbove { from }),
        }
    }

    fn open(folder: &Path) -> Result<Self, FileError> {
        let root = std::path::absolute(folder).map_err(FileError::on("find", folder))?;
        let real_root = fs::canonicalize(&root).map_err(FileError::on("find", &root))?;
        Ok(Self { root, real_root })
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of all that can be made again.
    pub fn state(&self) -> PathBuf {
        self.root.join(STATE)
    }

    /// The file of a document.
    pub fn file_path(&self, document: &DocumentPath) -> PathBuf {
        document.below(&self.root)
    }

    /// The sidecar of a document: the same name with the ending `.json`. It may not exist.
    pub fn sidecar_path(&self, document: &DocumentPath) -> PathBuf {
        document.sidecar_below(&self.root)
    }

    /// The document whose file a person named: by a path from the folder they are in, or absolute. `None` if
    /// it lies outside the archive, or where no document is looked for. The file need not exist.
    pub fn locate(&self, file: &Path) -> Option<DocumentPath> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        let below = folder.strip_prefix(&self.real_root).ok()?.join(file.file_name()?);
        let components: Option<Vec<&str>> = below.iter().map(OsStr::to_str).collect();
        DocumentPath::new(components?.join("/"))
    }

    /// Whether an existing file or folder, with all symbolic links followed, lies in the archive.
    pub(crate) fn holds(&self, path: &Path) -> Result<bool, FileError> {
        let real = fs::canonicalize(path).map_err(FileError::on("read", path))?;
        Ok(real.starts_with(&self.real_root))
    }
}

fn is_archive(folder: &Path) -> bool {
    folder.join(STATE).is_dir()
}

fn create_if_absent(path: &Path, content: &str) -> Result<(), FileError> {
    let mut file = match File::create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(FileError::new("create", path, error)),
    };
    file.write_all(content.as_bytes()).map_err(FileError::on("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(error: &dyn std::error::Error, folder: &Path) -> String {
        error.to_string().replace(&folder.display().to_string(), "FOLDER")
    }

    #[test]
    fn a_folder_is_adopted_without_touching_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("news");
        fs::create_dir_all(root.join("Show")).unwrap();
        fs::write(root.join("Show/a.md"), "any text").unwrap();
        fs::write(root.join("onrecord.toml"), "# mine").unwrap();
        let modified = fs::metadata(root.join("Show/a.md")).unwrap().modified().unwrap();

        let first = Archive::init(&root).unwrap();
        assert!(first.is_new);
        assert!(!Archive::init(&root).unwrap().is_new, "a second time changes nothing");
        assert_eq!(fs::read_to_string(root.join("Show/a.md")).unwrap(), "any text");
        assert_eq!(fs::metadata(root.join("Show/a.md")).unwrap().modified().unwrap(), modified);
        assert_eq!(fs::read_to_string(root.join("onrecord.toml")).unwrap(), "# mine");
        assert_eq!(fs::read_to_string(root.join(".onrecord/.gitignore")).unwrap(), "*\n");
        let mut names: Vec<_> =
            fs::read_dir(&root).unwrap().map(|child| child.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".onrecord", "Show", "onrecord.toml"]);
    }

    #[test]
    fn a_missing_folder_is_created_and_a_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("new/news")).unwrap().archive;
        assert_eq!(archive.root(), folder.path().join("new/news"));
        assert_eq!(archive.state(), folder.path().join("new/news/.onrecord"));
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        insta::assert_snapshot!(text(&Archive::init(&file).unwrap_err(), folder.path()), @"expected a folder, found the file `FOLDER/file`");
    }

    #[test]
    fn the_nearest_archive_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (news, other) = (folder.path().join("news"), folder.path().join("other"));
        Archive::init(&news).unwrap();
        Archive::init(&other).unwrap();
        let inside = news.join("Show/deep");
        fs::create_dir_all(&inside).unwrap();
        let find = |explicit: Option<&Path>, environment: Option<&str>, from: &Path| {
            Archive::find_with(explicit, environment.map(OsStr::new), from).unwrap().root().to_owned()
        };
        let environment = other.to_str();
        assert_eq!(find(None, None, &inside), news);
        assert_eq!(find(None, Some(""), &inside), news);
        assert_eq!(find(None, environment, &inside), other);
        assert_eq!(find(Some(&news), environment, folder.path()), news);
    }

    #[test]
    fn what_is_no_archive_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = |explicit: Option<&str>, environment: Option<&str>| {
            let explicit = explicit.map(|name| folder.path().join(name));
            let environment = environment.map(|name| folder.path().join(name).into_os_string());
            let (explicit, environment) = (explicit.as_deref(), environment.as_deref());
            let error = Archive::find_with(explicit, environment, folder.path()).unwrap_err();
            text(&error, folder.path())
        };
        insta::assert_snapshot!(error(None, None), @r"
        found no archive in `FOLDER` or in a folder above it
        hint: `onrecord init` makes a folder an archive, `--archive FOLDER` names one elsewhere
        ");
        insta::assert_snapshot!(error(Some("x"), None), @r"
        `FOLDER/x`, which `--archive` names, is no archive: it has no folder `.onrecord`
        hint: `onrecord init FOLDER` makes a folder an archive and changes none of its files
        ");
        insta::assert_snapshot!(error(None, Some("y")), @r"
        `FOLDER/y`, which `ONRECORD_ARCHIVE` names, is no archive: it has no folder `.onrecord`
        hint: `onrecord init FOLDER` makes a folder an archive and changes none of its files
        ");
    }

    #[test]
    fn a_named_file_is_located_in_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        fs::create_dir(archive.root().join("Show")).unwrap();
        let locate = |file: &Path| archive.locate(file).map(|path| path.to_string());
        assert_eq!(locate(&archive.root().join("Show/a.md")).as_deref(), Some("Show/a.md"));
        assert_eq!(locate(&archive.root().join("Show/../a.md")).as_deref(), Some("a.md"));
        assert_eq!(locate(&folder.path().join("a.md")), None);
        assert_eq!(locate(&archive.root().join(".onrecord/a.md")), None);
        assert_eq!(locate(&archive.root().join("no such folder/a.md")), None);
        assert_eq!(locate(Path::new("")), None);
    }
}
