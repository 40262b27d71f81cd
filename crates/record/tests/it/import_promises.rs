//! Transcripts of other programs on inputs nobody chose: no input panics, what is written reads back, and what was
//! written once is written alike again.

use proptest::prelude::*;
use record::format::archive::ArchiveFile;
use record::format::sidecar::{Program, Sidecar};
use record::format::{ImportFormat, detect, import, podcast_json, srt, tsv, ttml, vtt, whisper_json};
use record::{Imported, MediaTime, NewTranscript, captions::cues};

use crate::texts::any_text;

/// Pieces that mean something to one of the forms.
const PIECES: [&str; 62] = [
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " ",
    "\t",
    "1",
    "2",
    "42",
    "WEBVTT",
    "NOTE",
    "STYLE",
    "-->",
    " --> ",
    "00:00:01,000",
    "00:00:02,500",
    "00:01.000",
    "00:03.500",
    "1:02:03",
    "9:99",
    "[00:00:05]",
    "(0:07)",
    "<v Ann>",
    "</v>",
    "<i>",
    "</i>",
    "<00:00:01.500>",
    "<c>",
    "<font ",
    ">",
    "<",
    "&amp;",
    "&",
    ";",
    "&#59",
    "{\\an8}",
    "}",
    "Ada Morrow: ",
    "SPEAKER_00: ",
    "X-TIMESTAMP-MAP=MPEGTS:1,LOCAL:00:00:00.000",
    "Language: en",
    "<tt>",
    "<p begin=\"1s\">",
    "<p begin=\"2s\" end=\"00:00:03.000\" ttm:agent=\"a\">",
    "<span begin=\"1s\">",
    "</span>",
    "</p>",
    "<br/>",
    "<ttm:agent xml:id=\"a\"><ttm:name>Ann</ttm:name></ttm:agent>",
    "start\tend\ttext",
    "100\t200\t",
    "é",
    "海",
    "\u{feff}",
    "\0",
    "good",
    "morning",
    "good morning",
    "00:00:01,000 --> 00:00:02,500\n",
    "\n00:01.000 --> 00:02.000\ngood\nmorning\n",
    "</tt>",
    "0",
];

const JSON_PIECES: [&str; 34] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"segments\"",
    "\"text\"",
    "\"start\"",
    "\"end\"",
    "\"words\"",
    "\"word\"",
    "\"speaker\"",
    "\"body\"",
    "\"startTime\"",
    "\"endTime\"",
    "\"transcription\"",
    "\"offsets\"",
    "\"from\"",
    "\"tokens\"",
    "1",
    "2.5",
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "\" good\"",
    "\"\\ud800\"",
    "\"00:00:01,000\"",
    "{\"start\": 1, \"end\": 2, \"text\": \" good morning\", \"words\": [{\"word\": \"good\"}, {\"word\": \"morning\", \"start\": 1.5}]}",
    "{\"startTime\": 1, \"body\": \"x\"}",
    "\\",
];

fn made_of(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(pieces), 0..40)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => made_of(&PIECES), 2 => made_of(&JSON_PIECES), 1 => any::<Vec<u8>>()]
}

/// The forms that are written, too.
const WRITTEN: [ImportFormat; 6] = [
    ImportFormat::Srt,
    ImportFormat::Vtt,
    ImportFormat::Ttml,
    ImportFormat::Tsv,
    ImportFormat::WhisperJson,
    ImportFormat::PodcastJson,
];

/// The archive file and the sidecar of a transcript.
pub(crate) fn stored(imported: &Imported) -> (ArchiveFile, Sidecar) {
    let date = jiff::civil::date(2026, 3, 2);
    let new = NewTranscript {
        generated: date,
        model: "test".to_owned(),
        length_seconds: imported.least_length().whole_seconds(),
        keywords: Vec::new(),
        views: 0,
        rating: None,
        description: None,
        title: "Morning".to_owned(),
        show: "Morning Desk".to_owned(),
        date,
        url: String::new(),
        segments: imported.lines(),
    };
    let file = ArchiveFile::Transcript(new.build().expect("all segments have times").transcript);
    let mut sidecar = Sidecar::new(Program::new("test", "1"), jiff::Timestamp::UNIX_EPOCH);
    sidecar.segments = imported.details();
    assert_eq!(sidecar.check(file.segments()), Ok(()));
    (file, sidecar)
}

fn written(file: &ArchiveFile, sidecar: &Sidecar, format: ImportFormat) -> String {
    let cues = cues(file, Some(sidecar)).expect("all segments have times");
    match format {
        ImportFormat::Srt => srt::write(&cues),
        ImportFormat::Vtt => vtt::write(&cues),
        ImportFormat::Ttml => ttml::write(&cues, file.title(), None),
        ImportFormat::Tsv => tsv::write(&cues),
        ImportFormat::PodcastJson => podcast_json::write(&cues),
        _ => whisper_json::write(file, Some(sidecar)),
    }
}

/// Reads, stores and writes a file.
fn rewritten(bytes: &[u8], format: ImportFormat) -> Option<String> {
    let imported = import(bytes, format).ok()?;
    let (file, sidecar) = stored(&imported);
    Some(written(&file, &sidecar, format))
}

