//! Articles: taken in, shown, revised, compared.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{Run, run};

/// A page of an invented paper; `body` is its second paragraph.
fn page(body: &str) -> String {
    format!(
        "<html lang=en><head><title>Ferry stops | Harbour Post</title><meta property=og:site_name content='Harbour Post'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Ferry to Skerry Island stops for a week\",\
         \"datePublished\":\"2026-03-02T07:30:00Z\",\"author\":{{\"name\":\"Ada Morrow\"}}}}</script></head><body>\
         <h1>Ferry to Skerry Island stops for a week</h1>\
         <p>The ferry to Skerry Island will not sail until Monday, the harbour master said on Sunday evening.</p>\
         <figure><figcaption>The quay at Port Callow</figcaption></figure>\
         <p>{body}</p><p><a href=/x>Read more about the storm</a></p></body></html>"
    )
}

const WAITING: &str = "About forty islanders wait at the quay with their bags, 5 % of all who live there.";

/// A folder with an archive and a page beside it.
fn begun() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    fs::write(folder.path().join("ferry.html"), page(WAITING)).unwrap();
    let root = folder.path().join("news");
    (folder, root)
}

const ADDRESS: &str = "https://www.post.example.org/news/ferry?utm_source=x";

fn add(folder: &Path, file: &str) -> Value {
    let added = run(folder, ["--archive", "news", "add", file, "--url", ADDRESS, "--json"]).expect(0);
    added.objects().remove(0)
}

const STEM: &str = "Articles/2026-03-02 post.example.org ferry-to-skerry-island-stops-for-a-week";

#[test]
fn a_page_is_taken_in_with_its_text_and_metadata() {
    let (folder, root) = begun();
    let added = add(folder.path(), "ferry.html");
    assert_eq!((&added["status"], &added["issues"]), (&json!("added"), &json!([])));
    let expected = json!({
        "id": "url:https://www.post.example.org/news/ferry", "path": format!("{STEM}.txt"), "kind": "article",
        "title": "Ferry to Skerry Island stops for a week", "outlet": "Harbour Post", "show": null, "date": "2026-03-02",
        "url": ADDRESS,
    });
    assert_eq!(added["document"], expected);
    assert_eq!(fs::read_to_string(root.join(format!("{STEM}.html"))).unwrap(), page(WAITING));
    let sidecar: Value =
        serde_json::from_slice(&fs::read(root.join(format!("{STEM}.json"))).unwrap()).unwrap();
    assert_eq!(
        (&sidecar["kind"], &sidecar["byline"], &sidecar["revision"]),
        (&json!("article"), &json!(["Ada Morrow"]), &json!(1))
    );
    // Once more, and with other advertisements around the same text.
    assert_eq!(add(folder.path(), "ferry.html")["status"], "unchanged");
    fs::write(folder.path().join("again.html"), page(WAITING).replace("about the storm", "about the tide"))
        .unwrap();
    assert_eq!(
        add(folder.path(), "again.html"),
        json!({
            "document": expected, "path": "again.html", "status": "unchanged", "issues": [],
        })
    );
}

#[test]
fn an_article_is_shown_by_paragraphs() {
    let (folder, root) = begun();
    add(folder.path(), "ferry.html");
    let shown = run(&root, ["show", ADDRESS, "--json"]).expect(0).objects();
    let roles: Vec<&Value> = shown.iter().map(|paragraph| &paragraph["role"]).collect();
    assert_eq!(roles, ["headline", "body", "caption", "body", "furniture"]);
    let mut paragraph = shown[3].clone();
    paragraph["document"].take();
    let text = fs::read_to_string(root.join(format!("{STEM}.txt"))).unwrap();
    let chars: Vec<usize> = serde_json::from_value(paragraph["chars"].clone()).unwrap();
    let cited: String = text.chars().skip(chars[0]).take(chars[1] - chars[0]).collect();
    let expected = json!({
        "document": null, "chars": chars, "text": cited, "role": "body", "speaker": null, "suspect": null, "suspects": [],
        "link": "https://www.post.example.org/news/ferry?utm_source=x#:~:text=About%20forty%20islanders%20wait%20at,of%20all%20who%20live%20there.",
        "repairs": [],
    });
    assert_eq!(paragraph, expected);
    assert_eq!(cited, WAITING);
    let people = run(&root, ["show", &format!("{STEM}.txt")]).expect(0).stdout;
    let expected = "\
Harbour Post, 2026-03-02: Ferry to Skerry Island stops for a week
url:https://www.post.example.org/news/ferry
by Ada Morrow
published 2026-03-02T07:30:00Z
https://www.post.example.org/news/ferry?utm_source=x

@0        [headline] Ferry to Skerry Island stops for a week
@41       The ferry to Skerry Island will not sail until Monday, the harbour master said on Sunday evening.
@140      [caption] The quay at Port Callow
@165      About forty islanders wait at the quay with their bags, 5 % of all who live there.
@249      [furniture] Read more about the storm
";
    assert_eq!(people, expected);
    assert_eq!(run(&root, ["export", ADDRESS]).expect(0).stdout, text);
    let refused = run(&root, ["export", ADDRESS, "--format", "srt"]).expect(2).stderr;
    assert!(refused.contains("is an article, which has no form `srt`"), "{refused}");
}

