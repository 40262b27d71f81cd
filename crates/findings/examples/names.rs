//! Repairs of misheard names in an archive; `spellings` and `variants` print what else is known of names.

mod support;

use findings::names::{self, Held};
use rayon::prelude::*;
use record::Document;

fn main() {
    let (folder, what) = support::arguments();
    let library = support::Library::open(&folder);
    let started = std::time::Instant::now();
    let held: Vec<(&Document, Held)> = library
        .documents
        .par_iter()
        .map(|(material, analysis)| (&material.document, names::extract(material, analysis)))
        .collect();
    let bytes: usize = held.iter().map(|(_, held)| postcard::to_allocvec(held).expect("held").len()).sum();
    eprintln!("extracted in {:?}, {} bytes a document", started.elapsed(), bytes / held.len().max(1));
    let started = std::time::Instant::now();
    let documents: Vec<(&Document, &Held)> = held.iter().map(|(document, held)| (*document, held)).collect();
    let found = match std::env::var("ONRECORD_LEAST_SCORE") {
        Ok(least) => names::names_of_score(&documents, least.parse().expect("a number")),
        Err(_) => names::names(&documents),
    };
    eprintln!(
        "{} repairs of {} names in {:?}",
        found.repairs.len(),
        found.spellings.len(),
        started.elapsed()
    );
    match what.first().map(String::as_str) {
        Some("spellings") => found.spellings.iter().for_each(|name| library.print(name)),
        Some("variants") => found.variants.iter().for_each(|pair| library.print(pair)),
        _ => found.repairs.iter().for_each(|repair| library.print(repair)),
    }
}
