//! What was at second `t` is at second `t`, whatever the container and the coding.

use media::{Input, OpenOptions, ffmpeg_version, open, probe};

use crate::{Decoded, click_near, decode, decode_bytes, fixture, fixture_bytes, read_all};

const CLICKS: [f64; 3] = [250.0, 600.0, 1000.0];
const LONG_CLICKS: [f64; 4] = [500.0, 2500.0, 4750.0, 7250.0];

#[track_caller]
fn check_clicks(decoded: &Decoded, clicks: &[f64], late_milliseconds: f64, name: &str) {
    for click in clicks.iter().filter(|&&click| click * 16.0 < decoded.samples.len() as f64 - 200.0) {
        let off = click_near(&decoded.samples, click + late_milliseconds) - click - late_milliseconds;
        assert!(off.abs() < 1.0, "{name}: the click at {click} ms is {off:.2} ms off");
    }
}

#[test]
fn clicks_stay_at_their_second() {
    #[track_caller]
    fn check(name: &str, samples: usize) {
        let decoded = decode(&fixture(name)).unwrap();
        assert_eq!(decoded.issue_lines(), "", "{name}");
        check_clicks(&decoded, &CLICKS, 0.0, name);
        assert_eq!(decoded.samples.len(), samples, "{name}");
    }
    check("mp3.mp3", 19_200);
    check("m4a.m4a", 19_200);
    check("m4a-index-first.m4a", 19_200);
    check("alac.m4a", 19_200);
    check("video.mp4", 19_200);
    check("video.mov", 19_200);
    check("opus.mp4", 19_200);
    check("flac.flac", 19_200);
    check("vorbis.ogg", 19_200);
    check("opus.opus", 19_200);
    check("flac.oga", 19_200);
    check("flac.mka", 19_200);
    check("caf.caf", 19_200);
    // Its last block is filled up, and the header counts that.
    check("adpcm.wav", 20_360);
    check("surround.opus", 8_000);
    check("surround-192k.flac", 960);
    // Matroska does not give the length to the sample: the last packet is heard whole.
    check("opus.webm", 19_416);
    check("vorbis.webm", 19_203);
    check("video.mkv", 19_203);
}

#[test]
fn clicks_are_as_late_as_the_encoder_made_them_where_the_file_does_not_say() {
    #[track_caller]
    fn check(name: &str, late_milliseconds: f64) {
        let decoded = decode(&fixture(name)).unwrap();
        assert_eq!(decoded.issue_lines(), "", "{name}");
        check_clicks(&decoded, &CLICKS, late_milliseconds, name);
    }
    check("adts.aac", 1024.0 / 44.1);
    check("mp3-without-header.mp3", 1105.0 / 44.1);
    check("mp2.mp2", 481.0 / 44.1);
    check("fragments.mp4", 1024.0 / 44.1);
}

#[test]
fn sound_that_begins_after_the_picture_begins_later() {
    let decoded = decode(&fixture("late.mov")).unwrap();
    check_clicks(&decoded, &CLICKS, 300.0, "late.mov");
    assert!(decoded.samples[..4_000].iter().all(|&sample| sample.abs() < 1e-4));
}

#[test]
fn long_recordings_do_not_drift() {
    for name in ["long.mp3", "long.m4a", "long.ogg", "long.opus", "long.webm", "long.mka"] {
        check_clicks(&decode(&fixture(name)).unwrap(), &LONG_CLICKS, 0.0, name);
    }
}

#[test]
fn streams_in_one_file_follow_each_other() {
    for name in ["opus.opus", "vorbis.ogg", "flac.oga"] {
        let twice = decode_bytes(fixture_bytes(name).repeat(2)).unwrap();
        assert_eq!(twice.samples.len(), 38_400, "{name}");
        check_clicks(&twice, &CLICKS, 0.0, name);
        check_clicks(&twice, &CLICKS, 1200.0, name);
    }
}

#[test]
fn joined_recordings_are_heard_to_their_end() {
    // The header still states the length of the first alone.
    let joined = decode_bytes(fixture_bytes("mp3.mp3").repeat(3)).unwrap();
    assert!(joined.samples.len() > 57_600, "{} samples", joined.samples.len());
    check_clicks(&joined, &CLICKS, 0.0, "mp3.mp3");
    // A stream has no header and no length.
    let joined = decode_bytes(fixture_bytes("adts.aac").repeat(3)).unwrap();
    assert!(joined.samples.len() > 57_600, "{} samples", joined.samples.len());
}

#[test]
fn he_aac_is_heard_without_its_upper_band_where_there_is_no_ffmpeg() {
    // The delay of the encoder, which neither file states. The packets alone don't say that they are HE-AAC, so the
    // delay that a full decoder adds is missing there.
    let late = 5_058.0 / 44.1;
    let decoded = decode(&fixture("he-aac.m4a")).unwrap();
    insta::assert_snapshot!(decoded.issue_lines(), @r"
    at 00:00:00.000: the sound is HE-AAC and was decoded without its upper frequencies
    hint: install `ffmpeg`, for example with `apt-get install ffmpeg`, to hear all of it
    ");
    check_clicks(&decoded, &CLICKS, late, "he-aac.m4a");
    let decoded = decode(&fixture("he-aac.aac")).unwrap();
    insta::assert_snapshot!(decoded.issue_lines(), @r"
    at 00:00:00.000: the sound may be HE-AAC, and then was decoded without its upper frequencies
    hint: install `ffmpeg`, for example with `apt-get install ffmpeg`, to hear all of it
    ");
    check_clicks(&decoded, &CLICKS, late - 962.0 / 44.1, "he-aac.aac");
    if ffmpeg_version().is_none() {
        eprintln!("skipped: `ffmpeg` is not installed");
        return;
    }
    for name in ["he-aac.m4a", "he-aac.aac"] {
        let recording = open(Input::file(fixture(name)), &OpenOptions::default()).unwrap();
        assert!(recording.facts().by_ffmpeg, "{name}");
        let decoded = read_all(recording).unwrap();
        assert_eq!(decoded.issue_lines(), "", "{name}");
        check_clicks(&decoded, &CLICKS, late, name);
    }
}

#[test]
fn ffmpeg_decodes_what_we_do_not() {
    if ffmpeg_version().is_none() {
        eprintln!("skipped: `ffmpeg` is not installed");
        return;
    }
    #[track_caller]
    fn check(name: &str, codec: &str, late_milliseconds: f64) {
        let options = OpenOptions::default();
        let facts = probe(Input::file(fixture(name)), &options).unwrap();
        assert_eq!((facts.codec.as_str(), facts.by_ffmpeg), (codec, true), "{name}");
        let decoded = read_all(open(Input::file(fixture(name)), &options).unwrap()).unwrap();
        check_clicks(&decoded, &CLICKS, late_milliseconds, name);
    }
    check("ac3.ac3", "ac3", 256.0 / 32.0);
    check("ac3.mp4", "ac3", 0.0);
    check("wma.wma", "wmav2", 2048.0 / 44.1);
    check("ts.ts", "aac", 1024.0 / 44.1);
}
