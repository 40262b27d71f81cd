//! Tables and pages: whole files as expected, and hostile documents by small checkers of our own.

use proptest::prelude::*;
use record::format::archive::{ArchiveFile, parse};
use record::format::sidecar::{self, Sidecar};
use record::format::{ExportError, ExportFormat};
use record::{NewTranscript, Segment, SourceSeconds, Suspect, SuspectReason};

use crate::captions::export_of;
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
    text(export_of(&file(), Some(&details()), format))
}

fn text(exported: Result<Vec<u8>, ExportError>) -> String {
    String::from_utf8(exported.expect("it can be exported")).expect("every export is text")
}

#[test]
fn captions_as_ttml() {
    insta::assert_snapshot!(exported(ExportFormat::Ttml), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="media" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" xml:lang="en">
      <head>
        <metadata>
          <ttm:title>Ferry to Skerry Island stops for a week</ttm:title>
          <ttm:agent xml:id="speaker1" type="person"><ttm:name type="full">speaker 1</ttm:name></ttm:agent>
          <ttm:agent xml:id="speaker2" type="person"><ttm:name type="full">Orla Venn</ttm:name></ttm:agent>
        </metadata>
      </head>
      <body>
        <div>
          <p begin="00:00:00.000" end="00:00:04.900">Good morning from Port Ellery.</p>
          <p begin="00:00:05.220" end="00:00:09.100" ttm:agent="speaker1">The ferry to Skerry Island will not sail this week.</p>
          <p begin="00:00:14.140" end="00:00:20.500" ttm:agent="speaker1">Captain Orla Venn says the storm bent the ramp.</p>
          <p begin="00:00:20.740" end="00:00:24.000" ttm:agent="speaker2">We can't promise Sunday, she told us.</p>
          <p begin="00:00:59.980" end="00:01:02.000">Repairs begin at noon.</p>
        </div>
      </body>
    </tt>
    "#);
}

#[test]
fn captions_as_the_json_of_podcasts() {
    insta::assert_snapshot!(exported(ExportFormat::PodcastJson), @r#"{"version":"1.0.0","segments":[{"startTime":0.0,"endTime":4.9,"body":"Good morning from Port Ellery."},{"speaker":"speaker 1","startTime":5.22,"endTime":9.1,"body":"The ferry to Skerry Island will not sail this week."},{"speaker":"speaker 1","startTime":14.14,"endTime":20.5,"body":"Captain Orla Venn says the storm bent the ramp."},{"speaker":"Orla Venn","startTime":20.74,"endTime":24.0,"body":"We can't promise Sunday, she told us."},{"startTime":59.98,"endTime":62.0,"body":"Repairs begin at noon."}]}"#);
}

#[test]
fn rows_as_csv() {
    insta::assert_snapshot!(exported(ExportFormat::Csv).replace("\r\n", "|\n"), @r#"
    document_id,path,kind,outlet,show,title,date,url,segment,start_seconds,end_seconds,speaker,text,suspect,language,content_sha256|
    url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,0,0,4.9,,Good morning from Port Ellery.,,en,0707070707070707070707070707070707070707070707070707070707070707|
    url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,1,5.22,9.1,speaker 1,The ferry to Skerry Island will not sail this week.,,en,0707070707070707070707070707070707070707070707070707070707070707|
    url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,2,14.14,20.5,speaker 1,Captain Orla Venn says the storm bent the ramp.,,en,0707070707070707070707070707070707070707070707070707070707070707|
    url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,3,20.74,24,Orla Venn,"We can't promise Sunday, she told us.",,en,0707070707070707070707070707070707070707070707070707070707070707|
    url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,4,59.98,62,,Repairs begin at noon.,no_voice,en,0707070707070707070707070707070707070707070707070707070707070707|
    "#);
    insta::assert_snapshot!(text(export_of(&untimed_file(), None, ExportFormat::Csv)).lines().nth(2).unwrap_or_default(), @"url:https://video.example.org/watch?v=harbour-017,Harbour Radio/a.md,broadcast,Harbour Radio,Harbour Radio - Morning Desk,Ferry to Skerry Island stops for a week,2026-03-02,https://video.example.org/watch?v=harbour-017,1,,,,The ferry to Skerry Island will not sail this week.,,,0707070707070707070707070707070707070707070707070707070707070707");
}

#[test]
fn a_document_as_markdown() {
    insta::assert_snapshot!(exported(ExportFormat::Markdown), @r#"
    # Ferry to Skerry Island stops for a week

    **Harbour Radio - Morning Desk**, 2026-03-02, 00:01:35

    <https://video.example.org/watch?v=harbour-017>

    - [00:00:00](<https://video.example.org/watch?v=harbour-017#t=0>) Good morning from Port Ellery.

    **speaker 1**

    - [00:00:05](<https://video.example.org/watch?v=harbour-017#t=5.22>) The ferry to Skerry Island will not sail this week.
    - [00:00:14](<https://video.example.org/watch?v=harbour-017#t=14.14>) Captain Orla Venn says the storm bent the ramp.

    **Orla Venn**

    - [00:00:20](<https://video.example.org/watch?v=harbour-017#t=20.74>) We can't promise Sunday, she told us.

    *unknown speaker*

    - [00:00:59](<https://video.example.org/watch?v=harbour-017#t=59.98>) Repairs begin at noon. *(doubtful: no voice was detected where these words should be (no voice from 58.0 s to 64.0 s))*
    "#);
    let untimed = text(export_of(&untimed_file(), None, ExportFormat::Markdown));
    assert!(untimed.contains("\n- Good morning from Port Ellery.\n"), "{untimed}");
}

#[test]
fn a_document_as_a_page() {
    insta::assert_snapshot!(exported(ExportFormat::Html), @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ferry to Skerry Island stops for a week</title>
    <style>body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 serif;color:#222;background:#fff}a{color:#05c;text-decoration:none}time{font:.8em monospace}cite{font-style:normal;font-weight:bold}.suspect{color:#666}mark{background:#ffe9a8;color:inherit}small{display:block}</style>
    </head>
    <body>
    <article>
    <h1 dir="auto">Ferry to Skerry Island stops for a week</h1>
    <p>Harbour Radio - Morning Desk · <time datetime="2026-03-02">2026-03-02</time> · <a href="https://video.example.org/watch?v=harbour-017">https://video.example.org/watch?v=harbour-017</a></p>
    <p id="s0" dir="auto"><a href="https://video.example.org/watch?v=harbour-017#t=0"><time datetime="PT0S">00:00:00</time></a> Good morning from Port Ellery.</p>
    <p id="s1" dir="auto"><a href="https://video.example.org/watch?v=harbour-017#t=5.22"><time datetime="PT5.22S">00:00:05</time></a> <cite>speaker 1</cite> The ferry to Skerry Island will not sail this week.</p>
    <p id="s2" dir="auto"><a href="https://video.example.org/watch?v=harbour-017#t=14.14"><time datetime="PT14.14S">00:00:14</time></a> Captain Orla Venn says the storm bent the ramp.</p>
    <p id="s3" dir="auto"><a href="https://video.example.org/watch?v=harbour-017#t=20.74"><time datetime="PT20.74S">00:00:20</time></a> <cite>Orla Venn</cite> We can&#39;t promise Sunday, she told us.</p>
    <p id="s4" class="suspect" dir="auto"><a href="https://video.example.org/watch?v=harbour-017#t=59.98"><time datetime="PT59.98S">00:00:59</time></a> <cite>unknown speaker</cite> <mark>Repairs begin at noon.</mark> <small>doubtful: no voice was detected where these words should be (no voice from 58.0 s to 64.0 s)</small></p>
    </article>
    </body>
    </html>
    "#);
}

#[test]
fn parquet_is_no_text() {
    let error = export_of(&file(), None, ExportFormat::Parquet).expect_err("columns");
    insta::assert_snapshot!(error, @"expected a form of text, found `parquet`, which is written in columns");
}

/// A document of which every text is `texts`.
fn document_of(texts: &[String]) -> (ArchiveFile, Sidecar) {
    let any = |at: usize| texts[at % texts.len()].clone();
    let date = jiff::civil::date(2026, 3, 2);
    let segment = |(at, text): (usize, &String)| Segment {
        text: text.clone(),
        start: SourceSeconds::new(at as f64 * 1.5),
    };
    let new = NewTranscript {
        generated: date,
        model: any(0),
        length_seconds: 60,
        keywords: vec![any(1)],
        views: 0,
        rating: None,
        description: Some(any(2)),
        title: any(3),
        show: any(4),
        date,
        url: format!("https://example.org/{}", any(5)),
        segments: texts.iter().enumerate().map(segment).collect(),
    };
    let file = ArchiveFile::Transcript(new.build().expect("it has times").transcript);
    let mut sidecar = details();
    sidecar.segments.truncate(1);
    sidecar.segments.resize(texts.len(), sidecar.segments[0].clone());
    for ((detail, segment), at) in sidecar.segments.iter_mut().zip(file.segments()).zip(0..) {
        detail.start = segment.start_time().unwrap_or_default();
        detail.end = None;
        detail.words.clear();
        detail.speaker = (at % 2 == 0).then(|| any(at));
        detail.suspects = vec![Suspect::new(SuspectReason::Loop, any(at + 1))];
    }
    (file, sidecar)
}

/// Reads CSV as RFC 4180 has it; every row has to end with CR LF.
fn read_csv(csv: &str) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = csv.chars().peekable();
    while let Some(character) = rest.next() {
        match (is_quoted, character) {
            (true, '"') if rest.next_if_eq(&'"').is_some() => cell.push('"'),
            (true, '"') => is_quoted = false,
            (true, other) => cell.push(other),
            (false, '"') if cell.is_empty() => is_quoted = true,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') if rest.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (false, '"' | '\r' | '\n') => {
                return Err(format!("{character:?} in a cell without quotation marks"));
            }
            (false, other) => cell.push(other),
        }
    }
    if row.is_empty() && cell.is_empty() { Ok(rows) } else { Err("the last row has no end".to_owned()) }
}

/// The names of the tags of a page, and an error for what a browser would take for something else than is meant.
fn tags(page: &str) -> Result<Vec<String>, String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').ok_or("a tag without an end")? + at;
        let tag = &rest[at + 1..end];
        if tag.contains('<') {
            return Err(format!("`{tag}` is no tag"));
        }
        tags.push(tag.split_whitespace().next().unwrap_or_default().to_owned());
        rest = &rest[end + 1..];
    }
    Ok(tags)
}

proptest! {
    #[test]
    fn any_document_is_a_table(texts in proptest::collection::vec(any_text(), 1..6)) {
        let (file, sidecar) = document_of(&texts);
        let rows = read_csv(&text(export_of(&file, Some(&sidecar), ExportFormat::Csv))).map_err(TestCaseError::fail)?;
        prop_assert_eq!(rows.len(), file.segments().len() + 1);
        for (row, segment) in rows[1..].iter().zip(file.segments()) {
            prop_assert_eq!(row.len(), rows[0].len());
            prop_assert!(!row.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{:?}", row);
            prop_assert_eq!(row[12].strip_prefix('\'').unwrap_or(&row[12]), segment.text.trim().strip_prefix('\'').unwrap_or(segment.text.trim()));
        }
    }

    #[test]
    fn any_document_is_a_page_of_ours(texts in proptest::collection::vec(any_text(), 1..6)) {
        let (file, sidecar) = document_of(&texts);
        let page = text(export_of(&file, Some(&sidecar), ExportFormat::Html));
        let known = ["!DOCTYPE", "html", "head", "meta", "title", "style", "body", "article", "h1", "p", "a", "time", "cite", "mark", "small"];
        for tag in tags(&page).map_err(TestCaseError::fail)? {
            prop_assert!(known.contains(&tag.trim_start_matches('/')), "`{}` in\n{}", tag, page);
        }
        let controls = page.chars().filter(|c| c.is_control() && *c != '\n').count();
        prop_assert_eq!(controls, 0);
        let paragraphs = page.matches("<p id=").count();
        let said = file.segments().iter().filter(|segment| !segment.text.trim().is_empty()).count();
        prop_assert_eq!(paragraphs, said);
    }

    #[test]
    fn any_document_is_a_list_in_markdown(texts in proptest::collection::vec(any_text(), 1..6)) {
        let (file, sidecar) = document_of(&texts);
        let page = text(export_of(&file, Some(&sidecar), ExportFormat::Markdown));
        let said = file.segments().iter().filter(|segment| !segment.text.trim().is_empty()).count();
        prop_assert_eq!(page.lines().filter(|line| line.starts_with("- [00:00:0")).count(), said, "{}", page);
    }

    #[test]
    fn any_document_is_well_formed_ttml(texts in proptest::collection::vec(any_text(), 1..6)) {
        let (file, sidecar) = document_of(&texts);
        let xml = text(export_of(&file, Some(&sidecar), ExportFormat::Ttml));
        let imported = record::format::ttml::read(xml.as_bytes());
        prop_assert!(imported.issues.is_empty(), "{:?}\n{}", imported.issues, xml);
        let said = file.segments().iter().filter(|segment| !segment.text.trim().is_empty()).count();
        prop_assert_eq!(imported.segments.len(), said);
    }
}
