//! `init` and `index`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::harbour::{Broadcast, FERRY, archive};
use crate::program::{Run, command, run};

#[test]
fn a_folder_is_adopted_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("Show")).unwrap();
    fs::write(folder.path().join("Show/a.md"), FERRY.text()).unwrap();
    let first = run(folder.path(), ["init", "--json"]).expect(0).objects().remove(0);
    assert_eq!((&first["new"], &first["documents"], &first["added"]), (&true.into(), &1.into(), &1.into()));
    assert_eq!(fs::read_to_string(folder.path().join("Show/a.md")).unwrap(), FERRY.text());
    let again = run(folder.path(), ["init", "--json"]).expect(0).objects().remove(0);
    assert_eq!(
        (&again["new"], &again["documents"], &again["unchanged"]),
        (&false.into(), &1.into(), &1.into())
    );
    run(&folder.path().join("Show"), ["search", "skerry"]).expect(0);
}

#[test]
fn what_cannot_be_an_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = run(folder.path(), ["init", "file"]).expect(2);
    assert_eq!(refused.stderr, "error: expected a folder, found the file `file`\n");
    let refused = run(folder.path(), ["search", "ferry"]).expect(2);
    assert!(refused.stderr.contains("hint: `onrecord init` makes a folder an archive"), "{}", refused.stderr);
}

#[test]
fn changes_by_hand_are_found_by_the_next_update() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let found = |status: i32| run(&root, ["search", "puffin"]).expect(status);
    found(1);
    let changed = FERRY.text().replace("The storm may last", "A puffin landed");
    fs::write(root.join("Harbour Radio - Morning Desk/ferry.md"), changed).unwrap();
    fs::remove_file(root.join("notes.md")).unwrap();
    run(&root, ["index"]).expect(0);
    found(0);
    run(&root, ["search", "crane"]).expect(1);
    fs::remove_dir_all(root.join(".onrecord/index/words")).unwrap();
    run(&root, ["index"]).expect(0);
    found(0);
    fs::write(root.join(".onrecord/index/catalogue.sqlite"), "rubbish, and enough of it to be looked at")
        .unwrap();
    let refused = run(&root, ["index"]).expect(2);
    assert!(
        refused.stderr.contains("hint: nothing is lost: `onrecord index --rebuild`"),
        "{}",
        refused.stderr
    );
    run(&root, ["index", "--rebuild"]).expect(0);
    found(0);
}

/// Enough to be killed in the middle of.
fn many(root: &Path, edition: &str) {
    fs::create_dir_all(root.join("Show")).unwrap();
    for number in 0..600 {
        let url = format!("https://radio.example.org/listen?id={number}");
        let text = format!("The ferry number {number} sails, {edition}.");
        let lines: Vec<(f64, &str)> = (0..40).map(|line| (f64::from(line) * 4.0, text.as_str())).collect();
        let broadcast = Broadcast { title: &text, url: &url, lines: &lines, ..FERRY };
        fs::write(root.join(format!("Show/{number}.md")), broadcast.text()).unwrap();
    }
}

fn answers(root: &Path) -> Vec<String> {
    let ask = |query: &str| run(root, ["search", query, "--json", "--limit", "5000"]);
    let counts =
        run(root, ["status", "--json"]).expect(0).stdout.replace(&root.display().to_string(), "ARCHIVE");
    let found =
        ["ferry", "\"number 77\"", "second -\"number 5\"", "first"].map(ask).map(|Run { stdout, .. }| stdout);
    [vec![counts], found.to_vec()].concat()
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_next_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (killed, calm) = (folder.path().join("killed"), folder.path().join("calm"));
    for edition in ["first", "second"] {
        many(&killed, edition);
        many(&calm, edition);
        let mut kills = 0;
        for millis in [1, 3, 8, 15, 25, 40, 60, 90, 130, 180] {
            let mut child = command(folder.path(), ["init", "killed"]).stderr(Stdio::null()).spawn().unwrap();
            sleep(Duration::from_millis(millis));
            kills += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(kills > 3, "only {kills} runs were killed before they were done");
        run(folder.path(), ["init", "killed"]).expect(0);
        run(folder.path(), ["init", "calm"]).expect(0);
        assert_eq!(answers(&killed), answers(&calm), "{edition} edition");
    }
}
