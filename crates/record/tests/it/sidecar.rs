//! Sidecars: what is written is read, what a later version adds survives, and errors name their place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use record::format::archive::{ArchiveFile, parse};
use record::format::sidecar::{
    DroppedSegment, LogProbability, MAX_SIDECAR_BYTES, MAX_SIDECAR_VALUES, Probability, Program,
    SegmentDetail, Sidecar, Task, UnknownFields, Unread, UnreadReason, Word, read, write,
};
use record::{MediaTime, Suspect, SuspectReason};

use crate::texts::any_text;

const TIMED: &[u8] = include_bytes!("../fixtures/sidecar/timed.json");

fn transcript() -> ArchiveFile {
    parse(include_bytes!("../fixtures/follows/timed.md")).file
}

#[test]
fn a_sidecar_is_written_as_it_was_read() {
    let sidecar = read(TIMED).expect("the fixture is a sidecar");
    assert_eq!(sidecar.segments.len(), 5);
    assert_eq!(sidecar.segments[0].words[4].text, " Ellery.");
    assert!(sidecar.segments[0].words[4].interpolated);
    assert_eq!(sidecar.segments[4].suspects[0].reason, SuspectReason::NoVoice);
    assert_eq!(sidecar.unread[0].why, UnreadReason::Silence);
    assert_eq!(String::from_utf8_lossy(&write(&sidecar)), String::from_utf8_lossy(TIMED));
}

#[test]
fn what_a_later_minor_version_adds_survives() {
    let json = r#"{
  "version": 1,
  "program": {"name": "onrecord", "version": "9.0.0", "commit": "5ab5ece"},
  "created": "2026-03-03T06:30:00Z",
  "task": "summarise",
  "segments": [
    {"start_seconds": 0.0, "end_seconds": 1.0, "words": [{"text": " a", "start_seconds": 0.0, "end_seconds": 1.0, "probability": 0.5, "pitch_hz": 220.00000000000003}], "suspects": [{"reason": "cloned_voice"}], "mood": {"calm": [1, 2.5, null]}}
  ],
  "unread": [
    {"start_seconds": 2.0, "end_seconds": 3.0, "why": "advertisement"}
  ],
  "chapters": [
    "one",
    "two"
  ],
  "total": 18446744073709551615
}
"#;
    let sidecar = read(json.as_bytes()).expect("unknown fields are no errors");
    assert_eq!(sidecar.task, Task::Other("summarise".to_owned()));
    assert_eq!(String::from_utf8_lossy(&write(&sidecar)), json);
}

