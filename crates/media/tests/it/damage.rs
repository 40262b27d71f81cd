//! Damage costs what is damaged: the rest is heard at its place, and the report says where the holes are.

use std::time::{Duration, Instant};

use media::{Input, IssueKind, OpenOptions, open};
use proptest::prelude::*;

/// What the fuzzer does with its bytes, which is public there.
#[expect(unreachable_pub)]
#[path = "../../../../fuzz/src/media.rs"]
mod fuzz_media;

use crate::{click_near, decode, decode_bytes, fixture, fixture_bytes, own, own_fixture_names, read_all};

/// The recording with some bytes in the middle overwritten.
fn damaged(name: &str, from: f64, bytes: usize) -> Vec<u8> {
    let mut recording = fixture_bytes(name);
    let start = (recording.len() as f64 * from) as usize;
    let end = (start + bytes).min(recording.len());
    recording[start..end].fill(0xA5);
    recording
}

#[test]
fn words_behind_a_damage_stay_at_their_second() {
    #[track_caller]
    fn check(name: &str, from: f64, bytes: usize, click: f64) {
        let decoded = decode_bytes(damaged(name, from, bytes)).unwrap();
        assert!(!decoded.issues.is_empty(), "{name}: the damage is not reported");
        let off = click_near(&decoded.samples, click) - click;
        assert!(
            off.abs() < 1.0,
            "{name}: the click at {click} ms is {off:.2} ms off\n{}",
            decoded.issue_lines()
        );
        let whole = decode(&fixture(name)).unwrap().samples.len();
        assert!(
            decoded.samples.len().abs_diff(whole) < 320,
            "{name}: {} samples of {whole}",
            decoded.samples.len()
        );
    }
    check("flac.flac", 0.5, 600, 1000.0);
    check("long.m4a", 0.4, 300, 7250.0);
    check("long.opus", 0.5, 20, 7250.0);
    check("long.ogg", 0.5, 20, 4750.0);
}

#[test]
fn a_broken_container_is_heard_up_to_the_break_and_by_ffmpeg_behind_it() {
    let broken = damaged("long.webm", 0.4, 100);
    let decoded = decode_bytes(broken.clone()).unwrap();
    insta::assert_snapshot!(decoded.issue_lines(), @"at 00:00:03.014: what follows could not be read: mkv (ebml): encountered an unexpected element");
    assert!(click_near(&decoded.samples, 2500.0) - 2500.0 < 1.0);
    if media::ffmpeg_version().is_none() {
        eprintln!("skipped: `ffmpeg` is not installed");
        return;
    }
    let input = Input::Stream { name: "bytes".to_owned(), reader: Box::new(std::io::Cursor::new(broken)) };
    let decoded = read_all(open(input, &OpenOptions::default()).unwrap()).unwrap();
    let off = click_near(&decoded.samples, 7250.0) - 7250.0;
    // `ffmpeg` closes a hole of less than 100 ms only in part.
    assert!(off.abs() < 25.0, "the click is {off:.2} ms off\n{}", decoded.issue_lines());
}

#[test]
fn a_file_cut_short_gives_what_is_there() {
    for name in own_fixture_names() {
        let whole = decode(&fixture(&name)).unwrap().samples;
        let bytes = fixture_bytes(&name);
        if name.ends_with(".mp4") || name.ends_with(".m4a") || name.ends_with(".mov") || name == "caf.caf" {
            // Without the index, which these have at their end, nothing can be heard: see `refusals`.
            continue;
        }
        if ["opus.opus", "vorbis.ogg", "flac.oga", "surround.opus", "surround-192k.flac"]
            .contains(&name.as_str())
        {
            // All of their sound is in one page or two packets, which count only whole.
            continue;
        }
        let cut = decode_bytes(bytes[..bytes.len() * 3 / 4].to_vec()).unwrap();
        assert!(
            cut.samples.len() < whole.len() && !cut.samples.is_empty(),
            "{name}: {} samples",
            cut.samples.len()
        );
        let knows = ["flac", "mp3", "ogg", "opus", "oga"];
        let ending = name.rsplit('.').next().unwrap();
        if knows.contains(&ending) && name != "mp3-without-header.mp3" {
            let last = cut.issues.last().map(|issue| &issue.kind);
            assert_eq!(last, Some(&IssueKind::Truncated), "{name}");
        }
    }
}

#[test]
fn an_mp4_with_its_index_first_can_be_cut_short() {
    let bytes = fixture_bytes("m4a-index-first.m4a");
    let cut = decode_bytes(bytes[..bytes.len() * 3 / 4].to_vec()).unwrap();
    insta::assert_snapshot!(cut.issue_lines(), @"at 00:00:00.882: the file ends in the middle");
    assert!((10_000..18_000).contains(&cut.samples.len()), "{} samples", cut.samples.len());
}

/// No recording of a few kilobytes takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Decodes whatever it is: an error or samples, but soon.
#[track_caller]
fn survive(bytes: &[u8]) {
    let begun = Instant::now();
    fuzz_media::media(bytes);
    assert!(begun.elapsed() < PATIENCE, "{:?} for {} bytes", begun.elapsed(), bytes.len());
}

/// Four hundred cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        default
    } else {
        ProptestConfig { cases: 400, ..default }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mutated_recordings_do_no_harm(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
        early in any::<bool>(),
    ) {
        let names = own_fixture_names();
        let mut bytes = fixture_bytes(which.get::<String>(&names));
        for (place, value) in changes {
            // Headers do more harm than sound does.
            let reach = if early { bytes.len().min(1500) } else { bytes.len() };
            let place = place.index(reach);
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            let length = cut.index(bytes.len());
            bytes.truncate(length);
        }
        survive(&bytes);
    }

    #[test]
    fn bytes_behind_a_signature_do_no_harm(
        signature in prop::sample::select(vec![
            &b"RIFF\xff\xff\xff\xffWAVEfmt "[..], b"fLaC\0\0\0\x22", b"OggS\0\x02", b"\x1aE\xdf\xa3", b"ID3\x04\0\0\0\0\0\0",
            b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x80moov", b"FORM\0\0\xff\xffAIFFCOMM", b"caff\0\x01\0\0desc", b"\xff\xfb\x90\0",
            b"\xff\xf1\x50\x80", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..4096),
    ) {
        survive(&[signature, &rest].concat());
    }
}

#[test]
fn options_of_every_kind_do_no_harm() {
    use record::MediaTime;
    let far = MediaTime::from_millis(u64::MAX);
    for (start, end) in
        [(Some(far), None), (None, Some(far)), (Some(far), Some(far)), (None, Some(MediaTime::ZERO))]
    {
        for name in ["mp3.mp3", "m4a.m4a", "opus.webm", "vorbis.ogg", "adpcm.wav"] {
            let options = OpenOptions { start, end, ..own() };
            let decoded = read_all(open(Input::file(fixture(name)), &options).unwrap()).unwrap();
            assert_eq!(decoded.samples.is_empty(), start.is_some() || end == Some(MediaTime::ZERO), "{name}");
        }
    }
}
