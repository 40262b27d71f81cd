use super::plan::Plan;
use super::session::Counter;
use super::*;
use crate::Query;
use crate::catalogue::Change;
use crate::search::{Index, SearchOptions};
use crate::testing::{Made, TestArchive, shown};

/// A dozen documents, with sidecars and without, some of them odd.
fn filled() -> TestArchive {
    let archive = TestArchive::new();
    for number in 0..12 {
        archive.put(&format!("Show {}/{number}.md", number % 3), text(number, 0));
        if number % 4 == 0 {
            archive.put(
                &format!("Show {}/{number}.json", number % 3),
                made(number, 0).sidecar(&[1], number as u8),
            );
        }
    }
    archive.put("notes.md", "The ferry log, in no format at all.\n");
    archive
}

fn made(number: usize, edition: usize) -> Made<'static> {
    let texts = [
        format!("The ferry number {number} is late,"),
        format!("says the harbour master of pier {}.", number % 5),
        format!("Storm warning, edition {edition}: {}", "wind and rain, ".repeat(number)),
        "Nobody sails.".to_owned(),
    ];
    Made::saying(number, &texts.each_ref().map(String::as_str))
}

fn text(number: usize, edition: usize) -> String {
    made(number, edition).text()
}

/// A text of few words, with an address that no other has.
fn of_its_own(number: usize, edition: usize) -> String {
    let url = format!("https://radio.example.org/listen?id={number}");
    Made { url, ..made(number % 7, edition) }.text()
}

/// Answers to questions of every kind, with scores: everything that a person could notice.
fn answers(archive: &TestArchive) -> Vec<String> {
    let index = archive.index();
    let mut answers = Vec::new();
    for query in
        ["ferry", "harbour storm OR log", "\"late says\"", "storm -\"pier 3\"", "\"edition 1\"", "wind rain"]
    {
        for with_suspects in [false, true] {
            let options = SearchOptions { limit: 100, with_suspects, ..SearchOptions::default() };
            let hits = index.search(&Query::parse(query).unwrap(), &options).unwrap().hits;
            let scores = hits.iter().map(|hit| hit.score.to_string());
            answers.push(format!("{query} {with_suspects}"));
            answers.extend(shown(&hits).into_iter().zip(scores).map(|(hit, score)| format!("{hit} {score}")));
        }
    }
    let summary = index.catalogue().summary().unwrap();
    answers.push(format!("{summary:?} {:?}", index.catalogue().shows().unwrap()));
    index
        .catalogue()
        .each_document(|known| {
            answers.push(format!("{known:?}"));
            true
        })
        .unwrap();
    answers
}

/// The same files, indexed at once into a new index.
fn rebuilt(archive: &TestArchive) -> Vec<String> {
    let copy = TestArchive::new();
    for path in archive.archive.documents().unwrap().filter_map(Result::ok) {
        copy.put(path.as_str(), std::fs::read(archive.archive.file_path(&path)).unwrap());
        if let Ok(sidecar) = std::fs::read(archive.archive.sidecar_path(&path)) {
            copy.put(path.as_str().replace(".md", ".json").as_str(), sidecar);
        }
    }
    copy.update();
    answers(&copy)
}

#[test]
fn only_what_changed_is_read() {
    let archive = filled();
    assert_eq!(archive.updated(), [13, 0, 0, 0]);
    assert_eq!(archive.updated(), [0, 0, 0, 13]);
    archive.put("Show 0/0.md", text(0, 1));
    archive.put("Show 1/1.md", text(1, 0)); // Written again, says the same.
    archive.put("Show 1/1.json", made(1, 0).sidecar(&[0], 99));
    archive.remove("Show 1/4.json");
    archive.remove("Show 2/2.md");
    archive.put("Show 9/new.md", text(40, 0));
    let mut seen = Vec::new();
    let report =
        update(&archive.archive, UpdateOptions::all("a test"), |progress| seen.push(progress)).unwrap();
    assert_eq!([report.added, report.changed, report.removed, report.unchanged], [1, 3, 1, 9]);
    assert_eq!(seen.len(), 4);
    let Progress { documents_done, documents_total, bytes_done, bytes_total } = seen[3];
    assert_eq!((documents_done, bytes_done), (documents_total, bytes_total));
    assert_eq!(answers(&archive), rebuilt(&archive));
}

#[test]
fn the_history_of_an_index_does_not_show() {
    let archive = filled();
    archive.update();
    let at_first = answers(&archive);
    for edition in 1..4 {
        for number in (0..12).filter(|number| number % (edition + 1) == 0) {
            archive.put(&format!("Show {}/{number}.md", number % 3), text(number, edition));
        }
        archive.remove("notes.md");
        archive.update();
        assert_eq!(answers(&archive), rebuilt(&archive), "edition {edition}");
        archive.put("notes.md", "The ferry log, in no format at all.\n");
    }
    for number in 0..12 {
        archive.put(&format!("Show {}/{number}.md", number % 3), text(number, 0));
    }
    archive.update();
    assert_eq!(answers(&archive), at_first);
}

