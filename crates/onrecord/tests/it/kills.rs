//! An update that is killed costs nothing but time.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

use crate::harbour::{Broadcast, FERRY, put};
use crate::program::{command_without_models, run_without_models as run};

/// As often an update is killed, at moments spread over the time that it takes.
const ROUNDS: u32 = 20;

const SUBJECTS: [&str; 7] = ["ferry", "lighthouse", "heron", "storm", "crane", "harbour master", "tide"];

/// An archive that takes a moment to be indexed: some of its recordings are under two shows.
fn many(root: &Path) {
    for number in 0..300_usize {
        let subject = |line: usize| SUBJECTS[(number + line) % SUBJECTS.len()];
        let said: Vec<String> =
            (0..40).map(|line| format!("The {} of day {number} is {line}.", subject(line))).collect();
        let lines: Vec<(f64, &str)> =
            said.iter().enumerate().map(|(line, said)| (line as f64 * 4.5, said.as_str())).collect();
        let url = format!("https://radio.example.org/listen?id={number}");
        let show = ["Harbour Radio - Morning Desk", "Harbour Radio - Night", "Skerry TV"][number % 3];
        let day = number as u32 % 28 + 1;
        let broadcast = Broadcast { show, title: &said[0], day, url: &url, lines: &lines };
        put(root, &format!("{show}/{number:03}.md"), &broadcast.text());
        if number % 50 == 0 {
            put(root, &format!("Repeats/{number:03}.md"), &Broadcast { show: "Repeats", ..broadcast }.text());
        }
    }
    put(root, "ferry.md", &FERRY.text());
}

/// Everything that some queries print.
fn answers(root: &Path) -> Vec<String> {
    let queries = [
        "ferry",
        "\"harbour master of day 7\"",
        "heron near/9 storm",
        "storm within/20s tide -\"lighthouse of day 12\"",
        "show:Repeats lighthouse",
        "the ferry of day 12 is late or not",
        "title:tide crane",
    ];
    let search = |query: &str| run(root, ["search", query, "--json", "--limit", "400"]).stdout;
    let mut answers: Vec<String> = queries.map(search).to_vec();
    for (query, answer) in queries.iter().zip(&answers) {
        assert!(!answer.is_empty(), "nothing is found for {query}");
    }
    answers.push(run(root, ["trends", "storm", "heron", "--per", "show", "--json"]).expect(0).stdout);
    answers
}

#[test]
fn killed_twenty_times_an_index_answers_as_one_made_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    let (killed, calm) = (folder.path().join("killed"), folder.path().join("calm"));
    for root in [&killed, &calm] {
        many(root);
        run(folder.path(), ["init".as_ref(), root.as_os_str()]).expect(0);
    }
    let begun = Instant::now();
    run(&calm, ["index", "--rebuild"]).expect(0);
    let whole = begun.elapsed();
    let expected = answers(&calm);
    let mut kills = 0;
    for round in 1..=ROUNDS {
        let mut child = command_without_models(&killed, ["index", "--rebuild"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(whole * round / ROUNDS);
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        // Something, nothing, or an index that is to be finished first: never a crash, and never an invented hit.
        let between = run(&killed, ["search", "ferry", "--json", "--limit", "400"]);
        assert!((0..=2).contains(&between.status), "{}", between.stderr);
        assert!(between.objects().iter().all(|hit| hit["text"].as_str().unwrap().contains("ferry")));
        if between.status == 2 {
            assert!(between.stderr.contains("\nhint: "), "{}", between.stderr);
        }
    }
    assert!(kills >= 5, "only {kills} runs were killed before they were done");
    run(&killed, ["index"]).expect(0);
    assert_eq!(answers(&killed), expected);
    run(&killed, ["verify"]).expect(0);
}

#[test]
fn indexed_twice_an_archive_gives_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("news");
    many(&root);
    run(folder.path(), ["init", "news"]).expect(0);
    let first = answers(&root);
    run(&root, ["index"]).expect(0);
    assert_eq!(answers(&root), first);
    run(&root, ["index", "--rebuild"]).expect(0);
    assert_eq!(answers(&root), first);
    fs::remove_dir_all(root.join(".onrecord/index")).unwrap();
    assert_eq!(answers(&root), first, "made by the first search that finds none");
}

/// As often an analysis is killed.
const ANALYSES: u32 = 6;

#[test]
fn killed_analyses_end_with_the_findings_of_one_made_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    let (killed, calm) = (folder.path().join("killed"), folder.path().join("calm"));
    for root in [&killed, &calm] {
        many(root);
        run(folder.path(), ["init".as_ref(), root.as_os_str()]).expect(0);
    }
    let findings =
        |root: &Path| ["reuse", "stories", "quotes"].map(|area| run(root, [area, "--json"]).stdout);
    let begun = Instant::now();
    let expected = findings(&calm);
    let whole = begun.elapsed();
    assert!(!expected[0].is_empty(), "the days share sentences");
    for round in 1..=ANALYSES {
        let mut child = command_without_models(&killed, ["analyse"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(whole * round / (2 * ANALYSES));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(findings(&killed), expected);
}
