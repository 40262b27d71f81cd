//! Documents read from their files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use record::Article;
use record::format::archive::{self as format, ArchiveFile};
use record::format::article::{self as article_format, ArticleSidecar};
use record::format::sidecar::{self, MAX_SIDECAR_BYTES, Sidecar};
use record::{Document, DocumentId, Sha256Digest};
use sha2::{Digest as _, Sha256};

use crate::failure::FileError;
use crate::folder::Archive;
use crate::path::{DocumentPath, Form};

/// The largest document that is read. A day of speech takes about 3 MB.
pub const MAX_DOCUMENT_BYTES: usize = 64 << 20;

/// A document as its files hold it.
#[derive(Debug)]
pub struct RawDocument {
    /// Where it lies.
    pub path: DocumentPath,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
    /// The bytes of its sidecar, if there is one.
    pub sidecar_bytes: Option<Vec<u8>>,
    /// By what a change of either is recognised without reading them.
    pub stamp: Stamp,
    issues: Vec<Issue>,
}

/// A document, read and understood as far as possible.
#[derive(Debug)]
pub enum StoredDocument {
    /// A `.md` file.
    Transcript(Box<StoredTranscript>),
    /// A `.txt` or `.html` file; of the former those that don't follow the transcripts' grammar.
    Article(Box<StoredArticle>),
}

/// A transcript, or a file that does not follow the transcripts' grammar.
#[derive(Debug)]
pub struct StoredTranscript {
    /// What its file says.
    pub file: ArchiveFile,
    /// What its sidecar says, if there is one that can be read.
    pub sidecar: Option<Sidecar>,
    /// What could not be understood, in the order of the files.
    pub issues: Vec<Issue>,
}

/// An article.
#[derive(Debug)]
pub struct StoredArticle {
    /// Its text, and what is known of it from text or page and sidecar together.
    pub article: Article,
    /// What its sidecar says, if there is one that can be read.
    pub sidecar: Option<ArticleSidecar>,
    /// What could not be understood.
    pub issues: Vec<Issue>,
}

impl StoredDocument {
    /// The transcript, if it is one.
    pub fn transcript(&self) -> Option<&StoredTranscript> {
        match self {
            Self::Transcript(transcript) => Some(transcript),
            Self::Article(_) => None,
        }
    }

    /// The article, if it is one.
    pub fn article(&self) -> Option<&StoredArticle> {
        match self {
            Self::Transcript(_) => None,
            Self::Article(article) => Some(article),
        }
    }

    /// What could not be understood.
    pub fn issues(&self) -> &[Issue] {
        match self {
            Self::Transcript(transcript) => &transcript.issues,
            Self::Article(article) => &article.issues,
        }
    }

    /// Its address, unchecked, where one could be read.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Transcript(transcript) => transcript.file.url(),
            Self::Article(article) => article.article.url.as_deref(),
        }
    }

    /// What commands print of it: `path` as in [`Document::path`].
    pub fn document(&self, id: DocumentId, path: String) -> Document {
        match self {
            Self::Transcript(transcript) => Document::of_file(id, path, &transcript.file),
            Self::Article(article) => Document::of_article(id, path, &article.article),
        }
    }
}

/// Something in a document that could not be understood; it costs its line, not the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// Line and column of the document's file, such as `12:7`, from 1; `None` for its sidecar.
    pub place: Option<String>,
    /// What was expected, and what was found.
    pub message: String,
}

/// Sizes and times of change of a document's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Of the document's file.
    pub file: FileStamp,
    /// Of its sidecar, if there is one.
    pub sidecar: Option<FileStamp>,
}

/// Size and time of change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 where the system doesn't tell.
    pub modified_nanos: i64,
}

impl FileStamp {
    fn of(metadata: &fs::Metadata) -> Self {
        let modified = metadata.modified().map_or(0, nanos_since_1970);
        Self { bytes: metadata.len(), modified_nanos: modified }
    }
}

fn nanos_since_1970(time: SystemTime) -> i64 {
    let clamped = |nanos: u128| i64::try_from(nanos).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => clamped(after.as_nanos()),
        Err(before) => -clamped(before.duration().as_nanos()),
    }
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It, or a folder above it, is a symbolic link that leads out of the archive.
    #[error("cannot read `{}`: it leads out of the archive by a symbolic link", path.display())]
    Outside {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder, a pipe or a device.
    #[error("cannot read `{}`: expected a file, found a folder, a pipe or a device", path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// It is larger than any document.
    #[error("cannot read `{}`: expected at most {limit} bytes, found {bytes}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// What is read at most.
        limit: usize,
    },
    /// The system refuses.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ReadError {
    /// Whether there is no such file.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::File(error) if error.kind() == ErrorKind::NotFound)
    }
}

