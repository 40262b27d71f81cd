//! Archives of several periods: whatever came when, and across the days between them.

use std::fs;
use std::path::Path;

use archive::{Archive, DocumentPath};
use record::format::archive as format;
use record::{Document, DocumentId, Sha256Digest};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::store::Store;
use crate::{Area, Listed, UpdateOptions, update};

/// Documents that are compared at a time.
const MOST: usize = 3;

/// An archive of invented broadcasts.
struct News {
    _folder: tempfile::TempDir,
    archive: Archive,
    listed: Vec<Listed>,
}

impl News {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::init(&folder.path().join("news")).unwrap().archive;
        Self { _folder: folder, archive, listed: Vec::new() }
    }

    /// Adds a broadcast of a day of 2026, with a segment a line.
    fn add(&mut self, outlet: &str, day: &str, title: &str, lines: &[String]) {
        let name: String = format!("{outlet}{day}").chars().filter(char::is_ascii_alphanumeric).collect();
        let address = format!("https://video.example.org/{}", name.to_lowercase());
        let mut text = format!(
            "---\nDate Generated: March 20, 2026\nTranscription Model: whisper base\nLength: {}s\nVideo Keywords: []\n\
             Video Views: 1\nVideo Rating: None\nVideo Description: {title}\n---\n\n# {title}\n\
             **{outlet}:** [{day}, 2026]({address})\n",
            lines.len() * 5,
        );
        for (index, line) in lines.iter().enumerate() {
            let seconds = index * 5;
            text.push_str(&format!("*  {line} [[00:00:{seconds:02}]({address}&t={seconds}.0s)]\n"));
        }
        let path = format!("{name}.md");
        fs::write(self.archive.root().join(Path::new(&path)), &text).unwrap();
        let id = DocumentId::from_address(&address).unwrap();
        let document = Document::of_file(id, path.clone(), &format::parse(text.as_bytes()).file);
        assert!(document.date.is_some() && DocumentPath::new(path).is_some());
        let content = Sha256Digest::from_bytes(Sha256::digest(text.as_bytes()).into());
        self.listed.push(Listed { document, content, sidecar_content: None, language: None });
    }

    fn update(&self, most_documents: usize) -> Store {
        let options = UpdateOptions { most_documents, ..UpdateOptions::new(None, "a test") };
        update(&self.archive, &self.listed, options, |_| {}).unwrap();
        Store::open(&self.archive).unwrap().unwrap()
    }
}

/// All findings, of every area.
fn all(store: &Store) -> Vec<Vec<Value>> {
    let of_area = |area| {
        let mut found = Vec::new();
        let visit = |line: &str| {
            found.push(serde_json::from_str(line).unwrap());
            true
        };
        store.each(area, visit).unwrap();
        found
    };
    Area::ALL.map(of_area).to_vec()
}

/// Two outlets tell of a ferry for five days, and two others of an election months later.
fn broadcasts() -> Vec<(&'static str, String, String, Vec<String>)> {
    let mut all = Vec::new();
    for day in 2..7 {
        for outlet in ["Harbour Radio", "Coast News"] {
            let title = format!("Ferry Osprey off Skerry Island, day {day}");
            let lines = vec![
                "The ferry Osprey ran aground off Skerry Island in a storm.".to_owned(),
                format!("Captain Orla Venn told {outlet} that the storm pushed the Osprey onto the rocks."),
                format!("Divers looked at the rudder of the ferry for the time number {day}."),
            ];
            all.push((outlet, format!("March {day:02}"), title, lines));
        }
    }
    for outlet in ["Skerry TV", "Fulmar FM"] {
        let lines = vec![
            "Mara Lindqvist has won the election for mayor of Port Ellery.".to_owned(),
            "Her rival Tomas Brandt conceded the election before midnight.".to_owned(),
        ];
        all.push((
            outlet,
            "September 10".to_owned(),
            "Lindqvist wins Port Ellery election".to_owned(),
            lines,
        ));
    }
    all
}

fn news_of(broadcasts: impl IntoIterator<Item = (&'static str, String, String, Vec<String>)>) -> News {
    let mut news = News::new();
    for (outlet, day, title, lines) in broadcasts {
        news.add(outlet, &day, &title, &lines);
    }
    news
}

#[test]
fn what_came_one_after_the_other_is_as_if_it_came_at_once() {
    let at_once = news_of(broadcasts().into_iter().rev());
    let expected = all(&at_once.update(MOST));
    let found = |area: Area| expected[Area::ALL.iter().position(|other| *other == area).unwrap()].len();
    assert!(found(Area::Stories) >= 2 && found(Area::Timeline) > 4 && found(Area::Reuse) > 4);
    let mut news = News::new();
    for (outlet, day, title, lines) in broadcasts() {
        news.add(outlet, &day, &title, &lines);
        news.update(MOST);
    }
    // Not `assert_eq`, which would print all of them.
    assert!(all(&news.update(MOST)) == expected);
    // And what goes leaves nothing.
    let (outlet, _, title, lines) = broadcasts().swap_remove(0);
    news.add(outlet, "March 08", &title, &lines);
    assert!(all(&news.update(MOST)) != expected);
    news.listed.pop();
    assert!(all(&news.update(MOST)) == expected);
}

#[test]
fn an_event_of_several_periods_is_one_story() {
    let of_one = all(&news_of(broadcasts()).update(100));
    let news = news_of(broadcasts());
    let store = news.update(MOST);
    let numbers = store.took().unwrap().0;
    assert!(numbers.len() > 2, "the days of the ferry are of several periods: {numbers:?}");
    let stories = |found: &[Vec<Value>]| -> Vec<(String, Vec<String>)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of = |story: &Value| {
            let members = story["members"].as_array().unwrap().iter();
            (text(&story["id"]), members.map(|member| text(&member["document"])).collect())
        };
        found[Area::ALL.iter().position(|area| *area == Area::Stories).unwrap()].iter().map(of).collect()
    };
    assert_eq!(stories(&all(&store)), stories(&of_one));
    assert_eq!(stories(&of_one).iter().map(|(_, members)| members.len()).collect::<Vec<_>>(), [2, 10]);
}

#[test]
fn periods_that_see_nothing_new_are_not_compared_again() {
    let mut news = news_of(broadcasts());
    let store = news.update(MOST);
    let compared = |store: &Store| store.fingerprints().unwrap();
    let before = compared(&store);
    news.add(
        "Harbour Radio",
        "September 11",
        "Brandt congratulates Lindqvist",
        &["Tomas Brandt congratulates.".to_owned()],
    );
    let after = compared(&news.update(MOST));
    let changed = after.iter().filter(|(number, fingerprint)| before.get(number) != Some(fingerprint));
    assert_eq!(changed.count(), 1, "only the days of September");
    assert!(after.len() > 3);
}
