//! `verify`.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::harbour::{put, weeks};
use crate::program::run_without_models as run;

/// Writes other bytes into a file and gives it back its time: an update passes over it.
fn overwrite(file: &Path, bytes: impl AsRef<[u8]>) {
    let before = fs::metadata(file).unwrap();
    assert_eq!(bytes.as_ref().len() as u64, before.len(), "the size would tell");
    fs::write(file, bytes).unwrap();
    File::options().write(true).open(file).unwrap().set_modified(before.modified().unwrap()).unwrap();
}

#[test]
fn an_archive_as_it_was_indexed_has_no_problems() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    let whole = run(&root, ["verify"]).expect(0);
    assert_eq!(whole.stdout, "");
    assert_eq!(whole.stderr, "5 documents are as they were when they were indexed\n");
    let json = run(&root, ["verify", "--json", "--quiet"]).expect(0);
    assert_eq!((json.stdout, json.stderr), (String::new(), String::new()));
}

#[test]
fn each_problem_has_its_path_and_both_hashes() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    put(&root, "notes.md", "Notes of the harbour\n");
    run(&root, ["index"]).expect(0);
    overwrite(&root.join("notes.md"), "Notes of the harbous\n");
    fs::remove_file(root.join("Skerry/heron.md")).unwrap();
    put(&root, "new.md", "hi\n");

    let problems = run(&root, ["verify", "--json"]).expect(2).objects();
    let [heron, new, notes] = problems.as_slice() else { panic!("{problems:?}") };
    let (was, is) = (
        "sha256:9e081be0ce5623a53490945290fa6d02d7305c477ad960c386c9ec6372b06679",
        "sha256:a93f0f7093eda7d8321559a5203c7073c3d8ed3ab962342367559968fa4defec",
    );
    assert_eq!(*notes, json!({"path": "notes.md", "problem": "changed", "expected": was, "found": is}));
    assert_eq!(
        *new,
        json!({
            "path": "new.md", "problem": "unlisted", "expected": null,
            "found": "sha256:98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4",
        })
    );
    assert_eq!((&heron["path"], &heron["problem"]), (&json!("Skerry/heron.md"), &json!("missing")));
    assert!(heron["expected"].as_str().unwrap().starts_with("sha256:"), "{heron}");
    assert_eq!(heron["found"], Value::Null);

    let people = run(&root, ["verify"]).expect(2);
    assert!(
        people.stdout.contains(&format!("notes.md: changed: expected {was}, found {is}\n")),
        "{}",
        people.stdout
    );
    assert!(people.stderr.contains("put them back from a copy"), "{}", people.stderr);
}

#[test]
fn an_update_passes_over_what_only_verify_sees() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    let file = root.join("Skerry/boats.md");
    // What was changed a moment ago is read again: no clock of a file system is that exact.
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    File::options().write(true).open(&file).unwrap().set_modified(hour_ago).unwrap();
    run(&root, ["index"]).expect(0);
    let bytes = fs::read_to_string(&file).unwrap();
    overwrite(&file, bytes.replace("No boats today", "No coats today"));
    run(&root, ["index"]).expect(0);
    assert_eq!(run(&root, ["verify", "--json"]).expect(2).objects().len(), 1);
    // As the hint says.
    run(&root, ["index", "--rebuild"]).expect(0);
    run(&root, ["verify"]).expect(0);
    run(&root, ["search", "coats"]).expect(0);
}

#[test]
fn an_articles_page_is_held_against_its_sidecar() {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    let page = "<html lang=en><head><title>Ferry stops | Harbour Post</title></head><body>\
        <h1>Ferry to Skerry Island stops for a week</h1>\
        <p>The ferry to Skerry Island will not sail until Monday, the harbour master said on Sunday evening.</p>\
        <p>About forty islanders wait at the quay with their bags.</p></body></html>";
    put(folder.path(), "ferry.html", page);
    let address = "https://www.post.example.org/news/ferry";
    let added = run(&root, ["add", "../ferry.html", "--url", address, "--json"]).expect(0).objects();
    let kept = added[0]["document"]["path"].as_str().unwrap().replace(".txt", ".html");
    run(&root, ["verify"]).expect(0);
    overwrite(&root.join(&kept), page.replace("forty", "fifty"));
    let changed = run(&root, ["verify", "--json"]).expect(2).objects();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!((&changed[0]["path"], &changed[0]["problem"]), (&json!(kept), &json!("changed")));
    fs::remove_file(root.join(&kept)).unwrap();
    let missing = run(&root, ["verify", "--json"]).expect(2).objects();
    assert_eq!((&missing[0]["path"], &missing[0]["problem"]), (&json!(kept), &json!("missing")));
    assert_eq!(missing[0]["found"], Value::Null);
}