impl Archive {
    /// The document at `path`, with its sidecar if there is one.
    ///
    /// # Errors
    /// If its file can't be read. What is wrong inside the files, and a sidecar that can't be read, are issues.
    pub fn read(&self, path: &DocumentPath) -> Result<StoredDocument, ReadError> {
        Ok(self.read_raw(path)?.parse())
    }

    /// The bytes of the document at `path` and of its sidecar.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub fn read_raw(&self, path: &DocumentPath) -> Result<RawDocument, ReadError> {
        let (bytes, file) = self.read_file(&self.file_path(path), MAX_DOCUMENT_BYTES)?;
        let (sidecar, issues) = sidecar_or_issue(self.read_file(&self.sidecar_path(path), MAX_SIDECAR_BYTES));
        let stamp = Stamp { file, sidecar: sidecar.as_ref().map(|(_, stamp)| *stamp) };
        let sidecar_bytes = sidecar.map(|(bytes, _)| bytes);
        Ok(RawDocument { path: path.clone(), bytes, sidecar_bytes, stamp, issues })
    }

    /// Sizes and times of the files of the document at `path`, without reading them.
    ///
    /// # Errors
    /// If the system doesn't tell them of the document's file.
    pub fn stamp(&self, path: &DocumentPath) -> Result<Stamp, FileError> {
        let file = self.file_path(path);
        let metadata = fs::metadata(&file).map_err(FileError::on("read", &file))?;
        let sidecar = fs::metadata(self.sidecar_path(path)).ok().map(|metadata| FileStamp::of(&metadata));
        Ok(Stamp { file: FileStamp::of(&metadata), sidecar })
    }

    /// The bytes of the document's file from `span.start` to `span.end`, or fewer where the file ends before.
    ///
    /// For callers that remember where something stands in a file and check that it still does.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub fn read_span(&self, path: &DocumentPath, span: Range<u64>) -> Result<Vec<u8>, ReadError> {
        let file = self.file_path(path);
        if !self.holds(&file)? {
            return Err(ReadError::Outside { path: file });
        }
        let bytes = span.end.saturating_sub(span.start).min(MAX_DOCUMENT_BYTES as u64);
        let read = || -> io::Result<Vec<u8>> {
            let mut opened = File::open(&file)?;
            opened.seek(SeekFrom::Start(span.start))?;
            let mut read = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
            opened.take(bytes).read_to_end(&mut read)?;
            Ok(read)
        };
        Ok(read().map_err(FileError::on("read", &file))?)
    }

    /// Reads a file of the archive.
    pub(crate) fn read_file(
        &self,
        path: &Path,
        limit_bytes: usize,
    ) -> Result<(Vec<u8>, FileStamp), ReadError> {
        if !self.holds(path)? {
            return Err(ReadError::Outside { path: path.to_owned() });
        }
        read_file(path, limit_bytes)
    }
}

/// Reads a file, and its stamp from before, so that a change meanwhile shows later.
fn read_file(path: &Path, limit_bytes: usize) -> Result<(Vec<u8>, FileStamp), ReadError> {
    // Opening a pipe would wait for somebody to write into it.
    let metadata = fs::metadata(path).map_err(FileError::on("read", path))?;
    if !metadata.is_file() {
        return Err(ReadError::NoFile { path: path.to_owned() });
    }
    match read_at_most(path, limit_bytes).map_err(FileError::on("read", path))? {
        Some(bytes) => Ok((bytes, FileStamp::of(&metadata))),
        None => Err(ReadError::TooLarge { path: path.to_owned(), bytes: metadata.len(), limit: limit_bytes }),
    }
}

/// The sidecar if there is one; why it can't be read is an issue of the document.
fn sidecar_or_issue(
    read: Result<(Vec<u8>, FileStamp), ReadError>,
) -> (Option<(Vec<u8>, FileStamp)>, Vec<Issue>) {
    match read {
        Ok(read) => (Some(read), vec![]),
        Err(error) if error.is_not_found() => (None, vec![]),
        Err(error) => (None, vec![Issue::of_sidecar(error)]),
    }
}

