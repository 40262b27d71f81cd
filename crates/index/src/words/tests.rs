use std::sync::Barrier;

use super::*;
use crate::passages::passages;
use crate::testing::Made;

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
                    writer.put(&document, passages).unwrap();
                });
            }
        });
        written += 4;
        writer.commit(batch(round, written)).unwrap();
        assert!(words.are_complete().unwrap(), "after commit {round}");
    }
}

#[test]
fn dates_order_as_numbers() {
    let day = |year, month, day| day_number(jiff::civil::date(year, month, day));
    assert_eq!(day(2026, 3, 2), 20_260_302);
    assert!(day(2026, 3, 31) < day(2026, 4, 1) && day(2026, 12, 31) < day(2027, 1, 1));
    assert_eq!(day(-44, 3, 15), 315, "before our numbers begin");
}

#[test]
fn a_bridge_holds_the_words_on_both_sides() {
    let bridge = bridge("one two three four, Five.", "Six seven");
    let words: Vec<String> = bridge.tokens.into_iter().map(|token| token.text).collect();
    assert_eq!(words, ["two", "three", "four", "five", "\u{1f}six", "\u{1f}seven"]);
}
