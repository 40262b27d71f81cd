//! Prints the stories of an archive: `--archive DIR stories`.

mod support;

use std::time::Instant;

use findings::stories;
use rayon::prelude::*;

fn main() {
    let (folder, _) = support::arguments();
    let library = support::Library::open(&folder);
    let began = Instant::now();
    let held: Vec<_> = library
        .documents
        .par_iter()
        .map(|(material, analysis)| stories::extract(material, analysis))
        .collect();
    let extracted = began.elapsed();
    let all: Vec<_> =
        library.documents.iter().zip(&held).map(|((material, _), held)| (&material.document, held)).collect();
    let began = Instant::now();
    let found = stories::together(&all);
    let together = began.elapsed();
    let bytes: usize = held.iter().map(|held| postcard::to_allocvec(held).expect("what is held").len()).sum();
    eprintln!(
        "{} documents hold {bytes} bytes, extracted in {extracted:?}; {} stories in {together:?}",
        held.len(),
        found.len(),
    );
    found.iter().for_each(|story| library.print(story));
}
