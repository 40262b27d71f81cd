//! What people name on the command line -> files, folders looked through, standard input stored.

use anyhow::{Context, bail};
use ingest::article::is_article;
use ingest::recording::MEDIA_ENDINGS;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The largest recording that is taken from a pipe, in bytes: ten hours of good video.
const MOST_PIPED_BYTES: u64 = 16 << 30;

/// One thing to work on.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The file.
    pub(crate) path: PathBuf,
    /// What it is called for people.
    pub(crate) name: String,
    /// The stored pipe, which lives as long as this.
    stored: Option<tempfile::NamedTempFile>,
}

impl Recording {
    fn file(path: PathBuf) -> Recording {
        Recording { name: path.display().to_string(), path, stored: None }
    }

    /// Whether it came through a pipe, so that nothing stands beside it.
    pub(crate) fn is_piped(&self) -> bool {
        self.stored.is_some()
    }
}

/// The files meant by `named`: each file once, folders looked through, `-` read to its end.
///
/// What can't be used is returned as an error of its own, so that the rest goes on.
pub(crate) fn expand(
    named: &[PathBuf],
    wanted: impl Fn(&Path) -> bool,
) -> (Vec<Recording>, Vec<(String, anyhow::Error)>) {
    let mut seen = BTreeSet::new();
    let (mut recordings, mut failed) = (Vec::new(), Vec::new());
    for path in named {
        let found = if path.as_os_str() == "-" {
            store_standard_input().map(|recording| vec![recording])
        } else if path.is_dir() {
            files_in(path, &wanted).map(|files| files.into_iter().map(Recording::file).collect())
        } else {
            Ok(vec![Recording::file(path.clone())])
        };
        match found {
            Ok(found) => recordings.extend(found.into_iter().filter(|one| seen.insert(one.path.clone()))),
            Err(error) => failed.push((path.display().to_string(), error)),
        }
    }
    (recordings, failed)
}

/// Whether a file in a folder looks like a recording.
pub(crate) fn is_media(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| MEDIA_ENDINGS.contains(&ending.as_str()))
}

/// Whether a file in a folder is an article of its own: not what another file of that name was exported to, and not
/// the page beside its text.
pub(crate) fn is_lone_article(path: &Path) -> bool {
    let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    let taken = if is_text { &["md"][..] } else { &["md", "txt"] };
    let mut namesakes = taken.iter().chain(&MEDIA_ENDINGS);
    is_article(path) && !namesakes.any(|ending| path.with_extension(ending).is_file())
}

/// The wanted files of a folder and the folders in it, in order; hidden ones and links to folders are left out.
fn files_in(folder: &Path, wanted: &impl Fn(&Path) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let children = std::fs::read_dir(&folder)
            .and_then(|children| children.collect::<Result<Vec<_>, _>>())
            .with_context(|| format!("can't read the folder `{}`", folder.display()))?;
        for child in children {
            let hidden = child.file_name().as_encoded_bytes().starts_with(b".");
            match child.file_type() {
                _ if hidden => {}
                Ok(kind) if kind.is_dir() => folders.push(child.path()),
                Ok(_) if wanted(&child.path()) && child.path().is_file() => files.push(child.path()),
                _ => {}
            }
        }
    }
    if files.is_empty() {
        bail!(
            "there is nothing to take in in the folder `{}`\nhint: files are found by their endings, such as .mp3, .m4a, .mp4, .wav, .webm, and for `add` .srt, .vtt, .json, .html, .txt; name a file of another kind itself",
            folder.display()
        );
    }
    files.sort();
    Ok(files)
}

/// A recording from a pipe is read twice, so it is stored first; the file goes when the program ends.
fn store_standard_input() -> anyhow::Result<Recording> {
    let mut file =
        tempfile::Builder::new().prefix("onrecord-").tempfile().context("can't store standard input")?;
    let mut input = std::io::stdin().lock().take(MOST_PIPED_BYTES + 1);
    let bytes = std::io::copy(&mut input, &mut file)
        .context("can't store standard input\nhint: `TMPDIR` names another folder for temporary files")?;
    file.flush()?;
    if bytes > MOST_PIPED_BYTES {
        bail!("standard input holds more than {} GiB", MOST_PIPED_BYTES >> 30);
    }
    Ok(Recording { path: file.path().to_owned(), name: "standard input".into(), stored: Some(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_looked_through_and_files_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            path
        };
        let (b, a) = (file("b.MP3"), file("sub/a.wav"));
        file("notes.txt");
        file(".hidden.mp3");
        let odd = file("odd.bin");
        let (found, failed) = expand(&[folder.path().to_owned(), b.clone(), odd.clone()], is_media);
        assert_eq!(found.into_iter().map(|one| one.path).collect::<Vec<_>>(), [b, a, odd]);
        assert!(failed.is_empty());
    }

    #[test]
    fn articles_stand_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["a.txt", "a.html", "b.html", "c.md", "c.txt", "d.mp3", "d.txt", "d.html", "e.HTM", "f.json"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let (found, _) = expand(&[folder.path().to_owned()], is_lone_article);
        let names = found.into_iter().map(|one| one.path.file_name().unwrap().to_string_lossy().into_owned());
        assert_eq!(names.collect::<Vec<_>>(), ["a.txt", "b.html", "e.HTM"]);
    }

    #[test]
    fn a_folder_without_recordings_is_an_error_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (found, failed) = expand(&[folder.path().to_owned(), "x.mp3".into()], is_media);
        assert_eq!(found.len(), 1);
        assert!(failed[0].1.to_string().starts_with("there is nothing to take in in the folder `"));
    }
}
