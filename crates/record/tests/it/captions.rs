//! Captions and plain texts: whole files as expected, and any cue by small checkers of our own.

use proptest::prelude::*;
use record::captions::{Cue, cues};
use record::format::archive::{ArchiveFile, parse};
use record::format::sidecar::{self, Sidecar};
use record::format::{ExportError, ExportFormat, export, srt, tsv, vtt};
use record::{Described, Document, DocumentId, MediaTime, Sha256Digest};

use crate::texts::any_text;

fn file() -> ArchiveFile {
    parse(include_bytes!("../fixtures/follows/timed.md")).file
}

fn untimed_file() -> ArchiveFile {
    parse(include_bytes!("../fixtures/follows/untimed_with_description.md")).file
}

fn details() -> Sidecar {
    sidecar::read(include_bytes!("../fixtures/sidecar/timed.json")).expect("the fixture is a sidecar")
}

fn exported(format: ExportFormat) -> String {
    let bytes = export_of(&file(), Some(&details()), format).expect("the file has times");
    String::from_utf8(bytes).expect("every export is text")
}

/// The file in another form, as a document of an archive.
pub(crate) fn export_of(
    file: &ArchiveFile,
    sidecar: Option<&Sidecar>,
    format: ExportFormat,
) -> Result<Vec<u8>, ExportError> {
    let content = Sha256Digest::from_bytes([7; 32]);
    let id = DocumentId::of(file.url(), &content);
    let document = Document::of_file(id, "Harbour Radio/a.md".to_owned(), file);
    export(&Described { document: &document, content: &content, file, sidecar }, format)
}

