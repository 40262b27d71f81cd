use std::collections::BTreeMap;
use std::sync::Barrier;

use super::*;
use record::{Document, MediaTime, Place};

use crate::sought::{Sought, Word};
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
    let ferry = Sought::Word(Word { stem: "ferri".to_owned(), forms: vec!["ferry".to_owned()] });
    let tally = words.snapshot().unwrap().tally(&ferry, &Among::default(), TallyKey::Nothing).unwrap();
    let sum = Sum { passages: 3, documents: 3, tenths: all_tenths.iter().sum() };
    assert_eq!(tally.into_values().collect::<Vec<_>>(), [sum]);
}

/// A document with a passage for each text: pauses part them.
fn put(writer: &Writer<'_>, name: &str, texts: &[&str]) -> u64 {
    put_going_on(writer, name, texts, |_| false)
}

/// The same, where some passages go on in the next.
fn put_going_on(writer: &Writer<'_>, name: &str, texts: &[&str], goes_on: impl Fn(usize) -> bool) -> u64 {
    let segments = (0..).zip(texts).map(|(at, text)| (Some(f64::from(at) * 3600.0), (*text).to_owned()));
    let made = Made { segments: segments.collect(), ..Made::saying(1, &[]) };
    let file = record::format::archive::parse(made.text().as_bytes()).file;
    let mut passages = passages(&file, None);
    assert_eq!(passages.len(), texts.len());
    (0..).zip(&mut passages).for_each(|(at, passage)| passage.continues = goes_on(at));
    let id = "sha256:9f86d081884c7d65".parse().unwrap();
    let document = Document::of_file(id, format!("{name}.md"), &file);
    writer.put(Heading { document: &document, language: None, is_copy: false }, &passages).unwrap();
    texts.len() as u64
}

fn word(snapshot: &Snapshot, stem: &str) -> Sought {
    let forms = snapshot.vocabulary().with_stem(stem).unwrap().unwrap();
    Sought::Word(Word { stem: stem.to_owned(), forms })
}

