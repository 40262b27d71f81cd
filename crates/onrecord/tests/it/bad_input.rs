//! Files that are no documents, and programs that get in each other's way.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harbour::{Broadcast, FERRY, put, weeks};
use crate::program::{command_without_models, finished, run_without_models as run};

fn begun() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = weeks(folder.path());
    (folder, root)
}

#[test]
fn rubbish_is_told_with_its_place_and_costs_nothing_else() {
    let (_folder, root) = begun();
    for (name, bytes) in [
        ("empty.md", &b""[..]),
        ("nul.md", b"a\0b\0puffin\0\n"),
        ("latin.md", b"# Caf\xe9 \xff\xfe puffin\n"),
    ] {
        fs::write(root.join(name), bytes).unwrap();
    }
    let indexed = run(&root, ["index", "--json"]).expect(0).objects();
    assert_eq!((&indexed[0]["added"], &indexed[0]["failed"]), (&json!(3), &json!(0)));
    let listed = run(&root, ["status", "--issues", "--json"]).expect(0).objects();
    let first = |path: &str| {
        let issue = listed.iter().find(|issue| issue["path"] == path).unwrap_or_else(|| panic!("{listed:?}"));
        (issue["place"].as_str().unwrap().to_owned(), issue["message"].as_str().unwrap().to_owned())
    };
    assert_eq!(first("empty.md"), ("1:1".to_owned(), "expected `---`, found end of file".to_owned()));
    assert_eq!(first("nul.md").0, "1:1");
    let encoding =
        json!({"path": "latin.md", "place": "1:6", "message": "expected UTF-8, found the byte `0xe9`"});
    assert!(listed.contains(&encoding), "{listed:?}");
    // What can be read of them is found; everything comes out as it is.
    let hits = run(&root, ["search", "puffin", "--json"]).expect(0).objects();
    let mut paths: Vec<&Value> = hits.iter().map(|hit| &hit["document"]["path"]).collect();
    paths.sort_by_key(|path| path.to_string());
    assert_eq!(paths, ["latin.md", "nul.md"]);
    assert_eq!(run(&root, ["export", "nul.md", "--format", "archive"]).expect(0).stdout, "a\0b\0puffin\0\n");
    run(&root, ["search", "ferry"]).expect(0);
    run(&root, ["verify"]).expect(0);
}

#[test]
fn a_file_too_large_for_a_document_is_not_read() {
    let (_folder, root) = begun();
    let huge = root.join("huge.md");
    File::create(&huge).unwrap().set_len(2 << 30).unwrap();
    let told = format!("cannot read `{}`: expected at most 67108864 bytes, found 2147483648", huge.display());
    let begun = std::time::Instant::now();
    let indexed = run(&root, ["index", "--json"]).expect(2);
    assert_eq!(indexed.objects()[0]["failed"], 1);
    assert_eq!(indexed.stderr, format!("warning: `huge.md`: {told}\n"));
    let status = run(&root, ["status", "--json"]).expect(0).objects();
    assert_eq!(status[0]["skipped"], json!([{"path": "huge.md", "message": told}]));
    let added = run(&root, ["add", "huge.md"]).expect(2);
    assert!(added.stderr.contains("expected at most 67108864 bytes, found 2147483648"), "{}", added.stderr);
    let verified = run(&root, ["verify", "--json"]).expect(2).objects();
    assert_eq!(
        verified,
        [json!({"path": "huge.md", "problem": "unlisted", "expected": null, "found": told})]
    );
    // Reading and hashing it even once in this build takes longer.
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    run(&root, ["search", "ferry"]).expect(0);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_told_and_keeps_what_is_known() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, root) = begun();
    let skerry = root.join("Skerry");
    let permit = |mode| fs::set_permissions(&skerry, fs::Permissions::from_mode(mode)).unwrap();
    permit(0o000);
    if fs::read_dir(&skerry).is_ok() {
        permit(0o755);
        eprintln!("skipped: this user may read every folder");
        return;
    }
    let indexed = run(&root, ["index", "--json"]);
    let verified = run(&root, ["verify", "--json"]);
    permit(0o755);
    let indexed = indexed.expect(0);
    assert!(
        indexed.stderr.contains("permission denied\nhint: look at the permissions"),
        "{}",
        indexed.stderr
    );
    assert_eq!(
        (&indexed.objects()[0]["removed"], &indexed.objects()[0]["unchanged"]),
        (&json!(0), &json!(3))
    );
    let verified = verified.expect(2).objects();
    assert_eq!(verified.len(), 2, "{verified:?}");
    assert!(verified.iter().all(|problem| problem["problem"] == "missing"), "{verified:?}");
    run(&root, ["search", "boats"]).expect(0);
}

#[test]
fn two_updates_at_once_both_end_well() {
    let (_folder, root) = begun();
    for number in 0..100 {
        let url = format!("https://radio.example.org/listen?id={number}");
        let said = format!("Puffin number {number} lands.");
        let broadcast = Broadcast { title: &said, url: &url, lines: &[(0.0, &said)], ..FERRY };
        put(&root, &format!("Puffins/{number}.md"), &broadcast.text());
    }
    let start = |arguments: &[&str]| {
        let mut command = command_without_models(&root, arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children = [start(&["index", "--rebuild"]), start(&["index"]), start(&["index", "--rebuild"])];
    for child in children {
        let done = finished(child.wait_with_output().unwrap()).expect(0);
        assert!(!done.stderr.contains("error"), "{}", done.stderr);
    }
    run(&root, ["verify"]).expect(0);
    let hits = run(&root, ["search", "puffin", "--json", "--limit", "500"]).expect(0).objects();
    assert_eq!(hits.len(), 100);
}
