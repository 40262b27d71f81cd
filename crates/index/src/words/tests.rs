use std::sync::Barrier;

use super::*;
use record::{Document, MediaTime, Place};

use crate::sought::Sought;
use crate::testing::{Made, passages};

/// Words that are on no disk, so that many commits take no time.
fn in_memory() -> Words {
    let (schema, fields) = schema();
    let mut index = Index::create_in_ram(schema);
    index.set_tokenizers(tokenizers());
    Words { index, fields, folder: PathBuf::from("memory"), last: Mutex::new(None) }
}

fn batch(number: u64, passages: u64) -> Batch {
    Batch { number, counts: WordCounts { passages, ..WordCounts::default() } }
}

/// Without the order that [`Writer`] keeps, one commit in several hundred loses a document, and only where two
/// threads hand over the last ones at the same moment.
#[test]
fn threads_that_hand_over_at_once_lose_nothing() {
    let words = in_memory();
    let file = record::format::archive::parse(Made::saying(1, &["The ferry."]).text().as_bytes()).file;
    let passages = passages(&file, None);
    let mut writer = words.writer(1_000).unwrap();
    let mut written = 0;
    for round in 1..=200 {
        let barrier = Barrier::new(4);
        thread::scope(|scope| {
            for number in 0..4 {
                let id = "sha256:9f86d081884c7d65".parse().unwrap();
                let document = Document::of_file(id, format!("{round}-{number}.md"), &file);
                let (writer, barrier, passages) = (&writer, &barrier, &passages);
                scope.spawn(move || {
                    barrier.wait();
                    let heading = Heading { document: &document, language: None, is_copy: false };
                    writer.put(heading, passages).unwrap();
                });
            }
        });
        written += 4;
        writer.commit(batch(round, written)).unwrap();
        assert!(words.are_complete().unwrap(), "after commit {round}");
    }
}

#[test]
fn passages_that_last_hours_are_tallied() {
    let words = in_memory();
    let file = record::format::archive::parse(Made::saying(1, &["The ferry."]).text().as_bytes()).file;
    let mut passages = passages(&file, None);
    let mut writer = words.writer(1).unwrap();
    // The last that fits, the first that does not, and one far beyond.
    let all_tenths = [65_534, 65_535, 1_000_000];
    for tenths in all_tenths {
        let end = Some(MediaTime::from_millis(tenths * 100));
        passages[0].pieces[0].place = Place::Spoken { segment: 0, start: Some(MediaTime::ZERO), end };
        let id = "sha256:9f86d081884c7d65".parse().unwrap();
        let document = Document::of_file(id, format!("{tenths}.md"), &file);
        writer.put(Heading { document: &document, language: None, is_copy: false }, &passages).unwrap();
    }
    writer.commit(batch(1, 3)).unwrap();
    let ferry = Sought::Stem("ferri".to_owned());
    let tally = words.snapshot().unwrap().tally(&ferry, &Among::default(), TallyKey::Nothing).unwrap();
    let sum = Sum { passages: 3, documents: 3, tenths: all_tenths.iter().sum() };
    assert_eq!(tally.into_values().collect::<Vec<_>>(), [sum]);
}
