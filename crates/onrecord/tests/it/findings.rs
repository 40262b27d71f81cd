//! `names`, `quotes`, `check-quote`, `stories`, `timeline`, `discrepancies`, `reuse`, `analyse`, `summarise`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use crate::program::{command, finished, has_model, run, run_without_models};
use crate::skerry;

fn begun() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = skerry::archive(folder.path());
    (folder, root)
}

fn found(root: &Path, arguments: &[&str]) -> Vec<Value> {
    run(root, [arguments, &["--json"]].concat()).expect(0).objects()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn a_misheard_name_is_repaired_with_its_proof() {
    if !has_model("en-core-web-sm") {
        return;
    }
    let (_folder, root) = begun();
    let repairs = found(&root, &["names", "Lindqvist"]);
    assert!(!repairs.is_empty());
    for repair in &repairs {
        assert!(text(repair, "/heard").contains("Lindquist"), "{repair}");
        assert_eq!(repair["canonical"], "Mara Lindqvist");
        assert_eq!(repair["document"]["path"], "Harbour Radio - Morning Desk/talks.md");
        assert!(text(repair, "/evidence/0/text").contains("Lindqvist"), "{repair}");
        assert!(repair["evidence"][0]["document"]["path"].is_string(), "{repair}");
    }
    assert_eq!(repairs[0]["link"], "https://radio.example.org/listen?id=talks#t=4");
    let shown = found(&root, &["show", "Harbour Radio - Morning Desk/talks.md"]);
    assert!(text(&shown[1], "/text").contains("Lindquist"), "what was heard stays: {}", shown[1]);
    assert_eq!(shown[1]["repairs"][0]["canonical"], "Mara Lindqvist");
    let repaired = run(&root, ["show", "Harbour Radio - Morning Desk/talks.md", "--repaired"]).expect(0);
    assert!(repaired.stdout.contains("Mara Lindqvist, has agreed"), "{}", repaired.stdout);
}

#[test]
fn statements_have_speakers_and_are_linked() {
    if !has_model("en-core-web-sm") {
        return;
    }
    let (_folder, root) = begun();
    let printed = found(&root, &["quotes", "meet in Port Callow", "--speaker", "Lindqvist"]);
    assert_eq!(printed.len(), 2, "one in each version: {printed:?}");
    let of_first =
        printed.iter().find(|statement| statement["document"]["path"] == "Articles/first.txt").unwrap();
    assert_eq!(of_first["manner"], "direct");
    assert!(of_first["same_as"].as_array().is_some_and(|same| !same.is_empty()), "{of_first}");
    let clips = found(&root, &["quotes", "great call"]);
    assert_eq!(clips[0]["manner"], "clip");
    assert_eq!(clips[0]["start_seconds"], 24.0);
    assert_eq!(clips[0]["speaker"]["name"], "Mara Lindqvist");
    let varg = found(&root, &["quotes", "--speaker", "Varg"]);
    assert!(!varg.is_empty());
    let by_document = run(&root, ["quotes", "--document", "Skerry TV - Evening News/talks.md", "--json"]);
    let path = |statement: &Value| statement["document"]["path"] == "Skerry TV - Evening News/talks.md";
    assert!(by_document.objects().iter().all(path));
}

#[test]
fn words_are_held_against_the_record() {
    let (_folder, root) = begun();
    let said = "We had a great call, and I think we will have the ferry running again by Easter";
    let matches = run_without_models(&root, ["check-quote", said, "--json"]).expect(0).objects();
    assert_eq!(matches[0]["verdict"], "verbatim");
    assert_eq!(matches[0]["start_seconds"], 24.0);
    assert_eq!(matches[0]["link"], "https://radio.example.org/listen?id=talks#t=24");
    let other = "We had a great call and I never think we will have the ferry running again by Easter";
    let matches = run_without_models(&root, ["check-quote", other, "--json"]).expect(0).objects();
    assert_eq!(matches[0]["verdict"], "altered");
    assert!(matches[0]["difference"].as_array().unwrap().contains(&json!(["-", "never"])), "{}", matches[0]);
    let nowhere =
        run_without_models(&root, ["check-quote", "Nobody ever promised a tunnel to the mainland"]).expect(1);
    assert_eq!((nowhere.stdout.as_str(), nowhere.stderr.as_str()), ("", "not in this record\n"));
}

#[test]
fn every_quotation_of_an_article_is_checked() {
    let (_folder, root) = begun();
    let checked =
        run_without_models(&root, ["quotes", "--check", "Articles/first.txt", "--json"]).expect(0).objects();
    let back = checked.iter().find(|checked| text(checked, "/words").starts_with("It is time")).unwrap();
    assert_eq!(back["verdict"], "verbatim");
    assert_eq!(back["best"]["document"]["path"], "Articles/second.txt", "another document proves it");
    let transcript =
        run_without_models(&root, ["quotes", "--check", "Skerry TV - Evening News/talks.md"]).expect(2);
    assert!(transcript.stderr.contains("is a transcript\nhint: quotations are looked for in articles"));
}

#[test]
fn one_event_is_one_story() {
    if !has_model("en-core-web-sm") {
        return;
    }
    let (_folder, root) = begun();
    let stories = found(&root, &["stories"]);
    assert_eq!(stories.len(), 1, "{stories:?}");
    let members: Vec<&str> = stories[0]["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| text(member, "/document/path"))
        .collect();
    assert_eq!(members.len(), 4, "{members:?}");
    assert_eq!((&stories[0]["first"], &stories[0]["last"]), (&json!("2026-03-12"), &json!("2026-03-13")));
    let id = text(&stories[0], "/id");
    let steps = found(&root, &["timeline", id]);
    assert!(steps.iter().all(|step| !step["citations"].as_array().unwrap().is_empty()), "{steps:?}");
}

#[test]
fn two_days_for_one_speech_are_a_conflict() {
    if !has_model("en-core-web-sm") {
        return;
    }
    let (_folder, root) = begun();
    let conflicts = found(&root, &["discrepancies", "--class", "conflict", "summit"]);
    let sides = [text(&conflicts[0], "/left/text"), text(&conflicts[0], "/right/text")];
    assert!(sides.iter().any(|side| side.contains("earlier on Wednesday")), "{sides:?}");
    assert!(sides.iter().any(|side| side.contains("earlier on Thursday")), "{sides:?}");
}

#[test]
fn versions_share_their_passages() {
    let (_folder, root) = begun();
    let shared = run_without_models(&root, ["reuse", "--json"]).expect(0).objects();
    let paths = |shared: &Value| {
        [text(shared, "/left/document/path").to_owned(), text(shared, "/right/document/path").to_owned()]
    };
    assert_eq!(paths(&shared[0]), ["Articles/first.txt", "Articles/second.txt"]);
    assert!(shared[0]["overlap"].as_f64().unwrap() > 0.9, "{}", shared[0]);
}

#[test]
fn findings_are_the_same_whenever_documents_came() {
    let areas = ["names --why", "quotes --why", "stories --why", "timeline", "discrepancies --why", "reuse"];
    let all = |root: &Path| {
        areas.map(|area| finished(command(root, area.split(' ').chain(["--json"])).output().unwrap()).stdout)
    };
    let (_folder, root) = begun();
    let at_once = all(&root);
    let moved = root.join("Articles/second.txt");
    let kept = fs::read_to_string(&moved).unwrap();
    fs::remove_file(&moved).unwrap();
    run(&root, ["index", "--quiet"]).expect(0);
    assert_ne!(all(&root), at_once, "a document less");
    fs::write(&moved, kept).unwrap();
    run(&root, ["index", "--quiet"]).expect(0);
    assert_eq!(all(&root), at_once, "one after the other");
    fs::remove_file(root.join(".onrecord/findings.sqlite")).unwrap();
    assert_eq!(all(&root), at_once, "made anew");
}

#[test]
fn where_a_comparison_takes_long_new_documents_wait_for_analyse() {
    let (_folder, root) = begun();
    let shared = |command: &str| run_without_models(&root, [command, "--json"]).expect(0);
    let before = shared("reuse");
    let findings = rusqlite::Connection::open(root.join(".onrecord/findings.sqlite")).unwrap();
    let noted = "UPDATE periods SET took = 40 WHERE number >= 0";
    let added = root.join("Articles/third.txt");
    fs::copy(root.join("Articles/second.txt"), &added).unwrap();
    fs::write(&added, fs::read_to_string(&added).unwrap().replacen('\n', " once more\n", 1)).unwrap();
    shared("index");
    assert_eq!(findings.execute(noted, []).unwrap(), 1);
    let behind = shared("reuse");
    assert_eq!(behind.stdout, before.stdout);
    let warning = "warning: documents that came since the last `onrecord analyse` are not in the findings: 1\nhint: it reads them and compares all of their days, which takes about 40 seconds\n";
    assert!(behind.stderr.ends_with(warning), "{}", behind.stderr);
    shared("analyse");
    assert_ne!(shared("reuse").stdout, before.stdout, "with the new document");
    assert_eq!(findings.execute(noted, []).unwrap(), 1);
    fs::remove_file(added).unwrap();
    shared("index");
    assert_eq!(shared("reuse").stdout, before.stdout, "what is gone is never left in");
}

#[test]
fn a_document_that_cannot_be_read_costs_one_warning() {
    let (_folder, root) = begun();
    let before = run_without_models(&root, ["reuse", "--json"]).expect(0);
    let added = root.join("Articles/third.txt");
    let kept =
        fs::read_to_string(root.join("Articles/second.txt")).unwrap().replacen('\n', " once more\n", 1);
    fs::write(&added, &kept).unwrap();
    run_without_models(&root, ["index", "--quiet"]).expect(0);
    fs::remove_file(&added).unwrap();
    let warns = |command: &str| {
        let found = run_without_models(&root, [command, "--json"]).expect(0);
        assert!(command == "analyse" || found.stdout == before.stdout);
        found.stderr.contains("`Articles/third.txt`")
    };
    assert!(warns("reuse"), "what was tried and failed is told");
    assert!(!warns("reuse"), "nothing has changed since");
    assert!(warns("analyse"), "it is tried again");
    fs::write(&added, kept).unwrap();
    assert!(!warns("analyse"), "it can be read now");
    assert_ne!(run_without_models(&root, ["reuse", "--json"]).expect(0).stdout, before.stdout);
}

#[test]
fn without_a_parser_it_says_so() {
    let (_folder, root) = begun();
    let analysed = run_without_models(&root, ["analyse", "--json"]).expect(0);
    assert_eq!(
        analysed.stderr,
        "warning: no parser is installed: names and statements are found in part only\nhint: `onrecord models fetch language` (13 MB)\n"
    );
    assert!(analysed.objects()[0]["reuse"].as_u64().unwrap() > 0);
}

/// Answers one request with `content` as a model would, and gives back what was asked.
fn model(content: &str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let body = json!({"choices": [{"message": {"role": "assistant", "content": content}}]}).to_string();
    let answering = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut asked, mut block) = (Vec::new(), [0; 4096]);
        let is_whole = |asked: &[u8]| {
            let text = String::from_utf8_lossy(asked).into_owned();
            let length = text
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
            text.split_once("\r\n\r\n").zip(length).is_some_and(|((_, body), length)| body.len() >= length)
        };
        while !is_whole(&asked) {
            let read = stream.read(&mut block).unwrap();
            asked.extend_from_slice(&block[..read]);
        }
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8_lossy(&asked).into_owned()
    });
    (address, answering)
}

