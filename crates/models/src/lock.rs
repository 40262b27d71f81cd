//! One process at a time fetches a model.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a taken lock is tried again.
const POLL: Duration = Duration::from_millis(100);

/// Held until dropped; the system releases it when the process ends, however it ends.
///
/// The file stays: removing a lock file lets two processes hold "the" lock, one on each inode.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// How waiting for a lock ended.
#[derive(Debug)]
pub(crate) enum Waited {
    /// The lock is ours.
    Held(Lock),
    /// `keep_waiting` said no.
    GivenUp,
}

impl Lock {
    /// Takes the lock at `path`, asking `keep_waiting` (with the time waited) while another holds it.
    pub(crate) fn acquire(path: &Path, mut keep_waiting: impl FnMut(Duration) -> bool) -> io::Result<Waited> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Waited::Held(Self { _file: file })),
                Err(TryLockError::WouldBlock) if keep_waiting(start.elapsed()) => std::thread::sleep(POLL),
                Err(TryLockError::WouldBlock) => return Ok(Waited::GivenUp),
                // Some network file systems have no locks. Two processes then do the work twice,
                // but what they rename into place is hashed first, so nothing wrong comes of it.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Waited::Held(Self { _file: file }));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_waits_until_the_first_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locks/base.lock");
        let Waited::Held(first) = Lock::acquire(&path, |_| false).unwrap() else { panic!("free lock") };
        assert!(matches!(Lock::acquire(&path, |_| false).unwrap(), Waited::GivenUp));

        let mut first = Some(first);
        let second = Lock::acquire(&path, |_| {
            first = None;
            true
        });
        assert!(matches!(second.unwrap(), Waited::Held(_)));
    }
}
