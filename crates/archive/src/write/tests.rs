use record::format::archive::{self as format, ArchiveFile};
use record::format::sidecar::{Media, Program, Sidecar};
use record::transcript::{NewTranscript, Segment};
use record::{MediaTime, Sha256Digest};

use super::*;

fn transcript(title: &str, url: &str) -> Vec<u8> {
    let new = NewTranscript {
        generated: jiff::civil::date(2026, 3, 3),
        model: "whisper tiny".to_owned(),
        length_seconds: 9,
        keywords: vec![],
        views: 0,
        rating: None,
        description: None,
        title: title.to_owned(),
        show: "Harbour Radio".to_owned(),
        date: jiff::civil::date(2026, 3, 2),
        url: url.to_owned(),
        segments: vec![Segment { text: " The ferry is late.".to_owned(), start: None }],
    };
    format::write(&ArchiveFile::Transcript(new.build().unwrap().transcript))
}

fn sidecar(media_byte: u8) -> Vec<u8> {
    let mut sidecar = Sidecar::new(Program::new("test", "1"), jiff::Timestamp::UNIX_EPOCH);
    sidecar.media = Some(Media {
        sha256: Sha256Digest::from_bytes([media_byte; 32]),
        bytes: 1,
        length: MediaTime::from_whole_seconds(9),
        file_name: "a.wav".to_owned(),
        container: None,
        codec: None,
        sample_rate_hz: None,
        channels: None,
        location: None,
        unknown: Default::default(),
    });
    record::format::sidecar::write(&sidecar)
}

fn archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
    (folder, archive)
}

/// Writes under one and the same name.
#[track_caller]
fn write(archive: &Archive, transcript: &[u8], sidecar: Option<&[u8]>) -> (String, WriteOutcome) {
    let writer = archive.writer("a test", Duration::ZERO).unwrap();
    let written = writer.write_transcript("Harbour Radio", "a.md", transcript, sidecar).unwrap();
    (written.path.to_string(), written.outcome)
}

