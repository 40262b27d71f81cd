//! What is no recording, and what each is told.

use std::fs;
use std::path::Path;

use media::{Input, MediaError, MediaErrorKind, open, probe};

use crate::{fixture_bytes, own};

/// The error for a file of this content, with the folder left out of its name.
#[track_caller]
fn refusal(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let (opened, probed) = (open(Input::file(&path), &own()).err(), probe(Input::file(&path), &own()).err());
    let text = opened.unwrap().to_string();
    assert_eq!(text, probed.unwrap().to_string(), "probing and opening disagree");
    text.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn missing_file() {
    let error = open(Input::file("no/such/talk.mp3"), &own()).err().unwrap();
    insta::assert_snapshot!(error, @"`no/such/talk.mp3`: there is no such file");
}

#[test]
fn folder() {
    let error = open(Input::file(Path::new("tests")), &own()).err().unwrap();
    insta::assert_snapshot!(error, @r"
    `tests`: expected a media file, found a folder
    hint: name the files in it
    ");
}

#[test]
fn empty_file() {
    insta::assert_snapshot!(refusal("talk.mp3", b""), @r"
    `talk.mp3`: the file is empty
    hint: it may still be downloading, or the download failed
    ");
}

#[test]
fn text_named_mp3() {
    insta::assert_snapshot!(refusal("talk.mp3", b"Dear listeners,\n"), @"`talk.mp3`: expected a recording, found text");
}

#[test]
fn error_page_named_mp3() {
    insta::assert_snapshot!(refusal("talk.mp3", b"<!DOCTYPE html>\n<title>404</title>"), @r"
    `talk.mp3`: expected a recording, found a web page (HTML)
    hint: the download may have saved an error page instead of the recording
    ");
}

#[test]
fn image() {
    insta::assert_snapshot!(refusal("cover.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0"), @r"
    `cover.jpg`: expected a recording, found an image (JPEG)
    hint: the recording that it belongs to may stand beside it
    ");
}

#[test]
fn document() {
    insta::assert_snapshot!(refusal("talk.pdf", b"%PDF-1.7\n"), @"`talk.pdf`: expected a recording, found a document (PDF)");
}

#[test]
fn playlist() {
    insta::assert_snapshot!(refusal("radio.m3u", b"#EXTM3U\nhttp://example.org/live\n"), @r"
    `radio.m3u`: expected a recording, found a playlist
    hint: download the recordings that it lists
    ");
}

#[test]
fn noise() {
    let bytes: Vec<u8> = (0..9_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    insta::assert_snapshot!(refusal("noise.bin", &bytes), @r"
    `noise.bin`: expected a recording, found bytes of no known format
    hint: if it is a recording in a rare format, install `ffmpeg`, for example with `apt-get install ffmpeg`
    ");
}

#[test]
fn film_without_sound() {
    insta::assert_snapshot!(refusal("film.mp4", &fixture_bytes("silent-film.mp4")), @"`film.mp4`: the MP4 file has no sound track, so there is nothing to transcribe");
}

#[test]
fn film_cut_before_its_index() {
    let whole = fixture_bytes("m4a.m4a");
    insta::assert_snapshot!(refusal("film.mp4", &whole[..whole.len() / 2]), @"`film.mp4`: the MP4 file is damaged: its index (`moov`) is missing, so the recording or the download was probably cut short");
}

#[test]
fn encrypted_film() {
    let mut film = fixture_bytes("m4a.m4a");
    let coding = film.windows(4).position(|four| four == b"mp4a").unwrap();
    film[coding..coding + 4].copy_from_slice(b"enca");
    insta::assert_snapshot!(refusal("film.mp4", &film), @r"
    `film.mp4`: the sound track is encrypted
    hint: a copy without copy protection is needed
    ");
}

#[test]
fn codings_of_others() {
    insta::assert_snapshot!(refusal("a.mp4", &fixture_bytes("ac3.mp4")), @"`a.mp4`: AC-3 sound can be read only with `ffmpeg`, which was not allowed");
    insta::assert_snapshot!(refusal("a.wma", &fixture_bytes("wma.wma")), @"`a.wma`: a Windows Media file (ASF) can be read only with `ffmpeg`, which was not allowed");
    insta::assert_snapshot!(refusal("a.ts", &fixture_bytes("ts.ts")), @"`a.ts`: an MPEG transport stream can be read only with `ffmpeg`, which was not allowed");
}

#[test]
fn coding_without_a_name() {
    let mut film = fixture_bytes("m4a.m4a");
    let coding = film.windows(4).position(|four| four == b"mp4a").unwrap();
    film[coding..coding + 4].copy_from_slice(b"mha1");
    insta::assert_snapshot!(refusal("film.mp4", &film), @"`film.mp4`: sound coded as `mha1` can be read only with `ffmpeg`, which was not allowed");
}

#[test]
fn ffmpeg_that_is_not_there() {
    let kind = MediaErrorKind::NeedsFfmpeg { what: "AC-3 sound".to_owned(), allowed: true };
    insta::assert_snapshot!(MediaError { name: "news.ts".to_owned(), kind }, @r"
    `news.ts`: AC-3 sound can be read only with `ffmpeg`, which is not installed
    hint: install it, for example with `apt-get install ffmpeg`
    ");
}

#[test]
fn ogg_without_a_packet_of_sound() {
    let whole = fixture_bytes("opus.opus");
    insta::assert_snapshot!(refusal("a.opus", &whole[..60]), @"`a.opus`: the Ogg file is damaged: it ends before its sound begins");
}