#[test]
fn errors_name_the_place_in_the_json() {
    let error = |json: &str| read(json.as_bytes()).expect_err("no sidecar").to_string();
    let edited = |from: &str, to: &str| {
        let json = String::from_utf8_lossy(TIMED);
        assert!(json.contains(from), "`{from}` stands in the fixture");
        error(&json.replacen(from, to, 1))
    };
    insta::assert_snapshot!(error(""), @"line 1, column 0: EOF while parsing a value");
    insta::assert_snapshot!(error("[]"), @"line 1, column 2: invalid length 0, expected an object with `version`");
    insta::assert_snapshot!(error("{}"), @"line 1, column 2: missing field `version`");
    insta::assert_snapshot!(error(r#"{"version": 2, "everything": "else"}"#), @r#"
    the sidecar has version 2, this program reads version 1
    hint: install a newer version of this program
    "#);
    insta::assert_snapshot!(error(r#"{"version": 0}"#), @"version: expected a version from 1 to 1, found 0");
    insta::assert_snapshot!(error(r#"{"version": "1"}"#), @r#"version (line 1, column 15): invalid type: string "1", expected u64"#);
    insta::assert_snapshot!(error(r#"{"version": 1}"#), @"line 1, column 14: missing field `program`");
    insta::assert_snapshot!(edited("14.14", "-14.14"), @"segments[2].start_seconds (line 13, column 28): expected seconds from 0 up, found `-14.14`");
    insta::assert_snapshot!(edited("0.61", "1.61"), @"segments[0].words[4].probability (line 11, column 581): expected a probability from 0 to 1, found `1.61`");
    insta::assert_snapshot!(edited("-0.21", "0.21"), @"segments[0].average_log_probability (line 11, column 78): expected the logarithm of a probability, at most 0, found `0.21`");
    insta::assert_snapshot!(edited("1.4,", "1e99,"), @"segments[0].compression_ratio (line 11, column 137): number out of range");
    insta::assert_snapshot!(edited("e3b0", "e3"), @"media.sha256 (line 5, column 86): expected a SHA-256 of 64 hexadecimal digits, found `e3c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`");
    insta::assert_snapshot!(edited("06:30:00Z", "half past six"), @"created (line 4, column 39): failed to parse two digit integer as hour: invalid digit, expected 0-9 but got h");
    insta::assert_snapshot!(edited("\"speaker 1\"", "1"), @"segments[1].speaker (line 12, column 60): invalid type: integer `1`, expected a string");
    insta::assert_snapshot!(edited("{\"code\": \"en\", \"probability\": 0.98}", "\"en\""), @r#"language (line 9, column 18): invalid type: string "en", expected an object with `code`"#);
    insta::assert_snapshot!(edited("0.3,", "0.3"), @"segments (line 11, column 208): expected `,` or `}`");
    insta::assert_snapshot!(error(&format!("{} x", String::from_utf8_lossy(TIMED))), @"line 25, column 2: trailing characters");
    insta::assert_snapshot!(error(&"[".repeat(1000)), @"[0] (line 1, column 1): invalid type: sequence, expected u64");
    let numbers = format!(r#"{{"version": 1, "unknown": [{}0]}}"#, "0,".repeat(MAX_SIDECAR_VALUES));
    insta::assert_snapshot!(error(&numbers), @"expected a sidecar of at most 4000000 values, found 4000001 commas");
    insta::assert_snapshot!(error(&" ".repeat(MAX_SIDECAR_BYTES + 1)), @"expected a sidecar of at most 67108864 bytes, found 67108865 bytes");
}

#[test]
fn a_sidecar_of_another_transcript_is_reported() {
    let file = transcript();
    let mut sidecar = read(TIMED).expect("the fixture is a sidecar");
    assert_eq!(sidecar.check(file.segments()), Ok(()));
    sidecar.segments[2].start = MediaTime::from_millis(14_142);
    insta::assert_snapshot!(
        sidecar.check(file.segments()).expect_err("another start"),
        @"segment 2 starts at 00:00:14.140 in the transcript, but at 00:00:14.142 in the sidecar"
    );
    assert!(sidecar.detail_of(file.segments(), 1).is_some(), "the other segments are the same");
    assert!(sidecar.detail_of(file.segments(), 2).is_none());
    sidecar.segments.pop();
    insta::assert_snapshot!(
        sidecar.check(file.segments()).expect_err("another count"),
        @"the sidecar describes 4 segments, the transcript has 5"
    );
    assert!(sidecar.detail_of(file.segments(), 1).is_none());
}

#[test]
fn probabilities_are_what_json_can_hold() {
    #[track_caller]
    fn check(value: f32, probability: f32, logarithm: f32) {
        assert_eq!(Probability::new(value).as_f32(), probability, "for {value}");
        assert_eq!(LogProbability::new(value).as_f32(), logarithm, "for {value}");
    }
    check(0.5, 0.5, 0.0);
    check(1.000_001, 1.0, 0.0);
    check(-0.25, 0.0, -0.25);
    check(f32::NAN, 0.0, f32::MIN);
    check(f32::NEG_INFINITY, 0.0, f32::MIN);
    check(f32::INFINITY, 1.0, 0.0);
}

fn any_time() -> impl Strategy<Value = MediaTime> {
    (0_u64..1 << 50).prop_map(MediaTime::from_millis)
}

fn any_suspects() -> impl Strategy<Value = Vec<Suspect>> {
    let reason = proptest::sample::select(&SuspectReason::KNOWN[..]);
    proptest::collection::vec(
        (reason, any_text()).prop_map(|(reason, detail)| Suspect { reason, detail }),
        0..3,
    )
}

fn any_word() -> impl Strategy<Value = Word> {
    (any_text(), any_time(), any_time(), any::<f32>(), any::<bool>()).prop_map(
        |(text, start, end, probability, interpolated)| Word {
            text,
            start,
            end,
            probability: (probability < 2.0).then(|| Probability::new(probability)),
            interpolated,
            unknown: UnknownFields::new(),
        },
    )
}

fn any_detail() -> impl Strategy<Value = SegmentDetail> {
    let finite = || proptest::option::of(any::<f32>().prop_filter("finite", |number| number.is_finite()));
    let numbers = (finite(), finite(), finite(), finite());
    let names = (proptest::option::of(any_text()), proptest::option::of(any_text()));
    let words = proptest::collection::vec(any_word(), 0..3);
    (any_time(), any_time(), numbers, names, words, any_suspects(), any_unknown()).prop_map(
        |(
            start,
            end,
            (log, silence, compression_ratio, temperature),
            (language, speaker),
            words,
            suspects,
            unknown,
        )| {
            SegmentDetail {
                start,
                end: Some(end),
                language,
                speaker,
                compression_ratio,
                temperature,
                words,
                suspects,
                unknown,
                average_log_probability: log.map(LogProbability::new),
                no_speech_probability: silence.map(Probability::new),
            }
        },
    )
}

/// Fields of a later version: any name that this version does not use, any number.
fn any_unknown() -> impl Strategy<Value = UnknownFields> {
    let number = any::<f64>().prop_filter("finite", |number| number.is_finite());
    proptest::collection::btree_map("x_[a-z]{1,4}", number.prop_map(serde_json::Value::from), 0..3)
}

prop_compose! {
    fn any_sidecar()(
        name in any_text(),
        seconds in -1_000_000_000_i64..10_000_000_000,
        settings in any_unknown(),
        segments in proptest::collection::vec(any_detail(), 0..4),
        dropped in proptest::collection::vec((any_time(), any_time(), any_text(), any_suspects()), 0..2),
        unread in proptest::collection::vec((any_time(), any_time(), any_text()), 0..2),
        unknown in any_unknown(),
    ) -> Sidecar {
        let created = jiff::Timestamp::from_second(seconds).expect("a year that has four digits");
        let mut sidecar = Sidecar::new(Program::new(name, "1"), created);
        sidecar.settings = settings;
        sidecar.segments = segments;
        let none = BTreeMap::new;
        sidecar.dropped = dropped
            .into_iter()
            .map(|(start, end, text, suspects)| DroppedSegment { start, end, text, suspects, unknown: none() })
            .collect();
        sidecar.unread = unread
            .into_iter()
            .map(|(start, end, detail)| Unread { start, end, why: UnreadReason::Silence, detail, unknown: none() })
            .collect();
        sidecar.unknown = unknown;
        sidecar
    }
}

proptest! {
    #[test]
    fn any_sidecar_survives_a_round_trip(sidecar in any_sidecar()) {
        let bytes = write(&sidecar);
        let again = read(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again, &sidecar);
        prop_assert_eq!(write(&again), bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any_text()) {
        let json = String::from_utf8_lossy(TIMED).replacen("speaker 1", &text, 1);
        let _ = read(json.as_bytes());
    }
}
