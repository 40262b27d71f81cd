//! Prints the discrepancies between the documents of an archive.

mod support;

use findings::discrepancies;
use rayon::prelude::*;

fn main() {
    let (folder, _) = support::arguments();
    let library = support::Library::open(&folder);
    let start = std::time::Instant::now();
    let held: Vec<_> = library
        .documents
        .par_iter()
        .map(|(material, analysis)| discrepancies::extract(material, analysis))
        .collect();
    let bytes: usize = held.iter().map(|held| postcard::to_allocvec(held).expect("what is held").len()).sum();
    let extracted = start.elapsed();
    let documents: Vec<_> =
        library.documents.iter().zip(&held).map(|((material, _), held)| (&material.document, held)).collect();
    let found = discrepancies::find(&documents);
    eprintln!(
        "{} documents hold {} kB after {extracted:?}; {} discrepancies after {:?}",
        documents.len(),
        bytes / 1000,
        found.len(),
        start.elapsed()
    );
    for discrepancy in found {
        library.print(&discrepancy);
    }
}
