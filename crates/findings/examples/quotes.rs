//! Statements of an archive, as `onrecord quotes --json` prints them.

mod support;

use findings::quotes;
use rayon::prelude::*;

fn main() {
    let (folder, _) = support::arguments();
    let library = support::Library::open(&folder);
    let started = std::time::Instant::now();
    let held: Vec<quotes::Held> = library
        .documents
        .par_iter()
        .map(|(material, analysis)| quotes::extract(material, analysis))
        .collect();
    let extracted = started.elapsed();
    let documents: Vec<_> =
        library.documents.iter().map(|(material, _)| &material.document).zip(&held).collect();
    let started = std::time::Instant::now();
    let statements = quotes::together(&documents);
    let bytes: usize =
        held.iter().map(|held| postcard::to_allocvec(held).expect("what a document holds").len()).sum();
    eprintln!(
        "{} documents, {} bytes held, extracted in {:.1} s, {} statements together in {:.1} s",
        held.len(),
        bytes,
        extracted.as_secs_f32(),
        statements.len(),
        started.elapsed().as_secs_f32(),
    );
    statements.iter().for_each(|statement| library.print(statement));
}