#[test]
fn two_forms_in_a_passage_are_one_word_said_twice() {
    let words = in_memory();
    let mut writer = words.writer(1).unwrap();
    let texts = ["ferry and ferry", "ferry and ferries", "ferries and pier", "harbour and harbour"];
    let count = put(&writer, "1", &texts);
    writer.commit(batch(1, count)).unwrap();
    let snapshot = words.snapshot().unwrap();
    let ferry = word(&snapshot, "ferri");
    let found = snapshot.first(&ferry, &Among::default(), Order::Score, 10).unwrap();
    let scores: BTreeMap<u64, f32> = found.iter().map(|found| (found.ordinal, found.score())).collect();
    assert_eq!(scores.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(scores[&0], scores[&1]);
    assert!(scores[&1] > scores[&2] && scores[&2] > 0.0);
    assert_eq!(snapshot.count(&ferry, &Among::default()).unwrap(), 3);
    assert_eq!(snapshot.frequency(&ferry, &Among::default()).unwrap(), 4, "ferry in two, ferries in two");
}

/// A document as it was put: the words of its passages, and which of them go on in the next.
type Put = Vec<(Vec<&'static str>, bool)>;

/// In how many passages of a document a phrase begins, read from the first word to the last.
fn count_phrase(document: &Put, phrase: &[&str]) -> u64 {
    let begins = |passage: usize, at: usize| {
        let mut rest = Vec::new();
        for (number, (words, goes_on)) in document.iter().enumerate().skip(passage) {
            rest.extend(&words[if number == passage { at } else { 0 }..]);
            if !goes_on {
                break;
            }
        }
        rest.starts_with(phrase)
    };
    (0..document.len())
        .filter(|&passage| (0..document[passage].0.len()).any(|at| begins(passage, at)))
        .count() as u64
}

#[test]
fn phrases_are_found_over_the_ends_of_passages() {
    const VOCABULARY: [&str; 4] = ["ferry", "late", "no", "storm"];
    let words = in_memory();
    let mut writer = words.writer(1).unwrap();
    // The generator of Numerical Recipes: nobody has chosen the texts.
    let mut state = 7_u32;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let mut documents: BTreeMap<String, Put> = BTreeMap::new();
    let mut all = 0;
    for number in 0..60 {
        // Short passages, so that phrases reach over two and three of them; some documents are replaced, in a later segment.
        let document: Put = (0..1 + draw(8))
            .map(|_| ((0..1 + draw(4)).map(|_| VOCABULARY[draw(4)]).collect(), draw(4) > 0))
            .collect();
        let texts: Vec<String> = document.iter().map(|(words, _)| words.join(" ")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let name = format!("{}", number % 40);
        all += put_going_on(&writer, &name, &texts, |at| document[at].1);
        all -= documents.insert(name, document).map_or(0, |old| old.len() as u64);
        if number % 13 == 0 {
            writer.commit(batch(number, all)).unwrap();
        }
    }
    writer.commit(batch(60, all)).unwrap();
    let snapshot = words.snapshot().unwrap();
    let mut found = 0;
    for number in 0..200 {
        let phrase: Vec<&str> = (0..2 + number % 4).map(|_| VOCABULARY[draw(4)]).collect();
        let sequence = Sought::Sequence(phrase.iter().map(|word| vec![(*word).to_owned()]).collect());
        let expected: u64 = documents.values().map(|document| count_phrase(document, &phrase)).sum();
        assert_eq!(snapshot.count(&sequence, &Among::default()).unwrap(), expected, "for {phrase:?}");
        let first = snapshot.first(&sequence, &Among::default(), Order::Score, 1_000).unwrap();
        assert_eq!(first.len() as u64, expected, "each once, for {phrase:?}");
        found += expected;
    }
    assert!(found > 1_000, "only {found} found");
}

#[test]
fn any_of_several_words_is_found_alike_in_both_ways() {
    let words = in_memory();
    let mut writer = words.writer(1).unwrap();
    let vocabulary = ["ferry", "ferries", "pier", "piers", "storm", "storms", "stormed", "late", "and", "so"];
    // The generator of Numerical Recipes: nobody has chosen the texts.
    let mut state = 11_u32;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let mut all = 0;
    for number in 0..30 {
        let texts: Vec<String> = (0..20)
            .map(|_| (0..1 + draw(12)).map(|_| vocabulary[draw(10)]).collect::<Vec<_>>().join(" "))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        all += put(&writer, &format!("{number}"), &texts);
        // Several segments, and passages that were replaced.
        if number % 7 == 0 {
            all += put(&writer, "again", &texts) - if number > 0 { 20 } else { 0 };
            writer.commit(batch(number, all)).unwrap();
        }
    }
    writer.commit(batch(30, all)).unwrap();
    assert!(words.are_complete().unwrap());
    let snapshot = words.snapshot().unwrap();
    for stems in [&["ferri"][..], &["ferri", "storm"], &["storm", "late", "pier", "absent"]] {
        let any = Sought::Any(stems.iter().map(|stem| word(&snapshot, stem)).collect());
        // The same, but not so simple that it could be added up word by word.
        let by_passage = Sought::All(vec![
            any.clone(),
            Sought::Property(crate::sought::Property::Days { from: None, until: None }),
        ]);
        for limit in [1, 10, 1_000] {
            let first = |sought| snapshot.first(sought, &Among::default(), Order::Score, limit).unwrap();
            let (found, expected) = (first(&any), first(&by_passage));
            assert!(!found.is_empty());
            assert_eq!(found, expected, "for {stems:?}, {limit}");
        }
    }
}

#[test]
fn forms_are_looked_up_whatever_became_of_their_lists() {
    let folder = tempfile::tempdir().unwrap();
    let words = Words::open_or_create(folder.path()).unwrap();
    let lists = folder.path().join("forms");
    let mut count = 0;
    for (number, texts) in [(1, &["Ferry and pier."][..]), (2, &["Ferries, piers."])] {
        let mut writer = words.writer(1).unwrap();
        count += put(&writer, &format!("{number}"), texts);
        writer.commit(batch(number, count)).unwrap();
        writer.finish().unwrap();
    }
    let listed = || fs::read_dir(&lists).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let check = |expected: &[&str]| {
        // Opened anew: nothing is remembered.
        let words = Words::open(folder.path()).unwrap();
        let snapshot = words.snapshot().unwrap();
        assert_eq!(snapshot.vocabulary().with_stem("ferri").unwrap().unwrap(), expected);
        assert_eq!(snapshot.vocabulary().with_stem("pier").unwrap().unwrap(), ["pier", "piers"]);
        assert_eq!(snapshot.count(&word(&snapshot, "ferri"), &Among::default()).unwrap(), 2);
    };
    assert_eq!(listed().len(), 2);
    check(&["ferri", "ferries", "ferry"]);
    for list in listed() {
        let bytes = fs::read(&list).unwrap();
        fs::write(&list, &bytes[..bytes.len() - 1]).unwrap();
    }
    check(&["ferri", "ferries", "ferry"]);
    // Of a segment that is gone.
    fs::write(lists.join("0123456789abcdef0123456789abcdef"), "").unwrap();
    words.writer(1).unwrap().finish().unwrap();
    assert_eq!(listed().len(), 2);
    fs::remove_dir_all(&lists).unwrap();
    check(&["ferri", "ferries", "ferry"]);
}
