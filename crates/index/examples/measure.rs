//! Measures an index: how long it takes to make, how large it is, how fast it answers.
//!
//! ```sh
//! cargo build --release -p onrecord-index --example measure
//! /usr/bin/time -v target/release/examples/measure FOLDER [QUERIES]
//! ```
//!
//! `FOLDER` becomes an archive if it is none, and its index is made anew. `QUERIES` is a file with a query on each
//! line; without it, fifty are made from words that occur in the titles.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use archive::Archive;
use index::{Index, Query, SearchOptions, UpdateOptions, update};

/// How often each query is asked; the fastest counts, because other programs only ever slow it down.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = arguments.first().ok_or("expected a folder")?;
    let archive = Archive::init(Path::new(folder))?.archive;
    let start = Instant::now();
    let report = update(&archive, UpdateOptions { rebuild: true, ..UpdateOptions::all("measure") }, |_| {})?;
    let elapsed = start.elapsed();
    let index = Index::open(&archive)?;
    let summary = index.catalogue().summary()?;
    println!(
        "indexed {} documents ({:.1} h, {} passages) in {:.2} s: {:.0} documents/s",
        report.added,
        summary.length.as_seconds_f64() / 3600.0,
        summary.passages,
        elapsed.as_secs_f64(),
        report.added as f64 / elapsed.as_secs_f64()
    );
    println!("index: {:.1} MB", folder_bytes(&archive.state().join("index"))? as f64 / 1e6);
    let start = Instant::now();
    let unchanged = update(&archive, UpdateOptions::all("measure"), |_| {})?.unchanged;
    println!("nothing to do: {unchanged} documents looked at in {:.3} s", start.elapsed().as_secs_f64());
    let queries = match arguments.get(1) {
        Some(file) => fs::read_to_string(file)?.lines().map(str::to_owned).collect(),
        None => queries_from_titles(&index)?,
    };
    measure_queries(&index, &queries)
}

fn measure_queries(index: &Index, queries: &[String]) -> Result<(), Box<dyn Error>> {
    let options = SearchOptions { limit: 20, ..SearchOptions::default() };
    let mut times = Vec::new();
    let mut hits = 0;
    for text in queries {
        let query = Query::parse(text)?;
        let mut best = Duration::MAX;
        for round in 0..ROUNDS {
            let start = Instant::now();
            let found = index.search(&query, &options)?;
            best = best.min(start.elapsed());
            hits += if round == 0 { found.hits.len() } else { 0 };
        }
        times.push((best, text));
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].0.as_secs_f64() * 1e3;
    println!(
        "{} queries, 20 best with text: median {:.2} ms, 95th percentile {:.2} ms, slowest {:.2} ms; {hits} hits",
        times.len(),
        at(0.5),
        at(0.95),
        at(1.0)
    );
    for (time, text) in times.iter().rev().take(3) {
        println!("  {:.2} ms  {text}", time.as_secs_f64() * 1e3);
    }
    Ok(())
}

/// Words, pairs, phrases, alternatives and exclusions of the commonest words of the titles.
fn queries_from_titles(index: &Index) -> Result<Vec<String>, Box<dyn Error>> {
    let mut counts = BTreeMap::<String, usize>::new();
    index.catalogue().each_document(|known| {
        let title = known.document.title.unwrap_or_default();
        for word in title.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 2) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        true
    })?;
    let mut words: Vec<(usize, String)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
    words.sort_by(|a, b| b.cmp(a));
    let word = |number: usize| words.get(number).map_or("news", |(_, word)| word.as_str());
    let query = |number: usize| match number % 5 {
        0 => word(number).to_owned(),
        1 => format!("{} {}", word(number), word(number + 7)),
        2 => format!("\"{} {}\"", word(number), word(0)),
        3 => format!("{} OR {} OR {}", word(number), word(number + 3), word(number + 11)),
        _ => format!("{} -{}", word(number), word(number + 5)),
    };
    Ok((0..50).map(query).collect())
}

fn folder_bytes(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for child in fs::read_dir(folder)? {
        let child = child?;
        let metadata = child.metadata()?;
        bytes += if metadata.is_dir() { folder_bytes(&child.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
