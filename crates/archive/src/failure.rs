//! What the file system refused, said so that a person can act on it.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Something that could not be done with a file or a folder.
#[derive(Debug)]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    cause: io::Error,
}

impl FileError {
    /// Says that `action`, such as `write`, failed for `path`.
    pub fn new(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self { action, path: path.to_owned(), cause: without_path(cause) }
    }

    /// For `map_err`.
    pub(crate) fn on<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |cause| Self::new(action, path, cause)
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.cause.kind()
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

// The cause stands in the text, because the hint has to come after it; so it is no `source()`.
impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), cause_text(&self.cause))?;
        match hint(self.cause.kind()) {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The common causes in words of our own, so that they read alike on every system.
fn cause_text(cause: &io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "no space left".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::InvalidFilename => "the file system does not take this name".to_owned(),
        _ => cause.to_string(),
    }
}

fn hint(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull => {
            Some("free some space and run the same command again; nothing was left half-written")
        }
        ErrorKind::QuotaExceeded => {
            Some("your quota on this file system is used up; free some space and run the same command again")
        }
        ErrorKind::ReadOnlyFilesystem => Some("mount it writable, or choose a folder elsewhere"),
        ErrorKind::PermissionDenied => {
            Some("look at the permissions of the file and of the folders above it")
        }
        ErrorKind::InvalidFilename => Some("shorten the name"),
        _ => None,
    }
}

/// The failure itself, where the making of a temporary file has wrapped it in that file's path: nobody knows that file.
fn without_path(error: io::Error) -> io::Error {
    let source = error.get_ref().and_then(|wrapper| wrapper.source());
    match source.and_then(|source| source.downcast_ref::<io::Error>()).and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_the_cause_and_the_remedy_are_named() {
        let error = |kind: ErrorKind| FileError::new("write", Path::new("a/b.md"), kind.into());
        insta::assert_snapshot!(error(ErrorKind::StorageFull), @r"
        cannot write `a/b.md`: no space left
        hint: free some space and run the same command again; nothing was left half-written
        ");
        insta::assert_snapshot!(error(ErrorKind::ReadOnlyFilesystem), @r"
        cannot write `a/b.md`: the file system is read-only
        hint: mount it writable, or choose a folder elsewhere
        ");
        insta::assert_snapshot!(error(ErrorKind::PermissionDenied), @r"
        cannot write `a/b.md`: permission denied
        hint: look at the permissions of the file and of the folders above it
        ");
        insta::assert_snapshot!(error(ErrorKind::NotFound), @"cannot write `a/b.md`: there is no such file or folder");
    }
}
