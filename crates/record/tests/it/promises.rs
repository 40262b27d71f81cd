//! The archive format on inputs nobody chose.

use jiff::civil::Date;
use proptest::prelude::*;
use record::format::archive::{ArchiveFile, parse, write};
use record::outlet::{file_name, folder_of};
use record::{DocumentId, MediaTime, NewTranscript, Segment, SourceSeconds, Transcript, address};

use crate::texts::{any_seconds, any_text};

fn any_date() -> impl Strategy<Value = Date> {
    (0_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn any_segments() -> impl Strategy<Value = Vec<Segment>> {
    let segment = (any_text(), any_seconds());
    (proptest::collection::vec(segment, 0..8), any::<bool>()).prop_map(|(segments, is_timed)| {
        let start = |seconds| SourceSeconds::new(seconds).filter(|_| is_timed);
        segments.into_iter().map(|(text, seconds)| Segment { text, start: start(seconds) }).collect()
    })
}

fn any_new_transcript() -> impl Strategy<Value = NewTranscript> {
    let numbers = (any::<u64>(), any::<u64>(), proptest::option::of(any::<f64>()));
    let texts = (any_text(), any_text(), any_text(), any_text(), proptest::option::of(any_text()));
    let keywords = proptest::collection::vec(any_text(), 0..4);
    (any_date(), any_date(), numbers, texts, keywords, any_segments()).prop_map(
        |(
            generated,
            date,
            (length_seconds, views, rating),
            (model, title, show, url, description),
            keywords,
            segments,
        )| {
            NewTranscript {
                generated,
                model,
                length_seconds,
                keywords,
                views,
                rating,
                description,
                title,
                show,
                date,
                url,
                segments,
            }
        },
    )
}

/// The parts from which a transcript could be made again.
fn parts_of(transcript: &Transcript) -> NewTranscript {
    NewTranscript {
        generated: transcript.generated().to_date().expect("a day of the calendar"),
        model: transcript.model().to_owned(),
        length_seconds: transcript.length_seconds().value().expect("it was 64 bits"),
        keywords: transcript.keywords().words().to_vec(),
        views: transcript.views().value().expect("it was 64 bits"),
        rating: transcript.rating().map(|rating| rating.value()),
        description: transcript.description().map(str::to_owned),
        title: transcript.title().to_owned(),
        show: transcript.show().to_owned(),
        date: transcript.date().to_date().expect("a day of the calendar"),
        url: transcript.url().to_owned(),
        segments: transcript.segments().to_vec(),
    }
}

/// A file that follows the grammar, or nearly: pieces of it are exchanged for others.
fn nearly_a_file() -> impl Strategy<Value = Vec<u8>> {
    (any_new_transcript(), any::<bool>(), any::<proptest::sample::Index>(), any_text()).prop_map(
        |(parts, is_crlf, place, text)| {
            let built = parts.build().expect("these segments and years can be built");
            let bytes = write(&ArchiveFile::Transcript(built.transcript));
            let mut file = String::from_utf8(bytes).expect("transcripts are text");
            if is_crlf {
                file = file.replace('\n', "\r\n");
            }
            let at = (0..=place.index(file.len())).rev().find(|at| file.is_char_boundary(*at)).unwrap_or(0);
            file.insert_str(at, &text);
            file.into_bytes()
        },
    )
}

proptest! {
    #[test]
    fn any_bytes_survive_a_round_trip(bytes: Vec<u8>) {
        prop_assert_eq!(write(&parse(&bytes).file), bytes);
    }

    #[test]
    fn nearly_files_survive_a_round_trip(bytes in nearly_a_file()) {
        let parsed = parse(&bytes);
        prop_assert_eq!(parsed.issues.is_empty(), parsed.file.transcript().is_some());
        prop_assert_eq!(write(&parsed.file), bytes);
    }

    #[test]
    fn a_new_transcript_reads_back_as_the_same_values(parts in any_new_transcript()) {
        let keywords = parts.keywords.clone();
        let built = parts.build().expect("these segments and years can be built");
        let file = ArchiveFile::Transcript(built.transcript);
        let parsed = parse(&write(&file));
        prop_assert_eq!(parsed.issues, []);
        prop_assert_eq!(parsed.file.transcript().map(|read| read.keywords().words()), Some(&keywords[..]));
        prop_assert_eq!(parsed.file, file);
    }

    #[test]
    fn what_was_repaired_needs_no_more_repair(parts in any_new_transcript()) {
        let transcript = parts.build().expect("these segments and years can be built").transcript;
        let again = parts_of(&transcript).build().expect("these segments and years can be built");
        prop_assert_eq!(again.repairs, []);
        prop_assert_eq!(again.transcript, transcript);
    }

    #[test]
    fn every_crlf_file_is_read_from_its_values(parts in any_new_transcript()) {
        let built = parts.build().expect("these segments and years can be built");
        let text = String::from_utf8(write(&ArchiveFile::Transcript(built.transcript))).expect("transcripts are text");
        let bytes = text.replace('\n', "\r\n").into_bytes();
        let parsed = parse(&bytes);
        prop_assert_eq!(&parsed.issues, &[]);
        prop_assert_eq!(write(&parsed.file), bytes);
    }

    #[test]
    fn folders_stay_where_they_are_put(show in any_text()) {
        let folder = folder_of(&show);
        prop_assert!(!folder.is_empty() && folder.len() <= 201, "{:?}", folder);
        prop_assert!(!folder.contains(['/', '\\', ':', '\0', '\n', '\r', '.']), "{:?}", folder);
        prop_assert!(!folder.starts_with(['-', '.', '~', ' ']) && !folder.ends_with(['.', ' ']), "{:?}", folder);
        prop_assert_eq!(folder_of(&folder), folder.as_str());
        prop_assert!(file_name(jiff::civil::date(2026, 3, 2), &show, u64::MAX).len() <= 255);
    }

    #[test]
    fn links_are_web_addresses_or_nothing(address in any_text(), host in "[a-z.]{1,12}", millis: u64) {
        for address in [address.clone(), format!("https://{host}/{address}"), format!("https://youtu.be/{address}")] {
            let link = address::link(&address, MediaTime::from_millis(millis));
            let is_safe = |link: &String| ["https://", "http://", "file:///"].iter().any(|start| link.starts_with(start));
            prop_assert!(link.iter().all(is_safe), "{:?}", link);
            if let Some(id) = DocumentId::from_address(&address) {
                prop_assert_eq!(id.as_str().parse(), Ok(id));
            }
        }
    }

    #[test]
    fn source_seconds_read_back(seconds in any_seconds()) {
        let source = SourceSeconds::new(seconds).expect("finite and not negative");
        prop_assert_eq!(source.to_string().parse(), Ok(seconds));
    }

    #[test]
    fn milliseconds_survive_as_seconds(millis in 0_u64..1 << 50) {
        let time = MediaTime::from_millis(millis);
        prop_assert_eq!(MediaTime::from_seconds_f64(time.as_seconds_f64()), time);
        prop_assert_eq!(SourceSeconds::from(time).to_media_time(), time);
    }
}