fn words_of(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// What somebody said, without what a caption format could take for a mark or for the name of a speaker.
fn plain_text() -> impl Strategy<Value = String> {
    "[a-z0-9.,?!'é海-]{1,6}( [a-z0-9.,?!'é海-]{1,6}){0,4}"
}

fn escaped_text() -> impl Strategy<Value = String> {
    "[a-z&<>;\"'/é#-]{1,8}( [a-z&<>;\"'/é#-]{1,8}){0,4}"
}

/// Start, length (milliseconds), text, speaker.
type Said = (u64, u64, String, Option<String>);

fn any_transcript(text: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Imported> {
    let millis = || prop_oneof![8 => 0_u64..100_000_000, 1 => 0_u64..1 << 50];
    let speaker =
        proptest::option::of(proptest::sample::select(&["Ada Morrow", "speaker 1", "Ben & <Co>"][..]));
    let said = (millis(), 1_u64..5_000, text, speaker.prop_map(|speaker| speaker.map(str::to_owned)));
    proptest::collection::vec(said, 1..8).prop_map(imported)
}

fn imported(mut said: Vec<Said>) -> Imported {
    said.sort_by_key(|(start, ..)| *start);
    let segment = |(start, lasts, text, speaker): Said| {
        let (start, end) = (MediaTime::from_millis(start), MediaTime::from_millis(start + lasts));
        let mut segment = record::imported::ImportedSegment::new(start, Some(end), text);
        segment.speaker = speaker;
        segment
    };
    Imported { segments: said.into_iter().map(segment).collect(), ..Imported::default() }
}

#[track_caller]
fn check_back(imported: &Imported, format: ImportFormat, has_speakers: bool) -> Result<(), TestCaseError> {
    let (file, sidecar) = stored(imported);
    let text = written(&file, &sidecar, format);
    prop_assert_eq!(detect(text.as_bytes(), "a"), Some(format), "{}", text);
    let back = import(text.as_bytes(), format).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(back.issues.is_empty(), "{:?}", back.issues);
    prop_assert_eq!(back.segments.len(), imported.segments.len(), "{}", text);
    for (back, original) in back.segments.iter().zip(&imported.segments) {
        prop_assert_eq!((back.start_time(), back.end), (original.start_time(), original.end));
        if has_speakers {
            prop_assert_eq!(&back.speaker, &original.speaker);
        }
        if back.speaker == original.speaker || format == ImportFormat::Tsv {
            prop_assert_eq!(words_of(&back.text), words_of(&original.text));
        } else {
            // Captions without a mark for speakers say the name before the text.
            prop_assert!(back.text.ends_with(&original.text), "{:?} {:?}", back, original);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_file_panics(bytes in any_file(), name in "[a-z]{0,2}[.](srt|vtt|ttml|json|txt|tsv|md|x)") {
        let _ = detect(&bytes, &name);
        for format in ImportFormat::ALL {
            if let Ok(imported) = import(&bytes, format) {
                prop_assert!(imported.segments.is_sorted_by(|a, b| a.start.as_f64() <= b.start.as_f64()));
                for segment in &imported.segments {
                    prop_assert!(segment.end.is_none_or(|end| end >= segment.start_time()), "{:?}", segment);
                    let spelled: String = segment.words.iter().map(|word| word.text.as_str()).collect();
                    prop_assert!(segment.words.is_empty() || spelled == segment.text, "{:?}", segment);
                }
                stored(&imported);
            }
        }
    }

    #[test]
    fn what_was_written_once_is_written_alike_again(bytes in any_file()) {
        for format in WRITTEN {
            if let Some(once) = rewritten(&bytes, format) {
                prop_assert_eq!(rewritten(once.as_bytes(), format).unwrap_or_default(), once, "as {}", format);
            }
        }
    }

    #[test]
    fn plain_texts_read_back(imported in any_transcript(plain_text())) {
        for format in WRITTEN {
            let has_speakers = !matches!(format, ImportFormat::Srt | ImportFormat::Tsv | ImportFormat::WhisperJson);
            check_back(&imported, format, has_speakers)?;
        }
    }

    #[test]
    fn marks_in_texts_read_back_where_they_can_be_escaped(imported in any_transcript(escaped_text())) {
        for format in [ImportFormat::Vtt, ImportFormat::Ttml, ImportFormat::WhisperJson, ImportFormat::PodcastJson] {
            check_back(&imported, format, format != ImportFormat::WhisperJson)?;
        }
    }

    #[test]
    fn any_text_is_written_alike_again(texts in proptest::collection::vec(any_text(), 1..6)) {
        let said = texts.into_iter().enumerate().map(|(at, text)| (at as u64 * 1_000, 500, text, None)).collect();
        let (file, sidecar) = stored(&imported(said));
        for format in WRITTEN {
            let once = written(&file, &sidecar, format);
            if let Some(twice) = rewritten(once.as_bytes(), format) {
                prop_assert_eq!(rewritten(twice.as_bytes(), format).unwrap_or_default(), twice, "as {}", format);
            }
        }
    }
}
