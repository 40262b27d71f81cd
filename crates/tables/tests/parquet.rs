//! What is written as Parquet reads back as the same rows.

use std::io::Write;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row as ReadRow};
use proptest::prelude::*;
use record::format::archive::parse;
use record::rows::{COLUMNS, Described};
use record::{Document, DocumentId, MediaTime, Row, Sha256Digest, Suspect, SuspectReason};
use tables::ParquetWriter;

fn written(rows: &[Row<'_>]) -> Vec<u8> {
    let mut writer = ParquetWriter::new(Vec::new()).expect("memory takes all");
    rows.iter().try_for_each(|row| writer.push(row)).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

fn read(bytes: Vec<u8>) -> (Vec<ReadRow>, usize) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&bytes).expect("a file takes all");
    let reader = SerializedFileReader::new(file).expect("what we write is read");
    let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
    (rows, reader.metadata().num_row_groups())
}

fn shown(row: &ReadRow) -> String {
    row.get_column_iter().map(|(name, field)| format!("{name}: {field}\n")).collect()
}

fn document(date: Option<jiff::civil::Date>) -> Document {
    let file = parse(b"").file;
    let id = "sha256:9f86d081884c7d65".parse::<DocumentId>().expect("an id");
    Document { date, ..Document::of_file(id, "Harbour Radio/a.md".to_owned(), &file) }
}

#[test]
fn a_transcript_is_a_row_a_segment() {
    let bytes = include_bytes!("../../record/tests/fixtures/follows/timed.md");
    let sidecar = include_bytes!("../../record/tests/fixtures/sidecar/timed.json");
    let file = parse(bytes).file;
    let sidecar = record::format::sidecar::read(sidecar).expect("a sidecar");
    let content = Sha256Digest::from_bytes([7; 32]);
    let document =
        Document::of_file(DocumentId::of(file.url(), &content), "Harbour Radio/a.md".to_owned(), &file);
    let described =
        Described { document: &document, content: &content, file: &file, sidecar: Some(&sidecar) };
    let bytes = written(&described.rows());
    assert_eq!(bytes, written(&described.rows()), "the same rows are the same bytes");
    let (rows, groups) = read(bytes);
    assert_eq!((rows.len(), groups), (5, 1));
    insta::assert_snapshot!(shown(&rows[4]), @r#"
    document_id: "url:https://video.example.org/watch?v=harbour-017"
    path: "Harbour Radio/a.md"
    kind: "broadcast"
    outlet: "Harbour Radio"
    show: "Harbour Radio - Morning Desk"
    title: "Ferry to Skerry Island stops for a week"
    date: 2026-03-02
    url: "https://video.example.org/watch?v=harbour-017"
    segment: 4
    start_seconds: 59.98
    end_seconds: 62.0
    speaker: null
    text: "Repairs begin at noon."
    suspect: "no_voice"
    language: "en"
    content_sha256: "0707070707070707070707070707070707070707070707070707070707070707"
    "#);
    let names: Vec<&str> = rows[0].get_column_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, COLUMNS);
}

#[test]
fn nothing_is_a_file_without_rows() {
    assert_eq!(read(written(&[])).0.len(), 0);
}

#[test]
fn large_tables_are_written_in_groups() {
    let (document, content) = (document(None), Sha256Digest::from_bytes([1; 32]));
    let long = "a long speech ".repeat(1 << 16);
    let row = |segment, text| Row {
        document: &document,
        content: &content,
        segment,
        start: None,
        end: None,
        speaker: None,
        text,
        suspects: &[],
        language: None,
    };
    let rows: Vec<_> = (0..100).map(|at| row(at, long.as_str())).collect();
    let (read_rows, groups) = read(written(&rows));
    assert_eq!(
        (read_rows.len(), groups),
        (100, 3),
        "each group holds at most 32 MiB of text and what fills it"
    );
    let rows: Vec<_> = (0..140_000).map(|at| row(at, "short")).collect();
    let (read_rows, groups) = read(written(&rows));
    assert_eq!((read_rows.len(), groups), (140_000, 2));
}

fn text(row: &ReadRow, column: usize) -> Option<String> {
    match row.get_column_iter().nth(column).map(|(_, field)| field.clone()) {
        Some(Field::Str(text)) => Some(text),
        _ => None,
    }
}

fn number(row: &ReadRow, column: usize) -> Option<f64> {
    match row.get_column_iter().nth(column).map(|(_, field)| field.clone()) {
        Some(Field::Double(number)) => Some(number),
        Some(Field::Long(number)) => Some(number as f64),
        Some(Field::Date(days)) => Some(f64::from(days)),
        _ => None,
    }
}

/// Text, speaker, start in milliseconds, whether it is doubted.
type Said = (String, Option<String>, Option<u32>, bool);

proptest! {
    #[test]
    fn any_rows_read_back(said in proptest::collection::vec(any::<Said>(), 0..40), day in 0_i32..20_000) {
        let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).expect("a day");
        let (document, content) = (document(Some(date)), Sha256Digest::from_bytes([1; 32]));
        let doubt = [Suspect::new(SuspectReason::Loop, ""), Suspect::new(SuspectReason::NoVoice, "")];
        let row = |segment: usize| {
            let (text, speaker, millis, is_doubted) = &said[segment];
            Row {
            document: &document,
            content: &content,
            segment,
            start: millis.map(|millis| MediaTime::from_millis(millis.into())),
            end: None,
            speaker: speaker.as_deref(),
            text,
            suspects: if *is_doubted { &doubt } else { &[] },
            language: None,
        }};
        let rows: Vec<Row<'_>> = (0..said.len()).map(row).collect();
        let (read_rows, _) = read(written(&rows));
        prop_assert_eq!(read_rows.len(), rows.len());
        for (read, row) in read_rows.iter().zip(&rows) {
            prop_assert_eq!(text(read, 12), Some(row.text.to_owned()));
            prop_assert_eq!(text(read, 11), row.speaker.map(str::to_owned));
            prop_assert_eq!(text(read, 13), row.suspect());
            prop_assert_eq!(number(read, 6), Some(f64::from(day)));
            prop_assert_eq!(number(read, 8), Some(row.segment as f64));
            prop_assert_eq!(number(read, 9), row.start.map(MediaTime::as_seconds_f64));
            prop_assert_eq!(number(read, 10), None);
        }
    }
}