#[test]
fn a_changed_article_is_a_revision_and_the_old_one_stays() {
    let (folder, root) = begun();
    add(folder.path(), "ferry.html");
    let old = fs::read(root.join(format!("{STEM}.txt"))).unwrap();
    fs::write(folder.path().join("ferry.html"), page(&WAITING.replace("forty", "sixty"))).unwrap();
    let updated = add(folder.path(), "ferry.html");
    assert_eq!(
        (&updated["status"], &updated["document"]["path"]),
        (&json!("updated"), &json!(format!("{STEM} (2).txt")))
    );
    assert_eq!(fs::read(root.join(format!("{STEM}.txt"))).unwrap(), old);
    let sidecar: Value =
        serde_json::from_slice(&fs::read(root.join(format!("{STEM} (2).json"))).unwrap()).unwrap();
    assert_eq!((&sidecar["revision"], &sidecar["revises"]), (&json!(2), &json!(format!("{STEM}.txt"))));
    assert_eq!(add(folder.path(), "ferry.html")["status"], "unchanged");

    let differ =
        |arguments: &[&str], status| -> Run { run(&root, [&["diff"], arguments].concat()).expect(status) };
    let compared = differ(&[ADDRESS, "--json"], 0).objects().remove(0);
    assert_eq!(compared["old"]["path"], format!("{STEM}.txt"));
    let pieces: Vec<(String, String)> = serde_json::from_value(compared["difference"].clone()).unwrap();
    let changed: Vec<&(String, String)> = pieces.iter().filter(|(sign, _)| sign != "=").collect();
    assert_eq!(changed, [&("-".to_owned(), "forty".to_owned()), &("+".to_owned(), "sixty".to_owned())]);
    let people = differ(&[ADDRESS], 0).stdout;
    assert!(people.contains("About [-forty-]{+sixty+} islanders wait"), "{people}");
    assert!(!people.contains("harbour master"), "{people}");
    let (first, second) = (format!("{STEM}.txt"), format!("{STEM} (2).txt"));
    assert!(differ(&[&second, &first], 0).stdout.contains("[-sixty-]{+forty+}"));
    assert!(differ(&[&first, &first], 1).stderr.contains("their texts are the same"));
    let none = differ(&[&first], 2).stderr;
    assert!(
        none.contains("is the first revision that is held\nhint: name two articles to compare them"),
        "{none}"
    );
    // The newest stands for both; what only the first says is found there.
    let found = run(&root, ["search", "islanders wait", "--json"]).expect(0).objects();
    assert_eq!((found.len(), &found[0]["document"]["path"]), (1, &second.as_str().into()));
    assert_eq!(found[0]["also_in"][0]["document"]["path"], first.as_str());
    assert_eq!(found[0]["also_in"][0]["why"], "revision");
    let found = run(&root, ["search", "forty islanders", "--json"]).expect(0).objects();
    assert_eq!((found.len(), &found[0]["document"]["path"]), (1, &first.as_str().into()));
    assert_eq!(run(&root, ["status", "--json"]).expect(0).objects()[0]["duplicate_documents"], 0);
}

#[test]
fn articles_that_lie_in_the_folder_are_found_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("news");
    fs::create_dir_all(root.join("Post")).unwrap();
    let text = "Lighthouse goes dark\n\nBy Cleo Hart\n\nThe lighthouse of Port Callow went dark on Sunday evening, its keeper said.\n";
    fs::write(root.join("Post/dark.txt"), text).unwrap();
    fs::write(
        root.join("Post/dark.html"),
        "<p>The page of the lighthouse, which is no document of its own.</p>",
    )
    .unwrap();
    run(folder.path(), ["init", "news"]).expect(0);
    let hits = run(&root, ["search", "lighthouse", "--json"]).expect(0).objects();
    let found: Vec<(&Value, &Value)> =
        hits.iter().map(|hit| (&hit["document"]["path"], &hit["chars"])).collect();
    assert_eq!(found.len(), 2, "headline and body: {found:?}");
    assert!(found.iter().all(|(path, _)| *path == "Post/dark.txt"));
    for file in ["Post/dark.txt", "Post/dark.html"] {
        let added = run(&root, ["add", file, "--json"]).expect(0).objects().remove(0);
        assert_eq!(
            (&added["status"], &added["document"]["path"]),
            (&json!("unchanged"), &json!("Post/dark.txt"))
        );
    }
    assert_eq!(fs::read_to_string(root.join("Post/dark.txt")).unwrap(), text);
}

#[test]
fn a_text_is_taken_in_byte_for_byte() {
    let (folder, root) = begun();
    let text = "Lighthouse goes dark\r\n\r\nBy Cleo Hart\r\n\r\nThe lighthouse of Port Callow went dark on Sunday evening, its keeper said.\r\n";
    fs::write(folder.path().join("dark.txt"), text).unwrap();
    let arguments = [
        "--archive",
        "news",
        "add",
        "dark.txt",
        "--outlet",
        "Harbour Post",
        "--date",
        "2026-03-03",
        "--json",
    ];
    let added = run(folder.path(), arguments).expect(0).objects().remove(0);
    assert_eq!(added["status"], "added");
    assert_eq!(added["document"]["path"], "Articles/2026-03-03 harbour-post lighthouse-goes-dark.txt");
    let stored = root.join("Articles/2026-03-03 harbour-post lighthouse-goes-dark.txt");
    assert_eq!(fs::read_to_string(stored).unwrap(), text);
    assert_eq!(run(folder.path(), arguments).expect(0).objects()[0]["status"], "unchanged");
    fs::write(folder.path().join("empty.html"), "<script>1</script>").unwrap();
    let failed = run(folder.path(), ["--archive", "news", "add", "empty.html", "--json"]).expect(2);
    assert_eq!(failed.objects()[0]["status"], "failed");
    assert!(failed.stderr.contains("found no article in `empty.html`"), "{}", failed.stderr);
    let several =
        run(folder.path(), ["--archive", "news", "add", "ferry.html", "dark.txt", "--url", ADDRESS])
            .expect(2);
    assert!(several.stderr.contains("`--url` names one article, but there are 2"), "{}", several.stderr);
}
