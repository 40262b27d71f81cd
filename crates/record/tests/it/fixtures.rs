//! One file for each variant of the format, with invented shows, people and events.

use std::fs;
use std::path::{Path, PathBuf};

use record::format::archive::{ArchiveFile, Parsed, parse, write};
use record::transcript::Newline;
use record::{SourceSeconds, Transcript};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()))
}

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let listing = fs::read_dir(&folder).expect("the fixtures are part of the crate");
    let mut paths: Vec<PathBuf> = listing.map(|found| found.expect("readable").path()).collect();
    paths.sort();
    paths
}

#[track_caller]
fn round_trip(bytes: &[u8]) -> Parsed {
    let parsed = parse(bytes);
    assert!(write(&parsed.file) == bytes, "the bytes are the same");
    parsed
}

fn transcript(name: &str) -> Transcript {
    match round_trip(&fixture(&format!("follows/{name}.md"))) {
        Parsed { file: ArchiveFile::Transcript(transcript), .. } => transcript,
        parsed => panic!("{name}: {:?}", parsed.issues),
    }
}

fn texts(transcript: &Transcript) -> Vec<&str> {
    transcript.segments().iter().map(|segment| segment.text.as_str()).collect()
}

#[test]
fn files_that_follow_the_grammar_are_written_from_their_values() {
    let paths = fixtures("follows");
    assert!(paths.len() >= 30, "a fixture is missing");
    for path in paths {
        let bytes = fs::read(&path).expect("readable");
        let parsed = round_trip(&bytes);
        assert_eq!(parsed.issues, [], "{}", path.display());
        let transcript = parsed.file.transcript().unwrap_or_else(|| panic!("{} is opaque", path.display()));
        // Nothing of the file's bytes is kept: a copy made of the values alone is written the same.
        let copy = ArchiveFile::Transcript(transcript.clone());
        assert!(write(&copy) == bytes, "{}", path.display());
    }
}

#[test]
fn values_are_read_as_they_stand() {
    let timed = transcript("timed");
    assert_eq!(timed.generated().to_string(), "March 03, 2026");
    assert_eq!(timed.model(), "whisper base (onrecord 0.1.0)");
    assert_eq!(timed.length_seconds().value(), Some(95));
    assert_eq!(timed.keywords().words(), ["harbour", "ferries", "Port Ellery"]);
    assert_eq!(timed.views().value(), Some(1204));
    assert_eq!(timed.rating(), None);
    assert_eq!(timed.description(), Some("A short bulletin from Port Ellery."));
    assert_eq!(timed.title(), "Ferry to Skerry Island stops for a week");
    assert_eq!(timed.show(), "Harbour Radio - Morning Desk");
    assert_eq!(timed.date().to_date(), Some(jiff::civil::date(2026, 3, 2)));
    assert_eq!(timed.url(), "https://video.example.org/watch?v=harbour-017");
    assert_eq!(timed.newline(), Newline::Lf);
    assert!(timed.is_timed());
    let starts: Vec<f64> =
        timed.segments().iter().filter_map(|s| s.start).map(SourceSeconds::as_f64).collect();
    assert_eq!(starts, [0.0, 5.22, 14.14, 20.740000000000002, 59.98]);
    assert_eq!(timed.segments()[3].text, " We can't promise Sunday, she told us.");
}

#[test]
fn descriptions_are_raw() {
    #[track_caller]
    fn check(name: &str, description: Option<&str>) {
        assert_eq!(transcript(name).description(), description, "in {name}");
    }
    check("untimed_without_description", None);
    check("empty_description", Some(""));
    check("crlf", Some("A short bulletin.\r\n\r\nMore on our page."));
    check("crlf_with_cr_cr_lf_in_description", Some("A short bulletin.\r\r\n\r\r\nTides: high at nine.\r"));
    check("bare_carriage_returns_in_description", Some("One\rtwo\r\nthree\r"));
    check("control_characters", Some("A \0 zero and a \u{1b}[31m colour"));
    check(
        "rule_in_description",
        Some("First part.\n---\nSecond part.\n---\n\n# Third part, a heading\nwithout a show.\n---"),
    );
    check(
        "bullets_and_keys_in_description",
        Some(concat!(
            "In this bulletin:\n* the ferry\n* the ramp [[00:00:05](elsewhere)]\n",
            "Length: 12s\nVideo Description: again\n# Not the title"
        )),
    );
}

#[test]
fn texts_are_untrimmed() {
    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        assert_eq!(texts(&transcript(name)), expected, "in {name}");
    }
    check("no_segments", &[]);
    check("empty_text", &["", " ", " Back again."]);
    check("empty_text_untimed", &["", " ", " Back again."]);
    check("leading_spaces", &["No space.", " One.", "  Two. "]);
    check(
        "brackets_in_text",
        &[" See [[00:00:05](https://elsewhere.example/v&t=5.0s)]", " [[laughs]] and [[", " s)] &t=1.0s)]"],
    );
    check("brackets_in_untimed_text", &[" [[laughs]] a [[b](c) and &t=5.0s)]", " [[0:05](x&t=5.0s)]"]);
}

#[test]
fn odd_values_are_kept() {
    assert_eq!(transcript("show_with_marks").show(), "Desk:** [of the sea");
    assert_eq!(transcript("show_with_punctuation").show(), "The Harbour's \"Late\" Desk: No. 5!");
    assert_eq!(transcript("address_with_brackets").url(), "https://video.example.org/live/(harbour)/017");
    assert_eq!(transcript("address_empty").url(), "");
    assert_eq!(transcript("date_of_no_calendar").date().to_date(), None);
    assert_eq!(transcript("crlf").newline(), Newline::CrLf);
    let odd = transcript("rating_and_leading_zeros");
    assert_eq!(odd.length_seconds().value(), Some(95));
    assert_eq!(odd.views().value(), None, "2^64 does not fit");
    assert_eq!(odd.rating().map(|rating| rating.value()), Some(4.5));
    let keywords = transcript("keywords_of_another_unicode_table");
    assert_eq!(
        keywords.keywords().words(),
        ["new letter \u{870}", "half a pair \u{fffd}", "seen \u{200b} raw"]
    );
}

