//! Repairs of misheard names in an archive.

mod support;

use findings::names::{self, Held};
use rayon::prelude::*;
use record::Document;

fn main() {
    let (folder, _) = support::arguments();
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
    let repairs = match std::env::var("NAMES_LEAST") {
        Ok(least) => names::proposals(&documents, least.parse().expect("a number")),
        Err(_) => names::repairs(&documents),
    };
    eprintln!("{} repairs in {:?}", repairs.len(), started.elapsed());
    for repair in &repairs {
        library.print(repair);
    }
}