/// The content of a file, or `None` if it is larger than `limit_bytes`, whatever its size was said to be.
fn read_at_most(path: &Path, limit_bytes: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX);
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= limit_bytes).then_some(bytes))
}

impl RawDocument {
    /// A document that is not in the archive's folder yet.
    pub(crate) fn new(path: DocumentPath, bytes: Vec<u8>, sidecar_bytes: Option<Vec<u8>>) -> Self {
        let stamp = Stamp { file: FileStamp { bytes: 0, modified_nanos: 0 }, sidecar: None };
        Self { path, bytes, sidecar_bytes, stamp, issues: Vec::new() }
    }

    /// What the bytes say.
    pub fn parse(&self) -> StoredDocument {
        StoredDocument::parse(
            self.path.form(),
            &self.bytes,
            self.sidecar_bytes.as_deref(),
            self.issues.clone(),
        )
    }
}

impl StoredDocument {
    /// A document that lies in no archive, with the sidecar beside it if there is one.
    ///
    /// # Errors
    /// If its file can't be read. What is wrong inside the files, and a sidecar that can't be read, are issues.
    pub fn read_loose(file: &Path) -> Result<Self, ReadError> {
        let (bytes, _) = read_file(file, MAX_DOCUMENT_BYTES)?;
        let (sidecar, issues) = sidecar_or_issue(read_file(&file.with_extension("json"), MAX_SIDECAR_BYTES));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let form = Form::of_name(&name).unwrap_or(Form::Transcript);
        Ok(Self::parse(form, &bytes, sidecar.as_ref().map(|(bytes, _)| bytes.as_slice()), issues))
    }

    fn parse(form: Form, bytes: &[u8], sidecar_bytes: Option<&[u8]>, reading_issues: Vec<Issue>) -> Self {
        let form = if form == Form::Text && is_transcript(bytes) { Form::Transcript } else { form };
        match form {
            Form::Transcript => {
                Self::Transcript(Box::new(StoredTranscript::parse(bytes, sidecar_bytes, reading_issues)))
            }
            form => Self::Article(Box::new(StoredArticle::parse(form, bytes, sidecar_bytes, reading_issues))),
        }
    }
}

/// Whether a text is a transcript under another ending: it follows the transcripts' grammar to the last line.
fn is_transcript(bytes: &[u8]) -> bool {
    bytes.starts_with(b"---") && format::parse(bytes).file.transcript().is_some()
}

impl StoredTranscript {
    fn parse(bytes: &[u8], sidecar_bytes: Option<&[u8]>, reading_issues: Vec<Issue>) -> Self {
        let parsed = format::parse(bytes);
        let mut issues: Vec<Issue> = parsed.issues.iter().map(Issue::of_syntax).collect();
        issues.extend(reading_issues);
        let sidecar = usable(sidecar_bytes.map(sidecar::read), &mut issues);
        let mismatch = sidecar.as_ref().and_then(|sidecar| sidecar.check(parsed.file.segments()).err());
        issues.extend(mismatch.map(Issue::of_sidecar));
        Self { file: parsed.file, sidecar, issues }
    }
}

impl StoredArticle {
    pub(crate) fn parse(
        form: Form,
        bytes: &[u8],
        sidecar_bytes: Option<&[u8]>,
        mut issues: Vec<Issue>,
    ) -> Self {
        let sidecar = usable(sidecar_bytes.map(article_format::read), &mut issues);
        let address = sidecar.as_ref().and_then(|sidecar| sidecar.url.as_deref());
        let mut article = match form {
            Form::Page => article::read_page(bytes, article::PageContext { address, content_type: None }),
            Form::Text | Form::Transcript => article::read_text(&article::decode_text(bytes)),
        };
        if let Some(sidecar) = &sidecar {
            let is_its_text = is_text_of(sidecar, form, bytes, &mut issues);
            sidecar.complete(&mut article, is_its_text);
        }
        Self { article, sidecar, issues }
    }
}

/// Whether the sidecar describes this very text; that it does not is an issue.
fn is_text_of(sidecar: &ArticleSidecar, form: Form, bytes: &[u8], issues: &mut Vec<Issue>) -> bool {
    let (Form::Text, Some(expected)) = (form, sidecar.text_sha256) else { return false };
    let found = sha256(bytes);
    if found != expected {
        issues.push(Issue::of_sidecar(format_args!(
            "the text was changed after it was taken in: expected the SHA-256 {expected}, found {found}"
        )));
    }
    found == expected
}