#[test]
fn exports_are_as_other_programs_expect_them() {
    insta::assert_snapshot!(exported(ExportFormat::Srt), @r#"
    1
    00:00:00,000 --> 00:00:04,900
    Good morning from Port Ellery.

    2
    00:00:05,220 --> 00:00:09,100
    speaker 1: The ferry to Skerry Island will not sail this week.

    3
    00:00:14,140 --> 00:00:20,500
    Captain Orla Venn says the storm bent the ramp.

    4
    00:00:20,740 --> 00:00:24,000
    Orla Venn: We can't promise Sunday, she told us.

    5
    00:00:59,980 --> 00:01:02,000
    Repairs begin at noon.
    "#);
    insta::assert_snapshot!(exported(ExportFormat::Vtt), @r#"
    WEBVTT

    00:00:00.000 --> 00:00:04.900
    Good morning from Port Ellery.

    00:00:05.220 --> 00:00:09.100
    <v speaker 1>The ferry to Skerry Island will not sail this week.

    00:00:14.140 --> 00:00:20.500
    <v speaker 1>Captain Orla Venn says the storm bent the ramp.

    00:00:20.740 --> 00:00:24.000
    <v Orla Venn>We can't promise Sunday, she told us.

    00:00:59.980 --> 00:01:02.000
    Repairs begin at noon.
    "#);
    insta::assert_snapshot!(exported(ExportFormat::Tsv).replace('\t', "|"), @r#"
    start|end|text
    0|4900|Good morning from Port Ellery.
    5220|9100|The ferry to Skerry Island will not sail this week.
    14140|20500|Captain Orla Venn says the storm bent the ramp.
    20740|24000|We can't promise Sunday, she told us.
    59980|62000|Repairs begin at noon.
    "#);
    insta::assert_snapshot!(exported(ExportFormat::Text), @r#"
    Good morning from Port Ellery.
    speaker 1: The ferry to Skerry Island will not sail this week.
    Captain Orla Venn says the storm bent the ramp.
    Orla Venn: We can't promise Sunday, she told us.
    Repairs begin at noon.
    "#);
    insta::assert_snapshot!(exported(ExportFormat::WhisperJson), @r#"{"text":" Good morning from Port Ellery. The ferry to Skerry Island will not sail this week. Captain Orla Venn says the storm bent the ramp. We can't promise Sunday, she told us. Repairs begin at noon.","language":"en","segments":[{"id":0,"start":0.0,"end":4.9,"text":" Good morning from Port Ellery.","temperature":0.0,"avg_logprob":-0.21,"compression_ratio":1.4,"no_speech_prob":0.02,"words":[{"word":" Good","start":0.3,"end":0.5,"probability":0.97},{"word":" morning","start":0.5,"end":0.9,"probability":0.99},{"word":" from","start":0.9,"end":1.1,"probability":0.99},{"word":" Port","start":1.1,"end":1.4,"probability":0.95},{"word":" Ellery.","start":1.4,"end":2.0,"probability":0.61}]},{"id":1,"start":5.22,"end":9.1,"text":" The ferry to Skerry Island will not sail this week.","temperature":null,"avg_logprob":null,"compression_ratio":null,"no_speech_prob":null},{"id":2,"start":14.14,"end":20.5,"text":" Captain Orla Venn says the storm bent the ramp.","temperature":null,"avg_logprob":null,"compression_ratio":null,"no_speech_prob":null},{"id":3,"start":20.74,"end":24.0,"text":" We can't promise Sunday, she told us.","temperature":null,"avg_logprob":null,"compression_ratio":null,"no_speech_prob":null},{"id":4,"start":59.98,"end":62.0,"text":" Repairs begin at noon.","temperature":null,"avg_logprob":null,"compression_ratio":null,"no_speech_prob":null}]}"#);
}

#[test]
fn the_archive_form_is_written_from_the_values() {
    assert_eq!(exported(ExportFormat::Archive).as_bytes(), include_bytes!("../fixtures/follows/timed.md"));
}

#[test]
fn without_a_sidecar_only_what_is_known_is_said() {
    let bytes = export_of(&untimed_file(), None, ExportFormat::WhisperJson).expect("JSON needs no times");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(json["language"], serde_json::Value::Null);
    insta::assert_snapshot!(json["segments"][1].to_string(), @r#"{"avg_logprob":null,"compression_ratio":null,"end":null,"id":1,"no_speech_prob":null,"start":null,"temperature":null,"text":" The ferry to Skerry Island will not sail this week."}"#);
    let text = export_of(&untimed_file(), None, ExportFormat::Text).expect("text needs no times");
    assert!(text.starts_with(b"Good morning from Port Ellery.\nThe ferry"));
}

#[test]
fn captions_need_times() {
    for format in [
        ExportFormat::Srt,
        ExportFormat::Vtt,
        ExportFormat::Ttml,
        ExportFormat::Tsv,
        ExportFormat::PodcastJson,
    ] {
        let error = export_of(&untimed_file(), None, format).expect_err("there are no times");
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @r#"
            expected a time for each segment, found none for segment 0
            hint: captions need times; export it as plain text, or transcribe the recording again
            "#);
        }
        assert!(export_of(&untimed_file(), Some(&details()), format).is_ok(), "the sidecar has them");
    }
}

#[test]
fn formats_have_names() {
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!("text".parse(), Ok(ExportFormat::Text));
    assert_eq!("markdown".parse(), Ok(ExportFormat::Markdown));
    let error = "docx".parse::<ExportFormat>().expect_err("no such format");
    insta::assert_snapshot!(error, @"expected one of `archive`, `srt`, `vtt`, `ttml`, `json`, `podcast-json`, `csv`, `parquet`, `md`, `html`, `txt`, `tsv`, found `docx`");
}

fn cue(start_millis: u64, end_millis: u64, text: &str) -> Cue<'_> {
    let (start, end) = (MediaTime::from_millis(start_millis), MediaTime::from_millis(end_millis));
    Cue { start, end, text, speaker: None, words: &[] }
}

#[test]
fn traps_of_srt() {
    let cues = [
        cue(0, 0, " zero length --> and an arrow"),
        cue(10, 5, "a\n\n\r\nb ----> c"),
        cue(20, 30, " \n "),
        Cue { speaker: Some("Ann\n\nLee"), ..cue(36_000_000, 360_000_000, "ten hours") },
        Cue { speaker: Some("Ann\n\nLee"), ..cue(360_000_000, 360_000_500, "<i>tags stay</i>") },
    ];
    insta::assert_snapshot!(srt::write(&cues), @r#"
    1
    00:00:00,000 --> 00:00:00,001
    zero length -> and an arrow

    2
    00:00:00,010 --> 00:00:00,011
    a
    b -> c

    3
    10:00:00,000 --> 100:00:00,000
    Ann Lee: ten hours

    4
    100:00:00,000 --> 100:00:00,500
    <i>tags stay</i>
    "#);
}

#[test]
fn traps_of_vtt() {
    let cues = [
        cue(5_000, 5_000, "later & <b>bold</b> --> \0"),
        cue(0, 9_000, "first\r\n\r\nsecond"),
        Cue { speaker: Some("<Ann>\n& Lee"), ..cue(0, 1, "named") },
        Cue { speaker: Some(" \n "), ..cue(1, 2, "nobody") },
        Cue { speaker: Some("Ann--"), ..cue(1, 2, "the end of a tag and hyphens are no arrow") },
        cue(2, 3, ""),
    ];
    insta::assert_snapshot!(vtt::write(&cues), @r#"
    WEBVTT

    00:00:00.000 --> 00:00:09.000
    first
    second

    00:00:00.000 --> 00:00:00.001
    <v &lt;Ann&gt; &amp; Lee>named

    00:00:00.001 --> 00:00:00.002
    nobody

    00:00:00.001 --> 00:00:00.002
    <v Ann-- >the end of a tag and hyphens are no arrow

    00:00:05.000 --> 00:00:05.001
    later &amp; &lt;b&gt;bold&lt;/b&gt; --&gt; �
    "#);
}

#[test]
fn traps_of_tsv() {
    let cues = [cue(1, 1, " tab\there "), cue(0, u64::MAX, "two\nlines"), cue(3, 4, "")];
    insta::assert_snapshot!(tsv::write(&cues).replace('\t', "|"), @r#"
    start|end|text
    1|2|tab here
    0|18446744073709551615|two lines
    3|4|
    "#);
}

#[test]
fn cues_are_in_the_order_of_their_starts() {
    let file = parse(include_bytes!("../fixtures/follows/starts_out_of_order.md")).file;
    let cues = cues(&file, None).expect("the file has times");
    let texts: Vec<&str> = cues.iter().map(|cue| cue.text).collect();
    assert_eq!(texts, [" Earlier.", " Same.", " Later.", " Far."]);
    assert_eq!(
        cues[3].end,
        cues[3].start.saturating_add(MediaTime::from_millis(2_000)),
        "nothing tells its end"
    );
}

/// A cue as a checker read it: start and end in milliseconds, lines of text.
#[derive(Debug, PartialEq)]
struct ReadCue {
    start: u64,
    end: u64,
    lines: Vec<String>,
}

/// Reads `H..HH:MM:SS,mmm` strictly.
fn read_time(text: &str, separator: char) -> Result<u64, String> {
    let fail = || format!("`{text}` is no time");
    let (clock, millis) = text.split_once(separator).ok_or_else(fail)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return Err(fail()) };
    if hours.len() < 2 || minutes.len() != 2 || seconds.len() != 2 || millis.len() != 3 {
        return Err(fail());
    }
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| fail());
    if number(minutes)? > 59 || number(seconds)? > 59 {
        return Err(fail());
    }
    let whole = number(hours)? * 3600 + number(minutes)? * 60 + number(seconds)?;
    Ok(whole * 1000 + number(millis)?)
}

fn read_cue(timing: &str, lines: &[&str], separator: char) -> Result<ReadCue, String> {
    let (start, end) = timing.split_once(" --> ").ok_or_else(|| format!("`{timing}` is no timing"))?;
    let (start, end) = (read_time(start, separator)?, read_time(end, separator)?);
    if end <= start {
        return Err(format!("{end} is not after {start}"));
    }
    if lines.is_empty() || lines.iter().any(|line| line.trim().is_empty() || line.contains("-->")) {
        return Err(format!("{lines:?} is no payload"));
    }
    Ok(ReadCue { start, end, lines: lines.iter().map(|line| (*line).to_owned()).collect() })
}

/// The blocks of a caption file: groups of lines, each ended by an empty line.
fn blocks(text: &str) -> Result<Vec<Vec<&str>>, String> {
    if text.contains('\r') {
        return Err("a carriage return is a line break to every reader".to_owned());
    }
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = text.strip_suffix("\n\n").ok_or("the last block ends with an empty line")?;
    Ok(text.split("\n\n").map(|block| block.split('\n').collect()).collect())
}

fn read_srt(text: &str) -> Result<Vec<ReadCue>, String> {
    let numbered = blocks(text)?.into_iter().enumerate();
    numbered
        .map(|(index, block)| match block[..] {
            [number, timing, ref lines @ ..] if number == (index + 1).to_string() => {
                read_cue(timing, lines, ',')
            }
            _ => Err(format!("{block:?} is no block {}", index + 1)),
        })
        .collect()
}

fn read_vtt(text: &str) -> Result<Vec<ReadCue>, String> {
    let text = text.strip_prefix("WEBVTT\n\n").ok_or("no header")?;
    let mut cues: Vec<ReadCue> = Vec::new();
    for block in blocks(text)? {
        let [timing, ref lines @ ..] = block[..] else { return Err("an empty block".to_owned()) };
        let cue = read_cue(timing, lines, '.')?;
        if cues.last().is_some_and(|before| before.start > cue.start) {
            return Err(format!("{} comes after a later start", cue.start));
        }
        if cue.lines.iter().any(|line| !is_escaped(line)) {
            return Err(format!("{:?} is not escaped", cue.lines));
        }
        cues.push(cue);
    }
    Ok(cues)
}

/// Whether a line holds no `<` but that of a leading voice span, and no `&` but those of escapes.
fn is_escaped(line: &str) -> bool {
    let text = match line.strip_prefix("<v ") {
        Some(named) => named.replacen('>', "", 1),
        None => line.to_owned(),
    };
    let plain = ["&amp;", "&lt;", "&gt;"].iter().fold(text, |text, escape| text.replace(escape, ""));
    !plain.contains(['<', '>', '&', '\0'])
}

/// The words of a text, however its white space is laid out.
fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

type AnyCue = (u64, u64, String, Option<String>);

fn any_cues() -> impl Strategy<Value = Vec<AnyCue>> {
    let millis = || prop_oneof![4 => 0_u64..100_000_000, 1 => any::<u64>()];
    proptest::collection::vec((millis(), millis(), any_text(), proptest::option::of(any_text())), 0..8)
}

fn borrowed(cues: &[AnyCue]) -> Vec<Cue<'_>> {
    cues.iter()
        .map(|(start, end, text, speaker)| Cue { speaker: speaker.as_deref(), ..cue(*start, *end, text) })
        .collect()
}

proptest! {
    #[test]
    fn any_cues_make_valid_srt(cues in any_cues()) {
        let read = read_srt(&srt::write(&borrowed(&cues))).map_err(TestCaseError::fail)?;
        let with_text = cues.iter().filter(|(_, _, text, _)| !words_of(text).is_empty()).count();
        prop_assert_eq!(read.len(), with_text);
    }

    #[test]
    fn any_cues_make_valid_vtt(cues in any_cues()) {
        let read = read_vtt(&vtt::write(&borrowed(&cues))).map_err(TestCaseError::fail)?;
        let with_text = cues.iter().filter(|(_, _, text, _)| !words_of(text).is_empty()).count();
        prop_assert_eq!(read.len(), with_text);
    }

    #[test]
    fn vtt_loses_no_word(text in any_text()) {
        let read = read_vtt(&vtt::write(&[cue(0, 1, &text)])).map_err(TestCaseError::fail)?;
        let shown: Vec<String> = read.iter().flat_map(|cue| cue.lines.clone()).collect();
        let unescaped = shown.join("\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        prop_assert_eq!(words_of(&unescaped), words_of(&text.replace('\0', "\u{fffd}")));
    }

    #[test]
    fn any_cues_make_valid_tsv(cues in any_cues()) {
        let written = tsv::write(&borrowed(&cues));
        let rows: Vec<Vec<&str>> = written.lines().map(|line| line.split('\t').collect()).collect();
        prop_assert_eq!(&rows[0], &["start", "end", "text"]);
        prop_assert_eq!(rows.len(), cues.len() + 1);
        for row in &rows[1..] {
            prop_assert_eq!(row.len(), 3);
            prop_assert!(row[0].parse::<u64>().unwrap() < row[1].parse::<u64>().unwrap());
        }
    }
}
