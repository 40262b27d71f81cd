//! Answers that were given a moment ago: people page back and forth, type a word twice, and open what others opened.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use archive::Archive;
use axum::body::Bytes;
use library::saved;
use lru::LruCache;

/// How long an answer is given again. Findings and index are looked at each time; what changed in the archive's own files since
/// they were indexed is seen after so long.
const LONGEST: Duration = Duration::from_secs(30);

/// What is kept in all, and the longest answer that is kept.
const MOST_BYTES: usize = 16 << 20;
const MOST_BYTES_OF_ONE: usize = 512 << 10;

/// Files that are written whenever the index or the findings change, below the archive's own folder. What SQLite has just
/// committed may stand in the second of its files only.
const WRITTEN: [&str; 5] = [
    "index/catalogue.sqlite",
    "index/catalogue.sqlite-wal",
    "index/words/meta.json",
    "findings.sqlite",
    "findings.sqlite-wal",
];

/// Answers by what was asked.
pub(crate) struct Recent {
    written: Vec<PathBuf>,
    kept: Mutex<Kept>,
}

struct Kept {
    version: Version,
    answers: LruCache<String, (Instant, Bytes)>,
    bytes: usize,
}

/// When each of the files was written, and how long it is.
pub(crate) type Version = Vec<Option<(SystemTime, u64)>>;

impl Recent {
    pub(crate) fn new(archive: &Archive) -> Self {
        let mut written: Vec<PathBuf> = WRITTEN.iter().map(|name| archive.state().join(name)).collect();
        // A folder is written when a search is saved or forgotten.
        written.push(saved::folder(archive));
        let kept = Kept { version: Version::default(), answers: LruCache::unbounded(), bytes: 0 };
        Self { written, kept: Mutex::new(kept) }
    }

    /// What the archive is at now.
    pub(crate) fn version(&self) -> Version {
        let seen = |path: &Path| {
            let facts = fs::metadata(path).ok()?;
            Some((facts.modified().ok()?, facts.len()))
        };
        self.written.iter().map(|path| seen(path)).collect()
    }

    /// The answer that was given to this a moment ago, if the archive was at this version.
    pub(crate) fn get(&self, asked: &str, version: &Version) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != *version {
            return None;
        }
        let (given, answer) = kept.answers.get(asked)?;
        (given.elapsed() < LONGEST).then(|| answer.clone())
    }

    /// Keeps an answer that was made of the archive at a version.
    pub(crate) fn put(&self, asked: String, version: &Version, answer: Bytes) {
        if answer.len() > MOST_BYTES_OF_ONE {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != *version {
            *kept = Kept { version: version.clone(), answers: LruCache::unbounded(), bytes: 0 };
        }
        kept.bytes += asked.len() + answer.len();
        if let Some((asked, (_, before))) = kept.answers.push(asked, (Instant::now(), answer)) {
            kept.bytes -= asked.len() + before.len();
        }
        while kept.bytes > MOST_BYTES
            && let Some((asked, (_, least))) = kept.answers.pop_lru()
        {
            kept.bytes -= asked.len() + least.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> (tempfile::TempDir, Recent) {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(folder.path()).unwrap().archive;
        fs::create_dir_all(archive.state().join("index")).unwrap();
        let recent = Recent::new(&archive);
        (folder, recent)
    }

    #[test]
    fn answers_are_given_again_until_something_is_written() {
        let (_folder, recent) = begun();
        let before = recent.version();
        recent.put("q=ferry".to_owned(), &before, Bytes::from("one"));
        recent.put("q=ferry".to_owned(), &before, Bytes::from("two"));
        assert_eq!(recent.get("q=ferry", &recent.version()).unwrap(), "two");
        assert_eq!(recent.get("q=storm", &recent.version()), None);
        fs::write(&recent.written[1], "changed").unwrap();
        assert_eq!(recent.get("q=ferry", &recent.version()), None);
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let (_folder, recent) = begun();
        let version = recent.version();
        for at in 0..100 {
            recent.put(at.to_string(), &version, Bytes::from(vec![0; MOST_BYTES_OF_ONE - 10]));
        }
        assert!(recent.kept.lock().unwrap().bytes <= MOST_BYTES);
        assert!(recent.get("0", &version).is_none() && recent.get("99", &version).is_some());
        recent.put("long".to_owned(), &version, Bytes::from(vec![0; MOST_BYTES_OF_ONE + 1]));
        assert!(recent.get("long", &version).is_none());
    }
}