/// SHA-256 of a file's bytes, by which it is known again.
pub fn sha256(bytes: &[u8]) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(bytes).into())
}

/// The sidecar, if there is one that can be used; why it can't be is an issue.
fn usable<T>(read: Option<Result<T, sidecar::SidecarError>>, issues: &mut Vec<Issue>) -> Option<T> {
    match read? {
        Ok(sidecar) => Some(sidecar),
        Err(error) => {
            issues.push(Issue::of_sidecar(format_args!("the sidecar cannot be used: {error}")));
            None
        }
    }
}

impl Issue {
    fn of_syntax(error: &format::SyntaxError) -> Self {
        Self { place: Some(format!("{}:{}", error.line, error.column)), message: error.kind.to_string() }
    }

    fn of_sidecar(message: impl ToString) -> Self {
        Self { place: None, message: message.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIMED: &str = "---\nDate Generated: March 03, 2026\nTranscription Model: whisper tiny\nLength: 9s\n\
        Video Keywords: []\nVideo Views: 0\nVideo Rating: None\n---\n\n# A title\n\
        **Harbour Radio:** [March 02, 2026](https://radio.example.org/a)\n*  The ferry is late.\n";

    fn archive_with(name: &str, content: &[u8]) -> (tempfile::TempDir, Archive, DocumentPath) {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        fs::write(archive.root().join(name), content).unwrap();
        (folder, archive, DocumentPath::new("a.md").unwrap())
    }

    fn transcript(stored: StoredDocument) -> StoredTranscript {
        match stored {
            StoredDocument::Transcript(transcript) => *transcript,
            StoredDocument::Article(article) => panic!("no article: {article:?}"),
        }
    }

    #[test]
    fn texts_and_pages_are_articles() {
        let text = "Ferry stops for a week\n\nThe ferry to Skerry Island will not sail until Monday.\n";
        let (_folder, archive, _) = archive_with("a.txt", text.as_bytes());
        let page =
            "<h1>Ferry stops for a week</h1><p>The ferry to Skerry Island will not sail until Monday.</p>";
        fs::write(archive.root().join("b.html"), page).unwrap();
        let read = |path: &str| archive.read(&DocumentPath::new(path).unwrap()).unwrap();
        for path in ["a.txt", "b.html"] {
            let stored = read(path);
            let StoredArticle { article, sidecar, issues } = stored.article().unwrap();
            assert_eq!(
                (article.headline.as_deref(), sidecar, issues.len()),
                (Some("Ferry stops for a week"), &None, 0)
            );
        }
        let digest = sha256(text.as_bytes());
        let sidecar = format!(
            r#"{{"version":1,"kind":"article","url":"https://post.example.org/a","outlet":"Harbour Post","text_sha256":"{digest}","paragraphs":[{{"chars":[0,22],"role":"body"}}]}}"#
        );
        fs::write(archive.root().join("a.json"), &sidecar).unwrap();
        let stored = read("a.txt");
        assert_eq!((stored.url(), stored.issues().len()), (Some("https://post.example.org/a"), 0));
        assert_eq!(stored.article().unwrap().article.paragraphs.len(), 1);
        let id = DocumentId::of(stored.url(), &digest);
        let document = stored.document(id, "a.txt".to_owned());
        assert_eq!(
            (document.kind, document.outlet.as_deref()),
            (record::Kind::Article, Some("Harbour Post"))
        );

        fs::write(archive.root().join("a.txt"), "Changed.").unwrap();
        let stored = read("a.txt");
        assert_eq!(stored.article().unwrap().article.paragraphs[0].chars, 0..8);
        insta::assert_snapshot!(stored.issues()[0].message, @"the text was changed after it was taken in: expected the SHA-256 8ca6e5956db39d4844a69a0517664e926dcd633973e4eff2445136ce03524128, found de36f4dd3adcfb77ae99a6d4d4af6423f1bc9e6d34664badf43889bd7a75ccb3");
        fs::write(archive.root().join("a.json"), "{}").unwrap();
        insta::assert_snapshot!(read("a.txt").issues()[0].message, @"the sidecar cannot be used: line 1, column 2: missing field `version`");
    }

    #[test]
    fn a_document_is_read_with_its_sidecar() {
        let (_folder, archive, path) = archive_with("a.md", UNTIMED.as_bytes());
        let before = archive.stamp(&path).unwrap();
        assert_eq!(before.sidecar, None);
        assert_eq!(before.file.bytes, UNTIMED.len() as u64);
        let sidecar = r#"{"version":1,"program":{"name":"test","version":"1"},"created":"2026-03-03T00:00:00Z",
            "segments":[{"start_seconds":0.5,"end_seconds":2.0,"speaker":"Ada Morrow"}]}"#;
        fs::write(archive.sidecar_path(&path), sidecar).unwrap();

        let stored = transcript(archive.read(&path).unwrap());
        assert_eq!(stored.file.title(), Some("A title"));
        let detail = stored.sidecar.as_ref().unwrap().detail_of(stored.file.segments(), 0).unwrap();
        assert_eq!(detail.speaker.as_deref(), Some("Ada Morrow"));
        assert_eq!(stored.issues, []);
        let raw = archive.read_raw(&path).unwrap();
        assert_eq!((raw.stamp, raw.stamp.file), (archive.stamp(&path).unwrap(), before.file));
    }

    #[test]
    fn a_file_is_read_without_an_archive() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.md");
        fs::write(&file, UNTIMED).unwrap();
        let stored = transcript(StoredDocument::read_loose(&file).unwrap());
        assert_eq!((stored.file.title(), stored.sidecar, stored.issues), (Some("A title"), None, vec![]));
        fs::write(folder.path().join("a.json"), "[]").unwrap();
        assert_eq!(StoredDocument::read_loose(&file).unwrap().issues().len(), 1);
        assert!(StoredDocument::read_loose(&folder.path().join("b.md")).unwrap_err().is_not_found());
    }

