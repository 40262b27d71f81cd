use jiff::Timestamp;
use record::SuspectReason;
use record::format::archive::parse;
use record::format::sidecar::{Program, SegmentDetail};

use super::*;
use crate::testing::passages;

/// An archive file of these segments: seconds and text. Without seconds, a file without times.
fn file(segments: &[(Option<f64>, &str)]) -> ArchiveFile {
    let mut text = String::from(
        "---\nDate Generated: March 03, 2026\nTranscription Model: whisper tiny\nLength: 3000s\n\
         Video Keywords: []\nVideo Views: 0\nVideo Rating: None\n---\n\n# A title\n\
         **Harbour Radio:** [March 02, 2026](https://radio.example.org/a?b=c)\n",
    );
    for (start, said) in segments {
        let link = start.map(|start| {
            let clock = MediaTime::from_seconds_f64(start).clock();
            format!(" [[{clock}](https://radio.example.org/a?b=c&t={start:?}s)]")
        });
        text += &format!("*  {said}{}\n", link.unwrap_or_default());
    }
    let parsed = parse(text.as_bytes());
    assert_eq!(parsed.issues, []);
    parsed.file
}

fn sidecar(details: &[(f64, f64, bool)]) -> Sidecar {
    let mut sidecar = Sidecar::new(Program::new("test", "1"), Timestamp::UNIX_EPOCH);
    let detail = |&(start, end, is_suspect): &(f64, f64, bool)| SegmentDetail {
        start: MediaTime::from_seconds_f64(start),
        end: Some(MediaTime::from_seconds_f64(end)),
        suspects: is_suspect.then(|| Suspect::new(SuspectReason::Loop, "")).into_iter().collect(),
        ..SegmentDetail::default()
    };
    sidecar.segments = details.iter().map(detail).collect();
    sidecar
}

fn said(words: usize) -> String {
    vec!["word"; words].join(" ")
}

/// The numbers of the segments of each passage, a `+` where the next goes on.
fn shape(passages: &[Passage]) -> String {
    let segment = |piece: &Piece| match piece.place {
        Place::Spoken { segment, .. } => segment.to_string(),
        Place::Written { ref chars } | Place::Front { ref chars, .. } => {
            format!("{}..{}", chars.start, chars.end)
        }
    };
    let passage = |passage: &Passage| {
        let segments: Vec<String> = passage.pieces.iter().map(segment).collect();
        segments.join(" ") + if passage.continues { " +" } else { "" }
    };
    passages.iter().map(passage).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_passage_ends_with_a_sentence_or_when_it_is_full() {
    #[track_caller]
    fn check(segments: &[(&str, usize)], expected: &str) {
        let texts: Vec<String> = segments.iter().map(|(end, words)| said(*words) + end).collect();
        let starts = (0..).map(|second| Some(f64::from(second)));
        let segments: Vec<(Option<f64>, &str)> = starts.zip(texts.iter().map(String::as_str)).collect();
        assert_eq!(shape(&passages(&file(&segments), None)), expected);
    }
    check(&[], "");
    check(&[(".", 5)], "0");
    check(&[(".", 20), (".", 20), (".", 20)], "0 1 + | 2");
    check(&[(",", 20), (",", 20), (",", 20), (",", 20)], "0 1 2 + | 3");
    check(&[("", 40), (".\"", 10), ("", 1)], "0 1 + | 2");
    check(&[("", 60), ("", 4), ("", 1)], "0 1 + | 2");
    check(&[("", 60), ("", 5)], "0 + | 1");
    check(&[("", 90), (".", 5)], "0 + | 1");
    check(&[(".", 5), ("!?", 0), (".", 5)], "0 2");
    // Longer than any segment that a recogniser emits.
    check(&[("", 1100), (".", 5)], "0 + | 0 + | 0 + | 1");
}

#[test]
fn a_passage_does_not_reach_across_a_silence() {
    let spoken =
        |starts: &[f64]| file(&starts.iter().map(|start| (Some(*start), "word")).collect::<Vec<_>>());
    assert_eq!(shape(&passages(&spoken(&[0.0, 29.0, 59.0, 89.02, 90.0]), None)), "0 1 2 | 3 4");
    let ends = [(0.0, 5.0, false), (15.0, 16.0, false), (26.04, 27.0, false)];
    assert_eq!(shape(&passages(&spoken(&[0.0, 15.0, 26.04]), Some(&sidecar(&ends)))), "0 1 | 2");
    // A start that goes back, as in concatenated recordings, is no silence.
    assert_eq!(shape(&passages(&spoken(&[40.0, 3.0, 4.0]), None)), "0 1 2");
    assert_eq!(shape(&passages(&file(&[(None, "word"), (None, "word")]), None)), "0 1");
}

#[test]
fn doubted_segments_stand_apart() {
    let file = file(&[(Some(0.0), "a"), (Some(1.0), "b"), (Some(2.0), "c"), (Some(3.0), "d")]);
    let doubts = [(0.0, 1.0, false), (1.0, 2.0, true), (2.0, 3.0, true), (3.0, 4.0, false)];
    let passages = passages(&file, Some(&sidecar(&doubts)));
    assert_eq!(shape(&passages), "0 | 1 2 | 3");
    assert_eq!(passages.iter().map(Passage::is_suspect).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn pieces_know_their_place_and_their_speaker() {
    let file = file(&[(None, "One two."), (None, "Three.")]);
    let mut sidecar = sidecar(&[(0.5, 2.0, false), (2.0, 3.5, false)]);
    sidecar.segments[1].speaker = Some("Ada Morrow".to_owned());
    let passages = passages(&file, Some(&sidecar));
    assert_eq!(passages[0].text(), "One two. Three.");
    assert_eq!(passages[0].words(), 3);
    let time = |millis| Some(MediaTime::from_millis(millis));
    let place = Place::Spoken { segment: 1, start: time(2000), end: time(3500) };
    assert_eq!(passages[0].pieces[1].place, place);
    assert_eq!(passages[0].pieces[1].speaker.as_deref(), Some("Ada Morrow"));
}

#[test]
fn a_file_without_segments_is_text() {
    let text = format!("Überschrift,  \n\n  – \u{a0}the ferry\r\n{}", said(100));
    let file = parse(text.as_bytes()).file;
    let passages = passages(&file, None);
    assert_eq!(shape(&passages), "0..12 18..30 + | 32..351 + | 352..531");
    let characters: Vec<char> = text.chars().collect();
    for piece in passages.iter().flat_map(|passage| &passage.pieces) {
        let Place::Written { chars } = &piece.place else { panic!("written") };
        assert_eq!(characters[chars.clone()].iter().collect::<String>(), piece.text);
    }
}

proptest::proptest! {
    #[test]
    fn every_word_is_in_one_passage(text in "(\\PC|[*\n. ab]|\\* {2}){0,200}") {
        let file = parse(text.as_bytes()).file;
        let words: usize = passages(&file, None).iter().map(Passage::words).sum();
        let all = match file.segments() {
            [] => tokens::count(&text),
            segments => segments.iter().map(|segment| tokens::count(&segment.text)).sum(),
        };
        proptest::prop_assert_eq!(words, all);
    }
}
