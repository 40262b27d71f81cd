//! One process at a time writes.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::FileError;

/// How often a taken lock is tried again.
const POLL: Duration = Duration::from_millis(50);

/// As much as is read of a lock's file: a process number and a name.
const HOLDER_BYTES: u64 = 200;

/// Held until dropped; the system releases it when the process ends, however it ends.
///
/// The file stays: removing a lock's file lets two processes hold "the" lock, one on each inode.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why a lock is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error(
        "`{}` is locked by {holder}\nhint: wait until that has finished; a process that has ended holds no lock",
        path.display()
    )]
    Held {
        /// The lock's file.
        path: PathBuf,
        /// Such as "process 4711 (`onrecord add`)".
        holder: String,
    },
    /// The lock's file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Lock {
    /// Takes the lock at `path`, waiting for at most `patience` while another process holds it. `purpose`, such
    /// as `onrecord add`, is what that other process is told about us.
    ///
    /// # Errors
    /// If it stays taken, or its file can't be written.
    pub fn acquire(path: &Path, purpose: &str, patience: Duration) -> Result<Self, LockError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(FileError::on("create", folder))?;
        }
        let options = File::options().create(true).truncate(false).read(true).write(true).clone();
        let mut file = options.open(path).map_err(FileError::on("open", path))?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(POLL),
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held { path: path.to_owned(), holder: holder(&mut file) });
                }
                // Some network file systems have no locks. Files still appear whole there.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => break,
                Err(TryLockError::Error(error)) => return Err(FileError::new("lock", path, error).into()),
            }
        }
        // Who can't read this is only told less: the lock itself is held.
        let _ = name_holder(&mut file, purpose);
        Ok(Self { _file: file })
    }
}

fn name_holder(file: &mut File, purpose: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "process {} (`{purpose}`)", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(HOLDER_BYTES).read_to_string(&mut text) {
        Ok(bytes) if bytes > 0 => text,
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/lock");
        let first = Lock::acquire(&path, "onrecord add", Duration::ZERO).unwrap();
        let error = Lock::acquire(&path, "onrecord init", Duration::ZERO).unwrap_err().to_string();
        let error = error.replace(&path.display().to_string(), "LOCK");
        let error = error.replace(&std::process::id().to_string(), "4711");
        insta::assert_snapshot!(error, @r"
        `LOCK` is locked by process 4711 (`onrecord add`)
        hint: wait until that has finished; a process that has ended holds no lock
        ");
        drop(first);
        Lock::acquire(&path, "onrecord init", Duration::ZERO).unwrap();
    }

    #[test]
    fn patience_is_rewarded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::acquire(&path, "a", Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Lock::acquire(&path, "b", Duration::from_secs(60)).is_ok());
            std::thread::sleep(2 * POLL);
            drop(first);
            assert!(second.join().unwrap());
        });
    }

    #[test]
    fn what_cannot_be_locked_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Lock::acquire(folder.path(), "a", Duration::ZERO).unwrap_err().to_string();
        let error = error.replace(&folder.path().display().to_string(), "FOLDER");
        insta::assert_snapshot!(error, @"cannot open `FOLDER`: it is a folder");
    }
}