/// Every file of the show's folder, hidden or not.
fn names(archive: &Archive) -> Vec<String> {
    let children = fs::read_dir(archive.root().join("Harbour Radio")).unwrap();
    let mut names: Vec<_> =
        children.map(|child| child.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_name_belongs_to_the_recording_that_had_it_first() {
    use WriteOutcome::{AlreadyThere, Created};
    let (_folder, archive) = archive();
    let (first, second) =
        (transcript("A", "https://radio.example.org/1"), transcript("A", "https://radio.example.org/2"));
    let own = |name: &str, outcome| (format!("Harbour Radio/{name}"), outcome);
    assert_eq!(write(&archive, &first, None), own("a.md", Created));
    assert_eq!(write(&archive, &second, Some(&sidecar(2))), own("a (2).md", Created));
    // The same address, in other words and with another title.
    let again = transcript("B", "https://radio.example.org/1?utm_source=x");
    assert_eq!(write(&archive, &again, Some(&sidecar(1))), own("a.md", AlreadyThere));
    assert_eq!(write(&archive, &second, None), own("a (2).md", AlreadyThere));
    assert_eq!(names(&archive), ["a (2).json", "a (2).md", "a.md"]);
    assert_eq!(fs::read(archive.root().join("Harbour Radio/a.md")).unwrap(), first);
}

#[test]
fn without_an_address_the_media_tells_recordings_apart() {
    use WriteOutcome::{AlreadyThere, Created};
    let (_folder, archive) = archive();
    let text = transcript("A", "");
    assert_eq!(write(&archive, &text, Some(&sidecar(1))).1, Created);
    assert_eq!(write(&archive, &text, Some(&sidecar(2))), ("Harbour Radio/a (2).md".to_owned(), Created));
    assert_eq!(write(&archive, &transcript("B", ""), Some(&sidecar(1))).1, AlreadyThere);
    // Nothing but the bytes is known of the third.
    assert_eq!(write(&archive, &text, None), ("Harbour Radio/a.md".to_owned(), AlreadyThere));
    assert_eq!(write(&archive, &transcript("C", ""), None).0, "Harbour Radio/a (3).md");
}

#[test]
fn what_somebody_put_there_is_left_alone() {
    let (_folder, archive) = archive();
    fs::create_dir_all(archive.root().join("Harbour Radio/a (2).md")).unwrap();
    fs::write(archive.root().join("Harbour Radio/a.json"), r#"{"my": "own"}"#).unwrap();
    let written = write(&archive, &transcript("A", ""), Some(&sidecar(1)));
    assert_eq!(written.0, "Harbour Radio/a (3).md");
    assert_eq!(fs::read(archive.root().join("Harbour Radio/a.json")).unwrap(), br#"{"my": "own"}"#);
}

#[test]
fn a_killed_process_leaves_nothing_in_the_way() {
    let (_folder, archive) = archive();
    let folder = archive.root().join("Harbour Radio");
    fs::create_dir_all(&folder).unwrap();
    // Killed while it wrote, and before that between sidecar and transcript.
    fs::write(folder.join(".onrecord-x1Y2z3.tmp"), "half").unwrap();
    fs::write(folder.join("a.json"), sidecar(1)).unwrap();
    let written = write(&archive, &transcript("A", ""), Some(&sidecar(1)));
    assert_eq!(written, ("Harbour Radio/a.md".to_owned(), WriteOutcome::Created));
    assert_eq!(names(&archive), ["a.json", "a.md"]);
}

#[test]
fn replacing_takes_the_sidecar_along() {
    let (_folder, archive) = archive();
    write(&archive, &transcript("A", ""), Some(&sidecar(1)));
    let path = DocumentPath::new("Harbour Radio/a.md").unwrap();
    let writer = archive.writer("a test", Duration::ZERO).unwrap();
    writer.replace_transcript(&path, &transcript("B", ""), Some(&sidecar(2))).unwrap();
    assert_eq!(archive.read(&path).unwrap().transcript().unwrap().file.title(), Some("B"));
    assert_eq!(fs::read(archive.sidecar_path(&path)).unwrap(), sidecar(2));
    writer.replace_transcript(&path, &transcript("C", ""), None).unwrap();
    assert_eq!(names(&archive), ["a.md"]);
    let missing = DocumentPath::new("Harbour Radio/b.md").unwrap();
    assert!(matches!(writer.replace_transcript(&missing, b"", None), Err(WriteError::Read(_))));
}

#[test]
fn a_file_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.srt");
    write_file(&file, b"first, and longer").unwrap();
    write_file(&file, b"second").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"second");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let error = write_file(&folder.path().join("no folder/a.srt"), b"").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.to_string().contains(UNFINISHED_BEGINNING), "{error}");
    check_writable(folder.path()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let error = check_writable(&folder.path().join("no folder")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn one_process_writes_at_a_time() {
    let (_folder, archive) = archive();
    let _writer = archive.writer("onrecord add", Duration::ZERO).unwrap();
    let error = archive.writer("onrecord init", Duration::ZERO).unwrap_err();
    assert!(error.to_string().contains("(`onrecord add`)"), "{error}");
}

#[cfg(unix)]
#[test]
fn new_files_have_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, archive) = archive();
    write(&archive, &transcript("A", ""), Some(&sidecar(1)));
    let ordinary = folder.path().join("ordinary");
    fs::write(&ordinary, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    for name in ["a.md", "a.json"] {
        assert_eq!(mode(&archive.root().join("Harbour Radio").join(name)), mode(&ordinary), "for {name}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_out_is_refused() {
    let (folder, archive) = archive();
    std::os::unix::fs::symlink(folder.path(), archive.root().join("Harbour Radio")).unwrap();
    let writer = archive.writer("a test", Duration::ZERO).unwrap();
    let error = writer.write_transcript("Harbour Radio", "a.md", b"", None).unwrap_err();
    assert!(matches!(error, WriteError::Outside { .. }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A device that is always full, where the system has one: writing fails after the file was opened.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let mut full = File::options().write(true).open("/dev/full").unwrap();
    let cause = full.write_all(b"x").unwrap_err();
    let error = FileError::new("write", Path::new("a.md"), cause).to_string();
    assert!(error.starts_with("cannot write `a.md`: no space left\nhint: "), "{error}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_name_leads_out(
        show in r"(\PC|[./\\:~\-\x00\n ]|\.\.|/tmp){0,8}",
        file in r"(\PC|[./\\:~\-\x00\n ]|\.\.|/tmp){0,8}",
    ) {
        let (folder, archive) = archive();
        let writer = archive.writer("a test", Duration::ZERO).unwrap();
        let written = writer.write_transcript(&show, &format!("{file}.md"), b"text", Some(b"{}"));
        let beside: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|child| child.unwrap().file_name()).collect();
        proptest::prop_assert_eq!(beside, ["news"]);
        if let Ok(written) = written {
            let real = fs::canonicalize(archive.file_path(&written.path)).unwrap();
            proptest::prop_assert!(real.starts_with(fs::canonicalize(archive.root()).unwrap()));
            let listed: Vec<_> = archive.documents().unwrap().filter_map(Result::ok).collect();
            proptest::prop_assert_eq!(listed, [written.path]);
        }
    }
}

#[test]
fn a_file_written_in_portions_is_whole_or_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.csv");
    let fill = |text: &'static str, fails: bool| {
        write_file_with(&path, |out| {
            let written = out.write_all(text.as_bytes()).map_err(FileError::on("write", &path));
            if fails { Err(FileError::new("write", &path, ErrorKind::StorageFull.into())) } else { written }
        })
    };
    fill("one", false).unwrap();
    fill("two", true).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left of what failed");
    fill("three", false).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "three");
}
