//! How long one quotation takes in one document, and how long a document takes to be fingerprinted.

use std::time::Instant;

use findings::check::{Quote, RecordText};
use findings::{Material, Piece, Text, reuse};
use record::{Document, Kind, MediaTime, Place};

const WORDS: usize = 10_000;
/// How many different words there are.
const KINDS: u64 = 2000;
const WORDS_OF_A_SEGMENT: usize = 12;
const ROUNDS: u32 = 50;

fn main() {
    let words = invented_words();
    let material = broadcast(&words);
    let quote = words[WORDS / 2..WORDS / 2 + 30].join(" ");
    let quote = Quote::of(&quote).expect("a quotation");
    time("a quotation of 30 words in 10,000", || quote.matches_in(&material).len());
    let prepared = RecordText::of(&material);
    time("the same, words already read", || quote.matches_in_text(&prepared).len());
    time("fingerprints of 10,000 words", || reuse::extract(&material).fingerprints.len());
}

fn time(what: &str, mut work: impl FnMut() -> usize) {
    let found = work();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        assert_eq!(work(), found, "the same each time");
    }
    println!("{what}: {:.2?} ({found} found)", started.elapsed() / ROUNDS);
}

/// A few words come often and many seldom, as in a language.
fn invented_words() -> Vec<String> {
    const COMMON: [&str; 8] = ["the", "to", "and", "of", "a", "in", "that", "is"];
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        // The generator of Knuth's MMIX; its high bits are good enough for words.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let word = |rank: u64| match COMMON.get(rank as usize) {
        Some(word) => (*word).to_owned(),
        None => format!(
            "skerry{}",
            char::from(b'a' + (rank % 26) as u8).to_string().repeat(1 + (rank / 26 % 6) as usize)
        ),
    };
    (0..WORDS).map(|_| draw(KINDS)).map(|drawn| word(drawn * drawn / KINDS)).collect()
}

fn broadcast(words: &[String]) -> Material {
    let mut text = Text::default();
    for (segment, line) in words.chunks(WORDS_OF_A_SEGMENT).enumerate() {
        if segment > 0 {
            text.text.push(' ');
        }
        let start = text.text.len();
        text.text.push_str(&line.join(" "));
        let time = |segment: usize| Some(MediaTime::from_whole_seconds(5 * segment as u64));
        text.pieces.push(Piece {
            bytes: start..text.text.len(),
            place: Place::Spoken { segment, start: time(segment), end: time(segment + 1) },
            speaker: None,
            role: None,
            after_break: false,
        });
    }
    let document = Document {
        id: "yt:a1B2c3D4-_5".parse().expect("an id"),
        path: "a.md".to_owned(),
        kind: Kind::Broadcast,
        title: None,
        outlet: None,
        show: None,
        date: None,
        url: None,
    };
    Material { document, text, front: Text::default(), keywords: Vec::new() }
}