    #[test]
    fn defects_are_issues_with_their_places() {
        let (_folder, archive, path) = archive_with("a.md", format!("{UNTIMED}no segment\n").as_bytes());
        fs::write(archive.sidecar_path(&path), "{").unwrap();
        let issues = transcript(archive.read(&path).unwrap()).issues;
        let lines = issues.iter().map(|issue| format!("{:?} {}", issue.place, issue.message));
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
        Some("13:1") expected `* ` and a segment, found `no segment`
        None the sidecar cannot be used: ? (line 1, column 1): EOF while parsing an object
        "#);
    }

    #[test]
    fn a_sidecar_of_another_text_is_an_issue() {
        let (_folder, archive, path) = archive_with("a.md", UNTIMED.as_bytes());
        let sidecar = r#"{"version":1,"program":{"name":"test","version":"1"},"created":"2026-03-03T00:00:00Z","segments":[]}"#;
        fs::write(archive.sidecar_path(&path), sidecar).unwrap();
        let stored = transcript(archive.read(&path).unwrap());
        assert!(stored.sidecar.is_some());
        insta::assert_snapshot!(stored.issues[0].message, @"the sidecar describes 0 segments, the transcript has 1");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (folder, archive, path) = archive_with("b.md", b"");
        let error = |path: &DocumentPath| {
            let error = archive.read(path).unwrap_err();
            (error.is_not_found(), error.to_string().replace(&folder.path().display().to_string(), "FOLDER"))
        };
        let (is_missing, text) = error(&path);
        assert!(is_missing);
        insta::assert_snapshot!(text, @"cannot read `FOLDER/news/a.md`: there is no such file or folder");
        fs::create_dir(archive.file_path(&path)).unwrap();
        insta::assert_snapshot!(error(&path).1, @"cannot read `FOLDER/news/a.md`: expected a file, found a folder, a pipe or a device");
        // A sparse file: all of its size, none of its bytes.
        let huge = DocumentPath::new("huge.md").unwrap();
        File::create(archive.file_path(&huge)).unwrap().set_len(MAX_DOCUMENT_BYTES as u64 + 1).unwrap();
        insta::assert_snapshot!(error(&huge).1, @"cannot read `FOLDER/news/huge.md`: expected at most 67108864 bytes, found 67108865");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let (folder, archive, path) = archive_with("b.md", b"");
        fs::create_dir(folder.path().join("outside")).unwrap();
        fs::write(folder.path().join("outside/a.md"), "secret").unwrap();
        std::os::unix::fs::symlink("../outside", archive.root().join("link")).unwrap();
        std::os::unix::fs::symlink("../outside/a.md", archive.file_path(&path)).unwrap();
        for path in [path, DocumentPath::new("link/a.md").unwrap()] {
            assert!(matches!(archive.read(&path), Err(ReadError::Outside { .. })), "for {path}");
        }
    }
}