#[test]
fn some_documents_can_be_updated_alone() {
    let archive = filled();
    archive.update();
    archive.put("Show 0/0.md", text(0, 1));
    archive.put("Show 1/1.md", text(1, 1));
    archive.remove("Show 2/2.md");
    let path = |text: &str| DocumentPath::new(text).unwrap();
    let paths = [path("Show 2/2.md"), path("Show 0/0.md"), path("Show 0/0.md"), path("no/such.md")];
    let options = UpdateOptions { scope: Scope::Only(&paths), ..UpdateOptions::all("a test") };
    let report = update(&archive.archive, options, |_| {}).unwrap();
    assert_eq!([report.added, report.changed, report.removed, report.unchanged], [0, 1, 1, 0]);
    assert_eq!(archive.updated(), [0, 1, 0, 11]);
}

/// Up to which step an update came before it was killed.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Until {
    Noted,
    Read,
    WordsCommitted,
}

/// An update that is killed.
fn interrupted(archive: &TestArchive, until: Until) {
    let paths = IndexPaths::of(&archive.archive);
    std::fs::create_dir_all(&paths.folder).unwrap();
    let mut session = Session::open(&archive.archive, &paths, None).unwrap().unwrap();
    let Plan { tasks, .. } = session.plan(Scope::All).unwrap();
    let mut steps = session.steps(tasks.len()).unwrap();
    steps.note(&tasks).unwrap();
    if until >= Until::Read {
        let mut progress = |_: Progress| {};
        let outcomes =
            steps.read(&archive.archive, &tasks, &mut Counter::new(&tasks, &mut progress)).unwrap();
        let (changes, _) = Report::default().take(&tasks, outcomes);
        assert!(changes.iter().any(|change| matches!(change, Change::Enter(_))));
        if until >= Until::WordsCommitted {
            steps.commit_words(&changes).unwrap();
        }
    }
}

#[test]
fn a_killed_update_is_repaired_by_the_next() {
    for until in [Until::Noted, Until::Read, Until::WordsCommitted] {
        let archive = filled();
        interrupted(&archive, until); // The very first.
        archive.update();
        let expected = rebuilt(&archive);
        assert_eq!(answers(&archive), expected, "{until:?}");

        archive.put("Show 0/0.md", text(0, 1));
        archive.put("Show 9/new.md", text(40, 0));
        interrupted(&archive, until);
        // Twice, and then what it had begun with is gone, or as it was, with its time of change.
        interrupted(&archive, until);
        archive.remove("Show 9/new.md");
        archive.put("Show 0/0.md", text(0, 0));
        let report = archive.update();
        assert_eq!((report.failed, report.skipped), (vec![], vec![]));
        assert_eq!(answers(&archive), expected, "{until:?}");
        assert_eq!(archive.updated(), [0, 0, 0, 13], "{until:?}");
    }
}

#[test]
fn a_search_passes_over_what_is_not_entered_yet() {
    let archive = filled();
    archive.update();
    let before = archive.search("ferry");
    archive.put("Show 9/new.md", text(40, 0));
    interrupted(&archive, Until::WordsCommitted);
    let paths = |hits: &[crate::Hit]| hits.iter().map(|hit| hit.document.path.clone()).collect::<Vec<_>>();
    assert!(archive.index().catalogue().has_unfinished_update().unwrap());
    assert_eq!(archive.search("ferry").len(), before.len());
    assert!(!paths(&archive.search("ferry")).contains(&"Show 9/new.md".to_owned()));
    archive.update();
    assert!(!archive.index().catalogue().has_unfinished_update().unwrap());
}

#[test]
fn an_index_in_pieces_is_made_anew() {
    let archive = filled();
    archive.update();
    let expected = answers(&archive);
    let paths = IndexPaths::of(&archive.archive);
    std::fs::remove_dir_all(&paths.words).unwrap();
    assert_eq!(archive.updated(), [13, 0, 0, 0]);
    assert_eq!(answers(&archive), expected);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", paths.catalogue.display()));
    }
    assert_eq!(archive.updated(), [13, 0, 0, 0]);
    assert_eq!(answers(&archive), expected);
}

