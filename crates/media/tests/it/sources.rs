//! Files under odd names, pipes, growing files; and what recordings say about themselves.

use std::fs::{self, OpenOptions as FileOptions};
use std::io::Write as _;

use media::{Input, OpenOptions, Tags, hash_file, open, probe};

use crate::wav::{jagged, wav_of};
use crate::{decode, decode_bytes, fixture, fixture_bytes, own, own_fixture_names, read_all};

#[test]
fn a_pipe_gives_the_same_samples_as_a_file() {
    // An MP4 with its index at the end among them.
    for name in own_fixture_names() {
        let of_file = decode(&fixture(&name)).unwrap();
        let of_pipe = decode_bytes(fixture_bytes(&name)).unwrap();
        assert_eq!(of_file.samples, of_pipe.samples, "{name}");
    }
}

#[test]
fn the_name_of_a_file_plays_no_part() {
    let folder = tempfile::tempdir().unwrap();
    for (name, fixture) in [("talk.txt", "m4a.m4a"), ("talk.wav", "mp3.mp3"), ("talk", "opus.opus")] {
        let path = folder.path().join(name);
        fs::write(&path, fixture_bytes(fixture)).unwrap();
        assert_eq!(decode(&path).unwrap().samples.len(), 19_200, "{name}");
    }
}

#[test]
fn odd_names_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "-i.mp3",
        "http:x.mp3",
        "with space.mp3",
        "it's \"quoted\".mp3",
        "two\nlines.mp3",
        "%d.mp3",
        "\u{65e5}.mp3",
    ];
    for name in names {
        let path = folder.path().join(name);
        fs::write(&path, fixture_bytes("mp3.mp3")).unwrap();
        assert_eq!(decode(&path).unwrap().samples.len(), 19_200, "{name}");
        // The same names as operands of another program.
        if media::ffmpeg_version().is_some() {
            fs::write(&path, fixture_bytes("ac3.ac3")).unwrap();
            let recording = open(Input::file(&path), &OpenOptions::default()).unwrap();
            assert!(read_all(recording).unwrap().samples.len() > 19_000, "{name}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8_are_read() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.mp3"));
    fs::write(&path, fixture_bytes("mp3.mp3")).unwrap();
    assert_eq!(decode(&path).unwrap().samples.len(), 19_200);
    fs::write(&path, b"").unwrap();
    let error = decode(&path).unwrap_err().to_string();
    assert!(error.contains("caf\u{fffd}.mp3`: the file is empty"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    if !std::process::Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: `mkfifo` is not installed");
        return;
    }
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            FileOptions::new().write(true).open(path).unwrap().write_all(&fixture_bytes("m4a.m4a")).unwrap()
        }
    });
    assert_eq!(decode(&path).unwrap().samples.len(), 19_200);
    writer.join().unwrap();
}

#[test]
fn a_file_that_grows_is_read_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.wav");
    let mut file = wav_of(16_000, &jagged(32_000));
    // A recorder that is still at work has not stated the length yet.
    file[4..8].fill(0xFF);
    file[40..44].fill(0xFF);
    fs::write(&path, &file).unwrap();
    let mut recording = open(Input::file(&path), &own()).unwrap();
    let mut samples = Vec::new();
    while recording.read(&mut samples).unwrap() > 0 {
        let mut growing = FileOptions::new().append(true).open(&path).unwrap();
        growing.write_all(&[0x55; 64_000]).unwrap();
    }
    assert_eq!(samples.len(), 32_000);
}

#[test]
fn a_stream_over_the_limit_is_refused() {
    let input = Input::Stream { name: "radio".to_owned(), reader: Box::new(std::io::repeat(0xFF)) };
    let options = OpenOptions { stream_limit_bytes: 1_000_000, ..own() };
    insta::assert_snapshot!(open(input, &options).err().unwrap(), @r"
    `radio`: the stream is larger than the limit of 1000000 bytes
    hint: save it to a file first, or raise the limit
    ");
}

#[test]
fn facts_come_without_decoding() {
    #[track_caller]
    fn check(name: &str, expected: (&str, &str, u32, u32, u64, bool)) {
        let facts = probe(Input::file(fixture(name)), &own()).unwrap();
        let milliseconds = facts.duration.unwrap().as_millis();
        let found = (
            facts.container.as_str(),
            facts.codec.as_str(),
            facts.sample_rate_hz,
            facts.channels,
            milliseconds,
            facts.has_video,
        );
        assert_eq!(found, expected, "{name}");
        assert_eq!(facts.bytes, fixture_bytes(name).len() as u64);
    }
    check("mp3.mp3", ("mp3", "mp3", 44_100, 2, 1_200, false));
    check("m4a.m4a", ("mp4", "aac", 44_100, 2, 1_200, false));
    check("video.mp4", ("mp4", "aac", 44_100, 2, 1_200, true));
    check("late.mov", ("mp4", "aac", 44_100, 2, 1_499, true));
    check("alac.m4a", ("mp4", "alac", 16_000, 1, 1_200, false));
    check("opus.opus", ("ogg", "opus", 48_000, 2, 1_200, false));
    check("opus.webm", ("matroska", "opus", 48_000, 2, 1_208, false));
    check("video.mkv", ("matroska", "vorbis", 44_100, 2, 1_203, true));
    check("vorbis.ogg", ("ogg", "vorbis", 44_100, 2, 1_200, false));
    check("flac.flac", ("flac", "flac", 16_000, 1, 1_200, false));
    check("surround-192k.flac", ("flac", "flac", 192_000, 6, 60, false));
}

#[test]
fn tags_are_found_in_every_container() {
    for name in ["m4a.m4a", "flac.flac", "vorbis.ogg", "opus.opus", "flac.mka"] {
        let tags = probe(Input::file(fixture(name)), &own()).unwrap().tags;
        assert_eq!(tags.title.as_deref(), Some("The Harbour Report"), "{name}");
    }
    let expected = Tags {
        title: Some("The Harbour Report".to_owned()),
        artist: Some("Radio Vell".to_owned()),
        album: Some("Morning in Vell".to_owned()),
        date: Some("2025-02-12".to_owned()),
        comment: Some("An invented show".to_owned()),
        ..Tags::default()
    };
    assert_eq!(probe(Input::file(fixture("mp3.mp3")), &own()).unwrap().tags, expected);
}

#[test]
fn the_hash_is_that_of_the_bytes_and_not_of_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    fs::copy(fixture("mp3.mp3"), &copy).unwrap();
    assert_eq!(hash_file(&copy).unwrap(), hash_file(&fixture("mp3.mp3")).unwrap());
    assert_ne!(hash_file(&copy).unwrap(), hash_file(&fixture("m4a.m4a")).unwrap());
}
