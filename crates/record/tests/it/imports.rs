//! Transcripts of other programs: odd inputs as tables, with what is understood and what is reported.

use record::format::import::ImportError;
use record::format::{ImportFormat, detect, import};
use record::imported::{Imported, ImportedSegment};

/// What was understood, a line each: `start-end`, `~` where words are interpolated, the speaker, the text; and the issues.
pub(crate) fn shown(imported: &Imported) -> String {
    let facts = [
        imported.language.as_ref().map(|language| format!("language {language}\n")),
        imported.model.as_ref().map(|model| format!("model {model}\n")),
        imported.title.as_ref().map(|title| format!("title {title}\n")),
        imported.length.map(|length| format!("length {length}\n")),
    ];
    let segments = imported.segments.iter().map(shown_segment);
    let issues = imported.issues.listed().iter().map(|issue| format!("! {issue}\n"));
    facts.into_iter().flatten().chain(segments).chain(issues).collect()
}

fn shown_segment(segment: &ImportedSegment) -> String {
    let end = segment.end.map_or("?".to_owned(), |end| end.as_millis().to_string());
    let speaker = segment.speaker.as_ref().map_or(String::new(), |speaker| format!("<{speaker}> "));
    let words = segment.words.iter().map(|word| {
        let mark = if word.interpolated { "~" } else { "" };
        let probability = word.probability.map_or(String::new(), |value| format!("@{}", value.as_f32()));
        format!(
            "\n    {mark}{}-{}{probability} {:?}",
            word.start.as_millis(),
            word.end.as_millis(),
            word.text
        )
    });
    let words: String = words.collect();
    format!("{}-{end} {speaker}{:?}{words}\n", segment.start_time().as_millis(), segment.text)
}

#[track_caller]
fn read(text: &str, format: ImportFormat) -> String {
    match import(text.as_bytes(), format) {
        Ok(imported) => shown(&imported),
        Err(error) => format!("error: {error}\n"),
    }
}