/// The issues of a file, one on a line, and how many segments were understood all the same.
fn issues(name: &str) -> String {
    let parsed = round_trip(&fixture(&format!("opaque/{name}.md")));
    assert!(parsed.file.transcript().is_none(), "{name} does not follow the grammar");
    let mut lines: Vec<String> = parsed.issues.iter().map(ToString::to_string).collect();
    lines.push(format!("{} segments understood", parsed.file.segments().len()));
    lines.join("\n")
}

#[test]
fn every_opaque_fixture_is_tested() {
    // The names stand in the tests below; a fixture that nobody names here would prove nothing.
    let source = include_str!("fixtures.rs");
    for path in fixtures("opaque") {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("fixtures have plain names");
        assert!(source.contains(&format!("issues(\"{name}\")")), "{name} has no test");
    }
}

#[test]
fn files_of_another_kind_say_what_is_missing() {
    insta::assert_snapshot!(issues("empty"), @r#"
    1:1: expected `---`, found end of file
    0 segments understood
    "#);
    insta::assert_snapshot!(issues("binary"), @r#"
    1:1: expected `---`, found `\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{9}`
    2:118: expected UTF-8, found the byte `0x80`
    2:246: expected `# ` and a title, found end of file
    0 segments understood
    "#);
    insta::assert_snapshot!(issues("other_markdown"), @r#"
    1:1: expected `---`, found `# Shopping`
    2:1: expected `**show:** [Month DD, YYYY](address)`, found end of line
    2 segments understood
    "#);
    insta::assert_snapshot!(issues("byte_order_mark"), @r#"
    1:1: expected `---`, found `\u{feff}---`
    5 segments understood
    "#);
}

#[test]
fn broken_headings_say_what_is_missing() {
    insta::assert_snapshot!(issues("no_front_matter"), @r#"
    1:1: expected `---`, found `# Ferry to Skerry Island stops for a wee...`
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("empty_line_between_title_and_show"), @r#"
    12:1: expected `**show:** [Month DD, YYYY](address)`, found end of line
    14:1: expected `* ` and a segment, found end of line
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("no_show_line"), @r#"
    12:1: expected `**show:** [Month DD, YYYY](address)`, found `*  Good morning from Port Ellery.`
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("no_title"), @r#"
    12:1: expected `# ` and a title, found `**Harbour Radio - Morning Desk:** [March...`
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("missing_key"), @r#"
    6:1: expected `Video Views: `, found `Video Rating: None`
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("bad_values"), @r#"
    2:17: expected a date such as `February 12, 2025`, found `03.03.2026`
    4:9: expected whole seconds such as `152s`, found `95`
    5:29: expected a list of strings such as `['news', 'world']`, found `ferries]`
    6:14: expected a whole number, found `many`
    7:15: expected `None` or a number, found `good`
    5 segments understood
    "#);
}

#[test]
fn broken_lines_cost_themselves() {
    insta::assert_snapshot!(issues("broken_links"), @r#"
    14:78: expected `s)]` at the end of the deep link, found end of line
    15:35: expected the address of the show line in the deep link, found `https://video.example.org/watch?v=other`
    16:83: expected seconds as the shortest decimal with a point, such as `5.22`, found `7.50`
    17:74: expected seconds as the shortest decimal with a point, such as `5.22`, found `8`
    18:74: expected seconds as the shortest decimal with a point, such as `5.22`, found `1e-05`
    19:19: the clock reads 00:00:09 but the link says t=10.0s, which is another second
    20:28: expected an address and `&t=` in the deep link, found `https://video.example.org/watch?v=harbou...`
    9 segments understood
    "#);
    insta::assert_snapshot!(issues("stray_lines"), @r#"
    14:1: expected `* ` and a segment, found end of line
    15:1: expected `* ` and a segment, found `A paragraph that somebody typed in.`
    17:1: expected `* ` and a segment, found `*no space`
    2 segments understood
    "#);
    insta::assert_snapshot!(issues("mixed_times"), @r#"
    18:30: expected a deep link, as on line 13, found none
    6 segments understood
    "#);
    insta::assert_snapshot!(issues("mixed_times_untimed_first"), @r#"
    14:34: expected no deep link, as on line 13, found one
    15:55: expected no deep link, as on line 13, found one
    16:51: expected no deep link, as on line 13, found one
    17:41: expected no deep link, as on line 13, found one
    18:26: expected no deep link, as on line 13, found one
    6 segments understood
    "#);
    insta::assert_snapshot!(issues("mixed_line_breaks"), @r#"
    14:44: expected a carriage return before the line feed, as on line 1, found the line feed alone
    15:1: expected `* ` and a segment, found `this week. [[00:00:05](https://video.exa...`
    5 segments understood
    "#);
}

#[test]
fn broken_encodings_and_ends_have_a_place() {
    insta::assert_snapshot!(issues("not_utf8"), @r#"
    13:7: expected UTF-8, found the byte `0xe9`
    1 segments understood
    "#);
    insta::assert_snapshot!(issues("cut_short"), @r#"
    17:82: expected a line break, found end of file
    5 segments understood
    "#);
    insta::assert_snapshot!(issues("no_final_line_break"), @r#"
    17:95: expected a line break, found end of file
    5 segments understood
    "#);
}
