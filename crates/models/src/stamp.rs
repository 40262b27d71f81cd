//! A digest remembered together with the file's size and time, so that 3 GB need hashing only once.
//!
//! A stamp is a line of text beside the file it vouches for, or, for files that are not ours, in the
//! cache. It is worth nothing as soon as size or modification time differ. `verify` ignores stamps.

use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use record::Sha256Digest;

/// More than any stamp has: a digest, two numbers and blanks.
const LONGEST_BYTES: u64 = 160;

/// What was known of a file when it was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) sha256: Sha256Digest,
    size_bytes: u64,
    /// Nanoseconds since 1970.
    modified_ns: u128,
}

impl Stamp {
    /// `None` on a file system without modification times, or with one before 1970.
    pub(crate) fn new(metadata: &Metadata, sha256: Sha256Digest) -> Option<Self> {
        let since_1970 = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Self { sha256, size_bytes: metadata.len(), modified_ns: since_1970.as_nanos() })
    }

    /// The digest, if the file that `metadata` describes is still the one that was hashed.
    pub(crate) fn valid_for(self, metadata: &Metadata) -> Option<Sha256Digest> {
        (Self::new(metadata, self.sha256) == Some(self)).then_some(self.sha256)
    }

    /// `None` if there is no stamp at `path` or it does not read as one.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let mut text = String::new();
        fs::File::open(path).ok()?.take(LONGEST_BYTES).read_to_string(&mut text).ok()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_suffix('\n')?.split(' ');
        let stamp = Self {
            sha256: words.next()?.parse().ok()?,
            size_bytes: words.next()?.parse().ok()?,
            modified_ns: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(stamp)
    }

    /// Writes the stamp. One cut short does not end in a line feed and is no stamp.
    pub(crate) fn write(self, path: &Path) -> io::Result<()> {
        fs::write(path, format!("{} {} {}\n", self.sha256, self.size_bytes, self.modified_ns))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::time::Duration;

    use super::*;
    use crate::digest::sha256_of_bytes;

    #[test]
    fn a_stamp_holds_until_size_or_time_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (file, stamp) = (folder.path().join("weights"), folder.path().join("weights.verified"));
        let sha256 = sha256_of_bytes(b"abcd");
        fs::write(&file, b"abcd").unwrap();
        Stamp::new(&file.metadata().unwrap(), sha256).unwrap().write(&stamp).unwrap();

        let still_valid = || Stamp::read(&stamp).unwrap().valid_for(&file.metadata().unwrap());
        assert_eq!(still_valid(), Some(sha256));
        let later = FileTimes::new().set_modified(SystemTime::now() + Duration::from_secs(2));
        File::options().write(true).open(&file).unwrap().set_times(later).unwrap();
        assert_eq!(still_valid(), None);
        fs::write(&file, b"abcde").unwrap();
        assert_eq!(still_valid(), None);
    }

    #[test]
    fn what_is_no_stamp_reads_as_none() {
        #[track_caller]
        fn check(text: &str, readable: bool) {
            assert_eq!(Stamp::parse(text).is_some(), readable, "for {text:?}");
        }
        let sha256 = sha256_of_bytes(b"").to_string();
        check(&format!("{sha256} 12 34\n"), true);
        check(&format!("{sha256} 12 34"), false); // Cut short.
        check(&format!("{sha256} 12\n"), false);
        check(&format!("{sha256} 12 34 56\n"), false);
        check(&format!("{sha256} -1 34\n"), false);
        check("", false);
    }
}