#[test]
fn srt_as_programs_write_it() {
    let read = |text| read(text, ImportFormat::Srt);
    insta::assert_snapshot!(read("1\n00:00:01,000 --> 00:00:02,500\nGood morning.\nFrom Port Ellery.\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>The ferry</i> {\\an8}is late.\n\n"), @r#"
    1000-2500 "Good morning. From Port Ellery."
    3000-4000 "The ferry is late."
    "#);
    // Byte order mark, CR LF, points for commas, no hours, no counters, settings behind the times.
    insta::assert_snapshot!(read("\u{feff}00:01.5 --> 00:02.25 X1:10 X2:20\r\nGood morning.\r\n\r\n00:03.000-->00:04.000\r\n42\r\n"), @r#"
    1500-2250 "Good morning."
    3000-4000 "42"
    "#);
    // Empty lines inside, counters without one before them, a number that is text, no empty line at the end.
    insta::assert_snapshot!(read("1\n00:00:01,000 --> 00:00:02,000\nGood\n\nmorning.\n2\n00:00:03,000 --> 00:00:04,000\n7\n\n3\n00:00:05,000 --> 00:00:06,000\n\n4\n00:00:07,000 --> 00:00:08,000\n1984"), @r#"
    1000-2000 "Good morning."
    3000-4000 "7"
    7000-8000 "1984"
    "#);
}

#[test]
fn defects_of_srt_cost_their_caption() {
    let read = |text| read(text, ImportFormat::Srt);
    insta::assert_snapshot!(read("A film by nobody\n1\n00:00:01,000 --> 00:00:0x,000\nNo end.\n\n2\n0:0:0:3 --> 00:00:04,000\nNo start.\n\n3\n00:00:09,000 --> 00:00:08,000\nBackwards.\n\n4\n00:00:05,000 --> 00:00:05,000\nNo time, --> an arrow\n"), @r#"
    1000-? "No end."
    5000-5000 "No time, --> an arrow"
    9000-? "Backwards."
    ! 1:1: expected a caption, found `A film by nobody`
    ! 3:18: expected a time such as `00:01:05.220`, found `00:00:0x,000`
    ! 7:1: expected a time such as `00:01:05.220`, found `0:0:0:3`
    ! 11:1: the end 00:00:08.000 lies before the start 00:00:09.000: the end is taken as unknown
    "#);
    insta::assert_snapshot!(read(""), @"error: expected SRT with something said, found none");
    insta::assert_snapshot!(read("No times at all."), @"error: expected SRT with something said, found none: 1:1: expected a caption, found `No times at all.`");
}

#[test]
fn speakers_before_the_text() {
    let srt = "1\n00:00:01,000 --> 00:00:02,000\nAda Morrow: Good morning.\n\n2\n00:00:02,000 --> 00:00:03,000\nBreaking: it rains.\n\n3\n00:00:03,000 --> 00:00:04,000\nAda Morrow: It does.\n";
    insta::assert_snapshot!(read(srt, ImportFormat::Srt), @r#"
    1000-2000 <Ada Morrow> "Good morning."
    2000-3000 "Breaking: it rains."
    3000-4000 <Ada Morrow> "It does."
    "#);
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n[SPEAKER_00]: Good morning.\n";
    insta::assert_snapshot!(read(vtt, ImportFormat::Vtt), @r#"1000-2000 <SPEAKER_00> "Good morning.""#);
}

#[test]
fn vtt_as_programs_write_it() {
    let read = |text| read(text, ImportFormat::Vtt);
    insta::assert_snapshot!(read("WEBVTT - Morning desk\nKind: captions\nLanguage: en\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:top\n\nNOTE made by hand\nand checked\n\nintro\n00:01.000 --> 00:02.500 align:start position:0%\n<v Ada &amp; Ben>Good <b>morning</b>.\nTide &lt;3&gt;.\n\n00:00:03.000 --> 00:00:04.000\n<v.loud Orla Venn>No.</v> <v Ben>Yes.\n"), @r#"
    language en
    1000-2500 <Ada & Ben> "Good morning. Tide <3>."
    3000-4000 <Orla Venn> "No."
    3000-4000 <Ben> "Yes."
    "#);
    // Two parts of a stream put together, no empty line behind the header, captions without empty lines between them.
    insta::assert_snapshot!(read("WEBVTT\n00:01.000 --> 00:02.000\nOne.\n00:02.000 --> 00:03.000\nTwo.\n\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:181083\n\n00:03.000 --> 00:04.000\nThree.\n"), @r#"
    1000-2000 "One."
    2000-3000 "Two."
    3000-4000 "Three."
    ! 8:1: the times are those of a stream (`X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:181083`), taken as they stand: they may not count from the start of the recording
    "#);
    // What whisper's own writer leaves unescaped.
    insta::assert_snapshot!(read("WEBVTT\n\n00:01.000 --> 00:02.000\nAT&T says 5 < 6 --> 7 <unk> & more\n"), @r#"1000-2000 "AT&T says 5 < 6 --> 7 <unk> & more""#);
}

#[test]
fn defects_of_vtt_cost_their_block() {
    let read = |text| read(text, ImportFormat::Vtt);
    insta::assert_snapshot!(read("00:01.000 --> 00:02.000\nNo signature.\n\nstray\ntext\n\n00:0x.000 --> 00:03.000\nNo start.\n\na\nb\n00:04.000 --> 00:05.000\nTwo identifiers.\n"), @r#"
    1000-2000 "No signature."
    4000-5000 "Two identifiers."
    ! 1:1: expected `WEBVTT`, found `00:01.000 --> 00:02.000`
    ! 4:1: expected a caption, found `stray`
    ! 5:1: expected a caption, found `text`
    ! 7:1: expected a time such as `00:01:05.220`, found `00:0x.000`
    ! 10:1: expected a caption, found `a`
    "#);
    insta::assert_snapshot!(read("WEBVTT\n\nNOTE nothing else"), @"error: expected WebVTT with something said, found none");
    insta::assert_snapshot!(read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann></v>&nbsp;\n"), @"error: expected WebVTT with something said, found none");
}

/// Captions as a video site makes them: every line three times, and a time for each word.
const ROLLING: &str = "WEBVTT\nKind: captions\nLanguage: en\n
00:00:00.160 --> 00:00:02.389 align:start position:0%\n \ngood<00:00:00.480><c> morning</c><00:00:00.640><c> from</c>\n
00:00:02.389 --> 00:00:02.399 align:start position:0%\ngood morning from\n \n
00:00:02.399 --> 00:00:04.549 align:start position:0%\ngood morning from\nport<00:00:02.560><c> ellery</c>\n
00:00:04.549 --> 00:00:04.559 align:start position:0%\nport ellery\n \n
00:00:04.559 --> 00:00:06.000 align:start position:0%\nport ellery\nit<00:00:04.800><c> rains</c>\n
";

#[test]
fn rolling_captions_are_told_once() {
    insta::assert_snapshot!(read(ROLLING, ImportFormat::Vtt), @r#"
    language en
    160-2399 "good morning from"
        160-480 "good"
        480-640 " morning"
        640-2399 " from"
    2399-4559 "port ellery"
        2399-2560 "port"
        2560-4559 " ellery"
    4559-6000 "it rains"
        4559-4800 "it"
        4800-6000 " rains"
    "#);
}

#[test]
fn ttml_as_programs_write_it() {
    let read = |text| read(text, ImportFormat::Ttml);
    insta::assert_snapshot!(read(r#"<?xml version="1.0"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en" ttp:frameRate="25">
 <head><metadata><ttm:title>Morning &amp; more</ttm:title>
  <ttm:agent xml:id="a1" type="person"><ttm:name type="full">Ada Morrow</ttm:name></ttm:agent>
  <ttm:agent xml:id="a2"><ttm:name type="alias">Ben</ttm:name></ttm:agent></metadata></head>
 <body begin="10s"><div begin="1s">
  <p begin="00:00:01.500" end="00:00:03:05" ttm:agent="a1">Good   <span tts:color="red">morning</span>,<br/>all &#x41; &amp; <![CDATA[<b>]]>.</p>
  <p begin="4s" dur="500ms"><span ttm:agent="a2">No.</span><span ttm:agent="a1">Yes.</span></p>
  <p><span begin="5s" end="6s">One.</span> <span begin="6s" end="7s">Two.</span></p>
 </div></body></tt>"#), @r#"
 language en
 title Morning & more
 12500-14200 <Ada Morrow> "Good morning, all A & <b>."
 15000-15500 <Ben> "No."
 15000-15500 <Ada Morrow> "Yes."
 16000-17000 "One."
 17000-18000 "Two."
 "#);
    // A span for each word, without spaces between them.
    insta::assert_snapshot!(read(r#"<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:p begin="1.0s" end="2.0s"><tt:span unit="word" begin="0s">Good</tt:span><tt:span unit="word" begin="0.4s">morning.</tt:span></tt:p></tt:body></tt:tt>"#), @r#"
    1000-2000 "Good morning."
        1000-1400 "Good"
        1400-2000 " morning."
    "#);
}

#[test]
fn defects_of_ttml_cost_what_stands_there() {
    let read = |text| read(text, ImportFormat::Ttml);
    insta::assert_snapshot!(read("<tt><body>\n<p>No time.</p>\n<p begin=\"soon\">No time either.</p>\n<p begin=\"3s\" end=\"2s\">Backwards.</p>\n<p begin=\"4s\">Open <b>ends</p></i><p begin=\"5s\">&bogus; 5 &lt; 6"), @r#"
    3000-? "Backwards."
    4000-? "Open"
    5000-? "&bogus; 5 < 6"
    ! 2:1: expected a `begin` for this text, found `No time.`
    ! 3:1: expected a time such as `00:01:05.220` or `65.22s`, found `soon`
    ! 3:1: expected a `begin` for this text, found `No time either.`
    ! 4:1: the end 00:00:02.000 lies before the start 00:00:03.000: the end is taken as unknown
    "#);
    insta::assert_snapshot!(read("<tt><body><p begin=\"1s\">One.</p><p begin=\"2s\">Two <"), @r#"
    1000-? "One."
    2000-? "Two"
    ! 1:1: expected well-formed XML, found `syntax error: tag not closed: `>` not found before end of in...`
    "#);
    insta::assert_snapshot!(read(&"<div>".repeat(300)), @"error: expected TTML with something said, found none: 1:1: expected at most 200 elements inside one another: the rest is left out");
}

#[test]
fn the_json_of_whisper_and_its_kin() {
    let read = |text| read(text, ImportFormat::WhisperJson);
    // openai-whisper, with a number that JSON does not have.
    insta::assert_snapshot!(read(r#"{"text": " Good morning.", "segments": [{"id": 0, "seek": 0, "start": 0.0, "end": 1.2, "text": " Good morning.", "tokens": [50364, 2205], "temperature": 0.0, "avg_logprob": NaN, "compression_ratio": 1.1, "no_speech_prob": 0.01, "words": [{"word": " Good", "start": 0.0, "end": 0.4, "probability": 0.9}, {"word": " morning.", "start": 0.4, "end": 1.2, "probability": 0.8}]}], "language": "en"}"#), @r#"
    language en
    0-1200 " Good morning."
        0-400@0.9 " Good"
        400-1200@0.8 " morning."
    "#);
    // OpenAI's service: words beside the segments, without punctuation.
    insta::assert_snapshot!(read(r#"{"task": "transcribe", "language": "english", "duration": 3.5, "text": "Good, morning. It rains.", "segments": [{"id": 0, "start": 0.0, "end": 1.2, "text": " Good, morning."}, {"id": 1, "start": 1.2, "end": 3.0, "text": " It rains."}], "words": [{"word": "Good", "start": 0.0, "end": 0.4}, {"word": "morning", "start": 0.5, "end": 1.0}, {"word": "It", "start": 1.3, "end": 1.5}, {"word": "rains", "start": 1.5, "end": 2.0}]}"#), @r#"
    language english
    length 00:00:03.500
    0-1200 " Good, morning."
        0-400 " Good,"
        500-1000 " morning."
    1200-3000 " It rains."
        1300-1500 " It"
        1500-2000 " rains."
    "#);
    // Its words alone.
    insta::assert_snapshot!(read(r#"{"text": "Good morning. It rains.", "words": [{"word": "Good", "start": 0.0, "end": 0.4}, {"word": "morning.", "start": 0.5, "end": 1.0}, {"word": "It", "start": 1.3, "end": 1.5}]}"#), @r#"
    0-1000 "Good morning."
        0-400 "Good"
        500-1000 " morning."
    1300-1500 "It"
        1300-1500 "It"
    "#);
    // diarized_json.
    insta::assert_snapshot!(read(r#"{"text": "x", "segments": [{"type": "transcript.text.segment", "id": "seg_1", "speaker": "A", "start": 0.5, "end": 1.0, "text": " Good."}, {"id": "seg_2", "speaker": "Ada Morrow", "start": 1, "end": 2, "text": "Morning."}]}"#), @r#"
    500-1000 <A> " Good."
    1000-2000 <Ada Morrow> "Morning."
    "#);
    // WhisperX: no times where there are only digits.
    insta::assert_snapshot!(read(r#"{"segments": [{"start": 1.0, "end": 3.0, "text": " In 1984 it rained.", "speaker": "SPEAKER_01", "words": [{"word": "In", "start": 1.0, "end": 1.2, "score": 0.9, "speaker": "SPEAKER_01"}, {"word": "1984"}, {"word": "it", "start": 2.0, "end": 2.1, "score": 0.5}, {"word": "rained.", "start": 2.2}]}], "word_segments": []}"#), @r#"
    1000-3000 <SPEAKER_01> " In 1984 it rained."
        1000-1200@0.9 " In"
        ~1200-2000 " 1984"
        2000-2100@0.5 " it"
        ~2200-3000 " rained."
    "#);
    // A bare list, times as clocks.
    insta::assert_snapshot!(read(r#"[{"start": "00:00:01,500", "end": "2.5", "text": "Good."}]"#), @r#"1500-2500 "Good.""#);
}

#[test]
fn defects_of_json_cost_their_segment() {
    let read = |text| read(text, ImportFormat::WhisperJson);
    insta::assert_snapshot!(read(r#"{"segments": [7, {"start": "soon", "text": "a"}, {"start": 1}, {"start": 2, "end": 1, "text": "b"}, {"start": 3, "end": 4, "text": "c d", "words": [{"word": "x", "start": 3, "end": 4}, 5, {"start": 3}]}, {"start": 5, "text": "\ud800"}, {"start": 6, "text": "e", "words": 7}], "language": ["en"]}"#), @r#"
    2000-? "b"
    3000-4000 "c d"
    6000-? "e"
    ! segments[0]: expected an object, found `7`
    ! segments[1].start: expected seconds from 0 up, found `"soon"`
    ! segments[2].text: expected a text, found none
    ! segments[3]: the end 00:00:01.000 lies before the start 00:00:02.000: the end is taken as unknown
    ! segments[4].words[1]: expected an object, found `5`
    ! segments[4].words[2].word: expected a word, found none
    ! segments[4]: the words do not spell the text of the segment: their times are left out
    ! segments[5].text: expected a text, found `"\ud800"`
    ! segments[6].words: expected a list, found `7`
    "#);
    insta::assert_snapshot!(read(r#"{"segments": {"start": 1}}"#), @r#"error: expected Whisper JSON with something said, found none: segments: expected a list, found `{"start": 1}`"#);
    insta::assert_snapshot!(read("{\"segments\": [\n{\"start\": 1"), @"error: 2:11: EOF while parsing an object");
    insta::assert_snapshot!(read("\"text\""), @r#"error: 1:6: invalid type: string "text", expected an object"#);
    insta::assert_snapshot!(read(&"[".repeat(100_000)), @"error: 1:100000: EOF while parsing a list");
}

#[test]
fn the_json_of_whisper_cpp() {
    let read = |text| read(text, ImportFormat::WhisperCppJson);
    insta::assert_snapshot!(read(r#"{"systeminfo": "AVX = 1", "model": {"type": "base", "multilingual": true}, "params": {"model": "models/ggml-base.bin", "language": "auto", "translate": false}, "result": {"language": "en"}, "transcription": [{"timestamps": {"from": "00:00:00,000", "to": "00:00:01,200"}, "offsets": {"from": 0, "to": 1200}, "text": " Good morning.", "speaker": "1", "tokens": [{"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "id": 50364, "p": 0.9}, {"text": " Good", "offsets": {"from": 0, "to": 400}, "p": 0.9}, {"text": " mor", "offsets": {"from": 400, "to": 800}, "p": 0.5}, {"text": "ning", "offsets": {"from": 800, "to": 1100}, "p": 0.7}, {"text": ".", "offsets": {"from": 1100, "to": 1200}, "p": 0.9}]}, {"timestamps": {"from": "00:00:01,200", "to": "00:00:02,000"}, "text": " It rains.", "speaker": "?"}, {"text": " No time."}]}"#), @r#"
    language en
    model whisper.cpp base
    0-1200 <1> " Good morning."
        0-400@0.9 " Good"
        400-1200@0.7 " morning."
    1200-2000 " It rains."
    ! transcription[2].offsets: expected `from` and `to` in milliseconds from 0 up, found none
    "#);
}

#[test]
fn the_json_of_podcasts() {
    let read = |text| read(text, ImportFormat::PodcastJson);
    insta::assert_snapshot!(read(r#"{"version": "1.0.0", "segments": [{"speaker": "Ada Morrow", "startTime": 0.5, "endTime": 0.75, "body": "Good morning."}, {"startTime": 1, "body": "No end."}, {"startTime": null, "body": "No start."}, {"startTime": 2}]}"#), @r#"
    500-750 <Ada Morrow> "Good morning."
    1000-? "No end."
    ! segments[2].startTime: expected seconds from 0 up, found none
    ! segments[3].body: expected a text, found none
    "#);
    let words: Vec<String> = (0..60)
        .map(|at| {
            let word = if at % 20 == 19 { "rain." } else { "rain" };
            format!(
                r#"{{"startTime": {}, "endTime": {}, "body": "{word}"}}"#,
                at as f64 / 2.0,
                at as f64 / 2.0 + 0.4
            )
        })
        .collect();
    let text = format!(r#"{{"version": "1.0.0", "segments": [{}]}}"#, words.join(","));
    let imported = import(text.as_bytes(), ImportFormat::PodcastJson).expect("it has words");
    let counts: Vec<usize> = imported.segments.iter().map(|segment| segment.words.len()).collect();
    assert_eq!(counts, [20, 20, 20]);
}

#[test]
fn rows_of_whisper() {
    insta::assert_snapshot!(read("start\tend\ttext\n0\t1200\tGood\tmorning.\n1200\t1000\tBackwards.\nsoon\t1\tx\n5\n", ImportFormat::Tsv), @r#"
    0-1200 "Good\tmorning."
    1200-? "Backwards."
    ! 3:1: the end 00:00:01.000 lies before the start 00:00:01.200: the end is taken as unknown
    ! 4:1: expected start and end in milliseconds and a text, parted by tabs, found `soon	1	x`
    ! 5:1: expected start and end in milliseconds and a text, parted by tabs, found `5`
    "#);
}

#[test]
fn times_in_the_margin() {
    let read = |text| read(text, ImportFormat::TimedText);
    insta::assert_snapshot!(read("[00:01:05] Good morning.\n(1:02:03) Ada Morrow: It rains.\n1:02:10 - Still.\n\nIt goes on.\n[01:02:15.500 --> 01:02:16.000]  Arrow.\n1:02:20–1:02:21 Dash.\n"), @r#"
    65000-? "Good morning."
    3723000-? "Ada Morrow: It rains."
    3730000-? "Still. It goes on."
    3735500-3736000 "Arrow."
    3740000-3741000 "Dash."
    "#);
    insta::assert_snapshot!(read("Minutes of the harbour board\n\n0:05\nGood morning.\n0:07\nIt rains.\n\nAda Morrow  0:12\nStill.\nSpeaker 2 (0:15)\nNo.\n10:30pm is no time.\n"), @r#"
    5000-? "Good morning."
    7000-? "It rains."
    12000-? <Ada Morrow> "Still."
    15000-? <Speaker 2> "No. 10:30pm is no time."
    ! 1:1: expected a time such as `[00:01:05]` before the text, found `Minutes of the harbour board`
    "#);
}

#[test]
fn forms_are_told_by_content_then_by_name() {
    #[track_caller]
    fn check(content: &str, name: &str, expected: Option<ImportFormat>) {
        assert_eq!(detect(content.as_bytes(), name), expected, "for {name}: {content}");
    }
    use ImportFormat::{PodcastJson, Srt, TimedText, Tsv, Ttml, Vtt, WhisperCppJson, WhisperJson};
    let srt = "1\n00:00:01,000 --> 00:00:02,000\nGood.\n";
    check(srt, "a.srt", Some(Srt));
    check(srt, "a.txt", Some(Srt));
    check(srt, "a", Some(Srt));
    check(srt, "a.vtt", Some(Vtt));
    check("# Title\n\n00:01.000 --> 00:02.000\n", "a.md", None);
    check("\u{feff}WEBVTT\n\n", "a.srt", Some(Vtt));
    check("WEBVTTX", "a.txt", None);
    check("", "a.vtt", Some(Vtt));
    check("<?xml version=\"1.0\"?><!-- x --><tt xmlns=\"http://www.w3.org/ns/ttml\"/>", "a.xml", Some(Ttml));
    check("<tt:tt>", "a", Some(Ttml));
    check("<html><p>tt</p>", "a.html", None);
    check("start\tend\ttext\n", "a.tsv", Some(Tsv));
    check("Good morning.\n", "a.txt", None);
    check("[00:01] Good.\n[00:02] Morning.\n", "a.txt", Some(TimedText));
    check("0:01\nGood.\n0:02\nMorning.\n", "a.txt", Some(TimedText));
    check("The ferry sails at\n10:30\nand at\n11:30\nand then\nno more\ntoday.\n", "a.txt", None);
    check("12:00 b\n11:00 a\n", "a.txt", None);
    check("[00:01] Good.\n[00:02] Morning.\n", "a.md", None);
    check(r#"{"segments": [{"start": 0, "text": ""}]}"#, "a.json", Some(WhisperJson));
    check(r#"{"text": "", "words": []}"#, "a.json", Some(WhisperJson));
    check(r#"[{"start": 0, "text": ""}]"#, "a.json", Some(WhisperJson));
    check(r#"{"transcription": []}"#, "a.json", Some(WhisperCppJson));
    check(r#"{"version": "1.0.0", "segments": [{"startTime": 0, "body": ""}]}"#, "a.json", Some(PodcastJson));
    // Our own sidecar, what yt-dlp writes, and any other JSON.
    check(include_str!("../fixtures/sidecar/timed.json"), "a.json", None);
    check(r#"{"_type": "video", "webpage_url": "https://example.org", "words": 1}"#, "a.json", None);
    check(r#"{"segments": []}"#, "a.json", None);
    check(r#"{"segments": 7, "words": []}"#, "a.json", None);
    check("{", "a.json", None);
    check("[1, 2]", "a.json", None);
}

#[test]
fn too_much_is_refused() {
    let large = vec![b' '; record::format::MAX_IMPORT_BYTES + 1];
    let error = import(&large, ImportFormat::Srt).expect_err("too large");
    insta::assert_snapshot!(error, @"expected a transcript of at most 67108864 bytes, found 67108865 bytes");
    let commas = format!("[{}0]", "0,".repeat(16_000_001));
    let error = import(commas.as_bytes(), ImportFormat::WhisperJson).expect_err("too many values");
    insta::assert_snapshot!(error, @"expected a transcript with fewer values, found 16000001 commas");
    assert!(matches!(error, ImportError::TooManyValues { .. }));
}