#[test]
fn a_damaged_index_is_made_anew_when_asked() {
    let archive = filled();
    archive.update();
    let expected = answers(&archive);
    let paths = IndexPaths::of(&archive.archive);
    std::fs::write(&paths.catalogue, "no database at all, but text of some length").unwrap();
    let error = update(&archive.archive, UpdateOptions::all("a test"), |_| {}).unwrap_err().to_string();
    let error = error.replace(&archive.archive.root().display().to_string(), "ARCHIVE");
    insta::assert_snapshot!(error, @r"
        cannot use the catalogue `ARCHIVE/.onrecord/index/catalogue.sqlite`: file is not a database
        hint: nothing is lost: `onrecord index --rebuild` makes it anew from the archive's files
        ");
    let rebuild = UpdateOptions { rebuild: true, ..UpdateOptions::all("a test") };
    assert_eq!(update(&archive.archive, rebuild, |_| {}).unwrap().added, 13);
    assert_eq!(answers(&archive), expected);
}

#[test]
fn an_index_of_another_format_is_made_anew() {
    let archive = filled();
    archive.update();
    let expected = answers(&archive);
    let paths = IndexPaths::of(&archive.archive);
    rusqlite::Connection::open(&paths.catalogue).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Index::open(&archive.archive).err().unwrap().to_string();
    let error = error.replace(&archive.archive.root().display().to_string(), "ARCHIVE");
    insta::assert_snapshot!(error, @r"
        cannot use the index `ARCHIVE/.onrecord/index/catalogue.sqlite`: it has format 99, this program reads format 5
        hint: `onrecord index` makes it anew from the archive's files
        ");
    assert_eq!(archive.updated(), [13, 0, 0, 0]);
    assert_eq!(answers(&archive), expected);
}

#[test]
fn two_updates_do_not_mix() {
    let archive = filled();
    let lock = Lock::acquire(&IndexPaths::of(&archive.archive).lock, "onrecord add", Duration::ZERO).unwrap();
    let options = UpdateOptions { patience: Duration::ZERO, ..UpdateOptions::all("a test") };
    let error = update(&archive.archive, options, |_| {}).unwrap_err();
    assert!(error.to_string().contains("(`onrecord add`)"), "{error}");
    drop(lock);
    archive.update();
}

#[test]
fn a_search_goes_on_while_files_are_read() {
    let archive = filled();
    archive.update();
    let index = archive.index();
    let query = Query::parse("ferry").unwrap();
    let before = index.search(&query, &SearchOptions::default()).unwrap();
    for number in 0..12 {
        archive.put(&format!("Show {}/{number}.md", number % 3), text(number, 2));
    }
    let mut during = Vec::new();
    update(&archive.archive, UpdateOptions::all("a test"), |_| {
        during.push(index.search(&query, &SearchOptions::default()).unwrap());
    })
    .unwrap();
    assert_eq!(during.len(), 12);
    assert!(during.iter().all(|hits| *hits == before));
}

#[test]
fn what_cannot_be_read_is_reported_and_stays_known() {
    let archive = filled();
    archive.update();
    let huge = archive.archive.root().join("Show 0/0.md");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(1 << 30).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", archive.archive.root().join("link.md")).unwrap();
    let report = archive.update();
    assert_eq!(report.failed.len(), 1);
    assert!(
        report.failed[0].1.contains("expected at most 67108864 bytes, found 1073741824"),
        "{:?}",
        report.failed
    );
    let index = archive.index();
    assert_eq!(index.catalogue().summary().unwrap().documents, 13);
    let skipped: Vec<String> =
        index.catalogue().skipped().unwrap().into_iter().map(|(path, _)| path).collect();
    assert_eq!(skipped, if cfg!(unix) { vec!["Show 0/0.md", "link.md"] } else { vec!["Show 0/0.md"] });
}

#[test]
fn no_passage_is_lost_when_many_files_are_read_at_once() {
    let archive = TestArchive::new();
    for number in 0..400 {
        archive.put(&format!("{number}.md"), of_its_own(number, number));
    }
    assert_eq!(archive.updated(), [400, 0, 0, 0]);
    for number in 0..400 {
        archive.put(&format!("{number}.md"), of_its_own(number, number + 1));
    }
    assert_eq!(archive.updated(), [0, 400, 0, 0]);
    assert_eq!(archive.search("harbour master").len(), 400);
}

#[test]
fn articles_are_found_by_their_characters() {
    let archive = filled();
    archive.put(
        "Articles/a.txt",
        "Ferry stops for a week\n\nBy Ada Morrow\n\nThe harbour lighthouse went dark on Sunday, she said.\n",
    );
    archive.put(
        "Articles/b.html",
        "<h1>The lighthouse</h1><p>The lighthouse is older than the ferry by many years.</p>",
    );
    archive.update();
    let index = archive.index();
    let hits = index.search(&Query::parse("lighthouse").unwrap(), &SearchOptions::default()).unwrap().hits;
    let hits: Vec<String> = hits
        .iter()
        .map(|hit| format!("{:?} {} {:?} {}", hit.document.kind, hit.document.path, hit.place, hit.text))
        .collect();
    insta::assert_snapshot!(hits.join("\n"), @r"
    Article Articles/b.html Written { chars: 0..14 } The lighthouse
    Article Articles/a.txt Written { chars: 39..92 } The harbour lighthouse went dark on Sunday, she said.
    Article Articles/b.html Written { chars: 16..69 } The lighthouse is older than the ferry by many years.
    ");
    let summary = index.catalogue().summary().unwrap();
    assert_eq!(
        (summary.documents, summary.untimed_documents, summary.opaque_documents, summary.segments),
        (15, 0, 1, 48)
    );
}