#[test]
fn a_summary_keeps_only_what_the_record_says() {
    if !has_model("en-core-web-sm") {
        return;
    }
    let (_folder, root) = begun();
    let story = text(&found(&root, &["stories"])[0], "/id").to_owned();
    let answer = r#"{"title": {"text": "Ferry talks collapse in Oslo", "cites": [1]},
        "sentences": [{"text": "Talks about the Skerry ferry.", "cites": [1]}, {"text": "Everybody was delighted.", "cites": []}]}"#;
    let (address, answering) = model(answer);
    let arguments = ["summarise", &story, "--endpoint", &address, "--model", "stub", "--json"];
    let printed = run(&root, arguments);
    let asked = answering.join().unwrap();
    assert!(asked.starts_with("POST /v1/chat/completions"), "{asked}");
    let summary = printed.expect(0).objects().remove(0);
    assert_eq!(summary["title"], Value::Null, "no text has Oslo: {summary}");
    assert_eq!(summary["dropped"].as_array().unwrap().len(), 2, "{summary}");
    assert!(summary["sentences"][0]["citations"][0]["document"]["path"].is_string(), "{summary}");
    let unknown =
        run(&root, ["summarise", "no such story", "--endpoint", &address, "--model", "stub"]).expect(2);
    assert!(unknown.stderr.contains("no story has the id `no such story`\nhint: "), "{}", unknown.stderr);
}
