//! `status`.

use serde_json::json;

use crate::harbour::archive;
use crate::program::run;

#[test]
fn everything_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    let mut status = run(&root, ["status", "--json"]).expect(0).objects().remove(0);
    assert!(status["issues"].take().as_u64().unwrap() > 0);
    // Depends on whether a model of meaning is installed.
    let vectors = ["vector_model", "documents_without_vectors"].map(|key| status[key].take());
    assert_eq!(vectors[0].is_null(), vectors[1] == 4);
    let expected = json!({
        "path": root.display().to_string(),
        "documents": 4, "length_seconds": 11175.0, "segments": 11, "suspect_segments": 1, "passages": 5,
        "untimed_documents": 1, "opaque_documents": 1, "duplicate_documents": 0,
        "documents_with_issues": 1, "issues": null, "skipped": [],
        "vector_model": null, "documents_without_vectors": null,
        "shows": [
            {"show": null, "documents": 1, "length_seconds": 0.0, "first": null, "last": null},
            {"show": "Harbour Radio - Late", "documents": 1, "length_seconds": 3725.0,
                "first": "2026-03-05", "last": "2026-03-05"},
            {"show": "Harbour Radio - Morning Desk", "documents": 2, "length_seconds": 7450.0,
                "first": "2026-03-02", "last": "2026-03-02"},
        ],
    });
    assert_eq!(status, expected);
    let printed = run(&root, ["status"]).expect(0).stdout;
    assert!(printed.contains("4 documents, 3.1 hours, 11 segments\n"), "{printed}");
    assert!(printed.contains("1 documents without times\n"), "{printed}");
}

#[test]
fn issues_are_listed_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    std::fs::write(root.join("Tides/tide.json"), "{").unwrap();
    let listed = run(&root, ["status", "--issues", "--json"]).expect(0).objects();
    let sidecar = listed.iter().find(|issue| issue["path"] == "Tides/tide.md").unwrap();
    assert_eq!(sidecar["place"], json!(null));
    assert!(sidecar["message"].as_str().unwrap().starts_with("the sidecar cannot be used: "), "{sidecar}");
    let printed = run(&root, ["status", "--issues"]).expect(0).stdout;
    assert!(printed.contains("notes.md:1:1: expected "), "{printed}");
}

#[cfg(unix)]
#[test]
fn what_is_left_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = archive(folder.path());
    std::os::unix::fs::symlink("/etc/hostname", root.join("link.md")).unwrap();
    let status = run(&root, ["status", "--json"]).expect(0);
    assert_eq!(status.objects()[0]["skipped"][0]["path"], "link.md");
    assert!(
        status.stderr.contains("it is a symbolic link that leads out of the archive"),
        "{}",
        status.stderr
    );
}
