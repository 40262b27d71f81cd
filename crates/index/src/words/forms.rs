//! Which words have a stem: those of `ferri` are `ferry` and `ferries`.
//!
//! ```text
//! segment of the index --its words, each with its stem--> lines "ferri ferries ferry" --> a file beside the segment
//! ```
//!
//! The index lists words as they are said; a word of a query means all that share its stem. Which these are is looked up in a
//! list for each segment, made from the segment's own words. As these never change, the list can be made by whoever needs it
//! first, and the name of the segment tells whether it is the right one. A word that is its own stem is on no list.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str;
use std::sync::OnceLock;

use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::schema::{Fields, Standing};
use crate::tokens::Stems;

/// Where the lists are, in the folder of the words.
const FOLDER: &str = "forms";

/// Before the name of a list that is being written.
const BEGUN: &str = ".begun";

/// The first line of a list, before the number of bytes that follow it.
const HEADING: &str = "onrecord forms 1 ";

/// The lists of all segments, each opened or made when it is first needed.
pub(super) struct Forms {
    folder: PathBuf,
    segments: Vec<OnceLock<List>>,
}

impl Forms {
    /// Of the words in `folder`.
    pub(super) fn of(searcher: &Searcher, folder: &Path) -> Self {
        let segments = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        Self { folder: folder.join(FOLDER), segments }
    }

    /// The words with this stem, and the stem where it could be one of them; some may be in no passage.
    pub(super) fn with_stem(
        &self,
        searcher: &Searcher,
        fields: &Fields,
        stem: &str,
    ) -> io::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        if Stems::default().of_word(stem) == stem {
            found.insert(stem.to_owned());
        }
        for (list, reader) in self.segments.iter().zip(searcher.segment_readers()) {
            let list = match list.get() {
                Some(list) => list,
                None => {
                    let opened = match List::open(&self.folder, reader) {
                        Some(opened) => opened,
                        None => List::of(reader, fields)?,
                    };
                    list.get_or_init(|| opened)
                }
            };
            found.extend(list.with_stem(stem).map(str::to_owned));
        }
        Ok(found)
    }
}

/// Writes the lists that are missing, and removes those of segments that are gone.
pub(super) fn keep(searcher: &Searcher, fields: &Fields, folder: &Path) -> io::Result<()> {
    let folder = folder.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let mut listed = BTreeSet::new();
    for reader in searcher.segment_readers() {
        if List::open(&folder, reader).is_none() {
            List::of(reader, fields)?.write(&folder, reader)?;
        }
        listed.insert(name_of(reader));
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| is_ours(name) && !listed.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a file is a list, or one that a killed writer began: whatever else lies there is not ours to remove.
fn is_ours(name: &str) -> bool {
    SegmentId::from_uuid_string(name).is_ok() || name.starts_with(BEGUN)
}

fn name_of(reader: &SegmentReader) -> String {
    reader.segment_id().uuid_string()
}

/// Lines of a stem and its words, rising, with a space between them: no word has one.
struct List(OwnedBytes);

impl List {
    /// Made of the words of a segment.
    fn of(reader: &SegmentReader, fields: &Fields) -> io::Result<Self> {
        let mut stems = Stems::default();
        let mut forms: Vec<(String, String)> = Vec::new();
        for standing in Standing::ALL {
            let inverted = reader.inverted_index(fields.exact(standing)).map_err(io::Error::other)?;
            let mut words = inverted.terms().stream()?;
            while words.advance() {
                let Ok(word) = str::from_utf8(words.key()) else { continue };
                let stem = stems.of_word(word);
                if stem != word {
                    forms.push((stem, word.to_owned()));
                }
            }
        }
        forms.sort_unstable();
        forms.dedup();
        let mut lines = String::new();
        for of_stem in forms.chunk_by(|left, right| left.0 == right.0) {
            lines.push_str(&of_stem[0].0);
            for (_, word) in of_stem {
                lines.push(' ');
                lines.push_str(word);
            }
            lines.push('\n');
        }
        Ok(Self(OwnedBytes::new(lines.into_bytes())))
    }

    /// The list that was kept; `None` if there is none, or not a whole one.
    fn open(folder: &Path, reader: &SegmentReader) -> Option<Self> {
        let directory = MmapDirectory::open(folder).ok()?;
        let bytes = directory.open_read(Path::new(&name_of(reader))).ok()?.read_bytes().ok()?;
        let end = memchr::memchr(b'\n', &bytes)?;
        let count = str::from_utf8(&bytes[..end]).ok()?.strip_prefix(HEADING)?;
        let lines = bytes.slice(end + 1..bytes.len());
        (count.parse() == Ok(lines.len())).then_some(Self(lines))
    }

    /// Writes a file that appears whole or not at all.
    fn write(&self, folder: &Path, reader: &SegmentReader) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(BEGUN).tempfile_in(folder)?;
        writeln!(file, "{HEADING}{}", self.0.len())?;
        file.write_all(&self.0)?;
        file.persist(folder.join(name_of(reader)))?;
        Ok(())
    }

    fn with_stem(&self, stem: &str) -> impl Iterator<Item = &str> {
        self.line(stem).unwrap_or_default().split(' ').filter(|word| !word.is_empty())
    }

    /// What follows a stem on its line.
    fn line(&self, stem: &str) -> Option<&str> {
        let lines = self.0.as_slice();
        let (mut from, mut to) = (0, lines.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let start = memchr::memrchr(b'\n', &lines[from..middle]).map_or(from, |at| from + at + 1);
            let end = start + memchr::memchr(b'\n', &lines[start..])?;
            let (found, words) = str::from_utf8(&lines[start..end]).ok()?.split_once(' ')?;
            match found.cmp(stem) {
                std::cmp::Ordering::Equal => return Some(words),
                std::cmp::Ordering::Less => from = end + 1,
                std::cmp::Ordering::Greater => to = start,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_stem_are_on_its_line() {
        let lines = "ferri ferries ferry\nharbour harbours\npier piers\n";
        let list = List(OwnedBytes::new(lines.as_bytes().to_vec()));
        #[track_caller]
        fn check(list: &List, stem: &str, expected: &[&str]) {
            assert_eq!(list.with_stem(stem).collect::<Vec<_>>(), expected, "for {stem}");
        }
        check(&list, "ferri", &["ferries", "ferry"]);
        check(&list, "harbour", &["harbours"]);
        check(&list, "pier", &["piers"]);
        for absent in ["", "a", "ferr", "ferries", "pierce", "z"] {
            check(&list, absent, &[]);
        }
        let empty = List(OwnedBytes::new(Vec::new()));
        check(&empty, "ferri", &[]);
    }
}
